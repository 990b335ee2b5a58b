/**
 * MILENAGE: all sets of the published test data, a second implementation on random inputs, and
 * everything that is no input.
 *
 * @see 3GPP TS 35.206 §4.1; test/vectors/milenage.json for TS 35.208, TS 35.207 and TS 55.205
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { c2, c3 } from '../../src/crypto/conversion.ts';
import {
  deriveOpc,
  expandMilenageKey,
  MILENAGE_CONSTANTS,
  type MilenageConstants,
  type MilenageOutput,
  milenage,
  milenageChallenge,
} from '../../src/crypto/milenage.ts';
import { referenceMilenage, referenceOpc } from '../support/milenage-reference.ts';
import { expectOctets, expectOneLength, type OctetArgument } from '../support/octet-arguments.ts';
import vectors from '../vectors/milenage.json' with { type: 'json' };

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, n) => octet ^ (b[n] ?? 0));
}

function hexOf(output: MilenageOutput): Record<keyof MilenageOutput, string> {
  const names = Object.keys(output) as (keyof MilenageOutput)[];
  return Object.fromEntries(names.map((name) => [name, toHex(output[name])])) as never;
}

describe('MILENAGE', () => {
  it('has 20, 6 and 19 test sets', () => {
    const { ts35208, ts35207, gsmMilenageTs55205 } = vectors;
    expect([ts35208.length, ts35207.length, gsmMilenageTs55205.length]).toEqual([20, 6, 19]);
  });

  it.each([...vectors.ts35208, ...vectors.ts35207])('gives all outputs of $name', (set) => {
    const [k, rand, sqn, amf] = [set.k, set.rand, set.sqn, set.amf].map((hex) => fromHex(hex)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const opc = deriveOpc(k, fromHex(set.op));
    expect(toHex(opc)).toBe(set.opc);
    const key = expandMilenageKey(k, opc);
    const output = milenage(key, { rand, sqn, amf });
    expect(hexOf(output)).toEqual({
      macA: set.f1,
      macS: set.f1star,
      res: set.f2,
      ck: set.f3,
      ik: set.f4,
      ak: set.f5,
      akStar: set.f5star,
    });
    const { res, ck, ik, ak, akStar, macA } = output;
    expect(toHex(concat(xor(sqn, ak), amf, macA))).toBe(set.derived.autn);
    expect(toHex(c2(res))).toBe(set.derived.sres);
    expect(toHex(c3(ck, ik))).toBe(set.derived.kc);
    const { macS } = milenage(key, { rand, sqn, amf: new Uint8Array(2) });
    expect(toHex(concat(xor(sqn, akStar), macS))).toBe(set.derived.autsIfSqnMsEqualsSqn);
  });

  it.each(vectors.gsmMilenageTs55205)('gives both SRES and Kc of $name', (set) => {
    const key = expandMilenageKey(fromHex(set.ki), fromHex(set.opc));
    const { res, ck, ik } = milenageChallenge(key, fromHex(set.rand));
    expect(toHex(c2(res))).toBe(set.sres1);
    expect(toHex(res.slice(0, 4))).toBe(set.sres2);
    expect(toHex(c3(ck, ik))).toBe(set.kc);
  });
});

const octetsOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const five = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<[T, T, T, T, T]> =>
  fc.tuple(of, of, of, of, of);
const anyInput = { rand: octetsOf(16), sqn: octetsOf(6), amf: octetsOf(2) };
const anyConstants = fc.record<MilenageConstants>({
  r: five(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(0, 31, 32, 33, 64, 96, 127))),
  c: five(octetsOf(16)),
});

describe('MILENAGE on random inputs', () => {
  it('agrees with the second implementation, with the constants of the document', () => {
    const inputs = fc.record({ k: octetsOf(16), opc: octetsOf(16), ...anyInput });
    fc.assert(
      fc.property(inputs, ({ k, opc, ...input }) => {
        const expected = referenceMilenage({ k, opc, ...input, ...MILENAGE_CONSTANTS });
        expect(milenage(expandMilenageKey(k, opc), input)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with it for any rotations and constants of an operator', () => {
    const inputs = fc.record({ k: octetsOf(16), opc: octetsOf(16), ...anyInput });
    fc.assert(
      fc.property(inputs, anyConstants, ({ k, opc, ...input }, constants) => {
        const expected = referenceMilenage({ k, opc, ...input, ...constants });
        expect(milenage(expandMilenageKey(k, opc, constants), input)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Array.from({ length: 128 }, (_, bits) => bits))('agrees for rotations by %d', (bits) => {
    const constants = { ...MILENAGE_CONSTANTS, r: [bits, bits, bits, bits, bits] } as const;
    const octets = fromHex('0123456789abcdeffedcba9876543210');
    const input = { rand: octets, sqn: octets.slice(0, 6), amf: octets.slice(6, 8) };
    const expected = referenceMilenage({ k: octets, opc: octets, ...input, ...constants });
    expect(milenage(expandMilenageKey(octets, octets, constants), input)).toEqual(expected);
  });

  it('derives the same OPc from OP', () => {
    fc.assert(
      fc.property(octetsOf(16), octetsOf(16), (k, op) => {
        expect(deriveOpc(k, op)).toEqual(referenceOpc(k, op));
      }),
    );
  });

  it('computes the same one by one as all at once, in any order and again', () => {
    fc.assert(
      fc.property(octetsOf(16), octetsOf(16), fc.record(anyInput), (k, opc, input) => {
        const key = expandMilenageKey(k, opc);
        const challenge = milenageChallenge(key, input.rand);
        const akStar = challenge.akStar();
        const macS = challenge.macS(input.sqn, input.amf);
        const macA = challenge.macA(input.sqn, input.amf);
        const { res, ck, ik, ak } = challenge;
        expect({ macA, macS, res, ck, ik, ak, akStar }).toEqual(milenage(key, input));
        expect(challenge.macA(input.sqn, input.amf)).toEqual(macA);
      }),
    );
  });
});

const K = fromHex('465b5ce8b199b49faa5f0a2ee238a6bc');
const OPC = fromHex('cd63cb71954a9f4e48a5994e37a02baf');
const INPUT = {
  rand: fromHex('23553cbe9637a89d218ae64dae47bf35'),
  sqn: fromHex('ff9bb4d0b607'),
  amf: fromHex('b9b9'),
};
const KEY = expandMilenageKey(K, OPC);

/** The standard constants with one of c or of r replaced; n counts from 0. */
function withConstant(which: 'c' | 'r', n: number, value: unknown): MilenageConstants {
  const replaced = (MILENAGE_CONSTANTS[which] as readonly unknown[]).with(n, value);
  return { ...MILENAGE_CONSTANTS, [which]: replaced };
}

describe('MILENAGE with inputs that it does not own', () => {
  it('leaves all of them unchanged', () => {
    const constants = withConstant('c', 0, new Uint8Array(16));
    const given = [K, OPC, ...constants.c, INPUT.rand, INPUT.sqn, INPUT.amf];
    const before = given.map(toHex);
    milenage(expandMilenageKey(K, OPC, constants), INPUT);
    deriveOpc(K, OPC);
    expect(given.map(toHex)).toEqual(before);
  });

  it('keeps none of them', () => {
    const [k, opc, c1, rand] = [K.slice(), OPC.slice(), new Uint8Array(16), INPUT.rand.slice()];
    const r = [...MILENAGE_CONSTANTS.r] as [number, number, number, number, number];
    const constants = { ...withConstant('c', 0, c1), r };
    const key = expandMilenageKey(k, opc, constants);
    const challenge = milenageChallenge(key, rand);
    for (const octets of [k, opc, c1, rand]) octets.fill(0xff);
    r.fill(1);
    expect(challenge.macA(INPUT.sqn, INPUT.amf)).toEqual(milenage(KEY, INPUT).macA);
    expect(milenage(key, INPUT)).toEqual(milenage(KEY, INPUT));
  });

  it('gives outputs that nobody else has', () => {
    const challenge = milenageChallenge(KEY, INPUT.rand);
    for (const octets of [challenge.res, challenge.ck, challenge.ik, challenge.ak]) octets.fill(0);
    challenge.macA(INPUT.sqn, INPUT.amf).fill(0);
    expect(challenge.macA(INPUT.sqn, INPUT.amf)).toEqual(milenage(KEY, INPUT).macA);
    expect(toHex(milenageChallenge(KEY, INPUT.rand).res)).toBe('a54211d5e3ba50bf');
  });

  it('takes octets that begin at an odd place', () => {
    const shifted = (octets: Uint8Array): Uint8Array => fromHex(`ff${toHex(octets)}`).subarray(1);
    const input = { rand: shifted(INPUT.rand), sqn: shifted(INPUT.sqn), amf: shifted(INPUT.amf) };
    const key = expandMilenageKey(shifted(K), shifted(OPC));
    expect(milenage(key, input)).toEqual(milenage(KEY, INPUT));
  });
});

describe('MILENAGE', () => {
  const challenge = milenageChallenge(KEY, INPUT.rand);

  const arguments_: OctetArgument[] = [
    ['k', 16, (octets) => expandMilenageKey(octets, OPC)],
    ['opc', 16, (octets) => expandMilenageKey(K, octets)],
    ['k', 16, (octets) => deriveOpc(octets, OPC)],
    ['op', 16, (octets) => deriveOpc(K, octets)],
    ...[0, 1, 2, 3, 4].map(
      (n): OctetArgument => [
        `c${n + 1}`,
        16,
        (octets) => expandMilenageKey(K, OPC, withConstant('c', n, octets)),
      ],
    ),
    ['rand', 16, (octets) => milenageChallenge(KEY, octets)],
    ['rand', 16, (octets) => milenage(KEY, { ...INPUT, rand: octets })],
    ['sqn', 6, (octets) => milenage(KEY, { ...INPUT, sqn: octets })],
    ['sqn', 6, (octets) => challenge.macA(octets, INPUT.amf)],
    ['sqn', 6, (octets) => challenge.macS(octets, INPUT.amf)],
    ['amf', 2, (octets) => milenage(KEY, { ...INPUT, amf: octets })],
    ['amf', 2, (octets) => challenge.macA(INPUT.sqn, octets)],
    ['amf', 2, (octets) => challenge.macS(INPUT.sqn, octets)],
  ];

  it.each(arguments_)('refuses %s of any length but %d, naming both', expectOneLength);

  it.each(arguments_)('refuses %s that is %d hex digits or numbers', expectOctets);

  it.each([-1, 128, 0.5, Number.NaN, undefined])(
    'refuses a rotation by %j bits, naming it',
    (bits) => {
      for (let n = 0; n < 5; n++) {
        expect(() => expandMilenageKey(K, OPC, withConstant('r', n, bits))).toThrow(
          new RangeError(`r${n + 1}: expected 0 to 127 bits, got ${bits}`),
        );
      }
    },
  );
});
