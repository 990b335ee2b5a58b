/**
 * Who may do what with a file, in words: `read PIN1`, `update ADM1`.
 *
 * The rules are those of the EF_ARR record to which the file refers, or its own. An operation that
 * no rule covers is for nobody, as on the card.
 *
 * @see ETSI TS 102 221 §9.2.4, §13.4 (EF_ARR)
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import {
  type AccessCondition,
  type AccessRule,
  DF_ACCESS,
  decodeAccessRules,
  EF_ACCESS,
  isRuled,
} from '../ef/access-rules.ts';
import { decodeCompactRules } from '../ef/compact-security.ts';
import { keyName, PIN1 } from '../ef/key-references.ts';
import { type AccessRuleReference, decodeRuleReference } from '../ef/rule-reference.ts';
import { contentsOf } from './known-files.ts';
import type { CardProfile, DirectoryProfile, FileProfile } from './profile.ts';
import { arrFidIn, fidText, rulesText } from './rules-text.ts';
import { efAbove, type ProfileTree, parentPath, plainPath } from './tree.ts';

/** Words by operation, `{ read: 'PIN1', update: 'ADM1' }`. */
export type Rights = Readonly<Record<string, string>>;

/** An operation, as rules cover it: the bit of the access mode byte, and the instructions. */
type Operation = readonly [name: string, am: number, ins: readonly number[]];

const EF_OPERATIONS: readonly Operation[] = [
  ['read', EF_ACCESS.read, [0xb0, 0xb2]],
  ['update', EF_ACCESS.update, [0xd6, 0xdc]],
  ['increase', 0, [0x32]],
  ['deactivate', EF_ACCESS.deactivate, [0x04]],
  ['activate', EF_ACCESS.activate, [0x44]],
  ['terminate', EF_ACCESS.terminate, [0xe8]],
  ['delete', EF_ACCESS.delete, [0xe4]],
  ['resize', 0, [0xd4]],
];

const DF_OPERATIONS: readonly Operation[] = [
  ['create EF', DF_ACCESS.createEf, [0xe0]],
  ['create DF', DF_ACCESS.createDf, [0xe0]],
  ['delete child', DF_ACCESS.deleteChild, [0xe4]],
  ['deactivate', DF_ACCESS.deactivate, [0x04]],
  ['activate', DF_ACCESS.activate, [0x44]],
  ['terminate', DF_ACCESS.terminate, [0xe6]],
  ['delete', DF_ACCESS.delete, [0xe4]],
];

/** Says who is asked for by a condition that nobody can fulfil, or that is not understood. */
const NEVER = 'never';
const UNKNOWN = 'unknown';

/** The security environment while PIN1 is enabled. */
const PIN_ENABLED = 0x01;

/** An SC byte: PIN1 where it asks for user authentication in environment 01, the rest unknown. */
function byteText(byte: number): string {
  if (byte === 0x00) return 'always';
  if (byte === 0xff) return NEVER;
  if ((byte & 0x1f) !== 0x11) return UNKNOWN;
  if ((byte & 0x60) === 0) return keyName(PIN1);
  return `${keyName(PIN1)} ${byte < 0x80 ? 'or' : 'and'} ${UNKNOWN}`;
}

function conditionText(condition: AccessCondition, isInner = false): string {
  switch (condition.kind) {
    case 'always':
    case 'never':
      return condition.kind;
    case 'key':
      return keyName(condition.reference);
    case 'not':
      return `not ${conditionText(condition.of, true)}`;
    case 'unsupported':
      return UNKNOWN;
    case 'compact': {
      const text = byteText(condition.byte);
      return isInner && text.includes(' ') ? `(${text})` : text;
    }
    default: {
      const text = condition.of
        .map((inner) => conditionText(inner, true))
        .join(` ${condition.kind} `);
      return isInner && condition.of.length > 1 ? `(${text})` : text;
    }
  }
}

/** Tells in words who may do one thing; `undefined` where no rule is about it. */
function wordOf(rules: readonly AccessRule[], [, am, ins]: Operation): string | undefined {
  const rule = rules.find((one) => ins.some((octet) => isRuled([one], { am, ins: octet })));
  return rule && conditionText(rule.condition);
}

/**
 * Tells in words who may do what with an EF, or with a directory.
 *
 * @returns always `read` and `update` of an EF; the others where a rule is about them
 * @see ETSI TS 102 221 §9.2.4
 */
export function rightsText(rules: readonly AccessRule[], kind: 'ef' | 'directory'): Rights {
  const rights: Record<string, string> = kind === 'ef' ? { read: NEVER, update: NEVER } : {};
  for (const operation of kind === 'ef' ? EF_OPERATIONS : DF_OPERATIONS) {
    const word = wordOf(rules, operation);
    if (word !== undefined) rights[operation[0]] = word;
  }
  return rights;
}

/** Writes rights as one line, `read always; update, activate ADM1`. */
export function rightsLine(rights: Rights): string {
  const operations = new Map<string, string[]>();
  for (const [operation, word] of Object.entries(rights)) {
    operations.set(word, [...(operations.get(word) ?? []), operation]);
  }
  return [...operations].map(([word, names]) => `${names.join(', ')} ${word}`).join('; ');
}

/** Reads rules; what makes no sense is no rule, as on the card. */
function readRules(
  octets: string,
  decode: (octets: Uint8Array) => readonly AccessRule[],
): readonly AccessRule[] {
  return understood(() => decode(fromHex(octets))) ?? [];
}

/** Who may do what with a file, and where that is said. */
export interface FileRights {
  /** `record 2 of MF/ADF.USIM/EF.ARR`. */
  readonly source: string;
  readonly rights: Rights;
}

/** Finds the rules of a record; in several environments that of 01, where PIN1 is enabled. */
function referenced(
  profile: CardProfile,
  tree: ProfileTree,
  directory: string,
  { arrFid, record }: AccessRuleReference,
): { readonly source: string; readonly rules: readonly AccessRule[] } {
  const number =
    typeof record === 'number'
      ? record
      : record.find(({ environment }) => environment === PIN_ENABLED)?.record;
  const fid = fidText(arrFid);
  const arr = efAbove(tree, directory, fid);
  const file = arr === undefined ? undefined : profile.files[arr];
  const content =
    file === undefined || number === undefined ? undefined : contentsOf(file)[number - 1];
  const where = file?.path ?? `EF_ARR ${fid}, which is not there`;
  return {
    source: `record ${number ?? 'none'} of ${where}`,
    rules: content === undefined ? [] : readRules(content, decodeAccessRules),
  };
}

function rulesOf(
  profile: CardProfile,
  tree: ProfileTree,
  directory: string,
  { arr, rules }: Pick<FileProfile | DirectoryProfile, 'arr' | 'rules'>,
): { readonly source: string; readonly rules: readonly AccessRule[] } {
  if (rules?.expanded !== undefined) {
    const own = readRules(rules.expanded, decodeAccessRules);
    return { source: 'its own rules, in expanded format', rules: own };
  }
  if (rules?.compact !== undefined) {
    const own = readRules(rules.compact, decodeCompactRules);
    return { source: 'its own rules, in compact format', rules: own };
  }
  if (rules?.referenced !== undefined) {
    return referenced(profile, tree, directory, decodeRuleReference(fromHex(rules.referenced)));
  }
  const [fid = '', record = ''] = rulesText({ arr: arr ?? '' }, arrFidIn(directory)).split('/');
  const reference = { arrFid: Number.parseInt(fid, 16), record: Number(record) };
  return referenced(profile, tree, directory, reference);
}

/** Tells who may do what with an EF of a profile. */
export function rightsOfFile(
  profile: CardProfile,
  tree: ProfileTree,
  file: FileProfile,
): FileRights {
  const { source, rules } = rulesOf(profile, tree, parentPath(file.path) ?? '', file);
  return { source, rights: rightsText(rules, 'ef') };
}

/** The same of a directory. */
export function rightsOfDirectory(
  profile: CardProfile,
  tree: ProfileTree,
  directory: DirectoryProfile,
): FileRights {
  const { source, rules } = rulesOf(profile, tree, plainPath(directory.path), directory);
  return { source, rights: rightsText(rules, 'directory') };
}
