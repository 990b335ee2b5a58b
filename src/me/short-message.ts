/**
 * Short messages for the card: SMS-PP data download.
 *
 *     SMS-DELIVER, TP-PID '7F', class 2 ─▶ ENVELOPE ─▶ '61XX', GET RESPONSE ─▶ TP-UD of the report
 *
 *     '9000' '91XX'     ack, with the data if there are any
 *     '62XX' '63XX'     ack with data, error without
 *     anything else     error: '9300' is a busy toolkit
 *
 * All others are for the user, and the ME acknowledges them without looking.
 *
 * @see 3GPP TS 31.111 §7.1.1.1; 3GPP TS 23.040 §9.2.2.1
 * @module
 */

import type { DeliveryReport, ShortMessageDown } from '../air/short-message.ts';
import { commandApdu } from '../apdu/command.ts';
import type { ResponseApdu } from '../apdu/response.ts';
import { understood } from '../bytes/errors.ts';
import { encodeSmsPpDownload } from '../cat/envelope.ts';
import { isAvailable } from '../ef/services.ts';
import { decodeSmsDeliver, PID_DATA_DOWNLOAD, type SmsDeliver } from '../ota/sms.ts';
import type { Procedure } from './procedure.ts';
import { isOk, type MeState, send } from './state.ts';

const ENVELOPE = 0xc2;
const LE_MAX = 256;
const SMS_PP_DOWNLOAD_SERVICE = 28;
const NONE = new Uint8Array(0);
const ACKNOWLEDGED: DeliveryReport = { kind: 'ack', userData: NONE };

/** The report on a message that the card never got. */
export const NOT_DELIVERED: DeliveryReport = { kind: 'error', userData: NONE };

/**
 * Tells whether a TP-DCS says class 2.
 *
 * @see 3GPP TS 23.038 (coding groups with a message class)
 */
export function isClass2(dcs: number): boolean {
  const hasClass = (dcs & 0x80) === 0 ? (dcs & 0x10) !== 0 : (dcs & 0xf0) === 0xf0;
  return hasClass && (dcs & 0x03) === 2;
}

/** Tells whether a message goes to the card without the ME looking into it. */
function isForCard(me: MeState, { pid, dcs }: SmsDeliver): boolean {
  const services = me.subscription?.services ?? [];
  const isDownload = pid === PID_DATA_DOWNLOAD && isClass2(dcs);
  return isDownload && isAvailable(services, SMS_PP_DOWNLOAD_SERVICE);
}

function reportOf({ data, sw }: ResponseApdu): DeliveryReport {
  const isWarning = sw >> 8 === 0x62 || sw >> 8 === 0x63;
  if (isOk(sw) || (isWarning && data.length > 0)) return { kind: 'ack', userData: data };
  return NOT_DELIVERED;
}

/**
 * Brings one short message where it belongs.
 *
 * @returns the report for the SMSC; what the card offers behind it is left for the toolkit
 * @see 3GPP TS 31.111 §7.1.1.1
 */
export function* deliver(me: MeState, message: ShortMessageDown): Procedure<DeliveryReport> {
  const { serviceCentre, tpdu } = message;
  const sms = understood(() => decodeSmsDeliver(tpdu));
  if (sms === undefined || me.subscription === undefined) return NOT_DELIVERED;
  if (!isForCard(me, sms)) return ACKNOWLEDGED;
  const data = encodeSmsPpDownload({ serviceCentre, tpdu });
  return reportOf(yield* send(me, commandApdu([0x80, ENVELOPE, 0x00, 0x00], data, LE_MAX)));
}
