/**
 * IMSI, ICCID and PLMN: decimal strings for people, semi-octets for the card.
 *
 * @see 3GPP TS 23.003 §2.2 (IMSI); ITU-T E.118 (ICCID); 3GPP TS 31.102 §4.2.2;
 *   3GPP TS 24.008 §10.5.1.13
 * @module
 */

import { decodeDigits, encodeDigits } from './bcd.ts';
import { DecodeError } from './errors.ts';
import { padded } from './octets.ts';

/** An IMSI: 6 to 15 decimal digits, MCC first. */
export type Imsi = string & { readonly __brand: 'Imsi' };
/** An ICCID: 18 to 20 decimal digits. */
export type Iccid = string & { readonly __brand: 'Iccid' };
/** A PLMN as `MCC-MNC`: `001-01`, `310-410`. */
export type Plmn = string & { readonly __brand: 'Plmn' };

const FILLER = 0xf;

/** Length of EF_IMSI and of an IMSI inside commands, in octets. */
export const IMSI_OCTETS = 9;
/** Length of EF_ICCID in octets. */
export const ICCID_OCTETS = 10;

/**
 * Checks a decimal string and brands it.
 *
 * @throws {RangeError} it is no IMSI
 * @see 3GPP TS 23.003 §2.2
 * @example
 * ```ts
 * import { imsi } from 'vuicc';
 *
 * if (imsi('001010123456789').slice(0, 3) !== '001') throw new Error('MCC first');
 * ```
 */
export function imsi(digits: string): Imsi {
  if (!/^[0-9]{6,15}$/.test(digits)) {
    throw new RangeError(`IMSI: expected 6 to 15 decimal digits, got "${digits}"`);
  }
  return digits as Imsi;
}

/**
 * Checks a decimal string and brands it. The check digit is not verified: some cards have none.
 *
 * @throws {RangeError} it is no ICCID
 * @see ITU-T E.118
 * @example
 * ```ts
 * import { iccid } from 'vuicc';
 *
 * if (iccid('89999010000000000013').length !== 20) throw new Error('20 digits');
 * ```
 */
export function iccid(digits: string): Iccid {
  if (!/^[0-9]{18,20}$/.test(digits)) {
    throw new RangeError(`ICCID: expected 18 to 20 decimal digits, got "${digits}"`);
  }
  return digits as Iccid;
}

/**
 * Makes an ICCID of all its digits but the last, the check digit of ISO/IEC 7812-1.
 *
 * @param digits 17 to 19 decimal digits
 * @throws {RangeError} they make no ICCID
 * @see ITU-T E.118
 */
export function withCheckDigit(digits: string): Iccid {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits.charAt(digits.length - 1 - n)) * (n % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return iccid(`${digits}${(10 - (sum % 10)) % 10}`);
}

/**
 * Checks a PLMN and brands it; `/` is accepted in place of `-`.
 *
 * @throws {RangeError} it is no PLMN
 * @see 3GPP TS 23.003 §2.2
 * @example
 * ```ts
 * import { plmn } from 'vuicc';
 *
 * if (plmn('001/01') !== '001-01') throw new Error('one spelling');
 * ```
 */
export function plmn(text: string): Plmn {
  if (!/^[0-9]{3}[-/][0-9]{2,3}$/.test(text)) {
    throw new RangeError(`PLMN: expected MCC-MNC with 2 or 3 digits of MNC, got "${text}"`);
  }
  return text.replace('/', '-') as Plmn;
}

/** Gives the home PLMN of an IMSI, whose MNC length the IMSI itself does not tell. */
export function homePlmn(of: Imsi, mncLength: 2 | 3): Plmn {
  return `${of.slice(0, 3)}-${of.slice(3, 3 + mncLength)}` as Plmn;
}

/**
 * Writes an IMSI as EF_IMSI holds it.
 *
 * @returns 9 octets: length, then parity and digits as swapped semi-octets, 'FF' behind
 * @see 3GPP TS 31.102 §4.2.2
 */
export function encodeImsi(of: Imsi): Uint8Array {
  const odd = of.length % 2 === 1;
  const digits = encodeDigits(`${odd ? '9' : '1'}${of}`);
  return padded(Uint8Array.of(digits.length, ...digits), IMSI_OCTETS);
}

/**
 * Reads an IMSI as EF_IMSI holds it.
 *
 * @param octets 9 octets
 * @throws {DecodeError} length, type, parity, a digit or the filler is wrong
 * @see 3GPP TS 31.102 §4.2.2
 */
export function decodeImsi(octets: Uint8Array): Imsi {
  if (octets.length !== IMSI_OCTETS) {
    throw new DecodeError('IMSI', 0, `expected ${IMSI_OCTETS} octets, found ${octets.length}`);
  }
  const length = octets[0]!;
  if (length < 4 || length > 8) throw new DecodeError('IMSI/length', 0, 'expected 4 to 8');
  const digits = decodeDigits(octets.subarray(1, 1 + length), 'IMSI/digits', false, 1);
  const parity = digits.charAt(0);
  const found = digits.slice(1);
  if (parity !== (found.length % 2 === 1 ? '9' : '1')) {
    throw new DecodeError(
      'IMSI/parity',
      1,
      `expected 9 for an odd and 1 for an even number of digits`,
    );
  }
  // One filler at most: the length octet already says how many octets there are.
  if (digits.length < length * 2 - 1) {
    throw new DecodeError('IMSI/digits', length, 'expected one filler at most');
  }
  for (let at = 1 + length; at < IMSI_OCTETS; at++) {
    if (octets[at] !== 0xff) throw new DecodeError('IMSI/filler', at, `expected 'ff'`);
  }
  return found as Imsi;
}

/**
 * Writes an ICCID as EF_ICCID holds it.
 *
 * @returns 10 octets
 * @see ETSI TS 102 221 §13.2
 */
export function encodeIccid(of: Iccid): Uint8Array {
  return padded(encodeDigits(of), ICCID_OCTETS);
}

/**
 * Reads an ICCID as EF_ICCID holds it.
 *
 * @param octets 10 octets
 * @throws {DecodeError} it has another length, or a semi-octet is no digit
 * @see ETSI TS 102 221 §13.2
 */
export function decodeIccid(octets: Uint8Array): Iccid {
  if (octets.length !== ICCID_OCTETS) {
    throw new DecodeError('ICCID', 0, `expected ${ICCID_OCTETS} octets, found ${octets.length}`);
  }
  const digits = decodeDigits(octets, 'ICCID');
  if (digits.length < 18) throw new DecodeError('ICCID', 0, `expected 18 to 20 digits`);
  return digits as Iccid;
}

/**
 * Writes a PLMN.
 *
 * @returns 3 octets: MCC2 MCC1, MNC3 MCC3, MNC2 MNC1, with 'F' for the third digit of a short MNC
 * @see 3GPP TS 24.008 §10.5.1.13
 */
export function encodePlmn(of: Plmn): Uint8Array {
  const [mcc = '', mnc = ''] = of.split('-');
  const digit = (text: string, at: number): number =>
    at < text.length ? Number(text[at]) : FILLER;
  return Uint8Array.of(
    (digit(mcc, 1) << 4) | digit(mcc, 0),
    (digit(mnc, 2) << 4) | digit(mcc, 2),
    (digit(mnc, 1) << 4) | digit(mnc, 0),
  );
}

/**
 * Reads a PLMN.
 *
 * @param octets 3 octets
 * @returns the PLMN, or `undefined` for the empty entry 'FFFFFF'
 * @throws {DecodeError} a semi-octet is no digit
 * @see 3GPP TS 24.008 §10.5.1.13
 */
export function decodePlmn(octets: Uint8Array): Plmn | undefined {
  if (octets.length !== 3)
    throw new DecodeError('PLMN', 0, `expected 3 octets, found ${octets.length}`);
  const [first = 0, second = 0, third = 0] = octets;
  if ((first & second & third) === 0xff) return undefined;
  const mcc = [first & 15, first >> 4, second & 15];
  const mnc = [third & 15, third >> 4, second >> 4];
  const shortMnc = mnc[2] === FILLER;
  const digits = [...mcc, ...(shortMnc ? mnc.slice(0, 2) : mnc)];
  if (digits.some((digit) => digit > 9))
    throw new DecodeError('PLMN', 0, 'expected decimal digits');
  const text = digits.join('');
  return `${text.slice(0, 3)}-${text.slice(3)}` as Plmn;
}
