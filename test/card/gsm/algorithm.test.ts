/**
 * RUN GSM ALGORITHM, against the GSM context of AUTHENTICATE on the same card.
 *
 * @see 3GPP TS 51.011 §8.16; 3GPP TS 33.102 §6.8.1.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { createUicc } from '../../../src/card/uicc.ts';
import type { AuthenticationAlgorithm } from '../../../src/crypto/algorithms.ts';
import { expandXorKey } from '../../../src/crypto/xor.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import vectors from '../../vectors/xor-comp128.json' with { type: 'json' };
import { withEntries } from '../support/aka.ts';
import { PIN1, SELECT_USIM, TestCard, withPin } from '../support/test-card.ts';
import {
  CHV1,
  CHV2,
  collect,
  DF_GSM,
  DF_TELECOM,
  go,
  MF,
  simCard,
  WRONG_CHV1,
} from './support/sim-card.ts';

const RAND = '23553CBE9637A89D218AE64DAE47BF35';
const RUN = `A088000010${RAND}`;

describe('RUN GSM ALGORITHM', () => {
  const { opc: _opc, ...pair } = DEFAULT_PROFILE.keyTable.entries[0]!;
  const topc = 'C1'.repeat(32);
  const long = { resLength: 32, ckLength: 32, ikLength: 32 } as const;

  it.each<[string, CardProfile]>([
    ['MILENAGE', DEFAULT_PROFILE],
    ['TUAK', withEntries(DEFAULT_PROFILE, [{ ...pair, algorithm: 'tuak', topc }])],
    [
      'TUAK with RES, CK and IK of 32 octets',
      withEntries(DEFAULT_PROFILE, [{ ...pair, ...long, algorithm: 'tuak', topc }]),
    ],
    ['XOR', withEntries(DEFAULT_PROFILE, [{ ...pair, algorithm: 'xor' }])],
  ])('answers with SRES and Kc of the GSM context of AUTHENTICATE: %s', (_what, profile) => {
    const sim = simCard([...go(DF_GSM), CHV1], { profile });
    const usim = new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        const rand = toHex(octets).toUpperCase();
        usim.send(`008800801110${rand}`);
        const answer = usim.send('00C000000E');
        const expected = answer.slice(2, 10) + answer.slice(12, 28);
        expect(collect(sim, `A088000010${rand}`)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('answers by the algorithm that its owner has registered', () => {
    const gsm = { sres: fromHex('A1A2A3A4'), kc: fromHex('B1B2B3B4B5B6B7B8') };
    const own: AuthenticationAlgorithm = ({ k }) => ({ ...expandXorKey(k), gsm: () => gsm });
    const profile = withEntries(DEFAULT_PROFILE, [{ ...pair, algorithm: 'own' }]);
    const card = createUicc(profile, { algorithms: { own } });
    card.reset();
    const send = (hex: string): string => toHex(card.transmit(fromHex(hex)));
    for (const command of [...go(DF_GSM), CHV1, RUN]) send(command);
    expect(send('A0C000000C')).toBe('a1a2a3a4b1b2b3b4b5b6b7b89000');
  });

  it.each(vectors.xor2g)('answers as the 2G variant of XOR where the pair says so: $ki', (set) => {
    const { opc: _, ...entry } = DEFAULT_PROFILE.keyTable.entries[0]!;
    const profile = withEntries(DEFAULT_PROFILE, [
      { ...entry, algorithm: 'xor', k: set.ki, gsmVariant: true },
    ]);
    const card = simCard([...go(DF_GSM), CHV1], { profile });
    const expected = `${set.sres}${set.kc}`.toUpperCase();
    expect(collect(card, `A088000010${set.rand}`)).toMatch(new RegExp(`^${expected}`, 'u'));
  });

  it('uses no sequence number and stores nothing', () => {
    const card = simCard([...go(DF_GSM), CHV1]);
    card.clearLog();
    expect(collect(card, RUN)).toBe(collect(card, RUN));
    expect(card.commits).toEqual([]);
  });

  it.each([
    ['an EF of DF_GSM', go(DF_GSM, '6F07')],
    ['an EF that is not readable', go(DF_GSM, '6F38')],
  ])('runs where %s is current', (_what, path) => {
    expect(simCard([...path, CHV1]).send(RUN)).toBe('9F0C');
  });

  it('runs without CHV1 that is disabled', () => {
    const profile = withPin('01', { enabled: false });
    expect(simCard(go(DF_GSM), { profile }).send(RUN)).toBe('9F0C');
  });

  it.each([
    ['at the MF', [CHV1], RUN, '9408'],
    ['back at the MF', [CHV1, ...go(DF_GSM, MF)], RUN, '9408'],
    ['in DF_TELECOM', [CHV1, ...go(DF_TELECOM)], RUN, '9408'],
    ['at the MF without CHV1', [], RUN, '9408'],
    ['without CHV1', go(DF_GSM), RUN, '9804'],
    ['with CHV2 alone', [CHV2, ...go(DF_GSM)], RUN, '9804'],
    ['with RAND of 15 octets', [CHV1, ...go(DF_GSM)], `A08800000F${RAND.slice(2)}`, '6710'],
    ['with RAND of 17 octets', [CHV1, ...go(DF_GSM)], `A08800001100${RAND}`, '6710'],
    ['with RAND and its length', [CHV1, ...go(DF_GSM)], `A08800001110${RAND}`, '6710'],
    ['without RAND', [CHV1, ...go(DF_GSM)], 'A088000010', '6710'],
    ['with P1', [CHV1, ...go(DF_GSM)], `A088010010${RAND}`, '6B00'],
    ['with a context', [CHV1, ...go(DF_GSM)], `A088008010${RAND}`, '6B00'],
    ['as the odd instruction', [CHV1, ...go(DF_GSM)], `A089000010${RAND}`, '6D00'],
  ])('is refused %s', (_what, before, command, sw) => {
    const card = simCard(before);
    expect(card.send(command)).toBe(sw);
    expect(card.send('A0C000000C')).toBe('6F00');
  });

  it('is refused after a wrong CHV1', () => {
    const card = simCard([CHV1, ...go(DF_GSM)]);
    card.send(WRONG_CHV1);
    expect(card.send(RUN)).toBe('9804');
  });
});
