/**
 * Fields that several EFs have: a PLMN, an octet of flags, an octet that names a value, digits.
 *
 * @see 3GPP TS 24.008 §10.5.1.13 (PLMN)
 * @module
 */

import { decodeDigits, encodeDigits } from '../bytes/bcd.ts';
import { DecodeError } from '../bytes/errors.ts';
import { decodePlmn, encodePlmn, type Plmn } from '../bytes/identity.ts';
import { type Field, mapped } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { fillTo } from './codec.ts';

/** Length of a PLMN in octets. */
export const PLMN_OCTETS = 3;

/** Writes a PLMN, or 'FFFFFF' for none. */
export function encodePlmnOrNone(value: Plmn | undefined): Uint8Array {
  return value === undefined ? filled(PLMN_OCTETS, 0xff) : encodePlmn(value);
}

/** A PLMN; `undefined` is 'FFFFFF'. */
export const plmnOrNone: Field<Plmn | undefined> = mapped(
  PLMN_OCTETS,
  decodePlmn,
  encodePlmnOrNone,
);

/** Names of bits, each with its mask. */
export type Masks<Name extends string> = Readonly<Record<Name, number>>;

/** A bit without a name, by its number: `b1` is the lowest of the last octet. */
export type SpareBit = `b${number}`;

/** Names the bits that are set, in the order of `masks`; those without a name come last. */
export function flagsOf<Name extends string>(
  value: number,
  masks: Masks<Name>,
): (Name | SpareBit)[] {
  const names = Object.keys(masks) as Name[];
  const found: (Name | SpareBit)[] = names.filter((name) => (value & masks[name]) !== 0);
  const spare = names.reduce((left, name) => left & ~masks[name], value);
  for (let bit = 0; bit < 32; bit++) {
    if ((spare & (1 << bit)) !== 0) found.push(`b${bit + 1}`);
  }
  return found;
}

/** The mask of a bit without a name, or `undefined` when it has one or is none of the octets. */
function spareMask(text: string, length: number, masks: Masks<string>): number | undefined {
  const number = Number(/^b([1-9][0-9]?)$/u.exec(text)?.[1] ?? 0);
  if (number === 0 || number > length * 8) return undefined;
  const mask = 1 << (number - 1);
  return Object.values(masks).some((named) => (named & mask) !== 0) ? undefined : mask;
}

/**
 * Sets the bits that are named.
 *
 * @param length of the octets that hold them
 * @throws {RangeError} there is no bit of that name
 */
export function bitsOf<Name extends string>(
  names: readonly (Name | SpareBit)[],
  masks: Masks<Name>,
  length: 1 | 2 | 4,
): number {
  const all: Masks<string> = masks;
  let value = 0;
  for (const name of names) {
    const mask = Object.hasOwn(all, name) ? all[name] : spareMask(name, length, all);
    if (mask === undefined) {
      throw new RangeError(`flags: expected ${Object.keys(masks).join(', ')}, got ${name}`);
    }
    value |= mask;
  }
  return value;
}

/** Octets of flags; the value names those that are set, as {@link flagsOf} does. */
export function flags<const Name extends string>(
  length: 1 | 2 | 4,
  masks: Masks<Name>,
): Field<readonly (Name | SpareBit)[]> {
  return mapped(
    length,
    (found) =>
      flagsOf(
        found.reduce((value, octet) => (value << 8) | octet, 0),
        masks,
      ),
    (names) => {
      const value = bitsOf(names, masks, length);
      return Uint8Array.from({ length }, (_, at) => value >>> (8 * (length - 1 - at)));
    },
  );
}

/** One octet that names one of a few values; a code without a name is the number itself. */
export function namedOctet<const Name extends string>(codes: Masks<Name>): Field<Name | number> {
  const names = Object.keys(codes) as Name[];
  return mapped<Name | number>(
    1,
    (found) => names.find((name) => codes[name] === found[0]) ?? found[0]!,
    (value, field) => {
      const code = typeof value === 'number' ? value : Object.hasOwn(codes, value) && codes[value];
      if (!Number.isInteger(code) || Number(code) < 0 || Number(code) > 0xff) {
        throw new RangeError(`${field}: expected ${names.join(', ')} or 0 to 255, got ${value}`);
      }
      return Uint8Array.of(Number(code));
    },
  );
}

/** Decimal digits as swapped semi-octets, 'F' where there are fewer than fit. */
export function digits(length: number): Field<string> {
  return mapped(
    length,
    (found, name) => decodeDigits(found, name),
    (text, name) => fillTo(encodeDigits(text), length, name),
  );
}

/** One octet that names one of a few values, each with its code. */
export function oneOfCodes<const Name extends string>(codes: Masks<Name>): Field<Name> {
  const names = Object.keys(codes) as Name[];
  return mapped(
    1,
    (found, field) => {
      const name = names.find((candidate) => codes[candidate] === found[0]);
      if (name === undefined) throw new DecodeError(field, 0, `expected ${names.join(', ')}`);
      return name;
    },
    (name, field) => {
      if (!Object.hasOwn(codes, name)) {
        throw new RangeError(`${field}: expected ${names.join(', ')}, got ${name}`);
      }
      return Uint8Array.of(codes[name]);
    },
  );
}
