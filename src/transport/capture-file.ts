/**
 * A pcapng file that grows while a card is used, and can be read at any moment.
 *
 *     section and interface | packet | packet | …      each written at once, whole
 *
 * The answers of AUTHENTICATE hold session keys, so nobody but its owner may read the file. What
 * the file cannot take any more is cut off behind the last whole packet. A pipe or a device is as
 * good as a file, and is left as it is.
 *
 * @see docs/traces.md, "For Wireshark"
 * @module
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import { pcapngHeader, pcapngPacket } from '../trace/pcapng.ts';
import { systemCode } from './locked-file.ts';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A capture that is written packet by packet. */
export class CaptureFile {
  readonly #file: string;
  readonly #onProblem: (problem: string) => void;
  readonly #isRegular: boolean;
  /** `undefined` once nothing more is written. */
  #descriptor: number | undefined;
  /** Octets of the blocks that are there whole. */
  #length = 0;

  /**
   * Begins a new capture in place of what was there; a pipe waits here for its reader.
   *
   * @param onProblem hears once that the file takes no more, and why; must not throw
   * @throws {Error} it cannot be written; the message names the file and says why
   */
  constructor(file: string, onProblem: (problem: string) => void) {
    this.#file = file;
    this.#onProblem = onProblem;
    try {
      this.#descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT, OWNER_ONLY);
      this.#isRegular = begin(this.#descriptor);
      this.#append(this.#descriptor, pcapngHeader());
    } catch (error) {
      this.close();
      throw new Error(`${file}: cannot be written (${systemCode(error)})`, { cause: error });
    }
  }

  /** Writes one packet. Does not throw. */
  write(packet: Uint8Array, atMicroseconds: number): void {
    if (this.#descriptor === undefined) return;
    try {
      this.#append(this.#descriptor, pcapngPacket(packet, atMicroseconds));
    } catch (error) {
      if (this.#isRegular) this.#cut(this.#descriptor);
      this.close();
      const why = `cannot be written (${systemCode(error)})`;
      this.#onProblem(`${this.#file}: ${why}; the capture ends here`);
    }
  }

  /** Ends the capture; a second time does nothing. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) attempt(() => closeSync(descriptor));
  }

  #append(descriptor: number, blocks: Uint8Array): void {
    for (let at = 0; at < blocks.length; ) at += writeSync(descriptor, blocks, at);
    this.#length += blocks.length;
  }

  #cut(descriptor: number): void {
    attempt(() => ftruncateSync(descriptor, this.#length));
  }
}

/** Makes a file private, then empty: what cannot be private stays as it is. Tells if it is one. */
function begin(descriptor: number): boolean {
  const state = fstatSync(descriptor);
  if (!state.isFile()) return false;
  if ((state.mode & OTHERS) !== 0) fchmodSync(descriptor, OWNER_ONLY);
  ftruncateSync(descriptor);
  return true;
}

/** Does what may fail on a file that has failed already. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Whoever wanted the file has been told.
  }
}
