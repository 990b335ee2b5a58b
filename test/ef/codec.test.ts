import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { type Plmn, plmn } from '../../src/bytes/identity.ts';
import { EF_ACC } from '../../src/ef/administration.ts';
import { decodePaddedTlvs, fillTo, withoutFiller } from '../../src/ef/codec.ts';
import { EF_FPLMN, EF_HPLMNwAcT } from '../../src/ef/plmn-lists.ts';
import { EF_UST, isAvailable } from '../../src/ef/services.ts';

const digit = fc.integer({ min: 0, max: 9 });
const plmnArbitrary: fc.Arbitrary<Plmn> = fc
  .tuple(fc.tuple(digit, digit, digit), fc.array(digit, { minLength: 2, maxLength: 3 }))
  .map(([mcc, mnc]) => plmn(`${mcc.join('')}-${mnc.join('')}`));
const place = fc.option(plmnArbitrary, { nil: undefined });

describe('a list of PLMNs', () => {
  it('is read as it was written, without the empty places at its end', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), fc.nat(4), (list, more) => {
        const size = (list.length + more) * 3;
        const used = list.findLastIndex((entry) => entry !== undefined) + 1;
        expect(EF_FPLMN.decode(EF_FPLMN.encode(list, size))).toStrictEqual(list.slice(0, used));
      }),
    );
  });

  it('is filled with empty entries, each coded as the file codes them', () => {
    expect(toHex(EF_FPLMN.encode([], 6))).toBe('ffffffffffff');
    expect(toHex(EF_HPLMNwAcT.encode([], 10))).toBe('ffffff0000ffffff0000');
  });

  it.each([1, 4, 5])('is not written into %i octets, which are no whole entries', (size) => {
    expect(() => EF_FPLMN.encode([], size)).toThrow(RangeError);
  });

  it('says at which octet the entry is that makes no sense', () => {
    const decode = () => EF_FPLMN.decode(fromHex('00f110 00fa10'));
    expect(decode).toThrow(expect.objectContaining({ path: 'EF_FPLMN/PLMN', offset: 3 }));
  });
});

describe('a service table', () => {
  it('has a service when its bit is set', () => {
    const service = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(fc.uniqueArray(service), service, (services, one) => {
        const octets = EF_UST.encode(services);
        const bit = ((octets[(one - 1) >> 3] ?? 0) >> ((one - 1) % 8)) & 1;
        expect(isAvailable(EF_UST.decode(octets), one)).toBe(bit === 1);
        expect(isAvailable(EF_UST.decode(octets), one)).toBe(services.includes(one));
      }),
    );
  });

  it('is written as it was read, whatever its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (octets) => {
        expect(EF_UST.encode(EF_UST.decode(octets), octets.length)).toStrictEqual(octets);
      }),
    );
  });

  it.each([-1, 0, 1.5, Number.NaN])('has no service %d', (service) => {
    expect(() => EF_UST.encode([service])).toThrow(RangeError);
  });
});

describe('access classes', () => {
  it('are all but 10, whose bit says nothing', () => {
    const classes = EF_ACC.decode(fromHex('ffff'));
    expect(classes).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15]);
    expect(toHex(EF_ACC.encode(classes))).toBe('fbff');
  });
});

describe('filler', () => {
  it(`is 'FF', and not put where it does not fit`, () => {
    expect(toHex(fillTo(fromHex('01'), 3, 'field'))).toBe('01ffff');
    expect(toHex(fillTo(fromHex('01'), undefined, 'field'))).toBe('01');
    expect(() => fillTo(fromHex('0102'), 1, 'field')).toThrow('field: expected at most 1 octets');
  });

  it.each([
    ['0102ff00', 3],
    ['010200ff', 2],
    ['0102fe', 2],
  ])("is not what follows in '%s'", (hex, offset) => {
    const take = () => withoutFiller(fromHex(hex), 2, 'field');
    expect(take).toThrow(DecodeError);
    expect(take).toThrow(expect.objectContaining({ path: 'field', offset }));
  });

  it.each(['800101 00', '800101 ff80', '8001', '8081', '00', 'ff00'])(
    "is not all that follows the data objects of '%s'",
    (hex) => {
      expect(() => decodePaddedTlvs(fromHex(hex), 'objects')).toThrow(DecodeError);
    },
  );
});
