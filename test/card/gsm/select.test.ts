/**
 * SELECT, STATUS and GET RESPONSE of class A0: what is reached, and what is told of it.
 *
 * The two worked answers are from the notes on TS 51.011: an MF and an EF_MSISDN of real cards.
 *
 * @see 3GPP TS 51.011 §6.5, §8.1, §8.2, §9.2.1, §9.2.18
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { EF_ACM, withFiles, withoutFiles, withPin } from '../support/test-card.ts';
import {
  ADM1,
  CHV1,
  collect,
  DF_GSM,
  DF_TELECOM,
  go,
  linearEf,
  MF,
  select,
  simCard,
  transparentEf,
  WRONG_CHV1,
  withRule,
} from './support/sim-card.ts';

const IMSI = '6F07';
const GSM = '000000007F20020000000000090100170500838A838A';

describe('the answer to SELECT', () => {
  it('tells of an MF what that of a real card tells', () => {
    const more = Array.from({ length: 7 }, (_, n) =>
      transparentEf(`MF/EF.${n}`, `2F1${n}`, '00', 1),
    );
    const disabled = withFiles(more, withPin('01', { enabled: false }));
    const profile = {
      ...disabled,
      pins: disabled.pins.filter(({ reference }) => reference[0] !== '0' || reference === '01'),
    };
    const card = simCard([], { profile });
    expect(collect(card, select(MF))).toBe('000000003F000100000000000981020C0400838A838A');
  });

  it('tells of an EF of records what that of a real card tells', () => {
    const number = 'FF'.repeat(26);
    const path = 'MF/ADF.USIM/EF.MSISDN';
    const bare = withoutFiles([path], withRule('800103A406830101950108', DEFAULT_PROFILE));
    const profile = withFiles([linearEf(path, '6F40', [number, number], 10)], bare);
    const card = simCard(go(DF_TELECOM), { profile });
    expect(collect(card, select('6F40'))).toBe('000000346F40040011FFFF0102011A');
  });

  it.each([
    ['the MF', [], MF, '000000003F0001000000000009010205' + '0500838A838A'],
    ['DF_GSM', [], DF_GSM, GSM],
    ['a transparent EF', go(DF_GSM), IMSI, '000000096F07040014FF440102' + '0000'],
    ['EF_Phase', go(DF_GSM), '6FAE', '000000016FAE04000FFFFF0102' + '0000'],
    ['EF_SST', go(DF_GSM), '6F38', '0000000E6F3804001FFF440102' + '0000'],
    ['EF_ICCID', [], '2FE2', '0000000A2FE204000FFFFF0102' + '0000'],
    ['a cyclic EF', go(DF_GSM), '6F39', '000000096F39044011' + '1F440102' + '0303'],
  ])('tells of %s', (_what, before, fid, told) => {
    const card = simCard(before, { profile: withFiles([EF_ACM]) });
    const counted = fid === DF_GSM ? told.replace('0017', '0018') : told;
    expect(collect(card, select(fid))).toBe(counted);
  });

  it('counts the tries of the CHVs', () => {
    const card = simCard(go(DF_GSM));
    card.send(WRONG_CHV1);
    card.send(`A02C000210${'39'.repeat(8)}30303030FFFFFFFF`);
    expect(collect(card, select(DF_GSM)).slice(-8)).toBe('828A8389');
  });

  it('tells of no CHV2 where there is none', () => {
    const pins = DEFAULT_PROFILE.pins.filter(({ reference }) => reference === '01');
    const card = simCard([], { profile: { ...DEFAULT_PROFILE, pins } });
    expect(collect(card, select(MF)).slice(-12)).toBe('0200838A0000');
  });

  it('tells whether an EF is invalidated, and whether it is used all the same', () => {
    const card = simCard([...go(DF_GSM, IMSI), CHV1, ADM1, 'A004000000']);
    expect(collect(card, select(IMSI)).slice(-8)).toBe('00020000');
    const file = transparentEf('MF/ADF.USIM/EF.GID1', '6F3E', '01');
    const used = { ...file, lifeCycle: 'deactivated', specialFileInformation: '40' } as const;
    const profile = withFiles([used], withoutFiles([file.path]));
    const other = simCard([...go(DF_GSM), CHV1], { profile });
    expect(collect(other, select('6F3E')).slice(-8)).toBe('04020000');
    expect(other.send('A0B0000001')).toBe('019000');
  });
});

/** From a directory, whether a FID is found there. */
describe('the reach of SELECT', () => {
  it.each<[from: string, path: string[], fid: string]>([
    ['the MF', [], MF],
    ['the MF', [], '2FE2'],
    ['the MF', [], DF_TELECOM],
    ['DF_GSM', [DF_GSM], MF],
    ['DF_GSM', [DF_GSM], DF_GSM],
    ['DF_GSM', [DF_GSM], DF_TELECOM],
    ['DF_GSM', [DF_GSM], IMSI],
    ['an EF of DF_GSM', [DF_GSM, '6F7E'], IMSI],
    ['DF_TELECOM', [DF_TELECOM], '5F3A'],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], DF_TELECOM],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], '4F30'],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], MF],
  ])('from %s %j has %s', (_from, path, fid) => {
    expect(simCard(go(...path)).send(select(fid))).toMatch(/^9F(?:16|0F)$/u);
  });

  it.each<[from: string, path: string[], fid: string]>([
    ['the MF', [], IMSI],
    ['the MF', [], '6F3A'],
    ['the MF', [], '5F3A'],
    ['the MF', [], '7FFF'],
    ['the MF', [], '5F3B'],
    ['the MF', [], 'FFFF'],
    ['DF_GSM', [DF_GSM], '2FE2'],
    ['DF_GSM', [DF_GSM], '6F3C'],
    ['DF_GSM', [DF_GSM], '6F74'],
    ['DF_GSM', [DF_GSM], '4F20'],
    ['DF_GSM', [DF_GSM], '5F3B'],
    ['DF_TELECOM', [DF_TELECOM], IMSI],
    ['DF_TELECOM', [DF_TELECOM], '6F44'],
    ['DF_TELECOM', [DF_TELECOM], '4F3A'],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], DF_GSM],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], '6F3A'],
    ['DF_PHONEBOOK', [DF_TELECOM, '5F3A'], '2FE2'],
  ])('from %s %j has no %s', (_from, path, fid) => {
    const card = simCard([...go(...path), CHV1]);
    const status = card.send('A0F2000016');
    expect(card.send(select(fid))).toBe('9404');
    expect(card.send('A0C000000F')).toBe('6F00');
    expect(card.send('A0F2000016')).toBe(status);
  });

  it('keeps the current EF when a file is not found', () => {
    const card = simCard([...go(DF_GSM, IMSI), CHV1]);
    expect(card.send(select('6F3C'))).toBe('9404');
    expect(card.send('A0B0000009')).toBe('0809101010325476989000');
  });

  it('loses the current EF with a directory', () => {
    const card = simCard([...go(DF_GSM, IMSI, DF_GSM), CHV1]);
    expect(card.send('A0B0000009')).toBe('9400');
  });
});

describe('SELECT that is wrong', () => {
  it.each([
    ['A0A40004023F00', '6B00'],
    ['A0A40400023F00', '6B00'],
    ['A0A4080004 3F007F20', '6B00'],
    ['A0A40000013F', '6702'],
    ['A0A4000003 3F0000', '6702'],
    ['A0A4000000', '6702'],
    ['A0A40000', '6702'],
    ['A0A40000023F', '6702'],
  ])('%s is %s', (command, sw) => {
    const card = simCard(go(DF_GSM, IMSI));
    expect(card.send(command)).toBe(sw);
    expect(card.send('A0F2000016').slice(8, 12)).toBe(DF_GSM);
  });
});

describe('STATUS', () => {
  it.each([
    ['A0F2000016', `${GSM}9000`],
    ['A0F2000015', `${GSM.slice(0, -2)}9000`],
    ['A0F2000001', '009000'],
    ['A0F2000017', '6716'],
    ['A0F2000000', '6716'],
    ['A0F2000C16', '6B00'],
    ['A0F2010016', '6B00'],
    ['A0F20000020000', '6700'],
  ])('%s is %s', (command, answer) => {
    expect(simCard(go(DF_GSM, IMSI)).send(command)).toBe(answer);
  });
});

describe('GET RESPONSE', () => {
  it.each([
    ['A0C0000016', `${GSM}9000`],
    ['A0C0000004', '000000009000'],
    ['A0C0000017', '6716'],
    ['A0C0000000', '6716'],
    ['A0C0010016', '6B00'],
    ['A0C0000116', '6B00'],
    ['A0C00000020000', '6700'],
  ])('%s is %s', (command, answer) => {
    expect(simCard(go(DF_GSM)).send(command)).toBe(answer);
  });

  it('leaves what P3 was too large for', () => {
    const card = simCard(go(DF_GSM));
    card.send('A0C0000017');
    expect(card.send('A0C0000016')).toBe(`${GSM}9000`);
  });

  it.each([
    ['another GET RESPONSE', 'A0C0000004'],
    ['a refused SELECT', select('6F99')],
    ['STATUS', 'A0F2000016'],
    ['an unknown instruction', 'A0FF000000'],
    ['half a command', 'A0A4'],
    ['GET RESPONSE of class 00', '00C0000016'],
  ])('has nothing behind %s', (_what, command) => {
    const card = simCard(go(DF_GSM));
    card.send(command);
    expect(card.send('A0C0000016')).toBe('6F00');
  });
});
