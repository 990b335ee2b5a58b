/**
 * The suite on the card under test, and the suite itself: it must be able to fail.
 *
 * @see ETSI TS 102 221 §10, §11; 3GPP TS 31.102 §7
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { AUTHENTICATE } from './authenticate.ts';
import { CARD_UNDER_TEST } from './card-under-test.ts';
import { CLASS_AND_INSTRUCTION } from './class-and-instruction.ts';
import { PIN } from './pin.ts';
import { READ_AND_UPDATE } from './read-and-update.ts';
import type { Row } from './row.ts';
import { SELECT } from './select.ts';
import { conformanceSuite, differences } from './suite.ts';
import { TOOLKIT } from './toolkit.ts';
import { TRANSPORT } from './transport.ts';

const SUITES: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ['transport', TRANSPORT],
  ['class and instruction', CLASS_AND_INSTRUCTION],
  ['selection', SELECT],
  ['reading and updating', READ_AND_UPDATE],
  ['PIN', PIN],
  ['authentication', AUTHENTICATE],
  ['toolkit', TOOLKIT],
];

for (const [title, rows] of SUITES) conformanceSuite(CARD_UNDER_TEST, title, rows);

/** Says the same to everything. */
function parrot(answer: Uint8Array): SynchronousCard {
  return { reset: () => Uint8Array.of(0x3b, 0x00), transmit: () => answer };
}

describe('the suite', () => {
  const all = SUITES.flatMap(([, rows]) => rows);

  it('has no identifier twice', () => {
    const ids = all.map(({ id }) => id);
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([]);
  });

  it.each([
    ['9000', Uint8Array.of(0x90, 0x00)],
    ['6F00', Uint8Array.of(0x6f, 0x00)],
    ['6D00', Uint8Array.of(0x6d, 0x00)],
  ])('finds fault with a card that answers %s to everything, in nearly every row', (_, answer) => {
    const passed = all.filter((row) => differences(parrot(answer), row).length === 0);
    expect(passed.length).toBeLessThan(all.length / 10);
  });

  it('says which step went wrong, what it expected and what it found', () => {
    const row = { id: 'X', shows: '', steps: [{ send: '00A40004', expect: ['61..', '62...90'] }] };
    expect(differences(parrot(Uint8Array.of(0x6a, 0x82)), row)).toEqual([
      'step 1, 00A40004: expected 61..,62...90, found 6A82',
    ]);
  });
});
