/**
 * `vuicc serve vpcd`: puts cards into the slots of vsmartcard's virtual reader.
 *
 * @see docs/pcsc.md
 * @module
 */

import type { Command } from 'commander';
import { createUicc } from '../card/uicc.ts';
import { insertCard, VPCD_PORT, type VpcdEvent } from '../transport/vpcd.ts';
import { readProfile } from './output.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly slots: string;
  readonly card?: readonly string[];
}

function eventText(event: VpcdEvent, where: string): string {
  switch (event.kind) {
    case 'inserted':
      return `card in the reader at ${where}`;
    case 'waiting':
      return `waiting for the reader at ${where} (${event.reason})`;
    case 'unknown-frame':
      return `a frame that means nothing from ${where}`;
  }
}

function run({ host, port, slots, card = [] }: ServeOptions): void {
  const count = Number(slots);
  const inserted = Array.from({ length: count }, (_, n) => {
    const at = Number(port) + n;
    const onEvent = (event: VpcdEvent): void => {
      process.stderr.write(`slot ${n}: ${eventText(event, `${host}:${at}`)}\n`);
    };
    const profile = readProfile(card[n] ?? card.at(-1));
    return insertCard(createUicc(profile), { host, port: at, onEvent });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      for (const slot of inserted) slot.close();
    });
  }
}

/** Adds the subcommand. */
export function addServeVpcd(serve: Command): void {
  serve
    .command('vpcd')
    .description('into the virtual PC/SC reader of vsmartcard')
    .option('--host <host>', 'where pcscd runs', '127.0.0.1')
    .option('--port <port>', 'port of slot 0', String(VPCD_PORT))
    .option('--slots <number>', 'how many slots have a card', '1')
    .option('--card <profile...>', 'card profiles, one a slot')
    .action(run);
}
