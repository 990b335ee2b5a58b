/**
 * What an ME knows, and for how long.
 *
 *     MeState        as long as the ME exists     manners, PIN
 *       subscription   until the card is gone       IMSI, MNC length, services
 *       registration   until the network lets go    PLMN, LAC, TMSI
 *       kAsme          until a final refusal        K_ASME
 *       fiveGs         until the 5G network does    PLMN, TAC, SUCI, K_AUSF, K_SEAF
 *       session        until the next reset         channels, applications, file contents, '91XX'
 *
 * Procedures take the state and change it. A reset begins a new session; nothing of the old one is
 * looked at again, so that a procedure which was cut in the middle leaves no harm behind.
 *
 * @see 3GPP TS 31.102 (USIM management procedures); ETSI TS 102 223 §6.4.7 (REFRESH)
 * @module
 */

import type { CommandApdu } from '../apdu/command.ts';
import { ConnectionLost } from '../apdu/connection.ts';
import type { ResponseApdu, StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { understood } from '../bytes/errors.ts';
import type { Iccid, Imsi, Plmn } from '../bytes/identity.ts';
import type { EfDefinition } from '../ef/definition.ts';
import type { ServiceTable } from '../ef/services.ts';
import type { Dice } from '../ef/suci-calculation.ts';
import type { PinStatus } from './fcp.ts';
import { exchange, type Procedure } from './procedure.ts';

/**
 * How an ME takes REFRESH. `resets`: as the standard wants. `answers-and-stays`: says that it is
 * done and does nothing. `busy`: cannot so many times, then resets. `refuses`: says that it cannot
 * at all. `never-fetches`: does not even ask what the card wants.
 */
export type RefreshManner =
  | 'resets'
  | 'answers-and-stays'
  | { readonly busy: number }
  | 'refuses'
  | 'never-fetches';

/** How an ME behaves where MEs differ. */
export interface MeManners {
  readonly refresh: RefreshManner;
  /** It sends STATUS in each poll interval. */
  readonly polls: boolean;
}

/** Whose card this is, as the ME has read it. */
export interface Subscription {
  /** `undefined` when the card does not tell. */
  readonly iccid: Iccid | undefined;
  readonly imsi: Imsi;
  readonly mncLength: 2 | 3;
  readonly homePlmn: Plmn;
  /** EF_UST; empty when it could not be read. */
  readonly services: ServiceTable;
  /** EF_ACC; empty when it could not be read. */
  readonly accessClasses: readonly number[];
}

/** Where the ME is registered. */
export interface Registration {
  readonly plmn: Plmn;
  readonly lac: number;
  readonly tmsi: Uint8Array;
}

/** Where the ME is registered in 5G, and what it shares with the network. Secret. */
export interface FiveGsRegistration {
  readonly plmn: Plmn;
  /** 24 bits. */
  readonly tac: number;
  /** By which the network knows it. */
  readonly suci: Uint8Array;
  /** 32 octets, shared with the home network. */
  readonly kAusf: Uint8Array;
  /** 32 octets, shared with the serving network. */
  readonly kSeaf: Uint8Array;
}

/** What is true until the next reset of the card. */
export interface CardSession {
  /** Logical channels that the ATR announces. */
  channels: number;
  /** AIDs of EF_DIR, in its order. */
  aids: readonly Uint8Array[];
  /** The selected USIM; `pins` is `undefined` when its FCP does not tell. */
  usim: { readonly aid: Uint8Array; readonly pins: readonly PinStatus[] | undefined } | undefined;
  /** Transparent EFs as one string, others as their records. */
  readonly contents: Map<EfDefinition<unknown>, readonly Uint8Array[]>;
  /** How many octets the last '91XX' has offered. */
  pending: number | undefined;
  /** The card has asked for a reset, and the ME is going to do it. */
  resetWanted: boolean;
}

/** The state of one ME. */
export interface MeState {
  readonly manners: MeManners;
  readonly terminalProfile: Uint8Array;
  /** Unpredictable octets; `undefined` when there are none. */
  readonly random: Dice;
  /** 8 octets as VERIFY PIN takes them; `undefined`: not known, or found wrong. Secret. */
  pin: Uint8Array | undefined;
  /** How many more times the ME is busy when REFRESH comes. */
  busyLeft: number;
  pollSeconds: number;
  subscription: Subscription | undefined;
  registration: Registration | undefined;
  /** Of the last attach that was accepted, 32 octets; a final refusal ends it. Secret. */
  kAsme: Uint8Array | undefined;
  fiveGs: FiveGsRegistration | undefined;
  session: CardSession;
}

/** The poll interval of an ME that was not told another. */
export const POLL_SECONDS = 30;

/** Makes the session that follows a reset. */
export function newSession(): CardSession {
  return {
    channels: 1,
    aids: [],
    usim: undefined,
    contents: new Map(),
    pending: undefined,
    resetWanted: false,
  };
}

/** Forgets all that came from the card and the network. */
export function forgetCard(me: MeState): void {
  me.session = newSession();
  me.subscription = undefined;
  me.registration = undefined;
  me.kAsme = undefined;
  me.fiveGs = undefined;
  me.pollSeconds = POLL_SECONDS;
}

/** Ends a procedure with a value when the card is lost, and forgets what the card has said. */
export function* guarded<T>(me: MeState, procedure: Procedure<T>, lost: T): Procedure<T> {
  try {
    return yield* procedure;
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    forgetCard(me);
    return lost;
  }
}

/** Tells whether a command was performed without reserve: '9000' or '91XX'. */
export function isOk(sw: StatusWord): boolean {
  return sw === SW.ok || sw >> 8 === 0x91;
}

/**
 * Carries one command, and keeps in mind what the card offers.
 *
 * An error says nothing of what is pending, so it leaves the last offer as it was.
 *
 * @see ETSI TS 102 221 §7.4.2
 */
export function* send(me: MeState, command: CommandApdu): Procedure<ResponseApdu> {
  const response = yield* exchange(command);
  if (isOk(response.sw)) {
    me.session.pending = response.sw === SW.ok ? undefined : response.sw & 0xff || 256;
  }
  return response;
}

/**
 * Decodes a file that was read in this session.
 *
 * @returns for records the first; `undefined` when it was not read, or makes no sense
 */
export function contentOf<T>(me: MeState, ef: EfDefinition<T>): T | undefined {
  const octets = me.session.contents.get(ef as EfDefinition<unknown>)?.[0];
  return octets && understood(() => ef.decode(octets));
}
