/**
 * Octets with a fault: what every decoder is tried with.
 *
 * @see docs/architecture.md, "Errors"
 * @module
 */

import fc from 'fast-check';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex } from '../../../src/bytes/hex.ts';

/** Gives every beginning of the octets, from none to all but one. */
export function truncations(octets: Uint8Array): Uint8Array[] {
  return Array.from(octets, (_, length) => octets.slice(0, length));
}

/** Gives the octets with one octet changed: every octet, to all its 255 other values. */
export function* alterations(octets: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < octets.length; at++) {
    for (let by = 1; by < 256; by++) {
      const altered = octets.slice();
      altered[at]! ^= by;
      yield altered;
    }
  }
}

/** Calls a decoder; gives `undefined` for a DecodeError, and lets any other error through. */
export function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** Random octets, and the given ones with up to four octets changed and a few cut off or added. */
export function octetsLike(...hex: readonly string[]): fc.Arbitrary<Uint8Array> {
  const damaged = fc
    .record({
      whole: fc.constantFrom(...hex.map((text) => fromHex(text))),
      changes: fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 4 }),
      cut: fc.nat(3),
      tail: fc.uint8Array({ maxLength: 3 }),
    })
    .map(({ whole, changes, cut, tail }) => {
      const kept = whole.slice(0, Math.max(0, whole.length - cut));
      for (const [at, octet] of changes) if (kept.length > 0) kept[at % kept.length] = octet;
      return Uint8Array.of(...kept, ...tail);
    });
  return fc.oneof(damaged, fc.uint8Array({ maxLength: 80 }));
}
