/**
 * Remote file management: where scripts start, which commands they have, and that they and the
 * terminal do not touch each other.
 *
 * @see ETSI TS 102 226 §5, §6; ETSI TS 102 221 §8.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { RAND } from '../../support/aka.ts';
import {
  applet,
  CONDITIONS,
  NO_POR,
  RFM,
  remoteCard,
  runScript,
  sendScript,
} from '../../support/remote.ts';
import { apdus, ask, definite, go, rapdus, read, response, update } from '../../support/scripts.ts';
import { PIN1, SELECT_USIM, USIM_AID } from '../../support/test-card.ts';

const HERE = go(CONDITIONS.always);

describe('a script starts', () => {
  it.each<[string, string, string, string]>([
    ['at the MF', RFM.compact, go('2FE2') + read(2), '0290009899'],
    ['at the MF, where 7FFF means nothing', RFM.compact, go('7FFF'), '016A82'],
    ['at the MF, where the files of an ADF are not', RFM.compact, go('6F07'), '016A82'],
    ['at ADF.USIM', RFM.usim, go('6F07') + read(1), '02900008'],
    ['at ADF.USIM, which is 7FFF', RFM.usim, go('3F00') + go('7FFF') + go('6F07'), '039000'],
    ['at ADF.USIM, which is 7FFF in a path', RFM.usim, '00A4080C047FFF6F07', '019000'],
    ['at ADF.USIM, and may leave it', RFM.usim, go('3F00') + go('2FE2') + read(2), '0390009899'],
    ['at ADF.USIM, and has its SFIs', RFM.usim, '00B0870001', '01900008'],
    ['at ADF.USIM, and searches', RFM.usim, `${go('6FB7')}00A201040211F2`, '026101'],
    ['at the MF, and searches by SFI', RFM.compact, '00A201F401A5', '016282'],
    ['at ADF.ISIM', RFM.isim, go('6F02'), '019000'],
    ['at ADF.ISIM, which is 7FFF', RFM.isim, go('3F00') + go('7FFF') + go('6F02'), '039000'],
    ['at ADF.ISIM, where the USIM is not', RFM.isim, go('6F7E'), '016A82'],
  ])('%s', (_what, tar, script, answer) => {
    expect(runScript(remoteCard(), tar, script)).toBe(answer);
  });

  it('at a DF of an ADF, whose application is that of 7FFF', () => {
    const startDirectory = 'MF/ADF.USIM/DF.5GS';
    const card = remoteCard({ more: [applet('B00F04', { startDirectory })] });
    expect(runScript(card, 'B00F04', go('4F01') + go('7FFF') + go('6F07'))).toBe('039000');
  });

  it('may select an application by its AID, from the MF, too', () => {
    const select = `00A4040C10${USIM_AID}`;
    const script = select + go('6F07') + go('3F00') + go('7FFF');
    expect(runScript(remoteCard(), RFM.compact, script)).toBe('049000');
  });

  it('each time anew', () => {
    const card = remoteCard();
    runScript(card, RFM.usim, go('6F07'));
    expect(runScript(card, RFM.usim, read(1))).toBe('016986');
  });

  it('with TLVs that are executed from there', () => {
    const script = definite(apdus('00B0870001'));
    expect(runScript(remoteCard(), RFM.usimExpanded, script)).toBe(response(1, rapdus('089000')));
  });
});

/** Commands of the card that are none of remote file management. */
const OTHERS: readonly (readonly [name: string, compact: string, expanded: string])[] = [
  ['AUTHENTICATE', `008800801110${RAND}`, `008800801110${RAND}00`],
  ['STATUS', '80F2000000', '80F2000000'],
  ['TERMINAL PROFILE', '8010000004FFFFFFFF', '8010000004FFFFFFFF'],
  ['ENVELOPE', '80C2000002D600', '80C2000002D600'],
  ['FETCH', '8012000000', '8012000000'],
  ['TERMINAL RESPONSE', '801400000C810301040082028281830100', '801400000C810301040082028281830100'],
  ['MANAGE CHANNEL', '0070000001', '0070000001'],
  ['TERMINATE EF', '00E80000026F7B', '00E80000026F7B'],
  ['TERMINATE DF', '00E60000025F3B', '00E60000025F3B'],
  ['TERMINATE CARD USAGE', '00FE000000', '00FE0000'],
  ['GET CHALLENGE', '0084000008', '0084000008'],
  ['GET DATA', '00CA006600', '00CA006600'],
  ['PUT KEY', '80D8000001FF', '80D8000001FF'],
];

describe('a command that is none of remote file management', () => {
  it.each(OTHERS)('%s is 6D00 in both formats, and does nothing', (_name, compact, expanded) => {
    const card = remoteCard();
    const before = [card.uicc.root.files, card.uicc.root.pins, card.uicc.root.entries[0]?.seq];
    expect(runScript(card, RFM.usim, compact)).toBe('016D00');
    expect(runScript(card, RFM.usimExpanded, definite(apdus(expanded)))).toBe(
      response(1, rapdus('6D00')),
    );
    const after = [card.uicc.root.files, card.uicc.root.pins, card.uicc.root.entries[0]?.seq];
    for (const [n, value] of after.entries()) expect(value).toBe(before[n]);
    expect(card.faults).toEqual([]);
  });
});

describe('the terminal', () => {
  it('stands where it stood before a script', () => {
    const card = remoteCard({ setUp: [SELECT_USIM, PIN1, go('6FB7')] });
    expect(card.send('00B2000204')).toMatch(/9000$/u);
    runScript(card, RFM.compact, HERE + update('FFFFFFFF'));
    runScript(card, RFM.usim, `${go('6FB7')}00B200020400B200020400B2000204`);
    const second = card.send('00B2020404');
    expect(card.send('00B2000204')).toBe(second);
    card.expectOk(go('7FFF'));
    expect(card.send('00B0870009')).toMatch(/9000$/u);
  });

  it('reads at once what a script has written', () => {
    const card = remoteCard({ setUp: [HERE] });
    runScript(card, RFM.compact, HERE + update('0A0B0C0D'));
    expect(card.send(read(4))).toBe('0A0B0C0D9000');
  });

  it('does not get what a script has not collected, nor its own behind another command', () => {
    const card = remoteCard();
    expect(sendScript(card, RFM.compact, ask('2FE2'), NO_POR)).toBe('9000');
    expect(card.send('00C0000019')).toBe('6985');
    expect(card.send(ask('2FE2'))).toBe('6119');
    expect(sendScript(card, RFM.compact, ask('2F05'), NO_POR)).toBe('9000');
    expect(card.send('00C0000019')).toBe('6985');
  });

  it('is offered nothing by a script that runs commands', () => {
    const card = remoteCard();
    expect(sendScript(card, RFM.compact, HERE + update('0A0B0C0D'), NO_POR)).toBe('9000');
    expect(card.send('80F2000C00')).toBe('9000');
  });
});

describe('a log that is full', () => {
  const CHANGES = HERE + update('AAAAAAAA') + update('BBBBBBBB') + update('CCCCCCCC');
  const changes = apdus(HERE, update('AAAAAAAA'), update('BBBBBBBB'), update('CCCCCCCC'));

  it.each([
    [1, '026581', '01020304'],
    [2, '036581', 'AAAAAAAA'],
    [3, '046581', 'BBBBBBBB'],
    [4, '049000', 'CCCCCCCC'],
  ])('behind %d commits ends a script with 6581, and leaves what was stored', (n, answer, is) => {
    for (const tar of [RFM.compact, RFM.expanded]) {
      const card = remoteCard();
      card.clearLog();
      card.isStored = (offered) => offered < n;
      const said = runScript(card, tar, tar === RFM.compact ? CHANGES : definite(changes));
      const words = [
        ...Array<string>(Number(answer.slice(0, 2)) - 1).fill('9000'),
        answer.slice(2),
      ];
      expect(said).toBe(tar === RFM.compact ? answer : response(words.length, rapdus(...words)));
      expect(card.sendAll([HERE, read(4)])).toBe(`${is}9000`);
      card.isStored = () => true;
      expect(runScript(card, RFM.compact, HERE + update('DDDDDDDD'))).toBe('029000');
    }
  });

  it('takes no try of a PIN, and does not compare', () => {
    const card = remoteCard();
    card.clearLog();
    card.isStored = (offered) => offered < 1;
    expect(runScript(card, RFM.compact, PIN1)).toBe('016581');
    card.isStored = () => true;
    expect(card.send('0020000100')).toBe('63C3');
  });
});
