/**
 * Files that one process has for itself, and that are there whole or not at all.
 *
 *     open      open ─▶ lock ─▶ is it still the file with the name?
 *     replace   FILE.new: lock ─▶ write ─▶ wait for the disk ─▶ rename to FILE
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

/** Runs a step that may find no file; `undefined` then. */
function ifThere<T>(step: () => T): T | undefined {
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
  if (error !== undefined) {
    throw new StateFileError(`${file}: cannot be locked without flock: apt-get install util-linux`);
  }
  if (status === 0) return;
  const problem = status === LOCKED ? 'another process is using it' : 'flock cannot lock it';
  throw new StateFileError(`${file}: ${problem}`);
}

function openOrCreate(file: string, create: number): number | undefined {
  for (;;) {
    const fd = ifThere(() => openSync(file, O.O_RDWR | O.O_NONBLOCK | create, OWNER_ONLY));
    if (fd === undefined) return undefined;
    try {
      if (!fstatSync(fd).isFile()) throw new StateFileError(`${file}: expected a regular file`);
      lock(fd, file);
      if (ifThere(() => statSync(file).ino) === fstatSync(fd).ino) return fd;
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
  if (isLink) return realPath(resolve(dirname(file), readlinkSync(file)));
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

/**
 * Makes a file, or puts another in its place; {@link syncFolder} makes sure of its name.
 *
 * @param mayReplace asked when nobody else can do the same: false leaves all as it is
 * @returns the new file, locked; `undefined` when it was not wanted
 * @throws {StateFileError} another process is doing the same
 */
export function putLocked(
  file: string,
  octets: Uint8Array,
  mayReplace: () => boolean,
): number | undefined {
  const temporary = `${file}.new`;
  const fd = openOrCreate(temporary, O.O_CREAT)!;
  try {
    if (mayReplace()) {
      ftruncateSync(fd, 0);
      writeAt(fd, octets, 0);
      fsyncSync(fd);
      renameSync(temporary, file);
      return fd;
    }
  } catch (error) {
    discard(fd, temporary);
    throw error;
  }
  discard(fd, temporary);
  return undefined;
}

function discard(fd: number, temporary: string): void {
  ifThere(() => unlinkSync(temporary));
  closeSync(fd);
}

/** Makes sure of the name of a new file. */
export function syncFolder(of: string): void {
  const fd = openSync(dirname(of), O.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Tells whether there is a file. */
export function isThere(file: string): boolean {
  return ifThere(() => statSync(file)) !== undefined;
}
