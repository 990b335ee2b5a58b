/**
 * Telephone numbers behind their type octet.
 *
 * @see 3GPP TS 23.040 §9.1.2.5
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, addressDigits, decodeAddress, encodeAddress } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { expectOneCoding, refusal } from './decoders.ts';

// The first two are in the worked commands and envelopes of the toolkit.
const ADDRESSES = [
  ['+112233445566', '91112233445566', 12],
  ['+1234567', '91214365f7', 7],
  ['12345', '812143f5', 5],
  ['a1:*100#', 'a11a00fb', 5],
  ['00:1', '00f1', 1],
  ['+12345678901234567890', '9121436587092143658709', 20],
] as const;

describe('an address', () => {
  it.each(ADDRESSES)('%s is %s, and has %d digits', (text, hex, digits) => {
    expect(toHex(encodeAddress(address(text)))).toBe(hex);
    expect(decodeAddress(fromHex(hex))).toBe(text);
    expect(addressDigits(address(text))).toBe(digits);
  });

  it('is one, whether its type is spelled as such or as an octet', () => {
    expect(address('91:1234567')).toBe(address('+1234567'));
    expect(address('81:12345')).toBe(address('12345'));
  });

  it('is written and read again', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(\+|[0-9a-f]{2}:)?[0-9*#abc]{1,20}$/), (text) => {
        const value = address(text);
        const octets = encodeAddress(value);
        expect(octets).toHaveLength(1 + Math.ceil(addressDigits(value) / 2));
        expect(decodeAddress(octets)).toBe(value);
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    expectOneCoding(
      decodeAddress,
      encodeAddress,
      ADDRESSES.map(([, hex]) => hex),
    );
  });

  it.each([
    ['', 'address at 0: expected 2 to 11 octets, found 0'],
    ['91', 'address at 0: expected 2 to 11 octets, found 1'],
    ['912143658709214365870921', 'address at 0: expected 2 to 11 octets, found 12'],
    ['91ff', 'address/digits at 1: expected one filler at most'],
    ['9121ff', 'address/digits at 2: expected one filler at most'],
    ['9121f3ffff', 'address/digits at 4: expected one filler at most'],
    ['911f', 'address/digits at 1: a digit follows the filler'],
    ['91214f65', 'address/digits at 2: a digit follows the filler'],
    ['91f121', 'address/digits at 2: a digit follows the filler'],
  ])('is refused as %j', (hex, message) => {
    expect(refusal(() => decodeAddress(fromHex(hex)))).toBe(message);
  });

  it.each(['', '+', 'a1:', 'A1:12', '1:12', '+12 34', '12d', '123456789012345678901', '++1', '1+'])(
    'is no text such as %j',
    (text) => {
      expect(() => address(text)).toThrow(RangeError);
    },
  );
});
