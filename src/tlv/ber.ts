/**
 * BER-TLV data objects with definite lengths, as the UICC uses them.
 *
 *     tag 1 to 3 | length 1 ('00' to '7F'), 2 ('81 xx'), 3 ('82 xxxx') or 4 ('83 xxxxxx') | value
 *
 * A first tag octet with b5 to b1 all set is followed by one or two more, the last with b8 clear.
 * The decoder takes one coding of a length as good as another: cards and networks send '81 05'.
 *
 * @see ISO/IEC 7816-4 §5.2.2; ETSI TS 101 220 §7.1.1
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** One data object. The tag is the number that its octets spell: '9F 7F' is `0x9f7f`. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

const TAG_GOES_ON = 0x1f;
const LENGTH_OCTETS_MAX = 3;

/**
 * Reads a tag.
 *
 * @returns the number that its octets spell
 * @throws {DecodeError} it is cut short, or has more than 3 octets
 * @see ISO/IEC 7816-4 §5.2.2
 */
export function readBerTag(reader: ByteReader): number {
  const at = reader.offset;
  let tag = reader.uint(1, 'tag');
  if ((tag & TAG_GOES_ON) !== TAG_GOES_ON) return tag;
  for (let n = 0; n < 2; n++) {
    const next = reader.uint(1, 'tag');
    tag = tag * 256 + next;
    if (next < 0x80) return tag;
  }
  throw reader.error('tag', 'expected at most 3 octets', at);
}

/**
 * Reads a BER length.
 *
 * @throws {DecodeError} it is indefinite, longer than 3 octets, or cut short
 * @see ISO/IEC 7816-4 §5.2.2.2
 */
export function readBerLength(reader: ByteReader): number {
  const at = reader.offset;
  const first = reader.uint(1, 'length');
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > LENGTH_OCTETS_MAX) {
    throw reader.error('length', 'expected a definite length of at most 3 octets', at);
  }
  return reader.uint(octets, 'length');
}

/**
 * Reads the next data object.
 *
 * @throws {DecodeError} tag, length or value does not fit the octets
 * @see ISO/IEC 7816-4 §5.2.2
 */
export function readBerTlv(reader: ByteReader): Tlv {
  const tag = readBerTag(reader);
  const length = readBerLength(reader);
  return { tag, value: reader.take(length, `'${tag.toString(16).padStart(2, '0')}'`) };
}

/**
 * Reads data objects up to the end of the octets.
 *
 * @param octets any number of whole data objects
 * @param name what the octets are, for error messages
 * @throws {DecodeError} the last one does not end where the octets do
 * @see ISO/IEC 7816-4 §5.2.2
 * @example
 * ```ts
 * import { decodeBerTlvs, fromHex } from 'vuicc';
 *
 * const [fcp] = decodeBerTlvs(fromHex('6205 8A0105 8800'), 'FCP');
 * if (fcp?.tag !== 0x62) throw new Error('an FCP template');
 * ```
 */
export function decodeBerTlvs(octets: Uint8Array, name: string): Tlv[] {
  const reader = new ByteReader(octets, name);
  const objects: Tlv[] = [];
  while (reader.remaining > 0) objects.push(readBerTlv(reader));
  return objects;
}

/** Writes a BER length in the fewest octets. */
export function berLength(length: number): Uint8Array {
  const writer = new ByteWriter();
  if (length < 0x80) return writer.uint(1, length, 'length').finish();
  const octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  return writer
    .uint(1, 0x80 + octets, 'length')
    .uint(octets, length, 'length')
    .finish();
}

/**
 * Writes one data object, its length in the fewest octets.
 *
 * @param tag the number that the tag's octets spell
 * @throws {RangeError} the tag cannot be a tag, or the value has more than 2^24 - 1 octets
 * @see ISO/IEC 7816-4 §5.2.2
 * @example
 * ```ts
 * import { berTlv, toHex } from 'vuicc';
 *
 * if (toHex(berTlv(0x8a, Uint8Array.of(5))) !== '8a0105') throw new Error('life cycle');
 * ```
 */
export function berTlv(tag: number, ...value: readonly Uint8Array[]): Uint8Array {
  const tagOctets = tag < 0x100 ? 1 : tag < 0x10000 ? 2 : 3;
  const first = Math.floor(tag / 256 ** (tagOctets - 1));
  const length = value.reduce((sum, part) => sum + part.length, 0);
  const last = tag % 256;
  const middle = tagOctets === 3 ? Math.floor(tag / 256) % 256 : 0x80;
  const goesOn = (first & TAG_GOES_ON) === TAG_GOES_ON;
  if (goesOn === (tagOctets === 1) || (tagOctets > 1 && last >= 0x80) || middle < 0x80) {
    throw new RangeError(`tag: expected 1 to 3 octets of a BER tag, got ${tag.toString(16)}`);
  }
  const writer = new ByteWriter().uint(tagOctets, tag, 'tag').bytes(berLength(length));
  for (const part of value) writer.bytes(part);
  return writer.finish();
}
