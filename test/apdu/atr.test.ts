import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATR_MAX,
  channelCapabilityOf,
  decodeAtr,
  decodeHistoricalBytes,
  logicalChannelsOf,
} from '../../src/apdu/atr.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';

/** Four ATRs of field cards, and one made for a card with the basic channel alone. */
const SJA2 = '3B 9F 96 80 1F 87 80 31 E0 73 FE 21 1B 67 4A 4C 75 30 34 05 4B A9';
const SJA5 = '3B 9F 96 80 1F 87 80 31 E0 73 FE 21 1B 67 4A 35 75 30 35 02 65 F8';
const FIELD_3 = '3B 9F 95 80 1F C7 80 31 E0 73 F6 21 13 67 4D 45 16 00 43 01 00 8F';
const FIELD_4 = '3B 9F 96 80 1F C7 80 31 A0 73 BE 21 13 67 43 20 07 18 00 00 01 A5';
const MINIMAL = '3B 9F 11 80 1F C7 80 31 A0 73 BE 21 00 67 45 4D 55 4C 30 30 31 6C';

describe('decodeAtr', () => {
  it('reads the ATR of a field card octet by octet', () => {
    const atr = decodeAtr(fromHex(SJA2));
    expect(atr.convention).toBe('direct');
    expect(atr.interfaceBytes).toEqual([
      { ta: 0x96, tb: undefined, tc: undefined, td: 0x80 },
      { ta: undefined, tb: undefined, tc: undefined, td: 0x1f },
      { ta: 0x87, tb: undefined, tc: undefined, td: undefined },
    ]);
    expect(atr.protocols).toEqual([0]);
    expect(toHex(atr.historicalBytes)).toBe('8031e073fe211b674a4c753034054b');
  });

  it.each([
    ['of a 2G card: TA1, TB1, no TD1, so T=0 and no TCK', '3B 32 94 00 AB CD', [0], 'abcd'],
    ['without interface or historical bytes', '3B 00', [0], ''],
    ['of the inverse convention', '3F 00', [0], ''],
    // Worked by hand: TD1 80, TD2 31 with TA3 FE and TB3 45, TCK 80 ^ 80 ^ 31 ^ FE ^ 45.
    ['that offers T=0 and T=1', '3B 80 80 31 FE 45 8A', [0, 1], ''],
    ['that names T=0 twice', '3B 80 80 00', [0], ''],
  ])('reads an ATR %s', (_what, hex, protocols, historical) => {
    const atr = decodeAtr(fromHex(hex));
    expect(atr.protocols).toEqual(protocols);
    expect(toHex(atr.historicalBytes)).toBe(historical);
  });

  it.each([
    ['no octet at all', '', 'ATR/TS at 0: needs 1 octets, 0 left'],
    ['an unknown TS', '3C 00', `ATR/TS at 0: expected '3b' or '3f'`],
    ['TS alone', '3B', 'ATR/T0 at 1: needs 1 octets, 0 left'],
    ['TA1 missing', '3B 10', 'ATR/TA1 at 2: needs 1 octets, 0 left'],
    ['TD2 missing', '3B 80 80', 'ATR/TD2 at 3: needs 1 octets, 0 left'],
    ['a chain of TDs without end', '3B 80 80 80 80 80', 'ATR/TD5 at 6: needs 1 octets, 0 left'],
    ['historical bytes cut short', '3B 02 41', 'ATR/historical bytes at 2: needs 2 octets, 1 left'],
    ['TCK missing', SJA2.slice(0, -3), 'ATR/TCK at 21: needs 1 octets, 0 left'],
    ['a wrong TCK', SJA2.replace(/A9$/u, 'A8'), `ATR/TCK at 21: expected 'a9'`],
    ['an octet behind TCK', `${SJA2} 00`, 'ATR/end at 22: expected no more octets, 1 left'],
    ['TCK where T=0 is alone', '3B 00 00', 'ATR/end at 2: expected no more octets, 1 left'],
    ['34 octets', `3B${'0F'.repeat(33)}`, 'ATR at 0: expected at most 33 octets, found 34'],
  ])('refuses %s', (_what, hex, message) => {
    const refusal = expect.objectContaining({ name: 'DecodeError', message });
    expect(() => decodeAtr(fromHex(hex))).toThrow(refusal);
  });

  it.each([SJA2, SJA5, FIELD_3, FIELD_4, MINIMAL])('refuses %s with an octet changed', (hex) => {
    const octets = fromHex(hex);
    for (let at = 0; at < octets.length; at++) {
      const changed = Uint8Array.from(octets);
      changed[at]! ^= 0x01;
      expect(() => decodeAtr(changed)).toThrow(DecodeError);
    }
  });

  it.each([SJA2, SJA5, FIELD_3, FIELD_4, MINIMAL])('refuses every beginning of %s', (hex) => {
    const octets = fromHex(hex);
    for (let end = 0; end < octets.length; end++) {
      expect(() => decodeAtr(octets.subarray(0, end))).toThrow(DecodeError);
    }
  });

  it('throws nothing but DecodeError, whatever the octets are', () => {
    const octets = fc.uint8Array({ maxLength: ATR_MAX + 2 });
    fc.assert(
      fc.property(octets, fc.boolean(), (random, isDirect) => {
        const atr = random.length > 0 && isDirect ? random.with(0, 0x3b) : random;
        try {
          expect(decodeAtr(atr).protocols.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

describe('decodeHistoricalBytes', () => {
  it('takes the objects of a UICC apart', () => {
    const { historicalBytes } = decodeAtr(fromHex(FIELD_3));
    expect(decodeHistoricalBytes(historicalBytes)).toEqual([
      { tag: 3, value: fromHex('E0') },
      { tag: 7, value: fromHex('F62113') },
      { tag: 6, value: fromHex('4D451600430100') },
    ]);
  });

  it.each([
    ['no octets', ''],
    ['another category indicator', '00 31 E0'],
    ['an indicator that is no TLV', '41 42'],
  ])('finds no objects in %s', (_what, hex) => {
    expect(decodeHistoricalBytes(fromHex(hex))).toEqual([]);
  });

  it.each([
    ['without its value', '80 73'],
    ['with a part of its value', '80 31 E0 73 FE 21'],
  ])('refuses an object %s', (_what, hex) => {
    expect(() => decodeHistoricalBytes(fromHex(hex))).toThrow(DecodeError);
  });

  it('throws nothing but DecodeError behind the category indicator of a UICC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 14 }), (octets) => {
        const historical = Uint8Array.of(0x80, ...octets);
        try {
          const objects = decodeHistoricalBytes(historical);
          const length = objects.reduce((sum, { value }) => sum + 1 + value.length, 1);
          expect(length).toBe(historical.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

describe('channelCapabilityOf', () => {
  it.each([
    ['00', 1, { card: false, terminal: false }],
    ['07', 1, { card: false, terminal: false }],
    ['13', 4, { card: true, terminal: false }],
    ['0B', 4, { card: false, terminal: true }],
    ['1F', 8, { card: true, terminal: true }],
    ['E8', 1, { card: false, terminal: true }],
  ])('reads %s', (third, count, assignedBy) => {
    const objects = decodeHistoricalBytes(fromHex(`80 31 E0 73 FE 21 ${third}`));
    expect(channelCapabilityOf(objects)).toEqual({ count, assignedBy });
  });

  it.each([
    ['no capabilities', '80 31 E0'],
    ['capabilities of two octets', '80 72 FE 13'],
    ['other objects', '80 31 13 63 FE 21 13'],
  ])('finds nobody who assigns a channel in %s', (_what, hex) => {
    const { count, assignedBy } = channelCapabilityOf(decodeHistoricalBytes(fromHex(hex)));
    expect({ count, assignedBy }).toEqual({
      count: 1,
      assignedBy: { card: false, terminal: false },
    });
  });
});

describe('logicalChannelsOf', () => {
  it.each([
    ['the basic channel alone', '00', 1],
    ['two, assigned by the card', '11', 2],
    ['four, assigned by the card', '13', 4],
    ['eight or more, assigned by the card', '17', 8],
    ['four, assigned by either side', '1B', 4],
    ['four, assigned by the terminal', '0B', 4],
    ['channels that nobody can assign', '07', 1],
  ])('reads %s', (_what, third, channels) => {
    const objects = decodeHistoricalBytes(fromHex(`80 31 E0 73 FE 21 ${third}`));
    expect(logicalChannelsOf(objects)).toBe(channels);
  });

  it.each([
    ['no capabilities', '80 31 E0'],
    ['capabilities of two octets', '80 72 FE 21'],
  ])('takes %s for the basic channel alone', (_what, hex) => {
    expect(logicalChannelsOf(decodeHistoricalBytes(fromHex(hex)))).toBe(1);
  });
});
