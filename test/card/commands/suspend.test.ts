/**
 * SUSPEND UICC: what a session is after a suspension, and how little brings it back.
 *
 * @see ETSI TS 102 221 §11.1.22, §13.5
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage } from '../../../src/card/image.ts';
import { Uicc } from '../../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { seededRandomness } from '../../../src/scenario/randomness.ts';
import { KNOWS_ALL, OPEN, on } from '../support/channels.ts';
import { CHANGE, PENDING, PROFILE } from '../support/matrix-row.ts';
import {
  ADM1,
  PIN1,
  SELECT_ISIM,
  SELECT_USIM,
  SUSPENDABLE,
  select,
  TestCard,
  type TestCardOptions,
  withChannels,
  withoutFiles,
  withPowerFlags,
} from '../support/test-card.ts';

/** At least one minute, at most two hours. */
const SUSPEND = '807600000401010202';
const STATUS = '80F2000C00';
const EF_IMSI = '00B0870009';
const IMSI = '0809101010325476989000';
const WRONG_TOKEN = '8076010008FFFFFFFFFFFFFFFF';

function cardFor(options: TestCardOptions = {}): TestCard {
  return new TestCard({ profile: SUSPENDABLE, random: seededRandomness('suspend'), ...options });
}

/** Suspends, and gives the command that resumes. */
function suspend(card: TestCard): string {
  const answer = card.ask(`${SUSPEND}00`);
  expect(answer).toMatch(/^0202[0-9A-F]{16}9000$/u);
  return `8076010008${answer.slice(4, 20)}`;
}

function restart(card: TestCard): void {
  card.uicc.powerOff();
  card.reset();
}

/** Suspends with PIN1 verified in the USIM, and takes the power away and gives it back. */
function suspendedCard(): { readonly card: TestCard; readonly resume: string } {
  const card = cardFor({ setUp: [SELECT_USIM, PIN1] });
  const resume = suspend(card);
  restart(card);
  return { card, resume };
}

describe('SUSPEND UICC', () => {
  it('is collected by GET RESPONSE: the duration, and eight octets of randomness', () => {
    const asked: number[] = [];
    const random = (octets: number): Uint8Array => {
      asked.push(octets);
      return new Uint8Array(octets).fill(0xa5);
    };
    const card = cardFor({ random });
    expect(card.send(`${SUSPEND}00`)).toBe('610A');
    expect(card.send('00C000000A')).toBe(`0202${'A5'.repeat(8)}9000`);
    expect(asked).toEqual([8]);
  });

  it('is answered at once over T=1', () => {
    const profile: CardProfile = { ...SUSPENDABLE, protocol: 'T=1' };
    expect(cardFor({ profile }).send(`${SUSPEND}00`)).toMatch(/^0202[0-9A-F]{16}9000$/u);
  });

  it.each([
    ['00000001', '0001', 'a second at most'],
    ['01010101', '0101', 'just a minute'],
    ['003C0101', '0101', 'a minute in two units'],
    ['00000401', '0401', 'the longest of this card'],
    ['0000030A', '030A', 'the same in days'],
    ['000002F0', '02F0', 'the same in hours'],
    ['0000030B', '0401', 'a day more'],
    ['02F004FF', '0401', 'the longest that there is, the shortest being what the card has'],
  ])('negotiates %s: %s, %s', (durations, duration) => {
    expect(cardFor().ask(`8076000004${durations}00`).slice(0, 4)).toBe(duration);
  });

  it.each([
    ['03010201', 'a minimum above the maximum, in other units'],
    ['01020101', 'a minimum above the maximum'],
    ['00000000', 'no time'],
    ['00000400', 'no time in other units'],
    ['05010401', 'a unit that there is not'],
    ['00010501', 'a unit that there is not, of the maximum'],
    ['0001FFFF', 'octets without meaning'],
  ])('refuses %s with 6A80: %s', (durations) => {
    expect(cardFor().send(`8076000004${durations}`)).toBe('6A80');
  });

  it.each(['030B04FF', '04020402', '02F102F1', '04FF04FF'])(
    'refuses %s with 9864: longer than this card can at least',
    (durations) => {
      const card = cardFor();
      expect(card.send(`8076000004${durations}`)).toBe('9864');
      expect(card.send(STATUS)).toBe('9000');
    },
  );

  it.each([
    ['807600000400010001', withPowerFlags(0x00), 'EF_UMPC says no'],
    ['807600000400010001', withPowerFlags(0xfd), 'EF_UMPC says everything else'],
    ['807600000400010001', withoutFiles(['MF/EF.UMPC']), 'there is no EF_UMPC'],
    ['807600000400010001', DEFAULT_PROFILE, 'the built-in profile'],
  ])('is 6985 where the card does not support it: %s', (command, profile, _what) => {
    expect(cardFor({ profile }).send(command)).toBe('6985');
  });

  it('is 6985 without randomness', () => {
    const card = new TestCard({ profile: SUSPENDABLE });
    expect(card.send(SUSPEND)).toBe('6985');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('is 6F00 when the dice break, and the card is awake', () => {
    const card = cardFor({ random: () => new Uint8Array(7) });
    expect(card.send(SUSPEND)).toBe('6F00');
    expect(String(card.faults)).toContain('random: expected 8 octets, got 7');
    expect(card.send(STATUS)).toBe('9000');
  });

  it.each([
    ['a change of subscription is staged', [CHANGE]],
    ['a proactive command is offered', PENDING],
    ['a proactive command is with the terminal', [...PENDING, '801200000B']],
    [
      'a proactive command waits',
      [...PENDING, '801200000B', '801400000C8103010104820282818302 2002'],
    ],
  ])('is 6985 while %s', (_what, steps) => {
    const card = cardFor();
    card.sendAll(steps);
    expect(card.send(SUSPEND)).toBe('6985');
    expect(card.send(STATUS)).not.toBe('6985');
  });

  it.each([
    ['8076020004', '6A86', 'P1'],
    [`80760001${SUSPEND.slice(8)}`, '6A86', 'P2'],
    [`80760101${WRONG_TOKEN.slice(8)}`, '6A86', 'P2 of a resumption'],
    ['80760000', '6700', 'no data'],
    ['80760000080000000100000001', '6700', 'durations of eight octets'],
    ['807601000400000001', '6700', 'a token of four octets'],
    ['807601000900000001000000010000', '6700', 'a token of nine octets'],
    ['80760100', '6700', 'no token'],
    [`00${SUSPEND.slice(2)}`, '6D00', 'the other class'],
    [`81${SUSPEND.slice(2)}`, '6881', 'a channel that is closed'],
    [`8C${SUSPEND.slice(2)}`, '6882', 'secure messaging'],
    [WRONG_TOKEN, '6985', 'a resumption without a suspension'],
  ])('%s is refused with %s: %s', (command, sw) => {
    const card = cardFor();
    expect(card.send(command)).toBe(sw);
    expect(card.send(STATUS)).toBe('9000');
  });

  it('is for the basic channel alone', () => {
    const card = cardFor({ profile: withPowerFlags(0x02, withChannels()) });
    card.send(OPEN);
    expect(card.send(on(1, SUSPEND))).toBe('6E00');
  });
});

describe('a card that is suspended', () => {
  it.each([STATUS, EF_IMSI, PIN1, SELECT_USIM, PROFILE, SUSPEND, WRONG_TOKEN, '00A4000C023F00'])(
    'does nothing else: %s',
    (command) => {
      const card = cardFor();
      card.send(SUSPEND);
      const before = card.uicc.root;
      expect(card.send(command)).toBe('6985');
      expect(card.uicc.root).toBe(before);
    },
  );

  it('says what is wrong with a class or an instruction first', () => {
    const card = cardFor();
    suspend(card);
    expect(card.send('B0F2000C00')).toBe('6E00');
    expect(card.send('80FF000000')).toBe('6D00');
    expect(card.send('81F2000C00')).toBe('6881');
    expect(card.send('80F2')).toBe('6700');
  });

  it('gives its answer once, and in parts', () => {
    const card = cardFor();
    card.send(SUSPEND);
    expect(card.send('00C0000002')).toBe('02026108');
    expect(card.send('00C0000008')).toMatch(/^[0-9A-F]{16}9000$/u);
    expect(card.send('00C0000008')).toBe('6985');
  });

  it('does not resume without a reset, whatever the token', () => {
    const card = cardFor();
    const resume = suspend(card);
    expect(card.send(resume)).toBe('6985');
    restart(card);
    expect(card.send(resume)).toBe('9000');
  });

  it('answers 6F00 without power, and is not woken by it', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1] });
    const resume = suspend(card);
    card.uicc.powerOff();
    expect(card.send(STATUS)).toBe('6F00');
    expect(card.send(resume)).toBe('6F00');
    card.reset();
    expect(card.send(resume)).toBe('9000');
    expect(card.send(EF_IMSI)).toBe(IMSI);
  });
});

describe('the token', () => {
  it('brings the session back: application, EF, record pointer and PIN', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1, select('7FFF6FB7')] });
    card.send('00B2000204');
    const directory = card.ask('80F2000000');
    const resume = suspend(card);
    restart(card);
    expect(card.send(resume)).toBe('9000');
    expect(card.ask('80F2000000')).toBe(directory);
    expect(card.send('00B2000404')).toBe('11F2FF009000');
    expect(card.send('0020000100')).toBe('63C3');
    expect(card.send(EF_IMSI)).toBe(IMSI);
  });

  it('brings back channels, and what the terminal is capable of', () => {
    const profile = withPowerFlags(0x02, withChannels(0x17));
    const setUp = [KNOWS_ALL, PIN1];
    const card = cardFor({ profile, setUp });
    for (let channel = 1; channel <= 4; channel++) card.send(OPEN);
    card.sendAll([on(4, SELECT_ISIM), on(2, SELECT_USIM), '00708003']);
    const resume = suspend(card);
    restart(card);
    expect(card.send(resume)).toBe('9000');
    expect(card.ask(on(4, '80F2000100'))).toContain('8410A0000000871004');
    expect(card.send(on(3, STATUS))).toBe('6881');
    expect(card.send(OPEN)).toBe('039000');
    expect(card.send(OPEN)).toBe('059000');
    expect(card.send(on(2, EF_IMSI))).toBe(IMSI);
  });

  it('brings back the toolkit: what TERMINAL PROFILE said counts', () => {
    const card = cardFor({ setUp: [PROFILE] });
    const resume = suspend(card);
    restart(card);
    expect(card.send(resume)).toBe('9000');
    card.send(CHANGE);
    expect(card.send('00C0000029').slice(-4)).toBe('910B');
  });

  it('works once, and each suspension has its own', () => {
    const { card, resume } = suspendedCard();
    expect(card.send(resume)).toBe('9000');
    expect(card.send(resume)).toBe('6985');
    const next = suspend(card);
    expect(next).not.toBe(resume);
    restart(card);
    expect(card.send(resume)).toBe('6982');
    restart(card);
    expect(card.send(next)).toBe('6985');
  });

  it('works whatever resets and losses of power come before the first command', () => {
    const { card, resume } = suspendedCard();
    card.reset();
    card.reset();
    card.uicc.powerOff();
    card.uicc.powerOff();
    card.reset();
    expect(card.send(resume)).toBe('9000');
    expect(card.send(EF_IMSI)).toBe(IMSI);
  });

  it('works over a warm reset', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1] });
    const resume = suspend(card);
    card.reset();
    expect(card.send(resume)).toBe('9000');
    expect(card.send(EF_IMSI)).toBe(IMSI);
  });

  it('drops an answer that nobody has collected', () => {
    const card = cardFor({ random: () => new Uint8Array(8).fill(0x5a) });
    expect(card.send(SUSPEND)).toBe('610A');
    restart(card);
    expect(card.send(`8076010008${'5A'.repeat(8)}`)).toBe('9000');
    expect(card.send('00C000000A')).toBe('6985');
  });

  it('is not that of whoever owns the dice', () => {
    const dice = new Uint8Array(8).fill(0x5a);
    const card = cardFor({ random: () => dice });
    card.send(SUSPEND);
    dice.fill(0);
    restart(card);
    expect(card.send(`8076010008${'5A'.repeat(8)}`)).toBe('9000');
  });
});

describe('a suspended session is gone for good', () => {
  function expectGone(card: TestCard, resume: string): void {
    expect(card.send(resume)).toBe('6985');
    expect(card.send('80F2000112')).toBe('6A88');
    card.expectOk(SELECT_USIM);
    expect(card.send(EF_IMSI)).toBe('6982');
    expect(card.send(`0088008122${'00'.repeat(34)}`)).toBe('6982');
    restart(card);
    expect(card.send(resume)).toBe('6985');
  }

  it('after a wrong token, whichever octet is wrong', () => {
    for (let at = 0; at < 8; at++) {
      const { card, resume } = suspendedCard();
      const wrong = fromHex(resume);
      wrong[5 + at]! ^= 0x01;
      expect(card.send(toHex(wrong))).toBe('6982');
      expectGone(card, resume);
    }
  });

  it('after any other eight octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (octets) => {
        const { card, resume } = suspendedCard();
        const wrong = `8076010008${toHex(octets).toUpperCase()}`;
        fc.pre(wrong !== resume);
        expect(card.send(wrong)).toBe('6982');
        expectGone(card, resume);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [STATUS, '9000', 'a command'],
    ['00A40004026F99', '6A82', 'a command that is refused'],
    ['00C000000A', '6985', 'GET RESPONSE'],
    ['80FF000000', '6D00', 'a command that there is not'],
    ['FFFFFFFF', '6E00', 'a class that there is not'],
    ['8076', '6700', 'half a header'],
    ['80760100070000000000000000', '6700', 'a token that is cut short'],
    [SUSPEND, '610A', 'another suspension'],
  ])('after %s (%s): %s', (command, sw) => {
    const { card, resume } = suspendedCard();
    expect(card.send(command)).toBe(sw);
    if (command === SUSPEND) {
      restart(card);
      expect(card.send(resume)).toBe('6982');
    }
    expectGone(card, resume);
  });

  it('when the card goes back to what it was, also to what it is', () => {
    const { card, resume } = suspendedCard();
    card.uicc.rewind(card.uicc.root);
    card.reset();
    expectGone(card, resume);
  });

  it('on another card, made of what the first remembers', () => {
    const { card, resume } = suspendedCard();
    const { root } = card.uicc;
    const other = new Uicc(makeImage(SUSPENDABLE), { root });
    other.reset();
    expect(toHex(other.transmit(fromHex(resume)))).toBe('6985');
  });
});

describe('what is kept', () => {
  it('knows nothing of a suspension: no commit, and the same root', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1] });
    card.clearLog();
    const before = card.uicc.root;
    const resume = suspend(card);
    restart(card);
    card.send(resume);
    expect(card.commits).toEqual([]);
    expect(card.uicc.root).toBe(before);
  });

  it('is what tries of PINs are: a suspension gives none back', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1] });
    const resume = suspend(card);
    restart(card);
    card.send('002000010839393939FFFFFFFF');
    expect(card.send(resume)).toBe('6985');
    expect(card.send('0020000100')).toBe('63C2');
  });

  it('is an update that was made before, and the PIN that lets make another', () => {
    const card = cardFor({ setUp: [SELECT_USIM, PIN1, ADM1, '00D68D000300F110'] });
    const resume = suspend(card);
    restart(card);
    expect(card.send(resume)).toBe('9000');
    expect(card.send('00B08D0003')).toBe('00F1109000');
    expect(card.send('00D68D000300F120')).toBe('9000');
  });
});
