/**
 * INCREASE: adds to the latest record of a cyclic EF, and makes the sum the latest.
 *
 *     80 32 P1 00 Lc value Le   P1: '00' the current EF | b8 set, b7 b6 clear: SFI
 *
 *     answer    the new record | the value that was added
 *
 * Records are numbers, most significant octet first. A sum that does not fit is refused: the
 * counter stays where it is.
 *
 * @see ETSI TS 102 221 §11.1.8
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { concat } from '../../bytes/octets.ts';
import { NO_BIT } from '../access.ts';
import {
  answer,
  type CommandContext,
  type CommandRow,
  cursorOf,
  type Reply,
  refuse,
  setCursor,
} from '../command.ts';
import { isCyclic, recordOf, withRecord } from '../files/file-system.ts';
import type { ElementaryNode } from '../memory.ts';
import { openEf } from '../open-ef.ts';
import { type Result, refusal, success } from '../refusal.ts';

const CURRENT_EF = 0x00;
const HAS_SFI = 0x80;
const VALUE_OCTETS_MAX = 127;

/** Adds a number to one of as many octets or more; `undefined` when the sum has more. */
function sumOf(number: Uint8Array, value: Uint8Array): Uint8Array | undefined {
  const sum = number.slice();
  const shift = number.length - value.length;
  let carry = 0;
  for (let at = sum.length - 1; at >= 0; at--) {
    carry += sum[at]! + (value[at - shift] ?? 0);
    sum[at] = carry;
    carry >>= 8;
  }
  return carry === 0 ? sum : undefined;
}

/** The latest record of a counter after it was increased, and the whole content. */
interface Increased {
  readonly sum: Uint8Array;
  readonly content: Uint8Array;
}

/**
 * Adds a value to the latest record of a cyclic EF.
 *
 * @see ETSI TS 102 221 §11.1.8
 */
export function increased(node: ElementaryNode, value: Uint8Array): Result<Increased> {
  if (value.length > node.recordLength) return refusal('wrong-length');
  const sum = sumOf(recordOf(node, 1), value);
  if (sum === undefined) return refusal('maximum-reached');
  return success({ sum, content: withRecord(node, 1, sum) });
}

function increase(card: CommandContext, command: CommandApdu): Reply {
  const { p1, data } = command;
  const sfi = p1 & 0x1f;
  if (p1 === HAS_SFI) return refuse('file-not-found');
  const opened = openEf(card, command, { sfi, am: NO_BIT, suits: isCyclic });
  if (!opened.ok) return refuse(opened.failure);
  const { file, node } = opened.value;
  const after = increased(node, data);
  if (!after.ok) return refuse(after.failure);
  const { sum, content } = after.value;
  if (!card.memory.commit([{ kind: 'content', file, content }])) return refuse('not-stored');
  setCursor(card, { ...cursorOf(card), ef: file, record: 1 });
  return answer(concat(sum, data));
}

/** INCREASE. */
export const INCREASE: CommandRow = {
  ins: 0x32,
  name: 'INCREASE',
  class: 'uicc',
  isRemote: true,
  mayHaveP1P2: (p1, p2) => p2 === 0 && (p1 === CURRENT_EF || (p1 & 0xe0) === HAS_SFI),
  mayHaveLc: (lc) => lc >= 1 && lc <= VALUE_OCTETS_MAX,
  handle: increase,
};
