/**
 * K and what goes with it, from an entry of the key table to octets.
 *
 *     op       OPc, by K               r, c                     as they are
 *     top      TOPc, by K              lengths, iterations      one octet each
 *
 * Card, AuC and comparison take the same octets from here.
 *
 * @see docs/profile.md, "Key table"; 3GPP TS 35.206 §4.1; 3GPP TS 35.231
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { concat } from '../bytes/octets.ts';
import type { AuthenticationSecret } from '../crypto/algorithms.ts';
import { deriveOpc } from '../crypto/milenage.ts';
import { deriveTopc, TUAK_PARAMETERS } from '../crypto/tuak.ts';
import { XOR_PARAMETERS } from '../crypto/xor.ts';
import type { KeyTableEntryProfile } from './profile.ts';

/** What stands beside K, of which an entry has one at most. */
export type OperatorKeys = Pick<KeyTableEntryProfile, 'opc' | 'op' | 'topc' | 'top'>;

/** Gives an entry without it. */
export function withoutOperator(
  entry: KeyTableEntryProfile,
): Omit<KeyTableEntryProfile, keyof OperatorKeys> {
  const { opc: _opc, op: _op, topc: _topc, top: _top, ...rest } = entry;
  return rest;
}

/** OPc, TOPc or what stands in their place; no octets when there is nothing. */
function opcOf(entry: KeyTableEntryProfile, k: Uint8Array): Uint8Array {
  const { opc, op, topc = '', top, iterations = TUAK_PARAMETERS.iterations } = entry;
  if (op !== undefined) return deriveOpc(k, fromHex(op, 'op'));
  if (top !== undefined) return deriveTopc(k, fromHex(top, 'top'), iterations);
  return opc === undefined ? fromHex(topc, 'topc') : fromHex(opc, 'opc');
}

function constantsOf(entry: KeyTableEntryProfile): Uint8Array | undefined {
  if (entry.algorithm === 'tuak') {
    const { resLength, ckLength, ikLength, iterations } = { ...TUAK_PARAMETERS, ...entry };
    return Uint8Array.of(resLength, ckLength, ikLength, iterations);
  }
  if (entry.algorithm === 'xor') {
    const { resLength, gsmVariant } = { ...XOR_PARAMETERS, ...entry };
    return Uint8Array.of(resLength, gsmVariant ? 1 : 0);
  }
  const { r, c } = entry;
  if (r === undefined || c === undefined) return undefined;
  return concat(Uint8Array.from(r), ...c.map((octets) => fromHex(octets, 'c')));
}

/**
 * Reads K and what goes with it out of an entry of the key table.
 *
 * @param entry an entry of a profile that was checked
 * @throws {RangeError} the entry was not checked, and an octet string has another length
 * @see docs/profile.md, "Key table"
 */
export function authenticationSecret(entry: KeyTableEntryProfile): AuthenticationSecret {
  const { algorithm } = entry;
  const k = fromHex(entry.k, 'k');
  return {
    algorithm: algorithm === 'milenage' ? undefined : algorithm,
    k,
    opc: opcOf(entry, k),
    constants: constantsOf(entry),
  };
}
