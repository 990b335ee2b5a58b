/**
 * Alpha identifiers: text in the EFs of a card, in one of four codings.
 *
 *     septets, b8 = 0 … | 'FF' …                       GSM default alphabet
 *     '80' | UCS2 2 | UCS2 2 … | 'FF' …                 UCS2
 *     '81' | count 1 | base 1 | character 1 …           b8 = 0: GSM, b8 = 1: base * 128 + b7 to b1
 *     '82' | count 1 | base 2 | character 1 …           the same, with a whole code point as base
 *
 * All four are read; the first is written when it can be, else the second.
 *
 * @see ETSI TS 102 221, annex A (coding of alpha fields)
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { fillTo, isFiller, withoutFiller } from './codec.ts';
import type { EfCodec } from './definition.ts';
import { decodeSeptets, encodeSeptets } from './gsm-text.ts';

const UCS2 = 0x80;
const UCS2_BASE_8 = 0x81;
const UCS2_BASE_16 = 0x82;
const NO_CHARACTER = 0xffff;

/**
 * Writes UCS2, two octets a code unit.
 *
 * @throws {RangeError} the text holds U+FFFF, which is the filler
 * @see ETSI TS 102 221, annex A
 */
export function encodeUcs2(text: string): Uint8Array {
  const writer = new ByteWriter();
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === NO_CHARACTER) throw new RangeError('text: U+FFFF is the filler, no character');
    writer.uint(2, unit, 'text');
  }
  return writer.finish();
}

/**
 * Reads UCS2 up to the filler 'FFFF' or the end.
 *
 * @param from where in the octets it starts
 * @throws {DecodeError} something follows the filler, or a single octet is left that is not 'FF'
 * @see ETSI TS 102 221, annex A
 */
export function decodeUcs2(octets: Uint8Array, from: number, name: string): string {
  let text = '';
  let at = from;
  for (; at + 1 < octets.length; at += 2) {
    const unit = octets[at]! * 256 + octets[at + 1]!;
    if (unit === NO_CHARACTER) break;
    text += String.fromCharCode(unit);
  }
  withoutFiller(octets, at, name);
  return text;
}

function decodeWithBase(octets: Uint8Array, name: string): string {
  const reader = new ByteReader(octets, name);
  const wide = reader.uint(1, 'coding') === UCS2_BASE_16;
  const count = reader.uint(1, 'count');
  const base = wide ? reader.uint(2, 'base') : reader.uint(1, 'base') * 128;
  const characters = reader.take(count, 'characters');
  withoutFiller(octets, reader.offset, name);
  let text = '';
  let from = 0;
  for (let at = 0; at <= characters.length; at++) {
    const character = characters[at];
    if (character !== undefined && character < 0x80) continue;
    text += decodeSeptets(characters.subarray(from, at));
    if (character !== undefined) text += String.fromCharCode(base + (character & 0x7f));
    from = at + 1;
  }
  return text;
}

/**
 * Reads an alpha identifier.
 *
 * @param octets the whole field; nothing but 'FF', or no octets, is the empty text
 * @throws {DecodeError} an octet is no character of the coding
 * @see ETSI TS 102 221, annex A
 */
export function decodeAlpha(octets: Uint8Array, name: string): string {
  if (isFiller(octets)) return '';
  const coding = octets[0]!;
  if (coding === UCS2) return decodeUcs2(octets, 1, name);
  if (coding === UCS2_BASE_8 || coding === UCS2_BASE_16) return decodeWithBase(octets, name);
  const end = octets.findIndex((octet) => octet > 0x7f);
  if (end < 0) return decodeSeptets(octets);
  if (octets[end] !== 0xff) throw new DecodeError(name, end, 'expected a character');
  return decodeSeptets(withoutFiller(octets, end, name));
}

/**
 * Writes an alpha identifier, without filler.
 *
 * @throws {RangeError} the text holds U+FFFF, which is the filler
 * @see ETSI TS 102 221, annex A
 */
export function encodeAlpha(text: string): Uint8Array {
  return encodeSeptets(text) ?? concat(Uint8Array.of(UCS2), encodeUcs2(text));
}

/** Declares contents that are nothing but an alpha identifier. */
export function alphaText(name: string): EfCodec<string> {
  return {
    decode: (octets) => decodeAlpha(octets, name),
    encode: (text, size) => fillTo(encodeAlpha(text), size, name),
  };
}
