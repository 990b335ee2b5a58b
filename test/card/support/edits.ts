/**
 * Random changes of a card's file tree, each of which the card can make.
 *
 * @see ETSI TS 102 222 §6
 * @module
 */

import fc from 'fast-check';
import { fromHex } from '../../../src/bytes/hex.ts';
import { memoryLeft, subtree } from '../../../src/card/files/file-tree.ts';
import {
  type CardImage,
  type CardRoot,
  type Change,
  type FileDescription,
  type LifeCycle,
  MF,
  nodeOf,
  type SecurityAttributes,
} from '../../../src/card/memory.ts';
import { applyChange } from '../../../src/card/store/changes.ts';
import { fitsTree } from '../../../src/card/store/tree-codec.ts';

/** A few FIDs, so that they meet; some are those of EF_ARR. */
const fid = fc.constantFrom(0x6f06, 0x2f06, 0x6f29, 0x6f30, 0x5f01, 0x5f02, 0x4f10, 0x7fd0);

const rule: fc.Arbitrary<SecurityAttributes> = fc.oneof(
  fc.record({
    kind: fc.constant('referenced' as const),
    arrFid: fc.constantFrom(0x6f06, 0x2f06),
    record: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.array(
        fc.record({
          environment: fc.integer({ min: 0, max: 255 }),
          record: fc.integer({ min: 0, max: 255 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    arr: fc.constant(undefined),
  }),
  fc.constantFrom('80017F9000', '80010390008001409700', '').map((hex) => ({
    kind: 'expanded' as const,
    octets: fromHex(hex),
  })),
  fc.constantFrom([0x03, 0x00, 0xff], [0x00]).map((of) => ({
    kind: 'compact' as const,
    octets: Uint8Array.from(of),
  })),
);

const lifeCycle = fc.constantFrom(undefined, 'creation' as const, 'initialisation' as const);

const directory: fc.Arbitrary<FileDescription> = fc.record({
  kind: fc.constant('directory' as const),
  fid,
  aid: fc.option(fc.uint8Array({ minLength: 5, maxLength: 16 }), { nil: undefined, freq: 4 }),
  rule,
  pins: fc.array(fc.constantFrom(0x01, 0x0a, 0x11, 0x81), { maxLength: 9 }),
  lifeCycle,
});

const structure = fc.oneof(
  fc.tuple(
    fc.constantFrom('transparent' as const, 'ber-tlv' as const),
    fc.constant(0),
    fc.integer({ min: 1, max: 600 }),
  ),
  fc.tuple(
    fc.constantFrom('linear' as const, 'cyclic' as const),
    fc.integer({ min: 1, max: 255 }),
    fc.integer({ min: 1, max: 5 }),
  ),
);

const elementary: fc.Arbitrary<FileDescription> = fc
  .record({
    fid,
    of: structure,
    isNotShareable: fc.boolean(),
    sfi: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    rule,
    lifeCycle: fc.oneof(lifeCycle, fc.constant('deactivated' as const)),
    specialInformation: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  })
  .map(({ of: [kind, recordLength, count], isNotShareable, ...rest }) => ({
    kind: 'ef' as const,
    ...rest,
    structure: kind,
    recordLength,
    size: recordLength === 0 ? count : count * recordLength,
    ...(isNotShareable && { isNotShareable: true as const }),
  }));

/** What a template can say of a file; not all of it fits every card. */
export const descriptions: fc.Arbitrary<FileDescription> = fc.oneof(elementary, directory);

/** A wish: what to do with which of the files that there are then. */
export type Edit =
  | { readonly kind: 'create'; readonly at: number; readonly description: FileDescription }
  | { readonly kind: 'delete'; readonly at: number }
  | { readonly kind: 'resize'; readonly at: number; readonly size: number }
  | { readonly kind: 'write'; readonly at: number; readonly octet: number }
  | { readonly kind: 'life-cycle'; readonly at: number; readonly to: LifeCycle };

/** Wishes for a card; those that it cannot have are passed over. */
export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('create' as const),
        at: fc.nat(),
        description: descriptions,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('resize' as const),
        at: fc.nat(),
        size: fc.integer({ min: 1, max: 700 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        at: fc.nat(),
        octet: fc.nat({ max: 255 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('life-cycle' as const),
        at: fc.nat(),
        to: fc.constantFrom<LifeCycle>('activated', 'deactivated', 'terminated'),
      }),
    },
  ),
  { maxLength: 25 },
);

/** The change that a wish means on a card; `undefined` when it cannot be had. */
function changeFor(
  image: CardImage,
  root: CardRoot,
  edit: Edit,
  number: number,
): Change | undefined {
  const files = subtree(image, root, MF);
  const chosen = (of: readonly number[]): number => of[edit.at % of.length] ?? MF;
  const isDirectory = (file: number): boolean => nodeOf(image, root, file).kind === 'directory';
  if (edit.kind === 'create') {
    const parent = chosen(files.filter(isDirectory));
    const { description } = edit;
    const change: Change = { kind: 'create', file: number, parent, description };
    return fitsTree(image, root, change) ? change : undefined;
  }
  const created = files.filter((one) => one >= image.nodes.length);
  const file = chosen(created.length > 0 && edit.at % 4 > 0 ? created : files);
  const node = nodeOf(image, root, file);
  if (edit.kind === 'life-cycle') {
    const isPossible = node.kind === 'ef' || (edit.to === 'terminated' && file !== MF);
    if (node.lifeCycle === 'terminated' || !isPossible) return undefined;
    return { kind: 'life-cycle', file, to: edit.to };
  }
  if (edit.kind === 'write') {
    if (node.kind !== 'ef') return undefined;
    const length = node.structure === 'ber-tlv' ? edit.at % 3 : node.content.length;
    const content = new Uint8Array(Math.min(length, node.capacity ?? length)).fill(edit.octet);
    return { kind: 'content', file, content };
  }
  const change: Change =
    edit.kind === 'delete' ? { kind: 'delete', file } : { kind: 'resize', file, size: edit.size };
  return fitsTree(image, root, change) ? change : undefined;
}

/** The changes that wishes come to, from the image on. */
export function changesOf(image: CardImage, wishes: readonly Edit[]): Change[] {
  const changes: Change[] = [];
  let { root } = image;
  for (const [n, wish] of wishes.entries()) {
    const change = changeFor(image, root, wish, image.nodes.length + n);
    if (change === undefined) continue;
    changes.push(change);
    root = applyChange(image, root, change);
    if (memoryLeft(image, root) < 0) throw new Error(`no memory for ${change.kind}`);
  }
  return changes;
}

/** What a card remembers after them. */
export function applyEdits(image: CardImage, wishes: readonly Edit[]): CardRoot {
  return changesOf(image, wishes).reduce(
    (root, change) => applyChange(image, root, change),
    image.root,
  );
}
