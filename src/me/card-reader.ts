/**
 * Reads all that a card gives: its directories, its EFs as far as they may be read, its PINs.
 *
 *     reset, SELECT MF, questions for the tries, VERIFY of what is known
 *       known EFs of the MF by path    SELECT -> FCP, READ BINARY or READ RECORD
 *       each AID of EF_DIR             SELECT -> FCP, VERIFY of local keys, known EFs and DFs
 *       DF TELECOM, DF GSM             the same by path
 *
 * A card has no list of its files, so that those are found which `src/ef` declares. Nothing is
 * written, and a key that is wrong ends it: the next try is somebody's decision.
 *
 * @see ETSI TS 102 221 §8.4.2 (SELECT by path), §11.1.1, §11.1.3, §11.1.5, §11.1.9
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { CardConnection } from '../apdu/connection.ts';
import type { ResponseApdu, StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { concat } from '../bytes/octets.ts';
import { EF_DIR } from '../ef/application-directory.ts';
import { EF_DEFINITIONS, type EfDirectory } from '../ef/definitions.ts';
import { keyName } from '../ef/key-references.ts';
import { EF_PBR } from '../ef/phone-book.ts';
import type { CardReading } from '../profile/card-reading.ts';
import { contentsOf, MF_DFS, USIM_DFS } from '../profile/known-files.ts';
import { fidText } from '../profile/rules-text.ts';
import { ISIM_AID, USIM_AID } from '../profile/tree.ts';
import { readObjects } from './data-objects.ts';
import type { PinStatus } from './fcp.ts';
import { decodeFileDetails, type FileDetails } from './file-details.ts';
import { exchange, type Procedure, reset, runProcedureAsync } from './procedure.ts';
import { type OpenDirectory, type ReadContent, ReadingList } from './reading-list.ts';
import { isOk } from './state.ts';

/** A PIN or ADM key that may be shown to the card. Secret. */
export interface CardKey {
  /** Key reference, one octet. */
  readonly reference: number;
  /** 8 octets. */
  readonly value: Uint8Array;
}

/** What came of it. */
export type CardReadingResult =
  | { readonly ok: true; readonly reading: CardReading }
  | { readonly ok: false; readonly problem: string };

/** What one reading goes by. */
interface Reader {
  readonly list: ReadingList;
  readonly keys: readonly CardKey[];
  readonly tell: (path: string) => void;
}

const NONE = new Uint8Array(0);
const MF = 0x3f00;
const ADF = 0x7fff;
const LE_MAX = 256;
/** READ BINARY has 15 bits for the offset. */
const TRANSPARENT_MAX = 0x7fff + 256;
const RECORD_OCTETS_MAX = 255;
const RECORDS_MAX = 254;

const INS = { verify: 0x20, unblock: 0x2c, select: 0xa4, binary: 0xb0, record: 0xb2 } as const;
const BY = { fid: 0x00, aid: 0x04, path: 0x08 } as const;
const RETURN_FCP = 0x04;
const ABSOLUTE = 0x04;
const LOCAL = 0x80;

/** DFs of a USIM of which no EF is declared. */
const OTHER_DFS: Readonly<Record<string, string>> = {
  '5F90': 'ProSe',
  '5FD0': 'SAIP',
  '5FF0': '5G_ProSe',
  '5FF1': '5MBSUECONFIG',
};

/** Selects a file; `undefined` when the card does not, or says nothing of it that makes sense. */
function* select(by: number, name: Uint8Array): Procedure<FileDetails | undefined> {
  const command = commandApdu([0x00, INS.select, by, RETURN_FCP], name, LE_MAX);
  const { data, sw } = yield* exchange(command);
  if (!isOk(sw) && sw >> 8 !== 0x62) return undefined;
  return understood(() => decodeFileDetails(data));
}

function octetsOf(fids: readonly number[]): Uint8Array {
  return Uint8Array.from(fids.flatMap((fid) => [fid >> 8, fid & 0xff]));
}

/** Tells whether a READ brought something: a warning may come with what there is. */
function isGiven({ data, sw }: ResponseApdu): boolean {
  return data.length > 0 && (isOk(sw) || sw >> 8 === 0x62);
}

function* readTransparent(size: number): Procedure<ReadContent> {
  let octets: Uint8Array = NONE;
  while (octets.length < size) {
    const at = octets.length;
    const ne = Math.min(LE_MAX, size - at);
    const response = yield* exchange(commandApdu([0, INS.binary, at >> 8, at & 0xff], NONE, ne));
    if (!isGiven(response)) return { octets, refusedBy: response.sw };
    octets = concat(octets, response.data);
    if (response.data.length < ne) break;
  }
  return { octets, refusedBy: undefined };
}

function* readRecords({
  length,
  count,
}: {
  length: number;
  count: number;
}): Procedure<ReadContent> {
  let octets: Uint8Array = NONE;
  for (let n = 1; n <= count; n++) {
    const response = yield* exchange(commandApdu([0, INS.record, n, ABSOLUTE], NONE, length));
    if (!isGiven(response)) return { octets, refusedBy: response.sw };
    if (response.data.length !== length) break;
    octets = concat(octets, response.data);
  }
  return { octets, refusedBy: undefined };
}

/** Why a profile cannot have an EF; `undefined`: it can. */
function problemOf({ kind, size, records }: FileDetails): string | undefined {
  if (kind === 'transparent' || kind === 'ber-tlv') {
    const fits = size !== undefined && size >= 1 && size <= TRANSPARENT_MAX;
    return fits ? undefined : `a content of ${size ?? 'unknown'} octets`;
  }
  if (kind !== 'linear' && kind !== 'cyclic') return 'an EF of unknown structure';
  if (records === undefined) return 'records of unknown length';
  const { length, count } = records;
  const fits = length >= 1 && length <= RECORD_OCTETS_MAX && count >= 1 && count <= RECORDS_MAX;
  return fits ? undefined : `${count} records of ${length} octets`;
}

/** Reads an EF, if it is there. */
function* readFile(
  { list, tell }: Reader,
  directory: OpenDirectory,
  above: readonly number[],
  fid: number,
): Procedure<void> {
  const details = yield* select(BY.path, octetsOf([...above, fid]));
  if (details === undefined || details.kind === 'directory') return;
  tell(`${directory.path}/${fidText(fid)}`);
  const problem = problemOf(details);
  if (problem !== undefined) {
    list.notes.push(`${directory.path}/${fidText(fid)}: ${problem}, which a profile cannot have`);
    return;
  }
  const { kind, records, size = 0 } = details;
  if (kind === 'ber-tlv') {
    list.addFile(directory, fid, details, size, yield* readObjects());
    return;
  }
  if (kind === 'transparent' || records === undefined) {
    const described = { ...details, records: undefined };
    list.addFile(directory, fid, described, size, yield* readTransparent(size));
    return;
  }
  const octets = records.length * records.count;
  list.addFile(directory, fid, details, octets, yield* readRecords(records));
}

/** FIDs that EF_PBR names; none where there is no such EF, or it makes no sense. */
function namedInPhoneBook(list: ReadingList, { path }: OpenDirectory): number[] {
  const file = list.files.find((one) => one.path === `${path}/EF.PBR`);
  const records = file === undefined ? [] : contentsOf(file);
  return records.flatMap((record) => {
    const groups = understood(() => EF_PBR.decode(fromHex(record))) ?? [];
    return groups.flatMap(({ files }) => files.map(({ fid }) => fid));
  });
}

/** Reads the EFs of a directory that are known, those of a phone book by its EF_PBR. */
function* readFiles(
  reader: Reader,
  directory: OpenDirectory,
  above: readonly number[],
): Procedure<void> {
  const { known } = directory;
  if (known === undefined) return;
  const declared = EF_DEFINITIONS[known].map(({ fid }) => fid);
  if (known !== 'PHONEBOOK') {
    for (const fid of declared) yield* readFile(reader, directory, above, fid);
    return;
  }
  yield* readFile(reader, directory, above, EF_PBR.fid);
  const named = namedInPhoneBook(reader.list, directory);
  for (const fid of new Set([...declared, ...named])) {
    if (fid !== EF_PBR.fid) yield* readFile(reader, directory, above, fid);
  }
}

/** Reads a DF, if it is there; gives its path in the profile. */
function* readDirectory(
  reader: Reader,
  parent: string,
  above: readonly number[],
  df: { readonly fid: number; readonly name: string; readonly known: EfDirectory | undefined },
): Procedure<string | undefined> {
  const fids = [...above, df.fid];
  const details = yield* select(BY.path, octetsOf(fids));
  if (details?.kind !== 'directory') return undefined;
  const described = { ...details, aid: undefined };
  const path = reader.list.addDirectory(parent, `DF.${df.name}`, df.fid, described);
  if (df.known === undefined) reader.list.notes.push(`${path}: its EFs are not known here`);
  yield* askPins(reader, details.pins);
  yield* readFiles(reader, { path, known: df.known }, fids);
  return path;
}

function* readDirectories(
  reader: Reader,
  parent: string,
  above: readonly number[],
  dfs: Readonly<Record<string, EfDirectory>>,
): Procedure<void> {
  for (const [text, known] of Object.entries(dfs)) {
    const fid = Number.parseInt(text, 16);
    const path = yield* readDirectory(reader, parent, above, { fid, name: known, known });
    if (path === undefined || known !== 'TELECOM') continue;
    const phoneBook = { '5F3A': 'PHONEBOOK' } as const;
    yield* readDirectories(reader, path, [...above, fid], phoneBook);
  }
}

/** The tries that '63CX' tells; none left behind '6983'. */
function triesOf(sw: StatusWord): number | undefined {
  if (sw === SW.blocked) return 0;
  return sw >> 4 === 0x63c ? sw & 0x0f : undefined;
}

function* ask(ins: number, reference: number): Procedure<number | undefined> {
  return triesOf((yield* exchange(commandApdu([0x00, ins, 0x00, reference]))).sw);
}

/** Asks for the tries of PINs that nothing is known of yet. */
function* askPins({ list }: Reader, pins: readonly PinStatus[]): Procedure<void> {
  for (const { reference, isEnabled } of pins) {
    if (list.pins.has(reference)) continue;
    const triesLeft = yield* ask(INS.verify, reference);
    const unblockTriesLeft = yield* ask(INS.unblock, reference);
    list.pins.set(reference, { reference, isEnabled, triesLeft, unblockTriesLeft });
    if (triesLeft === undefined || triesLeft === 0) {
      const what = triesLeft === 0 ? 'it is blocked' : 'its tries are not told';
      list.notes.push(`${keyName(reference)}: ${what}; 3 stand there`);
    }
  }
}

/** Shows keys to the card; a sentence when one is not taken. */
function* verify(keys: readonly CardKey[]): Procedure<string | undefined> {
  for (const { reference, value } of keys) {
    const command = commandApdu([0x00, INS.verify, 0x00, reference], value);
    const { sw } = yield* exchange(command);
    const isDisabled = sw === SW.referenceInvalidated;
    if (isOk(sw) || isDisabled) continue;
    const tries = triesOf(sw);
    const name = keyName(reference);
    if (tries === undefined) return `${name} was not taken, the card answered ${fidText(sw)}`;
    return tries === 0 ? `${name} is blocked` : `${name} is wrong, ${tries} tries are left`;
  }
  return undefined;
}

const isLocal = ({ reference }: CardKey): boolean => reference >= LOCAL;

/** Asks for the tries of a directory's PINs and of the given keys, then shows these. */
function* open(
  reader: Reader,
  { pins }: FileDetails,
  keys: readonly CardKey[],
): Procedure<string | undefined> {
  const others = keys
    .filter(({ reference }) => pins.every((pin) => pin.reference !== reference))
    .map(({ reference }) => ({ reference, isEnabled: true }));
  yield* askPins(reader, [...pins, ...others]);
  return yield* verify(keys);
}

/** The AIDs of EF_DIR; where it tells none, what those of a USIM and an ISIM begin with. */
function applicationsOf({ files }: ReadingList): Uint8Array[] {
  const file = files.find(({ path }) => path === 'MF/EF.DIR');
  const found = (file === undefined ? [] : contentsOf(file)).flatMap((record) => {
    const template = understood(() => EF_DIR.decode(fromHex(record)));
    return template === undefined ? [] : [template.aid];
  });
  return found.length > 0 ? found : [fromHex(USIM_AID), fromHex(ISIM_AID)];
}

/** Reads an application; a sentence when a local key is not taken. */
function* readApplication(reader: Reader, aid: Uint8Array): Procedure<string | undefined> {
  const { list } = reader;
  const details = yield* select(BY.aid, aid);
  if (details?.kind !== 'directory') return undefined;
  const whole = details.aid ?? aid;
  const text = toHex(whole).toUpperCase();
  const known = text.startsWith(USIM_AID) ? 'USIM' : text.startsWith(ISIM_AID) ? 'ISIM' : undefined;
  if (list.directories.some((directory) => directory.aid === text)) return undefined;
  const described = { ...details, aid: whole };
  const path = list.addDirectory('MF', `ADF.${known ?? text}`, ADF, described);
  if (known === undefined) list.notes.push(`${path}: its EFs are not known here`);
  const problem = yield* open(reader, details, reader.keys.filter(isLocal));
  if (problem !== undefined) return problem;
  yield* readFiles(reader, { path, known }, [ADF]);
  if (known !== 'USIM') return undefined;
  yield* readDirectories(reader, path, [ADF], USIM_DFS);
  for (const [fid, name] of Object.entries(OTHER_DFS)) {
    const df = { fid: Number.parseInt(fid, 16), name, known: undefined };
    yield* readDirectory(reader, path, [ADF], df);
  }
  return undefined;
}

/** Reads a card, from its reset on. */
function* readWhole(reader: Reader): Procedure<CardReadingResult> {
  const { list, keys } = reader;
  const atr = yield* reset();
  const details = yield* select(BY.fid, octetsOf([MF]));
  if (details?.kind !== 'directory') return { ok: false, problem: 'the card has no MF' };
  const path = list.addDirectory(undefined, 'MF', MF, { ...details, aid: undefined });
  const global = keys.filter((key) => !isLocal(key));
  let problem = yield* open(reader, details, global);
  if (problem !== undefined) return { ok: false, problem };
  yield* readFiles(reader, { path, known: 'MF' }, []);
  for (const aid of applicationsOf(list)) {
    problem = yield* readApplication(reader, aid);
    if (problem !== undefined) return { ok: false, problem };
  }
  yield* readDirectories(reader, path, [], MF_DFS);
  const { directories, files, unreadable, notes } = list;
  const pins = [...list.pins.values()];
  return { ok: true, reading: { atr, directories, files, pins, unreadable, notes } };
}

/**
 * Reads all that a card gives, without writing anything.
 *
 * @param keys PINs and ADM keys to verify, each once: global ones for the card, local ones for each
 *   application. Without them less can be read
 * @param tell hears the path of each EF when it is read
 * @see ETSI TS 102 221 §11.1.1, §11.1.3, §11.1.5
 */
export function* readCard(
  keys: readonly CardKey[] = [],
  tell: (path: string) => void = () => undefined,
): Procedure<CardReadingResult> {
  return yield* readWhole({ list: new ReadingList(), keys, tell });
}

/** Nothing goes to a network. */
const NO_NETWORK = { uplink: () => ({ kind: 'released' }) as const };

/**
 * Reads all that the card of a connection gives, without writing anything.
 *
 * @param card it is reset first
 * @param keys as for {@link readCard}; behind `guardedPins` no last try is spent on them
 * @param tell hears the path of each EF when it is read
 * @throws {ConnectionLost} the card or the link is gone
 * @see ETSI TS 102 221 §11.1.1, §11.1.3, §11.1.5
 * @example
 * ```ts
 * import { connect, createUicc, fromHex, guardedPins, readCardOf } from 'vuicc';
 *
 * const pin1 = { reference: 0x01, value: fromHex('31323334FFFFFFFF') };
 * const result = await readCardOf(guardedPins(connect(createUicc())), [pin1]);
 * if (!result.ok) throw new Error(result.problem);
 * const { files, unreadable } = result.reading;
 * if (files.length < 50 || unreadable.length > 0) throw new Error('PIN1 opens all its files');
 * ```
 */
export function readCardOf(
  card: CardConnection,
  keys: readonly CardKey[] = [],
  tell?: (path: string) => void,
): Promise<CardReadingResult> {
  return runProcedureAsync(readCard(keys, tell), { card, network: NO_NETWORK });
}
