/**
 * Who may do what with a file: its access rules, asked for every command.
 *
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import type { CommandApdu } from '../apdu/command.ts';
import {
  type AccessOperation,
  DF_ACCESS,
  EF_ACCESS,
  isAllowed,
  isRuled,
} from '../ef/access-rules.ts';
import { isAdm, PIN1, UNIVERSAL_PIN } from '../ef/key-references.ts';
import { type FileNode, type FileNumber, MF, type PinState, pinOf } from './memory.ts';
import { rulesOf, SE_PIN_DISABLED, SE_PIN_ENABLED } from './rules.ts';
import type { CardSession } from './session.ts';
import type { CardMemory } from './store/card-memory.ts';

/** Access mode bits of an EF. */
export const AM = { read: 0x01, update: 0x02, deactivate: 0x08, activate: 0x10 } as const;

/** Key references from '81' on are local: each application has its own verification of them. */
const LOCAL = 0x80;
const REFERENCES = 0x100;

/**
 * Names a verification, for the set of those that a session has.
 *
 * A global key is verified for the whole card, a local one for the application that is active on
 * the channel, and for the whole card where none is: on all channels alike.
 *
 * @param application `undefined` when none is active
 * @see ETSI TS 102 221 §9.5
 */
export function verificationOf(reference: number, application: FileNumber | undefined): number {
  if ((reference & LOCAL) === 0 || application === undefined) return reference;
  return reference + REFERENCES * application;
}

/** Takes a key's verification back, in whichever application it was. */
export function forgetVerifications(verified: Set<number>, reference: number): void {
  for (const one of verified) if (one % REFERENCES === reference) verified.delete(one);
}

/** Outside of all applications a local key counts, whichever application it was verified for. */
function isVerified(
  memory: CardMemory,
  verified: ReadonlySet<number>,
  reference: number,
  node: FileNode,
): boolean {
  if (verified.has(reference)) return true;
  if ((reference & LOCAL) === 0) return false;
  const application = applicationOf(memory, node);
  if (application !== undefined) return verified.has(verificationOf(reference, application));
  for (const one of verified) if (one % REFERENCES === reference) return true;
  return false;
}

/** The ADF that a file is or lies in; `undefined` outside of all. */
function applicationOf(memory: CardMemory, node: FileNode): FileNumber | undefined {
  for (let at = node; ; ) {
    const parent = memory.node(at.parent);
    if (parent === at || parent.kind !== 'directory') return undefined;
    if (at.kind === 'directory' && at.aid !== undefined) {
      return parent.children.find((child) => memory.node(child) === at);
    }
    at = parent;
  }
}

/**
 * Tells whether the condition "this key has been verified" holds.
 *
 * Where the universal PIN replaces a PIN its condition is that of the universal PIN. A blocked PIN
 * opens nothing, unless it is disabled.
 *
 * @param node the file that is to be opened, the MF when left out: of a local key the verification
 *   for its application counts
 * @see ETSI TS 102 221 §9.5
 */
export function isKeySatisfied(
  memory: CardMemory,
  verified: ReadonlySet<number>,
  reference: number,
  node: FileNode = memory.node(MF),
): boolean {
  const { pins } = memory.root;
  let pin = pinOf(pins, reference);
  if (pin?.status === 'replaced') pin = pinOf(pins, UNIVERSAL_PIN);
  if (pin === undefined) return false;
  // ADM keys cannot be disabled, so their status never stands for a verification.
  if (pin.status === 'disabled' && !isAdm(pin.reference)) return true;
  return pin.retriesLeft > 0 && isVerified(memory, verified, pin.reference, node);
}

/**
 * The security environment that the card is in, which PIN1 sets. A PIN that is replaced is still
 * asked for.
 */
function currentEnvironment(pins: readonly PinState[]): number {
  return pinOf(pins, PIN1)?.status === 'disabled' ? SE_PIN_DISABLED : SE_PIN_ENABLED;
}

/** Access mode of a command for which no bit stands: a rule names it by its INS. */
export const NO_BIT = 0x00;

/**
 * Gives what a command is about to do, as access rules see it.
 *
 * @param am access mode bit, or {@link NO_BIT}
 */
export function operationOf({ cla, ins, p1, p2 }: CommandApdu, am: number): AccessOperation {
  return { am, ins, cla, p1, p2 };
}

/** Whose rights they are: of whom has verified keys, or of an applet. */
export type Holder = Pick<CardSession, 'domain' | 'verified'>;

/**
 * Tells whether a command may do this with a file.
 *
 * Full access fulfils every condition but NEVER, and does not help where there is no rule at all.
 *
 * @param operation the access mode bit and the header of the command
 * @see ETSI TS 102 221 §9.2.4
 */
export function mayAccess(
  memory: CardMemory,
  { domain, verified }: Holder,
  node: FileNode,
  operation: AccessOperation,
): boolean {
  if (domain.rights === 'none') return false;
  const rules = rulesOf(memory, node.rule, currentEnvironment(memory.root.pins));
  if (rules === undefined) return false;
  return isAllowed(
    rules,
    operation,
    (reference) =>
      domain.rights === 'all-but-never' ||
      domain.keys.includes(reference) ||
      isKeySatisfied(memory, verified, reference, node),
  );
}

/**
 * Tells whether a file may be deleted.
 *
 * Its own rules decide; where they do not speak of it, its directory's rule for deleting a child.
 *
 * @see ETSI TS 102 222 §6.4; ISO/IEC 7816-4 §5.4.3
 */
export function mayDelete(
  memory: CardMemory,
  holder: Holder,
  node: FileNode,
  command: CommandApdu,
): boolean {
  const own = operationOf(command, EF_ACCESS.delete);
  const rules = rulesOf(memory, node.rule, currentEnvironment(memory.root.pins));
  if (rules !== undefined && isRuled(rules, own)) return mayAccess(memory, holder, node, own);
  const directory = memory.node(node.parent);
  return mayAccess(memory, holder, directory, operationOf(command, DF_ACCESS.deleteChild));
}
