/**
 * CREATE FILE: a new EF, DF or ADF in the current directory.
 *
 *     00 E0 00 00 Lc '62'…     FCP template of the file
 *
 * The right is asked before the data are read. An EF is filled with 'FF', or with the pattern that
 * the template has; a BER-TLV EF is empty.
 *
 * @see ETSI TS 102 222 §6.3
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { understood } from '../../bytes/errors.ts';
import { DF_ACCESS } from '../../ef/access-rules.ts';
import { mayAccess, operationOf } from '../access.ts';
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
import { encodeFcp } from '../files/fcp.ts';
import {
  type CreationTemplate,
  decodeCreationTemplate,
  fillingContent,
} from '../files/file-description.ts';
import { moveTo } from '../files/file-system.ts';
import { creationFailure, newNode } from '../files/file-tree.ts';
import {
  type CardRoot,
  type Change,
  type FileDescription,
  type FileNode,
  type FileNumber,
  pinOf,
} from '../memory.ts';
import type { Failure } from '../refusal.ts';

const SFI_BITS = 0x1f;
/** STATUS tells an FCP in one R-APDU. */
const FCP_OCTETS_MAX = 256;

/** The last five bits of the FID, when they can be one and no other EF here has it. */
function sfiOfFid(card: CommandContext, fid: number, directory: FileNode): number | undefined {
  const sfi = fid & SFI_BITS;
  const children = directory.kind === 'directory' ? directory.children : [];
  const isTaken = children.some((child) => {
    const node = card.memory.node(child);
    return node.kind === 'ef' && node.sfi === sfi;
  });
  return sfi === 0 || sfi === SFI_BITS || isTaken ? undefined : sfi;
}

function described(
  card: CommandContext,
  { description, sfiFollowsFid }: CreationTemplate,
  directory: FileNode,
): FileDescription {
  if (description.kind !== 'ef' || !sfiFollowsFid) return description;
  return { ...description, sfi: sfiOfFid(card, description.fid, directory) };
}

function namesKnownKeys({ pins }: CardRoot, description: FileDescription): boolean {
  if (description.kind === 'ef') return true;
  return description.pins.every((reference) => pinOf(pins, reference) !== undefined);
}

/** Tells whether what SELECT and STATUS will say of the file is short enough. */
function canBeTold({ memory }: CommandContext, node: FileNode): boolean {
  return encodeFcp(node, memory.root.pins, memory).length <= FCP_OCTETS_MAX;
}

function changesFor(
  file: FileNumber,
  parent: FileNumber,
  description: FileDescription,
  { filling }: CreationTemplate,
): Change[] {
  const create: Change = { kind: 'create', file, parent, description };
  if (filling === undefined || description.kind !== 'ef') return [create];
  const { recordLength, size } = description;
  const content = fillingContent(filling, recordLength === 0 ? size : recordLength, size);
  return [create, { kind: 'content', file, content }];
}

/** Creates the file; gives its number, or why there is none. */
function create(card: CommandContext, command: CommandApdu): FileNumber | Failure {
  const { memory, session } = card;
  const parent = cursorOf(card).directory;
  const directory = memory.node(parent);
  if (directory.lifeCycle === 'terminated') return 'conditions-not-satisfied';
  const may = (am: number): boolean =>
    mayAccess(memory, session, directory, operationOf(command, am));
  const mayBe = { ef: may(DF_ACCESS.createEf), directory: may(DF_ACCESS.createDf) };
  if (!mayBe.ef && !mayBe.directory) return 'access-denied';
  const template = understood(() => decodeCreationTemplate(command.data));
  if (template === undefined) return 'wrong-data';
  if (!mayBe[template.description.kind]) return 'access-denied';
  const description = described(card, template, directory);
  const { image, root } = memory;
  if (!namesKnownKeys(root, description)) return 'wrong-data';
  const failure = creationFailure(image, root, parent, description);
  if (failure !== undefined) return failure;
  if (!canBeTold(card, newNode(description, parent))) return 'wrong-data';
  const file = memory.newFile();
  if (file === undefined) return 'not-enough-memory';
  return memory.commit(changesFor(file, parent, description, template)) ? file : 'not-stored';
}

function createFile(card: CommandContext, command: CommandApdu): Reply {
  const created = create(card, command);
  if (typeof created === 'string') return refuse(created);
  setCursor(card, moveTo(filesOf(card), cursorOf(card), created));
  return DONE;
}

/** CREATE FILE. */
export const CREATE_FILE: CommandRow = {
  ins: 0xe0,
  name: 'CREATE FILE',
  class: 'interindustry',
  isRemote: true,
  mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
  mayHaveLc: (lc) => lc > 0,
  handle: createFile,
};
