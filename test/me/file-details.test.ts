import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeFileDetails } from '../../src/me/file-details.ts';

const decode = (hex: string): ReturnType<typeof decodeFileDetails> =>
  decodeFileDetails(fromHex(hex));

describe('the description in an FCP', () => {
  it('of a directory', () => {
    // a field card: ADF.USIM
    const fcp =
      '623d82027821 83027fd0 840ca0000000871002ff49ff0589 a50c800171830400 03a738870101 8a0105' +
      '8b032f0601 c60f900170 830101830181 83010a83010b';
    expect(decode(fcp)).toEqual({
      ...{ kind: 'directory', isShareable: true, size: undefined, records: undefined },
      aid: fromHex('a0000000871002ff49ff0589'),
      ...{ sfi: 16, lifeCycle: 5, specialInformation: undefined },
      rule: { kind: 'referenced', arrFid: 0x2f06, record: 1 },
      pins: [
        { reference: 0x01, isEnabled: false },
        { reference: 0x81, isEnabled: true },
        { reference: 0x0a, isEnabled: true },
        { reference: 0x0b, isEnabled: true },
      ],
    });
  });

  it.each([
    [
      'transparent',
      '6217 82024121 83026f07 8a0105 8b036f060a 80020009 880138',
      { size: 9, sfi: 7 },
    ],
    [
      'linear',
      '621a 82054221000e02 83026fb7 8a0105 8b036f0608 8002001c 880108',
      { records: { length: 14, count: 2 }, sfi: 1 },
    ],
    [
      'cyclic',
      '621f 82054621000314 83026f39 a503d2010f 8a0105 8b036f0605 8002003c 8801e0',
      { records: { length: 3, count: 20 }, sfi: 28, specialInformation: undefined },
    ],
    ['ber-tlv', '6208 82027921 83026ff8', { sfi: 24, rule: undefined }],
    ['unknown', '6208 82027c21 83026ff8', {}],
    ['transparent', '6208 82020121 83026f07', { isShareable: false, sfi: 7, lifeCycle: undefined }],
    ['transparent', '620a 82024121 83026f07 8800', { sfi: undefined }],
    ['transparent', '6208 82024121 83026f1f', { sfi: undefined }],
    ['transparent', '6209 82024121 a503c00140', { specialInformation: 0x40, sfi: undefined }],
    [
      'transparent',
      '620a 82024121 8b046f060102',
      { rule: { arrFid: 0x6f06, record: [{ environment: 1, record: 2 }] } },
    ],
    ['transparent', '620b 82024121 8b056f06010203', { rule: undefined }],
    ['transparent', '6208 82024121 8c020100', { rule: { kind: 'compact' } }],
    ['transparent', '6208 82024121 8c020300', { rule: undefined }],
    ['transparent', '620b 82024121 ab058001019000', { rule: { kind: 'expanded' } }],
    ['transparent', '6209 82024121 ab03800101', { rule: undefined }],
  ])('of a file: %s, %s', (kind, hex, rest) => {
    expect(decode(hex)).toMatchObject({ kind, ...rest });
  });

  it.each([
    ['no template', '8202412183026f07'],
    ['no descriptor', '620483026f07'],
    ['two templates', '620482024121620482024121'],
    ['cut short', '620882024121'],
    ['nothing', ''],
    ['a PIN without its bit', '620b82027821c605900083 0101'],
  ])('is refused: %s', (_, hex) => {
    expect(() => decode(hex)).toThrow(DecodeError);
  });

  it('throws nothing but a DecodeError, whatever the octets', () => {
    const template = fc.uint8Array({ maxLength: 40 }).map((inner) => {
      return Uint8Array.of(0x62, inner.length, ...inner);
    });
    fc.assert(
      fc.property(fc.oneof(template, fc.uint8Array()), (octets) => {
        try {
          decodeFileDetails(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
