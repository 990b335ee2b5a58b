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
import { fileURLToPath } from 'node:url';
import { createUicc } from '../src/card/uicc.ts';
import { insertCard } from '../src/transport/vpcd.ts';
import { compare, pinToOneCore } from './peer.ts';
import { measureTrips, pairsOf, vpcdProgram } from './vpcd-reader.ts';

const ROUNDS = 31;
const COUNT = 5_000;
const TARGET = 2.0;

/** What the reader sends, again and again. */
const ROWS = [
  ['STATUS              ', ['80F2000C00']],
  ['SELECT, READ BINARY ', ['00A4000C022FE2', '00B000000A']],
  ['SELECT, GET RESPONSE', ['00A40804022FE2', '00C0000019']],
] as const;

/** Lets our card and the peer's take turns; gives nanoseconds of ours and of the peer's. */
async function measured(program: string, commands: readonly string[]): Promise<number[][]> {
  const pairs = pairsOf(commands);
  const cards: ChildProcess[] = [];
  // The first round is for the compiler of V8; compare leaves it out.
  const plan = { program, cards: 2, rounds: ROUNDS + 1, count: COUNT, pairs } as const;
  const rows = await measureTrips(plan, (ports) => {
    const [ours, peer] = ports.map(String) as [string, string];
    cards.push(fork(fileURLToPath(import.meta.url), ['card', ours]));
    const answers = pairs.map(([, answer]) => answer);
    cards.push(spawn(program, ['card', peer, ...answers], { stdio: 'inherit' }));
  });
  for (const card of cards) card.kill();
  return rows;
}

/** The served path, until the reader goes. */
function serveCard(port: number): void {
  const slot = insertCard(createUicc(), {
    host: '127.0.0.1',
    port,
    onEvent: ({ kind }) => {
      if (kind === 'waiting') slot.close();
    },
  });
}

async function compareAll(): Promise<void> {
  pinToOneCore();
  const program = vpcdProgram();
  console.log(`one APDU over vpcd framing, wall time, rounds of ${COUNT}`);
  for (const [name, commands] of ROWS) {
    const rows = await measured(program, commands);
    const [ours = [], peer = []] = [0, 1].map((column) => rows.map((row) => row[column]!));
    const next = (values: number[]) => () => values.shift()!;
    compare({ name, ours: next(ours), peer: next(peer), target: TARGET, rounds: ROUNDS });
  }
}

const [role, port] = process.argv.slice(2);
if (role === 'card') serveCard(Number(port));
else await compareAll();
