import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaptureFile } from '../../src/transport/capture-file.ts';
import { blocksOf, payloadsOf } from '../trace/pcapng-blocks.ts';

const PACKET = Uint8Array.of(2, 4, 4, 0, 9);

let folder = '';
let problems: string[] = [];
const tell = (problem: string): void => {
  problems.push(problem);
};
const inFolder = (name: string): string => join(folder, name);
const modeOf = (file: string): number => statSync(file).mode & 0o777;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vuicc-capture-'));
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a capture file', () => {
  it('has whole blocks at any moment, and the packets in their order', () => {
    const name = inFolder('x.pcapng');
    const file = new CaptureFile(name, tell);
    expect(blocksOf(readFileSync(name)).map(({ type }) => type)).toEqual(['section', 'interface']);
    for (let n = 1; n <= 20; n++) {
      file.write(new Uint8Array(n).fill(n), n);
      const payloads = payloadsOf(readFileSync(name));
      expect(payloads.map(({ length }) => length)).toEqual(
        Array.from({ length: n }, (_, i) => i + 1),
      );
    }
    file.close();
    expect(problems).toEqual([]);
  });

  it('is for its owner alone', () => {
    new CaptureFile(inFolder('x'), tell).close();
    expect(modeOf(inFolder('x'))).toBe(0o600);
  });

  it('replaces what was there, which others could read', () => {
    writeFileSync(inFolder('x'), 'y'.repeat(1000));
    chmodSync(inFolder('x'), 0o644);
    new CaptureFile(inFolder('x'), tell).close();
    expect(blocksOf(readFileSync(inFolder('x')))).toHaveLength(2);
    expect(modeOf(inFolder('x'))).toBe(0o600);
  });

  it('takes nothing after it was closed, and may be closed twice', () => {
    const file = new CaptureFile(inFolder('x'), tell);
    file.close();
    file.write(PACKET, 0);
    file.close();
    expect(readFileSync(inFolder('x'))).toHaveLength(48);
    expect(problems).toEqual([]);
  });

  it('ends at a packet that fits none, is whole up to it, and tells it once', () => {
    const file = new CaptureFile(inFolder('x'), tell);
    file.write(PACKET, 0);
    file.write(new Uint8Array(65536), 0);
    file.write(PACKET, 0);
    file.close();
    expect(payloadsOf(readFileSync(inFolder('x')))).toEqual([PACKET]);
    expect(problems).toEqual([
      expect.stringMatching(
        /x: cannot be written \(RangeError: .*65564\); the capture ends here$/u,
      ),
    ]);
  });

  it('ends at a time that is none', () => {
    const file = new CaptureFile(inFolder('x'), tell);
    file.write(PACKET, Number.NaN);
    file.write(PACKET, Number.NaN);
    expect(blocksOf(readFileSync(inFolder('x')))).toHaveLength(2);
    expect(problems).toHaveLength(1);
  });

  it('may be a pipe, and ends when its reader goes', () => {
    execFileSync('mkfifo', [inFolder('pipe')]);
    const reader = openSync(inFolder('pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    const file = new CaptureFile(inFolder('pipe'), tell);
    file.write(PACKET, 0);
    expect(problems).toEqual([]);
    closeSync(reader);
    file.write(PACKET, 0);
    file.write(PACKET, 0);
    file.close();
    expect(problems).toEqual([
      `${inFolder('pipe')}: cannot be written (EPIPE); the capture ends here`,
    ]);
  });

  it.each([
    ['a folder', (at: string) => mkdirSync(at), 'EISDIR'],
    ['a file in no folder', () => undefined, 'ENOENT', '/x'],
    ['a file in a file', (at: string) => writeFileSync(at, ''), 'ENOTDIR', '/x'],
    ['a link in a circle', (at: string) => symlinkSync(at, at), 'ELOOP'],
    ['a full device', (at: string) => symlinkSync('/dev/full', at), 'ENOSPC'],
  ])('is refused when it is %s', (_what, make, code, below = '') => {
    const name = inFolder('place');
    make(name);
    const open = (): CaptureFile => new CaptureFile(name + below, tell);
    expect(open).toThrow(`${name}${below}: cannot be written (${code})`);
    expect(problems).toEqual([]);
  });

  it('is refused without a name', () => {
    expect(() => new CaptureFile('', tell)).toThrow(': cannot be written (ENOENT)');
  });
});
