/**
 * A reference to access rules in a record of an EF_ARR, as the FCP of a file holds it.
 *
 *     FID 2 | record 1                          whatever the security environment
 *     FID 2 | SEID 1 | record 1 | SEID …        a record for each security environment
 *
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 * @module
 */

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** Which record of an EF_ARR holds in a security environment. */
export interface EnvironmentRecord {
  /** SEID, one octet. */
  readonly environment: number;
  /** Counted from 1. */
  readonly record: number;
}

/** A record of an EF_ARR. */
export interface AccessRuleReference {
  /** FID of the EF_ARR. */
  readonly arrFid: number;
  /** Counted from 1, the same in all security environments; or by environment. */
  readonly record: number | readonly EnvironmentRecord[];
}

const NAME = 'reference to EF_ARR';
/** A FID and a record number. */
const SHORT_OCTETS = 3;

/**
 * Reads a reference to access rules.
 *
 * @param octets value of '8B'
 * @throws {DecodeError} they are no FID with a record number or with pairs
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 */
export function decodeRuleReference(octets: Uint8Array): AccessRuleReference {
  const reader = new ByteReader(octets, NAME);
  const arrFid = reader.uint(2, 'FID');
  if (octets.length === SHORT_OCTETS) return { arrFid, record: reader.uint(1, 'record') };
  const record: EnvironmentRecord[] = [];
  do {
    record.push({ environment: reader.uint(1, 'SEID'), record: reader.uint(1, 'record') });
  } while (reader.remaining > 0);
  return { arrFid, record };
}

/**
 * Writes a reference to access rules.
 *
 * @returns value of '8B'
 * @throws {RangeError} a number does not fit its octets, or there is no record
 * @see ETSI TS 102 221 §9.2.4, §11.1.1.3
 */
export function encodeRuleReference({ arrFid, record }: AccessRuleReference): Uint8Array {
  const writer = new ByteWriter().uint(2, arrFid, 'FID');
  if (typeof record === 'number') return writer.uint(1, record, 'record').finish();
  if (record.length === 0) throw new RangeError(`${NAME}: expected a record`);
  for (const { environment, record: number } of record) {
    writer.uint(1, environment, 'SEID').uint(1, number, 'record');
  }
  return writer.finish();
}
