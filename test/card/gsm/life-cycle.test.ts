/**
 * INVALIDATE and REHABILITATE, and what an invalidated EF answers.
 *
 * @see 3GPP TS 51.011 §8.14, §8.15, §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { FileProfile } from '../../../src/profile/profile.ts';
import {
  PIN1,
  select as selectPath,
  type TestCard,
  withChangedFile,
} from '../support/test-card.ts';
import { ADM1, CHV1, DF_GSM, DF_TELECOM, go, select, simCard } from './support/sim-card.ts';

const INVALIDATE = 'A004000000';
const REHABILITATE = 'A044000000';
const FPLMN = go(DF_GSM, '6F7B');

function inLife(lifeCycle: NonNullable<FileProfile['lifeCycle']>): TestCard {
  const profile = withChangedFile('MF/ADF.USIM/EF.FPLMN', (file) => ({ ...file, lifeCycle }));
  return simCard([...FPLMN, CHV1, ADM1], { profile });
}

describe('an EF that is invalidated', () => {
  const card = (): TestCard => simCard([...FPLMN, CHV1, ADM1, INVALIDATE]);

  it.each(['A0B0000001', 'A0D6000001FF', INVALIDATE])('is not for %s', (command) => {
    expect(card().send(command)).toBe('9810');
  });

  it('has the wrong structure first', () => {
    expect(card().send('A0B2010401')).toBe('9408');
  });

  it('is found, says so, and is taken back into use', () => {
    const one = card();
    expect(one.send(select('6F7B'))).toBe('9F0F');
    expect(one.send('A0C000000F').slice(22, 24)).toBe('00');
    expect(one.send(REHABILITATE)).toBe('9000');
    expect(one.send('A0B0000001')).toBe('FF9000');
    expect(one.send(REHABILITATE)).toBe('9810');
  });

  it('is deactivated for the UICC', () => {
    const one = card();
    one.reset();
    one.sendAll(['00A4040C07A0000000871002', PIN1]);
    expect(one.send(selectPath('7FFF6F7B'))).toBe('6283');
    expect(one.send('00B0000001')).toBe('6984');
  });

  it('may be one of records', () => {
    const one = simCard([...go(DF_TELECOM, '6F3C'), CHV1, ADM1, INVALIDATE]);
    for (const command of ['A0B20104B0', 'A0A200000100']) {
      expect(one.send(command)).toBe('9810');
    }
  });
});

describe('INVALIDATE and REHABILITATE', () => {
  it.each([
    ['no EF is current', [...go(DF_GSM), CHV1, ADM1], '9400'],
    ['ADM1 is not verified', [...FPLMN, CHV1], '9804'],
    ['nobody may', [CHV1, ADM1, ...go('2FE2')], '9804'],
    ['the EF is a constant', [CHV1, ADM1, ...go(DF_GSM, '6FAE')], '9804'],
  ])('are refused when %s', (_what, before, sw) => {
    expect(simCard(before).send(INVALIDATE)).toBe(sw);
    expect(simCard(before).send(REHABILITATE)).toBe(sw);
  });

  it.each([
    ['A004010000', '6B00'],
    ['A004000100', '6B00'],
    ['A0440100', '6B00'],
    ['A004000002 6F7B', '6700'],
    ['A044000002 6F7B', '6700'],
  ])('are refused for what they do not have: %s', (command, sw) => {
    expect(simCard([...FPLMN, CHV1, ADM1]).send(command)).toBe(sw);
  });

  it.each([INVALIDATE, REHABILITATE])('do nothing to a terminated EF: %s', (command) => {
    expect(inLife('terminated').send(command)).toBe('9810');
    expect(inLife('terminated').send('A0B0000001')).toBe('9810');
  });

  it('find an EF in creation in use, and can end that', () => {
    expect(inLife('creation').send(INVALIDATE)).toBe('9810');
    expect(inLife('creation').send('A0B0000001')).toBe('FF9000');
    expect(inLife('creation').send(REHABILITATE)).toBe('9000');
  });

  it('are refused when it cannot be stored', () => {
    const card = simCard([...FPLMN, CHV1, ADM1]);
    card.isStored = () => false;
    expect(card.send(INVALIDATE)).toBe('9240');
    expect(card.send('A0B0000001')).toBe('FF9000');
  });
});
