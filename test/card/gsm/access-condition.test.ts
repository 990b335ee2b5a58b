/**
 * The digits of access conditions, rule by rule, and that they decide nothing.
 *
 * @see 3GPP TS 51.011 §9.3; ETSI TS 102 221 §9.2.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { withFiles, withoutFiles, withPin } from '../support/test-card.ts';
import {
  ADM1,
  CHV1,
  collect,
  DF_GSM,
  go,
  select,
  simCard,
  transparentEf,
  withRule,
} from './support/sim-card.ts';

const PATH = 'MF/ADF.USIM/EF.GID1';

/** A key that must be verified. */
function key(reference: string): string {
  return `A406${`8301${reference}`}950108`;
}

function profileWith(rule: string): CardProfile {
  const bare = withoutFiles([PATH], withRule(rule, DEFAULT_PROFILE));
  return withFiles([transparentEf(PATH, '6F3E', '55', 10)], bare);
}

/** READ and UPDATE, INCREASE, REHABILITATE and INVALIDATE. */
function digitsOf(rule: string, profile: CardProfile = profileWith(rule)): string {
  return collect(simCard(go(DF_GSM), { profile }), select('6F3E')).slice(16, 22);
}

const AND_PINS = `AF10${key('01')}${key('81')}`;
const OR_PIN2_ADM = `A010${key('0A')}${key('81')}`;

describe('the digit of an access condition', () => {
  it.each([
    ['always', '9000', '0'],
    ['PIN1', key('01'), '1'],
    ['PIN2', key('81'), '2'],
    ['ADM1', key('0A'), '4'],
    ['ADM2', key('0B'), '5'],
    ['ADM3', key('0C'), '6'],
    ['ADM4', key('0D'), '7'],
    ['ADM5', key('0E'), '8'],
    ['ADM6', key('8A'), '9'],
    ['ADM7', key('8B'), 'A'],
    ['ADM8', key('8C'), 'B'],
    ['ADM9', key('8D'), 'C'],
    ['ADM10', key('8E'), 'D'],
    ['PIN2 or ADM1', OR_PIN2_ADM, '2'],
    ['never', '9700', 'F'],
    ['two keys at once', AND_PINS, 'F'],
    ['the universal PIN', key('11'), 'F'],
    ['another application PIN', key('02'), 'F'],
    ['what nobody can judge', '9E0101', 'F'],
    ['not PIN1', `A708${key('01')}`, '0'],
  ])('of %s', (_what, condition, digit) => {
    expect(digitsOf(`800101${condition}`)).toBe(`${digit}FFFFF`);
    expect(digitsOf(`800102${condition}`)).toBe(`F${digit}FFFF`);
    expect(digitsOf(`800110${condition}`)).toBe(`FFFF${digit}F`);
    expect(digitsOf(`800108${condition}`)).toBe(`FFFFF${digit}`);
  });

  it.each([
    ['no rule', 'FF', 'FFFFFF'],
    ['a rule that makes no sense', '800101', 'FFFFFF'],
    ['a rule for READ BINARY alone', '8401B09000', '0FFFFF'],
    ['a rule for READ RECORD, which a transparent EF has not', '8401B29000', 'FFFFFF'],
    ['a rule for INCREASE, which a transparent EF has not', '8401329000', 'FFFFFF'],
  ])('of %s', (_what, rule, digits) => {
    expect(digitsOf(rule)).toBe(digits);
  });

  it('stays whatever is verified, disabled or blocked', () => {
    const rule = `800103${key('01')}800118${key('0A')}`;
    expect(digitsOf(rule)).toBe('11FF44');
    const disabled = withPin('01', { enabled: false }, profileWith(rule));
    expect(digitsOf(rule, disabled)).toBe('11FF44');
    const card = simCard([...go(DF_GSM), CHV1, ADM1], { profile: profileWith(rule) });
    expect(collect(card, select('6F3E')).slice(16, 22)).toBe('11FF44');
  });
});

describe('a condition that a digit cannot tell', () => {
  it('opens the EF all the same when it holds', () => {
    const card = simCard([...go(DF_GSM, '6F3E')], { profile: profileWith(`800101${AND_PINS}`) });
    expect(card.send('A0B0000001')).toBe('9804');
    card.expectOk(CHV1.replaceAll(' ', ''));
    expect(card.send('A0B0000001')).toBe('9804');
    card.expectOk('A02000020830303030FFFFFFFF');
    expect(card.send('A0B0000001')).toBe('559000');
  });

  it('keeps the EF shut when it does not', () => {
    const profile = profileWith(`800101A708${key('01')}`);
    const card = simCard([...go(DF_GSM, '6F3E')], { profile });
    expect(card.send('A0B0000001')).toBe('559000');
    card.expectOk(CHV1);
    expect(card.send('A0B0000001')).toBe('9804');
  });
});
