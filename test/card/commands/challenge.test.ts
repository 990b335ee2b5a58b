/**
 * GET CHALLENGE: as many octets as asked for, from whoever made the card, and none without him.
 *
 * @see ETSI TS 102 221 §11.1.18
 * @module
 */

import { describe, expect, it } from 'vitest';
import { Uicc } from '../../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { seededRandomness } from '../../../src/scenario/randomness.ts';
import { octet, PIN1, SELECT_USIM, select, TestCard } from '../support/test-card.ts';

/** Counts what was asked of it, and gives octets that say how often. */
function counting(): { readonly asked: number[]; readonly random: (octets: number) => Uint8Array } {
  const asked: number[] = [];
  const random = (octets: number): Uint8Array => {
    asked.push(octets);
    return new Uint8Array(octets).fill(asked.length);
  };
  return { asked, random };
}

describe('GET CHALLENGE', () => {
  it.each([
    [1, '01'],
    [8, '08'],
    [255, 'FF'],
    [256, '00'],
  ])('gives %i octets for Le %s, and asks for no more', (octets, le) => {
    const { asked, random } = counting();
    const card = new TestCard({ random });
    expect(card.send(`00840000${le}`)).toBe(`${'01'.repeat(octets)}9000`);
    expect(asked).toEqual([octets]);
  });

  it('gives others each time', () => {
    const card = new TestCard({ random: seededRandomness('challenge') });
    const given = Array.from({ length: 50 }, () => card.send('0084000008'));
    expect(new Set(given).size).toBe(50);
    for (const one of given) expect(one).toMatch(/^[0-9A-F]{16}9000$/u);
  });

  it('takes no Le for 256 octets, as T=0 does', () => {
    const card = new TestCard({ random: counting().random });
    expect(card.send('00840000')).toBe(`${'01'.repeat(256)}9000`);
  });

  it('is the same over T=1', () => {
    const profile = { ...DEFAULT_PROFILE, protocol: 'T=1' } as const;
    const card = new TestCard({ profile, random: counting().random });
    expect(card.send('0084000008')).toBe(`${'01'.repeat(8)}9000`);
  });

  it.each([
    ['P1', '0084010008', '6A86'],
    ['P2', '0084000108', '6A86'],
    ['data', '008400000108', '6700'],
    ['data and Le', '00840000010800', '6700'],
    ['the other class', '8084000008', '6D00'],
    ['a channel that is closed', '0184000008', '6881'],
    ['secure messaging', '0C84000008', '6882'],
  ])('is refused with %s, and throws no dice', (_what, command, sw) => {
    const { asked, random } = counting();
    const card = new TestCard({ random });
    expect(card.send(command)).toBe(sw);
    expect(asked).toEqual([]);
  });

  it.each(['0084000008', '0084000000', '0084000001'])('is 6985 without dice: %s', (command) => {
    const card = new TestCard();
    expect(card.send(command)).toBe('6985');
    expect(card.faults).toEqual([]);
  });

  it('says what is wrong with its header before it says that there are no dice', () => {
    const card = new TestCard();
    expect(card.send('0084010008')).toBe('6A86');
    expect(card.send('00840000010800')).toBe('6700');
  });

  it.each([0, 7, 9, 256])('is 6F00 when the dice give %i octets for 8, and somebody hears', (n) => {
    const card = new TestCard({ random: () => new Uint8Array(n) });
    expect(card.send('0084000008')).toBe('6F00');
    expect(String(card.faults)).toContain(`random: expected 8 octets, got ${n}`);
    expect(card.send('80F2000C00')).toBe('9000');
  });

  it('is 6F00 when the dice break', () => {
    const card = new TestCard({
      random: () => {
        throw new Error('no entropy');
      },
    });
    expect(card.send('0084000008')).toBe('6F00');
    expect(card.faults).toHaveLength(1);
  });

  it('changes nothing: current EF, pointer and memory stay', () => {
    const setUp = [SELECT_USIM, PIN1, select('7FFF6FB7')];
    const card = new TestCard({ setUp, random: counting().random });
    card.send('00B2000204');
    const before = card.uicc.root;
    card.send('0084000008');
    expect(card.send('00B2000404')).toBe('11F2FF009000');
    expect(card.uicc.root).toBe(before);
  });

  it('does not hand out octets that the owner of the dice may still change', () => {
    const dice = new Uint8Array(8).fill(0xa5);
    const card = new Uicc(new TestCard().uicc.image, { random: () => dice });
    card.reset();
    const answer = card.transmit(Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x08));
    dice.fill(0);
    expect(answer.subarray(0, 8)).toEqual(new Uint8Array(8).fill(0xa5));
    expect(octet(answer[8] ?? 0)).toBe('90');
  });
});
