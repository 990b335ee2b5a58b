/**
 * GET RESPONSE: parts, wrong lengths, and what takes an answer away.
 *
 * The FCP of EF_ICCID has 25 octets, '19'.
 *
 * @see ETSI TS 102 221 §7.3.1.1, §12.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { CYCLIC, create } from '../support/administration.ts';
import { ADM1, octet, PIN1, SELECT_USIM, TestCard } from '../support/test-card.ts';

const SELECT_ICCID = '00A40804022FE2';
const FCP = '62178202412183022FE28A01058B032F06078002000A880110';
const ALL = '00C0000019';

function waiting(): TestCard {
  const card = new TestCard();
  if (card.send(SELECT_ICCID) !== '6119') throw new Error('the FCP has another length');
  return card;
}

describe('an answer of 25 octets', () => {
  it('is collected at once', () => {
    expect(waiting().send(ALL)).toBe(`${FCP}9000`);
  });

  it('is collected in parts of any length, each telling what is left', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 30 }), (lengths) => {
        const card = waiting();
        let collected = '';
        for (const length of lengths) {
          const left = 25 - collected.length / 2;
          const answer = card.send(`00C00000${octet(length)}`);
          if (length > left) {
            expect(answer).toBe(left === 0 ? '6985' : `6C${octet(left)}`);
            continue;
          }
          collected += answer.slice(0, -4);
          const rest = left - length;
          expect(answer.slice(-4)).toBe(rest === 0 ? '9000' : `61${octet(rest)}`);
        }
        expect(FCP.startsWith(collected)).toBe(true);
      }),
    );
  });

  it.each(['1A', '20', 'FF', '00'])('is not given for Le %s, and not lost', (le) => {
    const card = waiting();
    expect(card.send(`00C00000${le}`)).toBe('6C19');
    expect(card.send(ALL)).toBe(`${FCP}9000`);
  });

  it('is not given without Le, and not lost', () => {
    const card = waiting();
    expect(card.send('00C00000')).toBe('6C19');
    expect(card.send(ALL)).toBe(`${FCP}9000`);
  });

  it('is there once', () => {
    const card = waiting();
    card.send(ALL);
    expect(card.send(ALL)).toBe('6985');
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('is collected in the other class too: a terminal repeats the class of the command', () => {
    expect(waiting().send('80C0000019')).toBe(`${FCP}9000`);
    const card = waiting();
    expect(card.send('80C0000010')).toMatch(/6109$/u);
    expect(card.send('00C0000009')).toMatch(/9000$/u);
  });

  it.each([
    ['01C0000019', '6881', 'another channel'],
    ['81C0000019', '6881', 'another channel'],
    ['10C0000019', '6E00', 'an unknown class'],
    ['A0C0000019', '6F00', 'the class of a SIM'],
    ['04C0000019', '6882', 'secure messaging'],
    ['00C0010019', '6A86', 'P1 other than 00'],
    ['00C0000119', '6A86', 'P2 other than 00'],
    ['00C000000100', '6700', 'data'],
  ])('is not given to %s (%s): %s', (command, sw) => {
    expect(waiting().send(command)).toBe(sw);
  });

  it.each([
    ['80F2000C00', '9000'],
    ['80F2000000', '6C22'],
    ['00A40004026F99', '6A82'],
    ['00B2010401', '6981'],
    ['002000010839393939FFFFFFFF', '63C2'],
    ['00FF000000', '6D00'],
    ['10A40004023F00', '6E00'],
    ['80C2000002D105', '6A80'],
  ])('is taken away by %s, whatever became of that', (command, expected) => {
    const card = waiting();
    expect(card.send(command)).toBe(expected);
    expect(card.send(ALL)).toBe('6985');
  });

  it('is replaced by that of the next command', () => {
    const card = waiting();
    expect(card.send('00A40004023F00')).toBe('6122');
    expect(card.send('00C0000023')).toBe('6C22');
    expect(card.send('00C0000022')).toMatch(/^6220.{64}9000$/u);
  });

  it('is gone after a reset', () => {
    const card = waiting();
    card.reset();
    expect(card.send(ALL)).toBe('6985');
  });
});

describe('commands that leave nothing to collect', () => {
  it.each([
    ['SELECT without data', '00A4000C023F00', '9000'],
    ['SELECT that fails', '00A40004026F99', '6A82'],
    ['READ BINARY', '00B082000A', '989909010000000000319000'],
    ['READ BINARY with a wrong Le', '00B082000B', '6C0A'],
    [
      'AUTHENTICATE with a wrong MAC',
      `00880081221000${'00'.repeat(15)}10${'00'.repeat(16)}`,
      '9862',
    ],
    ['ENVELOPE that nobody waits for', '80C2000002D600', '9000'],
  ])('%s', (_what, command, expected) => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, '00A4000C023F00', SELECT_USIM] });
    const sent = command.startsWith('00B0') ? ['00A4000C023F00', command] : [command];
    expect(card.sendAll(sent)).toBe(expected);
    expect(card.send('00C0000001')).toBe('6985');
  });
});

describe('a card with T=1', () => {
  const card = (): TestCard => new TestCard({ profile: { ...DEFAULT_PROFILE, protocol: 'T=1' } });

  it('gives all that there is to GET RESPONSE with Le 00, and the rest to the next', () => {
    const one = card();
    expect(one.send(SELECT_ICCID)).toBe('6119');
    expect(one.send('00C0000000')).toBe(`${FCP}9000`);
    expect(one.send(SELECT_ICCID)).toBe('6119');
    expect(one.send('00C0000018')).toBe(`${FCP.slice(0, -2)}6101`);
    expect(one.send('00C0000000')).toBe(`${FCP.slice(-2)}9000`);
    expect(one.send('00C0000000')).toBe('6985');
  });

  it('answers GET RESPONSE with too large an Le by the right one, and keeps the answer', () => {
    const one = card();
    expect(one.send(SELECT_ICCID)).toBe('6119');
    expect(one.send('00C000001A')).toBe('6C19');
    expect(one.send('00C0000019')).toBe(`${FCP}9000`);
  });

  it('answers a command of case 4 at once', () => {
    expect(card().send(`${SELECT_ICCID}00`)).toBe(`${FCP}9000`);
    expect(card().send(`${SELECT_ICCID}19`)).toBe(`${FCP}9000`);
  });

  it('keeps the answer when Le is too small or not there', () => {
    const one = card();
    expect(one.send(SELECT_ICCID)).toBe('6119');
    expect(one.send(ALL)).toBe(`${FCP}9000`);
    expect(one.send(`${SELECT_ICCID}18`)).toBe('6119');
    expect(one.send('00C0000018')).toBe(`${FCP.slice(0, -2)}6101`);
    expect(one.send('00C0000001')).toBe('109000');
  });

  it('gives what there is for Le 00, and refuses one octet more', () => {
    expect(card().send('00B0820000')).toBe('989909010000000000319000');
    expect(card().send('00B082000B')).toBe('6C0A');
    expect(card().send('00B201F400')).toMatch(/9000$/u);
    expect(card().send('00B201F427')).toBe('6C28');
    expect(card().send('80F2000000')).toMatch(/9000$/u);
    expect(card().send('80F2000001')).toBe('6C22');
  });

  it('gives 256 octets of an answer that has more, and the rest to the next', () => {
    const value = '01'.repeat(127);
    const longRecords = { descriptor: '8204462100FF', size: '800200FF', pattern: 'A503C10100' };
    const one = new TestCard({
      profile: { ...DEFAULT_PROFILE, protocol: 'T=1' },
      setUp: [ADM1, create(CYCLIC, { ...longRecords, rule: 'AB058401329000' })],
    });
    // INCREASE answers with the record, 255 octets, and the value.
    expect(one.send(`803200007F${value}00`)).toBe('6100');
    expect(one.send('00C0000000')).toBe(`${'00'.repeat(128)}${value}01617E`);
    expect(one.send('00C0000000')).toBe(`${value.slice(2)}9000`);
    expect(one.send('00C0000000')).toBe('6985');
  });

  it('moves the record pointer once, with Le 00 too', () => {
    const one = card();
    one.sendAll(['00A4000C023F00', '00A4000C022F00']);
    expect(one.send('00B2000200')).toMatch(/^61184F10A0000000871002.*9000$/u);
    expect(one.send('00B2000228')).toMatch(/^61184F10A0000000871004.*9000$/u);
    expect(one.send('00B2000227')).toBe('6C28');
    expect(one.send('00B2000428')).toMatch(/^61184F10A0000000871004.*9000$/u);
  });
});
