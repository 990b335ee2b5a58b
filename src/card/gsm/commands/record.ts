/**
 * READ RECORD, UPDATE RECORD, SEEK and INCREASE of class A0, on the current EF.
 *
 *     A0 B2 P1 P2 P3           P2: 2 next, 3 previous (P1 is not looked at), 4 record P1
 *     A0 DC P1 P2 P3 data          ('00': the one that the pointer is on)
 *     A0 A2 00 P2 P3 pattern   P2: b8 to b5 type 1 or 2, which is answered with the number
 *                                  b4 to b1 0 forward from the first, 1 backward from the last
 *                                           2 forward from the next, 3 backward from the previous
 *     A0 32 00 00 03 value     answer: the new record | the value that was added
 *
 * SEEK finds a record that *begins* with the pattern.
 *
 * @see 3GPP TS 51.011 §8.5 to §8.8
 * @module
 */

import type { CommandApdu } from '../../../apdu/command.ts';
import { concat } from '../../../bytes/octets.ts';
import { AM, NO_BIT } from '../../access.ts';
import {
  answer,
  asksForAll,
  type CommandContext,
  DONE,
  outgoing,
  type Reply,
  refuse,
} from '../../command.ts';
import { increased } from '../../commands/increase.ts';
import {
  findRecord,
  hasRecords,
  isCyclic,
  isLinear,
  type RecordMode,
  recordCount,
  recordOf,
  withRecord,
} from '../../files/file-system.ts';
import type { ElementaryNode } from '../../memory.ts';
import {
  noParameters,
  openCurrentEf,
  type SimCommandRow,
  simHindrance,
  storeContent,
  wrongP3,
} from '../command.ts';

const MODE: Readonly<Record<number, RecordMode>> = { 2: 'next', 3: 'previous', 4: 'absolute' };

function mayHaveMode(_p1: number, p2: number): boolean {
  return MODE[p2] !== undefined;
}

function modeOf({ p2 }: CommandApdu): RecordMode {
  const mode = MODE[p2];
  if (mode === undefined) throw new Error(`P2 ${p2} was let through`);
  return mode;
}

/** A cyclic EF is updated as previous alone: the oldest record becomes the first. */
function mayUpdate({ structure }: ElementaryNode, mode: RecordMode): boolean {
  return structure === 'linear' || (structure === 'cyclic' && mode === 'previous');
}

/** Moves the record pointer. */
function pointTo({ session }: CommandContext, record: number): void {
  session.place = { ...session.place, record };
}

function readRecord(card: CommandContext, command: CommandApdu): Reply {
  const opened = openCurrentEf(card, command, AM.read, hasRecords);
  if (!opened.ok) return refuse(opened.failure);
  const { node } = opened.value;
  const mode = modeOf(command);
  const record = findRecord(node, card.session.place.record, mode, command.p1);
  if (!record.ok) return refuse(record.failure);
  // With a wrong P3 the terminal asks again: the pointer must not move twice.
  const isRight = asksForAll(card, command.ne, node.recordLength);
  if (isRight && mode !== 'absolute') pointTo(card, record.value);
  return outgoing(recordOf(node, record.value));
}

function updateRecord(card: CommandContext, command: CommandApdu): Reply {
  const mode = modeOf(command);
  const opened = openCurrentEf(card, command, AM.update, (node) => mayUpdate(node, mode));
  if (!opened.ok) return refuse(opened.failure);
  const { node } = opened.value;
  const { data, p1 } = command;
  if (data.length !== node.recordLength) return wrongP3(node.recordLength);
  const record = findRecord(node, card.session.place.record, mode, p1);
  if (!record.ok) return refuse(record.failure);
  const failure = storeContent(card, opened.value, withRecord(node, record.value, data));
  if (failure !== undefined) return refuse(failure);
  if (node.structure === 'cyclic') pointTo(card, 1);
  else if (mode !== 'absolute') pointTo(card, record.value);
  return DONE;
}

const SEEK_MODES = 4;
const SEEK_TYPE_2 = 0x10;
const PATTERN_OCTETS_MAX = 16;
const READ_RECORD_INS = 0xb2;

/** Gives the first record that a search looks at. */
function startOf(mode: number, pointer: number | undefined, count: number): number {
  const isBackward = mode % 2 === 1;
  if (mode < 2 || pointer === undefined) return isBackward ? count : 1;
  return isBackward ? pointer - 1 : pointer + 1;
}

function findPattern(
  node: ElementaryNode,
  pattern: Uint8Array,
  mode: number,
  pointer: number | undefined,
): number | undefined {
  const count = recordCount(node);
  const step = mode % 2 === 1 ? -1 : 1;
  for (let n = startOf(mode, pointer, count); n >= 1 && n <= count; n += step) {
    const record = recordOf(node, n);
    if (pattern.every((octet, at) => record[at] === octet)) return n;
  }
  return undefined;
}

function seek(card: CommandContext, command: CommandApdu): Reply {
  const { p2, data } = command;
  if (data.length > PATTERN_OCTETS_MAX) return refuse('wrong-length');
  const opened = openCurrentEf(card, command, AM.read, isLinear);
  if (!opened.ok) return refuse(opened.failure);
  // A rule may name SEEK by its INS; it opens no record that READ RECORD does not.
  const reading = { ...command, ins: READ_RECORD_INS };
  const failure = simHindrance(card, reading, opened.value, AM.read);
  if (failure !== undefined) return refuse(failure);
  const { node } = opened.value;
  if (data.length > node.recordLength) return refuse('wrong-length');
  const found = findPattern(node, data, p2 % 16, card.session.place.record);
  if (found === undefined) return refuse('search-unsuccessful');
  pointTo(card, found);
  return p2 < SEEK_TYPE_2 ? DONE : answer(Uint8Array.of(found));
}

const VALUE_OCTETS = 3;

function increase(card: CommandContext, command: CommandApdu): Reply {
  const opened = openCurrentEf(card, command, NO_BIT, isCyclic);
  if (!opened.ok) return refuse(opened.failure);
  const after = increased(opened.value.node, command.data);
  if (!after.ok) return refuse(after.failure);
  const { sum, content } = after.value;
  const failure = storeContent(card, opened.value, content);
  if (failure !== undefined) return refuse(failure);
  pointTo(card, 1);
  return answer(concat(sum, command.data));
}

/** READ RECORD, UPDATE RECORD, SEEK and INCREASE. */
export const RECORDS: readonly SimCommandRow[] = [
  {
    ins: 0xb2,
    name: 'READ RECORD',
    mayHaveP1P2: mayHaveMode,
    brings: 'none',
    handle: readRecord,
  },
  {
    ins: 0xdc,
    name: 'UPDATE RECORD',
    mayHaveP1P2: mayHaveMode,
    brings: 'some',
    handle: updateRecord,
  },
  {
    ins: 0xa2,
    name: 'SEEK',
    mayHaveP1P2: (p1, p2) => p1 === 0 && p2 < 2 * SEEK_TYPE_2 && p2 % 16 < SEEK_MODES,
    brings: 'some',
    handle: seek,
  },
  {
    ins: 0x32,
    name: 'INCREASE',
    mayHaveP1P2: noParameters,
    brings: VALUE_OCTETS,
    handle: increase,
  },
];
