/**
 * Mistakes that end in a refused AUTHENTICATE, by name; and what must be known to find them.
 *
 * @see 3GPP TS 33.102 §6.3, §C.2.2; docs/aka-diagnose.md
 * @module
 */

import type { AuthenticationAlgorithms } from '../../crypto/algorithms.ts';
import type { CardRoot } from '../memory.ts';

/**
 * Whose mistake it is. Of two keys that differ octets do not tell which is right, nor of a key and
 * its reverse which was turned.
 */
export type AkaSide = 'network' | 'card' | 'either';

/** What has to be set right. */
export type AkaTopic = 'keys' | 'algorithm' | 'token' | 'sqn' | 'amf' | 'auts';

/** The mistakes, what they are about, and whose they are. */
export const AKA_MISTAKES = [
  // Which K, OP and OPc.
  ['k-wrong', 'keys', 'either'],
  ['opc-wrong', 'keys', 'either'],
  ['op-for-opc', 'keys', 'either'],
  ['opc-for-op', 'keys', 'either'],
  ['opc-missing', 'keys', 'network'],
  ['k-reversed', 'keys', 'either'],
  ['k-words-reversed', 'keys', 'either'],
  ['k-digits-swapped', 'keys', 'either'],
  ['opc-reversed', 'keys', 'either'],
  ['opc-digits-swapped', 'keys', 'either'],
  ['k-mistyped', 'keys', 'either'],
  ['opc-mistyped', 'keys', 'either'],
  ['k-opc-swapped', 'keys', 'either'],
  ['other-pair', 'keys', 'either'],
  ['keys-differ', 'keys', 'either'],
  // Which algorithm, and how it is set.
  ['other-algorithm', 'algorithm', 'either'],
  ['constants-standard', 'algorithm', 'network'],
  ['rotations-in-octets', 'algorithm', 'network'],
  ['constants-misplaced', 'algorithm', 'network'],
  ['tuak-iterations', 'algorithm', 'either'],
  ['tuak-lengths', 'algorithm', 'either'],
  // How AUTN was made of its parts.
  ['sqn-in-clear', 'token', 'network'],
  ['sqn-by-ak-star', 'token', 'network'],
  ['ak-reversed', 'token', 'network'],
  ['mac-over-concealed-sqn', 'token', 'network'],
  ['mac-over-reversed-sqn', 'token', 'network'],
  ['mac-over-other-sqn', 'token', 'network'],
  ['mac-over-other-amf', 'token', 'network'],
  ['mac-input-order', 'token', 'network'],
  ['mac-s-for-mac-a', 'token', 'network'],
  ['mac-reversed', 'token', 'network'],
  ['mac-of-bootstrapping', 'token', 'network'],
  ['autn-halves-swapped', 'token', 'network'],
  ['autn-amf-first', 'token', 'network'],
  ['autn-amf-last', 'token', 'network'],
  ['autn-reversed', 'token', 'network'],
  ['rand-reversed', 'token', 'network'],
  ['rand-words-reversed', 'token', 'network'],
  ['rand-autn-swapped', 'token', 'network'],
  ['other-rand', 'token', 'network'],
  ['token-altered', 'token', 'either'],
  // Which SQN.
  ['sqn-replayed', 'sqn', 'network'],
  ['sqn-low', 'sqn', 'network'],
  ['sqn-too-far-ahead', 'sqn', 'network'],
  ['sqn-too-old', 'sqn', 'network'],
  ['sqn-little-endian', 'sqn', 'network'],
  ['sqn-shifted', 'sqn', 'network'],
  ['ind-width', 'sqn', 'network'],
  ['sqn-exhausted', 'sqn', 'card'],
  // Which AMF.
  ['separation-bit-missing', 'amf', 'network'],
  ['amf-other', 'amf', 'network'],
  // How AUTS was made.
  ['auts-amf', 'auts', 'card'],
  ['auts-by-ak', 'auts', 'card'],
  ['auts-in-clear', 'auts', 'card'],
  ['auts-by-mac-a', 'auts', 'card'],
  ['auts-halves-swapped', 'auts', 'card'],
  ['auts-sqn-reversed', 'auts', 'card'],
  ['auts-rand-reversed', 'auts', 'card'],
  ['auts-other-rand', 'auts', 'network'],
  ['auts-other-key', 'auts', 'either'],
  ['auts-old', 'auts', 'network'],
  ['auts-mac-s-wrong', 'auts', 'either'],
] as const;

/** What may be wrong. */
export type AkaMistakeName = (typeof AKA_MISTAKES)[number][0];

/** What is wrong. */
export interface AkaMistake {
  readonly name: AkaMistakeName;
  readonly topic: AkaTopic;
  readonly side: AkaSide;
  /** What was done, and what to do instead. Shows no key. */
  readonly remedy: string;
}

/** Names a mistake. */
export function akaMistake(name: AkaMistakeName, remedy: string): AkaMistake {
  const [, topic, side] = AKA_MISTAKES.find(([one]) => one === name) ?? AKA_MISTAKES[0];
  return { name, topic, side, remedy };
}

/** What the sender believes to have; what is left out is not known. Secret. */
export interface SenderFacts {
  /** `undefined`: the card's own. */
  readonly algorithm?: string | undefined;
  /** 16 octets; for TUAK also 32. */
  readonly k?: Uint8Array | undefined;
  /** OPc or TOPc. */
  readonly opc?: Uint8Array | undefined;
  /** OP, in place of OPc. */
  readonly op?: Uint8Array | undefined;
  /** 48 bits. */
  readonly sqn?: number | undefined;
  /** 2 octets. */
  readonly amf?: Uint8Array | undefined;
  /** Width of IND in bits. */
  readonly indBits?: number | undefined;
}

/** An AUTHENTICATE of the 3G context, and what is known of those who took part in it. */
export interface AkaExchange {
  /** 16 octets. */
  readonly rand: Uint8Array;
  /** 16 octets. */
  readonly autn: Uint8Array;
  /** 14 octets, as the card has answered or is said to have. */
  readonly auts?: Uint8Array | undefined;
  /** RAND of other challenges, which may have been mistaken for this one's. */
  readonly otherRands?: readonly Uint8Array[] | undefined;
  /** For EPS, 5G or EAP-AKA', where the terminal asks for the separation bit. */
  readonly needsSeparationBit?: boolean | undefined;
  readonly sender?: SenderFacts | undefined;
}

/** The card: what it remembers, and OP of its pair where the profile tells it. Secret. */
export interface AkaCard {
  readonly root: CardRoot;
  /** 16 octets; of it the card has OPc alone. */
  readonly op?: Uint8Array | undefined;
  /** Those that the card was given beside the ones that it has. */
  readonly algorithms?: AuthenticationAlgorithms | undefined;
}
