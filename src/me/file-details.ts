/**
 * The FCP template of a file, as far as it describes the file: what is needed to make it again.
 *
 *     62 len | 82 descriptor | 83 FID | 84 AID | A5 { C0 } | 8A life cycle
 *            | 8B, 8C or AB access rules | C6 PINs | 80 size | 88 SFI
 *
 * Cards differ in what they tell. What is missing or malformed is `undefined`, and never guessed.
 *
 * @see ETSI TS 102 221 §11.1.1.3 (FCP template); ETSI TS 102 222 §6.3 (special file information)
 * @module
 */

import { DecodeError, understood } from '../bytes/errors.ts';
import { decodeAccessRules } from '../ef/access-rules.ts';
import { decodeCompactRules } from '../ef/compact-security.ts';
import { decodeRuleReference } from '../ef/rule-reference.ts';
import type { FileRules } from '../profile/rule-place.ts';
import { decodeBerTlvs, type Tlv } from '../tlv/ber.ts';
import { decodeFcp, type PinStatus } from './fcp.ts';

/** What kind of file it is. */
export type FileKind = 'directory' | 'transparent' | 'linear' | 'cyclic' | 'ber-tlv' | 'unknown';

/** A file, as its FCP describes it. */
export interface FileDetails {
  readonly kind: FileKind;
  readonly isShareable: boolean;
  /** Octets of content. */
  readonly size: number | undefined;
  readonly records: { readonly length: number; readonly count: number } | undefined;
  readonly aid: Uint8Array | undefined;
  /** 1 to 30. */
  readonly sfi: number | undefined;
  /** As '8A' codes it. */
  readonly lifeCycle: number | undefined;
  readonly specialInformation: number | undefined;
  /** `undefined`: it tells none, or none that makes sense. */
  readonly rule: FileRules | undefined;
  /** PIN status template of a directory. */
  readonly pins: readonly PinStatus[];
}

const TAG = {
  descriptor: 0x82,
  fid: 0x83,
  aid: 0x84,
  sfi: 0x88,
  lifeCycle: 0x8a,
  referenced: 0x8b,
  compact: 0x8c,
  expanded: 0xab,
  proprietary: 0xa5,
  specialInformation: 0xc0,
} as const;

const SHAREABLE = 0x40;
const STRUCTURE_BITS = 0x07;
const DIRECTORY = 0x38;
const BER_TLV = 0x39;
const STRUCTURES: Readonly<Record<number, FileKind>> = {
  1: 'transparent',
  2: 'linear',
  6: 'cyclic',
};

/** File descriptor octet: b7 shareable, b6 to b4 type, b3 to b1 structure. */
function kindOf(descriptor: number): FileKind {
  const bits = descriptor & ~SHAREABLE;
  if (bits === BER_TLV) return 'ber-tlv';
  if (bits === DIRECTORY) return 'directory';
  return STRUCTURES[bits & STRUCTURE_BITS] ?? 'unknown';
}

function find(objects: readonly Tlv[], tag: number): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

/** Without '88' the five low bits of the FID are the SFI; an empty '88' says that there is none. */
function sfiOf(objects: readonly Tlv[]): number | undefined {
  const told = find(objects, TAG.sfi);
  const fid = find(objects, TAG.fid);
  const sfi = told === undefined ? (fid?.at(-1) ?? 0) & 0x1f : (told[0] ?? 0) >> 3;
  return sfi >= 1 && sfi <= 30 ? sfi : undefined;
}

/** Rules that make no sense are none: the card denies what they would be about. */
function rulesIn(objects: readonly Tlv[]): FileRules | undefined {
  const referenced = find(objects, TAG.referenced);
  if (referenced !== undefined) return { kind: 'referenced', ...decodeRuleReference(referenced) };
  const compact = find(objects, TAG.compact);
  if (compact !== undefined) {
    decodeCompactRules(compact);
    return { kind: 'compact', octets: compact.slice() };
  }
  const expanded = find(objects, TAG.expanded);
  if (expanded === undefined) return undefined;
  decodeAccessRules(expanded);
  return { kind: 'expanded', octets: expanded.slice() };
}

/**
 * Reads the response data of SELECT.
 *
 * @param octets one FCP template; not kept
 * @throws {DecodeError} it is none, or has no file descriptor
 * @see ETSI TS 102 221 §11.1.1.3
 */
export function decodeFileDetails(octets: Uint8Array): FileDetails {
  const { fileSize, records, pins = [] } = decodeFcp(octets);
  const objects = decodeBerTlvs(decodeBerTlvs(octets, 'FCP')[0]?.value ?? octets, 'FCP');
  const descriptor = find(objects, TAG.descriptor)?.[0];
  if (descriptor === undefined) throw new DecodeError('FCP', 0, `expected an object '82'`);
  const proprietary = find(objects, TAG.proprietary) ?? new Uint8Array(0);
  const inner = understood(() => decodeBerTlvs(proprietary, 'FCP/proprietary')) ?? [];
  return {
    kind: kindOf(descriptor),
    isShareable: (descriptor & SHAREABLE) !== 0,
    size: fileSize,
    records,
    aid: find(objects, TAG.aid)?.slice(),
    sfi: sfiOf(objects),
    lifeCycle: find(objects, TAG.lifeCycle)?.[0],
    specialInformation: find(inner, TAG.specialInformation)?.[0],
    rule: understood(() => rulesIn(objects)),
    pins,
  };
}
