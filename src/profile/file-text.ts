/**
 * EFs as a profile writes them: names, and records without those that are like another.
 *
 * @see docs/profile.md, "Files"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { type EfDirectory, efDefinition } from '../ef/definitions.ts';
import { SAME_AS_RECORD_1 } from './check-content.ts';
import type { RecordFileProfile } from './profile.ts';
import { fidText } from './rules-text.ts';

/** Records as a profile has them. */
export type RecordsText = Pick<RecordFileProfile, 'records' | 'recordsFill'>;

/** The first records, without those at the end that `fill` makes. */
function leading(records: readonly string[], fill: string, least: number): readonly string[] {
  let count = records.length;
  while (count > least && records[count - 1] === fill) count--;
  return records.slice(0, count);
}

/**
 * Writes records: those at the end that are all 'FF', or all like the first, are left out.
 *
 * @param content of the whole EF
 */
export function recordsText(content: Uint8Array, recLen: number): RecordsText {
  const records = Array.from({ length: content.length / recLen }, (_, n) =>
    toHex(content.subarray(n * recLen, (n + 1) * recLen)).toUpperCase(),
  );
  const filled = leading(records, 'FF'.repeat(recLen), 0);
  const copied = leading(records, records[0] ?? '', 1);
  return copied.length < filled.length
    ? { records: copied, recordsFill: SAME_AS_RECORD_1 }
    : { records: filled, recordsFill: 'FF' };
}

/**
 * Names an EF that has no name yet: as the standard does, `EF.IMSI`, or by its FID.
 *
 * @param directory what is known where it stands
 * @param taken names of that directory; a number behind the name makes it another
 */
export function nameOfEf(
  directory: EfDirectory | undefined,
  fid: number,
  taken: ReadonlySet<string>,
): string {
  const ef = directory && efDefinition(directory, fid);
  return freeName(ef === undefined ? `EF.${fidText(fid)}` : ef.name.replace(/^EF_/, 'EF.'), taken);
}

/** Makes a name another when it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name}${n}`)) return `${name}${n}`;
}
