/**
 * One command of class A0 through the card seen as a SIM.
 *
 *     C-APDU ─▶ class, session, instruction ─▶ P1 P2 ─▶ P3 ─▶ the command ─▶ R-APDU
 *
 * The way is that of the UICC's commands; the words are other. Data always come by GET RESPONSE:
 * the class knows no protocol but T=0.
 *
 * @see 3GPP TS 51.011 §9.1, §9.2, §9.4
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { SW } from '../../apdu/status-words.ts';
import type { CommandContext, Reply } from '../command.ts';
import { applicationsOf, START } from '../files/file-system.ts';
import { bindSession, NO_DATA, okOf, response } from '../response.ts';
import type { CardSession } from '../session.ts';
import { firstOctets, type SimCommandRow } from './command.ts';
import { RUN_GSM_ALGORITHM } from './commands/algorithm.ts';
import { BINARY } from './commands/binary.ts';
import { CHV_COMMANDS } from './commands/chv.ts';
import { INVALIDATION } from './commands/invalidate.ts';
import { RECORDS } from './commands/record.ts';
import { SELECTION } from './commands/select.ts';
import { SLEEP, TOOLKIT } from './commands/toolkit.ts';
import { SIM_SW, simStatusWord } from './refusal.ts';

const ROWS: readonly SimCommandRow[] = [
  ...SELECTION,
  ...BINARY,
  ...RECORDS,
  ...CHV_COMMANDS,
  ...INVALIDATION,
  RUN_GSM_ALGORITHM,
  ...TOOLKIT,
  SLEEP,
];
const BY_INS: ReadonlyMap<number, SimCommandRow> = new Map(ROWS.map((row) => [row.ins, row]));

const GET_RESPONSE = 0xc0;
const RESPONSE_READY = 0x9f00;
/**
 * A channel behind the 20 of the UICC. A response that waits on it is not for their GET RESPONSE,
 * and the USIM is active there, so that CHV2 is the USIM's PIN2.
 */
const SIM_CHANNEL = 20;

/** Finds the row of an instruction; `undefined` when a SIM does not have it. */
export function findSimCommand(ins: number): SimCommandRow | undefined {
  return BY_INS.get(ins);
}

/** Whether the session may speak class A0: an applet's never does. */
function maySpeak(session: CardSession, { memory }: Pick<CommandContext, 'memory'>): boolean {
  const { gsm = true } = memory.image.switches;
  return gsm && !session.isRemote && session.dialect !== 'uicc';
}

/** Tells what is wrong with P3, as far as the command alone says; `undefined` for nothing. */
function p3Fault({ brings }: SimCommandRow, lc: number, hasLength: boolean): number | undefined {
  if (typeof brings === 'number') {
    return hasLength && lc === brings ? undefined : SIM_SW.wrongP3 + brings;
  }
  return hasLength && lc > 0 === (brings === 'some') ? undefined : SIM_SW.wrongP3;
}

/**
 * Answers one command of class A0.
 *
 * @param hasLength whether Lc and Le fit the octets
 * @param session the session that it comes in; changed in place
 * @returns R-APDU
 * @see 3GPP TS 51.011 §9.2
 */
export function answerSim(
  command: CommandApdu,
  hasLength: boolean,
  session: CardSession,
  parts: Omit<CommandContext, 'session' | 'channel'>,
): Uint8Array {
  const isSpoken = maySpeak(session, parts);
  const row = isSpoken ? findSimCommand(command.ins) : undefined;
  // Only GET RESPONSE collects; any other command lets the response go, refused or not.
  if (row?.ins !== GET_RESPONSE) session.pending = undefined;
  if (!isSpoken) return response(NO_DATA, SW.classNotSupported);
  if (row === undefined) return response(NO_DATA, SW.instructionNotSupported);
  if (!row.mayHaveP1P2(command.p1, command.p2)) return response(NO_DATA, SIM_SW.wrongP1P2);
  const fault = p3Fault(row, command.data.length, hasLength);
  if (fault !== undefined) return response(NO_DATA, fault);
  const [usim] = applicationsOf(parts.memory, 'usim');
  session.channels[SIM_CHANNEL] = { ...START, application: usim };
  const { memory, messages, usimKeys, random } = parts;
  const channel = SIM_CHANNEL;
  const card: CommandContext = { memory, session, messages, usimKeys, random, channel };
  const answer = finish(row.handle(card, command), command, card);
  if (session.dialect === undefined) bindSession(session, 'sim', command.ins, answer);
  return answer;
}

/** Gives a reply the form of the class, and '91XX' in place of '9000'. */
function finish(reply: Reply, command: CommandApdu, card: CommandContext): Uint8Array {
  const { session } = card;
  switch (reply.kind) {
    case 'done':
      return response(NO_DATA, okOf(session));
    case 'refused':
      return response(NO_DATA, simStatusWord(reply));
    case 'outgoing': {
      const { data, fewer } = reply;
      const given = firstOctets(card, command, data);
      const isRight = given !== undefined && (fewer || given.length === data.length);
      if (isRight) return response(given, okOf(session));
      return response(NO_DATA, SIM_SW.wrongP3 + (data.length <= 0xff ? data.length : 0));
    }
    case 'answer': {
      const { data, releasesCommands } = reply;
      session.pending = { channel: SIM_CHANNEL, data, collected: 0, releasesCommands };
      return response(NO_DATA, RESPONSE_READY + (Math.min(data.length, 256) % 256));
    }
    default:
      throw new Error(`class A0 has no reply that is ${reply.kind}`);
  }
}
