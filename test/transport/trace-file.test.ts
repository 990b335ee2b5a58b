/**
 * A trace that is written while a card is used.
 *
 * @see docs/traces.md
 * @module
 */

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traced } from '../../src/apdu/connection.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { parseTrace } from '../../src/trace/apdu-text.ts';
import { replaySynchronously } from '../../src/trace/replay.ts';
import { pinSecrets } from '../../src/trace/secrets.ts';
import { openTraceFile } from '../../src/transport/trace-file.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-trace-'));
  file = join(folder, 'card.apdu');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const problems: string[] = [];
const opened = (name = file) =>
  openTraceFile(name, [['card', 'new']], (text) => problems.push(text));

describe('a trace file', () => {
  it('is whole at any moment, for its owner alone, and replays', async () => {
    await writeFile(file, 'something longer that was there before');
    await chmod(file, 0o644);
    const trace = opened();
    const card = traced(createUicc(), trace.observe);
    card.reset();
    for (const command of ['00A40804022FE2', '00C0000019', '0020000108 31323334FFFFFFFF', '00A4']) {
      card.transmit(fromHex(command));
      const read = parseTrace(await readFile(file, 'utf8'));
      expect(read.frontMatter).toEqual([['card', 'new']]);
      expect(replaySynchronously(read, createUicc(), pinSecrets(DEFAULT_PROFILE)).ok).toBe(true);
    }
    expect(await readFile(file, 'utf8')).not.toMatch(/31323334/u);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('takes nothing more after its end', async () => {
    const trace = opened();
    trace.close();
    trace.close();
    trace.observe({ kind: 'reset', atr: Uint8Array.of(0x3b, 0) });
    expect(await readFile(file, 'utf8')).toBe('# card: new\n');
  });

  it('that the disk cannot take is told once, and ends with a whole exchange', async () => {
    const script = `
      import { openTraceFile } from './src/transport/trace-file.ts';
      const trace = openTraceFile(process.argv[2], [], (text) => console.log(text));
      const atr = new Uint8Array(33).fill(0x3b);
      for (let n = 0; n < 40; n++) trace.observe({ kind: 'reset', atr });`;
    const node = 'exec node --import tsx --input-type=module -e "$1" -- - "$2"';
    const run = `trap '' XFSZ; ulimit -f 1; ${node}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', run, 'bash', script, file]);
    expect(stdout).toBe(`${file}: cannot be written (EFBIG); the trace ends here\n`);
    const text = await readFile(file, 'utf8');
    expect(parseTrace(text).steps.length).toBeGreaterThan(5);
    expect(text).toMatch(/3B\n$/u);
  });

  it.each([
    ['a folder', () => folder, 'EISDIR'],
    ['in a folder that is not there', () => join(folder, 'no', 'x'), 'ENOENT'],
    ['a full disk', () => '/dev/full', 'the trace ends here'],
  ])('is not %s', (_what, name, problem) => {
    problems.length = 0;
    const outcome = ((): string => {
      try {
        opened(name());
        return problems.join();
      } catch (error) {
        return String(error);
      }
    })();
    expect(outcome).toContain(problem);
  });

  it('is not the state of a card', async () => {
    await writeFile(file, 'vuicc-state/2\nof whatever format');
    expect(() => opened()).toThrow('expected another file than the state of a card');
    expect(await readFile(file, 'utf8')).toBe('vuicc-state/2\nof whatever format');
  });
});
