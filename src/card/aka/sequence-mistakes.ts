/**
 * Why an SQN whose MAC is right is not fresh, in the terms of the array.
 *
 *     SEQ below or at SEQ_MS(IND)        replayed, or low
 *     SEQ - SEQ_MS > delta               too far ahead, or octets or digits in another place
 *     SEQ_MS - SEQ >= L                  too old
 *     fresh under the sender's width     IND has another width
 *
 * @see 3GPP TS 33.102 §C.2
 * @module
 */

import { decodeSqn, encodeSqn, sqnText } from '../../bytes/sqn.ts';
import type { KeyTableEntry } from '../memory.ts';
import { judgeSqn } from '../sequence-numbers.ts';
import { type AkaMistake, akaMistake, type SenderFacts } from './mistake.ts';
import { reversed } from './octets.ts';

const SQN_BITS = 48;
/** How far ahead a SEQ is for which nobody has to be told. */
const NEXT_SEQS = 1024;

/** What SEQ a card takes on one IND: from and to, both included. */
export interface FreshRange {
  readonly from: number;
  readonly to: number;
}

/** An SQN in its parts. */
export interface SplitSqn {
  readonly sqn: number;
  readonly seq: number;
  readonly ind: number;
}

/** Splits an SQN. */
export function splitSqn(sqn: number, indBits: number): SplitSqn {
  const slots = 2 ** indBits;
  return { sqn, seq: Math.floor(sqn / slots), ind: sqn % slots };
}

/** The highest SEQ of the array. */
export function highestSeq({ seq }: Pick<KeyTableEntry, 'seq'>): number {
  return seq.reduce((highest, one) => Math.max(highest, one), 0);
}

/**
 * Gives the SEQs that the card takes on an IND.
 *
 * @returns `undefined` when it takes none any more
 * @see 3GPP TS 33.102 §C.2.2
 */
export function freshRange(entry: KeyTableEntry, ind: number): FreshRange | undefined {
  const { indBits, delta, ageLimit, seq } = entry;
  const seqMs = highestSeq(entry);
  const youngest = ageLimit === undefined ? 0 : seqMs - ageLimit + 1;
  const from = Math.max((seq[ind] ?? 0) + 1, youngest);
  const to = Math.min(seqMs + delta, 2 ** (SQN_BITS - indBits) - 1);
  return from > to ? undefined : { from, to };
}

function isFreshFor(entry: KeyTableEntry, sqn: number): boolean {
  return judgeSqn(entry, sqn).ok;
}

/** The SQN that an IND of the card was used with last; 0 for none. */
function usedSqn({ seq, indBits }: KeyTableEntry, ind: number): number {
  const used = seq[ind] ?? 0;
  return used === 0 ? 0 : used * 2 ** indBits + ind;
}

/** Tells whether a card whose IND has the sender's width might take the SQN. */
function isFreshByWidth(entry: KeyTableEntry, sqn: number, indBits: number): boolean {
  const own = splitSqn(sqn, entry.indBits);
  const theirs = splitSqn(sqn, indBits);
  const seqMs = Math.max(...entry.seq.map((_, ind) => splitSqn(usedSqn(entry, ind), indBits).seq));
  if (theirs.seq > seqMs) return theirs.seq - seqMs <= entry.delta;
  // A card with fewer INDs takes what came on two of them for one.
  const last = splitSqn(usedSqn(entry, own.ind), indBits);
  const isRecent = last.seq - theirs.seq < 2 ** indBits;
  return indBits > entry.indBits && last.ind !== theirs.ind && isRecent;
}

function widthMistake(
  entry: KeyTableEntry,
  sqn: number,
  sender: SenderFacts | undefined,
): AkaMistake | undefined {
  const { indBits: theirs } = sender ?? {};
  const { indBits } = entry;
  if (theirs === undefined || theirs === indBits) return undefined;
  if (!isFreshByWidth(entry, sqn, theirs)) return undefined;
  const remedy =
    `IND has ${theirs} bits in the network and ${indBits} on the card, where the SQN is SEQ ` +
    `${splitSqn(sqn, indBits).seq}: set ${indBits} bits there.`;
  return akaMistake('ind-width', remedy);
}

/** An SQN whose octets or bits stand in another place than the sender meant. */
function turnedMistake(
  entry: KeyTableEntry,
  sqn: number,
  sender: SenderFacts | undefined,
): AkaMistake | undefined {
  const turned = decodeSqn(reversed(encodeSqn(sqn)));
  const believed = sender?.sqn;
  if (believed === undefined ? isNext(entry, turned) : believed === turned && turned !== sqn) {
    const remedy =
      `AUTN has SQN ${sqnText(sqn)}, which in the other order of octets is ` +
      `${sqnText(turned)}: the most significant octet is the first.`;
    return akaMistake('sqn-little-endian', remedy);
  }
  const slots = 2 ** entry.indBits;
  if (believed === undefined || believed === 0 || slots === 1) return undefined;
  const isShifted = sqn === believed * slots || sqn === Math.floor(believed / slots);
  if (!isShifted) return undefined;
  const remedy =
    `SQN of AUTN is ${sqnText(sqn)}, and that of the network ` +
    `${sqnText(believed)}: one is SEQ and the other SEQ and IND; use SQN for both.`;
  return akaMistake('sqn-shifted', remedy);
}

/** Tells whether an SQN is fresh, and so little ahead that it is no chance. */
function isNext(entry: KeyTableEntry, sqn: number): boolean {
  const ahead = splitSqn(sqn, entry.indBits).seq - highestSeq(entry);
  return ahead < NEXT_SEQS && isFreshFor(entry, sqn);
}

function tooFar(entry: KeyTableEntry, seq: number): AkaMistake {
  const seqMs = highestSeq(entry);
  const remedy =
    `SEQ ${seq} is ${seq - seqMs} above SEQ_MS ${seqMs}, and the card takes jumps of ` +
    `${entry.delta} at most: let the network take SQN_MS out of AUTS, or set its SQN back, to ` +
    `just above it.`;
  return akaMistake('sqn-too-far-ahead', remedy);
}

/**
 * Says why an SQN is not fresh.
 *
 * @returns `undefined` when it is fresh
 * @see 3GPP TS 33.102 §C.2.2
 */
export function sequenceMistake(
  entry: KeyTableEntry,
  sqn: number,
  sender: SenderFacts | undefined,
): AkaMistake | undefined {
  if (isFreshFor(entry, sqn)) return undefined;
  const { seq, ind } = splitSqn(sqn, entry.indBits);
  const seqMs = highestSeq(entry);
  if (entry.seq.every((_, slot) => freshRange(entry, slot) === undefined)) {
    const remedy =
      `SEQ_MS is ${seqMs}, the highest there is: the card takes no SQN any more, and ` +
      `needs another subscription.`;
    return akaMistake('sqn-exhausted', remedy);
  }
  const other = turnedMistake(entry, sqn, sender) ?? widthMistake(entry, sqn, sender);
  if (other !== undefined) return other;
  if (seq - seqMs > entry.delta) return tooFar(entry, seq);
  const stored = entry.seq[ind] ?? 0;
  const resynchronise = 'let the network take SQN_MS out of AUTS, or set its SQN above it';
  if (seq === stored && seq > 0) {
    const remedy =
      `SEQ ${seq} on IND ${ind} was used before: the vector is old, or the network does not ` +
      `count; send each vector once, and ${resynchronise}.`;
    return akaMistake('sqn-replayed', remedy);
  }
  if (seq <= stored) {
    const remedy = `SEQ ${seq} is not above SEQ ${stored} of IND ${ind}: ${resynchronise}.`;
    return akaMistake('sqn-low', remedy);
  }
  const remedy =
    `SEQ ${seq} is ${seqMs - seq} below SEQ_MS ${seqMs}, and L of the card is ` +
    `${entry.ageLimit}: send vectors before they are that old.`;
  return akaMistake('sqn-too-old', remedy);
}
