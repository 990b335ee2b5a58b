/**
 * Fixed layouts, declared: one row a field, each with a name, a width and a meaning.
 *
 * For contents whose fields never move. What has a length that depends on a key or on another field
 * is written by hand, as a decode/encode pair.
 *
 * @see docs/architecture.md, "Declared and written"
 * @module
 */

import { Layout, struct } from 'buffer-layout';
import { DecodeError } from './errors.ts';
import { expectLength } from './octets.ts';

/** A field with its name; the layout library's own type would reach our declarations. */
export interface PlacedField<T> {
  /** Length in octets. */
  readonly span: number;
  decode(from: Uint8Array, offset?: number): T;
  encode(value: T, to: Uint8Array, offset?: number): number;
}

/** One field of a fixed layout, before it has a name. */
export type Field<T> = (name: string) => PlacedField<T>;

type FieldsOf<T> = { readonly [K in keyof T]: Field<T[K]> };

/** A fixed layout: octets to value and back. */
export interface FixedLayout<T> {
  /** Length in octets. */
  readonly octets: number;
  /**
   * @throws {DecodeError} the octets have another length, or a field cannot have its value
   */
  decode(octets: Uint8Array): T;
  /**
   * @throws {RangeError} a value does not fit its field
   */
  encode(value: T): Uint8Array;
}

/** A field with its own pair of functions; the layout library places it. */
class MappedField<T> extends Layout<T> {
  readonly #read: (octets: Uint8Array, name: string) => T;
  readonly #write: (value: T, name: string) => Uint8Array;

  constructor(
    span: number,
    name: string,
    read: (octets: Uint8Array, name: string) => T,
    write: (value: T, name: string) => Uint8Array,
  ) {
    super(span, name);
    this.#read = read;
    this.#write = write;
  }

  override decode(from: Uint8Array, offset = 0): T {
    try {
      return this.#read(from.slice(offset, offset + this.span), this.property ?? '');
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new DecodeError(error.path, offset + error.offset, error.problem);
    }
  }

  override encode(value: T, to: Uint8Array, offset = 0): number {
    const name = this.property ?? '';
    const octets = this.#write(value, name);
    if (octets.length !== this.span) {
      throw new RangeError(`${name}: expected ${this.span} octets, got ${octets.length}`);
    }
    to.set(octets, offset);
    return this.span;
  }
}

/** A field with its own meaning: a width, and a function for each direction. */
export function mapped<T>(
  octets: number,
  read: (octets: Uint8Array, name: string) => T,
  write: (value: T, name: string) => Uint8Array,
): Field<T> {
  return (name) => new MappedField(octets, name, read, write);
}

/** An octet string of a fixed length. */
export function octets(length: number): Field<Uint8Array> {
  return mapped(
    length,
    (found) => found,
    (value, name) => {
      expectLength(value, length, name);
      return value;
    },
  );
}

/** A big-endian unsigned number of 1 to 6 octets. */
export function uint(length: 1 | 2 | 3 | 4 | 5 | 6): Field<number> {
  return mapped(
    length,
    (found) => found.reduce((value, octet) => value * 256 + octet, 0),
    (value, name) => {
      if (!Number.isInteger(value) || value < 0 || value >= 256 ** length) {
        throw new RangeError(`${name}: expected 0 to ${256 ** length - 1}, got ${value}`);
      }
      const whole = new Uint8Array(length);
      for (let at = length - 1, left = value; at >= 0; at--, left = Math.floor(left / 256)) {
        whole[at] = left % 256;
      }
      return whole;
    },
  );
}

/** One octet that names one of a few values, counted from 0. */
export function oneOf<const Name extends string>(names: readonly Name[]): Field<Name> {
  return mapped(
    1,
    (found, name) => {
      const value = names[found[0]!];
      if (value === undefined) throw new DecodeError(name, 0, `expected 0 to ${names.length - 1}`);
      return value;
    },
    (value, name) => {
      const code = names.indexOf(value);
      if (code < 0) throw new RangeError(`${name}: expected ${names.join(', ')}, got ${value}`);
      return Uint8Array.of(code);
    },
  );
}

/**
 * Declares a fixed layout.
 *
 * @param name what the octets are, for error messages
 * @param fields in the order of the octets
 */
export function fixedLayout<T extends object>(name: string, fields: FieldsOf<T>): FixedLayout<T> {
  const rows = Object.entries(fields) as [string, Field<T[keyof T]>][];
  const layout = struct<T>(rows.map(([field, make]) => make(field)) as never, name);
  return {
    octets: layout.span,
    decode(octets) {
      if (octets.length !== layout.span) {
        throw new DecodeError(name, 0, `expected ${layout.span} octets, found ${octets.length}`);
      }
      try {
        return layout.decode(octets);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        throw new DecodeError(`${name}/${error.path}`, error.offset, error.problem);
      }
    },
    encode(value) {
      const octets = new Uint8Array(layout.span);
      let at = 0;
      // Field by field: the layout as a whole passes over one whose value is `undefined`.
      for (const [index, [field]] of rows.entries()) {
        at += layout.fields[index]!.encode(value[field as keyof T], octets, at);
      }
      return octets;
    },
  };
}
