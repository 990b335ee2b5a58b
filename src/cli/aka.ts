/**
 * `vuicc aka`: authentication between a card and a network.
 *
 * @see 3GPP TS 33.102 §6.3; docs/aka-diagnose.md
 * @module
 */

import type { Command } from 'commander';
import { addAkaDiagnose } from './aka-diagnose.ts';

const HELP = `
Example:
  $ vuicc aka diagnose --help                what is taken, and what is told
`;

/** Adds the subcommand and those below it. */
export function addAka(program: Command): void {
  const aka = program
    .command('aka')
    .description('find out why an authentication fails')
    .addHelpText('after', HELP);
  addAkaDiagnose(aka);
}
