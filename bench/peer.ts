/**
 * Measures our code against a peer's in C, in the same run and on the same core.
 *
 *     ours, peer, ours, peer, …     ->  median of each, and ours / peer
 *
 * The two take turns, so that a core that changes its speed changes both; the median forgets a
 * round that was disturbed. What counts is processor time, as other programs may be running. The
 * peer's driver is compiled when the bench starts.
 *
 * @see docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

/** One round: runs the thing often enough, and gives nanoseconds of processor time for one. */
export type Measure = () => number;

/** What is compared, and what the ratio may be at most. */
export interface Comparison {
  readonly name: string;
  readonly ours: Measure;
  readonly peer: Measure;
  /** The highest ratio ours / peer that is good enough. */
  readonly target: number;
  /** How many rounds each of the two gets; 31 when not given. */
  readonly rounds?: number;
}

/** Medians, in nanoseconds for one computation. */
export interface Result {
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
}

/**
 * Compiles a C program with `cc -O2`.
 *
 * @param source path of the C file
 * @param libs libraries to link, without `lib`: `osmogsm`
 * @returns the path of the program, which goes when this process ends
 * @throws {Error} there is no compiler or no library
 */
export function cProgram(source: string, libs: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'vuicc-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'peer');
  const flags = libs.map((lib) => `-l${lib}`);
  const { status } = spawnSync('cc', ['-O2', '-o', program, source, ...flags], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    const needed = libs.length === 0 ? '' : ` and the libraries ${libs.join(', ')}`;
    throw new Error(`${source} needs a C compiler, cc${needed}`);
  }
  return program;
}

/**
 * Compiles a C program that is run to its end for each round.
 *
 * @returns a function that runs the program with arguments and returns what it printed
 * @throws {Error} there is no compiler or no library, or the program fails
 */
export function cPeer(source: string, libs: readonly string[]): (...args: string[]) => string {
  const program = cProgram(source, libs);
  return (...args) => execFileSync(program, args, { encoding: 'utf8' }).trim();
}

/**
 * Keeps this thread, and the programs that it starts, on one core, if there is a `taskset`.
 *
 * Only the main thread is bound: V8's collector and compiler may run elsewhere, as they usually do.
 */
export function pinToOneCore(): void {
  const core = String(cpus().length - 1);
  spawnSync('taskset', ['-cp', core, String(process.pid)], { stdio: 'ignore' });
}

/**
 * Gives nanoseconds of processor time for one of `count` computations that `run` does.
 *
 * The time of all threads counts, so what the collector does is in it, and what other programs do
 * is not. A driver in C measures the same with `CLOCK_PROCESS_CPUTIME_ID`.
 */
export function nsPerOp(count: number, run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Lets ours and the peer's take turns, prints both medians with their ratio, and returns them. */
export function compare({ name, ours, peer, target, rounds = 31 }: Comparison): Result {
  // The first round is for the compiler of V8, and is not counted.
  ours();
  peer();
  const measured = Array.from({ length: rounds }, () => ({ ours: ours(), peer: peer() }));
  const result = {
    ours: median(measured.map((round) => round.ours)),
    peer: median(measured.map((round) => round.peer)),
    ratio: median(measured.map((round) => round.ours / round.peer)),
  };
  const column = (value: number): string => `${value.toFixed(0)} ns`.padStart(9);
  const { ratio } = result;
  const verdict = ratio <= target ? 'holds' : 'does not hold';
  console.log(`${cpus()[0]?.model ?? 'unknown core'}, Node ${process.version}, ${rounds} rounds`);
  console.log(`${''.padEnd(name.length)}      ours      peer  ours/peer  target`);
  console.log(
    `${name} ${column(result.ours)} ${column(result.peer)} ${ratio.toFixed(2).padStart(10)}` +
      `  ${target.toFixed(2).padStart(6)}  ${verdict}`,
  );
  return result;
}
