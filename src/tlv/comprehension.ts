/**
 * COMPREHENSION-TLV data objects of the toolkit.
 *
 *     tag 1, or '7F' with 2 more | length 1 to 4, as in BER-TLV | value
 *
 * The top bit of the tag says that the receiver must understand the object; it is no part of the
 * name. A tag of three octets has it in the second; where it is set in the first, it counts too.
 *
 * @see ETSI TS 101 220 §7.1.2; ETSI TS 102 223 §9
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berLength, readBerLength } from './ber.ts';

/** One data object of the toolkit; `tag` is without the comprehension bit. */
export interface ComprehensionTlv {
  readonly tag: number;
  readonly comprehensionRequired: boolean;
  readonly value: Uint8Array;
}

const COMPREHENSION = 0x80;
const LONG_TAG = 0x7f;

function readTlv(reader: ByteReader): ComprehensionTlv {
  const at = reader.offset;
  const first = reader.uint(1, 'tag');
  let tag = first & ~COMPREHENSION;
  let comprehensionRequired = first >= COMPREHENSION;
  if (tag === LONG_TAG) {
    const long = reader.uint(2, 'tag');
    comprehensionRequired ||= long >= 0x8000;
    tag = long & 0x7fff;
  }
  if (tag === 0) throw reader.error('tag', `'00' and '80' are no tags`, at);
  const length = readBerLength(reader);
  const value = reader.take(length, `'${tag.toString(16).padStart(2, '0')}'`);
  return { tag, comprehensionRequired, value };
}

/**
 * Reads data objects up to the end of the octets.
 *
 * @param name what the octets are, for error messages
 * @throws {DecodeError} the last one does not end where the octets do, or a tag is reserved
 * @see ETSI TS 101 220 §7.1.2
 */
export function decodeComprehensionTlvs(octets: Uint8Array, name: string): ComprehensionTlv[] {
  const reader = new ByteReader(octets, name);
  const objects: ComprehensionTlv[] = [];
  while (reader.remaining > 0) objects.push(readTlv(reader));
  return objects;
}

/**
 * Writes one data object with the comprehension bit set, as the toolkit's commands do.
 *
 * @param tag 1 to 0x7e, or up to 0x7fff in three octets; without the comprehension bit
 * @throws {RangeError} the tag is outside, or the value has more than 2^24 - 1 octets
 * @see ETSI TS 101 220 §7.1.2
 */
export function comprehensionTlv(
  tag: number,
  value: Uint8Array,
  comprehensionRequired = true,
): Uint8Array {
  if (!Number.isInteger(tag) || tag < 1 || tag > 0x7fff) {
    throw new RangeError(`tag: expected 1 to 32767, got ${tag}`);
  }
  const writer = new ByteWriter();
  const bit = comprehensionRequired ? 1 : 0;
  if (tag < LONG_TAG) writer.uint(1, tag + bit * COMPREHENSION, 'tag');
  else writer.uint(1, LONG_TAG, 'tag').uint(2, tag + bit * 0x8000, 'tag');
  return writer.bytes(berLength(value.length)).bytes(value).finish();
}

/** Finds the first data object with a tag, whatever its comprehension bit. */
export function findTlv(objects: readonly ComprehensionTlv[], tag: number): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}
