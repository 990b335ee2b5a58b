/**
 * COMPREHENSION-TLV objects. The samples are the inner objects of worked proactive commands:
 * REFRESH with a file list, SEND SHORT MESSAGE, a terminal response, and a tag of three octets.
 *
 * @see ETSI TS 101 220 §7.1.2; ETSI TS 102 223 §9
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  type ComprehensionTlv,
  comprehensionTlv,
  decodeComprehensionTlvs,
  findTlv,
} from '../../src/tlv/comprehension.ts';
import { expectOnlyDecodeErrors, refusal, truncations } from '../bytes/decoders.ts';

const REFRESH = '8103010102820281829207013f007fff6f07';
const SEND_SMS = '8103011300820281838607911122334455668b0d01000791214365f70004024869';
const RESPONSE = '81030101048202828103022002';
const SAMPLES = [REFRESH, SEND_SMS, RESPONSE, '7f800101ff7f000100'];

const decode = (hex: string): ComprehensionTlv[] =>
  decodeComprehensionTlvs(fromHex(hex), 'objects');
const encode = (objects: readonly ComprehensionTlv[]): string =>
  objects
    .map(({ tag, value, comprehensionRequired }) =>
      toHex(comprehensionTlv(tag, value, comprehensionRequired)),
    )
    .join('');

describe('COMPREHENSION-TLV objects', () => {
  it('are read as they stand in REFRESH', () => {
    expect(decode(REFRESH)).toEqual([
      { tag: 0x01, comprehensionRequired: true, value: fromHex('010102') },
      { tag: 0x02, comprehensionRequired: true, value: fromHex('8182') },
      { tag: 0x12, comprehensionRequired: true, value: fromHex('013f007fff6f07') },
    ]);
  });

  it('have one name, whether they must be understood or not', () => {
    const [details, devices, result] = decode(RESPONSE);
    expect([details, devices].map((object) => object?.comprehensionRequired)).toEqual([true, true]);
    expect(result).toEqual({ tag: 0x03, comprehensionRequired: false, value: fromHex('2002') });
  });

  it.each([
    ['8500', 0x05, true],
    ['0500', 0x05, false],
    ['fe00', 0x7e, true],
    ['7e00', 0x7e, false],
    ['7f80ff00', 0xff, true],
    ['7f00ff00', 0xff, false],
    ['7f807f00', 0x7f, true],
    ['7fffff00', 0x7fff, true],
  ])('%s has the tag that it spells', (hex, tag, comprehensionRequired) => {
    expect(decode(hex)).toEqual([{ tag, comprehensionRequired, value: fromHex('') }]);
    expect(toHex(comprehensionTlv(tag, fromHex(''), comprehensionRequired))).toBe(hex);
  });

  it('must be understood when the first of three tag octets says so, too', () => {
    expect(decode('ff010000')).toEqual(decode('7f810000'));
  });

  it.each([
    [0x7f, '7f'],
    [0x80, '8180'],
    [0xff, '81ff'],
    [0x100, '820100'],
  ])('have a length of %d coded as %s', (length, hex) => {
    const octets = comprehensionTlv(0x0d, new Uint8Array(length));
    expect(toHex(octets.subarray(1, octets.length - length))).toBe(hex);
    expect(decodeComprehensionTlvs(octets, 'objects')[0]?.value).toHaveLength(length);
  });

  it.each(['8d0104', '8d810104', '8d82000104'])(
    'are read from %s, whose length may be longer than it need be',
    (hex) => {
      expect(decode(hex)[0]?.value).toEqual(fromHex('04'));
    },
  );

  it('are found by tag, the first of several, whatever the comprehension bit', () => {
    const objects = decode(`${REFRESH}12011203011f`);
    expect(findTlv(objects, 0x12)).toEqual(fromHex('013f007fff6f07'));
    expect(findTlv(objects, 0x03)).toEqual(fromHex('1f'));
  });

  it('are not found when they are not there, nor by a tag with the bit', () => {
    expect(findTlv(decode(REFRESH), 0x05)).toBeUndefined();
    expect(findTlv(decode(REFRESH), 0x81)).toBeUndefined();
    expect(findTlv([], 0x01)).toBeUndefined();
  });

  it('are written and read again', () => {
    const object = fc.record({
      tag: fc.oneof(fc.integer({ min: 1, max: 0x80 }), fc.integer({ min: 1, max: 0x7fff })),
      comprehensionRequired: fc.boolean(),
      value: fc.uint8Array({ maxLength: 300, size: 'max' }),
    });
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        expect(decode(encode(objects))).toEqual(objects);
      }),
    );
  });

  it('are refused by DecodeError alone, and are else the same in the shortest coding', () => {
    const read = (octets: Uint8Array): ComprehensionTlv[] =>
      decodeComprehensionTlvs(octets, 'objects');
    expectOnlyDecodeErrors(read, SAMPLES, (objects, octets) => {
      const shortest = encode(objects);
      expect(decode(shortest)).toEqual(objects);
      expect(shortest.length).toBeLessThanOrEqual(2 * octets.length);
    });
  });

  it.each([
    ['00', `objects/tag at 0: '00' and '80' are no tags`],
    ['8000', `objects/tag at 0: '00' and '80' are no tags`],
    ['81030101020000', `objects/tag at 5: '00' and '80' are no tags`],
    ['7f000000', `objects/tag at 0: '00' and '80' are no tags`],
    ['ff800000', `objects/tag at 0: '00' and '80' are no tags`],
    ['7f', 'objects/tag at 1: needs 2 octets, 0 left'],
    ['ff80', 'objects/tag at 1: needs 2 octets, 1 left'],
    ['81', 'objects/length at 1: needs 1 octets, 0 left'],
    ['7f8001', 'objects/length at 3: needs 1 octets, 0 left'],
    ['8d81', 'objects/length at 2: needs 1 octets, 0 left'],
    ['8d8200', 'objects/length at 2: needs 2 octets, 1 left'],
    ['8d80', 'objects/length at 1: expected a definite length of at most 3 octets'],
    ['8d8400000001', 'objects/length at 1: expected a definite length of at most 3 octets'],
    ['8d01', `objects/'0d' at 2: needs 1 octets, 0 left`],
    ['81030101', `objects/'01' at 2: needs 3 octets, 2 left`],
    ['820281828d8204', 'objects/length at 6: needs 2 octets, 1 left'],
    ['ffffffffff', 'objects/length at 3: expected a definite length of at most 3 octets'],
  ])('are refused as %s', (hex, message) => {
    expect(refusal(() => decode(hex))).toBe(message);
  });

  it('are refused wherever they are cut, but between two of them', () => {
    const between = [0, 5, 9, 18].filter((at) => at < SEND_SMS.length / 2);
    for (const cut of truncations(fromHex(SEND_SMS))) {
      const read = (): ComprehensionTlv[] => decodeComprehensionTlvs(cut, 'objects');
      if (between.includes(cut.length)) expect(read()).toHaveLength(between.indexOf(cut.length));
      else expect(read).toThrow(DecodeError);
    }
  });

  it.each([0, -1, 0x8000, 0x10000, 1.5, Number.NaN])('are not written with the tag %d', (tag) => {
    expect(() => comprehensionTlv(tag, fromHex(''))).toThrow(RangeError);
  });

  it('are not written with a value of 2^24 octets', () => {
    expect(() => comprehensionTlv(0x0d, new Uint8Array(2 ** 24))).toThrow(RangeError);
  });
});
