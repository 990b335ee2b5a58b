/**
 * The matrix of status words of class A0: every entry can be had, and there is no other command.
 *
 * @see 3GPP TS 51.011 §9.2, §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { findSimCommand } from '../../../src/card/gsm/dispatch.ts';
import { octet, TestCard } from '../support/test-card.ts';
import {
  NO_STORE,
  SIM_MATRIX_PROFILE,
  SIM_STATUS_WORD_MATRIX,
} from './support/sim-status-words.ts';

function answerTo(steps: readonly string[]): string {
  const card = new TestCard({ profile: SIM_MATRIX_PROFILE });
  let answer = '';
  for (const step of steps) {
    if (step === NO_STORE) card.isStored = () => false;
    else answer = card.send(step);
  }
  return answer;
}

describe.each(SIM_STATUS_WORD_MATRIX)('$name', ({ ins, name, rows }) => {
  it.each(rows)('answers %s: %s', (sw, _when, steps) => {
    expect(answerTo(steps).slice(-4)).toMatch(new RegExp(`^${sw.replaceAll('X', '.')}$`, 'u'));
  });

  it.each(rows.filter(([sw]) => !/^9[01]/u.test(sw)))(
    'gives no data with %s: %s',
    (_, __, steps) => {
      expect(answerTo(steps)).toHaveLength(4);
    },
  );

  it('is in the table', () => {
    expect(findSimCommand(ins)?.name).toBe(name);
  });

  it('has P1 and P2 before the length', () => {
    if (name === 'READ BINARY' || name === 'UPDATE BINARY') return;
    expect(new TestCard().send(`A0${octet(ins)}FFFF0400000000`)).toBe('6B00');
  });
});

describe('class A0', () => {
  it('has no other instruction', () => {
    const card = new TestCard();
    const known = SIM_STATUS_WORD_MATRIX.map(({ ins }) => ins);
    for (let ins = 0; ins < 256; ins++) {
      if (known.includes(ins)) continue;
      expect(findSimCommand(ins)).toBeUndefined();
      expect(card.send(`A0${octet(ins)}000000`)).toBe('6D00');
    }
  });

  it('answers two thirds of its rows with a refusal', () => {
    const all = SIM_STATUS_WORD_MATRIX.flatMap(({ rows }) => rows);
    const refusals = all.filter(([sw]) => !/^9[01F]/u.test(sw));
    expect(refusals.length / all.length).toBeGreaterThan(2 / 3);
  });
});
