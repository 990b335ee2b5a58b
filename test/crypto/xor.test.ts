/**
 * The XOR test algorithm: every vector, 3G and 2G, and everything that is no input.
 *
 * @see 3GPP TS 34.108 §8.1.2; 3GPP TS 51.010-1; test/vectors/xor-comp128.json
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { authenticationOutput } from '../../src/crypto/authentication-key.ts';
import { gsmAnswer } from '../../src/crypto/conversion.ts';
import { expandXorKey } from '../../src/crypto/xor.ts';
import { expectOneLength, type OctetArgument } from '../support/octet-arguments.ts';
import vectors from '../vectors/xor-comp128.json' with { type: 'json' };

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, n) => octet ^ (b[n] ?? 0));
}

describe('XOR', () => {
  it('has 8 vectors each of 3G and 2G', () => {
    expect([vectors.xor3g.length, vectors.xor2g.length]).toEqual([8, 8]);
  });

  it.each(vectors.xor3g)('gives RES, CK, IK, AK, AUTN, AUTS, SRES and Kc of K $k', (set) => {
    const key = expandXorKey(fromHex(set.k));
    const [rand, sqn, amf] = [fromHex(set.rand), fromHex(set.sqn), fromHex(set.amf)];
    const { res, ck, ik, ak, macA } = authenticationOutput(key, { rand, sqn, amf });
    expect([res, ck, ik, ak, macA].map(toHex)).toEqual([
      set.res128,
      set.ck,
      set.ik,
      set.ak,
      set.macA,
    ]);
    expect(toHex(concat(xor(sqn, ak), amf, macA))).toBe(set.autn);
    const ofAuts = authenticationOutput(key, { rand, sqn, amf: new Uint8Array(2) });
    const auts = concat(xor(sqn, ofAuts.akStar), ofAuts.macS);
    expect(toHex(auts)).toBe(set.autsIfSqnMsEqualsSqn_amfZero);
    const { sres, kc } = gsmAnswer(key, rand);
    expect([toHex(sres), toHex(kc)]).toEqual([set.sres, set.kc]);
  });

  it.each(vectors.xor2g)('gives SRES and Kc of Ki $ki in the 2G variant', (set) => {
    const key = expandXorKey(fromHex(set.ki), { gsmVariant: true });
    const { sres, kc } = gsmAnswer(key, fromHex(set.rand));
    expect([toHex(sres), toHex(kc)]).toEqual([set.sres, set.kc]);
  });

  it.each([4, 5, 8, 15, 16])('gives the first %d octets for RES, if it is told so', (resLength) => {
    const [set] = vectors.xor3g;
    const { res, ck } = expandXorKey(fromHex(set!.k), { resLength }).challenge(fromHex(set!.rand));
    expect(toHex(res)).toBe(set!.res128.slice(0, 2 * resLength));
    expect(toHex(ck)).toBe(set!.ck);
  });

  it('gives the same for MAC-A and MAC-S, and for AK and AK*', () => {
    const octets = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const input = fc.record({ rand: octets(16), sqn: octets(6), amf: octets(2) });
    fc.assert(
      fc.property(octets(16), input, (k, of) => {
        const { macA, macS, ak, akStar } = authenticationOutput(expandXorKey(k), of);
        expect([macS, akStar]).toEqual([macA, ak]);
      }),
    );
  });

  it('keeps none of its arguments, and gives outputs that nobody else has', () => {
    const [set] = vectors.xor3g;
    const [k, rand] = [fromHex(set!.k), fromHex(set!.rand)];
    const key = expandXorKey(k);
    const challenge = key.challenge(rand);
    for (const octets of [k, rand, challenge.res, challenge.ak, challenge.akStar()]) octets.fill(1);
    expect(toHex(challenge.akStar())).toBe(set!.ak);
    expect(toHex(key.challenge(fromHex(set!.rand)).res)).toBe(set!.res128);
  });

  const key = expandXorKey(new Uint8Array(16), { gsmVariant: true });
  const challenge = key.challenge(new Uint8Array(16));
  const [SQN, AMF] = [new Uint8Array(6), new Uint8Array(2)];

  it.each<OctetArgument>([
    ['k', 16, (octets) => expandXorKey(octets)],
    ['rand', 16, (octets) => key.challenge(octets)],
    ['rand', 16, (octets) => gsmAnswer(key, octets)],
    ['sqn', 6, (octets) => challenge.macA(octets, AMF)],
    ['sqn', 6, (octets) => challenge.macS(octets, AMF)],
    ['amf', 2, (octets) => challenge.macA(SQN, octets)],
    ['amf', 2, (octets) => challenge.macS(SQN, octets)],
  ])('refuses %s of any length but %d, naming both', expectOneLength);

  it.each([0, 3, 17, 32, 4.5, Number.NaN])('refuses RES of %d octets', (resLength) => {
    expect(() => expandXorKey(new Uint8Array(16), { resLength })).toThrow(
      new RangeError(`resLength: expected 4 to 16 octets, got ${resLength}`),
    );
  });
});
