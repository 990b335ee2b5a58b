/**
 * RESIZE FILE: another size for an EF.
 *
 *     80 D4 00 00 Lc '62' len '83' 02 FID '80' 02 size
 *
 * The content stays as far as there is room for it, and what is added is 'FF'. The number of
 * records of a linear fixed EF follows from the size; a cyclic EF keeps its size. Of a BER-TLV EF
 * the room changes, never below what it holds. A directory, whose size would be in '81', has none.
 *
 * @see ETSI TS 102 222 §6.10
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { understood } from '../../bytes/errors.ts';
import { mayAccess, NO_BIT, operationOf } from '../access.ts';
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
import { decodeResizingTemplate } from '../files/file-description.ts';
import { findToAdminister, moveTo } from '../files/file-system.ts';
import { resizeFailure } from '../files/file-tree.ts';
import { lifeCycleFailure } from '../open-ef.ts';

function resizeFile(card: CommandContext, command: CommandApdu): Reply {
  const wanted = understood(() => decodeResizingTemplate(command.data));
  if (wanted === undefined) return refuse('wrong-data');
  const found = findToAdminister(filesOf(card), cursorOf(card), wanted.fid);
  if (!found.ok) return refuse(found.failure);
  const file = found.value;
  const { memory, session } = card;
  const node = memory.node(file);
  if (node.kind !== 'ef' || node.structure === 'cyclic') return refuse('incompatible-structure');
  const notInUse = lifeCycleFailure(node);
  if (notInUse !== undefined) return refuse(notInUse);
  if (!mayAccess(memory, session, node, operationOf(command, NO_BIT)))
    return refuse('access-denied');
  const { size, isTotal } = wanted;
  if (isTotal) return refuse('wrong-data');
  const failure = resizeFailure(memory.image, memory.root, node, size);
  if (failure !== undefined) return refuse(failure);
  if (!memory.commit([{ kind: 'resize', file, size }])) return refuse('not-stored');
  setCursor(card, moveTo(filesOf(card), cursorOf(card), file));
  return DONE;
}

/** RESIZE FILE. */
export const RESIZE_FILE: CommandRow = {
  ins: 0xd4,
  name: 'RESIZE FILE',
  class: 'uicc',
  isRemote: true,
  mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
  mayHaveLc: (lc) => lc > 0,
  handle: resizeFile,
};
