/**
 * What has become of the file tree as octets: how a card at rest keeps files that were created,
 * deleted and resized.
 *
 *     tree    deleted 2 … | 'FFFF' | created … | 'FFFF' | resized … | 'FFFF'
 *             created   number 2 | parent 2 | length 2 | FCP template
 *             resized   number 2 | size 2
 *
 * A card whose tree is that of its image needs none of it. Contents are kept elsewhere, and so is
 * that a file was terminated: no template creates one so.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { ByteReader } from '../../bytes/reader.ts';
import type { ByteWriter } from '../../bytes/writer.ts';
import { encodeFcp } from '../files/fcp.ts';
import { decodeCreationTemplate } from '../files/file-description.ts';
import {
  creationFailure,
  memoryLeft,
  newNode,
  resizeFailure,
  sizeOf,
  subtree,
} from '../files/file-tree.ts';
import {
  type CardImage,
  type CardRoot,
  type Change,
  type FileDescription,
  type FileNode,
  type FileNumber,
  findNode,
  MF,
  nodeOf,
} from '../memory.ts';
import { applyChange } from './changes.ts';

const END = 0xffff;

/** Numbers of files are written in 15 bits; with all of them set, and one more, lists end. */
export const FILES_MAX = 0x7fff;

/** Tells whether a change of the tree fits the card. */
export function fitsTree(
  image: CardImage,
  root: CardRoot,
  change: Extract<Change, { kind: 'create' | 'delete' | 'resize' }>,
): boolean {
  const { file } = change;
  const node = findNode(image, root, file);
  switch (change.kind) {
    case 'create': {
      if (node !== undefined || file < image.nodes.length || file >= FILES_MAX) return false;
      const { parent, description } = change;
      if (findNode(image, root, parent)?.kind !== 'directory') return false;
      return creationFailure(image, root, parent, description) === undefined;
    }
    case 'delete':
      return node !== undefined && file !== MF;
    case 'resize':
      return node !== undefined && resizeFailure(image, root, node, change.size) === undefined;
  }
}

function writeTemplate(writer: ByteWriter, node: FileNode): void {
  const isTerminated = node.lifeCycle === 'terminated';
  const template = encodeFcp(isTerminated ? { ...node, lifeCycle: undefined } : node, []);
  writer.uint(2, template.length, 'template length').bytes(template);
}

function readTemplate(reader: ByteReader): FileDescription {
  return decodeCreationTemplate(reader.take(reader.uint(2, 'template length'), 'template'))
    .description;
}

/** Writes the place and the kind of a file that is created. */
export function writeCreated(
  writer: ByteWriter,
  { file, parent, description }: Extract<Change, { kind: 'create' }>,
): void {
  writer.uint(2, file, 'file').uint(2, parent, 'parent');
  writeTemplate(writer, newNode(description, parent));
}

/**
 * Reads them.
 *
 * @throws {DecodeError} the octets tell no file that can be created
 */
export function readCreated(
  reader: ByteReader,
  file: FileNumber,
): Extract<Change, { kind: 'create' }> {
  const parent = reader.uint(2, 'parent');
  return { kind: 'create', file, parent, description: readTemplate(reader) };
}

/** Files of the image that are gone; those below one of them go with it. */
function deletedOf(image: CardImage, { files }: CardRoot): FileNumber[] {
  return image.nodes.flatMap(({ parent }, file) =>
    files[file] === null && files[parent] !== null ? [file] : [],
  );
}

/** Files that were created, each behind its directory and in the order of the tree. */
function createdOf(image: CardImage, root: CardRoot): FileNumber[] {
  return subtree(image, root, MF).filter((file) => file >= image.nodes.length);
}

function resizedOf(image: CardImage, { files }: CardRoot): FileNumber[] {
  return image.nodes.flatMap((node, file) => {
    const own = files[file];
    return own?.kind === 'ef' && node.kind === 'ef' && sizeOf(own) !== sizeOf(node) ? [file] : [];
  });
}

/** Writes what has become of the tree; nothing when it is that of the image. */
export function writeTree(writer: ByteWriter, image: CardImage, root: CardRoot): void {
  const deleted = deletedOf(image, root);
  const created = createdOf(image, root);
  const resized = resizedOf(image, root);
  if (deleted.length + created.length + resized.length === 0) return;
  for (const file of deleted) writer.uint(2, file, 'deleted');
  writer.uint(2, END, 'end of deleted');
  for (const file of created) {
    const node = nodeOf(image, root, file);
    writer.uint(2, file, 'file').uint(2, node.parent, 'parent');
    writeTemplate(writer, node);
  }
  writer.uint(2, END, 'end of created');
  for (const file of resized) {
    const node = nodeOf(image, root, file);
    if (node.kind === 'ef') writer.uint(2, file, 'file').uint(2, sizeOf(node), 'size');
  }
  writer.uint(2, END, 'end of resized');
}

type Step = (
  reader: ByteReader,
  file: FileNumber,
) => Extract<Change, { kind: 'create' | 'delete' | 'resize' }>;

const STEPS: readonly Step[] = [
  (_reader, file) => ({ kind: 'delete', file }),
  readCreated,
  (reader, file) => ({ kind: 'resize', file, size: reader.uint(2, 'size') }),
];

/**
 * Takes the data objects out of a BER-TLV EF. Contents are put into the tree behind this, and those
 * of the image may be more than there is room for now.
 */
function withoutObjects(image: CardImage, root: CardRoot, file: FileNumber): CardRoot {
  const node = findNode(image, root, file);
  if (node?.kind !== 'ef' || node.structure !== 'ber-tlv') return root;
  return applyChange(image, root, { kind: 'content', file, content: new Uint8Array(0) });
}

/**
 * Reads what has become of the tree, up to the end of the octets.
 *
 * @returns the root with that tree
 * @throws {DecodeError} it cannot have become of this image
 */
export function readTree(reader: ByteReader, image: CardImage, root: CardRoot): CardRoot {
  if (reader.remaining === 0) return root;
  const start = reader.offset;
  // Memory counts in the end: what was created may stand where another file was made smaller.
  const roomy = { ...image, freeMemory: Number.POSITIVE_INFINITY };
  let after = root;
  for (const step of STEPS) {
    for (;;) {
      const at = reader.offset;
      const file = reader.uint(2, 'file');
      if (file === END) break;
      const change = step(reader, file);
      if (change.kind === 'resize') after = withoutObjects(image, after, file);
      if (!fitsTree(roomy, after, change)) {
        throw reader.error('tree', `expected to ${change.kind} a file as this card can`, at);
      }
      after = applyChange(image, after, change);
    }
  }
  if (memoryLeft(image, after) < 0) {
    throw reader.error('tree', 'expected no more than the memory has', start);
  }
  return after;
}
