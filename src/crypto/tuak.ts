/**
 * TUAK: the second algorithm set for f1, f1*, f2, f3, f4, f5 and f5*, over Keccak-f[1600].
 *
 *     octet 0                     32         33         40     56    58    64   96
 *           TOP or TOPc 32 | INSTANCE 1 | ALGONAME 7 | RAND 16 | AMF 2 | SQN 6 | K 32 | padding
 *
 * Every field is written from its last octet to its first; a K of 16 octets has zeros behind it.
 * The state is permuted as often as the operator says, and the outputs are read the same way: from
 * octet 0 TOPc, MAC or RES, from 32 CK, from 64 IK, from 96 AK.
 *
 * Pure functions: nothing is kept, logged, or written back into an argument.
 *
 * @see 3GPP TS 35.231; test sets of TS 35.233 in test/vectors/tuak.json
 * @module
 */

import { keccakP } from '@noble/hashes/sha3.js';
import { concat, expectLength } from '../bytes/octets.ts';
import {
  type AuthenticationChallenge,
  type AuthenticationKey,
  type AuthenticationOutput,
  authenticationOutput,
} from './authentication-key.ts';

/** What the operator sets beside TOP; lengths in octets. */
export interface TuakParameters {
  /** AUTN and AUTS have room for 8. */
  readonly macLength: 8 | 16 | 32;
  readonly resLength: 4 | 8 | 16 | 32;
  readonly ckLength: 16 | 32;
  readonly ikLength: 16 | 32;
  /** How often the state is permuted, 1 or more. */
  readonly iterations: number;
}

/** What holds where nothing is said: the lengths of MILENAGE, and one iteration. */
export const TUAK_PARAMETERS: TuakParameters = {
  macLength: 8,
  resLength: 8,
  ckLength: 16,
  ikLength: 16,
  iterations: 1,
};

/** The lengths that each of them may have. */
export const TUAK_LENGTHS: Readonly<
  Record<Exclude<keyof TuakParameters, 'iterations'>, readonly number[]>
> = {
  macLength: [8, 16, 32],
  resLength: [4, 8, 16, 32],
  ckLength: [16, 32],
  ikLength: [16, 32],
};

/** K and TOPc in the state, with their parameters; made by {@link expandTuakKey}. Secret. */
export interface TuakKey extends AuthenticationKey {
  /** 50 little-endian words; INSTANCE, RAND, AMF and SQN are zero. */
  readonly state: Uint32Array;
  readonly parameters: TuakParameters;
}

/** Where fields begin in the state, in words. */
const WORD = { top: 0, instance: 8, rand: 10, amf: 14, k: 16, padding: 24, last: 33 } as const;
/** Where outputs begin, in octets. */
const OUTPUT = { first: 0, ck: 32, ik: 64, ak: 96 } as const;
/** Octets 32 to 39 without INSTANCE: TUAK1.0, its last octet first. */
const ALGONAME = [0x312e3000, 0x5455414b] as const;
/** What INSTANCE says of the function; b6 to b4 are the length of MAC or RES. */
const INSTANCE = { topc: 0x00, f1: 0x00, f2345: 0x40, f1Star: 0x80, f5Star: 0xc0 } as const;
const LENGTH_OF_CK = 0x04;
const LENGTH_OF_IK = 0x02;
const LENGTH_OF_K = 0x01;

/** 32 bits are 0, 64 bits 1, 128 bits 2 and 256 bits 4, in b6 to b4. */
function lengthBits(octets: number): number {
  return (octets >> 3) << 3;
}

/** Writes octets from the last to the first; their number is a multiple of 4. */
function putReversed(state: Uint32Array, word: number, octets: Uint8Array): void {
  for (let n = 0; n * 4 < octets.length; n++) {
    const at = octets.length - 4 - n * 4;
    state[word + n] =
      (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
  }
}

/** Reads octets from the last to the first. */
function takeReversed(state: Uint32Array, offset: number, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  for (let n = 0; n < length; n++) {
    const at = offset + length - 1 - n;
    octets[n] = state[at >> 2]! >>> ((at & 3) * 8);
  }
  return octets;
}

function expectKey(k: Uint8Array): void {
  if (!(k instanceof Uint8Array)) throw new TypeError('k: expected a Uint8Array');
  if (k.length !== 16 && k.length !== 32) {
    throw new RangeError(`k: expected 16 or 32 octets, got ${k.length}`);
  }
}

function expectIterations(iterations: number): void {
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new RangeError(`iterations: expected 1 or more, got ${iterations}`);
  }
}

/** The state with TOP or TOPc, ALGONAME, K and padding. */
function stateWith(top: Uint8Array, k: Uint8Array): Uint32Array {
  const state = new Uint32Array(50);
  putReversed(state, WORD.top, top);
  state.set(ALGONAME, WORD.instance);
  putReversed(state, WORD.k, k);
  state[WORD.padding] = 0x1f;
  state[WORD.last] = 0x8000_0000;
  if (k.length === 32) state[WORD.instance]! |= LENGTH_OF_K;
  return state;
}

/** Permutes a copy of the state with more bits of INSTANCE. */
function permuted(state: Uint32Array, instance: number, iterations: number): Uint32Array {
  const copy = state.slice();
  copy[WORD.instance]! |= instance;
  for (let n = 0; n < iterations; n++) keccakP(copy);
  return copy;
}

/**
 * Derives TOPc from TOP.
 *
 * @param k 16 or 32 octets
 * @param top 32 octets
 * @param iterations how often the state is permuted, 1 or more
 * @returns 32 octets
 * @throws {RangeError} an argument has another length or is out of range
 * @see 3GPP TS 35.231
 * @example
 * ```ts
 * import { deriveTopc, fromHex, toHex } from 'vuicc';
 *
 * // TS 35.233 test set 1
 * const topc = deriveTopc(fromHex('ab'.repeat(16)), fromHex('55'.repeat(32)));
 * const expected = 'bd04d9530e87513c5d837ac2ad954623a8e2330c115305a73eb45d1f40cccbff';
 * if (toHex(topc) !== expected) throw new Error('TOPc');
 * ```
 */
export function deriveTopc(k: Uint8Array, top: Uint8Array, iterations = 1): Uint8Array {
  expectKey(k);
  expectLength(top, 32, 'top');
  expectIterations(iterations);
  const state = permuted(stateWith(top, k), INSTANCE.topc, iterations);
  return takeReversed(state, OUTPUT.first, 32);
}

/** What a USIM needs of one RAND; f2 to f5 come of one permutation. */
class Challenge implements AuthenticationChallenge {
  readonly res: Uint8Array;
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
  readonly ak: Uint8Array;
  /** With RAND, and without INSTANCE, AMF and SQN. */
  readonly #state: Uint32Array;
  readonly #parameters: TuakParameters;

  constructor({ state, parameters }: TuakKey, rand: Uint8Array) {
    const { resLength, ckLength, ikLength, iterations } = parameters;
    this.#parameters = parameters;
    this.#state = state.slice();
    putReversed(this.#state, WORD.rand, rand);
    const instance =
      INSTANCE.f2345 |
      lengthBits(resLength) |
      (ckLength === 32 ? LENGTH_OF_CK : 0) |
      (ikLength === 32 ? LENGTH_OF_IK : 0);
    const out = permuted(this.#state, instance, iterations);
    this.res = takeReversed(out, OUTPUT.first, resLength);
    this.ck = takeReversed(out, OUTPUT.ck, ckLength);
    this.ik = takeReversed(out, OUTPUT.ik, ikLength);
    this.ak = takeReversed(out, OUTPUT.ak, 6);
  }

  macA(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    return this.#mac(INSTANCE.f1, sqn, amf);
  }

  macS(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    return this.#mac(INSTANCE.f1Star, sqn, amf);
  }

  akStar(): Uint8Array {
    const out = permuted(this.#state, INSTANCE.f5Star, this.#parameters.iterations);
    return takeReversed(out, OUTPUT.ak, 6);
  }

  #mac(instance: number, sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    expectLength(sqn, 6, 'sqn');
    expectLength(amf, 2, 'amf');
    const { macLength, iterations } = this.#parameters;
    const state = this.#state.slice();
    putReversed(state, WORD.amf, concat(sqn, amf));
    const out = permuted(state, instance | lengthBits(macLength), iterations);
    return takeReversed(out, OUTPUT.first, macLength);
  }
}

class ExpandedKey implements TuakKey {
  readonly state: Uint32Array;
  readonly parameters: TuakParameters;

  constructor(state: Uint32Array, parameters: TuakParameters) {
    this.state = state;
    this.parameters = parameters;
  }

  challenge(rand: Uint8Array): AuthenticationChallenge {
    expectLength(rand, 16, 'rand');
    return new Challenge(this, rand);
  }
}

/**
 * Takes K and TOPc in, once for many computations.
 *
 * @param k 16 or 32 octets; not kept
 * @param topc 32 octets; not kept. From TOP it comes by {@link deriveTopc}
 * @param parameters those of {@link TUAK_PARAMETERS} where they are left out
 * @throws {RangeError} an argument has another length or is out of range
 * @see 3GPP TS 35.231
 * @example
 * ```ts
 * import { expandTuakKey } from 'vuicc';
 *
 * const key = expandTuakKey(new Uint8Array(32), new Uint8Array(32), { resLength: 16 });
 * if (key.challenge(new Uint8Array(16)).res.length !== 16) throw new Error('RES');
 * ```
 */
export function expandTuakKey(
  k: Uint8Array,
  topc: Uint8Array,
  parameters: Partial<TuakParameters> = {},
): TuakKey {
  expectKey(k);
  expectLength(topc, 32, 'topc');
  const all = { ...TUAK_PARAMETERS, ...parameters };
  for (const [name, lengths] of Object.entries(TUAK_LENGTHS)) {
    const length = all[name as keyof TuakParameters];
    if (lengths.includes(length)) continue;
    throw new RangeError(`${name}: expected ${lengths.join(', ')} octets, got ${length}`);
  }
  expectIterations(all.iterations);
  return new ExpandedKey(stateWith(topc, k), all);
}

/**
 * Computes f1 to f5* for one RAND.
 *
 * @param key what {@link expandTuakKey} made of K and TOPc
 * @param input RAND (16 octets), SQN (6) and AMF (2)
 * @returns the seven outputs: AK and AK* of 6 octets, the others as long as the parameters say
 * @throws {RangeError} an input has another length; the message names it and both lengths
 * @see 3GPP TS 35.231
 * @example
 * ```ts
 * import { deriveTopc, expandTuakKey, fromHex, toHex, tuak } from 'vuicc';
 *
 * // TS 35.233 test set 1
 * const k = fromHex('ab'.repeat(16));
 * const key = expandTuakKey(k, deriveTopc(k, fromHex('55'.repeat(32))), { resLength: 4 });
 * const input = { rand: fromHex('42'.repeat(16)), sqn: fromHex('11'.repeat(6)) };
 * const { res } = tuak(key, { ...input, amf: fromHex('ffff') });
 * if (toHex(res) !== '657acd64') throw new Error('RES');
 * ```
 */
export function tuak(
  key: TuakKey,
  input: { readonly rand: Uint8Array; readonly sqn: Uint8Array; readonly amf: Uint8Array },
): AuthenticationOutput {
  return authenticationOutput(key, input);
}
