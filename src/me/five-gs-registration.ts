/**
 * Registration in 5G: the ME shows its SUCI, and card and network prove themselves by 5G AKA.
 *
 *     registration-request ─▶ authentication-request ─▶ AUTHENTICATE ─▶ RES* ─▶ accept
 *                                     ▲                     │
 *                                     └── AUTS, MAC failure, or AUTN is not for 5G
 *
 * RES* and K_SEAF are bound to the name of the network that the ME sees: one that has told the home
 * network another name gets no RES* that is right.
 *
 * @see 3GPP TS 33.501 (5G AKA), §A.2, §A.4, §A.6
 * @module
 */

import type {
  RegistrationDownlink,
  RegistrationRejectCause,
  RegistrationUplink,
} from '../air/registration.ts';
import type { StatusWord } from '../apdu/response.ts';
import type { Plmn } from '../bytes/identity.ts';
import {
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
  sqnXorAkOf,
} from '../crypto/key-derivation.ts';
import { type AuthenticateResult, authenticate, hasSeparationBit } from './authentication.ts';
import { forgetFiveGs, readFiveGsFiles, storeFiveGs } from './five-gs-files.ts';
import { type Procedure, uplink5g } from './procedure.ts';
import { forbidNetwork } from './registration.ts';
import type { FiveGsRegistration, MeState } from './state.ts';
import { makeSuci } from './suci.ts';

/**
 * How a registration ended. `abandoned`: the network asked for one authentication after the other.
 * `not-authenticated`: it accepted the ME and has proven nothing. `no-suci`: neither card nor ME
 * can make one.
 */
export type RegistrationOutcome =
  | { readonly kind: 'registered'; readonly plmn: Plmn }
  | { readonly kind: 'rejected'; readonly cause: RegistrationRejectCause }
  | { readonly kind: 'released' }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'not-authenticated' }
  | { readonly kind: 'card-refused'; readonly sw: StatusWord }
  | { readonly kind: 'card-lost' }
  | { readonly kind: 'no-subscription' }
  | { readonly kind: 'no-suci' };

const AUTHENTICATIONS_MAX = 5;

type Challenge = Extract<RegistrationDownlink, { readonly kind: 'authentication-request' }>;
type Keys = Pick<FiveGsRegistration, 'kAusf' | 'kSeaf'>;
type Success = Extract<AuthenticateResult, { readonly kind: 'success' }>;

/** One registration, as far as it has come. */
interface Attempt {
  readonly suci: Uint8Array;
  readonly networkName: string;
  /** Of the last challenge that the card has answered. Secret. */
  keys: Keys | undefined;
}

function prove(attempt: Attempt, { rand, autn }: Challenge, answer: Success): RegistrationUplink {
  const { suci, networkName } = attempt;
  const { res, ck, ik } = answer;
  const kAusf = deriveKAusf({ ck, ik }, { networkName, sqnXorAk: sqnXorAkOf(autn) });
  attempt.keys = { kAusf, kSeaf: deriveKSeaf(kAusf, networkName) };
  const resStar = deriveResStar({ ck, ik }, { networkName, rand, res });
  return { kind: 'authentication-response', suci, resStar };
}

/** Answers a challenge, or ends with the SW that the card has refused it with. */
function* answerTo(
  me: MeState,
  attempt: Attempt,
  challenge: Challenge,
): Procedure<RegistrationUplink | StatusWord> {
  const { suci } = attempt;
  attempt.keys = undefined;
  if (!hasSeparationBit(challenge.autn)) return { kind: 'non-5g-authentication', suci };
  const result = yield* authenticate(me, challenge);
  switch (result.kind) {
    case 'success':
      return prove(attempt, challenge, result);
    case 'synchronisation-failure':
      return { kind: 'synchronisation-failure', suci, auts: result.auts };
    case 'mac-failure':
      return { kind: 'mac-failure', suci };
    case 'refused':
      return result.sw;
  }
}

function* conclude(
  me: MeState,
  answer: Exclude<RegistrationDownlink, Challenge>,
  { suci, keys }: Attempt,
  visited: Plmn | undefined,
): Procedure<RegistrationOutcome> {
  switch (answer.kind) {
    case 'registration-accept': {
      const { plmn, tac } = answer;
      if (keys === undefined) return { kind: 'not-authenticated' };
      me.fiveGs = { plmn, tac, suci, ...keys };
      yield* storeFiveGs(me, me.fiveGs);
      return { kind: 'registered', plmn };
    }
    case 'registration-reject':
      if (answer.cause !== 'try-later') {
        yield* forgetFiveGs(me);
        if (visited !== undefined) yield* forbidNetwork(me, visited);
      }
      return { kind: 'rejected', cause: answer.cause };
    case 'released':
      return { kind: 'released' };
  }
}

/**
 * Registers with the subscription that was read at start-up.
 *
 * @param visited the network that the ME tries, when it is not the home network: a final refusal
 *   forbids it, while a home network is never forbidden
 * @see 3GPP TS 33.501 (5G AKA)
 */
export function* register(me: MeState, visited?: Plmn): Procedure<RegistrationOutcome> {
  const { subscription } = me;
  if (subscription === undefined) return { kind: 'no-subscription' };
  me.fiveGs = undefined;
  yield* readFiveGsFiles(me);
  const made = yield* makeSuci(me, subscription);
  if (made.kind !== 'suci') return made;
  const { suci } = made;
  const networkName = servingNetworkName(visited ?? subscription.homePlmn);
  const attempt: Attempt = { suci, networkName, keys: undefined };
  let message: RegistrationUplink = { kind: 'registration-request', suci };
  for (let n = 0; n <= AUTHENTICATIONS_MAX; n++) {
    const answer: RegistrationDownlink = yield* uplink5g(message);
    if (answer.kind !== 'authentication-request') {
      return yield* conclude(me, answer, attempt, visited);
    }
    if (n === AUTHENTICATIONS_MAX) break;
    const next: RegistrationUplink | StatusWord = yield* answerTo(me, attempt, answer);
    if (typeof next === 'number') {
      yield* uplink5g({ kind: 'deregistration', suci });
      return { kind: 'card-refused', sw: next };
    }
    message = next;
  }
  yield* uplink5g({ kind: 'deregistration', suci });
  return { kind: 'abandoned' };
}
