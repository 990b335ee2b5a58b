/**
 * The key table as octets.
 *
 *     count 1 | pair ...
 *     pair      K 16 | OPc 16 | flags 1 | [algorithm] | [constants] | IND bits 1 | delta 6
 *               | [L 6] | [SEQ 6 each] | key sets
 *     algorithm length 1 | name | K octets 1 | the rest of K | OPc octets 1 | the rest of OPc
 *     constants r, c 85; of another algorithm length 1 | constants
 *     key sets  count 1 | KVN 1 | CC octets 1 | CNTR 5 | KIc | KID ...
 *     KIc, KID  type 1 | length 1 | key
 *
 * An algorithm is there when it is not MILENAGE: then OPc is what it has in the place of OPc, and
 * what is missing in the first 16 octets is '00'. SEQ numbers that are all 0 take no room.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { concat, padded } from '../../bytes/octets.ts';
import type { ByteReader } from '../../bytes/reader.ts';
import type { ByteWriter } from '../../bytes/writer.ts';
import { MILENAGE_CONSTANTS_OCTETS } from '../../crypto/algorithms.ts';
import type { KeyTableEntry, StoredKey, StoredKeySet } from '../memory.ts';
import { seqValues } from '../sequence-numbers.ts';

/** Octets of K and of OPc that stand in every pair. */
const KEY_OCTETS = 16;
const KEY_MAX = 32;
const KEY_TYPES: readonly StoredKey['type'][] = ['AES', '3DES', 'DES'];
const FLAG = { constants: 1, ageLimit: 2, seq: 4, algorithm: 8 } as const;

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

/** Writes the name of an algorithm, and what of K and OPc is longer than MILENAGE's. */
function writeAlgorithm(writer: ByteWriter, name: string, { k, opc }: KeyTableEntry): void {
  const octets = new TextEncoder().encode(name);
  writer.uint(1, octets.length, 'algorithm length').bytes(octets);
  for (const [key, field] of [
    [k, 'K octets'],
    [opc, 'OPc octets'],
  ] as const) {
    writer.uint(1, key.length, field).bytes(key.slice(KEY_OCTETS));
  }
}

/** Reads the name of an algorithm: printable characters, as profiles have them. */
function readName(reader: ByteReader): string {
  const at = reader.offset;
  const octets = reader.take(reader.uint(1, 'algorithm length'), 'algorithm');
  const name = String.fromCharCode(...octets);
  if (!/^[!-~]+$/u.test(name)) throw reader.error('algorithm', 'expected a name', at);
  return name;
}

/** Reads the whole of a key of which the first octets were read. */
function readWhole(reader: ByteReader, first: Uint8Array, name: string): Uint8Array {
  const at = reader.offset;
  const length = reader.uint(1, `${name} octets`);
  if (length > KEY_MAX) throw reader.error(`${name} octets`, `expected 0 to ${KEY_MAX}`, at);
  if (length <= KEY_OCTETS) return first.slice(0, length);
  return concat(first, reader.take(length - KEY_OCTETS, name));
}

function readConstants(reader: ByteReader, isMilenage: boolean): Uint8Array {
  const octets = isMilenage ? MILENAGE_CONSTANTS_OCTETS : reader.uint(1, 'constants length');
  return reader.take(octets, 'constants');
}

function writeEntry(writer: ByteWriter, entry: KeyTableEntry): void {
  const { algorithm, constants, ageLimit, seq } = entry;
  const hasSeq = seq.some((value) => value > 0);
  const flags =
    (constants === undefined ? 0 : FLAG.constants) |
    (ageLimit === undefined ? 0 : FLAG.ageLimit) |
    (hasSeq ? FLAG.seq : 0) |
    (algorithm === undefined ? 0 : FLAG.algorithm);
  for (const key of [entry.k, entry.opc]) {
    writer.bytes(padded(key.slice(0, KEY_OCTETS), KEY_OCTETS, 0));
  }
  writer.uint(1, flags, 'flags');
  if (algorithm !== undefined) writeAlgorithm(writer, algorithm, entry);
  if (constants !== undefined) {
    if (algorithm !== undefined) writer.uint(1, constants.length, 'constants length');
    writer.bytes(constants);
  }
  writer.uint(1, entry.indBits, 'IND bits').uint(6, entry.delta, 'delta');
  if (ageLimit !== undefined) writer.uint(6, ageLimit, 'L');
  if (hasSeq) for (const value of seq) writer.uint(6, value, 'SEQ');
  writer.uint(1, entry.keySets.length, 'key sets');
  for (const keys of entry.keySets) writeKeySet(writer, keys);
}

function readSeq(reader: ByteReader, indBits: number): number {
  const at = reader.offset;
  const seq = reader.uint(6, 'SEQ');
  if (seq < seqValues(indBits)) return seq;
  throw reader.error('SEQ', `expected ${48 - indBits} bits`, at);
}

function readEntry(reader: ByteReader): KeyTableEntry {
  const first = { k: reader.take(KEY_OCTETS, 'K'), opc: reader.take(KEY_OCTETS, 'OPc') };
  const flags = reader.uint(1, 'flags');
  const algorithm = (flags & FLAG.algorithm) === 0 ? undefined : readName(reader);
  const isMilenage = algorithm === undefined;
  const k = isMilenage ? first.k : readWhole(reader, first.k, 'K');
  const opc = isMilenage ? first.opc : readWhole(reader, first.opc, 'OPc');
  const constants = (flags & FLAG.constants) === 0 ? undefined : readConstants(reader, isMilenage);
  const at = reader.offset;
  const indBits = reader.uint(1, 'IND bits');
  if (indBits > 8) throw reader.error('IND bits', 'expected 0 to 8', at);
  const delta = reader.uint(6, 'delta');
  const ageLimit = (flags & FLAG.ageLimit) === 0 ? undefined : reader.uint(6, 'L');
  const hasSeq = (flags & FLAG.seq) !== 0;
  const seq = Array.from({ length: 2 ** indBits }, () => (hasSeq ? readSeq(reader, indBits) : 0));
  const count = reader.uint(1, 'key sets');
  const keySets = Array.from({ length: count }, () => readKeySet(reader));
  return { algorithm, k, opc, constants, indBits, delta, ageLimit, seq, keySets };
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
