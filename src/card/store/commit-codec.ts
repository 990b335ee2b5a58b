/**
 * Commits and whole roots as octets: how a card's memory is stored, and how a card is kept at rest.
 *
 *     commit   change, change ...           change: kind 1 | its fields
 *     root     files | 'FFFF' | PINs | active | staged | applet data | 'FF' | ['00' | keys of GBA]
 *              | pairs | [tree]
 *
 *     file     number 2, b16 set when a life cycle follows | [life cycle 1] | content
 *
 * A card at rest is one octet string beside its image, a few hundred octets, so that a fleet fits
 * in memory. Both forms hold secrets.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { DecodeError, understood } from '../../bytes/errors.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import { UNIVERSAL_PIN } from '../../ef/key-references.ts';
import { decodeSubscriptionParameters } from '../../ota/subscription-change.ts';
import {
  APPLET_DATA_MAX,
  type BootstrappedKeys,
  type CardImage,
  type CardRoot,
  type Change,
  type FileNode,
  findNode,
  inLifeCycle,
  LIFE_CYCLE_OCTET,
  type LifeCycle,
  lifeCycleOf,
  mayHold,
  type PinState,
  type PinStatus,
  type PinVariables,
} from '../memory.ts';
import { seqValues } from '../sequence-numbers.ts';
import { fitsApplication, readBootstrapped, writeBootstrapped } from './bootstrapped-keys.ts';
import { applyChange } from './changes.ts';
import { decodeKeyTable, encodeKeyTable } from './key-table-codec.ts';
import { fitsTree, readCreated, readTree, writeCreated, writeTree } from './tree-codec.ts';

const KIND = {
  content: 1,
  pin: 2,
  seq: 3,
  cntr: 4,
  stage: 5,
  unstage: 6,
  activate: 7,
  'applet-data': 8,
  'life-cycle': 9,
  create: 10,
  delete: 11,
  resize: 12,
  bootstrapped: 13,
} as const satisfies Readonly<Record<Change['kind'], number>>;

const END_OF_FILES = 0xffff;
/** In the number of a file whose life cycle is not that of the image. */
const HAS_LIFE_CYCLE = 0x8000;
const LIFE_CYCLES = Object.keys(LIFE_CYCLE_OCTET) as LifeCycle[];
const END_OF_APPLETS = 0xff;
/** In the place of the number of pairs: there is one at least. */
const HAS_BOOTSTRAPPED = 0x00;
/** A status is written as its place here. */
const PIN_STATUSES: readonly PinStatus[] = ['disabled', 'enabled', 'replaced'];
/** '63CX' has room for no more. */
const RETRIES_MAX = 15;

function writeOctets(writer: ByteWriter, octets: Uint8Array, field: string): void {
  writer.uint(2, octets.length, `${field} length`).bytes(octets);
}

function readOctets(reader: ByteReader, field: string): Uint8Array {
  return reader.take(reader.uint(2, `${field} length`), field);
}

function writePinVariables(writer: ByteWriter, pin: PinVariables): void {
  writer
    .bytes(pin.value)
    .uint(1, PIN_STATUSES.indexOf(pin.status), 'status')
    .uint(1, pin.retriesLeft, 'retries left')
    .uint(1, pin.unblockRetriesLeft, 'UNBLOCK retries left');
}

function readPinVariables(reader: ByteReader): PinVariables {
  const value = reader.take(8, 'value');
  const at = reader.offset;
  const status = PIN_STATUSES[reader.uint(1, 'status')];
  if (status === undefined) throw reader.error('status', 'expected 0 to 2', at);
  return {
    value,
    status,
    retriesLeft: reader.uint(1, 'retries left'),
    unblockRetriesLeft: reader.uint(1, 'UNBLOCK retries left'),
  };
}

function readLifeCycle(reader: ByteReader): LifeCycle {
  const at = reader.offset;
  const octet = reader.uint(1, 'life cycle');
  const found = LIFE_CYCLES.find((lifeCycle) => LIFE_CYCLE_OCTET[lifeCycle] === octet);
  if (found === undefined)
    throw reader.error('life cycle', "expected '01', '03', '04', '05' or '0C'", at);
  return found;
}

/** Tells whether a PIN can be so: no counter above its limit, and none that replaces itself. */
function isPossible(pin: PinState): boolean {
  const unblockRetriesMax = pin.unblock?.retriesMax ?? 0;
  return (
    Math.max(pin.retriesMax, unblockRetriesMax) <= RETRIES_MAX &&
    pin.retriesLeft <= pin.retriesMax &&
    pin.unblockRetriesLeft <= unblockRetriesMax &&
    (pin.status !== 'replaced' || pin.reference !== UNIVERSAL_PIN)
  );
}

function writeChange(writer: ByteWriter, change: Change): void {
  writer.uint(1, KIND[change.kind], 'kind');
  switch (change.kind) {
    case 'content':
      writer.uint(2, change.file, 'file');
      writeOctets(writer, change.content, 'content');
      return;
    case 'life-cycle':
      writer.uint(2, change.file, 'file').uint(1, LIFE_CYCLE_OCTET[change.to], 'life cycle');
      return;
    case 'create':
      writeCreated(writer, change);
      return;
    case 'delete':
      writer.uint(2, change.file, 'file');
      return;
    case 'resize':
      writer.uint(2, change.file, 'file').uint(2, change.size, 'size');
      return;
    case 'pin':
      writePinVariables(writer.uint(1, change.reference, 'reference'), change.to);
      return;
    case 'seq':
      writer.uint(1, change.entry, 'entry').uint(2, change.ind, 'IND').uint(6, change.seq, 'SEQ');
      return;
    case 'cntr':
      writer.uint(1, change.entry, 'entry').uint(1, change.kvn, 'KVN').uint(5, change.cntr, 'CNTR');
      return;
    case 'applet-data':
      writer.uint(1, change.applet, 'applet');
      writeOctets(writer, change.data, 'data');
      return;
    case 'bootstrapped':
      writeBootstrapped(writer, change.keys);
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
    case KIND['life-cycle']: {
      const file = reader.uint(2, 'file');
      return { kind: 'life-cycle', file, to: readLifeCycle(reader) };
    }
    case KIND.create:
      return readCreated(reader, reader.uint(2, 'file'));
    case KIND.delete:
      return { kind: 'delete', file: reader.uint(2, 'file') };
    case KIND.resize: {
      const file = reader.uint(2, 'file');
      return { kind: 'resize', file, size: reader.uint(2, 'size') };
    }
    case KIND.pin: {
      const reference = reader.uint(1, 'reference');
      return { kind: 'pin', reference, to: readPinVariables(reader) };
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
    case KIND['applet-data']: {
      const applet = reader.uint(1, 'applet');
      return { kind: 'applet-data', applet, data: readOctets(reader, 'data') };
    }
    case KIND.bootstrapped:
      return { kind: 'bootstrapped', keys: readBootstrapped(reader) };
    case KIND.stage:
      return { kind: 'stage', parameters: readOctets(reader, 'parameters') };
    case KIND.unstage:
      return { kind: 'unstage' };
    case KIND.activate:
      return { kind: 'activate', index: reader.uint(1, 'index') };
    default:
      throw reader.error('kind', 'expected 1 to 13', at);
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

/** Nothing leads out of termination, and a directory goes nowhere else. */
function mayBecome(node: FileNode, to: LifeCycle): boolean {
  return node.lifeCycle !== 'terminated' && (node.kind === 'ef' || to === 'terminated');
}

/** Tells whether a change fits the card: its file, PIN, pair and key set are there. */
function fits(image: CardImage, root: CardRoot, change: Change): boolean {
  switch (change.kind) {
    case 'content': {
      const node = findNode(image, root, change.file);
      return node?.kind === 'ef' && mayHold(node, change.content.length);
    }
    case 'life-cycle': {
      const node = findNode(image, root, change.file);
      return node !== undefined && mayBecome(node, change.to);
    }
    case 'create':
    case 'delete':
    case 'resize':
      return fitsTree(image, root, change);
    case 'pin': {
      const pin = root.pins.find(({ reference }) => reference === change.reference);
      return pin !== undefined && isPossible({ ...pin, ...change.to });
    }
    case 'seq': {
      const entry = root.entries[change.entry];
      if (entry === undefined || change.ind >= entry.seq.length) return false;
      return change.seq < seqValues(entry.indBits);
    }
    case 'cntr':
      return root.entries[change.entry]?.keySets.some(({ kvn }) => kvn === change.kvn) === true;
    case 'applet-data':
      return change.applet < image.applets.length && change.data.length <= APPLET_DATA_MAX;
    case 'bootstrapped':
      return fitsApplication(image, root, change.keys);
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
  return understood(() => decodeSubscriptionParameters(parameters)) !== undefined;
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

/** An UNBLOCK PIN of no tries is none. */
function writePin(writer: ByteWriter, pin: PinState): void {
  const { reference, retriesMax, unblock } = pin;
  writePinVariables(writer.uint(1, reference, 'reference'), pin);
  writer.uint(1, retriesMax, 'retries').uint(1, unblock?.retriesMax ?? 0, 'UNBLOCK retries');
  if (unblock !== undefined) writer.bytes(unblock.value);
}

function readPin(reader: ByteReader): PinState {
  const at = reader.offset;
  const reference = reader.uint(1, 'reference');
  const variables = readPinVariables(reader);
  const retriesMax = reader.uint(1, 'retries');
  const unblockMax = reader.uint(1, 'UNBLOCK retries');
  const unblock =
    unblockMax === 0 ? undefined : { value: reader.take(8, 'UNBLOCK PIN'), retriesMax: unblockMax };
  const pin: PinState = { ...variables, reference, retriesMax, unblock };
  if (!isPossible(pin)) throw reader.error('PIN', 'expected counters within their limits', at);
  return pin;
}

/** Writes what is else with a file than in the image, or in the template that creates it. */
function writeFile(
  writer: ByteWriter,
  node: FileNode | null | undefined,
  file: number,
  inImage: FileNode | undefined,
): void {
  if (node === null || node === undefined) return;
  const hasLifeCycle =
    inImage === undefined ? node.lifeCycle === 'terminated' : inImage.lifeCycle !== node.lifeCycle;
  // What else there is of a directory is in the tree.
  if (node.kind === 'directory' && !hasLifeCycle) return;
  writer.uint(2, hasLifeCycle ? HAS_LIFE_CYCLE + file : file, 'file');
  if (hasLifeCycle) writer.uint(1, LIFE_CYCLE_OCTET[lifeCycleOf(node)], 'life cycle');
  writeOctets(writer, node.kind === 'ef' ? node.content : new Uint8Array(0), 'content');
}

/** Writes the keys of GBA; nothing on a card that has none. */
function writeAllBootstrapped(writer: ByteWriter, { bootstrapped }: CardRoot): void {
  if (bootstrapped.length === 0) return;
  writer.uint(1, HAS_BOOTSTRAPPED, 'keys of GBA').uint(1, bootstrapped.length, 'applications');
  for (const keys of bootstrapped) writeBootstrapped(writer, keys);
}

function readAllBootstrapped(reader: ByteReader): BootstrappedKeys[] {
  if (reader.peek() !== HAS_BOOTSTRAPPED) return [];
  reader.uint(1, 'keys of GBA');
  const count = reader.uint(1, 'applications');
  return Array.from({ length: count }, () => readBootstrapped(reader));
}

/** Tells whether all keys of GBA are of applications that are there, and of another one each. */
function areOfApplications(image: CardImage, root: CardRoot): boolean {
  const applications = new Set(root.bootstrapped.map(({ application }) => application));
  return (
    applications.size === root.bootstrapped.length &&
    root.bootstrapped.every((keys) => fitsApplication(image, root, keys))
  );
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
    writeFile(writer, node, file, image.nodes[file]);
  });
  writer.uint(2, END_OF_FILES, 'end of files');
  // PINs that nobody has touched are the image's.
  const pins = root.pins === image.root.pins ? [] : root.pins;
  writer.uint(1, pins.length, 'PINs');
  for (const pin of pins) writePin(writer, pin);
  writer.uint(1, root.active, 'active');
  writeOctets(writer, root.staged ?? new Uint8Array(0), 'staged');
  root.appletData.forEach((data, applet) => {
    if (data === undefined) return;
    writer.uint(1, applet, 'applet');
    writeOctets(writer, data, 'data');
  });
  writer.uint(1, END_OF_APPLETS, 'end of applets');
  writeAllBootstrapped(writer, root);
  encodeKeyTable(writer, root.entries);
  writeTree(writer, image, root);
  return writer.finish();
}

function readAppletData(image: CardImage, reader: ByteReader): (Uint8Array | undefined)[] {
  const all: (Uint8Array | undefined)[] = [];
  for (;;) {
    const at = reader.offset;
    const applet = reader.uint(1, 'applet');
    if (applet === END_OF_APPLETS) return all;
    const data = readOctets(reader, 'data');
    if (applet < all.length || applet >= image.applets.length || data.length > APPLET_DATA_MAX) {
      throw reader.error('applet', 'expected the next one that has data', at);
    }
    while (all.length < applet) all.push(undefined);
    all.push(data);
  }
}

/** A file at rest, whose place in the tree is not known yet. */
interface FileAtRest {
  readonly offset: number;
  readonly file: number;
  readonly lifeCycle: LifeCycle | undefined;
  readonly content: Uint8Array;
}

function readFiles(reader: ByteReader): FileAtRest[] {
  const all: FileAtRest[] = [];
  for (;;) {
    const { offset } = reader;
    const number = reader.uint(2, 'file');
    if (number === END_OF_FILES) return all;
    const file = number % HAS_LIFE_CYCLE;
    const lifeCycle = number === file ? undefined : readLifeCycle(reader);
    all.push({ offset, file, lifeCycle, content: readOctets(reader, 'content') });
  }
}

/** Puts what is else with each file in its place. */
function withFiles(
  image: CardImage,
  root: CardRoot,
  atRest: readonly FileAtRest[],
  reader: ByteReader,
): CardRoot {
  const files = root.files.slice();
  for (const { offset, file, lifeCycle, content } of atRest) {
    const node = findNode(image, root, file);
    const isWhole =
      node?.kind === 'ef'
        ? mayHold(node, content.length)
        : content.length === 0 && lifeCycle === 'terminated';
    if (node === undefined || !isWhole) {
      throw reader.error('file', 'expected a file of this card and as many octets', offset);
    }
    const written = node.kind === 'ef' ? { ...node, content } : node;
    files[file] = lifeCycle === undefined ? written : inLifeCycle(written, lifeCycle);
  }
  return { ...root, files };
}

/**
 * Reads a root: wakes a card that was at rest.
 *
 * @throws {DecodeError} the octets are no root of a card with this image
 * @see docs/architecture.md, "The card changes by commits"
 */
export function decodeRoot(image: CardImage, octets: Uint8Array): CardRoot {
  const reader = new ByteReader(octets, 'card at rest');
  const files = readFiles(reader);
  const count = reader.uint(1, 'PINs');
  const pins = Array.from({ length: count }, () => readPin(reader));
  const active = reader.uint(1, 'active');
  const staged = readOctets(reader, 'staged');
  const appletData = readAppletData(image, reader);
  const at = reader.offset;
  const bootstrapped = readAllBootstrapped(reader);
  const entries = decodeKeyTable(reader);
  if (active >= entries.length)
    throw reader.error('active', `expected less than ${entries.length}`);
  const root: CardRoot = {
    files: image.nodes.map(() => undefined),
    pins: count === 0 ? image.root.pins : pins,
    active,
    staged: undefined,
    appletData: appletData.length === 0 ? image.root.appletData : appletData,
    entries,
    bootstrapped: [],
  };
  const shaped = { ...readTree(reader, image, root), bootstrapped };
  reader.end();
  if (!areOfApplications(image, shaped)) {
    throw reader.error('keys of GBA', 'expected an application of this card for each', at);
  }
  const filled = withFiles(image, shaped, files, reader);
  if (staged.length === 0) return filled;
  if (!mayBeStaged(filled, staged))
    throw reader.error('staged', 'expected a change and a pair for it');
  return { ...filled, staged };
}
