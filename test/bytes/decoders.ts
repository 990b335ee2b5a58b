/**
 * What every decoder promises: it refuses with a DecodeError that says where, and with nothing
 * else.
 *
 * @see docs/architecture.md, "Errors"
 * @module
 */

import fc from 'fast-check';
import { expect } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';

/** Runs what must be refused, and gives the refusal as text: `IMSI/parity at 1: expected …`. */
export function refusal(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

function decoded<T>(decode: (octets: Uint8Array) => T, octets: Uint8Array): T | DecodeError {
  try {
    return decode(octets);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw new Error(`'${toHex(octets)}' made the decoder throw ${String(error)}`, { cause: error });
  }
}

/** Octets of no meaning, and valid ones of which some octets were changed, added or left out. */
function damaged(samples: readonly string[]): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .tuple(
      fc.constantFrom(...samples.map((sample) => fromHex(sample))),
      fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.integer({ min: -3, max: 3 }),
    )
    .map(([sample, changes, longer]) => {
      const octets = new Uint8Array(Math.max(0, sample.length + longer));
      octets.set(sample.subarray(0, octets.length));
      for (const [at, octet] of changes) if (octets.length > 0) octets[at % octets.length] = octet;
      return octets;
    });
  return fc.oneof(fc.uint8Array({ maxLength: 40 }), changed);
}

/**
 * Throws random octets at a decoder: it must not change them, and throw nothing but a DecodeError.
 *
 * @param samples valid octets in hex
 * @param inspect looks at what was accepted, with the octets that were
 */
export function expectOnlyDecodeErrors<T>(
  decode: (octets: Uint8Array) => T,
  samples: readonly string[],
  inspect: (value: T, octets: Uint8Array) => void = () => {},
): void {
  fc.assert(
    fc.property(damaged(samples), (octets) => {
      const before = toHex(octets);
      const result = decoded(decode, octets);
      expect(toHex(octets)).toBe(before);
      if (!(result instanceof DecodeError)) inspect(result, octets);
    }),
    { numRuns: 2000 },
  );
}

/**
 * The same for octets with one coding only: what is accepted is written again as it was.
 *
 * @param samples valid octets in hex
 */
export function expectOneCoding<T>(
  decode: (octets: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
  samples: readonly string[],
): void {
  for (const sample of samples) expect(toHex(encode(decode(fromHex(sample))))).toBe(sample);
  expectOnlyDecodeErrors(decode, samples, (value, octets) => {
    expect(toHex(encode(value))).toBe(toHex(octets));
  });
}

/** Gives octets cut short, from none of them to all but one. */
export function truncations(octets: Uint8Array): Uint8Array[] {
  return Array.from({ length: octets.length }, (_, length) => octets.slice(0, length));
}
