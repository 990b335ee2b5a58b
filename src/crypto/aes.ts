/**
 * An AES key, expanded once by its owner and kept.
 *
 * Expanding a key costs twice what a block does, so whoever uses a key often holds an
 * {@link AesKey} and hands it in. Blocks are four little-endian words.
 *
 * @see FIPS 197 §5.2; docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { unsafe } from '@noble/ciphers/aes.js';
import { copyOf } from '../bytes/octets.ts';

/** Length of a block in octets. */
export const AES_BLOCK = 16;

/** An AES key, expanded for both directions when first needed. Treat as secret. */
export interface AesKey {
  /** Round keys for ciphering, as words. */
  readonly encryption: Uint32Array;
  /** Round keys for deciphering, as words; computed at the first use. */
  readonly decryption: () => Uint32Array;
}

/**
 * Expands a key.
 *
 * @param key 16, 24 or 32 octets; not kept
 * @throws {RangeError} the key has another length
 * @see FIPS 197 §5.2
 */
export function expandAesKey(key: Uint8Array): AesKey {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32) {
    throw new RangeError(`key: expected 16, 24 or 32 octets, got ${key.length}`);
  }
  const encryption = unsafe.expandKeyLE(key);
  const forDecryption = copyOf(key);
  let decryption: Uint32Array | undefined;
  return {
    encryption,
    decryption: () => {
      decryption ??= unsafe.expandKeyDecLE(forDecryption);
      return decryption;
    },
  };
}

/** 16 octets as four little-endian words. */
export interface AesBlock {
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
}

/**
 * Ciphers one block: noble's function, under our name.
 *
 * @see FIPS 197 §5.1
 */
export const encryptAesBlock: (
  encryption: Uint32Array,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
) => AesBlock = unsafe.encrypt;

/** Reads four octets as a little-endian word. */
export function loadWord(octets: Uint8Array, at: number): number {
  return (
    octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24) | 0
  );
}

/** Writes a little-endian word. */
export function storeWord(octets: Uint8Array, at: number, word: number): void {
  octets[at] = word;
  octets[at + 1] = word >>> 8;
  octets[at + 2] = word >>> 16;
  octets[at + 3] = word >>> 24;
}
