/**
 * Makes a phone book whole: all files that EF_PBR can name, and EF_PBR that names them.
 *
 *     type 1   ADN, IAP, ANR, PBC, GRP, UID   one record for each of EF_ADN
 *     type 2   SNE, EMAIL                     found through EF_IAP
 *     type 3   EXT1, AAS, GAS, CCP1           named in a record of another
 *
 * A phone book whose EF_PBR has other FIDs than those of the definitions is somebody's own, and is
 * left alone.
 *
 * @see 3GPP TS 31.102 §4.4.2
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import type { EfMaking } from '../ef/making.ts';
import {
  EF_PBR,
  PHONE_BOOK_COUNTERS,
  PHONE_BOOK_FILES,
  type PhoneBookGroup,
  type PhoneBookKind,
  type PhoneBookLinking,
} from '../ef/phone-book.ts';
import { type DeclaredFile, type FileMaker, withRecords } from './file-maker.ts';
import { contentsOf } from './known-files.ts';
import { hasRecords } from './profile.ts';

const LINKING: Readonly<Record<PhoneBookLinking, readonly PhoneBookKind[]>> = {
  'same-record': ['adn', 'iap', 'anr', 'pbc', 'grp', 'uid'],
  'through-iap': ['sne', 'email'],
  'by-reference': ['ext1', 'aas', 'gas', 'ccp1'],
};
const LINKINGS = Object.keys(LINKING) as PhoneBookLinking[];

/** What EF_PBR says now; `undefined` when that is not for this program to change. */
function namedFiles(records: readonly string[]): readonly PhoneBookGroup[] | undefined {
  const [first = [], ...others] = records.map((record) => EF_PBR.decode(fromHex(record)));
  const isOwn = first
    .flatMap(({ files }) => files)
    .some(({ kind, fid }) => typeof kind === 'number' || PHONE_BOOK_FILES[kind].fid !== fid);
  return isOwn || others.some((groups) => groups.length > 0) ? undefined : first;
}

/** Adds the kinds that are not named. */
function withAllKinds(groups: readonly PhoneBookGroup[]): readonly PhoneBookGroup[] {
  const named = groups.flatMap(({ files }) => files.map(({ kind }) => kind));
  const missing = (linking: PhoneBookLinking): PhoneBookGroup['files'] =>
    LINKING[linking]
      .filter((kind) => !named.includes(kind))
      .map((kind) => ({ kind, fid: PHONE_BOOK_FILES[kind].fid, sfi: PHONE_BOOK_FILES[kind].sfi }));
  const known = groups.map(({ linking, files }) =>
    typeof linking === 'number'
      ? { linking, files }
      : { linking, files: [...files, ...missing(linking)] },
  );
  const others = LINKINGS.filter((linking) => groups.every((group) => group.linking !== linking));
  return [...known, ...others.map((linking) => ({ linking, files: missing(linking) }))];
}

/**
 * Adds what a phone book lacks.
 *
 * @param directory path of its DF
 * @param makings how its files are made
 */
export function makePhoneBook(
  maker: FileMaker,
  directory: string,
  makings: readonly EfMaking[],
): void {
  const add = (ef: DeclaredFile, count?: number): void => {
    const making = makings.find(({ name }) => name === ef.name);
    if (making === undefined || maker.file(directory, ef.fid) !== undefined) return;
    maker.addFile(directory, ef, making, count);
  };
  if (!makings.some(({ name }) => name === EF_PBR.name)) return;
  add(EF_PBR);
  for (const counter of PHONE_BOOK_COUNTERS) add(counter);
  const place = maker.file(directory, EF_PBR.fid) ?? -1;
  const file = maker.files[place];
  if (file === undefined || !hasRecords(file)) return;
  const records = contentsOf(file);
  const groups = understood(() => namedFiles(records));
  if (groups === undefined) return;

  add(PHONE_BOOK_FILES.adn);
  const adn = maker.files[maker.file(directory, PHONE_BOOK_FILES.adn.fid) ?? -1];
  const count = adn === undefined || !hasRecords(adn) ? undefined : adn.recCount;
  for (const linking of LINKINGS) {
    for (const kind of LINKING[linking]) {
      add(PHONE_BOOK_FILES[kind], linking === 'same-record' ? count : undefined);
    }
  }
  const named = EF_PBR.encode(withAllKinds(groups));
  const octets = Math.max(file.recLen, named.length);
  const first = toHex(named).toUpperCase();
  maker.files[place] = withRecords(
    file,
    [first, ...records.slice(1)].map((record) => record.padEnd(octets * 2, 'F')),
  );
}
