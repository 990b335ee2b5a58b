/**
 * The card's files as a SIM has them: directories and EFs, found by FID.
 *
 * The view holds nothing. It is read off the card's memory for each command, through the table of
 * files; what is really in DF_GSM or DF_TELECOM comes before what the table adds.
 *
 * @see 3GPP TS 51.011 §6.5, §10; docs/architecture.md, "The card seen as a SIM"
 * @module
 */

import { PIN1 } from '../../ef/key-references.ts';
import { type CommandContext, cursorOf, filesOf } from '../command.ts';
import { childOf, type Files, type FoundEf } from '../files/file-system.ts';
import {
  type DirectoryNode,
  type ElementaryNode,
  type FileNode,
  type FileNumber,
  MF,
  nodeOf,
  pinOf,
} from '../memory.ts';
import type { Conversion } from './conversions.ts';
import { FILE_ROWS, type FileRow, HOME_PATH, PHASE, SIM_FID } from './file-table.ts';
import { simServiceTable } from './service-table.ts';

/** A directory of the SIM. */
export interface SimDirectory {
  /** FIDs from the MF down; none for the MF. */
  readonly path: readonly number[];
  readonly fid: number;
  /** The directory of the card; `undefined` where the table alone makes it. */
  readonly file: FileNumber | undefined;
}

/** An EF of the SIM. */
export interface SimEf {
  readonly fid: number;
  /** Structure and content as the terminal sees them. */
  readonly node: ElementaryNode;
  /** The EF of the card, whose rules and life cycle hold; `undefined` for a constant. */
  readonly source: FoundEf | undefined;
  /** How what is written gets into the source; `undefined` when it cannot. */
  readonly write: ((seen: Uint8Array) => Uint8Array | undefined) | undefined;
}

/** The MF, where every way begins. */
export const SIM_MF: SimDirectory = { path: [], fid: SIM_FID.mf, file: MF };

/** A constant has no rule of the card, so nobody may write it. */
const PHASE_EF: SimEf = {
  fid: PHASE.fid,
  node: {
    kind: 'ef',
    fid: PHASE.fid,
    parent: MF,
    structure: 'transparent',
    recordLength: 0,
    sfi: undefined,
    rule: { kind: 'referenced', arr: undefined, arrFid: 0, record: 0 },
    lifeCycle: undefined,
    specialInformation: undefined,
    content: PHASE.content,
  },
  source: undefined,
  write: undefined,
};

function nodeAt({ image, root }: Files, file: FileNumber): FileNode {
  return nodeOf(image, root, file);
}

function directoryNode(files: Files, file: FileNumber | undefined): DirectoryNode | undefined {
  const node = file === undefined ? undefined : nodeAt(files, file);
  return node?.kind === 'directory' ? node : undefined;
}

/** Follows FIDs down from a directory of the card. */
function descend(
  files: Files,
  from: FileNumber | undefined,
  path: readonly number[],
): FileNumber | undefined {
  let at = from;
  for (const fid of path) at = at === undefined ? undefined : childOf(files, at, fid);
  return at;
}

/** Tells what the table adds to a directory: those right below the MF alone. */
function rowsOf({ path }: SimDirectory): readonly FileRow[] {
  return path.length === 1 ? (FILE_ROWS.get(path[0] ?? 0) ?? []) : [];
}

/** Finds a directory among the children of another. */
export function childDirectory(
  card: CommandContext,
  parent: SimDirectory,
  fid: number,
): SimDirectory | undefined {
  const files = filesOf(card);
  const child = parent.file === undefined ? undefined : childOf(files, parent.file, fid);
  const directory = { path: [...parent.path, fid], fid };
  if (child !== undefined) {
    const isDirectory = directoryNode(files, child) !== undefined;
    return isDirectory ? { ...directory, file: child } : undefined;
  }
  const isMade = parent.path.length === 0 && FILE_ROWS.has(fid);
  return isMade ? { ...directory, file: undefined } : undefined;
}

/** Finds the directory of a path; `undefined` when it is not there. */
export function directoryAt(
  card: CommandContext,
  path: readonly number[],
): SimDirectory | undefined {
  let at: SimDirectory | undefined = SIM_MF;
  for (const fid of path) at = at && childDirectory(card, at, fid);
  return at;
}

/** The directory where the terminal stands; the MF in the place of one that is there no more. */
export function currentDirectory(card: CommandContext): SimDirectory {
  return directoryAt(card, card.session.place.path) ?? SIM_MF;
}

/** Finds the directory above; that of the MF is the MF. */
export function parentDirectory(card: CommandContext, { path }: SimDirectory): SimDirectory {
  return directoryAt(card, path.slice(0, -1)) ?? SIM_MF;
}

/** An EF of the card that is the same EF of the SIM. */
function asItIs(fid: number, source: FoundEf): SimEf {
  return { fid, node: source.node, source, write: (seen) => seen };
}

/** An EF of the card that is seen as a transparent one. */
function seenAs(fid: number, source: FoundEf, content: Uint8Array, conversion?: Conversion): SimEf {
  const node: ElementaryNode = {
    ...source.node,
    structure: 'transparent',
    recordLength: 0,
    content,
  };
  const write = conversion && ((seen: Uint8Array) => conversion.write(source.node, seen));
  return { fid, node, source, write };
}

/** Gives an EF of the card; a SIM has none of data objects. */
function efOf(files: Files, file: FileNumber): FoundEf | undefined {
  const node = nodeAt(files, file);
  return node.kind === 'ef' && node.structure !== 'ber-tlv' ? { file, node } : undefined;
}

/** The EF of the card that a row names, if there is one. */
function sourceOf(card: CommandContext, { home, homeFid }: FileRow): FoundEf | undefined {
  const files = filesOf(card);
  const from = home === 'PHONEBOOK' ? MF : cursorOf(card).application;
  const file = descend(files, from, [...HOME_PATH[home], homeFid]);
  return file === undefined ? undefined : efOf(files, file);
}

function efOfRow(card: CommandContext, row: FileRow): SimEf | undefined {
  const source = sourceOf(card, row);
  if (source === undefined) return undefined;
  const { fid, origin } = row;
  if (origin.kind === 'same') return asItIs(fid, source);
  if (origin.kind === 'converted') {
    const { conversion } = origin;
    if (!conversion.suits(source.node)) return undefined;
    return seenAs(fid, source, conversion.read(source.node), conversion);
  }
  const { structure, content } = source.node;
  if (structure !== 'transparent' || content.length === 0) return undefined;
  const table = simServiceTable(content, {
    hasChv1: pinOf(card.memory.root.pins, PIN1) !== undefined,
    hasEf: (directory, ef) => {
      const at = childDirectory(card, SIM_MF, directory);
      return at !== undefined && efIn(card, at, ef) !== undefined;
    },
  });
  return seenAs(fid, source, table);
}

/** Finds an EF in a directory. */
export function efIn(
  card: CommandContext,
  directory: SimDirectory,
  fid: number,
): SimEf | undefined {
  const files = filesOf(card);
  const file = directory.file === undefined ? undefined : childOf(files, directory.file, fid);
  if (file !== undefined) {
    const source = efOf(files, file);
    return source && asItIs(fid, source);
  }
  for (const row of rowsOf(directory)) {
    const found = row.fid === fid ? efOfRow(card, row) : undefined;
    if (found !== undefined) return found;
  }
  const isPhase = fid === PHASE.fid && directory.path.length === 1 && directory.fid === SIM_FID.gsm;
  return isPhase ? PHASE_EF : undefined;
}

/** Counts what is right below a directory. */
export function countChildren(
  card: CommandContext,
  directory: SimDirectory,
): { readonly directories: number; readonly efs: number } {
  const files = filesOf(card);
  const real = directoryNode(files, directory.file)?.children ?? [];
  const fids = new Set<number>([
    ...real.map((file) => nodeAt(files, file).fid),
    ...rowsOf(directory).map(({ fid }) => fid),
    ...(directory.path.length === 0 ? FILE_ROWS.keys() : [PHASE.fid]),
  ]);
  const all = [...fids];
  return {
    directories: all.filter((fid) => childDirectory(card, directory, fid) !== undefined).length,
    efs: all.filter((fid) => efIn(card, directory, fid) !== undefined).length,
  };
}
