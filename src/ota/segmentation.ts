/**
 * One packet in several short messages: the sender's side.
 *
 *     fits 140     02 | 70 00                                  packet
 *     part 1       07 | 00 03 reference total 01 | 70 00       its first 132 octets
 *     part n       05 | 00 03 reference total n                the next 134
 *
 * A reference of two octets has the element '08 04' and takes one octet from each part. A response
 * packet has '71' for '70'. Only part 1 says that there is a packet.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import {
  encodeUserData,
  IEI,
  type InformationElement,
  USER_DATA_MAX,
  type UserData,
} from './sms.ts';

/** The most parts that a message has: their number is one octet. */
export const PARTS_MAX = 255;

/** The information element that makes a short message a part of a longer one. */
export interface Concatenation {
  /** Bits of the reference. */
  readonly width: 8 | 16;
  readonly reference: number;
  /** How many parts there are, 1 to 255. */
  readonly total: number;
  /** Which one this is, 1 to `total`. */
  readonly number: number;
}

/** How a packet is cut. */
export interface Segmentation {
  /** What the packet is, by its information element. */
  readonly iei: typeof IEI.commandPacket | typeof IEI.responsePacket;
  /** The same in all parts, another in the next message; one message has none. */
  readonly reference: number;
  /** Bits of the reference; 8 when left out. */
  readonly width?: Concatenation['width'];
  /** Part 1 has the element of the packet in front of that of the concatenation. */
  readonly packetElementFirst?: boolean;
}

function isConcatenation({ iei }: InformationElement): boolean {
  return iei === IEI.concatenation8 || iei === IEI.concatenation16;
}

/**
 * Writes the information element of a part.
 *
 * @throws {RangeError} the reference does not fit its width, or there is no such part
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function encodeConcatenation(of: Concatenation): InformationElement {
  const { width, reference, total, number } = of;
  if (number < 1 || number > total) {
    throw new RangeError(`number: expected 1 to ${total}, got ${number}`);
  }
  const value = new ByteWriter()
    .uint(width / 8, reference, 'reference')
    .uint(1, total, 'total')
    .uint(1, number, 'number')
    .finish();
  return { iei: width === 8 ? IEI.concatenation8 : IEI.concatenation16, value };
}

function decodeConcatenation({ iei, value }: InformationElement): Concatenation {
  const width = iei === IEI.concatenation8 ? 8 : 16;
  const reader = new ByteReader(value, 'concatenation');
  const reference = reader.uint(width / 8, 'reference');
  const total = reader.uint(1, 'total');
  const at = reader.offset;
  const number = reader.uint(1, 'number');
  reader.end();
  if (number < 1 || number > total) {
    throw reader.error('number', `expected 1 to ${total}, found ${number}`, at);
  }
  return { width, reference, total, number };
}

/**
 * Tells which part of a longer message a short message is. Of several elements the last one counts.
 *
 * @returns `undefined` for a message of its own
 * @throws {DecodeError} the element has another length, or names a part that there is not
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function concatenationOf({ elements }: UserData): Concatenation | undefined {
  const element = elements.findLast(isConcatenation);
  return element === undefined ? undefined : decodeConcatenation(element);
}

/**
 * Gives the information elements that are about the message, and not about its parts.
 *
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function ownElements({ elements }: UserData): InformationElement[] {
  return elements.filter((element) => !isConcatenation(element));
}

/**
 * Puts a packet into the user data of as few short messages as hold it.
 *
 * @param packet CPL or RPL first
 * @returns TP-UD of each message in order, 140 octets at most
 * @throws {RangeError} the packet needs more than 255 parts, or the reference is too large
 * @see 3GPP TS 31.115 §4
 */
export function segmentPacket(packet: Uint8Array, options: Segmentation): Uint8Array[] {
  const { iei, reference, width = 8, packetElementFirst = false } = options;
  const packetElement = { iei, value: new Uint8Array(0) };
  // A reference that is wrong is so for a packet that needs none, too.
  encodeConcatenation({ width, reference, total: 1, number: 1 });
  const whole = encodeUserData({ elements: [packetElement], body: packet });
  if (whole.length <= USER_DATA_MAX) return [whole];

  const userData = (total: number, number: number, body: Uint8Array): Uint8Array => {
    const concatenation = encodeConcatenation({ width, reference, total, number });
    if (number > 1) return encodeUserData({ elements: [concatenation], body });
    const elements = packetElementFirst
      ? [packetElement, concatenation]
      : [concatenation, packetElement];
    return encodeUserData({ elements, body });
  };
  const room = USER_DATA_MAX - userData(2, 2, new Uint8Array(0)).length;
  const firstRoom = USER_DATA_MAX - userData(2, 1, new Uint8Array(0)).length;
  const most = firstRoom + (PARTS_MAX - 1) * room;
  if (packet.length > most) {
    throw new RangeError(`packet: expected at most ${most} octets, got ${packet.length}`);
  }
  const total = 1 + Math.ceil((packet.length - firstRoom) / room);
  return Array.from({ length: total }, (_, n) => {
    const start = n === 0 ? 0 : firstRoom + (n - 1) * room;
    return userData(total, n + 1, packet.subarray(start, firstRoom + n * room));
  });
}
