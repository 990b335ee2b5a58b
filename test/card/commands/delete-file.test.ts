/**
 * DELETE FILE: what is gone, who stood there, and who may not.
 *
 * @see ETSI TS 102 222 §6.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import {
  adminCard,
  command,
  create,
  DIRECTORY,
  deleteFile,
  expectRefused,
  fcpOf,
  go,
  LINEAR,
  OPEN_RULE,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from '../support/administration.ts';
import { channelCard, on } from '../support/channels.ts';
import { tlv } from '../support/scripts.ts';
import { ADM1, PIN1, SELECT_USIM, select, TestCard } from '../support/test-card.ts';

const EF = create(TRANSPARENT);
const DF = create(DIRECTORY, { rule: OPEN_RULE });
const INNER = create(DIRECTORY, { fid: '83025F02', rule: OPEN_RULE });
const MF = go('3F00');
const ICCID = go('2FE2');
const USIM = [SELECT_USIM, PIN1, ADM1] as const;
/** The current EF is EF_ICCID: of its octets the first. */
const READ = '00B0000001';
const AT_ICCID = '989000';

describe('DELETE FILE', () => {
  it('takes an EF away: its FID, its short file identifier and what it held', () => {
    const to = adminCard([create(TRANSPARENT, { sfi: '880150' }), ICCID]);
    expect(to.send(deleteFile('6F29'))).toBe('9000');
    expect(to.send(go('6F29'))).toBe('6A82');
    expect(to.send('00B08A0001')).toBe('6A82');
    expect(to.send(READ)).toBe(AT_ICCID);
    to.expectOk(EF);
    expect(to.send('00B0000010')).toBe(`${'FF'.repeat(16)}9000`);
  });

  it('takes the current EF away; its directory stays current, without an EF', () => {
    const to = adminCard([EF, deleteFile('6F29')]);
    expect(to.send(READ)).toBe('6986');
    expect(to.ask('80F2000000')).toContain('83023F00');
    expect(to.send(deleteFile('6F29'))).toBe('6A82');
  });

  it('takes a file of the profile away', () => {
    const to = new TestCard({ setUp: [...USIM, select('7FFF6F07')] });
    expect(to.send(deleteFile('6F07'))).toBe('9000');
    expect(to.send('00B0000009')).toBe('6986');
    expect(to.send('00B0870009')).toBe('6A82');
    expect(to.send(select('7FFF6F07'))).toBe('6A82');
    expect(to.send(select('7FFF6F7B'))).toBe('9000');
  });

  it('takes a DF away with all that is below it', () => {
    const to = adminCard([DF, INNER, EF, MF]);
    expect(to.send(deleteFile('5F01'))).toBe('9000');
    for (const path of ['5F01', '5F015F02', '5F015F026F29']) {
      expect(to.send(select(path))).toBe('6A82');
    }
    to.sendAll([DF]);
    expect(to.send(go('5F02'))).toBe('6A82');
  });

  it('takes the current DF away; its parent becomes current', () => {
    const to = adminCard([DF, INNER, EF]);
    expect(to.send(deleteFile('5F02'))).toBe('9000');
    expect(to.ask('80F2000000')).toContain('83025F01');
    expect(to.send(READ)).toBe('6986');
    expect(to.send(deleteFile('5F01'))).toBe('9000');
    expect(to.ask('80F2000000')).toContain('83023F00');
  });

  it('takes DFs of the profile away, in an application too', () => {
    const to = new TestCard({ setUp: [...USIM, select('7FFF5F3B')] });
    expect(to.send(deleteFile('5F3B'))).toBe('9000');
    expect(to.send('80F2000112')).toMatch(/^8410.*9000$/u);
    expect(to.send(select('7FFF6F07'))).toBe('9000');
    to.expectOk(MF);
    expect(to.send(deleteFile('7F10'))).toBe('9000');
    expect(to.send(select('7F105F3A'))).toBe('6A82');
  });

  it('takes an ADF away by its FID, with its application', () => {
    const aid = 'A0000000871005FFFFFFFF8900000100';
    const adf = create(DIRECTORY, { aid: `8410${aid}`, rule: OPEN_RULE });
    const to = adminCard([adf, EF, `00A4040C10${aid}`]);
    expect(to.send('80F2000112')).toMatch(/9000$/u);
    expect(to.send(deleteFile('5F01'))).toBe('9000');
    expect(to.send('80F2000112')).toBe('6A88');
    expect(to.send(go('7FFF'))).toBe('6A82');
    expect(to.send(`00A4040C10${aid}`)).toBe('6A82');
    expect(to.ask('80F2000000')).toContain('83023F00');
  });

  it('takes a terminated file away', () => {
    const rule = OPEN_RULE;
    const to = adminCard([
      ...[create(TRANSPARENT, { rule }), terminateEf('6F29'), deleteFile('6F29')],
      ...[DF, create(TRANSPARENT, { rule }), MF, terminateDf('5F01'), deleteFile('5F01')],
    ]);
    expect(to.send(go('5F01'))).toBe('6A82');
    expect(to.send(EF)).toBe('9000');
  });

  it('holds over a reset', () => {
    const to = adminCard([EF, deleteFile('6F29')]);
    to.reset();
    expect(to.send(go('6F29'))).toBe('6A82');
  });
});

describe('DELETE FILE is refused', () => {
  it.each([
    ['for a file that is not there', '6F29', '6A82'],
    ['for a file in another directory', '6F3A', '6A82'],
    ['for a file below', '5F3A', '6A82'],
    ['for the MF', '3F00', '6985'],
    ['for an ADF of the profile', '7FFF', '6A82'],
    ['for a reserved FID', 'FFFF', '6A82'],
  ])('%s: %s', (_what, fid, sw) => {
    expectRefused(adminCard([ICCID]), deleteFile(fid), sw);
  });

  it.each([
    ['for the application of the channel', '7FFF'],
    ['for the MF from below', '3F00'],
    ['for a sibling', '7F10'],
  ])('%s: %s', (_what, fid) => {
    const to = new TestCard({ setUp: [...USIM, go('6F07')] });
    expectRefused(to, deleteFile(fid), '6A82');
  });

  it.each([
    ['without data', '00E40000', '6700'],
    ['with one octet', '00E40000012F', '6700'],
    ['with two FIDs', '00E40000042F052FE2', '6700'],
    ['with P1', '00E40100022F05', '6A86'],
    ['with P2', '00E40001022F05', '6A86'],
    ['in class 8X', '80E40000022F05', '6D00'],
  ])('%s', (_what, sent, sw) => {
    expectRefused(adminCard([ICCID]), sent, sw);
  });

  it('for who has not verified ADM1', () => {
    for (const setUp of [[], [PIN1]]) {
      const to = new TestCard({ setUp: [...setUp, ICCID] });
      expectRefused(to, deleteFile('2F05'), '6982');
      expectRefused(to, deleteFile('7F10'), '6982');
    }
  });

  it('with 6581 when it cannot be stored', () => {
    const to = adminCard([ICCID]);
    to.isStored = () => false;
    expectRefused(to, deleteFile('2FE2'), '6581');
    expectRefused(to, deleteFile('7F10'), '6581');
    expect(to.send(READ)).toBe(AT_ICCID);
  });
});

describe('the right to delete', () => {
  const CREATES = '8001069000';

  /** What is said under a rule of the file, in a directory of another. */
  function answer(rule: string, parent: string): string {
    const to = adminCard([
      create(DIRECTORY, { rule: tlv('AB', CREATES + parent) }),
      create(TRANSPARENT, { rule }),
    ]);
    return to.send(deleteFile('6F29'));
  }

  it.each([
    ['is its own', 'AB058001409000', '', '9000'],
    ['is its own, never', 'AB058001409700', '8001019000', '6982'],
    ['is its own, of a key', 'AB0B800140A40683010B950108', '8001019000', '6982'],
    ['is that of its directory where it says nothing', 'AB058001039000', '8001019000', '9000'],
    ['is that of its directory where it has no rules', 'AB00', '8001019000', '9000'],
    ['is that of its directory where its EF_ARR is missing', '8B036F0601', '8001019000', '9000'],
    ['is had nowhere', 'AB058001039000', '', '6982'],
    ['is never had', 'AB058001039000', '8001019700', '6982'],
    ['is not that of deleting the directory', 'AB058001039000', '8001409000', '6982'],
    ['may be named by INS', 'AB058401E49000', '', '9000'],
    ['may be named by INS, never', 'AB058401E49700', '8001019000', '6982'],
    ['may be named by INS in the directory', 'AB00', '8401E49000', '9000'],
    ['is asked of the file first, compact', '8C0240FF', '8001019000', '6982'],
    ['is asked of the file first, compact, always', '8C024000', '', '9000'],
  ])('%s', (_what, rule, parent, sw) => {
    expect(answer(rule, parent)).toBe(sw);
  });

  it('of a directory is its own or that of the one above, not that of what is below', () => {
    const to = adminCard([
      create(DIRECTORY, { rule: tlv('AB', `${CREATES}8001409000`) }),
      create(TRANSPARENT, { rule: 'AB0580017F9700' }),
    ]);
    expect(to.send(deleteFile('6F29'))).toBe('6982');
    expect(to.send(deleteFile('5F01'))).toBe('9000');
    const closed = adminCard([
      create(DIRECTORY, { rule: tlv('AB', `${CREATES}8001019000`) }),
      create(DIRECTORY, { fid: '83025F02', rule: 'AB058001409700' }),
    ]);
    expect(closed.send(deleteFile('5F02'))).toBe('6982');
    closed.expectOk(go('5F01'));
    expect(closed.send(deleteFile('5F02'))).toBe('6982');
  });
});

describe('another channel', () => {
  const SETUP = [ADM1, DF, INNER, EF, MF];

  it('that stands in the EF has none any more', () => {
    const to = channelCard(1, { setUp: [ADM1, EF, MF] });
    to.expectOk(on(1, go('6F29')));
    to.expectOk(deleteFile('6F29'));
    expect(to.send(on(1, READ))).toBe('6986');
    expect(to.ask(on(1, '80F2000000'))).toContain('83023F00');
    to.expectOk(EF);
    expect(to.send(on(1, READ))).toBe('6986');
  });

  it.each(['5F01', '5F015F02', '5F015F026F29'])('that stands in %s stands in the MF', (path) => {
    const to = channelCard(1, { setUp: SETUP });
    to.expectOk(on(1, select(path)));
    to.expectOk(deleteFile('5F01'));
    expect(to.ask(on(1, '80F2000000'))).toContain('83023F00');
    expect(to.send(on(1, READ))).toBe('6986');
    expect(to.send(on(1, go('2FE2')))).toBe('9000');
  });

  it('keeps its application when it stands in a DF of it that goes', () => {
    const to = channelCard(1, { setUp: USIM });
    to.sendAll([on(1, SELECT_USIM), on(1, select('7FFF5F3B4F20'))]);
    to.expectOk(deleteFile('5F3B'));
    expect(to.ask(on(1, '80F2000000'))).toContain('83023F00');
    expect(to.ask(on(1, '80F2000112'))).toMatch(/^8410.*9000$/u);
    expect(to.send(on(1, select('7FFF6F07')))).toBe('9000');
  });

  it('begins at the MF when it is opened from one that stood in what is gone', () => {
    const to = channelCard(1, { setUp: SETUP });
    to.sendAll([on(1, select('5F01')), deleteFile('5F01')]);
    expect(to.send(on(1, '0070000001'))).toBe('029000');
    expect(to.ask(on(2, '80F2000000'))).toContain('83023F00');
  });

  it('that has an EF which is not shareable keeps it, and what it lies in', () => {
    const own = create(TRANSPARENT, { descriptor: '82020121', rule: OPEN_RULE });
    const to = channelCard(1, { setUp: [ADM1, DF, INNER, own, MF] });
    to.expectOk(on(1, select('5F015F026F29')));
    expectRefused(to, deleteFile('5F01'), '6985');
    expectRefused(to, terminateDf('5F01'), '6985');
    to.expectOk(select('5F015F02'));
    for (const refused of [deleteFile('6F29'), terminateEf('6F29'), deleteFile('5F02')]) {
      expectRefused(to, refused, '6985');
    }
    expect(to.send(on(1, READ))).toBe('FF9000');
    to.expectOk(on(1, MF));
    expect(to.send(deleteFile('6F29'))).toBe('9000');
  });

  it('may delete what it has itself', () => {
    const own = create(TRANSPARENT, { descriptor: '82020121' });
    const to = channelCard(1, { setUp: [ADM1, own] });
    expect(to.send(on(1, deleteFile('6F29')))).toBe('6985');
    expect(to.send(deleteFile('6F29'))).toBe('9000');
  });
});

describe('an EF_ARR that is deleted', () => {
  /** Everybody may do everything with what names record 1. */
  const NEW_ARR = create(LINEAR, {
    descriptor: '82044221000A',
    fid: '83026F06',
    size: '8002000A',
    rule: OPEN_RULE,
    pattern: 'A50CC20A80017F90008401D49000',
  });

  it('closes its files, until another takes its place', () => {
    const to = new TestCard({ setUp: [...USIM, go('6F07')] });
    expect(to.send('00B0000009')).toMatch(/9000$/u);
    to.expectOk(deleteFile('6F06'));
    for (const refused of ['00B0000009', '00B08D000C', '00D68D000100', '00B0830004']) {
      expect(to.send(refused)).toBe('6982');
    }
    expect(fcpOf(to, '6F07')).toContain('8B036F0602');
    // The ADF has its rules in the EF_ARR of the MF.
    to.expectOk(NEW_ARR);
    expect(to.send('00B0830004')).toBe('000000029000');
    expect(to.send('00B0870009')).toBe('6982');
  });

  it('leaves them to the one of a directory above', () => {
    const arr = NEW_ARR.replace('83026F06', '83022F06');
    const to = adminCard([DF, create(TRANSPARENT), arr]);
    to.expectOk(`0020000A08${'31'.repeat(8)}`);
    to.expectOk(go('6F29'));
    expect(to.send('00D6000001A5')).toBe('9000');
    to.send(`0020000A08${'39'.repeat(8)}`);
    expect(to.send('00D6000001A5')).toBe('9000');
    expect(to.send(deleteFile('2F06'))).toBe('9000');
    expect(to.send('00D6000001A5')).toBe('6982');
  });

  it('of the MF closes the card to its administrator, and does not stop it', () => {
    const to = adminCard([deleteFile('2F06')]);
    expectRefused(to, EF, '6982');
    expectRefused(to, deleteFile('2F05'), '6982');
    expectRefused(to, command('00E00000', '00'), '6982');
    expect(to.sendAll([SELECT_USIM, PIN1, '00B0870009'])).toMatch(/9000$/u);
    expect(to.reset()).toMatch(/^3B/u);
  });
});
