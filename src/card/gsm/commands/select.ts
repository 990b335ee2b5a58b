/**
 * SELECT and STATUS of class A0, and GET RESPONSE.
 *
 *     A0 A4 00 00 02 FID       '9FXX', and GET RESPONSE tells of the file
 *     A0 F2 00 00 P3           the first P3 octets of what it tells of the current directory
 *     A0 C0 00 00 P3           the first P3 octets of what waits
 *
 * A SIM selects by FID alone. Reached are: the MF, the children of the current directory, itself,
 * its parent, and the directories beside it.
 *
 * @see 3GPP TS 51.011 §6.5, §8.1, §8.2, §9.2.18
 * @module
 */

import type { CommandApdu } from '../../../apdu/command.ts';
import { answerCollected, statusSeen } from '../../../cat/session.ts';
import { answer, type CommandContext, outgoing, type Reply, refuse } from '../../command.ts';
import { firstOctets, noParameters, type SimCommandRow } from '../command.ts';
import { directoryResponse, efResponse } from '../file-response.ts';
import { SIM_FID } from '../file-table.ts';
import {
  childDirectory,
  currentDirectory,
  efIn,
  parentDirectory,
  SIM_MF,
  type SimDirectory,
} from '../view.ts';

/** Finds a directory that can be reached from another. */
function reachedDirectory(
  card: CommandContext,
  current: SimDirectory,
  fid: number,
): SimDirectory | undefined {
  const child = childDirectory(card, current, fid);
  if (child !== undefined) return child;
  if (current.fid === fid) return current;
  const parent = parentDirectory(card, current);
  return parent.fid === fid ? parent : childDirectory(card, parent, fid);
}

function select(card: CommandContext, { data }: CommandApdu): Reply {
  const { session } = card;
  const fid = data[0]! * 256 + data[1]!;
  const current = currentDirectory(card);
  const ef = efIn(card, current, fid);
  if (ef !== undefined) {
    // In a cyclic EF the pointer is on the record that was written last.
    const record = ef.node.structure === 'cyclic' ? 1 : undefined;
    session.place = { path: current.path, ef: fid, record };
    return answer(efResponse(card, ef));
  }
  const directory = fid === SIM_FID.mf ? SIM_MF : reachedDirectory(card, current, fid);
  if (directory === undefined) return refuse('file-not-found');
  session.place = { path: directory.path, ef: undefined, record: undefined };
  return answer(directoryResponse(card, directory));
}

function status(card: CommandContext, command: CommandApdu): Reply {
  const { session } = card;
  const data = directoryResponse(card, currentDirectory(card));
  const isGiven = firstOctets(card, command, data) !== undefined;
  if (isGiven) session.toolkit = statusSeen(session.toolkit);
  return outgoing(data, true);
}

function getResponse(card: CommandContext, command: CommandApdu): Reply {
  const { session, channel } = card;
  const { pending } = session;
  if (pending?.channel !== channel) {
    session.pending = undefined;
    return refuse('conditions-not-satisfied');
  }
  const { data, releasesCommands } = pending;
  // With a wrong P3 the response waits on. What a shorter one leaves is gone.
  if (firstOctets(card, command, data) !== undefined) {
    session.pending = undefined;
    if (releasesCommands) session.toolkit = answerCollected(session.toolkit);
  }
  return outgoing(data, true);
}

/** SELECT, STATUS and GET RESPONSE. */
export const SELECTION: readonly SimCommandRow[] = [
  { ins: 0xa4, name: 'SELECT', mayHaveP1P2: noParameters, brings: 2, handle: select },
  { ins: 0xf2, name: 'STATUS', mayHaveP1P2: noParameters, brings: 'none', handle: status },
  {
    ins: 0xc0,
    name: 'GET RESPONSE',
    mayHaveP1P2: noParameters,
    brings: 'none',
    handle: getResponse,
  },
];
