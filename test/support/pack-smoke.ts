/**
 * Installs the package as a user would, and uses it: command line, JavaScript, declarations, and
 * the tests of the guide "Unit-test an OTA script", as they are and with a fault in them.
 *
 * `npm pack` builds first (`prepack`). All else happens in a temporary folder, which is removed.
 *
 * @see docs/architecture.md, "Rules that a program checks"; docs/ota-tests.md
 * @module
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { guideFiles } from '../cli/support/guide.ts';
import { ROOT } from './source.ts';

const SECRET_OR_SOURCE = /(?:^|\/)(?:src|test|bench|node_modules|\.[^/]+)\/|\.env|\.tgz$/u;

const CONTENTS = [
  ...['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/ota-tests.md'],
  ...['dist/index.js', 'dist/index.d.ts', 'dist/testing.js', 'dist/testing.d.ts'],
  ...['dist/node.js', 'dist/node.d.ts', 'docs/pcsc.md', 'docs/embed.md'],
];

const JAVASCRIPT = `
import { createUicc, fromHex, toHex } from 'vuicc';
import { insertCard } from 'vuicc/node';
insertCard(createUicc(), { host: '127.0.0.1', port: 1 }).close();
if (toHex(fromHex('6A82')) !== '6a82') throw new Error('hex there and back');
`;

const TYPESCRIPT = `
import { decodeCommandApdu, fromHex } from 'vuicc';
const { data } = decodeCommandApdu(fromHex('00a40004023f00'));
export const octets: Uint8Array = data;
// @ts-expect-error: data are octets; without declarations they would be whatever one likes.
export const text: string = data;
`;

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: [],
    strict: true,
    noEmit: true,
    // Declarations of dependencies are theirs to check.
    skipLibCheck: true,
  },
  files: ['user.ts'],
};

const ENVIRONMENT = { ...process.env, NO_COLOR: '1' };
const OPTIONS = { encoding: 'utf8', env: ENVIRONMENT } as const;

/** Runs a program and returns its standard output; a failure throws with what it said. */
function run(folder: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { ...OPTIONS, cwd: folder });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

/** Runs tests that must fail, and expects what they say: what was expected and found, and where. */
function runFailing(folder: string, command: readonly string[], words: readonly string[]): void {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { ...OPTIONS, cwd: folder });
  const what = `${command.join(' ')} of a test with a fault`;
  check(status === 1, `exit code 1, found ${status}, from ${what}:\n${stdout}${stderr}`);
  for (const word of words) {
    check(`${stdout}${stderr}`.includes(word), `"${word}" from ${what}:\n${stdout}${stderr}`);
  }
}

function check(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`expected ${what}`);
}

/** Packs the repository; returns the tarball. */
function pack(folder: string): string {
  run(ROOT, 'npm', 'pack', '--silent', '--pack-destination', folder);
  const [tarball, ...others] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  check(tarball !== undefined && others.length === 0, 'one tarball');
  const paths = run(folder, 'tar', '-tzf', tarball ?? '')
    .trim()
    .split('\n');
  const unwanted = paths.filter((path) => SECRET_OR_SOURCE.test(path.replace(/^package\//u, '')));
  check(unwanted.length === 0, `a tarball without ${unwanted.join(', ')}`);
  for (const name of CONTENTS) {
    check(paths.includes(`package/${name}`), `${name} in the tarball`);
  }
  return join(folder, tarball ?? '');
}

function install(folder: string, tarball: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run(folder, 'npm', 'install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', tarball);
}

function useCommandLine(folder: string): void {
  const output = run(folder, 'npx', '--no-install', 'vuicc', 'demo', '--json');
  const result = JSON.parse(output) as { readonly ok?: unknown };
  check(result.ok === true, '"ok": true from vuicc demo --json');
  const bin = join(folder, 'node_modules', 'vuicc', 'dist', 'cli', 'main.js');
  check(readFileSync(bin, 'utf8').startsWith('#!/usr/bin/env node\n'), 'an interpreter line');
}

function useLibrary(folder: string): void {
  writeFileSync(join(folder, 'user.mjs'), JAVASCRIPT);
  run(folder, process.execPath, 'user.mjs');
  writeFileSync(join(folder, 'user.ts'), TYPESCRIPT);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  run(folder, join(ROOT, 'node_modules', '.bin', 'tsc'), '--pretty', 'false', '-p', '.');
}

/** A file of the guide, how it is run, a fault, and what is then said of it. */
interface GuideTest {
  readonly file: string;
  readonly command: readonly string[];
  readonly right: string;
  readonly wrong: string;
  readonly words: readonly string[];
}

const OTHER_TAR = { right: `{ tar: 'B00000' }`, wrong: `{ tar: 'B00008' }` } as const;
const NOT_KNOWN = [
  'the packet: expected executed, found refused, tar-unknown',
  `!! tar 'b00008': expected the TAR of an applet; found no applet has it`,
];
const GUIDE_TESTS: readonly GuideTest[] = [
  {
    file: 'iccid.ota',
    command: ['npx', '--no-install', 'vuicc', 'ota', 'test', 'iccid.ota'],
    right: '0031 9000',
    wrong: '0032 9000',
    words: [
      'FAILED  iccid.ota:4',
      'iccid.ota:7  READ BINARY, octet 10 of the response data',
      'expected  98990901000000000032',
      'found     98990901000000000031',
      'ok checksum',
    ],
  },
  {
    file: 'test-iccid.js',
    command: [process.execPath, '--test', 'test-iccid.js'],
    ...OTHER_TAR,
    words: ['EF_ICCID is what was ordered', ...NOT_KNOWN],
  },
];
const VITEST_TEST: GuideTest = {
  file: 'iccid.test.ts',
  command: ['npx', '--no-install', 'vitest', 'run', 'iccid.test.ts'],
  ...OTHER_TAR,
  words: ['EF_ICCID is what was ordered', ...NOT_KNOWN],
};

/** The cache of npm has what this repository was installed from, as a rule. */
function installVitest(folder: string): boolean {
  const name = `vitest@${packageJson.devDependencies.vitest}`;
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--offline', name];
  return spawnSync('npm', args, { cwd: folder }).status === 0;
}

function useGuide(folder: string): string {
  const files = new Map(guideFiles().map(({ name, text }) => [name, text]));
  const hasVitest = installVitest(folder);
  for (const test of hasVitest ? [...GUIDE_TESTS, VITEST_TEST] : GUIDE_TESTS) {
    const { file, command, right, wrong, words } = test;
    const text = files.get(file) ?? '';
    const path = join(folder, file);
    check(text.includes(right), `${right} in ${file} of the guide`);
    writeFileSync(path, text);
    const [program = '', ...args] = command;
    run(folder, program, ...args);
    writeFileSync(path, text.replace(right, wrong));
    runFailing(folder, command, words);
    writeFileSync(path, text);
  }
  if (!hasVitest) return 'vitest is not in the cache of npm: its test was not run';
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...TSCONFIG, files: [VITEST_TEST.file] }),
  );
  run(folder, join(ROOT, 'node_modules', '.bin', 'tsc'), '--pretty', 'false', '-p', '.');
  return 'tests of the guide: .ota, node:test and vitest, right and wrong';
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'vuicc-pack-'));
  try {
    const tarball = pack(folder);
    const user = join(folder, 'user');
    mkdirSync(user);
    install(user, tarball);
    useCommandLine(user);
    useLibrary(user);
    const guide = useGuide(user);
    console.log('packed, installed and used: command line, JavaScript and declarations');
    console.log(guide);
  } catch (error) {
    console.error(`pack-smoke: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
