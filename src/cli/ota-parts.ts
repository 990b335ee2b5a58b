/**
 * The parts of one message, as `vuicc ota open` gets them: all at once, in any order.
 *
 *     alike in all    TP-OA or TP-DA, number of parts, width of the reference, reference
 *     each once       1 to the number of parts
 *
 * A receiver waits for what is missing (reassembly.ts); here it is named.
 *
 * @see 3GPP TS 23.040 §9.2.3.24
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { type Concatenation, concatenationOf } from '../ota/segmentation.ts';
import {
  decodeUserData,
  encodeMessageAddress,
  type MessageAddress,
  type UserData,
} from '../ota/sms.ts';
import { UsageError } from './output.ts';

/** A short message, as far as it matters here. */
export interface Part {
  /** TP-OA or TP-DA in hex; empty with user data alone. */
  readonly address: string;
  readonly data: UserData;
  readonly concatenation: Concatenation;
}

/** What of a TPDU makes a part. */
export interface Carrier {
  readonly address: MessageAddress;
  readonly hasHeader: boolean;
  readonly userData: Uint8Array;
}

/** A message of its own is the one part of itself. */
const WHOLE: Concatenation = { width: 8, reference: 0, total: 1, number: 1 };

function partOf(data: UserData, address: string): Part {
  return { address, data, concatenation: concatenationOf(data) ?? WHOLE };
}

/**
 * Reads TP-UD alone.
 *
 * @throws {DecodeError} its header does not fit, or names a part that there is not
 */
export function partFromUserData(userData: Uint8Array): Part {
  return partOf(decodeUserData(userData), '');
}

/**
 * Reads a short message.
 *
 * @throws {DecodeError} the header of TP-UD does not fit, or names a part that there is not
 */
export function partFrom({ address, hasHeader, userData }: Carrier): Part {
  const data = hasHeader ? decodeUserData(userData) : { elements: [], body: userData };
  return partOf(data, toHex(encodeMessageAddress(address)));
}

function expectAlike(part: Part, first: Part, place: string): void {
  const { concatenation: found } = part;
  const { concatenation: wanted } = first;
  const fields = [
    ['address', first.address, part.address],
    ['number of parts', wanted.total, found.total],
    ['reference width', wanted.width, found.width],
    ['reference', wanted.reference, found.reference],
  ];
  const other = fields.find(([, expected, value]) => expected !== value);
  if (other === undefined) return;
  const [field, expected, value] = other;
  throw new UsageError(`${place}: expected ${field} ${expected} as in packet 1, found ${value}`);
}

/**
 * Puts the parts of one message in order.
 *
 * @param parts one or more
 * @throws {UsageError} they are of more than one message, or not each of its parts once
 */
export function inOrder(parts: readonly Part[]): Part[] {
  const first = parts[0]!;
  for (const [n, part] of parts.entries()) expectAlike(part, first, `packet ${n + 1}`);
  const { total } = first.concatenation;
  const byNumber = new Map(parts.map((part) => [part.concatenation.number, part]));
  const twice = parts.find((part) => byNumber.get(part.concatenation.number) !== part);
  if (twice !== undefined) {
    const { number } = twice.concatenation;
    throw new UsageError(`packet: expected each part once, found part ${number} of ${total} twice`);
  }
  const numbers = Array.from({ length: total }, (_, n) => n + 1);
  const [missing, ...more] = numbers.filter((number) => !byNumber.has(number));
  if (missing !== undefined) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : '';
    throw new UsageError(`packet: part ${missing} of ${total} is missing${others}`);
  }
  return numbers.map((number) => byNumber.get(number)!);
}
