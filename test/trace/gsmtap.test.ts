import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/apdu/connection.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { GSMTAP_HEADER, gsmtapPackets } from '../../src/trace/gsmtap.ts';

/** Headers of type SIM that Wireshark 4.0.17 was seen to dissect. */
const APDU = '02040400000000000000000000000000';
const ATR = '02040400000000000000000001000000';

function apdu(command: string, response: string): Exchange {
  return { kind: 'apdu', command: fromHex(command), response: fromHex(response) };
}

function packets(command: string, response: string): string[] {
  return gsmtapPackets(apdu(command, response)).map((packet) => {
    expect(toHex(packet.slice(0, 16))).toBe(APDU);
    return toHex(packet.slice(16)).toUpperCase();
  });
}

describe('gsmtapPackets', () => {
  it('writes the ATR of a sysmoISIM-SJA2 as Wireshark reads it', () => {
    const atr = '3b9f96801f878031e073fe211b674a4c753034054ba9';
    expect(gsmtapPackets({ kind: 'reset', atr: fromHex(atr) }).map(toHex)).toEqual([ATR + atr]);
  });

  it('puts the slot of the reader into the sub-slot', () => {
    const atr: Exchange = { kind: 'reset', atr: Uint8Array.of(0x3b, 0) };
    const subSlot = (slot: number): number => gsmtapPackets(atr, { slot })[0]![14]!;
    expect([0, 1, 255].map(subSlot)).toEqual([0, 1, 255]);
    expect(() => subSlot(256)).toThrow(RangeError);
    expect(() => subSlot(-1)).toThrow(RangeError);
  });

  it.each([
    // Both are from a trace of pySim, and were dissected by Wireshark 4.0.17.
    ['SELECT', '00A40004023F00', '612F', '00A40004023F00612F'],
    ['READ BINARY', '00B000000A', '988812010000405600F89000', '00B000000A988812010000405600F89000'],
    ['a refusal of case 2', '00B0000000', '6C0A', '00B00000006C0A'],
    ['a refusal of case 4', '00A40004026F0700', '6A82', '00A40004026F076A82'],
    ['case 1, with P3 as the card sees it', '00708001', '9000', '00708001009000'],
    ['case 3', '80C2000002D100', '9000', '80C2000002D1009000'],
    ['case 4 without its Le', '80C2000002D10000', '6103', '80C2000002D1006103'],
    [
      '256 octets of data',
      '00B0000000',
      `${'AA'.repeat(256)}9000`,
      `00B0000000${'AA'.repeat(256)}9000`,
    ],
    ['a query', '0020000100', '63C3', '002000010063C3'],
    ['a READ BINARY that is refused', '00B000000A', '6986', '00B00000006986'],
    ['a READ RECORD that is refused', '00B2010426', '6A83', '00B20104006A83'],
    ['a READ with another Le', '00B000000B', '6C0A', '00B00000006C0A'],
    ['a STATUS with another Le', '80F2000001', '6C22', '80F20000006C22'],
    ['a GET RESPONSE that is refused', '00C0000019', '6F00', '00C00000006F00'],
    ['a GET CHALLENGE that is refused', '0084000008', '6D00', '00840000006D00'],
    ['a FETCH that is refused', '8012000020', '6F00', '80120000026F00'],
    ['a FETCH with another Le', '8012000000', '6C17', '80120000026C17'],
    ['a command without its data', '00A4000402', '6700', '00A40004006700'],
  ])('writes %s in one packet', (_, command, response, payload) => {
    expect(packets(command, response)).toEqual([payload]);
  });

  it.each([
    [
      'case 4 answered with data at once',
      ['0188008102AABB00', 'DB01029000'],
      ['0188008102AABB6103', '01C0000003DB01029000'],
    ],
    [
      'case 3 answered with data all the same',
      ['00A40004023F00', '62009000'],
      ['00A40004023F006102', '00C000000262009000'],
    ],
    [
      'a warning with data',
      ['80C2000002D10000', 'AA6200'],
      ['80C2000002D1006101', '80C0000001AA6200'],
    ],
    [
      'case 4 answered with 256 octets',
      ['00A20104010000', `${'AA'.repeat(256)}9000`],
      ['00A2010401006100', `00C0000000${'AA'.repeat(256)}9000`],
    ],
    [
      `case 2 with Le '00' and fewer octets`,
      ['00B0000000', '080910109000'],
      ['00B00000006C04', '00B0000004080910109000'],
    ],
    ['an end of file', ['00B000000A', 'AABB6282'], ['00B00000006C02', '00B0000002AABB6282']],
    ['a FETCH over T=1', ['8012000000', 'D0009000'], ['80120000026C02', '8012000002D0009000']],
    ['case 1 answered with data', ['00700000', '019000'], ['00700000006C01', '0070000001019000']],
  ])('writes %s in two, as T=0 carries it', (_, [command = '', response = ''], payloads) => {
    expect(packets(command, response)).toEqual(payloads);
  });

  it.each([
    ['VERIFY PIN', '0020000108', 8, '9000'],
    ['VERIFY PIN of class A0', 'A020000108', 8, '9804'],
    ['VERIFY PIN with a wrong Lc', '0020000106', 8, '6700'],
    ['CHANGE PIN', '0024000110', 16, '63C2'],
    ['DISABLE PIN', '0026000108', 8, '9000'],
    ['ENABLE PIN', '0028000108', 8, '9000'],
    ['UNBLOCK PIN', '002C000110', 16, '9000'],
    ['PUT KEY', '80D8010008', 8, '9000'],
  ])('hides the secret of %s', (_, header, octets, sw) => {
    expect(packets(header + '31'.repeat(octets), sw)).toEqual([header + 'FF'.repeat(octets) + sw]);
  });

  it.each([
    ['nothing', '', '6700', '00000000006700'],
    ['half a header', '00A4', '6700', '00A40000006700'],
    ['fewer octets than Lc', '00A40004043F00', '6700', '00A40004043F006700'],
    ['more octets than Lc and Le', '00A40004013F0000', '6700', '00A40004013F00006700'],
    ['extended length', '00A4000400000002', '6700', '00A40004000000026700'],
    ['an answer of one octet', '00A4000C', '90', '00A4000C0090'],
    ['no answer', '00A4000C', '', '00A4000C00'],
  ])('writes %s as it is', (_, command, response, payload) => {
    expect(packets(command, response)).toEqual([payload]);
  });

  it('loses no response data, and changes no argument', () => {
    const octets = fc.uint8Array({ maxLength: 30 });
    const response = fc.uint8Array({ minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(octets, response, (command, answer) => {
        const before = [toHex(command), toHex(answer)];
        const written = gsmtapPackets({ kind: 'apdu', command, response: answer });
        expect([toHex(command), toHex(answer)]).toEqual(before);
        expect(toHex(written.at(-1)!).endsWith(toHex(answer))).toBe(true);
        for (const packet of written) expect(packet.length).toBeGreaterThanOrEqual(16 + 5 + 2);
      }),
    );
  });
});

describe('GSMTAP_HEADER', () => {
  it('has 16 octets, in both directions', () => {
    expect(GSMTAP_HEADER.octets).toBe(16);
    const numbered = fc
      .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 7 }))
      .map(([octets, subType]) => {
        octets[12] = subType;
        return octets;
      });
    fc.assert(
      fc.property(numbered, (octets) => {
        expect(GSMTAP_HEADER.encode(GSMTAP_HEADER.decode(octets))).toEqual(octets);
      }),
    );
    expect(GSMTAP_HEADER.decode(fromHex(ATR))).toMatchObject({
      version: 2,
      headerWords: 4,
      type: 4,
      subType: 'atr',
    });
  });

  it.each([
    ['a sub-type that is none', `${APDU.slice(0, 24)}08000000`],
    ['15 octets', APDU.slice(2)],
    ['17 octets', `${APDU}00`],
  ])('refuses %s', (_, octets) => {
    expect(() => GSMTAP_HEADER.decode(fromHex(octets))).toThrow(DecodeError);
  });
});
