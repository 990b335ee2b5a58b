/**
 * Where the access rules of a file are, as its FCP says it.
 *
 *     8B  FID record        a record of an EF_ARR; or FID SEID record …
 *     8C  AM SC …           rules in compact format
 *     AB  AM_DO SC_DO …     rules in expanded format
 *
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 * @module
 */

import { DecodeError } from '../../bytes/errors.ts';
import { decodeAccessRules } from '../../ef/access-rules.ts';
import { decodeCompactRules } from '../../ef/compact-security.ts';
import { decodeRuleReference, encodeRuleReference } from '../../ef/rule-reference.ts';
import { berTlv, type Tlv } from '../../tlv/ber.ts';
import type { SecurityAttributes } from '../memory.ts';

const TAG = { referenced: 0x8b, compact: 0x8c, expanded: 0xab } as const;

/**
 * Writes the data object of the FCP.
 *
 * @see ETSI TS 102 221 §11.1.1.3
 */
export function encodeSecurityAttributes(attributes: SecurityAttributes): Uint8Array {
  const isOwn = attributes.kind !== 'referenced';
  return berTlv(TAG[attributes.kind], isOwn ? attributes.octets : encodeRuleReference(attributes));
}

/**
 * Reads the data object of an FCP.
 *
 * @returns octets of their own for rules that the file carries itself; a reference whose EF_ARR is
 *   found when the file has its place
 * @throws {DecodeError} another tag, or a value that makes no sense
 * @see ETSI TS 102 221 §11.1.1.3
 */
export function decodeSecurityAttributes({ tag, value }: Tlv): SecurityAttributes {
  switch (tag) {
    case TAG.referenced:
      return { kind: 'referenced', arr: undefined, ...decodeRuleReference(value) };
    case TAG.compact:
      decodeCompactRules(value);
      return { kind: 'compact', octets: value.slice() };
    case TAG.expanded:
      decodeAccessRules(value);
      return { kind: 'expanded', octets: value.slice() };
    default:
      throw new DecodeError('FCP', 0, `expected '8b', '8c' or 'ab'`);
  }
}
