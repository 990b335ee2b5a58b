/**
 * The few forms that contents of an EF have: fixed fields, a list, data objects, opaque octets.
 *
 *     fixed    field | field | field | 'FF' …
 *     list     entry | entry | empty entry …
 *     objects  tag length value | tag length value | 'FF' …
 *     opaque   octets | 'FF' …
 *
 * @see docs/architecture.md, "Declared and written"
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { type Field, type FixedLayout, fixedLayout } from '../bytes/layout.ts';
import { concat, copyOf, filled, padded } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv, readBerTlv, type Tlv } from '../tlv/ber.ts';
import type { EfCodec } from './definition.ts';

const FILLER = 0xff;

/**
 * Fills octets up to the size of the EF or field.
 *
 * @param size in octets; left out: nothing is filled
 * @throws {RangeError} they are more than that
 * @see docs/architecture.md, "Declared and written"
 */
export function fillTo(octets: Uint8Array, size: number | undefined, name: string): Uint8Array {
  if (size === undefined) return octets;
  if (octets.length > size) {
    throw new RangeError(`${name}: expected at most ${size} octets, got ${octets.length}`);
  }
  return padded(octets, size);
}

/** Tells whether octets are nothing but 'FF'; no octets are. */
export function isFiller(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === FILLER);
}

/**
 * Takes the octets that have a meaning, and checks that the others are 'FF'.
 *
 * @returns the first `length` octets, fewer if there are fewer; a view
 * @throws {DecodeError} another octet follows
 * @see docs/architecture.md, "Declared and written"
 */
export function withoutFiller(octets: Uint8Array, length: number, name: string): Uint8Array {
  const behind = octets.subarray(length).findIndex((octet) => octet !== FILLER);
  if (behind >= 0) throw new DecodeError(name, length + behind, `expected 'ff'`);
  return octets.subarray(0, length);
}

/**
 * Declares contents of fixed fields, one row a field.
 *
 * @see docs/architecture.md, "Declared and written"
 */
export function fixed<T extends object>(
  name: string,
  fields: { readonly [K in keyof T]: Field<T[K]> },
): EfCodec<T> {
  const layout: FixedLayout<T> = fixedLayout<T>(name, fields);
  return {
    decode: (octets) => layout.decode(withoutFiller(octets, layout.octets, name)),
    encode: (value, size) => fillTo(layout.encode(value), size, name),
  };
}

/** Runs a decoder of octets that stand behind others, so that its error counts from the first. */
function shifted<T>(at: number, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(error.path, at + error.offset, error.problem);
  }
}

/**
 * Declares contents of any length with fixed fields behind them; the value has the properties of
 * both. Nothing can follow, so these contents have no filler of their own.
 *
 * @see docs/architecture.md, "Declared and written"
 */
export function withTail<Head extends object, Tail extends object>(
  name: string,
  head: EfCodec<Head>,
  fields: { readonly [K in keyof Tail]: Field<Tail[K]> },
): EfCodec<Head & Tail> {
  const tail: FixedLayout<Tail> = fixedLayout<Tail>(name, fields);
  return {
    decode(octets) {
      const at = octets.length - tail.octets;
      if (at < 0) throw new DecodeError(name, 0, `expected at least ${tail.octets} octets`);
      const front = head.decode(octets.subarray(0, at));
      return { ...front, ...shifted(at, () => tail.decode(octets.subarray(at))) };
    },
    encode(value, size) {
      const front = head.encode(value, size === undefined ? undefined : size - tail.octets);
      return concat(front, tail.encode(value));
    },
  };
}

/**
 * Declares contents of fixed fields with others of any length behind them; the value has the
 * properties of both.
 *
 * @see docs/architecture.md, "Declared and written"
 */
export function withHead<Head extends object, Tail extends object>(
  name: string,
  fields: { readonly [K in keyof Head]: Field<Head[K]> },
  tail: EfCodec<Tail>,
): EfCodec<Head & Tail> {
  const head: FixedLayout<Head> = fixedLayout<Head>(name, fields);
  return {
    decode(octets) {
      const front = head.decode(octets.subarray(0, head.octets));
      const rest = octets.subarray(head.octets);
      return { ...front, ...shifted(head.octets, () => tail.decode(rest)) };
    },
    encode(value, size) {
      const rest = tail.encode(value, size === undefined ? undefined : size - head.octets);
      return concat(head.encode(value), rest);
    },
  };
}

/** Gives contents that are no object a name, so that fields can stand beside them. */
export function property<Name extends string, T>(
  name: Name,
  codec: EfCodec<T>,
): EfCodec<Record<Name, T>> {
  return {
    decode: (octets) => ({ [name]: codec.decode(octets) }) as Record<Name, T>,
    encode: (value, size) => codec.encode(value[name], size),
  };
}

/** One entry of a list. The empty entry is `undefined`. */
export interface ListEntry<T> {
  /** Length in octets. */
  readonly octets: number;
  /** @throws {DecodeError} the octets cannot be an entry */
  decode(octets: Uint8Array): T | undefined;
  /** @throws {RangeError} the value does not fit */
  encode(value: T | undefined): Uint8Array;
}

/**
 * Declares contents that repeat an entry. Empty entries in front of others stay in the list, as
 * `undefined`, because the place of an entry is its priority; empty ones at the end are dropped.
 *
 * @see docs/architecture.md, "Declared and written"
 */
export function listOf<T>(name: string, entry: ListEntry<T>): EfCodec<readonly (T | undefined)[]> {
  return {
    decode(octets) {
      if (octets.length % entry.octets !== 0) {
        throw new DecodeError(name, 0, `expected entries of ${entry.octets} octets`);
      }
      const list: (T | undefined)[] = [];
      let used = 0;
      for (let at = 0; at < octets.length; at += entry.octets) {
        try {
          list.push(entry.decode(octets.slice(at, at + entry.octets)));
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
          throw new DecodeError(`${name}/${error.path}`, at + error.offset, error.problem);
        }
        if (list.at(-1) !== undefined) used = list.length;
      }
      return list.slice(0, used);
    },
    encode(value, size) {
      const count = size === undefined ? value.length : size / entry.octets;
      if (!Number.isInteger(count) || count < value.length) {
        throw new RangeError(
          `${name}: ${value.length} entries of ${entry.octets} octets do not fill ${size} octets`,
        );
      }
      return concat(...Array.from({ length: count }, (_, n) => entry.encode(value[n])));
    },
  };
}

/** An entry of fixed fields; nothing but 'FF' is the empty one. */
export function fixedEntry<T extends object>(
  name: string,
  fields: { readonly [K in keyof T]: Field<T[K]> },
): ListEntry<T> {
  const layout: FixedLayout<T> = fixedLayout<T>(name, fields);
  return {
    octets: layout.octets,
    decode: (octets) => (isFiller(octets) ? undefined : layout.decode(octets)),
    encode: (value) => (value === undefined ? filled(layout.octets, FILLER) : layout.encode(value)),
  };
}

/** An entry that is one big-endian number; the highest one is the empty entry. */
export function numberEntry(length: 1 | 2 | 3 | 4): ListEntry<number> {
  const none = 256 ** length - 1;
  return {
    octets: length,
    decode(octets) {
      const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
      return value === none ? undefined : value;
    },
    encode: (value) => new ByteWriter().uint(length, value ?? none, 'number').finish(),
  };
}

/** Makes `undefined` of contents that are nothing but 'FF': a free record, or not personalised. */
export function orEmpty<T>(codec: EfCodec<T>): EfCodec<T | undefined> {
  return {
    decode: (octets) => (isFiller(octets) ? undefined : codec.decode(octets)),
    encode: (value, size) =>
      value === undefined ? filled(size ?? 0, FILLER) : codec.encode(value, size),
  };
}

/** Declares contents that are of no interest here, or have no form: octets as they are, copied. */
export function opaque(name: string): EfCodec<Uint8Array> {
  return {
    decode: (octets) => octets.slice(),
    encode: (value, size) => fillTo(copyOf(value), size, name),
  };
}

/**
 * Reads BER-TLV data objects up to the 'FF' behind them.
 *
 * @throws {DecodeError} an object does not end, has tag '00', or something follows the filler
 * @see ISO/IEC 7816-4 §5.2.2
 */
export function decodePaddedTlvs(octets: Uint8Array, name: string): Tlv[] {
  const reader = new ByteReader(octets, name);
  const objects: Tlv[] = [];
  while (reader.remaining > 0 && reader.peek() !== FILLER) {
    if (reader.peek() === 0) throw reader.error('tag', `expected a tag or 'ff'`);
    objects.push(readBerTlv(reader));
  }
  withoutFiller(octets, reader.offset, name);
  return objects;
}

/**
 * Declares contents that are BER-TLV data objects, whatever their tags; the value of a constructed
 * object is not looked into.
 *
 * @see ISO/IEC 7816-4 §5.2.2
 */
export function dataObjects(name: string): EfCodec<readonly Tlv[]> {
  return {
    decode: (octets) => decodePaddedTlvs(octets, name),
    encode(objects, size) {
      const written = objects.map(({ tag, value }) => berTlv(tag, value));
      if (written.some((object) => object[0] === 0 || object[0] === FILLER)) {
        throw new RangeError(`${name}: expected tags that do not start with '00' or 'ff'`);
      }
      return fillTo(concat(...written), size, name);
    },
  };
}

const TEXT = 0x80;

/**
 * Declares contents that are a text in one data object '80'.
 *
 * @see 3GPP TS 31.103 §4.2.2
 */
export function textObject(name: string): EfCodec<string | undefined> {
  return orEmpty<string>({
    decode(octets) {
      const [object, ...others] = decodePaddedTlvs(octets, name);
      if (object?.tag !== TEXT || others.length > 0) {
        throw new DecodeError(name, 0, `expected one data object '80'`);
      }
      return decodeUtf8(object.value, `${name}/'80'`);
    },
    encode: (value, size) => fillTo(berTlv(TEXT, new TextEncoder().encode(value)), size, name),
  });
}
