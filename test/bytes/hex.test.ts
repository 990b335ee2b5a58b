/**
 * Octets as hexadecimal text.
 *
 * @see ETSI TS 102 221 §3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { refusal } from './decoders.ts';

describe('hex', () => {
  it('is written in lower case, two digits an octet', () => {
    expect(toHex(Uint8Array.of(0x6a, 0x82, 0x00, 0xff))).toBe('6a8200ff');
    expect(toHex(new Uint8Array(0))).toBe('');
  });

  it('is read in either case and with white space anywhere', () => {
    expect(fromHex('00A4 0004\t02\r\n3f 0 0 ')).toEqual(fromHex('00a40004023F00'));
    expect(fromHex(' \v\f')).toEqual(new Uint8Array(0));
  });

  it('gives octets back, however it is spelled', () => {
    const spelled = fc.tuple(fc.uint8Array(), fc.infiniteStream(fc.nat(5)));
    fc.assert(
      fc.property(spelled, ([octets, choices]) => {
        const text = [...toHex(octets)].map((digit) => {
          const choice = choices.next().value;
          return choice < 3 ? digit : choice < 5 ? digit.toUpperCase() : ` ${digit}\n`;
        });
        expect(fromHex(text.join(''))).toEqual(octets);
      }),
    );
  });

  it.each([
    ['3', 'hex at 1: expected an even number of digits, found 1'],
    ['6a8 2 0', 'hex at 7: expected an even number of digits, found 5'],
    ['3g', 'hex at 1: expected a hex digit'],
    ['0x12', 'hex at 1: expected a hex digit'],
    ['-1', 'hex at 0: expected a hex digit'],
    ['12,34', 'hex at 2: expected a hex digit'],
    ['@0', 'hex at 0: expected a hex digit'],
    ['`0', 'hex at 0: expected a hex digit'],
    ['/0', 'hex at 0: expected a hex digit'],
    [':0', 'hex at 0: expected a hex digit'],
    ['12\u00a034', 'hex at 2: expected a hex digit'],
    ['\uff11\uff12', 'hex at 0: expected a hex digit'],
    ['12\u0000', 'hex at 2: expected a hex digit'],
  ])('is refused where it is wrong: %j', (text, message) => {
    expect(refusal(() => fromHex(text))).toBe(message);
  });

  it('is refused by the name of what it is, and without its digits', () => {
    const message = refusal(() => fromHex('465b5ce8b199b49fa', 'K'));
    expect(message).toBe('K at 17: expected an even number of digits, found 17');
  });

  it('is refused when it holds anything but digits and white space, or half an octet', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9A-Fa-f \n]*$/));
    fc.assert(
      fc.property(text, (spelled) => {
        const digits = spelled.replace(/[ \t\n\v\f\r]/g, '');
        const isHex = /^([0-9a-fA-F]{2})*$/.test(digits);
        if (isHex) expect(toHex(fromHex(spelled))).toBe(digits.toLowerCase());
        else expect(() => fromHex(spelled)).toThrow(DecodeError);
      }),
      { numRuns: 1000 },
    );
  });
});
