/**
 * DES and 3DES: a key that its owner expands once and keeps, and whole blocks by it.
 *
 *     IP -> 16 rounds by K1 -> 16 by K2, backwards -> 16 by K3 -> FP         3DES, E-D-E
 *
 * Between two passes FP and IP would cancel each other, so neither is done. Both halves of a block
 * are words rotated left by one: so the six bits of every second S-box are low in an octet.
 *
 * @see FIPS 46-3; ETSI TS 102 225 §5.1.2, §5.1.3; docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { makeSpTable, PC1, PC2, ROTATIONS } from './des-tables.ts';

/** Length of a block in octets. */
export const DES_BLOCK = 8;

/** A DES or 3DES key, expanded for both directions. Treat as secret. */
export interface DesKey {
  /** Length of the key in octets: 8 is DES, 16 is 3DES with K3 = K1, 24 is 3DES. */
  readonly keyOctets: 8 | 16 | 24;
  /** Round keys for ciphering, two words a round: for S1, S3, S5, S7 and for S2, S4, S6, S8. */
  readonly encryption: Uint32Array;
  /** The same rounds, last one first. */
  readonly decryption: Uint32Array;
}

const ROUNDS = 16;

/** Words of the round keys of one pass. */
const PASS = 2 * ROUNDS;

// Constants of this file and not imported ones: so V8 knows where they are and how long, and need
// not check an index, which took a third of the time.
const SP1: Int32Array = makeSpTable(1);
const SP2: Int32Array = makeSpTable(2);
const SP3: Int32Array = makeSpTable(3);
const SP4: Int32Array = makeSpTable(4);
const SP5: Int32Array = makeSpTable(5);
const SP6: Int32Array = makeSpTable(6);
const SP7: Int32Array = makeSpTable(7);
const SP8: Int32Array = makeSpTable(8);

/** A bit of the key; bits are counted from 1, most significant first. */
function bitOf(key: Uint8Array, bit: number): number {
  return (key[(bit - 1) >> 3]! >> (-bit & 7)) & 1;
}

function rotate28(half: number, bits: number): number {
  return ((half << bits) | (half >>> (28 - bits))) & 0x0fffffff;
}

/** The round keys of DES: six bits for each S-box, in an octet of one of two words. */
function expandSingle(key: Uint8Array): Uint32Array {
  const roundKeys = new Uint32Array(PASS);
  let c = 0;
  let d = 0;
  for (let n = 0; n < 28; n++) {
    c = (c << 1) | bitOf(key, PC1[n]!);
    d = (d << 1) | bitOf(key, PC1[28 + n]!);
  }
  for (let round = 0; round < ROUNDS; round++) {
    c = rotate28(c, ROTATIONS[round]!);
    d = rotate28(d, ROTATIONS[round]!);
    for (let box = 0; box < 8; box++) {
      const half = box < 4 ? c : d;
      const last = box < 4 ? 28 : 56;
      let six = 0;
      for (let n = 6 * box; n < 6 * box + 6; n++) {
        six = (six << 1) | ((half >>> (last - PC2[n]!)) & 1);
      }
      roundKeys[2 * round + (box & 1)]! |= six << (24 - 8 * (box >> 1));
    }
  }
  return roundKeys;
}

/** The same rounds, last one first. */
function reversed(roundKeys: Uint32Array): Uint32Array {
  const out = new Uint32Array(roundKeys.length);
  for (let n = 0; n < out.length; n += 2) {
    out[out.length - 2 - n] = roundKeys[n]!;
    out[out.length - 1 - n] = roundKeys[n + 1]!;
  }
  return out;
}

/**
 * Expands a key.
 *
 * Parity bits are ignored, as cards ignore them.
 *
 * @param key 8 octets (DES), 16 (3DES with K3 = K1) or 24 (3DES); not kept
 * @throws {RangeError} the key has another length
 * @see FIPS 46-3, Appendix 1 (key schedule); ETSI TS 102 225 §5.1.2
 */
export function expandDesKey(key: Uint8Array): DesKey {
  const keyOctets = key.length;
  if (keyOctets !== 8 && keyOctets !== 16 && keyOctets !== 24) {
    throw new RangeError(`key: expected 8, 16 or 24 octets, got ${keyOctets}`);
  }
  const first = expandSingle(key.subarray(0, 8));
  if (keyOctets === 8) {
    return { keyOctets, encryption: first, decryption: reversed(first) };
  }
  const encryption = new Uint32Array(3 * first.length);
  encryption.set(first);
  encryption.set(reversed(expandSingle(key.subarray(8, 16))), first.length);
  encryption.set(keyOctets === 16 ? first : expandSingle(key.subarray(16)), 2 * first.length);
  return { keyOctets, encryption, decryption: reversed(encryption) };
}

/**
 * What a round XORs to one half: S and P of the other half and the round key.
 *
 * The expansion E is in the rotations: the octets of `t` hold the six bits of S2, S4, S6 and S8,
 * and those of `u` the six of S1, S3, S5 and S7.
 */
function f(half: number, odd: number, even: number): number {
  const u = ((half >>> 4) | (half << 28)) ^ odd;
  const t = half ^ even;
  const fromOdd =
    SP1[(u >>> 24) & 63]! ^ SP3[(u >>> 16) & 63]! ^ (SP5[(u >>> 8) & 63]! ^ SP7[u & 63]!);
  const fromEven =
    SP2[(t >>> 24) & 63]! ^ SP4[(t >>> 16) & 63]! ^ (SP6[(t >>> 8) & 63]! ^ SP8[t & 63]!);
  return fromOdd ^ fromEven;
}

/** Ciphers or deciphers the two words of `block` in place, as the order of the round keys is. */
function cryptBlock(roundKeys: Uint32Array, block: Int32Array): void {
  let l = block[0]!;
  let r = block[1]!;
  // IP: rows and columns of the eight octets are swapped, a half, a quarter, an eighth at a time.
  let t = ((l >>> 4) ^ r) & 0x0f0f0f0f;
  r ^= t;
  l ^= t << 4;
  t = ((l >>> 16) ^ r) & 0x0000ffff;
  r ^= t;
  l ^= t << 16;
  t = ((r >>> 2) ^ l) & 0x33333333;
  l ^= t;
  r ^= t << 2;
  t = ((r >>> 8) ^ l) & 0x00ff00ff;
  l ^= t;
  r ^= t << 8;
  r = (r << 1) | (r >>> 31);
  t = (l ^ r) & 0xaaaaaaaa;
  l ^= t;
  r ^= t;
  l = (l << 1) | (l >>> 31);

  const words = roundKeys.length;
  for (let pass = 0; pass < words; pass += PASS) {
    for (let n = pass; n < pass + PASS; n += 4) {
      l ^= f(r, roundKeys[n]!, roundKeys[n + 1]!);
      r ^= f(l, roundKeys[n + 2]!, roundKeys[n + 3]!);
    }
    t = l;
    l = r;
    r = t;
  }

  // FP: the same, last step first.
  l = (l << 31) | (l >>> 1);
  t = (l ^ r) & 0xaaaaaaaa;
  l ^= t;
  r ^= t;
  r = (r << 31) | (r >>> 1);
  t = ((r >>> 8) ^ l) & 0x00ff00ff;
  l ^= t;
  r ^= t << 8;
  t = ((r >>> 2) ^ l) & 0x33333333;
  l ^= t;
  r ^= t << 2;
  t = ((l >>> 16) ^ r) & 0x0000ffff;
  r ^= t;
  l ^= t << 16;
  t = ((l >>> 4) ^ r) & 0x0f0f0f0f;
  r ^= t;
  l ^= t << 4;
  block[0] = l;
  block[1] = r;
}

function expectBlocks(octets: Uint8Array): void {
  if (octets.length % DES_BLOCK !== 0) {
    throw new RangeError(`octets: expected whole blocks of ${DES_BLOCK}, got ${octets.length}`);
  }
}

/** Reads four octets as a big-endian word. */
function loadWord(octets: Uint8Array, at: number): number {
  return (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
}

function storeWord(octets: Uint8Array, at: number, word: number): void {
  octets[at] = word >>> 24;
  octets[at + 1] = word >>> 16;
  octets[at + 2] = word >>> 8;
  octets[at + 3] = word;
}

/**
 * Ciphers whole blocks in CBC; the initial vector is zero.
 *
 * @param octets a multiple of 8 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see ETSI TS 102 225 §5.1.2
 */
export function encryptDesCbc(key: DesKey, octets: Uint8Array): Uint8Array {
  expectBlocks(octets);
  const out = new Uint8Array(octets.length);
  const block = new Int32Array(2);
  for (let at = 0; at < octets.length; at += DES_BLOCK) {
    block[0]! ^= loadWord(octets, at);
    block[1]! ^= loadWord(octets, at + 4);
    cryptBlock(key.encryption, block);
    storeWord(out, at, block[0]!);
    storeWord(out, at + 4, block[1]!);
  }
  return out;
}

/**
 * Deciphers whole blocks in CBC; the initial vector is zero.
 *
 * @param octets a multiple of 8 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see ETSI TS 102 225 §5.1.2
 */
export function decryptDesCbc(key: DesKey, octets: Uint8Array): Uint8Array {
  expectBlocks(octets);
  const out = new Uint8Array(octets.length);
  const block = new Int32Array(2);
  let previous0 = 0;
  let previous1 = 0;
  for (let at = 0; at < octets.length; at += DES_BLOCK) {
    const w0 = loadWord(octets, at);
    const w1 = loadWord(octets, at + 4);
    block[0] = w0;
    block[1] = w1;
    cryptBlock(key.decryption, block);
    storeWord(out, at, block[0]! ^ previous0);
    storeWord(out, at + 4, block[1]! ^ previous1);
    previous0 = w0;
    previous1 = w1;
  }
  return out;
}

function cryptEcb(roundKeys: Uint32Array, octets: Uint8Array): Uint8Array {
  expectBlocks(octets);
  const out = new Uint8Array(octets.length);
  const block = new Int32Array(2);
  for (let at = 0; at < octets.length; at += DES_BLOCK) {
    block[0] = loadWord(octets, at);
    block[1] = loadWord(octets, at + 4);
    cryptBlock(roundKeys, block);
    storeWord(out, at, block[0]!);
    storeWord(out, at + 4, block[1]!);
  }
  return out;
}

/**
 * Ciphers whole blocks, each by itself.
 *
 * @param octets a multiple of 8 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see ETSI TS 102 225 §5.1.2
 */
export function encryptDesEcb(key: DesKey, octets: Uint8Array): Uint8Array {
  return cryptEcb(key.encryption, octets);
}

/**
 * Deciphers whole blocks, each by itself.
 *
 * @param octets a multiple of 8 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see ETSI TS 102 225 §5.1.2
 */
export function decryptDesEcb(key: DesKey, octets: Uint8Array): Uint8Array {
  return cryptEcb(key.decryption, octets);
}

/**
 * Computes a CBC-MAC: the last block of the octets in CBC, with zeros behind them for the
 * computation.
 *
 * With 3DES every block is E-D-E. No octets at all are one block of zeros.
 *
 * @param octets any number of octets; not changed
 * @returns 8 octets
 * @see ETSI TS 102 225 §5.1.3
 */
export function desCbcMac(key: DesKey, octets: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(octets.length / DES_BLOCK));
  const padded = new Uint8Array(blocks * DES_BLOCK);
  padded.set(octets);
  return encryptDesCbc(key, padded).slice(-DES_BLOCK);
}
