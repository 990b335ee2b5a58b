/**
 * Freshness of SQN against a second opinion: the rules of annex C.2.2 in bigint, over random SQNs.
 *
 * @see 3GPP TS 33.102 §C.2.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSqn, type SqnVerdict } from '../../src/card/sequence-numbers.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { challengeFor, sqnMsOf, withEntries } from './support/aka.ts';
import { PIN1, SELECT_USIM, TestCard } from './support/test-card.ts';

interface Limits {
  readonly indBits: number;
  readonly delta: number;
  readonly ageLimit: number | undefined;
}

/** The rules as the annex has them. */
function secondOpinion(limits: Limits, stored: readonly number[], sqn: number): SqnVerdict {
  const bits = BigInt(limits.indBits);
  const seq = BigInt(sqn) >> bits;
  const ind = Number(BigInt(sqn) - (seq << bits));
  const seqMs = stored.map(BigInt).reduce((a, b) => (a > b ? a : b));
  const tooFar = seq - seqMs > BigInt(limits.delta);
  const tooOld = limits.ageLimit !== undefined && seqMs - seq >= BigInt(limits.ageLimit);
  const used = seq <= BigInt(stored[ind] ?? 0);
  if (tooFar || tooOld || used) {
    const highest = stored.findIndex((value) => BigInt(value) === seqMs);
    return { ok: false, sqnMs: Number((seqMs << bits) + BigInt(highest)) };
  }
  return { ok: true, ind, seq: Number(seq) };
}

const limits: fc.Arbitrary<Limits> = fc.record({
  indBits: fc.integer({ min: 0, max: 8 }),
  delta: fc.oneof(
    fc.constantFrom(1, 2 ** 28, 2 ** 32, 2 ** 48 - 1),
    fc.integer({ min: 1, max: 50 }),
  ),
  ageLimit: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
});

/** SQN near 0, near powers of two that 32-bit arithmetic trips over, and anywhere in 48 bits. */
const sqn = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: -300, max: 300 }).map((near) => 2 ** 32 + near),
  fc.integer({ min: -300, max: 300 }).map((near) => 2 ** 33 + near),
  fc.integer({ min: 0, max: 2 ** 48 - 1 }),
);

describe('an SQN', () => {
  it('is judged as by the second opinion, over any sequence', () => {
    fc.assert(
      fc.property(limits, fc.array(sqn, { maxLength: 40 }), (of, sqns) => {
        const seq: number[] = Array.from({ length: 2 ** of.indBits }, () => 0);
        for (const one of sqns) {
          const verdict = judgeSqn({ ...of, seq }, one);
          expect(verdict).toEqual(secondOpinion(of, seq, one));
          if (verdict.ok) seq[verdict.ind] = verdict.seq;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never fresh twice', () => {
    fc.assert(
      fc.property(limits, sqn, (of, one) => {
        const seq: number[] = Array.from({ length: 2 ** of.indBits }, () => 0);
        const verdict = judgeSqn({ ...of, seq }, one);
        if (!verdict.ok) return;
        seq[verdict.ind] = verdict.seq;
        expect(judgeSqn({ ...of, seq }, one).ok).toBe(false);
      }),
    );
  });

  it.each([
    ['0 on a new card', { indBits: 5, delta: 1, ageLimit: undefined }, 0, false],
    ['an IND without SEQ', { indBits: 5, delta: 1, ageLimit: undefined }, 31, false],
    ['the first', { indBits: 5, delta: 1, ageLimit: undefined }, 32, true],
    ['just within delta', { indBits: 5, delta: 10, ageLimit: undefined }, 10 * 32, true],
    ['just beyond delta', { indBits: 5, delta: 10, ageLimit: undefined }, 11 * 32, false],
    ['the first without IND', { indBits: 0, delta: 1, ageLimit: undefined }, 1, true],
    ['the highest of 48 bits', { indBits: 0, delta: 2 ** 48, ageLimit: 1 }, 2 ** 48 - 1, true],
  ])('%s', (_what, of, one, fresh) => {
    const seq: number[] = Array.from({ length: 2 ** of.indBits }, () => 0);
    expect(judgeSqn({ ...of, seq }, one).ok).toBe(fresh);
  });
});

describe('the card', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;

  it('accepts and refuses SQNs as the second opinion does, and tells SQN_MS in AUTS', () => {
    fc.assert(
      fc.property(limits, fc.array(sqn, { minLength: 1, maxLength: 8 }), (of, sqns) => {
        const { indBits, delta, ageLimit } = of;
        const numbers = ageLimit === undefined ? { indBits, delta } : { indBits, delta, ageLimit };
        const profile = withEntries(DEFAULT_PROFILE, [{ ...entry!, sqn: numbers }]);
        const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
        for (const one of sqns) {
          const expected = secondOpinion(of, card.uicc.root.entries[0]?.seq ?? [], one);
          const answer = card.ask(challengeFor(entry!, one));
          expect(answer.slice(0, 2)).toBe(expected.ok ? 'DB' : 'DC');
          if (!expected.ok) expect(sqnMsOf(entry!, answer)).toBe(expected.sqnMs);
        }
      }),
      { numRuns: 60 },
    );
  });
});
