/**
 * Blocks of T=1: each kind, and each way in which octets are none.
 *
 * @see ISO/IEC 7816-3 §11.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAtr } from '../../src/apdu/atr.ts';
import {
  decodeT1Block,
  type Edc,
  encodeT1Block,
  hasRightEdc,
  receiveT1Block,
  type T1Block,
  t1ParametersOf,
} from '../../src/apdu/t1-block.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';

/** A block of these octets, with the LRC that belongs to them. */
const withLrc = (hex: string): Uint8Array => {
  const octets = fromHex(hex);
  return concat(octets, Uint8Array.of(octets.reduce((sum, octet) => sum ^ octet, 0)));
};

const ROWS: readonly (readonly [string, T1Block])[] = [
  ['00000200a4', { kind: 'I', sequence: 0, more: false, inf: fromHex('00a4') }],
  ['00600100', { kind: 'I', sequence: 1, more: true, inf: fromHex('00') }],
  ['000000', { kind: 'I', sequence: 0, more: false, inf: fromHex('') }],
  ['008000', { kind: 'R', sequence: 0, error: 'none' }],
  ['009100', { kind: 'R', sequence: 1, error: 'edc' }],
  ['008200', { kind: 'R', sequence: 0, error: 'other' }],
  ['00c000', { kind: 'S', about: 'resynch', isResponse: false }],
  ['00e000', { kind: 'S', about: 'resynch', isResponse: true }],
  ['00c101fe', { kind: 'S', about: 'ifs', isResponse: false, value: 254 }],
  ['00e10120', { kind: 'S', about: 'ifs', isResponse: true, value: 32 }],
  ['00c200', { kind: 'S', about: 'abort', isResponse: false }],
  ['00c301ff', { kind: 'S', about: 'wtx', isResponse: false, value: 255 }],
  ['00e30101', { kind: 'S', about: 'wtx', isResponse: true, value: 1 }],
];

const sequence = fc.constantFrom(0 as const, 1 as const);
const block: fc.Arbitrary<T1Block> = fc.oneof(
  fc.record({
    kind: fc.constant('I' as const),
    sequence,
    more: fc.boolean(),
    inf: fc.uint8Array({ maxLength: 254 }),
  }),
  fc.record({
    kind: fc.constant('R' as const),
    sequence,
    error: fc.constantFrom('none' as const, 'edc' as const, 'other' as const),
  }),
  fc.record({
    kind: fc.constant('S' as const),
    about: fc.constantFrom('ifs' as const, 'wtx' as const),
    isResponse: fc.boolean(),
    value: fc.integer({ min: 1, max: 254 }),
  }),
);
const edc = fc.constantFrom<Edc>('lrc', 'crc');

describe('a block', () => {
  it.each(ROWS)('%s is read and written, with LRC and with CRC', (hex, meant) => {
    expect(decodeT1Block(withLrc(hex), 'lrc')).toEqual(meant);
    expect(toHex(encodeT1Block(meant, 'lrc'))).toBe(toHex(withLrc(hex)));
    expect(decodeT1Block(encodeT1Block(meant, 'crc'), 'crc')).toEqual(meant);
  });

  it('has a CRC that begins with ones and is not inverted, its high octet first', () => {
    const octets = encodeT1Block({ kind: 'I', sequence: 0, more: false, inf: fromHex('') }, 'crc');
    let crc = 0xffff;
    for (const bit of new Array<number>(24).fill(0)) {
      crc = ((crc ^ bit) & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
    }
    expect(toHex(octets)).toBe(`000000${crc.toString(16).padStart(4, '0')}`);
  });

  it.each([
    ['NAD other than 00', '010000', 'block/NAD at 0'],
    ['NAD FF', 'ff0000', 'block/NAD at 0'],
    ['b5 to b1 of an I-block', '000100', 'block/PCB at 1'],
    ['an R-block with error 3', '008300', 'block/PCB at 1'],
    ['b6 of an R-block', '00a000', 'block/PCB at 1'],
    ['an R-block with INF', '00800100', 'block/LEN at 2'],
    ['an S-block of VPP, which is gone', '00c400', 'block/PCB at 1'],
    ['an S-block without a meaning', '00df00', 'block/PCB at 1'],
    ['S(RESYNCH) with INF', '00c00100', 'block/LEN at 2'],
    ['S(IFS) without INF', '00c100', 'block/LEN at 2'],
    ['S(IFS) with two octets', '00c1022020', 'block/LEN at 2'],
    ['IFS 0', '00c10100', 'block/INF at 3'],
    ['IFS 255', '00c101ff', 'block/INF at 3'],
    ['WTX 0', '00c30100', 'block/INF at 3'],
    ['LEN 255', `0000ff${'00'.repeat(255)}`, 'block/LEN at 2'],
    ['LEN larger than INF', '00000200', 'block/EDC at 5'],
    ['LEN smaller than INF', '00000000', 'block/end at 4'],
  ])('with %s is refused by the name of the field', (_what, hex, where) => {
    const octets = withLrc(hex);
    expect(() => decodeT1Block(octets, 'lrc')).toThrow(DecodeError);
    expect(() => decodeT1Block(octets, 'lrc')).toThrow(where);
    expect(receiveT1Block(octets, 'lrc')).toBe('other');
  });

  it.each(['', '00', '0000', '000000'])('is refused when it is cut short: "%s"', (hex) => {
    expect(() => decodeT1Block(fromHex(hex), 'lrc')).toThrow(DecodeError);
    expect(hasRightEdc(fromHex(hex), 'lrc')).toBe(false);
    expect(receiveT1Block(fromHex(hex), 'lrc')).toBe('edc');
  });

  it('tells damage from octets that mean nothing', () => {
    expect(() => decodeT1Block(fromHex('00800081'), 'lrc')).toThrow('block/EDC at 3');
    expect(receiveT1Block(fromHex('00800081'), 'lrc')).toBe('edc');
    expect(receiveT1Block(fromHex('01800081'), 'lrc')).toBe('other');
  });

  it.each<[string, T1Block]>([
    ['inf', { kind: 'I', sequence: 0, more: false, inf: new Uint8Array(255) }],
    ['value', { kind: 'S', about: 'ifs', isResponse: false, value: 255 }],
    ['value', { kind: 'S', about: 'ifs', isResponse: false }],
    ['value', { kind: 'S', about: 'wtx', isResponse: false, value: 0 }],
    ['value', { kind: 'S', about: 'wtx', isResponse: false, value: 1.5 }],
  ])('is not written with a %s out of range', (name, wrong) => {
    expect(() => encodeT1Block(wrong, 'lrc')).toThrow(RangeError);
    expect(() => encodeT1Block(wrong, 'lrc')).toThrow(name);
  });

  it('is what was written, for any block', () => {
    fc.assert(
      fc.property(block, edc, (meant, code) => {
        expect(decodeT1Block(encodeT1Block(meant, code), code)).toEqual(meant);
      }),
    );
  });

  it('is not taken when one octet changed, or two with CRC', () => {
    fc.assert(
      fc.property(block, edc, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (...drawn) => {
        const [meant, code, first, second, change] = drawn;
        const octets = encodeT1Block(meant, code);
        octets[first % octets.length]! ^= code === 'crc' ? 0x01 : change;
        if (code === 'crc' && first % octets.length !== second % octets.length) {
          octets[second % octets.length]! ^= 0x01;
        }
        expect(receiveT1Block(octets, code)).toBe('edc');
      }),
    );
  });

  it('is refused by DecodeError alone, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.boolean(), edc, (octets, isWhole, code) => {
        const tried = isWhole ? withLrc(toHex(octets)) : octets;
        try {
          expect(toHex(encodeT1Block(decodeT1Block(tried, code), code))).toBe(toHex(tried));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what an ATR says of T=1', () => {
  const parametersOf = (hex: string): unknown => {
    const octets = fromHex(hex);
    const hasTck = octets[1]! >= 0x10;
    const tck = octets.subarray(1).reduce((sum, octet) => sum ^ octet, 0);
    return t1ParametersOf(decodeAtr(hasTck ? concat(octets, Uint8Array.of(tck)) : octets));
  };

  it.each([
    ['T=1 alone, nothing else', '3B8001', { ifsc: 32, edc: 'lrc' }],
    ['IFSC in TA3', '3B808011FE', { ifsc: 254, edc: 'lrc' }],
    ['CRC in TC3', '3B8080514001', { ifsc: 64, edc: 'crc' }],
    ['TA3 behind T=15 is none of it', '3B80801F03', { ifsc: 32, edc: 'lrc' }],
    ['TA2 is that of specific mode', '3B801181', { ifsc: 32, edc: 'lrc' }],
    ['the first group counts', '3B8080914011FE', { ifsc: 64, edc: 'lrc' }],
    ['IFSC 0, which no card has', '3B80801100', { ifsc: 32, edc: 'lrc' }],
    ['IFSC 255, which no card has', '3B808011FF', { ifsc: 32, edc: 'lrc' }],
  ])('%s', (_what, hex, expected) => {
    expect(parametersOf(hex)).toEqual(expected);
  });
});
