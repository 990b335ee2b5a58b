/**
 * `vuicc serve`: plugs a card into something else.
 *
 * @see docs/pcsc.md; docs/architecture.md, "The command line"
 * @module
 */

import type { Command } from 'commander';
import { addServeVpcd } from './serve-vpcd.ts';

const HELP = `
Example:
  $ vuicc serve vpcd
`;

/** Adds the subcommand and its own. */
export function addServe(program: Command): void {
  const serve = program
    .command('serve')
    .description('plug a card into something else')
    .addHelpText('after', HELP);
  addServeVpcd(serve);
}
