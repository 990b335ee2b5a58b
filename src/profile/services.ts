/**
 * Gives a card the files of its services, and announces them.
 *
 *     EF_UST, EF_IST    the services that are wanted, beside those that are announced
 *     directories, EFs  what these services need and the card does not have
 *     EF_PBR            names the files of the phone book that were made
 *
 * What is there stays as it is: contents, sizes, access rules, names.
 *
 * @see 3GPP TS 31.102 §4.2.8 (EF_UST), §4.2.47 (EF_EST); 3GPP TS 31.103 §4.2.7 (EF_IST)
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import { iccid, imsi } from '../bytes/identity.ts';
import { EF_DIR } from '../ef/application-directory.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { EF_DEFINITIONS } from '../ef/definitions.ts';
import { EF_MAKING, type EfMaking, isNeeded, type MadeDirectory } from '../ef/making.ts';
import { EF_IST, EF_UST, type ServiceTable } from '../ef/services.ts';
import { mncLengthOf } from './batch.ts';
import { FileMaker, withRecords } from './file-maker.ts';
import { USIM_DFS } from './known-files.ts';
import { personalise } from './personalise.ts';
import { makePhoneBook } from './phone-book-maker.ts';
import { type CardProfile, type FileProfile, hasRecords } from './profile.ts';
import { applicationPaths, ISIM_AID, USIM_AID } from './tree.ts';

/** Numbers of services, or all that have files. */
export type WantedServices = 'all' | readonly number[];

/** Which services a card is to have. */
export interface CardServices {
  /** Services of EF_UST. Left out: none but those that it has. */
  readonly usim?: WantedServices;
  /** Services of EF_IST. */
  readonly isim?: WantedServices;
}

const SERVICES_MAX = 255;
/** Local phone book. */
const PHONE_BOOK_SERVICE = 1;

/** Services of EF_UST that need another: fixed and barred numbers and APN lists are in EF_EST. */
const IMPLIED: readonly (readonly [service: number, needs: number])[] = [
  [2, 34],
  [6, 34],
  [35, 34],
];

/** A directory with EFs of services. */
interface Target {
  readonly directory: MadeDirectory;
  readonly path: string;
}

function definitionOf(directory: MadeDirectory, name: string): EfDefinition<unknown> {
  const found = EF_DEFINITIONS[directory].find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`${name} of ${directory} is not declared`);
  return found;
}

/** All services that have files, without those that this card cannot do. */
function allServices(
  directories: readonly MadeDirectory[],
  withheld: readonly number[],
): ServiceTable {
  const numbers = directories.flatMap((directory) =>
    EF_MAKING[directory].flatMap(({ when }) => (typeof when === 'string' ? [] : when.flat())),
  );
  return [...new Set(numbers)].filter((service) => !withheld.includes(service));
}

/**
 * Services that ask for more than files: AUTHENTICATE in other contexts (group calls 64 and 65,
 * MBMS 69, local keys 76) and pairing (102). An ME that sees one announced will use it.
 */
const MORE_THAN_FILES_USIM: readonly number[] = [64, 65, 69, 76, 102];
/** The same of an ISIM: local keys. */
const MORE_THAN_FILES_ISIM: readonly number[] = [4];

const USIM_DIRECTORIES: readonly MadeDirectory[] = ['USIM', ...Object.values(USIM_DFS)];

function numbersOf(wanted: WantedServices | undefined, all: () => ServiceTable): ServiceTable {
  if (wanted === 'all') return all();
  for (const service of wanted ?? []) {
    if (!Number.isInteger(service) || service < 1 || service > SERVICES_MAX) {
      throw new RangeError(`services: expected numbers from 1 to ${SERVICES_MAX}, got ${service}`);
    }
  }
  return wanted ?? [];
}

/** Reads a service table; none where there is no such EF. */
export function servicesOf(file: FileProfile | undefined): ServiceTable {
  return file?.type === 'transparent' ? EF_UST.decode(fromHex(file.data)) : [];
}

function withServiceTable(file: FileProfile, services: ServiceTable): FileProfile {
  if (file.type !== 'transparent') throw new RangeError(`${file.path}: expected a transparent EF`);
  const size = Math.max(file.size, Math.ceil(Math.max(0, ...services) / 8));
  return { ...file, size, data: toHex(EF_UST.encode(services, size)).toUpperCase() };
}

/** Makes the EFs that one directory needs; EF_ARR first, as the others refer to it. */
function makeFiles(
  maker: FileMaker,
  { directory, path }: Target,
  services: ServiceTable,
  isAll: boolean,
): void {
  const needed = EF_MAKING[directory].filter((making) => isAll || isNeeded(making, services));
  if (directory === 'PHONEBOOK') {
    makePhoneBook(maker, path, needed);
    return;
  }
  const isArr = ({ name }: EfMaking): boolean => name === 'EF_ARR';
  for (const making of [...needed.filter(isArr), ...needed.filter((one) => !isArr(one))]) {
    const ef = definitionOf(directory, making.name);
    const isThere = maker.file(path, ef.fid) !== undefined;
    const hasRules = isArr(making) && maker.arr(path) !== undefined;
    if (!isThere && !hasRules) maker.addFile(path, ef, making);
  }
}

/** Makes the DFs in one directory that services need, and what is in them. */
function makeDirectories(
  maker: FileMaker,
  parent: string,
  dfs: typeof SERVICE_DFS,
  services: ServiceTable,
  isAll: boolean,
): void {
  for (const [fid, directory] of dfs) {
    const isWanted = EF_MAKING[directory].some(
      ({ when }) => isAll || (when !== 'always' && isNeeded({ when }, services)),
    );
    const found = maker.directory(parent, fid);
    if (found === undefined && !isWanted) continue;
    const path = found ?? maker.addDirectory(parent, `DF.${directory}`, fid);
    makeFiles(maker, { directory, path }, services, isAll);
  }
}

/** DFs of a USIM that are made; its phone book is in DF TELECOM, unless it has one of its own. */
export const SERVICE_DFS: readonly (readonly [fid: string, directory: MadeDirectory])[] =
  Object.entries(USIM_DFS).filter(([, directory]) => directory !== 'PHONEBOOK');
const TELECOM = '7F10';
const PHONEBOOK = '5F3A';

/** Makes the phone book, and DF TELECOM around it. */
function makeTelecom(
  maker: FileMaker,
  usims: readonly string[],
  services: ServiceTable,
  isAll: boolean,
): void {
  const own = usims.find((usim) => maker.directory(usim, PHONEBOOK) !== undefined);
  const book = [[PHONEBOOK, 'PHONEBOOK']] as const;
  if (own !== undefined) makeDirectories(maker, own, book, services, isAll);
  const needsBook = own === undefined && services.includes(PHONE_BOOK_SERVICE);
  if (!isAll && !needsBook && maker.directory('MF', TELECOM) === undefined) return;
  const path = maker.directory('MF', TELECOM) ?? maker.addDirectory('MF', 'DF.TELECOM', TELECOM);
  makeFiles(maker, { directory: 'TELECOM', path }, services, isAll);
  if (own === undefined) makeDirectories(maker, path, book, services, isAll);
}

/** Makes the EFs of an application, and announces the services in its table. */
function makeApplication(
  maker: FileMaker,
  target: Target,
  table: EfDefinition<ServiceTable>,
  wanted: ServiceTable,
  isAll: boolean,
): ServiceTable {
  const present = servicesOf(maker.files[maker.file(target.path, table.fid) ?? -1]);
  const services = [...new Set([...present, ...wanted])];
  makeFiles(maker, target, services, isAll);
  if (target.directory === 'USIM') {
    makeDirectories(maker, target.path, SERVICE_DFS, services, isAll);
  }
  const place = maker.file(target.path, table.fid);
  const file = place === undefined ? undefined : maker.files[place];
  if (place !== undefined && file !== undefined && wanted.length > 0) {
    maker.files[place] = withServiceTable(file, services);
  }
  return services;
}

/** Lists the applications in an EF_DIR that was made. */
function listApplications(profile: CardProfile, maker: FileMaker): void {
  const place = maker.made.find((n) => maker.files[n]?.fid === '2F00');
  const file = place === undefined ? undefined : maker.files[place];
  if (place === undefined || file === undefined || !hasRecords(file)) return;
  const records = profile.directories.flatMap(({ aid }) => {
    if (aid === undefined) return [];
    const template = { aid: fromHex(aid), label: undefined, others: new Uint8Array(0) };
    return [toHex(EF_DIR.encode(template, file.recLen)).toUpperCase()];
  });
  const free = 'FF'.repeat(file.recLen);
  const count = Math.max(records.length, file.recCount);
  const padding = Array.from({ length: count - records.length }, () => free);
  maker.files[place] = withRecords(file, [...records, ...padding]);
}

/** Writes the identity into what was made, and only there. */
function identify(profile: CardProfile, maker: FileMaker): void {
  const files = maker.made.flatMap((n) => maker.files[n] ?? []);
  const { keyTable } = profile;
  const person = {
    iccid: iccid(profile.iccid),
    imsi: imsi(profile.imsi),
    mncLength: mncLengthOf(profile) ?? 2,
    entries: keyTable.entries,
  } as const;
  const made = personalise({ ...profile, files }, person).files;
  for (const [n, place] of maker.made.entries()) {
    const file = made[n];
    if (file !== undefined) maker.files[place] = file;
  }
}

/**
 * Gives a card the directories and EFs that services need, and announces these services.
 *
 * Also makes what a USIM and an ISIM must have anyway. EF_EST is made with nothing enabled. `all`
 * makes every EF that is declared, and announces each service that is nothing but files, and
 * GBA: MBMS and the like have their files and are not announced.
 *
 * @param profile a checked profile; not changed
 * @throws {RangeError} a number is no service, there is no ISIM for its services, or an EF_ARR or
 *   service table has no room
 * @see 3GPP TS 31.102 §4.2.8; 3GPP TS 31.103 §4.2.7
 * @example
 * ```ts
 * import { checkProfile, DEFAULT_PROFILE, withServices } from 'vuicc';
 *
 * const profile = withServices(DEFAULT_PROFILE, { usim: [2, 3] });
 * const added = profile.files.slice(DEFAULT_PROFILE.files.length).map(({ fid }) => fid);
 * if (added.join() !== '6F3B,6F4B,6F56') throw new Error('EF_FDN, EF_EXT2 and EF_EST');
 * if (!checkProfile(profile).ok) throw new Error('a sound profile');
 * ```
 */
export function withServices(profile: CardProfile, { usim, isim }: CardServices): CardProfile {
  const maker = new FileMaker(profile);
  const usims = applicationPaths(profile, USIM_AID);
  const isims = applicationPaths(profile, ISIM_AID);
  if (isim !== undefined && isim !== 'all' && isims.length === 0) {
    throw new RangeError('isim: expected a card with an ISIM');
  }
  const named = numbersOf(usim, () => allServices(USIM_DIRECTORIES, MORE_THAN_FILES_USIM));
  const implied = IMPLIED.filter(([service]) => named.includes(service)).map(([, needs]) => needs);
  const wanted = [...named, ...implied];
  const ofIsim = numbersOf(isim, () => allServices(['ISIM'], MORE_THAN_FILES_ISIM));

  makeFiles(maker, { directory: 'MF', path: 'MF' }, wanted, usim === 'all');
  listApplications(profile, maker);
  const services = new Set<number>();
  for (const path of usims) {
    const target = { directory: 'USIM', path } as const;
    const found = makeApplication(maker, target, EF_UST, wanted, usim === 'all');
    for (const service of found) services.add(service);
  }
  for (const path of isims) {
    makeApplication(maker, { directory: 'ISIM', path }, EF_IST, ofIsim, isim === 'all');
  }
  makeTelecom(maker, usims, [...services], usim === 'all');
  identify(profile, maker);
  return { ...profile, directories: maker.directories, files: maker.files };
}
