/**
 * The receiving entity: takes short messages, opens the command packet, runs the applet, answers.
 *
 *     not a packet, or CPL/CHL contradict the octets   ignored
 *     DS, or CHL that does not fit the checksum        06
 *     TAR unknown                                      09
 *     SPI1 below the applet's minimum                  0A
 *     no such key, or of another algorithm             06
 *     no whole blocks                                  05
 *     RC/CC wrong                                      01      then an impossible PCNTR   05
 *     CNTR low, high, blocked                          02, 03, 04
 *     counter cannot be stored                         07
 *     more data than the card takes                    07
 *     executed                                         00 and the applet's answer
 *
 * A refused packet executes nothing and moves no counter, but for the last refusal, which comes
 * behind it.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { toHex } from '../bytes/hex.ts';
import { equals } from '../bytes/octets.ts';
import { COMMAND_TYPE } from '../cat/proactive-command.ts';
import { refreshCommand } from '../cat/refresh.ts';
import { answerCollected, isQueued, queueCommand } from '../cat/session.ts';
import { FACILITY } from '../cat/terminal-profile.ts';
import { type FreshCommandPacket, judgeCounter } from '../ota/counter.ts';
import { takePart } from '../ota/reassembly.ts';
import {
  RESPONSE_STATUS,
  type ResponseStatus,
  sealResponsePacket,
} from '../ota/response-packet.ts';
import {
  type CommandFrame,
  hasHeaderFault,
  openCommandPacket,
  type PacketKeys,
  readCommandBody,
  splitCommandPacket,
} from '../ota/secured-packet.ts';
import {
  decodeSmsDeliver,
  hasElement,
  IEI,
  type MessageAddress,
  responseUserData,
} from '../ota/sms.ts';
import { meetsMinimumSecurity, type Spi } from '../ota/spi.ts';
import type { AppletRun, Applets } from './applet-run.ts';
import type { CardMemory } from './card-memory.ts';
import type { Received, ShortMessageReceiver } from './command.ts';
import { type FindingListener, type OtaStep, tell, type Words } from './finding.ts';
import { counterKeySet, keyFault, packetKeys } from './packet-keys.ts';
import { fitsReport, maySubmit, queueResponse, responseDataMax } from './packet-response.ts';
import type { CardSession } from './session.ts';
import type { UsimKeys } from './usim-keys.ts';

/** A command packet with its sender. */
interface ReceivedPacket {
  readonly frame: CommandFrame;
  readonly keys: PacketKeys;
  readonly originator: MessageAddress;
}

type Refusal = Exclude<ResponseStatus, 'por-ok'>;

/** What was decided on a packet. */
type Verdict =
  | { readonly status: 'por-ok'; readonly cntr: number; readonly data: Uint8Array }
  | { readonly status: Refusal; readonly cntr: number | undefined };

const NOTHING: Received = { userData: undefined, releasesCommands: false };
const NO_DATA = new Uint8Array(0);
const NO_KEYS: PacketKeys = { ciphering: undefined, checksum: undefined };
/** The most octets of secured data that are executed: those of 30 short messages. */
const SECURED_DATA_MAX = 4096;
const REFERENCES = 256;

/** Statuses for which a card of policy `plain` does not say which CNTR it read. */
const CNTR_UNTOLD: readonly ResponseStatus[] = ['tar-unknown', 'ciphering-error'];

function hex(octet: number): string {
  return `'${toHex(Uint8Array.of(octet))}'`;
}

/** The receiving entity of one card. */
export class OtaReceiver implements ShortMessageReceiver {
  readonly #memory: CardMemory;
  readonly #keys: UsimKeys;
  readonly #applets: Applets;
  readonly #listener: FindingListener | undefined;

  /** @param listener hears of every step; without one the findings cost nothing */
  constructor(
    memory: CardMemory,
    keys: UsimKeys,
    applets: Applets,
    listener: FindingListener | undefined,
  ) {
    this.#memory = memory;
    this.#keys = keys;
    this.#applets = applets;
    this.#listener = listener;
  }

  /**
   * Receives a short message.
   *
   * @param tpdu SMS-DELIVER
   * @param session the terminal's; may get a REFRESH, and short messages to send
   */
  receive(tpdu: Uint8Array, session: CardSession): Received {
    const received = this.#read(tpdu, session);
    if (received === undefined) return NOTHING;
    const { frame, keys } = received;
    const run = this.#applets.open({
      parts: { memory: this.#memory, usimKeys: this.#keys, messages: this },
      terminal: session,
      responseMax: responseDataMax(frame, keys, session.toolkit),
    });
    const verdict = this.#judge(received, run);
    const userData = this.#answer(received, verdict, session);
    this.#queueReset(session, run.wantsReset, userData === undefined);
    return { userData, releasesCommands: userData !== undefined && run.wantsReset };
  }

  #find(step: OtaStep, ok: boolean, words: Words): void {
    tell(this.#listener, step, ok, words);
  }

  /** Finds the command packet in a message, or the last part of one; `undefined` for others. */
  #read(tpdu: Uint8Array, session: CardSession): ReceivedPacket | undefined {
    try {
      const packet = this.#assemble(tpdu, session);
      if (packet === undefined) return undefined;
      const frame = splitCommandPacket(packet.octets);
      const keys = packetKeys(this.#memory, this.#keys, frame);
      return { frame, keys, originator: packet.originator };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const { path, problem } = error;
      this.#find('header', false, () => [path, problem]);
      return undefined;
    }
  }

  #assemble(
    tpdu: Uint8Array,
    session: CardSession,
  ): { readonly octets: Uint8Array; readonly originator: MessageAddress } | undefined {
    const taken = takePart(session.reassembly, decodeSmsDeliver(tpdu));
    session.reassembly = taken.store;
    const { message, why, dropped } = taken;
    if (message === undefined || dropped > 0) {
      this.#find('concatenation', why === 'incomplete' && dropped === 0, () => [
        'a part of a longer message, and room for it',
        dropped > 0 ? `${why}, ${dropped} unfinished given up` : why,
      ]);
    }
    if (message === undefined) return undefined;
    const isAnnounced = hasElement(message, IEI.commandPacket);
    const { unannouncedPackets = true } = this.#memory.image.switches;
    const isPacket = isAnnounced || (unannouncedPackets && message.isConcatenated);
    this.#find('sms', isPacket, () => [
      `the information element '70'`,
      isAnnounced ? `a packet of ${message.body.length} octets` : 'none',
    ]);
    return isPacket ? { octets: message.body, originator: message.originator } : undefined;
  }

  #judge({ frame, keys }: ReceivedPacket, run: AppletRun): Verdict {
    const refuse = (status: Refusal): Verdict => ({
      status,
      cntr: readCommandBody(frame, keys)?.cntr,
    });
    const isSound = !hasHeaderFault(frame, keys.checksum);
    this.#find('header', isSound, () => [
      'no DS, and CHL for the checksum',
      `RC/CC/DS: ${frame.spi.integrity}, ${frame.checksumOctets} octets`,
      toHex(frame.clear),
    ]);
    if (!isSound) return refuse('unidentified-security-error');

    const applet = this.#memory.image.applets.find(({ tar }) => equals(tar, frame.tar));
    const isKnown = applet !== undefined && run.has(applet);
    this.#find('tar', isKnown, () => [
      'the TAR of an applet',
      isKnown ? applet.kind : 'no applet has it',
      toHex(frame.tar),
    ]);
    if (!isKnown) return refuse('tar-unknown');

    const { minimumSecurity } = applet;
    const isStrong = meetsMinimumSecurity(frame.spi1, minimumSecurity);
    this.#find('minimum-security', isStrong, () => [
      `SPI1 of at least ${hex(minimumSecurity)}`,
      hex(frame.spi1),
      toHex(Uint8Array.of(frame.spi1)),
    ]);
    if (!isStrong) return refuse('insufficient-security-level');

    const fault = keyFault(this.#memory, frame, keys);
    this.#find('keys', fault === undefined, () => [
      'keys of the algorithms that SPI, KIc and KID name, used as the card wants',
      fault ?? 'they are there',
      toHex(Uint8Array.of(frame.kic, frame.kid)),
    ]);
    if (fault !== undefined) return refuse('unidentified-security-error');
    return this.#open(frame, keys, (packet) => run.execute(applet, packet));
  }

  /** Opens the packet, sees that it is fresh, stores its counter, and then executes it. */
  #open(
    frame: CommandFrame,
    keys: PacketKeys,
    execute: (packet: FreshCommandPacket) => Uint8Array,
  ): Verdict {
    const opened = openCommandPacket(frame, keys);
    const isDeciphered = opened.ok || opened.status !== 'ciphering-error';
    this.#find('ciphering', isDeciphered, () => [
      frame.spi.isCiphered ? 'whole blocks, and padding that fits' : 'no padding',
      isDeciphered ? 'they are' : 'they are not',
    ]);
    if (isDeciphered) {
      this.#find('checksum', opened.ok, () => {
        const { checksum } = readCommandBody(frame, keys) ?? {};
        const found = opened.ok ? 'right' : 'wrong';
        return [
          `${frame.spi.integrity} over CPL to the padding`,
          found,
          toHex(checksum ?? NO_DATA),
        ];
      });
    }
    if (!opened.ok) return opened;
    const { cntr } = opened.packet;
    const refuse = (status: Refusal): Verdict => ({ status, cntr });

    const stored = counterKeySet(this.#memory, frame)?.cntr ?? 0;
    const counted = judgeCounter(opened.packet, stored);
    this.#find('counter', counted.ok, () => [
      `${frame.spi.counterMode}; stored is ${stored}`,
      `${cntr}`,
    ]);
    if (!counted.ok) return refuse(counted.status);
    const isStored = this.#storeCounter(frame, counted.store);
    this.#find('store-counter', isStored, () => ['stored', isStored ? 'stored' : 'not stored']);
    if (!isStored) return refuse('insufficient-memory');

    const { length } = opened.packet.data;
    if (length > SECURED_DATA_MAX) {
      this.#find('memory', false, () => [
        `at most ${SECURED_DATA_MAX} octets of data`,
        `${length}`,
      ]);
      return refuse('insufficient-memory');
    }
    const data = execute(counted.packet);
    this.#find('execute', true, () => ['an answer', `${data.length} octets`]);
    return { status: 'por-ok', cntr, data };
  }

  #storeCounter(frame: CommandFrame, cntr: number): boolean {
    const keySet = counterKeySet(this.#memory, frame);
    if (keySet === undefined || cntr === keySet.cntr) return true;
    const { kvn } = keySet;
    return this.#memory.commit([{ kind: 'cntr', entry: this.#memory.root.active, kvn, cntr }]);
  }

  /** REFRESH is queued once; it is held until its answer is with the ME, if there is one. */
  #queueReset(session: CardSession, isWanted: boolean, isUnanswered: boolean): void {
    if (!isWanted) return;
    if (!isQueued(session.toolkit, COMMAND_TYPE.refresh)) {
      session.toolkit = queueCommand(
        session.toolkit,
        { command: refreshCommand('uicc-reset'), needs: FACILITY.refresh, doneBy: 'reset' },
        'held',
      );
    }
    // One that was held for an answer that nobody collected is released, too.
    if (isUnanswered) session.toolkit = answerCollected(session.toolkit);
  }

  /** Makes the PoR that SPI2 asks for. Gives TP-UD for the report; the rest is queued. */
  #answer(
    { frame, keys, originator }: ReceivedPacket,
    verdict: Verdict,
    session: CardSession,
  ): Uint8Array | undefined {
    const { spi } = frame;
    const isOk = verdict.status === 'por-ok';
    const isWanted = spi.por === 'always' || (spi.por === 'on-error' && !isOk);
    const packet = isWanted ? this.#seal(frame, keys, verdict) : undefined;
    const submits = packet !== undefined && maySubmit(session.toolkit);
    const isByReport = packet !== undefined && !(spi.porBySubmit && submits);
    const isTooLong = isByReport && !fitsReport(packet);
    const way = packet === undefined ? 'none' : isByReport && !isTooLong ? 'report' : 'SMS-SUBMIT';
    this.#tellAnswer(spi, verdict.status, way, packet ?? NO_DATA);
    if (packet === undefined) return undefined;
    if (!isByReport || isTooLong) {
      const reference = (verdict.cntr ?? 0) % REFERENCES;
      session.toolkit = queueResponse(session.toolkit, packet, originator, reference);
    }
    if (!isByReport) return undefined;
    if (!isTooLong) return responseUserData(packet);
    const { cntr } = verdict;
    return responseUserData(this.#seal(frame, keys, { status: 'response-by-sms-submit', cntr }));
  }

  #tellAnswer(spi: Spi, status: ResponseStatus, way: string, packet: Uint8Array): void {
    const words: Words = () => [
      `PoR: ${spi.por}, by ${spi.porBySubmit ? 'SMS-SUBMIT' : 'report'}`,
      `status ${hex(RESPONSE_STATUS[status])} ${status}; PoR: ${way}`,
      toHex(packet),
    ];
    tell(this.#listener, 'response', status === 'por-ok', words, status);
  }

  #statusTold(status: ResponseStatus): ResponseStatus {
    const isTold = status === 'por-ok' || status === 'response-by-sms-submit';
    const isHardened = this.#memory.image.switches.porPolicy === 'hardened';
    return isTold || !isHardened ? status : 'unidentified-security-error';
  }

  /** Seals a response packet, as the card's policy wants it for this status. */
  #seal(frame: CommandFrame, keys: PacketKeys, verdict: Verdict): Uint8Array {
    const { spi, tar, kic, kid } = frame;
    const { porPolicy } = this.#memory.image.switches;
    const { status } = verdict;
    // What was executed is told as SPI2 asks for it, be it here or by another way.
    const isExecuted = status === 'por-ok' || status === 'response-by-sms-submit';
    const isProtected = isExecuted || porPolicy === 'literal';
    const isPlain = porPolicy === 'plain' && !CNTR_UNTOLD.includes(status);
    const input = {
      tar,
      cntr: isProtected || isPlain ? (verdict.cntr ?? 0) : 0,
      status: this.#statusTold(status),
      data: verdict.status === 'por-ok' ? verdict.data : NO_DATA,
    };
    const security = isProtected ? { spi, kic, kid } : undefined;
    const packet =
      sealResponsePacket(input, security, keys) ?? sealResponsePacket(input, undefined, NO_KEYS);
    if (packet === undefined) throw new Error('a response packet in clear needs no key');
    return packet;
  }
}
