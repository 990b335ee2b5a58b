/**
 * The file tree as it changes: files that are created, deleted and resized.
 *
 * A number is a file's own for as long as the file exists. Which EF_ARR holds for a file depends on
 * where EF_ARRs are, so the rules of files are resolved again when one of them comes or goes.
 *
 * @see ETSI TS 102 222 §6 (administrative commands); ETSI TS 102 221 §9.2.7 (EF_ARR)
 * @module
 */

import { equals, filled } from '../../bytes/octets.ts';
import {
  type CardImage,
  type CardRoot,
  type Change,
  type ElementaryNode,
  FID_APPLICATION,
  type FileDescription,
  type FileNode,
  type FileNumber,
  findNode,
  nodeOf,
  RECORDS_MAX,
  type RuleReference,
  type SecurityAttributes,
} from '../memory.ts';

/** What a file takes of the card's memory beside its content. */
const FILE_OCTETS = 32;
/** Octets for files that are created, where the profile says nothing. */
const FREE_MEMORY = 0x10000;
/** READ BINARY reaches no further: offset 7FFF, then 256 octets. */
const TRANSPARENT_SIZE_MAX = 0x7fff + 256;
/** The FCP tells a size in two octets. */
const SIZE_MAX = 0xffff;

/** Gives a file by its number. */
type Lookup = (file: FileNumber) => FileNode | undefined;

/** Finds the EF_ARR with a FID in a directory, or in the nearest one above that has it. */
function findArr(at: Lookup, from: FileNumber, arrFid: number): FileNumber | undefined {
  for (let number = from; ; ) {
    const directory = at(number);
    if (directory?.kind !== 'directory') return undefined;
    const found = directory.children.find((child) => {
      const node = at(child);
      return node?.kind === 'ef' && node.fid === arrFid;
    });
    if (found !== undefined || directory.parent === number) return found;
    number = directory.parent;
  }
}

/**
 * Resolves access rules: gives those of a file with the number of the EF_ARR that they are in.
 *
 * The EF_ARR is sought in the file's own directory, that of a directory in itself, and upwards.
 *
 * @see ETSI TS 102 221 §9.2.7
 */
export function ruleResolver(at: Lookup): (file: FileNumber, node: FileNode) => SecurityAttributes {
  const known = new Map<number, FileNumber | undefined>();
  return (file, { kind, parent, rule }) => {
    if (rule.kind !== 'referenced') return rule;
    const from = kind === 'directory' ? file : parent;
    const key = from * 0x10000 + rule.arrFid;
    if (!known.has(key)) known.set(key, findArr(at, from, rule.arrFid));
    const arr = known.get(key);
    return arr === rule.arr ? rule : { ...rule, arr };
  };
}

/**
 * Resolves again the rules of files for which another EF_ARR may hold now.
 *
 * @param root of this change alone: changed in place
 */
function resolveRules(
  image: CardImage,
  root: { readonly files: (FileNode | null | undefined)[] } & CardRoot,
  mayBeAnother: (rule: RuleReference, file: FileNumber) => boolean,
): CardRoot {
  const { files } = root;
  const at: Lookup = (file) => findNode(image, root, file);
  const ruleOf = ruleResolver(at);
  for (let file = 0; file < files.length; file++) {
    const node = at(file);
    if (node?.rule.kind !== 'referenced' || !mayBeAnother(node.rule, file)) continue;
    const rule = ruleOf(file, node);
    if (rule !== node.rule) files[file] = { ...node, rule };
  }
  return root;
}

function contentOf({ structure, size }: { structure: string; size: number }): Uint8Array {
  return structure === 'ber-tlv' ? new Uint8Array(0) : filled(size, 0xff);
}

/** Makes a file as it is when it has just been created. */
export function newNode(description: FileDescription, parent: FileNumber): FileNode {
  if (description.kind === 'directory') return { ...description, parent, children: [] };
  const { size, ...rest } = description;
  const ef: ElementaryNode = { ...rest, parent, content: contentOf(description) };
  return ef.structure === 'ber-tlv' ? { ...ef, capacity: size } : ef;
}

function directoryAt(
  image: CardImage,
  root: CardRoot,
  file: FileNumber,
): FileNode & { kind: 'directory' } {
  const node = nodeOf(image, root, file);
  if (node.kind !== 'directory') throw new Error(`file ${file} is no directory`);
  return node;
}

/** Puts a file into a directory, as its last child. */
export function withCreated(
  image: CardImage,
  root: CardRoot,
  { file, parent, description }: Extract<Change, { kind: 'create' }>,
): CardRoot {
  if (findNode(image, root, file) !== undefined) throw new Error(`file ${file} is there already`);
  const directory = directoryAt(image, root, parent);
  const files = root.files.slice();
  while (files.length < file) files.push(null);
  files[file] = newNode(description, parent);
  files[parent] = { ...directory, children: [...directory.children, file] };
  const isArrOf = ({ arrFid }: RuleReference): boolean =>
    description.kind === 'ef' && arrFid === description.fid;
  return resolveRules(image, { ...root, files }, (rule, one) => one === file || isArrOf(rule));
}

/** Why a file cannot be created; `undefined` when it can. */
export function creationFailure(
  image: CardImage,
  root: CardRoot,
  parent: FileNumber,
  description: FileDescription,
): 'wrong-data' | 'file-exists' | 'name-exists' | 'not-enough-memory' | undefined {
  const directory = nodeOf(image, root, parent);
  if (directory.kind !== 'directory') return 'wrong-data';
  const children = directory.children.map((child) => nodeOf(image, root, child));
  const { fid } = description;
  if (description.kind === 'directory' && description.aid !== undefined) {
    // Applications stand in the MF, where their names tell them apart.
    if (directory.parent !== parent) return 'wrong-data';
    const { aid } = description;
    const isTaken = children.some(
      (child) => child.kind === 'directory' && child.aid !== undefined && equals(child.aid, aid),
    );
    if (isTaken) return 'name-exists';
  }
  const isNamed = ({ fid: other }: FileNode): boolean => other === fid && fid !== FID_APPLICATION;
  if (children.some(isNamed) || ancestors(image, root, parent).some(isNamed)) return 'file-exists';
  if (description.kind === 'ef') {
    const { sfi } = description;
    if (sfi !== undefined && children.some((child) => child.kind === 'ef' && child.sfi === sfi)) {
      return 'wrong-data';
    }
    if (description.size > mostOctets(description)) return 'not-enough-memory';
  }
  return memoryFor(description) > memoryLeft(image, root) ? 'not-enough-memory' : undefined;
}

/** Gives a directory and those that it lies in. */
function ancestors(image: CardImage, root: CardRoot, directory: FileNumber): FileNode[] {
  const found: FileNode[] = [];
  for (let at = directory; ; ) {
    const node = nodeOf(image, root, at);
    found.push(node);
    if (node.parent === at) return found;
    at = node.parent;
  }
}

/** Gives a file and all that is below it, each behind its directory and beside it in its order. */
export function subtree(image: CardImage, root: CardRoot, file: FileNumber): FileNumber[] {
  const found = [file];
  // What is found lengthens the list: no directory is too deep.
  for (const one of found) {
    const node = nodeOf(image, root, one);
    if (node.kind === 'directory') for (const child of node.children) found.push(child);
  }
  return found;
}

/** Takes a file away, with all that is below it. */
export function withDeleted(image: CardImage, root: CardRoot, file: FileNumber): CardRoot {
  const { parent } = nodeOf(image, root, file);
  if (parent === file) throw new Error('the MF cannot be deleted');
  const directory = directoryAt(image, root, parent);
  const files = root.files.slice();
  const gone = new Set(subtree(image, root, file));
  for (const one of gone) files[one] = null;
  files[parent] = { ...directory, children: directory.children.filter((child) => child !== file) };
  while (files.length > image.nodes.length && files.at(-1) === null) files.pop();
  return resolveRules(image, { ...root, files }, ({ arr }) => arr !== undefined && gone.has(arr));
}

/** Why an EF cannot have another size; `undefined` when it can. */
export function resizeFailure(
  image: CardImage,
  root: CardRoot,
  node: FileNode,
  size: number,
): 'incompatible-structure' | 'wrong-data' | 'not-enough-memory' | undefined {
  if (node.kind !== 'ef' || node.structure === 'cyclic') return 'incompatible-structure';
  const records = node.recordLength === 0 ? 1 : size / node.recordLength;
  if (size < 1 || !Number.isInteger(records) || records > RECORDS_MAX) return 'wrong-data';
  const present = sizeOf(node);
  // Data objects are never thrown away.
  const isTooSmall = node.structure === 'ber-tlv' && size < node.content.length;
  const isTooLarge = size > mostOctets(node) || size - present > memoryLeft(image, root);
  return isTooSmall || isTooLarge ? 'not-enough-memory' : undefined;
}

/** Gives an EF in another size; the content stays as far as there is room for it. */
export function resized(node: FileNode, size: number): FileNode {
  if (node.kind !== 'ef') throw new Error('a directory has no size');
  if (node.structure === 'ber-tlv') return { ...node, capacity: size };
  const content = filled(size, 0xff);
  content.set(node.content.subarray(0, size));
  return { ...node, content };
}

/** How many octets commands reach in an EF of a structure. */
function mostOctets({ structure }: Pick<ElementaryNode, 'structure'>): number {
  return structure === 'transparent' ? TRANSPARENT_SIZE_MAX : SIZE_MAX;
}

/** How many octets an EF has, or has room for. */
export function sizeOf({ content, capacity }: ElementaryNode): number {
  return capacity ?? content.length;
}

function memoryOf(node: FileNode): number {
  return FILE_OCTETS + (node.kind === 'directory' ? 0 : sizeOf(node));
}

function memoryFor(description: FileDescription): number {
  return FILE_OCTETS + (description.kind === 'directory' ? 0 : description.size);
}

/** How many octets are left for files: what files of the image that were deleted took is free. */
export function memoryLeft(image: CardImage, root: CardRoot): number {
  let left = image.freeMemory ?? FREE_MEMORY;
  for (const [file, own] of root.files.entries()) {
    if (own === undefined) continue;
    const inImage = image.nodes[file];
    if (inImage !== undefined) left += memoryOf(inImage);
    if (own !== null) left -= memoryOf(own);
  }
  return left;
}
