/**
 * What a command handler gets and gives: one function from card and C-APDU to a reply.
 *
 * @see ETSI TS 102 221 §10.1.2, §7.3.1 (how each kind of reply goes over T=0)
 * @module
 */

import type { CommandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { type Cursor, type Files, onCard } from './files/file-system.ts';
import { type FileNumber, findNode } from './memory.ts';
import { type Failure, SW_OF_FAILURE } from './refusal.ts';
import type { CardSession } from './session.ts';
import type { CardMemory } from './store/card-memory.ts';
import type { UsimKeys } from './usim-keys.ts';

/** What Le '00' means. */
export const LE_ALL = 256;

/** What a reply is made of, before the transport protocol has its say. */
export type Reply =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'refused';
      readonly sw: StatusWord;
      /** The reason, for a class that has another word for it. */
      readonly failure: Failure | undefined;
    }
  /** Case 2: Ne must be the exact number of octets, or may be fewer. */
  | { readonly kind: 'outgoing'; readonly data: Uint8Array; readonly fewer: boolean }
  /** A part of an answer, with more to collect. */
  | { readonly kind: 'part'; readonly data: Uint8Array; readonly left: number }
  /** Done, with a warning; what data there are come as for case 4. */
  | { readonly kind: 'warned'; readonly sw: StatusWord; readonly data: Uint8Array }
  /** Case 4: by GET RESPONSE over T=0. */
  | { readonly kind: 'answer'; readonly data: Uint8Array; readonly releasesCommands: boolean };

/** What an ENVELOPE gives back: TP-UD for the delivery report, if any. */
export interface Received {
  readonly userData: Uint8Array | undefined;
  /** Commands of the proactive session wait until the answer is collected. */
  readonly releasesCommands: boolean;
}

/** Takes short messages that the network sends to the card. */
export interface ShortMessageReceiver {
  /**
   * Receives a short message.
   *
   * @param tpdu SMS-DELIVER
   * @param session the terminal's; may get proactive commands
   */
  receive(tpdu: Uint8Array, session: CardSession): Received;
}

/** The card as a command sees it. */
export interface CommandContext {
  readonly memory: CardMemory;
  readonly session: CardSession;
  readonly messages: ShortMessageReceiver;
  readonly usimKeys: UsimKeys;
  /** Gives octets that nobody can foretell, as many as asked for; without it there are none. */
  readonly random?: ((octets: number) => Uint8Array) | undefined;
  /** For the first command behind a reset: the session that was suspended before it. */
  readonly suspended?: CardSession | undefined;
  /** The logical channel of the command. */
  readonly channel: number;
}

/** One command of the card. */
export interface CommandRow {
  readonly ins: number;
  readonly name: string;
  readonly class: 'interindustry' | 'uicc';
  /** CLA '80' alone: the command belongs to the card, not to a channel. */
  readonly basicChannelOnly?: true;
  /** An applet may run it on the card's files. */
  readonly isRemote?: true;
  readonly mayHaveP1P2: (p1: number, p2: number) => boolean;
  readonly mayHaveLc: (lc: number) => boolean;
  readonly handle: (card: CommandContext, command: CommandApdu) => Reply;
}

/** The reply of a command that has no data. */
export const DONE: Reply = { kind: 'done' };

/** Refuses for a reason. */
export function refuse(failure: Failure): Reply {
  return { kind: 'refused', sw: SW_OF_FAILURE[failure], failure };
}

/** Refuses with a status word that carries a number. */
export function refuseWith(sw: StatusWord): Reply {
  return { kind: 'refused', sw, failure: undefined };
}

/** Replies to case 2. */
export function outgoing(data: Uint8Array, fewer = false): Reply {
  return { kind: 'outgoing', data, fewer };
}

/** Replies to case 4. */
export function answer(data: Uint8Array, releasesCommands = false): Reply {
  return { kind: 'answer', data, releasesCommands };
}

/** Replies with a warning, and with data if there are any. */
export function warn(sw: StatusWord, data: Uint8Array = new Uint8Array(0)): Reply {
  return { kind: 'warned', sw, data };
}

/**
 * Tells whether Ne asks for just these octets: by their number or, where that may be, by '00' for
 * all.
 *
 * @param ne as decoded; 0, no Le, goes over T=0 as '00'
 * @see ETSI TS 102 221 §7.3.1.1
 */
export function asksForAll(card: CommandContext, ne: number, octets: number): boolean {
  const wanted = ne === 0 ? LE_ALL : ne;
  return wanted === octets || (wanted === LE_ALL && card.session.manner.leTakesAll);
}

/**
 * Gives octets that nobody can foretell.
 *
 * @returns as many as asked for; `undefined` when the card was made without randomness
 * @throws {Error} its owner gives another number of them
 */
export function randomOctets({ random }: CommandContext, octets: number): Uint8Array | undefined {
  const given = random?.(octets);
  if (given !== undefined && given.length !== octets) {
    throw new Error(`random: expected ${octets} octets, got ${given.length}`);
  }
  return given;
}

/**
 * Where the command's channel stands. The channel is open, else no handler is called.
 *
 * What another channel or an applet has deleted is not there any more.
 */
export function cursorOf(card: CommandContext): Cursor {
  const cursor = card.session.channels[card.channel];
  if (cursor === undefined) throw new Error(`channel ${card.channel} is closed`);
  return onCard(card.memory, cursor);
}

/** Moves the command's channel. */
export function setCursor(card: CommandContext, cursor: Cursor): void {
  card.session.channels[card.channel] = cursor;
}

/** The file tree as it is now, as the command's channel sees it. */
export function filesOf(card: CommandContext): Files {
  const { image, root } = card.memory;
  if (card.session.channels.length === 1) return { image, root };
  const occupied = new Set<FileNumber>();
  for (const [channel, cursor] of card.session.channels.entries()) {
    if (channel === card.channel || cursor?.ef === undefined) continue;
    const node = findNode(image, root, cursor.ef);
    if (node?.kind === 'ef' && node.isNotShareable) occupied.add(cursor.ef);
  }
  return { image, root, occupied };
}
