/**
 * Key references: which PIN or ADM key is meant.
 *
 *     01 to 08 application PINs    81 to 88 local PINs    11 universal PIN
 *     0A to 0E ADM1 to ADM5        8A to 8E ADM6 to ADM10
 *
 * @see ETSI TS 102 221 §9.5
 * @module
 */

import { toHex } from '../bytes/hex.ts';

/** PIN1, an application PIN. */
export const PIN1 = 0x01;
/** PIN2, a local PIN. */
export const PIN2 = 0x81;
/** The universal PIN, which may take the place of others. */
export const UNIVERSAL_PIN = 0x11;

/** The first ADM key. */
export const ADM1 = 0x0a;
const ADM5 = 0x0e;
/** b8: the key is an application's own. */
const LOCAL = 0x80;

/** Tells whether a key is the PIN of an application, '01' to '08'. */
export function isApplicationPin(reference: number): boolean {
  return reference >= PIN1 && reference <= 0x08;
}

/** Tells whether a key is an ADM key. */
export function isAdm(reference: number): boolean {
  const global = reference & ~LOCAL;
  return global >= ADM1 && global <= ADM5;
}

/**
 * Names a key reference: PIN1, PIN2, ADM1 to ADM10; others by their number, `PIN 02`.
 *
 * @param reference one octet
 * @see ETSI TS 102 221 §9.5
 */
export function keyName(reference: number): string {
  if (reference === PIN1) return 'PIN1';
  if (reference === PIN2) return 'PIN2';
  if (reference === UNIVERSAL_PIN) return 'universal PIN';
  if (isAdm(reference)) {
    const first = (reference & LOCAL) === 0 ? 1 : 6;
    return `ADM${(reference & ~LOCAL) - ADM1 + first}`;
  }
  return `PIN ${toHex(Uint8Array.of(reference)).toUpperCase()}`;
}
