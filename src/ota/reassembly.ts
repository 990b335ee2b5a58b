/**
 * One packet in several short messages: the receiver's side.
 *
 *     part ─▶ key: originator, width of the reference, reference
 *       of its own, or the last that was missing   whole
 *       first, or one that was missing             incomplete
 *       one that is there, with the same octets    duplicate, nothing changes
 *       one that is there, with other octets       incomplete: the message starts anew with it
 *       of another total                           incomplete: the message starts anew with it
 *       of a total that could outgrow the store    too-large, nothing changes
 *
 * Parts may come in any order. What contradicts the parts that are there belongs to a later message
 * with the same reference, since a sender counts his references round; the old one will never be
 * whole. The store is a value and bounded: anybody can send first parts.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { concat, equals } from '../bytes/octets.ts';
import { type Concatenation, concatenationOf, ownElements, PARTS_MAX } from './segmentation.ts';
import {
  decodeUserData,
  encodeMessageAddress,
  expectUserData,
  type InformationElement,
  type MessageAddress,
  USER_DATA_MAX,
  type UserData,
} from './sms.ts';

/** What a store holds at most. */
export interface ReassemblyLimits {
  /** Messages of which parts are missing. */
  readonly messages: number;
  /** Octets of TP-UD in all of them. */
  readonly octets: number;
}

/** Room for the longest message that can be sent. */
export const REASSEMBLY_LIMITS: ReassemblyLimits = {
  messages: 8,
  octets: PARTS_MAX * USER_DATA_MAX,
};

/** A message of which parts are missing. */
export interface PartialMessage {
  /** Originator, width of the reference and reference. */
  readonly key: string;
  readonly total: number;
  /** What is there, by the number of the part. */
  readonly parts: ReadonlyMap<number, UserData>;
  /** Octets of TP-UD in all of them. */
  readonly octets: number;
}

/** What a receiver keeps between two short messages. */
export interface ReassemblyStore {
  readonly limits: ReassemblyLimits;
  /** The one that has waited longest for its next part is first. */
  readonly messages: readonly PartialMessage[];
}

/** A short message, as far as it matters here; SMS-DELIVER is one. */
export interface MessagePart {
  /** Who sends it; keeps the messages of different senders apart. */
  readonly originator: MessageAddress;
  readonly hasHeader: boolean;
  /** TP-UD, at most 140 octets. */
  readonly userData: Uint8Array;
}

/** A whole message: the elements are those of part 1, the body is that of all parts. */
export interface WholeMessage extends UserData {
  readonly originator: MessageAddress;
  /** It came as a part, though perhaps the only one. */
  readonly isConcatenated: boolean;
  /** The elements of all other parts. A sender should announce a packet in part 1. */
  readonly laterElements: readonly InformationElement[];
}

/** What has become of a part. */
export type PartTaken = {
  /** The store from now on. */
  readonly store: ReassemblyStore;
  /** How many messages were given up: the old one of this reference, and the oldest for room. */
  readonly dropped: number;
} & (
  | { readonly why: 'whole'; readonly message: WholeMessage }
  | { readonly why: 'incomplete' | 'duplicate' | 'too-large'; readonly message: undefined }
);

/**
 * Makes an empty store.
 *
 * @param limits a message whose parts could outgrow the octets is not taken
 * @throws {RangeError} there is room for no message
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function emptyReassembly(limits: ReassemblyLimits = REASSEMBLY_LIMITS): ReassemblyStore {
  if (!(limits.messages >= 1)) {
    throw new RangeError(`limits.messages: expected 1 or more, got ${limits.messages}`);
  }
  return { limits, messages: [] };
}

function keyOf(originator: MessageAddress, { width, reference }: Concatenation): string {
  return `${toHex(encodeMessageAddress(originator))}/${width}/${reference}`;
}

function withPart(
  message: PartialMessage,
  number: number,
  userData: Uint8Array,
  data: UserData,
): PartialMessage {
  const parts = new Map(message.parts).set(number, data);
  return { ...message, parts, octets: message.octets + userData.length };
}

/** Leaves out the oldest until the rest fits. The newest always does: its total was looked at. */
function bounded(messages: readonly PartialMessage[], limits: ReassemblyLimits): PartialMessage[] {
  const kept = messages.slice(-limits.messages);
  let octets = kept.reduce((sum, message) => sum + message.octets, 0);
  while (octets > limits.octets) octets -= kept.shift()!.octets;
  return kept;
}

function joined(originator: MessageAddress, { parts }: PartialMessage): WholeMessage {
  const [first, ...others] = [...parts].sort(([a], [b]) => a - b).map(([, data]) => data);
  return {
    originator,
    isConcatenated: true,
    elements: ownElements(first!),
    laterElements: others.flatMap(ownElements),
    body: concat(first!.body, ...others.map(({ body }) => body)),
  };
}

/**
 * Takes a short message: gives it back if it is one of its own, and else joins it to the parts that
 * are there.
 *
 * @param store not changed; the new one is in the result
 * @throws {RangeError} TP-UD is longer than 140 octets, or the originator is no address
 * @throws {DecodeError} the header of TP-UD does not fit, or names a part that there is not
 * @see 3GPP TS 23.040 §9.2.3.24
 */
export function takePart(store: ReassemblyStore, part: MessagePart): PartTaken {
  const { originator, hasHeader, userData } = part;
  expectUserData(userData);
  const data = hasHeader ? decodeUserData(userData) : { elements: [], body: userData.slice() };
  const concatenation = concatenationOf(data);
  if (concatenation === undefined) {
    const message = { originator, isConcatenated: false, laterElements: [], ...data };
    return { store, dropped: 0, why: 'whole', message };
  }
  const { total, number } = concatenation;
  const { limits, messages } = store;
  const nothing = { store, dropped: 0, message: undefined };
  if (total * USER_DATA_MAX > limits.octets) return { ...nothing, why: 'too-large' };

  const key = keyOf(originator, concatenation);
  const found = messages.find((message) => message.key === key);
  const known = found?.total === total ? found.parts.get(number) : undefined;
  if (known !== undefined && equals(known.body, data.body)) {
    return { ...nothing, why: 'duplicate' };
  }
  const goesOn = found?.total === total && known === undefined;
  const begun = goesOn ? found : { key, total, parts: new Map(), octets: 0 };
  const message = withPart(begun, number, userData, data);
  const others = messages.filter((other) => other !== found);
  const replaced = found === undefined || goesOn ? 0 : 1;
  if (message.parts.size === total) {
    const rest = { limits, messages: others };
    return { store: rest, dropped: replaced, why: 'whole', message: joined(originator, message) };
  }
  const kept = bounded([...others, message], limits);
  const dropped = replaced + others.length + 1 - kept.length;
  return { store: { limits, messages: kept }, dropped, why: 'incomplete', message: undefined };
}
