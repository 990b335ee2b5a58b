/**
 * `vuicc ota`: secured packets.
 *
 * @see ETSI TS 102 225 §5
 * @module
 */

import type { Command } from 'commander';
import { addOtaExplain } from './ota-explain.ts';
import { addOtaOpen } from './ota-open.ts';
import { addOtaSeal } from './ota-seal.ts';
import { addOtaTest } from './ota-test.ts';

const HELP = `
Example:
  $ vuicc ota open 00110d00010000b00000000000000700a1b2c3
`;

/** Adds the subcommand and its own. */
export function addOta(program: Command): void {
  const ota = program.command('ota').description('secured packets').addHelpText('after', HELP);
  addOtaSeal(ota);
  addOtaOpen(ota);
  addOtaExplain(ota);
  addOtaTest(ota);
}
