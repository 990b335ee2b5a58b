/**
 * The EF that a command works on, found and opened: what every command on EFs asks first.
 *
 *     SFI or current EF ─▶ structure ─▶ life cycle ─▶ access rules ─▶ the EF
 *
 * The order is that in which the card finds fault; what comes after it is each command's own.
 *
 * @see ETSI TS 102 221 §8.4.3, §9.2.4, §10.2.1
 * @module
 */

import type { CommandApdu } from '../apdu/command.ts';
import { mayAccess, operationOf } from './access.ts';
import { type CommandContext, cursorOf, filesOf } from './command.ts';
import { type FoundEf, findEf, SFI_NONE } from './files/file-system.ts';
import type { ElementaryNode } from './memory.ts';
import { type Failure, type Result, refusal } from './refusal.ts';

/** What a command wants of an EF. */
export interface EfOperation {
  /** 0 for the current EF. */
  readonly sfi: number;
  /** Access mode bit; 0 when none stands for the command. */
  readonly am: number;
  /** Whether the command is for EFs like this one. */
  readonly suits: (node: ElementaryNode) => boolean;
}

/** In special file information: commands may work on the EF while it is deactivated. */
const USED_WHEN_DEACTIVATED = 0x40;

/** Tells whether commands may work on an EF while it is deactivated. */
export function isUsedWhenDeactivated({ specialInformation }: ElementaryNode): boolean {
  return ((specialInformation ?? 0) & USED_WHEN_DEACTIVATED) !== 0;
}

/** Why an EF cannot be worked on where it is in its life; `undefined` when it can. */
export function lifeCycleFailure(node: ElementaryNode): Failure | undefined {
  if (node.lifeCycle === 'terminated') return 'ef-terminated';
  if (node.lifeCycle !== 'deactivated') return undefined;
  return isUsedWhenDeactivated(node) ? undefined : 'ef-deactivated';
}

/**
 * Finds the EF of a command and asks whether the command may work on it.
 *
 * @see ETSI TS 102 221 §10.2.1
 */
export function openEf(
  card: CommandContext,
  command: CommandApdu,
  { sfi, am, suits }: EfOperation,
): Result<FoundEf> {
  if (sfi === SFI_NONE) return refusal('file-not-found');
  const found = findEf(filesOf(card), cursorOf(card), sfi);
  if (!found.ok) return found;
  const { node } = found.value;
  if (!suits(node)) return refusal('incompatible-structure');
  const failure = lifeCycleFailure(node);
  if (failure !== undefined) return refusal(failure);
  const { memory, session } = card;
  return mayAccess(memory, session, node, operationOf(command, am))
    ? found
    : refusal('access-denied');
}
