/**
 * INVALIDATE and REHABILITATE: the current EF taken out of use, and back.
 *
 *     A0 04 00 00 00           A0 44 00 00 00
 *
 * An EF that is already there is in contradiction with the command: '9810'.
 *
 * @see 3GPP TS 51.011 §8.14, §8.15
 * @module
 */

import type { CommandApdu } from '../../../apdu/command.ts';
import { AM, mayAccess, operationOf } from '../../access.ts';
import { type CommandContext, DONE, type Reply, refuse } from '../../command.ts';
import { lifeCycleOf } from '../../memory.ts';
import { currentEf, noParameters, type SimCommandRow } from '../command.ts';

/** What makes one of the commands the other. */
interface Transition {
  readonly to: 'activated' | 'deactivated';
  readonly am: number;
}

function change(card: CommandContext, command: CommandApdu, { to, am }: Transition): Reply {
  const { memory, session } = card;
  const ef = currentEf(card);
  if (ef === undefined) return refuse('no-ef-selected');
  const { source } = ef;
  if (source === undefined) return refuse('access-denied');
  const from = lifeCycleOf(source.node);
  if (from === 'terminated') return refuse('ef-terminated');
  const operation = operationOf(command, am);
  if (!mayAccess(memory, session, source.node, operation)) return refuse('access-denied');
  // What was never in use is in use for a SIM, and cannot be taken out of it.
  const wasInUse = from !== 'creation' && from !== 'initialisation';
  if (from === to || (!wasInUse && to === 'deactivated')) return refuse('ef-deactivated');
  const { file } = source;
  return memory.commit([{ kind: 'life-cycle', file, to }]) ? DONE : refuse('not-stored');
}

function row(ins: number, name: string, transition: Transition): SimCommandRow {
  return {
    ins,
    name,
    mayHaveP1P2: noParameters,
    brings: 'none',
    handle: (card, command) => change(card, command, transition),
  };
}

/** INVALIDATE and REHABILITATE. */
export const INVALIDATION: readonly SimCommandRow[] = [
  row(0x04, 'INVALIDATE', { to: 'deactivated', am: AM.deactivate }),
  row(0x44, 'REHABILITATE', { to: 'activated', am: AM.activate }),
];
