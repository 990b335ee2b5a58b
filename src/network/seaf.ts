/**
 * A serving network in 5G: it asks the home network of a SUCI, and the ME, until both agree.
 *
 *     registration-request     home by PLMN or realm: its vector | none: IMSI unknown
 *     authentication-response  HRES* is HXRES*, the home confirms RES*: accepted | else: rejected
 *     synchronisation-failure  another vector of the home | else: rejected
 *     mac-failure              rejected, as is an authentication that is not for 5G
 *
 * It knows a SUCI until the home has said whose it is. Whom it accepts, it calls by that SUCI until
 * it goes or registers anew; no temporary identity takes its place here.
 *
 * @see 3GPP TS 33.501 (5G AKA), §A.5, §A.6
 * @module
 */

import type {
  FiveGNetwork,
  RegistrationDownlink,
  RegistrationRejectCause,
  RegistrationUplink,
} from '../air/registration.ts';
import { understood } from '../bytes/errors.ts';
import { toHex } from '../bytes/hex.ts';
import type { Imsi, Plmn } from '../bytes/identity.ts';
import { copyOf, equalsInConstantTime } from '../bytes/octets.ts';
import { decodeSuci, homeOf } from '../bytes/suci.ts';
import { deriveHresStar, servingNetworkName } from '../crypto/key-derivation.ts';
import type { Ausf, ServingVector, ServingVectorResult } from './ausf.ts';

const RES_STAR_OCTETS = 16;
/** Anybody can make SUCIs: of so many that are asked and silent, the oldest gives way. */
const SESSIONS_MAX = 256;

/** What a serving network needs. */
export interface SeafOptions {
  readonly plmn: Plmn;
  /** Tracking area code, 24 bits. */
  readonly tac: number;
  /** The home network by the PLMN or realm of a SUCI, if it is known. */
  readonly homes: (network: string) => Ausf | undefined;
}

/** An ME that is asked. */
interface Session {
  readonly suci: Uint8Array;
  readonly ausf: Ausf;
  readonly vector: ServingVector;
}

/** An ME that is registered. Secret. */
interface Registration {
  readonly ausf: Ausf;
  /** In hex. */
  readonly suci: string;
  readonly kSeaf: Uint8Array;
}

function reject(cause: RegistrationRejectCause): RegistrationDownlink {
  return { kind: 'registration-reject', cause };
}

/** The network of a SUCI; `undefined` when the octets are none. */
function networkOf(octets: Uint8Array): string | undefined {
  const suci = understood(() => decodeSuci(octets));
  return suci && homeOf(suci);
}

function isAnswerTo({ rand, hxresStar }: ServingVector, resStar: Uint8Array): boolean {
  if (resStar.length !== RES_STAR_OCTETS) return false;
  return equalsInConstantTime(deriveHresStar(rand, resStar), hxresStar);
}

/** A serving network: its MEs, and whom of them it has accepted. */
export class Seaf implements FiveGNetwork {
  readonly #options: SeafOptions;
  /** By SUCI in hex. */
  readonly #sessions = new Map<string, Session>();
  /** By SUCI in hex. */
  readonly #imsis = new Map<string, Imsi>();
  readonly #registrations = new Map<Imsi, Registration>();

  constructor(options: SeafOptions) {
    this.#options = options;
  }

  /**
   * Answers a message of an ME.
   *
   * @see 3GPP TS 33.501 (5G AKA)
   */
  register(message: RegistrationUplink): RegistrationDownlink {
    if (message.kind === 'registration-request') return this.#request(message.suci);
    if (message.kind === 'deregistration') return this.#deregister(message.suci);
    const name = toHex(message.suci);
    const session = this.#sessions.get(name);
    // One vector is asked about once: a second answer to it proves nothing.
    this.#sessions.delete(name);
    if (session === undefined) return reject('authentication-failed');
    if (message.kind === 'authentication-response') {
      return this.#response(session, message.resStar);
    }
    const { suci, ausf } = session;
    if (message.kind !== 'synchronisation-failure') return this.#fail(suci, ausf);
    const { auts } = message;
    const next = ausf.synchronisationFailure({ suci, auts }, this.#options.plmn);
    return this.#challenge(suci, ausf, next);
  }

  /**
   * Gives the key that a registered ME shares with this network.
   *
   * A home network that serves a subscriber no more does not call back: the key stays until the ME
   * goes, or registers anew.
   *
   * @returns K_SEAF, 32 octets, a copy. Secret. `undefined` for one who is not registered here
   * @see 3GPP TS 33.501 §A.6
   */
  kSeafOf(imsi: Imsi): Uint8Array | undefined {
    return this.#registrations.get(imsi)?.kSeaf.slice();
  }

  /** Who is registered and who is asked, without keys; for comparison. */
  snapshot(): object {
    return { asked: [...this.#sessions.keys()], registered: [...this.#registrations.keys()] };
  }

  #request(suci: Uint8Array): RegistrationDownlink {
    const { plmn, homes } = this.#options;
    this.#end(toHex(suci));
    const network = networkOf(suci);
    const ausf = network === undefined ? undefined : homes(network);
    if (ausf === undefined) return reject('imsi-unknown');
    const networkName = servingNetworkName(plmn);
    return this.#challenge(suci, ausf, ausf.authenticate({ suci, networkName }, plmn));
  }

  #challenge(suci: Uint8Array, ausf: Ausf, result: ServingVectorResult): RegistrationDownlink {
    if (!result.ok) return reject(result.cause);
    const { vector } = result;
    this.#sessions.set(toHex(suci), { suci: copyOf(suci), ausf, vector });
    this.#makeRoom();
    const { rand, autn } = vector;
    return { kind: 'authentication-request', rand: rand.slice(), autn: autn.slice() };
  }

  #response({ suci, ausf, vector }: Session, resStar: Uint8Array): RegistrationDownlink {
    const { plmn, tac } = this.#options;
    // Before the home is asked: what it is asked is then the ME's answer to this network.
    if (!isAnswerTo(vector, resStar)) return this.#fail(suci, ausf);
    const confirmed = ausf.confirm({ suci, resStar }, plmn);
    if (!confirmed.ok) return reject(confirmed.cause);
    const { imsi, kSeaf } = confirmed;
    this.#forget(imsi);
    const name = toHex(suci);
    this.#imsis.set(name, imsi);
    this.#registrations.set(imsi, { ausf, suci: name, kSeaf });
    return { kind: 'registration-accept', plmn, tac };
  }

  #fail(suci: Uint8Array, ausf: Ausf): RegistrationDownlink {
    ausf.drop(suci, this.#options.plmn);
    return reject('authentication-failed');
  }

  #deregister(suci: Uint8Array): RegistrationDownlink {
    const name = toHex(suci);
    this.#end(name);
    const imsi = this.#imsis.get(name);
    if (imsi !== undefined) {
      this.#registrations.get(imsi)?.ausf.deregister(imsi, this.#options.plmn);
      this.#forget(imsi);
    }
    return { kind: 'released' };
  }

  #forget(imsi: Imsi): void {
    const registration = this.#registrations.get(imsi);
    if (registration === undefined) return;
    this.#registrations.delete(imsi);
    this.#imsis.delete(registration.suci);
  }

  /** Ends what is asked, here and at home. */
  #end(name: string): void {
    const session = this.#sessions.get(name);
    if (session === undefined) return;
    this.#sessions.delete(name);
    session.ausf.drop(session.suci, this.#options.plmn);
  }

  #makeRoom(): void {
    if (this.#sessions.size <= SESSIONS_MAX) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#end(oldest);
  }
}
