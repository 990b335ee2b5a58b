/**
 * Makes an image from a profile: numbers the files, resolves the access rules, takes the keys in.
 *
 * Cards that differ only in their person (ICCID, IMSI, keys) share the image of one of them; each
 * of the others is a root, and at rest a few hundred octets.
 *
 * @see docs/profile.md; docs/architecture.md, "The card changes by commits"
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { concat, equals, filled, padded } from '../bytes/octets.ts';
import { type AccessRuleReference, decodeRuleReference } from '../ef/rule-reference.ts';
import { authenticationSecret } from '../profile/authentication.ts';
import {
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
  type KeyTableEntryProfile,
  type PinProfile,
  type RulesProfile,
} from '../profile/profile.ts';
import { ruleResolver, sizeOf } from './files/file-tree.ts';
import { encodeSecurityAttributes } from './files/security-attributes.ts';
import {
  type CardImage,
  type CardRoot,
  type ElementaryNode,
  type FileNode,
  type FileNumber,
  type KeyTableEntry,
  MF,
  type PinState,
  type SecurityAttributes,
} from './memory.ts';

const EF_ARR_OF_MF = 0x2f06;
const EF_ARR_OF_DF = 0x6f06;

function fid(text: string): number {
  return Number.parseInt(text, 16);
}

function directoryPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function pinValue(text: string): Uint8Array {
  if (text.length === 16) return fromHex(text, 'PIN');
  return padded(new TextEncoder().encode(text), 8);
}

function pinState({ reference, value, enabled, retries, unblock }: PinProfile): PinState {
  return {
    reference: Number.parseInt(reference, 16),
    value: pinValue(value),
    status: enabled ? 'enabled' : 'disabled',
    retriesLeft: retries,
    unblockRetriesLeft: unblock?.retries ?? 0,
    retriesMax: retries,
    unblock: unblock && { value: pinValue(unblock.value), retriesMax: unblock.retries },
  };
}

function keyTableEntry(entry: KeyTableEntryProfile): KeyTableEntry {
  const { algorithm, k, opc, constants } = authenticationSecret(entry);
  const { indBits, delta, ageLimit, array } = entry.sqn;
  return {
    algorithm,
    k,
    opc,
    constants,
    indBits,
    delta,
    ageLimit,
    seq: array ?? Array.from({ length: 2 ** indBits }, () => 0),
    keySets: entry.keySets.map(({ kvn, kic, kid, cntr }) => ({
      kvn,
      kic: { type: kic.type, key: fromHex(kic.key, 'kic') },
      kid: { type: kid.type, key: fromHex(kid.key, 'kid') },
      macLength: kid.macLength ?? 8,
      cntr: Number.parseInt(cntr, 16),
    })),
  };
}

function fileContent(file: FileProfile): Uint8Array {
  if (!hasRecords(file)) return fromHex(file.data, file.path);
  const records = file.records.map((record) => padded(fromHex(record, file.path), file.recLen));
  const fill =
    file.recordsFill === 'same-as-record-1'
      ? (records[0] ?? filled(file.recLen, 0xff))
      : filled(file.recLen, Number.parseInt(file.recordsFill, 16));
  while (records.length < file.recCount) records.push(fill);
  return concat(...records);
}

function lifeCycle({ lifeCycle }: FileProfile): ElementaryNode['lifeCycle'] {
  return lifeCycle === 'activated' ? undefined : lifeCycle;
}

function specialInformation({ specialFileInformation }: FileProfile): number | undefined {
  return specialFileInformation === undefined
    ? undefined
    : Number.parseInt(specialFileInformation, 16);
}

interface Draft {
  readonly nodes: FileNode[];
  readonly directories: Map<string, FileNumber>;
}

/** A record of an EF_ARR that is found when all files are there. */
function reference(to: AccessRuleReference): SecurityAttributes {
  return { kind: 'referenced', arr: undefined, ...to };
}

function rulesOf({ referenced, expanded, compact = '' }: RulesProfile): SecurityAttributes {
  if (referenced !== undefined) return reference(decodeRuleReference(fromHex(referenced, 'rules')));
  if (expanded !== undefined) return { kind: 'expanded', octets: fromHex(expanded, 'rules') };
  return { kind: 'compact', octets: fromHex(compact, 'rules') };
}

function ruleOfDirectory({ arr = '', rules }: DirectoryProfile): SecurityAttributes {
  if (rules !== undefined) return rulesOf(rules);
  const [arrFid = '', record = ''] = arr.split('/');
  return reference({ arrFid: fid(arrFid), record: Number(record) });
}

function ruleOfFile({ arr = 0, rules }: FileProfile, parent: FileNumber): SecurityAttributes {
  if (rules !== undefined) return rulesOf(rules);
  return reference({ arrFid: parent === MF ? EF_ARR_OF_MF : EF_ARR_OF_DF, record: arr });
}

function addDirectory(draft: Draft, directory: DirectoryProfile): void {
  const number = draft.nodes.length;
  const parent = draft.directories.get(directoryPath(directory.path)) ?? number;
  draft.directories.set(directory.path, number);
  draft.nodes.push({
    kind: 'directory',
    fid: fid(directory.fid),
    parent,
    aid: directory.aid === undefined ? undefined : fromHex(directory.aid, 'aid'),
    rule: ruleOfDirectory(directory),
    pins: directory.pins.map((pin) => Number.parseInt(pin, 16)),
    children: [],
    lifeCycle: undefined,
  });
}

function addFile(draft: Draft, file: FileProfile): void {
  const parent = draft.directories.get(directoryPath(file.path)) ?? MF;
  draft.nodes.push({
    kind: 'ef',
    fid: fid(file.fid),
    parent,
    ...(file.shareable === false && { isNotShareable: true }),
    structure: file.type,
    recordLength: hasRecords(file) ? file.recLen : 0,
    ...(file.type === 'ber-tlv' && { capacity: file.size }),
    sfi: file.sfi ?? undefined,
    rule: ruleOfFile(file, parent),
    lifeCycle: lifeCycle(file),
    specialInformation: specialInformation(file),
    content: fileContent(file),
  });
}

function withChildren(nodes: readonly FileNode[], number: FileNumber): readonly FileNumber[] {
  return nodes.flatMap((node, child) =>
    node.parent === number && child !== number ? [child] : [],
  );
}

/**
 * Makes an image, which any number of cards may share.
 *
 * @param profile a profile that `checkProfile` has accepted
 * @see docs/profile.md
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, makeImage, Uicc } from 'vuicc';
 *
 * const image = makeImage(DEFAULT_PROFILE);
 * const fleet = [new Uicc(image), new Uicc(image)];
 * if (fleet.some((card) => card.image !== image)) throw new Error('one image');
 * ```
 */
export function makeImage(profile: CardProfile): CardImage {
  const draft: Draft = { nodes: [], directories: new Map() };
  for (const directory of profile.directories) addDirectory(draft, directory);
  for (const file of profile.files) addFile(draft, file);
  const { nodes: drafted, directories } = draft;
  const tree = drafted.map(
    (node, number): FileNode =>
      node.kind === 'directory' ? { ...node, children: withChildren(drafted, number) } : node,
  );
  const ruleOf = ruleResolver((file) => tree[file]);
  const nodes = tree.map((node, number) => ({ ...node, rule: ruleOf(number, node) }));
  return {
    atr: fromHex(profile.atr, 'atr'),
    protocol: profile.protocol,
    switches: profile.switches,
    applets: profile.applets.map((applet) => ({
      tar: fromHex(applet.tar, 'tar'),
      aid: applet.aid === undefined ? undefined : fromHex(applet.aid, 'aid'),
      kind: applet.kind,
      startDirectory: directories.get(applet.startDirectory) ?? MF,
      format: applet.format,
      minimumSecurity: Number.parseInt(applet.minimumSecurity, 16),
      accessDomain: fromHex(applet.accessDomain, 'accessDomain'),
    })),
    nodes,
    freeMemory: profile.freeMemory,
    root: {
      files: nodes.map(() => undefined),
      pins: profile.pins.map(pinState),
      entries: profile.keyTable.entries.map(keyTableEntry),
      active: profile.keyTable.active,
      staged: undefined,
      appletData: [],
      bootstrapped: [],
    },
  };
}

/** Cards of one image have its access rules. */
function requireRule({ rule }: FileNode, own: SecurityAttributes, path: string): void {
  if (!equals(encodeSecurityAttributes(rule), encodeSecurityAttributes(own))) {
    throw new RangeError(`profile: expected the access rules of the image's file for ${path}`);
  }
}

/**
 * Makes another card of an image: the root that holds what its profile has else.
 *
 * @param profile of the same files and directories as the image's, with other contents, PINs or
 *   keys
 * @throws {RangeError} its files are not those of the image
 * @see docs/architecture.md, "The card changes by commits"
 */
export function manufacture(image: CardImage, profile: CardProfile): CardRoot {
  const first = profile.directories.length;
  if (first + profile.files.length !== image.nodes.length) {
    throw new RangeError(`profile: expected ${image.nodes.length} files and directories`);
  }
  const files = image.nodes.map((node, number): ElementaryNode | undefined => {
    const directory = profile.directories[number];
    if (directory !== undefined) requireRule(node, ruleOfDirectory(directory), directory.path);
    const file = profile.files[number - first];
    if (node.kind !== 'ef' || file === undefined) return undefined;
    requireRule(node, ruleOfFile(file, node.parent), file.path);
    if ((file.shareable === false) !== (node.isNotShareable === true)) {
      throw new RangeError(`profile: expected ${file.path} as shareable as the image's file`);
    }
    const content = fileContent(file);
    const recordLength = hasRecords(file) ? file.recLen : 0;
    const size = file.type === 'ber-tlv' ? file.size : content.length;
    const isSameKind =
      file.type === node.structure &&
      recordLength === node.recordLength &&
      specialInformation(file) === node.specialInformation;
    if (fid(file.fid) !== node.fid || !isSameKind || size !== sizeOf(node)) {
      throw new RangeError(`profile: expected the image's file in place of ${file.path}`);
    }
    const isSame = equals(content, node.content) && lifeCycle(file) === node.lifeCycle;
    return isSame ? undefined : { ...node, lifeCycle: lifeCycle(file), content };
  });
  const pins = profile.pins.map(pinState);
  const isSame = JSON.stringify(pins) === JSON.stringify(image.root.pins);
  return {
    files,
    pins: isSame ? image.root.pins : pins,
    entries: profile.keyTable.entries.map(keyTableEntry),
    active: profile.keyTable.active,
    staged: undefined,
    appletData: image.root.appletData,
    bootstrapped: [],
  };
}
