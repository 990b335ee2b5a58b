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
import { aesOtaKey, checksumOf, cipherOf, keyVersion } from '../../src/ota/key-set.ts';
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
const OTHER_NIBBLES = NIBBLES.filter((nibble) => nibble !== 0 && nibble !== 2);

describe('KIc and KID', () => {
  it('have the key version number in b8 to b5', () => {
    for (let octet = 0; octet < 256; octet++) {
      expect(keyVersion(octet)).toBe(Math.floor(octet / 16));
    }
  });

  it.each(OTHER_NIBBLES)('with the algorithm %i name nothing that an AES key can do', (nibble) => {
    for (const kvn of NIBBLES) {
      expect(cipherOf(kvn * 16 + nibble, AES_KEYS)).toBeUndefined();
      expect(checksumOf(kvn * 16 + nibble, AES_KEYS)).toBeUndefined();
    }
  });

  it.each([0, 2])('with the algorithm %i name AES: implicitly, and by its number', (nibble) => {
    for (const kvn of NIBBLES) {
      expect(cipherOf(kvn * 16 + nibble, AES_KEYS)?.block).toBe(16);
      expect(checksumOf(kvn * 16 + nibble, AES_KEYS)?.length).toBe(8);
    }
  });

  it('name nothing without a key set', () => {
    expect(cipherOf(0x22, undefined)).toBeUndefined();
    expect(checksumOf(0x22, undefined)).toBeUndefined();
  });

  it('name nothing when the one key is missing, whatever the other', () => {
    expect(cipherOf(0x22, keySet(undefined, KEY))).toBeUndefined();
    expect(checksumOf(0x22, keySet(KEY, undefined))).toBeUndefined();
  });

  it.each([0, 15, 17, 23, 31, 33])('have no AES key of %i octets', (octets) => {
    expect(() => aesOtaKey(new Uint8Array(octets))).toThrow(RangeError);
  });
});

describe('the checksum of an AES key', () => {
  it.each(CMACS)('over "%s" is the first 8 or 4 octets of the CMAC of RFC 4493', (message, mac) => {
    const octets = fromHex(message);
    const compute = (macLength: 4 | 8) =>
      toHex(checksumOf(0x22, keySet(KEY, KEY, macLength))!.compute(octets));
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
