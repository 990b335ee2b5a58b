/** Sequence numbers in a file: what is there when it is opened again. */

import { createHash } from 'node:crypto';
import type * as fs from 'node:fs';
import { copyFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imsi } from '../../src/bytes/identity.ts';
import { openPositions } from '../../src/cli/kept-positions.ts';
import { UsageError } from '../../src/cli/output.ts';
import { encodePositions } from '../../src/network/sequence-positions.ts';
import { openStateFile } from '../../src/transport/state-file.ts';

/** It fails to synchronise when a test says so. */
const disk = vi.hoisted(() => ({ isBroken: false }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const fdatasyncSync: typeof fs.fdatasyncSync = (fd) => {
    if (disk.isBroken) throw Object.assign(new Error('broken'), { code: 'EIO' });
    real.fdatasyncSync(fd);
  };
  return { ...real, fdatasyncSync };
});

const ONE = imsi('001010123456789');
const OTHER = imsi('001020000000001');

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-positions-'));
  file = join(folder, 'auc.state');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What one finds who opens a copy of the file now, as after a kill: the file itself is locked. */
function found(): object {
  const copy = join(folder, 'copy.state');
  copyFileSync(file, copy);
  const positions = openPositions(copy);
  positions.close();
  return Object.fromEntries(positions.all);
}

describe('sequence numbers in a file', () => {
  it('are at each moment those of everybody, however often the file begins anew', () => {
    const positions = openPositions(file, { compactAt: 100 });
    expect(positions.keep(OTHER, { seqHe: 7, ind: 3 })).toBe(true);
    for (let seqHe = 1; seqHe <= 20; seqHe++) {
      const position = { seqHe, ind: seqHe % 4 };
      expect(positions.keep(ONE, position)).toBe(true);
      const expected = { [OTHER]: { seqHe: 7, ind: 3 }, [ONE]: position };
      expect(Object.fromEntries(positions.all)).toEqual(expected);
      expect(found()).toEqual(expected);
    }
    positions.close();
    // 21 positions alone would be 336 octets more than an empty file.
    expect(statSync(file).size).toBeLessThan(300);
  });

  it('are as they were when one is not kept', () => {
    const positions = openPositions(file);
    positions.keep(ONE, { seqHe: 1, ind: 1 });
    positions.close();
    expect(positions.keep(ONE, { seqHe: 2, ind: 2 })).toBe(false);
    expect(Object.fromEntries(positions.all)).toEqual({ [ONE]: { seqHe: 1, ind: 1 } });
    expect(found()).toEqual({ [ONE]: { seqHe: 1, ind: 1 } });
  });

  it('are as they were when the disk does not have them', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const positions = openPositions(file);
    disk.isBroken = true;
    expect(positions.keep(ONE, { seqHe: 1, ind: 1 })).toBe(false);
    disk.isBroken = false;
    expect(positions.keep(ONE, { seqHe: 1, ind: 1 })).toBe(false);
    expect(positions.all.size).toBe(0);
    expect(said.mock.lastCall?.[0]).toMatch(/\(EIO\): the AuC refuses all requests from now on/u);
    said.mockRestore();
    expect(found()).toEqual({});
  });

  it('are found behind more commits than a call has arguments', () => {
    const digest = createHash('sha256').update('vuicc-auc/1').digest();
    const options = { durability: 'none', compactAt: 2 ** 30 } as const;
    const journal = openStateFile(file, digest, options);
    for (let seqHe = 1; seqHe <= 150_000; seqHe++) {
      journal.append(encodePositions(new Map([[ONE, { seqHe, ind: 7 }]])));
    }
    journal.close();
    expect(found()).toEqual({ [ONE]: { seqHe: 150_000, ind: 7 } });
  });

  it('are not read out of a commit that is none', () => {
    const digest = createHash('sha256').update('vuicc-auc/1').digest();
    const journal = openStateFile(file, digest);
    journal.append(Uint8Array.of(8));
    journal.close();
    const wrong = `${file}: positions/position at 0: `;
    expect(() => openPositions(file)).toThrow(UsageError);
    expect(() => openPositions(file)).toThrow(wrong);
  });
});
