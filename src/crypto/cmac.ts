/**
 * AES-CMAC over the AES block function.
 *
 *     block, block, …, last block    XOR K1 when it is whole; 80 00 … and XOR K2 when it is not
 *
 * K1 is a block ciphered and doubled, and K2 is K1 doubled. Blocks are four little-endian words.
 *
 * @see NIST SP 800-38B §6.2; test vectors of RFC 4493 in test/crypto/cmac.test.ts
 * @module
 */

import {
  AES_BLOCK,
  type AesBlock,
  type AesKey,
  encryptAesBlock,
  loadWord,
  storeWord,
} from './aes.ts';

/** The reduction constant for blocks of 128 bits. */
const R128 = 0x87;

/**
 * Shifts the octets of a word left by one bit, as one string with those of the word behind it.
 *
 * The first octet is the low one, so each takes in the high bit of the octet above it.
 */
function shifted(word: number, behind: number): number {
  return ((word & 0x7f7f7f7f) << 1) | ((word >>> 15) & 0x00010101) | ((behind & 0x80) << 17);
}

/** Doubles in the field: shifts left by one bit, and reduces without a branch on a secret bit. */
function double({ s0, s1, s2, s3 }: AesBlock): AesBlock {
  const carry = (s0 >>> 7) & 1;
  return {
    s0: shifted(s0, s1),
    s1: shifted(s1, s2),
    s2: shifted(s2, s3),
    s3: shifted(s3, 0) ^ ((R128 & -carry) << 24),
  };
}

/** K1 of each key that computed a CMAC; it costs a block, and lives as long as its key. Secret. */
const KEPT_K1 = new WeakMap<AesKey, AesBlock>();

function k1Of(key: AesKey): AesBlock {
  const kept = KEPT_K1.get(key);
  if (kept !== undefined) return kept;
  const k1 = double(encryptAesBlock(key.encryption, 0, 0, 0, 0));
  KEPT_K1.set(key, k1);
  return k1;
}

/** Adds 16 octets to the block, and ciphers it. */
function chain(key: AesKey, block: AesBlock, octets: Uint8Array, at: number): AesBlock {
  return encryptAesBlock(
    key.encryption,
    block.s0 ^ loadWord(octets, at),
    block.s1 ^ loadWord(octets, at + 4),
    block.s2 ^ loadWord(octets, at + 8),
    block.s3 ^ loadWord(octets, at + 12),
  );
}

/**
 * Computes a CMAC.
 *
 * @param octets any number of octets; not changed
 * @returns 16 octets; a protocol that wants fewer takes the first
 * @see NIST SP 800-38B §6.2
 */
export function aesCmac(key: AesKey, octets: Uint8Array): Uint8Array {
  const lastAt = Math.max(0, Math.ceil(octets.length / AES_BLOCK) - 1) * AES_BLOCK;
  const lastLength = octets.length - lastAt;
  // First the last block, then the MAC.
  const out = new Uint8Array(AES_BLOCK);
  for (let at = 0; at < lastLength; at++) out[at] = octets[lastAt + at]!;
  if (lastLength < AES_BLOCK) out[lastLength] = 0x80;

  let block: AesBlock = { s0: 0, s1: 0, s2: 0, s3: 0 };
  for (let at = 0; at < lastAt; at += AES_BLOCK) block = chain(key, block, octets, at);

  const k1 = k1Of(key);
  const subkey = lastLength === AES_BLOCK ? k1 : double(k1);
  block = {
    s0: block.s0 ^ subkey.s0,
    s1: block.s1 ^ subkey.s1,
    s2: block.s2 ^ subkey.s2,
    s3: block.s3 ^ subkey.s3,
  };
  block = chain(key, block, out, 0);

  storeWord(out, 0, block.s0);
  storeWord(out, 4, block.s1);
  storeWord(out, 8, block.s2);
  storeWord(out, 12, block.s3);
  return out;
}
