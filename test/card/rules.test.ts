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
import type {
  EnvironmentRecord,
  FileNumber,
  RuleReference,
  SecurityAttributes,
} from '../../src/card/memory.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import {
  ADM1,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_USIM,
  TestCard,
  withPin,
  withUniversalPin,
} from './support/test-card.ts';

const READ = '00B0870009';
const UPDATE = '00D687000108';
const IMSI = '0809101010325476989000';
const PIN1_DO = 'A406830101950108';
const ADM1_DO = 'A40683010A950108';

/** The file number of EF_IMSI, and the reference that it has. */
function imsiOf(profile: CardProfile): { file: FileNumber; rule: RuleReference } {
  const { nodes } = makeImage(profile);
  const file = nodes.findIndex(({ fid }) => fid === 0x6f07);
  const rule = nodes[file]?.rule;
  if (rule?.kind !== 'referenced') throw new Error('EF_IMSI refers to EF_ARR');
  return { file, rule };
}

/** A card on which EF_IMSI has another rule. */
function cardWith(
  change: (reference: RuleReference) => SecurityAttributes,
  profile: CardProfile = DEFAULT_PROFILE,
): TestCard {
  const { root, nodes } = makeImage(profile);
  const { file, rule } = imsiOf(profile);
  const node = nodes[file];
  if (node?.kind !== 'ef') throw new Error('EF_IMSI is an EF');
  const files = root.files.slice();
  files[file] = { ...node, rule: change(rule) };
  return new TestCard({ profile, root: { ...root, files }, setUp: [SELECT_USIM] });
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
