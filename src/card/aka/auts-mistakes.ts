/**
 * What an AUTS says, and how one may have been made wrongly.
 *
 *     AUTS = (SQN_MS ^ AK*) || MAC-S;    MAC-S = f1* over SQN_MS and AMF* = '0000'
 *
 * @see 3GPP TS 33.102 §6.3.3
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { concat, equalsInConstantTime, exclusiveOr } from '../../bytes/octets.ts';
import { decodeSqn, sqnText } from '../../bytes/sqn.ts';
import type { AuthenticationKey } from '../../crypto/authentication-key.ts';
import type { KeyTableEntry } from '../memory.ts';
import { keyOf, senderSecret } from './key-mistakes.ts';
import { type AkaCard, type AkaExchange, type AkaMistake, akaMistake } from './mistake.ts';
import { reversed } from './octets.ts';

const AMF_STAR = new Uint8Array(2);

/** RAND and the AUTS that is said to be for it. */
interface Failure {
  readonly rand: Uint8Array;
  readonly auts: Uint8Array;
}

/**
 * Opens AUTS as an AuC does.
 *
 * @returns SQN_MS; `undefined` when MAC-S is wrong
 * @see 3GPP TS 33.102 §6.3.5
 */
export function openAuts(key: AuthenticationKey, { rand, auts }: Failure): number | undefined {
  const challenge = key.challenge(rand);
  const sqn = exclusiveOr(auts.slice(0, 6), challenge.akStar());
  const isRight = equalsInConstantTime(challenge.macS(sqn, AMF_STAR), auts.slice(6));
  return isRight ? decodeSqn(sqn) : undefined;
}

/** SQN_MS concealed or checked in another way. */
function* makingMistakes(
  key: AuthenticationKey,
  { rand, auts }: Failure,
  amf: Uint8Array,
): Generator<AkaMistake> {
  const challenge = key.challenge(rand);
  const concealed = auts.slice(0, 6);
  const macS = auts.slice(6);
  const sqn = exclusiveOr(concealed, challenge.akStar());
  const byAk = exclusiveOr(concealed, challenge.ak);
  const ways = [
    [
      'auts-amf',
      challenge.macS(sqn, amf),
      `MAC-S is over AMF ${toHex(amf)} of AUTN: it is computed over AMF* 0000.`,
    ],
    [
      'auts-by-ak',
      challenge.macS(byAk, AMF_STAR),
      'SQN_MS is concealed by AK (f5): conceal it by AK* (f5*).',
    ],
    [
      'auts-in-clear',
      challenge.macS(concealed, AMF_STAR),
      'SQN_MS stands in AUTS as it is: conceal it by AK* (f5*).',
    ],
    [
      'auts-by-mac-a',
      challenge.macA(sqn, AMF_STAR),
      'AUTS has MAC-A (f1), which is for AUTN: put MAC-S (f1*) there.',
    ],
    [
      'auts-sqn-reversed',
      challenge.macS(reversed(sqn), AMF_STAR),
      'MAC-S is over the octets of SQN_MS in reverse order: the most significant is the first.',
    ],
  ] as const;
  for (const [name, found, remedy] of ways) {
    if (equalsInConstantTime(found, macS)) yield akaMistake(name, remedy);
  }
}

/** AUTS in another order, or for another RAND. */
function* placeMistakes(
  key: AuthenticationKey,
  { rand, auts }: Failure,
  otherRands: readonly Uint8Array[],
): Generator<AkaMistake> {
  const swapped = { rand, auts: concat(auts.slice(8), auts.slice(0, 8)) };
  if (openAuts(key, swapped) !== undefined) {
    const remedy = 'MAC-S comes first: AUTS is SQN_MS ^ AK*, MAC-S.';
    yield akaMistake('auts-halves-swapped', remedy);
  }
  if (openAuts(key, { rand: reversed(rand), auts }) !== undefined) {
    const remedy = 'AUTS is computed with the octets of RAND in reverse order: turn them round.';
    yield akaMistake('auts-rand-reversed', remedy);
  }
  for (const other of otherRands) {
    if (openAuts(key, { rand: other, auts }) === undefined) continue;
    const remedy = `AUTS answers RAND ${toHex(other)}: hand it to the AuC with that one.`;
    yield akaMistake('auts-other-rand', remedy);
  }
}

/** An AUTS of a key that is not the card's. */
function keyMistake(
  entry: KeyTableEntry,
  card: AkaCard,
  exchange: AkaExchange & Failure,
): AkaMistake | undefined {
  const secret = senderSecret(entry, exchange.sender);
  if (secret === undefined) return undefined;
  if (openAuts(keyOf(card, secret), exchange) === undefined) return undefined;
  const remedy =
    'AUTS is right by the keys of the network, and not by those of the card: it comes from ' +
    'another card, or the profile is not that of the card.';
  return akaMistake('auts-other-key', remedy);
}

/**
 * Says what is wrong with an AUTS.
 *
 * @param heard AMF of AUTN (2 octets), and SQN_MS that the card would answer AUTN with as it is
 *   now; `undefined` when it would accept it
 * @returns `undefined` when it is right, and of now
 * @see 3GPP TS 33.102 §6.3.3, §6.3.5
 */
export function autsMistake(
  entry: KeyTableEntry,
  card: AkaCard,
  exchange: AkaExchange & Failure,
  heard: { readonly amf: Uint8Array; readonly sqnMs: number | undefined },
): AkaMistake | undefined {
  const { amf, sqnMs } = heard;
  const key = keyOf(card, entry);
  const opened = openAuts(key, exchange);
  if (opened !== undefined) {
    if (sqnMs === undefined || sqnMs === opened) return undefined;
    const remedy =
      `AUTS is right and has SQN_MS ${sqnText(opened)}, but that of the card is ` +
      `${sqnText(sqnMs)}: it is of another time, or of a copy of the card; ask it again.`;
    return akaMistake('auts-old', remedy);
  }
  for (const mistake of makingMistakes(key, exchange, amf)) return mistake;
  for (const mistake of placeMistakes(key, exchange, exchange.otherRands ?? [])) return mistake;
  const remedy =
    'MAC-S is wrong, and no mistake that is known explains it: AUTS was altered, or comes from ' +
    'another card or for another RAND.';
  return keyMistake(entry, card, exchange) ?? akaMistake('auts-mac-s-wrong', remedy);
}
