/**
 * The reader of bench/vpcd.c: sends APDUs in vpcd framing, and measures how long the answers take.
 *
 *     listen ─▶ print the ports ─▶ cards connect ─▶ power on ─▶ rounds of round trips ─▶ end
 *
 * @see bench/vpcd.c; docs/specs.md, "vpcd"
 * @module
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { createUicc } from '../src/card/uicc.ts';
import { cProgram } from './peer.ts';

/** A payload of the reader, and the payload that the card answers with; both in hex. */
export type Pair = readonly [command: string, answer: string];

/** The payload that asks for the ATR. */
const GET_ATR = '04';

/** Compiles the reader, which is also the card that does nothing. */
export function vpcdProgram(): string {
  return cProgram(fileURLToPath(new URL('vpcd.c', import.meta.url)));
}

/** Commands with the answers of a card. They must be the same each time that the row is sent. */
export function pairsOf(commands: readonly string[]): Pair[] {
  const card = createUicc();
  const atr = toHex(card.reset());
  return commands.map((command) => [
    command,
    command === GET_ATR ? atr : toHex(card.transmit(fromHex(command))),
  ]);
}

/** What the reader does. */
export interface ReaderPlan {
  readonly program: string;
  readonly cards: 1 | 2;
  readonly rounds: number;
  /** Round trips of a round, for each card. */
  readonly count: number;
  readonly pairs: readonly Pair[];
}

/**
 * Lets the reader measure, to its end.
 *
 * @param insert puts the cards in, each at its port
 * @returns for each round the nanoseconds of a round trip, card by card
 * @throws {Error} an answer was another one, or a card has gone
 */
export async function measureTrips(
  { program, cards, rounds, count, pairs }: ReaderPlan,
  insert: (ports: readonly number[]) => void,
): Promise<number[][]> {
  const settings = [cards, rounds, count].map(String);
  const reader = spawn(program, ['reader', ...settings, ...pairs.flat()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(reader, 'exit');
  const [ports, ...rows] = await (async () => {
    const lines: number[][] = [];
    for await (const line of createInterface(reader.stdout)) {
      lines.push(line.split(' ').map(Number));
      if (lines.length === 1) insert(lines[0]!);
    }
    return lines;
  })();
  const [code] = await ended;
  if (ports === undefined || code !== 0) throw new Error(`the reader ended with exit code ${code}`);
  return rows;
}
