/**
 * DEACTIVATE FILE and ACTIVATE FILE, and what commands make of EFs in each state of their life.
 *
 * EF_FPLMN is read and updated with PIN1, deactivated and activated with ADM1; its SFI is 13.
 *
 * @see ETSI TS 102 221 §11.1.1, §11.1.14, §11.1.15; ETSI TS 102 222 (special file information)
 * @module
 */

import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage, manufacture } from '../../../src/card/image.ts';
import { rootAfter } from '../../../src/card/store/commit-codec.ts';
import { createUicc, Uicc } from '../../../src/card/uicc.ts';
import type { CardProfile, FileProfile } from '../../../src/profile/profile.ts';
import { RFM, remoteCard, runScript } from '../support/remote.ts';
import {
  ADM1,
  EF_ACM,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withChangedFile,
  withFiles,
} from '../support/test-card.ts';

type LifeCycle = NonNullable<FileProfile['lifeCycle']>;

const FPLMN = select('7FFF6F7B');
const ACM = select('7FFF6F39');
const DEACTIVATE = '00040000';
const ACTIVATE = '00440000';
const READ = '00B000000C';
const FREE = `${'FF'.repeat(12)}9000`;
const PROFILE = withFiles([EF_ACM]);

function withState(
  lifeCycle: LifeCycle,
  more: Partial<FileProfile> = {},
  paths: readonly string[] = ['EF.FPLMN', 'EF.ACM', 'EF.ECC'],
): CardProfile {
  return paths.reduce(
    (profile, path) =>
      withChangedFile(
        `MF/ADF.USIM/${path}`,
        (file) => ({ ...file, lifeCycle, ...more }) as FileProfile,
        profile,
      ),
    PROFILE,
  );
}

/** A card on EF_FPLMN with PIN1 and ADM1; SELECT may warn. */
function cardOn(profile: CardProfile = PROFILE, ef = FPLMN): TestCard {
  const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1, ADM1] });
  card.send(ef);
  return card;
}

describe('a deactivated EF', () => {
  it.each([
    ['READ BINARY', FPLMN, READ],
    ['READ BINARY with a wrong Le', FPLMN, '00B000000D'],
    ['READ BINARY outside', FPLMN, '00B0000D01'],
    ['READ BINARY by SFI', FPLMN, '00B08D000C'],
    ['UPDATE BINARY', FPLMN, '00D6000003000000'],
    ['UPDATE BINARY of too much', FPLMN, `00D600000D${'00'.repeat(13)}`],
    ['READ RECORD', ACM, '00B2010403'],
    ['READ RECORD behind the last', ACM, '00B2090403'],
    ['READ RECORD by SFI', ACM, '00B201E403'],
    ['UPDATE RECORD', ACM, '00DC000303AAAAAA'],
    ['SEARCH RECORD', ACM, '00A201040101'],
    ['SEARCH RECORD without success', ACM, '00A2010402ABCD'],
    ['SEARCH RECORD with an indication that is none', ACM, '00A2010603000001'],
    ['INCREASE', ACM, '803200000101'],
    ['INCREASE beyond the maximum', ACM, '8032000003FFFFFF'],
  ])('refuses %s with 6984, and is what it was', (_what, ef, command) => {
    const card = cardOn(withState('deactivated'), ef);
    const before = card.uicc.root;
    expect(card.send(command)).toBe('6984');
    expect(card.uicc.root).toBe(before);
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('says so before it asks for a right, and after its structure', () => {
    const card = new TestCard({ profile: withState('deactivated'), setUp: [SELECT_USIM] });
    card.send(FPLMN);
    expect(card.send(READ)).toBe('6984');
    expect(card.send('00B2010403')).toBe('6981');
    expect(card.send('00B08E0001')).toBe('6A82');
  });

  it('is selected with a warning, and its FCP says so', () => {
    const card = cardOn(withState('deactivated'));
    expect(card.send(FPLMN)).toBe('6283');
    expect(card.send('00C0000019')).toBe('6985');
    expect(card.send('00A40804047FFF6F7B')).toBe('6283');
    expect(card.send('00C0000000')).toBe('6C19');
    expect(card.send('00C0000019')).toMatch(/^6217.*8A0104.*9000$/u);
    expect(card.ask('00A40804047FFF6F7B00')).toMatch(/^6217.*8A0104.*6283$/u);
  });

  it('is selected with warning and FCP in one answer over T=1', () => {
    const profile: CardProfile = { ...withState('deactivated'), protocol: 'T=1' };
    const card = new TestCard({ profile, setUp: [SELECT_USIM] });
    expect(card.send('00A40804047FFF6F7B00')).toMatch(/^6217.*8A0104.*6283$/u);
    expect(card.send('00A40804047FFF6F7B05')).toBe('6283');
    expect(card.send(FPLMN)).toBe('6283');
  });

  it('is current after the warning, so that it can be activated', () => {
    const card = cardOn(withState('deactivated'));
    card.sendAll([select('7FFF6F07'), FPLMN]);
    expect(card.send(ACTIVATE)).toBe('9000');
    expect(card.send(READ)).toBe(FREE);
  });

  it('is used all the same when its special file information says so', () => {
    const profile = withState('deactivated', { specialFileInformation: '40' });
    const card = cardOn(profile);
    expect(card.send(READ)).toBe(FREE);
    expect(card.send('00D600000300F110')).toBe('9000');
    expect(card.ask('00A40804047FFF6F7B00')).toMatch(/A503C00140.*8A0104.*6283$/u);
    const cyclic = cardOn(profile, ACM);
    expect(cyclic.ask('00A201040102')).toBe('029000');
    expect(cyclic.send('803200000101')).toBe('6104');
    const locked = new TestCard({ profile, setUp: [SELECT_USIM] });
    locked.send(FPLMN);
    expect(locked.send(READ)).toBe('6982');
  });

  it.each(['00', '80', '3F', 'BF'])('is not used with special file information %s', (octet) => {
    const card = cardOn(withState('deactivated', { specialFileInformation: octet }));
    expect(card.send(READ)).toBe('6984');
    expect(card.ask('00A40804047FFF6F7B00')).toContain(`A503C001${octet}`);
  });
});

describe('a terminated EF', () => {
  it.each([
    ['READ BINARY', FPLMN, READ],
    ['UPDATE BINARY', FPLMN, '00D6000003000000'],
    ['READ RECORD', ACM, '00B2010403'],
    ['UPDATE RECORD', ACM, '00DC000303AAAAAA'],
    ['SEARCH RECORD', ACM, '00A201040101'],
    ['INCREASE', ACM, '803200000101'],
    ['DEACTIVATE FILE', FPLMN, DEACTIVATE],
    ['ACTIVATE FILE', FPLMN, ACTIVATE],
    ['ACTIVATE FILE by FID', FPLMN, '00440000026F7B'],
  ])('refuses %s with 6985, whatever its special file information', (_what, ef, command) => {
    for (const more of [{}, { specialFileInformation: 'FF' }]) {
      const card = cardOn(withState('terminated', more), ef);
      const before = card.uicc.root;
      expect(card.send(command)).toBe('6985');
      expect(card.uicc.root).toBe(before);
    }
  });

  it('is selected with a warning, and its FCP says so', () => {
    const card = cardOn(withState('terminated'));
    expect(card.send(FPLMN)).toBe('6285');
    expect(card.ask('00A40804047FFF6F7B00')).toMatch(/^6217.*8A010C.*6285$/u);
  });
});

describe('an EF in creation', () => {
  it('is used like an activated one, under the same rules, and says so in its FCP', () => {
    const card = cardOn(withState('creation'));
    expect(card.send(FPLMN)).toBe('9000');
    expect(card.send(READ)).toBe(FREE);
    expect(card.ask('00A40804047FFF6F7B00')).toMatch(/^6217.*8A0101.*9000$/u);
    const locked = new TestCard({ profile: withState('creation'), setUp: [SELECT_USIM, FPLMN] });
    expect(locked.send(READ)).toBe('6982');
    expect(locked.send(ACTIVATE)).toBe('6982');
  });

  it('is activated, but not deactivated before that', () => {
    const card = cardOn(withState('creation'));
    expect(card.send(DEACTIVATE)).toBe('6985');
    expect(card.send(ACTIVATE)).toBe('9000');
    expect(card.ask('00A40804047FFF6F7B00')).toContain('8A0105');
    expect(card.send(DEACTIVATE)).toBe('9000');
  });
});

describe('DEACTIVATE FILE and ACTIVATE FILE', () => {
  it('take an EF out of use, and back, with what it held', () => {
    const card = cardOn();
    card.expectOk('00D600000300F110');
    expect(card.send(DEACTIVATE)).toBe('9000');
    expect(card.send(READ)).toBe('6984');
    expect(card.send(ACTIVATE)).toBe('9000');
    expect(card.send(READ)).toBe(`00F110${'FF'.repeat(9)}9000`);
  });

  it.each([
    ['the current EF', '', '00'],
    ['by FID', '026F7B', '00'],
    ['by path from the MF', '047FFF6F7B', '08'],
    ['by path from here', '026F7B', '09'],
  ])('work on an EF %s', (_what, data, p1) => {
    const card = cardOn(PROFILE, data === '' ? FPLMN : select('7FFF6F07'));
    expect(card.send(`0004${p1}00${data}`)).toBe('9000');
    expect(card.send(READ)).toBe('6984');
    expect(card.send(`0044${p1}00${data}`)).toBe('9000');
    expect(card.send(READ)).toBe(FREE);
  });

  it('make no commit when the EF is already there, and say 9000', () => {
    const card = cardOn();
    card.clearLog();
    expect(card.send(ACTIVATE)).toBe('9000');
    expect(card.rootsBefore).toHaveLength(0);
    expect(card.sendAll([DEACTIVATE, DEACTIVATE])).toBe('9000');
    expect(card.commits).toHaveLength(1);
    expect(card.sendAll([ACTIVATE, ACTIVATE])).toBe('9000');
    expect(card.commits).toHaveLength(2);
  });

  it('hold over a reset, and in a card made of the commits', () => {
    const card = cardOn();
    const before = card.uicc.root;
    card.clearLog();
    card.expectOk(DEACTIVATE);
    card.reset();
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.send(FPLMN)).toBe('6283');
    const root = rootAfter(card.uicc.image, before, card.commits);
    const again = new TestCard({ profile: PROFILE, root, setUp: [SELECT_USIM] });
    expect(again.send(FPLMN)).toBe('6283');
  });

  it('leave the record pointer of the current EF, and take it away from one that is named', () => {
    const card = cardOn(PROFILE, ACM);
    card.sendAll(['00B2000203', '00B2000203', DEACTIVATE, ACTIVATE]);
    expect(card.send('00B2000403')).toBe('0202029000');
    card.sendAll(['00040000026F39', '00440000026F39']);
    expect(card.send('00B2000403')).toBe('6A83');
  });

  it.each([
    ['P1 that is no way to name a file', '00040100', '6A86'],
    ['P1 of an AID', '0004040007A0000000871002', '6A86'],
    ['P2', '00040001', '6A86'],
    ['one octet of a FID', '00040000016F', '6700'],
    ['two FIDs', '00040000047FFF6F7B', '6700'],
    ['no path', '00040800', '6700'],
    ['half a path', '00040900037FFF6F', '6700'],
    ['a FID that is not there', '00040000026F99', '6A82'],
    ['a path that leads nowhere', '00040800047FFF6F99', '6A82'],
    ['a path that goes on behind an EF', '00040800066F7B7FFF6F07', '6A82'],
    ['the MF', '00040000023F00', '6985'],
    ['the ADF', '00440000027FFF', '6985'],
    ['a DF by path', '00040800027F10', '6985'],
    ['an EF that nobody may deactivate', '00040800022FE2', '6982'],
    ['another class', '80040000', '6D00'],
  ])('are refused for %s, and leave current EF and state', (_what, command, sw) => {
    const card = cardOn();
    const before = card.uicc.root;
    expect(card.send(command)).toBe(sw);
    expect(card.send(command.replace(/^(..)(?:04|44)/u, '$144'))).toBe(sw);
    expect(card.uicc.root).toBe(before);
    expect(card.send(READ)).toBe(FREE);
  });

  it('need an EF', () => {
    const card = new TestCard({ setUp: [ADM1] });
    expect(card.send(DEACTIVATE)).toBe('6986');
    expect(card.send(ACTIVATE)).toBe('6986');
  });

  it('are 6581 when they cannot be stored; the EF stays what it was', () => {
    const card = cardOn(PROFILE, select('7FFF6F07'));
    card.isStored = () => false;
    expect(card.send('00040000026F7B')).toBe('6581');
    expect(card.send('00B0000009')).toBe('0809101010325476989000');
    expect(card.send(FPLMN)).toBe('9000');
  });
});

describe('the rights to deactivate and to activate', () => {
  /** What the two commands say under a rule for EF_FPLMN: record 3. */
  function answersUnder(rule: string, setUp: readonly string[] = []): string[] {
    const profile = withChangedFile(
      'MF/ADF.USIM/EF.ARR',
      (file) =>
        file.type === 'linear'
          ? { ...file, records: file.records.map((record, n) => (n === 2 ? rule : record)) }
          : file,
      PROFILE,
    );
    const card = new TestCard({ profile, setUp: [SELECT_USIM, ...setUp, FPLMN] });
    return [card.send(DEACTIVATE), card.send(ACTIVATE)];
  }

  it.each([
    ['are two', '8001089000', '9000', '6982'],
    ['are two, the other way', '8001109000', '6982', '9000'],
    ['come together', '8001189000', '9000', '9000'],
    ['may be never', '8001189700', '6982', '6982'],
    ['are not those of reading and updating', '8001039000', '6982', '6982'],
    ['are not those of termination', '8001609000', '6982', '6982'],
    ['may be named by INS', '8401049000', '9000', '6982'],
    ['are missing', 'FF', '6982', '6982'],
    ['are in what is no rule', '800118', '6982', '6982'],
    ['need ADM1', '800118A40683010A950108', '6982', '6982'],
  ])('%s', (_what, rule, deactivate, activate) => {
    expect(answersUnder(rule)).toEqual([deactivate, activate]);
  });

  it('come with the key that they need, and not with another', () => {
    const rule = '800118A40683010A950108';
    expect(answersUnder(rule, [PIN1])).toEqual(['6982', '6982']);
    expect(answersUnder(rule, [ADM1])).toEqual(['9000', '9000']);
  });

  it('are asked even where nothing would change', () => {
    // The EF stays activated, since nobody may deactivate it.
    expect(answersUnder('8001089700')).toEqual(['6982', '6982']);
  });
});

describe('the life cycle over the air', () => {
  it('is changed by a script, and seen by the terminal', () => {
    const card = remoteCard({ setUp: [SELECT_USIM, PIN1, FPLMN] });
    expect(runScript(card, RFM.usim, '00A4000C026F7B0004000000')).toBe('029000');
    expect(card.send(READ)).toBe('6984');
    expect(runScript(card, RFM.usim, '00A4000C026F7B00B0000001')).toBe('026984');
    expect(runScript(card, RFM.usim, '00440000026F7B')).toBe('019000');
    expect(card.send(READ)).toBe(FREE);
  });

  it('goes on behind the warning of SELECT, and stops at a refusal', () => {
    const card = remoteCard();
    expect(runScript(card, RFM.usim, '00040000026F7B00A4000C026F7B')).toBe('026283');
    expect(runScript(card, RFM.usim, '00A4000C026F7B0044000000')).toBe('029000');
    expect(runScript(card, RFM.compact, '00040000022FE200A4000C023F00')).toBe('016982');
    expect(card.faults).toEqual([]);
  });
});

describe('what the card itself does', () => {
  it('is no matter of the life cycle: rules of a deactivated EF_ARR hold', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, ADM1] });
    card.expectOk('00040800047FFF6F06');
    expect(card.send('00B0870009')).toBe('6982');
    card.expectOk(PIN1);
    expect(card.send('00B0870009')).toMatch(/9000$/u);
  });
});

describe('cards of one image', () => {
  it('may differ in the state of an EF, but not in its special file information', () => {
    const image = makeImage(PROFILE);
    const root = manufacture(image, withState('deactivated'));
    const card = new Uicc(image, { root });
    card.reset();
    card.transmit(fromHex(SELECT_USIM));
    expect(toHex(card.transmit(fromHex(FPLMN)))).toBe('6283');
    const other = withState('activated', { specialFileInformation: '40' });
    expect(() => manufacture(image, other)).toThrow(RangeError);
  });

  it('are none for a state that is spelled out and what it is without', async () => {
    expect(makeImage(withState('activated')).nodes).toEqual(makeImage(PROFILE).nodes);
    const card = connect(createUicc(withState('activated')));
    expect((await card.reset())[0]).toBe(0x3b);
  });
});
