/**
 * Digits as swapped semi-octets.
 *
 * @see 3GPP TS 23.040 §9.1.2.3; ETSI TS 102 221 §13.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDigits, encodeDigits } from '../../src/bytes/bcd.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { expectOnlyDecodeErrors, refusal } from './decoders.ts';

describe('swapped semi-octets', () => {
  // EF_ICCID and EF_ECC of the USIM file system; the digits of an address.
  it.each([
    ['89999010000000000013', '98990901000000000031', false],
    ['112', '11f2', false],
    ['', '', false],
    ['12345', '2143f5', false],
    ['*#abc', 'badcfe', true],
  ])('hold %j as %j', (digits, hex, extended) => {
    expect(toHex(encodeDigits(digits, extended))).toBe(hex);
    expect(decodeDigits(fromHex(hex), 'digits', extended)).toBe(digits);
  });

  it('hold any digits, and give them back', () => {
    const text = fc.oneof(
      fc.tuple(fc.stringMatching(/^[0-9]{0,20}$/), fc.boolean()),
      fc.tuple(fc.stringMatching(/^[0-9*#abc]{0,20}$/), fc.constant(true)),
    );
    fc.assert(
      fc.property(text, ([digits, extended]) => {
        const octets = encodeDigits(digits, extended);
        expect(octets).toHaveLength(Math.ceil(digits.length / 2));
        expect(decodeDigits(octets, 'digits', extended)).toBe(digits);
      }),
    );
  });

  it('end at the first filler when only fillers follow', () => {
    expect(decodeDigits(fromHex('21f3ffff'), 'digits')).toBe('123');
    expect(decodeDigits(fromHex('ffff'), 'digits')).toBe('');
  });

  it.each([
    ['21f343', 'digits at 2: a digit follows the filler'],
    ['1f', 'digits at 0: a digit follows the filler'],
    ['21ff3f', 'digits at 2: a digit follows the filler'],
    ['1a', 'digits at 0: expected decimal digits'],
    ['11a1', 'digits at 1: expected decimal digits'],
    ['1111e1', 'digits at 2: expected decimal digits'],
  ])('are refused where a semi-octet is wrong: %j', (hex, message) => {
    expect(refusal(() => decodeDigits(fromHex(hex), 'digits'))).toBe(message);
  });

  it('are refused at their place in the whole', () => {
    expect(refusal(() => decodeDigits(fromHex('21a3'), 'IMSI/digits', false, 5))).toBe(
      'IMSI/digits at 6: expected decimal digits',
    );
    expect(refusal(() => decodeDigits(fromHex('f321'), 'address', true, 2))).toBe(
      'address at 3: a digit follows the filler',
    );
  });

  it('are refused by DecodeError alone', () => {
    expectOnlyDecodeErrors((octets) => decodeDigits(octets, 'digits'), ['98990901000000000031']);
    expectOnlyDecodeErrors((octets) => decodeDigits(octets, 'digits', true), ['badcfe']);
  });

  it.each([
    ['12a', false],
    ['*', false],
    [' 1', false],
    ['-1', false],
    ['1d', true],
    ['F', true],
    ['+49', true],
    ['١', true],
  ])('do not hold %j', (digits, extended) => {
    expect(() => encodeDigits(digits, extended)).toThrow(RangeError);
  });
});
