import { describe, expect, it } from 'vitest';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { fileCard } from './file-card.ts';
import { START_UP, scriptedCard } from './scripted-card.ts';
import { ACCEPT, IMSI, run, scriptedNetwork } from './world.ts';

const STATUS = '80F2000C00';

/** Virtual time that only adds up. */
function clockOf() {
  const clock = {
    seconds: 0,
    advance(seconds: number): void {
      clock.seconds += seconds;
    },
  };
  return clock;
}

describe('poll', () => {
  it('sends STATUS after each 30 seconds', () => {
    const card = scriptedCard(START_UP, `${STATUS} > 9000\n`.repeat(3));
    const clock = clockOf();
    const me = new MobileEquipment();
    run(me.boot(), card, { clock });
    expect(run(me.poll(3), card, { clock })).toEqual({ kind: 'polled', restarted: false });
    expect(clock.seconds).toBe(90);
    expect(card.left).toEqual([]);
  });

  it('takes the interval that the card has asked for, from the next time on', () => {
    const script = `
      ${STATUS}    > 910F
      801200000F   > D00D 8103010300 82028182 8402010A 9000
      8014000010 8103010300 82028281 830100 8402010A > 9000
      ${STATUS}    > 9000`;
    const card = scriptedCard(START_UP, script);
    const clock = clockOf();
    const me = new MobileEquipment();
    run(me.boot(), card, { clock });
    run(me.poll(2), card, { clock });
    expect(clock.seconds).toBe(30 + 10);
    expect(card.left).toEqual([]);
  });

  it('goes back to 30 seconds when the card was reset', () => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234' });
    card.wanted.push('D00D 8103010300 82028182 8402010A');
    run(me.boot(), card);
    expect(me.pollSeconds).toBe(10);
    run(me.boot(), card);
    expect(me.pollSeconds).toBe(30);
  });

  it('lets time pass in silence when the ME does not poll', () => {
    const card = scriptedCard(START_UP);
    const clock = clockOf();
    const me = new MobileEquipment({ manners: { polls: false } });
    run(me.boot(), card);
    expect(run(me.poll(2), card, { clock })).toEqual({ kind: 'polled', restarted: false });
    expect(clock.seconds).toBe(60);
  });

  it.each([
    ['a card that does not know STATUS', '6D00', 0x6d00],
    ['a card that does not know its class', '6E00', 0x6e00],
    ['a card with a problem', '6F00', 0x6f00],
    ['a card that says nothing', '', 0],
  ])('ends at the first refusal of %s', (_what, answer, sw) => {
    const card = scriptedCard(START_UP, `${STATUS} > ${answer}`);
    const me = new MobileEquipment();
    run(me.boot(), card);
    expect(run(me.poll(3), card)).toEqual({ kind: 'card-refused', sw, restarted: false });
    expect(card.left).toEqual([]);
  });

  it('does nothing before the start-up', () => {
    const card = scriptedCard('');
    const outcome = run(new MobileEquipment().poll(), card);
    expect(outcome).toEqual({ kind: 'no-subscription', restarted: false });
  });

  it('ends when the card takes away the subscription', () => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    card.wanted.push('D009 8103010100 82028182');
    card.answers.set('00b087', '6a82');
    expect(run(me.poll(3), card)).toEqual({ kind: 'no-subscription', restarted: false });
    expect(card.log.filter((command) => command === '80f2000c00')).toHaveLength(1);
  });
});

describe('shutDown', () => {
  it('detaches, ends the session and writes the location', () => {
    const location = `
      00A4080C047FFF6F7E                                   > 9000
      00D60000 0B C0FFEE01 00F110 1234 FF 00               > 9000
      00A4080C047FFF6FE3                                   > 9000
      00D60000 12 FFFFFFFFFFFFFFFFFFFFFFFF 00F110 1234 00  > 9000`;
    const card = scriptedCard(START_UP, location, '80F2020C00 > 9000', location);
    const network = scriptedNetwork(ACCEPT);
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(), card, { network });
    run(me.shutDown(), card, { network });
    expect(network.heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
    expect(me.subscription).toBeUndefined();
    expect(card.left).toEqual([]);
  });

  it('has nothing to write when the ME was not registered', () => {
    const card = scriptedCard(START_UP, '80F2020C00 > 910B');
    const network = scriptedNetwork();
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.shutDown(), card, { network });
    expect(network.heard).toEqual([]);
    expect(card.left).toEqual([]);
  });

  it('has nothing to do before the start-up', () => {
    const network = scriptedNetwork();
    run(new MobileEquipment().shutDown(), scriptedCard(''), { network });
    expect(network.heard).toEqual([]);
  });

  it.each(['6D00', '6E00', '6F00', ''])('does not mind a card that answers "%s"', (answer) => {
    const card = scriptedCard(START_UP, `80F2020C00 > ${answer}`);
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.shutDown(), card);
    expect(me.subscription).toBeUndefined();
  });
});
