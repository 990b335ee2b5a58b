#!/usr/bin/env node
/**
 * `vuicc`: the command line.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { Command, CommanderError } from 'commander';
import { addAka } from './aka.ts';
import { addApdu } from './apdu.ts';
import { addAuc } from './auc.ts';
import { addDemo } from './demo.ts';
import { addExport } from './export.ts';
import { addMilenage } from './milenage.ts';
import { addOta } from './ota.ts';
import { errorCode, UsageError } from './output.ts';
import { addProfile } from './profile.ts';
import { addReplay } from './replay.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addSuci } from './suci.ts';
import { addTuak } from './tuak.ts';

const VERSION = '0.1.0';
const WRONG_USAGE = 2;

const HELP = `
Exit codes: 0 done, 1 the thing checked does not hold, 2 wrong usage or unreadable input.

Examples:
  $ vuicc demo                              # a subscription changes over the air, twice
  $ vuicc apdu 00A40804022FE2 00C0000019    # SELECT EF_ICCID on the built-in card
  $ vuicc replay trace.apdu                 # replay a trace, show the first difference
`;

function makeProgram(): Command {
  const program = new Command('vuicc')
    .description('A virtual UICC that is re-subscribed over the air')
    .version(VERSION)
    .addHelpText('after', HELP)
    .exitOverride()
    // An error is one line, written below.
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  addDemo(program);
  addRun(program);
  addApdu(program);
  addReplay(program);
  addServe(program);
  addAuc(program);
  addAka(program);
  addMilenage(program);
  addSuci(program);
  addTuak(program);
  addOta(program);
  addProfile(program);
  addExport(program);
  inheritSettings(program);
  return program;
}

function inheritSettings(program: Command): void {
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    inheritSettings(command);
  }
}

function fail(message: string): void {
  process.stderr.write(`vuicc: ${message.split('\n')[0]}\n`);
  process.exitCode = WRONG_USAGE;
}

/** What was wrong with the arguments, in one line that shows no value of an option. */
function usageFault({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'expected one of the commands that --help lists';
  return message.replace(/^error: /, '').replace(/^(unknown option '[^=]*)=.*'/, `$1'`);
}

/** Ends quietly when whoever reads stdout has gone: `vuicc … | head`. */
process.stdout.on('error', (error: Error) => {
  if (errorCode(error) !== 'EPIPE')
    fail(`standard output: cannot be written (${errorCode(error)})`);
  process.exit();
});

/** Whoever does not read what went wrong does not end a card that is in use. */
process.stderr.on('error', () => undefined);

try {
  await makeProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) fail(usageFault(error));
  } else if (error instanceof UsageError) {
    fail(error.message);
  } else {
    fail(`fault of this program: ${error instanceof Error ? error.message : String(error)}`);
  }
}
