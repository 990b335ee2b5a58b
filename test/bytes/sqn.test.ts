/**
 * SQN as number, octets and text.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodeSqn, encodeSqn, sqnText } from '../../src/bytes/sqn.ts';

const LAST = 2 ** 48 - 1;

describe('SQN', () => {
  it.each([
    [0, '000000000000'],
    [33, '000000000021'],
    [0xff9bb4d0b607, 'ff9bb4d0b607'], // 3GPP TS 35.208, test set 1
    [2 ** 47, '800000000000'],
    [LAST, 'ffffffffffff'],
  ])('%d is %s', (sqn, hex) => {
    expect(toHex(encodeSqn(sqn))).toBe(hex);
    expect(decodeSqn(fromHex(hex))).toBe(sqn);
    expect(sqnText(sqn)).toBe(hex);
  });

  it('comes back from octets and from a number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (octets) => {
        expect(encodeSqn(decodeSqn(octets))).toEqual(octets);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST }), (sqn) => {
        expect(decodeSqn(encodeSqn(sqn))).toBe(sqn);
      }),
    );
  });

  it('is not read from another number of octets', () => {
    for (const length of [0, 1, 5, 7, 8, 16]) {
      expect(() => decodeSqn(new Uint8Array(length))).toThrow(
        new DecodeError('SQN', 0, `expected 6 octets, found ${length}`),
      );
    }
  });

  it.each([-1, 0.5, LAST + 1, Number.NaN, Number.POSITIVE_INFINITY])('is not %d', (sqn) => {
    expect(() => encodeSqn(sqn)).toThrow(RangeError);
  });
});
