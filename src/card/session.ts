/**
 * The card session: all that dies at a reset, and is no part of a commit.
 *
 * @see ETSI TS 102 221 §6.2, §11.1.1 (what a reset clears)
 * @module
 */

import { EMPTY_SESSION, type ProactiveSession } from '../cat/session.ts';
import { type Cursor, START } from './file-system.ts';

/** Response data that waits for GET RESPONSE. */
export interface PendingResponse {
  readonly channel: number;
  readonly data: Uint8Array;
  /** How many octets have been collected. */
  readonly collected: number;
  /** Commands of the proactive session are held until the last octet is collected. */
  readonly releasesCommands: boolean;
}

/** One power-on of the card. Changed in place by commands; a reset makes a new one. */
export interface CardSession {
  /** Where each open logical channel stands; `undefined` for a closed one. */
  readonly channels: (Cursor | undefined)[];
  /** Key references verified. */
  readonly verified: Set<number>;
  pending: PendingResponse | undefined;
  toolkit: ProactiveSession;
}

/** The session right after a reset. */
export function newSession(): CardSession {
  return { channels: [START], verified: new Set(), pending: undefined, toolkit: EMPTY_SESSION };
}
