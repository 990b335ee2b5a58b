/**
 * The conversion functions between the security contexts of 3G and GSM that a USIM applies.
 *
 * @see 3GPP TS 33.102 §6.8.1.2
 * @module
 */

import { expectLength } from '../bytes/octets.ts';

/**
 * c2: SRES from RES.
 *
 * @param res 4 to 16 octets; padded with zeros to 16, then the four quarters are combined by XOR
 * @returns 4 octets
 * @throws {RangeError} RES has another length
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function c2(res: Uint8Array): Uint8Array {
  if (res.length < 4 || res.length > 16) {
    throw new RangeError(`res: expected 4 to 16 octets, got ${res.length}`);
  }
  const sres = new Uint8Array(4);
  for (let at = 0; at < res.length; at++) sres[at % 4]! ^= res[at]!;
  return sres;
}

/**
 * c3: Kc from CK and IK.
 *
 * @param ck 16 octets
 * @param ik 16 octets
 * @returns 8 octets
 * @throws {RangeError} a key has another length
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function c3(ck: Uint8Array, ik: Uint8Array): Uint8Array {
  expectLength(ck, 16, 'ck');
  expectLength(ik, 16, 'ik');
  const kc = new Uint8Array(8);
  for (let n = 0; n < 8; n++) kc[n] = ck[n]! ^ ck[n + 8]! ^ ik[n]! ^ ik[n + 8]!;
  return kc;
}
