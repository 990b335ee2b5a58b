/**
 * What an OTA application is: logic behind a TAR.
 *
 * The card opens the packet, finds it fresh and stores its counter; then the logic runs, with a
 * type in hand that proves all three. What it returns goes back in the PoR.
 *
 * @see ETSI TS 102 226 §4 (remote management applications); docs/architecture.md, "Applets"
 * @module
 */

import type { FreshCommandPacket } from '../ota/counter.ts';
import type { AppletEntry, CardImage, CardRoot, Change } from './memory.ts';

/** The card as an applet sees it while it processes one packet. */
export interface AppletContext {
  readonly applet: AppletEntry;
  readonly image: CardImage;
  /** The card's memory as it is now. */
  readonly root: CardRoot;
  /** Makes changes, all or none; false when they could not be stored. */
  commit(changes: readonly Change[]): boolean;
  /** Asks for a REFRESH by UICC reset, offered when the ME has collected this packet's answer. */
  requestUiccReset(): void;
  /** Takes back a REFRESH that the ME has not fetched. */
  withdrawUiccReset(): void;
}

/** The logic of an applet. Returns the additional response data of the PoR. */
export type AppletLogic = (packet: FreshCommandPacket, context: AppletContext) => Uint8Array;

/** Applet logic by the `kind` that profiles name. */
export type AppletKinds = Readonly<Record<string, AppletLogic>>;
