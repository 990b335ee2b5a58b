/**
 * What `vuicc ota open` and `explain` read: a packet in any of its wrappings, whole or in parts.
 *
 *     packet               CPL first, or RPL
 *     user-data            UDHL first
 *     deliver              SMS-DELIVER                                    a command packet
 *     envelope             ENVELOPE, a C-APDU or its data alone           a command packet
 *     submit               SMS-SUBMIT                                     a response packet
 *     send-short-message   the proactive command, 'D0' first, no SW       a response packet
 *
 * @see docs/architecture.md, "The command line"; 3GPP TS 31.115 §4; ETSI TS 102 223 §6.4
 * @module
 */

import { decodeCommandApdu } from '../apdu/command.ts';
import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { decodeEnvelope, decodeSmsPpDownload, SMS_PP_DOWNLOAD } from '../cat/envelope.ts';
import { COMMAND_TYPE, decodeProactiveCommand, TAG } from '../cat/proactive-command.ts';
import { segmentPacket } from '../ota/segmentation.ts';
import { decodeSmsDeliver, hasElement, IEI } from '../ota/sms.ts';
import { decodeSmsSubmit } from '../ota/sms-submit.ts';
import { deliverOf } from '../scenario/ota-kit/terminal.ts';
import { findTlv } from '../tlv/comprehension.ts';
import { inOrder, type Part, partFrom, partFromUserData } from './ota-parts.ts';
import { hexOption, UsageError } from './output.ts';

/** How a packet is wrapped. */
export type Form =
  | 'packet'
  | 'user-data'
  | 'deliver'
  | 'envelope'
  | 'submit'
  | 'send-short-message';

/** Which packet is looked for. */
export type Kind = 'command' | 'response';

/** A packet without its wrapping. */
export interface Unwrapped {
  readonly form: Form;
  readonly packet: Uint8Array;
}

interface Argument {
  /** For messages. */
  readonly place: string;
  readonly form: Form;
  readonly octets: Uint8Array;
}

const ENVELOPE_INS = 0xc2;
const PROACTIVE_COMMAND = 0xd0;
const ELEMENT = { command: IEI.commandPacket, response: IEI.responsePacket } as const;

function fromDeliver(octets: Uint8Array): Part {
  const message = decodeSmsDeliver(octets);
  return partFrom({ ...message, address: message.originator });
}

function tpduOfEnvelope(octets: Uint8Array): Uint8Array {
  const data = octets[0] === SMS_PP_DOWNLOAD ? octets : decodeCommandApdu(octets).data;
  return decodeSmsPpDownload(decodeEnvelope(data)).tpdu;
}

function fromEnvelope(octets: Uint8Array): Part {
  return fromDeliver(tpduOfEnvelope(octets));
}

function fromSubmit(octets: Uint8Array): Part {
  const message = decodeSmsSubmit(octets);
  return partFrom({ ...message, address: message.destination });
}

function fromProactiveCommand(octets: Uint8Array): Part {
  const { details, objects } = decodeProactiveCommand(octets);
  if (details.type !== COMMAND_TYPE.sendShortMessage) {
    throw new DecodeError('proactive command/command details', 0, 'expected SEND SHORT MESSAGE');
  }
  const tpdu = findTlv(objects, TAG.smsTpdu);
  if (tpdu === undefined) throw new DecodeError('SEND SHORT MESSAGE/SMS TPDU', 0, 'expected one');
  return fromSubmit(tpdu);
}

const PART_FROM: Readonly<Record<Exclude<Form, 'packet'>, (octets: Uint8Array) => Part>> = {
  'user-data': partFromUserData,
  deliver: fromDeliver,
  envelope: fromEnvelope,
  submit: fromSubmit,
  'send-short-message': fromProactiveCommand,
};

/** CPL or RPL that is right, or below 512 and wrong: UDHL and TP-MTI with TP-UDHI are 2 or more. */
function isPacket(octets: Uint8Array): boolean {
  const [first = 0, second = 0] = octets;
  return first <= 0x01 || first * 256 + second === octets.length - 2;
}

/** The first octets tell: CPL, the class and INS of ENVELOPE, TP-MTI with TP-UDHI, or UDHL. */
function formOf(octets: Uint8Array, kind: Kind): Form {
  const [first = 0, second = 0] = octets;
  if (isPacket(octets)) return 'packet';
  if (kind === 'response') {
    if (first === PROACTIVE_COMMAND) return 'send-short-message';
    return (first & 0x43) === 0x41 ? 'submit' : 'user-data';
  }
  if (first === SMS_PP_DOWNLOAD || (first >= 0x80 && second === ENVELOPE_INS)) return 'envelope';
  return (first & 0x43) === 0x40 ? 'deliver' : 'user-data';
}

function readArguments(texts: readonly string[], kind: Kind): Argument[] {
  const read = texts.map((text, n) => {
    const place = texts.length === 1 ? 'packet' : `packet ${n + 1}`;
    const octets = hexOption(place, text);
    return { place, form: formOf(octets, kind), octets };
  });
  const form = read[0]?.form;
  const other = read.find((argument) => argument.form !== form);
  if (other !== undefined) {
    throw new UsageError(`${other.place}: expected ${form} as packet 1, found ${other.form}`);
  }
  return read;
}

function readPart({ place, form, octets }: Argument): Part {
  if (form === 'packet') {
    throw new UsageError(`${place}: expected a part of a message, found a whole packet`);
  }
  return readable(() => PART_FROM[form](octets), place === 'packet' ? '' : `${place}: `);
}

/** Part 1 announces the packet; a sender that says it in another part is understood. */
function expectElement(parts: readonly Part[], kind: Kind): void {
  const has = (iei: number): boolean => parts.some(({ data }) => hasElement(data, iei));
  const iei = ELEMENT[kind];
  if (has(iei)) return;
  if (has(IEI.responsePacket)) {
    throw new UsageError('packet: this is a response packet, open it with --response');
  }
  throw new UsageError(`TP-UD/UDH at 0: expected the information element '${iei.toString(16)}'`);
}

/**
 * Takes the wrapping off a packet, and joins its parts.
 *
 * @param texts one packet, or one short message or more, all in the same form and in any order
 * @throws {UsageError} a wrapping contradicts itself, or the parts are not those of one message;
 *   the message names the field or the part
 */
export function unwrap(texts: readonly string[], kind: Kind): Unwrapped {
  const read = readArguments(texts, kind);
  const { form, octets } = read[0]!;
  if (form === 'packet' && read.length === 1) return { form, packet: octets };
  const parts = inOrder(read.map(readPart));
  expectElement(parts, kind);
  return { form, packet: concat(...parts.map(({ data }) => data.body)) };
}

function tpdusOf({ place, form, octets }: Argument): Uint8Array[] {
  switch (form) {
    case 'packet': {
      const parts = segmentPacket(octets, { iei: IEI.commandPacket, reference: 0 });
      return parts.map((userData) => deliverOf(userData));
    }
    case 'user-data':
      return readable(() => [deliverOf(octets)], `${place}: `);
    case 'envelope':
      return [readable(() => tpduOfEnvelope(octets), `${place}: `)];
    default:
      return [octets];
  }
}

/**
 * Makes the short messages that bring packets to a card; what is in them need make no sense.
 *
 * @param texts packets, or short messages in the order of delivery, in any form
 * @returns SMS-DELIVER
 * @throws {UsageError} a wrapping contradicts itself; the message names the argument
 */
export function messagesOf(texts: readonly string[]): Uint8Array[] {
  return texts.flatMap((text, n) => {
    const place = texts.length === 1 ? 'packet' : `packet ${n + 1}`;
    const octets = hexOption(place, text);
    if (octets.length === 0) throw new UsageError(`${place}: expected octets, found none`);
    try {
      return tpdusOf({ place, form: formOf(octets, 'command'), octets });
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(`${place}: ${error.message}`);
      throw error;
    }
  });
}

/**
 * Runs a decoder; what it cannot read is unreadable input.
 *
 * @param place which of several arguments it reads, for the message
 */
export function readable<T>(decode: () => T, place = ''): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(`${place}${error.message}`);
    throw error;
  }
}
