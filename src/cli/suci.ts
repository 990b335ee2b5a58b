/**
 * `vuicc suci`: identities, concealed and revealed.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 * @module
 */

import type { Command } from 'commander';
import { addSuciConceal } from './suci-conceal.ts';
import { addSuciReveal } from './suci-reveal.ts';

const HELP = `
Example:
  $ vuicc suci reveal 0100f110f0ff00000000000010
`;

/** Adds the subcommand and its own. */
export function addSuci(program: Command): void {
  const suci = program
    .command('suci')
    .description('concealed identities (SUCI)')
    .addHelpText('after', HELP);
  addSuciConceal(suci);
  addSuciReveal(suci);
}
