/**
 * Which EFs of a profile are known, and which hold keys.
 *
 *     MF/A0000000871002…/5FC0    a place: AIDs and FIDs from the MF down
 *     5GS                        the directory of `src/ef` whose EFs are found there
 *
 * Names in paths are the author's own, so a directory is known by its AID or FID, an EF by its FID.
 * The EFs of a phone book have FIDs of the card's choice; those that cards often have are known.
 *
 * @see 3GPP TS 31.102 §4; 3GPP TS 31.103 §4; 3GPP TS 51.011 §10.3, §10.5
 * @module
 */

import type { EfDirectory } from '../ef/definitions.ts';
import { SAME_AS_RECORD_1 } from './check-content.ts';
import { type CardProfile, type FileProfile, hasRecords } from './profile.ts';
import { ISIM_AID, parentPath, plainPath, USIM_AID } from './tree.ts';

/** EFs whose contents are keys or passwords, or may hold some. */
export const SECRET_FILES: ReadonlySet<string> = new Set([
  'EF_Keys',
  'EF_KeysPS',
  'EF_Kc',
  'EF_KcGPRS',
  'EF_EPSNSC',
  'EF_5GS3GPPNSC',
  'EF_5GSN3GPPNSC',
  'EF_5GAUTHKEYS',
  'EF_DCK',
  'EF_GBABP',
  'EF_Hiddenkey',
  'EF_MMSICP',
  'EF_MMSUCP',
  'EF_MSK',
  'EF_MUK',
  'EF_MuDMiDConfigData',
  'EF_WRI',
  'EF_XCAPConfigData',
]);

/** Directories by plain path: AIDs and FIDs from the MF down, in upper case. */
export type Places = ReadonlyMap<string, string>;

/** Gives the place of each directory. */
export function placesOf({ directories }: Pick<CardProfile, 'directories'>): Places {
  const places = new Map<string, string>();
  for (const { path, fid, aid } of directories) {
    const parent = parentPath(path);
    const own = (aid ?? fid).toUpperCase();
    places.set(plainPath(path), parent === undefined ? 'MF' : `${places.get(parent)}/${own}`);
  }
  return places;
}

/** DFs and what is known in them, by their FID; those of a USIM. */
export const USIM_DFS: Readonly<Record<string, Exclude<EfDirectory, 'GSM'>>> = {
  '5F3A': 'PHONEBOOK',
  '5F3B': 'GSM-ACCESS',
  '5F40': 'WLAN',
  '5F50': 'HNB',
  '5FC0': '5GS',
  '5FE0': 'SNPN',
};

/** The same for the MF. */
export const MF_DFS: Readonly<Record<string, EfDirectory>> = { '7F10': 'TELECOM', '7F20': 'GSM' };

/** Tells which EFs are known in a directory; `undefined`: none. */
export function efDirectory(place: string): EfDirectory | undefined {
  const [, first = '', second, ...deeper] = place.split('/');
  if (deeper.length > 0) return undefined;
  if (first === '') return 'MF';
  const isUsim = first.startsWith(USIM_AID);
  if (second === undefined) {
    if (isUsim) return 'USIM';
    return first.startsWith(ISIM_AID) ? 'ISIM' : MF_DFS[first];
  }
  if (isUsim) return USIM_DFS[second];
  return first === '7F10' && second === '5F3A' ? 'PHONEBOOK' : undefined;
}

/** Gives the contents of an EF, or of each of its records: hex, as the profile writes it. */
export function contentsOf(file: FileProfile): readonly string[] {
  if (!hasRecords(file)) return [file.data];
  const { recLen, recCount, records, recordsFill } = file;
  const fill = recordsFill === SAME_AS_RECORD_1 ? (records[0] ?? '') : recordsFill.repeat(recLen);
  return Array.from({ length: recCount }, (_, r) => records[r] ?? fill);
}
