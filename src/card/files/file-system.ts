/**
 * The UICC's files: which one a command means, and what its records are.
 *
 * Knows files and nothing else: no APDU, no SW, no PIN, no clock. A refusal is a FileFailure. Where
 * a channel stands is a cursor, a value: a command that fails keeps the old one without any code
 * for it.
 *
 * @see ETSI TS 102 221 §8 (files), §11.1.1 (SELECT), §11.1.5 (READ RECORD)
 * @module
 */

import {
  type CardImage,
  type CardRoot,
  type ElementaryNode,
  FID_APPLICATION,
  FID_MF,
  type FileNode,
  type FileNumber,
  findNode,
  MF,
  nodeOf,
} from '../memory.ts';
import { type FileFailure, type Result, refusal, success } from '../refusal.ts';

/** Where a logical channel stands, in file numbers. */
export interface Cursor {
  /** What '7FFF' means here. */
  readonly application: FileNumber | undefined;
  readonly directory: FileNumber;
  readonly ef: FileNumber | undefined;
  /** Record pointer, counted from 1. */
  readonly record: number | undefined;
  /** A data object that goes in blocks, when there is one. */
  readonly transfer?: DataTransfer;
}

/** How far a data object of a BER-TLV EF has come. */
export interface DataTransfer {
  readonly kind: 'retrieve' | 'set';
  /** The EF as it was at the first block. */
  readonly node: ElementaryNode;
  /** The whole object; of one that is set, what has come of it. */
  readonly octets: Uint8Array;
  /** Where the last block began; 0 for an object that is set. */
  readonly start: number;
  /** Where the last block ended; for an object that is set, where it will end. */
  readonly end: number;
}

/** Where a channel stands after a reset. */
export const START: Cursor = {
  application: undefined,
  directory: MF,
  ef: undefined,
  record: undefined,
};

/** The file tree at one moment, from one logical channel. */
export interface Files {
  readonly image: CardImage;
  readonly root: CardRoot;
  /** EFs that are not shareable and current on another channel. */
  readonly occupied?: ReadonlySet<FileNumber>;
}

function hasDirectory({ image, root }: Files, file: FileNumber): boolean {
  return findNode(image, root, file)?.kind === 'directory';
}

function hasEf({ image, root }: Files, file: FileNumber, directory: FileNumber): boolean {
  const node = findNode(image, root, file);
  return node?.kind === 'ef' && node.parent === directory;
}

/** Where a channel stands when files that were deleted are let go: else the same cursor. */
export function onCard(files: Files, cursor: Cursor): Cursor {
  const { application, directory, ef } = cursor;
  const isLost = application !== undefined && !hasDirectory(files, application);
  const kept = isLost ? undefined : application;
  if (!hasDirectory(files, directory)) return { ...START, application: kept };
  if (ef !== undefined && !hasEf(files, ef, directory)) {
    return { application: kept, directory, ef: undefined, record: undefined };
  }
  return isLost ? { ...cursor, application: undefined } : cursor;
}

type FileResult<T> = Result<T, FileFailure>;

/** Finds a child by FID; an ADF has no FID of its own. */
export function childOf(files: Files, directory: FileNumber, fid: number): FileNumber | undefined {
  const parent = nodeOf(files.image, files.root, directory);
  if (parent.kind !== 'directory') return undefined;
  for (const child of parent.children) {
    const node = nodeOf(files.image, files.root, child);
    if (node.fid === fid && (node.kind === 'ef' || node.aid === undefined)) return child;
  }
  return undefined;
}

/** A network access application that this card knows. */
export type Application = 'usim' | 'isim';

/** Octets 6 and 7 of the AIDs of 3GPP. */
const APPLICATION_CODE = { usim: 0x1002, isim: 0x1004 } as const;

/**
 * Tells which application a directory is the ADF of; `undefined` for another, and for other files.
 *
 * @see ETSI TS 101 220 (application codes of 3GPP)
 */
export function applicationKind(node: FileNode): Application | undefined {
  const aid = node.kind === 'directory' ? node.aid : undefined;
  if (aid === undefined || aid.length < 7) return undefined;
  const code = aid[5]! * 256 + aid[6]!;
  if (code === APPLICATION_CODE.usim) return 'usim';
  return code === APPLICATION_CODE.isim ? 'isim' : undefined;
}

/** Gives the ADFs of one kind of application, in the order of the MF. */
export function applicationsOf({ image, root }: Files, application: Application): FileNumber[] {
  const mf = nodeOf(image, root, MF);
  return (mf.kind === 'directory' ? mf.children : []).filter(
    (file) => applicationKind(nodeOf(image, root, file)) === application,
  );
}

function isDirectory(files: Files, file: FileNumber): boolean {
  return nodeOf(files.image, files.root, file).kind === 'directory';
}

function isOccupied({ occupied }: Files, file: FileNumber): boolean {
  return occupied?.has(file) === true;
}

function unoccupied(files: Files, file: FileNumber): FileResult<FileNumber> {
  return isOccupied(files, file) ? refusal('not-shareable') : success(file);
}

/** Moves a cursor onto a file that was found. */
export function moveTo(files: Files, cursor: Cursor, file: FileNumber): Cursor {
  const node = nodeOf(files.image, files.root, file);
  const { application } = cursor;
  return node.kind === 'directory'
    ? { application, directory: file, ef: undefined, record: undefined }
    : { application, directory: node.parent, ef: file, record: undefined };
}

/**
 * Finds what a FID means from where the channel stands.
 *
 * Reached are: the MF, the current application, the children of the current directory, itself, its
 * parent, and the directories beside it; not the EFs beside it.
 *
 * @see ETSI TS 102 221 §8.4.1
 */
export function findByFid(files: Files, cursor: Cursor, fid: number): FileResult<FileNumber> {
  const { directory, application } = cursor;
  if (fid === FID_MF) return success(MF);
  if (fid === FID_APPLICATION) {
    return application === undefined ? refusal('file-not-found') : success(application);
  }
  const child = childOf(files, directory, fid);
  if (child !== undefined) return unoccupied(files, child);
  const current = nodeOf(files.image, files.root, directory);
  if (current.fid === fid) return success(directory);
  if (nodeOf(files.image, files.root, current.parent).fid === fid) return success(current.parent);
  const sibling = childOf(files, current.parent, fid);
  if (sibling !== undefined && isDirectory(files, sibling)) return success(sibling);
  return refusal('file-not-found');
}

/**
 * Finds a file that an administrative command names: a child of the current directory or that
 * directory itself. An ADF is found by the FID that it was created with.
 *
 * @see ETSI TS 102 222 §6.4
 */
export function findToAdminister(
  files: Files,
  { directory }: Cursor,
  fid: number,
): FileResult<FileNumber> {
  const current = nodeOf(files.image, files.root, directory);
  const children = current.kind === 'directory' ? current.children : [];
  for (const file of [...children, directory]) {
    const node = nodeOf(files.image, files.root, file);
    if (node.fid === fid && fid !== FID_APPLICATION) return unoccupied(files, file);
  }
  return refusal('file-not-found');
}

/** Finds a directory among the children of the current one. */
export function findChildDirectory(
  files: Files,
  cursor: Cursor,
  fid: number,
): FileResult<FileNumber> {
  const child = childOf(files, cursor.directory, fid);
  return child !== undefined && isDirectory(files, child)
    ? success(child)
    : refusal('file-not-found');
}

/** Finds the parent of the current directory; that of an ADF is the MF. */
export function findParent(files: Files, cursor: Cursor): FileNumber {
  return nodeOf(files.image, files.root, cursor.directory).parent;
}

/**
 * Reads a path.
 *
 * @param data an even number of octets: the FIDs
 */
export function pathOf(data: Uint8Array): number[] {
  return Array.from({ length: data.length / 2 }, (_, n) => data[2 * n]! * 256 + data[2 * n + 1]!);
}

/**
 * Follows a path of FIDs downwards.
 *
 * @param from the MF or the current directory; a path may begin with '7FFF' wherever it starts
 * @see ETSI TS 102 221 §8.4.2
 */
export function findByPath(
  files: Files,
  cursor: Cursor,
  from: FileNumber,
  path: readonly number[],
): FileResult<FileNumber> {
  let at: FileNumber | undefined = from;
  for (const [n, fid] of path.entries()) {
    if (at === undefined) break;
    at = n === 0 && fid === FID_APPLICATION ? cursor.application : childOf(files, at, fid);
  }
  return at === undefined ? refusal('file-not-found') : unoccupied(files, at);
}

/** Which of several applications with the same beginning of their AID. */
export type Occurrence = 'first' | 'last' | 'next' | 'previous';

function startsWith(aid: Uint8Array, name: Uint8Array): boolean {
  return aid.length >= name.length && name.every((octet, at) => aid[at] === octet);
}

/**
 * Finds an application by its AID or the beginning of it.
 *
 * @param name 1 to 16 octets
 * @see ETSI TS 102 221 §8.5.1
 */
export function findByName(
  files: Files,
  cursor: Cursor,
  name: Uint8Array,
  occurrence: Occurrence,
): FileResult<FileNumber> {
  const mf = nodeOf(files.image, files.root, MF);
  const all = mf.kind === 'directory' ? mf.children : [];
  const found = all.filter((number) => {
    const node = nodeOf(files.image, files.root, number);
    return node.kind === 'directory' && node.aid !== undefined && startsWith(node.aid, name);
  });
  const current = cursor.application === undefined ? -1 : found.indexOf(cursor.application);
  const index: Readonly<Record<Occurrence, number>> = {
    first: 0,
    last: found.length - 1,
    next: current + 1,
    previous: current < 0 ? found.length - 1 : current - 1,
  };
  const file = found[index[occurrence]];
  return file === undefined ? refusal('file-not-found') : success(file);
}

/** Short file identifiers 0 and 31 are none. */
export const SFI_NONE = 0x1f;

/** An EF with its number. */
export interface FoundEf {
  readonly file: FileNumber;
  readonly node: ElementaryNode;
}

/**
 * Finds the EF that a command works on: by short file identifier, or the current one.
 *
 * @param sfi 0 for the current EF
 * @see ETSI TS 102 221 §8.4.3
 */
export function findEf(files: Files, cursor: Cursor, sfi: number): FileResult<FoundEf> {
  if (sfi === 0) {
    if (cursor.ef === undefined) return refusal('no-ef-selected');
    const node = nodeOf(files.image, files.root, cursor.ef);
    return node.kind === 'ef' ? success({ file: cursor.ef, node }) : refusal('no-ef-selected');
  }
  const directory = nodeOf(files.image, files.root, cursor.directory);
  for (const file of directory.kind === 'directory' ? directory.children : []) {
    const node = nodeOf(files.image, files.root, file);
    if (node.kind !== 'ef' || node.sfi !== sfi) continue;
    return isOccupied(files, file) ? refusal('not-shareable') : success({ file, node });
  }
  return refusal('file-not-found');
}

/** How a record command addresses its record. */
export type RecordMode = 'next' | 'previous' | 'absolute';

/** Tells whether an EF is transparent. */
export function isTransparent({ structure }: ElementaryNode): boolean {
  return structure === 'transparent';
}

/** Tells whether an EF is linear fixed. */
export function isLinear({ structure }: ElementaryNode): boolean {
  return structure === 'linear';
}

/** Tells whether an EF is cyclic. */
export function isCyclic({ structure }: ElementaryNode): boolean {
  return structure === 'cyclic';
}

/** Tells whether an EF is linear fixed or cyclic. */
export function hasRecords({ recordLength }: ElementaryNode): boolean {
  return recordLength > 0;
}

/** How many records an EF has. */
export function recordCount(node: ElementaryNode): number {
  return node.recordLength === 0 ? 0 : node.content.length / node.recordLength;
}

/**
 * Finds the record that a command means.
 *
 * Without a record pointer, next is the first record and previous the last. A cyclic EF goes round.
 *
 * @param number of an absolute record, counted from 1; 0 for the one the pointer is on
 * @returns the record's number, counted from 1
 * @see ETSI TS 102 221 §11.1.5
 */
export function findRecord(
  node: ElementaryNode,
  pointer: number | undefined,
  mode: RecordMode,
  number: number,
): FileResult<number> {
  const count = recordCount(node);
  const wanted =
    mode === 'absolute'
      ? number === 0
        ? (pointer ?? 0)
        : number
      : besides(mode, pointer, count, node.structure === 'cyclic');
  return wanted >= 1 && wanted <= count ? success(wanted) : refusal('record-not-found');
}

function besides(
  mode: 'next' | 'previous',
  pointer: number | undefined,
  count: number,
  goesRound: boolean,
): number {
  if (mode === 'next') {
    if (pointer === undefined) return 1;
    return goesRound ? (pointer % count) + 1 : pointer + 1;
  }
  if (pointer === undefined || (goesRound && pointer === 1)) return count;
  return pointer - 1;
}

/** Gives one record; a view on the content. */
export function recordOf(node: ElementaryNode, number: number): Uint8Array {
  const { content, recordLength } = node;
  return content.subarray((number - 1) * recordLength, number * recordLength);
}

/**
 * Gives the content with one record replaced; in a cyclic EF the oldest, which becomes the first.
 */
export function withRecord(node: ElementaryNode, number: number, record: Uint8Array): Uint8Array {
  const { content, recordLength } = node;
  const changed = content.slice();
  if (node.structure === 'cyclic') {
    changed.copyWithin(recordLength, 0);
    changed.set(record, 0);
  } else {
    changed.set(record, (number - 1) * recordLength);
  }
  return changed;
}
