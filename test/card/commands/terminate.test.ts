/**
 * TERMINATE EF, TERMINATE DF and TERMINATE CARD USAGE: what is left of a file, and of the card.
 *
 * @see ETSI TS 102 222 §6.7, §6.8, §6.9; ETSI TS 102 221 §11.1.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import { rootAfter } from '../../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import {
  adminCard,
  create,
  DIRECTORY,
  deleteFile,
  expectRefused,
  fcpOf,
  go,
  LINEAR,
  OPEN_RULE,
  resize,
  TERMINATE_CARD,
  TRANSPARENT,
  terminateDf,
  terminateEf,
  withTerminableMf,
} from '../support/administration.ts';
import { challengeFor } from '../support/aka.ts';
import { channelCard, OPEN, on } from '../support/channels.ts';
import { CHANGE, PENDING } from '../support/matrix-row.ts';
import { tlv } from '../support/scripts.ts';
import { STATUS_WORD_MATRIX } from '../support/status-word-matrix.ts';
import { ADM1, PIN1, SELECT_USIM, select, TestCard, withChannels } from '../support/test-card.ts';

const OPEN_EF = create(TRANSPARENT, { rule: OPEN_RULE });
const OPEN_DF = create(DIRECTORY, { rule: OPEN_RULE });
const INNER = create(DIRECTORY, { fid: '83025F02', rule: OPEN_RULE });
const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
const MF = go('3F00');
const ICCID = go('2FE2');

describe('TERMINATE EF', () => {
  it('ends the life of an EF: it is selected with a warning, and is no more', () => {
    const to = adminCard([OPEN_EF, terminateEf('6F29')]);
    expect(to.send(go('6F29'))).toBe('6285');
    expect(fcpOf(to, '6F29')).toContain('8A010C');
    for (const refused of [
      ...['00B0000001', '00D600000100', '00040000', '00440000'],
      ...[terminateEf('6F29'), resize('6F29', 8)],
    ]) {
      expectRefused(to, refused, '6985');
    }
    expect(to.send('00B2010401')).toBe('6981');
  });

  it('ends the life of records, too', () => {
    const to = adminCard([create(LINEAR, { rule: OPEN_RULE }), terminateEf('6F29')]);
    for (const refused of ['00B2010401', '00DC01040100', '00A2010401FF']) {
      expectRefused(to, refused, '6985');
    }
  });

  it('leaves the current EF, and works on one that is not current', () => {
    const to = adminCard([OPEN_EF, ICCID, terminateEf('6F29')]);
    expect(to.send('00B0000001')).toBe('989000');
  });

  it.each([
    ['activated', '8A0105'],
    ['deactivated', '8A0104'],
    ['in creation', '8A0101'],
    ['in initialisation', '8A0103'],
  ])('works on an EF that is %s', (_what, lifeCycle) => {
    const to = adminCard([create(TRANSPARENT, { rule: OPEN_RULE, lifeCycle })]);
    expect(to.send(terminateEf('6F29'))).toBe('9000');
    expect(to.send(go('6F29'))).toBe('6285');
  });
});

describe('TERMINATE DF', () => {
  it('ends the life of a directory and of all that is below it', () => {
    const to = adminCard([OPEN_DF, INNER, OPEN_EF, MF, terminateDf('5F01')]);
    for (const path of ['5F01', '5F015F02', '5F015F026F29']) {
      expect(to.send(select(path))).toBe('6285');
      expect(to.ask(`00A40804${select(path).slice(8)}00`)).toMatch(/^62.*8A010C.*6285$/u);
    }
    expectRefused(to, '00B0000001', '6985');
    expectRefused(to, create(TRANSPARENT, { fid: '83026F30' }), '6985');
    expectRefused(to, create(DIRECTORY, { fid: '83025F04' }), '6985');
    expectRefused(to, terminateEf('6F29'), '6985');
    expectRefused(to, terminateDf('5F02'), '6985');
    expect(to.ask('80F2000000')).toMatch(/^62.*8A010C.*9000$/u);
  });

  it('works on the current directory, and on what is partly over', () => {
    const to = adminCard([OPEN_DF, INNER, OPEN_EF, terminateEf('6F29')]);
    expect(to.send(terminateDf('5F02'))).toBe('9000');
    to.expectOk(MF);
    expect(to.send(terminateDf('5F01'))).toBe('9000');
    expect(to.send(select('5F015F02'))).toBe('6285');
  });

  it('ends the use of an application: AUTHENTICATE and GET IDENTITY', () => {
    const aid = 'A0000000871002FFFFFFFF8900000200';
    const rule = OPEN_RULE;
    const application = create(DIRECTORY, { rule, fid: '83027F01', aid: tlv('84', aid) });
    const to = adminCard([PIN1, application, `00A4040C10${aid}`]);
    expect(to.send(challengeFor(PAIR!, 32))).toBe('612C');
    to.expectOk(terminateDf('7F01'));
    expect(to.send(`00A4040C10${aid}`)).toBe('6285');
    expectRefused(to, challengeFor(PAIR!, 64), '6985');
    expectRefused(to, '8078000100', '6985');
    to.expectOk(SELECT_USIM);
    expect(to.send(challengeFor(PAIR!, 64))).toBe('6135');
  });

  it('leaves what is beside it', () => {
    const to = adminCard([OPEN_DF, MF, create(DIRECTORY, { fid: '83025F02' }), MF]);
    to.expectOk(terminateDf('5F01'));
    expect(to.send(go('5F02'))).toBe('9000');
    expect(to.send(go('2FE2'))).toBe('6A82');
    to.expectOk(MF);
    expect(to.send(OPEN_EF)).toBe('9000');
  });

  it('is one commit, however much is below', () => {
    const to = adminCard([OPEN_DF, INNER, OPEN_EF, MF]);
    to.clearLog();
    to.expectOk(terminateDf('5F01'));
    expect(to.commits).toHaveLength(1);
  });

  it('holds over a reset, and in a card made of the commits', () => {
    const to = adminCard([OPEN_DF, INNER, OPEN_EF, MF, terminateDf('5F01')]);
    to.reset();
    expect(to.send(go('5F01'))).toBe('6285');
    const root = rootAfter(to.uicc.image, to.uicc.image.root, to.commits);
    expect(root).toEqual(to.uicc.root);
    expect(new TestCard({ root }).send(select('5F015F026F29'))).toBe('6285');
  });
});

describe('TERMINATE EF and TERMINATE DF are refused', () => {
  it.each([
    ['an EF that is not there', terminateEf('6F30'), '6A82'],
    ['a DF that is not there', terminateDf('5F09'), '6A82'],
    ['a DF as an EF', terminateEf('5F01'), '6985'],
    ['an EF as a DF', terminateDf('6F29'), '6985'],
    ['the MF as an EF', terminateEf('3F00'), '6985'],
    ['the MF', terminateDf('3F00'), '6985'],
    ['an ADF of the profile', terminateDf('7FFF'), '6A82'],
    ['an EF without a right', terminateEf('2FE2'), '6982'],
    ['a DF without a right', terminateDf('7F10'), '6982'],
    ['no EF', '00E80000', '6700'],
    ['no DF', '00E60000', '6700'],
    ['half an EF', '00E80000016F', '6700'],
    ['a path', '00E80000045F016F29', '6700'],
    ['an EF with P1', '00E80100026F29', '6A86'],
    ['a DF with P2', '00E60001025F01', '6A86'],
    ['an EF in class 8X', '80E80000026F29', '6D00'],
    ['a DF in class 8X', '80E60000025F01', '6D00'],
  ])('for %s', (_what, refused, sw) => {
    expectRefused(adminCard([OPEN_DF, MF, OPEN_EF, ICCID]), refused, sw);
  });

  it('with 6581 when it cannot be stored', () => {
    const to = adminCard([OPEN_DF, MF, OPEN_EF, ICCID]);
    to.isStored = () => false;
    expectRefused(to, terminateEf('6F29'), '6581');
    expectRefused(to, terminateDf('5F01'), '6581');
    expect(to.send(go('6F29'))).toBe('9000');
  });

  it.each([
    ['the right of another', 'AB0580015F9000', '6982'],
    ['the right', 'AB058001209000', '9000'],
    ['the right by INS', 'AB058401E89000', '9000'],
    ['never', 'AB058001209700', '6982'],
    ['no rule', 'AB00', '6982'],
  ])('under a rule that says %s', (_what, rule, sw) => {
    const to = adminCard([create(TRANSPARENT, { rule }), deleteFile('2F05')]);
    expect(to.send(terminateEf('6F29'))).toBe(sw);
  });
});

const TERMINABLE = withTerminableMf(withChannels());

describe('TERMINATE CARD USAGE', () => {
  function terminated(setUp: readonly string[] = []): TestCard {
    const to = new TestCard({ profile: TERMINABLE, setUp: [ADM1] });
    to.sendAll(setUp);
    expect(to.send(TERMINATE_CARD)).toBe('9000');
    return to;
  }

  it('leaves an ATR, over every reset', () => {
    const to = terminated();
    for (let n = 0; n < 3; n++) expect(to.reset()).toBe(TERMINABLE.atr);
    expect(to.send(MF)).toBe('6985');
  });

  it('makes every command 6985, whatever it is, and the card stays what it is', () => {
    const to = terminated();
    const { root } = to.uicc;
    const all = STATUS_WORD_MATRIX.flatMap(({ rows }) => rows.flatMap(({ steps }) => steps))
      .filter((step) => /^[\dA-F ]+$/u.test(step))
      .concat([
        'A0A40000023F00',
        'A0F2000016',
        'F0000000',
        '00FF0000',
        OPEN,
        on(1, MF),
        '00C0000022',
        TERMINATE_CARD,
      ]);
    for (const one of new Set(all)) expect(to.send(one), one).toBe('6985');
    expect(to.send('00A4')).toBe('6700');
    expect(to.uicc.root).toBe(root);
    expect(to.faults).toEqual([]);
  });

  it('takes the answer and the command away that waited', () => {
    const to = terminated(['00A40004023F00']);
    expect(to.send('00C0000022')).toBe('6985');
    const toolkit = terminated(PENDING);
    expect(toolkit.send('801200000B')).toBe('6985');
    expect(toolkit.send('80F2000C00')).toBe('6985');
  });

  it('takes messages away, and a change that was staged', () => {
    const to = terminated();
    expect(to.send(CHANGE)).toBe('6985');
    const staged = terminated([...PENDING]);
    const { root } = staged.uicc;
    staged.reset();
    expect(staged.uicc.root).toBe(root);
    expect(root.staged).toBeDefined();
  });

  it('ends all channels', () => {
    const to = channelCard(2, { profile: TERMINABLE, setUp: [ADM1] });
    to.expectOk(on(1, TERMINATE_CARD));
    for (const channel of [0, 1, 2, 3]) expect(to.send(on(channel, MF))).toBe('6985');
  });

  it('is refused without the right, with data, and in another class', () => {
    const to = new TestCard({ profile: TERMINABLE, setUp: [PIN1, ICCID] });
    expectRefused(to, TERMINATE_CARD, '6982');
    expectRefused(to, '00FE0000023F00', '6700');
    expectRefused(to, '00FE0100', '6A86');
    expectRefused(to, '00FE0001', '6A86');
    expectRefused(to, '80FE0000', '6D00');
    expectRefused(adminCard([ICCID]), TERMINATE_CARD, '6982');
  });

  it('is refused with 6581 when it cannot be stored; the card goes on', () => {
    const to = new TestCard({ profile: TERMINABLE, setUp: [ADM1, ICCID] });
    to.isStored = () => false;
    expectRefused(to, TERMINATE_CARD, '6581');
    to.isStored = () => true;
    expect(to.sendAll([SELECT_USIM, TERMINATE_CARD])).toBe('9000');
  });

  it('holds in a card made of the commits, or cut from its power', () => {
    const to = terminated();
    const root = rootAfter(to.uicc.image, to.uicc.image.root, to.commits);
    const again = new TestCard({ profile: TERMINABLE, root });
    expect(again.send(MF)).toBe('6985');
    to.uicc.powerOff();
    expect(to.send(MF)).toBe('6F00');
    to.reset();
    expect(to.send(MF)).toBe('6985');
  });
});
