/**
 * Where the sequence numbers of an AuC stand, as octets: what must survive the end of a program.
 *
 *     position    IMSI 9, as EF_IMSI holds it | SEQ of the newest vector 6 | IND of the next 1
 *     positions   position, position …; a later one of an IMSI counts
 *
 * No key is in it. It is kept for subscribers that are not served at the moment as well: when they
 * come back, their sequence numbers go on.
 *
 * @see docs/eap-aka.md, "What it keeps"; 3GPP TS 33.102 §6.3.2
 * @module
 */

import { decodeImsi, encodeImsi, IMSI_OCTETS, type Imsi } from '../bytes/identity.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { SubscriberAuthentication } from './auc.ts';
import type { SequencePosition } from './eap-sim-database.ts';

const SEQ_OCTETS = 6;
const POSITION_OCTETS: number = IMSI_OCTETS + SEQ_OCTETS + 1;

/** Positions by IMSI. */
export type SequencePositions = ReadonlyMap<Imsi, SequencePosition>;

/**
 * Writes positions, in the order of the map.
 *
 * @returns 16 octets for each
 * @throws {RangeError} a SEQ of more than 48 bits, or an IND of more than 8
 */
export function encodePositions(positions: SequencePositions): Uint8Array {
  const writer = new ByteWriter();
  for (const [imsi, { seqHe, ind }] of positions) {
    writer.bytes(encodeImsi(imsi)).uint(SEQ_OCTETS, seqHe, 'SEQ').uint(1, ind, 'IND');
  }
  return writer.finish();
}

/**
 * Reads positions.
 *
 * @param octets any number of positions
 * @throws {DecodeError} an IMSI is none, or the last position is not whole
 */
export function decodePositions(octets: Uint8Array): SequencePositions {
  const positions = new Map<Imsi, SequencePosition>();
  const reader = new ByteReader(octets, 'positions');
  while (reader.remaining > 0) {
    const position = reader.enter(POSITION_OCTETS, 'position');
    const imsi = decodeImsi(position.take(IMSI_OCTETS, 'IMSI'));
    const seqHe = position.uint(SEQ_OCTETS, 'SEQ');
    positions.set(imsi, { seqHe, ind: position.uint(1, 'IND') });
  }
  return positions;
}

/**
 * Gives a subscription the position that was kept of it.
 *
 * IND turns within the width that the subscription has now: of a SEQ it must be no part. DIF of a
 * SEQ that follows a clock is not kept: SEQ goes on from where it was, and not from the clock.
 */
export function continuedAt(
  authentication: SubscriberAuthentication,
  { seqHe, ind }: SequencePosition,
): SubscriberAuthentication {
  return { ...authentication, seqHe, ind: ind % 2 ** authentication.indBits };
}
