/**
 * Files for what a card was seen to do: traces and captures.
 *
 * The answers of AUTHENTICATE hold session keys, so nobody but its owner may read such a file. What
 * was there is replaced, unless it is a card: a state file is not written over. A pipe or a device
 * is as good as a file, and is left as it is.
 *
 * @see docs/traces.md, "For Wireshark"
 * @module
 */

import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  constants as O,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { isJournal, MAGIC_OCTETS } from './journal.ts';
import { ifThere, systemCode } from './locked-file.ts';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A file that is open and empty. */
export interface OutputFile {
  readonly descriptor: number;
  /** It can be cut, and is private. */
  readonly isRegular: boolean;
}

/** A state file would be lost with all that its card is. */
function expectNoCard(file: string): void {
  const descriptor = ifThere(() => openSync(file, O.O_RDONLY | O.O_NONBLOCK));
  if (descriptor === undefined) return;
  try {
    if (!fstatSync(descriptor).isFile()) return;
    const begin = new Uint8Array(MAGIC_OCTETS);
    if (isJournal(begin.subarray(0, readSync(descriptor, begin)))) {
      throw new Error(`${file}: expected another file than the state of a card`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Begins a file in place of what was there; a pipe waits here for its reader.
 *
 * @throws {Error} it cannot be written, or is a state file; the message names it and says why
 */
export function openOutput(file: string): OutputFile {
  let descriptor: number | undefined;
  try {
    expectNoCard(file);
    descriptor = openSync(file, O.O_WRONLY | O.O_CREAT, OWNER_ONLY);
    return { descriptor, isRegular: begin(descriptor) };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Error(`${file}: cannot be written (${systemCode(error)})`, { cause: error });
  }
}

/** Writes octets behind those that are there, all of them. */
export function appendAll(descriptor: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
}

/** Makes a file private, then empty: what cannot be private stays as it is. Tells if it is one. */
function begin(descriptor: number): boolean {
  const state = fstatSync(descriptor);
  if (!state.isFile()) return false;
  if ((state.mode & OTHERS) !== 0) fchmodSync(descriptor, OWNER_ONLY);
  ftruncateSync(descriptor);
  return true;
}
