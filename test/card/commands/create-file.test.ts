/**
 * CREATE FILE: what is created, where, and of what size.
 *
 * ADM1 may create in the MF.
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
  CYCLIC,
  command,
  create,
  DIRECTORY,
  deleteFile,
  expectRefused,
  fcpOf,
  go,
  LINEAR,
  type Objects,
  OPEN_RULE,
  TRANSPARENT,
  template,
} from '../support/administration.ts';
import { channelCard, on } from '../support/channels.ts';
import { tlv } from '../support/scripts.ts';
import {
  ADM1,
  octet,
  PIN1,
  SELECT_USIM,
  TestCard,
  USIM_AID,
  withChannels,
  withUniversalPin,
} from '../support/test-card.ts';

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

describe('CREATE FILE as tests of other cards send it', () => {
  it.each([
    [
      'transparent',
      '00E0000018 6216 82024121 83026F29 8A0105 8B032F0601 80020010 8800',
      '6217 82024121 83026F29 8A0105 8B032F0601 80020010 8800',
    ],
    [
      'linear fixed, with a descriptor of four octets',
      '00E000001A 6218 820442210001 83026F29 8A0105 8B032F0601 80020010 8800',
      '6219 82054221000110 83026F29 8A0105 8B032F0601 80020010 8800',
    ],
    [
      'cyclic',
      '00E000001A 6218 820446210003 83026F29 8A0105 8B032F0601 8002000F 8800',
      '6219 82054621000305 83026F29 8A0105 8B032F0601 8002000F 8800',
    ],
  ])('%s: the EF is current, and its FCP says what it is', (_what, sent, fcp) => {
    const to = card();
    expect(to.send(sent.replaceAll(' ', ''))).toBe('9000');
    const expected = fcp.replaceAll(' ', '').replace(/^62../u, '');
    expect(fcpOf(to, '6F29').slice(4)).toBe(expected);
    expect(to.ask('80F2000000')).toContain('83023F00');
  });

  it('a DF: it is current, without an EF, and its FCP says what it is', () => {
    const to = card();
    const sent = '00E000001E621C8202782183025F018A01058B036F060181020030C606900180830101';
    expect(to.send(sent)).toBe('9000');
    expect(to.ask('80F2000000')).toBe(
      '621D8202782183025F01A5038001718A01058B036F0601C6069001808301019000',
    );
    expect(to.send('00B0000001')).toBe('6986');
    expect(to.send('00A40304')).toMatch(/^61/u);
  });
});

describe('a new EF', () => {
  it.each([
    ['transparent', TRANSPARENT, '00B0000010', 'FF'.repeat(16)],
    ['linear fixed', LINEAR, '00B2100401', 'FF'],
    ['cyclic', CYCLIC, '00B2050403', 'FFFFFF'],
  ])('that is %s holds nothing but FF, up to its end', (_what, objects, read, content) => {
    const to = adminCard([create(objects)]);
    expect(to.send(read)).toBe(`${content}9000`);
    expect(to.send(read.replace('0010', '0011').replace(/^00B2../u, '00B2FE'))).toMatch(/^6[AC]/u);
  });

  it('that is BER-TLV holds nothing, and is neither octets nor records', () => {
    const to = adminCard([create(BER_TLV)]);
    expect(fcpOf(to, '6F29')).toContain('82027921');
    for (const read of ['00B0000001', '00B2010401', '00A2010401FF', '803200000101']) {
      expect(to.send(read)).toBe('6981');
    }
  });

  it.each([
    ['C1, whose last octet goes on', 'C102A55A', TRANSPARENT, `A5${'5A'.repeat(15)}`],
    ['C1 of one octet', 'C10100', TRANSPARENT, '00'.repeat(16)],
    ['C1 as long as the EF', `C110${'01'.repeat(15)}02`, TRANSPARENT, `${'01'.repeat(15)}02`],
    ['C1 that is longer', `C111${'01'.repeat(16)}02`, TRANSPARENT, '01'.repeat(16)],
    ['C2, which goes on from its beginning', 'C203010203', TRANSPARENT, `${'010203'.repeat(5)}01`],
    ['C2 of one octet', 'C20177', TRANSPARENT, '77'.repeat(16)],
    ['C2 that is longer', `C211${'01'.repeat(16)}02`, TRANSPARENT, '01'.repeat(16)],
  ])('is filled by %s', (_what, pattern, objects, content) => {
    const to = adminCard([create(objects, { proprietary: tlv('A5', pattern) })]);
    expect(to.send('00B0000010')).toBe(`${content}9000`);
  });

  it.each([
    ['C1', 'C102A55A', CYCLIC, 'A55A5A'],
    ['C2', 'C2020102', CYCLIC, '010201'],
    ['C1 longer than a record', 'C10401020304', CYCLIC, '010203'],
    ['C2 longer than a record', 'C20401020304', CYCLIC, '010203'],
    ['C2', 'C2020102', LINEAR, '01'],
  ])(
    'of records is filled by %s, which begins again in each',
    (_what, pattern, objects, record) => {
      const to = adminCard([create(objects, { proprietary: tlv('A5', pattern) })]);
      const length = octet(record.length / 2);
      for (const n of ['01', '02', '05'])
        expect(to.send(`00B2${n}04${length}`)).toBe(`${record}9000`);
    },
  );

  it('takes another place of special file information, and tells it', () => {
    const to = adminCard([create(TRANSPARENT, { lifeCycle: '8A0104', own: 'A503C00140' })]);
    expect(fcpOf(to, '6F29')).toContain('A503C00140');
    expect(to.send('00B0000001')).toBe('FF9000');
    const without = adminCard([create(TRANSPARENT, { lifeCycle: '8A0104' })]);
    expect(without.send('00B0000001')).toBe('6984');
  });

  it('that is not shareable is current on one channel at a time', () => {
    const to = channelCard(1, { setUp: [ADM1, create(TRANSPARENT, { descriptor: '82020121' })] });
    expect(fcpOf(to, '6F29')).toContain('82020121');
    expect(to.send(on(1, go('6F29')))).toBe('6985');
    to.expectOk(ICCID);
    expect(to.send(on(1, go('6F29')))).toBe('9000');
  });

  it.each([
    ['by record', '8B032F0601', ['9000', '6982']],
    ['by environment', '8B062F0600060101', ['9000', '6982']],
    ['by an environment that is not the current one', '8B042F060001', ['6982', '6982']],
    ['in an EF_ARR that is not there', '8B036F0601', ['6982', '6982']],
    ['in a record that is not there', '8B032F06FE', ['6982', '6982']],
    ['of its own', 'AB058001039000', ['9000', '9000']],
    ['of its own, compact', '8C03030000', ['9000', '9000']],
    ['of its own, compact, never', '8C0303FFFF', ['6982', '6982']],
    ['of its own, none', 'AB00', ['6982', '6982']],
  ])('has its rules %s', (_what, rule, [read, update]) => {
    const to = adminCard([create(TRANSPARENT, { rule })]);
    expect(fcpOf(to, '6F29')).toContain(rule);
    to.sendAll([`0020000A08${'00'.repeat(8)}`, go('6F29')]);
    expect(to.send('00B0000001').slice(-4)).toBe(read);
    expect(to.send('00D6000001A5')).toBe(update);
  });

  it.each([
    ['01', '01'],
    ['03', '03'],
    ['04', '04'],
    ['05', '05'],
    ['06', '04'],
    ['07', '05'],
  ])('begins its life as %s, told as %s', (sent, told) => {
    const to = adminCard([create(TRANSPARENT, { lifeCycle: `8A01${sent}`, rule: OPEN_RULE })]);
    expect(fcpOf(to, '6F29')).toContain(`8A01${told}`);
    expect(to.send(go('6F29'))).toBe(told === '04' ? '6283' : '9000');
    expect(to.send('00440000')).toBe('9000');
    expect(fcpOf(to, '6F29')).toContain('8A0105');
  });

  it('may be as large as READ BINARY reaches, and records as large as they are', () => {
    const to = adminCard([create(TRANSPARENT, { size: '800280FF' })]);
    expect(to.send('00B07FFF00')).toBe(`${'FF'.repeat(256)}9000`);
    const linear = adminCard([create(LINEAR, { descriptor: '8204422100FF', size: '8002FD02' })]);
    expect(fcpOf(linear, '6F29')).toContain('8205422100FFFE');
    expect(linear.send('00B2FE04FF')).toBe(`${'FF'.repeat(255)}9000`);
  });

  it('may have its size in three or four octets, and its objects in any order', () => {
    const to = adminCard([create(TRANSPARENT, { size: '800400000010' })]);
    expect(fcpOf(to, '6F29')).toContain('80020010');
    const backward = Object.fromEntries(Object.entries(TRANSPARENT).toReversed());
    expect(adminCard([create(backward)]).send('00B0000010')).toMatch(/9000$/u);
  });

  it('reserves the larger of its two sizes when it is BER-TLV', () => {
    const to = adminCard([create(BER_TLV, { own: 'A50486020400' })]);
    expect(fcpOf(to, '6F29')).toContain('80020400');
  });
});

describe('the short file identifier of a new EF', () => {
  /** What the FCP says of it. */
  function sfiOf(change: Objects, setUp: readonly string[] = []): string | undefined {
    const fid = (change.fid ?? '6F29').slice(-4);
    const to = adminCard([...setUp, create(TRANSPARENT, change)]);
    return /88(?:00|01..)$/u.exec(fcpOf(to, fid))?.[0];
  }

  it.each([
    ['is the one given', { sfi: '880150' }, '880150'],
    ['is none when the object is empty', { sfi: '8800' }, '8800'],
    ['is that of the FID without the object', { sfi: '' }, '880148'],
    ['is none when the FID ends in 0', { sfi: '', fid: '83026F20' }, '8800'],
    ['is none when the FID ends in 31', { sfi: '', fid: '83026F3F' }, '8800'],
    ['is none when another EF has that of the FID', { sfi: '', fid: '83026F26' }, '8800'],
    ['may be 29', { sfi: '8801E8' }, '8801E8'],
    ['may be 1', { sfi: '880108' }, '880108'],
  ])('%s', (_what, change, expected) => {
    expect(sfiOf(change as Objects)).toBe(expected);
  });

  it('finds the EF', () => {
    const to = adminCard([create(TRANSPARENT, { sfi: '880150' }), ICCID]);
    expect(to.send('00B08A0001')).toBe('FF9000');
  });

  it.each([
    ['0', '880100'],
    ['31', '8801F8'],
    ['with a bit below', '880151'],
    ['of two octets', '88025000'],
    ['that another EF has', '880110'],
  ])('is refused with 6A80: %s', (_what, sfi) => {
    expectRefused(card(), create(TRANSPARENT, { sfi }), '6A80');
  });

  it('may be that of an EF in another directory', () => {
    const rule = OPEN_RULE;
    const to = adminCard([create(DIRECTORY, { rule }), create(TRANSPARENT, { sfi: '880110' })]);
    expect(to.send('00B0820001')).toMatch(/9000$/u);
  });
});

describe('a new directory', () => {
  const OPEN_DF = create(DIRECTORY, { rule: OPEN_RULE });

  it('has directories in it, and EFs in those', () => {
    const inner = create(DIRECTORY, { fid: '83025F02', rule: OPEN_RULE });
    const to = adminCard([OPEN_DF, inner, create(TRANSPARENT)]);
    expect(to.send('00A4080C063F005F015F02')).toBe('6A82');
    expect(to.send('00A4080C065F015F026F29')).toBe('9000');
    expect(to.ask('80F2000000')).toContain('83025F02');
  });

  it('of a USIM keeps the application active', () => {
    const to = new TestCard({ setUp: [SELECT_USIM, ADM1, PIN1, OPEN_DF] });
    expect(to.send('00A4080C047FFF5F01')).toBe('9000');
    expect(to.send('00A4080C047FFF6F07')).toBe('9000');
    expect(to.send('00B0000009')).toBe('0809101010325476989000');
  });

  it.each([
    ['begins its life as 01', '8A0101'],
    ['begins its life as 03', '8A0103'],
  ])('%s', (_what, lifeCycle) => {
    const to = adminCard([create(DIRECTORY, { rule: OPEN_RULE, lifeCycle })]);
    expect(fcpOf(to, '5F01')).toContain(lifeCycle);
    expect(to.send(EF)).toBe('9000');
  });

  it('needs no size, and takes no memory for the one that it has', () => {
    expect(card().send(create(DIRECTORY, { size: '' }))).toBe('9000');
    expect(card().send(create(DIRECTORY, { size: '8104FFFFFFFF' }))).toBe('9000');
  });

  it('tells of the keys of its PIN status template what they are now', () => {
    const pins = 'C611900150950108830111830101830181';
    const to = new TestCard({ profile: withUniversalPin(), setUp: [ADM1] });
    to.expectOk(create(DIRECTORY, { pins: pins.replace('C611', 'C60F') }));
    expect(to.ask('80F2000000')).toContain('C60F9001E0950100830111830101830181');
  });

  it('may have no keys', () => {
    const to = adminCard([create(DIRECTORY, { pins: 'C6029000' })]);
    expect(to.ask('80F2000000')).toContain('C6029000');
  });

  it('is an ADF with an AID, found by it and its session', () => {
    const to = adminCard([create(DIRECTORY, { aid: `8410${AID}` }), EF]);
    to.expectOk(go('3F00'));
    expect(to.send(`00A4040C10${AID}`)).toBe('9000');
    expect(to.ask('80F2000112')).toBe(`8410${AID}9000`);
    expect(to.send(go('7FFF'))).toBe('9000');
    expect(to.send('00A4040C07A0000000871005')).toBe('9000');
    expect(to.send(go('3F00'))).toBe('9000');
    expect(to.send(go('5F01'))).toBe('6A82');
  });

  it('may be an ADF whose FID is 7FFF, as often as there are AIDs', () => {
    const adf = (aid: string): string =>
      create(DIRECTORY, { fid: '83027FFF', aid: tlv('84', aid), rule: OPEN_RULE });
    const to = adminCard([adf('A000000001'), go('3F00'), adf('A000000002')]);
    expect(to.send('00A4040C05A000000001')).toBe('9000');
    expect(to.send('00A4040C05A000000002')).toBe('9000');
  });
});

describe('the place of a new file', () => {
  const ADF = create(DIRECTORY, { aid: `8410${AID}` });

  it.each([
    ['an EF there', EF, '83026F29', '6A89'],
    ['a DF there', DF, '83025F01', '6A89'],
    ['an ADF there', ADF, '83025F01', '6A89'],
    ['an EF of the profile', '', '83022FE2', '6A89'],
    ['a DF of the profile', '', '83027F10', '6A89'],
  ])('is taken: %s has the FID', (_what, there, fid, sw) => {
    const to = card(there === '' ? [] : [there, go('3F00')]);
    for (const objects of [TRANSPARENT, CYCLIC, DIRECTORY]) {
      expectRefused(to, create(objects, { fid }), sw);
    }
  });

  it('is taken by the directory itself, and by those above', () => {
    const open = (fid: string): string => create(DIRECTORY, { fid, rule: OPEN_RULE });
    const to = adminCard([open('83025F01'), open('83025F02'), EF]);
    for (const fid of ['83025F01', '83025F02']) {
      expectRefused(to, create(DIRECTORY, { fid }), '6A89');
      expectRefused(to, create(TRANSPARENT, { fid }), '6A89');
    }
    // Beside the directory there is room for another of that name.
    expect(to.send(open('83025F03'))).toBe('9000');
    to.expectOk(go('5F02'));
    expect(to.send(create(TRANSPARENT, { fid: '83025F04' }))).toBe('9000');
  });

  it.each(['0000', '3F00', '3FFF', 'FFFF', '7FFF'])('is no place: FID %s', (fid) => {
    for (const objects of [TRANSPARENT, DIRECTORY]) {
      expectRefused(card(), create(objects, { fid: `8302${fid}` }), '6A80');
    }
  });

  it.each([
    ['that the card has', `8410${USIM_AID}`, '6A8A'],
    ['that was created', `8410${AID}`, '6A8A'],
    ['of 4 octets', '8404A0000000', '6A80'],
    ['of 17 octets', `8411${AID}00`, '6A80'],
    ['of none', '8400', '6A80'],
  ])('is refused to an ADF with an AID %s', (_what, aid, sw) => {
    const to = card([ADF, go('3F00')]);
    expectRefused(to, create(DIRECTORY, { aid, fid: '83025F02' }), sw);
  });

  it('of an ADF is the MF alone', () => {
    const to = adminCard([create(DIRECTORY, { rule: OPEN_RULE })]);
    expectRefused(to, create(DIRECTORY, { fid: '83025F02', aid: `8410${AID}` }), '6A80');
  });

  it('is free again when the file was deleted', () => {
    const to = adminCard([EF, deleteFile('6F29'), DF, go('3F00'), deleteFile('5F01')]);
    expect(to.send(create(DIRECTORY, { fid: '83026F29' }))).toBe('9000');
    to.expectOk(go('3F00'));
    expect(to.send(create(TRANSPARENT, { fid: '83025F01' }))).toBe('9000');
  });
});

describe('the memory for a new file', () => {
  it.each([
    ['more than READ BINARY reaches', TRANSPARENT, { size: '80028100' }, '6A84'],
    ['three octets', TRANSPARENT, { size: '8003010000' }, '6A84'],
    ['four octets', TRANSPARENT, { size: '8004FFFFFFFF' }, '6A84'],
    ['more than two octets tell', BER_TLV, { size: '8003010000' }, '6A84'],
    ['more than two octets tell, at most', BER_TLV, { own: 'A5068604FFFFFFFF' }, '6A84'],
    ['none', TRANSPARENT, { size: '80020000' }, '6A80'],
    ['none, of records', LINEAR, { size: '80020000' }, '6A80'],
    ['none, of data objects', BER_TLV, { size: '80020000' }, '6A80'],
    ['one octet', TRANSPARENT, { size: '800110' }, '6A80'],
    ['five octets', TRANSPARENT, { size: '80050000000010' }, '6A80'],
    ['no whole records', CYCLIC, { size: '80020010' }, '6A80'],
    ['less than a record', CYCLIC, { size: '80020002' }, '6A80'],
    ['more than 254 records', LINEAR, { size: '800200FF' }, '6A80'],
    ['records of no octet', LINEAR, { descriptor: '820442210000' }, '6A80'],
    ['records of 256 octets', LINEAR, { descriptor: '820442210100', size: '80020200' }, '6A80'],
    ['another number of records', LINEAR, { descriptor: '82054221000111' }, '6A80'],
    ['no number of records', LINEAR, { descriptor: '82054221000100' }, '6A80'],
  ] as const)('is refused for a size of %s', (_what, objects, change, sw) => {
    expectRefused(card(), create(objects, change), sw);
  });

  it('comes to an end, and comes back', () => {
    const large = (n: number): string =>
      create(TRANSPARENT, { fid: `83026F4${n}`, size: '80027FE0' });
    const to = card([large(1), large(2)]);
    to.expectOk(ICCID);
    expectRefused(to, EF, '6A84');
    expectRefused(to, DF, '6A84');
    to.sendAll([deleteFile('6F41'), ICCID]);
    expect(to.send(EF)).toBe('9000');
    to.expectOk(ICCID);
    expectRefused(to, large(3), '6A84');
  });
});

describe('CREATE FILE', () => {
  it('is 6581 when it cannot be stored; nothing is there, and the channel stays', () => {
    const to = card();
    to.isStored = () => false;
    expectRefused(to, EF, '6581');
    expectRefused(to, DF, '6581');
    to.isStored = () => true;
    expect(to.send(go('6F29'))).toBe('6A82');
    expect(to.send(EF)).toBe('9000');
  });

  it('is one commit, with its pattern too', () => {
    const to = card();
    to.clearLog();
    to.expectOk(create(TRANSPARENT, { own: 'A503C10100' }));
    expect(to.commits).toHaveLength(1);
  });

  it('on one channel is seen by the others, which stay where they are', () => {
    const to = channelCard(1, { setUp: [ADM1, ICCID] });
    to.expectOk(on(1, DF));
    expect(to.send('00B0000001')).toBe('989000');
    expect(to.send(go('5F01'))).toBe('9000');
    expect(to.send(on(1, go('3F00')))).toBe('9000');
  });

  it('holds over a reset, and in a card that is told its FCP', () => {
    const to = adminCard([EF, '00D6000002A5A5']);
    to.reset();
    expect(to.send(go('6F29'))).toBe('9000');
    expect(to.send('00B0000003')).toBe('A5A5FF9000');
    const again = adminCard([command('00E00000', fcpOf(to, '6F29'))]);
    expect(fcpOf(again, '6F29')).toBe(fcpOf(to, '6F29'));
  });

  it('is 6A80 for a template that is cut short anywhere', () => {
    const to = card();
    const whole = fromHex(template(TRANSPARENT));
    for (let length = 1; length < whole.length; length++) {
      expectRefused(to, command('00E00000', toHex(whole.subarray(0, length))), '6A80');
    }
  });

  it('of octets that nobody means creates something, or is refused, and never a fault', () => {
    const to = new TestCard({ profile: withChannels(), setUp: [ADM1] });
    const parts = fc.constantFrom(
      ...Object.values({ ...TRANSPARENT, ...DIRECTORY }),
      ...['820442210001', 'A503C10100', OPEN_RULE, `8410${AID}`],
      ...['83022F99', '8B032F0601', '80020003', 'A50486020010', '82027921'],
    );
    const objects = fc.array(fc.oneof(parts, fc.uint8Array({ maxLength: 4 }).map(toHex)), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(objects, (of) => {
        to.reset();
        to.expectOk(ADM1);
        const before = to.uicc.root;
        const data = tlv('62', of.join(''));
        const sw = to.send(command('00E00000', data));
        expect(sw).toMatch(/^(?:9000|6A8[049A])$/u);
        expect(to.uicc.root === before).toBe(sw !== '9000');
      }),
      { numRuns: 1000 },
    );
    expect(to.faults).toEqual([]);
  });
});
