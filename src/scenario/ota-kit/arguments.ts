/**
 * What a test gives to the kit, looked at before it is used: a slip of the pen must not become a
 * test that passes.
 *
 * An error names the argument, what was expected and what was found. Text that is no word is told
 * by its length alone, for it may be a key in the wrong place.
 *
 * @see docs/ota-tests.md, "Errors of the test itself"
 * @module
 */

import { fromHex } from '../../bytes/hex.ts';

const WORD = /^[a-z][a-z-]{0,39}$/iu;

/** Says what a value is: a number or a word as it is, of any other text its length. */
export function describeArgument(value: unknown): string {
  if (typeof value === 'string') {
    return WORD.test(value) ? value : `text of ${value.length} characters`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Expects an object that has no other names than these.
 *
 * @throws {TypeError} it is no object, or has another name
 */
export function expectNames(name: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name}: expected an object, got ${describeArgument(value)}`);
  }
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(`${name}: expected ${names.join(', ')}, got ${unknown}`);
}

/**
 * Expects text.
 *
 * @throws {TypeError} it is none
 */
export function expectText(name: string, value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${name}: expected ${what}, got ${describeArgument(value)}`);
}

/**
 * Reads octets from hex; spaces may stand between them.
 *
 * @param octets how many there must be
 * @throws {TypeError} it is no text
 * @throws {RangeError} it is not hex, or of another length
 */
export function hexArgument(name: string, value: unknown, octets: number): Uint8Array {
  const what = `${2 * octets} hex digits`;
  const digits = expectText(name, value, what).replaceAll(/\s/gu, '');
  if (!/^[0-9a-f]*$/iu.test(digits)) {
    throw new RangeError(`${name}: expected ${what}, got other characters`);
  }
  if (digits.length !== 2 * octets) {
    throw new RangeError(`${name}: expected ${what}, got ${digits.length}`);
  }
  return fromHex(digits, name);
}

/**
 * Expects a whole number from 0 on.
 *
 * @throws {TypeError} it is no number
 * @throws {RangeError} it is another number
 */
export function numberArgument(name: string, value: unknown, max: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name}: expected a number, got ${describeArgument(value)}`);
  }
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${name}: expected 0 to ${max}, got ${value}`);
}

/**
 * Expects one of some words.
 *
 * @throws {RangeError} it is another, or no word
 */
export function wordArgument<T extends string>(
  name: string,
  value: unknown,
  words: readonly T[],
): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new RangeError(`${name}: expected ${words.join(', ')}, got ${describeArgument(value)}`);
}

/**
 * Expects true or false.
 *
 * @throws {TypeError} it is neither
 */
export function expectBoolean(name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new TypeError(`${name}: expected true or false, got ${describeArgument(value)}`);
}

/**
 * Expects a function.
 *
 * @throws {TypeError} it is none
 */
export function expectFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new TypeError(`${name}: expected a function, got ${describeArgument(value)}`);
}
