/**
 * Small operations on octet strings that the platform does not have.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

/**
 * Joins octet strings.
 *
 * @returns a new octet string; the parts are copied
 * @see docs/architecture.md, "Octets"
 * @example
 * ```ts
 * import { concat, toHex } from 'vuicc';
 *
 * if (toHex(concat(Uint8Array.of(1), Uint8Array.of(2, 3))) !== '010203') throw new Error('joined');
 * ```
 */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Copies octets into a plain `Uint8Array`. The `slice` of a `Buffer`, which Node.js hands out for
 * one, copies nothing.
 */
export function copyOf(octets: Uint8Array): Uint8Array {
  return new Uint8Array(octets);
}

/** Tells whether octet strings are the same. Not for secrets: see {@link equalsInConstantTime}. */
export function equals(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/**
 * Tells whether two octet strings are the same, in a time that depends on their length alone.
 *
 * For checksums, MACs and PINs: an early exit would tell an attacker how many octets were right.
 */
export function equalsInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a[at]! ^ b[at]!;
  return difference === 0;
}

/**
 * Combines octets with a mask by exclusive or: conceals them, or reveals them.
 *
 * @param at where in `octets` to begin; they are not cut out, as a copy costs more
 * @returns as many octets as the mask has
 */
export function exclusiveOr(octets: Uint8Array, mask: Uint8Array, at = 0): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let n = 0; n < out.length; n++) out[n] = octets[at + n]! ^ mask[n]!;
  return out;
}

/** Makes an octet string of one value. */
export function filled(length: number, octet: number): Uint8Array {
  return new Uint8Array(length).fill(octet);
}

/**
 * Copies the octets into a string of the wanted length, with `fill` behind them.
 *
 * @throws {RangeError} they are more than that
 */
export function padded(octets: Uint8Array, length: number, fill = 0xff): Uint8Array {
  if (octets.length > length) {
    throw new RangeError(`octets: expected at most ${length}, got ${octets.length}`);
  }
  const whole = filled(length, fill);
  whole.set(octets);
  return whole;
}

/**
 * Refuses an argument of another length.
 *
 * @throws {TypeError} it is no octet string
 * @throws {RangeError} its length is another; the message names the argument and both lengths
 */
export function expectLength(octets: Uint8Array, length: number, name: string): void {
  if (!(octets instanceof Uint8Array)) throw new TypeError(`${name}: expected a Uint8Array`);
  if (octets.length !== length) {
    throw new RangeError(`${name}: expected ${length} octets, got ${octets.length}`);
  }
}
