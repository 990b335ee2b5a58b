/**
 * The three profiles of annex C.3, alone, and against the card of the same profile.
 *
 * @see 3GPP TS 33.102 §C.1.1, §C.2.2, §C.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { imsi } from '../../src/bytes/identity.ts';
import {
  type AuthenticationVector,
  nextVector,
  resynchronise,
  type SubscriberAuthentication,
  type VectorOptions,
} from '../../src/network/auc.ts';
import { EapSimDatabase } from '../../src/network/eap-sim-database.ts';
import { authenticationOf, pairFromProfile } from '../../src/network/keys.ts';
import {
  allottedIndex,
  nextSequence,
  resynchronisedScheme,
  SEQUENCE_PROFILES,
  type SequenceScheme,
} from '../../src/network/sequence-generation.ts';
import { continuedAt } from '../../src/network/sequence-positions.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { withEntries } from '../card/support/aka.ts';
import { PIN1, SELECT_USIM, TestCard } from '../card/support/test-card.ts';

const SCHEMES = Object.entries(SEQUENCE_PROFILES).map(([profile, scheme]) => ({ profile, scheme }));
/** 2026-01-01T00:00:00Z. */
const NEW_YEAR_MS = 1_767_225_600_000;
const P = 2 ** 24;
const D = 2 ** 16;
const SECOND = 1000;

describe('SEQ, partly of the time', () => {
  const scheme = SEQUENCE_PROFILES[1];
  /** SEQ_HE as SEQ1 and SEQ2, the clock in seconds, and what is made of it. */
  it.each<[string, readonly [number, number], number, readonly [number, number]]>([
    ['the clock is ahead by one', [3, 100], 101, [3, 101]],
    ['the clock is ahead', [3, 100], 5000, [3, 5000]],
    ['the clock stands still', [3, 100], 100, [3, 101]],
    ['the clock is behind by one', [3, 100], 99, [3, 101]],
    ['the clock is behind by the most', [3, 70_000], 70_000 - D + 1, [3, 70_001]],
    ['the clock has come round', [3, 70_000], 70_000 - D, [4, 70_000 - D]],
    ['the clock is nearly round ahead', [3, 0], P - D, [3, P - D]],
    ['the clock was behind as it came round', [3, 0], P - D + 1, [3, 1]],
    ['SEQ2 ends', [3, P - 1], P - 1, [4, 0]],
    ['nothing was made so far', [0, 0], 12_345, [0, 12_345]],
    ['nothing was made so far, at 0', [0, 0], 0, [0, 1]],
  ])('%s', (_what, [seq1, seq2], clock, [next1, next2]) => {
    const made = nextSequence(scheme, seq1 * P + seq2, clock * SECOND);
    expect(made).toEqual({ seq: next1 * P + next2, scheme });
    // GLC is the clock modulo 2^24, and parts of a second do not count.
    const later = (clock + 5 * P) * SECOND + 999;
    expect(nextSequence(scheme, seq1 * P + seq2, later)).toEqual(made);
  });
});

describe('SEQ of the time', () => {
  const scheme = SEQUENCE_PROFILES[3];

  it('goes on from where it is, and then follows the clock', () => {
    const first = nextSequence(scheme, 7, NEW_YEAR_MS);
    expect(first.seq).toBe(8);
    expect(nextSequence(first.scheme, 8, NEW_YEAR_MS + 99).seq).toBe(9);
    expect(nextSequence(first.scheme, 9, NEW_YEAR_MS + 60_000).seq).toBe(607);
  });

  it('is behind SEQ_MS after AUTS, and follows the clock from there', () => {
    const resynchronised = resynchronisedScheme(scheme, 1000, NEW_YEAR_MS);
    expect(nextSequence(resynchronised, 1000, NEW_YEAR_MS).seq).toBe(1001);
    expect(nextSequence(resynchronised, 1001, NEW_YEAR_MS + 100).seq).toBe(1002);
    expect(nextSequence(resynchronised, 1002, NEW_YEAR_MS + 1000).seq).toBe(1010);
  });
});

describe('SEQ', () => {
  const time = fc.integer({ min: 0, max: 2 ** 42 });

  it.each(SCHEMES)('of profile $profile grows whatever the clock does', ({ scheme: first }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.array(time), (start, times) => {
        let [seqHe, scheme]: [number, SequenceScheme] = [start, first];
        for (const atMs of times) {
          const made = nextSequence(scheme, seqHe, atMs);
          expect(made.seq).toBeGreaterThan(seqHe);
          expect(Number.isSafeInteger(made.seq)).toBe(true);
          ({ seq: seqHe, scheme } = made);
        }
      }),
    );
  });

  it.each([
    [undefined, 'atMs: expected the time, as SEQ is made of it'],
    [-1, 'atMs: expected 0 or more, got -1'],
    [Number.NaN, 'atMs: expected 0 or more, got NaN'],
    [Number.POSITIVE_INFINITY, 'atMs: expected 0 or more, got Infinity'],
  ])('is not made at %s', (atMs, message) => {
    expect(() => nextSequence(SEQUENCE_PROFILES[1], 0, atMs)).toThrow(message);
    expect(() => nextSequence(SEQUENCE_PROFILES[3], 0, atMs)).toThrow(message);
    expect(() => resynchronisedScheme(SEQUENCE_PROFILES[3], 0, atMs)).toThrow(RangeError);
    expect(nextSequence(SEQUENCE_PROFILES[2], 0, atMs).seq).toBe(1);
  });
});

describe('IND', () => {
  const turns = (count: number): number[] => Array.from({ length: count }, (_, turn) => turn);

  it('is allotted round robin', () => {
    expect(turns(6).map((turn) => allottedIndex(turn, 4))).toEqual([0, 1, 2, 3, 0, 1]);
    expect(turns(3).map((turn) => allottedIndex(turn, 1))).toEqual([0, 0, 0]);
  });

  it.each([
    [{ index: 0, of: 4 }, [0, 4, 8, 12, 16, 20, 24, 28, 0]],
    [{ index: 3, of: 4 }, [3, 7, 11, 15, 19, 23, 27, 31, 3]],
    [{ index: 2, of: 3 }, [2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 2]],
    [{ index: 31, of: 32 }, [31, 31]],
    [{ index: 0, of: 1 }, [0, 1, 2]],
  ])('is allotted by kind of serving node: %j', (domain, indices) => {
    const found = turns(indices.length).map((turn) => allottedIndex(turn, 32, domain));
    expect(found).toEqual(indices);
  });

  it('of two kinds is never the same', () => {
    const domain = fc.integer({ min: 1, max: 256 });
    const turn = fc.nat(1000);
    fc.assert(
      fc.property(domain, fc.nat(8), turn, turn, (of, bits, one, other) => {
        const slots = 2 ** bits;
        fc.pre(of <= slots && of > 1);
        const first = allottedIndex(one, slots, { index: 0, of });
        const second = allottedIndex(other, slots, { index: of - 1, of });
        expect(first).not.toBe(second);
        expect(Math.max(first, second)).toBeLessThan(slots);
      }),
    );
  });

  it.each([
    { index: 4, of: 4 },
    { index: -1, of: 4 },
    { index: 0, of: 0 },
    { index: 0, of: 33 },
    { index: 0.5, of: 4 },
    { index: 0, of: 1.5 },
  ])('is not allotted to %j', (domain) => {
    expect(() => allottedIndex(0, 32, domain)).toThrow(/^domain: expected/u);
  });
});

const RAND = fromHex('23553cbe9637a89d218ae64dae47bf35');
const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
/** The profiles ask for delta 2^28, and L may be used. */
const SQN = { indBits: 5, delta: 2 ** 28, ageLimit: 2 ** 26 };
const VECTORS = 10_000;

/** A card of the profiles, and what it does with a vector. */
class Usim {
  readonly #card = new TestCard({
    profile: withEntries(DEFAULT_PROFILE, [{ ...PAIR!, sqn: SQN }]),
    setUp: [SELECT_USIM, PIN1],
  });

  /** Gives AUTS, or nothing when the vector was accepted. */
  authenticate({ rand, autn }: AuthenticationVector): Uint8Array | undefined {
    const answer = this.#card.ask(`008800812210${toHex(rand)}10${toHex(autn)}`);
    if (answer.startsWith('DB')) return undefined;
    expect(answer).toMatch(/^DC0E.{28}9000$/u);
    return fromHex(answer.slice(4, 32));
  }
}

function subscription(scheme: SequenceScheme): SubscriberAuthentication {
  return { ...authenticationOf(pairFromProfile(PAIR!), fromHex('8000')), scheme };
}

/** The AuC beside a card: how many vectors were refused on the way. */
class Pairing {
  readonly usim = new Usim();
  state: SubscriberAuthentication;
  refused = 0;

  constructor(scheme: SequenceScheme) {
    this.state = subscription(scheme);
  }

  authenticate(options: VectorOptions): void {
    const auts = this.usim.authenticate(this.#vector(options));
    if (auts === undefined) return;
    this.refused += 1;
    const result = resynchronise(this.state, { auts, rand: RAND }, options);
    if (!result.ok) throw new Error(result.failure);
    this.state = result.next;
    expect(this.usim.authenticate(this.#vector(options))).toBeUndefined();
  }

  #vector(options: VectorOptions): AuthenticationVector {
    const made = nextVector(this.state, RAND, options);
    if (!made.ok) throw new Error(made.failure);
    this.state = made.next;
    return made.vector;
  }
}

describe.each(SCHEMES)('an AuC of profile $profile', ({ profile, scheme }) => {
  it('makes 10,000 vectors that the card accepts, each at once', () => {
    const pairing = new Pairing(scheme);
    for (let n = 0; n < VECTORS; n++) {
      // Now and then nobody calls for a week, and sometimes several in one unit of the clock.
      const atMs = NEW_YEAR_MS + n * 30 + Math.floor(n / 100) * 7 * 86_400_000;
      pairing.authenticate({ atMs, domain: { index: n % 4, of: 4 } });
    }
    expect(pairing.refused).toBe(0);
  });

  it('is set right by one AUTS when it has forgotten where it was', () => {
    const pairing = new Pairing(scheme);
    for (let n = 0; n < 200; n++) pairing.authenticate({ atMs: NEW_YEAR_MS + n * 20_000 });
    pairing.state = subscription(scheme);
    const later = NEW_YEAR_MS + 100_000;
    for (let n = 0; n < 200; n++) pairing.authenticate({ atMs: later + n });
    expect(pairing.refused).toBe(1);
  });

  it('goes on without AUTS when its position was kept', () => {
    const pairing = new Pairing(scheme);
    for (let n = 0; n < 100; n++) pairing.authenticate({ atMs: NEW_YEAR_MS + n * 1000 });
    const { seqHe, ind } = pairing.state;
    pairing.state = continuedAt(subscription(scheme), { seqHe, ind });
    for (let n = 0; n < 100; n++) pairing.authenticate({ atMs: NEW_YEAR_MS + 3_600_000 + n });
    expect(pairing.refused).toBe(0);
  });

  it('needs no AUTS when its clock goes back, by little or by much', () => {
    const pairing = new Pairing(scheme);
    const back = [0, 1, 999, 86_400_000, 400 * 86_400_000, NEW_YEAR_MS];
    for (let n = 0; n < 300; n++) {
      pairing.authenticate({ atMs: NEW_YEAR_MS - back[n % back.length]! });
    }
    expect(pairing.refused).toBe(0);
  });

  it('makes no vector when SEQ is at its end', () => {
    const state = { ...subscription(scheme), seqHe: 2 ** 43 - 1 };
    const refusal = { ok: false, failure: 'sqn-exhausted' };
    expect(nextVector(state, RAND, { atMs: NEW_YEAR_MS })).toEqual(refusal);
  });

  it('behind the database of hostapd takes the time from it, and the INDs', () => {
    let now = NEW_YEAR_MS;
    const positions: object[] = [];
    const database = new EapSimDatabase({
      subscribers: [{ imsi: imsi('001010123456789'), authentication: subscription(scheme) }],
      random: () => RAND,
      now: () => now,
      domain: { index: 1, of: 4 },
      keep: (_imsi, position) => positions.push(position) > 0,
    });
    const usim = new Usim();
    for (let n = 0; n < 2; n++) {
      const request = new TextEncoder().encode('AKA-REQ-AUTH 001010123456789');
      const [, , rand = '', autn = ''] = new TextDecoder()
        .decode(database.answer(request))
        .split(' ');
      const vector = { rand: fromHex(rand), autn: fromHex(autn) } as AuthenticationVector;
      expect(usim.authenticate(vector)).toBeUndefined();
      now += 2000;
    }
    const first = (NEW_YEAR_MS / SECOND) % P;
    const seqs = { 1: [first, first + 2], 2: [1, 2], 3: [1, 20] }[profile];
    expect(positions).toEqual(seqs?.map((seqHe, n) => ({ seqHe, ind: n + 1 })));
  });
});

describe('an AuC of profile 3', () => {
  it('needs AUTS after a pause of more than delta, and one is enough', () => {
    const pairing = new Pairing(SEQUENCE_PROFILES[3]);
    pairing.authenticate({ atMs: NEW_YEAR_MS });
    const later = NEW_YEAR_MS + (2 ** 28 + 2) * 100;
    for (let n = 0; n < 50; n++) pairing.authenticate({ atMs: later + n * 1000 });
    expect(pairing.refused).toBe(1);
  });

  it('does not have to know anything of the time when there is no clock in SEQ', () => {
    const { vector } = nextVector(subscription(SEQUENCE_PROFILES[2]), RAND) as never;
    expect(new Usim().authenticate(vector)).toBeUndefined();
    for (const profile of [1, 3] as const) {
      const state = subscription(SEQUENCE_PROFILES[profile]);
      expect(() => nextVector(state, RAND)).toThrow(/^atMs: /u);
    }
  });
});
