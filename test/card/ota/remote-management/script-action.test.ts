/**
 * Actions of a script: what the ME is asked for, when, and when the script cannot have it; the
 * early response; actions that wait for an error.
 *
 * @see ETSI TS 102 226 §5.2.1; ETSI TS 102 223 §6.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.ts';
import type { AppletKinds } from '../../../../src/card/ota/applet.ts';
import { encodeProactiveCommand } from '../../../../src/cat/proactive-command.ts';
import { responsePacketOf } from '../../../../src/ota/sms.ts';
import {
  EVERYTHING,
  fetchOffered,
  performAll,
  respond,
  STATUS,
  said,
  WITHOUT_REFRESH,
} from '../../support/proactive.ts';
import {
  applet,
  BY_REPORT,
  BY_SUBMIT,
  CONDITIONS,
  dataOf,
  NO_POR,
  RFM,
  remoteCard,
  runReported,
  scriptEnvelopes,
  sendScript,
} from '../../support/remote.ts';
import { apdus, definite, go, rapdus, read, response, tlv, update } from '../../support/scripts.ts';
import { octet, type TestCard } from '../../support/test-card.ts';

const HERE = go(CONDITIONS.always);
const CHANGE = apdus(HERE, update('0A0B0C0D'));
const CHANGED = rapdus('9000', '9000');
/** A command that fails, and what is said of it. */
const FAIL = apdus(go('2FFF'));
const FAILED = rapdus('6A82');

/** Command details, devices, and what else there is. */
function objects(type: string, qualifier: string, destination: string, more = ''): string {
  return `810301${type}${qualifier}820281${destination}${more}`;
}

const TEXT = objects('21', '80', '02', '8D0704546578742031');
const TONE = objects('20', '00', '03');
const FILES = objects('01', '01', '82', '9205013F002FE2');
const RESET = objects('01', '04', '82');

function immediate(value: string): string {
  return tlv('81', value);
}
function onError(value: string): string {
  return tlv('82', value);
}
const SUSPENSION_ERROR = tlv('81', '01');
const PROACTIVE_SESSION = immediate('81');
const EARLY_RESPONSE = immediate('82');

function content(card: TestCard): string {
  return card.sendAll([HERE, read(4)]).slice(0, 8);
}

/** What a card asks for from a SW on, each by type and qualifier; SMS by that word. */
function asked(card: TestCard, sw: string): string[] {
  return performAll({ card: card.uicc }, sw.toLowerCase()).map((command) =>
    command.replace(/^SMS .*/u, 'SMS'),
  );
}

describe('an immediate action', () => {
  it.each([
    ['DISPLAY TEXT', TEXT, '33/128'],
    ['PLAY TONE', TONE, '32/0'],
    ['REFRESH of files', FILES, '1/1'],
    ['REFRESH by UICC reset', RESET, '1/4'],
  ])('%s is offered when the report was collected, and the script goes on', (_what, of, type) => {
    const card = remoteCard();
    const [envelope] = scriptEnvelopes(
      card,
      RFM.expanded,
      definite(immediate(of), CHANGE),
      BY_REPORT,
    );
    const sw = card.send(envelope!);
    expect(sw).toMatch(/^61/u);
    const collected = card.send(`00C00000${sw.slice(2)}`);
    const answer = dataOf(responsePacketOf(fromHex(collected.slice(0, -4))));
    expect(answer).toBe(response(3, CHANGED));
    expect(asked(card, collected)).toEqual([type]);
    expect(content(card)).toBe('0A0B0C0D');
  });

  it('is fetched with its objects, under a number of the card', () => {
    const card = remoteCard();
    const answer = sendScript(
      card,
      RFM.expanded,
      definite(immediate(TONE), immediate(FILES)),
      NO_POR,
    );
    const to = { card: card.uicc };
    const tone = fetchOffered(to, answer);
    expect(toHex(encodeProactiveCommand(tone))).toBe('d009810301200082028103');
    const files = fetchOffered(to, respond(to, tone));
    expect(files.details).toEqual({ number: 2, type: 1, qualifier: 1 });
    expect(toHex(encodeProactiveCommand(files))).toBe('d01081030201018202818292' + '05013f002fe2');
  });

  it('is not offered when the report was not collected', () => {
    const card = remoteCard();
    const [envelope] = scriptEnvelopes(card, RFM.expanded, definite(immediate(TEXT)), BY_REPORT);
    expect(card.send(envelope!)).toMatch(/^61/u);
    expect(card.send(STATUS)).toBe('9000');
  });

  it('is offered behind the short messages of the answer, a reset, too', () => {
    const card = remoteCard();
    const script = definite(immediate(RESET), immediate(TEXT), apdus(HERE));
    expect(asked(card, sendScript(card, RFM.expanded, script, BY_SUBMIT))).toEqual([
      'SMS',
      '1/4',
      '33/128',
    ]);
  });

  it('is offered at once when there is no answer', () => {
    const card = remoteCard();
    const script = definite(immediate(RESET));
    expect(asked(card, sendScript(card, RFM.expanded, script, NO_POR))).toEqual(['1/4']);
  });

  it.each<[string, string, string | undefined]>([
    ['that the ME cannot do', RESET, WITHOUT_REFRESH],
    ['of an ME that has not said what it can', TEXT, undefined],
    ['that a script may not ask for: SEND SHORT MESSAGE', objects('13', '00', '83'), EVERYTHING],
    ['that a script may not ask for: OPEN CHANNEL', objects('40', '01', '82'), EVERYTHING],
    ['of no type', objects('00', '00', '82'), EVERYTHING],
    ['of a record that this card does not have', '01', EVERYTHING],
    ['of a reserved value: 00', '00', EVERYTHING],
    ['of a reserved value: 80', '80', EVERYTHING],
    ['of a reserved value: 83', '83', EVERYTHING],
    ['of a reserved value: FF', 'FF', EVERYTHING],
    [
      'that FETCH cannot return',
      objects('21', '80', '02', `8D81${octet(0xf2)}04${'41'.repeat(0xf1)}`),
      EVERYTHING,
    ],
  ])('%s ends the script with a suspension error', (_what, of, terminal) => {
    const card = remoteCard();
    card.reset();
    if (terminal !== undefined) card.expectOk(terminal);
    const script = definite(apdus(HERE), immediate(of), CHANGE);
    const answer = runReported(card, RFM.expanded, script);
    expect(answer).toBe(response(2, rapdus('9000'), SUSPENSION_ERROR));
    expect(content(card)).toBe('01020304');
    expect(card.send(STATUS)).toBe('9000');
    expect(card.faults).toEqual([]);
  });

  it('as long as FETCH returns it is offered by 9100', () => {
    const card = remoteCard();
    const longest = objects('21', '80', '02', `8D81${octet(0xf1)}04${'41'.repeat(0xf0)}`);
    const sw = sendScript(card, RFM.expanded, definite(immediate(longest)), NO_POR);
    expect(sw).toBe('9100');
    expect(card.send('8012000000')).toMatch(/^D081FD.{506}9000$/u);
  });

  it('is one of 16 at most that wait', () => {
    const card = remoteCard();
    const script = definite(immediate(TONE).repeat(17), CHANGE);
    expect(runReported(card, RFM.expanded, script)).toBe(response(17, SUSPENSION_ERROR));
    expect(asked(card, card.send(STATUS))).toEqual(Array(16).fill('32/0'));
  });
});

describe('a proactive session as an immediate action', () => {
  it('is there when nothing waits for the ME', () => {
    const card = remoteCard();
    const script = definite(PROACTIVE_SESSION, CHANGE);
    expect(runReported(card, RFM.expanded, script)).toBe(response(3, CHANGED));
    expect(card.send(STATUS)).toBe('9000');
  });

  it('is not there while something does', () => {
    const card = remoteCard();
    sendScript(card, RFM.expanded, definite(immediate(TONE)), NO_POR);
    const script = definite(PROACTIVE_SESSION, CHANGE);
    expect(runReported(card, RFM.expanded, script)).toBe(response(1, SUSPENSION_ERROR));
    expect(content(card)).toBe('01020304');
  });
});

describe('an early response', () => {
  it('tells what was before it; what is behind is executed all the same', () => {
    const card = remoteCard();
    const script = definite(apdus(go('2FE2')), EARLY_RESPONSE, CHANGE, FAIL);
    expect(runReported(card, RFM.expanded, script)).toBe(response(2, rapdus('9000')));
    expect(content(card)).toBe('0A0B0C0D');
  });

  it('does not let go on behind an error', () => {
    const card = remoteCard();
    const script = definite(EARLY_RESPONSE, FAIL, CHANGE);
    expect(runReported(card, RFM.expanded, script)).toBe(response(1));
    expect(content(card)).toBe('01020304');
  });

  it('does not tell of bad format behind it', () => {
    const card = remoteCard();
    const script = definite(EARLY_RESPONSE, CHANGE, tlv('24', '00'), apdus(update('FFFFFFFF')));
    expect(runReported(card, RFM.expanded, script)).toBe(response(1));
    expect(content(card)).toBe('0A0B0C0D');
  });
});

describe('an error action', () => {
  const run = (...tlvs: readonly string[]): { answer: string; asked: string[] } => {
    const card = remoteCard();
    const sw = sendScript(card, RFM.expanded, definite(...tlvs), BY_SUBMIT);
    const to = { card: card.uicc };
    const first = fetchOffered(to, sw);
    const userData = said(first).replace('SMS ', '');
    const rest = asked(card, respond(to, first));
    return { answer: dataOf(responsePacketOf(fromHex(userData))), asked: rest };
  };

  it('is done when a command behind it fails', () => {
    expect(run(onError(TEXT), CHANGE, FAIL)).toEqual({
      answer: response(4, CHANGED, FAILED),
      asked: ['33/128'],
    });
  });

  it.each<[string, readonly string[], string]>([
    ['none fails', [onError(TEXT), CHANGE], response(3, CHANGED)],
    ['the one that fails is before it', [FAIL, onError(TEXT)], response(1, FAILED)],
    ['it was taken back', [onError(TEXT), onError(''), FAIL], response(3, FAILED)],
    ['bad format ends the script', [onError(TEXT), tlv('24')], response(2, tlv('90', '01'))],
    ['it is a record that this card does not have', [onError('01'), FAIL], response(2, FAILED)],
    ['it may not be asked for', [onError(objects('13', '00', '83')), FAIL], response(2, FAILED)],
  ])('is not done when %s', (_what, tlvs, answer) => {
    expect(run(...tlvs)).toEqual({ answer, asked: [] });
  });

  it('is the last one of several', () => {
    expect(run(onError(TEXT), onError(TONE), FAIL).asked).toEqual(['32/0']);
  });

  it.each(['00', '80', '81', '82', 'FF'])('of the reserved value %s ends the script', (value) => {
    const card = remoteCard();
    const script = definite(apdus(HERE), onError(value), CHANGE);
    const answer = response(2, rapdus('9000'), SUSPENSION_ERROR);
    expect(runReported(card, RFM.expanded, script)).toBe(answer);
    expect(content(card)).toBe('01020304');
  });
});

/** An applet that asks for a UICC reset, and takes it back when it gets data. */
const RESETTING = applet('BFFF01', { kind: 'resetting' });
const APPLETS: AppletKinds = {
  resetting: ({ data }, { requestUiccReset, withdrawUiccReset }) => {
    (data.length === 0 ? requestUiccReset : withdrawUiccReset)();
    return new Uint8Array(0);
  },
};

describe('a REFRESH of files that a script asks for', () => {
  function card(): TestCard {
    const made = remoteCard({ more: [RESETTING], applets: APPLETS });
    sendScript(made, RFM.expanded, definite(immediate(FILES)), NO_POR);
    return made;
  }

  it('does not take the place of the UICC reset that an applet asks for', () => {
    const to = card();
    // The reset is said to be done, and none is seen.
    expect(asked(to, sendScript(to, RESETTING.tar, '', NO_POR))).toEqual(['1/1', '1/4']);
    expect(to.send(STATUS)).toBe('910B');
  });

  it('is not taken back with it', () => {
    const to = card();
    sendScript(to, RESETTING.tar, '', NO_POR);
    expect(asked(to, sendScript(to, RESETTING.tar, '01', NO_POR))).toEqual(['1/1']);
    expect(to.send(STATUS)).toBe('9000');
  });
});
