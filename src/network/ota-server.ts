/**
 * The OTA server of an operator: sends the commands of the subscription change, one SMS each.
 *
 *     order -> may it be sent? -> next CNTR -> state and CNTR written down -> message
 *     report -> what does it prove? -> state
 *
 * Every packet has a CNTR of its own, and what it may do to the card is written down before it is
 * handed out: if it is lost, or its PoR, the server knows less, never something false.
 *
 * @see docs/subscription-change.md; docs/architecture.md, "What a sender knows"
 * @module
 */

import type { DeliveryReport, ShortMessageDown } from '../air/short-message.ts';
import { SW } from '../apdu/status-words.ts';
import { toHex } from '../bytes/hex.ts';
import type { Iccid } from '../bytes/identity.ts';
import { copyOf } from '../bytes/octets.ts';
import { CNTR_MAX } from '../ota/counter.ts';
import type { KeySet } from '../ota/key-set.ts';
import { encodeOperatorData } from '../ota/operator-data.ts';
import { USER_DATA_MAX } from '../ota/sms.ts';
import {
  encodeSubscriptionCommand,
  SUBSCRIPTION_CHANGE_TAR,
  type SubscriptionParameters,
} from '../ota/subscription-change.ts';
import {
  afterAnswer,
  afterSending,
  type ChangeOrder,
  type CommandToSend,
  type DeviceState,
  PLAIN,
  refusalToSend,
  type StateRefusal,
} from './change-state.ts';
import {
  judgeReport,
  type ProvenAnswer,
  REFUSAL_OF_SW,
  type SentPacket,
  type Unproven,
} from './delivery-report.ts';
import { INDEX_MAX } from './documents.ts';
import { deliverMessage, type MessageOrigin, sealCommand } from './ota-message.ts';

/** Where messages come from, and which application they go to. */
export interface OtaServerOptions extends MessageOrigin {
  /** 3 octets; that of {@link SUBSCRIPTION_CHANGE_TAR} if left out. */
  readonly tar?: Uint8Array;
}

/** What the server must know to reach a device. Holds keys: treat as secret. */
export interface OtaDevice {
  readonly iccid: Iccid;
  /** Index of the active pair. */
  readonly index: number;
  readonly keys: KeySet;
  /** The newest CNTR that was used, 40 bits. */
  readonly cntr: number;
}

/** A change as a device is to receive it. */
export interface ChangeTo extends SubscriptionParameters {
  /** The new operator. */
  readonly to: string;
}

/**
 * Why nothing is sent.
 *
 * - `too-long`: it does not fit into one short message
 * - `no-index-left`: the active pair has the highest index that there is
 * - `cntr-exhausted`: there is no CNTR left that the card would take
 */
export type SendRefusal =
  | StateRefusal
  | 'unknown-device'
  | 'too-long'
  | 'no-index-left'
  | 'cntr-exhausted';

/** The message for the device, or why there is none. */
export type SendResult =
  | { readonly ok: true; readonly message: ShortMessageDown }
  | { readonly ok: false; readonly refusal: SendRefusal };

/** What has come of the last packet; `reason` is a name of {@link REFUSAL_OF_SW} or `other`. */
export type OtaOutcome =
  | { readonly kind: 'confirmed'; readonly answer: ProvenAnswer }
  | { readonly kind: 'refused'; readonly answer: ProvenAnswer; readonly reason: string }
  | Unproven;

interface Device extends OtaDevice {
  readonly change: DeviceState;
  readonly waiting: SentPacket | undefined;
}

type Sealed =
  | { readonly ok: true; readonly userData: Uint8Array; readonly sent: SentPacket }
  | { readonly ok: false; readonly refusal: SendRefusal };

const NO_KEYS: KeySet = {
  kvn: 0,
  cipheringKey: undefined,
  checksumKey: undefined,
  macLength: 8,
};

type Ordered =
  | { readonly ok: true; readonly order: ChangeOrder }
  | { readonly ok: false; readonly refusal: SendRefusal };

/** Writes a change as an order. */
function orderOf(device: OtaDevice, change: ChangeTo): Ordered {
  const { to, imsi, mncLength, operatorData } = change;
  const guard = device.index;
  if (guard >= INDEX_MAX) return { ok: false, refusal: 'no-index-left' };
  if (encodeOperatorData(operatorData).length > USER_DATA_MAX) {
    return { ok: false, refusal: 'too-long' };
  }
  const command = { kind: 'change', guard, imsi, mncLength, operatorData } as const;
  return { ok: true, order: { to, imsi, command: encodeSubscriptionCommand(command) } };
}

/** The OTA server of one operator: its devices by ICCID, and where the change of each stands. */
export class OtaServer {
  readonly #options: OtaServerOptions;
  readonly #tar: Uint8Array;
  readonly #devices = new Map<Iccid, Device>();

  constructor(options: OtaServerOptions) {
    this.#options = options;
    this.#tar = options.tar === undefined ? SUBSCRIPTION_CHANGE_TAR : copyOf(options.tar);
  }

  /**
   * Takes a device over, with its keys.
   *
   * @throws {RangeError} the server has the device, and it has not moved away
   */
  add(device: OtaDevice): void {
    const before = this.#devices.get(device.iccid);
    if (before !== undefined && before.change.state !== 'moved') {
      throw new RangeError(`iccid: ${device.iccid} is there`);
    }
    this.#devices.set(device.iccid, { ...device, change: PLAIN, waiting: undefined });
  }

  /** Tells where a device stands; `undefined` when the server has never had it. */
  stateOf(iccid: Iccid): DeviceState | undefined {
    return this.#devices.get(iccid)?.change;
  }

  /** Gives the index of a device's active pair, as far as this operator knows. */
  indexOf(iccid: Iccid): number | undefined {
    return this.#devices.get(iccid)?.index;
  }

  /**
   * Tells why {@link change} would send nothing now; changes nothing.
   *
   * @throws {RangeError} the change has no coding
   */
  refusalOfChange(iccid: Iccid, change: ChangeTo): SendRefusal | undefined {
    const device = this.#devices.get(iccid);
    if (device === undefined) return 'unknown-device';
    const ordered = orderOf(device, change);
    if (!ordered.ok) return ordered.refusal;
    const { order } = ordered;
    const no = refusalToSend(device.change, { kind: 'change', order });
    if (no !== undefined) return no;
    const sealed = this.#seal(device, 'change', order.command);
    return sealed.ok ? undefined : sealed.refusal;
  }

  /**
   * Sends a change, for the first time or again.
   *
   * @throws {RangeError} the change has no coding
   * @see docs/subscription-change.md
   */
  change(iccid: Iccid, change: ChangeTo): SendResult {
    const device = this.#devices.get(iccid);
    if (device === undefined) return { ok: false, refusal: 'unknown-device' };
    const ordered = orderOf(device, change);
    if (!ordered.ok) return ordered;
    const { order } = ordered;
    return this.#send(device, { kind: 'change', order }, order.command);
  }

  /**
   * Asks a card for its active and staged index.
   *
   * @see docs/subscription-change.md
   */
  query(iccid: Iccid): SendResult {
    const device = this.#devices.get(iccid);
    if (device === undefined) return { ok: false, refusal: 'unknown-device' };
    return this.#send(device, { kind: 'query' }, encodeSubscriptionCommand({ kind: 'query' }));
  }

  /**
   * Takes back the change that was sent.
   *
   * @see docs/subscription-change.md
   */
  cancel(iccid: Iccid): SendResult {
    const device = this.#devices.get(iccid);
    if (device === undefined) return { ok: false, refusal: 'unknown-device' };
    const no = refusalToSend(device.change, { kind: 'cancel' });
    if (no !== undefined || device.change.state !== 'sent') {
      return { ok: false, refusal: no ?? 'no-change-sent' };
    }
    const { imsi } = device.change.order;
    const command = encodeSubscriptionCommand({ kind: 'cancel', guard: device.index, imsi });
    return this.#send(device, { kind: 'cancel' }, command);
  }

  /**
   * Takes the delivery report of the last message to a device.
   *
   * @param report `undefined` when the network has heard nothing
   * @see docs/architecture.md, "What a sender knows"
   */
  receiveReport(iccid: Iccid, report: DeliveryReport | undefined): OtaOutcome {
    const device = this.#devices.get(iccid);
    if (device?.waiting === undefined) return { kind: 'unproven', why: 'nothing-sent' };
    const { index: guard, change } = device;
    const judgement = judgeReport(report, device.waiting, { iccid, guard });
    if (judgement.kind === 'unproven') return judgement;
    const { answer } = judgement;
    const next = afterAnswer(change, answer, guard);
    this.#devices.set(iccid, { ...device, change: next, waiting: undefined });
    if (answer.sw === SW.ok) return { kind: 'confirmed', answer };
    return { kind: 'refused', answer, reason: REFUSAL_OF_SW[answer.sw] ?? 'other' };
  }

  /**
   * Lists a device for its new operator. From now on it gets nothing but the same change again.
   *
   * @throws {RangeError} no change was sent to the device, or it is listed
   */
  list(iccid: Iccid): void {
    const device = this.#devices.get(iccid);
    if (device?.change.state !== 'sent') throw new RangeError(`iccid: ${iccid} has no change sent`);
    const { order, isConfirmed } = device.change;
    this.#devices.set(iccid, { ...device, change: { state: 'listed', order, isConfirmed } });
  }

  /**
   * Gives a device up: its new operator has seen it. The keys are forgotten.
   *
   * @throws {RangeError} the device is not listed
   */
  giveUp(iccid: Iccid): void {
    const device = this.#devices.get(iccid);
    if (device?.change.state !== 'listed') throw new RangeError(`iccid: ${iccid} is not listed`);
    const change: DeviceState = { state: 'moved', to: device.change.order.to };
    this.#devices.set(iccid, { ...device, change, keys: NO_KEYS, waiting: undefined });
  }

  /** All that the server knows, without keys; for comparison. */
  snapshot(): object {
    return [...this.#devices.values()].map(({ iccid, index, cntr, change, waiting }) => ({
      iccid,
      index,
      cntr,
      change: 'order' in change ? { ...change, order: showOrder(change.order) } : change,
      waiting: waiting === undefined ? null : { kind: waiting.kind, cntr: waiting.cntr },
    }));
  }

  #send(device: Device, command: CommandToSend, data: Uint8Array): SendResult {
    const refusal = refusalToSend(device.change, command);
    if (refusal !== undefined) return { ok: false, refusal };
    const sealed = this.#seal(device, command.kind, data);
    if (!sealed.ok) return sealed;
    const { userData, sent } = sealed;
    const change = afterSending(device.change, command);
    // Before the message leaves: it may be heard though nothing is heard of it.
    this.#devices.set(device.iccid, { ...device, cntr: sent.cntr, change, waiting: sent });
    return { ok: true, message: deliverMessage(userData, this.#options) };
  }

  #seal(device: Device, kind: SentPacket['kind'], data: Uint8Array): Sealed {
    const cntr = device.cntr + 1;
    if (cntr > CNTR_MAX) return { ok: false, refusal: 'cntr-exhausted' };
    const sealed = sealCommand({ keys: device.keys, tar: this.#tar, cntr, kind, data });
    if (sealed.userData.length > USER_DATA_MAX) return { ok: false, refusal: 'too-long' };
    return { ok: true, ...sealed };
  }
}

function showOrder({ to, imsi, command }: ChangeOrder): object {
  return { to, imsi, command: toHex(command) };
}
