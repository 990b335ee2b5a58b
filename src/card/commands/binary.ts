/**
 * READ BINARY and UPDATE BINARY.
 *
 *     00 B0 P1 P2 Le           b8 of P1 clear: P1 P2 is the offset in the current EF
 *     00 D6 P1 P2 Lc data      b8 set, b7 b6 clear: P1 holds the SFI, P2 is the offset
 *
 * @see ETSI TS 102 221 §11.1.3, §11.1.4
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
import { type FoundEf, isTransparent } from '../files/file-system.ts';
import { openEf } from '../open-ef.ts';
import { type Result, refusal, success } from '../refusal.ts';

const HAS_SFI = 0x80;

function mayHaveP1P2(p1: number): boolean {
  return (p1 & HAS_SFI) === 0 || (p1 & 0x60) === 0;
}

interface Place extends FoundEf {
  readonly offset: number;
}

function find(card: CommandContext, command: CommandApdu, am: number): Result<Place> {
  const { p1, p2 } = command;
  const hasSfi = (p1 & HAS_SFI) !== 0;
  const sfi = hasSfi ? p1 & 0x1f : 0;
  if (hasSfi && sfi === 0) return refusal('file-not-found');
  const opened = openEf(card, command, { sfi, am, suits: isTransparent });
  if (!opened.ok) return opened;
  const { file, node } = opened.value;
  const offset = hasSfi ? p2 : p1 * 256 + p2;
  if (offset >= node.content.length) return refusal('offset-outside');
  return success({ file, node, offset });
}

function moveToSfi(card: CommandContext, { p1 }: CommandApdu, file: number): void {
  if ((p1 & HAS_SFI) !== 0) {
    setCursor(card, { ...cursorOf(card), ef: file, record: undefined });
  }
}

/** Le may be less than there is, and not more. */
function isGiven(card: CommandContext, { ne }: CommandApdu, octets: number): boolean {
  return asksForAll(card, ne, octets) || (ne > 0 && ne < octets);
}

function readBinary(card: CommandContext, command: CommandApdu): Reply {
  const found = find(card, command, AM.read);
  if (!found.ok) return refuse(found.failure);
  const { file, node, offset } = found.value;
  const data = node.content.subarray(offset, offset + card.session.manner.dataMax);
  // A wrong Le is answered with the right one, and moves nothing.
  if (isGiven(card, command, data.length)) moveToSfi(card, command, file);
  return outgoing(data, true);
}

function updateBinary(card: CommandContext, command: CommandApdu): Reply {
  const found = find(card, command, AM.update);
  if (!found.ok) return refuse(found.failure);
  const { file, node, offset } = found.value;
  if (offset + command.data.length > node.content.length) return refuse('too-long');
  const content = node.content.slice();
  content.set(command.data, offset);
  if (!card.memory.commit([{ kind: 'content', file, content }])) return refuse('not-stored');
  moveToSfi(card, command, file);
  return DONE;
}

/** READ BINARY. */
export const READ_BINARY: CommandRow = {
  ins: 0xb0,
  name: 'READ BINARY',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2,
  mayHaveLc: (lc) => lc === 0,
  handle: readBinary,
};

/** UPDATE BINARY. */
export const UPDATE_BINARY: CommandRow = {
  ins: 0xd6,
  name: 'UPDATE BINARY',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2,
  mayHaveLc: (lc) => lc > 0,
  handle: updateBinary,
};
