/**
 * Scripts in expanded format: what is executed and reported, TLV by TLV, and what is said of those
 * that make no sense.
 *
 * @see ETSI TS 102 226 §5.2.1, §5.2.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../src/bytes/hex.ts';
import { decodeExpandedResponse } from '../../../../src/ota/expanded-responses.ts';
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
import {
  apdus,
  ask,
  definite,
  go,
  indefinite,
  READ_ALL,
  rapdus,
  read,
  response,
  tlv,
  update,
} from '../../support/scripts.ts';
import type { TestCard } from '../../support/test-card.ts';

const ICCID = '98990901000000000031';
const FCP = '62178202412183022FE28A01058B032F06078002000A880110';
const CHANGED = '0A0B0C0D';
const HERE = go(CONDITIONS.always);
const CHANGE = apdus(HERE, update(CHANGED));

/** Bad format by its code. */
const UNKNOWN_TAG = tlv('90', '01');
const WRONG_LENGTH = tlv('90', '02');
const LENGTH_NOT_FOUND = tlv('90', '03');

function run(script: string, card: TestCard = remoteCard()): string {
  return runScript(card, RFM.expanded, script);
}

/** What the file holds that {@link CHANGE} changes. */
function content(card: TestCard): string {
  return card.sendAll([HERE, read(4)]).slice(0, -4);
}

describe('an expanded script', () => {
  it.each([
    ['of no TLV', definite(), response(0)],
    ['of one command', definite(apdus(go('2FE2'))), response(1, rapdus('9000'))],
    [
      'of several commands',
      definite(apdus(go('2FE2'), read(10), read(2))),
      response(3, rapdus('9000', `${ICCID}9000`, '98999000')),
    ],
    [
      'of indefinite length',
      indefinite(apdus(go('2FE2'), read(10))),
      `AF80${rapdus('9000', `${ICCID}9000`)}0000`,
    ],
    ['of indefinite length and no TLV', indefinite(), 'AF800000'],
  ])('%s has an R-APDU for each', (_what, script, answer) => {
    expect(run(script)).toBe(answer);
  });

  it('may have lengths that are longer than they must', () => {
    const command = `2282${'0007'}${go('2FE2')}`;
    expect(run(`AA82${'000B'}${command}`)).toBe(response(1, rapdus('9000')));
    expect(run(`AA81${'0B'}${command}`)).toBe(response(1, rapdus('9000')));
  });

  it.each([
    ['Le 00', `${ask('2FE2')}00`, `${FCP}9000`],
    ['Le of just as many octets', `${ask('2FE2')}19`, `${FCP}9000`],
    ['Le of more', `${ask('2FE2')}1A`, `${FCP}9000`],
    ['Le of fewer', `${ask('2FE2')}18`, '6119'],
    ['no Le', ask('2FE2'), '6119'],
  ])('gives the data of a command of case 4 with %s', (_what, command, answer) => {
    expect(run(definite(apdus(command)))).toBe(response(1, rapdus(answer)));
  });

  it('collects with GET RESPONSE what Le had no room for', () => {
    const script = definite(apdus(ask('2FE2'), '00C0000010', '00C0000009'));
    const answers = rapdus('6119', `${FCP.slice(0, 32)}6109`, `${FCP.slice(32)}9000`);
    expect(run(script)).toBe(response(3, answers));
    const all = definite(apdus(ask('2FE2'), '00C0000000'));
    expect(run(all)).toBe(response(2, rapdus('6119', `${FCP}9000`)));
    const none = definite(apdus('00C0000000'));
    expect(run(none)).toBe(response(1, rapdus('6985')));
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['a file that is not there', [go('2FFF')], ['6A82']],
    ['a right that is missing', [go(CONDITIONS.never), read(4)], ['9000', '6982']],
    ['no current EF', [read(4)], ['6986']],
    ['an unknown instruction', ['00FF0000'], ['6D00']],
    ['an unknown class', ['A0A4000C023F00'], ['6E00']],
    ['a wrong PIN', ['00200001083939393939393939'], ['63C2']],
    ['Le of too many octets', [HERE, read(5)], ['9000', '6C04']],
    ['a header alone', [HERE, '00D60000'], ['9000', '6700']],
  ])('ends with %s', (_what, commands, answers) => {
    const card = remoteCard();
    const script = definite(apdus(...commands), CHANGE);
    expect(run(script, card)).toBe(response(answers.length, rapdus(...answers)));
    expect(content(card)).toBe('01020304');
  });

  it('of 600 commands is executed and counted', () => {
    const answer = decodeExpandedResponse(
      fromHex(run(definite(apdus(...Array<string>(600).fill('00A4030C'))))),
    );
    expect(answer.executed).toBe(600);
    expect(answer.items).toHaveLength(600);
  });
});

describe('READ BINARY of all there is in an expanded script', () => {
  it.each([
    ['10 octets', '2FE2', READ_ALL, ICCID],
    ['700 octets', LONG, READ_ALL, counted(700)],
    ['the last 444 of them', LONG, '00B0010000', counted(700).slice(512)],
  ])('gives %s', (_what, file, command, octets) => {
    const script = definite(apdus(go(file), command));
    expect(run(script)).toBe(response(2, rapdus('9000', `${octets}9000`)));
  });

  it('is cut to what a PoR holds, says so, and ends the script', () => {
    const card = remoteCard();
    const answer = run(definite(apdus(go(VERY_LONG), READ_ALL), CHANGE), card);
    expect(answer.length / 2).toBeLessThanOrEqual(4096);
    const { executed, items } = decodeExpandedResponse(fromHex(answer));
    expect(executed).toBe(2);
    const last = items.at(-1);
    if (last?.kind !== 'r-apdu') expect.fail('expected an R-APDU');
    expect(last.response.sw).toBe(0x62f1);
    expect(last.response.data.length).toBeGreaterThan(4060);
    expect(answer).toContain(`${counted(4060)}`);
    expect(content(card)).toBe('01020304');
  });

  it('is cut to what a report holds', () => {
    const card = remoteCard({ terminal: WITHOUT_MESSAGES });
    const script = definite(apdus(go(LONG), READ_ALL));
    const answer = runReported(card, RFM.expanded, script);
    expect(answer).toBe(response(2, rapdus('9000', `${counted(86)}62F1`)));
  });
});

describe('a script whose answer is full', () => {
  it('ends there: nothing is executed that could not be reported', () => {
    const card = remoteCard({ terminal: WITHOUT_MESSAGES });
    const before = Array<string>(16).fill(HERE);
    const answer = runReported(card, RFM.expanded, definite(apdus(...before), CHANGE));
    expect(answer.length / 2).toBeLessThanOrEqual(112);
    const { executed, items } = decodeExpandedResponse(fromHex(answer));
    expect(executed).toBe(items.length);
    const words = items.map((item) => (item.kind === 'r-apdu' ? item.response.sw : 0));
    expect(words.slice(0, -1).every((sw) => sw === 0x9000)).toBe(true);
    expect(words.at(-1)).toBe(0x62f1);
    expect(content(card)).toBe('01020304');
  });

  it('tells a failure as it is, and bad format behind the last that fits', () => {
    const card = remoteCard({ terminal: WITHOUT_MESSAGES });
    for (let count = 1; count < 20; count++) {
      for (const [tail, isBad] of [
        [apdus(go('2FFF')), false],
        [tlv('24', '00'), true],
      ] as const) {
        const script = definite(apdus(...Array<string>(count).fill(HERE)), tail);
        const answer = runReported(card, RFM.expanded, script);
        expect(answer.length / 2).toBeLessThanOrEqual(112);
        const { executed, items } = decodeExpandedResponse(fromHex(answer));
        expect(items).toHaveLength(executed!);
        const last = items.at(-1)!;
        const isWhole = items.length === count + 1;
        const kind = isWhole && isBad ? 'bad-format' : 'r-apdu';
        expect(last.kind).toBe(kind);
        if (last.kind === 'r-apdu') expect(last.response.sw).toBe(isWhole ? 0x6a82 : 0x62f1);
      }
    }
  });
});

describe('bad format', () => {
  it.each([
    ['a tag that nobody knows', tlv('24', '00'), UNKNOWN_TAG],
    ['the tag of a response', tlv('23', '9000'), UNKNOWN_TAG],
    ['another template', tlv('AA', apdus(HERE)), UNKNOWN_TAG],
    ['an end of contents', '0000', UNKNOWN_TAG],
    ['a value cut short', '22070001', WRONG_LENGTH],
    ['a C-APDU of no octets', '2200', WRONG_LENGTH],
    ['a C-APDU of 3 octets', '220300A400', WRONG_LENGTH],
    ['a C-APDU whose Lc is too large', '220700A4000C033F00', WRONG_LENGTH],
    ['a C-APDU whose Lc is too small', '220800A4000C013F0000', WRONG_LENGTH],
    ['a C-APDU of extended length', '220A00A4000C0000023F0000', WRONG_LENGTH],
    ['an immediate action of no octets', '8100', WRONG_LENGTH],
    ['an action that is no object', '81020301', WRONG_LENGTH],
    ['an action that has no command details', tlv('81', '82028182'), UNKNOWN_TAG],
    ['an action with command details of 2 octets', tlv('82', '81022100'), WRONG_LENGTH],
    ['a tag and no length', '22', LENGTH_NOT_FOUND],
    ['a length cut short', '2281', LENGTH_NOT_FOUND],
    ['a length of two octets cut short', '228200', LENGTH_NOT_FOUND],
    ['an indefinite length inside', '228000A4000C0000', LENGTH_NOT_FOUND],
    ['a length of three octets', '2283000007', LENGTH_NOT_FOUND],
  ])('%s is told behind what was executed', (_what, bad, error) => {
    const card = remoteCard();
    expect(run(definite(apdus(HERE, read(4)), bad), card)).toBe(
      response(3, rapdus('9000', '010203049000'), error),
    );
    expect(run(definite(bad), card)).toBe(response(1, error));
    const isCut = error === LENGTH_NOT_FOUND || bad === '22070001';
    if (!isCut) {
      expect(run(definite(apdus(HERE), bad, CHANGE), card)).toBe(
        response(2, rapdus('9000'), error),
      );
    }
    expect(content(card)).toBe('01020304');
  });

  it.each([
    ['no octets', '', UNKNOWN_TAG],
    ['a compact script', HERE + update(CHANGED), UNKNOWN_TAG],
    ['the template of a response', tlv('AB', CHANGE), UNKNOWN_TAG],
    ['one tag', 'AA', LENGTH_NOT_FOUND],
    ['an indefinite length of the definite form', `AA80${CHANGE}0000`, LENGTH_NOT_FOUND],
    ['an octet too few', definite(CHANGE).slice(0, -2), WRONG_LENGTH],
    ['an octet behind', `${definite(CHANGE)}00`, WRONG_LENGTH],
  ])('of the whole is told before anything is executed: %s', (_what, script, error) => {
    const card = remoteCard();
    expect(run(script, card)).toBe(response(1, error));
    expect(content(card)).toBe('01020304');
  });

  it.each([
    ['no end', `AE80${CHANGE}`, LENGTH_NOT_FOUND],
    ['one octet of the end', `AE80${CHANGE}00`, LENGTH_NOT_FOUND],
    ['another end', `AE80${CHANGE}0001`, WRONG_LENGTH],
    ['something behind the end', `${indefinite(CHANGE)}00`, WRONG_LENGTH],
  ])('at the end of an indefinite script is found there: %s', (_what, script, error) => {
    const card = remoteCard();
    expect(run(script, card)).toBe(`AF80${rapdus('9000', '9000')}${error}0000`);
    expect(content(card)).toBe(CHANGED);
  });

  it.each([
    ['AE', LENGTH_NOT_FOUND],
    ['AE81', WRONG_LENGTH],
    [`AE09${apdus(HERE)}`, WRONG_LENGTH],
  ])('at the beginning of an indefinite script is found there: %s', (script, error) => {
    expect(run(script)).toBe(`AF80${error}0000`);
  });

  it('of a script that is cut short anywhere never executes what is cut', () => {
    const script = definite(CHANGE);
    const card = remoteCard();
    for (let octets = 0; octets < script.length / 2; octets++) {
      expect(run(script.slice(0, 2 * octets), card)).toMatch(/^AB0680010190010[123]$/u);
      const long = `AE80${CHANGE}`.slice(0, 2 * octets);
      if (octets < 4 + CHANGE.length / 2 - 1) run(long, card);
      expect(content(card)).toBe('01020304');
    }
  });
});
