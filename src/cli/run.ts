/**
 * `vuicc run`: a scenario with any number of devices and changes, with a report.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { type Command, Option } from 'commander';
import type { Exchange } from '../apdu/connection.ts';
import { DEFAULT_PROFILE } from '../profile/default-profile.ts';
import { runAlternative3b } from '../scenario/alternative-3b.ts';
import type { Access } from '../scenario/device.ts';
import type { Listener } from '../scenario/story.ts';
import type { FrontMatter } from '../trace/model.ts';
import { type CaptureFlags, captureOptions, openCaptureOf } from './capture-options.ts';
import { printReport } from './demo.ts';
import { doesNotHold, isWatched, json, line, numberOption, UsageError } from './output.ts';
import { openTraceOf } from './trace-option.ts';

interface RunOptions extends CaptureFlags {
  readonly devices: string;
  readonly changes: string;
  readonly seed: string;
  readonly access: Access;
  readonly trace?: string;
  readonly summary?: true;
  readonly json?: true;
}

const DEVICES_MAX = 1_000_000;
const CHANGES_MAX = 254;
const ACCESSES: readonly Access[] = ['eps', '5g'];
const DIGITS = 7;
const PATIENCE_MS = 2_000;

const HELP = `
--trace writes what passes between the ME and the card of the first device, without PINs; session
keys are in it, in the answers of AUTHENTICATE and where the ME keeps them on the card. With three
changes that card is the built-in test card, so the trace replays on it; with fewer, on a profile
with as many pairs less. --pcap and --gsmtap show the same to Wireshark.

Examples:
  $ vuicc run 3b --devices 100 --changes 3 --summary
  $ vuicc run 3b --changes 3 --trace story.apdu && vuicc replay story.apdu
  $ vuicc run 3b --access 5g
  $ vuicc run 3b --pcap story.pcapng
  $ vuicc run 3b --gsmtap 127.0.0.1
`;

/** Shows on a terminal where a long run is. */
function progress(): { readonly listener: Listener; end(): void } {
  const startedAt = Date.now();
  let isShown = false;
  return {
    listener: (from, to, what) => {
      if (!isWatched() || Date.now() - startedAt < PATIENCE_MS) return;
      isShown = true;
      process.stderr.write(`\r\x1b[K${from} -> ${to}: ${what}`);
    },
    end: () => {
      if (isShown) process.stderr.write('\r\x1b[K');
    },
  };
}

/** Which card a trace of device 0 replays on. */
function cardOf(pairs: number): string {
  const own = DEFAULT_PROFILE.keyTable.entries.length;
  if (pairs === own) return `the built-in test card with ${own} pairs`;
  return pairs < own
    ? `docs/default-profile.json with the first ${pairs} pairs of its key table`
    : `the built-in test card with ${pairs - own} pairs more, from the seed`;
}

/** The seed stands in the trace, on a line of its own. */
function seedOption(text: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/.test(text)) {
    throw new UsageError('--seed: expected 1 to 64 printable characters, no space at the ends');
  }
  return text;
}

async function run(alternative: string, options: RunOptions): Promise<void> {
  if (alternative !== '3b') {
    throw new UsageError(`alternative: expected 3b, found "${alternative}"`);
  }
  const devices = numberOption('--devices', options.devices, { most: DEVICES_MAX, digits: DIGITS });
  const changes = numberOption('--changes', options.changes, { most: CHANGES_MAX, digits: DIGITS });
  const seed = seedOption(options.seed);
  const { access } = options;
  const how = `--devices ${devices} --changes ${changes}${access === 'eps' ? '' : ' --access 5g'}`;
  const frontMatter: FrontMatter = [
    ['spec', '3GPP TR 33.812 §5.4.2 (alternative 3b); docs/subscription-change.md'],
    ['card', cardOf(changes + 1)],
    ['why', `${changes} changes of subscription over the air, and one too many`],
    ['source', `vuicc run 3b ${how} --seed ${seed}`],
  ];
  // Before a long run, so that it does not end with a trace that nobody can keep.
  const trace = openTraceOf(options, frontMatter);
  const { listener, end } = progress();
  const capture = openCaptureOf(options);
  const observe = (exchange: Exchange): void => {
    trace?.observe(exchange);
    capture?.observe(exchange);
  };
  const report = await runAlternative3b({ devices, changes, seed, listener, observe, access });
  end();
  await capture?.close();
  trace?.close();
  if (!report.ok) doesNotHold();
  if (options.json === true) json(report);
  else if (options.summary === true) {
    const moved = report.devices.flatMap((device) => device.changes);
    const attached = moved.filter((change) => change.attached).length;
    line(`${devices} devices, ${changes} changes: ${attached} of ${devices * changes} attached`);
    line(report.ok ? 'everything held' : 'NOT everything held');
  } else printReport(report);
}

/** Adds the subcommand. */
export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('run a scenario and report')
    .argument('<alternative>', '3b')
    .option('--devices <number>', 'how many devices', '1')
    .option('--changes <number>', 'how often each changes its operator', '2')
    .addOption(
      new Option('--access <network>', 'how devices come to their operator')
        .choices(ACCESSES)
        .default('eps'),
    )
    .option('--seed <text>', 'what everything repeats from', 'vuicc')
    .option('--trace <file>', 'write a trace of the first device (.apdu)');
  captureOptions(command)
    .option('--summary', 'totals in place of a line a change')
    .option('--json', 'one JSON document: { ok, seed, devices, refusals }')
    .addHelpText('after', HELP)
    .action(run);
}
