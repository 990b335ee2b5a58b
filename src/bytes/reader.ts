/**
 * Reads octets field by field, and says which field did not fit.
 *
 * Every decoder reads through it: `subarray` does not fail past the end, a reader does.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import { DecodeError } from './errors.ts';
import { toHex } from './hex.ts';

/** The most octets that fit a `number` exactly when read as an unsigned integer. */
const UINT_OCTETS_MAX = 6;

/**
 * A cursor on octets that belong to somebody else.
 *
 * @see docs/architecture.md, "Octets"
 */
export class ByteReader {
  readonly #octets: Uint8Array;
  readonly #name: string;
  readonly #base: number;
  #at = 0;

  /**
   * @param octets what to read; kept, not changed
   * @param name what they are, for error messages
   * @param base where they start in the whole message, for error messages
   */
  constructor(octets: Uint8Array, name: string, base = 0) {
    // The slice of a Buffer is no copy, and what is read is promised to be one.
    const isPlain = octets.constructor === Uint8Array;
    this.#octets = isPlain
      ? octets
      : new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
    this.#name = name;
    this.#base = base;
  }

  /** How many octets have been read. */
  get offset(): number {
    return this.#at;
  }

  /** How many octets are left. */
  get remaining(): number {
    return this.#octets.length - this.#at;
  }

  /**
   * Reads a big-endian unsigned number of 1 to 6 octets.
   *
   * @throws {DecodeError} fewer octets are left
   */
  uint(octets: number, field: string): number {
    if (octets < 1 || octets > UINT_OCTETS_MAX)
      throw new RangeError(`octets: 1 to 6, got ${octets}`);
    this.#need(octets, field);
    let value = 0;
    // No shifts: CNTR has 40 bits and SQN 48.
    for (let n = 0; n < octets; n++) value = value * 256 + this.#octets[this.#at++]!;
    return value;
  }

  /** Looks at the next octet without reading it; `undefined` at the end. */
  peek(): number | undefined {
    return this.#octets[this.#at];
  }

  /**
   * Reads a number of octets.
   *
   * @returns a copy
   * @throws {DecodeError} fewer octets are left
   */
  take(octets: number, field: string): Uint8Array {
    this.#need(octets, field);
    const part = this.#octets.slice(this.#at, this.#at + octets);
    this.#at += octets;
    return part;
  }

  /** Reads all that is left. Returns a copy. */
  rest(): Uint8Array {
    const part = this.#octets.slice(this.#at);
    this.#at = this.#octets.length;
    return part;
  }

  /**
   * Makes a reader for the next octets, which count as read; error messages go on with its name.
   *
   * @throws {DecodeError} fewer octets are left
   */
  enter(octets: number, field: string): ByteReader {
    const base = this.#base + this.#at;
    return new ByteReader(this.take(octets, field), `${this.#name}/${field}`, base);
  }

  /**
   * Reads octets that can have one value only.
   *
   * @throws {DecodeError} they have another
   */
  expect(octets: Uint8Array, field: string): void {
    const at = this.#at;
    const found = this.take(octets.length, field);
    for (let n = 0; n < octets.length; n++) {
      if (found[n] !== octets[n]) {
        this.#at = at;
        throw this.error(field, `expected '${toHex(octets)}'`);
      }
    }
  }

  /**
   * Declares that all has been read.
   *
   * @throws {DecodeError} something is left
   */
  end(): void {
    if (this.remaining > 0)
      throw this.error('end', `expected no more octets, ${this.remaining} left`);
  }

  /** Makes the error for a field that starts at an {@link offset}, or at the next octet. */
  error(field: string, problem: string, at: number = this.#at): DecodeError {
    return new DecodeError(`${this.#name}/${field}`, this.#base + at, problem);
  }

  #need(octets: number, field: string): void {
    // A length that was computed from other fields may have come out below zero.
    if (octets < 0 || octets > this.remaining) {
      throw this.error(field, `needs ${octets} octets, ${this.remaining} left`);
    }
  }
}
