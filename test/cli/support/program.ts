/**
 * The command line as a user has it: a program with arguments, standard input and an exit code.
 *
 * It is bundled once for each file of tests, because a process that loads a hundred files of
 * TypeScript takes five times as long to start. One test of main.test.ts runs it from the checkout.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { ROOT } from '../../support/source.ts';

/** What came of a run. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program, in a folder of its own that is its working directory. */
export interface Program {
  /** Runs it to its end. */
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** Runs a line of bash in which `vuicc` is the program. */
  bash(line: string): Promise<Outcome>;
  /** Puts a file into the folder. */
  write(name: string, text: string): Promise<void>;
  /** The folder. */
  folder(): string;
  /** The bundled program, for `node`. */
  main(): string;
}

/** Packages in CommonJS ask for the modules of Node by `require`. */
const REQUIRE = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/** Runs any program, and collects what it writes. */
export function collect(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A program that has found enough fault with its input ends before it has read it all.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

/** Gives the tests of a file the program; to be called where `beforeAll` may be. */
export function useProgram(): Program {
  let folder = '';
  const main = (): string => join(folder, 'main.mjs');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vuicc-cli-'));
    await build({
      entryPoints: [join(ROOT, 'src/cli/main.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: REQUIRE },
      outfile: main(),
      logLevel: 'silent',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    main,
    folder: () => folder,
    run: (args, input) =>
      collect(process.execPath, [main(), ...args], {
        cwd: folder,
        ...(input === undefined ? {} : { input }),
      }),
    bash: (line) =>
      collect('bash', ['-c', `vuicc() { "${process.execPath}" "${main()}" "$@"; }; ${line}`], {
        cwd: folder,
      }),
    write: (name, text) => writeFile(join(folder, name), text),
  };
}

/**
 * What a program does that is asked something wrong: nothing but one line on stderr, and exit 2.
 */
export function refusal(line: string): Outcome {
  return { code: 2, stdout: '', stderr: `vuicc: ${line}\n` };
}

/** What a program does that has done what it was asked, and prints these lines. */
export function done(...lines: readonly string[]): Outcome {
  return { code: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' };
}

/**
 * Reads the one JSON document of an outcome.
 *
 * @throws {Error} stdout is anything else, or stderr is not empty
 */
export function documentOf({ stdout, stderr }: Outcome): unknown {
  if (stderr !== '') throw new Error(`stderr: ${stderr}`);
  return JSON.parse(stdout);
}
