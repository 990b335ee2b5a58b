/**
 * The home network as a serving network in 5G meets it: 5G AKA for the SUCIs of one operator.
 *
 *     serving network                  home network
 *     authenticate SUCI, its name  ->                  SIDF: IMSI; AuC: vector
 *                                  <-  RAND AUTN HXRES*
 *     confirm RES*                 ->                  RES* is XRES*: accepted | else: refused
 *                                  <-  IMSI, K_SEAF
 *
 * AUSF, UDM and SIDF in one. A serving network is authenticated by other means, TLS or SEPP: `from`
 * is its PLMN, and no other name counts. It learns whose a SUCI is, and gets a key, when RES* has
 * shown that the ME is there, and is there for this network.
 *
 * @see 3GPP TS 33.501 (5G AKA), §A.2, §A.4, §A.5, §A.6
 * @module
 */

import type { RegistrationRejectCause } from '../air/registration.ts';
import { toHex } from '../bytes/hex.ts';
import type { Imsi, Plmn } from '../bytes/identity.ts';
import { copyOf, equalsInConstantTime } from '../bytes/octets.ts';
import { isSuciProfile } from '../bytes/suci.ts';
import {
  deriveHresStar,
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
  sqnXorAkOf,
} from '../crypto/key-derivation.ts';
import { isSuciPrivateKey } from '../crypto/suci.ts';
import type { AuthenticationVector } from './auc.ts';
import { type HomeNetworkPrivateKey, revealSuci } from './de-concealment.ts';
import { type HomeNetwork, RESYNCHRONISATIONS_MAX } from './home-network.ts';

/** What an AUSF needs. */
export interface AusfOptions {
  /** Whose SUCIs it knows. */
  readonly plmn: Plmn;
  readonly home: HomeNetwork;
  /** Private halves of the keys that its cards conceal with. Copied. */
  readonly keys: readonly HomeNetworkPrivateKey[];
}

/** What a serving network asks an ME with. */
export interface ServingVector {
  /** 16 octets. */
  readonly rand: Uint8Array;
  /** 16 octets. */
  readonly autn: Uint8Array;
  /** 16 octets: what HRES* must be. */
  readonly hxresStar: Uint8Array;
}

/** A vector, or why there is none. */
export type ServingVectorResult =
  | { readonly ok: true; readonly vector: ServingVector }
  | { readonly ok: false; readonly cause: RegistrationRejectCause };

/** Who has proven himself, with the key of the network that serves him; or nobody has. */
export type ConfirmationResult =
  | {
      readonly ok: true;
      readonly imsi: Imsi;
      /** 32 octets. Secret. */
      readonly kSeaf: Uint8Array;
    }
  | { readonly ok: false; readonly cause: 'authentication-failed' };

/** One authentication that is not finished. Secret. */
interface Context {
  readonly imsi: Imsi;
  readonly servingNetwork: Plmn;
  readonly rand: Uint8Array;
  readonly xresStar: Uint8Array;
  readonly kAusf: Uint8Array;
  readonly resynchronisations: number;
}

type Asking = Pick<Context, 'imsi' | 'servingNetwork' | 'resynchronisations'>;

/** A registration that has been accepted. Secret. */
interface Registration {
  readonly servingNetwork: Plmn;
  readonly kAusf: Uint8Array;
}

const FAILED = { ok: false, cause: 'authentication-failed' } as const;

function refuse(cause: RegistrationRejectCause): ServingVectorResult {
  return { ok: false, cause };
}

function checked({ identifier, scheme, privateKey }: HomeNetworkPrivateKey): HomeNetworkPrivateKey {
  if (!isSuciProfile(scheme) || !isSuciPrivateKey(scheme, privateKey)) {
    throw new RangeError(`key ${identifier}: expected a private key of profile A or B`);
  }
  return { identifier, scheme, privateKey: copyOf(privateKey) };
}

/**
 * Authenticates the subscribers of one operator for the networks that serve them in 5G.
 *
 * An IMSI has one authentication at a time: a newer one takes the place of what was begun before.
 */
export class Ausf {
  readonly #home: HomeNetwork;
  readonly #networks: readonly Plmn[];
  readonly #keys: readonly HomeNetworkPrivateKey[];
  /** By SUCI in hex. */
  readonly #contexts = new Map<string, Context>();
  /** The SUCI of each context. */
  readonly #sucis = new Map<Imsi, string>();
  readonly #registrations = new Map<Imsi, Registration>();

  /** @throws {RangeError} a key is no private key of its profile */
  constructor({ plmn, home, keys }: AusfOptions) {
    this.#home = home;
    this.#networks = [plmn];
    this.#keys = keys.map(checked);
    home.whenReleased((imsi) => this.#forget(imsi));
  }

  /**
   * Begins to authenticate whoever sent a SUCI.
   *
   * A SUCI that tells nobody, and one of a NAI, is refused as an unknown IMSI is: nobody has one
   * without an IMSI here.
   *
   * @param request SUCI as the ME sent it; name of the network for which the keys will be
   * @param from the network that asks: the name must be its own
   * @see 3GPP TS 33.501 (5G AKA)
   */
  authenticate(
    request: { readonly suci: Uint8Array; readonly networkName: string },
    from: Plmn,
  ): ServingVectorResult {
    const { suci, networkName } = request;
    if (networkName !== servingNetworkName(from)) return refuse('serving-network-not-authorised');
    const revealed = revealSuci(suci, { networks: this.#networks, keys: this.#keys });
    if (!revealed.ok || revealed.supi.kind !== 'imsi') return refuse('imsi-unknown');
    const { imsi } = revealed.supi;
    const cause = this.#home.refusalOf(imsi);
    if (cause !== undefined) return refuse(cause);
    this.#drop(this.#sucis.get(imsi));
    const asking = { imsi, servingNetwork: from, resynchronisations: 0 };
    return this.#challenge(suci, asking, this.#home.vector(imsi));
  }

  /**
   * Takes the AUTS of a USIM that has refused the vector, twice in one registration at most.
   *
   * @param failure AUTS, 14 octets: refused if it has another length
   * @param from the network that asks: the one that has begun
   * @see 3GPP TS 33.102 §6.3.5
   */
  synchronisationFailure(
    failure: { readonly suci: Uint8Array; readonly auts: Uint8Array },
    from: Plmn,
  ): ServingVectorResult {
    const { suci, auts } = failure;
    const context = this.#take(suci, from);
    if (context === undefined) return FAILED;
    const { imsi, rand, resynchronisations } = context;
    if (resynchronisations >= RESYNCHRONISATIONS_MAX) return FAILED;
    const vector = this.#home.resynchronise(imsi, { auts, rand });
    return this.#challenge(
      suci,
      { ...context, resynchronisations: resynchronisations + 1 },
      vector,
    );
  }

  /**
   * Looks whether an ME has proven itself. What was begun ends here, whatever the result.
   *
   * @param response RES*, 16 octets: refused if it has another length
   * @param from the network that asks: the one that has begun
   * @see 3GPP TS 33.501 §A.4, §A.6
   */
  confirm(
    response: { readonly suci: Uint8Array; readonly resStar: Uint8Array },
    from: Plmn,
  ): ConfirmationResult {
    const context = this.#take(response.suci, from);
    if (context === undefined) return FAILED;
    const { imsi, servingNetwork, xresStar, kAusf } = context;
    if (!equalsInConstantTime(response.resStar, xresStar)) return FAILED;
    this.#home.accept(imsi);
    this.#registrations.set(imsi, { servingNetwork, kAusf });
    const kSeaf = deriveKSeaf(kAusf, servingNetworkName(servingNetwork));
    return { ok: true, imsi, kSeaf };
  }

  /** Ends what a network has begun for a SUCI, without a result. */
  drop(suci: Uint8Array, from: Plmn): void {
    this.#take(suci, from);
  }

  /**
   * Releases a subscriber who leaves a network.
   *
   * @param from the network that says so: nothing happens when it is not where he registered last
   */
  deregister(imsi: Imsi, from: Plmn): void {
    const registration = this.#registrations.get(imsi);
    if (registration?.servingNetwork === from) this.#home.release(imsi);
  }

  /**
   * Gives the key that a registered subscriber shares with his home network.
   *
   * @returns K_AUSF, 32 octets, a copy. Secret. `undefined` for one who is not registered
   * @see 3GPP TS 33.501 §A.2
   */
  kAusfOf(imsi: Imsi): Uint8Array | undefined {
    return this.#registrations.get(imsi)?.kAusf.slice();
  }

  /** Who is registered where, and who is asked, without keys; for comparison. */
  snapshot(): object {
    const asked = [...this.#contexts].map(
      ([suci, { imsi, servingNetwork, resynchronisations }]) => {
        return { suci, imsi, servingNetwork, resynchronisations };
      },
    );
    const registered = [...this.#registrations].map(([imsi, { servingNetwork }]) => {
      return { imsi, servingNetwork };
    });
    return { asked, registered };
  }

  #challenge(
    suci: Uint8Array,
    asking: Asking,
    vector: AuthenticationVector | undefined,
  ): ServingVectorResult {
    if (vector === undefined) return FAILED;
    const { imsi, servingNetwork, resynchronisations } = asking;
    const networkName = servingNetworkName(servingNetwork);
    const { rand, autn, xres } = vector;
    const xresStar = deriveResStar(vector, { networkName, rand, res: xres });
    const kAusf = deriveKAusf(vector, { networkName, sqnXorAk: sqnXorAkOf(autn) });
    const name = toHex(suci);
    const context = { imsi, servingNetwork, rand, xresStar, kAusf, resynchronisations };
    this.#contexts.set(name, context);
    this.#sucis.set(imsi, name);
    const hxresStar = deriveHresStar(rand, xresStar);
    return { ok: true, vector: { rand: rand.slice(), autn: autn.slice(), hxresStar } };
  }

  /** Takes away what a network has begun for a SUCI. What another one has begun is not its own. */
  #take(suci: Uint8Array, from: Plmn): Context | undefined {
    const name = toHex(suci);
    const context = this.#contexts.get(name);
    if (context?.servingNetwork !== from) return undefined;
    this.#drop(name);
    return context;
  }

  #drop(name: string | undefined): void {
    const context = name === undefined ? undefined : this.#contexts.get(name);
    if (name === undefined || context === undefined) return;
    this.#contexts.delete(name);
    this.#sucis.delete(context.imsi);
  }

  #forget(imsi: Imsi): void {
    this.#drop(this.#sucis.get(imsi));
    this.#registrations.delete(imsi);
  }
}
