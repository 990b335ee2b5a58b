/**
 * What a card remembers: an image that cards share, a root of its own, and commits from root to
 * root.
 *
 *     image   made from a profile: numbered files, never changed
 *     root    what differs from the image: files, also created and deleted ones, PIN states, key
 *             table, staged change
 *     commit  a few changes, applied to a root all at once or not at all
 *
 * All three are values: to keep a root is to keep the card.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { AuthenticationSecret } from '../crypto/algorithms.ts';
import type { AccessRuleReference } from '../ef/rule-reference.ts';
import type { SwitchesProfile } from '../profile/profile.ts';

/** Counts the files of an image from 0, the MF; stays the same as long as the file exists. */
export type FileNumber = number;

/** The MF's file number. */
export const MF: FileNumber = 0;

/** FID of the MF. */
export const FID_MF = 0x3f00;
/** FID that stands for the current application, and of ADFs that have none of their own. */
export const FID_APPLICATION = 0x7fff;

/** The most records of an EF: their numbers have one octet, and 'FF' is none. */
export const RECORDS_MAX = 254;

/** Which record of which EF_ARR holds for a file; an EF_ARR that is not there denies everything. */
export interface RuleReference extends AccessRuleReference {
  readonly kind: 'referenced';
  readonly arr: FileNumber | undefined;
}

/** Access rules that a file carries itself, as the FCP writes them. */
export interface OwnRules {
  readonly kind: 'expanded' | 'compact';
  /** The value of 'AB' or '8C'. */
  readonly octets: Uint8Array;
}

/** Where the access rules of a file are. */
export type SecurityAttributes = RuleReference | OwnRules;

/** Where a file is in its life. */
export type LifeCycle = 'creation' | 'initialisation' | 'activated' | 'deactivated' | 'terminated';

/** How the FCP codes it. */
export const LIFE_CYCLE_OCTET: Readonly<Record<LifeCycle, number>> = {
  creation: 0x01,
  initialisation: 0x03,
  activated: 0x05,
  deactivated: 0x04,
  terminated: 0x0c,
};

/** A state of life that has to be written down: nearly every file is activated. */
type UnusualLifeCycle = Exclude<LifeCycle, 'activated'> | undefined;

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
  /** `undefined`: activated. */
  readonly lifeCycle: UnusualLifeCycle;
}

/**
 * An EF with its content. Records of a cyclic EF are in logical order: record 1, the latest, first.
 * A BER-TLV EF holds data objects, one behind the other.
 */
export interface ElementaryNode {
  readonly kind: 'ef';
  readonly fid: number;
  readonly parent: FileNumber;
  readonly structure: 'transparent' | 'linear' | 'cyclic' | 'ber-tlv';
  /** Octets a record; 0 for an EF without records. */
  readonly recordLength: number;
  /** How many octets a BER-TLV EF has room for; any other EF is as long as its content. */
  readonly capacity?: number;
  /** Current on one logical channel at a time; left out for a shareable EF. */
  readonly isNotShareable?: true;
  /** 1 to 30. */
  readonly sfi: number | undefined;
  readonly rule: SecurityAttributes;
  /** `undefined`: activated. */
  readonly lifeCycle: UnusualLifeCycle;
  /** Octet of special file information; `undefined`: none. */
  readonly specialInformation: number | undefined;
  readonly content: Uint8Array;
}

/** Any file. */
export type FileNode = DirectoryNode | ElementaryNode;

/** A file that is to be created: all of it but its place, its content and who is below it. */
export type FileDescription =
  | Omit<DirectoryNode, 'parent' | 'children'>
  | (Omit<ElementaryNode, 'parent' | 'content' | 'capacity'> & {
      /** Octets of content; of a BER-TLV EF, how many it has room for. */
      readonly size: number;
    });

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
export interface KeyTableEntry extends AuthenticationSecret {
  readonly indBits: number;
  readonly delta: number;
  readonly ageLimit: number | undefined;
  /** SEQ_MS(i) for each IND. */
  readonly seq: readonly number[];
  readonly keySets: readonly StoredKeySet[];
}

/** What bootstrapping has left for applications of the network (GBA_U). Treat as secret. */
export interface BootstrappedKeys {
  /** The ADF in which it was done. */
  readonly application: FileNumber;
  /** 16 octets. */
  readonly rand: Uint8Array;
  /** CK || IK: 32, 48 or 64 octets. */
  readonly ks: Uint8Array;
  /** Records of EF_GBANL in the order of their derivations, the last one first. */
  readonly records: readonly number[];
}

/** What cards of one profile share. Never changed. */
export interface CardImage {
  readonly atr: Uint8Array;
  readonly protocol: 'T=0' | 'T=1';
  readonly switches: SwitchesProfile;
  readonly applets: readonly AppletEntry[];
  readonly nodes: readonly FileNode[];
  /**
   * Octets that files which are created may take, which the FCP of directories tells; `undefined`:
   * it does not.
   */
  readonly freeMemory: number | undefined;
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
  /**
   * By file number: `null` for a file that was deleted, and `undefined` where the image holds. A
   * file that was created has a number behind those of the image.
   */
  readonly files: readonly (FileNode | null | undefined)[];
  readonly pins: readonly PinState[];
  readonly entries: readonly KeyTableEntry[];
  /** Index of the pair in use. */
  readonly active: number;
  /** What CHANGE sent behind its guard, until the reset that activates it. */
  readonly staged: Uint8Array | undefined;
  /** What applets have stored, by their place in the image; shorter where nothing was. */
  readonly appletData: readonly (Uint8Array | undefined)[];
  /** Of each application in which there was a bootstrapping. */
  readonly bootstrapped: readonly BootstrappedKeys[];
}

/** One change of a root. */
export type Change =
  | { readonly kind: 'content'; readonly file: FileNumber; readonly content: Uint8Array }
  | { readonly kind: 'life-cycle'; readonly file: FileNumber; readonly to: LifeCycle }
  | {
      /** An EF is filled with 'FF'; a BER-TLV EF holds nothing. */
      readonly kind: 'create';
      /** A number that no file has. */
      readonly file: FileNumber;
      readonly parent: FileNumber;
      readonly description: FileDescription;
    }
  /** With all that is below it. */
  | { readonly kind: 'delete'; readonly file: FileNumber }
  /** What is added is 'FF'. */
  | { readonly kind: 'resize'; readonly file: FileNumber; readonly size: number }
  | { readonly kind: 'pin'; readonly reference: number; readonly to: PinVariables }
  | { readonly kind: 'seq'; readonly entry: number; readonly ind: number; readonly seq: number }
  | { readonly kind: 'cntr'; readonly entry: number; readonly kvn: number; readonly cntr: number }
  | { readonly kind: 'applet-data'; readonly applet: number; readonly data: Uint8Array }
  /** In the place of those that the application had. */
  | { readonly kind: 'bootstrapped'; readonly keys: BootstrappedKeys }
  | { readonly kind: 'stage'; readonly parameters: Uint8Array }
  | { readonly kind: 'unstage' }
  | { readonly kind: 'activate'; readonly index: number };

/** Gives a file as the card sees it now; `undefined` when no file has the number. */
export function findNode(image: CardImage, root: CardRoot, file: FileNumber): FileNode | undefined {
  const own = root.files[file];
  return own === undefined ? image.nodes[file] : (own ?? undefined);
}

/** The same for a file that must be there: the number comes from the tree. */
export function nodeOf(image: CardImage, root: CardRoot, file: FileNumber): FileNode {
  const node = findNode(image, root, file);
  if (node === undefined) throw new Error(`file ${file} is not on the card`);
  return node;
}

/** Tells whether an EF may have this content: as much as it has, or room for it. */
export function mayHold({ content, capacity }: ElementaryNode, octets: number): boolean {
  return capacity === undefined ? octets === content.length : octets <= capacity;
}

/** Gives a file in another state of its life. */
export function inLifeCycle<T extends FileNode>(node: T, lifeCycle: LifeCycle): T {
  return { ...node, lifeCycle: lifeCycle === 'activated' ? undefined : lifeCycle };
}

/** Tells where a file is in its life. */
export function lifeCycleOf({ lifeCycle }: Pick<FileNode, 'lifeCycle'>): LifeCycle {
  return lifeCycle ?? 'activated';
}

/** Finds a PIN; `undefined` when the card has none with this key reference. */
export function pinOf(pins: readonly PinState[], reference: number): PinState | undefined {
  for (const pin of pins) if (pin.reference === reference) return pin;
  return undefined;
}
