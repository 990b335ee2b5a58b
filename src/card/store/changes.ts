/**
 * One change of a root: what a commit is made of, applied.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { resized, withCreated, withDeleted } from '../files/file-tree.ts';
import {
  type CardImage,
  type CardRoot,
  type Change,
  type FileNode,
  type FileNumber,
  inLifeCycle,
  type KeyTableEntry,
  mayHold,
  nodeOf,
} from '../memory.ts';
import { fitsApplication } from './bootstrapped-keys.ts';

function withNode(root: CardRoot, file: FileNumber, node: FileNode): CardRoot {
  const files = root.files.slice();
  files[file] = node;
  return { ...root, files };
}

function withContent(
  image: CardImage,
  root: CardRoot,
  file: FileNumber,
  content: Uint8Array,
): CardRoot {
  const node = nodeOf(image, root, file);
  if (node.kind !== 'ef' || !mayHold(node, content.length)) {
    throw new Error(`file ${file} cannot have ${content.length} octets`);
  }
  return withNode(root, file, { ...node, content });
}

function entryOf(root: CardRoot, index: number): KeyTableEntry {
  const entry = root.entries[index];
  if (entry === undefined) throw new Error(`pair ${index} is not in the key table`);
  return entry;
}

// The next two are written out field by field: AUTHENTICATE runs them each time, and a spread of
// objects that were made in different places is slow.

function withSeq(entry: KeyTableEntry, ind: number, value: number): KeyTableEntry {
  const { algorithm, k, opc, constants, indBits, delta, ageLimit, keySets } = entry;
  const seq = entry.seq.slice();
  seq[ind] = value;
  return { algorithm, k, opc, constants, indBits, delta, ageLimit, seq, keySets };
}

function withEntry(root: CardRoot, index: number, entry: KeyTableEntry): CardRoot {
  const { files, pins, active, staged, appletData, bootstrapped } = root;
  const entries = root.entries.slice();
  entries[index] = entry;
  return { files, pins, entries, active, staged, appletData, bootstrapped };
}

/** Bootstrapped keys go with their application. */
function withoutOrphans(image: CardImage, root: CardRoot): CardRoot {
  const bootstrapped = root.bootstrapped.filter((keys) => fitsApplication(image, root, keys));
  return { ...root, bootstrapped };
}

/** Applies one change to a root; the root given stays as it is. */
export function applyChange(image: CardImage, root: CardRoot, change: Change): CardRoot {
  switch (change.kind) {
    case 'content':
      return withContent(image, root, change.file, change.content);
    case 'life-cycle': {
      const node = nodeOf(image, root, change.file);
      return withNode(root, change.file, inLifeCycle(node, change.to));
    }
    case 'create':
      return withCreated(image, root, change);
    case 'delete':
      return withoutOrphans(image, withDeleted(image, root, change.file));
    case 'resize':
      return withNode(root, change.file, resized(nodeOf(image, root, change.file), change.size));
    case 'pin': {
      const { reference, to } = change;
      const pins = root.pins.map((pin) => (pin.reference === reference ? { ...pin, ...to } : pin));
      return { ...root, pins };
    }
    case 'seq': {
      const entry = entryOf(root, change.entry);
      return withEntry(root, change.entry, withSeq(entry, change.ind, change.seq));
    }
    case 'cntr': {
      const { kvn, cntr } = change;
      const entry = entryOf(root, change.entry);
      const keySets = entry.keySets.map((keys) => (keys.kvn === kvn ? { ...keys, cntr } : keys));
      return withEntry(root, change.entry, { ...entry, keySets });
    }
    case 'applet-data': {
      const { applet, data } = change;
      const places = Math.max(applet + 1, root.appletData.length);
      const appletData = Array.from({ length: places }, (_, n) =>
        n === applet ? data : root.appletData[n],
      );
      return { ...root, appletData };
    }
    case 'bootstrapped': {
      const { keys } = change;
      const others = root.bootstrapped.filter((of) => of.application !== keys.application);
      return { ...root, bootstrapped: [...others, keys] };
    }
    case 'stage':
      return { ...root, staged: change.parameters };
    case 'unstage':
      return { ...root, staged: undefined };
    case 'activate':
      // What was bootstrapped with the pair before is not of this subscription.
      return { ...root, active: change.index, staged: undefined, bootstrapped: [] };
  }
}
