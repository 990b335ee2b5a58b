/**
 * The home network as the ME meets it: attach with AKA, for the IMSIs of one operator.
 *
 *     attach-request          subscriber: vector | expected: try later | else: IMSI unknown
 *     authentication-response RES is XRES: accepted | else: rejected
 *     synchronisation-failure AUTS is right: another vector, twice at most | else: rejected
 *     mac-failure             rejected, as is an authentication that is not for EPS
 *
 * Who has proven himself shares K_ASME with the network that serves him, by its own PLMN or that of
 * the visited network which has asked. A registration in 5G is ausf.ts's; it goes through the same
 * AuC, and who is accepted there is attached here.
 *
 * An IMSI is `expected` from the moment when another operator is asked to give it to a device until
 * the pair is there: the device must come back, so it is not told that its IMSI is unknown.
 *
 * @see 3GPP TS 24.301 §5.5.1, §5.4.2; 3GPP TS 33.102 §6.3; 3GPP TS 33.401 §A.2
 * @module
 */

import type { DownlinkMessage, RadioNetwork, RejectCause, UplinkMessage } from '../air/attach.ts';
import type { Iccid, Imsi, Plmn } from '../bytes/identity.ts';
import { equalsInConstantTime } from '../bytes/octets.ts';
import { deriveKAsme, sqnXorAkOf } from '../crypto/key-derivation.ts';
import {
  type AuthenticationVector,
  nextVector,
  resynchronise,
  type SubscriberAuthentication,
} from './auc.ts';

const RAND_OCTETS = 16;
/** How often one attach or registration may ask for another sequence number. */
export const RESYNCHRONISATIONS_MAX = 2;

/** What a home network needs. */
export interface HomeNetworkOptions {
  readonly plmn: Plmn;
  /** Location area or tracking area code, 16 bits. */
  readonly lac: number;
  /** Gives unpredictable octets, for RAND and TMSI. */
  readonly random: (octets: number) => Uint8Array;
}

/** A subscription that is served. Holds keys: treat as secret. */
export interface Subscriber {
  readonly imsi: Imsi;
  readonly iccid: Iccid;
  /** SEQ of a counter: there is no clock here. */
  readonly authentication: SubscriberAuthentication;
}

interface Session {
  readonly vector: AuthenticationVector;
  readonly servingNetwork: Plmn;
  readonly resynchronisations: number;
}

function reject(cause: RejectCause): DownlinkMessage {
  return { kind: 'attach-reject', cause };
}

/** The subscribers of one operator, and who of them is attached. */
export class HomeNetwork implements RadioNetwork {
  readonly #options: HomeNetworkOptions;
  readonly #subscribers = new Map<Imsi, Subscriber>();
  readonly #imsis = new Map<Iccid, Imsi>();
  readonly #expected = new Set<Imsi>();
  readonly #tried = new Set<Imsi>();
  readonly #sessions = new Map<Imsi, Session>();
  readonly #attached = new Set<Imsi>();
  readonly #kAsmes = new Map<Imsi, Uint8Array>();
  readonly #everAttached = new Set<Imsi>();
  readonly #keepers: ((imsi: Imsi) => void)[] = [];

  constructor(options: HomeNetworkOptions) {
    this.#options = options;
  }

  /**
   * Serves a subscriber from now on.
   *
   * @throws {RangeError} its IMSI or its card is served
   */
  serve(subscriber: Subscriber): void {
    const { imsi, iccid } = subscriber;
    if (this.#subscribers.has(imsi)) throw new RangeError(`imsi: ${imsi} is served`);
    if (this.#imsis.has(iccid)) throw new RangeError(`iccid: ${iccid} is served`);
    this.#subscribers.set(imsi, subscriber);
    this.#imsis.set(iccid, imsi);
    this.#expected.delete(imsi);
  }

  /** Serves an IMSI no more, and forgets its keys. */
  stopServing(imsi: Imsi): void {
    const iccid = this.#subscribers.get(imsi)?.iccid;
    if (iccid !== undefined) this.#imsis.delete(iccid);
    this.#subscribers.delete(imsi);
    this.release(imsi);
  }

  /** Expects an IMSI whose pair is not known yet. */
  expect(imsi: Imsi): void {
    this.#expected.add(imsi);
  }

  /** Tells whether an IMSI is served. */
  serves(imsi: Imsi): boolean {
    return this.#subscribers.has(imsi);
  }

  /** Gives the IMSI under which a card is served. */
  imsiOf(iccid: Iccid): Imsi | undefined {
    return this.#imsis.get(iccid);
  }

  /** Tells whether an IMSI has tried to attach while it was expected. */
  hasTried(imsi: Imsi): boolean {
    return this.#tried.has(imsi);
  }

  /** Tells whether a subscriber has ever been accepted, also if it is served no more. */
  hasAttached(imsi: Imsi): boolean {
    return this.#everAttached.has(imsi);
  }

  /** Tells whether a subscriber is attached. */
  isAttached(imsi: Imsi): boolean {
    return this.#attached.has(imsi);
  }

  /**
   * Gives the key that a subscriber who is attached shares with the network that serves him.
   *
   * @returns K_ASME, 32 octets, a copy. Secret. `undefined` for one who is not attached
   * @see 3GPP TS 33.401 §A.2
   */
  kAsmeOf(imsi: Imsi): Uint8Array | undefined {
    return this.#kAsmes.get(imsi)?.slice();
  }

  /**
   * Tells why an IMSI cannot authenticate here, and notes that it has tried if it is expected.
   *
   * @returns `undefined` for one that is served
   */
  refusalOf(imsi: Imsi): RejectCause | undefined {
    if (this.#subscribers.has(imsi)) return undefined;
    if (!this.#expected.has(imsi)) return 'imsi-unknown';
    this.#tried.add(imsi);
    return 'try-later';
  }

  /**
   * Makes the next vector of a subscriber. Its SEQ is counted, whatever becomes of it.
   *
   * @returns secret; `undefined` for an IMSI that is not served, or has no sequence number left
   * @see 3GPP TS 33.102 §6.3
   */
  vector(imsi: Imsi): AuthenticationVector | undefined {
    const subscriber = this.#subscribers.get(imsi);
    return subscriber && this.#vectorFor(subscriber, subscriber.authentication);
  }

  /**
   * Takes over the sequence number of a USIM that has refused a vector, and makes the next one.
   *
   * @param failure AUTS (14 octets; refused if it has another length) and RAND (16) of the vector
   * @returns secret; `undefined`, with nothing changed, where AUTS is wrong, the IMSI is not served
   *   or has no sequence number left
   * @throws {RangeError} RAND has another length
   * @see 3GPP TS 33.102 §6.3.5
   */
  resynchronise(
    imsi: Imsi,
    failure: { readonly auts: Uint8Array; readonly rand: Uint8Array },
  ): AuthenticationVector | undefined {
    const subscriber = this.#subscribers.get(imsi);
    if (subscriber === undefined) return undefined;
    const result = resynchronise(subscriber.authentication, failure);
    return result.ok ? this.#vectorFor(subscriber, result.next) : undefined;
  }

  /**
   * Attaches a subscriber who has proven himself.
   *
   * @throws {RangeError} it is not served
   */
  accept(imsi: Imsi): void {
    if (!this.#subscribers.has(imsi)) throw new RangeError(`imsi: ${imsi} is not served`);
    this.#attached.add(imsi);
    this.#everAttached.add(imsi);
  }

  /** Releases a subscriber who goes, with what he was asked and the keys that he shares. */
  release(imsi: Imsi): void {
    this.#sessions.delete(imsi);
    this.#attached.delete(imsi);
    this.#kAsmes.delete(imsi);
    for (const forget of this.#keepers) forget(imsi);
  }

  /** Tells somebody who keeps keys of subscribers, from now on, of each one that is released. */
  whenReleased(forget: (imsi: Imsi) => void): void {
    this.#keepers.push(forget);
  }

  /**
   * Answers a message of an ME.
   *
   * @see 3GPP TS 24.301 §5.5.1, §5.4.2
   */
  uplink(message: UplinkMessage): DownlinkMessage {
    const { imsi } = message;
    if (message.kind === 'attach-request') {
      return this.#attachRequest(imsi, message.servingNetwork ?? this.#options.plmn);
    }
    if (message.kind === 'detach') {
      this.release(imsi);
      return { kind: 'released' };
    }
    const session = this.#sessions.get(imsi);
    // One vector is asked about once: a second answer to it proves nothing.
    this.#sessions.delete(imsi);
    if (session === undefined) return reject('authentication-failed');
    if (message.kind === 'authentication-response') {
      return this.#response(imsi, session, message.res);
    }
    if (message.kind !== 'synchronisation-failure') return reject('authentication-failed');
    return this.#synchronisationFailure(imsi, session, message.auts);
  }

  /** All that the home network knows, without keys; for comparison. */
  snapshot(): object {
    return {
      subscribers: [...this.#subscribers.values()].map(({ imsi, iccid, authentication }) => {
        const { seqHe, ind } = authentication;
        return { imsi, iccid, seqHe, ind, isAttached: this.#attached.has(imsi) };
      }),
      expected: [...this.#expected],
      tried: [...this.#tried],
      everAttached: [...this.#everAttached],
    };
  }

  #attachRequest(imsi: Imsi, servingNetwork: Plmn): DownlinkMessage {
    const cause = this.refusalOf(imsi);
    if (cause !== undefined) return reject(cause);
    return this.#challenge(imsi, { vector: this.vector(imsi), servingNetwork });
  }

  #challenge(
    imsi: Imsi,
    by: { readonly vector: AuthenticationVector | undefined; readonly servingNetwork: Plmn },
    resynchronisations = 0,
  ): DownlinkMessage {
    const { vector, servingNetwork } = by;
    if (vector === undefined) return reject('authentication-failed');
    this.#sessions.set(imsi, { vector, servingNetwork, resynchronisations });
    const { rand, autn } = vector;
    return { kind: 'authentication-request', rand: rand.slice(), autn: autn.slice() };
  }

  #response(imsi: Imsi, session: Session, res: Uint8Array): DownlinkMessage {
    const { vector, servingNetwork } = session;
    if (!equalsInConstantTime(res, vector.xres)) return reject('authentication-failed');
    const sqnXorAk = sqnXorAkOf(vector.autn);
    this.#kAsmes.set(imsi, deriveKAsme(vector, { servingNetwork, sqnXorAk }));
    this.accept(imsi);
    const { plmn, lac, random } = this.#options;
    return { kind: 'attach-accept', plmn, lac, tmsi: random(4) };
  }

  #synchronisationFailure(imsi: Imsi, session: Session, auts: Uint8Array): DownlinkMessage {
    const { servingNetwork, resynchronisations } = session;
    if (resynchronisations >= RESYNCHRONISATIONS_MAX) return reject('authentication-failed');
    const vector = this.resynchronise(imsi, { auts, rand: session.vector.rand });
    return this.#challenge(imsi, { vector, servingNetwork }, resynchronisations + 1);
  }

  #vectorFor(
    subscriber: Subscriber,
    authentication: SubscriberAuthentication,
  ): AuthenticationVector | undefined {
    const result = nextVector(authentication, this.#options.random(RAND_OCTETS));
    if (!result.ok) return undefined;
    this.#subscribers.set(subscriber.imsi, { ...subscriber, authentication: result.next });
    return result.vector;
  }
}
