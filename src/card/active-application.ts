/**
 * The network access application that a command is for: where it is active, whether its user was
 * verified, and what it offers.
 *
 * @see 3GPP TS 31.102 §7.1, §4.2.8 (EF_UST); 3GPP TS 31.103 §4.2.7 (EF_IST); ETSI TS 102 221 §9.5
 * @module
 */

import { understood } from '../bytes/errors.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { isApplicationPin, PIN1 } from '../ef/key-references.ts';
import { isKeySatisfied } from './access.ts';
import { type CommandContext, cursorOf, filesOf } from './command.ts';
import { type Application, applicationKind, childOf } from './files/file-system.ts';
import { type FileNumber, MF } from './memory.ts';

/** EF_UST and EF_IST. */
const SERVICE_TABLE: Readonly<Record<Application, number>> = { usim: 0x6f38, isim: 0x6f07 };

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

/**
 * Tells whether the user may use the application that is active: its PIN is verified, or disabled.
 *
 * Its PIN is the first application PIN that the FCP of its ADF names; PIN1 where it names none.
 *
 * @see ETSI TS 102 221 §9.5
 */
export function isUserVerified(card: CommandContext): boolean {
  const { memory, session } = card;
  const { application } = cursorOf(card);
  const adf = application === undefined ? undefined : memory.node(application);
  const pin = adf?.kind === 'directory' ? adf.pins.find(isApplicationPin) : undefined;
  return isKeySatisfied(memory, session.verified, pin ?? PIN1);
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

/** Reads an EF; `undefined` when it is not there, or makes no sense. */
export function valueIn<T>(
  card: CommandContext,
  directory: FileNumber | undefined,
  ef: EfDefinition<T>,
): T | undefined {
  const content = contentIn(card, directory, ef.fid);
  return content && understood(() => ef.decode(content));
}

/**
 * Tells whether a service is available in the application of the channel.
 *
 * @param kind whose table says so: EF_UST or EF_IST
 */
export function hasService(
  card: CommandContext,
  service: number,
  kind: Application = 'usim',
): boolean {
  const table = contentIn(card, cursorOf(card).application, SERVICE_TABLE[kind]);
  return (((table?.[(service - 1) >> 3] ?? 0) >> ((service - 1) & 7)) & 1) === 1;
}
