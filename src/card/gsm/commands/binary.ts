/**
 * READ BINARY and UPDATE BINARY of class A0: P1 P2 is the offset in the current EF.
 *
 *     A0 B0 P1 P2 P3
 *     A0 D6 P1 P2 P3 data
 *
 * @see 3GPP TS 51.011 §8.3, §8.4
 * @module
 */

import type { CommandApdu } from '../../../apdu/command.ts';
import { AM } from '../../access.ts';
import { type CommandContext, DONE, outgoing, type Reply, refuse } from '../../command.ts';
import { isTransparent } from '../../files/file-system.ts';
import { openCurrentEf, type SimCommandRow, storeContent, wrongP3 } from '../command.ts';

function readBinary(card: CommandContext, command: CommandApdu): Reply {
  const opened = openCurrentEf(card, command, AM.read, isTransparent);
  if (!opened.ok) return refuse(opened.failure);
  const { content } = opened.value.node;
  const offset = command.p1 * 256 + command.p2;
  return offset < content.length
    ? outgoing(content.subarray(offset), true)
    : refuse('offset-outside');
}

function updateBinary(card: CommandContext, command: CommandApdu): Reply {
  const opened = openCurrentEf(card, command, AM.update, isTransparent);
  if (!opened.ok) return refuse(opened.failure);
  const content = opened.value.node.content.slice();
  const offset = command.p1 * 256 + command.p2;
  if (offset >= content.length) return refuse('offset-outside');
  const room = content.length - offset;
  if (command.data.length > room) return wrongP3(room);
  content.set(command.data, offset);
  const failure = storeContent(card, opened.value, content);
  return failure === undefined ? DONE : refuse(failure);
}

/** READ BINARY and UPDATE BINARY. */
export const BINARY: readonly SimCommandRow[] = [
  {
    ins: 0xb0,
    name: 'READ BINARY',
    mayHaveP1P2: () => true,
    brings: 'none',
    handle: readBinary,
  },
  {
    ins: 0xd6,
    name: 'UPDATE BINARY',
    mayHaveP1P2: () => true,
    brings: 'some',
    handle: updateBinary,
  },
];
