/**
 * The terminal of an OTA test: brings short messages to a card, and does what the card wants.
 *
 *     SMS-DELIVER ─▶ ENVELOPE ─▶ '61XX', GET RESPONSE ─▶ TP-UD of the report
 *                                '91XX', FETCH ─▶ SEND SHORT MESSAGE ─▶ SMS-SUBMIT, and so on
 *
 * It has every facility of the toolkit and says "performed" to everything. A REFRESH is kept in
 * mind; the test decides whether the card is reset.
 *
 * @see 3GPP TS 31.111 §7.1.1.1; ETSI TS 102 223 §6.2
 * @module
 */

import { commandApdu, decodeCommandApdu, encodeCommandApdu } from '../../apdu/command.ts';
import type { SynchronousCard } from '../../apdu/connection.ts';
import type { ResponseApdu } from '../../apdu/response.ts';
import { exchangeT0 } from '../../apdu/t0.ts';
import { type Address, address } from '../../bytes/address.ts';
import { fromHex } from '../../bytes/hex.ts';
import { filled } from '../../bytes/octets.ts';
import { encodeSmsPpDownload } from '../../cat/envelope.ts';
import {
  COMMAND_TYPE,
  decodeProactiveCommand,
  type ProactiveCommand,
  TAG,
} from '../../cat/proactive-command.ts';
import { encodeTerminalResponse, RESULT } from '../../cat/terminal-response.ts';
import { DCS_8BIT_CLASS_2, encodeSmsDeliver, PID_DATA_DOWNLOAD } from '../../ota/sms.ts';
import { decodeSmsSubmit } from '../../ota/sms-submit.ts';
import { findTlv } from '../../tlv/comprehension.ts';

/** TERMINAL PROFILE of a terminal that can do everything. */
const EVERY_FACILITY = filled(30, 0xff);
/** A card that always wants something more would keep the test for ever. */
const COMMANDS_MAX = 300;
const NONE = new Uint8Array(0);
const SERVICE_CENTRE: Address = address('+491710760000');
const ORIGINATOR: Address = address('+491711234567');
/** 2025-01-10 12:34:50, at UTC. */
const TIMESTAMP = fromHex('52100121430500');

/** What a card has given back for short messages. */
export interface TerminalLog {
  /** TP-UD of the delivery report of the last message; `undefined` when it has none. */
  readonly report: Uint8Array | undefined;
  /** SW of the last ENVELOPE, after what it answered was collected. */
  readonly sw: number;
  /** TP-UD of the short messages that the card had sent, in order. */
  readonly sent: readonly Uint8Array[];
  /** All proactive commands, in order. */
  readonly commands: readonly ProactiveCommand[];
}

/** Sends one command over T=0: follows '61XX' and '6CXX'. */
export function exchange(card: SynchronousCard, command: Uint8Array): ResponseApdu {
  const procedure = exchangeT0(decodeCommandApdu(command));
  let step = procedure.next();
  while (step.done !== true) step = procedure.next(card.transmit(step.value));
  return step.value;
}

/** Resets a card and tells it that the terminal can do everything. */
export function powerOn(card: SynchronousCard): void {
  card.reset();
  const profile = commandApdu([0x80, 0x10, 0x00, 0x00], EVERY_FACILITY);
  card.transmit(encodeCommandApdu(profile));
}

/** Makes the SMS-DELIVER around TP-UD. */
export function deliverOf(userData: Uint8Array, moreMessages = false): Uint8Array {
  return encodeSmsDeliver({
    originator: ORIGINATOR,
    pid: PID_DATA_DOWNLOAD,
    dcs: DCS_8BIT_CLASS_2,
    timestamp: TIMESTAMP,
    hasHeader: true,
    moreMessages,
    userData,
  });
}

function answer(card: SynchronousCard, { details }: ProactiveCommand): number {
  const data = encodeTerminalResponse({
    details,
    result: RESULT.performed,
    additional: NONE,
    objects: [],
  });
  return exchange(card, encodeCommandApdu(commandApdu([0x80, 0x14, 0x00, 0x00], data))).sw;
}

/** Fetches and answers what the card offers. */
function* fetchAll(card: SynchronousCard, offered: number): Generator<ProactiveCommand> {
  let sw = offered;
  for (let n = 0; n < COMMANDS_MAX && sw >> 8 === 0x91; n++) {
    const octets = sw & 0xff;
    const fetch = commandApdu([0x80, 0x12, 0x00, 0x00], NONE, octets === 0 ? 256 : octets);
    const command = decodeProactiveCommand(exchange(card, encodeCommandApdu(fetch)).data);
    yield command;
    sw = answer(card, command);
  }
}

/** Brings short messages to a card, and collects all that comes back. */
export function deliver(card: SynchronousCard, tpdus: readonly Uint8Array[]): TerminalLog {
  const commands: ProactiveCommand[] = [];
  let last: ResponseApdu = { data: NONE, sw: 0 };
  for (const tpdu of tpdus) {
    const data = encodeSmsPpDownload({ serviceCentre: SERVICE_CENTRE, tpdu });
    const envelope = commandApdu([0x80, 0xc2, 0x00, 0x00], data, 256);
    last = exchange(card, encodeCommandApdu(envelope));
    commands.push(...fetchAll(card, last.sw));
  }
  const sent = commands.flatMap(({ details, objects }) => {
    const submit = findTlv(objects, TAG.smsTpdu);
    const isSent = details.type === COMMAND_TYPE.sendShortMessage && submit !== undefined;
    return isSent ? [decodeSmsSubmit(submit).userData] : [];
  });
  const report = last.data.length === 0 ? undefined : last.data;
  return { report, sw: last.sw, sent, commands };
}
