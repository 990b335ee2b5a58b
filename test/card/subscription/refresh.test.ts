/**
 * The REFRESH that follows a change: answered first, then offered, once.
 *
 * '910B' offers `D009 8103010104 82028182`, UICC reset.
 *
 * @see docs/subscription-change.md; ETSI TS 102 221 §7.4.2; ETSI TS 102 223 §6.4.7
 * @module
 */

import { describe, expect, it } from 'vitest';
import { cancel, change, envelope, IMSI_B, QUERY, sendCommand } from '../support/subscription.ts';
import { octet, TestCard } from '../support/test-card.ts';

const CHANGE = change('00', IMSI_B);
const STATUS = '80F2000C00';
const FETCH = '801200000B';
const REFRESH = 'D0098103010104820281829000';
/** TERMINAL PROFILE with REFRESH alone, octet 3 b8; and with all but it. */
const WITH_REFRESH = '8010000003000080';
const WITHOUT_REFRESH = '8010000005FFFF7FFFFF';

function withProfile(profile = WITH_REFRESH): TestCard {
  return new TestCard({ setUp: [profile] });
}

/** A card with the change answered and the REFRESH offered. */
function offered(): TestCard {
  const card = withProfile();
  expect(sendCommand(card, CHANGE).sw).toBe('910B');
  return card;
}

function terminalResponse(result: string): string {
  const length = result.length / 2;
  return `80140000${octet(11 + length)}81030101048202828183${octet(length)}${result}`;
}

function answers(card: TestCard, commands: readonly string[]): string[] {
  return commands.map((command) => card.send(command));
}

describe('the REFRESH after a change', () => {
  it('is offered when the last octet of the answer is collected, not before', () => {
    const card = withProfile();
    expect(card.send(envelope(CHANGE))).toBe('6129');
    expect(card.send('00C0000028')).toMatch(/6101$/u);
    expect(card.send('00C0000001')).toMatch(/910B$/u);
    expect(card.send(FETCH)).toBe(REFRESH);
  });

  it('is not offered when a part of the answer was collected and the rest is gone', () => {
    const card = withProfile();
    card.sendAll([envelope(CHANGE), '00C0000028']);
    expect(answers(card, [STATUS, STATUS, FETCH])).toEqual(['9000', '9000', '6985']);
  });

  it('is not offered by a GET RESPONSE that gives nothing', () => {
    const card = withProfile();
    expect(answers(card, [envelope(CHANGE), '00C000002A', '00C0010029'])).toEqual([
      '6129',
      '6C29',
      '6A86',
    ]);
    expect(card.send('00C0000029')).toMatch(/910B$/u);
  });

  it('is not offered when another command takes the answer away', () => {
    const card = withProfile();
    expect(answers(card, [envelope(CHANGE), STATUS, '00C0000029', STATUS, FETCH])).toEqual([
      '6129',
      '9000',
      '6985',
      '9000',
      '6985',
    ]);
  });

  it('is offered when the answer to the same change, sent again, is collected', () => {
    const card = withProfile();
    card.sendAll([envelope(CHANGE), STATUS]);
    expect(sendCommand(card, CHANGE, { cntr: 2 }).sw).toBe('910B');
    expect(answers(card, [FETCH, STATUS])).toEqual([REFRESH, '9000']);
  });

  it('is not offered by the answer to another command', () => {
    const card = withProfile();
    card.sendAll([envelope(CHANGE), STATUS]);
    expect(sendCommand(card, QUERY, { cntr: 2 }).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it.each([
    ['no PoR', 0x00],
    ['a PoR on error alone', 0x1a],
  ])('is offered at once with %s', (_what, spi2) => {
    const card = withProfile();
    expect(card.send(envelope(CHANGE, { spi2 }))).toBe('910B');
    expect(card.send(FETCH)).toBe(REFRESH);
  });

  it('that waits for an answer is offered when the change comes again without a PoR', () => {
    const card = withProfile();
    card.sendAll([envelope(CHANGE), STATUS]);
    expect(card.send(envelope(CHANGE, { cntr: 2, spi2: 0x00 }))).toBe('910B');
    expect(answers(card, [FETCH, terminalResponse('30'), STATUS])).toEqual([
      REFRESH,
      '9000',
      '9000',
    ]);
  });

  it('is queued once, however often the change comes', () => {
    const card = offered();
    for (let cntr = 2; cntr < 6; cntr++) {
      expect(sendCommand(card, CHANGE, { cntr }).sw).toBe('910B');
    }
    expect(answers(card, [FETCH, terminalResponse('30'), STATUS, FETCH])).toEqual([
      REFRESH,
      '9000',
      '9000',
      '6985',
    ]);
  });

  it('is not queued anew while the terminal has it', () => {
    const card = offered();
    card.send(FETCH);
    expect(sendCommand(card, CHANGE, { cntr: 2 }).sw).toBe('9000');
    expect(answers(card, [terminalResponse('30'), STATUS])).toEqual(['9000', '9000']);
  });

  it('that the terminal refuses is not asked for anew in this card session', () => {
    const card = offered();
    card.sendAll([FETCH, terminalResponse('30')]);
    expect(sendCommand(card, CHANGE, { cntr: 2 }).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it.each(['2002', '2001', '20', '00', '04'])(
    'that is answered with %s is asked for at the next STATUS, five times in all',
    (result) => {
      const card = offered();
      for (let offer = 1; offer <= 5; offer++) {
        expect(card.send(FETCH)).toBe(REFRESH);
        expect(card.send(terminalResponse(result))).toBe('9000');
        expect(card.send('00A4000C023F00')).toBe('9000');
        expect(card.send(STATUS)).toBe(offer < 5 ? '910B' : '9000');
      }
      expect(card.send(FETCH)).toBe('6985');
    },
  );
});

describe('a REFRESH that the terminal does not have', () => {
  it('is not offered without TERMINAL PROFILE: the change waits for the next reset', () => {
    const card = new TestCard();
    expect(sendCommand(card, CHANGE).sw).toBe('9000');
    expect(answers(card, [STATUS, FETCH])).toEqual(['9000', '6985']);
    card.reset();
    expect(card.uicc.root.active).toBe(1);
  });

  it('is not offered without octet 3 b8 of it', () => {
    const card = withProfile(WITHOUT_REFRESH);
    expect(sendCommand(card, CHANGE).sw).toBe('9000');
    expect(answers(card, [STATUS, FETCH])).toEqual(['9000', '6985']);
    card.reset();
    expect(card.uicc.root.active).toBe(1);
  });

  it('is not offered with a profile of two octets', () => {
    const card = withProfile('8010000002FFFF');
    expect(sendCommand(card, CHANGE).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('is offered as soon as a profile with it comes', () => {
    const card = new TestCard();
    sendCommand(card, CHANGE);
    expect(answers(card, [WITHOUT_REFRESH, WITH_REFRESH, FETCH])).toEqual([
      '9000',
      '910B',
      REFRESH,
    ]);
  });
});

describe('a CANCEL', () => {
  it('withdraws a REFRESH that is offered', () => {
    const card = offered();
    expect(sendCommand(card, cancel('00', IMSI_B), { cntr: 2 })).toMatchObject({
      data: '019000',
      sw: '9000',
    });
    expect(answers(card, [STATUS, FETCH])).toEqual(['9000', '6985']);
  });

  it('withdraws a REFRESH that waits for an answer', () => {
    const card = withProfile();
    card.sendAll([envelope(CHANGE), STATUS]);
    expect(sendCommand(card, cancel('00', IMSI_B), { cntr: 2 }).sw).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('does not ask again for a REFRESH that the terminal has', () => {
    const card = offered();
    card.send(FETCH);
    sendCommand(card, cancel('00', IMSI_B), { cntr: 2 });
    expect(answers(card, [terminalResponse('2002'), STATUS, STATUS])).toEqual([
      '9000',
      '9000',
      '9000',
    ]);
  });

  it('that is refused leaves the REFRESH', () => {
    const card = offered();
    expect(sendCommand(card, cancel('01', IMSI_B), { cntr: 2 })).toMatchObject({
      data: '016984',
      sw: '910B',
    });
    expect(card.send(FETCH)).toBe(REFRESH);
  });

  it('that cannot be stored leaves the REFRESH', () => {
    const card = offered();
    const before = card.rootsBefore.length;
    card.isStored = (n) => n !== before + 1;
    expect(sendCommand(card, cancel('00', IMSI_B), { cntr: 2 })).toMatchObject({
      data: '016581',
      sw: '910B',
    });
    expect(card.send(STATUS)).toBe('910B');
  });

  it('makes room for the REFRESH of the next change', () => {
    const card = offered();
    sendCommand(card, cancel('00', IMSI_B), { cntr: 2 });
    expect(sendCommand(card, CHANGE, { cntr: 3 }).sw).toBe('910B');
    expect(card.send(FETCH)).toBe(REFRESH);
  });

  it('while the terminal has the REFRESH lets the next change ask for its own', () => {
    const card = offered();
    card.send(FETCH);
    sendCommand(card, cancel('00', IMSI_B), { cntr: 2 });
    expect(sendCommand(card, CHANGE, { cntr: 3 }).sw).toBe('9000');
    // Two are with the terminal now, so the new one has another number.
    expect(answers(card, [terminalResponse('2002'), STATUS, FETCH])).toEqual([
      '910B',
      '910B',
      REFRESH.replace('810301', '810302'),
    ]);
  });
});

describe('a reset', () => {
  it('takes every REFRESH with it, fetched or not', () => {
    for (const commands of [[], [FETCH], [FETCH, terminalResponse('2002')]]) {
      const card = offered();
      card.sendAll(commands);
      card.reset();
      expect(answers(card, [WITH_REFRESH, STATUS, FETCH])).toEqual(['9000', '9000', '6985']);
    }
  });

  it('that could not make the change effective leaves it to the sender to ask again', () => {
    const card = offered();
    card.isStored = () => false;
    card.reset();
    card.isStored = () => true;
    expect(answers(card, [WITH_REFRESH, STATUS])).toEqual(['9000', '9000']);
    expect(sendCommand(card, CHANGE, { cntr: 2 }).sw).toBe('910B');
  });
});
