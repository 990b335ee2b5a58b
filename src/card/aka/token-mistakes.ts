/**
 * Ways in which AUTN may have been made of its parts wrongly, with the right keys.
 *
 *     AUTN = (SQN ^ AK) || AMF || MAC-A;    MAC-A = f1 over SQN and AMF
 *
 * A reading fits when a MAC of 64 bits comes out right, so none is named that was not made.
 *
 * @see 3GPP TS 33.102 §6.3.2; 3GPP TS 33.220 §5.3.2
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { concat, equalsInConstantTime, exclusiveOr } from '../../bytes/octets.ts';
import { decodeSqn, encodeSqn } from '../../bytes/sqn.ts';
import type {
  AuthenticationChallenge,
  AuthenticationKey,
} from '../../crypto/authentication-key.ts';
import { macModifier } from '../../crypto/gba.ts';
import type { KeyTableEntry } from '../memory.ts';
import { algorithmOf } from './key-mistakes.ts';
import { type AkaExchange, type AkaMistake, akaMistake } from './mistake.ts';
import { reversed, reversedWords } from './octets.ts';
import { highestSeq, splitSqn } from './sequence-mistakes.ts';

/** What AUTN says once it is opened. */
export interface OpenedToken {
  /** 6 octets. */
  readonly sqn: Uint8Array;
  /** 2 octets. */
  readonly amf: Uint8Array;
}

/** AUTN and the mistake in it. */
export interface TokenMistake {
  readonly opened: OpenedToken;
  readonly mistake: AkaMistake;
}

/** AUTN in its parts. */
interface Parts extends OpenedToken {
  /** Concealed, 6 octets. */
  readonly concealed: Uint8Array;
  /** 8 octets. */
  readonly mac: Uint8Array;
  readonly challenge: AuthenticationChallenge;
}

const AMFS = 0x1_0000;
const SQNS = 2 ** 48;

function partsOf(challenge: AuthenticationChallenge, autn: Uint8Array): Parts {
  const concealed = autn.slice(0, 6);
  const sqn = exclusiveOr(concealed, challenge.ak);
  return { concealed, sqn, amf: autn.slice(6, 8), mac: autn.slice(8, 16), challenge };
}

/**
 * Opens AUTN as a USIM does.
 *
 * @returns `undefined` when the MAC is wrong
 * @see 3GPP TS 33.102 §6.3.3
 */
export function openToken(
  key: AuthenticationKey,
  { rand, autn }: Pick<AkaExchange, 'rand' | 'autn'>,
): OpenedToken | undefined {
  const { challenge, sqn, amf, mac } = partsOf(key.challenge(rand), autn);
  return equalsInConstantTime(challenge.macA(sqn, amf), mac) ? { sqn, amf } : undefined;
}

/** SQN that is concealed in another way, or in none. */
function* concealmentMistakes(parts: Parts, entry: KeyTableEntry): Generator<TokenMistake> {
  const { concealed, sqn: revealed, amf, mac, challenge } = parts;
  if (equalsInConstantTime(challenge.macA(concealed, amf), mac)) {
    // Octets alone do not tell which of the two was meant for SQN: one is near to the card's.
    yield distance(entry, revealed) < distance(entry, concealed)
      ? {
          opened: { sqn: revealed, amf },
          mistake: akaMistake(
            'mac-over-concealed-sqn',
            'MAC-A is over SQN as AUTN has it, concealed: compute it over SQN in clear.',
          ),
        }
      : {
          opened: { sqn: concealed, amf },
          mistake: akaMistake(
            'sqn-in-clear',
            'SQN stands in AUTN in clear, or was concealed twice: conceal it by AK, once.',
          ),
        };
  }
  const ways = [
    [
      'sqn-by-ak-star',
      exclusiveOr(concealed, challenge.akStar()),
      'SQN is concealed by AK* (f5*), which is for AUTS: conceal it by AK (f5).',
    ],
    [
      'ak-reversed',
      exclusiveOr(concealed, reversed(challenge.ak)),
      'SQN is concealed by the octets of AK in reverse order: turn them round.',
    ],
  ] as const;
  for (const [name, sqn, remedy] of ways) {
    if (!equalsInConstantTime(challenge.macA(sqn, amf), mac)) continue;
    yield { opened: { sqn, amf }, mistake: akaMistake(name, remedy) };
  }
}

/** How far an SQN is from what the card has seen. */
function distance(entry: KeyTableEntry, sqn: Uint8Array): number {
  return Math.abs(splitSqn(decodeSqn(sqn), entry.indBits).seq - highestSeq(entry));
}

/** A MAC over something else, or another one. */
function* macMistakes({ sqn, amf, mac, challenge }: Parts): Generator<TokenMistake> {
  const inputs = concat(amf, sqn);
  const ways = [
    [
      'mac-over-reversed-sqn',
      challenge.macA(reversed(sqn), amf),
      'MAC-A is over the octets of SQN in reverse order: the most significant is the first.',
    ],
    [
      'mac-input-order',
      challenge.macA(inputs.slice(0, 6), inputs.slice(6)),
      'MAC-A is over AMF and then SQN: SQN is the first.',
    ],
    [
      'mac-s-for-mac-a',
      challenge.macS(sqn, amf),
      'AUTN has MAC-S (f1*), which is for AUTS: put MAC-A (f1) there.',
    ],
    [
      'mac-reversed',
      reversed(challenge.macA(sqn, amf)),
      'AUTN has the octets of MAC-A in reverse order: turn them round.',
    ],
    [
      'mac-of-bootstrapping',
      exclusiveOr(challenge.macA(sqn, amf), macModifier(challenge.ik)),
      'AUTN is for bootstrapping, where IK changes the MAC: use the GBA context, or MAC-A.',
    ],
  ] as const;
  for (const [name, found, remedy] of ways) {
    if (!equalsInConstantTime(found, mac)) continue;
    yield { opened: { sqn, amf }, mistake: akaMistake(name, remedy) };
  }
}

/** SQN that was counted on between the MAC and the concealment. */
function* countedMistakes(parts: Parts, indBits: number): Generator<TokenMistake> {
  const { sqn, amf, mac, challenge } = parts;
  for (const step of [1, -1, 2 ** indBits, -(2 ** indBits), 2 ** indBits + 1]) {
    const other = encodeSqn((decodeSqn(sqn) + step + SQNS) % SQNS);
    if (!equalsInConstantTime(challenge.macA(other, amf), mac)) continue;
    const remedy =
      `MAC-A is over SQN ${toHex(other)}, and AUTN conceals ${toHex(sqn)}: ` +
      `use one SQN for both, and count behind them.`;
    yield { opened: { sqn, amf }, mistake: akaMistake('mac-over-other-sqn', remedy) };
  }
}

/** All of AUTN in another order. */
function* orderMistakes(key: AuthenticationKey, exchange: AkaExchange): Generator<TokenMistake> {
  const { rand, autn, otherRands = [] } = exchange;
  const whole = 'AUTN is SQN ^ AK, AMF, MAC-A';
  const at = (from: number, to: number): Uint8Array => autn.slice(from, to);
  const ways = [
    [
      'autn-halves-swapped',
      { rand, autn: concat(at(8, 16), at(0, 8)) },
      `MAC-A comes first, then SQN ^ AK and AMF: ${whole}.`,
    ],
    [
      'autn-amf-first',
      { rand, autn: concat(at(2, 8), at(0, 2), at(8, 16)) },
      `AMF comes first: ${whole}.`,
    ],
    [
      'autn-amf-last',
      { rand, autn: concat(at(0, 6), at(14, 16), at(6, 14)) },
      `AMF comes last: ${whole}.`,
    ],
    ['autn-reversed', { rand, autn: reversed(autn) }, 'AUTN is in reverse order: turn it round.'],
    [
      'rand-reversed',
      { rand: reversed(rand), autn },
      'The network has computed with the octets of RAND in reverse order: turn them round.',
    ],
    [
      'rand-words-reversed',
      { rand: reversedWords(rand), autn },
      'The network has computed with each four octets of RAND in reverse order: turn them round.',
    ],
    [
      'rand-autn-swapped',
      { rand: autn, autn: rand },
      'RAND stands where AUTN belongs, and AUTN where RAND does: swap them.',
    ],
    ...otherRands.map(
      (other) =>
        [
          'other-rand',
          { rand: other, autn },
          `AUTN belongs to RAND ${toHex(other)}: send both of one vector.`,
        ] as const,
    ),
  ] as const;
  for (const [name, sent, remedy] of ways) {
    const opened = openToken(key, sent);
    if (opened !== undefined) yield { opened, mistake: akaMistake(name, remedy) };
  }
}

/** AMFs to try: all, or where that takes seconds those with an octet of zeros or of AUTN's AMF. */
function* otherAmfs(entry: KeyTableEntry, amf: Uint8Array): Generator<Uint8Array> {
  const [high = 0, low = 0] = amf;
  const isQuick = ['milenage', 'xor'].includes(algorithmOf(entry));
  for (let value = 0; value < AMFS; value++) {
    const [first, second] = [value >> 8, value & 0xff];
    const isLikely = first === 0 || second === 0 || first === high || second === low;
    if (isLikely || isQuick) yield Uint8Array.of(first, second);
  }
}

/** A MAC over another AMF than AUTN has: there are no more than 65,536. */
function* amfMistakes(parts: Parts, entry: KeyTableEntry): Generator<TokenMistake> {
  const { sqn, amf, mac, challenge } = parts;
  for (const other of otherAmfs(entry, amf)) {
    if (!equalsInConstantTime(challenge.macA(sqn, other), mac)) continue;
    const remedy =
      `MAC-A is over AMF ${toHex(other)}, and AUTN has AMF ${toHex(amf)}: ` +
      `use one AMF for both, and let nobody change it on the way.`;
    yield { opened: { sqn, amf }, mistake: akaMistake('mac-over-other-amf', remedy) };
  }
}

/** All readings of AUTN under the card's key in which its MAC is right, the likely ones first. */
export function* tokenMistakes(
  key: AuthenticationKey,
  exchange: AkaExchange,
  entry: KeyTableEntry,
): Generator<TokenMistake> {
  const parts = partsOf(key.challenge(exchange.rand), exchange.autn);
  yield* concealmentMistakes(parts, entry);
  yield* macMistakes(parts);
  yield* countedMistakes(parts, entry.indBits);
  yield* orderMistakes(key, exchange);
  yield* amfMistakes(parts, entry);
}
