/**
 * What logical channels share: verified keys, EFs that are not shareable, the toolkit; and the
 * application sessions, which they do not share.
 *
 * @see ETSI TS 102 221 §8, §9.5, §11.1.1, §11.1.2, §11.1.17
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { channelCard, OPEN, on } from './support/channels.ts';
import { PENDING } from './support/matrix-row.ts';
import { EVERYTHING } from './support/proactive.ts';
import { RFM, remoteProfile, runScript } from './support/remote.ts';
import { go, read } from './support/scripts.ts';
import {
  ADM1,
  ISIM_AID,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  type TestCard,
  USIM_AID,
  WRONG_PIN1,
  withChangedFile,
  withChannels,
  withFiles,
} from './support/test-card.ts';

const READ_IMSI = '00B0870009';
const IMSI = '0809101010325476989000';
const STATUS_AID = '80F2000100';

describe('a global key', () => {
  const usimOn1 = (setUp: readonly string[] = []): TestCard => {
    const card = channelCard(1, { setUp: [SELECT_USIM, ...setUp] });
    card.expectOk(on(1, SELECT_USIM));
    return card;
  };

  it.each([0, 1])('that is verified on channel %i opens files on both', (channel) => {
    const card = usimOn1();
    expect([card.send(READ_IMSI), card.send(on(1, READ_IMSI))]).toEqual(['6982', '6982']);
    card.expectOk(on(channel, PIN1));
    expect([card.send(READ_IMSI), card.send(on(1, READ_IMSI))]).toEqual([IMSI, IMSI]);
  });

  it.each([0, 1])('that is presented wrong on channel %i opens nothing on both', (channel) => {
    const card = usimOn1([PIN1]);
    expect(card.send(on(channel, WRONG_PIN1))).toBe('63C2');
    expect([card.send(READ_IMSI), card.send(on(1, READ_IMSI))]).toEqual(['6982', '6982']);
  });

  it('has one number of tries for all channels', () => {
    const card = channelCard(2);
    const answers = [0, 1, 2, 0].map((channel) => card.send(on(channel, WRONG_PIN1)));
    expect(answers).toEqual(['63C2', '63C1', '63C0', '6983']);
    expect(card.send(on(1, '0020000100'))).toBe('63C0');
  });

  it('stays verified when the channel that verified it is closed', () => {
    const card = usimOn1();
    card.expectOk(on(1, PIN1));
    card.expectOk('00708001');
    expect(card.send(READ_IMSI)).toBe(IMSI);
  });

  it('is not verified by a command on a closed channel, and costs no try there', () => {
    const card = usimOn1();
    expect(card.send(on(2, PIN1))).toBe('6881');
    expect(card.send(on(2, WRONG_PIN1))).toBe('6881');
    expect(card.send('0020000100')).toBe('63C3');
    expect(card.send(READ_IMSI)).toBe('6982');
  });
});

/** An EF that PIN2 updates, in the USIM, in the ISIM, and outside of both. */
const PIN2_FILE = { fid: '6E01', sfi: 28, arr: 5, type: 'transparent', size: 1 } as const;
const PIN2_FILES: readonly FileProfile[] = ['ADF.USIM', 'ADF.ISIM', 'DF.TELECOM'].map((name) => ({
  ...PIN2_FILE,
  path: `MF/${name}/EF.T`,
  data: '00',
}));
const UPDATE = '00D69C000155';

describe('a local key', () => {
  const profile = withChannels(0x13, withFiles(PIN2_FILES));
  const card = (verified: readonly string[]): TestCard => {
    const made = channelCard(2, { profile, setUp: [SELECT_USIM] });
    made.expectOk(on(1, SELECT_ISIM));
    made.expectOk(on(2, select('7F10')));
    for (const command of verified) made.expectOk(command);
    return made;
  };
  const updates = (on3: TestCard): string[] => [0, 1, 2].map((n) => on3.send(on(n, UPDATE)));

  it.each([
    ['nobody', [], ['6982', '6982', '6982']],
    ['the USIM', [PIN2], ['9000', '6982', '9000']],
    ['the ISIM', [on(1, PIN2)], ['6982', '9000', '9000']],
    ['both', [PIN2, on(1, PIN2)], ['9000', '9000', '9000']],
    ['no application', [on(2, PIN2)], ['9000', '9000', '9000']],
    ['the USIM, and PIN1 and ADM1', [PIN1, ADM1, PIN2], ['9000', '6982', '9000']],
  ])(
    'that was verified for %s opens the files of it, and those of no application',
    (_, by, sws) => {
      expect(updates(card(by))).toEqual(sws);
    },
  );

  it('is verified for the application on every channel that has it', () => {
    const both = card([PIN2]);
    both.expectOk(on(1, SELECT_USIM));
    expect(both.send(on(1, UPDATE))).toBe('9000');
  });

  it('stays verified for its application while another is selected', () => {
    const one = card([PIN2, SELECT_ISIM]);
    expect(one.send(UPDATE)).toBe('6982');
    one.expectOk(SELECT_USIM);
    expect(one.send(UPDATE)).toBe('9000');
  });

  it('is lost for all applications when it is presented wrong for one', () => {
    const one = card([PIN2, on(1, PIN2)]);
    expect(one.send(on(1, `0020008108${pinOctets('9999')}`))).toBe('63C2');
    expect(updates(one)).toEqual(['6982', '6982', '6982']);
  });

  it('that was blocked for one application does not come back for the other when unblocked', () => {
    const one = card([PIN2]);
    const wrong = on(1, `0020008108${pinOctets('9999')}`);
    expect([one.send(wrong), one.send(wrong), one.send(wrong)]).toEqual(['63C2', '63C1', '63C0']);
    expect(one.send(UPDATE)).toBe('6982');
    one.expectOk(on(1, `002C008110${pinOctets('87654321')}${pinOctets('1111')}`));
    expect(updates(one)).toEqual(['6982', '9000', '9000']);
  });

  it('is not verified any more after a reset', () => {
    const one = card([PIN2]);
    one.reset();
    expect(one.sendAll([SELECT_USIM, UPDATE])).toBe('6982');
  });
});

describe('an application session', () => {
  const end = (aid: string): string => `00A4044C10${aid}`;

  it('is of its channel: the end of one is not the end of another', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM, PIN1] });
    card.expectOk(on(1, SELECT_USIM));
    card.expectOk(on(1, end(USIM_AID)));
    expect(card.send(on(1, '80F2000112'))).toBe('6A88');
    expect(card.send(on(1, '00B0870009'))).toBe('6A82');
    expect(card.ask(STATUS_AID)).toBe(`8410${USIM_AID}9000`);
    expect(card.send(READ_IMSI)).toBe(IMSI);
  });

  it.each([
    ['on a channel without application', []],
    ['on a channel with another', [on(1, SELECT_ISIM)]],
  ])('cannot be ended %s', (_what, setUp) => {
    const card = channelCard(1, { setUp: [SELECT_USIM] });
    for (const command of setUp) card.expectOk(command);
    expect(card.send(on(1, end(USIM_AID)))).toBe('6985');
    expect(card.ask(STATUS_AID)).toBe(`8410${USIM_AID}9000`);
  });

  it('begins anew when its application is selected again, without EF', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM, PIN1, select('7FFF6F07')] });
    for (const command of [SELECT_USIM, select('7FFF6F07')]) card.expectOk(on(1, command));
    card.expectOk(on(1, SELECT_USIM));
    expect(card.send(on(1, '00B0000009'))).toBe('6986');
    expect(card.send('00B0000009')).toBe(IMSI);
  });

  it.each([
    ['20', 'a reserved control'],
    ['60', 'a reserved control'],
    ['84', 'a reserved bit'],
  ])('is not controlled by P2 %s: %s', (p2) => {
    const card = channelCard(1, { setUp: [SELECT_USIM] });
    expect(card.send(on(1, `00A404${p2}10${USIM_AID}`))).toBe('6A86');
    expect(card.send(on(1, '80F2000112'))).toBe('6A88');
  });

  it('counts the applications that its channel has had for "next"', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM] });
    const next = '00A4040E05A000000087';
    card.expectOk(on(1, next));
    expect(card.ask(on(1, STATUS_AID))).toBe(`8410${USIM_AID}9000`);
    card.expectOk(next);
    expect(card.ask(STATUS_AID)).toBe(`8410${ISIM_AID}9000`);
    expect(card.send(next)).toBe('6A82');
  });
});

describe('STATUS with what the terminal says of the application', () => {
  it.each(['01', '02'])('P1 %s is answered, and changes nothing on any channel', (p1) => {
    const card = channelCard(1, { setUp: [SELECT_USIM, PIN1, select('7FFF6F07')] });
    card.expectOk(on(1, SELECT_ISIM));
    expect(card.send(on(1, `80F2${p1}0C00`))).toBe('9000');
    expect(card.ask(on(1, `80F2${p1}0100`))).toBe(`8410${ISIM_AID}9000`);
    expect(card.ask(on(1, STATUS_AID))).toBe(`8410${ISIM_AID}9000`);
    expect(card.send('00B0000009')).toBe(IMSI);
  });

  it('is answered without an application, too', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM] });
    expect(card.send(on(1, '80F2010C00'))).toBe('9000');
    expect(card.send(on(1, '80F2020112'))).toBe('6A88');
  });

  it.each(['03', '04', '80', 'FF'])('P1 %s is refused on every channel', (p1) => {
    const card = channelCard(1);
    expect(card.send(`80F2${p1}0C00`)).toBe('6A86');
    expect(card.send(on(1, `80F2${p1}0C00`))).toBe('6A86');
  });
});

describe('an EF that is not shareable', () => {
  const notShareable = (file: FileProfile): FileProfile => ({ ...file, shareable: false });
  const profile: CardProfile = withChangedFile(
    'MF/ADF.USIM/EF.IMSI',
    notShareable,
    withChangedFile('MF/ADF.USIM/EF.ECC', notShareable, withChannels()),
  );
  const IMSI_PATH = select('7FFF6F07');
  const taken = (): TestCard => {
    const card = channelCard(2, { profile, setUp: [PIN1, SELECT_USIM, IMSI_PATH] });
    for (const channel of [1, 2]) card.expectOk(on(channel, SELECT_USIM));
    return card;
  };

  it.each([
    ['SELECT by path', IMSI_PATH],
    ['SELECT by FID, and the FCP', '00A40004026F07'],
    ['READ BINARY by SFI', READ_IMSI],
    ['UPDATE BINARY by SFI', '00D687000155'],
  ])('and current on one channel is refused to another: %s', (_what, command) => {
    const card = taken();
    card.expectOk(on(1, '00A4000C026F7B'));
    card.expectOk(ADM1);
    const before = card.send('00B0000009');
    expect(card.send(on(1, command))).toBe('6985');
    // Nothing was written, and both channels stand where they were.
    expect(card.send('00B0000009')).toBe(before);
    expect(card.send(on(1, '00B0000003'))).toBe('FFFFFF9000');
  });

  it('of records is refused by SFI, too', () => {
    const card = taken();
    card.expectOk(select('7FFF6FB7'));
    expect(card.send(on(1, '00B2010C04'))).toBe('6985');
    expect(card.send(on(1, IMSI_PATH))).toBe('9000');
  });

  it.each([
    ['another EF is selected', '00A4000C026F7B'],
    ['a directory is selected', '00A4000C023F00'],
    ['the application is selected again', SELECT_USIM],
    ['the session is ended', `00A4044C10${USIM_AID}`],
  ])('is free again when %s', (_what, command) => {
    const card = taken();
    expect(card.send(on(1, IMSI_PATH))).toBe('6985');
    card.expectOk(command);
    expect(card.send(on(1, IMSI_PATH))).toBe('9000');
    expect(card.send(on(2, IMSI_PATH))).toBe('6985');
  });

  it('is free again when its channel is closed', () => {
    const card = taken();
    card.expectOk('00A4000C023F00');
    card.expectOk(on(1, IMSI_PATH));
    expect(card.send(on(2, IMSI_PATH))).toBe('6985');
    card.expectOk('00708001');
    expect(card.send(on(2, IMSI_PATH))).toBe('9000');
  });

  it('is not refused to its own channel, nor to one that was opened from there', () => {
    const card = taken();
    expect(card.send(IMSI_PATH)).toBe('9000');
    expect(card.send(READ_IMSI)).toBe(IMSI);
    card.expectOk(on(1, '00A4000C026F7B'));
    expect(card.send(on(1, OPEN))).toBe('039000');
    expect(card.send(on(3, IMSI_PATH))).toBe('6985');
  });

  it('is told from others by its FCP', () => {
    const card = channelCard(0, { profile, setUp: [SELECT_USIM] });
    expect(card.ask('00A40004026F07')).toMatch(/^62..82020121/u);
    expect(card.ask('00A40004026FB7')).toMatch(/^62..82050221/u);
    expect(card.ask('00A40004026F7B')).toMatch(/^62..82024121/u);
  });

  it('is refused to nobody when it is shareable', () => {
    const card = channelCard(1, { setUp: [PIN1, SELECT_USIM, IMSI_PATH] });
    card.expectOk(on(1, SELECT_USIM));
    expect(card.send(on(1, IMSI_PATH))).toBe('9000');
    expect(card.send(on(1, READ_IMSI))).toBe(IMSI);
  });
});

describe('a command over the air', () => {
  const profile = withChannels(
    0x13,
    withChangedFile(
      'MF/ADF.USIM/EF.IMSI',
      (file) => ({ ...file, shareable: false }),
      remoteProfile(),
    ),
  );

  it.each([
    ['MANAGE CHANNEL', OPEN, '016D00'],
    ['a channel that the terminal has opened', on(1, '00A4000C023F00'), '016881'],
  ])('has no channel but its own: %s', (_what, command, answer) => {
    const card = channelCard(1, { profile, setUp: [EVERYTHING] });
    expect(runScript(card, RFM.usim, command)).toBe(answer);
  });

  it('is not hindered by an EF that a channel has, and does not take it from there', () => {
    const card = channelCard(1, { profile, setUp: [EVERYTHING, SELECT_USIM, PIN1] });
    card.expectOk(select('7FFF6F07'));
    card.expectOk(on(1, SELECT_USIM));
    expect(runScript(card, RFM.usim, go('6F07') + read(1))).toBe('02900008');
    expect(card.send('00B0000009')).toBe(IMSI);
    expect(card.send(on(1, select('7FFF6F07')))).toBe('6985');
  });

  it('leaves every channel where it stands', () => {
    const card = channelCard(1, { profile, setUp: [EVERYTHING, SELECT_USIM] });
    card.expectOk(on(1, SELECT_ISIM));
    runScript(card, RFM.compact, go('2FE2') + read(1));
    expect(card.ask(STATUS_AID)).toBe(`8410${USIM_AID}9000`);
    expect(card.ask(on(1, STATUS_AID))).toBe(`8410${ISIM_AID}9000`);
  });
});

describe('the toolkit', () => {
  const pending = (): TestCard => {
    const card = channelCard(1);
    expect(card.sendAll(PENDING)).toMatch(/91..$/u);
    return card;
  };

  it('offers its command on every channel, and on a new one', () => {
    const card = pending();
    const offered = card.send('80F2000C00');
    expect(offered).toMatch(/^91..$/u);
    expect(card.send(on(1, '80F2000C00'))).toBe(offered);
    expect(card.send(OPEN)).toBe(`02${offered}`);
    expect(card.send('00708002')).toBe(offered);
  });

  it('gives it to the basic channel alone', () => {
    const card = pending();
    const length = card.send('80F2000C00').slice(2);
    expect(card.send(on(1, `80120000${length}`))).toBe('6E00');
    expect(card.send(on(2, `80120000${length}`))).toBe('6881');
    expect(card.send(`80120000${length}`)).toMatch(/^D0.*9000$/u);
  });

  it('keeps its command when a channel is closed', () => {
    const card = pending();
    expect(card.send('00708001')).toMatch(/^91..$/u);
    expect(card.send('80F2000C00')).toMatch(/^91..$/u);
  });
});
