/**
 * REFRESH behind an answer: an applet asks for a UICC reset, and the ME is asked when it has
 * collected the answer, as often as the session allows.
 *
 * @see ETSI TS 102 223 §6.4.7; ETSI TS 102 221 §7.4.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import {
  ANSWER,
  type Answer,
  countingCard,
  type OtaCard,
  packetEnvelope,
  sealedFor,
} from '../support/ota-card.ts';
import { EVERYTHING, fetchOffered, performAll, respond, said } from '../support/proactive.ts';

/** SPI2: a PoR always, with CC and ciphering, in the report and by SMS-SUBMIT; and none. */
const WITH_POR = 0x19;
const BY_SUBMIT = 0x39;
const WITHOUT_POR = 0x00;

const TERMINAL_PROFILE = '8010000004 FFFFFFFF';
const TERMINAL_PROFILE_WITHOUT_REFRESH = '8010000004 FFFF7FFF';
const STATUS = '80F2000C';
const FETCH = '801200000B';
/** Data of FETCH: UICC reset, and '9000': with the ME there is no '91XX'. */
const FETCHED = 'd0098103010104820281829000';
const TERMINAL_RESPONSE = {
  performed: '801400000C 8103010104 82028281 830100',
  busyOnCall: '801400000D 8103010104 82028281 83022002',
  beyondCapabilities: '801400000C 8103010104 82028281 830130',
} as const;

function send({ card }: OtaCard, command: string | Uint8Array): string {
  return toHex(card.transmit(typeof command === 'string' ? fromHex(command) : command));
}

function packet(cntr: number, spi2 = WITH_POR): Uint8Array {
  return packetEnvelope(sealedFor('16', spi2, { cntr }));
}

const askForReset: Answer = ({ requestUiccReset }) => {
  requestUiccReset();
  return ANSWER;
};

/** A card whose applet asks for a reset, of an ME that has sent TERMINAL PROFILE. */
function asking(answer = askForReset): OtaCard {
  const to = countingCard({ answer });
  expect(send(to, TERMINAL_PROFILE)).toBe('9000');
  return to;
}

/** A card whose REFRESH is offered, as there was no answer to wait for. */
function offering(): OtaCard {
  const to = asking();
  expect(send(to, packet(6, WITHOUT_POR))).toBe('910b');
  return to;
}

describe('a REFRESH behind an answer', () => {
  it('is offered with the last octet of the answer, and by each command until FETCH', () => {
    const to = asking();
    expect(send(to, packet(6))).toBe('6129');
    expect(send(to, '00C0000029')).toMatch(/910b$/);
    expect(send(to, STATUS)).toBe('910b');
    expect(send(to, '00A4000C023F00')).toBe('910b');
    expect(send(to, FETCH)).toBe(FETCHED);
    expect(send(to, STATUS)).toBe('9000');
  });

  it('is not offered while a part of the answer is left', () => {
    const to = asking();
    expect(send(to, packet(6))).toBe('6129');
    expect(send(to, '00C0000028')).toMatch(/6101$/);
    expect(send(to, '00C0000001')).toMatch(/^..910b$/);
  });

  it('is not offered when the answer was not collected', () => {
    const to = asking();
    expect(send(to, packet(6))).toBe('6129');
    expect(send(to, STATUS)).toBe('9000');
    expect(send(to, '00C0000029')).toBe('6985');
    expect(send(to, FETCH)).toBe('6985');
  });

  it('is offered when the same is asked for again and that answer is collected, and once', () => {
    const to = asking();
    expect(send(to, packet(6))).toBe('6129');
    expect(send(to, packet(7))).toBe('6129');
    expect(send(to, '00C0000029')).toMatch(/910b$/);
    expect(send(to, FETCH)).toBe(FETCHED);
    expect(send(to, TERMINAL_RESPONSE.beyondCapabilities)).toBe('9000');
    expect(send(to, STATUS)).toBe('9000');
  });

  it('is offered by the ENVELOPE itself when no answer was asked for', () => {
    expect(send(offering(), FETCH)).toBe(FETCHED);
  });

  it.each([
    ['an unknown instruction', '80FF0000', '6d00'],
    ['a file that is not there', '00A4000C026FFF', '6a82'],
    ['P1 P2 that are not allowed', '80F20002', '6a86'],
  ])('does not hide %s', (_what, command, sw) => {
    expect(send(offering(), command)).toBe(sw);
  });

  it.each([
    ['no TERMINAL PROFILE', undefined],
    ['a TERMINAL PROFILE without REFRESH', TERMINAL_PROFILE_WITHOUT_REFRESH],
  ])('is not offered to an ME with %s', (_what, profile) => {
    const to = countingCard({ answer: askForReset });
    if (profile !== undefined) send(to, profile);
    expect(send(to, packet(6, WITHOUT_POR))).toBe('9000');
    expect(send(to, STATUS)).toBe('9000');
    expect(send(to, FETCH)).toBe('6985');
  });

  it('is not offered for a packet that was refused', () => {
    const to = asking();
    expect(send(to, packet(5, WITHOUT_POR))).toBe('9000');
    expect(send(to, packet(5))).toBe('6110');
    expect(send(to, '00C0000010')).toMatch(/9000$/);
    expect(to.executed).toEqual([]);
  });

  it('is forgotten by a reset', () => {
    const to = offering();
    to.card.reset();
    expect(send(to, TERMINAL_PROFILE)).toBe('9000');
    expect(send(to, FETCH)).toBe('6985');
  });
});

describe('a REFRESH that the ME has fetched', () => {
  it.each([
    ['that it is done', TERMINAL_RESPONSE.performed],
    ['that it is busy', TERMINAL_RESPONSE.busyOnCall],
  ])('and says %s without a reset is offered at the next STATUS, 5 times in all', (_what, tr) => {
    const to = offering();
    for (let offer = 1; offer <= 5; offer++) {
      expect(send(to, FETCH)).toBe(FETCHED);
      expect(send(to, tr)).toBe('9000');
      expect(send(to, '00A4000C023F00')).toBe('9000');
      expect(send(to, STATUS)).toBe(offer < 5 ? '910b' : '9000');
    }
    expect(send(to, FETCH)).toBe('6985');
  });

  it('and refuses is not offered again, though the same is asked for once more', () => {
    const to = offering();
    expect(send(to, FETCH)).toBe(FETCHED);
    expect(send(to, TERMINAL_RESPONSE.beyondCapabilities)).toBe('9000');
    expect(send(to, STATUS)).toBe('9000');
    expect(send(to, packet(7, WITHOUT_POR))).toBe('9000');
    expect(send(to, STATUS)).toBe('9000');
  });

  it('and lost is offered again after TERMINAL PROFILE, at the next STATUS', () => {
    const to = offering();
    expect(send(to, FETCH)).toBe(FETCHED);
    expect(send(to, STATUS)).toBe('9000');
    expect(send(to, TERMINAL_PROFILE)).toBe('9000');
    expect(send(to, STATUS)).toBe('910b');
  });

  it('with a wrong Le stays where it is, and the ME is told the right one', () => {
    const to = offering();
    expect(send(to, '801200000C')).toBe('6c0b');
    expect(send(to, FETCH)).toBe(FETCHED);
    expect(send(to, FETCH)).toBe('6985');
  });
});

describe('a REFRESH that is taken back', () => {
  const changing = (): OtaCard =>
    asking(({ requestUiccReset, withdrawUiccReset, load, store }) => {
      const isFirst = load().length === 0;
      store(ANSWER);
      (isFirst ? requestUiccReset : withdrawUiccReset)();
      return ANSWER;
    });

  it('before FETCH is not offered any more', () => {
    const to = changing();
    expect(send(to, packet(6, WITHOUT_POR))).toBe('910b');
    expect(send(to, packet(7, WITHOUT_POR))).toBe('9000');
    expect(send(to, FETCH)).toBe('6985');
  });

  it('while the ME has it is not offered again, whatever the ME says', () => {
    for (const tr of Object.values(TERMINAL_RESPONSE)) {
      const to = changing();
      expect(send(to, packet(6, WITHOUT_POR))).toBe('910b');
      expect(send(to, FETCH)).toBe(FETCHED);
      expect(send(to, packet(7, WITHOUT_POR))).toBe('9000');
      expect(send(to, tr)).toBe('9000');
      expect(send(to, STATUS)).toBe('9000');
    }
  });

  it('by the packet that asked for it is never offered', () => {
    const to = asking(({ requestUiccReset, withdrawUiccReset }) => {
      requestUiccReset();
      withdrawUiccReset();
      return ANSWER;
    });
    expect(send(to, packet(6, WITHOUT_POR))).toBe('9000');
    expect(send(to, FETCH)).toBe('6985');
  });
});

/** REFRESH by UICC reset, as {@link said} says it. */
const REFRESH = '1/4';

/** A card whose applet answers so many octets and asks for a reset, of an ME with everything. */
function answering(octets: number): OtaCard {
  const to = countingCard({
    answer: ({ requestUiccReset }) => {
      requestUiccReset();
      return new Uint8Array(octets);
    },
  });
  expect(send(to, EVERYTHING)).toBe('9000');
  return to;
}

/** What a card has asked for, short messages by the word alone. */
function inOrder(all: readonly string[]): string[] {
  return all.map((command) => command.replace(/^SMS .*/u, 'SMS'));
}

describe('a REFRESH behind short messages', () => {
  it.each([
    [5, ['SMS', REFRESH]],
    [300, ['SMS', 'SMS', 'SMS', REFRESH]],
  ])('is offered when the last of them has its TERMINAL RESPONSE: %d octets', (octets, order) => {
    const to = answering(octets);
    expect(inOrder(performAll(to, send(to, packet(6, BY_SUBMIT))))).toEqual(order);
  });

  it('waits for one that the ME could not send, and comes when it was sent', () => {
    const to = answering(300);
    const first = fetchOffered(to, send(to, packet(6, BY_SUBMIT)));
    expect(inOrder(performAll(to, respond(to, first, '20')))).toEqual(['SMS', 'SMS']);
    const again = fetchOffered(to, send(to, STATUS));
    expect(said(again)).toBe(said(first));
    expect(inOrder(performAll(to, respond(to, again)))).toEqual([REFRESH]);
  });

  it('comes when the ME refuses the last of them', () => {
    const to = answering(5);
    const message = fetchOffered(to, send(to, packet(6, BY_SUBMIT)));
    expect(inOrder(performAll(to, respond(to, message, '30')))).toEqual([REFRESH]);
  });

  it('comes when the ME could not send it five times', () => {
    const to = answering(5);
    let sw = send(to, packet(6, BY_SUBMIT));
    for (let n = 1; n < 5; n++) {
      expect(respond(to, fetchOffered(to, sw), '20')).toBe('9000');
      sw = send(to, STATUS);
    }
    expect(inOrder(performAll(to, respond(to, fetchOffered(to, sw), '20')))).toEqual([REFRESH]);
  });

  it('comes when the last of them is given up because TERMINAL PROFILE came instead', () => {
    const to = answering(5);
    let sw = send(to, packet(6, BY_SUBMIT));
    for (let n = 1; n <= 5; n++) {
      expect(said(fetchOffered(to, sw))).toMatch(/^SMS/u);
      sw = send(to, EVERYTHING);
      if (n < 5) sw = send(to, STATUS);
    }
    expect(inOrder(performAll(to, sw))).toEqual([REFRESH]);
  });

  it('waits for messages of another answer, too', () => {
    const to = answering(5);
    const first = fetchOffered(to, send(to, packet(6, BY_SUBMIT)));
    expect(send(to, packet(7, BY_SUBMIT))).toBe('9000');
    expect(inOrder(performAll(to, respond(to, first)))).toEqual(['SMS', REFRESH]);
  });

  it('is offered behind the report and the messages when there are both', () => {
    const to = answering(300);
    expect(send(to, packet(6))).toBe('6119');
    const collected = send(to, '00C0000019');
    expect(inOrder(performAll(to, collected))).toEqual(['SMS', 'SMS', 'SMS', REFRESH]);
  });

  it('is not offered when there are both and the report was not collected', () => {
    const to = answering(300);
    expect(send(to, packet(6))).toBe('6119');
    expect(inOrder(performAll(to, send(to, STATUS)))).toEqual(['SMS', 'SMS', 'SMS']);
    expect(send(to, STATUS)).toBe('9000');
    expect(send(to, packet(7))).toBe('6119');
    const collected = send(to, '00C0000019');
    expect(inOrder(performAll(to, collected))).toEqual(['SMS', 'SMS', 'SMS', REFRESH]);
  });

  it('that waits for its report is not let go by the messages of another answer', () => {
    let octets = 5;
    const to = countingCard({
      answer: ({ requestUiccReset }) => {
        if (octets === 5) requestUiccReset();
        return new Uint8Array(octets);
      },
    });
    expect(send(to, EVERYTHING)).toBe('9000');
    expect(send(to, packet(6))).toBe('6129');
    octets = 6;
    expect(inOrder(performAll(to, send(to, packet(7, BY_SUBMIT))))).toEqual(['SMS']);
    expect(send(to, STATUS)).toBe('9000');
  });

  it('that waits for its report is let go by messages when the same is asked for anew', () => {
    const to = answering(5);
    expect(send(to, packet(6))).toBe('6129');
    expect(inOrder(performAll(to, send(to, packet(7, BY_SUBMIT))))).toEqual(['SMS', REFRESH]);
  });
});
