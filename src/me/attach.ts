/**
 * Attach: the ME shows its IMSI, and card and network prove themselves to each other.
 *
 *     attach-request ─▶ authentication-request ─▶ AUTHENTICATE ─▶ authentication-response ─▶ accept
 *                                 ▲                    │
 *                                 └── AUTS, MAC failure, or AUTN is not for EPS
 *
 * @see 3GPP TS 24.301 §5.5.1, §5.4.2; 3GPP TS 33.102 §6.3; 3GPP TS 33.401 §A.2
 * @module
 */

import type { DownlinkMessage, RejectCause, UplinkMessage } from '../air/attach.ts';
import type { StatusWord } from '../apdu/response.ts';
import type { Imsi, Plmn } from '../bytes/identity.ts';
import { deriveKAsme, sqnXorAkOf } from '../crypto/key-derivation.ts';
import { NO_KEYS, type SessionKeys } from '../ef/keys.ts';
import { type AuthenticateResult, authenticate, hasSeparationBit } from './authentication.ts';
import { type Procedure, uplink } from './procedure.ts';
import { forbidNetwork, forgetRegistration, storeKeys, storeLocation } from './registration.ts';
import type { MeState } from './state.ts';

/**
 * How an attach ended. `rejected` with `try-later` is worth another attempt, which is the caller's
 * affair. `abandoned`: the network asked for one authentication after the other.
 */
export type AttachOutcome =
  | { readonly kind: 'attached'; readonly plmn: Plmn }
  | { readonly kind: 'rejected'; readonly cause: RejectCause }
  | { readonly kind: 'released' }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'card-refused'; readonly sw: StatusWord }
  | { readonly kind: 'card-lost' }
  | { readonly kind: 'no-subscription' };

const AUTHENTICATIONS_MAX = 5;
/** The first value of the key set identifier; there is one set of keys at a time here. */
const KSI = 0;

type Answered = Exclude<AuthenticateResult, { readonly kind: 'refused' }>;

/** What card and network have agreed upon. Secret. */
interface Agreement {
  readonly keys: SessionKeys;
  /** 32 octets. */
  readonly kAsme: Uint8Array;
}

function replyTo(imsi: Imsi, result: Answered): UplinkMessage {
  switch (result.kind) {
    case 'success':
      return { kind: 'authentication-response', imsi, res: result.res };
    case 'synchronisation-failure':
      return { kind: 'synchronisation-failure', imsi, auts: result.auts };
    case 'mac-failure':
      return { kind: 'mac-failure', imsi };
  }
}

/** What EF_Keys gets: it has room for keys of 16 octets, and longer ones are none to it. */
function sessionKeys({ ck, ik }: Pick<SessionKeys, 'ck' | 'ik'>): SessionKeys {
  const hasRoom = ck.length === NO_KEYS.ck.length && ik.length === NO_KEYS.ik.length;
  return hasRoom ? { ksi: KSI, ck, ik } : NO_KEYS;
}

function agreementOf(
  { ck, ik }: Extract<Answered, { readonly kind: 'success' }>,
  autn: Uint8Array,
  servingNetwork: Plmn,
): Agreement {
  const sqnXorAk = sqnXorAkOf(autn);
  return {
    keys: sessionKeys({ ck, ik }),
    kAsme: deriveKAsme({ ck, ik }, { servingNetwork, sqnXorAk }),
  };
}

function* conclude(
  me: MeState,
  answer: Exclude<DownlinkMessage, { readonly kind: 'authentication-request' }>,
  agreement: Agreement | undefined,
  visited: Plmn | undefined,
): Procedure<AttachOutcome> {
  switch (answer.kind) {
    case 'attach-accept': {
      const { plmn, lac, tmsi } = answer;
      me.registration = { plmn, lac, tmsi };
      yield* storeLocation(me, me.registration);
      if (agreement === undefined) return { kind: 'attached', plmn };
      me.kAsme = agreement.kAsme;
      yield* storeKeys(me, agreement.keys);
      return { kind: 'attached', plmn };
    }
    case 'attach-reject':
      if (answer.cause !== 'try-later') {
        me.kAsme = undefined;
        yield* forgetRegistration(me);
        if (visited !== undefined) yield* forbidNetwork(me, visited);
      }
      return { kind: 'rejected', cause: answer.cause };
    case 'released':
      return { kind: 'released' };
  }
}

/**
 * Attaches with the subscription that was read at start-up.
 *
 * A challenge that is not for EPS goes back before the card has seen it.
 *
 * @param visited the network that the ME tries, when it is not the home network: a final refusal
 *   forbids it, while a home network is never forbidden
 * @see 3GPP TS 24.301 §5.5.1
 */
export function* attach(me: MeState, visited?: Plmn): Procedure<AttachOutcome> {
  if (me.subscription === undefined) return { kind: 'no-subscription' };
  const { imsi, homePlmn } = me.subscription;
  me.registration = undefined;
  let message: UplinkMessage = { kind: 'attach-request', imsi };
  let agreement: Agreement | undefined;
  for (let n = 0; n <= AUTHENTICATIONS_MAX; n++) {
    const answer = yield* uplink(message);
    if (answer.kind !== 'authentication-request') {
      return yield* conclude(me, answer, agreement, visited);
    }
    if (n === AUTHENTICATIONS_MAX) break;
    if (!hasSeparationBit(answer.autn)) {
      message = { kind: 'non-eps-authentication', imsi };
      continue;
    }
    const result = yield* authenticate(me, answer);
    if (result.kind === 'refused') {
      yield* uplink({ kind: 'detach', imsi });
      return { kind: 'card-refused', sw: result.sw };
    }
    if (result.kind === 'success') {
      agreement = agreementOf(result, answer.autn, visited ?? homePlmn);
    }
    message = replyTo(imsi, result);
  }
  yield* uplink({ kind: 'detach', imsi });
  return { kind: 'abandoned' };
}
