/**
 * Checks how directories and EFs of a profile hang together: parents, names, FIDs, SFIs, AIDs.
 *
 * @see ETSI TS 102 221 §8
 * @module
 */

import { jsonPath, type Path, type Report, show } from './faults.ts';
import type { CardProfile, DirectoryProfile } from './profile.ts';
import { type ProfileTree, parentPath, plainPath } from './tree.ts';

const MF = 'MF';
const MF_FID = '3F00';
/** FID of every ADF, and the name of the current one. */
const ADF_FID = '7FFF';
/** FIDs that no DF and no EF may have. */
const RESERVED_FIDS: readonly string[] = [MF_FID, ADF_FID, '3FFF', 'FFFF', '0000'];

/**
 * Makes a check for values that must differ from one another within a scope.
 *
 * @param expected what each of them should have been
 */
export function unique(
  report: Report,
  expected: string,
): (path: Path, value: string | number, scope?: string) => void {
  const firsts = new Map<string, Path>();
  return (path, value, scope = '') => {
    const key = `${scope} ${value}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, path);
    else report(path, expected, `${show(value, path)}, as ${jsonPath(first)}`);
  };
}

function checkFid(directory: DirectoryProfile, at: Path, report: Report): void {
  const path = [...at, 'fid'];
  const fid = directory.fid.toUpperCase();
  const found = show(fid, path);
  if (plainPath(directory.path) === MF) {
    if (fid !== MF_FID) report(path, `"${MF_FID}", the FID of the MF`, found);
    if (directory.aid !== undefined) report([...at, 'aid'], 'no AID for the MF', 'an AID');
  } else if (directory.aid !== undefined) {
    if (fid !== ADF_FID) report(path, `"${ADF_FID}", as it has an AID`, found);
  } else if (fid === ADF_FID) {
    report([...at, 'aid'], `an AID, as the FID is ${ADF_FID}`, 'nothing');
  } else if (RESERVED_FIDS.includes(fid)) {
    report(path, 'a FID that is not reserved', found);
  }
}

function checkParent(
  directory: DirectoryProfile,
  n: number,
  tree: ProfileTree,
  report: Report,
): void {
  const at = ['directories', n, 'path'];
  const parent = parentPath(directory.path);
  if (parent === undefined) return;
  if (directory.aid !== undefined && parent !== MF) {
    report(at, 'an ADF directly in the MF', `one in "${parent}"`);
  }
  const index = tree.directories.get(parent);
  const expected = `a parent "${parent}" that stands before it`;
  if (index === undefined) report(at, expected, 'no such directory');
  else if (index > n) report(at, expected, `it at ${jsonPath(['directories', index])}`);
}

/** Checks directories and EFs as a tree. */
export function checkTree(profile: CardProfile, tree: ProfileTree, report: Report): void {
  const uniquePath = unique(report, 'a path of its own');
  const uniqueFid = unique(report, 'a FID of its own in its directory');
  const uniqueSfi = unique(report, 'an SFI of its own in its directory');
  const uniqueAid = unique(report, 'an AID of its own');

  if (!tree.directories.has(MF)) {
    report(['directories'], `the MF, a directory with the path "${MF}"`, 'none');
  }
  for (const [n, directory] of profile.directories.entries()) {
    const at = ['directories', n];
    checkFid(directory, at, report);
    checkParent(directory, n, tree, report);
    const fid = directory.fid.toUpperCase();
    const parent = parentPath(directory.path);
    uniquePath([...at, 'path'], plainPath(directory.path));
    if (parent !== undefined && fid !== ADF_FID) uniqueFid([...at, 'fid'], fid, parent);
    if (directory.aid !== undefined) uniqueAid([...at, 'aid'], directory.aid.toUpperCase());
  }
  for (const [n, file] of profile.files.entries()) {
    const at = ['files', n];
    const fid = file.fid.toUpperCase();
    const parent = parentPath(file.path) ?? '';
    if (!tree.directories.has(parent)) {
      report([...at, 'path'], 'a file in a directory of $.directories', `one in "${parent}"`);
    }
    if (RESERVED_FIDS.includes(fid)) {
      report([...at, 'fid'], 'a FID that is not reserved', show(fid, at));
    }
    uniquePath([...at, 'path'], plainPath(file.path));
    uniqueFid([...at, 'fid'], fid, parent);
    if (file.sfi !== null) uniqueSfi([...at, 'sfi'], file.sfi, parent);
  }
}
