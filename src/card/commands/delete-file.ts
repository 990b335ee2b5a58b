/**
 * DELETE FILE, and the commands that end a file's life without taking it away.
 *
 *     00 E4 00 00 02 FID       DELETE FILE: an EF, or a directory with all that is below it
 *     00 E8 00 00 02 FID       TERMINATE EF
 *     00 E6 00 00 02 FID       TERMINATE DF: the directory and all that is below it
 *     00 FE 00 00              TERMINATE CARD USAGE: the MF; the card answers '6985' ever after
 *
 * The file is a child of the current directory, or that directory itself. Nothing leads out of the
 * terminated state but DELETE FILE. An EF that is not shareable and current elsewhere stays as it
 * is, and so do the directories that it lies in.
 *
 * @see ETSI TS 102 222 §6.4, §6.7, §6.8, §6.9
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { EMPTY_SESSION } from '../../cat/session.ts';
import { DF_ACCESS } from '../../ef/access-rules.ts';
import { mayAccess, mayDelete, operationOf } from '../access.ts';
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
import { findToAdminister, pathOf } from '../files/file-system.ts';
import { subtree } from '../files/file-tree.ts';
import { type Change, type FileNode, type FileNumber, MF } from '../memory.ts';
import { type Result, refusal } from '../refusal.ts';

const FID_OCTETS = 2;

function find(card: CommandContext, { data }: CommandApdu): Result<FileNumber> {
  const [fid = MF] = pathOf(data);
  const files = filesOf(card);
  const found = findToAdminister(files, cursorOf(card), fid);
  if (!found.ok) return found;
  // The MF goes with the card alone.
  if (found.value === MF) return refusal('conditions-not-satisfied');
  const { image, root, occupied } = files;
  const isInUse = subtree(image, root, found.value).some((file) => occupied?.has(file));
  return isInUse ? refusal('not-shareable') : found;
}

function deleteFile(card: CommandContext, command: CommandApdu): Reply {
  const found = find(card, command);
  if (!found.ok) return refuse(found.failure);
  const file = found.value;
  const { memory, session } = card;
  const node = memory.node(file);
  if (!mayDelete(memory, session, node, command)) return refuse('access-denied');
  const cursor = cursorOf(card);
  if (!memory.commit([{ kind: 'delete', file }])) return refuse('not-stored');
  if (cursor.directory === file) {
    setCursor(card, { ...cursor, directory: node.parent, ef: undefined, record: undefined });
  }
  return DONE;
}

/** Terminates a file and all that is below it, as far as it is not. */
function terminate(card: CommandContext, file: FileNumber, command: CommandApdu): Reply {
  const { memory, session } = card;
  const node = memory.node(file);
  if (node.lifeCycle === 'terminated') return refuse('conditions-not-satisfied');
  const operation = operationOf(command, DF_ACCESS.terminate);
  if (!mayAccess(memory, session, node, operation)) return refuse('access-denied');
  const changes = subtree(memory.image, memory.root, file)
    .filter((below) => memory.node(below).lifeCycle !== 'terminated')
    .map((below): Change => ({ kind: 'life-cycle', file: below, to: 'terminated' }));
  return memory.commit(changes) ? DONE : refuse('not-stored');
}

function terminateFile(kind: FileNode['kind']): CommandRow['handle'] {
  return (card, command) => {
    const found = find(card, command);
    if (!found.ok) return refuse(found.failure);
    if (card.memory.node(found.value).kind !== kind) return refuse('conditions-not-satisfied');
    return terminate(card, found.value, command);
  };
}

function terminateCardUsage(card: CommandContext, command: CommandApdu): Reply {
  const { memory, session } = card;
  const operation = operationOf(command, DF_ACCESS.terminate);
  if (!mayAccess(memory, session, memory.node(MF), operation)) return refuse('access-denied');
  if (!memory.commit([{ kind: 'life-cycle', file: MF, to: 'terminated' }])) {
    return refuse('not-stored');
  }
  // Nobody can fetch what waits.
  session.toolkit = EMPTY_SESSION;
  return DONE;
}

function row(ins: number, name: string, handle: CommandRow['handle']): CommandRow {
  return {
    ins,
    name,
    class: 'interindustry',
    mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
    mayHaveLc: (lc) => lc === FID_OCTETS,
    handle,
  };
}

/** DELETE FILE, TERMINATE DF, TERMINATE EF and TERMINATE CARD USAGE. */
export const DELETE_COMMANDS: readonly CommandRow[] = [
  { ...row(0xe4, 'DELETE FILE', deleteFile), isRemote: true },
  row(0xe6, 'TERMINATE DF', terminateFile('directory')),
  row(0xe8, 'TERMINATE EF', terminateFile('ef')),
  { ...row(0xfe, 'TERMINATE CARD USAGE', terminateCardUsage), mayHaveLc: (lc) => lc === 0 },
];
