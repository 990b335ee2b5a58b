/**
 * The receiving entity: takes a short message, opens its command packet, runs the applet, answers.
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
 *     executed                                         00 and the applet's answer
 *
 * A refused packet executes nothing and moves no counter.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { toHex } from '../bytes/hex.ts';
import { equals } from '../bytes/octets.ts';
import { COMMAND_TYPE } from '../cat/proactive-command.ts';
import { refreshCommand } from '../cat/refresh.ts';
import { answerCollected, isQueued, queueCommand, withdrawCommands } from '../cat/session.ts';
import { FACILITY } from '../cat/terminal-profile.ts';
import { type FreshCommandPacket, judgeCounter } from '../ota/counter.ts';
import { checksumOf, cipherOf, keyVersion } from '../ota/key-set.ts';
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
import { commandPacketOf, decodeSmsDeliver, responseUserData } from '../ota/sms.ts';
import { meetsMinimumSecurity } from '../ota/spi.ts';
import type { AppletContext, AppletKinds } from './applet.ts';
import type { CardMemory } from './card-memory.ts';
import type { FindingListener, OtaStep } from './finding.ts';
import type { AppletEntry, StoredKeySet } from './memory.ts';
import type { CardSession } from './session.ts';
import type { UsimKeys } from './usim-keys.ts';

/** What an ENVELOPE gives back: TP-UD for the delivery report, if any. */
export interface Received {
  readonly userData: Uint8Array | undefined;
  /** The applet has asked for a REFRESH that waits until the answer is collected. */
  readonly releasesCommands: boolean;
}

/** What was decided on a packet. */
type Verdict =
  | { readonly status: 'por-ok'; readonly cntr: number; readonly data: Uint8Array }
  | { readonly status: Exclude<ResponseStatus, 'por-ok'>; readonly cntr: number | undefined };

const NOTHING: Received = { userData: undefined, releasesCommands: false };
const NO_DATA = new Uint8Array(0);
const CLAUSE_OF: Readonly<Record<OtaStep, string>> = {
  sms: '3GPP TS 31.115 §4',
  header: 'ETSI TS 102 225 §5.1',
  tar: 'ETSI TS 102 225 §5.1',
  'minimum-security': 'ETSI TS 102 226',
  keys: 'ETSI TS 102 225 §5.1.2',
  ciphering: 'ETSI TS 102 225 §5.1.2',
  checksum: 'ETSI TS 102 225 §5.1.1',
  counter: 'ETSI TS 102 225 §5.1.4',
  'store-counter': 'ETSI TS 102 225 §5.1.4',
  execute: 'ETSI TS 102 226',
  response: 'ETSI TS 102 225 §5.2',
};

function hex(octet: number): string {
  return `'${toHex(Uint8Array.of(octet))}'`;
}

/** Statuses for which a card of policy `plain` does not say which CNTR it read. */
const CNTR_UNTOLD: readonly ResponseStatus[] = ['tar-unknown', 'ciphering-error'];

/** The receiving entity of one card. */
export class OtaReceiver {
  readonly #memory: CardMemory;
  readonly #keys: UsimKeys;
  readonly #applets: AppletKinds;
  readonly #listener: FindingListener | undefined;

  /** @param listener hears of every step; without one the findings cost nothing */
  constructor(
    memory: CardMemory,
    keys: UsimKeys,
    applets: AppletKinds,
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
   * @param session the proactive session may get a REFRESH
   */
  receive(tpdu: Uint8Array, session: CardSession): Received {
    const frame = this.#read(tpdu);
    if (frame === undefined) return NOTHING;
    const keys = this.#packetKeys(frame);
    const wishes = { reset: false };
    const verdict = this.#judge(frame, keys, session, wishes);
    const response = this.#respond(frame, keys, verdict);
    this.#queueReset(session, wishes.reset, response === undefined);
    if (response === undefined) return NOTHING;
    return { userData: responseUserData(response), releasesCommands: wishes.reset };
  }

  /** Tells the listener; expected and found are put into words only when somebody listens. */
  #find(step: OtaStep, ok: boolean, words: () => readonly [expected: string, found: string]): void {
    if (this.#listener === undefined) return;
    const [expected, found] = words();
    this.#listener({ step, ok, expected, found, clause: CLAUSE_OF[step] });
  }

  /** Finds the command packet in a message; `undefined` for a message that has none. */
  #read(tpdu: Uint8Array): CommandFrame | undefined {
    try {
      const packet = commandPacketOf(decodeSmsDeliver(tpdu));
      this.#find('sms', packet !== undefined, () => [
        `the information element '70'`,
        packet === undefined ? 'none' : `a packet of ${packet.length} octets`,
      ]);
      return packet === undefined ? undefined : splitCommandPacket(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const { path, problem } = error;
      this.#find('header', false, () => [path, problem]);
      return undefined;
    }
  }

  #packetKeys({ kic, kid }: CommandFrame): PacketKeys {
    const { entries, active } = this.#memory.root;
    const entry = entries[active];
    if (entry === undefined) throw new Error(`pair ${active} is not in the key table`);
    return {
      ciphering: this.#keys.keySet(entry, keyVersion(kic)),
      checksum: this.#keys.keySet(entry, keyVersion(kid)),
    };
  }

  #judge(
    frame: CommandFrame,
    keys: PacketKeys,
    session: CardSession,
    wishes: { reset: boolean },
  ): Verdict {
    const refuse = (status: Exclude<ResponseStatus, 'por-ok'>): Verdict => ({
      status,
      cntr: readCommandBody(frame, keys)?.cntr,
    });
    const isSound = !hasHeaderFault(frame, keys.checksum);
    const checksum = frame.checksumOctets;
    this.#find('header', isSound, () => ['no DS, and CHL for the checksum', `${checksum} octets`]);
    if (!isSound) return refuse('unidentified-security-error');

    const applet = this.#memory.image.applets.find(({ tar }) => equals(tar, frame.tar));
    const logic = applet === undefined ? undefined : this.#applets[applet.kind];
    this.#find('tar', logic !== undefined, () => ['the TAR of an applet', toHex(frame.tar)]);
    if (applet === undefined || logic === undefined) return refuse('tar-unknown');

    const { minimumSecurity } = applet;
    const isStrong = meetsMinimumSecurity(frame.spi1, minimumSecurity);
    this.#find('minimum-security', isStrong, () => [
      `SPI1 of at least ${hex(minimumSecurity)}`,
      hex(frame.spi1),
    ]);
    if (!isStrong) return refuse('insufficient-security-level');
    if (!this.#mayUseKeys(frame, keys)) return refuse('unidentified-security-error');
    return this.#open(frame, keys, (packet) =>
      logic(packet, this.#context(applet, session, wishes)),
    );
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
      'whole blocks, and padding that fits',
      isDeciphered ? 'they are' : 'they are not',
    ]);
    if (isDeciphered) {
      this.#find('checksum', opened.ok, () => ['the checksum', opened.ok ? 'right' : 'wrong']);
    }
    if (!opened.ok) return opened;

    const { cntr, spi } = opened.packet;
    const stored = this.#counterKeySet(frame)?.cntr ?? 0;
    const counted = judgeCounter(opened.packet, stored);
    this.#find('counter', counted.ok, () => [`${spi.counterMode} than ${stored}`, `${cntr}`]);
    if (!counted.ok) return { status: counted.status, cntr };

    const isStored = this.#storeCounter(frame, counted.store);
    this.#find('store-counter', isStored, () => ['stored', isStored ? 'stored' : 'not stored']);
    if (!isStored) return { status: 'insufficient-memory', cntr };

    const data = execute(counted.packet);
    this.#find('execute', true, () => ['an answer', `${data.length} octets`]);
    return { status: 'por-ok', cntr, data };
  }

  /** Asks for every key before anything is executed, those of the PoR included. */
  #mayUseKeys(frame: CommandFrame, keys: PacketKeys): boolean {
    const { spi, kic, kid } = frame;
    const wantsCipher = spi.isCiphered || (spi.por !== 'none' && spi.isPorCiphered);
    const wantsChecksum =
      spi.integrity === 'cc' || (spi.por !== 'none' && spi.porIntegrity === 'cc');
    const isKnown =
      spi.integrity !== 'rc' &&
      (spi.por === 'none' || spi.porIntegrity === 'none' || spi.porIntegrity === 'cc') &&
      (!wantsCipher || cipherOf(kic, keys.ciphering) !== undefined) &&
      (!wantsChecksum || checksumOf(kid, keys.checksum) !== undefined);
    // A counter that has no home cannot be stored, and would let a packet in again and again.
    const isAllowed =
      spi.counterMode === 'higher' || spi.counterMode === 'one-higher'
        ? this.#counterKeySet(frame) !== undefined
        : !(wantsCipher || wantsChecksum) || this.#memory.image.aesWithoutCounter;
    const mayBe = isKnown && isAllowed;
    this.#find('keys', mayBe, () => [
      'keys of the algorithms that SPI, KIc and KID name, and AES with a counter',
      `KIc ${hex(kic)}, KID ${hex(kid)}: ${mayBe ? 'there' : 'not all there'}`,
    ]);
    return mayBe;
  }

  /** The key set whose counter a packet uses: that of its checksum, else that of its ciphering. */
  #counterKeySet({ spi, kic, kid }: CommandFrame): StoredKeySet | undefined {
    const { entries, active } = this.#memory.root;
    const kvn = keyVersion(spi.integrity === 'cc' ? kid : kic);
    return entries[active]?.keySets.find((keys) => keys.kvn === kvn);
  }

  #storeCounter(frame: CommandFrame, cntr: number): boolean {
    const keySet = this.#counterKeySet(frame);
    if (keySet === undefined || cntr === keySet.cntr) return true;
    const { kvn } = keySet;
    return this.#memory.commit([{ kind: 'cntr', entry: this.#memory.root.active, kvn, cntr }]);
  }

  #context(applet: AppletEntry, session: CardSession, wishes: { reset: boolean }): AppletContext {
    const memory = this.#memory;
    return {
      applet,
      image: memory.image,
      get root() {
        return memory.root;
      },
      commit: (changes) => memory.commit(changes),
      requestUiccReset: () => {
        wishes.reset = true;
      },
      withdrawUiccReset: () => {
        wishes.reset = false;
        session.toolkit = withdrawCommands(session.toolkit, COMMAND_TYPE.refresh);
      },
    };
  }

  /** REFRESH is queued once; it is held until its answer is collected, if there is one. */
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

  /** Makes the PoR that SPI2 and the card's policy ask for; `undefined` for none. */
  #respond(frame: CommandFrame, keys: PacketKeys, verdict: Verdict): Uint8Array | undefined {
    const { spi, tar, kic, kid } = frame;
    const isOk = verdict.status === 'por-ok';
    const isWanted = spi.por === 'always' || (spi.por === 'on-error' && !isOk);
    this.#find('response', isOk, () => [
      `PoR: ${spi.por}`,
      `status ${hex(RESPONSE_STATUS[verdict.status])}`,
    ]);
    if (!isWanted) return undefined;
    const isLiteral = this.#memory.image.porPolicy === 'literal';
    const isProtected = isOk || isLiteral;
    const isTold = isProtected || !CNTR_UNTOLD.includes(verdict.status);
    const cntr = isTold ? (verdict.cntr ?? 0) : 0;
    const data = verdict.status === 'por-ok' ? verdict.data : NO_DATA;
    const input = { tar, cntr, status: verdict.status, data };
    const security = isProtected ? { spi, kic, kid } : undefined;
    const nobody: PacketKeys = { ciphering: undefined, checksum: undefined };
    return (
      sealResponsePacket(input, security, keys) ?? sealResponsePacket(input, undefined, nobody)
    );
  }
}
