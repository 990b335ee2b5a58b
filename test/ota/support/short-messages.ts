/**
 * The cases of test/vectors/ota-public.json as short messages, with and without concatenation.
 *
 * @see 3GPP TS 31.115 §4
 * @module
 */

import { decodeCommandApdu } from '../../../src/apdu/command.ts';
import { fromHex } from '../../../src/bytes/hex.ts';
import { decodeEnvelope, decodeSmsPpDownload } from '../../../src/cat/envelope.ts';
import vectors from '../../vectors/ota-public.json' with { type: 'json' };

/** One case: octets are hex, lists are in the order of the parts. */
export interface ShortMessageCase {
  readonly id: string;
  readonly commandPacket: string;
  readonly tpUserData: readonly string[];
  readonly smsDeliver: readonly string[];
  /** In the order in which they are sent. */
  readonly envelopeApdus: readonly string[];
  readonly response: { readonly responsePacket?: string; readonly smsSubmit?: readonly string[] };
}

/** All cases. */
export const CASES: readonly ShortMessageCase[] =
  vectors.cases as unknown as readonly ShortMessageCase[];

/** Finds a case. */
export function caseOf(id: string): ShortMessageCase {
  return CASES.find((of) => of.id === id)!;
}

/** The SMS-DELIVER in an ENVELOPE, class 80. */
export function deliverIn(envelope: string): Uint8Array {
  const { data } = decodeCommandApdu(fromHex(envelope));
  return decodeSmsPpDownload(decodeEnvelope(data)).tpdu;
}
