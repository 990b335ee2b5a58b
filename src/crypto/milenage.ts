/**
 * MILENAGE: the example algorithm set for f1, f1*, f2, f3, f4, f5 and f5*.
 *
 *     TEMP = E(RAND ^ OPc)
 *     OUT1 = E(TEMP ^ rot(IN1 ^ OPc, r1) ^ c1) ^ OPc      IN1 = SQN AMF SQN AMF
 *     OUTn = E(rot(TEMP ^ OPc, rn) ^ cn) ^ OPc            n = 2 to 5
 *     f1, f1* = OUT1;  f5, f2 = OUT2;  f3 = OUT3;  f4 = OUT4;  f5* = OUT5
 *
 * Pure functions: nothing is kept, logged, or written back into an argument. The symbols are those
 * of the document, so that a page of it and this page can be read side by side.
 *
 * @see 3GPP TS 35.206 §4.1; test sets of TS 35.208 in test/vectors/milenage.json
 * @module
 */

import { expectLength } from '../bytes/octets.ts';
import {
  type AesBlock,
  type AesKey,
  encryptAesBlock,
  expandAesKey,
  loadWord,
  storeWord,
} from './aes.ts';
import {
  type AuthenticationChallenge,
  type AuthenticationKey,
  type AuthenticationOutput,
  authenticationOutput,
} from './authentication-key.ts';

/** The operator's rotations (bits, 0 to 127) and constants (16 octets), n = 1 to 5. */
export interface MilenageConstants {
  readonly r: readonly [number, number, number, number, number];
  readonly c: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
}

function lastOctet(value: number): Uint8Array {
  const c = new Uint8Array(16);
  c[15] = value;
  return c;
}

/** The rotations and constants of the document. */
export const MILENAGE_CONSTANTS: MilenageConstants = {
  r: [64, 0, 32, 64, 96],
  c: [lastOctet(0), lastOctet(1), lastOctet(2), lastOctet(4), lastOctet(8)],
};

/** K and OPc, expanded; made by {@link expandMilenageKey}. Treat as secret. */
export interface MilenageKey extends AuthenticationKey {
  readonly aes: AesKey;
  /** OPc as four little-endian words. */
  readonly opc: Int32Array;
  /** c1 to c5 as 20 little-endian words. */
  readonly c: Int32Array;
  /** r1 to r5 in bits. */
  readonly r: readonly number[];
}

/**
 * What the algorithm set gives, in octets: MAC-A, MAC-S and RES of 8, CK and IK of 16, AK and AK*
 * of 6.
 */
export type MilenageOutput = AuthenticationOutput;

function words(octets: Uint8Array): Int32Array {
  return Int32Array.of(
    loadWord(octets, 0),
    loadWord(octets, 4),
    loadWord(octets, 8),
    loadWord(octets, 12),
  );
}

/**
 * Expands K and takes OPc in, once for many computations.
 *
 * @param k 16 octets; not kept
 * @param opc 16 octets; not kept. From OP it comes by {@link deriveOpc}
 * @param constants the operator's r and c
 * @throws {RangeError} an argument has another length, or a rotation is outside 0 to 127
 * @see 3GPP TS 35.206 §4.1
 * @example
 * ```ts
 * import { expandMilenageKey } from 'vuicc';
 *
 * const key = expandMilenageKey(new Uint8Array(16), new Uint8Array(16));
 * if (key.r.length !== 5) throw new Error('r1 to r5');
 * ```
 */
export function expandMilenageKey(
  k: Uint8Array,
  opc: Uint8Array,
  constants: MilenageConstants = MILENAGE_CONSTANTS,
): MilenageKey {
  expectLength(k, 16, 'k');
  expectLength(opc, 16, 'opc');
  const c = new Int32Array(20);
  for (let n = 0; n < 5; n++) {
    const octets = constants.c[n]!;
    expectLength(octets, 16, `c${n + 1}`);
    c.set(words(octets), n * 4);
    const bits = constants.r[n]!;
    if (!Number.isInteger(bits) || bits < 0 || bits > 127) {
      throw new RangeError(`r${n + 1}: expected 0 to 127 bits, got ${bits}`);
    }
  }
  return new ExpandedKey(expandAesKey(k), words(opc), c, [...constants.r]);
}

/**
 * Derives OPc from OP.
 *
 * @param k 16 octets
 * @param op 16 octets
 * @returns 16 octets
 * @throws {RangeError} an argument has another length
 * @see 3GPP TS 35.206 §4.1
 * @example
 * ```ts
 * import { deriveOpc, fromHex, toHex } from 'vuicc';
 *
 * // TS 35.208 test set 1
 * const k = fromHex('465b5ce8b199b49faa5f0a2ee238a6bc');
 * const opc = deriveOpc(k, fromHex('cdc202d5123e20f62b6d676ac72cb318'));
 * if (toHex(opc) !== 'cd63cb71954a9f4e48a5994e37a02baf') throw new Error('OPc');
 * ```
 */
export function deriveOpc(k: Uint8Array, op: Uint8Array): Uint8Array {
  expectLength(k, 16, 'k');
  expectLength(op, 16, 'op');
  const w = words(op);
  const e = encryptAesBlock(expandAesKey(k).encryption, w[0]!, w[1]!, w[2]!, w[3]!);
  return whole(e, w);
}

function swapOctets(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** Rotates 128 bits towards the most significant bit. The standard rotations only move words. */
function rotate(block: AesBlock, bits: number): AesBlock {
  const { s0, s1, s2, s3 } = block;
  if (bits === 0) return block;
  if (bits === 32) return { s0: s1, s1: s2, s2: s3, s3: s0 };
  if (bits === 64) return { s0: s2, s1: s3, s2: s0, s3: s1 };
  if (bits === 96) return { s0: s3, s1: s0, s2: s1, s3: s2 };
  return rotateBits(block, bits);
}

/** The same for any bits but whole words. Words are little-endian, and bits are not. */
function rotateBits({ s0, s1, s2, s3 }: AesBlock, bits: number): AesBlock {
  const from = [s0, s1, s2, s3].map(swapOctets);
  const left = bits & 31;
  const turned = from.map((_, n) => {
    const high = from[(n + (bits >> 5)) & 3]!;
    const low = from[(n + (bits >> 5) + 1) & 3]!;
    return swapOctets((high << left) | (low >>> (32 - left)));
  });
  return { s0: turned[0]!, s1: turned[1]!, s2: turned[2]!, s3: turned[3]! };
}

/** TEMP = E(RAND ^ OPc). */
function temp(key: MilenageKey, rand: Uint8Array): AesBlock {
  const { aes, opc } = key;
  return encryptAesBlock(
    aes.encryption,
    loadWord(rand, 0) ^ opc[0]!,
    loadWord(rand, 4) ^ opc[1]!,
    loadWord(rand, 8) ^ opc[2]!,
    loadWord(rand, 12) ^ opc[3]!,
  );
}

function withOpc(key: MilenageKey, block: AesBlock): AesBlock {
  const { opc } = key;
  return {
    s0: block.s0 ^ opc[0]!,
    s1: block.s1 ^ opc[1]!,
    s2: block.s2 ^ opc[2]!,
    s3: block.s3 ^ opc[3]!,
  };
}

/** OUTn ^ OPc for n = 2 to 5, from TEMP ^ OPc. */
function outN(key: MilenageKey, tempOpc: AesBlock, n: number): AesBlock {
  const { aes, c } = key;
  const turned = rotate(tempOpc, key.r[n - 1]!);
  const at = (n - 1) * 4;
  return encryptAesBlock(
    aes.encryption,
    turned.s0 ^ c[at]!,
    turned.s1 ^ c[at + 1]!,
    turned.s2 ^ c[at + 2]!,
    turned.s3 ^ c[at + 3]!,
  );
}

/** OUT1 ^ OPc, from TEMP. */
function out1(key: MilenageKey, t: AesBlock, sqn: Uint8Array, amf: Uint8Array): AesBlock {
  expectLength(sqn, 6, 'sqn');
  expectLength(amf, 2, 'amf');
  const { aes, c } = key;
  const high = loadWord(sqn, 0);
  const low = sqn[4]! | (sqn[5]! << 8) | (amf[0]! << 16) | (amf[1]! << 24);
  const turned = rotate(withOpc(key, { s0: high, s1: low, s2: high, s3: low }), key.r[0]!);
  return encryptAesBlock(
    aes.encryption,
    t.s0 ^ turned.s0 ^ c[0]!,
    t.s1 ^ turned.s1 ^ c[1]!,
    t.s2 ^ turned.s2 ^ c[2]!,
    t.s3 ^ turned.s3 ^ c[3]!,
  );
}

function eightOctets(first: number, second: number): Uint8Array {
  const octets = new Uint8Array(8);
  storeWord(octets, 0, first);
  storeWord(octets, 4, second);
  return octets;
}

function sixOctets(first: number, second: number): Uint8Array {
  const octets = new Uint8Array(6);
  storeWord(octets, 0, first);
  octets[4] = second;
  octets[5] = second >>> 8;
  return octets;
}

/** Writes block ^ OPc. */
function whole(block: AesBlock, opc: Int32Array): Uint8Array {
  const octets = new Uint8Array(16);
  storeWord(octets, 0, block.s0 ^ opc[0]!);
  storeWord(octets, 4, block.s1 ^ opc[1]!);
  storeWord(octets, 8, block.s2 ^ opc[2]!);
  storeWord(octets, 12, block.s3 ^ opc[3]!);
  return octets;
}

/**
 * What a USIM needs of one RAND before it knows SQN: f2 to f5, and the way to f1.
 *
 * A class, because the closures that it replaces took a tenth of the time.
 */
class Challenge implements AuthenticationChallenge {
  readonly res: Uint8Array;
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
  readonly ak: Uint8Array;
  readonly #key: MilenageKey;
  readonly #temp: AesBlock;
  readonly #tempOpc: AesBlock;

  constructor(key: MilenageKey, rand: Uint8Array) {
    const { opc } = key;
    this.#key = key;
    this.#temp = temp(key, rand);
    this.#tempOpc = withOpc(key, this.#temp);
    const out2 = outN(key, this.#tempOpc, 2);
    this.res = eightOctets(out2.s2 ^ opc[2]!, out2.s3 ^ opc[3]!);
    this.ck = whole(outN(key, this.#tempOpc, 3), opc);
    this.ik = whole(outN(key, this.#tempOpc, 4), opc);
    this.ak = sixOctets(out2.s0 ^ opc[0]!, out2.s1 ^ opc[1]!);
  }

  macA(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    const { opc } = this.#key;
    const { s0, s1 } = out1(this.#key, this.#temp, sqn, amf);
    return eightOctets(s0 ^ opc[0]!, s1 ^ opc[1]!);
  }

  macS(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    const { opc } = this.#key;
    const { s2, s3 } = out1(this.#key, this.#temp, sqn, amf);
    return eightOctets(s2 ^ opc[2]!, s3 ^ opc[3]!);
  }

  akStar(): Uint8Array {
    const { opc } = this.#key;
    const { s0, s1 } = outN(this.#key, this.#tempOpc, 5);
    return sixOctets(s0 ^ opc[0]!, s1 ^ opc[1]!);
  }
}

/**
 * Computes f2 to f5 for one RAND; f1, f1* and f5* follow when they are asked for.
 *
 * @param rand 16 octets; not kept
 * @throws {RangeError} an argument has another length
 * @see 3GPP TS 35.206 §4.1
 */
export function milenageChallenge(key: MilenageKey, rand: Uint8Array): AuthenticationChallenge {
  expectLength(rand, 16, 'rand');
  return new Challenge(key, rand);
}

class ExpandedKey implements MilenageKey {
  readonly aes: AesKey;
  readonly opc: Int32Array;
  readonly c: Int32Array;
  readonly r: readonly number[];

  constructor(aes: AesKey, opc: Int32Array, c: Int32Array, r: readonly number[]) {
    this.aes = aes;
    this.opc = opc;
    this.c = c;
    this.r = r;
  }

  challenge(rand: Uint8Array): AuthenticationChallenge {
    return milenageChallenge(this, rand);
  }
}

/**
 * Computes f1 to f5* for one RAND.
 *
 * @param key what {@link expandMilenageKey} made of K and OPc (16 octets each), r and c
 * @param input RAND (16 octets), SQN (6) and AMF (2)
 * @returns the seven outputs; lengths in octets are on {@link MilenageOutput}
 * @throws {RangeError} an input has another length; the message names it and both lengths
 * @see 3GPP TS 35.206 §4.1
 * @example
 * ```ts
 * import { expandMilenageKey, fromHex, milenage, toHex } from 'vuicc';
 *
 * // TS 35.208 test set 1
 * const key = expandMilenageKey(
 *   fromHex('465b5ce8b199b49faa5f0a2ee238a6bc'),
 *   fromHex('cd63cb71954a9f4e48a5994e37a02baf'),
 * );
 * const rand = fromHex('23553cbe9637a89d218ae64dae47bf35');
 * const { res } = milenage(key, { rand, sqn: fromHex('ff9bb4d0b607'), amf: fromHex('b9b9') });
 * if (toHex(res) !== 'a54211d5e3ba50bf') throw new Error('RES');
 * ```
 */
export function milenage(
  key: MilenageKey,
  input: { readonly rand: Uint8Array; readonly sqn: Uint8Array; readonly amf: Uint8Array },
): MilenageOutput {
  return authenticationOutput(key, input);
}
