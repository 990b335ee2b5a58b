/**
 * Words for remedies: octets and numbers as ETSI texts write them.
 *
 * @see ETSI TS 102 221 §3
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { ByteWriter } from '../../bytes/writer.ts';

/** Writes a number of so many octets: `'1e'`. */
export function quoted(value: number, octets = 1): string {
  return `'${toHex(new ByteWriter().uint(octets, value, 'value').finish())}'`;
}

/** Joins words: `1, 2 and 3`. */
export function listed(words: readonly (string | number)[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Writes a number of octets: `1 octet`, `2 octets`. */
export function octetsOf(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`;
}
