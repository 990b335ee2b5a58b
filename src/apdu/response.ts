/**
 * R-APDUs: response data, then SW1 SW2.
 *
 * @see ISO/IEC 7816-3 §12.1.2
 * @module
 */

import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';

/** A status word: SW1 in b16 to b9, SW2 in b8 to b1. Any value is legal; known ones have names. */
export type StatusWord = number;

/** A response, decoded. */
export interface ResponseApdu {
  /** 0 to 256 octets. */
  readonly data: Uint8Array;
  readonly sw: StatusWord;
}

/**
 * Reads an R-APDU.
 *
 * @param octets 2 octets or more; not kept
 * @throws {DecodeError} there are fewer than 2 octets
 * @see ISO/IEC 7816-3 §12.1.2
 * @example
 * ```ts
 * import { decodeResponseApdu, fromHex } from 'vuicc';
 *
 * if (decodeResponseApdu(fromHex('09 9000')).sw !== 0x9000) throw new Error('SW');
 * ```
 */
export function decodeResponseApdu(octets: Uint8Array): ResponseApdu {
  const reader = new ByteReader(octets, 'R-APDU');
  const data = reader.take(Math.max(0, reader.remaining - 2), 'data');
  return { data, sw: reader.uint(2, 'SW') };
}

/**
 * Writes an R-APDU.
 *
 * @returns the data and two octets
 * @throws {RangeError} SW has more than 16 bits
 * @see ISO/IEC 7816-3 §12.1.2
 * @example
 * ```ts
 * import { encodeResponseApdu, toHex } from 'vuicc';
 *
 * const response = { data: new Uint8Array(0), sw: 0x6a82 };
 * if (toHex(encodeResponseApdu(response)) !== '6a82') throw new Error('SW alone');
 * ```
 */
export function encodeResponseApdu(response: ResponseApdu): Uint8Array {
  const { data, sw } = response;
  if (!Number.isInteger(sw) || sw < 0 || sw > 0xffff) {
    throw new RangeError(`sw: expected 0 to 65535, got ${sw}`);
  }
  return concat(data, Uint8Array.of(sw >> 8, sw & 0xff));
}
