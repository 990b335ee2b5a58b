/**
 * A card as far as the network can see it: it authenticates, takes the commands of the subscription
 * change, stages, and becomes another one at a reset. No files, no APDUs.
 *
 * @see docs/subscription-change.md
 * @module
 */

import type { DeliveryReport } from '../../../src/air/short-message.ts';
import type { Iccid, Imsi } from '../../../src/bytes/identity.ts';
import { concat, equals } from '../../../src/bytes/octets.ts';
import { ByteReader } from '../../../src/bytes/reader.ts';
import { ByteWriter } from '../../../src/bytes/writer.ts';
import { expandMilenageKey, milenage } from '../../../src/crypto/milenage.ts';
import { keySetOf, type SubscriptionPair } from '../../../src/network/keys.ts';
import { judgeCounter } from '../../../src/ota/counter.ts';
import { type ResponseStatus, sealResponsePacket } from '../../../src/ota/response-packet.ts';
import {
  type CommandFrame,
  openCommandPacket,
  splitCommandPacket,
} from '../../../src/ota/secured-packet.ts';
import { decodeSmsDeliver, decodeUserData, responseUserData } from '../../../src/ota/sms.ts';
import {
  decodeSubscriptionCommand,
  encodeChangeAnswer,
  encodeQueryAnswer,
  encodeRemoteAnswer,
  encodeSubscriptionCommand,
  type RemoteAnswer,
  type SubscriptionCommand,
} from '../../../src/ota/subscription-change.ts';

/** What AUTHENTICATE gives. */
export type Authentication =
  | {
      readonly kind: 'success';
      readonly res: Uint8Array;
      readonly ck: Uint8Array;
      readonly ik: Uint8Array;
    }
  | { readonly kind: 'synchronisation-failure'; readonly auts: Uint8Array }
  | { readonly kind: 'mac-failure' };

type Change = Extract<SubscriptionCommand, { kind: 'change' }>;

const NOTHING = new Uint8Array(0);

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, at) => octet ^ b[at]!);
}

/** A card with its key table. */
export class FakeCard {
  readonly iccid: Iccid;
  readonly #pairs: readonly SubscriptionPair[];
  readonly #cntr: number[];
  imsi: Imsi;
  active = 0;
  staged: Change | undefined;
  /** The SQN array of the active pair, as its one highest element. */
  sqn = 0;
  /** SW to give instead of storing a change. */
  failWith: number | undefined;

  constructor(iccid: Iccid, imsi: Imsi, pairs: readonly SubscriptionPair[]) {
    this.iccid = iccid;
    this.imsi = imsi;
    this.#pairs = pairs;
    this.#cntr = pairs.map(({ keySets }) => keySets[0]!.cntr);
  }

  get #pair(): SubscriptionPair {
    return this.#pairs[this.active]!;
  }

  get pairsLeft(): number {
    return this.#pairs.length - 1 - this.active;
  }

  /** A reset: a staged change becomes effective. */
  reset(): void {
    if (this.staged === undefined) return;
    this.imsi = this.staged.imsi;
    this.active += 1;
    this.staged = undefined;
    this.sqn = 0;
  }

  /** AUTHENTICATE in the 3G context. */
  authenticate(rand: Uint8Array, autn: Uint8Array): Authentication {
    const { k, opc, indBits } = this.#pair;
    const key = expandMilenageKey(k, opc);
    const amf = autn.slice(6, 8);
    const { ak } = milenage(key, { rand, sqn: new Uint8Array(6), amf });
    const sqn = xor(autn.slice(0, 6), ak);
    const { macA, res, ck, ik } = milenage(key, { rand, sqn, amf });
    if (!equals(macA, autn.slice(8))) return { kind: 'mac-failure' };
    const number = new ByteReader(sqn, 'SQN').uint(6, 'SQN');
    if (Math.floor(number / 2 ** indBits) <= Math.floor(this.sqn / 2 ** indBits)) {
      const sqnMs = new ByteWriter().uint(6, this.sqn, 'SQN_MS').finish();
      const { macS, akStar } = milenage(key, { rand, sqn: sqnMs, amf: new Uint8Array(2) });
      return { kind: 'synchronisation-failure', auts: concat(xor(sqnMs, akStar), macS) };
    }
    this.sqn = number;
    return { kind: 'success', res, ck, ik };
  }

  /** ENVELOPE (SMS-PP DOWNLOAD): one whole SMS-DELIVER. */
  deliver(tpdu: Uint8Array): DeliveryReport {
    const frame = splitCommandPacket(decodeUserData(decodeSmsDeliver(tpdu).userData).body);
    const keys = keySetOf(this.#pair.keySets[0]!);
    const opened = openCommandPacket(frame, { ciphering: keys, checksum: keys });
    if (!opened.ok) return this.#report(frame, opened.cntr ?? 0, opened.status, NOTHING, false);
    const fresh = judgeCounter(opened.packet, this.#cntr[this.active]!);
    if (!fresh.ok) return this.#report(frame, opened.packet.cntr, fresh.status, NOTHING, false);
    this.#cntr[this.active] = fresh.store;
    const answer = encodeRemoteAnswer(this.#process(opened.packet.data));
    return this.#report(frame, opened.packet.cntr, 'por-ok', answer, true);
  }

  #report(
    frame: CommandFrame,
    cntr: number,
    status: ResponseStatus,
    data: Uint8Array,
    isProtected: boolean,
  ): DeliveryReport {
    const keys = keySetOf(this.#pair.keySets[0]!);
    const packet = sealResponsePacket(
      { tar: frame.tar, cntr, status, data },
      isProtected ? frame : undefined,
      { ciphering: keys, checksum: keys },
    );
    return { kind: 'ack', userData: responseUserData(packet!) };
  }

  #process(data: Uint8Array): RemoteAnswer {
    const refuse = (sw: number): RemoteAnswer => ({ sw, data: NOTHING });
    const decoded = decodeSubscriptionCommand(data);
    if (!decoded.ok) return refuse(0x6a80);
    const { command } = decoded;
    const { iccid, active, pairsLeft } = this;
    if (command.kind === 'query') {
      const staged = this.staged === undefined ? undefined : active + 1;
      return { sw: 0x9000, data: encodeQueryAnswer({ iccid, active, staged, pairsLeft }) };
    }
    if (command.guard !== active) return refuse(0x6984);
    if (command.kind === 'cancel') {
      if (this.staged?.imsi !== command.imsi) return refuse(0x6a88);
      this.staged = undefined;
      return { sw: 0x9000, data: NOTHING };
    }
    if (pairsLeft === 0) return refuse(0x6a84);
    const isSame =
      this.staged !== undefined &&
      equals(encodeSubscriptionCommand(this.staged), encodeSubscriptionCommand(command));
    if (this.staged !== undefined && !isSame) return refuse(0x6985);
    if (this.failWith !== undefined) return refuse(this.failWith);
    this.staged = command;
    const answer = { iccid, index: active + 1, pairsLeft: pairsLeft - 1 };
    return { sw: 0x9000, data: encodeChangeAnswer(answer) };
  }
}
