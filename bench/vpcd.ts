/**
 * How long does a program wait for an R-APDU that comes through the virtual PC/SC reader?
 *
 *     npx tsx bench/vpcd.ts
 *
 *     reader (C) ── TCP, one write a frame ──▶ our card in a process of its own
 *                └─────────────────────────▶ a card in C that gives the same answers, unread
 *
 * The peer does no work, so what it takes is what two processes that wake each other over loopback
 * take at least. Two processes take part, so the time is wall time; both run on one core, where a
 * round trip is two changes of process and nothing goes on beside it. The two cards take turns.
 *
 * @see docs/specs.md, "vpcd"
 * @module
 */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { createUicc } from '../src/card/uicc.ts';
import { insertCard } from '../src/transport/vpcd.ts';
import { compare, cProgram, pinToOneCore } from './peer.ts';

const ROUNDS = 31;
const COUNT = 5_000;
const TARGET = 2.0;
const HOST = '127.0.0.1';

/** What the reader sends, again and again. */
const ROWS = [
  ['STATUS              ', ['80F2000C00']],
  ['SELECT, READ BINARY ', ['00A4000C022FE2', '00B000000A']],
  ['SELECT, GET RESPONSE', ['00A40804022FE2', '00C0000019']],
] as const;

/** Commands with the answers of a card; the same each time, or there is nothing to compare. */
function exchanges(commands: readonly string[]): string[][] {
  const card = createUicc();
  card.reset();
  return commands.map((command) => [command, toHex(card.transmit(fromHex(command)))]);
}

/** Lets the reader measure; gives the lines that it prints, numbers of ours and of the peer. */
async function measured(program: string, commands: readonly string[]): Promise<number[][]> {
  const pairs = exchanges(commands);
  const settings = [ROUNDS + 1, COUNT].map(String);
  const reader = spawn(program, ['reader', ...settings, ...pairs.flat()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const cards: ChildProcess[] = [];
  const rows: number[][] = [];
  for await (const text of createInterface(reader.stdout)) {
    const numbers = text.split(' ');
    if (cards.length > 0) {
      rows.push(numbers.map(Number));
      continue;
    }
    const [ours = '', peer = ''] = numbers;
    cards.push(fork(fileURLToPath(import.meta.url), ['card', ours]));
    const answers = pairs.map(([, answer]) => answer!);
    cards.push(spawn(program, ['card', peer, ...answers], { stdio: 'inherit' }));
  }
  for (const card of cards) card.kill();
  const code = reader.exitCode ?? ((await once(reader, 'exit')) as [number])[0];
  if (code !== 0) throw new Error(`the reader ended with exit code ${code}`);
  return rows;
}

/** The served path, until the reader goes. */
function serveCard(port: number): void {
  const slot = insertCard(createUicc(), {
    host: HOST,
    port,
    onEvent: ({ kind }) => {
      if (kind === 'waiting') slot.close();
    },
  });
}

async function compareAll(): Promise<void> {
  pinToOneCore();
  const program = cProgram(fileURLToPath(new URL('vpcd.c', import.meta.url)));
  console.log(`one APDU over vpcd framing, wall time, median of ${ROUNDS} rounds of ${COUNT}`);
  for (const [name, commands] of ROWS) {
    const rows = await measured(program, commands);
    const [ours, peer] = [0, 1].map((column) => rows.map((row) => row[column]!));
    compare({
      name,
      ours: () => ours!.shift()!,
      peer: () => peer!.shift()!,
      target: TARGET,
      rounds: ROUNDS,
    });
  }
}

const [role, port] = process.argv.slice(2);
if (role === 'card') serveCard(Number(port));
else await compareAll();
