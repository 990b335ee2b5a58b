/**
 * DEACTIVATE FILE and ACTIVATE FILE.
 *
 *     00 04 P1 00 [Lc data]    P1: 00 FID, no data for the current EF
 *     00 44 P1 00 [Lc data]        08 path from the MF, 09 path from here
 *
 *     creation, initialisation ──ACTIVATE──▶ activated ──DEACTIVATE──▶ deactivated
 *                                            activated ◀───ACTIVATE─── deactivated
 *
 * Nothing leads out of the terminated state. An EF that is already where the command wants it stays
 * there, and that is no error.
 *
 * @see ETSI TS 102 221 §11.1.14, §11.1.15
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { AM, mayAccess, operationOf } from '../access.ts';
import {
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  filesOf,
  type Reply,
  refuse,
  setCursor,
} from '../command.ts';
import { findByFid, findByPath, findEf, moveTo, pathOf } from '../files/file-system.ts';
import { type FileNumber, lifeCycleOf, MF } from '../memory.ts';
import { type Result, refusal } from '../refusal.ts';

const BY = { fid: 0, pathFromMf: 8, pathFromHere: 9 } as const;
const MODES: readonly number[] = Object.values(BY);

/** What makes one of the commands the other. */
interface Transition {
  readonly to: 'activated' | 'deactivated';
  readonly am: number;
}

/** Tells whether data of this length can name a file: a FID or nothing, or a path. */
function mayNameFile({ p1, data }: CommandApdu): boolean {
  if (p1 === BY.fid) return data.length === 0 || data.length === 2;
  return data.length > 0 && data.length % 2 === 0;
}

function find(card: CommandContext, { p1, data }: CommandApdu): Result<FileNumber> {
  const files = filesOf(card);
  const cursor = cursorOf(card);
  if (data.length === 0) {
    const current = findEf(files, cursor, 0);
    return current.ok ? { ok: true, value: current.value.file } : current;
  }
  const path = pathOf(data);
  if (p1 === BY.pathFromMf) return findByPath(files, cursor, MF, path);
  if (p1 === BY.pathFromHere) return findByPath(files, cursor, cursor.directory, path);
  const [fid] = path;
  return fid === undefined ? refusal('file-not-found') : findByFid(files, cursor, fid);
}

function change(card: CommandContext, command: CommandApdu, { to, am }: Transition): Reply {
  if (!mayNameFile(command)) return refuse('wrong-length');
  const found = find(card, command);
  if (!found.ok) return refuse(found.failure);
  const file = found.value;
  const { memory, session } = card;
  const node = memory.node(file);
  if (node.kind !== 'ef') return refuse('conditions-not-satisfied');
  const from = lifeCycleOf(node);
  if (from === 'terminated') return refuse('ef-terminated');
  // What was never in use cannot be taken out of use.
  const wasInUse = from !== 'creation' && from !== 'initialisation';
  if (!wasInUse && to === 'deactivated') return refuse('conditions-not-satisfied');
  if (!mayAccess(memory, session, node, operationOf(command, am))) return refuse('access-denied');
  if (from !== to && !memory.commit([{ kind: 'life-cycle', file, to }])) {
    return refuse('not-stored');
  }
  if (command.data.length > 0) setCursor(card, moveTo(filesOf(card), cursorOf(card), file));
  return DONE;
}

function row(ins: number, name: string, transition: Transition): CommandRow {
  return {
    ins,
    name,
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1, p2) => MODES.includes(p1) && p2 === 0,
    mayHaveLc: () => true,
    handle: (card, command) => change(card, command, transition),
  };
}

/** DEACTIVATE FILE and ACTIVATE FILE. */
export const LIFE_CYCLE_COMMANDS: readonly CommandRow[] = [
  row(0x04, 'DEACTIVATE FILE', { to: 'deactivated', am: AM.deactivate }),
  row(0x44, 'ACTIVATE FILE', { to: 'activated', am: AM.activate }),
];
