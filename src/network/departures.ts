/**
 * Devices that leave an operator for another one.
 *
 *     imsi-list taken -> ordered -> change sent -> transfer-list signed -> attach-report taken
 *
 * Until the report comes, the operator serves the old IMSI with the old pair.
 *
 * @see docs/architecture.md, "What a sender knows"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { DeliveryReport } from '../air/short-message.ts';
import { fromHex } from '../bytes/hex.ts';
import { homePlmn, type Iccid, type Imsi, type Plmn } from '../bytes/identity.ts';
import { decodeOperatorData } from '../ota/operator-data.ts';
import { jsonPath } from '../profile/faults.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';
import {
  type Correspondence,
  type DocumentRefusal,
  type Refused,
  refused,
  type TakeResult,
} from './correspondence.ts';
import type { AttachReport, ImsiList, TransferList, TransferredDevice } from './documents.ts';
import type { HomeNetwork } from './home-network.ts';
import type { ChangeTo, OtaOutcome, OtaServer, SendRefusal, SendResult } from './ota-server.ts';

/** What departures are made of. */
export interface DeparturesOptions {
  readonly mail: Correspondence;
  readonly home: HomeNetwork;
  readonly ota: OtaServer;
  /** PLMN of each operator with whom there is an agreement. */
  readonly parties: ReadonlyMap<string, Plmn>;
}

/** How a list is refused when the OTA server would refuse the change. */
const REFUSAL_OF_LIST: Readonly<Record<SendRefusal, DocumentRefusal>> = {
  'unknown-device': 'unknown-iccid',
  'change-outstanding': 'change-outstanding',
  'listed-device': 'listed-device',
  'moved-device': 'moved-device',
  'no-change-sent': 'unknown-iccid',
  'too-long': 'operator-data-too-long',
  'no-index-left': 'no-index-left',
  'cntr-exhausted': 'cntr-exhausted',
};

/** The message for the device, or why there is none. `not-ordered`: nobody has asked for it. */
export type DepartureResult = SendResult | { readonly ok: false; readonly refusal: 'not-ordered' };

/** The devices that other operators have asked for, and how far they are. */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #orders = new Map<Iccid, ChangeTo>();

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  /** Takes a new operator's list: all of its devices are ordered, or none. */
  takeImsiList(jws: string): Promise<TakeResult<'imsi-list'>> {
    return this.#options.mail.take(jws, 'imsi-list', (list) => this.#judgeImsiList(list));
  }

  /** The devices that are ordered and not reported yet, with what they are to become. A view. */
  get orders(): ReadonlyMap<Iccid, ChangeTo> {
    return this.#orders;
  }

  /** Sends the ordered change, for the first time or again. */
  change(iccid: Iccid): DepartureResult {
    const order = this.#orders.get(iccid);
    if (order === undefined) return { ok: false, refusal: 'not-ordered' };
    return this.#options.ota.change(iccid, order);
  }

  /** Asks a device for its active and staged index. */
  query(iccid: Iccid): SendResult {
    return this.#options.ota.query(iccid);
  }

  /** Takes back the change that was sent. */
  cancel(iccid: Iccid): SendResult {
    return this.#options.ota.cancel(iccid);
  }

  /** Takes the delivery report of the last message; an order that is cancelled for certain ends. */
  receiveReport(iccid: Iccid, report: DeliveryReport | undefined): OtaOutcome {
    const { ota } = this.#options;
    const before = ota.stateOf(iccid);
    const outcome = ota.receiveReport(iccid, report);
    const isBack = before?.state === 'sent' && ota.stateOf(iccid)?.state === 'plain';
    if (isBack && outcome.kind !== 'unproven' && outcome.answer.kind !== 'change') {
      this.#orders.delete(iccid);
    }
    return outcome;
  }

  /**
   * Ends an order of which the card knows nothing.
   *
   * @returns whether there was one, and nothing was sent or what was sent is refused or cancelled
   */
  withdraw(iccid: Iccid): boolean {
    if (this.#options.ota.stateOf(iccid)?.state !== 'plain') return false;
    return this.#orders.delete(iccid);
  }

  /**
   * Signs the list of all devices to which a change to an operator was sent.
   *
   * @param heading id of the list, never used before or to repeat that list; and the new operator
   * @returns the signed list, or `undefined` when there is no such device
   * @throws {RangeError} the id was used for another document
   */
  async transferList(heading: {
    readonly id: string;
    readonly to: string;
  }): Promise<string | undefined> {
    const { mail, ota } = this.#options;
    const devices: TransferredDevice[] = [];
    for (const [iccid, order] of this.#orders) {
      const state = ota.stateOf(iccid);
      if (order.to !== heading.to || state?.state !== 'sent') continue;
      const index = (ota.indexOf(iccid) ?? 0) + 1;
      const transferState = state.isConfirmed ? 'confirmed' : 'unconfirmed';
      devices.push({ iccid, imsi: order.imsi, index, state: transferState });
    }
    if (devices.length === 0 && !mail.hasSent(heading.id)) return undefined;
    return mail.send<TransferList>(
      { type: 'transfer-list', ...heading },
      () => ({ devices }),
      () => {
        for (const { iccid } of devices) ota.list(iccid);
      },
    );
  }

  /** Takes the report that devices have attached to their new operator: they are served no more. */
  takeAttachReport(jws: string): Promise<TakeResult<'attach-report'>> {
    return this.#options.mail.take(jws, 'attach-report', (report) => this.#judgeReport(report));
  }

  /** Orders, without keys; for comparison. */
  snapshot(): object {
    return [...this.#orders].map(([iccid, { to, imsi }]) => ({ iccid, to, imsi }));
  }

  #judgeImsiList(list: ImsiList): Refused | undefined {
    const { mncLength, from: to, devices } = list;
    const octets = fromHex(list.operatorData ?? '');
    const operatorData = decodeOperatorData(decodeBerTlvs(octets, 'operator data'));
    const ordered = new Set<Imsi>([...this.#orders.values()].map(({ imsi }) => imsi));
    for (const [n, { iccid, imsi }] of devices.entries()) {
      const change = { to, imsi, mncLength, operatorData };
      const no = this.#refusalOfOrder(iccid, change);
      if (no !== undefined) return refused(no, jsonPath(['devices', n, 'iccid']));
      const plmn = this.#options.parties.get(to);
      if (homePlmn(imsi, mncLength) !== plmn || imsi.length <= 3 + mncLength) {
        return refused('wrong-plmn', jsonPath(['devices', n, 'imsi']));
      }
      if (ordered.has(imsi) || this.#options.home.serves(imsi)) {
        return refused('imsi-in-use', jsonPath(['devices', n, 'imsi']));
      }
    }
    for (const { iccid, imsi } of devices) {
      this.#orders.set(iccid, { to, imsi, mncLength, operatorData });
    }
    return undefined;
  }

  #refusalOfOrder(iccid: Iccid, change: ChangeTo): DocumentRefusal | undefined {
    const { ota } = this.#options;
    const state = ota.stateOf(iccid)?.state;
    if (state === undefined) return 'unknown-iccid';
    if (state === 'plain' && this.#orders.has(iccid)) return 'already-ordered';
    if (state === 'sent') return 'change-outstanding';
    if (state === 'listed') return 'listed-device';
    const no = ota.refusalOfChange(iccid, change);
    return no === undefined ? undefined : REFUSAL_OF_LIST[no];
  }

  #judgeReport(report: AttachReport): Refused | undefined {
    const { home, ota } = this.#options;
    for (const [n, { iccid, imsi }] of report.devices.entries()) {
      const state = ota.stateOf(iccid);
      if (state === undefined) return refused('unknown-iccid', jsonPath(['devices', n, 'iccid']));
      if (state.state !== 'listed' || state.order.to !== report.from) {
        return refused('not-listed', jsonPath(['devices', n, 'iccid']));
      }
      if (state.order.imsi !== imsi) {
        return refused('unknown-imsi', jsonPath(['devices', n, 'imsi']));
      }
    }
    for (const { iccid } of report.devices) {
      ota.giveUp(iccid);
      this.#orders.delete(iccid);
      const imsi = home.imsiOf(iccid);
      if (imsi !== undefined) home.stopServing(imsi);
    }
    return undefined;
  }
}
