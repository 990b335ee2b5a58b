/**
 * Access rules of a file, as its FCP has them, in the words of a profile.
 *
 *     8B 6F06 02            "arr": 2 below the MF, of a directory "arr": "6F06/2"
 *     8B of another EF_ARR  "rules": { "referenced": "2F0602" }
 *     AB, 8C                "rules": { "expanded": "…" }, { "compact": "…" }
 *
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3; docs/profile.md, "Access rules"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { type AccessRuleReference, encodeRuleReference } from '../ef/rule-reference.ts';
import type { DirectoryProfile, FileProfile } from './profile.ts';
import { arrFidIn, fidText } from './rules-text.ts';

/** Access rules of a file: where they are, or what they are. */
export type FileRules =
  | ({ readonly kind: 'referenced' } & AccessRuleReference)
  | { readonly kind: 'expanded' | 'compact'; readonly octets: Uint8Array };

function rulesProfile(rules: FileRules): Pick<FileProfile, 'rules'> {
  const octets = rules.kind === 'referenced' ? encodeRuleReference(rules) : rules.octets;
  return { rules: { [rules.kind]: toHex(octets).toUpperCase() } };
}

/**
 * Says it for an EF.
 *
 * @param directory plain path of its directory
 */
export function rulesOfEf(
  directory: string,
  rules: FileRules,
): Pick<FileProfile, 'arr'> | Pick<FileProfile, 'rules'> {
  if (rules.kind === 'referenced' && typeof rules.record === 'number') {
    if (fidText(rules.arrFid) === arrFidIn(directory)) return { arr: rules.record };
  }
  return rulesProfile(rules);
}

/** Says it for a directory. */
export function rulesOfDirectory(
  rules: FileRules,
): Pick<DirectoryProfile, 'arr'> | Pick<DirectoryProfile, 'rules'> {
  if (rules.kind === 'referenced' && typeof rules.record === 'number') {
    return { arr: `${fidText(rules.arrFid)}/${rules.record}` };
  }
  return rulesProfile(rules);
}
