/**
 * What a function promises of an argument that is an octet string of one length.
 *
 * @see docs/architecture.md, "Errors"
 * @module
 */

import { expect } from 'vitest';

/** The argument's name, its length in octets, and the call that gets it; the others are right. */
export type OctetArgument = readonly [
  name: string,
  length: number,
  call: (octets: Uint8Array) => unknown,
];

/** Checks that octets of any other length are refused, naming the argument and both lengths. */
export function expectOneLength(...[name, length, call]: OctetArgument): void {
  expect(() => call(new Uint8Array(length))).not.toThrow();
  const others = [0, 1, length - 1, length + 1, 2 * length, 32].filter((n) => n !== length);
  for (const wrong of others) {
    expect(() => call(new Uint8Array(wrong))).toThrow(
      new RangeError(`${name}: expected ${length} octets, got ${wrong}`),
    );
  }
}

/** Checks that what is no octet string is refused, naming the argument. */
export function expectOctets(...[name, length, call]: OctetArgument): void {
  for (const wrong of ['0'.repeat(length), Array.from({ length }, () => 0), undefined]) {
    expect(() => call(wrong as unknown as Uint8Array)).toThrow(
      new TypeError(`${name}: expected a Uint8Array`),
    );
  }
}
