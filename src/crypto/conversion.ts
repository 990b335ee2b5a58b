/**
 * The conversion functions between the security contexts of 3G and GSM that a USIM applies.
 *
 * They are defined for RES of up to 16 octets, and for CK and IK of 16. Of longer ones, which TUAK
 * may give, the first 16 octets count.
 *
 * @see 3GPP TS 33.102 §6.8.1.2
 * @module
 */

import type { AuthenticationKey, GsmAnswer } from './authentication-key.ts';

const OCTETS = 16;
const RES_MAX = 32;

/**
 * c2: SRES from RES.
 *
 * @param res 4 to 32 octets; cut or padded with zeros to 16, then the four quarters are combined by
 *   XOR
 * @returns 4 octets
 * @throws {RangeError} RES has another length
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function c2(res: Uint8Array): Uint8Array {
  if (res.length < 4 || res.length > RES_MAX) {
    throw new RangeError(`res: expected 4 to 32 octets, got ${res.length}`);
  }
  const sres = new Uint8Array(4);
  const octets = Math.min(res.length, OCTETS);
  for (let at = 0; at < octets; at++) sres[at % 4]! ^= res[at]!;
  return sres;
}

function expectKey(key: Uint8Array, name: string): void {
  if (key.length === OCTETS || key.length === 2 * OCTETS) return;
  throw new RangeError(`${name}: expected 16 or 32 octets, got ${key.length}`);
}

/**
 * c3: Kc from CK and IK.
 *
 * @param ck 16 or 32 octets
 * @param ik 16 or 32 octets
 * @returns 8 octets
 * @throws {RangeError} a key has another length
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function c3(ck: Uint8Array, ik: Uint8Array): Uint8Array {
  expectKey(ck, 'ck');
  expectKey(ik, 'ik');
  const kc = new Uint8Array(8);
  for (let n = 0; n < 8; n++) kc[n] = ck[n]! ^ ck[n + 8]! ^ ik[n]! ^ ik[n + 8]!;
  return kc;
}

/**
 * Answers a RAND of the second generation: by c2 and c3, unless the algorithm has its own way.
 *
 * @param rand 16 octets
 * @throws {RangeError} RAND has another length
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function gsmAnswer(key: AuthenticationKey, rand: Uint8Array): GsmAnswer {
  if (key.gsm !== undefined) return key.gsm(rand);
  const { res, ck, ik } = key.challenge(rand);
  return { sres: c2(res), kc: c3(ck, ik) };
}
