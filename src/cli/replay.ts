/**
 * `vuicc replay`: replays traces against a card, and prints the first difference by meaning.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import type { Command } from 'commander';
import { DecodeError } from '../bytes/errors.ts';
import { createUicc } from '../card/uicc.ts';
import type { CardProfile } from '../profile/profile.ts';
import { parseTrace } from '../trace/apdu-text.ts';
import type { Trace } from '../trace/model.ts';
import { type ReplayReport, replaySynchronously } from '../trace/replay.ts';
import { pinSecrets } from '../trace/secrets.ts';
import { doesNotHold, json, line, readProfile, readText, UsageError } from './output.ts';

interface ReplayOptions {
  readonly card?: string;
  readonly json?: true;
}

const HELP = `
Each trace begins with a new card. PIN values that a trace keeps secret come from the profile.

Example:
  $ vuicc replay apdu-traces/select-and-fcp.apdu
  apdu-traces/select-and-fcp.apdu: ok, 11 exchanges
`;

function traceOf(file: string): Trace {
  try {
    return parseTrace(readText(file), file);
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(`${error.path}: ${error.problem}`);
    throw error;
  }
}

function replayOne(file: string, profile: CardProfile): ReplayReport {
  const trace = traceOf(file);
  // A trace that was cut to nothing must not pass for one that replays.
  if (!trace.steps.some(({ kind }) => kind !== 'comment')) {
    throw new UsageError(`${file}: expected an exchange, found none`);
  }
  return replaySynchronously(trace, createUicc(profile), pinSecrets(profile));
}

function run(files: readonly string[], options: ReplayOptions): void {
  const profile = readProfile(options.card);
  const reports = files.map((file) => ({ file, ...replayOne(file, profile) }));
  if (reports.some(({ ok }) => !ok)) doesNotHold();
  if (options.json === true) {
    json({ ok: reports.every(({ ok }) => ok), traces: reports });
    return;
  }
  for (const report of reports) {
    const outcome = report.ok ? `ok, ${report.exchanges} exchanges` : report.difference.meaning;
    line(`${report.file}: ${outcome}`);
  }
}

/** Adds the subcommand. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('replay traces against a card')
    .argument('<trace...>', '.apdu files')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out')
    .option('--json', 'one JSON document: { ok, traces }')
    .addHelpText('after', HELP)
    .action(run);
}
