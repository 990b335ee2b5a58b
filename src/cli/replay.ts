/**
 * `vuicc replay`: replays traces against a card, and prints the first difference by meaning.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import type { Command } from 'commander';
import { type CardConnection, connect } from '../apdu/connection.ts';
import { DecodeError } from '../bytes/errors.ts';
import { createUicc } from '../card/uicc.ts';
import { parseTrace } from '../trace/apdu-text.ts';
import type { Trace } from '../trace/model.ts';
import { type ReplayReport, replay } from '../trace/replay.ts';
import { type PinSecrets, pinSecrets } from '../trace/secrets.ts';
import { doesNotHold, json, line, readCardProfile, readText, UsageError } from './output.ts';
import { addReaderOptions, type ReaderOptions, readerFault, withReader } from './reader-options.ts';

interface ReplayOptions extends ReaderOptions {
  readonly card?: string;
  readonly json?: true;
}

type FileReport = { readonly file: string } & ReplayReport;

const HELP = `
Each trace begins with a new card. PIN values that a trace keeps secret come from the profile.

With --reader "Virtual PCD 00 00" the traces run on the card in that reader, one after the other,
each from a reset on; the profile then only tells the PINs. A PIN command is not sent to that card
when one try or none is left, or when the card does not tell: --last-try sends it.

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

function exchangesOf(file: string): Trace {
  const trace = traceOf(file);
  // A trace that was cut to nothing must not pass for one that replays.
  if (!trace.steps.some(({ kind }) => kind !== 'comment')) {
    throw new UsageError(`${file}: expected an exchange, found none`);
  }
  return trace;
}

interface NamedTrace {
  readonly file: string;
  readonly trace: Trace;
}

async function replayAll(
  traces: readonly NamedTrace[],
  secrets: PinSecrets,
  cardFor: () => CardConnection,
): Promise<readonly FileReport[]> {
  const reports: FileReport[] = [];
  for (const { file, trace } of traces) {
    try {
      reports.push({ file, ...(await replay(trace, cardFor(), secrets)) });
    } catch (error) {
      throw readerFault(error, file);
    }
  }
  return reports;
}

async function run(files: readonly string[], options: ReplayOptions): Promise<void> {
  const profile = readCardProfile(options.card);
  const secrets = pinSecrets(profile);
  const traces = files.map((file) => ({ file, trace: exchangesOf(file) }));
  const reports =
    (await withReader(options, (card) => replayAll(traces, secrets, () => card))) ??
    (await replayAll(traces, secrets, () => connect(createUicc(profile))));
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
  const command = program
    .command('replay')
    .description('replay traces against a card')
    .argument('<trace...>', '.apdu files')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out');
  addReaderOptions(command)
    .option('--json', 'one JSON document: { ok, traces }')
    .addHelpText('after', HELP)
    .action(run);
}
