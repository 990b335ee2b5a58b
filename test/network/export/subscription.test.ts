/**
 * What a network has to know of a card, and which cards no other program can have.
 *
 * @see docs/export.md; 3GPP TS 33.102 §C.2.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSqn } from '../../../src/card/sequence-numbers.ts';
import { exportedSubscription } from '../../../src/network/export/subscription.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { faultText } from '../../../src/profile/faults.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { type Edits, edited, fileAt } from '../../profile/edited.ts';
import { msisdnRecord, profileWith, subscriptionOf, THREE_DIGITS, USED } from './cards.ts';

const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
const EF_MSISDN = fileAt('MF/ADF.USIM/EF.MSISDN');
const EF_IMSI = fileAt('MF/ADF.USIM/EF.IMSI');
const EF_AD = fileAt('MF/ADF.USIM/EF.AD');
const EF_SUCI = fileAt('MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info');

/** The fault of a card whose profile need not be sound any more. */
function faultAfter(edits: Edits): string {
  const result = exportedSubscription(edited(edits) as CardProfile);
  return result.ok ? 'not refused' : faultText(result.fault);
}

describe('exportedSubscription', () => {
  it('reads a card that was used', () => {
    expect(subscriptionOf(USED)).toEqual({
      iccid: '89999010000000000013',
      imsi: '001010123456789',
      mncLength: 2,
      msisdn: '49171234567',
      pair: 0,
      k: PAIR?.k.toLowerCase(),
      opc: PAIR?.opc?.toLowerCase(),
      sqn: 8 * 32,
      indBits: 5,
      routingIndicator: '1234',
      concealment: undefined,
    });
  });

  it('makes OPc of OP, and reads 3 digits of MNC', () => {
    // OP and OPc of 3GPP TS 35.208, test set 1; its K is that of the built-in card.
    expect(subscriptionOf(THREE_DIGITS)).toMatchObject({
      imsi: '310410000000001',
      mncLength: 3,
      opc: 'cd63cb71954a9f4e48a5994e37a02baf',
      sqn: 8,
      indBits: 3,
      msisdn: undefined,
    });
  });

  it('takes the pair in use', () => {
    const [, second] = DEFAULT_PROFILE.keyTable.entries;
    const { pair, k, opc } = subscriptionOf(profileWith({ '$.keyTable.active': 1 }));
    expect({ pair, k, opc }).toEqual({
      pair: 1,
      k: second?.k.toLowerCase(),
      opc: second?.opc?.toLowerCase(),
    });
    expect(second?.k).not.toBe(PAIR?.k);
  });

  it.each([
    ['+49171234567', '49171234567'],
    ['0171234567', '0171234567'],
    ['a1:12345', undefined],
    ['*31#', undefined],
    ['+1234567890123456', undefined],
  ])('reads the number %s as %s', (number, msisdn) => {
    const profile = profileWith({ [`${EF_MSISDN}.records`]: [msisdnRecord(number)] });
    expect(subscriptionOf(profile).msisdn).toBe(msisdn);
  });

  it.each<[string, string, object | undefined]>([
    ['the null scheme first', 'A00400000101A1258001058120', undefined],
    ['profile A first', 'A00401010000A1258001058120', { identifier: 5 }],
    ['profile B, then A', 'A00402010101A1258001058120', { identifier: 5 }],
    ['profile A without its key', 'A0020102A1258001058120', undefined],
  ])('takes of the schemes %s', (_what, head, concealment) => {
    const key = '5A'.repeat(32);
    const data = `${head}${key}`;
    const edits = { [`${EF_SUCI}.data`]: data, [`${EF_SUCI}.size`]: data.length / 2 };
    expect(subscriptionOf(edited(edits) as CardProfile).concealment).toEqual(
      concealment && { ...concealment, key: key.toLowerCase() },
    );
  });

  it.each<[string, Edits, string]>([
    [
      'an algorithm that is not exported',
      { '$.keyTable.entries[0].algorithm': 'tuak' },
      '$.keyTable.entries[0].algorithm: expected "milenage", as no other is exported, found "tuak"',
    ],
    [
      'r of its own',
      { '$.keyTable.entries[0].r': [64, 0, 32, 64, 95] },
      '$.keyTable.entries[0].r: expected those of TS 35.206, which other programs have built in, ' +
        'found others',
    ],
    [
      'c of its own, and shows none of it',
      { '$.keyTable.entries[0].c': Array.from({ length: 5 }, () => '11'.repeat(16)) },
      '$.keyTable.entries[0].c: expected those of TS 35.206, which other programs have built in, ' +
        'found others',
    ],
    [
      'a SEQ that is the highest',
      { '$.keyTable.entries[0].sqn.array': Array.from({ length: 32 }, () => 2 ** 43 - 1) },
      '$.keyTable.entries[0].sqn.array: expected a SEQ above the highest, found none left',
    ],
    [
      'no pair in use',
      { '$.keyTable.active': 9 },
      '$.keyTable.entries[9]: expected the pair in use, found nothing',
    ],
    [
      'an EF_IMSI that holds none',
      { [`${EF_IMSI}.data`]: '5A5A5A5A5A5A5A5A5A' },
      '$.imsi: expected an IMSI in EF_IMSI, found none',
    ],
    [
      'an EF_IMSI that is empty',
      { [`${EF_IMSI}.data`]: 'FFFFFFFFFFFFFFFFFF' },
      '$.imsi: expected an IMSI in EF_IMSI, found none',
    ],
    ['no EF_IMSI', { [EF_IMSI]: undefined }, '$.imsi: expected an IMSI in EF_IMSI, found none'],
    [
      'an EF_AD without the length of the MNC',
      { [`${EF_AD}.data`]: '000000' },
      '$.files: expected 2 or 3 digits in EF_AD, found none',
    ],
    ['no EF_AD', { [EF_AD]: undefined }, '$.files: expected 2 or 3 digits in EF_AD, found none'],
  ])('refuses a card with %s', (_what, edits, problem) => {
    expect(faultAfter(edits)).toBe(problem);
  });

  it('accepts r and c that are written out and are those of TS 35.206', () => {
    const zeros = '00'.repeat(15);
    const edits = {
      '$.keyTable.entries[0].r': [64, 0, 32, 64, 96],
      '$.keyTable.entries[0].c': ['00', '01', '02', '04', '08'].map((last) => zeros + last),
    };
    expect(faultAfter(edits)).toBe('not refused');
  });
});

/** What a program adds to SQN from vector to vector: free5GC, OsmoHLR and Open5GS, srsEPC. */
const STEPS = [1, 32, 33, 256];

describe('the SQN that is exported', () => {
  const card = fc.integer({ min: 0, max: 8 }).chain((indBits) => {
    const length = { minLength: 2 ** indBits, maxLength: 2 ** indBits };
    const seq = fc.array(fc.integer({ min: 0, max: 2 ** 39 }), length);
    return fc.record({ indBits: fc.constant(indBits), delta: fc.constant(2 ** 28), seq });
  });

  it('is fresh, and so are those behind it in the steps of every program', () => {
    fc.assert(
      fc.property(card, fc.constantFrom(...STEPS), fc.boolean(), (before, step, isBehind) => {
        const { indBits, delta, seq } = before;
        const profile = profileWith({
          '$.keyTable.entries[0].sqn': { indBits, delta, array: seq },
        });
        const state = { ...before, ageLimit: undefined, seq: [...seq] };
        let { sqn } = subscriptionOf(profile);
        if (isBehind) sqn += step;
        for (let vector = 0; vector < 50; vector++) {
          const verdict = judgeSqn(state, sqn);
          if (!verdict.ok) return false;
          state.seq[verdict.ind] = verdict.seq;
          sqn += step;
        }
        return true;
      }),
      { numRuns: 40 },
    );
  });

  it('is the lowest of that kind: the one before it is refused', () => {
    const { sqn } = subscriptionOf(USED);
    const [entry] = USED.keyTable.entries;
    if (entry === undefined) throw new Error('a card has a pair');
    const { indBits, delta, array = [] } = entry.sqn;
    const state = { indBits, delta, ageLimit: undefined, seq: [...array] };
    expect(judgeSqn(state, sqn)).toEqual({ ok: true, ind: 0, seq: 8 });
    expect(judgeSqn(state, sqn - 32)).toEqual({ ok: false, sqnMs: 7 * 32 });
  });
});
