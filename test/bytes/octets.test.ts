/**
 * Small operations on octet strings.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import {
  concat,
  equals,
  equalsInConstantTime,
  exclusiveOr,
  expectLength,
  filled,
  padded,
} from '../../src/bytes/octets.ts';

describe('concat', () => {
  it('joins any number of parts in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (parts) => {
        expect([...concat(...parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  it('copies: what is done to the whole does not reach a part', () => {
    const part = Uint8Array.of(1);
    concat(part)[0] = 2;
    expect(part).toEqual(Uint8Array.of(1));
  });
});

describe.each([
  ['equals', equals],
  ['equalsInConstantTime', equalsInConstantTime],
])('%s', (_name, isEqual) => {
  it('holds for the same octets and for a copy of them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(isEqual(octets, octets)).toBe(true);
        expect(isEqual(octets, octets.slice())).toBe(true);
      }),
    );
  });

  it('does not hold when one bit differs, wherever it is', () => {
    const octets = Uint8Array.of(0x00, 0x55, 0xaa, 0xff);
    for (let at = 0; at < octets.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = octets.slice();
        other[at]! ^= 1 << bit;
        expect(isEqual(octets, other)).toBe(false);
        expect(isEqual(other, octets)).toBe(false);
      }
    }
  });

  it('does not hold when differences would cancel each other', () => {
    expect(isEqual(Uint8Array.of(1, 2), Uint8Array.of(2, 1))).toBe(false);
    expect(isEqual(Uint8Array.of(0, 0), Uint8Array.of(0xff, 0xff))).toBe(false);
  });

  it('does not hold for another length, longer or shorter, of zeros too', () => {
    expect(isEqual(Uint8Array.of(1, 0), Uint8Array.of(1))).toBe(false);
    expect(isEqual(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(isEqual(new Uint8Array(0), new Uint8Array(1))).toBe(false);
    expect(isEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it('agrees with the comparison of the octets as text', () => {
    const short = fc.uint8Array({ max: 1, maxLength: 3 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(isEqual(a, b)).toBe(toHex(a) === toHex(b));
      }),
    );
  });
});

describe('filled and padded', () => {
  it('make octets of one value, and put them behind others', () => {
    expect(filled(3, 0xff)).toEqual(Uint8Array.of(0xff, 0xff, 0xff));
    expect(padded(Uint8Array.of(1, 2), 4)).toEqual(Uint8Array.of(1, 2, 0xff, 0xff));
    expect(padded(Uint8Array.of(1), 3, 0)).toEqual(Uint8Array.of(1, 0, 0));
    expect(padded(Uint8Array.of(1), 1)).toEqual(Uint8Array.of(1));
  });

  it('copy: the octets that were padded stay as they were', () => {
    const octets = Uint8Array.of(1);
    padded(octets, 1)[0] = 2;
    expect(octets).toEqual(Uint8Array.of(1));
  });

  it('refuse octets that are longer than the whole', () => {
    expect(() => padded(Uint8Array.of(1, 2, 3), 2)).toThrow(
      new RangeError('octets: expected at most 2, got 3'),
    );
  });
});

describe('expectLength', () => {
  it('accepts octets of the length', () => {
    expect(() => expectLength(new Uint8Array(16), 16, 'k')).not.toThrow();
  });

  it.each([0, 1, 15, 17, 32])(
    'refuses %d octets for 16, naming both and the argument',
    (length) => {
      expect(() => expectLength(new Uint8Array(length), 16, 'rand')).toThrow(
        new RangeError(`rand: expected 16 octets, got ${length}`),
      );
    },
  );

  it.each([
    ['text', '0123456789abcdef'],
    ['a list', Array.from({ length: 16 }, () => 0)],
    ['other words', new Uint16Array(16)],
    ['nothing', undefined],
  ])('refuses %s of the same length', (_what, value) => {
    expect(() => expectLength(value as unknown as Uint8Array, 16, 'k')).toThrow(
      new TypeError('k: expected a Uint8Array'),
    );
  });
});

describe('exclusiveOr', () => {
  it('combines as many octets as the mask has, from a place on', () => {
    const octets = Uint8Array.of(0x01, 0x02, 0xf3, 0xff);
    expect(exclusiveOr(octets, Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toEqual(
      Uint8Array.of(0xfe, 0xfd, 0x0c, 0x00),
    );
    expect(exclusiveOr(octets, Uint8Array.of(0x0f, 0x0f), 1)).toEqual(Uint8Array.of(0x0d, 0xfc));
    expect(exclusiveOr(octets, new Uint8Array(0))).toEqual(new Uint8Array(0));
    expect(octets).toEqual(Uint8Array.of(0x01, 0x02, 0xf3, 0xff));
  });
});
