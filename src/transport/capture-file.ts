/**
 * A pcapng file that grows while a card is used, and can be read at any moment.
 *
 *     section and interface | packet | packet | …      each written at once, whole
 *
 * What the file cannot take any more is cut off behind the last whole packet.
 *
 * @see docs/traces.md, "For Wireshark"
 * @module
 */

import { closeSync, ftruncateSync } from 'node:fs';
import { pcapngHeader, pcapngPacket } from '../trace/pcapng.ts';
import { systemCode } from './locked-file.ts';
import { appendAll, openOutput } from './output-file.ts';

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
    const { descriptor, isRegular } = openOutput(file);
    this.#descriptor = descriptor;
    this.#isRegular = isRegular;
    try {
      this.#append(descriptor, pcapngHeader());
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
    appendAll(descriptor, blocks);
    this.#length += blocks.length;
  }

  #cut(descriptor: number): void {
    attempt(() => ftruncateSync(descriptor, this.#length));
  }
}

/** Does what may fail on a file that has failed already. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Whoever wanted the file has been told.
  }
}
