/**
 * GET DATA: which keys the card has, and nothing else.
 *
 * @see GlobalPlatform Card Specification (GET DATA)
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeySetProfile } from '../../../src/profile/profile.ts';
import { CHANGE } from '../support/matrix-row.ts';
import { octet, SELECT_USIM, select, TestCard, withPin } from '../support/test-card.ts';

function keySet(kvn: number, type: KeySetProfile['kic']['type'], octets: number): KeySetProfile {
  const key = { type, key: '5A'.repeat(octets) };
  return { kvn, kic: key, kid: key, cntr: '0000000000' };
}

/** Gives a profile whose pairs have these key sets. */
function withKeySets(...keySets: readonly (readonly KeySetProfile[])[]): CardProfile {
  const [first] = DEFAULT_PROFILE.keyTable.entries;
  if (first === undefined) throw new Error('no pair');
  const entries = keySets.map((of) => ({ ...first, keySets: of }));
  return { ...DEFAULT_PROFILE, keyTable: { active: 0, entries } };
}

describe('GET DATA', () => {
  it('tells of each key of the pair in use its version, type and length', () => {
    const profile = withKeySets(
      [keySet(1, 'AES', 16), keySet(2, '3DES', 24), keySet(3, 'DES', 8), keySet(15, 'AES', 32)],
      [keySet(4, 'AES', 16)],
    );
    const keys = ['01 8810', '02 8018', '03 8008', '0F 8820'].map((key) => {
      const [kvn = '', typeAndLength = ''] = key.split(' ');
      return `C00401${kvn}${typeAndLength}C00402${kvn}${typeAndLength}`;
    });
    expect(new TestCard({ profile }).ask('80CA00E000')).toBe(`E030${keys.join('')}9000`);
  });

  it('tells of 16 key sets in one answer', () => {
    const keySets = Array.from({ length: 16 }, (_, kvn) => keySet(kvn, 'AES', 16));
    const card = new TestCard({ profile: withKeySets(keySets) });
    expect(card.send('00CA00E000')).toBe('6CC3');
    expect(card.send('00CA00E0C3')).toMatch(/^E081C0(?:C004........){32}9000$/u);
  });

  it('tells of the next pair when the subscription was changed', () => {
    const card = new TestCard({ profile: DEFAULT_PROFILE });
    const before = card.uicc.root;
    card.send(CHANGE);
    const staged = card.ask('80CA00E000');
    card.reset();
    expect(card.uicc.root.active).toBe(before.active + 1);
    expect(card.ask('80CA00E000')).toBe(staged);
  });

  it.each([
    ['00CA00E000', '6C', 'Le 00'],
    ['80CA00E001', '6C', 'too few'],
    ['80CA00E0', '6C', 'no Le'],
    ['00CA00E002000000', '6700', 'data'],
    ['00CA00E00100', '6700', 'data'],
    ['00CA9F7F00', '6A88', 'CPLC'],
    ['80CA9F7F2D', '6A88', 'CPLC'],
    ['80CA006600', '6A88', 'card data'],
    ['80CA004200', '6A88', 'issuer identification number'],
    ['80CA004500', '6A88', 'card image number'],
    ['80CA00CF00', '6A88', 'key diversification data'],
    ['80CA00C100', '6A88', 'sequence counter'],
    ['80CAFF2100', '6A88', 'extended card resources'],
    ['00CA000000', '6A88', 'no tag'],
    ['00CAE00000', '6A88', 'the tag in the wrong octet'],
    ['01CA00E000', '6881', 'a channel that is closed'],
    ['0CCA00E000', '6882', 'secure messaging'],
    ['A0CA00E000', '6D00', 'class A0'],
  ])('%s is refused with %s: %s', (command, sw) => {
    const answer = new TestCard().send(command);
    expect(answer).toMatch(new RegExp(`^${sw.padEnd(4, '.')}$`, 'u'));
  });

  it('needs no PIN, and changes nothing', () => {
    const setUp = [SELECT_USIM, select('7FFF6FAD')];
    const card = new TestCard({ profile: withPin('01', { enabled: true }), setUp });
    const before = card.uicc.root;
    expect(card.ask('00CA00E000')).toMatch(/^E0.*9000$/u);
    expect(card.send(`00B00000${octet(4)}`)).toBe('000000029000');
    expect(card.uicc.root).toBe(before);
  });

  it('has no octet of a key in it', () => {
    const profile = withKeySets([keySet(1, 'AES', 16)]);
    expect(new TestCard({ profile }).ask('00CA00E000')).not.toContain('5A5A');
  });
});
