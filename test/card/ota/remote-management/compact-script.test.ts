/**
 * Scripts in compact format: what is executed, and what is said of the last command.
 *
 * EF_ICCID has 10 octets, its FCP 25.
 *
 * @see ETSI TS 102 226 §5.1.1, §5.1.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { WITHOUT_MESSAGES } from '../../support/proactive.ts';
import {
  CONDITIONS,
  counted,
  LONG,
  RFM,
  remoteCard,
  runReported,
  runScript,
  VERY_LONG,
} from '../../support/remote.ts';
import { ask, go, READ_ALL, read, update } from '../../support/scripts.ts';
import { octet, type TestCard } from '../../support/test-card.ts';

const ICCID = '98990901000000000031';
const FCP = '62178202412183022FE28A01058B032F06078002000A880110';
const DIR_1 = '61184F10A0000000871002FFFFFFFF890000010050045553494D'.padEnd(80, 'F');
const CHANGED = '0A0B0C0D';

function run(script: string, card: TestCard = remoteCard()): string {
  return runScript(card, RFM.compact, script);
}

/** Tells whether a script has come to the command behind these. */
function comesTo(script: string, fid: string = CONDITIONS.always): boolean {
  const card = remoteCard();
  run(script + go(fid) + update(CHANGED), card);
  return run(go(fid) + READ_ALL, card).endsWith(CHANGED);
}

describe('a compact script', () => {
  it.each([
    ['no command', '', '009000'],
    ['SELECT', go('2FE2'), '019000'],
    ['SELECT that has an answer', ask('2FE2'), '016119'],
    ['SELECT and READ BINARY', go('2FE2') + read(10), `029000${ICCID}`],
    ['two READ BINARY', go('2FE2') + read(10) + read(2), '0390009899'],
    ['READ BINARY and something behind', go('2FE2') + read(10) + go('2F00'), '039000'],
    ['READ RECORD', `${go('2F00')}00B2010400`, `029000${DIR_1}`],
    ['UPDATE BINARY', go(CONDITIONS.always) + update(CHANGED), '029000'],
  ])('of %s is told by the number, and SW and data of the last', (_what, script, answer) => {
    expect(run(script)).toBe(answer);
  });

  it.each([
    ['a file that is not there', go('2FFF'), '016A82'],
    ['a right that is missing', go(CONDITIONS.never) + read(4), '026982'],
    ['no current EF', read(4), '016986'],
    ['Le of too many octets', go('2FE2') + read(11), '026C0A'],
    ['GET RESPONSE and nothing to collect', '00C0000000', '016985'],
    ['a wrong PIN', '00200001083939393939393939', '0163C2'],
    ['a query of tries', '0020000100', '0163C3'],
    ['an unknown class', 'A0A4000C023F00', '016E00'],
    ['a channel that is not open', '01A4000C023F00', '016881'],
    ['secure messaging', '04A4000C023F00', '016882'],
    ['a chained command', '10A4000C023F00', '016E00'],
    ['P1 that is not allowed', '00A4FF0C023F00', '016A86'],
    ['too many octets of data', go(CONDITIONS.always) + update('0102030405'), '026700'],
    ['a command that is none for applets', '00E60000025F3A', '016D00'],
    ['a command of case 1 that it does not have', '00FE000000', '016D00'],
  ])('ends with %s', (_what, script, answer) => {
    expect(run(script)).toBe(answer);
    expect(run(script + go('3F00'))).toBe(answer);
    expect(comesTo(script)).toBe(false);
  });

  it('goes on behind SELECT that has an answer', () => {
    expect(comesTo(ask('2FE2'))).toBe(true);
  });

  it.each(['00730000', '00750000', '00890000', '00030000', '00FF0000', '00000000'])(
    'ends with %s: nobody knows where the next command begins',
    (header) => {
      for (const p3 of ['00', '01', '7F']) {
        expect(run(header + p3)).toBe('016D00');
        expect(comesTo(header + p3)).toBe(false);
        expect(run(`${go('2FE2')}${header}${p3}${go('3F00')}`)).toBe('026D00');
      }
    },
  );

  it('that is cut short ends there: what is whole is executed', () => {
    const command = go(CONDITIONS.always);
    const script = command + update(CHANGED);
    for (let octets = 1; octets < script.length / 2; octets++) {
      const card = remoteCard();
      const isWhole = octets >= command.length / 2;
      const atBorder = octets === command.length / 2;
      const expected = atBorder ? '019000' : isWhole ? '026700' : '016700';
      expect(run(script.slice(0, 2 * octets), card)).toBe(expected);
      expect(run(go(CONDITIONS.always) + READ_ALL, card)).toBe('02900001020304');
    }
  });

  it('with P3 of a command of case 1 that is not 00 ends there', () => {
    expect(run('00FE000001')).toBe('016700');
    expect(run('0070800001')).toBe('016700');
  });

  it('has 255 commands at most; what is behind is not executed', () => {
    const many = go('3F00').repeat(253);
    const card = remoteCard();
    const last = go(CONDITIONS.always) + update(CHANGED);
    expect(run(many + last + go('3F00'), card)).toBe('FF9000');
    expect(run(go(CONDITIONS.always) + READ_ALL, card)).toBe(`029000${CHANGED}`);
    expect(run(`${go('3F00')}${many}${last}`)).toBe('FF9000');
    expect(comesTo(go('3F00') + many)).toBe(false);
  });
});

describe('GET RESPONSE in a compact script', () => {
  it.each([
    ['all by its number', `${ask('2FE2')}00C0000019`, `029000${FCP}`],
    ['all by 00', `${ask('2FE2')}00C0000000`, `029000${FCP}`],
    ['a part', `${ask('2FE2')}00C0000018`, `026101${FCP.slice(0, -2)}`],
    ['the rest by 00', `${ask('2FE2')}00C000001800C0000000`, `039000${FCP.slice(-2)}`],
    ['more than there is', `${ask('2FE2')}00C000001A`, '026C19'],
  ])('collects %s', (_what, script, answer) => {
    expect(run(script)).toBe(answer);
  });

  it('collects nothing behind another command', () => {
    expect(run(`${ask('2FE2')}${go('2FE2')}00C0000019`)).toBe('036985');
  });

  it('collects nothing of the script before, and nothing of the terminal', () => {
    const card = remoteCard();
    expect(card.send(ask('2FE2'))).toBe('6119');
    expect(run('00C0000019', card)).toBe('016985');
    run(ask('2FE2'), card);
    expect(run('00C0000019', card)).toBe('016985');
  });
});

describe('READ BINARY of all there is in a compact script', () => {
  it.each([
    ['10 octets', go('2FE2') + READ_ALL, ICCID],
    ['700 octets', go(LONG) + READ_ALL, counted(700)],
    ['700 octets by SFI', '00B0940000', counted(700)],
    ['the last 444 of them', `${go(LONG)}00B0010000`, counted(700).slice(512)],
    ['the last one', `${go(LONG)}00B002BB00`, 'BB'],
  ])('gives %s', (_what, script, content) => {
    const answer = run(script);
    expect(answer.slice(2, 6)).toBe('9000');
    expect(answer.slice(6)).toBe(content);
  });

  it('gives 255 octets when so many are asked for', () => {
    expect(run(go(LONG) + read(255))).toBe(`029000${counted(255)}`);
  });

  it('is no reason to end when something is behind it, however much it is', () => {
    expect(run(go(VERY_LONG) + READ_ALL + go('2FE2') + READ_ALL)).toBe(`049000${ICCID}`);
  });

  it('is cut to what a PoR holds, and says so', () => {
    expect(run(go(VERY_LONG) + READ_ALL)).toBe(`0262F1${counted(4093)}`);
  });

  it.each([
    [112, `029000${counted(109)}`, 109],
    [112, `0262F1${counted(109)}`, 110],
  ])('is cut to the %d octets of a report, and says so', (_most, answer, octets) => {
    const card = remoteCard({ terminal: WITHOUT_MESSAGES });
    expect(runReported(card, RFM.compact, go(LONG) + read(octets))).toBe(answer);
  });

  it('is at the end, and behind it, outside', () => {
    expect(run(`${go(LONG)}00B002BC00`)).toBe('026B00');
    expect(run(`${go(LONG)}00B0${octet(0x7f)}FF00`)).toBe('026B00');
  });
});
