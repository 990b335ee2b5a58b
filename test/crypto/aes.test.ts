/**
 * The AES block and its expanded key: FIPS 197 appendix C, and noble's as the oracle.
 *
 * @see FIPS 197
 * @module
 */

import { ecb, unsafe } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  type AesKey,
  encryptAesBlock,
  expandAesKey,
  loadWord,
  storeWord,
} from '../../src/crypto/aes.ts';

const PLAIN = '00112233445566778899aabbccddeeff';

/** 16, 24 or 32 octets. */
const anyKey = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const anyBlock = fc.uint8Array({ minLength: 16, maxLength: 16 });

function encrypt(key: AesKey, block: Uint8Array): Uint8Array {
  const word = (n: number): number => loadWord(block, 4 * n);
  const { s0, s1, s2, s3 } = encryptAesBlock(key.encryption, word(0), word(1), word(2), word(3));
  const out = new Uint8Array(16);
  for (const [n, w] of [s0, s1, s2, s3].entries()) storeWord(out, 4 * n, w);
  return out;
}

describe('the AES block', () => {
  it.each([
    ['000102030405060708090a0b0c0d0e0f', '69c4e0d86a7b0430d8cdb78070b4c55a'],
    ['000102030405060708090a0b0c0d0e0f1011121314151617', 'dda97ca4864cdfe06eaf70a0ec0d7191'],
    [
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      '8ea2b7ca516745bfeafc49904b496089',
    ],
  ])('is ciphered with the key %s to %s', (key, ciphered) => {
    expect(toHex(encrypt(expandAesKey(fromHex(key)), fromHex(PLAIN)))).toBe(ciphered);
  });

  it('is ciphered as noble ciphers it, with keys of each length', () => {
    fc.assert(
      fc.property(anyKey, anyBlock, (key, block) => {
        const expected = ecb(key, { disablePadding: true }).encrypt(block);
        expect(encrypt(expandAesKey(key), block)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('is deciphered with the words for the other direction', () => {
    fc.assert(
      fc.property(anyKey, anyBlock, (octets, block) => {
        const key = expandAesKey(octets);
        const ciphered = encrypt(key, block);
        const word = (n: number): number => loadWord(ciphered, 4 * n);
        const { s0 } = unsafe.decrypt(key.decryption(), word(0), word(1), word(2), word(3));
        expect(s0).toBe(loadWord(block, 0));
      }),
    );
  });
});

describe('an expanded key', () => {
  it('is not changed with the octets that it was made of, nor are they', () => {
    const octets = fromHex('000102030405060708090a0b0c0d0e0f');
    const key = expandAesKey(octets);
    const before = encrypt(key, fromHex(PLAIN));
    const decryption = expandAesKey(octets).decryption();
    expect(toHex(octets)).toBe('000102030405060708090a0b0c0d0e0f');
    octets.fill(0xff);
    expect(encrypt(key, fromHex(PLAIN))).toEqual(before);
    expect(key.decryption()).toEqual(decryption);
  });

  it('is the same from octets that begin at an odd place', () => {
    const shifted = fromHex('ff000102030405060708090a0b0c0d0e0f').subarray(1);
    expect(expandAesKey(shifted).encryption).toEqual(expandAesKey(shifted.slice()).encryption);
  });

  it('computes its words for deciphering once', () => {
    const key = expandAesKey(fromHex('000102030405060708090a0b0c0d0e0f'));
    expect(key.decryption()).toBe(key.decryption());
  });

  it.each([0, 1, 8, 15, 17, 23, 25, 31, 33, 64])('is not made of %d octets', (length) => {
    expect(() => expandAesKey(new Uint8Array(length))).toThrow(
      new RangeError(`key: expected 16, 24 or 32 octets, got ${length}`),
    );
  });
});

describe('a word', () => {
  it('is little-endian, and keeps its sign out of the octets', () => {
    const octets = fromHex('00efbeadde00');
    expect(loadWord(octets, 1)).toBe(0xdeadbeef | 0);
    const out = new Uint8Array(6);
    storeWord(out, 1, 0xdeadbeef | 0);
    expect(out).toEqual(octets);
  });
});
