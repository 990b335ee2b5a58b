/**
 * What a command of class A0 is, and the steps that most of them begin and end with.
 *
 * @see 3GPP TS 51.011 §8, §9.2
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { AM, mayAccess, operationOf } from '../access.ts';
import { asksForAll, type CommandContext, LE_ALL, type Reply, refuseWith } from '../command.ts';
import type { ElementaryNode } from '../memory.ts';
import { lifeCycleFailure } from '../open-ef.ts';
import { type Failure, type Result, refusal, success } from '../refusal.ts';
import { SIM_SW } from './refusal.ts';
import { directoryAt, efIn, type SimEf } from './view.ts';

/** One command of class A0. */
export interface SimCommandRow {
  readonly ins: number;
  readonly name: string;
  readonly mayHaveP1P2: (p1: number, p2: number) => boolean;
  /** How many octets it brings: so many, one or more, or none and P3 is a length that it wants. */
  readonly brings: number | 'some' | 'none';
  readonly handle: (card: CommandContext, command: CommandApdu) => Reply;
}

/** P1 and P2 '00'. */
export function noParameters(p1: number, p2: number): boolean {
  return p1 === 0 && p2 === 0;
}

/** Refuses P3 and tells the right one, where an octet can. */
export function wrongP3(right: number): Reply {
  return refuseWith(SIM_SW.wrongP3 + (right <= 0xff ? right : 0));
}

/**
 * Gives as many octets as P3 asks for, from the first on; `undefined` when it asks for more than
 * there are.
 */
export function firstOctets(
  card: CommandContext,
  { ne }: CommandApdu,
  data: Uint8Array,
): Uint8Array | undefined {
  if (asksForAll(card, ne, data.length)) return data;
  const wanted = ne === 0 ? LE_ALL : ne;
  return wanted < data.length ? data.subarray(0, wanted) : undefined;
}

/** Finds the EF where the terminal stands. */
export function currentEf(card: CommandContext): SimEf | undefined {
  const { path, ef } = card.session.place;
  const directory = directoryAt(card, path);
  return directory === undefined || ef === undefined ? undefined : efIn(card, directory, ef);
}

/** Why a command may not work on an EF: where that is in its life, or who asks. */
export function simHindrance(
  { memory, session }: CommandContext,
  command: CommandApdu,
  { source, write }: SimEf,
  am: number,
): Failure | undefined {
  if (am !== AM.read && write === undefined) return 'access-denied';
  if (source === undefined) return undefined;
  const failure = lifeCycleFailure(source.node);
  if (failure !== undefined) return failure;
  const operation = operationOf(command, am);
  return mayAccess(memory, session, source.node, operation) ? undefined : 'access-denied';
}

/**
 * Finds the current EF and asks whether a command may work on it.
 *
 * @param am access mode bit; 0 when none stands for the command
 * @param suits whether the command is for EFs like this one
 * @see 3GPP TS 51.011 §9.4
 */
export function openCurrentEf(
  card: CommandContext,
  command: CommandApdu,
  am: number,
  suits: (node: ElementaryNode) => boolean,
): Result<SimEf> {
  const ef = currentEf(card);
  if (ef === undefined) return refusal('no-ef-selected');
  if (!suits(ef.node)) return refusal('incompatible-structure');
  const failure = simHindrance(card, command, ef, am);
  return failure === undefined ? success(ef) : refusal(failure);
}

/**
 * Stores what a command has made of an EF.
 *
 * @param content as long as the one that the terminal sees
 * @returns why not, if not
 */
export function storeContent(
  card: CommandContext,
  { source, write }: SimEf,
  content: Uint8Array,
): Failure | undefined {
  const changed = write?.(content);
  if (source === undefined || changed === undefined) return 'wrong-data';
  const change = { kind: 'content', file: source.file, content: changed } as const;
  return card.memory.commit([change]) ? undefined : 'not-stored';
}
