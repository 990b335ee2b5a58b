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
import type { CardRoot } from '../../card/memory.ts';
import type { AppletKinds } from '../../card/ota/applet.ts';
import { mistakeIn } from '../../card/ota/explanation.ts';
import type { Finding } from '../../card/ota/finding.ts';
import { createUicc, type Uicc } from '../../card/uicc.ts';
import type { AuthenticationAlgorithms } from '../../crypto/algorithms.ts';
import type { CardProfile } from '../../profile/profile.ts';
import { type PinSecrets, pinSecrets } from '../../trace/secrets.ts';
import { describeArgument, expectFunction, expectNames, expectText } from './arguments.ts';
import { type InstalledApplet, profileOf } from './card-profile.ts';
import { type OtaResult, readResult, type SentCommand } from './result.ts';
import type { OtaScript } from './script.ts';
import { type OtaOptions, sealScript } from './sender.ts';
import { deliver, deliverOf, exchange, powerOn } from './terminal.ts';

/** What a test card is made of. All of it is optional. */
export interface OtaTestCardOptions {
  /** The built-in test profile when left out. */
  readonly profile?: CardProfile;
  /** Applets beside those of the profile; of an entry `tar` and `kind` must be there. */
  readonly install?: readonly InstalledApplet[];
  /** Logic for kinds of applets. */
  readonly applets?: AppletKinds;
  /** Authentication algorithms beside MILENAGE, TUAK and XOR, by their names in the profile. */
  readonly algorithms?: AuthenticationAlgorithms;
  /** Hears of each step while it happens. */
  readonly onFinding?: (finding: Finding) => void;
}

const CARD_OPTIONS = ['profile', 'install', 'applets', 'algorithms', 'onFinding'] as const;

/**
 * A card that was powered on, with a terminal that can do everything and a sender with its keys.
 *
 * @see docs/ota-tests.md
 * @example
 * ```ts
 * import { OtaTestCard } from 'vuicc/testing';
 *
 * const card = new OtaTestCard();
 * const before = card.snapshot();
 * card.ota('00A40000022F05 \n 00D6000002 656E', { tar: 'B00000' });
 * card.rewind(before);
 * ```
 */
export class OtaTestCard {
  /** The card itself. */
  readonly uicc: Uicc;
  /** The PINs of the profile. Secret. */
  readonly pins: PinSecrets;
  /** Kinds of applets with logic of their own, whose reports nobody else can read. */
  readonly #kinds: readonly string[];
  readonly #findings: Finding[] = [];
  readonly #faults: unknown[] = [];

  /**
   * @throws {TypeError} there is no such option, or it is of another kind
   * @throws {RangeError} the profile has a fault, an applet no logic, or logic no applet; or a pair
   *   has an algorithm that is not among `algorithms`
   */
  constructor(options: OtaTestCardOptions = {}) {
    expectNames('options', options, CARD_OPTIONS);
    const { applets, algorithms, onFinding } = options;
    for (const [kind, logic] of Object.entries(applets ?? {})) {
      expectFunction(`applets.${kind}`, logic);
    }
    for (const [name, algorithm] of Object.entries(algorithms ?? {})) {
      expectFunction(`algorithms.${name}`, algorithm);
    }
    if (onFinding !== undefined) expectFunction('onFinding', onFinding);
    const profile = profileOf(options);
    this.pins = pinSecrets(profile);
    this.#kinds = Object.keys(applets ?? {});
    this.uicc = createUicc(profile, {
      ...(applets === undefined ? {} : { applets }),
      ...(algorithms === undefined ? {} : { algorithms }),
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
   * @throws {TypeError} the script or an option is of another kind, or there is no such option
   * @throws {RangeError} an option is out of range, there is no such key set, or it cannot do what
   *   SPI asks for
   * @throws {DecodeError} the script is not hex, or no C-APDUs
   * @throws {unknown} what an applet or `onFinding` has thrown
   */
  ota(script: OtaScript, options: OtaOptions = {}): OtaResult {
    const sent = this.#seal(script, options);
    const last = sent.messages.length - 1;
    const tpdus = sent.messages.map((userData, n) => deliverOf(userData, n < last));
    this.#findings.length = 0;
    const { root } = this.uicc;
    const log = this.#run(() => deliver(this.uicc, tpdus));
    const findings = [...this.#findings];
    const verdict = findings.findLast(({ status }) => status !== undefined)?.status ?? 'ignored';
    const isRefused = verdict !== 'por-ok';
    const mistake = isRefused
      ? mistakeIn(sent.packet, { image: this.uicc.image, root })
      : undefined;
    return readResult(sent, log, { verdict, findings, mistake });
  }

  /**
   * Sends a C-APDU as the terminal, over T=0: '61XX' and '6CXX' are followed.
   *
   * @returns response data and SW in hex
   * @throws {TypeError} it is no text
   * @throws {DecodeError} it is not hex, or no C-APDU
   * @throws {unknown} what an applet or `onFinding` has thrown
   */
  apdu(command: string): string {
    const octets = fromHex(expectText('command', command, 'a C-APDU in hex'), 'command');
    return toHex(encodeResponseApdu(this.#run(() => exchange(this.uicc, octets))));
  }

  /** Resets the card, and tells it again what the terminal can do. */
  reset(): void {
    powerOn(this.uicc);
  }

  /** What the card remembers now. Secret. */
  snapshot(): CardRoot {
    return this.uicc.root;
  }

  /**
   * Goes back to what the card was, counters too, and powers it on.
   *
   * @param root what {@link snapshot} of this card gave
   * @throws {TypeError} it is something else
   */
  rewind(root: CardRoot): void {
    if (typeof root !== 'object' || root === null || !Object.hasOwn(root, 'entries')) {
      throw new TypeError(`root: expected what card.snapshot gives, got ${describeArgument(root)}`);
    }
    this.uicc.rewind(root);
    powerOn(this.uicc);
  }

  /** The card answers '6F00' where a program has failed; a test wants to know. */
  #run<T>(what: () => T): T {
    this.#faults.length = 0;
    const value = what();
    const [fault] = this.#faults;
    if (this.#faults.length > 0) throw fault;
    return value;
  }

  #seal(script: OtaScript, options: OtaOptions): SentCommand {
    const { root, image } = this.uicc;
    return sealScript(script, options, {
      keySets: root.entries[root.active]?.keySets ?? [],
      applets: image.applets,
      foreignKinds: this.#kinds,
    });
  }
}

/**
 * Makes a card for OTA tests.
 *
 * @throws {TypeError} there is no such option, or it is of another kind
 * @throws {RangeError} the profile has a fault, an applet no logic, or logic no applet
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
