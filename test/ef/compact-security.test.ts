/**
 * Access rules in compact format: octets, refusals, and both ways.
 *
 * No octets of a card are known; those here follow from the format.
 *
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { type AccessRule, isAllowed } from '../../src/ef/access-rules.ts';
import { decodeCompactRules, encodeCompactRules } from '../../src/ef/compact-security.ts';

const PIN1 = 0x01;

function rule(am: number, sc: number): AccessRule {
  return { mode: { kind: 'am', byte: am }, condition: { kind: 'compact', byte: sc } };
}

const WRITTEN: readonly (readonly [why: string, octets: string, AccessRule[]])[] = [
  ['no operation', '00', []],
  ['reading', '0100', [rule(0x01, 0x00)]],
  ['updating and reading, the higher bit first', '031100', [rule(0x02, 0x11), rule(0x01, 0x00)]],
  ['all operations', '7f01020304050607', [64, 32, 16, 8, 4, 2, 1].map((am, n) => rule(am, n + 1))],
  ['operations of another', '8811', [rule(0x88, 0x11)]],
  ['some of another and reading', 'c1ff00', [rule(0xc0, 0xff), rule(0x81, 0x00)]],
];

const MALFORMED: readonly (readonly [why: string, octets: string])[] = [
  ['no octet', ''],
  ['an AM byte without its SC byte', '01'],
  ['an SC byte too few', '0300'],
  ['an SC byte too few of seven', '7f000000000000'],
  ['an SC byte too many', '010000'],
  ['an SC byte for no operation', '0000'],
  ['filler behind', '0100ff'],
  ['a second AM byte', '01000211'],
  ['b8 alone', '80'],
  ['b8 alone, with an SC byte', '8000'],
  ['rules in expanded format', '8001019000'],
];

/** Rules that cannot be written. */
const UNWRITABLE: readonly (readonly [why: string, AccessRule[]])[] = [
  ['two bits in one rule', [rule(0x03, 0x00)]],
  ['no bit', [rule(0x00, 0x00)]],
  ['b8 alone', [rule(0x80, 0x00)]],
  ['more than an octet', [rule(0x100, 0x00)]],
  ['less than nothing', [rule(-1, 0x00)]],
  ['the lower bit first', [rule(0x01, 0x00), rule(0x02, 0x00)]],
  ['one bit twice', [rule(0x02, 0x00), rule(0x02, 0x00)]],
  ['b8 in the first alone', [rule(0x82, 0x00), rule(0x01, 0x00)]],
  ['b8 in the second alone', [rule(0x02, 0x00), rule(0x81, 0x00)]],
  ['an SC byte of more than an octet', [rule(0x01, 0x100)]],
  ['an SC byte of less', [rule(0x01, -1)]],
  ['no SC byte', [{ ...rule(0x01, 0), condition: { kind: 'always' } }]],
  ['a key', [{ ...rule(0x01, 0), condition: { kind: 'key', reference: PIN1 } }]],
  ['a command', [{ ...rule(0x01, 0), mode: { kind: 'command', ins: 0x32 } }]],
];

describe('access rules in compact format', () => {
  it.each(WRITTEN)('are read and written: %s', (_, octets, rules) => {
    expect(decodeCompactRules(fromHex(octets))).toStrictEqual(rules);
    expect(toHex(encodeCompactRules(rules))).toBe(octets);
  });

  it.each(MALFORMED)('are refused: %s', (_, octets) => {
    expect(() => decodeCompactRules(fromHex(octets))).toThrow(DecodeError);
  });

  it.each(UNWRITABLE)('are not written: %s', (_, rules) => {
    expect(() => encodeCompactRules(rules)).toThrow(RangeError);
  });

  it('are read as they were written', () => {
    const sc = fc.option(fc.nat(255), { nil: undefined });
    const bytes = fc.tuple(sc, sc, sc, sc, sc, sc, sc);
    fc.assert(
      fc.property(bytes, fc.constantFrom(0x00, 0x80), (conditions, own) => {
        const rules = conditions.flatMap((byte, n) =>
          byte === undefined ? [] : [rule(own | (0x40 >> n), byte)],
        );
        expect(decodeCompactRules(encodeCompactRules(rules))).toStrictEqual(rules);
      }),
    );
  });

  it('are written as they were read, and nothing but a DecodeError is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), (octets) => {
        let rules: AccessRule[];
        try {
          rules = decodeCompactRules(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(encodeCompactRules(rules)).toStrictEqual(octets);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Octets in compact format, bit and verified keys of the operation, whether it is allowed. */
const DECISIONS: readonly (readonly [string, number, readonly number[], boolean])[] = [
  ['0100', 0x01, [], true],
  ['0311ff', 0x02, [PIN1], true],
  ['8100', 0x01, [], true],
  ['0311ff', 0x02, [], false],
  ['0311ff', 0x01, [PIN1], false],
  ['0100', 0x02, [PIN1], false],
  ['00', 0x01, [PIN1], false],
  ['0141', 0x01, [PIN1], false],
  ['0112', 0x01, [PIN1], false],
  ['8800', 0x08, [PIN1], false],
  ['7f00000000000000', 0x00, [PIN1], false],
];

describe('a decision by rules in compact format', () => {
  it.each(DECISIONS)('%s, bit %i, keys %j', (octets, am, keys, allowed) => {
    const rules = decodeCompactRules(fromHex(octets));
    const operation = { am, ins: 0xb0, cla: 0x00, p1: 0x00, p2: 0x00 };
    expect(isAllowed(rules, operation, (key) => keys.includes(key))).toBe(allowed);
  });
});
