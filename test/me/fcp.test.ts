import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeFcp } from '../../src/me/fcp.ts';

/** FCPs of a field card: MF, ADF.USIM, EF_IMSI, EF_ECC and EF_ACM. */
const MF =
  '622C 82027821 83023F00 A50C 800171 83040003A738 870101 8A0105 8B032F0601' +
  'C60C 900160 830101 83010A 83010B';
const ADF =
  '623D 82027821 83027FD0 840CA0000000871002FF49FF0589 A50C 800171 83040003A738 870101' +
  '8A0105 8B032F0601 C60F 900170 830101 830181 83010A 83010B';
const IMSI = '6217 82024121 83026F07 8A0105 8B036F060A 80020009 880138';
const ECC = '621A 82054221000E02 83026FB7 8A0105 8B036F0608 8002001C 880108';
const ACM = '621F 82054621000314 83026F39 A503D2010F 8A0105 8B036F0605 8002003C 8801E0';

describe('decodeFcp', () => {
  it('finds what the MF of a field card says of commands and PINs', () => {
    expect(decodeFcp(fromHex(MF))).toEqual({
      fileSize: undefined,
      records: undefined,
      wantsTerminalCapability: true,
      pins: [
        { reference: 0x01, isEnabled: false },
        { reference: 0x0a, isEnabled: true },
        { reference: 0x0b, isEnabled: true },
      ],
    });
  });

  it('finds PIN1 disabled and PIN2 enabled in the ADF of a field card', () => {
    const [pin1, pin2] = decodeFcp(fromHex(ADF)).pins ?? [];
    expect(pin1).toEqual({ reference: 0x01, isEnabled: false });
    expect(pin2).toEqual({ reference: 0x81, isEnabled: true });
  });

  it('takes the usage qualifier of a universal PIN for no key', () => {
    const fcp = fromHex('620E C60C 900180 950108 830111 830101');
    expect(decodeFcp(fcp).pins).toEqual([
      { reference: 0x11, isEnabled: true },
      { reference: 0x01, isEnabled: false },
    ]);
  });

  it.each([
    ['a transparent EF', IMSI, { fileSize: 9, records: undefined }],
    ['a linear EF', ECC, { fileSize: 28, records: { length: 14, count: 2 } }],
    ['a cyclic EF', ACM, { fileSize: 60, records: { length: 3, count: 20 } }],
  ])('finds the size of %s', (_what, hex, size) => {
    expect(decodeFcp(fromHex(hex))).toMatchObject({ ...size, wantsTerminalCapability: false });
  });

  it.each([
    ['nothing', ''],
    ['an FCI', '6F04 8A0105 88'],
    ['an object behind it', '6200 6200'],
    ['a length beyond the end', '6205 8A0105'],
    ['an object that does not end', '6203 8A0205'],
    ['a file size without octets', '6202 8000'],
    ['a file size of 5 octets', '6207 80050000000009'],
    ['proprietary data that is no TLV', '6203 A50187'],
    ['a PIN status without bitmap', '6205 C603 830101'],
    ['a bitmap with fewer bits than keys', `621F C61D 9000 ${'830101'.repeat(9)}`],
    ['a key reference without octets', '6207 C605 900180 8300'],
    ['a key reference of 2 octets', '6209 C607 900180 83020101'],
  ])('refuses %s', (_what, hex) => {
    expect(() => decodeFcp(fromHex(hex))).toThrow(DecodeError);
  });

  it('refuses every beginning of an FCP', () => {
    const octets = fromHex(ADF);
    for (let end = 0; end < octets.length; end++) {
      expect(() => decodeFcp(octets.subarray(0, end))).toThrow(DecodeError);
    }
  });

  it('throws nothing but DecodeError, whatever is in the template', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        try {
          decodeFcp(Uint8Array.of(0x62, octets.length, ...octets));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
