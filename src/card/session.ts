/**
 * The card session: all that dies at a reset, and is no part of a commit.
 *
 *     the terminal's    begins at the MF, has the rights of the keys that were verified
 *     a suspended one   lies beside the terminal's until its first command
 *     an applet's       begins at its directory, has the rights of its access domain, lasts as long
 *                       as one packet is executed
 *
 * @see ETSI TS 102 221 §6.2, §11.1.1 (what a reset clears); ETSI TS 102 226 §5.1 (remote
 *   commands); ETSI TS 102 221 §11.1.22 (suspension)
 * @module
 */

import { EMPTY_SESSION, type ProactiveSession } from '../cat/session.ts';
import { emptyReassembly, type ReassemblyStore } from '../ota/reassembly.ts';
import { type Cursor, START } from './files/file-system.ts';
import { AT_MF, type SimPlace } from './gsm/place.ts';
import type { AppletEntry } from './memory.ts';

/** Response data that waits for GET RESPONSE. */
export interface PendingResponse {
  readonly channel: number;
  readonly data: Uint8Array;
  /** How many octets have been collected. */
  readonly collected: number;
  /** Commands of the proactive session are held until the last octet is collected. */
  readonly releasesCommands: boolean;
}

/** How a session wants its replies. */
export interface Manner {
  /** The data of case 4 come in the same R-APDU when Ne has room; else by GET RESPONSE. */
  readonly isJoined: boolean;
  /** Le '00' takes whatever there is; else it must be exact. */
  readonly leTakesAll: boolean;
  /** The most octets of data in one R-APDU. */
  readonly dataMax: number;
}

/** The manners: of the two transport protocols, and of the two formats of remote commands. */
export const MANNER: Readonly<Record<'T=0' | 'T=1' | 'compact' | 'expanded', Manner>> = {
  'T=0': { isJoined: false, leTakesAll: false, dataMax: 256 },
  'T=1': { isJoined: true, leTakesAll: true, dataMax: 256 },
  compact: { isJoined: false, leTakesAll: true, dataMax: Number.POSITIVE_INFINITY },
  expanded: { isJoined: true, leTakesAll: true, dataMax: Number.POSITIVE_INFINITY },
};

/** What a session may do with files: what keys open, all but NEVER, nothing. */
export interface AccessDomain {
  readonly rights: 'by-keys' | 'all-but-never' | 'none';
  /** Key references whose rights it has, verified or not, blocked or not. */
  readonly keys: readonly number[];
}

/** Where the next script of a chain goes on. */
export interface ScriptChain {
  readonly session: CardSession;
  /** Its place survives a reset. */
  readonly isKept: boolean;
}

/**
 * Which commands a session has: those of the UICC, or those of class A0, which see it as a SIM.
 */
export type Dialect = 'uicc' | 'sim';

/** One power-on of the card. Changed in place by commands; a reset makes a new one. */
export interface CardSession {
  readonly manner: Manner;
  /** An applet's: it has the commands of remote file management alone. */
  readonly isRemote: boolean;
  readonly domain: AccessDomain;
  /** `undefined` until a command has decided. */
  dialect: Dialect | undefined;
  /** Where the terminal stands in the SIM. */
  place: SimPlace;
  /** Where each open logical channel stands; `undefined` for a closed one. */
  readonly channels: (Cursor | undefined)[];
  /** The terminal has said that it knows channels 4 to 19. */
  knowsExtendedChannels: boolean;
  /** The verifications of keys, on all channels; see `verificationOf`. */
  readonly verified: Set<number>;
  pending: PendingResponse | undefined;
  toolkit: ProactiveSession;
  /** Short messages of which parts are missing. */
  reassembly: ReassemblyStore;
  /** Of the next answer that goes in several short messages; `undefined` before the first. */
  nextReference: number | undefined;
  /**
   * The session is suspended, and for this it goes on: 8 octets, secret. `undefined` while it is
   * awake.
   */
  resumeToken: Uint8Array | undefined;
  /** Chained scripts of applets, between two of them. */
  readonly chains: Map<AppletEntry, ScriptChain>;
}

const NO_PARTS = emptyReassembly();

/** The terminal's session right after a reset. */
export function newSession(protocol: 'T=0' | 'T=1'): CardSession {
  return {
    manner: MANNER[protocol],
    isRemote: false,
    domain: { rights: 'by-keys', keys: [] },
    dialect: undefined,
    place: AT_MF,
    channels: [START],
    knowsExtendedChannels: false,
    verified: new Set(),
    pending: undefined,
    toolkit: EMPTY_SESSION,
    reassembly: NO_PARTS,
    nextReference: undefined,
    resumeToken: undefined,
    chains: new Map(),
  };
}
