/**
 * Access rules in compact format, as the FCP of a file may hold them.
 *
 *     AM  SC  SC  …
 *
 *     AM  access mode byte
 *     SC  security condition byte: one for each bit of b7 to b1 that AM has, that of the highest
 *         bit first
 *
 * No bit stands for INCREASE or RESIZE FILE, so that these are denied. What the bits of an SC byte
 * mean, and which of it this card can judge, is said in access-rules.ts.
 *
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { AccessRule } from './access-rules.ts';

const NAME = 'compact access rules';
/** In an access mode byte: b7 to b4 are another's own. */
const OWN_BITS = 0x80;
const HIGHEST_BIT = 0x40;

/**
 * Reads access rules in compact format.
 *
 * @param octets value of '8C'
 * @returns a rule for each bit of the access mode byte, from b7 to b1
 * @throws {DecodeError} there are fewer or more SC bytes than bits, or b8 stands alone
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 */
export function decodeCompactRules(octets: Uint8Array): AccessRule[] {
  const reader = new ByteReader(octets, NAME);
  const mode = reader.uint(1, 'AM');
  if (mode === OWN_BITS) throw reader.error('AM', 'expected a bit of b7 to b1', 0);
  const rules: AccessRule[] = [];
  for (let bit = HIGHEST_BIT; bit > 0; bit >>= 1) {
    if ((mode & bit) === 0) continue;
    const byte = reader.uint(1, 'SC');
    const own = mode & OWN_BITS;
    rules.push({ mode: { kind: 'am', byte: own | bit }, condition: { kind: 'compact', byte } });
  }
  reader.end();
  return rules;
}

/**
 * Writes access rules in compact format.
 *
 * @param rules each of one bit, from b7 to b1, with an SC byte; b8 in all of them or in none
 * @returns value of '8C'
 * @throws {RangeError} the rules are others, or an SC byte is none
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 */
export function encodeCompactRules(rules: readonly AccessRule[]): Uint8Array {
  const conditions = new ByteWriter();
  let [all, last, own] = [0, 2 * HIGHEST_BIT, 0];
  for (const [n, { mode, condition }] of rules.entries()) {
    if (mode.kind !== 'am' || condition.kind !== 'compact') {
      throw new RangeError(`${NAME}: expected an access mode byte with an SC byte`);
    }
    const bit = mode.byte & ~OWN_BITS;
    if (n === 0) own = mode.byte & OWN_BITS;
    const isOne = bit > 0 && bit < last && (bit & (bit - 1)) === 0;
    if (!isOne || mode.byte !== (own | bit)) {
      throw new RangeError(`${NAME}: expected one bit in each access mode byte, from b7 to b1`);
    }
    [all, last] = [all | bit, bit];
    conditions.uint(1, condition.byte, 'SC');
  }
  return new ByteWriter()
    .uint(1, own | all, 'AM')
    .bytes(conditions.finish())
    .finish();
}
