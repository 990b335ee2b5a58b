/**
 * Where directories and EFs of a profile stand, found by path and FID.
 *
 *     MF/ADF.USIM/DF.GSM-ACCESS(5F3B)/EF.Kc
 *     plain path: the same without `(5F3B)`; its directory: MF/ADF.USIM/DF.GSM-ACCESS
 *
 * Names in paths are the author's own. So an application is known by its AID, and an EF by its FID.
 *
 * @see ETSI TS 102 221 §8; ETSI TS 101 220 (application codes of 3GPP)
 * @module
 */

import type { CardProfile, DirectoryProfile, FileProfile } from './profile.ts';

/** RID of 3GPP and application code of a USIM; the AID of each USIM begins with it. */
export const USIM_AID = 'A0000000871002';
/** The same for an ISIM. */
export const ISIM_AID = 'A0000000871004';

/** Takes the `(FID)` out of a path. */
export function plainPath(path: string): string {
  return path.includes('(') ? path.replace(/\([0-9A-Fa-f]{4}\)/g, '') : path;
}

/** Gives the path of the directory that holds a directory or EF; the MF is in none. */
export function parentPath(path: string): string | undefined {
  const plain = plainPath(path);
  const end = plain.lastIndexOf('/');
  return end < 0 ? undefined : plain.slice(0, end);
}

/** Gives the name of a directory or EF: the end of its path. */
export function leafOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Finds the parts of one profile by their place in its arrays. */
export interface ProfileTree {
  /** Index of a directory, by its plain path. */
  readonly directories: ReadonlyMap<string, number>;
  /**
   * Finds the EF with this FID, directly in this directory.
   *
   * @returns the index of the EF
   */
  ef(directory: string, fid: string): number | undefined;
}

/** Makes the tree of a profile. Where two have the same place, the first has it. */
export function profileTree(profile: {
  readonly directories: readonly DirectoryProfile[];
  readonly files: readonly FileProfile[];
}): ProfileTree {
  const directories = new Map<string, number>();
  for (const [n, { path }] of profile.directories.entries()) {
    if (!directories.has(plainPath(path))) directories.set(plainPath(path), n);
  }
  const files = new Map<string, number>();
  const key = (directory: string, fid: string): string => `${directory}/${fid.toUpperCase()}`;
  for (const [n, { path, fid }] of profile.files.entries()) {
    const place = key(parentPath(path) ?? '', fid);
    if (!files.has(place)) files.set(place, n);
  }
  return { directories, ef: (directory, fid) => files.get(key(directory, fid)) };
}

/**
 * Finds an EF in a directory or the nearest one above: so EF_ARRs are found.
 *
 * @returns its index; `undefined`: there is none
 * @see ETSI TS 102 221 §9.2.7
 */
export function efAbove(tree: ProfileTree, directory: string, fid: string): number | undefined {
  for (let at: string | undefined = directory; at !== undefined; at = parentPath(at)) {
    const found = tree.ef(at, fid);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Finds a DF among those right below a directory.
 *
 * @param fid four hex digits, in upper case
 * @returns its path
 */
export function childDirectory(
  directories: readonly DirectoryProfile[],
  parent: string,
  fid: string,
): string | undefined {
  return directories.find(
    ({ path, fid: own }) => parentPath(path) === parent && own.toUpperCase() === fid,
  )?.path;
}

/**
 * Gives the ADFs of one kind of application.
 *
 * @param aid what their AIDs begin with: {@link USIM_AID}, {@link ISIM_AID}
 * @returns plain paths
 */
export function applicationPaths(profile: Pick<CardProfile, 'directories'>, aid: string): string[] {
  return profile.directories
    .filter((directory) => directory.aid?.toUpperCase().startsWith(aid) === true)
    .map(({ path }) => plainPath(path));
}
