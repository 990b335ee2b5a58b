/**
 * The name of a network as the network itself sends it, and as EF_PNN holds it.
 *
 *     1, coding 3, country's initials 1, spare bits 3 | packed septets, or UCS2
 *
 * Spare bits are those of the last octet that belong to no septet.
 *
 * @see 3GPP TS 24.008 §10.5.3.5a
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeUcs2, encodeUcs2 } from './alpha.ts';
import { decodeSeptets, encodeSeptets, packSeptets, unpackSeptets } from './gsm-text.ts';

/** The name of a network. */
export interface NetworkName {
  readonly text: string;
  /** The ME puts the initials of the country in front. */
  readonly countryInitials: boolean;
}

const EXTENSION = 0x80;
const COUNTRY_INITIALS = 0x08;
const CODING_GSM = 0;
const CODING_UCS2 = 1;

/**
 * Reads a network name.
 *
 * @param octets 1 or more, without tag and length
 * @param name what they are, for the error message
 * @throws {DecodeError} the coding is unknown, or the octets do not fit it
 * @see 3GPP TS 24.008 §10.5.3.5a
 */
export function decodeNetworkName(octets: Uint8Array, name: string): NetworkName {
  const reader = new ByteReader(octets, name);
  const head = reader.uint(1, 'coding');
  const text = reader.rest();
  const countryInitials = (head & COUNTRY_INITIALS) !== 0;
  const coding = (head >> 4) & 7;
  if (coding === CODING_UCS2) {
    if (text.length % 2 === 1) throw new DecodeError(name, 1, 'expected two octets a character');
    return { text: decodeUcs2(octets, 1, name), countryInitials };
  }
  if (coding !== CODING_GSM) throw new DecodeError(`${name}/coding`, 0, 'expected 0 or 1');
  const count = Math.max(0, Math.floor((text.length * 8 - (head & 7)) / 7));
  return { text: decodeSeptets(unpackSeptets(text, count)), countryInitials };
}

/**
 * Writes a network name, in UCS2 when the GSM alphabet lacks a character.
 *
 * @returns 1 octet or more, without tag and length
 * @see 3GPP TS 24.008 §10.5.3.5a
 */
export function encodeNetworkName({ text, countryInitials }: NetworkName): Uint8Array {
  const head = EXTENSION | (countryInitials ? COUNTRY_INITIALS : 0);
  const septets = encodeSeptets(text);
  if (septets === undefined) {
    return concat(Uint8Array.of(head | (CODING_UCS2 << 4)), encodeUcs2(text));
  }
  const packed = packSeptets(septets);
  return concat(Uint8Array.of(head | (packed.length * 8 - septets.length * 7)), packed);
}
