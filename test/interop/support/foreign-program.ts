/**
 * Programs that are run to their end, with what to install when they are missing.
 *
 * @see docs/pcsc.md
 * @module
 */

import { join } from 'node:path';
import { collect, type Outcome } from '../../cli/support/program.ts';
import { ROOT } from '../../support/source.ts';

/** The Debian package of each program, and of the library for Python. */
const PACKAGES: Readonly<Record<string, string>> = {
  'opensc-tool': 'opensc',
  scriptor: 'pcsc-tools',
  '/usr/bin/python3': 'python3-pyscard',
};

/**
 * Runs a foreign program.
 *
 * @throws {Error} it is missing, or ends with another code than 0: the message holds what it wrote,
 *   and what to install
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  const install = `(apt-get install ${PACKAGES[command] ?? command})`;
  const outcome = await collect(command, args, { cwd: ROOT, input }).catch((error: unknown) => {
    throw new Error(`${command}: ${String(error)} ${install}`);
  });
  if (outcome.code === 0) return outcome;
  const { code, stdout, stderr } = outcome;
  throw new Error(`${command} has ended with ${code} ${install}\n${stdout}\n${stderr}`);
}

/** Runs `vuicc` from the checkout, where the package `smartcard` is found. */
export function vuicc(args: readonly string[]): Promise<Outcome> {
  const program = ['--import', 'tsx', join('src', 'cli', 'main.ts'), ...args];
  return collect(process.execPath, program, { cwd: ROOT });
}
