/**
 * What an OTA application is: logic behind a TAR.
 *
 *     packet ─▶ opened, strong enough, fresh, counter stored ─▶ logic ─▶ data of the PoR
 *
 * The card does what comes before; then the logic runs, with a type in hand that proves it. An
 * entry of the profile says where it is found (TAR, AID), what it asks of packets (minimum
 * security) and what it may do with files (start directory, access domain). The logic never sees a
 * key.
 *
 * @see ETSI TS 102 226 §4 (remote management applications); docs/applets.md
 * @module
 */

import type { FreshCommandPacket } from '../../ota/counter.ts';
import type { AppletEntry } from '../memory.ts';
import type { CardSession } from '../session.ts';
import type { CardMemory } from '../store/card-memory.ts';

/** The card as an applet sees it while it processes one packet; it throws when that is over. */
export interface AppletContext {
  /** A copy of its entry in the profile. */
  readonly applet: AppletEntry;
  /** The most octets that the PoR of this packet carries; 0 when there is none for success. */
  readonly responseMax: number;
  /**
   * Runs a C-APDU on the card's files: from the start directory, with the rights of the access
   * domain, apart from the terminal. One session lasts as long as the packet.
   *
   * @returns R-APDU
   */
  transmit(command: Uint8Array): Uint8Array;
  /** Gives what this applet has stored; no octets at first. */
  load(): Uint8Array;
  /**
   * Stores octets in place of those before, in one commit.
   *
   * @returns false when they could not be stored; nothing has changed then
   * @throws {RangeError} there are more than 16384
   */
  store(data: Uint8Array): boolean;
  /** Tells whoever listens what was expected and what was found. No secrets. */
  find(ok: boolean, expected: string, found: string): void;
  /** Asks for a REFRESH by UICC reset, offered when the ME has collected this packet's answer. */
  requestUiccReset(): void;
  /** Takes back a REFRESH that the ME has not fetched. */
  withdrawUiccReset(): void;
}

/** The logic of an applet. Returns the additional response data of the PoR. */
export type AppletLogic = (packet: FreshCommandPacket, context: AppletContext) => Uint8Array;

/** Applet logic by the `kind` that profiles name. */
export type AppletKinds = Readonly<Record<string, AppletLogic>>;

/** What the card's own applets see beside: all of it. */
export interface CardContext extends AppletContext {
  readonly memory: CardMemory;
  /** The terminal's session. */
  readonly terminal: CardSession;
  /** Runs a C-APDU in a session of the applet's own making. Returns R-APDU. */
  transmitIn(session: CardSession, command: Uint8Array): Uint8Array;
}

/** The logic of one of the card's own applets. */
export type CardAppletLogic = (packet: FreshCommandPacket, context: CardContext) => Uint8Array;
