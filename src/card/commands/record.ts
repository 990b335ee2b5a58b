/**
 * READ RECORD and UPDATE RECORD.
 *
 *     00 B2 P1 P2 Le           P2: b8 to b4 SFI, 0 for the current EF
 *     00 DC P1 P2 Lc data          b3 to b1: 2 next, 3 previous (P1 '00'), 4 record P1
 *                                  ('00': the one that the pointer is on)
 *
 * @see ETSI TS 102 221 §11.1.5, §11.1.6
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { AM, mayAccess } from '../access.ts';
import {
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
} from '../command.ts';
import {
  type FoundEf,
  findEf,
  findRecord,
  type RecordMode,
  recordOf,
  SFI_NONE,
  withRecord,
} from '../file-system.ts';
import { type Result, refusal, success } from '../refusal.ts';

const MODE: Readonly<Record<number, RecordMode>> = { 2: 'next', 3: 'previous', 4: 'absolute' };

function modeOf(p2: number): RecordMode | undefined {
  return MODE[p2 & 0x07];
}

function mayHaveP1P2(p1: number, p2: number): boolean {
  const mode = modeOf(p2);
  return mode === 'absolute' || (mode !== undefined && p1 === 0);
}

interface Addressed extends FoundEf {
  readonly pointer: number | undefined;
  readonly mode: RecordMode;
}

function findRecordEf(card: CommandContext, command: CommandApdu): Result<Addressed> {
  const sfi = command.p2 >> 3;
  const mode = modeOf(command.p2);
  if (sfi === SFI_NONE) return refusal('file-not-found');
  if (mode === undefined) return refusal('wrong-p1-p2');
  const cursor = cursorOf(card);
  const found = findEf(filesOf(card), cursor, sfi);
  if (!found.ok) return found;
  if (found.value.node.structure === 'transparent') return refusal('incompatible-structure');
  return success({ ...found.value, pointer: sfi === 0 ? cursor.record : undefined, mode });
}

/** Makes the EF current, and moves the pointer unless the record was named by its number. */
function moveToRecord(card: CommandContext, to: Addressed, record: number): void {
  const pointer = to.mode === 'absolute' ? to.pointer : record;
  setCursor(card, { ...cursorOf(card), ef: to.file, record: pointer });
}

function isDenied(card: CommandContext, { node }: FoundEf, am: number, ins: number): boolean {
  return !mayAccess(card.memory, card.session, node, { am, ins });
}

function readRecord(card: CommandContext, command: CommandApdu): Reply {
  const addressed = findRecordEf(card, command);
  if (!addressed.ok) return refuse(addressed.failure);
  const { node, pointer, mode } = addressed.value;
  if (isDenied(card, addressed.value, AM.read, command.ins)) return refuse('access-denied');
  const record = findRecord(node, pointer, mode, command.p1);
  if (!record.ok) return refuse(record.failure);
  // A wrong Le is answered with the right one: the pointer must not move on the first of the two.
  if (asksForAll(card, command.ne, node.recordLength)) {
    moveToRecord(card, addressed.value, record.value);
  }
  return outgoing(recordOf(node, record.value));
}

function updateRecord(card: CommandContext, command: CommandApdu): Reply {
  const addressed = findRecordEf(card, command);
  if (!addressed.ok) return refuse(addressed.failure);
  const { file, node, pointer, mode } = addressed.value;
  const isCyclic = node.structure === 'cyclic';
  if (isCyclic && mode !== 'previous') return refuse('incompatible-structure');
  if (isDenied(card, addressed.value, AM.update, command.ins)) return refuse('access-denied');
  if (command.data.length !== node.recordLength) return refuse('wrong-length');
  const found = findRecord(node, pointer, mode, command.p1);
  if (!found.ok) return refuse(found.failure);
  const content = withRecord(node, found.value, command.data);
  if (!card.memory.commit([{ kind: 'content', file, content }])) return refuse('not-stored');
  moveToRecord(card, addressed.value, isCyclic ? 1 : found.value);
  return DONE;
}

/** READ RECORD. */
export const READ_RECORD: CommandRow = {
  ins: 0xb2,
  name: 'READ RECORD',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2,
  mayHaveLc: (lc) => lc === 0,
  handle: readRecord,
};

/** UPDATE RECORD. */
export const UPDATE_RECORD: CommandRow = {
  ins: 0xdc,
  name: 'UPDATE RECORD',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2,
  mayHaveLc: (lc) => lc > 0,
  handle: updateRecord,
};
