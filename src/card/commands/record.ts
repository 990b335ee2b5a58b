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
import { AM } from '../access.ts';
import {
  asksForAll,
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  outgoing,
  type Reply,
  refuse,
  setCursor,
} from '../command.ts';
import {
  type FoundEf,
  findRecord,
  hasRecords,
  isLinear,
  type RecordMode,
  recordOf,
  withRecord,
} from '../files/file-system.ts';
import { openEf } from '../open-ef.ts';
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

function find(card: CommandContext, command: CommandApdu, am: number): Result<Addressed> {
  const sfi = command.p2 >> 3;
  const mode = modeOf(command.p2);
  if (mode === undefined) return refusal('wrong-p1-p2');
  // A cyclic EF is updated as previous alone: the oldest record becomes the first.
  const suits = am === AM.read || mode === 'previous' ? hasRecords : isLinear;
  const opened = openEf(card, command, { sfi, am, suits });
  if (!opened.ok) return opened;
  const pointer = sfi === 0 ? cursorOf(card).record : undefined;
  return success({ ...opened.value, pointer, mode });
}

/** Makes the EF current, and moves the pointer unless the record was named by its number. */
function moveToRecord(card: CommandContext, to: Addressed, record: number): void {
  const pointer = to.mode === 'absolute' ? to.pointer : record;
  setCursor(card, { ...cursorOf(card), ef: to.file, record: pointer });
}

function readRecord(card: CommandContext, command: CommandApdu): Reply {
  const addressed = find(card, command, AM.read);
  if (!addressed.ok) return refuse(addressed.failure);
  const { node, pointer, mode } = addressed.value;
  const record = findRecord(node, pointer, mode, command.p1);
  if (!record.ok) return refuse(record.failure);
  // A wrong Le is answered with the right one: the pointer must not move on the first of the two.
  if (asksForAll(card, command.ne, node.recordLength)) {
    moveToRecord(card, addressed.value, record.value);
  }
  return outgoing(recordOf(node, record.value));
}

function updateRecord(card: CommandContext, command: CommandApdu): Reply {
  const addressed = find(card, command, AM.update);
  if (!addressed.ok) return refuse(addressed.failure);
  const { file, node, pointer, mode } = addressed.value;
  if (command.data.length !== node.recordLength) return refuse('wrong-length');
  const found = findRecord(node, pointer, mode, command.p1);
  if (!found.ok) return refuse(found.failure);
  const content = withRecord(node, found.value, command.data);
  if (!card.memory.commit([{ kind: 'content', file, content }])) return refuse('not-stored');
  moveToRecord(card, addressed.value, node.structure === 'cyclic' ? 1 : found.value);
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
