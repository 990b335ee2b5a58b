/**
 * Checks that the access rules, to which files refer, are there.
 *
 * An EF in the MF refers to a record of the MF's EF_ARR 2F06, another EF to one of the EF_ARR 6F06
 * in its directory or the nearest above that has one. A directory names the FID itself. A card
 * denies all access to a file whose rule it does not find: a wrong reference shows late, and looks
 * like a PIN that is not verified.
 *
 * @see ETSI TS 102 221 §9
 * @module
 */

import { SAME_AS_RECORD_1 } from './check-content.ts';
import { count, type Path, type Report } from './faults.ts';
import { type CardProfile, hasRecords } from './profile.ts';
import { type ProfileTree, parentPath, plainPath } from './tree.ts';

const ARR_OF_MF = '2F06';
const ARR_BELOW = '6F06';

/** A record without an access rule: nothing in it but filler. */
const EMPTY = /^(?:FF|00)*$/i;

/** Finds an EF in a directory or the nearest one above. */
function findUpwards(tree: ProfileTree, directory: string, fid: string): number | undefined {
  let at: string | undefined = directory;
  while (at !== undefined) {
    const found = tree.ef(at, fid);
    if (found !== undefined) return found;
    at = parentPath(at);
  }
  return undefined;
}

/** Gives what is wrong with a record of an EF_ARR, or `undefined`. */
function problemOf(
  profile: CardProfile,
  index: number | undefined,
  record: number,
): string | undefined {
  const file = index === undefined ? undefined : profile.files[index];
  if (file === undefined) return 'no such EF';
  if (!hasRecords(file)) return `a ${file.type === 'ber-tlv' ? 'BER-TLV' : file.type} EF`;
  if (record > file.recCount) return `an EF of ${count(file.recCount, 'record')}`;
  const isCopy = file.recordsFill === SAME_AS_RECORD_1;
  const content = file.records[record - 1] ?? (isCopy ? file.records[0] : file.recordsFill) ?? '';
  return EMPTY.test(content) ? 'an empty record' : undefined;
}

/** Checks the `arr` of all directories and EFs. */
export function checkAccess(profile: CardProfile, tree: ProfileTree, report: Report): void {
  const check = (at: Path, directory: string, fid: string, record: number): void => {
    const problem = problemOf(profile, findUpwards(tree, directory, fid), record);
    const place = directory === 'MF' ? '"MF"' : `"${directory}" or above`;
    if (problem !== undefined) {
      report(at, `a rule in record ${record} of EF_ARR ${fid} in ${place}`, problem);
    }
  };
  for (const [n, { path, arr }] of profile.directories.entries()) {
    const [fid = '', record = ''] = arr.toUpperCase().split('/');
    check(['directories', n, 'arr'], plainPath(path), fid, Number(record));
  }
  for (const [n, { path, arr }] of profile.files.entries()) {
    const directory = parentPath(path) ?? '';
    check(['files', n, 'arr'], directory, directory === 'MF' ? ARR_OF_MF : ARR_BELOW, arr);
  }
}
