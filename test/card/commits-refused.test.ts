/**
 * A log that cannot store: the command is answered with '6581', and the card is what it was.
 *
 * @see ETSI TS 102 221 §10.2.1; docs/architecture.md, "The card changes by commits"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import {
  create,
  DIRECTORY,
  deleteFile,
  go,
  OPEN_RULE,
  resize,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from './support/administration.ts';
import { challengeFor } from './support/aka.ts';
import {
  ADM1,
  EF_ACM,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  WRONG_PIN1,
  withFiles,
} from './support/test-card.ts';

const PROFILE = withFiles([EF_ACM]);
const [ENTRY] = DEFAULT_PROFILE.keyTable.entries;
const CHALLENGE = challengeFor(ENTRY!, 0x20);

interface Case {
  readonly name: string;
  readonly setUp: readonly string[];
  readonly command: string;
  /** How many commits it makes. */
  readonly commits: number;
  /** Its answer when all can be stored. */
  readonly ok: string;
}

const USIM = [SELECT_USIM, PIN1] as const;

const CASES: readonly Case[] = [
  { name: 'VERIFY, right', setUp: [], command: PIN1, commits: 2, ok: '9000' },
  { name: 'VERIFY, wrong', setUp: [], command: WRONG_PIN1, commits: 1, ok: '63C2' },
  {
    name: 'AUTHENTICATE',
    setUp: USIM,
    command: CHALLENGE,
    commits: 1,
    ok: '6135',
  },
  { name: 'UPDATE BINARY', setUp: USIM, command: '00D68D000300F110', commits: 1, ok: '9000' },
  {
    name: 'UPDATE RECORD by number',
    setUp: [...USIM, select('7FFF6F3C')],
    command: `00DC0104B0${'A5'.repeat(176)}`,
    commits: 1,
    ok: '9000',
  },
  {
    name: 'UPDATE RECORD next',
    setUp: [...USIM, select('7FFF6F3C')],
    command: `00DC0002B0${'A5'.repeat(176)}`,
    commits: 1,
    ok: '9000',
  },
  {
    name: 'UPDATE RECORD on a cyclic EF',
    setUp: [...USIM, select('7FFF6F39')],
    command: '00DC000303AAAAAA',
    commits: 1,
    ok: '9000',
  },
  {
    name: 'INCREASE',
    setUp: [...USIM, select('7FFF6F39')],
    command: '8032000003000001',
    commits: 1,
    ok: '6106',
  },
  {
    name: 'DEACTIVATE FILE',
    setUp: [...USIM, ADM1, select('7FFF6F7B')],
    command: '00040000',
    commits: 1,
    ok: '9000',
  },
  { name: 'CREATE FILE', setUp: [ADM1], command: create(TRANSPARENT), commits: 1, ok: '9000' },
  {
    name: 'CREATE FILE with a pattern',
    setUp: [ADM1],
    command: create(TRANSPARENT, { pattern: 'A503C10100' }),
    commits: 1,
    ok: '9000',
  },
  { name: 'DELETE FILE', setUp: [ADM1], command: deleteFile('7F10'), commits: 1, ok: '9000' },
  {
    name: 'RESIZE FILE',
    setUp: [ADM1, create(TRANSPARENT, { rule: OPEN_RULE })],
    command: resize('6F29', 40),
    commits: 1,
    ok: '9000',
  },
  {
    name: 'TERMINATE EF',
    setUp: [ADM1, create(TRANSPARENT, { rule: OPEN_RULE })],
    command: terminateEf('6F29'),
    commits: 1,
    ok: '9000',
  },
  {
    name: 'TERMINATE DF',
    setUp: [ADM1, create(DIRECTORY, { rule: OPEN_RULE }), create(TRANSPARENT), go('3F00')],
    command: terminateDf('5F01'),
    commits: 1,
    ok: '9000',
  },
  {
    name: 'ACTIVATE FILE',
    setUp: [...USIM, ADM1, select('7FFF6F7B'), '00040000'],
    command: '00440000026F7B',
    commits: 1,
    ok: '9000',
  },
];

function prepared({ setUp }: Case): TestCard {
  const card = new TestCard({ profile: PROFILE, setUp });
  card.clearLog();
  return card;
}

describe.each(CASES)('$name', (of) => {
  const { command, commits, ok } = of;
  const places = Array.from({ length: commits }, (_, n) => n);

  it(`makes ${commits} commits when they can be stored`, () => {
    const card = prepared(of);
    expect(card.send(command)).toBe(ok);
    expect(card.commits).toHaveLength(commits);
    expect(card.rootsBefore).toHaveLength(commits);
  });

  it.each(places)('is refused with 6581 when commit %i cannot be stored', (refused) => {
    const card = prepared(of);
    card.isStored = (offered) => offered !== refused;
    expect(card.send(command)).toBe('6581');
    expect(card.commits).toHaveLength(refused);
    expect(card.faults).toEqual([]);
  });

  it.each(places)('leaves the very root that was there before commit %i', (refused) => {
    const card = prepared(of);
    card.isStored = (offered) => offered !== refused;
    card.send(command);
    expect(card.rootsBefore).toHaveLength(refused + 1);
    expect(card.uicc.root).toBe(card.rootsBefore[refused]);
  });

  it.each(places)('leaves nothing to collect when commit %i cannot be stored', (refused) => {
    const card = prepared(of);
    card.isStored = (offered) => offered !== refused;
    card.send(command);
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('succeeds when it is sent again and can be stored', () => {
    const card = prepared(of);
    card.isStored = () => false;
    expect(card.send(command)).toBe('6581');
    card.isStored = () => true;
    expect(card.send(command)).toBe(ok);
  });
});

describe('where a channel stands after a refused commit', () => {
  it('is where it stood: UPDATE BINARY by SFI does not make its EF current', () => {
    const card = new TestCard({ setUp: [...USIM, select('7FFF6F07')] });
    card.isStored = () => false;
    expect(card.send('00D68D000300F110')).toBe('6581');
    expect(card.send('00B0000009')).toBe('0809101010325476989000');
  });

  it('is where it stood: UPDATE RECORD does not move the pointer', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [...USIM, select('7FFF6F39')] });
    expect(card.send('00B2000203')).toBe('0101019000');
    card.isStored = () => false;
    expect(card.send('00DC000303AAAAAA')).toBe('6581');
    expect(card.send('00B2000403')).toBe('0101019000');
    expect(card.send('00B2000203')).toBe('0202029000');
  });
});

describe('what a refused INCREASE', () => {
  it('leaves: the records, the pointer, and nothing to collect', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [...USIM, select('7FFF6F39')] });
    card.send('00B2000203');
    card.send('00B2000203');
    card.isStored = () => false;
    expect(card.send('803200000101')).toBe('6581');
    expect(card.send('00C0000004')).toBe('6985');
    expect(card.send('00B2000403')).toBe('0202029000');
    expect(card.send('00B2010403')).toBe('0101019000');
  });
});

describe('what a refused commit does not give', () => {
  it('a verified PIN, when the counter cannot be restored; the try is gone', () => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    card.isStored = (offered) => offered !== 1;
    expect(card.send(PIN1)).toBe('6581');
    expect(card.send('00B0870009')).toBe('6982');
    expect(card.send('0020000100')).toBe('63C2');
  });

  it('a free guess, when the counter cannot be decremented', () => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    card.isStored = () => false;
    for (let n = 0; n < 20; n++) {
      expect(card.send(WRONG_PIN1)).toBe('6581');
      expect(card.send(PIN1)).toBe('6581');
    }
    expect(card.send('00B0870009')).toBe('6982');
    expect(card.send('0020000100')).toBe('63C3');
  });

  it('RES, when the SEQ cannot be stored', () => {
    const card = new TestCard({ setUp: [...USIM] });
    card.isStored = () => false;
    expect(card.send(CHALLENGE)).toBe('6581');
    expect(card.send('00C0000035')).toBe('6985');
    expect(card.uicc.root.entries[0]?.seq.every((seq) => seq === 0)).toBe(true);
  });

  it('anything else: what needs no commit is answered as ever', () => {
    const card = new TestCard({ setUp: [...USIM] });
    card.isStored = () => false;
    expect(card.send('00B0870009')).toBe('0809101010325476989000');
    expect(card.send(`008800801110${'00'.repeat(16)}`)).toBe('610E');
    expect(card.send('80F2000C00')).toBe('9000');
    expect(card.rootsBefore.length).toBe(2);
  });
});
