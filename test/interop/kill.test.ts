/**
 * SIGKILL at random moments during ten thousand updates: no acknowledged commit is lost.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useProgram } from '../cli/support/program.ts';
import { killRounds, WITHOUT_PIN } from '../transport/support/kill-rounds.ts';

const KILLS = 500;

const program = useProgram();

it(`a card is whole after each of ${KILLS} kills`, async () => {
  await program.write('card.json', JSON.stringify(WITHOUT_PIN));
  const at = (name: string): string => join(program.folder(), name);
  const args = ['apdu', '--card', at('card.json'), '--state', at('card.state'), '-'];
  const { updates, faults } = await killRounds([process.execPath, program.main(), ...args], KILLS);
  expect(faults).toEqual([]);
  expect(updates).toBeGreaterThanOrEqual(10_000);
});
