/**
 * The data objects of an FCP that say where the access rules are: octets, refusals, and both ways.
 *
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import {
  decodeSecurityAttributes,
  encodeSecurityAttributes,
} from '../../../src/card/files/security-attributes.ts';
import type { SecurityAttributes } from '../../../src/card/memory.ts';
import { decodeBerTlvs } from '../../../src/tlv/ber.ts';

function decode(octets: Uint8Array): SecurityAttributes {
  const [object] = decodeBerTlvs(octets, 'test');
  if (object === undefined) throw new Error('an object');
  return decodeSecurityAttributes(object);
}

const REFERENCED = { kind: 'referenced', arr: undefined, arrFid: 0x6f06 } as const;

const OBJECTS: readonly (readonly [string, SecurityAttributes])[] = [
  // EF_IMSI of a sysmoISIM-SJA2
  ['8b036f060a', { ...REFERENCED, record: 10 }],
  ['8b046f060102', { ...REFERENCED, record: [{ environment: 1, record: 2 }] }],
  ['8c03031100', { kind: 'compact', octets: fromHex('031100') }],
  ['8c0100', { kind: 'compact', octets: fromHex('00') }],
  ['ab058001019000', { kind: 'expanded', octets: fromHex('8001019000') }],
  ['ab00', { kind: 'expanded', octets: fromHex('') }],
];

const MALFORMED: readonly (readonly [why: string, object: string])[] = [
  ['a FID alone', '8b026f06'],
  ['no reference', '8b00'],
  ['half a pair', '8b056f06010203'],
  ['no rules in compact format', '8c00'],
  ['an SC byte too few', '8c020300'],
  ['an SC byte too many', '8c03010000'],
  ['an access mode without a condition', 'ab03800101'],
  ['a condition without an access mode', 'ab029000'],
  ['a template that is cut', 'ab07800101a0049000'],
  ['another tag', '8a0105'],
  ['security attributes of another', '860100'],
];

describe('security attributes in an FCP', () => {
  it.each(OBJECTS)('%s is read and written', (octets, attributes) => {
    expect(decode(fromHex(octets))).toStrictEqual(attributes);
    expect(toHex(encodeSecurityAttributes(attributes))).toBe(octets);
  });

  it.each(MALFORMED)('are refused: %s', (_, octets) => {
    expect(() => decode(fromHex(octets))).toThrow(DecodeError);
  });

  it('keep nothing of the octets', () => {
    const octets = fromHex('8001019000');
    const attributes = decodeSecurityAttributes({ tag: 0xab, value: octets });
    octets.fill(0);
    expect(toHex(encodeSecurityAttributes(attributes))).toBe('ab058001019000');
  });

  it('are written as they were read, and nothing but a DecodeError is thrown', () => {
    const tag = fc.constantFrom(0x8a, 0x8b, 0x8c, 0xab);
    const octet = fc.oneof(fc.constantFrom(0x80, 0x84, 0x90, 0x97, 0, 1, 3, 0xff), fc.nat(255));
    const value = fc.array(octet, { maxLength: 12 }).map((of) => Uint8Array.from(of));
    fc.assert(
      fc.property(tag, value, (tag, value) => {
        let attributes: SecurityAttributes;
        try {
          attributes = decodeSecurityAttributes({ tag, value });
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        const [written] = decodeBerTlvs(encodeSecurityAttributes(attributes), 'test');
        expect(written).toStrictEqual({ tag, value });
      }),
      { numRuns: 2000 },
    );
  });
});
