/**
 * MILENAGE and XOR, AUTN and AUTS against osmo-auc-gen of libosmocore, on random subscribers.
 *
 * The seed is printed; `SEED=… npm run test:interop` repeats a run.
 *
 * @see 3GPP TS 33.102 §6.3; 3GPP TS 35.206 §4.1; 3GPP TS 34.108 §8.1.2
 * @module
 */

import { createHash, randomInt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import {
  type AuthenticationKey,
  authenticationOutput,
} from '../../src/crypto/authentication-key.ts';
import { c2, c3 } from '../../src/crypto/conversion.ts';
import { expandMilenageKey, milenage } from '../../src/crypto/milenage.ts';
import { expandXorKey } from '../../src/crypto/xor.ts';
import {
  type Algorithm,
  generate,
  generateAll,
  resynchronise,
  type Subscriber,
} from './support/auc-gen.ts';

const VECTORS = 10_000;
const RESYNCHRONISATIONS = 1000;
const IND_BITS = 5;
const AMF_OF_AUTS = new Uint8Array(2);

const seed = process.env.SEED ?? String(randomInt(2 ** 32));

/** Octets that depend on the seed and a label alone. */
function randomOctets(length: number, label: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`${seed}/${label}`).digest()).slice(0, length);
}

interface Case extends Subscriber {
  readonly sqn: Uint8Array;
}

function caseOf(label: string): Case {
  const octets = (length: number, name: string): Uint8Array =>
    randomOctets(length, `${label}/${name}`);
  return {
    k: octets(16, 'K'),
    opc: octets(16, 'OPc'),
    rand: octets(16, 'RAND'),
    amf: octets(2, 'AMF'),
    sqn: octets(6, 'SQN'),
  };
}

function toNumber(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

function toSqn(value: number): Uint8Array {
  return Uint8Array.from({ length: 6 }, (_, at) => Math.floor(value / 256 ** (5 - at)) % 256);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, n) => octet ^ (b[n] ?? 0));
}

const KEY_OF = {
  MILENAGE: ({ k, opc }: Case): AuthenticationKey => expandMilenageKey(k, opc),
  XOR: ({ k }: Case): AuthenticationKey => expandXorKey(k),
};

/** What a vector of ours looks like, under the names of osmo-auc-gen. */
function vectorOf(of: Case, algorithm: Algorithm = 'MILENAGE'): Record<string, string> {
  const { rand, amf, sqn } = of;
  const { macA, res, ck, ik, ak } = authenticationOutput(KEY_OF[algorithm](of), of);
  return {
    rand: toHex(rand),
    autn: toHex(concat(xor(sqn, ak), amf, macA)),
    ck: toHex(ck),
    ik: toHex(ik),
    res: toHex(res),
    sres: toHex(c2(res)),
    kc: toHex(c3(ck, ik)),
    sqn: toNumber(sqn).toString(),
  };
}

/** AUTS = (SQN_MS ^ AK*) MAC-S, with AMF 0000. */
function autsOf({ k, opc, rand, sqn }: Case): Uint8Array {
  const output = milenage(expandMilenageKey(k, opc), { rand, sqn, amf: AMF_OF_AUTS });
  return concat(xor(sqn, output.akStar), output.macS);
}

function shown(vector: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(vector).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : String(value),
    ]),
  );
}

describe('osmo-auc-gen', () => {
  beforeAll(() => {
    process.stdout.write(`osmo-auc-gen: SEED=${seed}\n`);
  });

  it.each(['MILENAGE', 'XOR'] as const)(
    `makes the same ${VECTORS} random vectors of %s as we do`,
    (algorithm) => {
      const labels = Array.from({ length: VECTORS }, (_, n) => `${algorithm} ${n}`);
      const cases = labels.map(caseOf);
      const sqns = cases.map((of) => ({ ...of, sqn: toNumber(of.sqn) }));
      const theirs = generateAll(sqns, algorithm);
      for (const [n, of] of cases.entries()) {
        const vector = shown(theirs[n] ?? {});
        expect(vector, `seed ${seed}, ${labels[n]}`).toEqual(vectorOf(of, algorithm));
      }
    },
  );

  it.each([0, 1, 31, 32, 2 ** 47, 2 ** 48 - 1])('makes the same vector for SQN %d', (sqn) => {
    const of = { ...caseOf('edge'), sqn: toSqn(sqn) };
    expect(shown(generate({ ...of, sqn }))).toEqual(vectorOf(of));
  });

  it(`accepts AUTS of ours ${RESYNCHRONISATIONS} times, and reads SQN_MS out of it`, () => {
    for (let n = 0; n < RESYNCHRONISATIONS; n++) {
      const label = `resynchronisation ${n}`;
      const of = caseOf(label);
      const ind = n % 2 ** IND_BITS;
      const { sqnMs, next } = resynchronise({ ...of, auts: autsOf(of), ind }) ?? {};
      expect(sqnMs, `seed ${seed}, ${label}`).toBe(toNumber(of.sqn));
      const seqMs = Math.floor(toNumber(of.sqn) / 2 ** IND_BITS);
      const following = { ...of, sqn: toSqn((seqMs + 1) * 2 ** IND_BITS + ind) };
      expect(shown(next ?? {}), `seed ${seed}, ${label}`).toEqual(vectorOf(following));
    }
  });

  it('refuses AUTS of ours when one of its octets is another', () => {
    const of = caseOf('damaged');
    const auts = autsOf(of);
    expect(resynchronise({ ...of, auts })).toBeDefined();
    for (let at = 0; at < auts.length; at++) {
      const damaged = auts.with(at, (auts[at] ?? 0) ^ 1);
      expect(resynchronise({ ...of, auts: damaged }), `octet ${at}`).toBeUndefined();
    }
  });

  it('refuses AUTS of ours whose MAC-S was made with the AMF of the challenge', () => {
    const { amf, ...of } = caseOf('AMF');
    const key = expandMilenageKey(of.k, of.opc);
    const { macS, akStar } = milenage(key, { ...of, amf });
    const auts = concat(xor(of.sqn, akStar), macS);
    expect(resynchronise({ ...of, amf, auts })).toBeUndefined();
  });
});
