/**
 * Records: the pointer of linear fixed and cyclic EFs, and what UPDATE makes of a cyclic one.
 *
 * EF_ECC has five records of 4 octets; EF_ACM has three of 3: '010101', '020202', '030303'.
 *
 * @see ETSI TS 102 221 §8.3, §11.1.5, §11.1.6
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EF_ACM,
  octet,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withFiles,
} from '../support/test-card.ts';

const PROFILE = withFiles([EF_ACM]);
const EF_ACM_PATH = select('7FFF6F39');
const EF_ECC_PATH = select('7FFF6FB7');
const [NEXT, PREVIOUS, CURRENT] = ['00B2000203', '00B2000303', '00B2000403'];
const [FIRST, SECOND, THIRD] = ['0101019000', '0202029000', '0303039000'];

function cardOn(ef: string): TestCard {
  return new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, PIN1, ef] });
}

function answers(card: TestCard, commands: readonly string[]): string[] {
  return commands.map((command) => card.send(command));
}

describe('the pointer of a cyclic EF', () => {
  it.each([
    ['NEXT goes round', [NEXT, NEXT, NEXT, NEXT, NEXT], [FIRST, SECOND, THIRD, FIRST, SECOND]],
    [
      'PREVIOUS goes round',
      [PREVIOUS, PREVIOUS, PREVIOUS, PREVIOUS],
      [THIRD, SECOND, FIRST, THIRD],
    ],
    [
      'NEXT and PREVIOUS undo each other',
      [NEXT, NEXT, PREVIOUS, NEXT],
      [FIRST, SECOND, FIRST, SECOND],
    ],
    ['CURRENT is none after SELECT', [CURRENT, NEXT, CURRENT], ['6A83', FIRST, FIRST]],
    ['a number does not move it', [NEXT, '00B2030403', CURRENT], [FIRST, THIRD, FIRST]],
    ['a number does not set it', ['00B2030403', CURRENT], [THIRD, '6A83']],
    ['a number too high does not move it', [NEXT, '00B2040403', CURRENT], [FIRST, '6A83', FIRST]],
    ['a wrong Le does not move it', [NEXT, '00B2000200', CURRENT], [FIRST, '6C03', FIRST]],
    ['SELECT takes it away', [NEXT, EF_ACM_PATH, CURRENT], [FIRST, '9000', '6A83']],
    ['a failed SELECT leaves it', [NEXT, select('6F99'), CURRENT], [FIRST, '6A82', FIRST]],
    ['STATUS leaves it', [NEXT, '80F2000C00', CURRENT], [FIRST, '9000', FIRST]],
  ])('%s', (_what, commands, expected) => {
    expect(answers(cardOn(EF_ACM_PATH), commands)).toEqual(expected);
  });

  it('is none after a short file identifier, then set by the command', () => {
    // SFI 28: P2 is 'E0' and the mode.
    const card = cardOn(EF_ACM_PATH);
    expect(answers(card, [NEXT, NEXT, '00B200E203', CURRENT])).toEqual([
      FIRST,
      SECOND,
      FIRST,
      FIRST,
    ]);
    expect(answers(card, ['00B200E303', '00B202E403', CURRENT])).toEqual([THIRD, SECOND, '6A83']);
    expect(answers(card, ['00B200E403'])).toEqual(['6A83']);
  });

  it('stays where it was when a short file identifier leads nowhere', () => {
    const card = cardOn(EF_ACM_PATH);
    expect(answers(card, [NEXT, NEXT, '00B2007203', '00B200FA03', CURRENT])).toEqual([
      FIRST,
      SECOND,
      '6A82',
      '6A82',
      SECOND,
    ]);
  });
});

describe('UPDATE RECORD on a cyclic EF', () => {
  const update = (record: string): string => `00DC000303${record}`;
  const records = ['00B2010403', '00B2020403', '00B2030403'];

  it('writes over the oldest record, which becomes the first', () => {
    const card = cardOn(EF_ACM_PATH);
    expect(card.send(update('AAAAAA'))).toBe('9000');
    expect(answers(card, records)).toEqual(['AAAAAA9000', FIRST, SECOND]);
    expect(card.send(update('BBBBBB'))).toBe('9000');
    expect(answers(card, records)).toEqual(['BBBBBB9000', 'AAAAAA9000', FIRST]);
  });

  it('puts the pointer on the new record', () => {
    const card = cardOn(EF_ACM_PATH);
    expect(answers(card, [NEXT, NEXT, update('AAAAAA'), CURRENT, NEXT])).toEqual([
      FIRST,
      SECOND,
      '9000',
      'AAAAAA9000',
      FIRST,
    ]);
  });

  it('does the same by short file identifier, and makes the EF current', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, PIN1] });
    expect(answers(card, ['00DC00E303AAAAAA', CURRENT, NEXT])).toEqual([
      '9000',
      'AAAAAA9000',
      FIRST,
    ]);
  });

  it('is no different for a pointer in the middle', () => {
    const card = cardOn(EF_ACM_PATH);
    card.sendAll([NEXT, NEXT, update('AAAAAA')]);
    expect(answers(card, records)).toEqual(['AAAAAA9000', FIRST, SECOND]);
  });

  it.each([
    ['by number', '00DC010403AAAAAA', '6981'],
    ['by number 0', '00DC000403AAAAAA', '6981'],
    ['as next', '00DC000203AAAAAA', '6981'],
    ['with a number and "previous"', '00DC010303AAAAAA', '6A86'],
    ['with a record too short', '00DC000302AAAA', '6700'],
    ['with a record too long', '00DC000304AAAAAAAA', '6700'],
    ['without data', '00DC0003', '6700'],
  ])('is refused %s, and nothing is written', (_what, command, sw) => {
    const card = cardOn(EF_ACM_PATH);
    card.clearLog();
    expect(card.send(command)).toBe(sw);
    expect(card.commits).toHaveLength(0);
    expect(answers(card, [...records, CURRENT])).toEqual([FIRST, SECOND, THIRD, '6A83']);
  });
});

describe('a cyclic EF of one record', () => {
  const profile = withFiles([
    { ...EF_ACM, recCount: 1, records: ['010101'], recordsFill: '00' } as typeof EF_ACM,
  ]);

  it('has one record, next and previous', () => {
    const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1, EF_ACM_PATH] });
    expect(answers(card, [NEXT, NEXT, PREVIOUS, '00DC000303AAAAAA', NEXT])).toEqual([
      FIRST,
      FIRST,
      FIRST,
      '9000',
      'AAAAAA9000',
    ]);
  });
});

describe('the pointer of a linear fixed EF', () => {
  const [FIVE, READ] = [5, '04'];
  const read = (p1: number, mode: number): string => `00B2${octet(p1)}${octet(mode)}${READ}`;

  it('does not go round: nothing is behind the last record and before the first', () => {
    const card = cardOn(EF_ECC_PATH);
    for (let n = 1; n <= FIVE; n++) expect(card.send(read(0, 2))).toMatch(/9000$/u);
    expect(answers(card, [read(0, 2), read(0, 2), read(0, 4)])).toEqual([
      '6A83',
      '6A83',
      'FFFFFFFF9000',
    ]);
    for (let n = FIVE - 1; n >= 1; n--) expect(card.send(read(0, 3))).toMatch(/9000$/u);
    expect(answers(card, [read(0, 3), read(0, 4)])).toEqual(['6A83', '11F2FF009000']);
  });

  it('is none before the first NEXT or PREVIOUS, also for UPDATE', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, select('7FFF6F42')] });
    const record = 'A5'.repeat(40);
    expect(card.send('00B2000428')).toBe('6A83');
    expect(card.send(`00DC000428${record}`)).toBe('6A83');
    expect(card.send(`00DC000228${record}`)).toBe('9000');
    expect(card.send('00B2000428')).toBe(`${record}9000`);
    expect(card.send(`00DC000228${record}`)).toBe('6A83');
    expect(card.send(`00DC000328${record}`)).toBe('6A83');
  });

  it('has no record behind the last, up to 255', () => {
    const card = cardOn(EF_ECC_PATH);
    const found = Array.from({ length: 255 }, (_, n) => n + 1).filter(
      (number) => card.send(read(number, 4)) !== '6A83',
    );
    expect(found).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('P1 and P2 of the record commands', () => {
  it.each([
    ['B2', '04'],
    ['DC', '0400000000'],
  ])('of INS %s: modes other than next, previous and number are refused', (ins, tail) => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.nat({ max: 255 }), (p1, p2) => {
        const mode = p2 & 7;
        const isLegal = mode === 4 || ((mode === 2 || mode === 3) && p1 === 0);
        const answer = cardOn(EF_ECC_PATH).send(`00${ins}${octet(p1)}${octet(p2)}${tail}`);
        expect(answer === '6A86').toBe(!isLegal);
      }),
      { numRuns: 400 },
    );
  });
});
