/**
 * SMS-SUBMIT: the short message in which a card sends a response packet.
 *
 *     first octet | TP-MR | TP-DA | TP-PID '7F' | TP-DCS 'F6' | [TP-VP] | TP-UDL | TP-UD
 *
 *     first octet  b2 b1 TP-MTI 01 | b5 b4 form of TP-VP | b7 TP-UDHI
 *
 * The ME sends what the card gives it; it may put a TP-MR of its own.
 *
 * @see 3GPP TS 23.040 §9.2; 3GPP TS 31.115 §4
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import {
  DCS_8BIT_CLASS_2,
  encodeMessageAddress,
  expectUserData,
  type MessageAddress,
  PID_DATA_DOWNLOAD,
  readMessageAddress,
  readUserData,
} from './sms.ts';

const MTI_SUBMIT = 0x01;
const HAS_HEADER = 0x40;

/** Octets of TP-VP by b5 b4 of the first octet: absent, enhanced, relative, absolute. */
const VALIDITY_OCTETS = [0, 7, 1, 7] as const;

/** SMS-SUBMIT, decoded. How long it is valid is the SMSC's affair. */
export interface SmsSubmit {
  /** TP-MR. */
  readonly reference: number;
  /** For a response packet it is the originator of the command packet, as it came. */
  readonly destination: MessageAddress;
  readonly pid: number;
  readonly dcs: number;
  readonly hasHeader: boolean;
  /** TP-UD, with its header if it has one. */
  readonly userData: Uint8Array;
}

/** SMS-SUBMIT to write: what is left out is as for a response packet, with TP-MR 0. */
export type SmsSubmitInput = Pick<SmsSubmit, 'destination' | 'userData'> & Partial<SmsSubmit>;

/**
 * Reads SMS-SUBMIT.
 *
 * TP-VP is skipped in all its forms. Of TP-UD the octets that are there count, not TP-UDL.
 *
 * @throws {DecodeError} a field does not fit, or it is another TPDU
 * @see 3GPP TS 23.040 §9.2
 */
export function decodeSmsSubmit(octets: Uint8Array): SmsSubmit {
  const reader = new ByteReader(octets, 'SMS-SUBMIT');
  const first = reader.uint(1, 'first octet');
  if ((first & 0x03) !== MTI_SUBMIT) throw reader.error('TP-MTI', 'expected 1', 0);
  const head = {
    reference: reader.uint(1, 'TP-MR'),
    destination: readMessageAddress(reader, 'TP-DA'),
    pid: reader.uint(1, 'TP-PID'),
    dcs: reader.uint(1, 'TP-DCS'),
  };
  reader.take(VALIDITY_OCTETS[(first >> 3) & 0x03]!, 'TP-VP');
  return { ...head, hasHeader: (first & HAS_HEADER) !== 0, userData: readUserData(reader) };
}

/**
 * Writes SMS-SUBMIT, without TP-VP.
 *
 * @throws {RangeError} TP-UD is longer than 140 octets, or another field does not fit
 * @see 3GPP TS 23.040 §9.2
 */
export function encodeSmsSubmit(message: SmsSubmitInput): Uint8Array {
  const { destination, userData, reference = 0, hasHeader = true } = message;
  expectUserData(userData);
  return new ByteWriter()
    .uint(1, MTI_SUBMIT | (hasHeader ? HAS_HEADER : 0), 'first octet')
    .uint(1, reference, 'TP-MR')
    .bytes(encodeMessageAddress(destination))
    .uint(1, message.pid ?? PID_DATA_DOWNLOAD, 'TP-PID')
    .uint(1, message.dcs ?? DCS_8BIT_CLASS_2, 'TP-DCS')
    .uint(1, userData.length, 'TP-UDL')
    .bytes(userData)
    .finish();
}
