/**
 * KIc and KID: which key and algorithm they name, and what these compute.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3; RFC 4493 §4 (CMAC); node:crypto as a second AES-CBC
 * @module
 */

import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { filled } from '../../src/bytes/octets.ts';
import {
  checksumOf,
  cipherOf,
  type KeySet,
  keyOctet,
  keyVersion,
  namedKey,
  type OtaAlgorithm,
  otaKey,
} from '../../src/ota/key-set.ts';
import { keySet } from './support/packets.ts';

/** The key, the first messages and their CMACs of RFC 4493. */
const KEY = '2b7e151628aed2a6abf7158809cf4f3c';
const CMACS = [
  ['', 'bb1d6929e95937287fa37d129b756746'],
  ['6bc1bee22e409f96e93d7e117393172a', '070a16b46b4d4144f79bdd9dd04a287c'],
  [
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411',
    'dfa66747de9ae63030ca32611497c827',
  ],
] as const;

const AES_KEYS = keySet(KEY, KEY);
const NIBBLES = Array.from({ length: 16 }, (_, nibble) => nibble);
const KVNS = NIBBLES;

/** Keys of each algorithm, and the nibbles of KIc and of KID for a CC that name them. */
const KEYS = [
  ['AES', 16, [0, 2], [0, 2]],
  ['AES', 24, [0, 2], [0, 2]],
  ['AES', 32, [0, 2], [0, 2]],
  ['DES', 8, [0, 1, 13], [0, 1]],
  ['3DES', 16, [0, 5], [0, 5]],
  ['3DES', 24, [0, 9], [0, 9]],
] as const;

function setOf(algorithm: OtaAlgorithm, octets: number): KeySet {
  const key = otaKey(algorithm, filled(octets, 0x5a));
  return { kvn: 1, cipheringKey: key, checksumKey: key, macLength: 8 };
}

describe('KIc and KID', () => {
  it('have the key version number in b8 to b5', () => {
    for (let octet = 0; octet < 256; octet++) {
      expect(keyVersion(octet)).toBe(Math.floor(octet / 16));
    }
  });

  it.each(KEYS)('name a key of %s with %i octets by these nibbles alone', (...row) => {
    const [algorithm, octets, ofKic, ofKid] = row;
    const keys = setOf(algorithm, octets);
    const named = (kvn: number, find: (octet: number) => unknown): number[] =>
      NIBBLES.filter((nibble) => find(kvn * 16 + nibble) !== undefined);
    for (const kvn of KVNS) {
      expect(named(kvn, (kic) => cipherOf(kic, keys))).toEqual(ofKic);
      expect(named(kvn, (kid) => checksumOf('cc', kid, keys))).toEqual(ofKid);
    }
  });

  it.each(KEYS)('are written for a key of %s with %i octets so that they name it', (...row) => {
    const [algorithm, octets] = row;
    const keys = setOf(algorithm, octets);
    for (const kvn of KVNS) {
      const octet = keyOctet(kvn, keys.checksumKey);
      expect(keyVersion(octet)).toBe(kvn);
      expect(octet % 16).toBeGreaterThan(0);
      expect(cipherOf(octet, keys)).toBeDefined();
      expect(checksumOf('cc', octet, keys)).toBeDefined();
      expect(namedKey(octet)?.octets).toContain(octets);
    }
  });

  it('are written without a key as a version alone', () => {
    expect(keyOctet(15, undefined)).toBe(0xf0);
  });

  it('name a redundancy check without any key: CRC-16 by 1, CRC-32 by 5 and by 0', () => {
    const lengths = NIBBLES.map((kid) => checksumOf('rc', kid, undefined)?.length ?? '-');
    expect(lengths.join('')).toBe('42---4----------');
  });

  it('name no digital signature, and need no name for no checksum', () => {
    for (const nibble of NIBBLES) {
      expect(checksumOf('ds', nibble, AES_KEYS)).toBeUndefined();
      expect(checksumOf('none', nibble, undefined)?.length).toBe(0);
    }
  });

  it('name nothing without a key set', () => {
    expect(cipherOf(0x22, undefined)).toBeUndefined();
    expect(checksumOf('cc', 0x22, undefined)).toBeUndefined();
  });

  it('name nothing when the one key is missing, whatever the other', () => {
    expect(cipherOf(0x22, keySet(undefined, KEY))).toBeUndefined();
    expect(checksumOf('cc', 0x22, keySet(KEY, undefined))).toBeUndefined();
  });

  it.each([
    ...[0, 8, 15, 17, 23, 31, 33].map((octets) => ['AES', octets] as const),
    ...[0, 8, 15, 17, 23, 25, 32].map((octets) => ['3DES', octets] as const),
    ...[0, 7, 9, 16, 24].map((octets) => ['DES', octets] as const),
  ])('have no key of %s with %i octets', (algorithm, octets) => {
    const error = (() => {
      try {
        return otaKey(algorithm, filled(octets, 0xab));
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).not.toMatch(/abab/i);
  });
});

describe('a redundancy check', () => {
  it('has the check values of ISO 13239 over 01 02 03 04 05', () => {
    const octets = fromHex('0102030405');
    expect(toHex(checksumOf('rc', 0x11, undefined)!.compute(octets))).toBe('22ec');
    expect(toHex(checksumOf('rc', 0x15, undefined)!.compute(octets))).toBe('470b99f4');
  });
});

describe('the checksum of an AES key', () => {
  it.each(CMACS)('over "%s" is the first 8 or 4 octets of the CMAC of RFC 4493', (message, mac) => {
    const octets = fromHex(message);
    const compute = (macLength: 4 | 8) =>
      toHex(checksumOf('cc', 0x22, keySet(KEY, KEY, macLength))!.compute(octets));
    expect(compute(8)).toBe(mac.slice(0, 16));
    expect(compute(4)).toBe(mac.slice(0, 8));
  });
});

describe('the cipher of an AES key', () => {
  const keys = fc
    .constantFrom(16, 24, 32)
    .chain((octets) => fc.uint8Array({ minLength: octets, maxLength: octets }));
  const blocks = fc
    .nat(8)
    .chain((count) => fc.uint8Array({ minLength: 16 * count, maxLength: 16 * count }));

  it('chains blocks from a zero vector as node:crypto does, both ways', () => {
    fc.assert(
      fc.property(keys, blocks, (key, plain) => {
        const cipher = cipherOf(0x22, keySet(toHex(key), undefined))!;
        const oracle = createCipheriv(`aes-${key.length * 8}-cbc`, key, new Uint8Array(16));
        oracle.setAutoPadding(false);
        const expected = Buffer.concat([oracle.update(plain), oracle.final()]).toString('hex');
        expect(toHex(cipher.encrypt(plain))).toBe(expected);
        expect(toHex(cipher.decrypt(fromHex(expected)))).toBe(toHex(plain));
      }),
    );
  });

  it('refuses whoever asks for less than whole blocks', () => {
    const cipher = cipherOf(0x22, AES_KEYS)!;
    for (const octets of [1, 15, 17, 31]) {
      expect(() => cipher.encrypt(new Uint8Array(octets))).toThrow(RangeError);
      expect(() => cipher.decrypt(new Uint8Array(octets))).toThrow(RangeError);
    }
  });
});
