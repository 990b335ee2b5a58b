/**
 * c2 and c3; that they give SRES and Kc of the test sets is in milenage.test.ts.
 *
 * @see 3GPP TS 33.102 §6.8.1.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { c2, c3 } from '../../src/crypto/conversion.ts';

describe('c2', () => {
  it.each([
    ['01020304', '01020304'],
    ['0102030405', '04020304'],
    ['0102030405060708', '0404040c'],
    ['01020304050607081112131421222324', '3434343c'],
  ])('makes of RES %s, by its quarters, SRES %s', (res, sres) => {
    expect(toHex(c2(fromHex(res)))).toBe(sres);
  });

  it('takes the first 16 octets of a longer RES', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 17, maxLength: 32 }), (res) => {
        expect(c2(res)).toEqual(c2(res.slice(0, 16)));
      }),
    );
  });

  it('is the same for RES padded with zeros to 16 octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 16 }), (res) => {
        const padded = new Uint8Array(16);
        padded.set(res);
        expect(c2(res)).toEqual(c2(padded));
      }),
    );
  });

  it.each([0, 1, 3, 33, 64])('refuses RES of %d octets', (length) => {
    expect(() => c2(new Uint8Array(length))).toThrow(
      new RangeError(`res: expected 4 to 32 octets, got ${length}`),
    );
  });
});

describe('c3', () => {
  it('makes Kc of the halves of CK and IK', () => {
    const ck = fromHex('0102030405060708 1112131415161718');
    const ik = fromHex('2122232425262728 4142434445464748');
    expect(toHex(c3(ck, ik))).toBe('7070707070707070');
    expect(toHex(ck)).toBe('01020304050607081112131415161718');
  });

  it('takes the first 16 octets of keys of 32', () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(key, key, (ck, ik) => {
        expect(c3(ck, ik)).toEqual(c3(ck.slice(0, 16), ik.slice(0, 16)));
      }),
    );
  });

  it.each([0, 8, 15, 17, 24, 31, 33])('refuses a key of %d octets, by its name', (length) => {
    const [whole, wrong] = [new Uint8Array(16), new Uint8Array(length)];
    expect(() => c3(wrong, whole)).toThrow(
      new RangeError(`ck: expected 16 or 32 octets, got ${length}`),
    );
    expect(() => c3(whole, wrong)).toThrow(
      new RangeError(`ik: expected 16 or 32 octets, got ${length}`),
    );
  });
});
