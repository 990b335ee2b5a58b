/**
 * One C-APDU through the card: which command it is, whether it may be called so, and the R-APDU.
 *
 *     C-APDU ─▶ class, channel, instruction ─▶ P1 P2 ─▶ length ─▶ the command ─▶ R-APDU
 *
 * The order of the checks is the order in which the card finds fault. The terminal's commands and
 * those of an applet take the same way; their sessions differ.
 *
 * @see ETSI TS 102 221 §10, §11
 * @module
 */

import { decodeClassByte } from '../apdu/class-byte.ts';
import { type CommandApdu, decodeCommandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { DecodeError } from '../bytes/errors.ts';
import { asksForAll, type CommandContext, type CommandRow, LE_ALL, type Reply } from './command.ts';
import { findCommand } from './command-table.ts';
import { answerSim } from './gsm/dispatch.ts';
import { bindSession, NO_DATA, okOf, response } from './response.ts';
import type { CardSession } from './session.ts';

const GET_RESPONSE = 0xc0;
const STATUS = 0xf2;

/** What of a card a command works on, beside the session that it came in. */
export type CardParts = Pick<
  CommandContext,
  'memory' | 'messages' | 'usimKeys' | 'random' | 'suspended'
>;

/** A C-APDU as far as it can be read: its header counts even when its length makes no sense. */
interface Parsed {
  readonly command: CommandApdu;
  readonly hasLength: boolean;
}

function parse(octets: Uint8Array): Parsed | undefined {
  try {
    return { command: decodeCommandApdu(octets), hasLength: true };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  if (octets.length < 4) return undefined;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = octets;
  // Some modems send STATUS with an Le of two octets; it asks for everything.
  const isLongLe = ins === STATUS && octets.length === 7 && octets[4] === 0;
  return {
    command: { cla, ins, p1, p2, data: NO_DATA, ne: isLongLe ? 256 : 0 },
    hasLength: isLongLe,
  };
}

/**
 * Answers one C-APDU.
 *
 * @param octets any octets; neither kept nor changed
 * @param session the session that it comes in; changed in place
 * @returns R-APDU
 * @see ETSI TS 102 221 §10
 */
export function dispatch(octets: Uint8Array, session: CardSession, parts: CardParts): Uint8Array {
  const parsed = parse(octets);
  if (parsed === undefined) {
    session.pending = undefined;
    return response(NO_DATA, SW.wrongLength);
  }
  if (parts.memory.isTerminated) return response(NO_DATA, SW.conditionsNotSatisfied);
  const { command, hasLength } = parsed;
  const found = route(command, session);
  if (found === 'sim') return answerSim(command, hasLength, session, parts);
  // Only GET RESPONSE collects; any other command lets the response go, refused or not.
  if (command.ins !== GET_RESPONSE || typeof found === 'number') session.pending = undefined;
  if (typeof found === 'number') return response(NO_DATA, found);
  const { row, channel } = found;
  // A suspended card waits for its power to go.
  if (session.resumeToken !== undefined && command.ins !== GET_RESPONSE) {
    return response(NO_DATA, SW.conditionsNotSatisfied);
  }
  if (!row.mayHaveP1P2(command.p1, command.p2)) return response(NO_DATA, SW.wrongP1P2);
  if (!hasLength || !row.mayHaveLc(command.data.length)) return response(NO_DATA, SW.wrongLength);
  const { memory, messages, usimKeys, random, suspended } = parts;
  const card: CommandContext = {
    memory,
    session,
    messages,
    usimKeys,
    random,
    suspended,
    channel,
  };
  const answer = finish(row.handle(card, command), command, card);
  if (session.dialect === undefined) bindSession(session, 'uicc', command.ins, answer);
  return answer;
}

/**
 * Finds the command by class, channel and instruction, or the SW that refuses it; class A0 has its
 * own way.
 */
function route(
  { cla, ins }: CommandApdu,
  session: CardSession,
): { readonly row: CommandRow; readonly channel: number } | StatusWord | 'sim' {
  const classByte = decodeClassByte(cla);
  // Chains of commands are not supported.
  if (classByte === undefined || classByte.isChained) return SW.classNotSupported;
  if (classByte.commands === 'gsm') return 'sim';
  if (session.dialect === 'sim') return SW.classNotSupported;
  if (classByte.hasSecureMessaging) return SW.secureMessagingNotSupported;
  const { channel } = classByte;
  if (session.channels[channel] === undefined) return SW.channelNotSupported;
  const row = findCommand(classByte.commands, ins);
  if (row === undefined) return SW.instructionNotSupported;
  if (session.isRemote && row.isRemote !== true) return SW.instructionNotSupported;
  if (row.basicChannelOnly === true && channel !== 0) return SW.classNotSupported;
  return { row, channel };
}

/** Gives a reply the form that the session wants, and '91XX' in place of '9000'. */
function finish(reply: Reply, { ne }: CommandApdu, card: CommandContext): Uint8Array {
  const { session, channel } = card;
  switch (reply.kind) {
    case 'done':
      return response(NO_DATA, okOf(session));
    case 'refused':
      return response(NO_DATA, reply.sw);
    case 'part':
      return response(reply.data, 0x6100 + (Math.min(reply.left, 256) % 256));
    case 'outgoing': {
      const { data, fewer } = reply;
      const wanted = ne === 0 ? LE_ALL : ne;
      if (asksForAll(card, ne, data.length)) return response(data, okOf(session));
      if (fewer && wanted < data.length) return response(data.subarray(0, wanted), okOf(session));
      return response(NO_DATA, 0x6c00 + (data.length % 256));
    }
    case 'warned': {
      const { data, sw } = reply;
      if (data.length === 0) return response(NO_DATA, sw);
      if (session.manner.isJoined && ne >= data.length) return response(data, sw);
      // The warning stands in the place of '61XX': a terminal asks GET RESPONSE how much there is.
      session.pending = { channel, data, collected: 0, releasesCommands: false };
      return response(NO_DATA, sw);
    }
    case 'answer': {
      const { data, releasesCommands } = reply;
      session.pending = { channel, data, collected: 0, releasesCommands };
      if (session.manner.isJoined && ne >= data.length) return collect(card);
      return response(NO_DATA, 0x6100 + (Math.min(data.length, 256) % 256));
    }
  }
}

/** Puts the answer into the same R-APDU. */
function collect(card: CommandContext): Uint8Array {
  const all = card.session.pending?.data.length ?? 0;
  const row = findCommand('interindustry', GET_RESPONSE);
  if (row === undefined) throw new Error('GET RESPONSE is not in the table');
  const command = { cla: 0, ins: GET_RESPONSE, p1: 0, p2: 0, data: NO_DATA, ne: all };
  return finish(row.handle(card, command), command, card);
}
