/**
 * The key table as octets.
 *
 *     count 1 | pair ...
 *     pair      K 16 | OPc 16 | flags 1 | [r, c 85] | IND bits 1 | delta 6 | [L 6]
 *               | [SEQ 6 each] | key sets
 *     key sets  count 1 | KVN 1 | CC octets 1 | CNTR 5 | KIc | KID ...
 *     KIc, KID  type 1 | length 1 | key
 *
 * SEQ numbers that are all 0 take no room.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { ByteReader } from '../bytes/reader.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import type { KeyTableEntry, StoredKey, StoredKeySet } from './memory.ts';

/** Octets of r1 to r5, one each, and c1 to c5. */
const CONSTANTS_OCTETS = 5 + 5 * 16;
const KEY_TYPES: readonly StoredKey['type'][] = ['AES', '3DES', 'DES'];
const FLAG = { constants: 1, ageLimit: 2, seq: 4 } as const;

function writeKeySet(writer: ByteWriter, keys: StoredKeySet): void {
  writer
    .uint(1, keys.kvn, 'KVN')
    .uint(1, keys.macLength, 'CC octets')
    .uint(5, keys.cntr, 'CNTR')
    .uint(1, KEY_TYPES.indexOf(keys.kic.type), 'KIc type')
    .uint(1, keys.kic.key.length, 'KIc length')
    .bytes(keys.kic.key)
    .uint(1, KEY_TYPES.indexOf(keys.kid.type), 'KID type')
    .uint(1, keys.kid.key.length, 'KID length')
    .bytes(keys.kid.key);
}

function readKey(reader: ByteReader, name: string): StoredKey {
  const at = reader.offset;
  const type = KEY_TYPES[reader.uint(1, `${name} type`)];
  if (type === undefined) throw reader.error(`${name} type`, 'expected 0 to 2', at);
  return { type, key: reader.take(reader.uint(1, `${name} length`), name) };
}

function readKeySet(reader: ByteReader): StoredKeySet {
  const kvn = reader.uint(1, 'KVN');
  const macLength = reader.uint(1, 'CC octets') === 4 ? 4 : 8;
  const cntr = reader.uint(5, 'CNTR');
  const kic = readKey(reader, 'KIc');
  const kid = readKey(reader, 'KID');
  return { kvn, kic, kid, macLength, cntr };
}

function writeEntry(writer: ByteWriter, entry: KeyTableEntry): void {
  const { constants, ageLimit, seq } = entry;
  const hasSeq = seq.some((value) => value > 0);
  const flags =
    (constants === undefined ? 0 : FLAG.constants) |
    (ageLimit === undefined ? 0 : FLAG.ageLimit) |
    (hasSeq ? FLAG.seq : 0);
  writer.bytes(entry.k).bytes(entry.opc).uint(1, flags, 'flags');
  if (constants !== undefined) writer.bytes(constants);
  writer.uint(1, entry.indBits, 'IND bits').uint(6, entry.delta, 'delta');
  if (ageLimit !== undefined) writer.uint(6, ageLimit, 'L');
  if (hasSeq) for (const value of seq) writer.uint(6, value, 'SEQ');
  writer.uint(1, entry.keySets.length, 'key sets');
  for (const keys of entry.keySets) writeKeySet(writer, keys);
}

function readEntry(reader: ByteReader): KeyTableEntry {
  const k = reader.take(16, 'K');
  const opc = reader.take(16, 'OPc');
  const flags = reader.uint(1, 'flags');
  const constants =
    (flags & FLAG.constants) === 0 ? undefined : reader.take(CONSTANTS_OCTETS, 'r and c');
  const at = reader.offset;
  const indBits = reader.uint(1, 'IND bits');
  if (indBits > 8) throw reader.error('IND bits', 'expected 0 to 8', at);
  const delta = reader.uint(6, 'delta');
  const ageLimit = (flags & FLAG.ageLimit) === 0 ? undefined : reader.uint(6, 'L');
  const hasSeq = (flags & FLAG.seq) !== 0;
  const seq = Array.from({ length: 2 ** indBits }, () => (hasSeq ? reader.uint(6, 'SEQ') : 0));
  const count = reader.uint(1, 'key sets');
  const keySets = Array.from({ length: count }, () => readKeySet(reader));
  return { k, opc, constants, indBits, delta, ageLimit, seq, keySets };
}

/** Writes a key table. */
export function encodeKeyTable(writer: ByteWriter, entries: readonly KeyTableEntry[]): void {
  writer.uint(1, entries.length, 'pairs');
  for (const entry of entries) writeEntry(writer, entry);
}

/**
 * Reads a key table.
 *
 * @throws {DecodeError} a field does not fit
 * @see docs/architecture.md, "The card changes by commits"
 */
export function decodeKeyTable(reader: ByteReader): KeyTableEntry[] {
  const count = reader.uint(1, 'pairs');
  return Array.from({ length: count }, () => readEntry(reader));
}
