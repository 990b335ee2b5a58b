/**
 * Scripting templates, which the expanded format puts around commands and around their responses.
 *
 *     tag 1 | length | TLVs                        definite
 *     tag 1 | 80 | TLVs | 00 00                    indefinite
 *
 *     TLV: tag 1 | length | value                  length: '00' to '7F', '81 xx' or '82 xxxx'
 *
 * A template is read TLV by TLV, because a card executes the first before it looks at the second.
 * Bad format is a value: the card reports it behind the responses to what it has executed.
 *
 * @see ETSI TS 102 226 §5.2; ETSI TS 101 220 §7.1.1
 * @module
 */

import { concat } from '../bytes/octets.ts';
import type { ByteReader } from '../bytes/reader.ts';
import { berTlv, readBerLength, type Tlv } from '../tlv/ber.ts';

/** Whether the length of a template is written at its start; inner lengths always are. */
export type ScriptForm = 'definite' | 'indefinite';

/** Codes of bad format by name. */
export const BAD_FORMAT = {
  /** The tag is none that may stand there. */
  'unknown-tag': 0x01,
  /** There is a length, but it does not fit the octets, or not the tag. */
  'wrong-length': 0x02,
  /** The length is missing, cut short or of another coding, or an indefinite length has no end. */
  'length-not-found': 0x03,
} as const;

/** The name of a code of bad format. */
export type BadFormatError = keyof typeof BAD_FORMAT;

/** What a card says of a script that it cannot read. */
export interface BadFormat {
  readonly kind: 'bad-format';
  readonly error: BadFormatError;
}

/** Which tags a template has. */
export interface ScriptTemplate {
  readonly definite: number;
  readonly indefinite: number;
  /** Tags that may stand in it, one octet each. */
  readonly inner: readonly number[];
}

const INDEFINITE_LENGTH = 0x80;
const LENGTH_FIRST_MAX = 0x82;
const VALUE_OCTETS_MAX = 0xffff;
const END_OF_CONTENTS = 0x00;

/** Tells in which form a template is; definite, if it is none. */
export function formOf(octets: Uint8Array, template: ScriptTemplate): ScriptForm {
  return octets[0] === template.indefinite ? 'indefinite' : 'definite';
}

/** `undefined` when no length of a coding that is allowed stands there. */
function readLength(reader: ByteReader): number | undefined {
  const first = reader.peek() ?? INDEFINITE_LENGTH;
  const more = Math.max(0, first - INDEFINITE_LENGTH);
  const isAllowed = first !== INDEFINITE_LENGTH && first <= LENGTH_FIRST_MAX;
  return isAllowed && reader.remaining > more ? readBerLength(reader) : undefined;
}

function readHead(reader: ByteReader, template: ScriptTemplate): BadFormatError | undefined {
  const tag = reader.remaining === 0 ? undefined : reader.uint(1, 'tag');
  if (tag === template.indefinite) {
    if (reader.remaining === 0) return 'length-not-found';
    return reader.uint(1, 'length') === INDEFINITE_LENGTH ? undefined : 'wrong-length';
  }
  if (tag !== template.definite) return 'unknown-tag';
  const length = readLength(reader);
  if (length === undefined) return 'length-not-found';
  return length === reader.remaining ? undefined : 'wrong-length';
}

function readTlv(reader: ByteReader, tags: readonly number[]): Tlv | BadFormatError {
  const tag = reader.uint(1, 'tag');
  if (!tags.includes(tag)) return 'unknown-tag';
  const length = readLength(reader);
  if (length === undefined) return 'length-not-found';
  if (length > reader.remaining) return 'wrong-length';
  return { tag, value: reader.take(length, 'value') };
}

/** Reads the octets '00 00', behind which nothing may follow. */
function readEnd(reader: ByteReader): BadFormatError | undefined {
  reader.uint(1, 'end');
  if (reader.remaining === 0) return 'length-not-found';
  return reader.uint(1, 'end') === 0 && reader.remaining === 0 ? undefined : 'wrong-length';
}

/**
 * Reads a template TLV by TLV.
 *
 * @param reader at the tag of the template; its octets end where the template is to end
 * @yields each TLV or, as the last, what is wrong; nothing behind that is looked at
 * @see ETSI TS 102 226 §5.2
 */
export function* readTemplate(
  reader: ByteReader,
  template: ScriptTemplate,
): Generator<Tlv | BadFormatError> {
  const isIndefinite = reader.peek() === template.indefinite;
  let fault = readHead(reader, template);
  while (fault === undefined && reader.remaining > 0) {
    if (isIndefinite && reader.peek() === END_OF_CONTENTS) {
      fault = readEnd(reader);
      if (fault === undefined) return;
    } else {
      const tlv = readTlv(reader, template.inner);
      if (typeof tlv === 'string') fault = tlv;
      else yield tlv;
    }
  }
  if (fault === undefined && isIndefinite) fault = 'length-not-found';
  if (fault !== undefined) yield fault;
}

/**
 * Writes a TLV of a template, its length in the fewest octets.
 *
 * @throws {RangeError} the value has more than 65535 octets
 * @see ETSI TS 102 226 §5.2
 */
export function encodeScriptTlv(tag: number, ...value: readonly Uint8Array[]): Uint8Array {
  const length = value.reduce((sum, part) => sum + part.length, 0);
  if (length > VALUE_OCTETS_MAX) {
    throw new RangeError(`value: expected at most ${VALUE_OCTETS_MAX} octets, got ${length}`);
  }
  return berTlv(tag, ...value);
}

/**
 * Writes a template around TLVs.
 *
 * @throws {RangeError} the definite form would have more than 65535 octets in it
 * @see ETSI TS 102 226 §5.2
 */
export function encodeTemplate(
  tlvs: readonly Uint8Array[],
  form: ScriptForm,
  template: ScriptTemplate,
): Uint8Array {
  if (form === 'definite') return encodeScriptTlv(template.definite, ...tlvs);
  const head = Uint8Array.of(template.indefinite, INDEFINITE_LENGTH);
  return concat(head, ...tlvs, Uint8Array.of(END_OF_CONTENTS, 0x00));
}
