/**
 * What senders compute: the ciphers and checksums of the standard, and those that are mistaken for
 * them.
 *
 *     standard     CMAC; CBC-MAC of DES and 3DES with zeros behind; CRC of ISO/IEC 13239
 *     padding-80   '80' and zeros behind, in place of zeros alone
 *     retail       DES to the last block, 3DES for that alone
 *     cbc-mac      the last block of AES in CBC, in place of CMAC
 *     last-octets  the end of a CMAC, in place of its beginning
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3; ISO/IEC 9797-1 (the other MACs and their padding)
 * @module
 */

import { concat, exclusiveOr, padded } from '../../bytes/octets.ts';
import { AES_BLOCK, type AesKey } from '../../crypto/aes.ts';
import { decryptAesCbc, encryptAesCbc } from '../../crypto/cbc.ts';
import { aesCmac } from '../../crypto/cmac.ts';
import { crc16, crc32 } from '../../crypto/crc.ts';
import {
  DES_BLOCK,
  decryptDesCbc,
  decryptDesEcb,
  desCbcMac,
  encryptDesEcb,
  expandDesKey,
} from '../../crypto/des.ts';
import { type OtaAlgorithm, type OtaKey, otaKey } from '../key-set.ts';
import type { CandidateKeySet } from './mistake.ts';

/** Which octet of the packet names a key. */
export type KeyRole = 'KIc' | 'KID';

/** Use of a stored key, or of its first octets, for some algorithm. */
export interface KeyUse {
  readonly kvn: number;
  readonly role: KeyRole;
  readonly algorithm: OtaAlgorithm;
  /** How many of its octets. */
  readonly octets: number;
}

/** How a MAC is computed. */
export type MacMethod =
  | 'standard'
  | 'padding-80'
  | 'retail'
  | 'retail-80'
  | 'cbc-mac'
  | 'cbc-mac-80'
  | 'last-octets';

/** How a CRC is computed. */
export type CrcForm =
  | 'standard'
  | 'reversed'
  | 'no-final-xor'
  | 'from-zeros'
  | 'from-zeros-xor'
  | 'high-bit-first'
  | 'high-bit-first-no-xor';

/** The stored keys, each expanded once for each of its uses. Secret. */
export class KeyRing {
  readonly #keySets: readonly CandidateKeySet[];
  readonly #expanded = new Map<string, OtaKey>();

  constructor(keySets: readonly CandidateKeySet[]) {
    this.#keySets = keySets;
  }

  /** The octets of a key; `undefined` when it does not exist or has fewer. */
  octets({ kvn, role, octets }: KeyUse): Uint8Array | undefined {
    const set = this.#keySets.find((candidate) => candidate.kvn === kvn);
    const key = role === 'KIc' ? set?.kic.key : set?.kid.key;
    return key === undefined || key.length < octets ? undefined : key.slice(0, octets);
  }

  /** The key for its use; `undefined` when it does not exist or has fewer octets. */
  key(use: KeyUse): OtaKey | undefined {
    const name = `${use.kvn} ${use.role} ${use.algorithm} ${use.octets}`;
    const known = this.#expanded.get(name);
    if (known !== undefined) return known;
    const octets = this.octets(use);
    if (octets === undefined) return undefined;
    const key = otaKey(use.algorithm, octets);
    this.#expanded.set(name, key);
    return key;
  }
}

/** Length of a block in octets. */
export function blockOf(algorithm: OtaAlgorithm): number {
  return algorithm === 'AES' ? AES_BLOCK : DES_BLOCK;
}

/** Deciphers whole blocks. */
export function decipherBy(key: OtaKey, mode: 'CBC' | 'ECB', octets: Uint8Array): Uint8Array {
  if (key.algorithm !== 'AES') {
    return mode === 'CBC' ? decryptDesCbc(key.des, octets) : decryptDesEcb(key.des, octets);
  }
  if (mode === 'CBC') return decryptAesCbc(key.aes, octets);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += AES_BLOCK) {
    blocks.push(decryptAesCbc(key.aes, octets.subarray(at, at + AES_BLOCK)));
  }
  return concat(...blocks);
}

function behind80(octets: Uint8Array): Uint8Array {
  return concat(octets, Uint8Array.of(0x80));
}

function aesCbcMac(key: AesKey, octets: Uint8Array): Uint8Array {
  const length = Math.max(1, Math.ceil(octets.length / AES_BLOCK)) * AES_BLOCK;
  return encryptAesCbc(key, padded(octets, length, 0)).slice(-AES_BLOCK);
}

/** The MAC of ISO/IEC 9797-1 that is 3DES for its last block alone. */
function retailMac(key: Uint8Array, octets: Uint8Array): Uint8Array {
  const [k1, k2, k3 = k1] = [0, 8, 16]
    .filter((at) => at < key.length)
    .map((at) => expandDesKey(key.slice(at, at + DES_BLOCK)));
  return encryptDesEcb(k3!, decryptDesEcb(k2!, desCbcMac(k1!, octets)));
}

/**
 * Computes a MAC.
 *
 * @returns all of its octets; `undefined` when there is no such key, or not this method for it
 */
export function macBy(
  ring: KeyRing,
  use: KeyUse,
  method: MacMethod,
  octets: Uint8Array,
): Uint8Array | undefined {
  const key = ring.key(use);
  const raw = ring.octets(use);
  if (key === undefined || raw === undefined) return undefined;
  if (key.algorithm === 'AES') {
    if (method === 'standard' || method === 'last-octets') return aesCmac(key.aes, octets);
    if (method === 'cbc-mac') return aesCbcMac(key.aes, octets);
    return method === 'cbc-mac-80' ? aesCbcMac(key.aes, behind80(octets)) : undefined;
  }
  if (method === 'standard') return desCbcMac(key.des, octets);
  if (method === 'padding-80') return desCbcMac(key.des, behind80(octets));
  if (key.algorithm === 'DES') return undefined;
  if (method === 'retail') return retailMac(raw, octets);
  return method === 'retail-80' ? retailMac(raw, behind80(octets)) : undefined;
}

function mirrored(octet: number): number {
  let mirror = 0;
  for (let bit = 0; bit < 8; bit++) mirror |= ((octet >> bit) & 1) << (7 - bit);
  return mirror;
}

/** The CRC that takes the highest bit of an octet first is that of mirrored octets, mirrored. */
function highBitFirst(crc: (octets: Uint8Array) => Uint8Array, octets: Uint8Array): Uint8Array {
  return crc(octets.map(mirrored)).map(mirrored).reverse();
}

function inverted(octets: Uint8Array): Uint8Array {
  return octets.map((octet) => ~octet);
}

/** What begins with zeros differs by the CRC of as many zeros, whatever the octets are. */
function fromZeros(crc: (octets: Uint8Array) => Uint8Array, octets: Uint8Array): Uint8Array {
  const ofZeros = crc(new Uint8Array(octets.length));
  return exclusiveOr(crc(octets), ofZeros);
}

/** Computes a CRC of 2 or 4 octets. */
export function crcBy(length: 2 | 4, form: CrcForm, octets: Uint8Array): Uint8Array {
  const crc = length === 2 ? crc16 : crc32;
  switch (form) {
    case 'standard':
      return crc(octets);
    case 'reversed':
      return crc(octets).reverse();
    case 'no-final-xor':
      return inverted(crc(octets));
    case 'from-zeros':
      return fromZeros(crc, octets);
    case 'from-zeros-xor':
      return inverted(fromZeros(crc, octets));
    case 'high-bit-first':
      return highBitFirst(crc, octets);
    case 'high-bit-first-no-xor':
      return inverted(highBitFirst(crc, octets));
  }
}
