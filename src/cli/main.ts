#!/usr/bin/env node
/**
 * `vuicc`: the command line.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { Command, CommanderError } from 'commander';
import { addApdu } from './apdu.ts';
import { addDemo } from './demo.ts';
import { addMilenage } from './milenage.ts';
import { addOta } from './ota.ts';
import { UsageError } from './output.ts';
import { addProfile } from './profile.ts';
import { addReplay } from './replay.ts';
import { addRun } from './run.ts';

const VERSION = '0.1.0';
const WRONG_USAGE = 2;

const HELP = `
Exit codes: 0 done, 1 the thing checked does not hold, 2 wrong usage or unreadable input.

Examples:
  $ vuicc demo                              a subscription changes over the air, twice
  $ vuicc apdu 00A40804022FE2 00C0000019    SELECT EF_ICCID on the built-in card
  $ vuicc replay trace.apdu                 replay a trace, show the first difference
`;

function makeProgram(): Command {
  const program = new Command('vuicc')
    .description('A virtual UICC that is re-subscribed over the air')
    .version(VERSION)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addDemo(program);
  addRun(program);
  addApdu(program);
  addReplay(program);
  addMilenage(program);
  addOta(program);
  addProfile(program);
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
  process.stderr.write(`vuicc: ${message.replace(/^error: /, '').split('\n')[0]}\n`);
  process.exitCode = WRONG_USAGE;
}

/** Ends quietly when whoever reads stdout has gone: `vuicc … | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await makeProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) fail(error.message);
  } else if (error instanceof UsageError) {
    fail(error.message);
  } else {
    fail(`fault of this program: ${error instanceof Error ? error.message : String(error)}`);
  }
}
