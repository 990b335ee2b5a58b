/**
 * The access rules that hold for a file, wherever they are: in a record of an EF_ARR, or with the
 * file itself.
 *
 *     8B  FID record                 record of the EF_ARR
 *     8B  FID SEID record …          the record for the current security environment
 *     AB  AM_DO SC_DO …              the rules in expanded format
 *     8C  AM SC …                    the rules in compact format
 *
 * Rules are read once. What cannot be found, and what makes no sense, is no rule and denies.
 *
 * @see ETSI TS 102 221 §9, §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { type AccessRule, decodeAccessRules } from '../ef/access-rules.ts';
import { decodeCompactRules } from '../ef/compact-security.ts';
import { recordCount, recordOf } from './files/file-system.ts';
import type { ElementaryNode, OwnRules, RuleReference, SecurityAttributes } from './memory.ts';
import type { CardMemory } from './store/card-memory.ts';

/** The security environment while the application PIN is enabled. */
export const SE_PIN_ENABLED = 0x01;
/** The security environment while the application PIN is disabled. */
export const SE_PIN_DISABLED = 0x00;

/**
 * The rules of each record of an EF_ARR.
 *
 * Kept by the node, which never changes: a fleet on one image reads its rules once.
 */
const RULES = new WeakMap<ElementaryNode, readonly (readonly AccessRule[])[]>();

/** The rules that files carry themselves; a file with another content has the same. */
const OWN_RULES = new WeakMap<OwnRules, readonly AccessRule[]>();

const OWN_FORMAT = { expanded: decodeAccessRules, compact: decodeCompactRules } as const;

function readRules(
  octets: Uint8Array,
  decode: (octets: Uint8Array) => readonly AccessRule[],
): readonly AccessRule[] {
  return understood(() => decode(octets)) ?? [];
}

function rulesOfRecords(node: ElementaryNode): readonly (readonly AccessRule[])[] {
  let rules = RULES.get(node);
  if (rules === undefined) {
    rules = Array.from({ length: recordCount(node) }, (_, n) =>
      readRules(recordOf(node, n + 1), decodeAccessRules),
    );
    RULES.set(node, rules);
  }
  return rules;
}

function ownRules(own: OwnRules): readonly AccessRule[] {
  let rules = OWN_RULES.get(own);
  if (rules === undefined) {
    rules = readRules(own.octets, OWN_FORMAT[own.kind]);
    OWN_RULES.set(own, rules);
  }
  return rules;
}

/** The record for an environment: of several the first; `undefined` when none is for it. */
function recordFor({ record }: RuleReference, environment: number): number | undefined {
  if (typeof record === 'number') return record;
  for (const one of record) if (one.environment === environment) return one.record;
  return undefined;
}

/**
 * Gives the access rules of a file.
 *
 * @param environment SEID of the current security environment
 * @returns in the order in which they are asked; `undefined` when they are not there
 * @see ETSI TS 102 221 §9, §9.2.4
 */
export function rulesOf(
  memory: CardMemory,
  attributes: SecurityAttributes,
  environment: number,
): readonly AccessRule[] | undefined {
  if (attributes.kind !== 'referenced') return ownRules(attributes);
  const record = recordFor(attributes, environment);
  if (attributes.arr === undefined || record === undefined) return undefined;
  const arr = memory.node(attributes.arr);
  return arr.kind === 'ef' ? rulesOfRecords(arr)[record - 1] : undefined;
}
