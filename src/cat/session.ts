/**
 * The proactive session: what becomes of each command that the card wants performed.
 *
 * Every command goes through one table of states. The session is a value: a step makes a new one,
 * and a reset is a new empty session.
 *
 *     held ── answer-collected ──▶ ready ── fetch ──▶ fetched ── performed ──▶ done
 *                                    ▲                 │   └──── refused ────▶ given-up
 *                                    └─ status ─ deferred ◀┘ try-later
 *
 * At most one command is with the ME. While one is, the card says '9000', not '91XX'.
 *
 * An answer may have two halves: one that the ME collects, and short messages that it sends. What
 * is held for it waits for both.
 *
 * @see ETSI TS 102 223 §6.2; ETSI TS 102 221 §7.4.2
 * @module
 */

import type { ProactiveCommand } from './proactive-command.ts';
import { encodeProactiveCommand } from './proactive-command.ts';
import { type Facility, hasFacility } from './terminal-profile.ts';
import type { ResultClass } from './terminal-response.ts';

/**
 * Where a command is. `held`: waits until the ME has collected an answer. `ready`: offered by
 * '91XX'.
 * `fetched`: with the ME. `abandoned`: with the ME, but no longer wanted. `deferred`: the ME could
 * not, or did not; waits for the next STATUS. `given-up`: not offered again in this card session.
 * `done`: forgotten.
 */
export type CommandState =
  | 'held'
  | 'ready'
  | 'fetched'
  | 'abandoned'
  | 'deferred'
  | 'given-up'
  | 'done';

/** What happens to a command. */
export type CommandEvent =
  | 'answer-collected'
  | 'fetch'
  | ResultClass
  | 'status'
  | 'withdrawn'
  | 'terminal-profile';

type Row = Readonly<Partial<Record<CommandEvent, CommandState>>>;

/** The table. An event without an entry leaves the command where it is. */
export const NEXT: Readonly<Record<CommandState, Row>> = {
  held: { 'answer-collected': 'ready', withdrawn: 'done' },
  ready: { fetch: 'fetched', withdrawn: 'done' },
  fetched: {
    performed: 'done',
    'try-later': 'deferred',
    refused: 'given-up',
    withdrawn: 'abandoned',
    'terminal-profile': 'deferred',
  },
  abandoned: {
    performed: 'done',
    'try-later': 'done',
    refused: 'done',
    'terminal-profile': 'done',
  },
  deferred: { status: 'ready', withdrawn: 'done' },
  'given-up': { withdrawn: 'done' },
  done: {},
};

/** A command in the session. */
export interface SessionCommand {
  readonly command: ProactiveCommand;
  /** As FETCH returns it. */
  readonly octets: Uint8Array;
  /** The ME's facility without which the command is not offered. */
  readonly needs: Facility;
  /** `reset`: a REFRESH by UICC reset counts as done only when the reset is seen. */
  readonly doneBy: 'terminal-response' | 'reset';
  /** It carries an answer, or a part of one: what is held waits for its end. */
  readonly isAnswer?: true;
  /** It is held for short messages alone: what the ME collects of the answer is with it. */
  readonly isCollected?: true;
  readonly state: CommandState;
  /** How many more times it may be offered in this card session. */
  readonly offersLeft: number;
}

/** A proactive session; empty after each reset. */
export interface ProactiveSession {
  /** The data of TERMINAL PROFILE; without it nothing is offered. */
  readonly profile: Uint8Array | undefined;
  /** In the order in which they were queued. */
  readonly commands: readonly SessionCommand[];
}

/** The session after a reset. */
export const EMPTY_SESSION: ProactiveSession = { profile: undefined, commands: [] };

/** How often a command is offered in one card session before it is given up. */
export const OFFERS_MAX = 5;

function step(entry: SessionCommand, event: CommandEvent): SessionCommand {
  const next = NEXT[entry.state][event] ?? entry.state;
  if (next === entry.state) return entry;
  // A bound: an ME that never can must not be asked for ever. A reset that it would not do is kept
  // in mind, so that a change that is repeated does not ask for it anew.
  const isGivenUp = next === 'given-up' || (next === 'deferred' && entry.offersLeft === 0);
  const state = !isGivenUp ? next : entry.doneBy === 'reset' ? 'given-up' : 'done';
  const offersLeft = state === 'fetched' ? entry.offersLeft - 1 : entry.offersLeft;
  return { ...entry, state, offersLeft };
}

function stepAll(
  session: ProactiveSession,
  event: CommandEvent,
  concerns: (entry: SessionCommand) => boolean,
): ProactiveSession {
  const commands = session.commands
    .map((entry) => (concerns(entry) ? step(entry, event) : entry))
    .filter(({ state }) => state !== 'done');
  return withReleased({ ...session, commands });
}

/** Nothing is held any more for an answer that is collected, and of which no message is left. */
function withReleased(session: ProactiveSession): ProactiveSession {
  const { commands } = session;
  const isOver = (entry: SessionCommand): boolean =>
    entry.state === 'held' && entry.isCollected === true;
  if (commands.some(({ isAnswer }) => isAnswer === true) || !commands.some(isOver)) return session;
  const released = commands.map((entry) =>
    isOver(entry) ? step(entry, 'answer-collected') : entry,
  );
  return { ...session, commands: released };
}

/**
 * Queues a command, under the lowest number that no other has.
 *
 * @param from `held` until {@link answerCollected}, or `ready` at once
 */
export function queueCommand(
  session: ProactiveSession,
  entry: Pick<SessionCommand, 'command' | 'needs' | 'doneBy' | 'isAnswer'>,
  from: 'held' | 'ready',
): ProactiveSession {
  const taken = session.commands.map(({ command }) => command.details.number);
  let number = 1;
  while (taken.includes(number)) number++;
  const { details } = entry.command;
  const command =
    details.number === number
      ? entry.command
      : { ...entry.command, details: { ...details, number } };
  const octets = encodeProactiveCommand(command);
  const queued: SessionCommand = { ...entry, command, octets, state: from, offersLeft: OFFERS_MAX };
  return { ...session, commands: [...session.commands, queued] };
}

/**
 * The ME has collected the answer that commands were held for, or there was nothing to collect.
 * They are held on while short messages with an answer wait to be sent.
 */
export function answerCollected(session: ProactiveSession): ProactiveSession {
  const commands = session.commands.map(
    (entry): SessionCommand => (entry.state === 'held' ? { ...entry, isCollected: true } : entry),
  );
  return withReleased({ ...session, commands });
}

/** STATUS has come: what the ME could not do before is offered again. */
export function statusSeen(session: ProactiveSession): ProactiveSession {
  if (session.commands.length === 0) return session;
  return stepAll(session, 'status', () => true);
}

/** TERMINAL PROFILE has come. A command whose TERMINAL RESPONSE was lost is free again. */
export function profileReceived(session: ProactiveSession, profile: Uint8Array): ProactiveSession {
  return stepAll({ ...session, profile: profile.slice() }, 'terminal-profile', () => true);
}

function isOf({ command: { details } }: SessionCommand, type: number, qualifier?: number): boolean {
  return details.type === type && (qualifier ?? details.qualifier) === details.qualifier;
}

/**
 * The card no longer wants commands of this type. What the ME has already fetched is its own
 * affair.
 *
 * @param qualifier those that have it alone; all when left out
 */
export function withdrawCommands(
  session: ProactiveSession,
  type: number,
  qualifier?: number,
): ProactiveSession {
  return stepAll(session, 'withdrawn', (entry) => isOf(entry, type, qualifier));
}

/**
 * Tells whether a command of this type is in the session and still wanted.
 *
 * @param qualifier one that has it; any when left out
 */
export function isQueued(session: ProactiveSession, type: number, qualifier?: number): boolean {
  return session.commands.some(
    (entry) => isOf(entry, type, qualifier) && entry.state !== 'abandoned',
  );
}

/** The command that is with the ME, if any. */
export function fetchedCommand(session: ProactiveSession): SessionCommand | undefined {
  return session.commands.find(({ state }) => state === 'fetched' || state === 'abandoned');
}

/** The command that '91XX' offers, if any. */
export function offeredCommand(session: ProactiveSession): SessionCommand | undefined {
  const { profile, commands } = session;
  if (commands.length === 0 || profile === undefined) return undefined;
  if (fetchedCommand(session) !== undefined) return undefined;
  return commands.find(({ state, needs }) => state === 'ready' && hasFacility(profile, needs));
}

/** Gives the offered command to the ME. The caller has checked that there is one. */
export function fetchCommand(session: ProactiveSession): ProactiveSession {
  const offered = offeredCommand(session);
  return stepAll(session, 'fetch', (entry) => entry === offered);
}

/**
 * Takes the ME's answer to the fetched command.
 *
 * 'Performed' is no proof of a UICC reset: there are MEs that say so and go on. Such a command is
 * asked for again at the next STATUS, never in the SW of this TERMINAL RESPONSE.
 */
export function commandAnswered(session: ProactiveSession, result: ResultClass): ProactiveSession {
  const fetched = fetchedCommand(session);
  const event = result === 'performed' && fetched?.doneBy === 'reset' ? 'try-later' : result;
  return stepAll(session, event, (entry) => entry === fetched);
}
