/**
 * Finds the command packet in the short messages that come in.
 *
 *     announced by the element '70'                     a packet
 *     in several parts, none of which says what it is   a packet, if the profile wants it so
 *     anything else                                     nothing for the card
 *
 * Some senders leave the element out when they cut a packet. Their messages are known by TP-PID
 * '7F' and by having no other element of a security header.
 *
 * @see 3GPP TS 31.115 §4; 3GPP TS 23.040 §9.2.3.24
 * @module
 */

import { takePart, type WholeMessage } from '../../ota/reassembly.ts';
import { concatenationOf } from '../../ota/segmentation.ts';
import {
  decodeSmsDeliver,
  decodeUserData,
  hasElement,
  IEI,
  type MessageAddress,
  PID_DATA_DOWNLOAD,
  type SmsDeliver,
} from '../../ota/sms.ts';
import type { CardSession } from '../session.ts';
import { type FindingListener, tell } from './finding.ts';

/** A command packet as it came: CPL first, not looked at. */
export interface MessagePacket {
  readonly octets: Uint8Array;
  readonly originator: MessageAddress;
}

/** Security headers of the toolkit have '70' to '7F'. */
const SECURITY_HEADERS = 0x70;

function saysNothing({ elements, laterElements }: WholeMessage): boolean {
  return ![...elements, ...laterElements].some(({ iei }) => (iei & 0xf0) === SECURITY_HEADERS);
}

function partText({ hasHeader, userData }: SmsDeliver, why: string): string {
  const part = hasHeader ? concatenationOf(decodeUserData(userData)) : undefined;
  return part === undefined ? why : `part ${part.number} of ${part.total}, ${why}`;
}

/**
 * Takes a short message: gives the packet that it holds, or whose last part it is.
 *
 * @param session keeps the parts of messages that are not whole
 * @param unannounced a packet that no element announces is taken, too
 * @throws {DecodeError} the message is no SMS-DELIVER, or its header makes no sense
 * @see 3GPP TS 31.115 §4
 */
export function takeMessage(
  tpdu: Uint8Array,
  session: Pick<CardSession, 'reassembly'>,
  unannounced: boolean,
  listener: FindingListener | undefined,
): MessagePacket | undefined {
  const deliver = decodeSmsDeliver(tpdu);
  const taken = takePart(session.reassembly, deliver);
  session.reassembly = taken.store;
  const { message, why, dropped } = taken;
  if (message === undefined || dropped > 0) {
    tell(listener, 'concatenation', why === 'incomplete' && dropped === 0, () => [
      'a part of a longer message, and room for it',
      partText(deliver, why) + (dropped > 0 ? `, ${dropped} unfinished given up` : ''),
    ]);
  }
  if (message === undefined) return undefined;
  const isAnnounced = hasElement(message, IEI.commandPacket);
  const mayBeUnannounced =
    unannounced && message.isConcatenated && deliver.pid === PID_DATA_DOWNLOAD;
  const isPacket = isAnnounced || (mayBeUnannounced && saysNothing(message));
  const isDownload = deliver.pid === PID_DATA_DOWNLOAD;
  tell(listener, 'sms', isPacket, () => [
    `the information element '70'`,
    (isAnnounced ? `a packet of ${message.body.length} octets` : 'none') +
      (isDownload ? '' : `; an ME brings no message to a card whose TP-PID is not '7f'`),
  ]);
  return isPacket ? { octets: message.body, originator: message.originator } : undefined;
}
