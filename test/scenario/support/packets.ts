/**
 * Packets that no OTA server would send, under any keys, and what a card answers to them.
 *
 * @see docs/subscription-change.md; ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import type { DeliveryReport, ShortMessageDown } from '../../../src/air/short-message.ts';
import { address } from '../../../src/bytes/address.ts';
import type { Iccid } from '../../../src/bytes/identity.ts';
import { judgeReport, type SentPacket } from '../../../src/network/delivery-report.ts';
import { keySetOf, type SubscriptionPair } from '../../../src/network/keys.ts';
import { deliverMessage, sealCommand } from '../../../src/network/ota-message.ts';
import { openResponsePacket } from '../../../src/ota/response-packet.ts';
import { responsePacketOf } from '../../../src/ota/sms.ts';
import {
  decodeRemoteAnswer,
  encodeSubscriptionCommand,
  type QueryAnswer,
  SUBSCRIPTION_CHANGE_TAR,
} from '../../../src/ota/subscription-change.ts';

const ORIGIN = {
  serviceCentre: address('+001019999'),
  originator: address('+001019998'),
  timestamp: (): Uint8Array => new Uint8Array(7),
};

/** A message, and what its answer is judged by. */
export interface Sealed {
  readonly message: ShortMessageDown;
  readonly sent: SentPacket;
}

/** Seals secured data for the subscription-change applet, with CC, ciphering and a PoR. */
export function sealed(pair: SubscriptionPair, cntr: number, data: Uint8Array): Sealed {
  const [keySet] = pair.keySets;
  if (keySet === undefined) throw new Error('a pair has a key set');
  const keys = keySetOf(keySet);
  const tar = SUBSCRIPTION_CHANGE_TAR;
  const { userData, sent } = sealCommand({ keys, tar, cntr, kind: 'query', data });
  return { message: deliverMessage(userData, ORIGIN), sent };
}

/** Seals a QUERY. */
export function sealedQuery(pair: SubscriptionPair, cntr: number): Sealed {
  return sealed(pair, cntr, encodeSubscriptionCommand({ kind: 'query' }));
}

/** Reads the answer to a QUERY; `undefined` when the report proves nothing. */
export function queryAnswer(
  report: DeliveryReport | undefined,
  sent: SentPacket,
  iccid: Iccid,
): QueryAnswer | undefined {
  const judged = judgeReport(report, sent, { iccid, guard: 0 });
  if (judged.kind === 'unproven' || judged.answer.kind !== 'query') return undefined;
  return judged.answer.answer;
}

/** Reads SW and data of a PoR 00 whose checksum is right, else the status of the PoR. */
export function porOf(
  report: DeliveryReport | undefined,
  { security, keys }: SentPacket,
): { readonly sw: number; readonly data: Uint8Array } | { readonly status: number } {
  if (report === undefined) throw new Error('nothing was heard of the card');
  const packet = responsePacketOf(report.userData);
  const opened = openResponsePacket(packet, security, keys);
  if (opened.checksumOk !== true) {
    // In the clear and without a checksum, the status is the last octet.
    return { status: packet.at(-1) ?? -1 };
  }
  return opened.status === 0 ? decodeRemoteAnswer(opened.data) : { status: opened.status };
}
