/**
 * Fixed layouts: the declaration of EF_LOCI as the example, its octets from a real card.
 *
 * @see 3GPP TS 31.102 §4.2.17
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodePlmn, encodePlmn, type Plmn, plmn } from '../../src/bytes/identity.ts';
import { fixedLayout, mapped, octets, oneOf, uint } from '../../src/bytes/layout.ts';
import { filled } from '../../src/bytes/octets.ts';
import { expectOneCoding, refusal, truncations } from './decoders.ts';

const STATUS = ['updated', 'not-updated', 'plmn-not-allowed', 'area-not-allowed'] as const;

interface Loci {
  readonly tmsi: Uint8Array;
  readonly plmn: Plmn | undefined;
  readonly lac: number;
  readonly rfu: number;
  readonly status: (typeof STATUS)[number];
}

const LOCI = fixedLayout<Loci>('EF_LOCI', {
  tmsi: octets(4),
  plmn: mapped<Plmn | undefined>(3, decodePlmn, (value) =>
    value === undefined ? filled(3, 0xff) : encodePlmn(value),
  ),
  lac: uint(2),
  rfu: uint(1),
  status: oneOf(STATUS),
});

const REAL = '47d1264a62f21037211e00';
const EMPTY = 'ffffffffffffff0000ff01';
const VALUE: Loci = {
  tmsi: fromHex('47d1264a'),
  plmn: plmn('262-01'),
  lac: 0x3721,
  rfu: 0x1e,
  status: 'updated',
};

describe('a fixed layout', () => {
  it('knows its length', () => {
    expect(LOCI.octets).toBe(11);
  });

  it('gives the fields of octets, and the octets of fields', () => {
    expect(LOCI.decode(fromHex(REAL))).toEqual(VALUE);
    expect(toHex(LOCI.encode(VALUE))).toBe(REAL);
  });

  it('writes a field whose value is undefined by the function of that field', () => {
    const none: Loci = { ...VALUE, plmn: undefined, lac: 0, rfu: 0xff, status: 'not-updated' };
    expect(toHex(LOCI.encode({ ...none, tmsi: filled(4, 0xff) }))).toBe(EMPTY);
    expect(LOCI.decode(fromHex(EMPTY)).plmn).toBeUndefined();
  });

  it('gives copies of octets', () => {
    const from = fromHex(REAL);
    LOCI.decode(from).tmsi.fill(0);
    expect(toHex(from)).toBe(REAL);
  });

  it('writes and reads again whatever fits', () => {
    const value = fc.record<Loci>({
      tmsi: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      plmn: fc.option(fc.stringMatching(/^[0-9]{3}-[0-9]{2,3}$/).map(plmn), { nil: undefined }),
      lac: fc.nat(0xffff),
      rfu: fc.nat(0xff),
      status: fc.constantFrom(...STATUS),
    });
    fc.assert(
      fc.property(value, (loci) => {
        expect(LOCI.decode(LOCI.encode(loci))).toEqual(loci);
      }),
    );
  });

  it('has one coding, and refuses by DecodeError alone', () => {
    expectOneCoding(LOCI.decode, LOCI.encode, [REAL, EMPTY]);
  });

  it('refuses fewer octets, and more', () => {
    for (const wrong of [...truncations(fromHex(REAL)), fromHex(`${REAL}ff`)]) {
      expect(refusal(() => LOCI.decode(wrong))).toBe(
        `EF_LOCI at 0: expected 11 octets, found ${wrong.length}`,
      );
    }
  });

  it('names the field that cannot have its value, and where it starts', () => {
    expect(refusal(() => LOCI.decode(fromHex('47d1264a62f21037211e04')))).toBe(
      'EF_LOCI/status at 10: expected 0 to 3',
    );
    expect(refusal(() => LOCI.decode(fromHex('47d1264a62fa1037211e00')))).toBe(
      'EF_LOCI/PLMN at 4: expected decimal digits',
    );
  });

  it('adds to the offset that a field tells', () => {
    const inner = fixedLayout<{ last: 'a' }>('inner', { last: oneOf(['a']) });
    const outer = fixedLayout<{ first: number; part: { last: 'a' } }>('outer', {
      first: uint(3),
      part: mapped(1, inner.decode, inner.encode),
    });
    expect(outer.decode(fromHex('00000100'))).toEqual({ first: 1, part: { last: 'a' } });
    expect(refusal(() => outer.decode(fromHex('00000101')))).toBe(
      'outer/inner/last at 3: expected 0 to 0',
    );
  });

  it('lets through what a field throws beside DecodeError', () => {
    const broken = fixedLayout<{ field: number }>('broken', {
      field: mapped<number>(
        1,
        () => {
          throw new TypeError('a mistake of ours');
        },
        () => Uint8Array.of(0),
      ),
    });
    expect(() => broken.decode(Uint8Array.of(0))).toThrow(new TypeError('a mistake of ours'));
  });

  it.each<[string, Partial<Record<keyof Loci, unknown>>, Error]>([
    ['lac', { lac: 0x10000 }, new RangeError('lac: expected 0 to 65535, got 65536')],
    ['lac', { lac: -1 }, new RangeError('lac: expected 0 to 65535, got -1')],
    ['lac', { lac: 1.5 }, new RangeError('lac: expected 0 to 65535, got 1.5')],
    ['lac', { lac: undefined }, new RangeError('lac: expected 0 to 65535, got undefined')],
    ['rfu', { rfu: 256 }, new RangeError('rfu: expected 0 to 255, got 256')],
    ['tmsi', { tmsi: new Uint8Array(3) }, new RangeError('tmsi: expected 4 octets, got 3')],
    ['tmsi', { tmsi: new Uint8Array(5) }, new RangeError('tmsi: expected 4 octets, got 5')],
    ['tmsi', { tmsi: undefined }, new TypeError('tmsi: expected a Uint8Array')],
    [
      'status',
      { status: 'lost' },
      new RangeError(`status: expected ${STATUS.join(', ')}, got lost`),
    ],
  ])('does not write %s: %j', (_field, change, error) => {
    expect(() => LOCI.encode({ ...VALUE, ...change } as Loci)).toThrow(error);
  });

  it('does not write a field whose function gives another number of octets', () => {
    const wide = fixedLayout<{ field: number }>('wide', {
      field: mapped(
        2,
        (found) => found[1]!,
        (value: number) => Uint8Array.of(value),
      ),
    });
    expect(() => wide.encode({ field: 1 })).toThrow(
      new RangeError('field: expected 2 octets, got 1'),
    );
  });

  it.each([1, 2, 3, 4, 5, 6] as const)('holds unsigned numbers of %d octets exactly', (length) => {
    const layout = fixedLayout<{ n: number }>('number', { n: uint(length) });
    const most = 256 ** length - 1;
    for (const n of [0, 1, 255, most - 1, most].filter((value) => value <= most)) {
      expect(toHex(layout.encode({ n }))).toBe(n.toString(16).padStart(2 * length, '0'));
      expect(layout.decode(layout.encode({ n }))).toEqual({ n });
    }
    expect(() => layout.encode({ n: most + 1 })).toThrow(RangeError);
    expect(() => layout.decode(new Uint8Array(length + 1))).toThrow(DecodeError);
  });
});
