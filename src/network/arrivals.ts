/**
 * Devices that come to an operator from another one.
 *
 *     imsi-list signed     -> offered
 *     transfer-list taken  -> listed
 *     pairs received       -> served
 *     attach-report signed -> forgotten here: a subscriber like any other
 *
 * An offered IMSI is expected at once: the device may attach before the list says that it comes.
 *
 * @see docs/architecture.md, "Key release"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { homePlmn, type Iccid, type Imsi, type Plmn } from '../bytes/identity.ts';
import { encodeOperatorData, type OperatorData } from '../ota/operator-data.ts';
import { jsonPath } from '../profile/faults.ts';
import { type Correspondence, type Refused, refused, type TakeResult } from './correspondence.ts';
import type {
  AttachReport,
  ImsiList,
  PairRequest,
  TransferList,
  TransferState,
} from './documents.ts';
import type { HomeNetwork } from './home-network.ts';
import type { ReleasedPair, ReleaseResult } from './manufacturer.ts';

/** What arrivals are made of. */
export interface ArrivalsOptions {
  readonly mail: Correspondence;
  readonly home: HomeNetwork;
  readonly plmn: Plmn;
  /** Name of the UICC manufacturer. */
  readonly manufacturer: string;
  /** Serves a device whose pair has come. */
  readonly admit: (imsi: Imsi, released: ReleasedPair) => void;
}

/** A list of IMSIs for another operator's devices. */
export interface ImsiOffer {
  /** Id of the list, never used before, or to repeat that list. */
  readonly id: string;
  /** The devices' present operator. */
  readonly to: string;
  readonly devices: readonly { readonly iccid: Iccid; readonly imsi: Imsi }[];
  readonly operatorData?: OperatorData;
}

/** A device whose new IMSI has something to be done for it. */
export interface Arriving {
  readonly iccid: Iccid;
  readonly imsi: Imsi;
  /** The operator that it comes from. */
  readonly from: string;
}

type Stage =
  | { readonly stage: 'offered' }
  | {
      readonly stage: 'listed';
      /** Id of the transfer list. */
      readonly list: string;
      readonly index: number;
      readonly state: TransferState;
      /** Id of the request that asks for the pair. */
      readonly request: string | undefined;
    }
  | { readonly stage: 'served' };

type Arrival = Arriving & Stage;

/** The devices that this operator has offered IMSIs for, until their arrival is reported. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #arrivals = new Map<Imsi, Arrival>();
  /** Devices on lists, until their arrival is reported, with the IMSI under which they come. */
  readonly #coming = new Map<Iccid, Imsi>();
  readonly #lists = new Map<string, string>();

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /**
   * Signs a list of IMSIs for the present operator of the devices. A device may be offered again.
   *
   * @throws {RangeError} an IMSI is of another PLMN, or in use, or on its way to another device
   */
  imsiList(offer: ImsiOffer): Promise<string> {
    const { plmn, mail, home } = this.#options;
    const { id, to, devices, operatorData = {} } = offer;
    const mncLength = plmn.length - 'MCC-'.length === 2 ? 2 : 3;
    const hex = toHex(encodeOperatorData(operatorData));
    const compose = (): Pick<ImsiList, 'mncLength' | 'devices' | 'operatorData'> => {
      for (const { iccid, imsi } of devices) this.#expectFree({ iccid, imsi, from: to }, mncLength);
      return hex === '' ? { mncLength, devices } : { mncLength, operatorData: hex, devices };
    };
    return mail.send<ImsiList>({ type: 'imsi-list', id, to }, compose, () => {
      for (const { iccid, imsi } of devices) {
        this.#arrivals.set(imsi, { iccid, imsi, from: to, stage: 'offered' });
        home.expect(imsi);
      }
    });
  }

  /** Takes the list of devices that come: all of them are expected with their index, or none. */
  takeTransferList(jws: string): Promise<TakeResult<'transfer-list'>> {
    return this.#options.mail.take(jws, 'transfer-list', (list) => this.#judge(list, jws));
  }

  /** Gives the devices on lists that have tried to attach, and whose pair nobody has asked for. */
  awaitingPairs(): readonly (Arriving & { readonly list: string })[] {
    return [...this.#arrivals.values()].flatMap((arrival) => {
      if (arrival.stage !== 'listed' || arrival.request !== undefined) return [];
      const { iccid, imsi, from, list } = arrival;
      return this.#options.home.hasTried(imsi) ? [{ iccid, imsi, from, list }] : [];
    });
  }

  /**
   * Signs a request for the pairs of a list that may be asked for: of the confirmed devices, and of
   * those that have tried to attach.
   *
   * @param of id of the request, never used before, or to repeat that request; the transfer list
   * @returns the request for the manufacturer, or `undefined` when there is no such device
   * @throws {RangeError} there is no such list, or the id was used for another document
   */
  async pairRequest(of: {
    readonly id: string;
    readonly from: string;
    readonly list: string;
  }): Promise<string | undefined> {
    const { mail, home, manufacturer: to } = this.#options;
    const list = this.#lists.get(`${of.from} ${of.list}`);
    if (list === undefined) throw new RangeError(`list: there is none "${of.list}" of ${of.from}`);
    const asked = [...this.#arrivals.values()].flatMap((arrival) => {
      const isHere = arrival.stage === 'listed' && arrival.from === of.from;
      if (!isHere || arrival.list !== of.list || arrival.request !== undefined) return [];
      const attachSeen = home.hasTried(arrival.imsi);
      return arrival.state === 'confirmed' || attachSeen ? [{ arrival, attachSeen }] : [];
    });
    const devices = asked.map(({ arrival: { iccid, index }, attachSeen }) => {
      return { iccid, index, attachSeen };
    });
    if (devices.length === 0 && !mail.hasSent(of.id)) return undefined;
    return mail.send<PairRequest>(
      { type: 'pair-request', id: of.id, to },
      () => ({ list, devices }),
      () => {
        for (const { arrival } of asked) {
          this.#arrivals.set(arrival.imsi, { ...arrival, request: of.id });
        }
      },
    );
  }

  /**
   * Takes the manufacturer's answer. After a refusal the pairs may be asked for by another request.
   *
   * @param id id of the request
   * @throws {RangeError} a pair is of a device or an index that no list has; nothing is taken
   */
  takePairs(id: string, result: ReleaseResult): void {
    if (!result.ok) {
      for (const arrival of this.#arrivals.values()) {
        if (arrival.stage !== 'listed' || arrival.request !== id) continue;
        this.#arrivals.set(arrival.imsi, { ...arrival, request: undefined });
      }
      return;
    }
    const taken = result.pairs.reveal().flatMap((released) => {
      const imsi = this.#coming.get(released.iccid);
      const arrival = imsi === undefined ? undefined : this.#arrivals.get(imsi);
      if (arrival?.stage === 'served') return [];
      if (arrival?.stage !== 'listed' || arrival.index !== released.index) {
        throw new RangeError(`pairs: no list has ${released.iccid} with ${released.index}`);
      }
      return [{ arrival, released }];
    });
    for (const { arrival, released } of taken) {
      const { iccid, imsi, from } = arrival;
      this.#options.admit(imsi, released);
      this.#arrivals.set(imsi, { iccid, imsi, from, stage: 'served' });
    }
  }

  /** Gives the devices that have attached, and whose former operator does not know it yet. */
  firstAttaches(): readonly Arriving[] {
    return [...this.#arrivals.values()]
      .filter(({ imsi, stage }) => stage === 'served' && this.#options.home.hasAttached(imsi))
      .map(({ iccid, imsi, from }) => ({ iccid, imsi, from }));
  }

  /**
   * Signs the report that devices have attached, for their former operator.
   *
   * @returns the signed report, or `undefined` when there is no such device
   * @throws {RangeError} the id was used for another document
   */
  async attachReport(heading: {
    readonly id: string;
    readonly to: string;
  }): Promise<string | undefined> {
    const { mail } = this.#options;
    const arrived = this.firstAttaches().filter(({ from }) => from === heading.to);
    const devices = arrived.map(({ iccid, imsi }) => ({ iccid, imsi }));
    if (devices.length === 0 && !mail.hasSent(heading.id)) return undefined;
    return mail.send<AttachReport>(
      { type: 'attach-report', ...heading },
      () => ({ devices }),
      () => {
        for (const { iccid, imsi } of arrived) {
          this.#arrivals.delete(imsi);
          this.#coming.delete(iccid);
        }
      },
    );
  }

  /** Devices and how far they are; for comparison. */
  snapshot(): object {
    return { arrivals: [...this.#arrivals.values()], lists: [...this.#lists.keys()] };
  }

  #expectFree({ iccid, imsi, from }: Arriving, mncLength: 2 | 3): void {
    const { plmn, home } = this.#options;
    if (homePlmn(imsi, mncLength) !== plmn) throw new RangeError(`imsi: ${imsi} is not of ${plmn}`);
    const before = this.#arrivals.get(imsi);
    const isAgain = before?.stage === 'offered' && before.iccid === iccid && before.from === from;
    if (home.serves(imsi) || (before !== undefined && !isAgain)) {
      throw new RangeError(`imsi: ${imsi} is in use`);
    }
  }

  #judge(list: TransferList, jws: string): Refused | undefined {
    for (const [n, { iccid, imsi }] of list.devices.entries()) {
      const at = (member: string): string => jsonPath(['devices', n, member]);
      const arrival = this.#arrivals.get(imsi);
      if (arrival?.iccid !== iccid || arrival.from !== list.from) {
        const isOffered = [...this.#arrivals.values()].some((other) => other.iccid === iccid);
        return isOffered
          ? refused('unknown-imsi', at('imsi'))
          : refused('unknown-iccid', at('iccid'));
      }
      if (arrival.stage !== 'offered') return refused('imsi-in-use', at('imsi'));
      if (this.#coming.has(iccid) || this.#options.home.imsiOf(iccid) !== undefined) {
        return refused('iccid-in-use', at('iccid'));
      }
    }
    for (const { iccid, imsi, index, state } of list.devices) {
      const listed = { stage: 'listed', list: list.id, index, state, request: undefined } as const;
      this.#arrivals.set(imsi, { iccid, imsi, from: list.from, ...listed });
      this.#coming.set(iccid, imsi);
    }
    this.#lists.set(`${list.from} ${list.id}`, jws);
    return undefined;
  }
}
