/**
 * Runs every benchmark, or those whose names are given: `npm run bench -- milenage`.
 *
 * A file of bench/ is a benchmark unless another imports it. What a benchmark prints is for people;
 * only one that cannot run fails.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { importGraph } from './imports.ts';
import { ROOT, readFiles } from './source.ts';

const wanted = process.argv.slice(2);
const files = readFiles((path) => /^bench\/[\w-]+\.ts$/u.test(path));
const imported = [...importGraph(files).values()].flat().map(({ target }) => target);
const benches = [...files.keys()]
  .filter((path) => !imported.includes(path))
  .filter((path) => wanted.length === 0 || wanted.some((name) => path === `bench/${name}.ts`));

if (benches.length === 0) {
  console.error(`bench/ has no ${wanted.length === 0 ? 'benchmark' : wanted.join(', ')}`);
  process.exit(1);
}
for (const path of benches) {
  console.log(`\n${path}`);
  const tsx = join(ROOT, 'node_modules', '.bin', 'tsx');
  const { status } = spawnSync(tsx, [path], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
