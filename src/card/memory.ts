/**
 * What a card remembers: an image that cards share, a root of its own, and commits from root to
 * root.
 *
 *     image   made from a profile: numbered files, never changed
 *     root    what differs from the image: files, PIN states, key table, staged change
 *     commit  a few changes, applied to a root all at once or not at all
 *
 * All three are values: to keep a root is to keep the card.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { SwitchesProfile } from '../profile/profile.ts';

/** Counts the files of an image from 0, the MF; stays the same as long as the file exists. */
export type FileNumber = number;

/** Which record of which EF_ARR holds for a file; an EF_ARR that is not there denies everything. */
export interface RuleReference {
  readonly kind: 'referenced';
  readonly arr: FileNumber | undefined;
  /** FID of the EF_ARR, for the FCP. */
  readonly arrFid: number;
  /** Counted from 1. */
  readonly record: number;
}

/** Access rules that a file carries itself, as the FCP writes them. */
export interface OwnRules {
  readonly kind: 'expanded' | 'compact';
  /** The value of 'AB' or '8C'. */
  readonly octets: Uint8Array;
}

/** Where the access rules of a file are. */
export type SecurityAttributes = RuleReference | OwnRules;

/** The MF, an ADF or a DF. */
export interface DirectoryNode {
  readonly kind: 'directory';
  readonly fid: number;
  /** The MF is its own parent. */
  readonly parent: FileNumber;
  /** 5 to 16 octets; an ADF has one. */
  readonly aid: Uint8Array | undefined;
  readonly rule: SecurityAttributes;
  /** Key references of the PIN status template. */
  readonly pins: readonly number[];
  readonly children: readonly FileNumber[];
}

/** Where an EF is in its life. */
export type LifeCycle = 'creation' | 'activated' | 'deactivated' | 'terminated';

/** How the FCP codes it. */
export const LIFE_CYCLE_OCTET: Readonly<Record<LifeCycle, number>> = {
  creation: 0x01,
  activated: 0x05,
  deactivated: 0x04,
  terminated: 0x0c,
};

/**
 * An EF with its content. Records of a cyclic EF are in logical order: record 1, the latest, first.
 */
export interface ElementaryNode {
  readonly kind: 'ef';
  readonly fid: number;
  readonly parent: FileNumber;
  readonly structure: 'transparent' | 'linear' | 'cyclic';
  /** Octets a record; 0 for a transparent EF. */
  readonly recordLength: number;
  /** Current on one logical channel at a time; left out for a shareable EF. */
  readonly isNotShareable?: true;
  /** 1 to 30. */
  readonly sfi: number | undefined;
  readonly rule: SecurityAttributes;
  /** `undefined`, as for nearly every EF: activated. */
  readonly lifeCycle: Exclude<LifeCycle, 'activated'> | undefined;
  /** Octet of special file information; `undefined`: none. */
  readonly specialInformation: number | undefined;
  readonly content: Uint8Array;
}

/** Any file. */
export type FileNode = DirectoryNode | ElementaryNode;

/** Key reference of the universal PIN, which may take the place of others. */
export const UNIVERSAL_PIN = 0x11;

/** Must be verified; need not be; the universal PIN must be verified in its place. */
export type PinStatus = 'enabled' | 'disabled' | 'replaced';

/** What commands change of a PIN or ADM key. Treat as secret. */
export interface PinVariables {
  /** 8 octets. */
  readonly value: Uint8Array;
  readonly status: PinStatus;
  readonly retriesLeft: number;
  /** Tries left of its UNBLOCK PIN; 0 without one. */
  readonly unblockRetriesLeft: number;
}

/** A PIN or ADM key. Treat as secret. */
export interface PinState extends PinVariables {
  /** Key reference. */
  readonly reference: number;
  readonly retriesMax: number;
  /** The UNBLOCK PIN, 8 octets. */
  readonly unblock: { readonly value: Uint8Array; readonly retriesMax: number } | undefined;
}

/** An OTA key as it is stored. Treat as secret. */
export interface StoredKey {
  readonly type: 'AES' | '3DES' | 'DES';
  readonly key: Uint8Array;
}

/** The OTA keys of one key version number. Treat as secret. */
export interface StoredKeySet {
  readonly kvn: number;
  readonly kic: StoredKey;
  readonly kid: StoredKey;
  readonly macLength: 4 | 8;
  /** 40 bits. */
  readonly cntr: number;
}

/** One Ki/OTA pair. Treat as secret. */
export interface KeyTableEntry {
  /** 16 octets. */
  readonly k: Uint8Array;
  /** 16 octets. */
  readonly opc: Uint8Array;
  /** r1 to r5 in 5 octets, then c1 to c5; `undefined` for those of TS 35.206. */
  readonly constants: Uint8Array | undefined;
  readonly indBits: number;
  readonly delta: number;
  readonly ageLimit: number | undefined;
  /** SEQ_MS(i) for each IND. */
  readonly seq: readonly number[];
  readonly keySets: readonly StoredKeySet[];
}

/** What cards of one profile share. Never changed. */
export interface CardImage {
  readonly atr: Uint8Array;
  readonly protocol: 'T=0' | 'T=1';
  readonly switches: SwitchesProfile;
  readonly applets: readonly AppletEntry[];
  readonly nodes: readonly FileNode[];
  /** The state of a new card. */
  readonly root: CardRoot;
}

/**
 * An applet as the profile installs it. Start directory, format and access domain are for applets
 * that work on files; the change of subscription needs none of them.
 */
export interface AppletEntry {
  readonly tar: Uint8Array;
  /** 15 or 16 octets, if it has one; octets 13 to 15 are the TAR. */
  readonly aid: Uint8Array | undefined;
  readonly kind: string;
  readonly startDirectory: FileNumber;
  readonly format: 'compact' | 'expanded';
  readonly minimumSecurity: number;
  readonly accessDomain: Uint8Array;
}

/** The most octets that an applet may store. */
export const APPLET_DATA_MAX = 0x4000;

/** All that one card remembers beside its image. */
export interface CardRoot {
  /** By file number; where there is nothing the image holds. */
  readonly files: readonly (ElementaryNode | undefined)[];
  readonly pins: readonly PinState[];
  readonly entries: readonly KeyTableEntry[];
  /** Index of the pair in use. */
  readonly active: number;
  /** What CHANGE sent behind its guard, until the reset that activates it. */
  readonly staged: Uint8Array | undefined;
  /** What applets have stored, by their place in the image; shorter where nothing was. */
  readonly appletData: readonly (Uint8Array | undefined)[];
}

/** One change of a root. */
export type Change =
  | { readonly kind: 'content'; readonly file: FileNumber; readonly content: Uint8Array }
  | { readonly kind: 'life-cycle'; readonly file: FileNumber; readonly to: LifeCycle }
  | { readonly kind: 'pin'; readonly reference: number; readonly to: PinVariables }
  | { readonly kind: 'seq'; readonly entry: number; readonly ind: number; readonly seq: number }
  | { readonly kind: 'cntr'; readonly entry: number; readonly kvn: number; readonly cntr: number }
  | { readonly kind: 'applet-data'; readonly applet: number; readonly data: Uint8Array }
  | { readonly kind: 'stage'; readonly parameters: Uint8Array }
  | { readonly kind: 'unstage' }
  | { readonly kind: 'activate'; readonly index: number };

/** Gives a file as the card sees it now. The number comes from the image, so the file is there. */
export function nodeOf(image: CardImage, root: CardRoot, file: FileNumber): FileNode {
  const node = root.files[file] ?? image.nodes[file];
  if (node === undefined) throw new Error(`file ${file} is not in the image`);
  return node;
}

function withContent(
  image: CardImage,
  root: CardRoot,
  file: FileNumber,
  content: Uint8Array,
): CardRoot {
  const node = nodeOf(image, root, file);
  if (node.kind !== 'ef' || node.content.length !== content.length) {
    throw new Error(`file ${file} cannot have ${content.length} octets`);
  }
  const files = root.files.slice();
  files[file] = { ...node, content };
  return { ...root, files };
}

/** Gives an EF in another state of its life. */
export function inLifeCycle(node: ElementaryNode, lifeCycle: LifeCycle): ElementaryNode {
  return { ...node, lifeCycle: lifeCycle === 'activated' ? undefined : lifeCycle };
}

/** Tells where an EF is in its life. */
export function lifeCycleOf({ lifeCycle }: ElementaryNode): LifeCycle {
  return lifeCycle ?? 'activated';
}

function withLifeCycle(
  image: CardImage,
  root: CardRoot,
  file: FileNumber,
  to: LifeCycle,
): CardRoot {
  const node = nodeOf(image, root, file);
  if (node.kind !== 'ef') throw new Error(`file ${file} is no EF`);
  const files = root.files.slice();
  files[file] = inLifeCycle(node, to);
  return { ...root, files };
}

function entryOf(root: CardRoot, index: number): KeyTableEntry {
  const entry = root.entries[index];
  if (entry === undefined) throw new Error(`pair ${index} is not in the key table`);
  return entry;
}

// The next two are written out field by field: AUTHENTICATE runs them each time, and a spread of
// objects that were made in different places is slow.

function withSeq(entry: KeyTableEntry, ind: number, value: number): KeyTableEntry {
  const { k, opc, constants, indBits, delta, ageLimit, keySets } = entry;
  const seq = entry.seq.slice();
  seq[ind] = value;
  return { k, opc, constants, indBits, delta, ageLimit, seq, keySets };
}

function withEntry(root: CardRoot, index: number, entry: KeyTableEntry): CardRoot {
  const { files, pins, active, staged, appletData } = root;
  const entries = root.entries.slice();
  entries[index] = entry;
  return { files, pins, entries, active, staged, appletData };
}

/** Applies one change to a root; the root given stays as it is. */
export function applyChange(image: CardImage, root: CardRoot, change: Change): CardRoot {
  switch (change.kind) {
    case 'content':
      return withContent(image, root, change.file, change.content);
    case 'life-cycle':
      return withLifeCycle(image, root, change.file, change.to);
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
    case 'stage':
      return { ...root, staged: change.parameters };
    case 'unstage':
      return { ...root, staged: undefined };
    case 'activate':
      return { ...root, active: change.index, staged: undefined };
  }
}
