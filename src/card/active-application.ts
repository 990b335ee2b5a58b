/**
 * The network access application that a command is for: where it is active, and what it offers.
 *
 * @see 3GPP TS 31.102 §7.1, §4.2.8 (EF_UST)
 * @module
 */

import { type CommandContext, cursorOf, filesOf } from './command.ts';
import { type Application, applicationKind, childOf } from './file-system.ts';
import { MF } from './image.ts';
import type { FileNumber } from './memory.ts';

const EF_UST = 0x6f38;

/**
 * The application that is active, if the current directory is its ADF or lies below it, and its use
 * is not terminated.
 */
export function activeApplication(card: CommandContext): Application | undefined {
  const { application, directory } = cursorOf(card);
  let at = directory;
  while (at !== application && at !== MF) at = card.memory.node(at).parent;
  if (at !== application) return undefined;
  const node = card.memory.node(application);
  return node.lifeCycle === 'terminated' ? undefined : applicationKind(node);
}

/** What an EF holds, whatever its rules and its life cycle; `undefined` when it is not there. */
export function contentIn(
  card: CommandContext,
  directory: FileNumber | undefined,
  fid: number,
): Uint8Array | undefined {
  const file = directory === undefined ? undefined : childOf(filesOf(card), directory, fid);
  const node = file === undefined ? undefined : card.memory.node(file);
  return node?.kind === 'ef' ? node.content : undefined;
}

/** Tells whether a service of EF_UST is available in the application of the channel. */
export function hasService(card: CommandContext, service: number): boolean {
  const table = contentIn(card, cursorOf(card).application, EF_UST);
  return (((table?.[(service - 1) >> 3] ?? 0) >> ((service - 1) & 7)) & 1) === 1;
}
