import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { ByteReader } from '../../src/bytes/reader.ts';
import { ByteWriter } from '../../src/bytes/writer.ts';
import {
  type AuthenticationKey,
  authenticationOutput,
} from '../../src/crypto/authentication-key.ts';
import { expandMilenageKey, milenage } from '../../src/crypto/milenage.ts';
import { expandTuakKey } from '../../src/crypto/tuak.ts';
import { expandXorKey } from '../../src/crypto/xor.ts';
import {
  nextVector,
  resynchronise,
  type SubscriberAuthentication,
  type VectorResult,
} from '../../src/network/auc.ts';
import vectors from '../vectors/milenage.json' with { type: 'json' };

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** TS 35.208 test set 1. */
const SET_1 = vectors.ts35208[0]!;

function stateOf(
  set: { readonly k: string; readonly opc: string; readonly amf?: string },
  change: Partial<SubscriberAuthentication> = {},
): SubscriberAuthentication {
  const key = expandMilenageKey(fromHex(set.k), fromHex(set.opc));
  const amf = fromHex(set.amf ?? '8000');
  const scheme = { kind: 'counter' } as const;
  return { key, seqHe: 0, indBits: 5, ind: 0, amf, scheme, ...change };
}

function made(result: VectorResult): Extract<VectorResult, { ok: true }> {
  if (!result.ok) throw new Error(result.failure);
  return result;
}

/** SQN of a vector, by AK from the vector file. */
function sqnOf(autn: Uint8Array, ak: string): number {
  const hidden = fromHex(ak);
  return new ByteReader(
    autn.slice(0, 6).map((octet, at) => octet ^ hidden[at]!),
    'SQN',
  ).uint(6, 'SQN');
}

describe('a vector', () => {
  it.each(vectors.ts35208.map((set) => [set.name, set] as const))(
    'has the AUTN, RES, CK and IK of %s',
    (_name, set) => {
      const sqn = new ByteReader(fromHex(set.sqn), 'SQN').uint(6, 'SQN');
      const before = { seqHe: Math.floor(sqn / 32) - 1, ind: sqn % 32 };
      const { vector, next } = made(nextVector(stateOf(set, before), fromHex(set.rand)));
      expect(toHex(vector.autn)).toBe(set.derived.autn);
      expect(toHex(vector.xres)).toBe(set.f2);
      expect(toHex(vector.ck)).toBe(set.f3);
      expect(toHex(vector.ik)).toBe(set.f4);
      expect(next.seqHe).toBe(before.seqHe + 1);
    },
  );

  it('has SEQ one higher and IND one further each time, and leaves its argument as it was', () => {
    let state = stateOf(SET_1);
    const numbers: number[] = [];
    for (let n = 0; n < 33; n++) {
      const before = { ...state };
      const { vector, next } = made(nextVector(state, fromHex(SET_1.rand)));
      expect(state).toEqual(before);
      numbers.push(sqnOf(vector.autn, SET_1.f5));
      state = next;
    }
    expect(numbers).toEqual(Array.from({ length: 33 }, (_, n) => (n + 1) * 32 + (n % 32)));
  });

  it('keeps IND for a kind of serving node that has one', () => {
    const domain = { index: 7, of: 32 };
    const first = made(nextVector(stateOf(SET_1), fromHex(SET_1.rand), { domain }));
    const second = made(nextVector(first.next, fromHex(SET_1.rand), { domain }));
    expect(sqnOf(first.vector.autn, SET_1.f5)).toBe(32 + 7);
    expect(sqnOf(second.vector.autn, SET_1.f5)).toBe(64 + 7);
  });

  it.each([0, 1, 5, 8])('counts in SEQ beside an IND of %i bits', (indBits) => {
    const { vector } = made(nextVector(stateOf(SET_1, { indBits }), fromHex(SET_1.rand)));
    expect(sqnOf(vector.autn, SET_1.f5)).toBe(2 ** indBits);
  });

  it('is made with the last SEQ of 43 bits, and with none after it', () => {
    const last = made(nextVector(stateOf(SET_1, { seqHe: 2 ** 43 - 2 }), fromHex(SET_1.rand)));
    expect(sqnOf(last.vector.autn, SET_1.f5)).toBe((2 ** 43 - 1) * 32);
    expect(nextVector(last.next, fromHex(SET_1.rand))).toEqual({
      ok: false,
      failure: 'sqn-exhausted',
    });
  });

  it.each([0, 15, 17])('is not made from a RAND of %i octets', (length) => {
    expect(() => nextVector(stateOf(SET_1), new Uint8Array(length))).toThrow(RangeError);
  });
});

/** Each algorithm with lengths that MILENAGE does not have. */
const OTHERS: readonly (readonly [string, AuthenticationKey])[] = [
  ['TUAK', expandTuakKey(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2))],
  [
    'TUAK with the longest outputs',
    expandTuakKey(new Uint8Array(16).fill(3), new Uint8Array(32).fill(4), {
      resLength: 32,
      ckLength: 32,
      ikLength: 32,
    }),
  ],
  ['XOR', expandXorKey(new Uint8Array(16).fill(5))],
];

describe.each(OTHERS)('an AuC of %s', (_name, key) => {
  const rand = fromHex(SET_1.rand);
  const state = stateOf(SET_1, { key, seqHe: 6, ind: 3 });
  const SQN = '0000000000e3';

  it('has AUTN of 16 octets with the MAC of 8, and XRES, CK and IK as long as they are', () => {
    const { vector } = made(nextVector(state, rand));
    const { macA, res, ck, ik, ak } = authenticationOutput(key, {
      rand,
      sqn: fromHex(SQN),
      amf: fromHex(SET_1.amf),
    });
    const concealed = fromHex(SQN).map((octet, at) => octet ^ ak[at]!);
    expect(vector).toEqual({
      rand,
      autn: concat(concealed, fromHex(SET_1.amf), macA),
      xres: res,
      ck,
      ik,
    });
    expect(vector.autn).toHaveLength(16);
  });

  it('takes SQN_MS out of AUTS, and refuses AUTS with one bit changed', () => {
    const { akStar, macS } = authenticationOutput(key, {
      rand,
      sqn: fromHex(SQN),
      amf: new Uint8Array(2),
    });
    const concealed = fromHex(SQN).map((octet, at) => octet ^ akStar[at]!);
    const right = concat(concealed, macS);
    expect(resynchronise(state, { auts: right, rand })).toMatchObject({
      ok: true,
      next: { seqHe: 7 },
    });
    for (let bit = 0; bit < 14 * 8; bit++) {
      const auts = right.slice();
      auts[bit >> 3]! ^= 1 << (bit & 7);
      expect(resynchronise(state, { auts, rand })).toEqual({ ok: false, failure: 'mac-s-wrong' });
    }
  });

  it.each([0, 15, 17])('makes no vector from a RAND of %i octets', (length) => {
    expect(() => nextVector(state, new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('resynchronisation', () => {
  it.each([
    [23, 0, 32],
    [23, 5, 37],
    [31, 0, 32],
    [32, 0, 64],
  ])('from SQN_MS %i with IND %i gives SQN %i, as osmo-auc-gen does', (sqnMs, ind, sqn) => {
    const rand = fromHex(SET_1.rand);
    const auts = autsOf(SET_1, sqnMs);
    const result = resynchronise(stateOf(SET_1, { seqHe: 999, ind }), { auts, rand });
    if (!result.ok) throw new Error(result.failure);
    const { vector } = made(nextVector(result.next, rand));
    expect(sqnOf(vector.autn, SET_1.f5)).toBe(sqn);
  });

  it.each(vectors.ts35208.map((set) => [set.name, set] as const))(
    'takes SQN_MS out of the AUTS of %s',
    (_name, set) => {
      const auts = fromHex(set.derived.autsIfSqnMsEqualsSqn);
      const result = resynchronise(stateOf(set), { auts, rand: fromHex(set.rand) });
      const sqn = new ByteReader(fromHex(set.sqn), 'SQN').uint(6, 'SQN');
      expect(result).toMatchObject({ ok: true, next: { seqHe: Math.floor(sqn / 32) } });
    },
  );

  it('refuses AUTS with one bit changed, whichever it is', () => {
    const right = autsOf(SET_1, 23);
    for (let bit = 0; bit < 14 * 8; bit++) {
      const auts = right.slice();
      auts[bit >> 3]! ^= 1 << (bit & 7);
      expect(resynchronise(stateOf(SET_1), { auts, rand: fromHex(SET_1.rand) })).toEqual({
        ok: false,
        failure: 'mac-s-wrong',
      });
    }
  });

  it('refuses AUTS of another RAND, of another key, and of other lengths', () => {
    const rand = fromHex(SET_1.rand);
    const refusal = { ok: false, failure: 'mac-s-wrong' };
    const auts = autsOf(SET_1, 23);
    const other = vectors.ts35208[3]!;
    expect(resynchronise(stateOf(SET_1), { auts, rand: fromHex(other.rand) })).toEqual(refusal);
    expect(resynchronise(stateOf(other), { auts, rand })).toEqual(refusal);
    for (const length of [0, 13]) {
      const short = auts.slice(0, length);
      expect(resynchronise(stateOf(SET_1), { auts: short, rand })).toEqual(refusal);
    }
    const long = Uint8Array.of(...auts, 0);
    expect(resynchronise(stateOf(SET_1), { auts: long, rand })).toEqual(refusal);
  });

  it('refuses octets that are no AUTS', () => {
    fc.assert(
      fc.property(octets(14), octets(16), (auts, rand) => {
        expect(resynchronise(stateOf(SET_1), { auts, rand }).ok).toBe(false);
      }),
    );
  });
});

/** AUTS as a USIM makes it. */
function autsOf(set: typeof SET_1, sqnMs: number): Uint8Array {
  const sqn = new ByteWriter().uint(6, sqnMs, 'SQN_MS').finish();
  const { macS, akStar } = milenage(expandMilenageKey(fromHex(set.k), fromHex(set.opc)), {
    rand: fromHex(set.rand),
    sqn,
    amf: new Uint8Array(2),
  });
  return concat(
    sqn.map((octet, at) => octet ^ akStar[at]!),
    macS,
  );
}
