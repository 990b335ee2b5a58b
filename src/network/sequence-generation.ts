/**
 * How an AuC makes sequence numbers: the three profiles of annex C.3, and the allotment of IND.
 *
 *     profile 1, partly time-based    SEQ = SEQ1 || SEQ2; SEQ2 follows a clock of 2^n units
 *     profile 2, not time-based       SEQ = SEQ_HE + 1
 *     profile 3, time-based           SEQ = GLC + DIF, one clock for all, DIF for each subscriber
 *
 * GLC is the time in units of the clock. Whatever the clock does, a SEQ is higher than the one
 * before: when it stands still, or goes back, SEQ counts on by one. (In profile 1 a clock that is
 * behind by D or more has come round, and SEQ1 grows.) Only `+ - * / %` touch them.
 *
 * @see 3GPP TS 33.102 §C.1.1, §C.1.2, §C.3.1, §C.3.2, §C.3.3, §C.3.4
 * @module
 */

/** Profile 1: the clock is the low part of SEQ. */
export interface PartlyTimeBased {
  readonly kind: 'partly-time-based';
  /** How long a unit of the clock is, in milliseconds. */
  readonly unitMs: number;
  /** n: SEQ2 in bits, 1 to 43. */
  readonly clockBits: number;
  /** D: how many vectors there are at most in D units; less than 2^n. */
  readonly d: number;
}

/** Profile 2: a counter, and no clock. */
export interface NotTimeBased {
  readonly kind: 'counter';
}

/** Profile 3: the clock, and how far the subscriber is from it. */
export interface TimeBased {
  readonly kind: 'time-based';
  /** How long a unit of the clock is, in milliseconds. */
  readonly unitMs: number;
  /** DIF; `undefined` until the first vector: SEQ then goes on from where it is. */
  readonly dif: number | undefined;
}

/** How SEQ is made. */
export type SequenceScheme = PartlyTimeBased | NotTimeBased | TimeBased;

/** The profiles with their values. */
export const SEQUENCE_PROFILES: Readonly<Record<1 | 2 | 3, SequenceScheme>> = {
  1: { kind: 'partly-time-based', unitMs: 1000, clockBits: 24, d: 2 ** 16 },
  2: { kind: 'counter' },
  3: { kind: 'time-based', unitMs: 100, dif: undefined },
};

/** The INDs of one kind of serving node: CS, PS, IMS … */
export interface IndexDomain {
  /** Which of them, from 0. */
  readonly index: number;
  /** How many kinds there are; no more than there are INDs. */
  readonly of: number;
}

/** SEQ of the next vector, and the scheme to go on with. */
export interface NextSequence {
  readonly seq: number;
  readonly scheme: SequenceScheme;
}

function clockOf({ unitMs }: PartlyTimeBased | TimeBased, atMs: number | undefined): number {
  if (atMs === undefined) throw new RangeError('atMs: expected the time, as SEQ is made of it');
  if (Number.isFinite(atMs) && atMs >= 0) return Math.floor(atMs / unitMs);
  throw new RangeError(`atMs: expected 0 or more, got ${atMs}`);
}

/** SEQ of profile 1: the clock where it is ahead, else one more. */
function partlyTimeBased(scheme: PartlyTimeBased, seqHe: number, atMs: number | undefined): number {
  const { clockBits, d } = scheme;
  const p = 2 ** clockBits;
  const glc = clockOf(scheme, atMs) % p;
  const seq2 = seqHe % p;
  const seq1 = seqHe - seq2;
  if (seq2 < glc && glc < seq2 + p - d + 1) return seq1 + glc;
  // More than D ahead of the clock: the clock has come round.
  if (glc + d - 1 < seq2) return seq1 + p + glc;
  return seqHe + 1;
}

/**
 * Makes SEQ of the next vector.
 *
 * @param seqHe SEQ of the newest vector
 * @param atMs the time in milliseconds from any moment that stays; a counter does without
 * @returns a SEQ above `seqHe`; whether it fits in its bits is for the caller to say
 * @throws {RangeError} the scheme needs the time, and there is none or it is below 0
 * @see 3GPP TS 33.102 §C.1.1, §C.3
 */
export function nextSequence(
  scheme: SequenceScheme,
  seqHe: number,
  atMs: number | undefined,
): NextSequence {
  if (scheme.kind === 'counter') return { seq: seqHe + 1, scheme };
  if (scheme.kind === 'partly-time-based') {
    return { seq: partlyTimeBased(scheme, seqHe, atMs), scheme };
  }
  const glc = clockOf(scheme, atMs);
  const dif = scheme.dif ?? seqHe - glc;
  return { seq: Math.max(glc + dif, seqHe + 1), scheme: { ...scheme, dif } };
}

/**
 * Goes on from SEQ_MS: DIF of profile 3 is what it is away from the clock.
 *
 * @throws {RangeError} as {@link nextSequence}
 * @see 3GPP TS 33.102 §C.1.1
 */
export function resynchronisedScheme(
  scheme: SequenceScheme,
  seqMs: number,
  atMs: number | undefined,
): SequenceScheme {
  if (scheme.kind !== 'time-based') return scheme;
  return { ...scheme, dif: seqMs - clockOf(scheme, atMs) };
}

/**
 * Allots IND: round robin, or round robin among those of one kind of serving node.
 *
 * @param turn how many were allotted before, or that number modulo `slots`
 * @param slots how many INDs there are
 * @throws {RangeError} there is no such kind, or there are more kinds than INDs
 * @see 3GPP TS 33.102 §C.1.2, §C.3.4
 */
export function allottedIndex(turn: number, slots: number, domain?: IndexDomain): number {
  if (domain === undefined) return turn % slots;
  const { index, of } = domain;
  const isWhole = Number.isInteger(index) && Number.isInteger(of);
  if (!isWhole || index < 0 || index >= of || of > slots) {
    throw new RangeError(`domain: expected one of at most ${slots}, got ${index} of ${of}`);
  }
  return (turn % Math.floor(slots / of)) * of + index;
}
