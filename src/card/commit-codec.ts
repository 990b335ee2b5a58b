/**
 * Commits and whole roots as octets: how a card's memory is stored, and how a card is kept at rest.
 *
 *     commit   change, change ...           change: kind 1 | its fields
 *     root     content changes | 'FF' | PINs | active | staged | pairs
 *
 * A card at rest is one octet string beside its image, a few hundred octets, so that a fleet fits
 * in memory. Both forms hold secrets.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { decodeSubscriptionParameters } from '../ota/subscription-change.ts';
import { decodeKeyTable, encodeKeyTable } from './key-table-codec.ts';
import {
  applyChange,
  type CardImage,
  type CardRoot,
  type Change,
  type ElementaryNode,
  type PinState,
} from './memory.ts';

const KIND = {
  content: 1,
  retries: 2,
  seq: 3,
  cntr: 4,
  stage: 5,
  unstage: 6,
  activate: 7,
} as const satisfies Readonly<Record<Change['kind'], number>>;

const END_OF_FILES = 0xffff;

function writeOctets(writer: ByteWriter, octets: Uint8Array, field: string): void {
  writer.uint(2, octets.length, `${field} length`).bytes(octets);
}

function readOctets(reader: ByteReader, field: string): Uint8Array {
  return reader.take(reader.uint(2, `${field} length`), field);
}

function writeChange(writer: ByteWriter, change: Change): void {
  writer.uint(1, KIND[change.kind], 'kind');
  switch (change.kind) {
    case 'content':
      writer.uint(2, change.file, 'file');
      writeOctets(writer, change.content, 'content');
      return;
    case 'retries':
      writer.uint(1, change.reference, 'reference').uint(1, change.retriesLeft, 'retries');
      return;
    case 'seq':
      writer.uint(1, change.entry, 'entry').uint(2, change.ind, 'IND').uint(6, change.seq, 'SEQ');
      return;
    case 'cntr':
      writer.uint(1, change.entry, 'entry').uint(1, change.kvn, 'KVN').uint(5, change.cntr, 'CNTR');
      return;
    case 'stage':
      writeOctets(writer, change.parameters, 'parameters');
      return;
    case 'unstage':
      return;
    case 'activate':
      writer.uint(1, change.index, 'index');
  }
}

function readChange(reader: ByteReader): Change {
  const at = reader.offset;
  const kind = reader.uint(1, 'kind');
  switch (kind) {
    case KIND.content:
      return {
        kind: 'content',
        file: reader.uint(2, 'file'),
        content: readOctets(reader, 'content'),
      };
    case KIND.retries: {
      const reference = reader.uint(1, 'reference');
      return { kind: 'retries', reference, retriesLeft: reader.uint(1, 'retries') };
    }
    case KIND.seq: {
      const entry = reader.uint(1, 'entry');
      const ind = reader.uint(2, 'IND');
      return { kind: 'seq', entry, ind, seq: reader.uint(6, 'SEQ') };
    }
    case KIND.cntr: {
      const entry = reader.uint(1, 'entry');
      const kvn = reader.uint(1, 'KVN');
      return { kind: 'cntr', entry, kvn, cntr: reader.uint(5, 'CNTR') };
    }
    case KIND.stage:
      return { kind: 'stage', parameters: readOctets(reader, 'parameters') };
    case KIND.unstage:
      return { kind: 'unstage' };
    case KIND.activate:
      return { kind: 'activate', index: reader.uint(1, 'index') };
    default:
      throw reader.error('kind', 'expected 1 to 7', at);
  }
}

/** Writes a commit. */
export function encodeCommit(changes: readonly Change[]): Uint8Array {
  const writer = new ByteWriter();
  for (const change of changes) writeChange(writer, change);
  return writer.finish();
}

/**
 * Reads a commit.
 *
 * @throws {DecodeError} the octets are no commit
 * @see docs/architecture.md, "The card changes by commits"
 */
export function decodeCommit(octets: Uint8Array): Change[] {
  const reader = new ByteReader(octets, 'commit');
  const changes: Change[] = [];
  while (reader.remaining > 0) changes.push(readChange(reader));
  return changes;
}

/** Tells whether a change fits the card: its file, PIN, pair and key set are there. */
function fits(image: CardImage, root: CardRoot, change: Change): boolean {
  switch (change.kind) {
    case 'content': {
      const node = image.nodes[change.file];
      return node?.kind === 'ef' && node.content.length === change.content.length;
    }
    case 'retries':
      return root.pins.some(({ reference }) => reference === change.reference);
    case 'seq':
      return change.ind < (root.entries[change.entry]?.seq.length ?? 0);
    case 'cntr':
      return root.entries[change.entry]?.keySets.some(({ kvn }) => kvn === change.kvn) === true;
    case 'stage':
      return mayBeStaged(root, change.parameters);
    case 'unstage':
      return true;
    case 'activate':
      return change.index < root.entries.length;
  }
}

/** Tells whether octets are a change of subscription for which there is a pair. */
function mayBeStaged(root: CardRoot, parameters: Uint8Array): boolean {
  if (root.active + 1 >= root.entries.length) return false;
  try {
    decodeSubscriptionParameters(parameters);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/**
 * Computes what a card remembers after the commits of its log.
 *
 * @param root what it remembered before the first of them
 * @param commits in their order, as its `CommitLog` has got them
 * @throws {DecodeError} an octet string is no commit, or one of another card
 * @see docs/architecture.md, "The card changes by commits"
 * @example
 * ```ts
 * import { createUicc, fromHex, rootAfter, Uicc } from 'vuicc';
 *
 * const commits: Uint8Array[] = [];
 * const card = createUicc(undefined, { log: { append: (commit) => commits.push(commit) > 0 } });
 * card.reset();
 * card.transmit(fromHex('0020000108 30303030FFFFFFFF')); // a wrong PIN
 *
 * const again = new Uicc(card.image, { root: rootAfter(card.image, card.image.root, commits) });
 * again.reset();
 * if (again.transmit(fromHex('0020000100'))[1] !== 0xc2) throw new Error('2 tries are left');
 * ```
 */
export function rootAfter(
  image: CardImage,
  root: CardRoot,
  commits: readonly Uint8Array[],
): CardRoot {
  let after = root;
  for (const [n, commit] of commits.entries()) {
    for (const change of decodeCommit(commit)) {
      if (!fits(image, after, change)) {
        throw new DecodeError(`commit/${change.kind}`, n, 'expected a change that fits this card');
      }
      after = applyChange(image, after, change);
    }
  }
  return after;
}

function writePin(writer: ByteWriter, pin: PinState): void {
  writer
    .uint(1, pin.reference, 'reference')
    .bytes(pin.value)
    .uint(1, pin.isEnabled ? 1 : 0, 'enabled')
    .uint(1, pin.retriesLeft, 'retries left')
    .uint(1, pin.retriesMax, 'retries');
}

function readPin(reader: ByteReader): PinState {
  return {
    reference: reader.uint(1, 'reference'),
    value: reader.take(8, 'value'),
    isEnabled: reader.uint(1, 'enabled') === 1,
    retriesLeft: reader.uint(1, 'retries left'),
    retriesMax: reader.uint(1, 'retries'),
  };
}

/**
 * Writes a root: the card at rest.
 *
 * @returns a few hundred octets. Secret
 * @see docs/architecture.md, "The card changes by commits"
 */
export function encodeRoot(image: CardImage, root: CardRoot): Uint8Array {
  const writer = new ByteWriter();
  root.files.forEach((node, file) => {
    if (node === undefined) return;
    writer.uint(2, file, 'file');
    writeOctets(writer, node.content, 'content');
  });
  writer.uint(2, END_OF_FILES, 'end of files');
  // PINs that nobody has touched are the image's.
  const pins = root.pins === image.root.pins ? [] : root.pins;
  writer.uint(1, pins.length, 'PINs');
  for (const pin of pins) writePin(writer, pin);
  writer.uint(1, root.active, 'active');
  writeOctets(writer, root.staged ?? new Uint8Array(0), 'staged');
  encodeKeyTable(writer, root.entries);
  return writer.finish();
}

/**
 * Reads a root: wakes a card that was at rest.
 *
 * @throws {DecodeError} the octets are no root of a card with this image
 * @see docs/architecture.md, "The card changes by commits"
 */
export function decodeRoot(image: CardImage, octets: Uint8Array): CardRoot {
  const reader = new ByteReader(octets, 'card at rest');
  const files: (ElementaryNode | undefined)[] = image.nodes.map(() => undefined);
  for (;;) {
    const at = reader.offset;
    const file = reader.uint(2, 'file');
    if (file === END_OF_FILES) break;
    const node = image.nodes[file];
    const content = readOctets(reader, 'content');
    if (node?.kind !== 'ef' || node.content.length !== content.length) {
      throw reader.error('file', 'expected a file of the image and as many octets', at);
    }
    files[file] = { ...node, content };
  }
  const count = reader.uint(1, 'PINs');
  const pins = Array.from({ length: count }, () => readPin(reader));
  const active = reader.uint(1, 'active');
  const staged = readOctets(reader, 'staged');
  const entries = decodeKeyTable(reader);
  if (active >= entries.length)
    throw reader.error('active', `expected less than ${entries.length}`);
  reader.end();
  const root: CardRoot = {
    files,
    pins: count === 0 ? image.root.pins : pins,
    active,
    staged: undefined,
    entries,
  };
  if (staged.length === 0) return root;
  if (!mayBeStaged(root, staged))
    throw reader.error('staged', 'expected a change and a pair for it');
  return { ...root, staged };
}
