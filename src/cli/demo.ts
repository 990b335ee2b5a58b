/**
 * `vuicc demo`: the story of a change of operator, twice, as a readable sequence.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { Command } from 'commander';
import { type Report3b, runAlternative3b } from '../scenario/alternative-3b.ts';
import type { Listener } from '../scenario/story.ts';
import { doesNotHold, json, line } from './output.ts';

interface DemoOptions {
  readonly seed: string;
  readonly json?: true;
}

const HELP = `
Everything repeats from the seed, except the signatures of the lists.

Example:
  $ vuicc demo --json
`;

const NAME_COLUMNS = 8;
const ACT_COLUMNS = 46;

/** Prints each line of the story as it is told. */
const TELL: Listener = (from, to, what, outcome) => {
  const act = `${from.padEnd(NAME_COLUMNS)} -> ${to.padEnd(NAME_COLUMNS)}  ${what}`;
  line(`  ${act.padEnd(NAME_COLUMNS * 2 + 6 + ACT_COLUMNS)} ${outcome}`);
};

function mark(isTrue: boolean): string {
  return isTrue ? 'yes' : 'NO';
}

/** Prints what came of a run. */
export function printReport({ ok, devices, refusals }: Report3b): void {
  for (const { iccid, changes } of devices) {
    line(`card ${iccid}`);
    for (const { index, from, to, por, oldKeyRefused, attached } of changes) {
      line(
        `  pair ${index}: IMSI ${from} -> ${to}, PoR ${por}, ` +
          `attached ${mark(attached)}, old OTA key refused ${mark(oldKeyRefused)}`,
      );
    }
  }
  line('refused, as it must be');
  line(`  forged list        ${mark(refusals.forgedList)}`);
  line(`  replayed packet    ${mark(refusals.replayedPacket)}`);
  line(`  old OTA key        ${mark(refusals.oldKey)}`);
  line(`  exhausted table    ${mark(refusals.exhausted)}`);
  line(ok ? 'everything held' : 'NOT everything held');
}

async function run({ seed, json: isJson }: DemoOptions): Promise<void> {
  if (isJson !== true) {
    line('A card changes its operator over the air, twice (3GPP TR 33.812, alternative 3b).');
    line('');
  }
  const listener = isJson === true ? undefined : TELL;
  const report = await runAlternative3b({
    seed,
    changes: 2,
    ...(listener === undefined ? {} : { listener }),
  });
  if (!report.ok) doesNotHold();
  if (isJson === true) {
    json(report);
    return;
  }
  line('');
  printReport(report);
}

/** Adds the subcommand. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a subscription changes over the air, twice')
    .option('--seed <text>', 'what everything repeats from', 'vuicc')
    .option('--json', 'one JSON document: { ok, seed, devices, refusals }')
    .addHelpText('after', HELP)
    .action(run);
}
