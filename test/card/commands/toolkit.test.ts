/**
 * TERMINAL PROFILE, ENVELOPE, FETCH and TERMINAL RESPONSE as octets; what becomes of the proactive
 * session is in test/card/subscription/refresh.test.ts.
 *
 * @see ETSI TS 102 221 §11.2; ETSI TS 102 223 §6.8, §7
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { change, envelope, IMSI_B } from '../support/subscription.ts';
import { octet, TestCard } from '../support/test-card.ts';

const WITH_REFRESH = '8010000003000080';
const CHANGE = change('00', IMSI_B);
const STATUS = '80F2000C00';

function hexOf(octets: Uint8Array): string {
  return [...octets].map(octet).join('');
}

/** A card whose terminal has fetched the REFRESH. */
function fetched(): TestCard {
  const card = new TestCard({ setUp: [WITH_REFRESH] });
  card.ask(envelope(CHANGE));
  expect(card.send('801200000B')).toBe('D0098103010104820281829000');
  return card;
}

describe('ENVELOPE', () => {
  it.each([
    ['D100', 'SMS-PP download without anything'],
    ['D10482028381', 'without a TPDU'],
    ['D106820283818B00', 'with an empty TPDU', '9000'],
    ['D106820282818B00', 'from the terminal, not the network'],
    ['D1048B020000', 'without device identities'],
    ['D1', 'a tag alone'],
    ['D105', 'a length without a value'],
    ['D180', 'an indefinite length'],
    ['D10182', 'an object cut short'],
    ['D10382028381', 'octets behind the object'],
    ['D600D600', 'two objects'],
    ['1F', 'half a tag'],
  ])('with %s is no TLV that the card understands: %s', (data, _what, sw = '6A80') => {
    const card = new TestCard();
    expect(card.send(`80C20000${octet(data.length / 2)}${data}`)).toBe(sw);
  });

  it.each(['D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D9', 'DA', 'DE', 'CF'])(
    'of kind %s, for which nobody waits, is taken',
    (tag) => {
      expect(new TestCard().send(`80C2000006${tag}0482028281`)).toBe('9000');
    },
  );

  it('of any octets is answered with 9000, 61XX or 6A80, and breaks nothing', () => {
    const card = new TestCard();
    const tail = fc.uint8Array({ maxLength: 120 });
    const download = tail.map((octets) => {
      const tpdu = `8B${octet(octets.length)}${hexOf(octets)}`;
      return `D1${octet(4 + tpdu.length / 2)}82028381${tpdu}`;
    });
    const data = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 255 }).map(hexOf),
      download.filter((octets) => octets.length <= 254),
    );
    fc.assert(
      fc.property(data, (octets) => {
        const answer = card.send(`80C20000${octet(octets.length / 2)}${octets}`);
        expect(answer).toMatch(/^(?:9000|61..|6A80)$/u);
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(card.commits).toHaveLength(0);
  });
});

describe('TERMINAL RESPONSE', () => {
  it.each([
    ['810301010482028281', 'no result'],
    ['82028281830100', 'no command details'],
    ['8102010482028281830100', 'command details of two octets'],
    ['81030101048202828183', 'a result cut short'],
    ['8103010104820282818300', 'a result of no octets'],
    ['FF', 'an octet'],
  ])('%s is refused, and ends the command all the same: %s', (data) => {
    const card = fetched();
    const response = `80140000${octet(data.length / 2)}${data}`;
    expect(card.send(response)).toBe('6A80');
    expect(card.send(response)).toBe('6985');
    // The reset was not seen: it is asked for again.
    expect(card.send(STATUS)).toBe('910B');
  });

  it.each([
    ['810302010482028281830100', 'another command number'],
    ['810301210482028281830100', 'another type of command'],
  ])('%s is refused, and the command stays with the ME: %s', (data) => {
    const card = fetched();
    expect(card.send(`80140000${octet(data.length / 2)}${data}`)).toBe('6A80');
    expect(card.send(STATUS)).toBe('9000');
    expect(card.send('801400000C810301010482028281830130')).toBe('9000');
  });

  it('may leave the comprehension bits out, and have objects behind', () => {
    const card = fetched();
    expect(card.send('801400000C010301010402028281030130')).toBe('9000');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('of any octets is answered with 9000 or 6A80 once, then 6985', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (data) => {
        const card = fetched();
        const response = `80140000${octet(data.length)}${hexOf(data)}`;
        expect(card.send(response)).toMatch(/^(?:9000|6A80)$/u);
        expect(card.send(response)).toBe('6985');
      }),
      { numRuns: 60 },
    );
  });
});

describe('TERMINAL PROFILE', () => {
  it('of any octets is taken, and the last one counts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 255 }), (data) => {
        const card = new TestCard({ setUp: [WITH_REFRESH] });
        expect(card.send(`80100000${octet(data.length)}${hexOf(data)}`)).toBe('9000');
        const hasRefresh = ((data[2] ?? 0) & 0x80) !== 0;
        expect(card.ask(envelope(CHANGE)).slice(-4)).toBe(hasRefresh ? '910B' : '9000');
      }),
    );
  });
});

describe('a card with T=1', () => {
  const profile = { ...DEFAULT_PROFILE, protocol: 'T=1' as const };

  it('gives the PoR in the answer to the ENVELOPE, and offers the REFRESH with it', () => {
    const card = new TestCard({ profile, setUp: [WITH_REFRESH] });
    const answer = card.send(`${envelope(CHANGE)}00`);
    expect(answer).toMatch(/^027100.{76}910B$/u);
    expect(card.send('8012000000')).toBe('D0098103010104820281829000');
  });

  it('holds the REFRESH as long as the answer was not collected', () => {
    const card = new TestCard({ profile, setUp: [WITH_REFRESH] });
    expect(card.send(envelope(CHANGE))).toBe('6129');
    expect(card.send(STATUS)).toBe('9000');
  });

  it('tells a wrong Le of FETCH the right one, and loses nothing', () => {
    const card = new TestCard({ profile, setUp: [WITH_REFRESH] });
    card.send(`${envelope(CHANGE)}00`);
    expect(card.send('801200000A')).toBe('6C0B');
    expect(card.send('801200000B')).toBe('D0098103010104820281829000');
  });
});
