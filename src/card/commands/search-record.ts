/**
 * SEARCH RECORD: the numbers of the records that contain a pattern.
 *
 *     00 A2 P1 P2 Lc data Le   P1: where to begin, '00' for the current record
 *                              P2: b8 to b4 SFI | b3 to b1 4 forward, 5 backward, 6 enhanced
 *
 *     simple      data = pattern
 *     enhanced    data = indication 1 | offset or value 1 | pattern
 *                 indication  b4 a record is searched behind the value, else from the offset
 *                             b3 set | b2 begin beside the current record | b1 backward
 *
 * Whoever may search for patterns can find out every octet, so searching needs the right to read.
 *
 * @see ETSI TS 102 221 §11.1.7
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { AM, mayAccess } from '../access.ts';
import {
  answer,
  type CommandContext,
  type CommandRow,
  cursorOf,
  type Reply,
  refuse,
  setCursor,
} from '../command.ts';
import { hasRecords, recordCount, recordOf } from '../files/file-system.ts';
import type { ElementaryNode } from '../memory.ts';
import { openEf } from '../open-ef.ts';
import { type Result, refusal, success } from '../refusal.ts';

const MODE = { forward: 4, backward: 5, enhanced: 6 } as const;
const MODES: readonly number[] = Object.values(MODE);
const READ_RECORD_INS = 0xb2;
/** Search indication, offset or value, one octet of pattern. */
const ENHANCED_MIN = 3;

/** Bits of the first octet of a search indication; b3 is set and b8 to b5 are not. */
const INDICATION = { byValue: 0x08, fixed: 0x04, beside: 0x02, backward: 0x01 } as const;
const FIXED_MASK = 0xf4;

/** What a command asks for. */
interface Search {
  /** Begins with the record after or before the current one, not with P1. */
  readonly isBeside: boolean;
  readonly isBackward: boolean;
  readonly pattern: Uint8Array;
  /** Gives the offset in a record from which the pattern may begin; `undefined` to pass it over. */
  readonly from: (record: Uint8Array) => number | undefined;
}

function behindValue(record: Uint8Array, value: number): number | undefined {
  const at = record.indexOf(value);
  return at < 0 ? undefined : at + 1;
}

/** Reads what to search for; `undefined` for an indication that is none or contradicts P1. */
function searchOf({ p1, p2, data }: CommandApdu): Search | undefined {
  const mode = p2 & 0x07;
  if (mode !== MODE.enhanced) {
    const isBackward = mode === MODE.backward;
    return { isBeside: false, isBackward, pattern: data, from: () => 0 };
  }
  const [indication = 0, parameter = 0] = data;
  const isBeside = (indication & INDICATION.beside) !== 0;
  if ((indication & FIXED_MASK) !== INDICATION.fixed || (isBeside && p1 !== 0)) return undefined;
  const byValue = (indication & INDICATION.byValue) !== 0;
  return {
    isBeside,
    isBackward: (indication & INDICATION.backward) !== 0,
    pattern: data.subarray(2),
    from: (record) => (byValue ? behindValue(record, parameter) : parameter),
  };
}

/** Without a record pointer a search begins at the end that it comes from. */
function startOf(
  { isBeside, isBackward }: Search,
  p1: number,
  pointer: number | undefined,
  count: number,
): number {
  if (p1 !== 0) return p1;
  if (pointer === undefined) return isBackward ? count : 1;
  if (!isBeside) return pointer;
  return isBackward ? pointer - 1 : pointer + 1;
}

function contains(record: Uint8Array, pattern: Uint8Array, from: number | undefined): boolean {
  if (from === undefined) return false;
  const last = record.length - pattern.length;
  const first = pattern[0] ?? 0;
  for (let at = record.indexOf(first, from); at >= 0; at = record.indexOf(first, at + 1)) {
    if (at > last) return false;
    let n = 1;
    while (n < pattern.length && record[at + n] === pattern[n]) n++;
    if (n === pattern.length) return true;
  }
  return false;
}

/** Gives the numbers of the records that match, in the order of the search. It never goes round. */
function matches(node: ElementaryNode, search: Search, start: number): number[] {
  const { pattern, from, isBackward } = search;
  const found: number[] = [];
  const step = isBackward ? -1 : 1;
  for (let number = start; number >= 1 && number <= recordCount(node); number += step) {
    const record = recordOf(node, number);
    if (contains(record, pattern, from(record))) found.push(number);
  }
  return found;
}

/** Finds fault with what of a command depends on the EF, and searches. */
function run(
  node: ElementaryNode,
  command: CommandApdu,
  pointer: number | undefined,
): Result<readonly number[]> {
  const count = recordCount(node);
  const isEnhanced = (command.p2 & 0x07) === MODE.enhanced;
  const patternLength = command.data.length - (isEnhanced ? 2 : 0);
  if (patternLength > node.recordLength) return refusal('wrong-length');
  if (command.p1 > count) return refusal('record-not-found');
  const search = searchOf(command);
  if (search === undefined) return refusal('wrong-data');
  const found = matches(node, search, startOf(search, command.p1, pointer, count));
  return found.length === 0 ? refusal('search-unsuccessful') : success(found);
}

function searchRecord(card: CommandContext, command: CommandApdu): Reply {
  const { p2, data } = command;
  if ((p2 & 0x07) === MODE.enhanced && data.length < ENHANCED_MIN) return refuse('wrong-length');
  const sfi = p2 >> 3;
  const opened = openEf(card, command, { sfi, am: AM.read, suits: hasRecords });
  if (!opened.ok) return refuse(opened.failure);
  const { file, node } = opened.value;
  // A rule may name SEARCH RECORD by its header; it opens no record that READ RECORD does not.
  const read = { am: AM.read, ins: READ_RECORD_INS, cla: command.cla };
  if (!mayAccess(card.memory, card.session, node, read)) return refuse('access-denied');
  const cursor = cursorOf(card);
  const found = run(node, command, sfi === 0 ? cursor.record : undefined);
  if (!found.ok) return refuse(found.failure);
  setCursor(card, { ...cursor, ef: file, record: found.value[0] });
  return answer(Uint8Array.from(found.value));
}

/** SEARCH RECORD. */
export const SEARCH_RECORD: CommandRow = {
  ins: 0xa2,
  name: 'SEARCH RECORD',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2: (_p1, p2) => MODES.includes(p2 & 0x07),
  mayHaveLc: (lc) => lc > 0,
  handle: searchRecord,
};
