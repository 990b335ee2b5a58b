/**
 * Checks that the access rules, to which files refer, are there.
 *
 * An EF in the MF refers to a record of the MF's EF_ARR 2F06, another EF to one of the EF_ARR 6F06
 * in its directory or the nearest above that has one. A directory names the FID itself. Either may
 * have its rules as an FCP holds them. A card denies all access to a file whose rule it does not
 * find or understand: a wrong one shows late, and looks like a PIN that is not verified.
 *
 * @see ETSI TS 102 221 §9
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { decodeAccessRules } from '../ef/access-rules.ts';
import { decodeCompactRules } from '../ef/compact-security.ts';
import { decodeRuleReference } from '../ef/rule-reference.ts';
import { count, type Path, type Report } from './faults.ts';
import { contentsOf } from './known-files.ts';
import { type CardProfile, hasRecords, type RulesProfile } from './profile.ts';
import { arrFidIn, fidText } from './rules-text.ts';
import { efAbove, type ProfileTree, parentPath, plainPath } from './tree.ts';

/** Tells whether a record of an EF_ARR has no access rule: nothing in it but filler. */
export function hasNoRule(record: string): boolean {
  return /^(?:FF|00)*$/i.test(record);
}

/** Gives what is wrong with a record of an EF_ARR, or `undefined`. */
function problemOf(
  profile: CardProfile,
  index: number | undefined,
  record: number,
): string | undefined {
  const file = index === undefined ? undefined : profile.files[index];
  if (file === undefined) return 'no such EF';
  if (!hasRecords(file)) return `a ${file.type === 'ber-tlv' ? 'BER-TLV' : file.type} EF`;
  if (record === 0) return 'no such record';
  if (record > file.recCount) return `an EF of ${count(file.recCount, 'record')}`;
  return hasNoRule(contentsOf(file)[record - 1] ?? '') ? 'an empty record' : undefined;
}

/** Gives what is wrong with rules that a file carries itself, or `undefined`. */
function ownProblem(octets: string, decode: (octets: Uint8Array) => unknown[]): string | undefined {
  try {
    return decode(fromHex(octets)).length === 0 ? 'no rule' : undefined;
  } catch (error) {
    if (error instanceof DecodeError)
      return `${error.path} at octet ${error.offset}: ${error.problem}`;
    throw error;
  }
}

/** Checks the access rules of all directories and EFs. */
export function checkAccess(profile: CardProfile, tree: ProfileTree, report: Report): void {
  const check = (at: Path, directory: string, fid: string, record: number): void => {
    const problem = problemOf(profile, efAbove(tree, directory, fid), record);
    const place = directory === 'MF' ? '"MF"' : `"${directory}" or above`;
    if (problem !== undefined) {
      report(at, `a rule in record ${record} of EF_ARR ${fid} in ${place}`, problem);
    }
  };
  const checkRules = (at: Path, directory: string, rules: RulesProfile): void => {
    const { referenced, expanded, compact } = rules;
    if (referenced !== undefined) {
      const { arrFid, record } = decodeRuleReference(fromHex(referenced));
      const records = typeof record === 'number' ? [record] : record.map((pair) => pair.record);
      for (const number of new Set(records)) {
        check([...at, 'referenced'], directory, fidText(arrFid), number);
      }
    }
    const own = [
      ['expanded', expanded, decodeAccessRules],
      ['compact', compact, decodeCompactRules],
    ] as const;
    for (const [format, octets, decode] of own) {
      const problem = octets === undefined ? undefined : ownProblem(octets, decode);
      if (problem !== undefined)
        report([...at, format], `access rules in ${format} format`, problem);
    }
  };
  for (const [n, { path, arr, rules }] of profile.directories.entries()) {
    const at = ['directories', n];
    const directory = plainPath(path);
    if (rules !== undefined) checkRules([...at, 'rules'], directory, rules);
    if (arr === undefined) continue;
    const [fid = '', record = ''] = arr.toUpperCase().split('/');
    check([...at, 'arr'], directory, fid, Number(record));
  }
  for (const [n, { path, arr, rules }] of profile.files.entries()) {
    const at = ['files', n];
    const directory = parentPath(path) ?? '';
    if (rules !== undefined) checkRules([...at, 'rules'], directory, rules);
    if (arr !== undefined) check([...at, 'arr'], directory, arrFidIn(directory), arr);
  }
}
