/**
 * TERMINAL RESPONSE. The octets are worked examples that two decoders agree on (the etsi_cat
 * dissector of Wireshark and pySim), put together anew from their tables.
 *
 * @see ETSI TS 102 223 §6.8, §8.12
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  decodeTerminalResponse,
  encodeTerminalResponse,
  RESULT,
  type ResultClass,
  resultClass,
  type TerminalResponse,
  UNABLE,
} from '../../src/cat/terminal-response.ts';
import { decoded, octetsLike, truncations } from '../ota/support/damage.ts';

/**
 * Name, type, qualifier, general result, additional information, tags of the other objects, octets.
 */
type Example = readonly [string, number, number, number, string, readonly number[], string];

const DEVICES = '82028281';
const EXAMPLES: readonly Example[] = [
  ['REFRESH, busy on a call', 0x01, 0x04, 0x20, '02', [], `8103010104 ${DEVICES} 83022002`],
  ['REFRESH, done', 0x01, 0x02, 0x00, '', [], `8103010102 ${DEVICES} 830100`],
  ['REFRESH, more files read', 0x01, 0x01, 0x03, '', [], `8103010101 ${DEVICES} 830103`],
  ['DISPLAY TEXT, done', 0x21, 0x80, 0x00, '', [], `8103012180 ${DEVICES} 830100`],
  ['MORE TIME, done', 0x02, 0x00, 0x00, '', [], `8103010200 ${DEVICES} 830100`],
  [
    'POLL INTERVAL, 30 s',
    ...([0x03, 0x00, 0x00, '', [0x04]] as const),
    `8103010300 ${DEVICES} 830100 8402011E`,
  ],
  ['SEND SHORT MESSAGE, RP-ERROR', 0x13, 0, 0x35, '26', [], `8103011300 ${DEVICES} 83023526`],
  [
    'PROVIDE LOCAL INFORMATION, location',
    ...([0x26, 0x00, 0x00, '', [0x13]] as const),
    `8103012600 ${DEVICES} 830100 9307 00F110 0001 0001`,
  ],
  [
    'PROVIDE LOCAL INFORMATION, IMEISV',
    ...([0x26, 0x08, 0x00, '', [0x62]] as const),
    `8103012608 ${DEVICES} 830100 E209 4309512430325715F8`,
  ],
  [
    'TIMER MANAGEMENT, 3 s left',
    ...([0x27, 0x01, 0x00, '', [0x24, 0x25]] as const),
    `8103012701 ${DEVICES} 830100 A40101 A503000030`,
  ],
  [
    'OPEN CHANNEL, open',
    ...([0x40, 0x01, 0x00, '', [0x38, 0x35, 0x39]] as const),
    `8103014001 ${DEVICES} 830100 B8028100 B50103 B9020578`,
  ],
  [
    'OPEN CHANNEL, remote device not reachable',
    ...([0x40, 0x01, 0x3a, '07', [0x38, 0x35, 0x39]] as const),
    `8103014001 ${DEVICES} 83023A07 B8020100 B50103 B9020578`,
  ],
  [
    'RECEIVE DATA, all of it',
    ...([0x42, 0x00, 0x00, '', [0x36, 0x37]] as const),
    `8103014200 ${DEVICES} 830100 B604CAFEBABE B70100`,
  ],
];

const ALL_HEX = EXAMPLES.map((example) => example[6]);

function bare(hex: string): string {
  return hex.replaceAll(' ', '').toLowerCase();
}

describe('a TERMINAL RESPONSE', () => {
  it.each(EXAMPLES)('is %s, both ways', (_what, type, qualifier, result, more, tags, hex) => {
    const response = decodeTerminalResponse(fromHex(hex));
    expect(response.details).toEqual({ number: 1, type, qualifier });
    expect(response.result).toBe(result);
    expect(toHex(response.additional)).toBe(more);
    expect(response.objects.map(({ tag }) => tag)).toEqual(tags);
    expect(toHex(encodeTerminalResponse(response))).toBe(bare(hex));
  });

  it('is none when it is cut short before its result', () => {
    const whole = fromHex(`8103010104 ${DEVICES} 83022002`);
    for (const part of truncations(whole)) {
      expect(decoded(() => decodeTerminalResponse(part))).toBeUndefined();
    }
  });

  it.each(EXAMPLES)('is none when it is cut inside an object: %s', (...example) => {
    const whole = fromHex(example[6]);
    const ends = [5, 9, 11 + whole[10]!];
    for (let end = ends[2]!; end < whole.length; end += 2 + whole[end + 1]!) ends.push(end);
    for (const part of truncations(whole)) {
      const found = decoded(() => decodeTerminalResponse(part));
      expect(found !== undefined).toBe(ends.slice(2).includes(part.length));
    }
  });

  it('is found by its tags in whatever order, with and without the comprehension bit', () => {
    const response = decodeTerminalResponse(fromHex('04 02 011E 03 01 00 02 02 8281 01 03 020300'));
    expect(response.details).toEqual({ number: 2, type: 3, qualifier: 0 });
    expect(response.objects.map(({ tag }) => tag)).toEqual([4]);
  });

  it('may lack the device identities, which say nothing', () => {
    expect(decodeTerminalResponse(fromHex('8103010104 830100')).result).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['no command details', `${DEVICES} 830100`],
    ['command details of 2 octets', `81020101 ${DEVICES} 830100`],
    ['command details of 4 octets', `810401010400 ${DEVICES} 830100`],
    ['no result', `8103010104 ${DEVICES}`],
    ['an empty result', `8103010104 ${DEVICES} 8300`],
    ['a result that is longer than the octets', `8103010104 ${DEVICES} 830300`],
    ['an object of the reserved tag 80', `8103010104 ${DEVICES} 830100 8000`],
    ['a proactive command in its place', 'D009 8103010104 82028182'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeTerminalResponse(fromHex(hex)))).toBeUndefined();
  });
});

describe('a general result', () => {
  it('means performed up to 1F, worth another try up to 2F, and refused from 30 on', () => {
    for (let result = 0; result < 256; result++) {
      const classes: readonly ResultClass[] = ['performed', 'performed', 'try-later'];
      expect(resultClass(result)).toBe(classes[Math.floor(result / 16)] ?? 'refused');
    }
  });

  it('has the codes of the standard', () => {
    expect(RESULT).toEqual({
      performed: 0x00,
      terminalUnable: 0x20,
      beyondCapabilities: 0x30,
      typeNotUnderstood: 0x31,
      dataNotUnderstood: 0x32,
      valuesMissing: 0x36,
    });
    expect(UNABLE).toEqual({ none: 0, screenBusy: 1, busyOnCall: 2 });
  });
});

describe('any TERMINAL RESPONSE', () => {
  const octet = fc.nat(255);
  const object = fc.record({
    tag: fc.oneof(fc.integer({ min: 4, max: 0x7e }), fc.integer({ min: 0x80, max: 0x7fff })),
    comprehensionRequired: fc.boolean(),
    value: fc.uint8Array({ maxLength: 60 }),
  });
  const response: fc.Arbitrary<TerminalResponse> = fc.record({
    details: fc.record({ number: octet, type: octet, qualifier: octet }),
    result: octet,
    additional: fc.uint8Array({ maxLength: 3 }),
    objects: fc.array(object, { maxLength: 5 }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(response, (of) => {
        const octets = encodeTerminalResponse(of);
        expect(decodeTerminalResponse(octets)).toEqual(of);
        expect(encodeTerminalResponse(decodeTerminalResponse(octets))).toEqual(octets);
      }),
    );
  });

  it('is a DecodeError and nothing else where octets are none', () => {
    fc.assert(
      fc.property(octetsLike(...ALL_HEX), (octets) => {
        const found = decoded(() => decodeTerminalResponse(octets));
        if (found === undefined) return;
        expect(decodeTerminalResponse(encodeTerminalResponse(found))).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });
});
