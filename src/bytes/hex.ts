/**
 * Octets as hexadecimal text and back.
 *
 * @see ETSI TS 102 221 §3 for the notation '6A82'
 * @module
 */

import { DecodeError } from './errors.ts';

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).padStart(2, '0'),
);

/**
 * Writes octets as lower-case hex.
 *
 * @param octets any number of octets; not kept
 * @returns two digits an octet, without separators
 * @see ETSI TS 102 221 §3
 * @example
 * ```ts
 * import { toHex } from 'vuicc';
 *
 * if (toHex(Uint8Array.of(0x6a, 0x82)) !== '6a82') throw new Error('not lower case');
 * ```
 */
export function toHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += DIGITS[octet];
  return text;
}

function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Reads hex text of either case; white space between digits is ignored.
 *
 * @param text digits, an even number of them
 * @param name what the text is, for the error message
 * @returns one octet for two digits
 * @throws {DecodeError} a character is no digit, or the number of digits is odd; `offset` counts
 *   characters
 * @see ETSI TS 102 221 §3
 * @example
 * ```ts
 * import { fromHex } from 'vuicc';
 *
 * if (fromHex('00A4 0004').length !== 4) throw new Error('four octets');
 * ```
 */
export function fromHex(text: string, name = 'hex'): Uint8Array {
  const octets = new Uint8Array(text.length >> 1);
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    const value = digitValue(code);
    if (value < 0) throw new DecodeError(name, at, 'expected a hex digit');
    const index = digits >> 1;
    octets[index] = digits % 2 === 0 ? value << 4 : octets[index]! | value;
    digits++;
  }
  if (digits % 2 === 1) {
    throw new DecodeError(name, text.length, `expected an even number of digits, found ${digits}`);
  }
  return octets.slice(0, digits >> 1);
}
