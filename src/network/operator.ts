/**
 * A mobile network operator: its subscribers, its OTA server, and its dealings with other operators
 * and the UICC manufacturer.
 *
 *     home         who is served: AKA and attach
 *     ausf         the same subscribers, for the networks that serve them in 5G
 *     departures   as the present operator: takes IMSI lists, sends changes, signs transfer lists
 *     arrivals     as the new operator: signs IMSI lists, takes transfer lists, asks for pairs
 *
 * An operator has no clock and no dice: what it needs of them comes with its options. What it sends
 * to others it returns; signing and checking signatures take time, all else is done at once.
 *
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b); docs/architecture.md, "What a sender knows"
 * @module
 */

import type { DownlinkMessage, RadioNetwork, UplinkMessage } from '../air/attach.ts';
import type { Iccid, Imsi, Plmn } from '../bytes/identity.ts';
import type { AuthenticationAlgorithms } from '../crypto/algorithms.ts';
import { Arrivals } from './arrivals.ts';
import { Ausf } from './ausf.ts';
import { Correspondence } from './correspondence.ts';
import type { HomeNetworkPrivateKey } from './de-concealment.ts';
import { Departures } from './departures.ts';
import { HomeNetwork } from './home-network.ts';
import { authenticationOf, keySetOf, type Secret, type SubscriptionPair } from './keys.ts';
import type { ReleasedPair } from './manufacturer.ts';
import { OtaServer, type OtaServerOptions } from './ota-server.ts';
import type { Signer, Verifier } from './signed-list.ts';

/** AMF of vectors for E-UTRAN and later: the separation bit is set. */
const AMF = Uint8Array.of(0x80, 0x00);
const LAC = 0x0001;

/** What an operator needs. Its name is that of its signer. */
export interface OperatorOptions {
  readonly plmn: Plmn;
  /** Signs for this operator. */
  readonly signer: Signer;
  readonly verifier: Verifier;
  /** The operators with whom there is an agreement, with their PLMNs. */
  readonly parties: ReadonlyMap<string, Plmn>;
  /** Name of the UICC manufacturer. */
  readonly manufacturer: string;
  readonly ota: OtaServerOptions;
  /** Gives unpredictable octets, for RAND and TMSI. */
  readonly random: (octets: number) => Uint8Array;
  /** Location area or tracking area code, 16 bits; 1 if left out. */
  readonly lac?: number;
  /** AMF of vectors, 2 octets; '8000' if left out. */
  readonly amf?: Uint8Array;
  /** Authentication algorithms of its AuC beside MILENAGE, TUAK and XOR, by their names. */
  readonly algorithms?: AuthenticationAlgorithms;
  /** Private halves of the keys that its cards conceal the SUPI with; none if left out. Secret. */
  readonly homeNetworkKeys?: readonly HomeNetworkPrivateKey[];
}

/** A device with a pair that goes with its IMSI. */
export interface NewSubscriber {
  readonly imsi: Imsi;
  readonly iccid: Iccid;
  readonly index: number;
  readonly pair: Secret<SubscriptionPair>;
}

/** An operator. What it does for devices that come and go is in its parts. */
export class Operator implements RadioNetwork {
  readonly name: string;
  readonly plmn: Plmn;
  readonly home: HomeNetwork;
  readonly ausf: Ausf;
  readonly departures: Departures;
  readonly arrivals: Arrivals;
  readonly #amf: Uint8Array;
  readonly #algorithms: AuthenticationAlgorithms;
  readonly #ota: OtaServer;
  readonly #mail: Correspondence;

  /** @throws {RangeError} a key for SUCIs is no private key of its profile */
  constructor(options: OperatorOptions) {
    const { plmn, parties, manufacturer, signer, verifier, random, lac = LAC, amf = AMF } = options;
    this.name = signer.name;
    this.plmn = plmn;
    const home = new HomeNetwork({ plmn, lac, random });
    const ota = new OtaServer(options.ota);
    const mail = new Correspondence({ signer, verifier, isParty: (name) => parties.has(name) });
    const admit = (imsi: Imsi, released: ReleasedPair): void => this.#serve({ imsi, ...released });
    this.home = home;
    this.ausf = new Ausf({ plmn, home, keys: options.homeNetworkKeys ?? [] });
    this.departures = new Departures({ mail, home, ota, parties });
    this.arrivals = new Arrivals({ mail, home, plmn, manufacturer, admit });
    this.#amf = amf;
    this.#algorithms = options.algorithms ?? {};
    this.#ota = ota;
    this.#mail = mail;
  }

  /**
   * Serves a subscriber whose pair the manufacturer has told at manufacture.
   *
   * @throws {RangeError} the IMSI or the card is served, or the pair lacks OTA keys or has an
   *   algorithm that is not registered
   */
  addSubscriber({ pair, ...subscriber }: NewSubscriber): void {
    this.#serve({ ...subscriber, pair: pair.reveal() });
  }

  /** Answers a message of an ME. */
  uplink(message: UplinkMessage): DownlinkMessage {
    return this.home.uplink(message);
  }

  /** All that the operator knows, without keys; for comparison. */
  snapshot(): object {
    return {
      name: this.name,
      home: this.home.snapshot(),
      ausf: this.ausf.snapshot(),
      ota: this.#ota.snapshot(),
      mail: this.#mail.snapshot(),
      orders: this.departures.snapshot(),
      arrivals: this.arrivals.snapshot(),
    };
  }

  #serve(subscriber: Omit<NewSubscriber, 'pair'> & { readonly pair: SubscriptionPair }): void {
    const { imsi, iccid, index, pair } = subscriber;
    const [keySet] = pair.keySets;
    if (keySet === undefined) throw new RangeError('pair: expected a key set');
    const authentication = authenticationOf(pair, this.#amf, this.#algorithms);
    const keys = keySetOf(keySet);
    this.home.serve({ imsi, iccid, authentication });
    this.#ota.add({ iccid, index, keys, cntr: keySet.cntr });
  }
}
