/**
 * Compiles and runs every example of README.md, docs and docstrings, as their readers would.
 *
 * Each becomes a file in `.examples`, where `vuicc` means `src`. All are compiled at once, then run
 * in one process, one after the other; an example fails by throwing.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkDocstrings, type Example, examplesOfPage, examplesOfSource } from './examples.ts';
import { ROOT, readFiles } from './source.ts';

const FOLDER = join(ROOT, '.examples');
const RUN_MS_MAX = 120_000;

const ENTRIES = { vuicc: 'index.ts', 'vuicc/testing': 'testing.ts', 'vuicc/node': 'node.ts' };

const TSCONFIG = {
  extends: '../tsconfig.json',
  compilerOptions: {
    noEmit: true,
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    paths: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, file]) => [name, [`../src/${file}`]]),
    ),
  },
  include: ['*.ts'],
};

/** Runs in a process of its own, so that nothing of one run is left over. */
const RUNNER = `
const failed = [];
for (const [file, where] of JSON.parse(process.argv[2])) {
  try { await import('./' + file); } catch (error) { failed.push([where, error]); }
}
for (const [where, error] of failed) console.error('\\n' + where + ' failed:\\n', error);
process.exit(failed.length === 0 ? 0 : 1);
`;

function fail(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

function findExamples(): Example[] {
  const pages = readFiles((path) => /^(?:README|docs\/.*)\.md$/u.test(path));
  const sources = readFiles((path) => /^src\/.*\.ts$/u.test(path));
  return [
    ...[...pages].flatMap(([path, text]) => examplesOfPage(path, text)),
    ...[...sources].flatMap(([path, text]) => examplesOfSource(path, text)),
  ];
}

const where = ({ file, line }: Example): string => `${file}:${line}`;

/** Writes the examples; gives each file's name and the place that it was taken from. */
function writeExamples(examples: readonly Example[]): Map<string, string> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const origins = new Map<string, string>();
  examples.forEach((example, at) => {
    const number = String(at + 1).padStart(3, '0');
    const name = `${number}-${basename(example.file).replace(/\.\w+$/u, '')}.ts`;
    // An example is a module even when it imports nothing.
    writeFileSync(join(FOLDER, name), `${example.code}\nexport {};\n`);
    origins.set(name, where(example));
  });
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(TSCONFIG, null, 2));
  writeFileSync(join(FOLDER, 'run.mjs'), RUNNER);
  return origins;
}

function run(program: string, args: readonly string[]): string | undefined {
  const bin = join(ROOT, 'node_modules', '.bin', program);
  const options = { cwd: ROOT, encoding: 'utf8', timeout: RUN_MS_MAX } as const;
  const { status, stdout, stderr, error } = spawnSync(bin, args, options);
  return status === 0 ? undefined : `${stdout}${stderr}${error === undefined ? '' : error.message}`;
}

/** Compilers speak of files in `.examples`; a person wants the place in the document. */
function withOrigins(text: string, origins: ReadonlyMap<string, string>): string {
  return text.replace(/[\w-]+\.ts(?=[(:])/gu, (name) => {
    const origin = origins.get(name);
    return origin === undefined ? name : `${name} (${origin})`;
  });
}

async function main(): Promise<void> {
  const problems: string[] = [];
  const sources = readFiles((path) => path.startsWith('src/'));
  for (const entry of ['src/index.ts', 'src/testing.ts']) {
    const path = join(ROOT, entry);
    if (!existsSync(path)) fail([`${entry} is not there: no example can import it`]);
    const api = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    problems.push(...checkDocstrings(sources, api, entry));
  }

  const examples = findExamples();
  if (examples.length === 0) problems.push('there are no examples');
  const origins = writeExamples(examples);
  const config = join('.examples', 'tsconfig.json');
  const complaint =
    run('tsc', ['--pretty', 'false', '-p', config]) ??
    run('tsx', ['--tsconfig', config, '.examples/run.mjs', JSON.stringify([...origins])]);
  if (complaint !== undefined) problems.push(withOrigins(complaint, origins));
  if (problems.length > 0) fail(problems);
  console.log(`${examples.length} examples run`);
}

await main();
