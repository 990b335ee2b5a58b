/**
 * An ME that registers in 5G with a card of these tests: it conceals, and answers what it is asked.
 *
 * @see 3GPP TS 33.501 (5G AKA)
 * @module
 */

import type { RegistrationDownlink, RegistrationUplink } from '../../../src/air/registration.ts';
import { homePlmn, type Imsi, type Plmn } from '../../../src/bytes/identity.ts';
import { filled } from '../../../src/bytes/octets.ts';
import { encodeMsin, encodeSuci, NULL_SCHEME } from '../../../src/bytes/suci.ts';
import {
  type AkaKeys,
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
} from '../../../src/crypto/key-derivation.ts';
import { concealSupi, suciPublicKey } from '../../../src/crypto/suci.ts';
import type { HomeNetworkPrivateKey } from '../../../src/network/de-concealment.ts';
import type { FakeCard } from './card.ts';

/** Keys of a home network, one of each profile. */
export const HOME_KEYS: readonly HomeNetworkPrivateKey[] = [
  { identifier: 1, scheme: 1, privateKey: filled(32, 0x11) },
  { identifier: 2, scheme: 2, privateKey: filled(32, 0x22) },
];

/** The SUCI of an IMSI with an MNC of two digits: in clear, or concealed for a private key. */
export function suciOf(imsi: Imsi, key?: HomeNetworkPrivateKey, seed = 1): Uint8Array {
  const plain = encodeMsin(imsi, 2);
  const of = { kind: 'imsi', plmn: homePlmn(imsi, 2), routingIndicator: '0' } as const;
  if (key === undefined) {
    return encodeSuci({ ...of, scheme: NULL_SCHEME, keyIdentifier: 0, schemeOutput: plain });
  }
  const { identifier, scheme, privateKey } = key;
  const concealed = concealSupi(plain, {
    scheme,
    homeNetworkKey: suciPublicKey(scheme, privateKey),
    ephemeralKey: filled(32, seed),
  });
  if (!concealed.ok) throw new Error(concealed.failure);
  const { schemeOutput } = concealed;
  return encodeSuci({ ...of, scheme, keyIdentifier: identifier, schemeOutput });
}

/** A question of a network. */
export interface Question {
  readonly rand: Uint8Array;
  readonly autn: Uint8Array;
}

/** What a card gives for a question. */
export interface CardAnswer extends AkaKeys {
  readonly res: Uint8Array;
}

/** Lets the card answer. */
export function answerOf(card: FakeCard, { rand, autn }: Question): CardAnswer {
  const by = card.authenticate(rand, autn);
  if (by.kind !== 'success') throw new Error(by.kind);
  return by;
}

/** AUTS of a card that takes the question for an old one. */
export function autsOf(card: FakeCard, { rand, autn }: Question): Uint8Array {
  const by = card.authenticate(rand, autn);
  if (by.kind !== 'synchronisation-failure') throw new Error(by.kind);
  return by.auts;
}

/** RES* of an ME that believes to be in a network. */
export function resStarOf(by: CardAnswer, { rand }: Question, at: Plmn): Uint8Array {
  return deriveResStar(by, { networkName: servingNetworkName(at), rand, res: by.res });
}

/** K_AUSF and K_SEAF of an ME that believes to be in a network. */
export function keysOf(
  by: CardAnswer,
  { autn }: Question,
  at: Plmn,
): { readonly kAusf: Uint8Array; readonly kSeaf: Uint8Array } {
  const networkName = servingNetworkName(at);
  const kAusf = deriveKAusf(by, { networkName, sqnXorAk: autn.slice(0, 6) });
  return { kAusf, kSeaf: deriveKSeaf(kAusf, networkName) };
}

/** What the ME got and heard in one registration. */
export interface Registered {
  readonly answer: RegistrationDownlink;
  readonly questions: readonly Question[];
  /** Of the last question that the card took. */
  readonly by: CardAnswer | undefined;
}

/** An ME registers with a card: it answers until the network accepts or rejects. */
export function registerWith(
  card: FakeCard,
  network: { register(message: RegistrationUplink): RegistrationDownlink },
  { suci, at }: { readonly suci: Uint8Array; readonly at: Plmn },
): Registered {
  const questions: Question[] = [];
  let by: CardAnswer | undefined;
  let answer = network.register({ kind: 'registration-request', suci });
  while (answer.kind === 'authentication-request') {
    questions.push(answer);
    const result = card.authenticate(answer.rand, answer.autn);
    if (result.kind === 'success') {
      by = result;
      const resStar = resStarOf(result, answer, at);
      answer = network.register({ kind: 'authentication-response', suci, resStar });
    } else {
      answer = network.register({ ...result, suci });
    }
  }
  return { answer, questions, by };
}
