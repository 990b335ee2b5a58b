/**
 * Cipher block chaining over the AES block function, with an all-zero initial vector.
 *
 * @see NIST SP 800-38A §6.2; ETSI TS 102 225 §5.1.2 (the initial vector)
 * @module
 */

import { unsafe } from '@noble/ciphers/aes.js';
import {
  AES_BLOCK,
  type AesBlock,
  type AesKey,
  encryptAesBlock,
  loadWord,
  storeWord,
} from './aes.ts';

function expectBlocks(octets: Uint8Array): void {
  if (octets.length % AES_BLOCK !== 0) {
    throw new RangeError(`octets: expected whole blocks of ${AES_BLOCK}, got ${octets.length}`);
  }
}

/**
 * Ciphers whole blocks.
 *
 * @param octets a multiple of 16 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see NIST SP 800-38A §6.2
 */
export function encryptAesCbc(key: AesKey, octets: Uint8Array): Uint8Array {
  expectBlocks(octets);
  const out = new Uint8Array(octets.length);
  let block: AesBlock = { s0: 0, s1: 0, s2: 0, s3: 0 };
  for (let at = 0; at < octets.length; at += AES_BLOCK) {
    block = encryptAesBlock(
      key.encryption,
      block.s0 ^ loadWord(octets, at),
      block.s1 ^ loadWord(octets, at + 4),
      block.s2 ^ loadWord(octets, at + 8),
      block.s3 ^ loadWord(octets, at + 12),
    );
    storeWord(out, at, block.s0);
    storeWord(out, at + 4, block.s1);
    storeWord(out, at + 8, block.s2);
    storeWord(out, at + 12, block.s3);
  }
  return out;
}

/**
 * Deciphers whole blocks.
 *
 * @param octets a multiple of 16 octets; not changed
 * @returns as many octets
 * @throws {RangeError} the octets are not whole blocks
 * @see NIST SP 800-38A §6.2
 */
export function decryptAesCbc(key: AesKey, octets: Uint8Array): Uint8Array {
  expectBlocks(octets);
  const schedule = key.decryption();
  const out = new Uint8Array(octets.length);
  const previous = new Int32Array(4);
  for (let at = 0; at < octets.length; at += AES_BLOCK) {
    const w0 = loadWord(octets, at);
    const w1 = loadWord(octets, at + 4);
    const w2 = loadWord(octets, at + 8);
    const w3 = loadWord(octets, at + 12);
    const block = unsafe.decrypt(schedule, w0, w1, w2, w3);
    storeWord(out, at, block.s0 ^ previous[0]!);
    storeWord(out, at + 4, block.s1 ^ previous[1]!);
    storeWord(out, at + 8, block.s2 ^ previous[2]!);
    storeWord(out, at + 12, block.s3 ^ previous[3]!);
    previous[0] = w0;
    previous[1] = w1;
    previous[2] = w2;
    previous[3] = w3;
  }
  return out;
}
