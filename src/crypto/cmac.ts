/**
 * AES-CMAC over the AES block function.
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

/** Doubles in the field: shifts left by one bit, and reduces. */
function double(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(AES_BLOCK);
  let carry = 0;
  for (let at = AES_BLOCK - 1; at >= 0; at--) {
    out[at] = (block[at]! << 1) | carry;
    carry = block[at]! >> 7;
  }
  // Without a branch on a bit of the secret subkey.
  out[AES_BLOCK - 1]! ^= R128 & -carry;
  return out;
}

/**
 * Computes a CMAC.
 *
 * @param octets any number of octets; not changed
 * @returns 16 octets; a protocol that wants fewer takes the first
 * @see NIST SP 800-38B §6.2
 */
export function aesCmac(key: AesKey, octets: Uint8Array): Uint8Array {
  const zero = encryptAesBlock(key.encryption, 0, 0, 0, 0);
  const subkey = new Uint8Array(AES_BLOCK);
  storeWord(subkey, 0, zero.s0);
  storeWord(subkey, 4, zero.s1);
  storeWord(subkey, 8, zero.s2);
  storeWord(subkey, 12, zero.s3);

  const blocks = Math.max(1, Math.ceil(octets.length / AES_BLOCK));
  const lastAt = (blocks - 1) * AES_BLOCK;
  const isWhole = octets.length === blocks * AES_BLOCK;
  const k1 = double(subkey);
  const last = isWhole ? k1 : double(k1);
  for (let at = lastAt; at < octets.length; at++) last[at - lastAt]! ^= octets[at]!;
  if (!isWhole) last[octets.length - lastAt]! ^= 0x80;

  let block: AesBlock = { s0: 0, s1: 0, s2: 0, s3: 0 };
  for (let at = 0; at <= lastAt; at += AES_BLOCK) {
    const from = at === lastAt ? last : octets;
    const offset = at === lastAt ? 0 : at;
    block = encryptAesBlock(
      key.encryption,
      block.s0 ^ loadWord(from, offset),
      block.s1 ^ loadWord(from, offset + 4),
      block.s2 ^ loadWord(from, offset + 8),
      block.s3 ^ loadWord(from, offset + 12),
    );
  }
  const mac = new Uint8Array(AES_BLOCK);
  storeWord(mac, 0, block.s0);
  storeWord(mac, 4, block.s1);
  storeWord(mac, 8, block.s2);
  storeWord(mac, 12, block.s3);
  return mac;
}
