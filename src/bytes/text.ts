/**
 * Text as octets.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import { DecodeError } from './errors.ts';

/**
 * Reads UTF-8.
 *
 * @throws {DecodeError} the octets are no UTF-8
 */
export function decodeUtf8(octets: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new DecodeError(name, 0, 'expected UTF-8');
  }
}

/** Makes text of a stranger fit for a terminal: each control character is a full stop. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '.');
}
