import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { type Imsi, imsi } from '../../src/bytes/identity.ts';
import { authenticationOf, pairFromProfile } from '../../src/network/keys.ts';
import {
  continuedAt,
  decodePositions,
  encodePositions,
} from '../../src/network/sequence-positions.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';

/** IMSI 001010123456789, SEQ 258, IND 31; then IMSI 123456, SEQ 2^48 - 1, IND 0. */
const FIRST = '080910101032547698 000000000102 1f'.replaceAll(' ', '');
const SECOND = '04113254f6ffffffff ffffffffffff 00'.replaceAll(' ', '');
const POSITIONS = new Map([
  [imsi('001010123456789'), { seqHe: 258, ind: 31 }],
  [imsi('123456'), { seqHe: 2 ** 48 - 1, ind: 0 }],
]);

const digits = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 15 })
  .map((of) => of.join('') as Imsi);
const position = fc.record({
  seqHe: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  ind: fc.integer({ min: 0, max: 255 }),
});
const positions = fc.array(fc.tuple(digits, position)).map((of) => new Map(of));

describe('positions', () => {
  it('are 16 octets each', () => {
    expect(toHex(encodePositions(POSITIONS))).toBe(FIRST + SECOND);
    expect(decodePositions(fromHex(FIRST + SECOND))).toEqual(POSITIONS);
    expect(decodePositions(new Uint8Array(0))).toEqual(new Map());
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(positions, (of) => {
        const octets = encodePositions(of);
        expect(decodePositions(octets)).toEqual(of);
        expect(encodePositions(decodePositions(octets))).toEqual(octets);
      }),
    );
  });

  it('count as the last one of an IMSI says', () => {
    const later = FIRST.replace('0102', '0103');
    const [found] = decodePositions(fromHex(FIRST + later)).values();
    expect(found).toEqual({ seqHe: 259, ind: 31 });
  });

  it.each([
    ['the last octet is missing', (FIRST + SECOND).slice(0, -2), 'positions/position at 16: '],
    ['one octet is left over', `${FIRST}08`, 'positions/position at 16: '],
    ['the IMSI has a letter', FIRST.replace('0910', '0a10'), 'IMSI'],
    ['the IMSI is filled', 'ff'.repeat(16), 'IMSI/length at 0: expected 4 to 8'],
  ])('are refused when %s', (_when, octets, message) => {
    const read = (): unknown => decodePositions(fromHex(octets));
    expect(read).toThrow(DecodeError);
    expect(read).toThrow(message);
  });

  it('are read or refused with DecodeError, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        try {
          decodePositions(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });

  it.each([
    [{ seqHe: 2 ** 48, ind: 0 }, 'SEQ'],
    [{ seqHe: 0, ind: 256 }, 'IND'],
    [{ seqHe: -1, ind: 0 }, 'SEQ'],
  ])('are not written for %j', (wrong, field) => {
    const write = (): unknown => encodePositions(new Map([[imsi('123456'), wrong]]));
    expect(write).toThrow(RangeError);
    expect(write).toThrow(field);
  });
});

describe('a subscription that continues', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const authentication = authenticationOf(pairFromProfile(entry!), fromHex('8000'));

  it('has the SEQ and the IND that were kept', () => {
    const continued = continuedAt(authentication, { seqHe: 7, ind: 31 });
    expect(continued).toEqual({ ...authentication, seqHe: 7, ind: 31 });
  });

  it('has no IND that its width has no room for', () => {
    const narrow = { ...authentication, indBits: 2 };
    expect(continuedAt(narrow, { seqHe: 7, ind: 31 })).toMatchObject({ ind: 3 });
    const none = { ...authentication, indBits: 0 };
    expect(continuedAt(none, { seqHe: 7, ind: 31 })).toMatchObject({ ind: 0 });
  });
});
