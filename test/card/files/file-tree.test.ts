/**
 * The file tree as it changes: memory, rules, and who lies in what.
 *
 * @see ETSI TS 102 222 §6; ETSI TS 102 221 §9.2.7
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  creationFailure,
  memoryLeft,
  resizeFailure,
  subtree,
} from '../../../src/card/files/file-tree.ts';
import { makeImage } from '../../../src/card/image.ts';
import {
  type CardRoot,
  type FileDescription,
  type FileNode,
  findNode,
  MF,
  nodeOf,
} from '../../../src/card/memory.ts';
import { applyChange } from '../../../src/card/store/changes.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile } from '../../../src/profile/profile.ts';
import { adminCard, create, DIRECTORY, fcpOf, TRANSPARENT } from '../support/administration.ts';
import { applyEdits, edits } from '../support/edits.ts';
import { TestCard } from '../support/test-card.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);

/** All files of a card, whatever their numbers. */
function filesOf(root: CardRoot): readonly number[] {
  return subtree(IMAGE, root, MF);
}

describe('a tree that was changed', () => {
  it('never takes more memory than there is, and gives all of it back', () => {
    fc.assert(
      fc.property(edits, (of) => {
        const image = { ...IMAGE, freeMemory: 400 };
        const root = applyEdits(image, of);
        expect(memoryLeft(image, root)).toBeGreaterThanOrEqual(0);
        const created = filesOf(root).filter((file) => file >= image.nodes.length);
        const gone = created.reduce(
          (after, file) =>
            findNode(image, after, file) === undefined
              ? after
              : applyChange(image, after, { kind: 'delete', file }),
          root,
        );
        expect(gone.files.length).toBe(image.nodes.length);
        expect(memoryLeft(image, gone)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 80 },
    );
  });

  it('has each file once, in the directory that it names, and none that is gone', () => {
    fc.assert(
      fc.property(edits, (of) => {
        const root = applyEdits(IMAGE, of);
        const files = filesOf(root);
        expect(new Set(files).size).toBe(files.length);
        for (const file of files) {
          const { parent } = nodeOf(IMAGE, root, file);
          const directory = nodeOf(IMAGE, root, parent);
          if (file === MF || directory.kind !== 'directory') expect(file).toBe(MF);
          else expect(directory.children).toContain(file);
        }
        const there = root.files.filter((_, file) => findNode(IMAGE, root, file) !== undefined);
        expect(files.length).toBe(there.length);
      }),
      { numRuns: 80 },
    );
  });

  it('has the rules that it would have, had it been made so', () => {
    fc.assert(
      fc.property(edits, (of) => {
        const root = applyEdits(IMAGE, of);
        for (const file of filesOf(root)) {
          const { rule } = nodeOf(IMAGE, root, file);
          if (rule.kind === 'referenced') expect(rule.arr).toBe(arrFor(root, file, rule.arrFid));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('leaves the root that it came from as it was', () => {
    const before = structuredClone(IMAGE.root);
    fc.assert(
      fc.property(edits, (of) => {
        applyEdits(IMAGE, of);
        expect(IMAGE.root).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});

/** The EF_ARR of a file by the words of the clause: its own directory, then each above. */
function arrFor(root: CardRoot, file: number, arrFid: number): number | undefined {
  const at = (one: number): FileNode => nodeOf(IMAGE, root, one);
  const places = [at(file).kind === 'directory' ? file : at(file).parent];
  while (places.at(-1) !== MF) places.push(at(places.at(-1)!).parent);
  for (const place of places) {
    const directory = at(place);
    const children = directory.kind === 'directory' ? directory.children : [];
    const found = children.find((child) => at(child).kind === 'ef' && at(child).fid === arrFid);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ef: FileDescription & { readonly kind: 'ef' } = {
  kind: 'ef',
  fid: 0x6f29,
  structure: 'transparent',
  recordLength: 0,
  size: 16,
  sfi: undefined,
  rule: { kind: 'referenced', arrFid: 0x2f06, record: 1, arr: undefined },
  lifeCycle: undefined,
  specialInformation: undefined,
};

describe('the memory', () => {
  it.each([
    ['of 48 octets has room for an EF of 16', 48, undefined],
    ['of 47 octets has none', 47, 'not-enough-memory'],
    ['of none has none', 0, 'not-enough-memory'],
  ])('%s', (_what, freeMemory, expected) => {
    const image = { ...IMAGE, freeMemory };
    expect(creationFailure(image, image.root, MF, ef)).toBe(expected);
  });

  it('of a deleted file of the profile is free: its size, and 32 octets', () => {
    const image = { ...IMAGE, freeMemory: 0 };
    const file = image.nodes.findIndex(({ fid }) => fid === 0x2fe2);
    const root = applyChange(image, image.root, { kind: 'delete', file });
    expect(memoryLeft(image, root)).toBe(42);
    expect(creationFailure(image, root, MF, { ...ef, size: 10 })).toBeUndefined();
    expect(creationFailure(image, root, MF, { ...ef, size: 11 })).toBe('not-enough-memory');
  });

  it('is what a file may grow by', () => {
    const image = { ...IMAGE, freeMemory: 5 };
    const node = image.nodes.find(({ fid }) => fid === 0x2fe2)!;
    expect(resizeFailure(image, image.root, node, 15)).toBeUndefined();
    expect(resizeFailure(image, image.root, node, 16)).toBe('not-enough-memory');
  });

  it('is 65,536 octets where the profile says nothing', () => {
    expect(memoryLeft(IMAGE, IMAGE.root)).toBe(0x10000);
  });

  it('lets linear fixed EFs be as large as their records are, also when they were made so', () => {
    const path = 'MF/EF.BIG';
    const big: FileProfile = {
      ...{ path, fid: '2F20', type: 'linear', recLen: 255, recCount: 254, sfi: null, arr: 1 },
      ...{ records: [], recordsFill: 'FF' },
    };
    const image = makeImage({ ...DEFAULT_PROFILE, files: [...DEFAULT_PROFILE.files, big] });
    const node = image.nodes.at(-1)!;
    expect(resizeFailure(image, image.root, node, 255 * 200)).toBeUndefined();
    expect(resizeFailure(image, image.root, node, 255 * 254)).toBeUndefined();
  });
});

describe('the FCP of directories', () => {
  const stated = (freeMemory: number): CardProfile => ({ ...DEFAULT_PROFILE, freeMemory });

  it('tells the memory that is left, when the profile says how much there is', () => {
    const to = adminCard([], { profile: stated(1000) });
    expect(fcpOf(to, '3F00')).toContain('A5098001718304000003E8');
    expect(to.ask('80F2000000')).toContain('8304000003E8');
    to.expectOk(create(TRANSPARENT));
    expect(fcpOf(to, '3F00')).toContain('8304000003B8');
    to.expectOk(create(DIRECTORY));
    expect(to.ask('80F2000000')).toContain('830400000398');
    expect(fcpOf(to, '3F00')).toContain('830400000398');
  });

  it('tells of none, and creates none', () => {
    const to = adminCard([], { profile: stated(0) });
    expect(fcpOf(to, '3F00')).toContain('830400000000');
    expect(to.send(create(TRANSPARENT))).toBe('6A84');
    expect(to.send(create(DIRECTORY))).toBe('6A84');
  });

  it('does not tell it where the profile does not, nor does that of an EF', () => {
    expect(fcpOf(new TestCard(), '3F00')).toContain('A503800171');
    expect(fcpOf(adminCard([], { profile: stated(1000) }), '2FE2')).not.toContain('A5');
  });
});

describe('directories in directories', () => {
  it('may be as many as there is memory for', () => {
    const to = new TestCard({ profile: { ...DEFAULT_PROFILE, freeMemory: 32 * 1500 } });
    to.expectOk('0020000A083131313131313131');
    let depth = 0;
    const df = (n: number): string => {
      const fid = (0x1000 + n).toString(16).toUpperCase();
      return create(DIRECTORY, { fid: `8302${fid}`, rule: 'AB0580017F9000' });
    };
    while (to.send(df(depth)) === '9000') depth++;
    expect(depth).toBe(1500);
    to.expectOk('00A4000C023F00');
    expect(to.send('00E40000021000')).toBe('9000');
    expect(to.faults).toEqual([]);
    expect(to.send('00A4000C021000')).toBe('6A82');
  });
});
