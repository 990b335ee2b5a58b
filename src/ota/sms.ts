/**
 * Secured packets in short messages.
 *
 *     SMS-DELIVER: first octet | TP-OA | TP-PID '7F' | TP-DCS 'F6' | TP-SCTS 7 | TP-UDL | TP-UD
 *     TP-UD:       UDHL | IEI, length, value ... | packet
 *
 * A command packet has the information element '70', a response packet '71', both without a value.
 * A packet that one message does not hold is cut by segmentation.ts and joined by reassembly.ts.
 *
 * @see 3GPP TS 23.040 §9.2.2.1, §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import { type Address, addressDigits, decodeAddress, encodeAddress } from '../bytes/address.ts';
import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** Information element identifiers of a user data header. */
export const IEI = {
  /** Concatenation with a reference of one octet, and of two. */
  concatenation8: 0x00,
  concatenation16: 0x08,
  commandPacket: 0x70,
  responsePacket: 0x71,
} as const;

/** TP-PID of (U)SIM data download. */
export const PID_DATA_DOWNLOAD = 0x7f;
/** TP-DCS for 8-bit data of class 2. */
export const DCS_8BIT_CLASS_2 = 0xf6;
/** The most octets of TP-UD with 8-bit data. */
export const USER_DATA_MAX = 140;

const MTI_DELIVER = 0x00;
const NO_MORE_MESSAGES = 0x04;
const HAS_HEADER = 0x40;
/** Type of number in a type octet, b7 to b5, and its value for text in the 7-bit alphabet. */
const TYPE_OF_NUMBER = 0x70;
const ALPHANUMERIC = 0x50;

/** One information element of a user data header. */
export interface InformationElement {
  readonly iei: number;
  readonly value: Uint8Array;
}

/** TP-UD with a header, taken apart. */
export interface UserData {
  readonly elements: readonly InformationElement[];
  readonly body: Uint8Array;
}

/**
 * TP-OA or TP-DA. One that no digits spell, as most texts, is its octets as in the message: number
 * of digits, type, digits. Some texts are spelt by chance: "MNO" is `d0:b47c31`. Networks that tell
 * no sender send no digits: `00 80`.
 */
export type MessageAddress = Address | Uint8Array;

/** SMS-DELIVER, decoded. */
export interface SmsDeliver {
  readonly originator: MessageAddress;
  readonly pid: number;
  readonly dcs: number;
  /** TP-SCTS, 7 octets. */
  readonly timestamp: Uint8Array;
  readonly hasHeader: boolean;
  readonly moreMessages: boolean;
  /** TP-UD, with its header if it has one. */
  readonly userData: Uint8Array;
}

/**
 * Reads TP-UD that begins with a header.
 *
 * @throws {DecodeError} UDHL or the length of an element does not fit
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function decodeUserData(octets: Uint8Array): UserData {
  const reader = new ByteReader(octets, 'TP-UD');
  const header = reader.enter(reader.uint(1, 'UDHL'), 'UDH');
  const elements: InformationElement[] = [];
  while (header.remaining > 0) {
    const iei = header.uint(1, 'IEI');
    elements.push({ iei, value: header.take(header.uint(1, 'IE length'), 'IE') });
  }
  return { elements, body: reader.rest() };
}

/**
 * Writes TP-UD with a header.
 *
 * @throws {RangeError} the header is longer than 255 octets
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function encodeUserData(data: UserData): Uint8Array {
  const header = new ByteWriter();
  for (const { iei, value } of data.elements) {
    header.uint(1, iei, 'IEI').uint(1, value.length, 'IE length').bytes(value);
  }
  return concat(
    new ByteWriter().uint(1, header.length, 'UDHL').finish(),
    header.finish(),
    data.body,
  );
}

/** Puts a command packet into the user data of one short message. */
export function commandUserData(packet: Uint8Array): Uint8Array {
  const elements = [{ iei: IEI.commandPacket, value: new Uint8Array(0) }];
  return encodeUserData({ elements, body: packet });
}

/** Puts a response packet into the user data of a delivery report. */
export function responseUserData(packet: Uint8Array): Uint8Array {
  const elements = [{ iei: IEI.responsePacket, value: new Uint8Array(0) }];
  return encodeUserData({ elements, body: packet });
}

/** Tells whether a header has an information element. */
export function hasElement(data: UserData, iei: number): boolean {
  return data.elements.some((element) => element.iei === iei);
}

/**
 * Finds the command packet in a message.
 *
 * @returns the packet, CPL first; `undefined` when the message announces none
 * @throws {DecodeError} the header of TP-UD does not fit
 * @see 3GPP TS 31.115 §4
 */
export function commandPacketOf(message: SmsDeliver): Uint8Array | undefined {
  const data = message.hasHeader ? decodeUserData(message.userData) : undefined;
  return data !== undefined && hasElement(data, IEI.commandPacket) ? data.body : undefined;
}

/**
 * Reads the response packet out of the user data of a delivery report.
 *
 * @returns the packet, RPL first
 * @throws {DecodeError} the header does not fit, or announces no response packet
 * @see 3GPP TS 31.115 §4
 */
export function responsePacketOf(userData: Uint8Array): Uint8Array {
  const data = decodeUserData(userData);
  if (!hasElement(data, IEI.responsePacket)) {
    throw new DecodeError('TP-UD/UDH', 0, `expected the information element '71'`);
  }
  return data.body;
}

/**
 * Reads SMS-DELIVER.
 *
 * @throws {DecodeError} a field does not fit, or it is another TPDU
 * @see 3GPP TS 23.040 §9.2.2.1
 */
export function decodeSmsDeliver(octets: Uint8Array): SmsDeliver {
  const reader = new ByteReader(octets, 'SMS-DELIVER');
  const first = reader.uint(1, 'first octet');
  if ((first & 0x03) !== MTI_DELIVER) throw reader.error('TP-MTI', 'expected 0', 0);
  return {
    originator: readMessageAddress(reader, 'TP-OA'),
    pid: reader.uint(1, 'TP-PID'),
    dcs: reader.uint(1, 'TP-DCS'),
    timestamp: reader.take(7, 'TP-SCTS'),
    hasHeader: (first & HAS_HEADER) !== 0,
    moreMessages: (first & NO_MORE_MESSAGES) === 0,
    userData: readUserData(reader),
  };
}

/**
 * Reads TP-OA or TP-DA. Nothing is done with a text, so any is taken: it says who sends, and is no
 * reason to drop a packet.
 *
 * @throws {DecodeError} it has more than 20 digits, or they are not as many as it says
 * @see 3GPP TS 23.040 §9.1.2.5
 */
export function readMessageAddress(reader: ByteReader, field: 'TP-OA' | 'TP-DA'): MessageAddress {
  const start = reader.offset;
  const digits = reader.uint(1, `${field} length`);
  if (digits > 20) throw reader.error(field, 'expected at most 20 digits');
  const octets = reader.take(1 + ((digits + 1) >> 1), field);
  if (digits === 0) return concat(Uint8Array.of(digits), octets);
  try {
    const address = decodeAddress(octets);
    if (addressDigits(address) === digits) return address;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  if ((octets[0]! & TYPE_OF_NUMBER) === ALPHANUMERIC) return concat(Uint8Array.of(digits), octets);
  throw reader.error(field, `expected ${digits} digits`, start + 2);
}

/**
 * Writes TP-OA or TP-DA.
 *
 * @returns 2 to 12 octets: number of digits, type, digits
 * @throws {RangeError} it is given as octets, and they are none
 * @see 3GPP TS 23.040 §9.1.2.5
 */
export function encodeMessageAddress(of: MessageAddress): Uint8Array {
  if (typeof of === 'string') return concat(Uint8Array.of(addressDigits(of)), encodeAddress(of));
  const reader = new ByteReader(of, 'address');
  try {
    readMessageAddress(reader, 'TP-OA');
    reader.end();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RangeError(`address: expected number of digits, type and digits: ${error.problem}`);
  }
  return of.slice();
}

/**
 * Reads TP-UDL, and as TP-UD all that follows.
 *
 * TP-UDL may be larger or smaller than the octets that follow: senders exist that write a constant.
 * What is there counts.
 *
 * @throws {DecodeError} TP-UD has more than 140 octets
 * @see 3GPP TS 23.040 §9.2
 */
export function readUserData(reader: ByteReader): Uint8Array {
  reader.uint(1, 'TP-UDL');
  if (reader.remaining > USER_DATA_MAX) {
    throw reader.error('TP-UD', `expected at most ${USER_DATA_MAX} octets`);
  }
  return reader.rest();
}

/**
 * Refuses TP-UD that no message holds.
 *
 * @throws {RangeError} it has more than 140 octets
 * @see 3GPP TS 23.040 §9.2
 */
export function expectUserData(userData: Uint8Array): void {
  if (userData.length <= USER_DATA_MAX) return;
  throw new RangeError(
    `userData: expected at most ${USER_DATA_MAX} octets, got ${userData.length}`,
  );
}

/**
 * Writes SMS-DELIVER.
 *
 * @throws {RangeError} TP-UD is longer than 140 octets, or another field does not fit
 * @see 3GPP TS 23.040 §9.2.2.1
 */
export function encodeSmsDeliver(message: SmsDeliver): Uint8Array {
  const { originator, timestamp, userData } = message;
  expectUserData(userData);
  if (timestamp.length !== 7) {
    throw new RangeError(`timestamp: expected 7 octets, got ${timestamp.length}`);
  }
  const first =
    MTI_DELIVER |
    (message.moreMessages ? 0 : NO_MORE_MESSAGES) |
    (message.hasHeader ? HAS_HEADER : 0);
  return new ByteWriter()
    .uint(1, first, 'first octet')
    .bytes(encodeMessageAddress(originator))
    .uint(1, message.pid, 'TP-PID')
    .uint(1, message.dcs, 'TP-DCS')
    .bytes(timestamp)
    .uint(1, userData.length, 'TP-UDL')
    .bytes(userData)
    .finish();
}
