/**
 * GET RESPONSE: collects over T=0 what a case 4 command has answered.
 *
 *     00 C0 00 00 Le           Le too large: '6CXX'; too small: that much, and '61XX' for the rest
 *
 * @see ETSI TS 102 221 §12.1.1, §7.3.1.1
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { answerCollected } from '../../cat/session.ts';
import {
  asksForAll,
  type CommandContext,
  type CommandRow,
  LE_ALL,
  outgoing,
  type Reply,
  refuse,
  refuseWith,
} from '../command.ts';

function getResponse(card: CommandContext, { ne }: CommandApdu): Reply {
  const { session, channel } = card;
  const { pending } = session;
  if (pending?.channel !== channel) {
    // To another channel it is a command that came between, like any other.
    session.pending = undefined;
    return refuse('conditions-not-satisfied');
  }
  const { data, collected, releasesCommands } = pending;
  const left = data.length - collected;
  // Where Le '00' asks for all that there is, it does so here, too.
  const most = Math.min(left, session.manner.dataMax);
  const wanted = asksForAll(card, ne, left) ? most : ne === 0 ? LE_ALL : ne;
  if (wanted > left) return refuseWith(0x6c00 + left);
  const isWhole = wanted === data.length;
  const part = isWhole ? data : data.subarray(collected, collected + wanted);
  if (wanted < left) {
    session.pending = { ...pending, collected: collected + wanted };
    return { kind: 'part', data: part, left: left - wanted };
  }
  session.pending = undefined;
  if (releasesCommands) session.toolkit = answerCollected(session.toolkit);
  return outgoing(part);
}

function row(commands: CommandRow['class']): CommandRow {
  return {
    ins: 0xc0,
    name: 'GET RESPONSE',
    class: commands,
    isRemote: true,
    mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
    mayHaveLc: (lc) => lc === 0,
    handle: getResponse,
  };
}

/** GET RESPONSE, in both classes: a terminal repeats the class of the command before. */
export const GET_RESPONSE: readonly CommandRow[] = [row('interindustry'), row('uicc')];
