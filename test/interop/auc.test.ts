/**
 * The AuC of the simulated network against osmo-auc-gen of libosmocore: a network that takes our
 * cards for its own, and a card that takes our network for its own, agree on every octet.
 *
 * The seed is printed; `SEED=… npm run test:interop` repeats a run.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { createHash, randomInt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { expandMilenageKey, milenage } from '../../src/crypto/milenage.ts';
import { nextVector, resynchronise, type SubscriberAuthentication } from '../../src/network/auc.ts';
import {
  type AucVector,
  generate,
  type Subscriber,
  resynchronise as theirResynchronise,
} from './support/auc-gen.ts';

const VECTORS = 1000;
const RESYNCHRONISATIONS = 1000;
const SEQ_MAX = 2 ** 43 - 1;

const seed = process.env.SEED ?? String(randomInt(2 ** 32));

function octets(length: number, label: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`${seed}/${label}`).digest()).slice(0, length);
}

/** A number below a bound, exact up to 2^48. */
function number(below: number, label: string): number {
  return octets(6, label).reduce((value, octet) => value * 256 + octet, 0) % below;
}

function subscriberOf(label: string): Subscriber {
  return {
    k: octets(16, `${label}/K`),
    opc: octets(16, `${label}/OPc`),
    rand: octets(16, `${label}/RAND`),
    amf: octets(2, `${label}/AMF`),
  };
}

function stateOf({ k, opc, amf }: Subscriber, label: string): SubscriberAuthentication {
  return {
    key: expandMilenageKey(k, opc),
    seqHe: number(SEQ_MAX - 8, `${label}/SEQ`),
    indBits: 5,
    ind: number(32, `${label}/IND`),
    scheme: { kind: 'counter' },
    amf,
  };
}

/** The next vector of ours, under the names of osmo-auc-gen, and the state after it. */
function ours(
  state: SubscriberAuthentication,
  rand: Uint8Array,
): { readonly shown: object; readonly next: SubscriberAuthentication } {
  const result = nextVector(state, rand);
  if (!result.ok) throw new Error(result.failure);
  const { vector, next } = result;
  const { autn, ck, ik, xres: res } = vector;
  return { shown: show({ rand: vector.rand, autn, ck, ik, res }), next };
}

function show(of: Pick<AucVector, 'rand' | 'autn' | 'ck' | 'ik' | 'res'>): object {
  const { rand, autn, ck, ik, res } = of;
  return [rand, autn, ck, ik, res].map(toHex);
}

/** AUTS of a USIM that holds SQN_MS. */
function autsOf({ k, opc, rand }: Subscriber, sqnMs: Uint8Array): Uint8Array {
  const output = milenage(expandMilenageKey(k, opc), { rand, sqn: sqnMs, amf: new Uint8Array(2) });
  return concat(
    sqnMs.map((octet, at) => octet ^ (output.akStar[at] ?? 0)),
    output.macS,
  );
}

describe('the AuC', () => {
  beforeAll(() => {
    process.stdout.write(`AuC: SEED=${seed}\n`);
  });

  it(`makes the same ${VECTORS} vectors as osmo-auc-gen, one after the other`, () => {
    for (let n = 0; n < VECTORS; n++) {
      // Ten subscribers, so that SEQ and IND go on from vector to vector.
      const of = subscriberOf(`subscriber ${n % 10}`);
      const rand = octets(16, `vector ${n}`);
      const first = stateOf(of, `subscriber ${n % 10}`);
      const turn = Math.floor(n / 10) % 8;
      let state = first;
      for (let before = 0; before < turn; before++) state = ours(state, rand).next;
      const sqn = (first.seqHe + 1 + turn) * 32 + ((first.ind + turn) % 32);
      const theirs = generate({ ...of, rand, sqn });
      expect(ours(state, rand).shown, `seed ${seed}, vector ${n}`).toEqual(show(theirs));
    }
  });

  it(`goes on as osmo-auc-gen does after ${RESYNCHRONISATIONS} resynchronisations`, () => {
    for (let n = 0; n < RESYNCHRONISATIONS; n++) {
      const label = `resynchronisation ${n}`;
      const of = subscriberOf(label);
      const state = stateOf(of, label);
      const auts = autsOf(of, octets(6, `${label}/SQN_MS`));
      const result = resynchronise(state, { auts, rand: of.rand });
      if (!result.ok) throw new Error(`seed ${seed}, ${label}: ${result.failure}`);
      const theirs = theirResynchronise({ ...of, auts, ind: state.ind });
      expect(theirs, `seed ${seed}, ${label}`).toBeDefined();
      if (theirs === undefined) continue;
      expect(result.next.seqHe).toBe(Math.floor(theirs.sqnMs / 32));
      expect(ours(result.next, of.rand).shown, `seed ${seed}, ${label}`).toEqual(show(theirs.next));
    }
  });

  it('refuses the AUTS that osmo-auc-gen refuses: each octet changed in turn', () => {
    const of = subscriberOf('damaged');
    const right = autsOf(of, octets(6, 'damaged/SQN_MS'));
    for (let at = 0; at < right.length; at++) {
      const auts = right.with(at, (right[at] ?? 0) ^ 0x80);
      expect(theirResynchronise({ ...of, auts })).toBeUndefined();
      expect(resynchronise(stateOf(of, 'damaged'), { auts, rand: of.rand })).toEqual({
        ok: false,
        failure: 'mac-s-wrong',
      });
    }
  });

  it.each([
    [23, 0, 32],
    [23, 5, 37],
  ])('gives SQN %i with IND %i the successor %i, as osmo-auc-gen does', (sqnMs, ind, sqn) => {
    const of = subscriberOf('worked example');
    const auts = autsOf(of, Uint8Array.of(0, 0, 0, 0, 0, sqnMs));
    const state = { ...stateOf(of, 'worked example'), ind };
    const result = resynchronise(state, { auts, rand: of.rand });
    if (!result.ok) throw new Error(result.failure);
    const theirs = theirResynchronise({ ...of, auts, ind });
    expect(theirs?.next.sqn).toBe(sqn);
    expect(ours(result.next, of.rand).shown).toEqual(theirs && show(theirs.next));
  });
});
