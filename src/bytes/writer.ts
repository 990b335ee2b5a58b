/**
 * Builds octets field by field; the counterpart of the reader.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

/** 256 to the power of the index: to compute it for each field would cost more than to write it. */
const LIMITS: readonly number[] = [0, 1, 2, 3, 4, 5, 6].map((octets) => 256 ** octets);

/**
 * A growing octet string.
 *
 * @see docs/architecture.md, "Octets"
 */
export class ByteWriter {
  #octets = new Uint8Array(64);
  #length = 0;

  /** How many octets have been written. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes a big-endian unsigned number.
   *
   * @throws {RangeError} the value is no integer or does not fit; the message names the field
   */
  uint(octets: number, value: number, field: string): this {
    const limit = LIMITS[octets] ?? 256 ** octets;
    if (!Number.isInteger(value) || value < 0 || value >= limit) {
      throw new RangeError(`${field}: expected 0 to ${limit - 1}, got ${value}`);
    }
    this.#grow(octets);
    let left = value;
    for (let at = this.#length + octets - 1; at >= this.#length; at--) {
      this.#octets[at] = left % 256;
      left = Math.floor(left / 256);
    }
    this.#length += octets;
    return this;
  }

  /** Writes octets as they are. */
  bytes(octets: Uint8Array): this {
    this.#grow(octets.length);
    this.#octets.set(octets, this.#length);
    this.#length += octets.length;
    return this;
  }

  /** Returns what was written; a copy. */
  finish(): Uint8Array {
    return this.#octets.slice(0, this.#length);
  }

  #grow(octets: number): void {
    if (this.#length + octets <= this.#octets.length) return;
    const larger = new Uint8Array(Math.max(this.#octets.length * 2, this.#length + octets));
    larger.set(this.#octets);
    this.#octets = larger;
  }
}
