/**
 * R-APDUs: data, then SW1 SW2.
 *
 * @see ISO/IEC 7816-3 §12.1.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResponseApdu, encodeResponseApdu } from '../../src/apdu/response.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { expectOneCoding, refusal } from '../bytes/decoders.ts';

describe('an R-APDU', () => {
  it.each([
    ['9000', '', 0x9000],
    ['6a82', '', 0x6a82],
    ['0809101010325476989000', '080910101032547698', 0x9000],
    ['90009000', '9000', 0x9000],
    ['0000', '', 0x0000],
    ['ffff', '', 0xffff],
  ])('%s is read and written', (hex, data, sw) => {
    expect(decodeResponseApdu(fromHex(hex))).toEqual({ data: fromHex(data), sw });
    expect(toHex(encodeResponseApdu({ data: fromHex(data), sw }))).toBe(hex);
  });

  it('is read without taking hold of the octets', () => {
    const octets = fromHex('01029000');
    const { data } = decodeResponseApdu(octets);
    octets.fill(0xff);
    expect(toHex(data)).toBe('0102');
  });

  it('is written and read again, with up to 256 octets of data', () => {
    const data = fc.uint8Array({ maxLength: 256, size: 'max' });
    fc.assert(
      fc.property(data, fc.nat(0xffff), (octets, sw) => {
        const written = encodeResponseApdu({ data: octets, sw });
        expect(decodeResponseApdu(written)).toEqual({ data: octets, sw });
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    expectOneCoding(decodeResponseApdu, encodeResponseApdu, ['9000', '0809101010325476986110']);
  });

  it('is refused without octets', () => {
    expect(refusal(() => decodeResponseApdu(fromHex('')))).toBe(
      'R-APDU/SW at 0: needs 2 octets, 0 left',
    );
  });

  it.each(['90', '6a', '00'])('is refused when it is the octet %s alone', (hex) => {
    expect(refusal(() => decodeResponseApdu(fromHex(hex)))).toBe(
      'R-APDU/SW at 0: needs 2 octets, 1 left',
    );
  });

  it.each([-1, 0x10000, 0x19000, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not written with the status word %d',
    (sw) => {
      expect(() => encodeResponseApdu({ data: fromHex('01'), sw })).toThrow(
        new RangeError(`sw: expected 0 to 65535, got ${sw}`),
      );
    },
  );
});
