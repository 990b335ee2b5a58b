/**
 * Installs the package as a user would, and uses it: command line, JavaScript and declarations.
 *
 * `npm pack` builds first (`prepack`). All else happens in a temporary folder, which is removed.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source.ts';

const SECRET_OR_SOURCE = /(?:^|\/)(?:src|test|bench|node_modules|\.[^/]+)\/|\.env|\.tgz$/u;

const JAVASCRIPT = `
import { fromHex, toHex } from 'vuicc';
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

/** Runs a program and returns its standard output; a failure throws with what it said. */
function run(folder: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
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
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']) {
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

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'vuicc-pack-'));
  try {
    const tarball = pack(folder);
    const user = join(folder, 'user');
    mkdirSync(user);
    install(user, tarball);
    useCommandLine(user);
    useLibrary(user);
    console.log('packed, installed and used: command line, JavaScript and declarations');
  } catch (error) {
    console.error(`pack-smoke: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
