/**
 * The terminal's half of a proactive session, in hex: FETCH, TERMINAL RESPONSE, and the short
 * messages that a card sends.
 *
 * @see ETSI TS 102 223 §6.4, §6.8; 3GPP TS 31.115 §4
 * @module
 */

import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { Uicc } from '../../../src/card/uicc.ts';
import {
  COMMAND_TYPE,
  decodeProactiveCommand,
  type ProactiveCommand,
  TAG,
} from '../../../src/cat/proactive-command.ts';
import { decodeSmsSubmit } from '../../../src/ota/sms-submit.ts';
import { findTlv } from '../../../src/tlv/comprehension.ts';

/** TERMINAL PROFILE of a terminal that can do everything, and of others. */
export const EVERYTHING: string = `801000001E${'FF'.repeat(30)}`;
export const WITHOUT_MESSAGES = '8010000004FFFFFFFD';
export const WITHOUT_REFRESH = '8010000004FFFF7FFF';
/** STATUS without data. */
export const STATUS = '80F2000C00';

/** A card, or what has one. */
export interface Fetching {
  readonly card: Uicc;
}

/** Sends a C-APDU. Gives the R-APDU. */
export function transmit({ card }: Fetching, command: string | Uint8Array): string {
  return toHex(card.transmit(typeof command === 'string' ? fromHex(command) : command));
}

/** Fetches what a SW offers. */
export function fetchOffered(from: Fetching, sw: string): ProactiveCommand {
  const offer = sw.slice(-4);
  if (!offer.startsWith('91')) throw new Error(`nothing is offered: ${sw}`);
  const fetched = from.card.transmit(fromHex(`80120000${offer.slice(2)}`));
  if (toHex(fetched.subarray(-2)) !== '9000') throw new Error(`FETCH: ${toHex(fetched)}`);
  return decodeProactiveCommand(fetched.subarray(0, -2));
}

/** Sends TERMINAL RESPONSE with a general result, perhaps with more behind it. Gives the SW. */
export function respond(to: Fetching, command: ProactiveCommand, result = '00'): string {
  const { number, type, qualifier } = command.details;
  const details = toHex(Uint8Array.of(number, type, qualifier));
  const octets = result.length / 2;
  const data = `8103${details}82028281830${octets}${result}`;
  return transmit(to, `80140000${(data.length / 2).toString(16).padStart(2, '0')}${data}`);
}

/** What a command is: `SMS` with TP-UD, or its type and qualifier. */
export function said({ details, objects }: ProactiveCommand): string {
  const { type, qualifier } = details;
  const tpdu = findTlv(objects, TAG.smsTpdu);
  if (type !== COMMAND_TYPE.sendShortMessage || tpdu === undefined) return `${type}/${qualifier}`;
  return `SMS ${toHex(decodeSmsSubmit(tpdu).userData)}`;
}

/** Fetches and does all that a card offers, from a SW on. Gives what that was. */
export function performAll(to: Fetching, sw: string): string[] {
  const done: string[] = [];
  for (let offer = sw.slice(-4); offer.startsWith('91'); ) {
    if (done.length > 100) throw new Error('the card does not stop');
    const command = fetchOffered(to, offer);
    done.push(said(command));
    offer = respond(to, command);
  }
  return done;
}

/** TP-UD of the short messages that a card sends, from a SW on. */
export function sentMessages(to: Fetching, sw: string): string[] {
  return performAll(to, sw).map((command) => {
    if (!command.startsWith('SMS ')) throw new Error(`no short message: ${command}`);
    return command.slice(4);
  });
}
