/**
 * The ATR: what a card says of itself when it is reset.
 *
 *     TS | T0 | TA1 TB1 TC1 TD1 | TA2 TB2 TC2 TD2 | … | T1 … TK | TCK
 *
 * The high nibble of T0, and of each TD, tells which of the next four are there: b5 TA, b6 TB,
 * b7 TC, b8 TD. Its low nibble is K in T0, and in TD a protocol. TCK is there as soon as a TD names
 * another protocol than T=0; T=15 counts, though it only announces global interface bytes.
 *
 * The historical bytes T1 … TK of a UICC are COMPACT-TLV objects behind a category indicator '80'.
 *
 * @see ISO/IEC 7816-3 §8; ETSI TS 102 221 §6.3 (historical bytes)
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';

/** The most octets of an ATR. */
export const ATR_MAX = 33;

const CONVENTION: Readonly<Record<number, Atr['convention']>> = { 0x3b: 'direct', 0x3f: 'inverse' };
const GLOBAL_INTERFACE_BYTES = 15;
const TA = 0x10;
const TB = 0x20;
const TC = 0x40;
const TD = 0x80;

/** TAi to TDi, as far as they are there. */
export interface InterfaceBytes {
  readonly ta: number | undefined;
  readonly tb: number | undefined;
  readonly tc: number | undefined;
  readonly td: number | undefined;
}

/** An ATR, decoded. */
export interface Atr {
  /** How a bit is sent; both read the same here. */
  readonly convention: 'direct' | 'inverse';
  /** The groups in their order: TA1 to TD1 first. */
  readonly interfaceBytes: readonly InterfaceBytes[];
  /** Protocols that are offered, in their order: 0 for T=0, 1 for T=1. Never empty. */
  readonly protocols: readonly number[];
  /** T1 to TK, 0 to 15 octets. */
  readonly historicalBytes: Uint8Array;
}

function readInterfaceBytes(reader: ByteReader, present: number, group: number): InterfaceBytes {
  const read = (bit: number, name: string): number | undefined =>
    (present & bit) === 0 ? undefined : reader.uint(1, `${name}${group}`);
  return { ta: read(TA, 'TA'), tb: read(TB, 'TB'), tc: read(TC, 'TC'), td: read(TD, 'TD') };
}

/**
 * Reads an ATR.
 *
 * @param octets 2 to 33 octets; not kept
 * @throws {DecodeError} TS is unknown, an octet is missing or left over, or TCK is wrong
 * @see ISO/IEC 7816-3 §8
 * @example
 * ```ts
 * import { decodeAtr, fromHex } from 'vuicc';
 *
 * const atr = decodeAtr(fromHex('3B9F96801FC78031A073BE21136743200718000001A5'));
 * if (atr.protocols[0] !== 0) throw new Error('T=0 first');
 * ```
 */
export function decodeAtr(octets: Uint8Array): Atr {
  if (octets.length > ATR_MAX) {
    throw new DecodeError('ATR', 0, `expected at most ${ATR_MAX} octets, found ${octets.length}`);
  }
  const reader = new ByteReader(octets, 'ATR');
  const convention = CONVENTION[reader.uint(1, 'TS')];
  if (convention === undefined) throw reader.error('TS', `expected '3b' or '3f'`, 0);
  const t0 = reader.uint(1, 'T0');
  const interfaceBytes: InterfaceBytes[] = [];
  const named: number[] = [];
  for (let announced: number | undefined = t0; announced !== undefined; ) {
    const group = readInterfaceBytes(reader, announced, interfaceBytes.length + 1);
    interfaceBytes.push(group);
    if (group.td !== undefined) named.push(group.td & 0x0f);
    announced = group.td;
  }
  const historicalBytes = reader.take(t0 & 0x0f, 'historical bytes');
  if (named.some((protocol) => protocol !== 0)) expectTck(reader, octets);
  reader.end();
  const offered = new Set(named.filter((protocol) => protocol !== GLOBAL_INTERFACE_BYTES));
  const protocols = offered.size === 0 ? [0] : [...offered];
  return { convention, interfaceBytes, protocols, historicalBytes };
}

/** TCK makes the exclusive or of T0 to TCK zero. */
function expectTck(reader: ByteReader, octets: Uint8Array): void {
  const before = octets.subarray(1, reader.offset);
  const tck = before.reduce((sum, octet) => sum ^ octet, 0);
  reader.expect(Uint8Array.of(tck), 'TCK');
}

/** A data object whose tag and length share one octet. */
export interface CompactTlv {
  /** 0 to 15. */
  readonly tag: number;
  /** 0 to 15 octets. */
  readonly value: Uint8Array;
}

const COMPACT_TLV = 0x80;

/**
 * Reads the historical bytes of a UICC.
 *
 * @param octets T1 to TK
 * @returns the objects in their order; none when another category indicator says they are no TLV
 * @throws {DecodeError} an object does not end
 * @see ETSI TS 102 221 §6.3
 */
export function decodeHistoricalBytes(octets: Uint8Array): CompactTlv[] {
  if (octets[0] !== COMPACT_TLV) return [];
  const reader = new ByteReader(octets, 'historical bytes');
  reader.uint(1, 'category indicator');
  const objects: CompactTlv[] = [];
  while (reader.remaining > 0) {
    const head = reader.uint(1, 'tag and length');
    objects.push({ tag: head >> 4, value: reader.take(head & 0x0f, `object '${head >> 4}'`) });
  }
  return objects;
}

const CARD_CAPABILITIES = 7;
const ASSIGNED_BY = { card: 0x10, terminal: 0x08 } as const;

/** The logical channels of a card, as its ATR announces them. */
export interface ChannelCapability {
  /** The basic channel too: 1, it alone, to 8, which means 8 or more. */
  readonly count: number;
  /** Who may say which number a channel gets. */
  readonly assignedBy: { readonly card: boolean; readonly terminal: boolean };
}

/**
 * Reads what the card capabilities say of logical channels.
 *
 *     b5 b4 who assigns the number: the card, the terminal | b3 y | b2 z | b1 t: 4y + 2z + t + 1
 *     channels
 *
 * @param objects the historical bytes
 * @returns the basic channel alone when there are no capabilities, or nobody assigns a number
 * @see ETSI TS 102 221 §6.3
 */
export function channelCapabilityOf(objects: readonly CompactTlv[]): ChannelCapability {
  const capabilities = objects.find(({ tag }) => tag === CARD_CAPABILITIES)?.value[2] ?? 0;
  const card = (capabilities & ASSIGNED_BY.card) !== 0;
  const terminal = (capabilities & ASSIGNED_BY.terminal) !== 0;
  const count = card || terminal ? (capabilities & 0x07) + 1 : 1;
  return { count, assignedBy: { card, terminal } };
}

/**
 * Counts the logical channels that a card announces in its capabilities.
 *
 * @param objects the historical bytes
 * @returns 1 for the basic channel alone, to 8, which means 8 or more
 * @see ETSI TS 102 221 §6.3
 */
export function logicalChannelsOf(objects: readonly CompactTlv[]): number {
  return channelCapabilityOf(objects).count;
}
