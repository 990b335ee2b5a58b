/**
 * Packets cut into short messages, by the public vectors and by the room that a header leaves.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import {
  type Concatenation,
  concatenationOf,
  encodeConcatenation,
  ownElements,
  PARTS_MAX,
  type Segmentation,
  segmentPacket,
} from '../../src/ota/segmentation.ts';
import { decodeUserData, hasElement, IEI } from '../../src/ota/sms.ts';
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';
import { CASES, caseOf } from './support/short-messages.ts';

const COMMAND: Segmentation = { iei: IEI.commandPacket, reference: 0x35 };

function headers(packet: number, options: Segmentation): string[] {
  return segmentPacket(new Uint8Array(packet), options).map((userData) =>
    toHex(userData.slice(0, 1 + userData[0]!)),
  );
}

function lengths(packet: number, options: Segmentation): number[] {
  return segmentPacket(new Uint8Array(packet), options).map(({ length }) => length);
}

/** Reads a header in hex. */
function partOf(header: string): Concatenation | undefined {
  return concatenationOf(decodeUserData(fromHex(header)));
}

describe('the public vectors', () => {
  it.each<[string, Partial<Segmentation>]>([
    ['pub-x03', { reference: 0x35 }],
    ['pub-x04', { reference: 0xa0 }],
    ['pub-x05', { reference: 0x00f6, width: 16 }],
    ['pub-x06', { reference: 0xb9, packetElementFirst: true }],
    ['pub-x07', { reference: 0xc7 }],
    ['pub-x08', {}],
    ['pub-x09', { reference: 0x24 }],
  ])('%s is cut as the sender cut it', (id, options) => {
    const { commandPacket, tpUserData } = caseOf(id);
    const parts = segmentPacket(fromHex(commandPacket), { ...COMMAND, ...options });
    expect(parts.map(toHex)).toEqual(tpUserData);
  });

  it('are else one message each, which has no reference', () => {
    const single = CASES.filter(({ tpUserData }) => tpUserData.length === 1);
    expect(single).toHaveLength(87);
    for (const { commandPacket, tpUserData } of single) {
      expect(segmentPacket(fromHex(commandPacket), COMMAND).map(toHex)).toEqual(tpUserData);
    }
  });

  it('pub-x13 has a response packet that is cut the same way', () => {
    const { responsePacket, smsSubmit } = caseOf('pub-x13').response;
    const options = { iei: IEI.responsePacket, reference: 0x68 };
    const parts = segmentPacket(fromHex(responsePacket!), options).map(toHex);
    expect(parts.map((part) => part.slice(0, 16))).toEqual([
      '0700036802017100',
      '0500036802024b83',
    ]);
    // First octet to TP-UDL: 13 octets.
    expect(parts).toEqual(smsSubmit!.map((tpdu) => tpdu.slice(26)));
  });
});

describe('a packet', () => {
  it.each<[string, number, Partial<Segmentation>, number[]]>([
    ['of nothing', 0, {}, [3]],
    ['that just fits', 137, {}, [140]],
    ['of one octet more', 138, {}, [140, 6 + 6]],
    ['that fills two messages', 132 + 134, {}, [140, 140]],
    ['of one octet more than two hold', 132 + 134 + 1, {}, [140, 140, 7]],
    ['that just fits, whatever the width', 137, { width: 16 }, [140]],
    ['that fills two messages of a wide reference', 131 + 133, { width: 16 }, [140, 140]],
    ['of one octet more than those hold', 131 + 133 + 1, { width: 16 }, [140, 140, 8]],
  ])('%s has messages as long as need be', (_what, octets, options, expected) => {
    expect(lengths(octets, { ...COMMAND, ...options })).toEqual(expected);
  });

  it.each<[string, Segmentation, string[]]>([
    ['8 bits', COMMAND, ['0700033503017000', '050003350302', '050003350303']],
    [
      '16 bits',
      { ...COMMAND, reference: 0xbeef, width: 16 },
      ['080804beef03017000', '060804beef0302', '060804beef0303'],
    ],
    [
      '16 bits behind the element of the packet',
      { ...COMMAND, reference: 0xbeef, width: 16, packetElementFirst: true },
      ['0870000804beef0301', '060804beef0302', '060804beef0303'],
    ],
    [
      '8 bits, a response',
      { iei: IEI.responsePacket, reference: 0 },
      ['0700030003017100', '050003000302', '050003000303'],
    ],
  ])('has a header of %s on each part', (_what, options, expected) => {
    expect(headers(300, options)).toEqual(expected);
  });

  it('has 255 parts at most', () => {
    const narrow = 132 + 254 * 134;
    const wide = 131 + 254 * 133;
    expect(headers(narrow, COMMAND).at(-1)).toBe('05000335ffff');
    expect(lengths(narrow, COMMAND)).toEqual(Array(255).fill(140));
    expect(() => segmentPacket(new Uint8Array(narrow + 1), COMMAND)).toThrow(
      'packet: expected at most 34168 octets, got 34169',
    );
    expect(lengths(wide, { ...COMMAND, width: 16 })).toEqual(Array(255).fill(140));
    expect(() => segmentPacket(new Uint8Array(wide + 1), { ...COMMAND, width: 16 })).toThrow(
      'packet: expected at most 33913 octets, got 33914',
    );
    expect(PARTS_MAX).toBe(255);
  });

  it.each<[number, 8 | 16]>([
    [-1, 8],
    [256, 8],
    [1.5, 8],
    [Number.NaN, 8],
    [-1, 16],
    [65536, 16],
  ])('is not cut with the reference %s of %s bits, not even when it fits', (reference, width) => {
    for (const octets of [20, 200]) {
      const cut = () => segmentPacket(new Uint8Array(octets), { ...COMMAND, reference, width });
      expect(cut).toThrow(RangeError);
    }
  });

  it('is not changed, and its parts are copies', () => {
    const packet = new Uint8Array(200).fill(7);
    for (const part of segmentPacket(packet, COMMAND)) part.fill(0);
    expect(packet).toEqual(new Uint8Array(200).fill(7));
  });
});

describe('the element of a concatenation', () => {
  it.each<[string, Concatenation]>([
    ['050003350201', { width: 8, reference: 0x35, total: 2, number: 1 }],
    ['05000300ffff', { width: 8, reference: 0, total: 255, number: 255 }],
    ['060804beef0101', { width: 16, reference: 0xbeef, total: 1, number: 1 }],
    ['06080400350302', { width: 16, reference: 0x35, total: 3, number: 2 }],
    ['0770000003b90201', { width: 8, reference: 0xb9, total: 2, number: 1 }],
    ['0bc501990003420201240105', { width: 8, reference: 0x42, total: 2, number: 1 }],
  ])('is read in %s', (header, expected) => {
    expect(partOf(header)).toEqual(expected);
  });

  it('counts when it is the last of several', () => {
    const last = { width: 8, reference: 2, total: 3, number: 3 };
    expect(partOf('0a 0003010202 0003020303')).toEqual(last);
    expect(partOf('0b 080400010202 0003020303')).toEqual(last);
    expect(partOf('0b 0003020303 080400010202')).toMatchObject({ width: 16, reference: 1 });
    expect(partOf('09 00020102 0003020303')).toEqual(last);
    expect(partOf('0a 0003010200 0003020303')).toEqual(last);
  });

  it.each([
    ['nothing', '00'],
    ['a packet', '027000'],
    ['elements that nobody knows', '0801023502 7f020201'],
  ])('is not there in a header of %s', (_what, header) => {
    expect(partOf(header)).toBeUndefined();
  });

  it.each([
    ['no octets', '020000'],
    ['two octets', '0400023502'],
    ['four octets, the narrow one', '06000400350201'],
    ['three octets, the wide one', '050803350201'],
    ['five octets, the wide one', '070805000035 0201'],
    ['part 0', '050003350200'],
    ['a part behind the last', '050003350203'],
    ['no parts', '050003350000'],
    ['no parts, and part 1 of them', '050003350001'],
    ['part 0, the wide one', '06080400350200'],
    ['a part behind the last, the wide one', '06080400350203'],
    ['part 0 behind one that is right', '0a 0003350201 0003350200'],
  ])('makes no sense with %s', (_what, header) => {
    expect(decoded(() => partOf(header))).toBeUndefined();
    expect(() => partOf(header)).toThrow(/^(concatenation)\//u);
  });

  it('makes no sense cut short', () => {
    for (const header of ['0500033502 01', '06080400350201']) {
      for (const part of truncations(fromHex(header))) {
        expect(() => concatenationOf(decodeUserData(part))).toThrow(/TP-UD/u);
      }
    }
    const { iei, value } = encodeConcatenation({ width: 16, reference: 1, total: 2, number: 2 });
    for (const part of truncations(value)) {
      const data = { elements: [{ iei, value: part }], body: value };
      expect(decoded(() => concatenationOf(data))).toBeUndefined();
    }
  });

  it('is another one, none or no sense with any octet changed', () => {
    for (const header of ['050003350201', '06080400350201']) {
      const right = partOf(header);
      for (const altered of alterations(fromHex(header))) {
        expect(decoded(() => concatenationOf(decodeUserData(altered)))).not.toEqual(right);
      }
    }
  });

  it.each<[string, Partial<Concatenation>]>([
    ['part 0', { number: 0 }],
    ['a part behind the last', { number: 3 }],
    ['half a part', { number: 1.5 }],
    ['no parts', { total: 0, number: 0 }],
    ['256 parts', { total: 256 }],
    ['a reference too large', { reference: 256 }],
    ['a negative reference', { reference: -1 }],
    ['a reference too large for 16 bits', { width: 16, reference: 65536 }],
  ])('is not written with %s', (_what, parts) => {
    const right: Concatenation = { width: 8, reference: 0x35, total: 2, number: 1 };
    expect(() => encodeConcatenation({ ...right, ...parts })).toThrow(RangeError);
  });
});

describe('any packet', () => {
  const segmentation = fc
    .tuple(fc.constantFrom<8 | 16>(8, 16), fc.nat(0xffff), fc.boolean(), fc.boolean())
    .map(([width, reference, isCommand, packetElementFirst]) => ({
      width,
      reference: reference % 2 ** width,
      iei: isCommand ? IEI.commandPacket : IEI.responsePacket,
      packetElementFirst,
    }));

  it('is its parts put together, as few and as full as can be', () => {
    const packets = fc.uint8Array({ minLength: 0, maxLength: 2000 });
    fc.assert(
      fc.property(packets, segmentation, (packet, options) => {
        const parts = segmentPacket(packet, options);
        const data = parts.map(decodeUserData);
        expect(concat(...data.map(({ body }) => body))).toEqual(packet);
        expect(parts.slice(0, -1).every(({ length }) => length === 140)).toBe(true);
        expect(parts.at(-1)!.length).toBeLessThanOrEqual(140);
        const { width, reference, iei } = options;
        const total = parts.length;
        expect(data.map(concatenationOf)).toEqual(
          total === 1
            ? [undefined]
            : data.map((_, n) => ({ width, reference, total, number: n + 1 })),
        );
        expect(data.map((part) => hasElement(part, iei))).toEqual(data.map((_, n) => n === 0));
        expect(data.map((part) => ownElements(part).length)).toEqual(
          data.map((_, n) => +(n === 0)),
        );
      }),
    );
  });

  it('has elements of concatenation that are read as they were written', () => {
    const concatenation = fc
      .tuple(fc.constantFrom<8 | 16>(8, 16), fc.nat(0xffff), fc.nat(254), fc.nat(254))
      .map(([width, reference, a, b]) => ({
        width,
        reference: reference % 2 ** width,
        total: Math.max(a, b) + 1,
        number: Math.min(a, b) + 1,
      }));
    fc.assert(
      fc.property(concatenation, (of) => {
        const element = encodeConcatenation(of);
        const found = concatenationOf({ elements: [element], body: new Uint8Array(0) })!;
        expect(found).toEqual(of);
        expect(encodeConcatenation(found)).toEqual(element);
      }),
    );
  });

  it('gives a DecodeError and nothing else for a damaged header', () => {
    fc.assert(
      fc.property(octetsLike('0700033502017000AA', '08080400350202700055'), (octets) => {
        const found = decoded(() => concatenationOf(decodeUserData(octets)));
        if (found === undefined) return;
        expect(found.number).toBeGreaterThanOrEqual(1);
        expect(found.number).toBeLessThanOrEqual(found.total);
        expect(found.reference).toBeLessThan(2 ** found.width);
      }),
      { numRuns: 2000 },
    );
  });
});
