/**
 * `--faults`: a plan of what goes wrong, for every subcommand whose card answers an ME.
 *
 * @see docs/faults.md
 * @module
 */

import type { Command } from 'commander';
import type { ReaderCard } from '../apdu/connection.ts';
import {
  type FailingCard,
  type FaultEvent,
  type FaultPlan,
  failingCard,
  type Lateness,
} from '../apdu/fault-plan.ts';
import { seededRandomness } from '../scenario/randomness.ts';
import { parseFaultPlan } from '../trace/fault-file.ts';
import { faultsError, readText } from './output.ts';

/** What the option says. */
export interface FaultFlags {
  readonly faults?: string;
}

/** Adds the option to a subcommand, and returns it. */
export function faultsOption(command: Command): Command {
  return command.option('--faults <file>', 'let the card fail by this plan (JSON)');
}

/**
 * Reads the plan that the option names.
 *
 * @returns `undefined` when it names none
 * @throws {UsageError} the file cannot be read or is no plan; the first fault is named
 */
export function faultPlanOf({ faults }: FaultFlags): FaultPlan | undefined {
  if (faults === undefined) return undefined;
  const result = parseFaultPlan(readText(faults));
  if (result.ok) return result.plan;
  throw faultsError(faults, result.faults, 'plan');
}

/**
 * Gives the card of a slot the faults of a plan.
 *
 * @param slot each has chances of its own; those of slot 0 are those of the seed alone
 * @param say hears of each fault that happens, one line
 */
export function planned(
  card: ReaderCard,
  plan: FaultPlan,
  slot: number,
  say: ((text: string) => void) | undefined,
): FailingCard {
  const seed = slot === 0 ? plan.seed : `${plan.seed}\nslot ${slot}`;
  const failing = failingCard(card, plan, {
    random: seededRandomness(seed),
    ...(say && { onFault: (event: FaultEvent) => say(eventText(event, failing.lateness)) }),
  });
  return failing;
}

function eventText({ index, fault, number }: FaultEvent, { nulls, ms }: Lateness): string {
  const at = `${fault === 'atr' ? 'reset' : 'command'} ${number}`;
  const late = fault === 'slow' ? `, ${nulls} NULL octets or ${ms} ms` : '';
  return `fault $.faults[${index}] at ${at}: ${fault}${late}`;
}
