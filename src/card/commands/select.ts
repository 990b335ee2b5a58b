/**
 * SELECT and STATUS.
 *
 *     00 A4 P1 P2 Lc data      P1: 00 FID, 01 child, 03 parent, 04 AID,
 *                                  08 path from the MF, 09 path from here
 *                              P2: b7 b6 session | b5 to b3 FCP or nothing | b2 b1 occurrence
 *     80 F2 P1 P2 Le           P2: 00 FCP, 01 AID of the application, 0C nothing
 *
 * @see ETSI TS 102 221 §11.1.1, §11.1.2
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import type { StatusWord } from '../../apdu/response.ts';
import { SW } from '../../apdu/status-words.ts';
import { statusSeen } from '../../cat/session.ts';
import { berTlv } from '../../tlv/ber.ts';
import {
  answer,
  asksForAll,
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  filesOf,
  outgoing,
  type Reply,
  refuse,
  setCursor,
  warn,
} from '../command.ts';
import { encodeFcp } from '../files/fcp.ts';
import {
  findByFid,
  findByName,
  findByPath,
  findChildDirectory,
  findParent,
  moveTo,
  type Occurrence,
  pathOf,
  START,
} from '../files/file-system.ts';
import { type FileNumber, type LifeCycle, lifeCycleOf, MF } from '../memory.ts';
import { type Failure, type Result, refusal, success } from '../refusal.ts';

const BY = { fid: 0, child: 1, parent: 3, name: 4, pathFromMf: 8, pathFromHere: 9 } as const;
const MODES: readonly number[] = Object.values(BY);
const OCCURRENCES: readonly Occurrence[] = ['first', 'last', 'next', 'previous'];
/**
 * b5 to b3 of P2: FCP; nothing; '00' asks for FCI, which some terminals send when they want the
 * FCP.
 */
const RETURN_FCP = 0x04;
const RETURN_NOTHING = 0x0c;
const RETURN_MASK = 0x1c;
const TERMINATE_SESSION = 0x40;

/** What SELECT says of a file that commands do not work on. */
const WARNING: Readonly<Partial<Record<LifeCycle, StatusWord>>> = {
  deactivated: SW.deactivated,
  terminated: SW.terminated,
};

function mayHaveP1P2(p1: number, p2: number): boolean {
  const wanted = p2 & RETURN_MASK;
  if (!MODES.includes(p1) || (p2 & 0xa0) !== 0) return false;
  if (wanted !== RETURN_FCP && wanted !== RETURN_NOTHING && wanted !== 0) return false;
  return p1 === BY.name || (p2 & (TERMINATE_SESSION | 0x03)) === 0;
}

function find(card: CommandContext, command: CommandApdu): Result<FileNumber> {
  const { p1, p2, data } = command;
  const files = filesOf(card);
  const cursor = cursorOf(card);
  if (p1 === BY.parent) {
    return data.length > 0 ? refusal('lc-inconsistent') : success(findParent(files, cursor));
  }
  if (p1 === BY.name) {
    if (data.length < 1 || data.length > 16) return refusal('wrong-length');
    return findByName(files, cursor, data, OCCURRENCES[p2 & 3] ?? 'first');
  }
  if (p1 === BY.fid && data.length === 0) return success(MF);
  if (data.length % 2 === 1 || data.length === 0) return refusal('wrong-length');
  const path = pathOf(data);
  if (p1 === BY.pathFromMf) return findByPath(files, cursor, MF, path);
  if (p1 === BY.pathFromHere) return findByPath(files, cursor, cursor.directory, path);
  const [fid = 0] = path;
  if (path.length !== 1) return refusal('wrong-length');
  return p1 === BY.child ? findChildDirectory(files, cursor, fid) : findByFid(files, cursor, fid);
}

/** Ends the session of the application that is active on this channel; the MF becomes current. */
function terminate(card: CommandContext, file: FileNumber): Failure | undefined {
  if (cursorOf(card).application !== file) return 'conditions-not-satisfied';
  setCursor(card, START);
  return undefined;
}

function fcpOf({ memory }: CommandContext, file: FileNumber): Uint8Array {
  return encodeFcp(memory.node(file), memory.root.pins, memory);
}

function select(card: CommandContext, command: CommandApdu): Reply {
  const found = find(card, command);
  if (!found.ok) return refuse(found.failure);
  const file = found.value;
  if ((command.p2 & TERMINATE_SESSION) !== 0) {
    const failure = terminate(card, file);
    if (failure !== undefined) return refuse(failure);
  } else {
    const cursor = moveTo(filesOf(card), cursorOf(card), file);
    setCursor(card, command.p1 === BY.name ? { ...cursor, application: file } : cursor);
  }
  const node = card.memory.node(file);
  const warning = WARNING[lifeCycleOf(node)];
  if ((command.p2 & RETURN_MASK) === RETURN_NOTHING) {
    return warning === undefined ? DONE : warn(warning);
  }
  const fcp = fcpOf(card, file);
  return warning === undefined ? answer(fcp) : warn(warning, fcp);
}

const STATUS = { fcp: 0x00, name: 0x01, nothing: 0x0c } as const;
const STATUS_P2: readonly number[] = Object.values(STATUS);

/** What STATUS tells; `undefined` when there is no application to name. */
function statusData(card: CommandContext, p2: number): Uint8Array | undefined {
  const { directory, application } = cursorOf(card);
  if (p2 === STATUS.nothing) return new Uint8Array(0);
  if (p2 === STATUS.fcp) return fcpOf(card, directory);
  const node = application === undefined ? undefined : card.memory.node(application);
  return node?.kind === 'directory' && node.aid !== undefined ? berTlv(0x84, node.aid) : undefined;
}

function status(card: CommandContext, { p2, ne }: CommandApdu): Reply {
  const data = statusData(card, p2);
  if (data === undefined) return refuse('reference-not-found');
  const isDone = data.length === 0 || asksForAll(card, ne, data.length);
  if (isDone) card.session.toolkit = statusSeen(card.session.toolkit);
  return data.length === 0 ? DONE : outgoing(data);
}

/** SELECT. */
export const SELECT: CommandRow = {
  ins: 0xa4,
  name: 'SELECT',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2,
  mayHaveLc: () => true,
  handle: select,
};

/** STATUS. */
export const STATUS_COMMAND: CommandRow = {
  ins: 0xf2,
  name: 'STATUS',
  class: 'uicc',
  mayHaveP1P2: (p1, p2) => p1 <= 2 && STATUS_P2.includes(p2),
  mayHaveLc: (lc) => lc === 0,
  handle: status,
};
