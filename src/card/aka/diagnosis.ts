/**
 * Why a card refuses an AUTHENTICATE: its answer, what both sides count, and whose mistake it is.
 *
 *     MAC right by the card's key       SQN, AUTS and AMF are judged
 *     right by a key or a reading       that is the mistake
 *       with one mistake in it
 *     right by none                     keys differ, or AUTN was altered
 *
 * Nothing is stored, and nothing secret is told: which relation holds between two keys, never what
 * they are. A MAC has 64 bits, so that no mistake is named by chance; the XOR test algorithm is
 * linear, and two of its mistakes may look the same.
 *
 * @see 3GPP TS 33.102 §6.3.3, §C.2.2; docs/aka-diagnose.md
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { expectLength } from '../../bytes/octets.ts';
import { decodeSqn } from '../../bytes/sqn.ts';
import type { AuthenticationKey } from '../../crypto/authentication-key.ts';
import type { KeyTableEntry } from '../memory.ts';
import { judgeSqn } from '../sequence-numbers.ts';
import { autsMistake, openAuts } from './auts-mistakes.ts';
import {
  algorithmOf,
  isSameSecret,
  isWholeSecret,
  type KeyMistake,
  keyMistakes,
  keyOf,
  otherAlgorithm,
  relationOf,
  senderSecret,
} from './key-mistakes.ts';
import {
  type AkaCard,
  type AkaExchange,
  type AkaMistake,
  akaMistake,
  type SenderFacts,
} from './mistake.ts';
import {
  type FreshRange,
  freshRange,
  highestSeq,
  type SplitSqn,
  sequenceMistake,
  splitSqn,
} from './sequence-mistakes.ts';
import { type OpenedToken, openToken, tokenMistakes } from './token-mistakes.ts';

/** What AUTN holds, as far as it could be opened. */
export interface ReceivedNumbers extends SplitSqn {
  /** 2 octets. */
  readonly amf: Uint8Array;
  readonly hasSeparationBit: boolean;
}

/** What the card counts. */
export interface CardNumbers {
  readonly indBits: number;
  readonly delta: number;
  readonly ageLimit: number | undefined;
  /** SEQ_MS(IND) for each IND. */
  readonly seq: readonly number[];
  /** The highest of them. */
  readonly seqMs: number;
  /** What AUTS would tell. */
  readonly sqnMs: number;
  /** What it takes on the IND of AUTN, or on IND 0 when that is not known. */
  readonly fresh: FreshRange | undefined;
  /** The lowest SQN that it takes on that IND and that is above all it has seen. */
  readonly next: number | undefined;
}

/** What the sender says it counts. */
export interface SenderNumbers extends SplitSqn {
  readonly indBits: number;
}

/** Why a card refuses an AUTHENTICATE, or that it does not. */
export interface AkaDiagnosis {
  readonly answer: 'success' | 'mac-failure' | 'synchronisation-failure';
  readonly received: ReceivedNumbers | undefined;
  readonly card: CardNumbers;
  readonly sender: SenderNumbers | undefined;
  /** SQN_MS of the AUTS that was handed in, if its MAC-S is right. */
  readonly auts: SplitSqn | undefined;
  /** `undefined`: nothing is wrong. */
  readonly mistake: AkaMistake | undefined;
  /** What is wrong besides, and would show once that is set right. */
  readonly further: AkaMistake | undefined;
}

const SEPARATION_BIT = 0x80;
const SQN_BITS = 48;
const SQN_MOST = 2 ** SQN_BITS - 1;

/** AUTN, opened in the right way or in a wrong one. */
interface Reading {
  readonly opened: OpenedToken | undefined;
  readonly mistake: AkaMistake | undefined;
}

/** What an AUTS says of an AUTN that the card of the profile must refuse. */
function autsClue(key: AuthenticationKey, { rand, auts }: AkaExchange): string {
  if (auts === undefined) return '';
  const isOwn = openAuts(key, { rand, auts }) !== undefined;
  return isOwn
    ? ' AUTS is right by the keys of the card, and goes with RAND: it is AUTN that is another.'
    : ' A card answers AUTS where the MAC was right: either the profile is not that of the card, ' +
        'or it has answered another challenge.';
}

/** What is between the keys of both sides, as far as they are told, where no MAC is right. */
function unexplained(entry: KeyTableEntry, sender: SenderFacts | undefined): AkaMistake {
  const secret = senderSecret(entry, sender);
  const [theirs, own] = [sender?.algorithm, algorithmOf(entry)];
  if (theirs !== undefined && theirs !== own && secret === undefined) {
    return otherAlgorithm(theirs, own);
  }
  if (sender === undefined || secret === undefined) {
    const remedy =
      'The MAC is wrong, and no mistake that is known explains it: K or OPc of the two sides ' +
      'differs, or RAND or AUTN was altered. Say K and OPc of the network, to know which.';
    return akaMistake('keys-differ', remedy);
  }
  const isWhole = isWholeSecret(entry, sender);
  if (!isSameSecret(entry, secret)) {
    const relation = relationOf(entry, secret, isWhole);
    const also = isWhole
      ? ' AUTN is not made with the keys of the network either, as they are given.'
      : ' That alone does not explain AUTN: say both K and OPc of the network.';
    return { ...relation, remedy: relation.remedy + also };
  }
  if (!isWhole) {
    const remedy =
      'The MAC is wrong, and what the network is said to have is what the card has: what is not ' +
      'said differs, or RAND or AUTN was altered. Say both K and OPc of the network.';
    return akaMistake('keys-differ', remedy);
  }
  const remedy =
    'Both sides have the same keys, but AUTN is not made with them: RAND or AUTN was altered ' +
    'on the way, or is of another subscriber.';
  return akaMistake('token-altered', remedy);
}

/** The mistake of a key by which AUTN is right, and whose it is if AUTS tells that. */
function keyMistakeOf({ key, mistake }: KeyMistake, { rand, auts }: AkaExchange): AkaMistake {
  if (auts === undefined || openAuts(key, { rand, auts }) === undefined) return mistake;
  const clue = 'The card has made AUTS with the keys of the network: the profile is wrong.';
  return { ...mistake, side: 'card', remedy: `${mistake.remedy} ${clue}` };
}

/** With the XOR test algorithm, what is named may be another thing that gives the same octets. */
function hedged(entry: KeyTableEntry, reading: Reading): Reading {
  const { mistake } = reading;
  if (entry.algorithm !== 'xor' || mistake === undefined) return reading;
  const clue = 'Or something else: XOR is linear, and an octet altered on the way may look so.';
  const remedy = `${mistake.remedy} ${clue}`;
  return { ...reading, mistake: { ...mistake, side: 'either', remedy } };
}

/** Finds the reading of AUTN in which its MAC is right. */
function read(entry: KeyTableEntry, card: AkaCard, exchange: AkaExchange): Reading {
  const key = keyOf(card, entry);
  const opened = openToken(key, exchange);
  if (opened !== undefined) return { opened, mistake: undefined };
  for (const found of keyMistakes(entry, card, exchange.sender)) {
    const byKey = openToken(found.key, exchange);
    if (byKey !== undefined) return { opened: byKey, mistake: keyMistakeOf(found, exchange) };
  }
  for (const found of tokenMistakes(key, exchange, entry)) return hedged(entry, found);
  const mistake = unexplained(entry, exchange.sender);
  const remedy = mistake.remedy + autsClue(key, exchange);
  return { opened: undefined, mistake: { ...mistake, remedy } };
}

function cardNumbers(entry: KeyTableEntry, ind: number): CardNumbers {
  const { indBits, delta, ageLimit, seq } = entry;
  const seqMs = highestSeq(entry);
  const slots = 2 ** indBits;
  const fresh = freshRange(entry, ind);
  const isThere = fresh !== undefined && seqMs + 1 <= fresh.to;
  return {
    indBits,
    delta,
    ageLimit,
    seq,
    seqMs,
    sqnMs: seqMs * slots + seq.indexOf(seqMs),
    fresh,
    next: isThere ? (seqMs + 1) * slots + ind : undefined,
  };
}

function senderNumbers(
  { indBits: own }: KeyTableEntry,
  sender: SenderFacts | undefined,
): SenderNumbers | undefined {
  const { sqn, indBits = own } = sender ?? {};
  return sqn === undefined ? undefined : { ...splitSqn(sqn, indBits), indBits };
}

function amfMistake(amf: Uint8Array, exchange: AkaExchange): AkaMistake | undefined {
  const { sender, needsSeparationBit = false } = exchange;
  if (needsSeparationBit && !hasSeparationBit(amf)) {
    const remedy =
      `AMF ${toHex(amf)} has no separation bit: the card takes it and the terminal does not, ` +
      `for EPS, 5G or EAP-AKA'; set AMF 8000.`;
    return akaMistake('separation-bit-missing', remedy);
  }
  const believed = sender?.amf;
  if (believed === undefined || toHex(believed) === toHex(amf)) return undefined;
  const remedy =
    `AUTN has AMF ${toHex(amf)}, and not ${toHex(believed)} as the network is said to have: ` +
    `it was made by another entry than that; look which is in use.`;
  return akaMistake('amf-other', remedy);
}

function hasSeparationBit(amf: Uint8Array): boolean {
  return ((amf[0] ?? 0) & SEPARATION_BIT) !== 0;
}

/** What is wrong with an AUTN that could be opened, the first thing first. */
function openedMistakes(
  entry: KeyTableEntry,
  card: AkaCard,
  exchange: AkaExchange,
  { opened, mistake }: Reading & { readonly opened: OpenedToken },
): readonly AkaMistake[] {
  const { auts, sender } = exchange;
  const { amf } = opened;
  const number = decodeSqn(opened.sqn);
  const verdict = judgeSqn(entry, number);
  const sqnMs = verdict.ok ? undefined : verdict.sqnMs;
  // A card that finds the MAC wrong does not answer AUTS: there is none of it to judge.
  const made =
    auts !== undefined && mistake === undefined
      ? autsMistake(entry, card, { ...exchange, auts }, { amf, sqnMs })
      : undefined;
  const all = [mistake, made, sequenceMistake(entry, number, sender), amfMistake(amf, exchange)];
  return all.filter((one) => one !== undefined);
}

function receivedNumbers(
  { indBits }: KeyTableEntry,
  opened: OpenedToken | undefined,
): ReceivedNumbers | undefined {
  if (opened === undefined) return undefined;
  const { sqn, amf } = opened;
  return { ...splitSqn(decodeSqn(sqn), indBits), amf, hasSeparationBit: hasSeparationBit(amf) };
}

function expectUpTo(value: number | undefined, most: number, name: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return;
  throw new RangeError(`${name}: expected 0 to ${most}, got ${value}`);
}

function checkExchange({ rand, autn, auts, sender, otherRands = [] }: AkaExchange): void {
  for (const one of [rand, ...otherRands]) expectLength(one, 16, 'rand');
  expectLength(autn, 16, 'autn');
  if (auts !== undefined) expectLength(auts, 14, 'auts');
  if (sender?.amf !== undefined) expectLength(sender.amf, 2, 'amf');
  expectUpTo(sender?.sqn, SQN_MOST, 'sqn');
  expectUpTo(sender?.indBits, SQN_BITS, 'indBits');
}

/**
 * Says why a card refuses an AUTHENTICATE of the 3G context, or that it does not.
 *
 * @param card its pair in use is asked; it stays as it is
 * @param exchange RAND and AUTN (16 octets each), AUTS (14), and what is known of the sender
 * @throws {RangeError} an octet string has another length, a number is out of range, or nobody has
 *   registered the algorithm of the pair in use, or of the sender
 * @see 3GPP TS 33.102 §6.3.3, §C.2.2; docs/aka-diagnose.md
 * @example
 * ```ts
 * import { createUicc, diagnoseAka, fromHex } from 'vuicc';
 *
 * // SQN 0 for the built-in card, which has used it.
 * const rand = fromHex('23553cbe9637a89d218ae64dae47bf35');
 * const autn = fromHex('aa689c6483708000e96f26276a8719fe');
 * const { mistake } = diagnoseAka({ root: createUicc().root }, { rand, autn });
 * if (mistake?.name !== 'sqn-low') throw new Error('a name');
 * ```
 */
export function diagnoseAka(card: AkaCard, exchange: AkaExchange): AkaDiagnosis {
  checkExchange(exchange);
  const { rand, auts, sender } = exchange;
  const entry = card.root.entries[card.root.active];
  if (entry === undefined) throw new Error(`pair ${card.root.active} is not in the key table`);
  const reading = read(entry, card, exchange);
  const { opened } = reading;
  const mistakes =
    opened === undefined
      ? [reading.mistake]
      : openedMistakes(entry, card, exchange, { ...reading, opened });
  const isRight = opened !== undefined && reading.mistake === undefined;
  const isFresh = isRight && judgeSqn(entry, decodeSqn(opened.sqn)).ok;
  const received = receivedNumbers(entry, opened);
  const key = keyOf(card, entry);
  const sqnMs = auts && openAuts(key, { rand, auts });
  return {
    answer: !isRight ? 'mac-failure' : isFresh ? 'success' : 'synchronisation-failure',
    received,
    card: cardNumbers(entry, received?.ind ?? 0),
    sender: senderNumbers(entry, sender),
    auts: sqnMs === undefined ? undefined : splitSqn(sqnMs, entry.indBits),
    mistake: mistakes[0],
    further: mistakes[1],
  };
}
