/**
 * The toolkit in class A0: an ENVELOPE that changes the subscription, '9FXX', '91XX', FETCH.
 *
 * The packet is that of the status word matrix: CHANGE with a PoR in the delivery report.
 *
 * @see 3GPP TS 51.011 §8.17 to §8.21, §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { CHANGE } from '../support/matrix-row.ts';
import { TestCard } from '../support/test-card.ts';
import { CHV1, collect, DF_GSM, go, MF, select, simCard } from './support/sim-card.ts';

const PROFILE = 'A010000004FFFFFFFF';
const ENVELOPE = `A0${CHANGE.slice(2)}`;
/** REFRESH of 11 octets waits after these. */
const PENDING = [PROFILE, ENVELOPE, 'A0C0000029'];
const RESPONSE_30 = 'A01400000C810301010482028281830130';

describe('an ENVELOPE with a packet', () => {
  it('is answered as that of class 80 is', () => {
    const uicc = new TestCard();
    expect(uicc.send(CHANGE)).toBe('6129');
    const answer = uicc.send('00C0000029').slice(0, -4);
    expect(collect(new TestCard(), ENVELOPE)).toBe(answer);
    expect(simCard([PROFILE]).send(ENVELOPE)).toBe('9F29');
  });

  it('is answered so for a PoR that tells of an error, too', () => {
    const damaged = `${ENVELOPE.slice(0, -2)}88`;
    expect(new TestCard().send(damaged)).toMatch(/^9F..$/u);
  });

  it('offers its REFRESH when the answer has been collected', () => {
    const card = simCard([PROFILE, ENVELOPE]);
    expect(card.send('A0C000002A')).toBe('6729');
    expect(card.send('A0C0000029')).toMatch(/910B$/u);
    expect(card.send('A0F2000016')).toMatch(/910B$/u);
    expect(card.send(CHV1)).toBe('910B');
    expect(card.send('A012000000')).toBe('670B');
    expect(card.send('A01200000A')).toBe('670B');
    expect(card.send('A01200000B')).toBe('D0098103010104820281829000');
    expect(card.send('A01200000B')).toBe('6F00');
    expect(card.send(RESPONSE_30)).toBe('9000');
  });

  it('offers it also when a part of the answer was collected', () => {
    expect(simCard([PROFILE, ENVELOPE]).send('A0C0000010')).toMatch(/910B$/u);
  });

  it('offers nothing without TERMINAL PROFILE', () => {
    const card = simCard([ENVELOPE]);
    expect(card.send('A0C0000029')).toMatch(/9000$/u);
    expect(card.send('A01200000B')).toBe('6F00');
    expect(card.send(PROFILE)).toBe('910B');
  });

  it('does not stand in the way of a refusal or of 9FXX', () => {
    const card = simCard(PENDING);
    expect(card.send(select('6F99'))).toBe('9404');
    expect(card.send(select(DF_GSM))).toBe('9F16');
    expect(card.send('A0FF000000')).toBe('6D00');
  });
});

describe('a toolkit command', () => {
  it.each([
    ['TERMINAL PROFILE', [], PROFILE],
    ['an ENVELOPE for nobody', [], 'A0C2000006D60482028281'],
    ['SLEEP', [], 'A0FA000000'],
    ['SLEEP without P3', [], 'A0FA0000'],
  ])('is taken: %s', (_what, before, command) => {
    expect(simCard(before).send(command)).toBe('9000');
  });

  it.each([
    ['TERMINAL PROFILE without data', [], 'A010000000', '6700'],
    ['TERMINAL PROFILE with P1', [], 'A010010001FF', '6B00'],
    ['an ENVELOPE without data', [], 'A0C2000000', '6700'],
    ['an ENVELOPE with P2', [], 'A0C2000106D60482028281', '6B00'],
    ['an ENVELOPE that makes no sense', [], 'A0C2000002D105', '6F00'],
    ['FETCH of nothing', [PROFILE], 'A01200000B', '6F00'],
    ['FETCH with data', PENDING, 'A012000001FF', '6700'],
    ['FETCH with P1', PENDING, 'A01201000B', '6B00'],
    ['TERMINAL RESPONSE to nothing', PENDING, RESPONSE_30, '6F00'],
    ['TERMINAL RESPONSE without data', [...PENDING, 'A01200000B'], 'A014000000', '6700'],
    ['TERMINAL RESPONSE with P2', [...PENDING, 'A01200000B'], 'A014000101FF', '6B00'],
    ['TERMINAL RESPONSE without a result', [...PENDING, 'A01200000B'], 'A014000003810301', '6F00'],
    ['TERMINAL CAPABILITY', [], 'A0AA000004A9028100', '6D00'],
    ['MANAGE CHANNEL', [], 'A070000001', '6D00'],
    ['SLEEP with P1', [], 'A0FA010000', '6B00'],
    ['SLEEP with data', [], 'A0FA000001FF', '6700'],
  ])('is refused: %s', (_what, before, command, sw) => {
    expect(simCard(before).send(command)).toBe(sw);
  });

  it('leaves the terminal where it is', () => {
    const card = simCard([...go(DF_GSM, '6FAD'), ...PENDING, 'A01200000B', RESPONSE_30]);
    expect(card.send('A0B0000004')).toBe('000000029000');
    expect(card.send(select(MF))).toBe('9F16');
  });
});
