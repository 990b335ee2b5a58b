/**
 * Octets that look random and repeat from a seed, for keys, RAND and TMSI of scenarios.
 *
 *     block n = SHA-256(seed, n)
 *
 * Whoever knows the seed knows the keys: for tests and shows, never for a real card.
 *
 * @see FIPS 180-4 (SHA-256)
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../bytes/octets.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** Gives the next octets of a stream. */
export type Randomness = (octets: number) => Uint8Array;

/**
 * Makes a stream of octets from a seed.
 *
 * @param seed any text; the same text gives the same octets
 * @see FIPS 180-4
 * @example
 * ```ts
 * import { seededRandomness, toHex } from 'vuicc';
 *
 * const [one, other] = [seededRandomness('1'), seededRandomness('1')];
 * if (toHex(one(4)) !== toHex(other(4))) throw new Error('repeats');
 * ```
 */
export function seededRandomness(seed: string): Randomness {
  const prefix = new TextEncoder().encode(`${seed}\n`);
  let block = 0;
  let left = new Uint8Array(0);
  return (octets) => {
    while (left.length < octets) {
      const number = new ByteWriter().uint(6, block++, 'block').finish();
      left = concat(left, sha256(concat(prefix, number))).slice();
    }
    const taken = left.slice(0, octets);
    left = left.slice(octets);
    return taken;
  };
}
