/**
 * SEARCH RECORD: where it begins, what it compares, and that it tells nothing without the right to
 * read.
 *
 * The EF has six records of 6 octets.
 *
 * @see ETSI TS 102 221 §11.1.7
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardProfile, FileProfile } from '../../../src/profile/profile.ts';
import {
  EF_ACM,
  octet,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withChangedFile,
  withFiles,
} from '../support/test-card.ts';

const RECORDS = ['010203040506', '040506070809', 'FFFFFFFFFFFF', '010203040501', '0504', '020202'];

const EF: FileProfile = {
  path: 'MF/ADF.USIM/EF.SEARCHED',
  fid: '6F5E',
  type: 'linear',
  recLen: 6,
  recCount: 6,
  sfi: 20,
  arr: 3,
  records: RECORDS,
  recordsFill: 'FF',
};
const PROFILE = withFiles([EF, EF_ACM]);
const CURRENT = '00B2000406';

function cardOn(path = '7FFF6F5E', profile: CardProfile = PROFILE): TestCard {
  return new TestCard({ profile, setUp: [SELECT_USIM, PIN1, select(path)] });
}

function search(p1: number, p2: number, data: string): string {
  return `00A2${octet(p1)}${octet(p2)}${octet(data.length / 2)}${data}`;
}

/** The numbers that a search gives, or its SW. */
function found(card: TestCard, p1: number, p2: number, data: string): string {
  return card.ask(search(p1, p2, data)).replace(/(?<=.)9000$/u, '');
}

describe('a simple search', () => {
  it.each([
    ['forward from the first', 1, 4, '0405', '010204'],
    ['forward from the third', 3, 4, '0405', '04'],
    ['forward from the last', 6, 4, '02', '06'],
    ['backward from the last', 6, 5, '0405', '040201'],
    ['backward from the third', 3, 5, '0405', '0201'],
    ['backward from the first', 1, 5, '01', '01'],
    ['a whole record', 1, 4, '040506070809', '02'],
    ['the end of a record', 1, 4, '0501', '04'],
    ['what repeats in itself', 1, 4, '0202FF', '06'],
    ['filler', 1, 4, 'FFFF', '030506'],
    ['a pattern over the border of two records', 1, 4, '0604', '6282'],
    ['what is nowhere', 1, 4, 'ABCD', '6282'],
    ['what is only in front', 5, 4, '0405', '6282'],
    ['what is only behind', 2, 5, '02FF', '6282'],
    ['from a record behind the last', 7, 4, '0405', '6A83'],
    ['backward from a record behind the last', 255, 5, '0405', '6A83'],
    ['a pattern longer than a record', 1, 4, '01020304050607', '6700'],
    ['no pattern', 1, 4, '', '6700'],
  ])('%s', (_what, p1, p2, data, expected) => {
    expect(found(cardOn(), p1, p2, data)).toBe(expected);
  });

  it('from the current record begins at it, both ways', () => {
    const card = cardOn();
    card.sendAll(['00B2000206', '00B2000206']);
    expect(found(card, 0, 4, '0405')).toBe('0204');
    expect(found(card, 0, 5, '0405')).toBe('0201');
  });

  it('without a current record begins at the end that it comes from', () => {
    expect(found(cardOn(), 0, 4, '0405')).toBe('010204');
    expect(found(cardOn(), 0, 5, '0405')).toBe('040201');
  });

  it('is what a plain comparison finds, for any records and patterns', () => {
    const small = fc.integer({ min: 0, max: 2 });
    const text = (length: number) =>
      fc.array(small, { minLength: length, maxLength: length }).map((of) => of.map(octet).join(''));
    const pattern = fc.integer({ min: 1, max: 4 }).chain(text);
    fc.assert(
      fc.property(
        ...[fc.array(text(6), { minLength: 6, maxLength: 6 }), pattern, fc.nat({ max: 5 })],
        (records, wanted, start) => {
          const card = cardOn('7FFF6F5E', withFiles([{ ...EF, records }]));
          const has = (record: string): boolean =>
            [0, 1, 2, 3, 4, 5].some((at) => record.slice(2 * at).startsWith(wanted));
          const all = records.flatMap((record, n) => (has(record) ? [n + 1] : []));
          const forward = all.filter((n) => n > start).map(octet);
          const backward = all.filter((n) => n <= start + 1).toReversed();
          expect(found(card, start + 1, 4, wanted)).toBe(forward.join('') || '6282');
          expect(found(card, start + 1, 5, wanted)).toBe(backward.map(octet).join('') || '6282');
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an enhanced search', () => {
  it.each([
    ['from an offset', 1, '04030405', '0104'],
    ['from the second octet', 1, '040104', '010405'],
    ['from an offset that is too late', 1, '040404', '6282'],
    ['from the last octet', 1, '040501', '04'],
    ['from an offset outside', 1, '0406FF', '6282'],
    ['from offset 255', 1, '04FFFF', '6282'],
    ['backward', 6, '05030405', '0401'],
    ['behind a value', 1, '0C0405', '010204'],
    ['behind the first of several', 1, '0C0202', '06'],
    ['behind a value that is the pattern', 1, '0C0101', '04'],
    ['behind a value, backward', 6, '0D0405', '040201'],
    ['behind the last octet', 2, '0C0909', '6282'],
    ['behind a value that is not there', 1, '0CAB01', '6282'],
    ['beside the current record, when there is none', 0, '060004', '01020405'],
    ['beside and backward, when there is none', 0, '070004', '05040201'],
    ['beside, by number', 1, '06000405', '6A80'],
    ['beside and backward, by number', 1, '0F000405', '6A80'],
    ['from a record behind the last', 7, '04000405', '6A83'],
    ['no pattern', 1, '0400', '6700'],
    ['no parameter', 1, '04', '6700'],
    ['a pattern longer than a record', 1, '040001020304050607', '6700'],
  ])('%s', (_what, p1, data, expected) => {
    expect(found(cardOn(), p1, 6, data)).toBe(expected);
  });

  it('beside the current record leaves it out', () => {
    const card = cardOn();
    card.sendAll(['00B2000206', '00B2000206']);
    expect(found(card, 0, 6, '060004')).toBe('0405');
    expect(found(card, 0, 6, '070004')).toBe('0201');
    card.sendAll(['00B2000306']);
    expect(found(card, 0, 6, '0F0405')).toBe('6282');
  });

  it('beside the last record, or before the first, finds nothing', () => {
    const card = cardOn();
    card.send('00B2000306');
    expect(found(card, 0, 6, '060002')).toBe('6282');
    const first = cardOn();
    first.send('00B2000206');
    expect(found(first, 0, 6, '070001')).toBe('6282');
  });

  it('has eight indications and no more', () => {
    const card = cardOn();
    const legal = Array.from({ length: 256 }, (_, n) => n).filter(
      (indication) => found(card, 0, 6, `${octet(indication)}00FF`) !== '6A80',
    );
    expect(legal).toEqual([0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x0e, 0x0f]);
  });
});

describe('the record pointer', () => {
  it('is on the first record that was found, also by number and by SFI', () => {
    const card = cardOn();
    expect(found(card, 2, 4, '0405')).toBe('0204');
    expect(card.send(CURRENT)).toBe(`${RECORDS[1]}9000`);
    expect(found(card, 6, 5, '0405')).toBe('040201');
    expect(card.send(CURRENT)).toBe(`${RECORDS[3]}9000`);
    const other = cardOn('7FFF6F07');
    expect(found(other, 1, 0xa4, '070809')).toBe('02');
    expect(other.send(CURRENT)).toBe(`${RECORDS[1]}9000`);
  });

  it('is none for a search by SFI, even of the current EF', () => {
    const card = cardOn();
    card.sendAll(['00B2000206', '00B2000206', '00B2000206']);
    expect(found(card, 0, 0xa4, '0405')).toBe('010204');
    card.sendAll(['00B2000206', '00B2000206']);
    expect(found(card, 0, 0xa6, '060004')).toBe('01020405');
  });

  it.each([
    ['without success', search(1, 4, 'ABCD')],
    ['from a record behind the last', search(7, 4, '01')],
    ['with an indication that is none', search(1, 6, '000001')],
    ['by an SFI that is none', search(1, 0xac, '01')],
    ['without success by SFI', search(1, 0xa4, 'ABCD')],
  ])('stays where it was after a search %s', (_what, command) => {
    const card = cardOn();
    card.sendAll(['00B2000206', '00B2000206', command]);
    expect(card.send(CURRENT)).toBe(`${RECORDS[1]}9000`);
  });

  it('of another EF stays, when an SFI was searched without success', () => {
    const card = cardOn('7FFF6F39');
    card.sendAll(['00B2000203', search(1, 0xa4, 'ABCD')]);
    expect(card.send('00B2000403')).toBe('0101019000');
  });

  it('does not go round in a cyclic EF', () => {
    const card = cardOn('7FFF6F39');
    expect(found(card, 2, 4, '01')).toBe('6282');
    expect(found(card, 3, 4, '03')).toBe('03');
    expect(found(card, 0, 6, '060001')).toBe('6282');
  });
});

describe('the right to search', () => {
  /** EF_ECC's rule is record 1; its record of EF_ARR is what the test says. */
  function cardWith(rule: string, setUp: readonly string[] = []): TestCard {
    const profile = withChangedFile(
      'MF/ADF.USIM/EF.ARR',
      (file) =>
        file.type === 'linear' ? { ...file, records: [rule, ...file.records.slice(1)] } : file,
      PROFILE,
    );
    const card = new TestCard({ profile, setUp: [SELECT_USIM, ...setUp] });
    card.expectOk(select('7FFF6FB7'));
    return card;
  }

  it.each([
    ['reading is allowed', '8001019000', '6101'],
    ['reading is never allowed', '8001019700', '6982'],
    ['no rule is about reading', '8001029000', '6982'],
    ['there are no rules', 'FF', '6982'],
    ['the record is no rule', '900080', '6982'],
    ['reading needs PIN1', '800101A406830101950108', '6982'],
    ['searching alone is allowed', '8401A29000', '6982'],
    ['searching is allowed, reading never', '8401A290008001019700', '6982'],
    ['reading is allowed, searching never', '8401A297008001019000', '6982'],
    ['READ RECORD alone is allowed', '8401B29000', '6982'],
    ['both are allowed by INS', '8401A290008401B29000', '6101'],
  ])('when %s', (_what, rule, sw) => {
    expect(cardWith(rule).send(search(1, 4, '11F2'))).toBe(sw);
  });

  it('is refused in the same words, whether the pattern is there or not', () => {
    const card = cardWith('800101A406830101950108');
    const patterns = Array.from({ length: 256 }, (_, n) => octet(n));
    const answers = patterns.map((pattern) => card.send(search(1, 4, pattern)));
    expect(new Set(answers)).toEqual(new Set(['6982']));
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('comes with PIN1, where PIN1 lets read', () => {
    const card = cardWith('800101A406830101950108', [PIN1]);
    expect(found(card, 1, 4, '11F2')).toBe('01');
  });
});

describe('P1 and P2', () => {
  it('have three modes, and no more', () => {
    const card = cardOn();
    const modes = [0, 1, 2, 3, 4, 5, 6, 7].filter(
      (mode) => card.send(search(1, mode, '0400FF')) !== '6A86',
    );
    expect(modes).toEqual([4, 5, 6]);
  });
});

it('changes nothing that a card remembers', () => {
  const card = cardOn();
  const before = card.uicc.root;
  for (const data of ['01', 'ABCD', '0400FF']) card.send(search(1, 4, data));
  expect(card.uicc.root).toBe(before);
});
