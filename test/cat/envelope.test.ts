/**
 * ENVELOPE. The octets are worked examples that two decoders agree on (the etsi_cat dissector of
 * Wireshark and pySim), put together anew from their tables.
 *
 * @see ETSI TS 102 223 §7; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  decodeEnvelope,
  decodeSmsPpDownload,
  encodeSmsPpDownload,
  SMS_PP_DOWNLOAD,
} from '../../src/cat/envelope.ts';
import { joinObjects } from '../../src/cat/proactive-command.ts';
import { berTlv } from '../../src/tlv/ber.ts';
import { decoded, octetsLike, truncations } from '../ota/support/damage.ts';

const PACKET = '0015 0D 0000 00 00 B00010 0000000000 00 A0A40000023F00';
const TPDU = `4407912143 65F77FF6 52100121430500 1A 027000 ${PACKET}`;
const SMS_PP = `D13A 82028381 860791112233445566 8B2B ${TPDU}`;

/** Name, outer tag, tags of the objects, octets. */
const EXAMPLES: readonly (readonly [string, number, readonly number[], string])[] = [
  ['menu selection', 0xd3, [0x02, 0x10], 'D307 82020181 900101'],
  ['timer expiration', 0xd7, [0x02, 0x24, 0x25], 'D70C 82028281 A40101 A503000001'],
  ['SMS-PP download', 0xd1, [0x02, 0x06, 0x0b], SMS_PP],
  [
    'location status',
    0xd6,
    [0x19, 0x02, 0x1b, 0x13],
    'D613 990103 82028281 9B0100 930700F11000010001',
  ],
  ['access technology change', 0xd6, [0x19, 0x02, 0x3f], 'D60A 99010B 82028281 BF0108'],
  ['data available', 0xd6, [0x19, 0x02, 0x38, 0x37], 'D60E 990109 82028281 B8028100 B70104'],
  ['channel status', 0xd6, [0x19, 0x02, 0x38], 'D60B 99010A 82028281 B8020105'],
  ['language selection', 0xd6, [0x19, 0x02, 0x2d], 'D60B 990107 82028281 AD02656E'],
  ['user activity', 0xd6, [0x19, 0x02], 'D607 990104 82028281'],
  ['MT call', 0xd6, [0x19, 0x02, 0x1c, 0x06], 'D612 990100 82028381 9C0101 8606912143658709'],
  ['call control', 0xd4, [0x02, 0x06, 0x13], 'D415 82028281 8606912143658709 930700F11000010001'],
  [
    'MO short message control',
    0xd5,
    [0x02, 0x06, 0x06, 0x13],
    'D51D 82028281 860791112233445566 8605 91214365F7 930700F11000010001',
  ],
];

const ALL_HEX = EXAMPLES.map(([, , , hex]) => hex);

function bare(hex: string): string {
  return hex.replaceAll(' ', '').toLowerCase();
}

function download(hex: string) {
  return decoded(() => decodeSmsPpDownload(decodeEnvelope(fromHex(hex))));
}

describe('an ENVELOPE', () => {
  it.each(EXAMPLES)('is %s, both ways', (_what, tag, tags, hex) => {
    const envelope = decodeEnvelope(fromHex(hex));
    expect(envelope.tag).toBe(tag);
    expect(envelope.objects.map((object) => object.tag)).toEqual(tags);
    expect(toHex(berTlv(envelope.tag, joinObjects(envelope.objects)))).toBe(bare(hex));
  });

  it.each(EXAMPLES)('is none when it is cut short: %s', (_what, _tag, _tags, hex) => {
    for (const part of truncations(fromHex(hex))) {
      expect(decoded(() => decodeEnvelope(part))).toBeUndefined();
    }
  });

  it.each([
    ['nothing', ''],
    ['two data objects', 'D307 82020181 900101 D307 82020181 900101'],
    ['octets behind it', 'D307 82020181 900101 00'],
    ['a part of an object inside', 'D306 82020181 9001'],
    ['an object of the reserved tag 00', 'D306 82020181 0000'],
    ['an indefinite length', 'D380 82020181 900101 0000'],
    ['a length of five octets', 'D384000000 07 82020181 900101'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeEnvelope(fromHex(hex)))).toBeUndefined();
  });
});

describe('SMS-PP download', () => {
  it('is network to UICC, the service centre and SMS-DELIVER, both ways', () => {
    const found = download(SMS_PP)!;
    expect(found.serviceCentre).toBe(address('+112233445566'));
    expect(toHex(found.tpdu)).toBe(bare(TPDU));
    expect(toHex(encodeSmsPpDownload(found))).toBe(bare(SMS_PP));
  });

  it('may lack the service centre, both ways', () => {
    const hex = `D131 82028381 8B2B ${TPDU}`;
    const found = download(hex)!;
    expect(found.serviceCentre).toBeUndefined();
    expect(toHex(encodeSmsPpDownload(found))).toBe(bare(hex));
  });

  it('has tags with and without the comprehension bit, in any order', () => {
    const hex = `D13A 0B2B ${TPDU} 060791112233445566 02028381`;
    expect(download(hex)).toEqual(download(SMS_PP));
  });

  it('may have a length in more octets than it needs', () => {
    expect(download(SMS_PP.replace('D13A', 'D1813A'))).toEqual(download(SMS_PP));
    expect(download(SMS_PP.replace('D13A', 'D182003A'))).toEqual(download(SMS_PP));
  });

  it('has lengths of two octets when the message is long', () => {
    const tpdu = new Uint8Array(160);
    const octets = encodeSmsPpDownload({ serviceCentre: undefined, tpdu });
    expect(toHex(octets.subarray(0, 10))).toBe('d181a7820283818b81a0');
    expect(download(toHex(octets))?.tpdu).toEqual(tpdu);
  });

  it.each([
    ['another outer tag', SMS_PP.replace('D13A', 'D23A')],
    ['no device identities', `D136 860791112233445566 8B2B ${TPDU}`],
    ['device identities of 1 octet', `D130 820183 8B2B ${TPDU}`],
    ['the terminal as its source', SMS_PP.replace('82028381', '82028281')],
    ['the terminal as its destination', SMS_PP.replace('82028381', '82028382')],
    ['no TPDU', 'D10D 82028381 860791112233445566'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeEnvelope(fromHex(hex)))).toBeDefined();
    expect(download(hex)).toBeUndefined();
  });

  it.each([
    ['of no octets', `D133 82028381 8600 8B2B ${TPDU}`],
    ['of fillers', `D135 82028381 860291FF 8B2B ${TPDU}`],
    ['without digits', `D134 82028381 860191 8B2B ${TPDU}`],
  ])('has no service centre when there is one %s, and is read all the same', (_what, hex) => {
    expect(download(hex)).toEqual({ serviceCentre: undefined, tpdu: fromHex(TPDU) });
  });

  it('of any message is read as it was written', () => {
    const numbers = fc.option(fc.stringMatching(/^\+?[0-9]{1,20}$/).map(address));
    const tpdus = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(numbers, tpdus, (number, tpdu) => {
        const of = { serviceCentre: number ?? undefined, tpdu };
        const octets = encodeSmsPpDownload(of);
        expect(decodeEnvelope(octets).tag).toBe(SMS_PP_DOWNLOAD);
        expect(decodeSmsPpDownload(decodeEnvelope(octets))).toEqual(of);
      }),
    );
  });

  it('is a DecodeError and nothing else where octets are none', () => {
    fc.assert(
      fc.property(octetsLike(...ALL_HEX), (octets) => {
        const found = download(toHex(octets));
        if (found !== undefined) expect(download(toHex(encodeSmsPpDownload(found)))).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });
});
