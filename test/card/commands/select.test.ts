/**
 * SELECT: which files are reached from where, and occurrences of an application.
 *
 * @see ETSI TS 102 221 §8.4, §8.5.1, §11.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import {
  ISIM_AID,
  octet,
  PIN1,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  USIM_AID,
} from '../support/test-card.ts';

/** FIDs of directories and EFs all over the built-in profile, and some that it does not have. */
const FIDS = [
  ...new Set([
    ...DEFAULT_PROFILE.directories.map(({ fid }) => fid),
    ...DEFAULT_PROFILE.files.map(({ fid }) => fid),
    ...['0000', '3FFF', 'FFFF', '7F20', '5F99', '6F99', '4F99', '2F99'],
  ]),
];

/** Path and FID of a directory's children, EFs and DFs; an ADF has no FID. */
function childrenOf(path: string): string[] {
  const isChild = (of: { readonly path: string }): boolean =>
    of.path.startsWith(`${path}/`) && !of.path.slice(path.length + 1).includes('/');
  const directories = DEFAULT_PROFILE.directories.filter(
    (directory) => isChild(directory) && directory.aid === undefined,
  );
  return [...directories, ...DEFAULT_PROFILE.files.filter(isChild)].map(({ fid }) => fid);
}

function childDirectoriesOf(path: string): string[] {
  const all = DEFAULT_PROFILE.directories.filter(({ aid }) => aid === undefined);
  return childrenOf(path).filter((fid) => all.some((directory) => directory.fid === fid));
}

interface Place {
  readonly name: string;
  readonly setUp: readonly string[];
  readonly parent: string;
  readonly own: string;
}

const PLACES: readonly Place[] = [
  { name: 'MF', setUp: [], parent: 'MF', own: '3F00' },
  { name: 'MF/ADF.USIM', setUp: [SELECT_USIM], parent: 'MF', own: '7FFF' },
  { name: 'MF/ADF.ISIM', setUp: [SELECT_ISIM], parent: 'MF', own: '7FFF' },
  { name: 'MF/DF.TELECOM', setUp: [select('7F10')], parent: 'MF', own: '7F10' },
  {
    name: 'MF/DF.TELECOM/DF.PHONEBOOK',
    setUp: [select('7F105F3A')],
    parent: 'MF/DF.TELECOM',
    own: '5F3A',
  },
  {
    name: 'MF/ADF.USIM/DF.GSM-ACCESS',
    setUp: [SELECT_USIM, select('7FFF5F3B')],
    parent: 'MF/ADF.USIM',
    own: '5F3B',
  },
  {
    name: 'MF/ADF.USIM/DF.5GS',
    setUp: [SELECT_USIM, select('7FFF5FC0')],
    parent: 'MF/ADF.USIM',
    own: '5FC0',
  },
];

describe.each(PLACES)('from $name', ({ name, setUp, parent, own }) => {
  const fidOf = (path: string): string =>
    DEFAULT_PROFILE.directories.find((directory) => directory.path === path)?.fid ?? '';
  const reached = new Set([
    '3F00',
    own,
    fidOf(parent),
    ...childrenOf(name),
    ...childDirectoriesOf(parent),
  ]);

  /** Which FIDs a SELECT with this P1 finds from here. */
  const found = (p1: string): string[] =>
    FIDS.filter((fid) => {
      const answer = new TestCard({ setUp }).send(`00A4${p1}0C02${fid}`);
      expect(answer, fid).toMatch(/^(?:9000|6A82)$/u);
      return answer === '9000';
    });

  it('a FID finds MF, self, children, parent and the directories beside, and nothing else', () => {
    expect(found('00')).toEqual(FIDS.filter((fid) => reached.has(fid)));
  });

  it('a child directory is found as such, and nothing else', () => {
    const children = childDirectoriesOf(name);
    expect(found('01')).toEqual(FIDS.filter((fid) => children.includes(fid)));
  });

  it('a path of one step finds a child, and nothing else', () => {
    // '7FFF' begins a path in the application, wherever the path starts.
    const steps = [...childrenOf(name), ...(name.includes('ADF') ? ['7FFF'] : [])];
    expect(found('09')).toEqual(FIDS.filter((fid) => steps.includes(fid)));
  });
});

describe('a path', () => {
  it.each([
    ['with 7FFF behind another step', '7F107FFF'],
    ['with 7FFF twice', '7FFF7FFF'],
    ['that begins with the MF', '3F007FFF'],
    ['that goes up', '7FFF5FC07FFF'],
    ['through an EF', '2FE22FE2'],
    ['to the parent of a directory', '7F103F00'],
  ])('%s leads nowhere', (_what, path) => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    expect(card.send(select(path))).toBe('6A82');
    expect(card.send(select(path).replace('00A408', '00A409'))).toBe('6A82');
  });
});

/** Three USIMs; the second has a shorter AID. */
const THREE: CardProfile = {
  ...DEFAULT_PROFILE,
  directories: [
    ...DEFAULT_PROFILE.directories,
    ...['A0000000871002AA', 'A0000000871002BBBB'].map((aid, n) => ({
      path: `MF/ADF.USIM${n + 2}`,
      fid: '7FFF',
      aid,
      arr: '2F06/9',
      pins: [],
    })),
  ],
};

describe('applications whose AIDs begin alike', () => {
  const NAME = '07A0000000871002';
  const current = (card: TestCard): string => card.ask('80F2000100').slice(4, -4);
  const [FIRST, SECOND, THIRD] = [USIM_AID, 'A0000000871002AA', 'A0000000871002BBBB'];

  it.each([
    ['first', ['00'], [FIRST]],
    ['last', ['01'], [THIRD]],
    ['first, next, next', ['00', '02', '02'], [FIRST, SECOND, THIRD]],
    ['next without an application', ['02'], [FIRST]],
    ['previous without an application', ['03'], [THIRD]],
    ['last, previous, previous', ['01', '03', '03'], [THIRD, SECOND, FIRST]],
  ])('are found as %s', (_what, occurrences, expected) => {
    const card = new TestCard({ profile: THREE });
    const found = occurrences.map((occurrence) => {
      const p2 = octet(0x0c | Number.parseInt(occurrence, 16));
      card.expectOk(`00A404${p2}${NAME}`);
      return current(card);
    });
    expect(found).toEqual(expected);
  });

  it('end: there is none behind the last and none before the first', () => {
    const card = new TestCard({ profile: THREE });
    expect(card.sendAll([`00A4040D${NAME}`, `00A4040E${NAME}`])).toBe('6A82');
    expect(current(card)).toBe(THIRD);
    expect(card.sendAll([`00A4040C${NAME}`, `00A4040F${NAME}`])).toBe('6A82');
    expect(current(card)).toBe(FIRST);
  });

  it('do not match a name that is longer than the AID', () => {
    const card = new TestCard({ profile: THREE });
    expect(card.send('00A4040C09A0000000871002AA00')).toBe('6A82');
    expect(card.send('00A4040C08A0000000871002AA')).toBe('9000');
  });
});

describe('the end of an application session', () => {
  const end = (aid: string, p2 = '4C'): string => `00A404${p2}10${aid}`;

  it('makes the MF current, with no EF', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, select('7FFF6F07'), end(USIM_AID)] });
    expect(card.send('00B0000009')).toBe('6986');
    expect(card.ask('80F2000000')).toMatch(/^62..8202782183023F00/u);
    expect(card.send('80F2000112')).toBe('6A88');
  });

  it('gives the FCP of the application when it is asked for', () => {
    const card = new TestCard({ setUp: [SELECT_USIM] });
    expect(card.ask(`${end(USIM_AID, '44')}00`)).toContain(`8410${USIM_AID}`);
    expect(card.send('80F2000112')).toBe('6A88');
  });

  it.each([
    ['when no application is active', []],
    ['of another application', [SELECT_ISIM]],
    ['a second time', [SELECT_USIM, end(USIM_AID)]],
  ])('is refused %s, and nothing moves', (_what, setUp) => {
    const card = new TestCard({ setUp });
    const before = card.ask('80F2000000');
    expect(card.send(end(USIM_AID))).toBe('6985');
    expect(card.ask('80F2000000')).toBe(before);
  });

  it('is refused for an application that is not there', () => {
    expect(new TestCard().send(end('A0000000871009FFFFFFFF8900000100'))).toBe('6A82');
  });
});

describe('a SELECT that fails', () => {
  it('leaves directory, EF and application where they were, whatever it asked for', () => {
    const p1p2 = fc.record({ p1: fc.integer({ min: 0, max: 255 }), p2: fc.nat({ max: 255 }) });
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 18 }).map(toHex),
      fc.array(fc.constantFrom(...FIDS), { maxLength: 4 }).map((fids) => fids.join('')),
      fc.constantFrom(`${USIM_AID}00`, ISIM_AID.replace('1004', '1005')),
    );
    const setUp = [SELECT_USIM, PIN1, select('7FFF6F07')];
    fc.assert(
      fc.property(p1p2, data, ({ p1, p2 }, name) => {
        const card = new TestCard({ setUp });
        const lc = name.length === 0 ? '' : octet(name.length / 2);
        const answer = card.send(`00A4${octet(p1)}${octet(p2)}${lc}${name}`);
        if (/^(?:61|9000)/u.test(answer)) return;
        expect(card.send('00B0000009')).toBe('0809101010325476989000');
        expect(card.ask('80F2000100')).toBe(`8410${USIM_AID}9000`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('P1 and P2 of SELECT', () => {
  it('refuses every P1 that is no way to select', () => {
    const card = new TestCard();
    const accepted = Array.from({ length: 256 }, (_, p1) => p1).filter(
      (p1) => card.send(`00A4${octet(p1)}04023F00`) !== '6A86',
    );
    expect(accepted).toEqual([0x00, 0x01, 0x03, 0x04, 0x08, 0x09]);
  });

  it('refuses every P2 that asks for no FCP and not for nothing', () => {
    const card = new TestCard();
    const accepted = Array.from({ length: 256 }, (_, p2) => p2).filter(
      (p2) => card.send(`00A400${octet(p2)}023F00`) !== '6A86',
    );
    // '00' asks for FCI; terminals that send it are content with the FCP.
    expect(accepted).toEqual([0x00, 0x04, 0x0c]);
  });

  it('takes occurrences and the end of a session with a name alone', () => {
    const card = new TestCard();
    const accepted = Array.from({ length: 256 }, (_, p2) => p2).filter(
      (p2) => card.send(`00A404${octet(p2)}01A0`) !== '6A86',
    );
    const returns = [0x00, 0x04, 0x0c].flatMap((wanted) =>
      [0, 1, 2, 3].flatMap((which) => [wanted | which, 0x40 | wanted | which]),
    );
    expect(accepted).toEqual(returns.sort((a, b) => a - b));
  });
});
