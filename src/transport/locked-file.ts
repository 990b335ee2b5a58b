/**
 * Files that one process has for itself, and that are there whole or not at all.
 *
 *     open      open ─▶ lock ─▶ is it still the file with the name?
 *     replace   FILE.vuicc-new: lock ─▶ write ─▶ wait for the disk ─▶ rename to FILE
 *
 * The lock is the system's own on the open file, so it ends with the process however that ends. A
 * file that takes the place of another is locked before it does, so whoever waits for the name
 * finds it locked.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  constants as O,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A state file that cannot be used; the message names it, and says what to do. */
export class StateFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateFileError';
  }
}

const OWNER_ONLY = 0o600;
/** What flock ends with when somebody else has the lock. */
const LOCKED = 1;

/** The code of an error of the operating system: `ENOSPC`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** A name as a message shows it, on one line. */
export function shown(file: string): string {
  return /\p{Cc}/u.test(file) ? JSON.stringify(file) : file;
}

/** Runs a step that may find no file; `undefined` then. */
export function ifThere<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The lock belongs to the open file, which the program shares with us: it stays when that ends. */
function lock(fd: number, file: string): void {
  const { error, status } = spawnSync('flock', ['-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  if (status === 0) return;
  const code = error === undefined ? `it ended with ${status}` : systemCode(error);
  const problem =
    code === 'ENOENT'
      ? 'cannot be locked without flock: apt-get install util-linux'
      : `flock cannot lock it (${code})`;
  throw new StateFileError(
    `${shown(file)}: ${status === LOCKED ? 'another process is using it' : problem}`,
  );
}

/** A second name would stay with an old card when the file is replaced. */
function expectOneFile(fd: number, file: string): void {
  const { nlink } = fstatSync(fd);
  if (!fstatSync(fd).isFile()) throw new StateFileError(`${shown(file)}: expected a regular file`);
  if (nlink > 1) {
    throw new StateFileError(`${shown(file)}: expected a file of one name, found ${nlink} (links)`);
  }
}

/** Tells whether an open file still has its name. */
export function hasName(fd: number, file: string): boolean {
  const named = ifThere(() => statSync(file));
  const { dev, ino } = fstatSync(fd);
  return named?.ino === ino && named.dev === dev;
}

function openOrCreate(file: string, create: number): number | undefined {
  for (;;) {
    const fd = ifThere(() => openSync(file, O.O_RDWR | O.O_NONBLOCK | create, OWNER_ONLY));
    if (fd === undefined) return undefined;
    try {
      expectOneFile(fd, file);
      lock(fd, file);
      if (hasName(fd, file)) return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    closeSync(fd); // Its name has gone to another file meanwhile.
  }
}

/** Where a file really is, or will be: a link stays a link when the file is replaced. */
export function realPath(file: string): string {
  const found = ifThere(() => realpathSync(file));
  if (found !== undefined) return found;
  const isLink = ifThere(() => lstatSync(file).isSymbolicLink()) === true;
  if (isLink) return realPath(resolve(realpathSync(dirname(file)), readlinkSync(file)));
  return join(realpathSync(dirname(file)), basename(file));
}

/**
 * Opens a file and locks it.
 *
 * @returns `undefined` when there is none
 * @throws {StateFileError} another process has it, or it cannot be locked
 */
export function openLocked(file: string): number | undefined {
  return openOrCreate(file, 0);
}

/** Writes octets to a place in a file, all of them. */
export function writeAt(fd: number, octets: Uint8Array, at: number): void {
  let done = 0;
  while (done < octets.length) {
    done += writeSync(fd, octets, done, octets.length - done, at + done);
  }
}

/** Takes over what a file was, with the lock of the file that takes its place. */
export interface Replacement {
  /** The new file, locked. */
  readonly fd: number;
  /** Why it is not certain that the name will be the new file's after a loss of power. */
  readonly doubt: unknown;
}

/** The name of a file that is not yet whole. */
const temporaryOf = (file: string): string => `${file}.vuicc-new`;

/**
 * Makes a file, or puts another in its place.
 *
 * @param mayReplace asked when nobody else can do the same: false leaves all as it is
 * @returns `undefined` when it was not wanted
 * @throws {StateFileError} another process is doing the same
 */
export function putLocked(
  file: string,
  octets: Uint8Array,
  mayReplace: () => boolean,
): Replacement | undefined {
  const temporary = temporaryOf(file);
  const folder = openSync(dirname(file), O.O_RDONLY);
  try {
    // Whatever is in its way is nobody's: not a link that leads elsewhere.
    const fd = openOrCreate(temporary, O.O_CREAT | O.O_NOFOLLOW)!;
    try {
      if (mayReplace()) {
        fchmodSync(fd, OWNER_ONLY);
        ftruncateSync(fd, 0);
        writeAt(fd, octets, 0);
        fsyncSync(fd);
        renameSync(temporary, file);
        return { fd, doubt: failureOf(() => fsyncSync(folder)) };
      }
    } catch (error) {
      discard(fd, temporary);
      throw error;
    }
    discard(fd, temporary);
    return undefined;
  } finally {
    closeSync(folder);
  }
}

function failureOf(step: () => void): unknown {
  try {
    step();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Removes what a process has left that was killed while it made a file. It holds keys. */
export function removeLeftOver(file: string): void {
  const temporary = temporaryOf(file);
  try {
    const fd = openOrCreate(temporary, O.O_NOFOLLOW);
    if (fd !== undefined) discard(fd, temporary);
  } catch {
    // Somebody is at it, or it is not ours.
  }
}

function discard(fd: number, temporary: string): void {
  ifThere(() => unlinkSync(temporary));
  closeSync(fd);
}

/** Tells whether there is a file. */
export function isThere(file: string): boolean {
  return ifThere(() => statSync(file)) !== undefined;
}
