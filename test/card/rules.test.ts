/**
 * Where the access rules of a file are: in a record of EF_ARR for each security environment, or
 * with the file itself.
 *
 * @see ETSI TS 102 221 §9, §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { makeImage } from '../../src/card/image.ts';
import type { RuleReference, SecurityAttributes } from '../../src/card/memory.ts';
import type { EnvironmentRecord } from '../../src/ef/rule-reference.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import {
  ADM1,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_USIM,
  TestCard,
  withChannels,
  withPin,
  withUniversalPin,
} from './support/test-card.ts';

const EF_IMSI = 0x6f07;
const READ = '00B0870009';
const UPDATE = '00D687000108';
const IMSI = '0809101010325476989000';
const PIN1_DO = 'A406830101950108';
const ADM1_DO = 'A40683010A950108';

/** A card on which an EF, EF_IMSI if no other, has another rule. */
function cardWith(
  change: (reference: RuleReference) => SecurityAttributes,
  profile: CardProfile = DEFAULT_PROFILE,
  fid = EF_IMSI,
): TestCard {
  const { root, nodes } = makeImage(profile);
  const files = nodes.map((node) => {
    if (node.kind !== 'ef' || node.fid !== fid) return undefined;
    if (node.rule.kind !== 'referenced') throw new Error('it refers to EF_ARR');
    return { ...node, rule: change(node.rule) };
  });
  return new TestCard({ profile, root: { ...root, files }, setUp: [SELECT_USIM] });
}

function compact(rules: string): () => SecurityAttributes {
  return () => ({ kind: 'compact', octets: fromHex(rules) });
}

function expanded(rules: string): () => SecurityAttributes {
  return () => ({ kind: 'expanded', octets: fromHex(rules) });
}

function byEnvironment(
  record: readonly EnvironmentRecord[],
): (reference: RuleReference) => SecurityAttributes {
  return (reference) => ({ ...reference, record });
}

describe('rules in expanded format with the file', () => {
  const rules = `800101${PIN1_DO} 80011A${ADM1_DO}`;

  it('allow what they say, to whom they say', () => {
    const card = cardWith(expanded(rules));
    expect(card.send(READ)).toBe('6982');
    card.expectOk(PIN1);
    expect([card.send(READ), card.send(UPDATE)]).toEqual([IMSI, '6982']);
    card.expectOk(ADM1);
    expect(card.send(UPDATE)).toBe('9000');
  });

  it('hold as well when the content is another', () => {
    const card = cardWith(expanded(rules));
    card.sendAll([ADM1, UPDATE]);
    expect(card.send(READ)).toBe('6982');
    expect([card.send(PIN1), card.send(READ)]).toEqual(['9000', IMSI]);
  });

  it.each([
    ['there is none', ''],
    ['all is filler', 'FFFFFFFF'],
    ['the first has no condition', '800101'],
    ['a later one is cut', `8001019000 80011AA40683010A9501`],
    ['the first is no access mode', '9000 8001019000'],
    ['templates are nested without end', `800101${'A0'.repeat(60)}`],
  ])('deny everything when %s', (_why, malformed) => {
    const card = cardWith(expanded(malformed));
    card.sendAll([PIN1, PIN2, ADM1]);
    expect([card.send(READ), card.send(UPDATE)]).toEqual(['6982', '6982']);
    expect(card.faults).toEqual([]);
  });
});

describe('rules in compact format with the file', () => {
  it('allow what they say, to whom they say', () => {
    // Updating: PIN1. Reading: always.
    const card = cardWith(compact('031100'));
    expect([card.send(READ), card.send(UPDATE)]).toEqual([IMSI, '6982']);
    expect([card.send(PIN1), card.send(UPDATE)]).toEqual(['9000', '9000']);
  });

  it('ask for PIN1 as any rule does: not while it is disabled', () => {
    const profile = withPin('01', { enabled: false });
    expect(cardWith(compact('0111'), profile).send(READ)).toBe(IMSI);
  });

  it.each([
    ['there is none', ''],
    ['AM has no bit', '00'],
    ['an SC byte is missing', '0300'],
    ['there is one too many', '010000'],
    ['they say never', '03FFFF'],
    ['they ask for secure messaging', '034141'],
    ['they ask for external authentication', '032121'],
    ['they ask for another environment', '031212'],
    ['they are in expanded format', '8001039000'],
  ])('deny everything when %s', (_why, rules) => {
    const card = cardWith(compact(rules));
    card.sendAll([PIN1, PIN2, ADM1]);
    expect([card.send(READ), card.send(UPDATE)]).toEqual(['6982', '6982']);
    expect(card.faults).toEqual([]);
  });
});

describe('rules that name the header of a command', () => {
  it('are about that command alone', () => {
    // READ BINARY at offset 0 with SFI 7, and nothing else.
    const card = cardWith(expanded('8F0400B087009000 8001019700'));
    expect([card.send(READ), card.send('00B0870108')]).toEqual([IMSI, '6982']);
    card.expectOk('00A4080C047FFF6F07');
    expect(card.send('00B0000009')).toBe('6982');
  });

  it('mean it on whatever logical channel', () => {
    const profile = withChannels();
    const card = cardWith(expanded('8C0200B09000'), profile);
    expect(card.send('0070000001')).toBe('019000');
    card.expectOk(`01${SELECT_USIM.slice(2)}`);
    expect(card.send(`01${READ.slice(2)}`)).toBe(IMSI);
  });

  it('let SEARCH RECORD find nothing where they say which record may be read', () => {
    // Record 1 may be read, and SEARCH RECORD may be sent.
    const rules = '8703B201049000 8401A29000';
    const card = cardWith(expanded(rules), DEFAULT_PROFILE, 0x6fb7);
    card.expectOk('00A4080C047FFF6FB7');
    expect([card.send('00B2010404'), card.send('00B2020404')]).toEqual(['11F2FF009000', '6982']);
    expect(card.send('00A20104021100')).toBe('6982');
  });
});

describe('a record for each security environment', () => {
  /** Record 1: anybody reads. Record 2: PIN1 reads. Record 6: ADM1 reads and updates. */
  const pairs = [
    { environment: 0x01, record: 2 },
    { environment: 0x00, record: 6 },
  ];
  const disabled = withPin('01', { enabled: false });

  it('is that of 01 while PIN1 is enabled, verified or not', () => {
    const card = cardWith(byEnvironment(pairs));
    expect([card.send(READ), card.send(PIN1), card.send(READ)]).toEqual(['6982', '9000', IMSI]);
  });

  it('is that of 00 while PIN1 is disabled', () => {
    const card = cardWith(byEnvironment(pairs), disabled);
    expect([card.send(READ), card.send(ADM1), card.send(READ)]).toEqual(['6982', '9000', IMSI]);
  });

  it('is another as soon as PIN1 is disabled or enabled', () => {
    const card = cardWith(byEnvironment(pairs));
    const [disable, enable] = ['0026000108', '0028000108'].map((of) => of + pinOctets('1234'));
    card.sendAll([PIN1, disable!]);
    expect(card.send(READ)).toBe('6982');
    expect([card.send(enable!), card.send(READ)]).toEqual(['9000', IMSI]);
  });

  it('is that of 01 while the universal PIN is in the place of PIN1', () => {
    const card = cardWith(byEnvironment(pairs), withUniversalPin());
    card.expectOk(`0026910108${pinOctets('1234')}`);
    expect(card.send(READ)).toBe('6982');
    card.expectOk(`0020001108${pinOctets('5678')}`);
    expect(card.send(READ)).toBe(IMSI);
  });

  it('is that of 01 on a card without PIN1', () => {
    const pins = DEFAULT_PROFILE.pins.filter(({ reference }) => reference !== '01');
    const card = cardWith(byEnvironment(pairs), { ...DEFAULT_PROFILE, pins });
    expect([card.send(ADM1), card.send(READ)]).toEqual(['9000', '6982']);
  });

  it('is the first of several for the same', () => {
    const card = cardWith(byEnvironment([{ environment: 1, record: 1 }, ...pairs]));
    expect(card.send(READ)).toBe(IMSI);
  });

  it.each([
    ['there is no pair', []],
    ['there is none for 01', [{ environment: 0x00, record: 1 }]],
    ['there are others', [0x02, 0x0f, 0xff].map((environment) => ({ environment, record: 1 }))],
    ['it is record 0', [{ environment: 0x01, record: 0 }]],
    ['EF_ARR does not have it', [{ environment: 0x01, record: 11 }]],
  ])('denies everything when %s', (_why, pairs) => {
    const card = cardWith(byEnvironment(pairs));
    card.sendAll([PIN1, PIN2, ADM1]);
    expect([card.send(READ), card.send(UPDATE)]).toEqual(['6982', '6982']);
  });

  it('denies everything without the EF_ARR', () => {
    const card = cardWith((reference) => ({ ...reference, arr: undefined, record: pairs }));
    card.sendAll([PIN1, PIN2, ADM1]);
    expect([card.send(READ), card.send(UPDATE)]).toEqual(['6982', '6982']);
  });
});
