/**
 * Telephone numbers: a type octet and swapped semi-octets, in the forms that SMS and the card use.
 *
 *     TON/NPI 1 | digits, two an octet, 'F' behind an odd number
 *
 * @see 3GPP TS 23.040 §9.1.2.5 (address fields); 3GPP TS 24.008 §10.5.4.7 (TON/NPI)
 * @module
 */

import { decodeDigits, encodeDigits } from './bcd.ts';
import { DecodeError } from './errors.ts';
import { concat } from './octets.ts';

/** Type of number and numbering plan for an international number of E.164. */
const INTERNATIONAL_E164 = 0x91;
/** The same for a number of unknown type in E.164. */
const UNKNOWN_E164 = 0x81;
/** A type octet other than these two is written in front of the digits: `a1:12345`. */
const OTHER_TYPE = /^([0-9a-f]{2}):(.*)$/;
const TYPE = /^(\+|[0-9a-f]{2}:)/;

/** The most digits that an address has. */
const DIGITS_MAX = 20;

/** An address as people write it: `+491711234567`, `12345`, or with another type `a1:12345`. */
export type Address = string & { readonly __brand: 'Address' };

/**
 * Checks an address and brands it. A type that has a spelling of its own gets it: `91:49` is `+49`.
 *
 * @throws {RangeError} it has no digits, more than 20, or other characters
 * @see 3GPP TS 23.040 §9.1.2.5
 * @example
 * ```ts
 * import { address } from 'vuicc';
 *
 * if (address('+491711234567').length !== 13) throw new Error('with the plus sign');
 * ```
 */
export function address(text: string): Address {
  if (!/^(\+|[0-9a-f]{2}:)?[0-9*#abc]{1,20}$/.test(text)) {
    throw new RangeError(`address: expected + and 1 to ${DIGITS_MAX} digits, got "${text}"`);
  }
  return text.replace(/^91:/, '+').replace(/^81:/, '') as Address;
}

/**
 * Writes the type octet and the digits; whoever uses them puts a length of his own in front.
 *
 * @returns 2 to 11 octets
 * @see 3GPP TS 23.040 §9.1.2.5
 */
export function encodeAddress(of: Address): Uint8Array {
  const other = OTHER_TYPE.exec(of);
  if (other !== null) {
    return concat(Uint8Array.of(Number.parseInt(other[1]!, 16)), encodeDigits(other[2]!, true));
  }
  const international = of.startsWith('+');
  const type = international ? INTERNATIONAL_E164 : UNKNOWN_E164;
  return concat(Uint8Array.of(type), encodeDigits(international ? of.slice(1) : of, true));
}

/**
 * Reads a type octet and digits.
 *
 * @param octets 2 to 11 octets
 * @throws {DecodeError} there are fewer or more, or more fillers than one, or a digit behind it
 * @see 3GPP TS 23.040 §9.1.2.5
 */
export function decodeAddress(octets: Uint8Array): Address {
  if (octets.length < 2 || octets.length > 1 + DIGITS_MAX / 2) {
    throw new DecodeError('address', 0, `expected 2 to 11 octets, found ${octets.length}`);
  }
  const type = octets[0]!;
  const digits = decodeDigits(octets.subarray(1), 'address/digits', true, 1);
  if (digits.length < octets.length * 2 - 3) {
    throw new DecodeError('address/digits', octets.length - 1, 'expected one filler at most');
  }
  if (type === INTERNATIONAL_E164) return `+${digits}` as Address;
  if (type === UNKNOWN_E164) return digits as Address;
  return `${type.toString(16).padStart(2, '0')}:${digits}` as Address;
}

/** Counts the digits of an address, as the length octet of TP-OA and TP-DA does. */
export function addressDigits(of: Address): number {
  return of.replace(TYPE, '').length;
}
