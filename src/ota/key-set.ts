/**
 * OTA keys: which algorithm the octets KIc and KID name, and the functions that a packet needs of
 * it.
 *
 *     KIc, KID   b8 to b5 key version number | b4 to b1 algorithm and mode
 *
 *     b4 to b1   KIc                KID of a CC           KID of an RC
 *     0          the key's own      the key's own         CRC-32
 *     1          DES in CBC         DES CBC-MAC           CRC-16
 *     2          AES in CBC         AES CMAC
 *     5          3DES, 2 keys       3DES CBC-MAC, 2 keys  CRC-32
 *     9          3DES, 3 keys       3DES CBC-MAC, 3 keys
 *     D          DES in ECB
 *
 * A packet sees a cipher and a checksum and never an algorithm. The length of an AES key is a
 * property of the key, not of the octet; that of a 3DES key must be what the octet says.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import { AES_BLOCK, type AesKey, expandAesKey } from '../crypto/aes.ts';
import { decryptAesCbc, encryptAesCbc } from '../crypto/cbc.ts';
import { aesCmac } from '../crypto/cmac.ts';
import { crc16, crc32 } from '../crypto/crc.ts';
import {
  DES_BLOCK,
  type DesKey,
  decryptDesCbc,
  decryptDesEcb,
  desCbcMac,
  encryptDesCbc,
  encryptDesEcb,
  expandDesKey,
} from '../crypto/des.ts';
import type { Integrity } from './spi.ts';

/** The algorithm of an OTA key. */
export type OtaAlgorithm = 'AES' | '3DES' | 'DES';

/** What a key computes, made once: packets ask for it again and again. */
interface KeyFunctions {
  /** Length of the key. */
  readonly octets: number;
  /** In CBC. */
  readonly cipher: Cipher;
  /** In ECB; DES alone. */
  readonly ecb: Cipher | undefined;
  /** By the octets that a packet carries of it; DES and 3DES have 8 whatever is asked for. */
  readonly checksums: Readonly<Record<4 | 8, Checksum>>;
}

/** A key of an algorithm, expanded, with what it computes. Treat as secret. */
export type OtaKey = KeyFunctions &
  (
    | { readonly algorithm: 'AES'; readonly aes: AesKey }
    | { readonly algorithm: '3DES' | 'DES'; readonly des: DesKey }
  );

/** What a key must be so that a KIc or KID octet names it. */
export interface NamedKey {
  readonly algorithm: OtaAlgorithm;
  /** Lengths in octets. */
  readonly octets: readonly number[];
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

/** Ciphering by one key; the initial vector of a chain is zero. */
export interface Cipher {
  /** Length of a block in octets. */
  readonly block: number;
  encrypt(blocks: Uint8Array): Uint8Array;
  decrypt(blocks: Uint8Array): Uint8Array;
}

/** A checksum: RC, or CC by one key. */
export interface Checksum {
  /** Length in octets. */
  readonly length: number;
  compute(octets: Uint8Array): Uint8Array;
}

const IMPLICIT = 0x0;
const DES_ECB = 0xd;
const LENGTHS: Readonly<Record<OtaAlgorithm, readonly number[]>> = {
  AES: [16, 24, 32],
  '3DES': [16, 24],
  DES: [8],
};
const NAMED: Readonly<Record<number, NamedKey>> = {
  1: { algorithm: 'DES', octets: [8] },
  2: { algorithm: 'AES', octets: LENGTHS.AES },
  5: { algorithm: '3DES', octets: [16] },
  9: { algorithm: '3DES', octets: [24] },
  [DES_ECB]: { algorithm: 'DES', octets: [8] },
};

const NO_CHECKSUM: Checksum = { length: 0, compute: () => new Uint8Array(0) };
const CRC_16: Checksum = { length: 2, compute: crc16 };
const CRC_32: Checksum = { length: 4, compute: crc32 };
/** A redundancy check has no key to say which is meant by '0': it is the longer one. */
const REDUNDANCY_CHECK: Readonly<Record<number, Checksum>> = { 0: CRC_32, 1: CRC_16, 5: CRC_32 };

function aesKey(octets: Uint8Array): OtaKey {
  const aes = expandAesKey(octets);
  const cmac = (length: number): Checksum => ({
    length,
    compute: (covered) => aesCmac(aes, covered).slice(0, length),
  });
  return {
    algorithm: 'AES',
    aes,
    octets: octets.length,
    cipher: {
      block: AES_BLOCK,
      encrypt: (blocks) => encryptAesCbc(aes, blocks),
      decrypt: (blocks) => decryptAesCbc(aes, blocks),
    },
    ecb: undefined,
    checksums: { 4: cmac(4), 8: cmac(8) },
  };
}

function desKey(algorithm: 'DES' | '3DES', octets: Uint8Array): OtaKey {
  const des = expandDesKey(octets);
  const mac = { length: DES_BLOCK, compute: (covered: Uint8Array) => desCbcMac(des, covered) };
  const ecb: Cipher = {
    block: DES_BLOCK,
    encrypt: (blocks) => encryptDesEcb(des, blocks),
    decrypt: (blocks) => decryptDesEcb(des, blocks),
  };
  return {
    algorithm,
    des,
    octets: octets.length,
    cipher: {
      block: DES_BLOCK,
      encrypt: (blocks) => encryptDesCbc(des, blocks),
      decrypt: (blocks) => decryptDesCbc(des, blocks),
    },
    ecb: algorithm === 'DES' ? ecb : undefined,
    checksums: { 4: mac, 8: mac },
  };
}

/**
 * Makes a key.
 *
 * @param key AES 16, 24 or 32 octets; 3DES 16 or 24; DES 8. Not kept as they are
 * @throws {RangeError} the key has another length
 * @see ETSI TS 102 225 §5.1.2
 * @example
 * ```ts
 * import { fromHex, otaKey } from 'vuicc';
 *
 * const key = otaKey('AES', fromHex('200102030405060708090a0b0c0d0e0f'));
 * if (key.algorithm !== 'AES') throw new Error('an AES key');
 * ```
 */
export function otaKey(algorithm: OtaAlgorithm, key: Uint8Array): OtaKey {
  const octets = key.length;
  const lengths = LENGTHS[algorithm];
  if (!lengths.includes(octets)) {
    throw new RangeError(
      `key: expected ${lengths.join(' or ')} octets for ${algorithm}, got ${octets}`,
    );
  }
  return algorithm === 'AES' ? aesKey(key) : desKey(algorithm, key);
}

/** The key version number in a KIc or KID octet. */
export function keyVersion(kicOrKid: number): number {
  return kicOrKid >> 4;
}

/**
 * Gives the KIc or KID octet that names a key by its version number and algorithm, CBC for ciphers.
 *
 * @param kvn 0 to 15
 * @param key `undefined` names the version alone
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 */
export function keyOctet(kvn: number, key: OtaKey | undefined): number {
  const named = Object.keys(NAMED).map(Number);
  const nibble = named.find((candidate) => key !== undefined && matches(candidate, key));
  return kvn * 16 + (nibble ?? IMPLICIT);
}

/**
 * Tells what a key must be to be named by KIc, or by KID of a cryptographic checksum.
 *
 * @returns `undefined` when the octet names none: the key's own algorithm, or a reserved value
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 */
export function namedKey(kicOrKid: number): NamedKey | undefined {
  return NAMED[kicOrKid & 0x0f];
}

function matches(nibble: number, key: OtaKey): boolean {
  if (nibble === IMPLICIT) return true;
  const named = NAMED[nibble];
  return named?.algorithm === key.algorithm && named.octets.includes(key.octets);
}

/**
 * Finds the ciphering that KIc names.
 *
 * @returns `undefined` when the key does not exist or is of another algorithm
 * @see ETSI TS 102 225 §5.1.2
 */
export function cipherOf(kic: number, keys: KeySet | undefined): Cipher | undefined {
  const key = keys?.cipheringKey;
  const nibble = kic & 0x0f;
  if (key === undefined || !matches(nibble, key)) return undefined;
  return nibble === DES_ECB ? key.ecb : key.cipher;
}

/** The cryptographic checksum that KID names. */
function cryptographicChecksum(kid: number, keys: KeySet | undefined): Checksum | undefined {
  const key = keys?.checksumKey;
  const nibble = kid & 0x0f;
  if (keys === undefined || key === undefined) return undefined;
  if (nibble === DES_ECB || !matches(nibble, key)) return undefined;
  return key.checksums[keys.macLength];
}

/**
 * Finds the checksum that one half of SPI asks for, and KID names.
 *
 * The other half of SPI may ask for another kind: the algorithm is then read in its column.
 *
 * @returns a checksum of no octets for `none`; `undefined` when the key does not exist or is of
 *   another algorithm, when KID names no redundancy check, and for a digital signature
 * @see ETSI TS 102 225 §5.1.3
 */
export function checksumOf(
  integrity: Integrity,
  kid: number,
  keys: KeySet | undefined,
): Checksum | undefined {
  switch (integrity) {
    case 'none':
      return NO_CHECKSUM;
    case 'rc':
      return REDUNDANCY_CHECK[kid & 0x0f];
    case 'cc':
      return cryptographicChecksum(kid, keys);
    case 'ds':
      return undefined;
  }
}
