/**
 * The virtual ME: one card, one network, and the procedures between them.
 *
 *     boot ─▶ attach, register ─▶ receiveShortMessage, poll … ─▶ shutDown
 *
 * Each method is a procedure without I/O, to be run by `runProcedure` or `runProcedureAsync`. None
 * of them throws for what a card answers, or because it is gone: each outcome has a name. After
 * `card-lost` there is no subscription, and `boot` begins anew.
 *
 * @see 3GPP TS 31.102 (USIM management procedures); docs/architecture.md, "Procedures without I/O"
 * @module
 */

import type { DeliveryReport, ShortMessageDown } from '../air/short-message.ts';
import type { Plmn } from '../bytes/identity.ts';
import { copyOf } from '../bytes/octets.ts';
import { FACILITY, terminalProfile } from '../cat/terminal-profile.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { type AttachOutcome, attach } from './attach.ts';
import { type Aftermath, type BootOutcome, boot, settle } from './boot.ts';
import { type RegistrationOutcome, register } from './five-gs-registration.ts';
import { encodePin } from './pin.ts';
import { type PollOutcome, poll } from './polling.ts';
import { type Procedure, report } from './procedure.ts';
import { deliver, NOT_DELIVERED } from './short-message.ts';
import { endSession } from './shut-down.ts';
import {
  contentOf,
  type FiveGsRegistration,
  forgetCard,
  guarded,
  type MeManners,
  type MeState,
  newSession,
  POLL_SECONDS,
  type Registration,
  type Subscription,
} from './state.ts';

const POLLING_OFF = { octet: 3, bit: 7 };

/** All that this ME can do, and nothing else. */
const PROFILE: Uint8Array = terminalProfile([
  FACILITY.profileDownload,
  FACILITY.smsPpDownload,
  FACILITY.moreTime,
  FACILITY.pollInterval,
  POLLING_OFF,
  FACILITY.refresh,
  FACILITY.sendShortMessage,
]);

/** What makes one ME differ from another. */
export interface MobileEquipmentOptions {
  /** PIN1, 4 to 8 decimal digits. Left out: the ME has none to give. Secret. */
  readonly pin?: string;
  /** Left out: it resets when REFRESH asks for it, and polls. */
  readonly manners?: Partial<MeManners>;
  /**
   * Gives unpredictable octets. Left out: a SUCI that is concealed is the USIM's, or there is none.
   */
  readonly random?: (octets: number) => Uint8Array;
  /** The data of TERMINAL PROFILE, 0 to 255 octets; without octets the command is not sent. */
  readonly terminalProfile?: Uint8Array;
}

/** What became of a short message. */
export type ShortMessageOutcome = { readonly report: DeliveryReport } & Aftermath;

/**
 * A virtual ME.
 *
 * @see 3GPP TS 31.102 (USIM management procedures)
 * @example
 * ```ts
 * import { MobileEquipment, runProcedure } from 'vuicc';
 *
 * const card = { reset: () => Uint8Array.of(0x3b, 0), transmit: () => Uint8Array.of(0x6e, 0) };
 * const network = { uplink: () => ({ kind: 'released' }) as const };
 * const outcome = runProcedure(new MobileEquipment().boot(), { card, network });
 * if (outcome.ok || outcome.failure !== 'mf-refused') throw new Error('this is no UICC');
 * ```
 */
export class MobileEquipment {
  readonly #state: MeState;

  /** @throws {RangeError} the PIN is none, or the profile is longer than one command */
  constructor({ pin, manners, random, terminalProfile = PROFILE }: MobileEquipmentOptions = {}) {
    if (terminalProfile.length > 255) {
      throw new RangeError(`terminalProfile: 0 to 255 octets, got ${terminalProfile.length}`);
    }
    const { refresh = 'resets', polls = true } = manners ?? {};
    this.#state = {
      manners: { refresh, polls },
      terminalProfile: copyOf(terminalProfile),
      random: (octets) => random?.(octets),
      pin: pin === undefined ? undefined : encodePin(pin),
      busyLeft: typeof refresh === 'object' ? refresh.busy : 0,
      pollSeconds: POLL_SECONDS,
      subscription: undefined,
      registration: undefined,
      kAsme: undefined,
      fiveGs: undefined,
      session: newSession(),
    };
  }

  /** What the card said at the last start-up; `undefined` when there was none, or it failed. */
  get subscription(): Subscription | undefined {
    return this.#state.subscription;
  }

  /** Where the ME is registered; `undefined` for nowhere. */
  get registration(): Registration | undefined {
    return this.#state.registration;
  }

  /**
   * The key on which the ME and a network have agreed in the last attach that was accepted.
   *
   * @returns K_ASME, 32 octets, a copy. Secret. `undefined` when there was no authentication, and
   *   after a final refusal
   * @see 3GPP TS 33.401 §A.2
   */
  get kAsme(): Uint8Array | undefined {
    return this.#state.kAsme?.slice();
  }

  /**
   * Where the ME is registered in 5G.
   *
   * @returns K_AUSF and K_SEAF are 32 octets each, copies. Secret. `undefined` for nowhere
   * @see 3GPP TS 33.501 §A.2, §A.6
   */
  get fiveGs(): FiveGsRegistration | undefined {
    const { fiveGs } = this.#state;
    if (fiveGs === undefined) return undefined;
    const { suci, kAusf, kSeaf } = fiveGs;
    return { ...fiveGs, suci: copyOf(suci), kAusf: copyOf(kAusf), kSeaf: copyOf(kSeaf) };
  }

  /** Seconds between two STATUS commands. */
  get pollSeconds(): number {
    return this.#state.pollSeconds;
  }

  /**
   * Tells what a file held when the ME read it; of records the first.
   *
   * @returns `undefined` when it was not read since the last reset, or makes no sense
   */
  content<T>(ef: EfDefinition<T>): T | undefined {
    return contentOf(this.#state, ef);
  }

  /**
   * Resets the card and reads it.
   *
   * @see 3GPP TS 31.102 (initialisation procedure)
   */
  boot(): Procedure<BootOutcome> {
    return boot(this.#state);
  }

  /**
   * Attaches to the network, once.
   *
   * @param visited the network that is tried, when it is not the home network
   * @see 3GPP TS 24.301 §5.5.1
   */
  *attach(visited?: Plmn): Procedure<AttachOutcome & Aftermath> {
    const outcome = yield* guarded(this.#state, attach(this.#state, visited), {
      kind: 'card-lost',
    });
    return { ...outcome, ...(yield* settle(this.#state)) };
  }

  /**
   * Registers in 5G, once: with a SUCI, and 5G AKA.
   *
   * @param visited the network that is tried, when it is not the home network
   * @see 3GPP TS 33.501 (5G AKA)
   */
  *register(visited?: Plmn): Procedure<RegistrationOutcome & Aftermath> {
    const outcome = yield* guarded(this.#state, register(this.#state, visited), {
      kind: 'card-lost',
    });
    return { ...outcome, ...(yield* settle(this.#state)) };
  }

  /**
   * Takes one short message; the report goes out before the card's next wish is looked at.
   *
   * @see 3GPP TS 31.111 §7.1.1.1
   */
  *receiveShortMessage(message: ShortMessageDown): Procedure<ShortMessageOutcome> {
    const answer = yield* guarded(this.#state, deliver(this.#state, message), NOT_DELIVERED);
    yield* report(answer);
    return { report: answer, ...(yield* settle(this.#state)) };
  }

  /**
   * Lets poll intervals pass, with STATUS in each of them; ends early when the card was reset.
   *
   * @param times how many intervals
   * @see ETSI TS 102 223 §6.2
   */
  poll(times = 1): Procedure<PollOutcome> {
    return guarded(this.#state, poll(this.#state, times), { kind: 'card-lost', restarted: false });
  }

  /** Leaves the network and ends the session with the card, as before switching off. */
  *shutDown(): Procedure<void> {
    yield* guarded(this.#state, endSession(this.#state), undefined);
    forgetCard(this.#state);
  }
}
