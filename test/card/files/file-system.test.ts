/**
 * The file system against a model: random SELECT, READ and UPDATE, and the same on a Map.
 *
 * The model knows paths and content and nothing else; all files are open to who has presented PIN1
 * and ADM1. The card is reset, and its power cut, at random.
 *
 * @see ETSI TS 102 221 §8, §11.1.1, §11.1.3, §11.1.4, §11.1.5, §11.1.6
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile } from '../../../src/profile/profile.ts';
import { ADM1, octet, PIN1, TestCard } from '../support/test-card.ts';

interface ModelFile {
  readonly directory: string;
  readonly fid: string;
  readonly kind: 'transparent' | 'linear' | 'cyclic';
  readonly sfi: number;
  /** One for a transparent EF. */
  records: readonly string[];
}

/** FID and parent of each directory, by its name. */
const DIRECTORIES: Readonly<Record<string, { readonly fid: string; readonly parent: string }>> = {
  MF: { fid: '3F00', parent: 'MF' },
  DF: { fid: '7F20', parent: 'MF' },
  'OTHER DF': { fid: '7F21', parent: 'MF' },
  'DF BELOW': { fid: '5F01', parent: 'DF' },
};

/** The same FIDs and SFIs in different directories. */
const FILES: readonly ModelFile[] = [
  { directory: 'MF', fid: '2F01', kind: 'transparent', sfi: 1, records: ['0102030405060708'] },
  { directory: 'MF', fid: '2F02', kind: 'linear', sfi: 2, records: ['A1A1', 'A2A2', 'A3A3'] },
  { directory: 'DF', fid: '6F01', kind: 'transparent', sfi: 1, records: ['11'.repeat(20)] },
  { directory: 'DF', fid: '6F02', kind: 'cyclic', sfi: 2, records: ['B1', 'B2', 'B3', 'B4'] },
  { directory: 'OTHER DF', fid: '6F01', kind: 'linear', sfi: 1, records: ['C1C1C1'] },
  { directory: 'OTHER DF', fid: '6F03', kind: 'cyclic', sfi: 30, records: ['D1D1', 'D2D2'] },
  { directory: 'DF BELOW', fid: '4F01', kind: 'transparent', sfi: 1, records: ['55'] },
];

function pathOf(directory: string): string {
  const { parent = 'MF' } = DIRECTORIES[directory] ?? {};
  return directory === 'MF' ? 'MF' : `${pathOf(parent)}/${directory}`;
}

function fileProfile({ directory, fid, kind, sfi, records }: ModelFile): FileProfile {
  const [first = ''] = records;
  // Record 4 of EF_ARR: read always, update with PIN1.
  const place = { path: `${pathOf(directory)}/EF.${fid}`, fid, sfi, arr: 4 };
  if (kind === 'transparent') {
    return { ...place, type: kind, size: first.length / 2, data: first };
  }
  const shape = { recLen: first.length / 2, recCount: records.length };
  return { ...place, ...shape, type: kind, records, recordsFill: 'FF' };
}

const ARR = DEFAULT_PROFILE.files.filter(({ path }) => path === 'MF/EF.ARR');
const PROFILE: CardProfile = {
  ...DEFAULT_PROFILE,
  applets: [],
  directories: Object.entries(DIRECTORIES).map(([name, { fid }]) => ({
    path: pathOf(name),
    fid,
    arr: '2F06/9',
    pins: [],
  })),
  files: [
    ...ARR,
    ...['DF', 'OTHER DF'].flatMap((name) =>
      ARR.map((arr) => ({ ...arr, path: `${pathOf(name)}/EF.ARR`, fid: '6F06', sfi: null })),
    ),
    ...FILES.map(fileProfile),
  ],
};

class Model {
  readonly files: ReadonlyMap<string, ModelFile> = new Map(
    FILES.map((file) => [`${file.directory}/${file.fid}`, { ...file }]),
  );
  directory = 'MF';
  current: ModelFile | undefined;
  pointer: number | undefined;

  reset(): string {
    this.directory = 'MF';
    this.current = undefined;
    this.pointer = undefined;
    return '';
  }

  selectDirectory(name: string): string {
    this.reset();
    this.directory = name;
    return '9000';
  }

  selectFile(file: ModelFile): string {
    this.directory = file.directory;
    this.current = file;
    this.pointer = undefined;
    return '9000';
  }

  /** SELECT by FID. */
  select(fid: string): string {
    const file = this.files.get(`${this.directory}/${fid}`);
    if (file !== undefined) return this.selectFile(file);
    const here = DIRECTORIES[this.directory];
    const found = Object.entries(DIRECTORIES).find(
      ([name, { fid: own, parent }]) =>
        own === fid &&
        (name === 'MF' ||
          name === this.directory ||
          name === here?.parent ||
          parent === this.directory ||
          parent === here?.parent),
    );
    return found === undefined ? '6A82' : this.selectDirectory(found[0]);
  }

  /** The EF that a command means; by SFI it becomes current when the command succeeds. */
  find(sfi: number): ModelFile | '6A82' | '6986' {
    if (sfi === 0) return this.current ?? '6986';
    const found = [...this.files.values()].find(
      (file) => file.directory === this.directory && file.sfi === sfi,
    );
    return found ?? '6A82';
  }

  /** By SFI the EF becomes current, and its pointer starts anew. */
  private use(file: ModelFile, sfi: number): void {
    if (sfi === 0) return;
    this.current = file;
    this.pointer = undefined;
  }

  readBinary(sfi: number, offset: number, length: number): string {
    const file = this.find(sfi);
    if (typeof file === 'string') return file;
    const data = file.records[0] ?? '';
    if (file.kind !== 'transparent') return '6981';
    if (offset * 2 >= data.length) return '6B00';
    const left = data.length / 2 - offset;
    if (length > left) return `6C${octet(left)}`;
    this.use(file, sfi);
    return `${data.slice(offset * 2, (offset + length) * 2)}9000`;
  }

  updateBinary(sfi: number, offset: number, octets: string): string {
    const file = this.find(sfi);
    if (typeof file === 'string') return file;
    const data = file.records[0] ?? '';
    if (file.kind !== 'transparent') return '6981';
    if (offset * 2 >= data.length) return '6B00';
    if (offset * 2 + octets.length > data.length) return '6700';
    this.use(file, sfi);
    const at = offset * 2;
    file.records = [data.slice(0, at) + octets + data.slice(at + octets.length)];
    return '9000';
  }

  /** The record that a mode means, counted from 1. */
  private record(file: ModelFile, sfi: number, mode: number, number: number): number | undefined {
    const count = file.records.length;
    const pointer = sfi === 0 ? this.pointer : undefined;
    const steps = { 2: 1, 3: -1 }[mode];
    if (steps === undefined) {
      const wanted = number === 0 ? pointer : number;
      return wanted === undefined || wanted > count ? undefined : wanted;
    }
    if (pointer === undefined) return steps === 1 ? 1 : count;
    const next = pointer + steps;
    if (file.kind === 'cyclic') return ((next - 1 + count) % count) + 1;
    return next < 1 || next > count ? undefined : next;
  }

  readRecord(sfi: number, mode: number, number: number, length: number): string {
    const file = this.find(sfi);
    if (typeof file === 'string') return file;
    if (file.kind === 'transparent') return '6981';
    const record = this.record(file, sfi, mode, number);
    if (record === undefined) return '6A83';
    const data = file.records[record - 1] ?? '';
    if (length * 2 !== data.length) return `6C${octet(data.length / 2)}`;
    this.use(file, sfi);
    if (mode !== 4) this.pointer = record;
    return `${data}9000`;
  }

  updateRecord(sfi: number, mode: number, number: number, octets: string): string {
    const file = this.find(sfi);
    if (typeof file === 'string') return file;
    if (file.kind === 'transparent' || (file.kind === 'cyclic' && mode !== 3)) return '6981';
    if (octets.length !== file.records[0]?.length) return '6700';
    const record = this.record(file, sfi, mode, number);
    if (record === undefined) return '6A83';
    this.use(file, sfi);
    if (file.kind === 'cyclic') {
      file.records = [octets, ...file.records.slice(0, -1)];
      this.pointer = 1;
      return '9000';
    }
    file.records = file.records.map((old, n) => (n === record - 1 ? octets : old));
    if (mode !== 4) this.pointer = record;
    return '9000';
  }
}

/** One step: what is sent, and what the model says to it. */
interface Operation {
  readonly command: string;
  readonly onModel: (model: Model) => string;
}

const sfi = fc.constantFrom(0, 0, 0, 1, 2, 30, 17);
const data = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc.uint8Array({ minLength: 1, maxLength: 24 }),
);

function hexOf(octets: Uint8Array): string {
  return [...octets].map(octet).join('');
}

/** P1 and P2 of the binary commands. */
function place(of: number, offset: number): string {
  return of === 0
    ? `${octet(offset >> 8)}${octet(offset & 255)}`
    : `${octet(0x80 | of)}${octet(offset)}`;
}

const fids = [...FILES.map(({ fid }) => fid), '3F00', '7F20', '7F21', '5F01', '6F99', '7FFF'];
const select = fc.constantFrom(...fids).map(
  (fid): Operation => ({
    command: `00A4000C02${fid}`,
    onModel: (model) => model.select(fid),
  }),
);
const offset = fc.oneof(fc.nat({ max: 21 }), fc.nat({ max: 255 }));
const binary = fc.tuple(sfi, offset, fc.integer({ min: 1, max: 25 }), data, fc.boolean()).map(
  ([of, at, length, octets, isRead]): Operation =>
    isRead
      ? {
          command: `00B0${place(of, at)}${octet(length)}`,
          onModel: (model) => model.readBinary(of, at, length),
        }
      : {
          command: `00D6${place(of, at)}${octet(octets.length)}${hexOf(octets)}`,
          onModel: (model) => model.updateBinary(of, at, hexOf(octets)),
        },
);
const mode = fc.constantFrom(2, 2, 3, 3, 4);
const number = fc.constantFrom(0, 1, 1, 2, 3, 4, 5, 255);
const record = fc
  .tuple(sfi, mode, number, fc.integer({ min: 1, max: 4 }), data, fc.boolean())
  .map(([of, how, which, length, octets, isRead]): Operation => {
    const p1 = how === 4 ? which : 0;
    const p1p2 = `${octet(p1)}${octet((of << 3) | how)}`;
    return isRead
      ? {
          command: `00B2${p1p2}${octet(length)}`,
          onModel: (model) => model.readRecord(of, how, p1, length),
        }
      : {
          command: `00DC${p1p2}${octet(octets.length)}${hexOf(octets)}`,
          onModel: (model) => model.updateRecord(of, how, p1, hexOf(octets)),
        };
  });
const interruption = fc.constantFrom<Operation>(
  { command: 'reset', onModel: (model) => model.reset() },
  { command: 'power cut', onModel: (model) => model.reset() },
);

function powerOn(card: TestCard): TestCard {
  card.sendAll([PIN1, ADM1]);
  return card;
}

describe('files', () => {
  it('are what a Map of paths says, over any sequence of commands, resets and power cuts', () => {
    const operation = fc.oneof(
      { weight: 6, arbitrary: select },
      { weight: 5, arbitrary: binary },
      { weight: 9, arbitrary: record },
      { weight: 1, arbitrary: interruption },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const model = new Model();
        let card = powerOn(new TestCard({ profile: PROFILE }));
        for (const { command, onModel } of operations) {
          const expected = onModel(model);
          if (command === 'power cut') {
            card = powerOn(new TestCard({ profile: PROFILE, root: card.uicc.root }));
          } else if (command === 'reset') {
            card.reset();
            powerOn(card);
          } else {
            expect(card.send(command), command).toBe(expected);
          }
        }
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
