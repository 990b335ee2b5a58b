/**
 * The profile of a card as it is now: what it remembers, written back as data.
 *
 *     profile ── makeImage ──▶ image, root ── commands ──▶ root ── profileOf ──▶ profile
 *
 * Files, contents, states of life, PINs, keys, sequence numbers and counters are kept. A profile is
 * that of a new card, so tries that were used, a staged change and data of applets are lost; they
 * are named.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { equals } from '../bytes/octets.ts';
import { EF_ICCID, EF_IMSI } from '../ef/identity.ts';
import { keyName } from '../ef/key-references.ts';
import { freeName, nameOfEf, recordsText } from '../profile/file-text.ts';
import { efDirectory, placesOf } from '../profile/known-files.ts';
import type {
  CardProfile,
  DirectoryProfile,
  FileProfile,
  KeyTableEntryProfile,
  PinProfile,
} from '../profile/profile.ts';
import { rulesOfDirectory, rulesOfEf } from '../profile/rule-place.ts';
import { fidText } from '../profile/rules-text.ts';
import { applicationPaths, leafOf, parentPath, profileTree, USIM_AID } from '../profile/tree.ts';
import { makeImage } from './image.ts';
import {
  type CardImage,
  type CardRoot,
  type DirectoryNode,
  type ElementaryNode,
  FID_APPLICATION,
  type FileNumber,
  lifeCycleOf,
  MF,
  nodeOf,
  type PinState,
  pinOf,
} from './memory.ts';

/** A card as a profile, and what of it a profile cannot say. */
export interface CardDump {
  readonly profile: CardProfile;
  /** One sentence each; no secrets. */
  readonly lost: readonly string[];
}

/** What is gathered while the tree is walked. */
interface Walk {
  readonly profile: CardProfile;
  readonly image: CardImage;
  readonly root: CardRoot;
  readonly directories: Map<FileNumber, DirectoryProfile>;
  readonly files: Map<FileNumber, FileProfile>;
  readonly lost: string[];
}

function hex(octets: Uint8Array): string {
  return toHex(octets).toUpperCase();
}

/** Digits where the octets are some, else hex. */
function pinText(octets: Uint8Array): string {
  const text = String.fromCharCode(...octets);
  const digits = /^([0-9]{4,8})\xff*$/.exec(text)?.[1];
  return digits ?? hex(octets);
}

function pinProfile(pin: PinProfile, state: PinState | undefined, walk: Walk): PinProfile {
  if (state === undefined) return pin;
  const before = pinOf(walk.image.root.pins, state.reference)?.value;
  const isSame = before !== undefined && equals(before, state.value);
  const name = keyName(state.reference);
  if (state.retriesLeft < state.retriesMax) {
    walk.lost.push(`${name}: ${state.retriesLeft} of ${state.retriesMax} tries are left`);
  }
  if (state.unblock !== undefined && state.unblockRetriesLeft < state.unblock.retriesMax) {
    const { retriesMax } = state.unblock;
    walk.lost.push(`UNBLOCK ${name}: ${state.unblockRetriesLeft} of ${retriesMax} tries are left`);
  }
  if (state.status === 'replaced') walk.lost.push(`${name}: the universal PIN is in its place`);
  const value = isSame ? pin.value : pinText(state.value);
  return { ...pin, value, enabled: state.status !== 'disabled' };
}

function entryProfile(
  entry: KeyTableEntryProfile,
  state: CardRoot['entries'][number] | undefined,
): KeyTableEntryProfile {
  if (state === undefined) return entry;
  const isNew = entry.sqn.array === undefined && state.seq.every((seq) => seq === 0);
  const sqn = isNew ? entry.sqn : { ...entry.sqn, array: [...state.seq] };
  const keySets = entry.keySets.map((set) => {
    const cntr = state.keySets.find(({ kvn }) => kvn === set.kvn)?.cntr ?? 0;
    return { ...set, cntr: cntr.toString(16).toUpperCase().padStart(10, '0') };
  });
  return { ...entry, sqn, keySets };
}

/** Names of what a directory holds already. */
function namesIn(walk: Walk, path: string): ReadonlySet<string> {
  const paths = [...walk.directories.values(), ...walk.files.values()].map(({ path: own }) => own);
  const own = [...walk.profile.directories, ...walk.profile.files].map(({ path: one }) => one);
  return new Set([...paths, ...own].filter((one) => parentPath(one) === path).map(leafOf));
}

function contentOf(node: ElementaryNode): Partial<FileProfile> {
  const { content, recordLength, structure } = node;
  if (structure === 'transparent') {
    return { type: structure, size: content.length, data: hex(content) };
  }
  if (structure === 'ber-tlv') {
    const size = node.capacity ?? content.length;
    return { type: structure, size, data: hex(content) };
  }
  return {
    type: structure,
    recLen: recordLength,
    recCount: content.length / recordLength,
    ...recordsText(content, recordLength),
  };
}

/** The EF of the profile that this one is, or the beginnings of a new one. */
function baseOf(
  walk: Walk,
  parent: string,
  number: FileNumber,
  node: ElementaryNode,
): Partial<FileProfile> & Pick<FileProfile, 'path'> {
  const known = walk.profile.files[number - walk.profile.directories.length];
  if (known !== undefined && number < walk.image.nodes.length) {
    const { path, fid, sfi, arr, rules, shareable, specialFileInformation } = known;
    return {
      ...{ path, fid, sfi },
      ...(arr === undefined ? {} : { arr }),
      ...(rules === undefined ? {} : { rules }),
      ...(shareable === undefined ? {} : { shareable }),
      ...(specialFileInformation === undefined ? {} : { specialFileInformation }),
    };
  }
  const directories = [...walk.directories.values()];
  const directory = efDirectory(placesOf({ directories }).get(parent) ?? '');
  const { specialInformation } = node;
  return {
    path: `${parent}/${nameOfEf(directory, node.fid, namesIn(walk, parent))}`,
    fid: fidText(node.fid),
    sfi: node.sfi ?? null,
    ...rulesOfEf(parent, node.rule),
    ...(node.isNotShareable === true ? { shareable: false } : {}),
    ...(specialInformation === undefined
      ? {}
      : { specialFileInformation: hex(Uint8Array.of(specialInformation)) }),
  };
}

function addFile(walk: Walk, parent: string, number: FileNumber, node: ElementaryNode): void {
  const known = walk.profile.files[number - walk.profile.directories.length];
  if (known !== undefined && walk.root.files[number] === undefined) {
    walk.files.set(number, known);
    return;
  }
  const base = baseOf(walk, parent, number, node);
  const state = lifeCycleOf(node);
  if (state === 'initialisation') walk.lost.push(`${base.path}: in initialisation, not creation`);
  const lifeCycle = state === 'initialisation' ? 'creation' : state;
  walk.files.set(number, {
    ...base,
    ...(lifeCycle === 'activated' ? {} : { lifeCycle }),
    ...contentOf(node),
  } as FileProfile);
}

/** What the profile says of a directory that was created. */
function createdDirectory(
  { fid, aid, rule, pins }: DirectoryNode,
  path: string,
  lost: string[],
): DirectoryProfile {
  if (aid !== undefined && fid !== FID_APPLICATION) {
    lost.push(`${path}: the FID ${fidText(fid)} of an ADF, which is 7FFF in a profile`);
  }
  return {
    path,
    fid: fidText(aid === undefined ? fid : FID_APPLICATION),
    ...(aid === undefined ? {} : { aid: hex(aid) }),
    ...rulesOfDirectory(rule),
    pins: pins.map((reference) => hex(Uint8Array.of(reference))),
  };
}

function addDirectory(
  walk: Walk,
  parent: string | undefined,
  number: FileNumber,
  node: DirectoryNode,
): void {
  const known = number < walk.image.nodes.length ? walk.profile.directories[number] : undefined;
  const name = node.aid === undefined ? `DF.${fidText(node.fid)}` : `ADF.${hex(node.aid)}`;
  const path = known?.path ?? `${parent}/${freeName(name, namesIn(walk, parent ?? ''))}`;
  const state = lifeCycleOf(node);
  if (state !== 'activated') walk.lost.push(`${path}: a directory that is not activated: ${state}`);
  walk.directories.set(number, known ?? createdDirectory(node, path, walk.lost));
  for (const child of node.children) {
    const inner = nodeOf(walk.image, walk.root, child);
    if (inner.kind === 'directory') addDirectory(walk, path, child, inner);
    else addFile(walk, path, child, inner);
  }
}

/**
 * Files of the image in the order of their numbers; behind them those that were created, as the
 * walk has found them: each behind its directory, whatever its number.
 */
function inOrder<T>({ image }: Walk, parts: ReadonlyMap<FileNumber, T>): T[] {
  const place = (file: FileNumber): number => Math.min(file, image.nodes.length);
  return [...parts].sort(([a], [b]) => place(a) - place(b)).map(([, part]) => part);
}

/** What an EF says now; what the profile said, where it says nothing. */
function identityOf(
  profile: CardProfile,
  directory: string,
  ef: { readonly fid: number; decode(octets: Uint8Array): string | undefined },
  before: string,
): string {
  const index = profileTree(profile).ef(directory, fidText(ef.fid));
  const file = index === undefined ? undefined : profile.files[index];
  if (file?.type !== 'transparent') return before;
  return understood(() => ef.decode(fromHex(file.data))) ?? before;
}

/** What of a root is no part of any profile. */
function lostOf(root: CardRoot, profile: CardProfile): string[] {
  const lost = root.staged === undefined ? [] : ['a change of subscription that is staged'];
  for (const [n, data] of root.appletData.entries()) {
    if (data !== undefined && data.length > 0) {
      lost.push(`applet ${profile.applets[n]?.tar}: ${data.length} octets of its data`);
    }
  }
  if (root.bootstrapped.length > 0) lost.push('keys of GBA, until the next bootstrapping');
  return lost;
}

/**
 * Gives the profile of a card as it is now.
 *
 * The secrets of the card are in it. Files that were created have the names of the standard.
 *
 * @param profile that the card was made with, one that `checkProfile` has accepted
 * @param root of a card of its image
 * @returns a profile whose image has the same files, keys and PINs. It may be no sound one: a
 *   terminal can write an EF_IMSI that is no IMSI, or delete what an applet starts in
 * @see docs/profile.md, "Dump"
 * @example
 * ```ts
 * import { createUicc, DEFAULT_PROFILE, fromHex, profileOf } from 'vuicc';
 *
 * const card = createUicc();
 * card.reset();
 * for (const hex of ['002000010831323334FFFFFFFF', '00A40004022F05', '00D60000026465']) {
 *   card.transmit(fromHex(hex)); // PIN1, EF_PL, "de"
 * }
 * const { profile } = profileOf(DEFAULT_PROFILE, card.root);
 * const languages = profile.files.find(({ fid }) => fid === '2F05');
 * if (languages?.type !== 'transparent' || languages.data !== '6465FFFFFFFFFFFF') {
 *   throw new Error('what was written');
 * }
 * ```
 */
export function profileOf(profile: CardProfile, root: CardRoot): CardDump {
  const image = makeImage(profile);
  const [directories, files] = [new Map(), new Map()];
  const walk: Walk = { profile, image, root, directories, files, lost: lostOf(root, profile) };
  const top = nodeOf(image, root, MF);
  if (top.kind === 'directory') addDirectory(walk, undefined, MF, top);
  const pins = profile.pins.map((pin) =>
    pinProfile(pin, pinOf(root.pins, Number.parseInt(pin.reference, 16)), walk),
  );
  const entries = profile.keyTable.entries.map((entry, n) => entryProfile(entry, root.entries[n]));
  const now: CardProfile = {
    ...profile,
    pins,
    keyTable: { active: root.active, entries },
    directories: inOrder(walk, directories),
    files: inOrder(walk, files),
  };
  const [usim = ''] = applicationPaths(now, USIM_AID);
  return {
    profile: {
      ...now,
      iccid: identityOf(now, 'MF', EF_ICCID, profile.iccid),
      imsi: identityOf(now, usim, EF_IMSI, profile.imsi),
    },
    lost: walk.lost,
  };
}
