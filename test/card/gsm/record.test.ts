/**
 * READ RECORD, UPDATE RECORD, SEEK and INCREASE of class A0: modes, pointer, and what is refused.
 *
 * @see 3GPP TS 51.011 §6.4, §8.5 to §8.8
 * @module
 */

import { describe, expect, it } from 'vitest';
import { hasRecords } from '../../../src/profile/profile.ts';
import type { TestCard } from '../support/test-card.ts';
import { withFiles } from '../support/test-card.ts';
import { CHV1, collect, DF_GSM, DF_TELECOM, go, linearEf, simCard } from './support/sim-card.ts';

const FDN = linearEf('MF/ADF.USIM/EF.FDN', '6F3B', ['0A0B0C', '0A0B0D', '0B0A0B', '0A0C0A']);
const ACM = {
  ...linearEf('MF/ADF.USIM/EF.ACM', '6F39', ['000003', '000002', '000001'], 8),
  type: 'cyclic',
} as const;
const PROFILE = withFiles([FDN, ACM]);

/** A card on whose linear EF, or cyclic one, commands work. */
function linear(...before: readonly string[]): TestCard {
  return simCard([...go(DF_TELECOM, '6F3B'), CHV1, ...before], { profile: PROFILE });
}
function cyclic(...before: readonly string[]): TestCard {
  return simCard([...go(DF_GSM, '6F39'), CHV1, ...before], { profile: PROFILE });
}

const NEXT = 'A0B2000203';
const PREVIOUS = 'A0B2000303';
const CURRENT = 'A0B2000403';

describe('READ RECORD of a linear EF', () => {
  it.each([
    ['absolute', [], 'A0B2030403', '0B0A0B'],
    ['next without a pointer', [], NEXT, '0A0B0C'],
    ['next', [NEXT], NEXT, '0A0B0D'],
    ['previous without a pointer', [], PREVIOUS, '0A0C0A'],
    ['previous', [PREVIOUS], PREVIOUS, '0B0A0B'],
    ['current', [NEXT, NEXT], CURRENT, '0A0B0D'],
    ['current after an absolute one', [NEXT, 'A0B2040403'], CURRENT, '0A0B0C'],
    ['next, and P1 is not looked at', [NEXT], 'A0B2090203', '0A0B0D'],
  ])('%s', (_what, before, command, record) => {
    expect(linear(...before).send(command)).toBe(`${record}9000`);
  });

  it.each([
    ['no current record', [], CURRENT, '9402'],
    ['next behind the last', [NEXT, NEXT, NEXT, NEXT], NEXT, '9402'],
    ['previous before the first', [NEXT], PREVIOUS, '9402'],
    ['a record behind the last', [], 'A0B2050403', '9402'],
    ['record 255', [], 'A0B2FF0403', '9402'],
    ['a P3 that is more', [], 'A0B2010404', '6703'],
    ['a P3 that is less', [], 'A0B2010402', '6703'],
    ['P3 00', [], 'A0B2010400', '6703'],
    ['data', [], 'A0B2010401FF', '6700'],
    ['no mode', [], 'A0B2010003', '6B00'],
    ['a mode that there is not', [], 'A0B2010503', '6B00'],
    ['an SFI', [], 'A0B2010C03', '6B00'],
    ['READ BINARY', [], 'A0B0000003', '9408'],
    ['UPDATE BINARY', [], 'A0D6000001FF', '9408'],
    ['INCREASE', [], 'A032000003000001', '9408'],
    ['the record behind a transparent EF', go(DF_GSM, '6F07'), 'A0B2010409', '9408'],
    ['no EF', go(DF_GSM), 'A0B2010403', '9400'],
  ])('is refused for %s', (_what, before, command, sw) => {
    expect(linear(...before).send(command)).toBe(sw);
  });

  it('keeps the pointer where a refused command was, and that with a wrong P3', () => {
    const card = linear(NEXT, NEXT);
    for (const refused of ['A0B2000204', 'A0B2050403', 'A0B2000503', 'A0A2000001FF']) {
      expect(card.send(refused)).not.toMatch(/9000$/u);
    }
    expect(card.send(NEXT)).toBe('0B0A0B9000');
  });

  it('has no pointer after SELECT', () => {
    const card = linear(NEXT, NEXT, ...go('6F3B'));
    expect(card.send(CURRENT)).toBe('9402');
    expect(card.send(NEXT)).toBe('0A0B0C9000');
  });
});

describe('UPDATE RECORD', () => {
  it.each([
    ['absolute', [], 'A0DC020403010203', 2],
    ['next', [NEXT], 'A0DC000203010203', 2],
    ['previous', [PREVIOUS], 'A0DC000303010203', 3],
    ['current', [NEXT], 'A0DC000403010203', 1],
  ])('%s', (_what, before, command, record) => {
    const card = linear(...before);
    expect(card.send(command)).toBe('9000');
    expect(card.send(`A0B20${record}0403`)).toBe('0102039000');
  });

  it.each([
    ['too few octets', 'A0DC0104020102', '6703'],
    ['too many octets', 'A0DC01040401020304', '6703'],
    ['no octets', 'A0DC010400', '6700'],
    ['no current record', 'A0DC000403010203', '9402'],
    ['a record behind the last', 'A0DC050403010203', '9402'],
    ['a mode that there is not', 'A0DC010103010203', '6B00'],
  ])('is refused for %s', (_what, command, sw) => {
    const card = linear();
    expect(card.send(command)).toBe(sw);
    expect(card.commits).toHaveLength(2);
  });

  it('makes the oldest record of a cyclic EF the latest', () => {
    const card = cyclic();
    expect(card.send('A0DC000303000009')).toBe('9000');
    expect(card.send(CURRENT)).toBe('0000099000');
    expect(card.send('A0B2020403')).toBe('0000039000');
    expect(card.send('A0B2030403')).toBe('0000029000');
  });

  it.each(['A0DC010403000009', 'A0DC000203000009', 'A0DC000403000009'])(
    'writes a cyclic EF in no other way: %s',
    (command) => {
      const card = cyclic();
      expect(card.send(command)).toBe('9408');
      expect(card.send('A0B2010403')).toBe('0000039000');
    },
  );

  it('is refused when it cannot be stored, and moves nothing', () => {
    const card = linear(NEXT);
    card.isStored = () => false;
    expect(card.send('A0DC000203010203')).toBe('9240');
    expect(card.send(CURRENT)).toBe('0A0B0C9000');
    expect(card.send('A0B2020403')).toBe('0A0B0D9000');
  });
});

describe('the pointer of a cyclic EF', () => {
  it('is on the latest record after SELECT, and goes round', () => {
    const card = cyclic();
    expect(card.send(CURRENT)).toBe('0000039000');
    expect([NEXT, NEXT, NEXT].map((command) => card.send(command))).toEqual([
      '0000029000',
      '0000019000',
      '0000039000',
    ]);
    expect(card.send(PREVIOUS)).toBe('0000019000');
  });
});

describe('SEEK', () => {
  it.each([
    ['from the first', [], 'A0A20010020A0B', '01'],
    ['from the last', [], 'A0A20011020A0B', '02'],
    ['from the next', [NEXT], 'A0A20012020A0B', '02'],
    ['from the previous', [PREVIOUS], 'A0A20013020A0B', '02'],
    ['from the next without a pointer', [], 'A0A20012010A', '01'],
    ['from the previous without a pointer', [], 'A0A20013010A', '04'],
    ['for a whole record', [], 'A0A20010030A0C0A', '04'],
  ])('finds a record %s', (_what, before, command, record) => {
    const card = linear(...before);
    expect(collect(card, command)).toBe(record);
    expect(card.send(CURRENT)).toBe(card.send(`A0B2${record}0403`));
  });

  it('of type 1 gives no number, and moves the pointer', () => {
    const card = linear();
    expect(card.send('A0A20000010B')).toBe('9000');
    expect(card.send(CURRENT)).toBe('0B0A0B9000');
    expect(card.send('A0C0000001')).toBe('6F00');
  });

  it.each([
    ['a pattern inside a record', [], 'A0A20000020B0C', '9404'],
    ['the end of a record', [], 'A0A20000010D', '9404'],
    ['nothing behind the pointer', [PREVIOUS], 'A0A20002010A', '9404'],
    ['nothing before the pointer', [NEXT], 'A0A20003010A', '9404'],
    ['itself', [NEXT, NEXT], 'A0A20002030A0B0D', '9404'],
    ['a pattern that is longer than a record', [], 'A0A20000040A0B0CFF', '6700'],
    ['a pattern of 17 octets', [], `A0A2000011${'0A'.repeat(17)}`, '6700'],
    ['no pattern', [], 'A0A2000000', '6700'],
    ['P1', [], 'A0A20100010A', '6B00'],
    ['a mode that there is not', [], 'A0A20004010A', '6B00'],
    ['a type that there is not', [], 'A0A20020010A', '6B00'],
    ['a cyclic EF', go(DF_GSM, '6F39'), 'A0A200000100', '9408'],
    ['a transparent EF', go(DF_GSM, '6F07'), 'A0A200000108', '9408'],
    ['no EF', go(DF_GSM), 'A0A200000108', '9400'],
  ])('is refused for %s', (_what, before, command, sw) => {
    expect(linear(...before).send(command)).toBe(sw);
  });

  it('asks for the right to read', () => {
    const card = simCard(go(DF_TELECOM, '6F3B'), { profile: PROFILE });
    expect(card.send('A0A20000010A')).toBe('9804');
  });

  it('opens no record to a rule that names it by its INS', () => {
    const files = PROFILE.files.map((file) =>
      file.path === 'MF/ADF.USIM/EF.ARR' && hasRecords(file)
        ? { ...file, records: [...file.records.slice(0, 9), '8401A29000'] }
        : file.path === FDN.path
          ? { ...file, arr: 10 }
          : file,
    );
    const card = simCard(go(DF_TELECOM, '6F3B'), { profile: { ...PROFILE, files } });
    expect(card.send('A0A20000010A')).toBe('9804');
    expect(card.send('A0B2010403')).toBe('9804');
  });
});

describe('INCREASE', () => {
  it('answers with the sum and what was added; the sum is the latest record', () => {
    const card = cyclic();
    expect(collect(card, 'A032000003000005')).toBe('000008000005');
    expect(card.send(CURRENT)).toBe('0000089000');
    expect(card.send('A0B2020403')).toBe('0000039000');
  });

  it('announces 256 octets of an answer that has more', () => {
    const long = { ...ACM, recLen: 255, records: ['00'] };
    const card = simCard([...go(DF_GSM, '6F39'), CHV1], { profile: withFiles([FDN, long]) });
    expect(card.send('A032000003000001')).toBe('9F00');
    expect(card.send('A0C0000000')).toBe(`01${'00'.repeat(255)}9000`);
  });

  it.each([
    ['a sum that does not fit', 'A032000003FFFFFD', '9850'],
    ['a value of 2 octets', 'A0320000020001', '6703'],
    ['a value of 4 octets', 'A03200000400000001', '6703'],
    ['no value', 'A032000000', '6703'],
    ['P1', 'A032010003000001', '6B00'],
    ['an SFI', 'A0329C0003000001', '6B00'],
    ['P2', 'A032000103000001', '6B00'],
  ])('is refused for %s', (_what, command, sw) => {
    const card = cyclic();
    expect(card.send(command)).toBe(sw);
    expect(card.send('A0B2010403')).toBe('0000039000');
    expect(card.send('A0C0000006')).toBe('6F00');
  });

  it('asks for its own right', () => {
    const card = simCard(go(DF_GSM, '6F39'), { profile: PROFILE });
    expect(card.send('A032000003000001')).toBe('9804');
  });

  it('is refused for records that are shorter than its value', () => {
    const short = { ...ACM, recLen: 2, records: ['0003', '0002', '0001'] };
    const card = simCard([...go(DF_GSM, '6F39'), CHV1], { profile: withFiles([FDN, short]) });
    expect(card.send('A032000003000001')).toBe('6700');
  });

  it('is refused when it cannot be stored', () => {
    const card = cyclic();
    card.isStored = () => false;
    expect(card.send('A032000003000001')).toBe('9240');
    expect(card.send(CURRENT)).toBe('0000039000');
  });
});
