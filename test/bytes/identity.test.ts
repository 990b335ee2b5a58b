/**
 * IMSI, ICCID and PLMN, with the octets that EF_IMSI, EF_ICCID and lists of PLMNs hold.
 *
 * @see 3GPP TS 31.102 §4.2.2; ETSI TS 102 221 §13.2; 3GPP TS 24.008 §10.5.1.13
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  decodeIccid,
  decodeImsi,
  decodePlmn,
  encodeIccid,
  encodeImsi,
  encodePlmn,
  homePlmn,
  iccid,
  imsi,
  plmn,
} from '../../src/bytes/identity.ts';
import { expectOneCoding, refusal, truncations } from './decoders.ts';

// The first is that of test/vectors/default-profile.json, the third that of 3GPP TS 31.121.
const IMSIS = [
  ['001010123456789', '080910101032547698'],
  ['001010000000102', '080910100000001020'],
  ['2460813579', '062164803175f9ffff'],
  ['246081', '04216480f1ffffffff'],
  ['2460813', '0429648031ffffffff'],
] as const;

describe('an IMSI', () => {
  it.each(IMSIS)('of digits %s is stored as %s', (digits, hex) => {
    expect(toHex(encodeImsi(imsi(digits)))).toBe(hex);
    expect(decodeImsi(fromHex(hex))).toBe(digits);
  });

  it('is stored and read again, of every number of digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{6,15}$/), (digits) => {
        const octets = encodeImsi(imsi(digits));
        expect(octets).toHaveLength(9);
        expect(decodeImsi(octets)).toBe(digits);
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    expectOneCoding(
      decodeImsi,
      encodeImsi,
      IMSIS.map(([, hex]) => hex),
    );
  });

  it.each([
    ['ffffffffffffffffff', 'IMSI/length at 0: expected 4 to 8'], // not personalised
    ['00ffffffffffffffff', 'IMSI/length at 0: expected 4 to 8'],
    ['03216480ffffffffff', 'IMSI/length at 0: expected 4 to 8'],
    ['090910101032547698', 'IMSI/length at 0: expected 4 to 8'],
    ['08ffffffffffffffff', 'IMSI/parity at 1: expected 9 for an odd and 1 for an even number'],
    ['080110101032547698', 'IMSI/parity at 1: expected 9 for an odd and 1 for an even number'],
    ['062964803175f9ffff', 'IMSI/parity at 1: expected 9 for an odd and 1 for an even number'],
    ['080010101032547698', 'IMSI/parity at 1: expected 9 for an odd and 1 for an even number'],
    ['08091010103a547698', 'IMSI/digits at 5: expected decimal digits'],
    ['0809101010325476a8', 'IMSI/digits at 8: expected decimal digits'],
    ['08091010f032547698', 'IMSI/digits at 5: a digit follows the filler'],
    ['08f910101032547698', 'IMSI/digits at 2: a digit follows the filler'],
    ['0821648031750fffff', 'IMSI/digits at 6: a digit follows the filler'],
    ['0729648031ffffffff', 'IMSI/digits at 7: expected one filler at most'],
    ['0529648031ffffffff', 'IMSI/digits at 5: expected one filler at most'],
    ['0721648031f5ffffff', 'IMSI/digits at 7: expected one filler at most'],
    ['062164803175f9ff00', `IMSI/filler at 8: expected 'ff'`],
    ['062164803175f900ff', `IMSI/filler at 7: expected 'ff'`],
  ])('is refused as %s', (hex, message) => {
    expect(refusal(() => decodeImsi(fromHex(hex)))).toContain(message);
  });

  it('is refused in fewer octets than 9, and in more', () => {
    const whole = fromHex('080910101032547698');
    for (const cut of truncations(whole)) {
      expect(refusal(() => decodeImsi(cut))).toBe(
        `IMSI at 0: expected 9 octets, found ${cut.length}`,
      );
    }
    expect(refusal(() => decodeImsi(fromHex('080910101032547698ff')))).toContain('found 10');
  });

  it.each(['', '00101', '0010101234567890', '00101012345678a', ' 001010123456789', '001010\n'])(
    'is no text such as %j',
    (digits) => {
      expect(() => imsi(digits)).toThrow(RangeError);
    },
  );

  it('tells its home PLMN when the length of the MNC is told', () => {
    expect(homePlmn(imsi('310410123456789'), 2)).toBe('310-41');
    expect(homePlmn(imsi('310410123456789'), 3)).toBe('310-410');
  });
});

// The first is that of test/vectors/default-profile.json.
const ICCIDS = [
  ['89999010000000000013', '98990901000000000031'],
  ['8999901000000000001', '989909010000000000f1'],
  ['899990100000000000', '989909010000000000ff'],
] as const;

describe('an ICCID', () => {
  it.each(ICCIDS)('of digits %s is stored as %s', (digits, hex) => {
    expect(toHex(encodeIccid(iccid(digits)))).toBe(hex);
    expect(decodeIccid(fromHex(hex))).toBe(digits);
  });

  it('is stored and read again, of 18 to 20 digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{18,20}$/), (digits) => {
        const octets = encodeIccid(iccid(digits));
        expect(octets).toHaveLength(10);
        expect(decodeIccid(octets)).toBe(digits);
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    expectOneCoding(
      decodeIccid,
      encodeIccid,
      ICCIDS.map(([, hex]) => hex),
    );
  });

  it.each([
    ['ffffffffffffffffffff', 'ICCID at 0: expected 18 to 20 digits'],
    ['9899090100000000ffff', 'ICCID at 0: expected 18 to 20 digits'],
    ['9899090100000000f0ff', 'ICCID at 0: expected 18 to 20 digits'],
    ['989909010000000000a1', 'ICCID at 9: expected decimal digits'],
    ['9899090100000000001f', 'ICCID at 9: a digit follows the filler'],
    ['98f90901000000000031', 'ICCID at 2: a digit follows the filler'],
    ['989909010000000000', 'ICCID at 0: expected 10 octets, found 9'],
    ['9899090100000000003100', 'ICCID at 0: expected 10 octets, found 11'],
    ['', 'ICCID at 0: expected 10 octets, found 0'],
  ])('is refused as %j', (hex, message) => {
    expect(refusal(() => decodeIccid(fromHex(hex)))).toBe(message);
  });

  it.each(['', '89999010000000000', '899990100000000000131', '8999901000000000001F', '+8999'])(
    'is no text such as %j',
    (digits) => {
      expect(() => iccid(digits)).toThrow(RangeError);
    },
  );
});

const PLMNS = [
  ['001-01', '00f110'],
  ['310-410', '130014'],
  ['262-01', '62f210'],
] as const;

describe('a PLMN', () => {
  it.each(PLMNS)('%s is stored as %s', (text, hex) => {
    expect(toHex(encodePlmn(plmn(text)))).toBe(hex);
    expect(decodePlmn(fromHex(hex))).toBe(text);
  });

  it('is one, however it is written', () => {
    expect(plmn('310/410')).toBe(plmn('310-410'));
  });

  it('is stored and read again, with an MNC of 2 and of 3 digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{3}-[0-9]{2,3}$/), (text) => {
        expect(decodePlmn(encodePlmn(plmn(text)))).toBe(text);
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    const encode = (value: ReturnType<typeof decodePlmn>): Uint8Array =>
      value === undefined ? fromHex('ffffff') : encodePlmn(value);
    expectOneCoding(decodePlmn, encode, ['ffffff', ...PLMNS.map(([, hex]) => hex)]);
  });

  it('is none when all octets are fillers', () => {
    expect(decodePlmn(fromHex('ffffff'))).toBeUndefined();
  });

  it.each([
    ['a0f110', 'PLMN at 0: expected decimal digits'],
    ['0af110', 'PLMN at 0: expected decimal digits'],
    ['00fa10', 'PLMN at 0: expected decimal digits'],
    ['00a110', 'PLMN at 0: expected decimal digits'],
    ['00f1a0', 'PLMN at 0: expected decimal digits'],
    ['00f11f', 'PLMN at 0: expected decimal digits'],
    ['f0f110', 'PLMN at 0: expected decimal digits'],
    ['fffff0', 'PLMN at 0: expected decimal digits'],
    ['', 'PLMN at 0: expected 3 octets, found 0'],
    ['00f1', 'PLMN at 0: expected 3 octets, found 2'],
    ['00f11000', 'PLMN at 0: expected 3 octets, found 4'],
  ])('is refused as %j', (hex, message) => {
    expect(refusal(() => decodePlmn(fromHex(hex)))).toBe(message);
  });

  it.each(['', '00101', '1-01', '001-1', '001-0101', '001_01', '0a1-01', '001-01 '])(
    'is no text such as %j',
    (text) => {
      expect(() => plmn(text)).toThrow(RangeError);
    },
  );
});
