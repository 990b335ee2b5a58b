/**
 * Secured packets in short messages. The first message is the worked SMS-PP download of the notes
 * on the toolkit; texts as TP-OA were packed by hand.
 *
 * @see 3GPP TS 23.040 §9.2.2.1, §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  commandUserData,
  decodeSmsDeliver,
  decodeUserData,
  encodeMessageAddress,
  encodeSmsDeliver,
  encodeUserData,
  hasElement,
  IEI,
  responsePacketOf,
  responseUserData,
  type SmsDeliver,
  USER_DATA_MAX,
} from '../../src/ota/sms.ts';
import { decoded, octetsLike, truncations } from './support/damage.ts';
import { REAL } from './support/packets.ts';

const PACKET = '0015 0D 0000 00 00 B00010 0000000000 00 A0A40000023F00';
const SCTS = '52100121430500';
const MESSAGE = `44 07 91214365F7 7F F6 ${SCTS} 1A 027000 ${PACKET}`.replaceAll(' ', '');

const FIELDS: SmsDeliver = {
  originator: address('+1234567'),
  pid: 0x7f,
  dcs: 0xf6,
  timestamp: fromHex(SCTS),
  hasHeader: true,
  moreMessages: false,
  userData: fromHex(`027000 ${PACKET}`),
};

/** Texts as TP-OA that no digits spell. */
const TEXTS = ['06D04F6A10', '09D0C8329BFD06', '09D04DE7B31504', '0AD0C8329BFD06'] as const;
const [OTA, HELLO, MNO_A, HELLO_10] = TEXTS;

function isNone(hex: string): void {
  expect(decoded(() => decodeSmsDeliver(fromHex(hex)))).toBeUndefined();
}

describe('SMS-DELIVER', () => {
  it('is first octet, TP-OA, TP-PID, TP-DCS, TP-SCTS, TP-UDL and TP-UD, both ways', () => {
    expect(decodeSmsDeliver(fromHex(MESSAGE))).toEqual(FIELDS);
    expect(toHex(encodeSmsDeliver(FIELDS))).toBe(MESSAGE.toLowerCase());
  });

  it.each<[string, Partial<SmsDeliver>]>([
    ['40', { moreMessages: true }],
    ['04', { hasHeader: false }],
    ['00', { hasHeader: false, moreMessages: true }],
  ])('begins with %s when its header and further messages are so', (first, parts) => {
    const hex = (first + MESSAGE.slice(2)).toLowerCase();
    expect(decodeSmsDeliver(fromHex(hex))).toEqual({ ...FIELDS, ...parts });
    expect(toHex(encodeSmsDeliver({ ...FIELDS, ...parts }))).toBe(hex);
  });

  it('has b4 to b6 and b8 of the first octet, which are nothing to us', () => {
    const octets = fromHex(MESSAGE);
    for (const bit of [0x08, 0x10, 0x20, 0x80]) {
      octets[0] = 0x44 | bit;
      expect(decodeSmsDeliver(octets)).toEqual(FIELDS);
    }
  });

  it.each(['01', '02', '03'])('is another TPDU with TP-MTI %s', (mti) => {
    isNone(mti + MESSAGE.slice(2));
  });

  it('is none when it is cut short before TP-UD', () => {
    const head = MESSAGE.length / 2 - FIELDS.userData.length;
    for (const part of truncations(fromHex(MESSAGE))) {
      const found = decoded(() => decodeSmsDeliver(part));
      expect(found === undefined).toBe(part.length < head);
    }
  });

  it('has the TP-UD that is there, whatever TP-UDL says', () => {
    for (const udl of ['00', '03', '19', '1B', '8C', 'FF']) {
      const lie = MESSAGE.replace(`${SCTS}1A`, `${SCTS}${udl}`);
      expect(decodeSmsDeliver(fromHex(lie))).toEqual(FIELDS);
    }
  });

  it('has at most 140 octets of TP-UD', () => {
    const head = MESSAGE.slice(0, MESSAGE.length - 2 * FIELDS.userData.length);
    const most = fromHex(head + '00'.repeat(USER_DATA_MAX));
    expect(decodeSmsDeliver(most).userData).toHaveLength(140);
    isNone(head + '00'.repeat(USER_DATA_MAX + 1));
  });

  it.each<[string, Partial<SmsDeliver>]>([
    ['141 octets of TP-UD', { userData: new Uint8Array(141) }],
    ['a time stamp of 6 octets', { timestamp: new Uint8Array(6) }],
    ['a TP-PID of two octets', { pid: 0x100 }],
    ['a TP-DCS of two octets', { dcs: 0x100 }],
    ['originator octets that are no TP-OA', { originator: fromHex('0791214365') }],
  ])('is not written with %s', (_what, parts) => {
    expect(() => encodeSmsDeliver({ ...FIELDS, ...parts })).toThrow(RangeError);
  });
});

describe('TP-OA', () => {
  /** The message with another TP-OA: number of semi-octets, type, digits. */
  const from = (oa: string): string => MESSAGE.replace('0791214365F7', oa);

  it.each([
    ['an international number', '04912143', '+1234'],
    ['a number of unknown type', '04812143', '1234'],
    ['a national number', '04A12143', 'a1:1234'],
    ['an odd number of digits', '039121F3', '+123'],
    ['one digit', '0181F1', '1'],
    ['20 digits', '148121436587092143658709', '12345678901234567890'],
    ['star, number sign and letters', '0581BADCFE', '*#abc'],
    ['a text that digits spell, as "MNO"', '06D04DE713', 'd0:b47c31'],
    ['a text of 11 letters, the longest', '14D041E19058341E9149E512', 'd0:141c098543c119945c21'],
  ])('may be %s', (_what, oa, originator) => {
    expect(decodeSmsDeliver(fromHex(from(oa)))).toEqual({ ...FIELDS, originator });
  });

  it.each([
    ['the text "OTA", whose packing has a semi-octet F', OTA],
    ['"Hello", in 9 semi-octets of 10', HELLO],
    ['"MNO-A", whose tenth semi-octet is no filler', MNO_A],
    ['a text of no letters', '00D0'],
    ['a number of no digits, as networks send that tell no sender', '0080'],
    ['"Hello", in 10 semi-octets', HELLO_10],
  ])('may be what no digits spell: %s', (_what, oa) => {
    const found = decodeSmsDeliver(fromHex(from(oa)));
    expect(found).toEqual({ ...FIELDS, originator: fromHex(oa) });
    expect(toHex(encodeSmsDeliver(found))).toBe(from(oa).toLowerCase());
  });

  it('is written alike as an address and as its octets', () => {
    expect(toHex(encodeMessageAddress(address('+1234567')))).toBe('0791214365f7');
    expect(toHex(encodeMessageAddress(fromHex('0791214365F7')))).toBe('0791214365f7');
  });

  it('is a copy of the octets that it is given as', () => {
    const octets = fromHex('06D04F6A10');
    encodeMessageAddress(octets).fill(0);
    expect(toHex(octets)).toBe('06d04f6a10');
  });

  it.each([
    ['nothing', ''],
    ['a number of digits alone', '06'],
    ['21 digits', '15812143658709214365870921'],
    ['a number with a filler among its digits', '0481F143'],
    ['fewer digits than it says', '048121F3'],
    ['an octet too few', '06D04F6A'],
    ['an octet too many', '06D04F6A1000'],
  ])('is not written of octets that are %s', (_what, octets) => {
    expect(() => encodeMessageAddress(fromHex(octets))).toThrow(RangeError);
  });

  it.each([
    ['21 digits', '15812143658709214365870921'],
    ['21 semi-octets of a text', '15D04F6A1000000000000000'],
    ['255 digits', 'FF81'],
    ['a filler among its digits', '0481F143'],
    ['more digits than its length says', '03812143'],
    ['fewer digits than its length says', '048121F3'],
    ['fillers alone', '0281FF'],
    ['a number of another type with a filler among its digits', '04A1F143'],
  ])('is none with %s', (_what, oa) => {
    isNone(from(oa));
  });

  it.each([
    ['1581', 'SMS-DELIVER/TP-OA at 2: expected at most 20 digits'],
    ['048121F3', 'SMS-DELIVER/TP-OA at 3: expected 4 digits'],
  ])('of %s says what is wrong, and where', (oa, problem) => {
    expect(() => decodeSmsDeliver(fromHex(from(oa)))).toThrow(problem);
  });
});

describe('a user data header', () => {
  it('is a list of information elements, both ways', () => {
    const octets = '0A 7000 000342 0201 2401 05 AABB'.replaceAll(' ', '').toLowerCase();
    const data = decodeUserData(fromHex(octets));
    expect(data.elements.map(({ iei, value }) => [iei, toHex(value)])).toEqual([
      [0x70, ''],
      [0x00, '420201'],
      [0x24, '05'],
    ]);
    expect(toHex(data.body)).toBe('aabb');
    expect(toHex(encodeUserData(data))).toBe(octets);
  });

  it('may hold elements that nobody knows, before and behind that of the packet', () => {
    const data = decodeUserData(fromHex(`08 C5 01 99 70 00 7F 01 00 ${PACKET}`));
    expect(hasElement(data, IEI.commandPacket)).toBe(true);
    expect(toHex(data.body)).toBe(PACKET.replaceAll(' ', '').toLowerCase());
  });

  it('may be empty', () => {
    expect(decodeUserData(fromHex('00 AA'))).toEqual({ elements: [], body: Uint8Array.of(0xaa) });
    expect(hasElement(decodeUserData(fromHex('00 AA')), IEI.commandPacket)).toBe(false);
  });

  it.each([
    ['is missing', ''],
    ['is longer than the user data', '037000'],
    ['ends behind an identifier', '0170'],
    ['ends inside an element', '03700200'],
    ['ends behind an element and an identifier', '0370007100'],
    ['counts an element of 255 octets', '0270FF00'],
  ])('makes no sense when it %s', (_what, hex) => {
    expect(decoded(() => decodeUserData(fromHex(hex)))).toBeUndefined();
  });

  it('is not written with more than 255 octets', () => {
    const long = { iei: 1, value: new Uint8Array(254) };
    expect(() => encodeUserData({ elements: [long], body: new Uint8Array(0) })).toThrow(RangeError);
    const wide = { iei: 256, value: new Uint8Array(0) };
    expect(() => encodeUserData({ elements: [wide], body: new Uint8Array(0) })).toThrow(RangeError);
  });
});

describe('the user data of a packet', () => {
  it('are those of a real card and its OTA server', () => {
    const command = fromHex(REAL.userData.slice(6));
    const response = fromHex(REAL.responseUserData.slice(6));
    expect(toHex(commandUserData(command))).toBe(REAL.userData);
    expect(toHex(responseUserData(response))).toBe(REAL.responseUserData);
    expect(responsePacketOf(fromHex(REAL.responseUserData))).toEqual(response);
  });

  it.each([
    ['a command packet', REAL.userData],
    ['another element', '02 72 00 AA'],
    ['no header', '00 000B0AB0001100000000010002'],
    ['a header cut short', '02 71'],
    ['nothing', ''],
  ])('have no response packet when there is %s', (_what, hex) => {
    expect(decoded(() => responsePacketOf(fromHex(hex)))).toBeUndefined();
  });
});

describe('any short message', () => {
  const element = fc.record({ iei: fc.nat(255), value: fc.uint8Array({ maxLength: 12 }) });
  const body = fc.uint8Array({ maxLength: 80 });
  const digits = fc.stringMatching(/^[0-9*#abc]{1,20}$/);
  const type = fc.constantFrom('+', '', 'a1:', 'd0:', '80:', 'ff:');
  const originator = fc.oneof(
    fc.tuple(type, digits).map(([of, number]) => address(of + number)),
    fc.constantFrom(...TEXTS).map((oa) => fromHex(oa)),
  );
  const message = fc.record({
    originator,
    pid: fc.nat(255),
    dcs: fc.nat(255),
    timestamp: fc.uint8Array({ minLength: 7, maxLength: 7 }),
    hasHeader: fc.boolean(),
    moreMessages: fc.boolean(),
    userData: fc.uint8Array({ maxLength: USER_DATA_MAX }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(message, (of) => {
        const octets = encodeSmsDeliver(of);
        expect(decodeSmsDeliver(octets)).toEqual(of);
        expect(encodeSmsDeliver(decodeSmsDeliver(octets))).toEqual(octets);
      }),
    );
  });

  it('has a header that is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), body, (elements, rest) => {
        const octets = encodeUserData({ elements, body: rest });
        expect(decodeUserData(octets)).toEqual({ elements, body: rest });
        expect(encodeUserData(decodeUserData(octets))).toEqual(octets);
      }),
    );
  });

  it('carries a packet there and back', () => {
    fc.assert(
      fc.property(body, (packet) => {
        expect(responsePacketOf(responseUserData(packet))).toEqual(packet);
        const data = decodeUserData(commandUserData(packet));
        expect(data.body).toEqual(packet);
        expect(hasElement(data, IEI.commandPacket)).toBe(true);
        expect(hasElement(data, IEI.responsePacket)).toBe(false);
      }),
    );
  });
});

describe('octets that are no short message', () => {
  it('give a DecodeError and nothing else, and what is read can be written', () => {
    fc.assert(
      fc.property(octetsLike(MESSAGE, REAL.userData), (octets) => {
        decoded(() => decodeUserData(octets));
        decoded(() => responsePacketOf(octets));
        const found = decoded(() => decodeSmsDeliver(octets));
        if (found === undefined) return;
        expect(decodeSmsDeliver(encodeSmsDeliver(found))).toEqual(found);
      }),
      { numRuns: 2000 },
    );
  });
});
