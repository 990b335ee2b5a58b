/**
 * Freshness of SQN against a second opinion: the rules of annex C.2.2 in bigint, over random SQNs.
 *
 * @see 3GPP TS 33.102 §C.2.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSqn, type SqnVerdict } from '../../src/card/sequence-numbers.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { SqnProfile } from '../../src/profile/profile.ts';
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

const TOP_0 = { indBits: 0, ageLimit: undefined };
const TOP_8 = { indBits: 8, ageLimit: undefined };

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
    ['the highest, by one more than delta', { ...TOP_0, delta: 2 ** 48 - 2 }, 2 ** 48 - 1, false],
    ['the highest of an IND of 8 bits', { ...TOP_8, delta: 2 ** 40 - 1 }, 2 ** 48 - 1, true],
    ['the same, by one more than delta', { ...TOP_8, delta: 2 ** 40 - 2 }, 2 ** 48 - 1, false],
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

/** An SQN, whether the card takes it, and SQN_MS of the AUTS if not. */
type Edge = readonly [sqn: number, sqnMs: number | undefined];

const TOP_SEQ = 2 ** 43 - 1;
const filled = (seq: number, ind = 0, at = seq): number[] =>
  Array.from({ length: 32 }, (_, n) => (n === ind ? at : seq));

/** What the array is before, and what becomes of one SQN after the other. */
const EDGES: readonly (readonly [string, SqnProfile, readonly Edge[]])[] = [
  [
    'a new card: SEQ 0 is no number to be used',
    { indBits: 5, delta: 2 ** 28 },
    [
      [0, 0],
      [31, 0],
      [32, undefined],
      [32, 32],
      [33, undefined],
      [64 + 31, undefined],
    ],
  ],
  [
    'delta: the last SEQ within it, and the next',
    { indBits: 5, delta: 10, array: filled(100) },
    [
      [111 * 32, 100 * 32],
      [111 * 32 + 31, 100 * 32],
      [110 * 32 + 31, undefined],
    ],
  ],
  [
    'delta counts from the highest SEQ, not from that of the IND',
    { indBits: 5, delta: 10, array: filled(0, 7, 100) },
    [
      [111 * 32, 100 * 32 + 7],
      [110 * 32, undefined],
      [120 * 32 + 1, undefined],
    ],
  ],
  [
    'the smallest delta',
    { indBits: 5, delta: 1 },
    [
      [64, 0],
      [32, undefined],
      [96, 32],
      [64 + 31, undefined],
      [64 + 30, undefined],
    ],
  ],
  [
    'the largest delta',
    { indBits: 5, delta: 2 ** 48 - 1 },
    [
      [2 ** 48 - 1, undefined],
      [2 ** 48 - 1, 2 ** 48 - 1],
      [32, undefined],
    ],
  ],
  [
    'L: the oldest SEQ within it, and the one before',
    { indBits: 5, delta: 2 ** 28, ageLimit: 10, array: filled(0, 7, 100) },
    [
      [90 * 32, 100 * 32 + 7],
      [32, 100 * 32 + 7],
      [91 * 32, undefined],
      [91 * 32, 3207],
    ],
  ],
  [
    'the smallest L: no SEQ below the highest, and the highest itself on another IND',
    { indBits: 5, delta: 2 ** 28, ageLimit: 1, array: filled(0, 7, 100) },
    [
      [99 * 32, 3207],
      [100 * 32 + 7, 3207],
      [100 * 32, undefined],
      [100 * 32 + 31, undefined],
    ],
  ],
  [
    'the largest L is none',
    { indBits: 5, delta: 2 ** 48 - 1, ageLimit: 2 ** 48 - 1, array: filled(0, 7, TOP_SEQ) },
    [
      [32, undefined],
      [0, TOP_SEQ * 32 + 7],
      [33, undefined],
    ],
  ],
  [
    'SEQ beside its highest: it is reached, and nothing is behind it',
    { indBits: 5, delta: 2 ** 28, array: filled(TOP_SEQ - 1) },
    [
      [(TOP_SEQ - 1) * 32 + 31, (TOP_SEQ - 1) * 32],
      [TOP_SEQ * 32 + 31, undefined],
      [TOP_SEQ * 32 + 31, 2 ** 48 - 1],
      [0, 2 ** 48 - 1],
      [32, 2 ** 48 - 1],
      [TOP_SEQ * 32, undefined],
    ],
  ],
  [
    'an array at its end takes nothing more, and does not begin again',
    { indBits: 5, delta: 2 ** 28, array: filled(TOP_SEQ) },
    [
      [2 ** 48 - 1, 2 ** 48 - 32],
      [0, 2 ** 48 - 32],
      [32, 2 ** 48 - 32],
      [33, 2 ** 48 - 32],
    ],
  ],
  [
    'no IND: SQN is SEQ',
    { indBits: 0, delta: 2 ** 28, array: [2 ** 48 - 2] },
    [
      [2 ** 48 - 2, 2 ** 48 - 2],
      [2 ** 48 - 1, undefined],
      [2 ** 48 - 1, 2 ** 48 - 1],
    ],
  ],
  [
    'an IND of 8 bits',
    { indBits: 8, delta: 2 ** 28 },
    [
      [255, 0],
      [256 + 255, undefined],
      [256, undefined],
      [256, 256],
      [256 + 255, 256],
    ],
  ],
  [
    'a lower SEQ on another IND is fresh',
    { indBits: 5, delta: 2 ** 28, array: filled(0, 3, 2 ** 33) },
    [
      [32, undefined],
      [33, undefined],
      [32, 2 ** 38 + 3],
      [(2 ** 33 - 1) * 32, undefined],
    ],
  ],
];

describe('at its edges, the card', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;

  it.each(EDGES)('knows %s', (_what, numbers, edges) => {
    const profile = withEntries(DEFAULT_PROFILE, [{ ...entry!, sqn: numbers }]);
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
    const stored = (): readonly number[] => card.uicc.root.entries[0]?.seq ?? [];
    for (const [of, sqnMs] of edges) {
      const before = [...stored()];
      card.clearLog();
      const answer = card.ask(challengeFor(entry!, of));
      if (sqnMs === undefined) {
        const slots = 2 ** numbers.indBits;
        const after = before.with(of % slots, Math.floor(of / slots));
        expect([of, answer.slice(0, 2), stored()]).toEqual([of, 'DB', after]);
      } else {
        expect([of, answer.slice(0, 4), stored()]).toEqual([of, 'DC0E', before]);
        expect([of, sqnMsOf(entry!, answer)]).toEqual([of, sqnMs]);
        expect(card.commits).toHaveLength(0);
      }
    }
  });
});
