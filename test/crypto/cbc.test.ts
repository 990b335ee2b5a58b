/**
 * AES in CBC with an initial vector of zeros, against noble's.
 *
 * @see NIST SP 800-38A §6.2
 * @module
 */

import { cbc } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { expandAesKey } from '../../src/crypto/aes.ts';
import { decryptAesCbc, encryptAesCbc } from '../../src/crypto/cbc.ts';

const IV = new Uint8Array(16);

const anyKey = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const octetsOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

describe('AES-CBC', () => {
  it.each([0, 16, 32, 48, 64, 80])('ciphers %d octets as noble does, and back', (length) => {
    fc.assert(
      fc.property(anyKey, octetsOf(length), (key, plain) => {
        const expected = cbc(key, IV, { disablePadding: true }).encrypt(plain);
        const expanded = expandAesKey(key);
        expect(encryptAesCbc(expanded, plain)).toEqual(expected);
        expect(decryptAesCbc(expanded, expected)).toEqual(plain);
      }),
    );
  });

  it('deciphers any whole blocks as noble does', () => {
    fc.assert(
      fc.property(anyKey, octetsOf(64), (key, ciphered) => {
        const expected = cbc(key, IV, { disablePadding: true }).decrypt(ciphered);
        expect(decryptAesCbc(expandAesKey(key), ciphered)).toEqual(expected);
      }),
    );
  });

  it('leaves what it is given as it was, and gives something new', () => {
    const key = expandAesKey(new Uint8Array(16));
    const octets = Uint8Array.from({ length: 32 }, (_, n) => n);
    const before = toHex(octets);
    for (const result of [encryptAesCbc(key, octets), decryptAesCbc(key, octets)]) {
      result.fill(0);
      expect(toHex(octets)).toBe(before);
    }
  });

  it('takes octets that begin at an odd place', () => {
    const key = expandAesKey(new Uint8Array(16));
    const shifted = Uint8Array.from({ length: 33 }, (_, n) => n).subarray(1);
    expect(encryptAesCbc(key, shifted)).toEqual(encryptAesCbc(key, shifted.slice()));
    expect(decryptAesCbc(key, shifted)).toEqual(decryptAesCbc(key, shifted.slice()));
  });

  it('refuses octets that are not whole blocks, of every length up to 80', () => {
    const key = expandAesKey(new Uint8Array(16));
    for (let length = 0; length <= 80; length++) {
      if (length % 16 === 0) continue;
      const octets = new Uint8Array(length);
      const error = new RangeError(`octets: expected whole blocks of 16, got ${length}`);
      expect(() => encryptAesCbc(key, octets)).toThrow(error);
      expect(() => decryptAesCbc(key, octets)).toThrow(error);
    }
  });
});
