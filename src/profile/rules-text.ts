/**
 * Access rules of a profile as text, in one spelling: the same text is the same FCP.
 *
 *     6F06/2              record 2 of EF_ARR 6F06
 *     6F06/01:2,00:3      record 2 in the security environment 01, record 3 in 00
 *     expanded 8001019000
 *     compact 0100
 *
 * @see docs/profile.md, "Access rules"
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import { decodeRuleReference, type EnvironmentRecord } from '../ef/rule-reference.ts';
import type { DirectoryProfile, FileProfile } from './profile.ts';

const upper = (hex: string): string => hex.toUpperCase();
const octet = (value: number): string => upper(toHex(Uint8Array.of(value)));

/** FID of the EF_ARR that `arr` of an EF means, by the path of its directory. */
export function arrFidIn(directory: string): string {
  return directory === 'MF' ? '2F06' : '6F06';
}

/** Writes a FID as profiles do. */
export function fidText(fid: number): string {
  return octet(fid >> 8) + octet(fid);
}

function pairText({ environment, record }: EnvironmentRecord): string {
  return `${octet(environment)}:${record}`;
}

/**
 * Writes the access rules of a directory or an EF.
 *
 * @param arrFid FID of the EF_ARR that a bare record number is about
 * @see docs/profile.md, "Access rules"
 */
export function rulesText(
  { arr, rules }: Pick<DirectoryProfile | FileProfile, 'arr' | 'rules'>,
  arrFid: string = '',
): string {
  if (typeof arr === 'number') return `${arrFid}/${arr}`;
  if (arr !== undefined) return upper(arr);
  const { referenced, expanded, compact = '' } = rules ?? {};
  if (expanded !== undefined) return `expanded ${upper(expanded)}`;
  if (referenced === undefined) return `compact ${upper(compact)}`;
  const { arrFid: fid, record } = decodeRuleReference(fromHex(referenced));
  const records = typeof record === 'number' ? record : record.map(pairText).join();
  return `${fidText(fid)}/${records}`;
}
