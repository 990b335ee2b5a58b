/**
 * The tree of a card profile as lines for a terminal, 120 columns at most.
 *
 *     name          FID   SFI  structure      read    update  content
 *     MF            3F00                                      create EF, create DF ADM1
 *     ├─ EF_ICCID   2FE2    2  transparent 10 always  never   89999010000000000013
 *     └─ ADF.USIM   7FFF                                      AID a0000000871002…
 *
 * @see docs/profile.md, "Show"
 * @module
 */

import type { AccessRule } from '../ef/access-rules.ts';
import {
  type ContentView,
  contentViews,
  type KnownFile,
  knownFile,
} from '../profile/content-view.ts';
import { type Places, placesOf } from '../profile/known-files.ts';
import {
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
} from '../profile/profile.ts';
import {
  type Rights,
  rightsLine,
  rightsOfDirectory,
  rightsOfFile,
  rightsText,
} from '../profile/rights.ts';
import { leafOf, type ProfileTree, parentPath, plainPath, profileTree } from '../profile/tree.ts';
import { valueText } from '../profile/value-text.ts';

const COLUMNS = 120;
const GAP = '  ';
/** The most columns of those that say who may read and update. */
const RIGHT_COLUMNS = 14;
const RECORDS_SHOWN = 3;

/** What stands in the columns between the name and the content. */
type Cells = readonly [fid: string, sfi: string, structure: string, read: string, update: string];

interface Row {
  /** The branches of the tree and the name. */
  readonly name: string;
  /** What stands before the further lines of content. */
  readonly below: string;
  readonly cells: Cells;
  readonly content: readonly string[];
}

const HEAD: Row = {
  name: '',
  below: '',
  cells: ['FID', 'SFI', 'structure', 'read', 'update'],
  content: ['content'],
};

/** Cuts text that is too long, and says so by an ellipsis. */
function shortened(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, columns - 1).join('')}…`;
}

/** Of an access rule, what most people ask for. */
function mainRights(rules: readonly AccessRule[]): Rights {
  const { read = '', update = '', increase } = rightsText(rules, 'ef');
  return { read, update, ...(increase === undefined ? {} : { increase }) };
}

/** Says what is in an EF, or in a record, as one line. */
export function viewText(view: ContentView, { ef }: KnownFile): string {
  switch (view.kind) {
    case 'empty':
      return '(empty)';
    case 'key-material':
      return '(key material)';
    case 'octets':
      return view.octets;
    case 'value':
      return ef?.name === 'EF_ARR'
        ? rightsLine(mainRights(view.value as readonly AccessRule[]))
        : valueText(view.value);
  }
}

/** The records that are used, the first few of them. */
function recordLines(views: readonly ContentView[], known: KnownFile): string[] {
  const isAlone = views.length === 1;
  const used = views.flatMap((view, n) => {
    if (view.kind === 'empty') return [];
    const text = viewText(view, known);
    return [isAlone ? text : `${n + 1}: ${text}`];
  });
  const count = `${used.length} of ${views.length}`;
  if (used.length === 0) return [count];
  const shown = used.slice(0, RECORDS_SHOWN);
  const more = used.length > shown.length ? [`… ${used.length - shown.length} more`] : [];
  return [...shown, ...more].map(
    (text, n) => `${(n === 0 ? count : '').padEnd(count.length)}  ${text}`,
  );
}

/** `transparent 9`, `linear 10 × 176`. */
export function structureText(file: FileProfile): string {
  return hasRecords(file)
    ? `${file.type} ${file.recCount} × ${file.recLen}`
    : `${file.type} ${file.size}`;
}

/** What the tree of one profile is made from. */
interface Source {
  readonly profile: CardProfile;
  readonly tree: ProfileTree;
  readonly places: Places;
}

function fileRow({ profile, tree, places }: Source, file: FileProfile, branch: string): Row {
  const known = knownFile(places.get(parentPath(file.path) ?? '') ?? '', file);
  const { rights } = rightsOfFile(profile, tree, file);
  const views = contentViews(file, known);
  const [only] = views;
  const lines =
    !hasRecords(file) && only !== undefined ? [viewText(only, known)] : recordLines(views, known);
  const { lifeCycle = 'activated' } = file;
  const [first = '', ...others] = lines;
  return {
    name: `${branch}${known.ef?.name ?? leafOf(file.path)}`,
    below: branch.replace('├─ ', '│  ').replace('└─ ', '   '),
    cells: [
      file.fid.toUpperCase(),
      file.sfi === null ? '' : String(file.sfi).padStart(3),
      structureText(file),
      rights.read ?? '',
      rights.update ?? '',
    ],
    content: [lifeCycle === 'activated' ? first : `(${lifeCycle}) ${first}`, ...others],
  };
}

function directoryRows(
  source: Source,
  directory: DirectoryProfile,
  own: string,
  below: string,
): Row[] {
  const { profile, tree } = source;
  const path = plainPath(directory.path);
  const { rights } = rightsOfDirectory(profile, tree, directory);
  const administration = Object.fromEntries(
    Object.entries(rights).filter(([name]) => /^(?:create|delete child)/.test(name)),
  );
  const aid = directory.aid === undefined ? [] : [`AID ${directory.aid.toLowerCase()}`];
  const files = profile.files.filter((file) => parentPath(file.path) === path);
  const directories = profile.directories.filter((child) => parentPath(child.path) === path);
  const last = files.length + directories.length - 1;
  const branch = (n: number): string => `${below}${n === last ? '└─ ' : '├─ '}`;
  const row: Row = {
    name: `${own}${leafOf(path)}`,
    below: last < 0 ? below : `${below}│  `,
    cells: [directory.fid.toUpperCase(), '', '', '', ''],
    content: [...aid, rightsLine(administration)],
  };
  return [
    row,
    ...files.map((file, n) => fileRow(source, file, branch(n))),
    ...directories.flatMap((child, n) => {
      const at = files.length + n;
      const deeper = `${below}${at === last ? '   ' : '│  '}`;
      return directoryRows(source, child, branch(at), deeper);
    }),
  ];
}

/** Puts the rows below each other, their cells in columns. */
function columns(rows: readonly Row[]): string[] {
  const width = (text: (row: Row) => string): number =>
    Math.max(...rows.map((row) => [...text(row)].length));
  const nameColumns = width(({ name }) => name);
  const limits = HEAD.cells.map((_, n) => {
    const wanted = width(({ cells }) => cells[n] ?? '');
    return n > 2 ? Math.min(wanted, RIGHT_COLUMNS) : wanted;
  });
  const before = nameColumns + limits.reduce((sum, limit) => sum + limit + GAP.length, 0);
  const contentColumns = COLUMNS - before - GAP.length;
  return rows.flatMap(({ name, below, cells, content }) =>
    content.map((text, n) => {
      const front = n === 0 ? name : below;
      const middle = limits.map((limit, at) => {
        const cell = n === 0 ? (cells[at] ?? '') : '';
        return shortened(cell, limit).padEnd(limit);
      });
      const parts = [front.padEnd(nameColumns), ...middle, shortened(text, contentColumns)];
      return parts.join(GAP).trimEnd();
    }),
  );
}

/**
 * Draws a directory and all below it.
 *
 * @param path plain path of the directory
 * @see docs/profile.md, "Show"
 */
export function treeLines(profile: CardProfile, path: string): string[] {
  const directory = profile.directories.find((one) => plainPath(one.path) === path);
  if (directory === undefined) return [];
  const source = { profile, tree: profileTree(profile), places: placesOf(profile) };
  return columns([HEAD, ...directoryRows(source, directory, '', '')]);
}
