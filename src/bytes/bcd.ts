/**
 * Decimal digits as swapped semi-octets: of a pair, the first in b4 to b1, the second in b8 to b5.
 *
 *     "12345" -> '21 43 F5'
 *
 * @see ETSI TS 102 221 §13.2 (ICCID); 3GPP TS 31.102 §4.2.2 (IMSI); 3GPP TS 23.040 §9.1.2.3
 * @module
 */

import { DecodeError } from './errors.ts';

const FILLER = 0xf;

/**
 * Writes digits as swapped semi-octets, with the filler 'F' after an odd number of them.
 *
 * @param digits decimal digits; also `*`, `#`, `a`, `b`, `c` when `extended`
 * @throws {RangeError} a character is no digit
 */
export function encodeDigits(digits: string, extended = false): Uint8Array {
  const alphabet = extended ? '0123456789*#abc' : '0123456789';
  const octets = new Uint8Array((digits.length + 1) >> 1).fill(0xff);
  for (let n = 0; n < digits.length; n++) {
    const value = alphabet.indexOf(digits.charAt(n));
    if (value < 0) throw new RangeError(`digits: expected decimal digits, got "${digits}"`);
    const at = n >> 1;
    octets[at] = n % 2 === 0 ? 0xf0 | value : (value << 4) | (octets[at]! & 0x0f);
  }
  return octets;
}

/**
 * Reads swapped semi-octets up to the first filler; after it only fillers may follow.
 *
 * @param base where the octets start in the whole, for error messages
 * @throws {DecodeError} a semi-octet is neither digit nor filler, or a digit follows a filler
 */
export function decodeDigits(
  octets: Uint8Array,
  field: string,
  extended = false,
  base = 0,
): string {
  const alphabet = extended ? '0123456789*#abc' : '0123456789';
  let digits = '';
  let ended = false;
  for (let n = 0; n < octets.length * 2; n++) {
    const octet = octets[n >> 1]!;
    const value = n % 2 === 0 ? octet & 0x0f : octet >> 4;
    if (value === FILLER) {
      ended = true;
    } else if (ended) {
      throw new DecodeError(field, base + (n >> 1), 'a digit follows the filler');
    } else if (value >= alphabet.length) {
      throw new DecodeError(field, base + (n >> 1), 'expected decimal digits');
    } else {
      digits += alphabet.charAt(value);
    }
  }
  return digits;
}
