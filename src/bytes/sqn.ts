/**
 * SQN, the sequence number of AKA: a number of 48 bits, 6 octets, or 12 hex digits.
 *
 * Only `+ - * / %` may touch the number, as it has more bits than a shift takes.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { DecodeError } from './errors.ts';
import { ByteWriter } from './writer.ts';

/** Length of an SQN in octets. */
export const SQN_OCTETS = 6;

/**
 * Reads an SQN. A loop, because AUTHENTICATE runs it each time.
 *
 * @throws {DecodeError} it has another length than 6 octets
 */
export function decodeSqn(octets: Uint8Array): number {
  if (octets.length !== SQN_OCTETS) {
    throw new DecodeError('SQN', 0, `expected ${SQN_OCTETS} octets, found ${octets.length}`);
  }
  let sqn = 0;
  for (let at = 0; at < SQN_OCTETS; at++) sqn = sqn * 256 + octets[at]!;
  return sqn;
}

/**
 * Writes an SQN.
 *
 * @returns 6 octets
 * @throws {RangeError} it is no number of 48 bits
 */
export function encodeSqn(sqn: number): Uint8Array {
  return new ByteWriter().uint(SQN_OCTETS, sqn, 'SQN').finish();
}

/** Writes an SQN as 12 hex digits. */
export function sqnText(sqn: number): string {
  return sqn.toString(16).padStart(2 * SQN_OCTETS, '0');
}
