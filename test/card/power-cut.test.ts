/**
 * Power cuts between any two commits: what the card then is.
 *
 * A command is run to its end with a log; then a card is made for every number of commits that the
 * power might have left time for.
 *
 * @see ETSI TS 102 221 §9.5; 3GPP TS 33.102 §C.2.2
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootAfter } from '../../src/card/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { challengeFor } from './support/aka.ts';
import {
  ADM1,
  EF_ACM,
  octet,
  PIN1,
  PIN2,
  SELECT_USIM,
  select,
  TestCard,
  WRONG_PIN1,
  withFiles,
} from './support/test-card.ts';

const PROFILE = withFiles([EF_ACM]);

/** The cards after 0, 1, 2 … commits of the commands, in that order; all is on again. */
function cardsAfterCuts(setUp: readonly string[], commands: readonly string[]): TestCard[] {
  const card = new TestCard({ profile: PROFILE });
  card.sendAll(setUp);
  const before = card.uicc.root;
  card.clearLog();
  for (const command of commands) card.send(command);
  const { image } = card.uicc;
  return Array.from({ length: card.commits.length + 1 }, (_, n) => {
    const root = rootAfter(image, before, card.commits.slice(0, n));
    return new TestCard({ profile: PROFILE, root });
  });
}

function answersAfterCuts(
  setUp: readonly string[],
  commands: readonly string[],
  questions: readonly string[],
): string[][] {
  return cardsAfterCuts(setUp, commands).map((card) =>
    questions.map((question) => card.send(question)),
  );
}

describe('a power cut during VERIFY', () => {
  const query = '0020000100';

  it('does not give a try back: the counter is stored before the comparison', () => {
    expect(answersAfterCuts([], [WRONG_PIN1], [query])).toEqual([['63C3'], ['63C2']]);
  });

  it('of the right PIN leaves one try less until all is stored', () => {
    expect(answersAfterCuts([], [PIN1], [query])).toEqual([['63C3'], ['63C2'], ['63C3']]);
  });

  it('of the right PIN after wrong ones does the same', () => {
    expect(answersAfterCuts([WRONG_PIN1], [PIN1], [query])).toEqual([['63C2'], ['63C1'], ['63C3']]);
  });

  it('of the last try, even the right one, leaves the PIN blocked', () => {
    expect(answersAfterCuts([WRONG_PIN1, WRONG_PIN1], [PIN1], [query, PIN1])).toEqual([
      ['63C1', '9000'],
      ['63C0', '6983'],
      ['63C3', '9000'],
    ]);
  });

  it('never leaves the PIN verified', () => {
    const answers = answersAfterCuts([], [PIN1], [SELECT_USIM, '00B0870009']);
    expect(answers.map(([, read]) => read)).toEqual(['6982', '6982', '6982']);
  });
});

describe('a power cut during AUTHENTICATE', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const challenge = challengeFor(entry!, 0x20);

  it('lets AUTN be used again only before its SEQ is stored', () => {
    const cards = cardsAfterCuts([SELECT_USIM, PIN1], [challenge]);
    const answers = cards.map((card) => {
      card.sendAll([SELECT_USIM, PIN1]);
      return card.ask(challenge).slice(0, 2);
    });
    expect(answers).toEqual(['DB', 'DC']);
  });

  it('stores nothing for an AUTN that is refused', () => {
    expect(cardsAfterCuts([SELECT_USIM, PIN1], [`${challenge.slice(0, -2)}00`])).toHaveLength(1);
    expect(cardsAfterCuts([SELECT_USIM, PIN1], [challengeFor(entry!, 0)])).toHaveLength(1);
  });
});

describe('a power cut during UPDATE', () => {
  const readAll = [SELECT_USIM, PIN1];

  it('leaves a transparent EF old or new, nothing between', () => {
    const update = '00D68D000C00112233445566778899AABB';
    const answers = answersAfterCuts([SELECT_USIM, PIN1], [update], [...readAll, '00B08D000C']);
    expect(answers.map((all) => all.at(-1))).toEqual([
      `${'FF'.repeat(12)}9000`,
      '00112233445566778899AABB9000',
    ]);
  });

  it('leaves a record old or new, and the others as they were', () => {
    const update = `00DC0304B0${'A5'.repeat(176)}`;
    const free = `00${'FF'.repeat(175)}9000`;
    const setUp = [SELECT_USIM, PIN1, select('7FFF6F3C')];
    const reads = ['00B20204B0', '00B20304B0', '00B20404B0'];
    const answers = answersAfterCuts(setUp, [update], [...setUp, ...reads]);
    expect(answers.map((all) => all.slice(-3))).toEqual([
      [free, free, free],
      [free, `${'A5'.repeat(176)}9000`, free],
    ]);
  });

  it('leaves a cyclic EF with all old records, or with the new one and without the oldest', () => {
    const setUp = [SELECT_USIM, PIN1, select('7FFF6F39')];
    const reads = ['00B2010403', '00B2020403', '00B2030403'];
    const updates = ['00DC000303AAAAAA', '00DC000303BBBBBB'];
    const answers = answersAfterCuts(setUp, updates, [...setUp, ...reads]);
    expect(answers.map((all) => all.slice(-3))).toEqual([
      ['0101019000', '0202029000', '0303039000'],
      ['AAAAAA9000', '0101019000', '0202029000'],
      ['BBBBBB9000', 'AAAAAA9000', '0101019000'],
    ]);
  });
});

describe('a power cut anywhere in any sequence of commands', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const record = fc
    .uint8Array({ minLength: 3, maxLength: 3 })
    .map((octets) => [...octets].map(octet).join(''));
  const command = fc.oneof(
    fc.constantFrom(PIN1, PIN2, ADM1, WRONG_PIN1, SELECT_USIM, select('7FFF6F39')),
    fc.integer({ min: 0, max: 200 }).map((sqn) => challengeFor(entry!, sqn)),
    record.map((octets) => `00D68D0003${octets}`),
    record.map((octets) => `00DC00E303${octets}`),
  );

  it('leaves the card as it was after one of its commits', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 25 }), (commands) => {
        const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM] });
        const before = card.uicc.root;
        for (const one of commands) card.send(one);
        const roots = [...card.rootsBefore, card.uicc.root];
        roots.forEach((root, n) => {
          const restored = rootAfter(card.uicc.image, before, card.commits.slice(0, n));
          expect(restored).toEqual(root);
        });
      }),
      { numRuns: 60 },
    );
  });
});
