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
import { rootAfter } from '../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import {
  BER_TLV,
  create,
  DIRECTORY,
  deleteFile,
  go,
  LINEAR,
  OPEN_RULE,
  resize,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from './support/administration.ts';
import { challengeFor } from './support/aka.ts';
import { bootstrappingFor, derivation, GBA } from './support/gba.ts';
import {
  ADM1,
  EF_ACM,
  EF_OBJECTS,
  octet,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_USIM,
  select,
  TestCard,
  WRONG_PIN1,
  withFiles,
  withUniversalPin,
} from './support/test-card.ts';

const PROFILE = withUniversalPin({}, withFiles([EF_ACM, EF_OBJECTS]));

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

describe('a power cut during a command that changes PIN1', () => {
  const OLD = pinOctets('1234');
  const NEW = pinOctets('9999');
  const UNBLOCK = pinOctets('12345678');
  const CHANGE = `0024000110${OLD}${NEW}`;
  const DISABLE = `0026000108${OLD}`;
  const REPLACE = `0026910108${OLD}`;
  const ENABLE = `0028000108${OLD}`;
  const UNBLOCK_PIN = `002C000110${UNBLOCK}${NEW}`;
  const QUESTIONS = ['0020000100', '002C000100', SELECT_USIM, '00B0870009', PIN1, WRONG_PIN1];

  /**
   * What the card says of PIN1 after 0, 1 and 2 commits: tries left of it and of its UNBLOCK PIN,
   * whether EF_IMSI is open, and what it makes of the old value and of the new.
   */
  function states(setUp: readonly string[], command: string): string[] {
    return answersAfterCuts(setUp, [command], QUESTIONS).map(([pin, unblock, , read, old, other]) =>
      [pin, unblock, read === '6982' ? 'closed' : 'open', old, other].join(' '),
    );
  }

  const OLD_PIN = '63C3 63CA closed 9000 63C2';
  const OLD_PIN_TRIED = '63C2 63CA closed 9000 63C2';
  const NEW_PIN = '63C3 63CA closed 63C2 9000';
  const NO_PIN = '63C3 63CA open 6984 6984';

  it.each([
    ['CHANGE', [], CHANGE, [OLD_PIN, OLD_PIN_TRIED, NEW_PIN]],
    [
      'CHANGE after a wrong try',
      [WRONG_PIN1],
      CHANGE,
      [OLD_PIN_TRIED, '63C1 63CA closed 9000 63C2', NEW_PIN],
    ],
    ['DISABLE', [], DISABLE, [OLD_PIN, OLD_PIN_TRIED, NO_PIN]],
    [
      'DISABLE for the universal PIN',
      [],
      REPLACE,
      [OLD_PIN, OLD_PIN_TRIED, '63C3 63CA closed 6984 6984'],
    ],
    ['ENABLE', [DISABLE], ENABLE, [NO_PIN, '63C2 63CA open 6984 6984', OLD_PIN]],
    ['UNBLOCK', [], UNBLOCK_PIN, [OLD_PIN, '63C3 63C9 closed 9000 63C2', NEW_PIN]],
    [
      'UNBLOCK of a blocked PIN',
      [WRONG_PIN1, WRONG_PIN1, WRONG_PIN1],
      UNBLOCK_PIN,
      ['63C0 63CA closed 6983 6983', '63C0 63C9 closed 6983 6983', NEW_PIN],
    ],
    [
      'UNBLOCK of a disabled PIN',
      [DISABLE],
      UNBLOCK_PIN,
      [NO_PIN, '63C3 63C9 open 6984 6984', NEW_PIN],
    ],
  ])('%s leaves the old, the old with a try less, or the new', (_what, setUp, command, after) => {
    expect(states(setUp, command)).toEqual(after);
  });

  it.each([
    ['CHANGE', [], `0024000110${NEW}${NEW}`],
    ['DISABLE', [], `0026000108${NEW}`],
    ['DISABLE for the universal PIN', [], `0026910108${NEW}`],
    ['ENABLE', [DISABLE], `0028000108${NEW}`],
    ['UNBLOCK', [], `002C000110${NEW}${NEW}`],
  ])('%s with a wrong secret gives no try back', (_what, setUp, command) => {
    const queries = answersAfterCuts(setUp, [command], ['0020000100', '002C000100']);
    const after = command.startsWith('002C') ? ['63C3', '63C9'] : ['63C2', '63CA'];
    expect(queries).toEqual([['63C3', '63CA'], after]);
  });

  it.each([
    ['CHANGE', [WRONG_PIN1, WRONG_PIN1], CHANGE],
    ['DISABLE', [WRONG_PIN1, WRONG_PIN1], DISABLE],
    ['ENABLE', [DISABLE, `0028000108${NEW}`, `0028000108${NEW}`], ENABLE],
    ['UNBLOCK', Array.from({ length: 9 }, () => `002C000110${NEW}${NEW}`), UNBLOCK_PIN],
  ])('of the last try of %s, even the right one, leaves it blocked', (_what, setUp, command) => {
    const [before, between] = answersAfterCuts(setUp, [command], [command]);
    expect([before, between]).toEqual([['9000'], ['6983']]);
  });

  it('never leaves a PIN verified', () => {
    for (const command of [CHANGE, UNBLOCK_PIN]) {
      const answers = answersAfterCuts([], [command], [SELECT_USIM, '00B0870009']);
      expect(answers.map(([, read]) => read)).toEqual(['6982', '6982', '6982']);
    }
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

describe('a power cut during GBA', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const [first, second] = [0x20, 0x40].map((sqn) => bootstrappingFor(entry!, sqn)) as [
    string,
    string,
  ];
  const naf = derivation('61', '62');

  /** SEQ, Ks, EF_GBABP and EF_GBANL after 0, 1, 2 … commits, and what a derivation gets. */
  function states(setUp: readonly string[], commands: readonly string[]): string[][] {
    const card = new TestCard({ profile: GBA });
    card.sendAll([SELECT_USIM, PIN1, ...setUp]);
    const { image, root: before } = card.uicc;
    card.clearLog();
    for (const command of commands) card.send(command);
    return Array.from({ length: card.commits.length + 1 }, (_, n) => {
      const root = rootAfter(image, before, card.commits.slice(0, n));
      const cut = new TestCard({ profile: GBA, root, setUp: [SELECT_USIM, PIN1] });
      cut.expectOk(select('7FFF6FD6'));
      const parameters = cut.send('00B0000001');
      cut.expectOk(select('7FFF6FDA'));
      const list = cut.send('00B20104B4').slice(0, 6);
      const seq = root.entries[0]?.seq[0];
      return [`${seq} ${root.bootstrapped.length}`, parameters, list, cut.send(naf)];
    });
  }

  it('leaves all of a bootstrapping, or none of it', () => {
    expect(states([], [first])).toEqual([
      ['0 0', 'FF9000', 'FFFFFF', '6985'],
      ['1 1', '109000', 'FFFFFF', '6122'],
    ]);
  });

  it('leaves the keys before or those behind the next bootstrapping', () => {
    expect(states([first, naf], [second])).toEqual([
      ['1 1', '109000', '800161', '6122'],
      ['2 1', '109000', '800161', '6122'],
    ]);
  });

  it('leaves a derivation written down, or not', () => {
    expect(states([first], [naf])).toEqual([
      ['1 1', '109000', 'FFFFFF', '6122'],
      ['1 1', '109000', '800161', '6122'],
    ]);
  });

  it('stores nothing of what is refused', () => {
    expect(states([], [`${first.slice(0, -2)}00`, naf])).toHaveLength(1);
    expect(states([first], [first, '0088008401DE'])).toHaveLength(1);
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

  it('leaves a counter before or behind each INCREASE, and never in between', () => {
    const setUp = [SELECT_USIM, PIN1, select('7FFF6F39')];
    const reads = ['00B2010403', '00B2020403', '00B2030403'];
    const commands = ['80320000020100', '803200000400000001', '803200000101'];
    const answers = answersAfterCuts(setUp, commands, [...setUp, ...reads]);
    expect(answers.map((all) => all.slice(-3))).toEqual([
      ['0101019000', '0202029000', '0303039000'],
      ['0102019000', '0101019000', '0202029000'],
      ['0102029000', '0102019000', '0101019000'],
    ]);
  });
});

describe('a power cut during SET DATA', () => {
  it('leaves the objects before or behind, and never half of one', () => {
    const setUp = [SELECT_USIM, PIN1, select('7FFF6FF8')];
    const commands = [
      ...['80DB0080048304AABB', '80DB000002CCDD'], // a new one, in two blocks
      ...['80DB0080048003AABB', '80DB000001CC'], // in the place of another
      '80DB00800181', // away
    ];
    const objects = ['80', '81', '83'].map((tag) => `80CB008001${tag}00`);
    const states = cardsAfterCuts(setUp, commands).map((card) => {
      card.sendAll(setUp);
      return objects.map((object) => card.ask(object));
    });
    expect(states).toEqual([
      ['8002C0DE9000', '81009000', '6A88'],
      ['8002C0DE9000', '81009000', '8304AABBCCDD9000'],
      ['8003AABBCC9000', '81009000', '8304AABBCCDD9000'],
      ['8003AABBCC9000', '6A88', '8304AABBCCDD9000'],
    ]);
  });
});

describe('a power cut during DEACTIVATE and ACTIVATE', () => {
  it('leaves the EF in the state before or behind, with its content', () => {
    const setUp = [SELECT_USIM, PIN1, ADM1];
    const commands = ['00D68D000300F110', '00040000026F7B', '00040000', '00440000', '00440000'];
    const answers = answersAfterCuts(setUp, commands, [...setUp, select('7FFF6F7B'), '00B0000003']);
    expect(answers.map((all) => all.slice(-2))).toEqual([
      ['9000', 'FFFFFF9000'],
      ['9000', '00F1109000'],
      ['6283', '6984'],
      ['9000', '00F1109000'],
    ]);
  });
});

describe('a power cut during the administration of files', () => {
  const EF = create(TRANSPARENT, { rule: OPEN_RULE, pattern: 'A503C101A5' });
  const DF = create(DIRECTORY, { rule: OPEN_RULE });
  const INNER = create(DIRECTORY, { fid: '83025F02', rule: OPEN_RULE });
  const [AT_MF, AT_DF, AT_INNER] = [go('3F00'), select('5F01'), select('5F015F02')];

  /** The last answers to the questions after 0, 1, 2 … commits. */
  function states(
    setUp: readonly string[],
    commands: readonly string[],
    questions: readonly string[],
  ): string[][] {
    return answersAfterCuts([ADM1, ...setUp], commands, questions);
  }

  it('leaves no EF, or one that is filled with its pattern', () => {
    expect(states([], [EF, '00D60000015A'], [go('6F29'), '00B0000002'])).toEqual([
      ['6A82', '6986'],
      ['9000', 'A5A59000'],
      ['9000', '5AA59000'],
    ]);
  });

  it('leaves a DF without what was not yet created in it', () => {
    const paths = [AT_DF, AT_INNER, select('5F015F026F29')];
    expect(states([], [DF, INNER, EF], paths)).toEqual([
      ['6A82', '6A82', '6A82'],
      ['9000', '6A82', '6A82'],
      ['9000', '9000', '6A82'],
      ['9000', '9000', '9000'],
    ]);
  });

  it('leaves a directory with all that is below it, or nothing of it', () => {
    const paths = [AT_DF, AT_INNER, select('5F015F026F29')];
    expect(states([DF, INNER, EF, AT_MF], [deleteFile('5F01')], paths)).toEqual([
      ['9000', '9000', '9000'],
      ['6A82', '6A82', '6A82'],
    ]);
  });

  it('leaves a file of the profile, or one that has taken its place', () => {
    const other = create(TRANSPARENT, { fid: '83022F05', rule: OPEN_RULE });
    expect(states([], [deleteFile('2F05'), other], [go('2F05'), '00B0000002'])).toEqual([
      ['9000', '656E9000'],
      ['6A82', '6986'],
      ['9000', 'FFFF9000'],
    ]);
  });

  it('leaves an EF of the old size with all it held, or of the new one', () => {
    const sizes = [resize('6F29', 2), resize('6F29', 4)];
    expect(states([EF], sizes, [go('6F29'), '00B0000010', '00B0000004', '00B0000002'])).toEqual([
      ['9000', `${'A5'.repeat(16)}9000`, 'A5A5A5A59000', 'A5A59000'],
      ['9000', '6C02', '6C02', 'A5A59000'],
      ['9000', '6C04', 'A5A5FFFF9000', 'A5A59000'],
    ]);
  });

  it('leaves an EF alive or terminated, and a DF with all that is below it', () => {
    expect(states([EF], [terminateEf('6F29')], [go('6F29'), '00B0000001'])).toEqual([
      ['9000', 'A59000'],
      ['6285', '6985'],
    ]);
    const paths = [AT_DF, AT_INNER, select('5F015F026F29')];
    expect(states([DF, INNER, EF, AT_MF], [terminateDf('5F01')], paths)).toEqual([
      ['9000', '9000', '9000'],
      ['6285', '6285', '6285'],
    ]);
  });

  it('leaves files open or closed with the EF_ARR that is deleted', () => {
    const questions = [SELECT_USIM, PIN1, '00B0870009'];
    const answers = states([SELECT_USIM], [deleteFile('6F06')], questions);
    expect(answers.map(([, , read]) => read)).toEqual(['0809101010325476989000', '6982']);
  });
});

describe('a power cut anywhere in any sequence of commands', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const record = fc
    .uint8Array({ minLength: 3, maxLength: 3 })
    .map((octets) => [...octets].map(octet).join(''));
  const command = fc.oneof(
    fc.constantFrom(PIN1, PIN2, ADM1, WRONG_PIN1, SELECT_USIM, select('7FFF6F39')),
    fc.constantFrom('00040000', '00440000', '00040000026F7B', '00440000026F7B'),
    fc.constantFrom(
      `0024000110${pinOctets('1234')}${pinOctets('9999')}`,
      `0024000110${pinOctets('9999')}${pinOctets('1234')}`,
      ...['002600', '002691', '002800'].map((header) => `${header}0108${pinOctets('1234')}`),
      ...['12345678', '87654321'].map((of) => `002C000110${pinOctets(of)}${pinOctets('1234')}`),
    ),
    fc.integer({ min: 0, max: 200 }).map((sqn) => challengeFor(entry!, sqn)),
    record.map((octets) => `00D68D0003${octets}`),
    record.map((octets) => `00DC00E303${octets}`),
    record.map((octets) => `80329C0003${octets}`),
    record.map((octets) => `80DB0094058203${octets}`),
    record.map((octets) => `80DB009405820${octets.slice(0, 1)}${octets}`),
    fc.constantFrom('80DB00140100', '80DB00940182', '80DB00940180'),
    fc.constantFrom(
      ...[TRANSPARENT, LINEAR, BER_TLV, DIRECTORY].map((of) => create(of, { rule: OPEN_RULE })),
      ...['6F29', '5F01', '6F7B', '5F3B', '2F05'].map(deleteFile),
      ...[1, 5, 16, 40].map((size) => resize('6F29', size)),
      ...[terminateEf('6F29'), terminateDf('5F01'), ADM1, go('3F00'), go('5F01')],
    ),
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
