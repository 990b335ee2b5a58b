/**
 * References to records of EF_ARR: octets, refusals, and both ways.
 *
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  type AccessRuleReference,
  decodeRuleReference,
  encodeRuleReference,
} from '../../src/ef/rule-reference.ts';

const WRITTEN: readonly (readonly [octets: string, AccessRuleReference])[] = [
  // EF_IMSI of a sysmoISIM-SJA2
  ['6f060a', { arrFid: 0x6f06, record: 10 }],
  ['2f060102', { arrFid: 0x2f06, record: [{ environment: 1, record: 2 }] }],
  [
    '6f0601020003',
    {
      arrFid: 0x6f06,
      record: [
        { environment: 1, record: 2 },
        { environment: 0, record: 3 },
      ],
    },
  ],
];

const UNWRITABLE: readonly (readonly [why: string, AccessRuleReference])[] = [
  ['a FID of more than 2 octets', { arrFid: 0x10000, record: 1 }],
  ['a record number of more than an octet', { arrFid: 0x6f06, record: 256 }],
  ['a record number below 0', { arrFid: 0x6f06, record: -1 }],
  ['no record', { arrFid: 0x6f06, record: [] }],
  ['an SEID of more than an octet', { arrFid: 0, record: [{ environment: 256, record: 1 }] }],
  ['a record in it of more', { arrFid: 0, record: [{ environment: 1, record: 256 }] }],
];

describe('a reference to EF_ARR', () => {
  it.each(WRITTEN)('%s is read and written', (octets, reference) => {
    expect(decodeRuleReference(fromHex(octets))).toStrictEqual(reference);
    expect(toHex(encodeRuleReference(reference))).toBe(octets);
  });

  it.each(['', '6f', '6f06', '6f06010200', '6f06010200030f'])('"%s" is refused', (octets) => {
    expect(() => decodeRuleReference(fromHex(octets))).toThrow(DecodeError);
  });

  it.each(UNWRITABLE)('is not written with %s', (_, reference) => {
    expect(() => encodeRuleReference(reference)).toThrow(RangeError);
  });

  it('is read as it was written', () => {
    const octet = fc.nat(255);
    const pair = fc.record({ environment: octet, record: octet }, { noNullPrototype: true });
    const record = fc.oneof(octet, fc.array(pair, { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(fc.nat(0xffff), record, (arrFid, record) => {
        const reference = { arrFid, record };
        expect(decodeRuleReference(encodeRuleReference(reference))).toStrictEqual(reference);
      }),
    );
  });

  it('is written as it was read, and nothing but a DecodeError is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
        let reference: AccessRuleReference;
        try {
          reference = decodeRuleReference(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(encodeRuleReference(reference)).toStrictEqual(octets);
      }),
      { numRuns: 1000 },
    );
  });
});
