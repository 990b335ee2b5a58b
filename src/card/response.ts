/**
 * The octets of an R-APDU, the status word of a command that went well, and what follows from it.
 *
 * @see ETSI TS 102 221 §7.4.2, §10.2.1
 * @module
 */

import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { offeredCommand } from '../cat/session.ts';
import type { CardSession, Dialect } from './session.ts';

/** Data of an R-APDU that has none. */
export const NO_DATA: Uint8Array = new Uint8Array(0);

/** Gives the octets of an R-APDU without asking again what the card itself has computed. */
export function response(data: Uint8Array, sw: StatusWord): Uint8Array {
  const octets = new Uint8Array(data.length + 2);
  octets.set(data);
  octets[data.length] = sw >> 8;
  octets[data.length + 1] = sw;
  return octets;
}

/** '9000', or '91XX' where a proactive command is offered: the same in both classes. */
export function okOf(session: CardSession): StatusWord {
  const offered = offeredCommand(session.toolkit);
  return offered === undefined ? SW.ok : 0x9100 + (offered.octets.length % 256);
}

/** SELECT, STATUS and GET RESPONSE, in both classes. */
const LOOKS: readonly number[] = [0xa4, 0xf2, 0xc0];
/** What a command is answered with that was not refused. */
const DONE_SW1: readonly (number | undefined)[] = [0x90, 0x91, 0x61, 0x9f];

/**
 * Binds a session to the class of a command, until the reset. A command that is refused does not
 * bind, nor one that only looks: readers send those to cards of which they know nothing yet.
 *
 * @param answer R-APDU
 * @see docs/architecture.md, "The card seen as a SIM"
 */
export function bindSession(
  session: CardSession,
  dialect: Dialect,
  ins: number,
  answer: Uint8Array,
): void {
  const isDone = DONE_SW1.includes(answer[answer.length - 2]);
  if (isDone && !LOOKS.includes(ins)) session.dialect = dialect;
}
