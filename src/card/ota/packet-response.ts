/**
 * How a PoR goes back to the sender.
 *
 *     SPI2 asks for the report      in the answer to ENVELOPE
 *       and it is longer than that  0B in the answer, the PoR itself by SMS-SUBMIT
 *     SPI2 asks for SMS-SUBMIT      in SEND SHORT MESSAGE, one for each part
 *
 * Without the ME's facility to send, or with too much waiting for it already, the report is the
 * only way, and what an applet may answer is as short as that.
 *
 * @see ETSI TS 102 225 §5.2; 3GPP TS 31.115 §4; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import { COMMAND_TYPE, DEVICE, type ProactiveCommand, TAG } from '../../cat/proactive-command.ts';
import { type ProactiveSession, queueCommand } from '../../cat/session.ts';
import { FACILITY, hasFacility } from '../../cat/terminal-profile.ts';
import { checksumOf, cipherOf } from '../../ota/key-set.ts';
import type { ResponseSecurity } from '../../ota/response-packet.ts';
import type { PacketKeys } from '../../ota/secured-packet.ts';
import { segmentPacket } from '../../ota/segmentation.ts';
import { IEI, type MessageAddress, responseUserData } from '../../ota/sms.ts';
import { encodeSmsSubmit } from '../../ota/sms-submit.ts';

/** TP-UD of a delivery report that every network carries, by the notes on practice. */
const REPORT_MAX = 128;
/** UDH 3, RPL 2, RHL 1, TAR 3: what stands in front of the octets that may be ciphered. */
const REPORT_HEAD = 9;
/** CNTR 5, PCNTR 1, status 1. */
const FIXED_OCTETS = 7;
/** The most octets that an applet may answer. */
export const RESPONSE_DATA_MAX = 4096;
/** With more commands waiting for the ME than this, it gets no further short messages. */
const COMMANDS_WAITING_MAX = 64;

/** Tells whether the ME would send a short message for the card. */
export function maySubmit({ profile, commands }: ProactiveSession): boolean {
  if (profile === undefined || commands.length > COMMANDS_WAITING_MAX) return false;
  return hasFacility(profile, FACILITY.sendShortMessage);
}

/** Tells whether a response packet goes into a delivery report. */
export function fitsReport(packet: Uint8Array): boolean {
  return responseUserData(packet).length <= REPORT_MAX;
}

/**
 * Computes how many octets an applet may answer; 0 when nobody hears of success.
 *
 * @param security SPI, KIc and KID of the command
 */
export function responseDataMax(
  security: ResponseSecurity,
  keys: PacketKeys,
  session: ProactiveSession,
): number {
  if (security.spi.por !== 'always') return 0;
  if (maySubmit(session)) return RESPONSE_DATA_MAX;
  const { spi, kic, kid } = security;
  const block = (spi.isPorCiphered ? cipherOf(kic, keys.ciphering)?.block : undefined) ?? 1;
  const body = Math.floor((REPORT_MAX - REPORT_HEAD) / block) * block;
  const checksum = checksumOf(spi.porIntegrity, kid, keys.checksum)?.length ?? 0;
  return body - FIXED_OCTETS - checksum;
}

function sendShortMessage(tpdu: Uint8Array): ProactiveCommand {
  return {
    details: { number: 1, type: COMMAND_TYPE.sendShortMessage, qualifier: 0 },
    destination: DEVICE.network,
    objects: [{ tag: TAG.smsTpdu, comprehensionRequired: true, value: tpdu }],
  };
}

/**
 * Queues the short messages that carry a response packet.
 *
 * @param to TP-OA of the command
 * @param reference of the concatenation, if there are several; 8 bits
 * @see 3GPP TS 31.115 §4; ETSI TS 102 223 §6.4
 */
export function queueResponse(
  session: ProactiveSession,
  packet: Uint8Array,
  to: MessageAddress,
  reference: number,
): ProactiveSession {
  const parts = segmentPacket(packet, { iei: IEI.responsePacket, reference });
  return parts.reduce((toolkit, userData) => {
    const command = sendShortMessage(encodeSmsSubmit({ destination: to, userData }));
    const needs = FACILITY.sendShortMessage;
    return queueCommand(
      toolkit,
      { command, needs, doneBy: 'terminal-response', isAnswer: true },
      'ready',
    );
  }, session);
}
