/**
 * Key tables that are none, and what does not fit. Sound ones are in commit-codec.test.ts.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex } from '../../../src/bytes/hex.ts';
import { ByteReader } from '../../../src/bytes/reader.ts';
import type { KeyTableEntry } from '../../../src/card/memory.ts';
import { decodeKeyTable } from '../../../src/card/store/key-table-codec.ts';

/** One pair, and the whole of the octets. */
function decode(pair: string): KeyTableEntry[] {
  const reader = new ByteReader(fromHex(`01 ${pair}`.replaceAll(/\s/gu, '')), 'pairs');
  const entries = decodeKeyTable(reader);
  reader.end();
  return entries;
}

/** K and OPc, or what of them has room there. */
const KEYS = '00'.repeat(32);
const DELTA = '000000000001';
const KEY = `10 ${'00'.repeat(16)}`;
/** IND of 0 bits, and no key sets. */
const REST = `00 ${DELTA} 00`;

describe('a key table', () => {
  it.each([
    ['MILENAGE', `${KEYS} 00 ${REST}`],
    ['an algorithm whose K has 32 octets', `${KEYS} 08 01 61 20 ${'00'.repeat(16)} 00 ${REST}`],
    ['the highest SEQ of an IND of 8 bits', seqTable('00FFFFFFFFFF')],
  ])('may have a pair of %s', (_what, pair) => {
    expect(decode(pair)).toHaveLength(1);
  });

  it.each([
    [
      'a key of an unknown type',
      `${KEYS} 00 00 ${DELTA} 01 01 08 0000000000 03 ${KEY} 00 ${KEY}`,
      'KIc type at 49: expected 0 to 2',
    ],
    ['an algorithm without a name', `${KEYS} 08 00 10 00 ${REST}`, 'algorithm at 34'],
    ['an algorithm of no text', `${KEYS} 08 01 07 10 00 ${REST}`, 'algorithm at 34'],
    [
      'K of 33 octets',
      `${KEYS} 08 01 61 21 ${'00'.repeat(17)} 00 ${REST}`,
      'K octets at 36: expected 0 to 32',
    ],
    [
      'TOPc of 33 octets',
      `${KEYS} 08 01 61 10 21 ${'00'.repeat(17)} ${REST}`,
      'OPc octets at 37: expected 0 to 32',
    ],
    ['TOPc cut short', `${KEYS} 08 01 61 10 20 0000`, 'OPc'],
    ['an IND of 9 bits', `${KEYS} 00 09 ${DELTA} 00`, 'IND bits at 34: expected 0 to 8'],
    [
      'a SEQ of 41 bits beside an IND of 8',
      seqTable('010000000000'),
      'SEQ at 41: expected 40 bits',
    ],
  ])('is refused with %s', (_what, pair, problem) => {
    expect(() => decode(pair)).toThrow(DecodeError);
    expect(() => decode(pair)).toThrow(problem);
  });
});

/** A pair with an IND of 8 bits, its first SEQ, and 0 for the others. */
function seqTable(first: string): string {
  return `${KEYS} 04 08 ${DELTA} ${first} ${'00'.repeat(255 * 6)} 00`;
}
