/**
 * OTA keys: which algorithm the octets KIc and KID name, and the functions that a packet needs of
 * it.
 *
 *     KIc, KID   b8 to b5 key version number | b4 to b1 algorithm and mode
 *
 * A packet sees a cipher and a checksum and never an algorithm. The length of an AES key is a
 * property of the key, not of the octet.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import { AES_BLOCK, type AesKey, expandAesKey } from '../crypto/aes.ts';
import { decryptAesCbc, encryptAesCbc } from '../crypto/cbc.ts';
import { aesCmac } from '../crypto/cmac.ts';

/** A key of an algorithm, expanded. Treat as secret. */
export interface OtaKey {
  readonly algorithm: 'AES';
  readonly aes: AesKey;
}

/** The keys of one key version number. Treat as secret. */
export interface KeySet {
  /** 0 to 15. */
  readonly kvn: number;
  readonly cipheringKey: OtaKey | undefined;
  readonly checksumKey: OtaKey | undefined;
  /** Octets of a CMAC that a packet carries. */
  readonly macLength: 4 | 8;
}

/** Ciphering by one key; blocks are chained, the initial vector is zero. */
export interface Cipher {
  /** Length of a block in octets. */
  readonly block: number;
  encrypt(blocks: Uint8Array): Uint8Array;
  decrypt(blocks: Uint8Array): Uint8Array;
}

/** A checksum by one key. */
export interface Checksum {
  /** Length in octets. */
  readonly length: number;
  compute(octets: Uint8Array): Uint8Array;
}

const ALGORITHM_OF_NIBBLE: Readonly<Record<number, OtaKey['algorithm'] | 'implicit'>> = {
  0: 'implicit',
  2: 'AES',
};

/**
 * Makes an AES key.
 *
 * @param key 16, 24 or 32 octets; not kept as they are
 * @throws {RangeError} the key has another length
 * @see ETSI TS 102 225 §5.1.2
 * @example
 * ```ts
 * import { aesOtaKey, fromHex } from 'vuicc';
 *
 * const key = aesOtaKey(fromHex('200102030405060708090a0b0c0d0e0f'));
 * if (key.algorithm !== 'AES') throw new Error('an AES key');
 * ```
 */
export function aesOtaKey(key: Uint8Array): OtaKey {
  return { algorithm: 'AES', aes: expandAesKey(key) };
}

/** The key version number in a KIc or KID octet. */
export function keyVersion(kicOrKid: number): number {
  return kicOrKid >> 4;
}

function matches(kicOrKid: number, key: OtaKey | undefined): key is OtaKey {
  const named = ALGORITHM_OF_NIBBLE[kicOrKid & 0x0f];
  return key !== undefined && (named === 'implicit' || named === key.algorithm);
}

/**
 * Finds the ciphering that KIc names.
 *
 * @returns `undefined` when the key does not exist or is of another algorithm
 * @see ETSI TS 102 225 §5.1.2
 */
export function cipherOf(kic: number, keys: KeySet | undefined): Cipher | undefined {
  const key = keys?.cipheringKey;
  if (!matches(kic, key)) return undefined;
  return {
    block: AES_BLOCK,
    encrypt: (blocks) => encryptAesCbc(key.aes, blocks),
    decrypt: (blocks) => decryptAesCbc(key.aes, blocks),
  };
}

/**
 * Finds the cryptographic checksum that KID names.
 *
 * @returns `undefined` when the key does not exist or is of another algorithm
 * @see ETSI TS 102 225 §5.1.3
 */
export function checksumOf(kid: number, keys: KeySet | undefined): Checksum | undefined {
  const key = keys?.checksumKey;
  if (keys === undefined || !matches(kid, key)) return undefined;
  const { macLength } = keys;
  return {
    length: macLength,
    compute: (octets) => aesCmac(key.aes, octets).subarray(0, macLength),
  };
}
