/**
 * A card for OTA tests, in one line: sealed, sent, executed, answered, opened.
 *
 *     const card = otaTestCard();
 *     const result = card.ota('00A40000022FE2 \n 00B000000A', { tar: 'B00000' });
 *
 * The sender knows the keys of the profile and takes the next CNTR of the card, unless a test says
 * otherwise. Nothing is random and there is no clock: a test gives the same octets each time.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; docs/ota-tests.md
 * @module
 */

import { encodeResponseApdu } from '../../apdu/response.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { AppletKinds } from '../../card/applet.ts';
import { mistakeIn } from '../../card/explanation.ts';
import type { Finding } from '../../card/finding.ts';
import type { CardRoot, StoredKeySet } from '../../card/memory.ts';
import { createUicc, type Uicc } from '../../card/uicc.ts';
import { type KeySet, keyOctet, otaKey } from '../../ota/key-set.ts';
import { sealCommandPacket } from '../../ota/secured-packet.ts';
import { segmentPacket } from '../../ota/segmentation.ts';
import { IEI } from '../../ota/sms.ts';
import { decodeSpi } from '../../ota/spi.ts';
import { DEFAULT_PROFILE } from '../../profile/default-profile.ts';
import type { AppletProfile, CardProfile } from '../../profile/profile.ts';
import { type OtaResult, readResult, type SentCommand } from './result.ts';
import { type OtaScript, type RemoteFormat, securedDataOf } from './script.ts';
import { deliver, deliverOf, exchange, powerOn } from './terminal.ts';

/** What a test card is made of. All of it is optional. */
export interface OtaTestCardOptions {
  /** The built-in test profile when left out. */
  readonly profile?: CardProfile;
  /** Applets beside those of the profile: what the entry does not say is as below. */
  readonly install?: readonly (Pick<AppletProfile, 'tar' | 'kind'> & Partial<AppletProfile>)[];
  /** Logic for kinds of applets. */
  readonly applets?: AppletKinds;
  /** Hears of each step while it happens. */
  readonly onFinding?: (finding: Finding) => void;
}

/** How a packet is made. What is left out is as in {@link OtaTestCard.ota}. */
export interface OtaOptions {
  /** 3 octets in hex. */
  readonly tar?: string;
  /** Key version number, 0 to 15. */
  readonly keySet?: number;
  /** SPI1 and SPI2 in hex. */
  readonly spi?: string;
  /** KIc and KID in hex, when they are to name something else than the key set. */
  readonly kic?: string;
  readonly kid?: string;
  /** CNTR: a number, or 10 hex digits. */
  readonly cntr?: number | string;
  /** Format of the script; that of the applet when left out. */
  readonly format?: RemoteFormat;
  /** Reference of the concatenation when the packet needs several messages. */
  readonly reference?: number;
  /** Changes the packet after it was sealed: for tests of refusals. */
  readonly damage?: (packet: Uint8Array) => Uint8Array;
}

/** Entry of an applet as far as an installation does not say otherwise. */
const APPLET = {
  startDirectory: 'MF',
  format: 'compact',
  minimumSecurity: '00',
  accessDomain: '00',
} as const;
const SPI = '1619';
const TAR = 'B00000';
const CNTR_OCTETS = 5;
const CNTR_MAX = 2 ** 40 - 1;

function keySetOf({ kvn, kic, kid, macLength }: StoredKeySet): KeySet {
  const cipheringKey = otaKey(kic.type, kic.key);
  return { kvn, cipheringKey, checksumKey: otaKey(kid.type, kid.key), macLength };
}

function octetsOf(name: string, text: string, count: number): Uint8Array {
  const octets = fromHex(text, name);
  if (octets.length !== count) {
    throw new RangeError(`${name}: expected ${count} octets, got ${octets.length}`);
  }
  return octets;
}

function withApplets(
  profile: CardProfile,
  install: OtaTestCardOptions['install'] = [],
): CardProfile {
  const installed = install.map((entry) => ({ ...APPLET, ...entry }));
  return { ...profile, applets: [...profile.applets, ...installed] };
}

/** A card that was powered on, with a terminal that can do everything and a sender with its keys. */
export class OtaTestCard {
  /** The card itself. */
  readonly uicc: Uicc;
  readonly #findings: Finding[] = [];
  readonly #faults: unknown[] = [];

  constructor(options: OtaTestCardOptions = {}) {
    const { profile = DEFAULT_PROFILE, install, applets, onFinding } = options;
    this.uicc = createUicc(withApplets(profile, install), {
      ...(applets === undefined ? {} : { applets }),
      onFinding: (finding) => {
        this.#findings.push(finding);
        onFinding?.(finding);
      },
      onFault: (error) => this.#faults.push(error),
    });
    powerOn(this.uicc);
  }

  /**
   * Seals a script, brings it to the card, and opens the PoR.
   *
   * @param script C-APDUs in hex, or the secured data as octets
   * @param options left out: SPI 1619 (CC, ciphering, counter higher; PoR with both), TAR B00000,
   *   the first key set of the card, the next CNTR
   * @throws {RangeError} there is no such key set, an option has another length, or the keys cannot
   *   do what SPI asks
   * @throws {DecodeError} the script is not hex, or no C-APDUs
   * @throws {unknown} what an applet has thrown
   */
  ota(script: OtaScript, options: OtaOptions = {}): OtaResult {
    const sent = this.#seal(script, options);
    const last = sent.messages.length - 1;
    const tpdus = sent.messages.map((userData, n) => deliverOf(userData, n < last));
    this.#findings.length = 0;
    this.#faults.length = 0;
    const { root } = this.uicc;
    const log = deliver(this.uicc, tpdus);
    const [fault] = this.#faults;
    if (fault !== undefined) throw fault;
    const findings = [...this.#findings];
    const verdict = findings.findLast(({ status }) => status !== undefined)?.status ?? 'ignored';
    const isRefused = verdict !== 'por-ok';
    const mistake = isRefused
      ? mistakeIn(sent.packet, { image: this.uicc.image, root })
      : undefined;
    return readResult(sent, log, { verdict, findings, mistake });
  }

  /** Sends a C-APDU as the terminal, over T=0. Gives response data and SW in hex. */
  apdu(command: string): string {
    return toHex(encodeResponseApdu(exchange(this.uicc, fromHex(command, 'command'))));
  }

  /** Resets the card, and tells it again what the terminal can do. */
  reset(): void {
    powerOn(this.uicc);
  }

  /** What the card remembers now. Secret. */
  snapshot(): CardRoot {
    return this.uicc.root;
  }

  /** Goes back to what the card was, and powers it on. */
  rewind(root: CardRoot): void {
    this.uicc.rewind(root);
    powerOn(this.uicc);
  }

  #keySet(kvn: number | undefined): StoredKeySet {
    const { entries, active } = this.uicc.root;
    const keySets = entries[active]?.keySets ?? [];
    const found = kvn === undefined ? keySets[0] : keySets.find((keys) => keys.kvn === kvn);
    if (found !== undefined) return found;
    const there = keySets.map((keys) => keys.kvn).join(', ');
    throw new RangeError(`keySet: expected one of ${there || 'none'}, got ${kvn}`);
  }

  #cntr(cntr: OtaOptions['cntr'], stored: StoredKeySet): number {
    if (typeof cntr === 'number') return cntr;
    if (cntr === undefined) return Math.min(stored.cntr + 1, CNTR_MAX);
    octetsOf('cntr', cntr, CNTR_OCTETS);
    return Number.parseInt(cntr, 16);
  }

  #seal(script: OtaScript, options: OtaOptions): SentCommand {
    const tar = octetsOf('tar', options.tar ?? TAR, 3);
    const [spi1 = 0, spi2 = 0] = octetsOf('spi', options.spi ?? SPI, 2);
    const spi = decodeSpi([spi1, spi2]);
    const stored = this.#keySet(options.keySet);
    const keys = keySetOf(stored);
    const octet = (name: 'kic' | 'kid', named: number): number => {
      const text = options[name];
      return text === undefined ? named : octetsOf(name, text, 1)[0]!;
    };
    const kic = octet('kic', keyOctet(keys.kvn, keys.cipheringKey));
    const kid = octet('kid', keyOctet(keys.kvn, keys.checksumKey));
    const applet = this.uicc.image.applets.find((entry) => toHex(entry.tar) === toHex(tar));
    const format = options.format ?? applet?.format ?? 'compact';
    const cntr = this.#cntr(options.cntr, stored);
    const packetKeys = { ciphering: keys, checksum: keys };
    const input = { spi, kic, kid, tar, cntr, data: securedDataOf(script, format) };
    const sealed = sealCommandPacket(input, packetKeys);
    const packet = options.damage?.(sealed) ?? sealed;
    const reference = options.reference ?? cntr % 256;
    const messages = segmentPacket(packet, { iei: IEI.commandPacket, reference });
    return { packet, messages, security: { spi, kic, kid }, keys: packetKeys, format };
  }
}

/**
 * Makes a card for OTA tests.
 *
 * @see docs/ota-tests.md
 * @example
 * ```ts
 * import { otaTestCard } from 'vuicc/testing';
 *
 * const card = otaTestCard();
 * const { data } = card.ota('00A40000022FE2 \n 00B000000A', { tar: 'B00000' });
 * if (data !== '98990901000000000031') throw new Error('EF_ICCID');
 * ```
 */
export function otaTestCard(options: OtaTestCardOptions = {}): OtaTestCard {
  return new OtaTestCard(options);
}
