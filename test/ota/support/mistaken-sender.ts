/**
 * A sender that seals by hand, each step of which can be done wrong; and a receiver for it, drawn
 * from a seed.
 *
 * Knows the primitives alone: what the search for mistakes computes is not asked.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { concat } from '../../../src/bytes/octets.ts';
import { expandAesKey } from '../../../src/crypto/aes.ts';
import { encryptAesCbc } from '../../../src/crypto/cbc.ts';
import { aesCmac } from '../../../src/crypto/cmac.ts';
import { crc16, crc32 } from '../../../src/crypto/crc.ts';
import { desCbcMac, encryptDesCbc, encryptDesEcb, expandDesKey } from '../../../src/crypto/des.ts';
import type { OtaAlgorithm } from '../../../src/ota/key-set.ts';
import type { CandidateKeySet, ReceiverFacts } from '../../../src/ota/mistakes/mistake.ts';

/** Numbers that a seed repeats. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0;
  }

  /** A whole number from 0 to below a limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** So many octets. */
  octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** One of some values. */
  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

/** Ciphers whole blocks of so many octets. */
export interface SendersCipher {
  readonly block: number;
  encrypt(octets: Uint8Array): Uint8Array;
}

/** Computes a checksum. */
export type SendersChecksum = (octets: Uint8Array) => Uint8Array;

/** The fields of a packet before they are joined. */
export interface Parts {
  /** CPL to TAR. */
  readonly head: Uint8Array;
  /** CNTR and PCNTR. */
  readonly counters: Uint8Array;
  readonly data: Uint8Array;
  readonly padding: Uint8Array;
}

/** What a packet is made of, and how. */
export interface Recipe {
  spi1: number;
  spi2: number;
  kic: number;
  kid: number;
  tar: Uint8Array;
  /** 5 octets. */
  cntr: Uint8Array;
  data: Uint8Array;
  cipher: SendersCipher | undefined;
  /** Nobody computes one where this is `undefined`. */
  checksum: SendersChecksum | undefined;
  /** Octets of the checksum. */
  length: number;
  /** The octets that a checksum covers. */
  covered: (parts: Parts) => Uint8Array;
  /** Joins what stands behind TAR, before it is ciphered. */
  join: (parts: Parts, checksum: Uint8Array) => Uint8Array;
  /** How many of those octets are not ciphered. */
  cipheredFrom: number;
  /** Padding for so many octets, and what PCNTR says of it. */
  pad: (octets: number) => { padding: Uint8Array; pcntr: number };
  /** CPL and CHL, from the right ones. */
  cpl: (right: number) => number;
  chl: (right: number) => number;
}

const CHL_MIN = 13;

/** Writes a number of 5 octets. */
export function cntrOctets(cntr: number): Uint8Array {
  return Uint8Array.from({ length: 5 }, (_, at) => Math.floor(cntr / 256 ** (4 - at)) % 256);
}

/** Zeros up to the end of a block. */
export function zerosTo(block: number, octets: number): Uint8Array {
  return new Uint8Array((block - (octets % block)) % block);
}

/** The octets that the standard has under a checksum. */
export function coveredAsItMustBe({ head, counters, data, padding }: Parts): Uint8Array {
  return concat(head, counters, data, padding);
}

/** The header of a packet, from what follows it. */
export function headOf(recipe: Recipe, behindTar: number): Uint8Array {
  const { spi1, spi2, kic, kid, tar } = recipe;
  const cpl = recipe.cpl(8 + behindTar);
  const chl = recipe.chl(CHL_MIN + recipe.length);
  return Uint8Array.of(cpl >> 8, cpl, chl, spi1, spi2, kic, kid, ...tar);
}

/** Seals a packet as a recipe has it. */
export function seal(recipe: Recipe): Uint8Array {
  const { length, data, cipher, cipheredFrom: from } = recipe;
  const { padding, pcntr } = recipe.pad(6 + length + data.length - from);
  const counters = concat(recipe.cntr, Uint8Array.of(pcntr));
  const head = headOf(recipe, 6 + length + data.length + padding.length);
  const parts = { head, counters, data, padding };
  const checksum = recipe.checksum?.(recipe.covered(parts)).slice(0, length) ?? new Uint8Array(0);
  const body = recipe.join(parts, checksum);
  if (cipher === undefined) return concat(head, body);
  return concat(head, body.slice(0, from), cipher.encrypt(body.slice(from)));
}

/** The cipher of a key in CBC, or each block by itself. */
export function cipherBy(type: OtaAlgorithm, key: Uint8Array, isEcb = false): SendersCipher {
  if (type !== 'AES') {
    const des = expandDesKey(key);
    const encrypt = (octets: Uint8Array) =>
      isEcb ? encryptDesEcb(des, octets) : encryptDesCbc(des, octets);
    return { block: 8, encrypt };
  }
  const aes = expandAesKey(key);
  const eachBlock = (octets: Uint8Array) =>
    concat(
      ...Array.from({ length: octets.length / 16 }, (_, n) =>
        encryptAesCbc(aes, octets.slice(16 * n, 16 * n + 16)),
      ),
    );
  return { block: 16, encrypt: isEcb ? eachBlock : (octets) => encryptAesCbc(aes, octets) };
}

/** The MAC of a key. */
export function macBy(type: OtaAlgorithm, key: Uint8Array): SendersChecksum {
  if (type === 'AES') {
    const aes = expandAesKey(key);
    return (octets) => aesCmac(aes, octets);
  }
  const des = expandDesKey(key);
  return (octets) => desCbcMac(des, octets);
}

/** The octet that names a key by its version and algorithm. */
export function indicator(kvn: number, type: OtaAlgorithm, octets: number): number {
  const nibble = type === 'AES' ? 2 : type === 'DES' ? 1 : octets === 16 ? 5 : 9;
  return kvn * 16 + nibble;
}

/** What a test asks of a scene; all else is drawn. */
export interface Wish {
  /** One of these. */
  readonly spi1?: readonly number[];
  readonly spi2?: readonly number[];
  readonly type?: OtaAlgorithm;
  readonly keyOctets?: number;
  /** Of the other key sets. */
  readonly otherType?: OtaAlgorithm;
  readonly macLength?: 4 | 8;
  /** Data whose padding is not empty. */
  readonly isPadded?: boolean;
  /** The low nibble of KID, for an RC. */
  readonly rcNibble?: number;
}

/** A receiver, and the recipe of a packet that it takes. */
export interface Scene {
  readonly draw: Draw;
  receiver: ReceiverFacts;
  /** The key set that the packet names. */
  readonly set: CandidateKeySet;
  /** One that it does not name. */
  readonly other: CandidateKeySet;
  readonly recipe: Recipe;
}

const KEY_OCTETS: Readonly<Record<OtaAlgorithm, readonly number[]>> = {
  AES: [16, 24, 32],
  '3DES': [16, 24],
  DES: [8],
};
const WITH_CC = [0x02, 0x06, 0x0a, 0x0e, 0x12, 0x16, 0x1e];
const WITH_RC = 1;
const WITH_CC_BITS = 2;

function drawKeySet(draw: Draw, kvn: number, wish: Wish): CandidateKeySet {
  const type = wish.type ?? draw.of<OtaAlgorithm>(['AES', '3DES', 'DES']);
  const octets = wish.keyOctets ?? draw.of(KEY_OCTETS[type]);
  const key = () => ({ type, key: draw.octets(octets) });
  const macLength = wish.macLength ?? 8;
  return { kvn, kic: key(), kid: key(), macLength, cntr: draw.below(1 << 20) };
}

function drawKvns(draw: Draw): number[] {
  const left = Array.from({ length: 15 }, (_, n) => n + 1);
  return [0, 1, 2].map(() => left.splice(draw.below(left.length), 1)[0]!);
}

/** A CNTR that the stored one lets in. */
function freshCntr(draw: Draw, spi1: number, stored: number): number {
  const mode = (spi1 >> 3) & 3;
  if (mode === 3) return stored + 1;
  return mode === 2 ? stored + 1 + draw.below(500) : draw.of([0, stored, stored + 3]);
}

/** Data whose padding is empty or not, as a test wishes. */
function drawData(draw: Draw, block: number, length: number, wish: Wish): Uint8Array {
  const octets = 1 + draw.below(60);
  const isAligned = (octets + length + 6) % block === 0;
  return draw.octets(isAligned && wish.isPadded ? octets + 1 : octets);
}

/** A TAR that is another one in reverse order. */
function drawTar(draw: Draw): Uint8Array {
  const [first, second] = draw.octets(2) as unknown as [number, number];
  return Uint8Array.of(first, second, (first + 1 + draw.below(255)) % 256);
}

function recipeOf(draw: Draw, set: CandidateKeySet, wish: Wish): Recipe {
  const spi1 = draw.of(wish.spi1 ?? WITH_CC);
  const kind = spi1 & 3;
  const { kic, kid, kvn } = set;
  const cipher = (spi1 & 4) === 0 ? undefined : cipherBy(kic.type, kic.key);
  const nibble = wish.rcNibble ?? 5;
  const rcLength = nibble === 1 ? 2 : 4;
  const ccLength = kid.type === 'AES' ? set.macLength : 8;
  const length = kind === WITH_RC ? rcLength : kind === WITH_CC_BITS ? ccLength : 0;
  const crc = rcLength === 2 ? crc16 : crc32;
  const withoutCc = [0x00, 0x01, 0x21];
  const spi2 = draw.of(wish.spi2 ?? (kind === WITH_RC ? withoutCc : [...withoutCc, 0x09, 0x39]));
  return {
    spi1,
    spi2,
    kic: indicator(kvn, kic.type, kic.key.length),
    kid: kind === WITH_RC ? kvn * 16 + nibble : indicator(kvn, kid.type, kid.key.length),
    tar: drawTar(draw),
    cntr: cntrOctets(freshCntr(draw, spi1, set.cntr)),
    data: drawData(draw, cipher?.block ?? 8, length, wish),
    cipher,
    checksum: kind === WITH_RC ? crc : kind === 0 ? undefined : macBy(kid.type, kid.key),
    length,
    covered: coveredAsItMustBe,
    join: ({ counters, data, padding }, checksum) => concat(counters, checksum, data, padding),
    cipheredFrom: 0,
    pad(octets) {
      const padding = this.cipher === undefined ? [] : zerosTo(this.cipher.block, octets);
      return { padding: Uint8Array.from(padding), pcntr: padding.length };
    },
    cpl: (right) => right,
    chl: (right) => right,
  };
}

/** Draws a receiver with three key sets and three TARs, and a packet that it takes. */
export function drawScene(seed: number, wish: Wish = {}): Scene {
  const draw = new Draw(seed);
  const [kvn, otherKvn, thirdKvn] = drawKvns(draw) as [number, number, number];
  const set = drawKeySet(draw, kvn, wish);
  const others: Wish = { type: wish.otherType ?? set.kic.type };
  const other = drawKeySet(draw, otherKvn, others);
  const third = drawKeySet(draw, thirdKvn, {});
  const recipe = recipeOf(draw, set, wish);
  const applets = [
    { tar: draw.octets(3), minimumSecurity: 0 },
    { tar: recipe.tar, minimumSecurity: draw.of([0, recipe.spi1]) },
    { tar: draw.octets(3), minimumSecurity: 0x16 },
  ];
  const keySets = [other, set, third];
  return { draw, receiver: { keySets, applets, aesWithoutCounter: true }, set, other, recipe };
}
