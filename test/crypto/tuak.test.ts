/**
 * TUAK: all sets of the published test data, every combination of lengths, a second implementation
 * on random inputs, and everything that is no input.
 *
 * @see 3GPP TS 35.231; test/vectors/tuak.json for TS 35.232 and TS 35.233
 * @module
 */

import { keccakP } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { AuthenticationOutput } from '../../src/crypto/authentication-key.ts';
import {
  deriveTopc,
  expandTuakKey,
  TUAK_LENGTHS,
  TUAK_PARAMETERS,
  type TuakParameters,
  tuak,
} from '../../src/crypto/tuak.ts';
import { expectOctets, expectOneLength, type OctetArgument } from '../support/octet-arguments.ts';
import { referenceTopc, referenceTuak } from '../support/tuak-reference.ts';
import vectors from '../vectors/tuak.json' with { type: 'json' };

type TuakSet = (typeof vectors.generated)[number];

/** The lengths of a set are those of its outputs. */
function parametersOf({ f1, f2, f3, f4, keccakIterations }: TuakSet): TuakParameters {
  return {
    macLength: f1.length / 2,
    resLength: f2.length / 2,
    ckLength: f3.length / 2,
    ikLength: f4.length / 2,
    iterations: keccakIterations,
  } as TuakParameters;
}

function hexOf(output: AuthenticationOutput): Record<string, string> {
  return Object.fromEntries(Object.entries(output).map(([name, octets]) => [name, toHex(octets)]));
}

const named = (set: TuakSet, n: number): [string, TuakSet] => {
  const { macLength, resLength, ckLength, ikLength } = parametersOf(set);
  const lengths = `MAC ${macLength}, RES ${resLength}, CK ${ckLength}, IK ${ikLength}`;
  return [`set ${n}: K ${set.k.length / 2}, ${lengths}, ${set.keccakIterations} times`, set];
};

describe('TUAK', () => {
  it('has 6 published and 72 generated sets, of all lengths of K, MAC, RES, CK and IK', () => {
    expect([vectors.ts35233.length, vectors.generated.length]).toEqual([6, 72]);
    const seen = (length: (set: TuakSet) => number): number[] =>
      [...new Set(vectors.generated.map(length))].sort((a, b) => a - b);
    expect(seen(({ k }) => k.length / 2)).toEqual([16, 32]);
    for (const [name, lengths] of Object.entries(TUAK_LENGTHS)) {
      expect(seen((set) => parametersOf(set)[name as keyof TuakParameters])).toEqual(lengths);
    }
    expect(seen((set) => set.keccakIterations).length).toBeGreaterThan(1);
  });

  it.each([...vectors.ts35233, ...vectors.generated].map(named))(
    'gives TOPc and all outputs of %s',
    (_name, set) => {
      const [k, top, rand, sqn, amf] = [set.k, set.top, set.rand, set.sqn, set.amf].map((hex) =>
        fromHex(hex),
      ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      const topc = deriveTopc(k, top, set.keccakIterations);
      expect(toHex(topc)).toBe(set.topc);
      const key = expandTuakKey(k, topc, parametersOf(set));
      expect(hexOf(tuak(key, { rand, sqn, amf }))).toEqual({
        macA: set.f1,
        macS: set.f1star,
        res: set.f2,
        ck: set.f3,
        ik: set.f4,
        ak: set.f5,
        akStar: set.f5star,
      });
    },
  );

  it.each(vectors.keccakF1600)('stands on the permutation of TS 35.232, $in', (set) => {
    const state = new Uint32Array(50);
    const view = new DataView(state.buffer);
    const octets = fromHex(set.in);
    for (const [at, octet] of octets.entries()) view.setUint8(at, octet);
    keccakP(state);
    expect(toHex(new Uint8Array(state.buffer))).toBe(set.out);
  });
});

const octetsOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const anyKey = fc.oneof(octetsOf(16), octetsOf(32));
const anyInput = { rand: octetsOf(16), sqn: octetsOf(6), amf: octetsOf(2) };
const anyLengths = {
  macLength: fc.constantFrom(8, 16, 32),
  resLength: fc.constantFrom(4, 8, 16, 32),
  ckLength: fc.constantFrom(16, 32),
  ikLength: fc.constantFrom(16, 32),
} as const;

describe('TUAK on random inputs', () => {
  it('agrees with the second implementation, for all lengths', () => {
    const inputs = fc.record({ k: anyKey, topc: octetsOf(32), ...anyInput });
    fc.assert(
      fc.property(inputs, fc.record(anyLengths), ({ k, topc, ...input }, lengths) => {
        const key = expandTuakKey(k, topc, lengths as Partial<TuakParameters>);
        expect(tuak(key, input)).toEqual(referenceTuak({ k, topc, ...input, ...lengths }));
      }),
      { numRuns: 500 },
    );
  });

  it('has the lengths of MILENAGE, and one iteration, where nothing is said', () => {
    fc.assert(
      fc.property(fc.record({ k: anyKey, topc: octetsOf(32), ...anyInput }), (of) => {
        const lengths = { macLength: 8, resLength: 8, ckLength: 16, ikLength: 16 } as const;
        const expected = referenceTuak({ ...of, ...lengths });
        expect(tuak(expandTuakKey(of.k, of.topc), of)).toEqual(expected);
      }),
    );
  });

  it('derives the same TOPc from TOP', () => {
    fc.assert(
      fc.property(anyKey, octetsOf(32), (k, top) => {
        expect(deriveTopc(k, top)).toEqual(referenceTopc(k, top));
      }),
    );
  });

  it('computes the same one by one as all at once, in any order and again', () => {
    fc.assert(
      fc.property(anyKey, octetsOf(32), fc.record(anyInput), (k, topc, input) => {
        const key = expandTuakKey(k, topc);
        const challenge = key.challenge(input.rand);
        const akStar = challenge.akStar();
        const macS = challenge.macS(input.sqn, input.amf);
        const macA = challenge.macA(input.sqn, input.amf);
        const { res, ck, ik, ak } = challenge;
        expect({ macA, macS, res, ck, ik, ak, akStar }).toEqual(tuak(key, input));
        expect(challenge.macA(input.sqn, input.amf)).toEqual(macA);
      }),
    );
  });
});

/** TS 35.233 test set 1. */
const [SET] = vectors.ts35233;
const K = fromHex(SET!.k);
const TOPC = fromHex(SET!.topc);
const INPUT = { rand: fromHex(SET!.rand), sqn: fromHex(SET!.sqn), amf: fromHex(SET!.amf) };
const KEY = expandTuakKey(K, TOPC, { resLength: 4 });

describe('TUAK with inputs that it does not own', () => {
  it('leaves all of them unchanged', () => {
    const given = [K, TOPC, INPUT.rand, INPUT.sqn, INPUT.amf];
    const before = given.map(toHex);
    tuak(expandTuakKey(K, TOPC), INPUT);
    deriveTopc(K, TOPC);
    expect(given.map(toHex)).toEqual(before);
  });

  it('keeps none of them', () => {
    const [k, topc, rand] = [K.slice(), TOPC.slice(), INPUT.rand.slice()];
    const parameters = { ...TUAK_PARAMETERS, resLength: 4 as 4 | 32 };
    const key = expandTuakKey(k, topc, parameters);
    const challenge = key.challenge(rand);
    for (const octets of [k, topc, rand]) octets.fill(0xff);
    parameters.resLength = 32;
    expect(challenge.macA(INPUT.sqn, INPUT.amf)).toEqual(tuak(KEY, INPUT).macA);
    expect(tuak(key, INPUT)).toEqual(tuak(KEY, INPUT));
  });

  it('gives outputs that nobody else has', () => {
    const challenge = KEY.challenge(INPUT.rand);
    for (const octets of [challenge.res, challenge.ck, challenge.ik, challenge.ak]) octets.fill(0);
    challenge.macA(INPUT.sqn, INPUT.amf).fill(0);
    expect(toHex(challenge.macA(INPUT.sqn, INPUT.amf))).toBe(SET!.f1);
    expect(toHex(KEY.challenge(INPUT.rand).res)).toBe(SET!.f2);
  });

  it('gives challenges of one key that do not touch each other', () => {
    const first = KEY.challenge(INPUT.rand);
    KEY.challenge(new Uint8Array(16).fill(0xff));
    expect(toHex(first.macA(INPUT.sqn, INPUT.amf))).toBe(SET!.f1);
    expect(toHex(first.macS(INPUT.sqn, INPUT.amf))).toBe(SET!.f1star);
    expect(toHex(first.akStar())).toBe(SET!.f5star);
  });

  it('takes octets that begin at an odd place', () => {
    const shifted = (octets: Uint8Array): Uint8Array => fromHex(`ff${toHex(octets)}`).subarray(1);
    const input = { rand: shifted(INPUT.rand), sqn: shifted(INPUT.sqn), amf: shifted(INPUT.amf) };
    const key = expandTuakKey(shifted(K), shifted(TOPC), { resLength: 4 });
    expect(tuak(key, input)).toEqual(tuak(KEY, INPUT));
  });
});

describe('TUAK', () => {
  const challenge = KEY.challenge(INPUT.rand);

  const arguments_: OctetArgument[] = [
    ['topc', 32, (octets) => expandTuakKey(K, octets)],
    ['top', 32, (octets) => deriveTopc(K, octets)],
    ['rand', 16, (octets) => KEY.challenge(octets)],
    ['rand', 16, (octets) => tuak(KEY, { ...INPUT, rand: octets })],
    ['sqn', 6, (octets) => tuak(KEY, { ...INPUT, sqn: octets })],
    ['sqn', 6, (octets) => challenge.macA(octets, INPUT.amf)],
    ['sqn', 6, (octets) => challenge.macS(octets, INPUT.amf)],
    ['amf', 2, (octets) => tuak(KEY, { ...INPUT, amf: octets })],
    ['amf', 2, (octets) => challenge.macA(INPUT.sqn, octets)],
    ['amf', 2, (octets) => challenge.macS(INPUT.sqn, octets)],
  ];

  it.each(arguments_)('refuses %s of any length but %d, naming both', expectOneLength);

  it.each(arguments_)('refuses %s that is %d hex digits or numbers', expectOctets);

  it.each([0, 8, 15, 17, 24, 31, 33, 64])('refuses K of %d octets', (length) => {
    const error = new RangeError(`k: expected 16 or 32 octets, got ${length}`);
    expect(() => expandTuakKey(new Uint8Array(length), TOPC)).toThrow(error);
    expect(() => deriveTopc(new Uint8Array(length), TOPC)).toThrow(error);
  });

  it('refuses K that is hex digits', () => {
    const error = new TypeError('k: expected a Uint8Array');
    const k = SET!.k as unknown as Uint8Array;
    expect(() => expandTuakKey(k, TOPC)).toThrow(error);
    expect(() => deriveTopc(k, TOPC)).toThrow(error);
  });

  it.each<[string, string, number[]]>([
    ['macLength', '8, 16, 32', [0, 4, 7, 9, 24, 64]],
    ['resLength', '4, 8, 16, 32', [0, 3, 5, 12, 24, 64]],
    ['ckLength', '16, 32', [0, 8, 15, 24, 64]],
    ['ikLength', '16, 32', [0, 8, 17, 24, 64]],
  ])('refuses a %s that is none of %s', (name, lengths, wrong) => {
    for (const length of [...wrong, Number.NaN]) {
      expect(() => expandTuakKey(K, TOPC, { [name]: length })).toThrow(
        new RangeError(`${name}: expected ${lengths} octets, got ${length}`),
      );
    }
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d iterations', (times) => {
    const error = new RangeError(`iterations: expected 1 or more, got ${times}`);
    expect(() => expandTuakKey(K, TOPC, { iterations: times })).toThrow(error);
    expect(() => deriveTopc(K, TOPC, times)).toThrow(error);
  });
});
