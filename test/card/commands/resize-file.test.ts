/**
 * RESIZE FILE: larger and smaller EFs, and all that is refused.
 *
 * @see ETSI TS 102 222 §6.10
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import {
  adminCard,
  BER_TLV,
  CYCLIC,
  command,
  create,
  DIRECTORY,
  expectRefused,
  fcpOf,
  go,
  LINEAR,
  type Objects,
  OPEN_RULE,
  resize,
  TRANSPARENT,
  terminateEf,
} from '../support/administration.ts';
import { channelCard, on } from '../support/channels.ts';
import { tlv } from '../support/scripts.ts';
import { ADM1, octet, type TestCard } from '../support/test-card.ts';

const rule = OPEN_RULE;
const EF = create(TRANSPARENT, { rule });
const ICCID = go('2FE2');
const COUNTED = Array.from({ length: 16 }, (_, n) => octet(n)).join('');

/** A card on EF_ICCID, with an EF 6F29 that everybody may resize. */
function cardWith(objects: Objects = TRANSPARENT, change: Objects = {}): TestCard {
  return adminCard([create(objects, { rule, ...change }), ICCID]);
}

describe('RESIZE FILE', () => {
  it.each([
    [32, `${COUNTED}${'FF'.repeat(16)}`],
    [17, `${COUNTED}FF`],
    [16, COUNTED],
    [15, COUNTED.slice(0, 30)],
    [1, '00'],
  ])('to %i octets keeps what there is room for, and adds FF', (size, content) => {
    const to = adminCard([EF, `00D6000010${COUNTED}`]);
    expect(to.send(resize('6F29', size))).toBe('9000');
    expect(to.send(`00B00000${octet(size)}`)).toBe(`${content}9000`);
    expect(to.send(`00B00000${octet(size + 1)}`)).toBe(`6C${octet(size)}`);
    expect(fcpOf(to, '6F29')).toContain(`800200${octet(size)}`);
  });

  it('takes away what it cuts: it does not come back', () => {
    const to = adminCard([EF, `00D6000010${COUNTED}`, resize('6F29', 2), resize('6F29', 16)]);
    expect(to.send('00B0000010')).toBe(`0001${'FF'.repeat(14)}9000`);
  });

  it.each([
    [18, 6, ['000102', '0F0F0F', 'FFFFFF']],
    [15, 5, ['000102', '0F0F0F']],
    [3, 1, ['000102']],
    [762, 254, ['000102', '0F0F0F', 'FFFFFF']],
  ])('to %i octets makes %i records of a linear fixed EF', (size, count, records) => {
    const linear = create(LINEAR, { rule, descriptor: '820442210003', size: '8002000F' });
    const to = adminCard([linear, '00DC010403000102', '00DC0504030F0F0F', ICCID]);
    expect(to.send(resize('6F29', size))).toBe('9000');
    const numbers = [1, 5, 6].slice(0, records.length);
    for (const [n, record] of records.entries()) {
      expect(to.send(`00B2${octet(numbers[n]!)}0403`)).toBe(`${record}9000`);
    }
    expect(to.send(`00B2${octet(count)}0403`)).toMatch(/9000$/u);
    expect(to.send(`00B2${octet((count + 1) % 256)}0403`)).toBe('6A83');
    expect(fcpOf(to, '6F29')).toContain(`820542210003${octet(count)}`);
  });

  it('makes the EF current, without a record pointer', () => {
    const to = cardWith(LINEAR);
    to.expectOk(resize('6F29', 4));
    expect(to.send('00B2000401')).toBe('6A83');
    expect(to.send('00B2000201')).toBe('FF9000');
    to.expectOk(resize('6F29', 4));
    expect(to.send('00B2000401')).toBe('6A83');
  });

  it('finds the end of records that another channel stood behind', () => {
    const to = channelCard(1, { setUp: [ADM1, create(LINEAR, { rule })] });
    to.expectOk(on(1, go('6F29')));
    for (let n = 0; n < 9; n++) to.send(on(1, '00B2000201'));
    to.expectOk(resize('6F29', 4));
    for (const read of ['00B2000401', '00B2000201', '00B2000301']) {
      expect(to.send(on(1, read))).toBe('6A83');
    }
    expect(to.send(on(1, '00A2000401FF'))).toBe('6282');
    expect(to.send(on(1, '00A2000501FF'))).toBe('6282');
    expect(to.send(on(1, '00B2010401'))).toBe('FF9000');
    expect(to.faults).toEqual([]);
  });

  it('of a BER-TLV EF changes the room that it has', () => {
    const to = cardWith(BER_TLV);
    expect(to.send(resize('6F29', 0x400))).toBe('9000');
    expect(fcpOf(to, '6F29')).toContain('80020400');
    expect(to.send(resize('6F29', 1))).toBe('9000');
  });

  it('works in creation, and in initialisation, and where special information lets it', () => {
    for (const lifeCycle of ['8A0101', '8A0103']) {
      expect(cardWith(TRANSPARENT, { lifeCycle }).send(resize('6F29', 20))).toBe('9000');
    }
    const used = cardWith(TRANSPARENT, { lifeCycle: '8A0104', own: 'A503C00140' });
    expect(used.send(resize('6F29', 20))).toBe('9000');
  });

  it('may have its size in three or four octets, and its objects in any order', () => {
    const to = cardWith();
    const sent = (data: string): string => command('80D40000', tlv('62', data));
    expect(to.send(sent('80040000002083026F29'))).toBe('9000');
    expect(to.send(sent('83026F298003000021'))).toBe('9000');
    expect(fcpOf(to, '6F29')).toContain('80020021');
  });

  it('is one commit, and holds over a reset', () => {
    const to = cardWith();
    to.clearLog();
    to.expectOk(resize('6F29', 20));
    expect(to.commits).toHaveLength(1);
    to.reset();
    expect(fcpOf(to, '6F29')).toContain('80020014');
  });

  it('takes memory, and gives it back', () => {
    const to = adminCard([create(TRANSPARENT, { rule, size: '80028000' }), ICCID]);
    to.expectOk(create(TRANSPARENT, { rule, fid: '83026F30', size: '80027F00' }));
    to.expectOk(ICCID);
    expectRefused(to, resize('6F29', 0x80ff), '6A84');
    to.expectOk(resize('6F30', 0x7000));
    expect(to.send(resize('6F29', 0x80ff))).toBe('9000');
    to.expectOk(ICCID);
    expectRefused(to, resize('6F30', 0x7f00), '6A84');
  });
});

describe('RESIZE FILE is refused', () => {
  it.each([
    ['a cyclic EF', CYCLIC, {}, resize('6F29', 18), '6981'],
    ['a DF', DIRECTORY, { fid: '83026F29' }, resize('6F29', 18), '6981'],
    ['no octets', TRANSPARENT, {}, resize('6F29', 0), '6A80'],
    ['no octets, of a linear fixed EF', LINEAR, {}, resize('6F29', 0), '6A80'],
    ['no room, of a BER-TLV EF', BER_TLV, {}, resize('6F29', 0), '6A80'],
    ['half a record', LINEAR, { descriptor: '820442210002' }, resize('6F29', 17), '6A80'],
    ['255 records', LINEAR, {}, resize('6F29', 255), '6A80'],
    ['more than READ BINARY reaches', TRANSPARENT, {}, resize('6F29', 0x8100), '6A84'],
    ['a deactivated EF', TRANSPARENT, { lifeCycle: '8A0104' }, resize('6F29', 18), '6984'],
    ['no rule for it', TRANSPARENT, { rule: 'AB0580017F9000' }, resize('6F29', 18), '6982'],
    ['a rule that says never', TRANSPARENT, { rule: 'AB058401D49700' }, resize('6F29', 18), '6982'],
    ['a compact rule', TRANSPARENT, { rule: '8C03030000' }, resize('6F29', 18), '6982'],
  ])('for %s', (_what, objects, change, refused, sw) => {
    const created = create(objects, { rule, ...change });
    expectRefused(adminCard([created, go('3F00'), ICCID]), refused, sw);
  });

  it.each([
    ['a file that is not there', resize('6F30', 18), '6A82'],
    ['the application', resize('7FFF', 18), '6A82'],
    ['the MF', resize('3F00', 18), '6981'],
    ['an EF of another directory', resize('6F3A', 18), '6A82'],
    ['an EF of the profile, whose rules do not speak of it', resize('2FE2', 18), '6982'],
  ])('for %s', (_what, refused, sw) => {
    expectRefused(cardWith(), refused, sw);
  });

  it('for a total size: of a DF, which has none, and of an EF', () => {
    const total = (fid: string): string => command('80D40000', tlv('62', `8302${fid}81020018`));
    expectRefused(cardWith(), total('3F00'), '6981');
    expectRefused(cardWith(), total('6F29'), '6A80');
    expectRefused(cardWith(), total('2FE2'), '6982');
  });

  it.each([
    ['nothing', '00'],
    ['an empty template', '6200'],
    ['no template', '83026F2980020018'],
    ['another template', '6F0883026F2980020018'],
    ['something behind it', '620883026F298002001800'],
    ['two templates', '620883026F2980020018620883026F2980020018'],
    ['no FID', '620480020018'],
    ['no size', '620483026F29'],
    ['two FIDs', '620C83026F2983026F2980020018'],
    ['two sizes', '620C83026F298002001880020018'],
    ['both sizes', '620C83026F298002001881020018'],
    ['an unknown object', '620B83026F29800200188A0105'],
    ['a FID of one octet', '620783016F80020018'],
    ['a FID of three octets', '620983036F290080020018'],
    ['a size of one octet', '620783026F29800118'],
    ['a size of five octets', '620B83026F2980050000000018'],
    ['a length that is too long', '620983026F2980020018'],
    ['a length that is too short', '620783026F2980020018'],
    ['a length without end', '628083026F2980020018'],
    ['templates in templates', '62'.repeat(60)],
  ])('with 6A80 for %s', (_what, data) => {
    expectRefused(cardWith(), command('80D40000', data), '6A80');
  });

  it.each([
    ['without data', '80D40000', '6700'],
    ['with a lying Lc', '80D4000007620883026F2980020018', '6700'],
    ['with P1', resize('6F29', 18).replace('80D400', '80D401'), '6A86'],
    ['with P2', resize('6F29', 18).replace('80D40000', '80D40001'), '6A86'],
    ['in class 0X', resize('6F29', 18).replace('80D4', '00D4'), '6D00'],
  ])('%s', (_what, refused, sw) => {
    expectRefused(cardWith(), refused, sw);
  });

  it('for an EF that is terminated', () => {
    expectRefused(adminCard([EF, terminateEf('6F29'), ICCID]), resize('6F29', 18), '6985');
  });

  it('for an EF that is not shareable and current elsewhere', () => {
    const own = create(TRANSPARENT, { rule, descriptor: '82020121' });
    const to = channelCard(1, { setUp: [ADM1, own, ICCID] });
    to.expectOk(on(1, go('6F29')));
    expectRefused(to, resize('6F29', 18), '6985');
  });

  it('with 6581 when it cannot be stored', () => {
    const to = cardWith();
    to.isStored = () => false;
    expectRefused(to, resize('6F29', 18), '6581');
    expect(fcpOf(to, '6F29')).toContain('80020010');
  });

  it('or done, whatever the data; and never a fault', () => {
    const to = cardWith();
    const part = fc.constantFrom(
      '83026F29',
      '83022FE2',
      '80020018',
      '8002FFFF',
      '81020001',
      '8300',
    );
    const data = fc.oneof(
      fc.array(part, { maxLength: 4 }).map((parts) => tlv('62', parts.join(''))),
      fc.uint8Array({ minLength: 1, maxLength: 30 }).map(toHex),
    );
    fc.assert(
      fc.property(data, (octets) => {
        const before = to.uicc.root;
        const sw = to.send(command('80D40000', octets));
        expect(sw).toMatch(/^(?:9000|6981|6982|6A80|6A82|6A84)$/u);
        expect(to.uicc.root === before).toBe(sw !== '9000');
      }),
      { numRuns: 1000 },
    );
    expect(to.faults).toEqual([]);
  });
});
