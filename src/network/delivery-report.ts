/**
 * What a delivery report proves about the packet that it answers.
 *
 *     report -> response packet -> CC by the key of the command -> TAR, CNTR -> status 00 -> answer
 *
 * Only a PoR that passes every step is the card's word. All else, a refusal with a status among it,
 * proves nothing: anybody can write a PoR without CC; a packet that the network delivers twice is
 * executed and then refused as a replay; and after a change has become effective the old keys open
 * nothing.
 *
 * @see ETSI TS 102 225 §5.2; docs/architecture.md, "What a sender knows"
 * @module
 */

import type { DeliveryReport } from '../air/short-message.ts';
import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { DecodeError, understood } from '../bytes/errors.ts';
import type { Iccid } from '../bytes/identity.ts';
import { equals } from '../bytes/octets.ts';
import {
  openResponsePacket,
  type ResponsePacket,
  type ResponseSecurity,
  type ResponseStatus,
  responseStatusName,
  verifiedResponse,
} from '../ota/response-packet.ts';
import type { PacketKeys } from '../ota/secured-packet.ts';
import { responsePacketOf } from '../ota/sms.ts';
import {
  type ChangeAnswer,
  decodeChangeAnswer,
  decodeQueryAnswer,
  decodeRemoteAnswer,
  type QueryAnswer,
  type SubscriptionCommand,
} from '../ota/subscription-change.ts';

/** A command packet as its sender remembers it. Holds keys: treat as secret. */
export interface SentPacket {
  readonly kind: SubscriptionCommand['kind'];
  readonly security: ResponseSecurity;
  readonly keys: PacketKeys;
  /** 3 octets. */
  readonly tar: Uint8Array;
  readonly cntr: number;
}

/** The card's word: SW, and its data when SW is '9000'. */
export type ProvenAnswer =
  | { readonly kind: 'change'; readonly sw: StatusWord; readonly answer: ChangeAnswer | undefined }
  | { readonly kind: 'query'; readonly sw: StatusWord; readonly answer: QueryAnswer | undefined }
  | { readonly kind: 'cancel'; readonly sw: StatusWord; readonly answer: undefined };

/**
 * Why a report proves nothing.
 *
 * - `nothing-sent`: no packet waits for an answer
 * - `no-report`: the network has heard nothing from the ME
 * - `no-response-packet`: a report without a PoR, or octets that are none
 * - `no-checksum`, `wrong-checksum`: anybody could have written it
 * - `wrong-tar`, `wrong-cntr`: the answer to something else
 * - `status`: refused before the applet saw it, or executed before
 * - `wrong-answer`: the data of the PoR are no answer to the command, or another card's
 */
export type UnprovenReason =
  | 'nothing-sent'
  | 'no-report'
  | 'no-response-packet'
  | 'no-checksum'
  | 'wrong-checksum'
  | 'wrong-tar'
  | 'wrong-cntr'
  | 'status'
  | 'wrong-answer';

/** Nothing is proven, and why; with the status that the PoR gives, proven or not. */
export interface Unproven {
  readonly kind: 'unproven';
  readonly why: UnprovenReason;
  /** The status code by its name, or as a number when it is reserved. */
  readonly status?: ResponseStatus | number;
}

/** What the applet's SW mean. */
export const REFUSAL_OF_SW: Readonly<Record<StatusWord, string>> = {
  [SW.memoryProblem]: 'not-stored',
  [SW.securityNotSatisfied]: 'por-not-protected',
  [SW.referenceInvalidated]: 'guard-differs',
  [SW.conditionsNotSatisfied]: 'another-change-staged',
  [SW.wrongData]: 'malformed',
  [SW.notEnoughMemory]: 'no-pairs-left',
  [SW.referenceNotFound]: 'nothing-staged',
};

/** The card's word, or nothing. */
export type ReportJudgement = { readonly kind: 'proven'; readonly answer: ProvenAnswer } | Unproven;

function unproven(why: UnprovenReason, packet?: ResponsePacket): Unproven {
  if (packet === undefined) return { kind: 'unproven', why };
  return { kind: 'unproven', why, status: responseStatusName(packet.status) ?? packet.status };
}

function readAnswer(kind: SentPacket['kind'], data: Uint8Array): ProvenAnswer {
  const { sw, data: answer } = decodeRemoteAnswer(data);
  if (sw === SW.ok && kind === 'change') return { kind, sw, answer: decodeChangeAnswer(answer) };
  if (sw === SW.ok && kind === 'query') return { kind, sw, answer: decodeQueryAnswer(answer) };
  if (answer.length > 0) throw new DecodeError('answer', 3, 'expected no data');
  return { kind, sw, answer: undefined };
}

/** Tells whether success is reported for this card, and for the pair that follows. */
function fits(answer: ProvenAnswer, expected: { iccid: Iccid; guard: number }): boolean {
  if (answer.answer === undefined) return true;
  if (answer.answer.iccid !== expected.iccid) return false;
  return answer.kind !== 'change' || answer.answer.index === expected.guard + 1;
}

/**
 * Judges the report on a packet.
 *
 * @param report `undefined` when the network has heard nothing
 * @param sent the packet, with the keys under which it was sent
 * @param expected ICCID of the card, and the active index that the command assumed
 * @see ETSI TS 102 225 §5.2
 */
export function judgeReport(
  report: DeliveryReport | undefined,
  sent: SentPacket,
  expected: { readonly iccid: Iccid; readonly guard: number },
): ReportJudgement {
  if (report === undefined) return unproven('no-report');
  const packet = understood(() =>
    openResponsePacket(responsePacketOf(report.userData), sent.security, sent.keys),
  );
  if (packet === undefined) return unproven('no-response-packet');
  const response = verifiedResponse(packet);
  if (response === undefined) {
    return packet.checksumOk === false
      ? unproven('wrong-checksum')
      : unproven('no-checksum', packet);
  }
  if (!equals(response.tar, sent.tar)) return unproven('wrong-tar', response);
  if (response.cntr !== sent.cntr) return unproven('wrong-cntr', response);
  if (responseStatusName(response.status) !== 'por-ok') return unproven('status', response);
  const answer = understood(() => readAnswer(sent.kind, response.data));
  if (answer === undefined || !fits(answer, expected)) return unproven('wrong-answer', response);
  return { kind: 'proven', answer };
}
