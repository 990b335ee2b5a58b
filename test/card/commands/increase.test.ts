/**
 * INCREASE: carries, the highest number, who may do it, and what stays when it is refused.
 *
 * EF_ACM has three records of 3 octets: '010101', '020202', '030303'.
 *
 * @see ETSI TS 102 221 §8.3, §9.2.4, §11.1.8
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileProfile } from '../../../src/profile/profile.ts';
import { EVERYTHING } from '../support/proactive.ts';
import { RFM, remoteProfile, runScript } from '../support/remote.ts';
import {
  ADM1,
  EF_ACM,
  octet,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withChangedFile,
  withFiles,
} from '../support/test-card.ts';

const ACM = select('7FFF6F39');
const READS = ['00B2010403', '00B2020403', '00B2030403'];
const UNTOUCHED = ['0101019000', '0202029000', '0303039000'];
/** The FID of a cyclic EF that a test makes. */
const COUNTER = select('7FFF6F5D');

function increase(value: string, p1 = 0): string {
  return `8032${octet(p1)}00${octet(value.length / 2)}${value}`;
}

function cardOnAcm(): TestCard {
  return new TestCard({ profile: withFiles([EF_ACM]), setUp: [SELECT_USIM, PIN1, ACM] });
}

/** A card on a cyclic EF of two records, of which the first is the number given. */
function cardOnCounter(number: string): TestCard {
  const counter: FileProfile = {
    path: 'MF/ADF.USIM/EF.COUNTER',
    fid: '6F5D',
    type: 'cyclic',
    recLen: number.length / 2,
    recCount: 2,
    sfi: null,
    arr: 8,
    records: [number],
    recordsFill: 'A5',
  };
  return new TestCard({ profile: withFiles([counter]), setUp: [SELECT_USIM, PIN1, COUNTER] });
}

describe('a sum', () => {
  it.each([
    ['01', '01', '02'],
    ['FE', '01', 'FF'],
    ['000000', '000000', '000000'],
    ['0000FF', '01', '000100'],
    ['00FFFF', '01', '010000'],
    ['00FFFF', '00FFFF', '01FFFE'],
    ['FFFFFE', '000001', 'FFFFFF'],
    ['000000', 'FFFFFF', 'FFFFFF'],
    ['FFFFFFFFFFFFFFFE', '01', 'FFFFFFFFFFFFFFFF'],
  ])('of %s and %s is %s', (number, value, sum) => {
    const card = cardOnCounter(number);
    expect(card.ask(increase(value))).toBe(`${sum}${value}9000`);
    expect(card.send(`00B20004${octet(number.length / 2)}`)).toBe(`${sum}9000`);
  });

  it.each([
    ['FF', '01'],
    ['FF', 'FF'],
    ['FFFFFF', '01'],
    ['FFFFFF', '000001'],
    ['FFFFFE', '02'],
    ['000001', 'FFFFFF'],
    ['800000', '800000'],
    ['FFFFFFFFFFFFFFFF', '01'],
  ])('of %s and %s is too high: 9850, and nothing is written', (number, value) => {
    const card = cardOnCounter(number);
    const before = card.uicc.root;
    expect(card.send(increase(value))).toBe('9850');
    expect(card.uicc.root).toBe(before);
    expect(card.send('00C0000001')).toBe('6985');
    expect(card.send(`00B20004${octet(number.length / 2)}`)).toBe('6A83');
  });

  it('is that of numbers, for records and values of any length', () => {
    const number = (octets: fc.Arbitrary<Uint8Array>) =>
      octets.map((of) => [...of].map(octet).join(''));
    const pair = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 19 }))
      .chain(([length, less]) => {
        const valueLength = Math.max(1, length - less);
        return fc.tuple(
          number(fc.uint8Array({ minLength: length, maxLength: length })),
          number(fc.uint8Array({ minLength: valueLength, maxLength: valueLength })),
        );
      });
    fc.assert(
      fc.property(pair, ([record, value]) => {
        const sum = BigInt(`0x${record}`) + BigInt(`0x${value}`);
        const digits = sum.toString(16).toUpperCase().padStart(record.length, '0');
        const expected = digits.length > record.length ? '9850' : `${digits}${value}9000`;
        expect(cardOnCounter(record).ask(increase(value))).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('of 254 and 127 octets comes in two parts', () => {
    const card = cardOnCounter('00'.repeat(254));
    const value = `01${'00'.repeat(126)}`;
    expect(card.send(increase(value))).toBe('6100');
    expect(card.send('00C0000000')).toMatch(/^(?:..){256}617D$/u);
    expect(card.send('00C000007D')).toBe(`${'00'.repeat(125)}9000`);
  });
});

describe('the records behind an INCREASE', () => {
  it('are the sum and all but the oldest; the pointer is on the sum', () => {
    const card = cardOnAcm();
    card.sendAll(['00B2000203', '00B2000203', increase('01')]);
    expect(card.send('00B2000403')).toBe('0101029000');
    expect(READS.map((read) => card.send(read))).toEqual([
      '0101029000',
      '0101019000',
      '0202029000',
    ]);
  });

  it('have gone round after as many as there are', () => {
    const card = cardOnAcm();
    for (let n = 0; n < 3; n++) expect(card.send(increase('10'))).toBe('6104');
    expect(READS.map((read) => card.send(read))).toEqual([
      '0101319000',
      '0101219000',
      '0101119000',
    ]);
  });

  it('of an EF of one record are the sum', () => {
    const one: FileProfile = { ...EF_ACM, recCount: 1, records: ['0000FF'] } as typeof EF_ACM;
    const card = new TestCard({ profile: withFiles([one]), setUp: [SELECT_USIM, PIN1, ACM] });
    expect(card.ask(increase('01'))).toBe('000100019000');
    expect(card.send('00B2000203')).toBe('0001009000');
    expect(card.send('00B2000203')).toBe('0001009000');
  });

  it('are there after a reset', () => {
    const card = cardOnAcm();
    card.send(increase('01'));
    card.reset();
    for (const command of [SELECT_USIM, PIN1, ACM]) card.expectOk(command);
    expect(card.send('00B2010403')).toBe('0101029000');
  });
});

describe('a refused INCREASE', () => {
  it.each([
    ['without a value', '80320000', '6700'],
    ['with a value longer than the record', increase('00000001'), '6700'],
    ['with 128 octets', increase('00'.repeat(128)), '6700'],
    ['with P1 01', increase('01', 1), '6A86'],
    ['with P1 A1', increase('01', 0xa1), '6A86'],
    ['with P2', '803200010101', '6A86'],
    ['of SFI 0', increase('01', 0x80), '6A82'],
    ['of SFI 31', increase('01', 0x9f), '6A82'],
    ['of an SFI that is none', increase('01', 0x8e), '6A82'],
    ['of a linear EF by SFI', increase('01', 0x81), '6981'],
    ['of a transparent EF by SFI', increase('01', 0x87), '6981'],
    ['in the other class', '003200000101', '6D00'],
    ['beyond the maximum', increase('FFFFFF'), '9850'],
  ])('%s leaves records, pointer and current EF', (_what, command, sw) => {
    const card = cardOnAcm();
    card.send('00B2000203');
    const before = card.uicc.root;
    expect(card.send(command)).toBe(sw);
    expect(card.uicc.root).toBe(before);
    expect(card.send('00B2000403')).toBe('0101019000');
    expect(READS.map((read) => card.send(read))).toEqual(UNTOUCHED);
  });
});

describe('the right to increase', () => {
  function answerUnder(rule: string, setUp: readonly string[] = [PIN1]): string {
    const profile = withChangedFile(
      'MF/ADF.USIM/EF.ARR',
      (file) =>
        file.type === 'linear'
          ? { ...file, records: file.records.map((record, n) => (n === 7 ? rule : record)) }
          : file,
      withFiles([EF_ACM]),
    );
    const card = new TestCard({ profile, setUp: [SELECT_USIM, ...setUp, ACM] });
    return card.send(increase('01'));
  }

  it.each([
    ['named', '8401329000', '6104'],
    ['named, never', '8401329700', '6982'],
    ['named, with ADM1', '840132A40683010A950108', '6982'],
    ['given by no access mode bit', '80017F9000', '6982'],
    ['that of another instruction', '8401DC9000', '6982'],
    ['under no rule', 'FF', '6982'],
    ['under what is no rule', '8401', '6982'],
    ['named behind one that is never', '84013297008401329000', '6982'],
  ])('%s', (_what, rule, sw) => {
    expect(answerUnder(rule)).toBe(sw);
  });

  it('comes with ADM1, where ADM1 is named', () => {
    expect(answerUnder('840132A40683010A950108', [ADM1])).toBe('6104');
  });
});

describe('INCREASE over the air', () => {
  const go = '00A4000C026F39';

  it('is done, and its answer is collected', () => {
    const profile = withFiles([EF_ACM], remoteProfile());
    const card = new TestCard({ profile, setUp: [EVERYTHING] });
    expect(runScript(card, RFM.usim, `${go}8032000003000001`)).toBe('026106');
    expect(runScript(card, RFM.usim, `${go}803200000300000100C0000006`)).toBe('039000010103000001');
    expect(runScript(card, RFM.usim, `${go}8032000003FFFFFF`)).toBe('029850');
  });
});
