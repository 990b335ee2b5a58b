/**
 * A card in a state file whose program is killed again and again while it is updated.
 *
 *     start ─▶ READ BINARY ─▶ UPDATE BINARY 1, 2, 3 … ─▶ SIGKILL ─▶ start …
 *
 * The updates are numbered and sent without waiting for their answers. What is read after a kill
 * must not be older than the last one that was answered, nor newer than the last one sent.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { ByteReader } from '../../../src/bytes/reader.ts';
import { ByteWriter } from '../../../src/bytes/writer.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';

/** EF_LOCI, to which the number is written, may be updated without a PIN: a kill burns no try. */
export const WITHOUT_PIN: CardProfile = {
  ...DEFAULT_PROFILE,
  pins: DEFAULT_PROFILE.pins.map((pin) =>
    pin.reference === '01' ? { ...pin, enabled: false } : pin,
  ),
};

const SELECT_USIM = '00A4040C10A0000000871002FFFFFFFF8900000100';
const SELECT_EF_LOCI = '00A4000C026F7E';
const READ = '00B000000B';
const PADDING = fromHex('00f1100000ff01');

function update(number: number): string {
  return `00D600000B${toHex(new ByteWriter().uint(4, number, 'number').bytes(PADDING).finish())}`;
}

/** What the file says: a number, or nothing as long as it was never updated. */
function numberOf(response: string): number {
  if (!response.endsWith('9000')) throw new Error(`READ BINARY: ${response}`);
  const number = new ByteReader(fromHex(response), 'EF_LOCI').uint(4, 'TMSI');
  return number === 0xffffffff ? 0 : number;
}

/** Fewer would hardly meet one while it is written. */
const UPDATES_A_ROUND = 20;

/** When a round ends. */
interface KillMoment {
  /** After how many answers. */
  readonly answers: number;
  /** How many milliseconds later, or after the start if that comes first. */
  readonly delayMs: number;
  readonly latestMs: number;
}

/** What a round has seen. */
interface KillRound {
  /** What the card said at the start; `undefined` when it was killed before. */
  readonly found: number | undefined;
  /** The last update that was answered, and the last that was sent. */
  readonly answered: number;
  readonly sent: number;
  /** What the program has said on stderr. */
  readonly problems: string;
}

/**
 * Starts the program, updates the card, and kills it.
 *
 * @param args what comes before the end of the command line: node, main.mjs, apdu, options
 * @param first number of the first update
 */
async function killRound(
  args: readonly string[],
  first: number,
  moment: KillMoment,
): Promise<KillRound> {
  const [command = '', ...rest] = args;
  const child = spawn(command, rest);
  child.stdin.on('error', () => undefined);
  const last = first + moment.answers + 10;
  const updates = Array.from({ length: last - first + 1 }, (_, n) => update(first + n));
  child.stdin.write([SELECT_USIM, SELECT_EF_LOCI, READ, ...updates, ''].join('\n'));
  const closed = new Promise((resolve) => child.once('close', resolve));
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problems += text;
  });
  const responses: string[] = [];
  const kill = (): boolean => child.kill('SIGKILL');
  const latest = AbortSignal.timeout(moment.latestMs);
  latest.addEventListener('abort', kill);
  for await (const line of createInterface({ input: child.stdout })) {
    responses.push(line);
    if (responses.length - 3 === moment.answers) void setTimeout(moment.delayMs).then(kill);
  }
  await closed;
  latest.removeEventListener('abort', kill);
  const [, , read, ...answers] = responses;
  const wrong = answers.find((answer) => answer !== '9000');
  if (wrong !== undefined) throw new Error(`UPDATE BINARY: ${wrong}`);
  return {
    found: read === undefined ? undefined : numberOf(read),
    answered: first - 1 + answers.length,
    sent: last,
    problems,
  };
}

/** Every third round ends while the program starts, the others while it writes. */
function momentOf(round: number, random: () => number): KillMoment {
  const isEarly = round % 3 === 2;
  return {
    answers: Math.floor(random() * 70),
    delayMs: Math.floor(random() * 3),
    latestMs: isEarly ? 20 + Math.floor(random() * 300) : 10_000,
  };
}

/**
 * Kills the program again and again, and tells what was lost.
 *
 * @param rounds how often at least; there are more until 20 updates for each were answered
 * @param args what comes before the end of the command line: node, main.mjs, apdu, options
 * @returns how many updates were answered, and a line for each round after which the card was wrong
 */
export async function killRounds(
  args: readonly string[],
  rounds: number,
): Promise<{ readonly updates: number; readonly faults: readonly string[] }> {
  let updates = 0;
  let least = 0;
  let most = 0;
  const faults: string[] = [];
  for (let round = 0; round < rounds || updates < rounds * UPDATES_A_ROUND; round++) {
    const { found, answered, sent, problems } = await killRound(
      args,
      most + 1,
      momentOf(round, Math.random),
    );
    if (found !== undefined) {
      if (found < least || found > most) {
        faults.push(`round ${round}: expected ${least} to ${most}, found ${found}; ${problems}`);
      }
      least = found;
    }
    if (/vuicc: (?!.*were cut off)/.test(problems)) faults.push(`round ${round}: ${problems}`);
    updates += answered - most;
    least = Math.max(least, answered > most ? answered : least);
    most = sent;
  }
  return { updates, faults };
}
