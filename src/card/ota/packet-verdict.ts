/**
 * What becomes of a command packet: the first of these that holds.
 *
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
 * behind it. Nor does an applet that breaks give the counter back.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { equals } from '../../bytes/octets.ts';
import { type FreshCommandPacket, judgeCounter } from '../../ota/counter.ts';
import type { ResponseStatus } from '../../ota/response-packet.ts';
import {
  type CommandFrame,
  hasHeaderFault,
  openCommandPacket,
  type PacketKeys,
  readCommandBody,
} from '../../ota/secured-packet.ts';
import { meetsMinimumSecurity } from '../../ota/spi.ts';
import type { CardMemory } from '../store/card-memory.ts';
import type { AppletRun } from './applet-run.ts';
import { type FindingListener, type OtaStep, tell, type Words } from './finding.ts';
import { counterKeySet, keyFault } from './packet-keys.ts';

/** A command packet, split, and the keys that it names. */
export interface ReceivedPacket {
  readonly frame: CommandFrame;
  readonly keys: PacketKeys;
}

type Refusal = Exclude<ResponseStatus, 'por-ok'>;

/** What was decided on a packet. CNTR is the one that was received, as far as it could be read. */
export type Verdict =
  | { readonly status: 'por-ok'; readonly cntr: number; readonly data: Uint8Array }
  | { readonly status: Refusal; readonly cntr: number | undefined };

/** The most octets of secured data that are executed: those of 30 short messages. */
const SECURED_DATA_MAX = 4096;
const NO_DATA = new Uint8Array(0);

function hex(octet: number): string {
  return `'${toHex(Uint8Array.of(octet))}'`;
}

function cntrHex(cntr: number): string {
  return cntr.toString(16).padStart(10, '0');
}

/** Judges the packets of one card, and has those that pass executed. */
export class PacketJudge {
  readonly #memory: CardMemory;
  readonly #listener: FindingListener | undefined;

  constructor(memory: CardMemory, listener: FindingListener | undefined) {
    this.#memory = memory;
    this.#listener = listener;
  }

  #find(step: OtaStep, ok: boolean, words: Words): void {
    tell(this.#listener, step, ok, words);
  }

  /** Judges a packet, and executes it when nothing is to be said against it. */
  judge({ frame, keys }: ReceivedPacket, run: AppletRun): Verdict {
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
    return this.#open({ frame, keys }, (packet) => run.execute(applet, packet));
  }

  /** Deciphers the packet and checks its RC/CC. */
  #open(
    { frame, keys }: ReceivedPacket,
    execute: (packet: FreshCommandPacket) => Uint8Array,
  ): Verdict {
    const opened = openCommandPacket(frame, keys);
    const isDeciphered = opened.ok || opened.status !== 'ciphering-error';
    this.#find('ciphering', isDeciphered, () => [
      frame.spi.isCiphered ? 'whole blocks' : 'no ciphering, and PCNTR 0',
      isDeciphered ? 'so it is' : 'it is not so',
    ]);
    if (isDeciphered) {
      this.#find('checksum', opened.ok, () => {
        const { checksum } = readCommandBody(frame, keys) ?? {};
        const { integrity } = frame.spi;
        if (integrity === 'none') return ['no checksum', 'none'];
        const expected = `${integrity} over CPL to the padding`;
        return [expected, opened.ok ? 'right' : 'wrong', toHex(checksum ?? NO_DATA)];
      });
    }
    if (!opened.ok) return opened;

    const { cntr } = opened.packet;
    const refuse = (status: Refusal): Verdict => ({ status, cntr });
    const stored = counterKeySet(this.#memory, frame)?.cntr ?? 0;
    const counted = judgeCounter(opened.packet, stored);
    this.#find('counter', counted.ok, () => [
      `${frame.spi.counterMode}; stored is '${cntrHex(stored)}'`,
      `'${cntrHex(cntr)}'`,
    ]);
    if (!counted.ok) return refuse(counted.status);
    const isStored = this.#storeCounter(frame, counted.store);
    this.#find('store-counter', isStored, () => {
      if (counted.store === stored) return ['nothing to store', 'nothing stored'];
      return ['stored', isStored ? 'stored' : 'not stored'];
    });
    if (!isStored) return refuse('insufficient-memory');
    return this.#execute(counted.packet, execute);
  }

  #execute(
    packet: FreshCommandPacket,
    execute: (packet: FreshCommandPacket) => Uint8Array,
  ): Verdict {
    const { cntr } = packet;
    const { length } = packet.data;
    if (length > SECURED_DATA_MAX) {
      this.#find('memory', false, () => [
        `at most ${SECURED_DATA_MAX} octets of data`,
        `${length}`,
      ]);
      return { status: 'insufficient-memory', cntr };
    }
    const data = execute(packet);
    this.#find('execute', true, () => ['an answer', `${data.length} octets`]);
    return { status: 'por-ok', cntr, data };
  }

  #storeCounter(frame: CommandFrame, cntr: number): boolean {
    const keySet = counterKeySet(this.#memory, frame);
    if (keySet === undefined || cntr === keySet.cntr) return true;
    const { kvn } = keySet;
    return this.#memory.commit([{ kind: 'cntr', entry: this.#memory.root.active, kvn, cntr }]);
  }
}
