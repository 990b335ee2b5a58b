/**
 * Freshness of a sequence number: the array of SEQ, the jump limit and the age limit.
 *
 *     SQN = SEQ || IND;   SEQ_MS(0 .. a-1) stored, SEQ_MS the highest
 *     refused if SEQ - SEQ_MS > delta, if L is used and SEQ_MS - SEQ >= L, if SEQ <= SEQ_MS(IND)
 *
 * A lower SEQ on another IND is fresh: that is what the array is for.
 *
 * @see 3GPP TS 33.102 §C.2.2
 * @module
 */

import type { KeyTableEntry } from './memory.ts';

/** What the array says of an SQN. */
export type SqnVerdict =
  | { readonly ok: true; readonly ind: number; readonly seq: number }
  /** SQN_MS, 48 bits, for AUTS. */
  | { readonly ok: false; readonly sqnMs: number };

/** How many values SEQ has beside an IND of so many bits: the other bits of 48 are its own. */
export function seqValues(indBits: number): number {
  return 2 ** (48 - indBits);
}

/**
 * Judges an SQN.
 *
 * @param sqn 48 bits; only `+ - * / %` may touch it
 * @see 3GPP TS 33.102 §C.2.2
 */
export function judgeSqn(
  entry: Pick<KeyTableEntry, 'indBits' | 'delta' | 'ageLimit' | 'seq'>,
  sqn: number,
): SqnVerdict {
  const indices = 2 ** entry.indBits;
  const ind = sqn % indices;
  const seq = Math.floor(sqn / indices);
  let highest = 0;
  for (let n = 1; n < entry.seq.length; n++) {
    if (entry.seq[n]! > entry.seq[highest]!) highest = n;
  }
  const seqMs = entry.seq[highest]!;
  const isTooFarAhead = seq - seqMs > entry.delta;
  const isTooOld = entry.ageLimit !== undefined && !(seqMs - seq < entry.ageLimit);
  if (isTooFarAhead || isTooOld || seq <= entry.seq[ind]!) {
    return { ok: false, sqnMs: seqMs * indices + highest };
  }
  return { ok: true, ind, seq };
}
