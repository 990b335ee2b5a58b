/**
 * Access conditions as a SIM tells them: one digit for an operation, made from the access rules.
 *
 *     0 ALW    1 CHV1    2 CHV2    4 to D one of the ADM keys    F NEV
 *
 * The digit is for people and programs to read. Who may do what, the rules decide each time.
 *
 * @see 3GPP TS 51.011 §7.3, §9.3; ETSI TS 102 221 §9.2.4
 * @module
 */

import { type Holder, mayAccess } from '../access.ts';
import type { FileNode } from '../memory.ts';
import { CardMemory } from '../store/card-memory.ts';

const ALWAYS = 0x0;
const NEVER = 0xf;

/** A digit, and the key that alone opens what has it. */
const KEY_OF_DIGIT: readonly (readonly [digit: number, reference: number])[] = [
  [0x1, 0x01],
  [0x2, 0x81],
  [0x4, 0x0a],
  [0x5, 0x0b],
  [0x6, 0x0c],
  [0x7, 0x0d],
  [0x8, 0x0e],
  [0x9, 0x8a],
  [0xa, 0x8b],
  [0xb, 0x8c],
  [0xc, 0x8d],
  [0xd, 0x8e],
];

/**
 * Gives the digit of an operation on a file: that of the first key which opens it alone. What needs
 * two keys at once, or another key than these, is NEV.
 *
 * It asks the question of every command, to a card that has the rules and no PIN: what is verified
 * or disabled just now does not count.
 *
 * @param operation the access mode bit and the INS of the command
 * @see 3GPP TS 51.011 §9.3
 */
export function accessCondition(
  memory: CardMemory,
  node: FileNode,
  operation: { readonly am: number; readonly ins: number },
): number {
  const withoutPins = new CardMemory(memory.image, { ...memory.root, pins: [] }, undefined);
  const opens = (keys: readonly number[]): boolean => {
    const holder: Holder = { domain: { rights: 'by-keys', keys }, verified: new Set() };
    return mayAccess(withoutPins, holder, node, operation);
  };
  if (opens([])) return ALWAYS;
  return KEY_OF_DIGIT.find(([, reference]) => opens([reference]))?.[0] ?? NEVER;
}
