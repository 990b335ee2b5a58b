/**
 * Who may do what with a file: the rules of EF_ARR, asked for every command.
 *
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { type AccessRule, decodeAccessRules, isAllowed } from '../ef/access-rules.ts';
import type { CardMemory } from './card-memory.ts';
import { recordCount, recordOf } from './file-system.ts';
import { type ElementaryNode, type FileNode, type PinState, UNIVERSAL_PIN } from './memory.ts';
import type { CardSession } from './session.ts';

/** Access mode bits of an EF. */
export const AM = { read: 0x01, update: 0x02 } as const;

/** ADM keys cannot be disabled, so their status never stands for a verification. */
export function isAdm(reference: number): boolean {
  return (reference & 0x7f) >= 0x0a && (reference & 0x7f) <= 0x0e;
}

/**
 * The rules of each record of an EF_ARR; none for a record that makes no sense, which denies.
 *
 * Kept by the node, which never changes: a fleet on one image reads its rules once.
 */
const RULES = new WeakMap<ElementaryNode, readonly (readonly AccessRule[])[]>();

function readRules(record: Uint8Array): readonly AccessRule[] {
  try {
    return decodeAccessRules(record);
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

function rulesOf(node: ElementaryNode): readonly (readonly AccessRule[])[] {
  let rules = RULES.get(node);
  if (rules === undefined) {
    rules = Array.from({ length: recordCount(node) }, (_, n) => readRules(recordOf(node, n + 1)));
    RULES.set(node, rules);
  }
  return rules;
}

/** Finds a PIN; `undefined` when the card has none with this key reference. */
export function pinOf(pins: readonly PinState[], reference: number): PinState | undefined {
  for (const pin of pins) if (pin.reference === reference) return pin;
  return undefined;
}

/**
 * Tells whether the condition "this key has been verified" holds.
 *
 * Where the universal PIN replaces a PIN its condition is that of the universal PIN. A blocked PIN
 * opens nothing, unless it is disabled.
 *
 * @see ETSI TS 102 221 §9.5
 */
export function isKeySatisfied(
  memory: CardMemory,
  verified: ReadonlySet<number>,
  reference: number,
): boolean {
  const { pins } = memory.root;
  let pin = pinOf(pins, reference);
  if (pin?.status === 'replaced') pin = pinOf(pins, UNIVERSAL_PIN);
  if (pin === undefined) return false;
  if (pin.status === 'disabled' && !isAdm(pin.reference)) return true;
  return pin.retriesLeft > 0 && verified.has(pin.reference);
}

/** Whose rights they are: of whom has verified keys, or of an applet. */
export type Holder = Pick<CardSession, 'domain' | 'verified'>;

/**
 * Tells whether a command may do this with a file.
 *
 * Full access fulfils every condition but NEVER, and does not help where there is no rule at all.
 *
 * @param operation the access mode bit and the INS of the command
 * @see ETSI TS 102 221 §9.2.4
 */
export function mayAccess(
  memory: CardMemory,
  { domain, verified }: Holder,
  node: FileNode,
  operation: { readonly am: number; readonly ins: number },
): boolean {
  const { arr, record } = node.rule;
  if (arr === undefined || domain.rights === 'none') return false;
  const arrNode = memory.node(arr);
  const rules = arrNode.kind === 'ef' ? rulesOf(arrNode)[record - 1] : undefined;
  if (rules === undefined) return false;
  return isAllowed(
    rules,
    operation,
    (reference) =>
      domain.rights === 'all-but-never' ||
      domain.keys.includes(reference) ||
      isKeySatisfied(memory, verified, reference),
  );
}
