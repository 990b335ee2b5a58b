/**
 * CREATE FILE: templates that create nothing, and who may not create. ADM1 may, in the MF.
 *
 * @see ETSI TS 102 222 §6.3; ETSI TS 102 221 §11.1.1.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import {
  adminCard,
  BER_TLV,
  command,
  create,
  DIRECTORY,
  expectRefused,
  go,
  LINEAR,
  type Objects,
  TRANSPARENT,
  template,
} from '../support/administration.ts';
import { tlv } from '../support/scripts.ts';
import { octet, PIN1, SELECT_USIM, TestCard, USIM_AID } from '../support/test-card.ts';

/** EF_ICCID, of 10 octets, is current. */
const ICCID = go('2FE2');
const DF = create(DIRECTORY);
const EF = create(TRANSPARENT);
/** The AID of an application that the card has not. */
const AID = 'A0000000871005FFFFFFFF8900000100';

/** A card on EF_ICCID, in the MF, with ADM1. */
function card(setUp: readonly string[] = []): TestCard {
  return adminCard([...setUp, ICCID]);
}

describe('a template', () => {
  const MANDATORY = Object.keys(TRANSPARENT).filter((name) => name !== 'sfi');
  const MANDATORY_OF_DF = Object.keys(DIRECTORY).filter((name) => name !== 'size');

  it.each(MANDATORY)('of an EF without its %s is 6A80', (name) => {
    expectRefused(card(), create(TRANSPARENT, { [name]: '' }), '6A80');
  });

  it.each(MANDATORY_OF_DF)('of a DF without its %s is 6A80', (name) => {
    expectRefused(card(), create(DIRECTORY, { [name]: '' }), '6A80');
  });

  it.each(Object.keys(TRANSPARENT))('with its %s twice is 6A80', (name) => {
    expectRefused(card(), create(TRANSPARENT, { again: TRANSPARENT[name]! }), '6A80');
  });

  it.each([
    ['an unknown object', TRANSPARENT, { more: '8F0100' }],
    ['another unknown object', DIRECTORY, { more: '850100' }],
    ['an AID for an EF', TRANSPARENT, { more: `8410${AID}` }],
    ['a PIN status for an EF', TRANSPARENT, { more: DIRECTORY.pins! }],
    ['the size of an EF for a DF', DIRECTORY, { more: '80020010' }],
    ['an SFI for a DF', DIRECTORY, { more: '880150' }],
    ['a pattern for a DF', DIRECTORY, { more: 'A503C10100' }],
    ['a pattern for a BER-TLV EF', BER_TLV, { more: 'A503C10100' }],
    ['both patterns', TRANSPARENT, { more: 'A506C10100C20100' }],
    ['a pattern of no octet', TRANSPARENT, { more: 'A502C100' }],
    ['a pattern twice', TRANSPARENT, { more: 'A506C10100C10100' }],
    ['a maximum for octets', TRANSPARENT, { more: 'A50486020100' }],
    ['special information of two octets', TRANSPARENT, { more: 'A504C0024000' }],
    ['a proprietary object that is none', TRANSPARENT, { more: 'A502C105' }],
    ['rules in two places', TRANSPARENT, { more: 'AB058001039000' }],
    ['rules that make no sense', TRANSPARENT, { rule: 'AB03800101' }],
    ['compact rules that make no sense', TRANSPARENT, { rule: '8C020300' }],
    ['a rule of two octets', TRANSPARENT, { rule: '8B022F06' }],
    ['a rule for half an environment', TRANSPARENT, { rule: '8B052F06010101' }],
    ['no life cycle information', TRANSPARENT, { lifeCycle: '8A0100' }],
    ['a life cycle that there is not', TRANSPARENT, { lifeCycle: '8A0102' }],
    ['a life that is over', TRANSPARENT, { lifeCycle: '8A010C' }],
    ['a life of two octets', TRANSPARENT, { lifeCycle: '8A020505' }],
    ['a DF that is deactivated', DIRECTORY, { lifeCycle: '8A0104' }],
    ['a structure that there is not', TRANSPARENT, { descriptor: '82024321' }],
    ['an internal EF', TRANSPARENT, { descriptor: '82024921' }],
    ['b8 of the descriptor', TRANSPARENT, { descriptor: '8202C121' }],
    ['a descriptor of one octet', TRANSPARENT, { descriptor: '820141' }],
    ['a record length for octets', TRANSPARENT, { descriptor: '820441210001' }],
    ['a record length for a DF', DIRECTORY, { descriptor: '820478210001' }],
    ['records without a length', LINEAR, { descriptor: '82024221' }],
    ['records with half a length', LINEAR, { descriptor: '8203422100' }],
    ['a descriptor that goes on', LINEAR, { descriptor: '8206422100011000' }],
    ['a FID of one octet', TRANSPARENT, { fid: '83016F' }],
    ['a FID of three octets', TRANSPARENT, { fid: '83036F2900' }],
    ['an unknown key', DIRECTORY, { pins: 'C606900180830102' }],
    ['a PIN status without bits', DIRECTORY, { pins: 'C603830101' }],
    ['a PIN status of too many bits', DIRECTORY, { pins: 'C60790028000830101' }],
    ['a PIN status with another object', DIRECTORY, { pins: 'C606900180840101' }],
    ['a key of two octets', DIRECTORY, { pins: 'C60790018083020101' }],
    ['a size of a DF in one octet', DIRECTORY, { size: '810130' }],
  ] as const)('with %s is 6A80', (_what, objects, change) => {
    expectRefused(card(), create(objects, change), '6A80');
  });

  it.each([
    ['nothing', '6200'],
    ['another template', '6F0483026F29'],
    ['no template', '83026F29'],
    ['two templates', template(TRANSPARENT) + template(DIRECTORY)],
    ['something behind it', `${template(TRANSPARENT)}00`],
    ['filler behind it', `${template(TRANSPARENT)}FFFF`],
    ['a length that is too long', `6217${template(TRANSPARENT).slice(4)}`],
    ['a length that is too short', `6215${template(TRANSPARENT).slice(4)}`],
    ['a length without end', `6280${template(TRANSPARENT).slice(4)}`],
    ['a length of four octets', `628400000016${template(TRANSPARENT).slice(4)}`],
    ['templates in templates', '62'.padEnd(200, '62')],
    ['rules in rules', tlv('62', `82024121${'AB70'.repeat(30)}`)],
    ['conditions in conditions', tlv('62', `AB40800101${'A020'.repeat(20)}`)],
  ])('that is %s is 6A80', (_what, data) => {
    expectRefused(card(), command('00E00000', data), '6A80');
  });

  it('with several faults is refused for the AID, the FID, the identifier, the size', () => {
    const large = { size: '8003010000' };
    const taken = { fid: '83022FE2' };
    const refused = (objects: Objects, sw: string): void => {
      expectRefused(card(), create(TRANSPARENT, objects), sw);
    };
    refused({ ...large, sfi: '880110', ...taken }, '6A89');
    refused({ ...large, sfi: '880110' }, '6A80');
    refused(large, '6A84');
    const aid = `8410${USIM_AID}`;
    expectRefused(card(), create(DIRECTORY, { aid, ...taken }), '6A8A');
    expectRefused(card(), create(DIRECTORY, { aid, pins: 'C606900180830102' }), '6A80');
  });

  it('whose rules nest too deep is 6A80', () => {
    let condition = '9000';
    for (let n = 0; n < 12; n++) condition = tlv('A0', condition);
    expectRefused(card(), create(TRANSPARENT, { rule: tlv('AB', `800101${condition}`) }), '6A80');
  });

  it('of which SELECT could not tell in one answer is 6A80', () => {
    const to = card();
    const long = (octets: number): string =>
      create(DIRECTORY, { rule: tlv('AB', meaningless(octets)), size: '' });
    expectRefused(to, long(230), '6A80');
    expectRefused(to, long(227), '6A80');
    expect(to.send(long(226))).toBe('9000');
    expect(to.ask('80F2000000')).toMatch(/^6281.*9000$/u);
  });

  it.each([
    ['no data', '00E00000', '6700'],
    ['Lc of one octet fewer, and an Le', `00E0000017${template(TRANSPARENT)}`, '6A80'],
    ['Lc of two octets fewer', `00E0000016${template(TRANSPARENT)}`, '6700'],
    ['Lc of more octets', `00E0000019${template(TRANSPARENT)}`, '6700'],
    ['P1', `00E0010018${template(TRANSPARENT)}`, '6A86'],
    ['P2', `00E0000118${template(TRANSPARENT)}`, '6A86'],
    ['class 8X', `80E0000018${template(TRANSPARENT)}`, '6D00'],
  ])('does not help with %s', (_what, sent, sw) => {
    expectRefused(card(), sent, sw);
  });
});

/** So many octets of a rule, of which nobody knows what it means. */
function meaningless(octets: number): string {
  const value = '00'.repeat(octets - 5);
  return `9C81${octet(octets - 5)}${value}9000`;
}

describe('the right to create', () => {
  const CREATES_EF = 'AB058001029000';
  const CREATES_DF = 'AB058001049000';

  it.each([
    ['without ADM1', [ICCID]],
    ['with PIN1', [PIN1, ICCID]],
    ['in an ADF', [SELECT_USIM, PIN1, go('6F07')]],
  ])('is not had %s', (_what, setUp) => {
    const to = new TestCard({ setUp });
    expectRefused(to, EF, '6982');
    expectRefused(to, DF, '6982');
  });

  it('is asked before the data are read, whatever they hold', () => {
    const to = new TestCard({ setUp: [PIN1, ICCID] });
    const before = to.uicc.root;
    const data = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 255 }),
      fc
        .constantFrom(template(TRANSPARENT), template(DIRECTORY), '6200', '62')
        .map((hex) => fromHex(hex)),
    );
    fc.assert(
      fc.property(data, (octets) => {
        expect(to.send(command('00E00000', toHex(octets)))).toBe('6982');
        expect(to.uicc.root).toBe(before);
      }),
      { numRuns: 500 },
    );
    expect(to.faults).toEqual([]);
  });

  it('is that of the directory, for EFs or for DFs', () => {
    const inEf = adminCard([create(DIRECTORY, { rule: CREATES_EF })]);
    expectRefused(inEf, create(DIRECTORY, { fid: '83025F02' }), '6982');
    expect(inEf.send(EF)).toBe('9000');
    const inDf = adminCard([create(DIRECTORY, { rule: CREATES_DF })]);
    expectRefused(inDf, EF, '6982');
    expect(inDf.send(create(DIRECTORY, { fid: '83025F02' }))).toBe('9000');
  });

  it.each([
    ['deletes children', 'AB058001019000'],
    ['is deleted', 'AB058001409000'],
    ['says nothing', 'AB00'],
    ['says never', 'AB058001069700'],
    ['names another command', 'AB058401E49000'],
  ])('is not had in a directory that %s', (_what, rule) => {
    const to = adminCard([create(DIRECTORY, { rule })]);
    expectRefused(to, EF, '6982');
    expectRefused(to, create(DIRECTORY, { fid: '83025F02' }), '6982');
    expectRefused(to, command('00E00000', '00'), '6982');
  });

  it('may be named by INS', () => {
    const to = adminCard([create(DIRECTORY, { rule: 'AB058401E09000' })]);
    expect(to.send(EF)).toBe('9000');
    expect(to.send(create(DIRECTORY, { fid: '83025F02' }))).toBe('9000');
  });
});
