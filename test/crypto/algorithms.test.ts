/**
 * Algorithms by name: those that are there, those that are registered, and what is none.
 *
 * @see 3GPP TS 33.102 §6.3.2; docs/profile.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  type AuthenticationAlgorithm,
  type AuthenticationSecret,
  expandAuthenticationKey,
} from '../../src/crypto/algorithms.ts';
import {
  type AuthenticationChallenge,
  type AuthenticationKey,
  authenticationOutput,
} from '../../src/crypto/authentication-key.ts';
import { gsmAnswer } from '../../src/crypto/conversion.ts';
import {
  expandMilenageKey,
  MILENAGE_CONSTANTS,
  milenageChallenge,
} from '../../src/crypto/milenage.ts';
import { expandTuakKey } from '../../src/crypto/tuak.ts';
import { expandXorKey } from '../../src/crypto/xor.ts';

const RAND = fromHex('23553cbe9637a89d218ae64dae47bf35');
const K = fromHex('465b5ce8b199b49faa5f0a2ee238a6bc');
const OPC = fromHex('cd63cb71954a9f4e48a5994e37a02baf');
const TOPC = new Uint8Array(32).fill(0x5a);
const SQN = new Uint8Array(6);
const AMF = new Uint8Array(2);

/** All that comes of one RAND, for comparison. */
function all(key: AuthenticationKey): readonly Uint8Array[] {
  const { sres, kc } = gsmAnswer(key, RAND);
  const output = authenticationOutput(key, { rand: RAND, sqn: SQN, amf: AMF });
  return [...Object.values(output), sres, kc];
}

const NONE = new Uint8Array(0);
const secretOf = (change: Partial<AuthenticationSecret>): AuthenticationSecret => ({
  algorithm: undefined,
  k: K,
  opc: OPC,
  constants: undefined,
  ...change,
});

describe('an algorithm by its name', () => {
  it.each<[string, Partial<AuthenticationSecret>, AuthenticationKey]>([
    ['none, for MILENAGE', {}, expandMilenageKey(K, OPC)],
    ['milenage', { algorithm: 'milenage' }, expandMilenageKey(K, OPC)],
    [
      'MILENAGE with r and c',
      { constants: fromHex(`0102030405${'11'.repeat(80)}`) },
      expandMilenageKey(K, OPC, {
        r: [1, 2, 3, 4, 5],
        c: MILENAGE_CONSTANTS.c.map(() => new Uint8Array(16).fill(0x11)) as never,
      }),
    ],
    ['tuak', { algorithm: 'tuak', opc: TOPC }, expandTuakKey(K, TOPC)],
    [
      'tuak with K of 32 octets, lengths and iterations',
      { algorithm: 'tuak', k: TOPC, opc: TOPC, constants: fromHex('20201003') },
      expandTuakKey(TOPC, TOPC, { resLength: 32, ckLength: 32, iterations: 3 }),
    ],
    ['xor', { algorithm: 'xor', opc: NONE }, expandXorKey(K)],
    [
      'xor with a length and the 2G variant',
      { algorithm: 'xor', opc: NONE, constants: fromHex('0801') },
      expandXorKey(K, { resLength: 8, gsmVariant: true }),
    ],
  ])('%s', (_name, change, expected) => {
    expect(all(expandAuthenticationKey(secretOf(change)))).toEqual(all(expected));
  });

  it.each<[string, Partial<AuthenticationSecret>, string]>([
    ['no name that it knows', { algorithm: 'comp128' }, 'algorithms: expected one that is named'],
    ['a name of Object', { algorithm: 'toString' }, 'algorithms: expected one that is named'],
    ['MILENAGE without OPc', { opc: NONE }, 'opc: expected 16 octets, got 0'],
    ['MILENAGE with a K of 32 octets', { k: TOPC }, 'k: expected 16 octets, got 32'],
    ['r without c', { constants: NONE }, 'constants: expected 85 octets, got 0'],
    ['TUAK with OPc', { algorithm: 'tuak' }, 'topc: expected 32 octets, got 16'],
    [
      'TUAK without iterations',
      { algorithm: 'tuak', opc: TOPC, constants: fromHex('08101000') },
      'iterations: expected 1 or more, got 0',
    ],
    [
      'TUAK with three numbers',
      { algorithm: 'tuak', opc: TOPC, constants: fromHex('081010') },
      'constants: expected 4 octets, got 3',
    ],
    [
      'XOR with three numbers',
      { algorithm: 'xor', constants: fromHex('081010') },
      'constants: expected 2 octets, got 3',
    ],
    [
      'XOR with RES of 17 octets',
      { algorithm: 'xor', constants: fromHex('1100') },
      'resLength: expected 4 to 16 octets, got 17',
    ],
  ])('is refused: %s', (_what, change, message) => {
    const expand = (): unknown => expandAuthenticationKey(secretOf(change));
    expect(expand).toThrow(RangeError);
    expect(expand).toThrow(message);
  });
});

/** An algorithm of somebody else: MILENAGE, with something replaced. */
function own(change: object, gsm?: AuthenticationKey['gsm']): AuthenticationAlgorithm {
  return ({ k, opc }) => {
    const key = expandMilenageKey(k, opc);
    return {
      gsm,
      challenge: (rand) => {
        const of = milenageChallenge(key, rand);
        const { res, ck, ik, ak } = of;
        return {
          ...{ res, ck, ik, ak },
          macA: (sqn, amf) => of.macA(sqn, amf),
          macS: (sqn, amf) => of.macS(sqn, amf),
          akStar: () => of.akStar(),
          ...change,
        };
      },
    };
  };
}

const NAMED = secretOf({ algorithm: 'my-own' });
const ownKey = (...of: Parameters<typeof own>): AuthenticationKey =>
  expandAuthenticationKey(NAMED, { 'my-own': own(...of) });

describe('a registered algorithm', () => {
  it('is used by its name, in the 3G and in the 2G context', () => {
    expect(all(ownKey({}))).toEqual(all(expandMilenageKey(K, OPC)));
    const gsm = { sres: new Uint8Array(4).fill(7), kc: new Uint8Array(8).fill(9) };
    expect(
      gsmAnswer(
        ownKey({}, () => gsm),
        RAND,
      ),
    ).toEqual(gsm);
  });

  it('is a method that may use its own object', () => {
    class Mine implements AuthenticationKey {
      readonly #key = expandXorKey(K);
      challenge(rand: Uint8Array): AuthenticationChallenge {
        return this.#key.challenge(rand);
      }
      gsm(rand: Uint8Array): { sres: Uint8Array; kc: Uint8Array } {
        return { sres: this.#key.challenge(rand).res.slice(0, 4), kc: new Uint8Array(8) };
      }
    }
    const key = expandAuthenticationKey(NAMED, { 'my-own': () => new Mine() });
    expect(key.challenge(RAND).res).toEqual(expandXorKey(K).challenge(RAND).res);
    expect(gsmAnswer(key, RAND).sres).toEqual(expandXorKey(K).challenge(RAND).res.slice(0, 4));
  });

  it('gets copies of K and OPc, and none of another', () => {
    let given: Uint8Array[] = [];
    expandAuthenticationKey(NAMED, {
      'my-own': ({ k, opc }) => {
        given = [k, opc];
        return expandXorKey(k);
      },
    });
    expect(given).toEqual([K, OPC]);
    for (const octets of given) octets.fill(0);
    expect([NAMED.k, NAMED.opc].map(toHex)).toEqual([
      '465b5ce8b199b49faa5f0a2ee238a6bc',
      'cd63cb71954a9f4e48a5994e37a02baf',
    ]);
  });

  it('does not take the place of one that is there', () => {
    const never: AuthenticationAlgorithm = () => expandXorKey(new Uint8Array(16));
    const key = expandAuthenticationKey(secretOf({}), { milenage: never, undefined: never });
    expect(all(key)).toEqual(all(expandMilenageKey(K, OPC)));
  });

  const octets = (length: number): Uint8Array => new Uint8Array(length);

  it.each([4, 7, 16, 31, 32])('may have RES of %d octets', (length) => {
    expect(ownKey({ res: octets(length) }).challenge(RAND).res).toHaveLength(length);
  });

  it.each<[string, object, string]>([
    ['RES of 3 octets', { res: octets(3) }, 'res: expected 4 to 32 octets, got 3 octets'],
    ['RES of 33 octets', { res: octets(33) }, 'res: expected 4 to 32 octets, got 33 octets'],
    ['RES that is text', { res: '00000000' }, 'res: expected 4 to 32 octets, got string'],
    ['RES that is a list', { res: [1, 2, 3, 4] }, 'res: expected 4 to 32 octets, got object'],
    ['MAC-A that is to come', { macA: async () => octets(8) }, 'octets, got a Promise'],
    ['CK of 8 octets', { ck: octets(8) }, 'ck: expected 16 or 32 octets, got 8 octets'],
    ['IK of 24 octets', { ik: octets(24) }, 'ik: expected 16 or 32 octets, got 24 octets'],
    ['no IK', { ik: undefined }, 'ik: expected 16 or 32 octets, got undefined'],
    ['AK of 5 octets', { ak: octets(5) }, 'ak: expected 6 octets, got 5 octets'],
    ['AK* of 8 octets', { akStar: () => octets(8) }, 'akStar: expected 6 octets, got 8 octets'],
    ['MAC-A of 16 octets', { macA: () => octets(16) }, 'macA: expected 8 octets, got 16 octets'],
    ['MAC-S of 0 octets', { macS: () => octets(0) }, 'macS: expected 8 octets, got 0 octets'],
  ])('is held to its lengths: %s', (_what, change, message) => {
    const key = ownKey(change);
    const ask = (): unknown => {
      const challenge = key.challenge(RAND);
      return [challenge.akStar(), challenge.macA(SQN, AMF), challenge.macS(SQN, AMF)];
    };
    expect(ask).toThrow(RangeError);
    expect(ask).toThrow(message);
  });

  it.each<[string, number, number, string]>([
    ['SRES of 8 octets', 8, 8, 'sres: expected 4 octets, got 8 octets'],
    ['Kc of 16 octets', 4, 16, 'kc: expected 8 octets, got 16 octets'],
  ])('is held to them in the 2G context: %s', (_what, sres, kc, message) => {
    const key = ownKey({}, () => ({ sres: octets(sres), kc: octets(kc) }));
    expect(() => gsmAnswer(key, RAND)).toThrow(new RangeError(message));
  });

  it('may write into its arguments: they are its own', () => {
    const [rand, sqn, amf] = [RAND.slice(), SQN.slice(), AMF.slice()];
    const spoiled = (of: Uint8Array, ...given: Uint8Array[]): Uint8Array => {
      for (const each of given) each.fill(0xff);
      return of;
    };
    const key = expandAuthenticationKey(NAMED, {
      'my-own': ({ k, opc }) => ({
        challenge: (given) => {
          const of = milenageChallenge(expandMilenageKey(k, opc), given);
          given.fill(0xff);
          return {
            ...{ res: of.res, ck: of.ck, ik: of.ik, ak: of.ak },
            macA: (...inputs) => spoiled(of.macA(...inputs), ...inputs),
            macS: (...inputs) => spoiled(of.macS(...inputs), ...inputs),
            akStar: () => of.akStar(),
          };
        },
        gsm: (given) => ({ sres: octets(4), kc: spoiled(octets(8), given) }),
      }),
    });
    const challenge = key.challenge(rand);
    challenge.macA(sqn, amf);
    challenge.macS(sqn, amf);
    gsmAnswer(key, rand);
    expect([rand, sqn, amf]).toEqual([RAND, SQN, AMF]);
  });

  it('may use one buffer again and again: what it gave stays as it was', () => {
    const buffer = octets(32);
    const { res, macA, kc } = { res: octets(16), macA: octets(8).fill(1), kc: octets(8).fill(2) };
    const into = (of: Uint8Array): Uint8Array => {
      buffer.set(of);
      return buffer.subarray(0, of.length);
    };
    const key = ownKey({ res: into(res), macA: () => into(macA) }, () => {
      return { sres: octets(4), kc: into(kc) };
    });
    const challenge = key.challenge(RAND);
    const given = [challenge.macA(SQN, AMF), gsmAnswer(key, RAND).kc];
    buffer.fill(0xff);
    expect([challenge.res, ...given]).toEqual([res, macA, kc]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['a Promise', Promise.resolve(), 'a Promise'],
    ['octets', octets(16), '16 octets'],
    ['no challenge', { gsm: () => undefined }, 'object'],
  ])('gives a key: %s is none', (_what, key, got) => {
    const algorithms = { 'my-own': () => key as AuthenticationKey };
    expect(() => expandAuthenticationKey(NAMED, algorithms)).toThrow(
      new TypeError(`algorithms.my-own: expected a key with challenge, got ${got}`),
    );
  });

  it.each([undefined, null, {}])('is a function: %s is none', (algorithm) => {
    const algorithms = { 'my-own': algorithm as unknown as AuthenticationAlgorithm };
    expect(() => expandAuthenticationKey(NAMED, algorithms)).toThrow(
      new RangeError('algorithms: expected one that is named "my-own"'),
    );
  });
});
