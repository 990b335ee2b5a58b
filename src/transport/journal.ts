/**
 * The octets of a state file: what a card was, and every commit since. In octets:
 *
 *     file     header | record, record …
 *     header   'vuicc-state/1' and a line feed 14 | digest of the image 32 | nonce 8 | checksum 4
 *     record   length 4 | number 4 | first 4 | checksum 4 | commit, or the card at rest
 *
 * Record 0 is the card at rest, or nothing of a new card; commits count from 1. `first` is the
 * number of the first commit of the same command: all before it were certain when this one was
 * written. The
 * checksum is a CRC-32 over nonce, place in the file, length, number, first and octets, so that
 * nothing but what was written at this place into this file passes for a record.
 *
 * A file that was cut while it was written ends in octets that are no record: the tail. Octets that
 * are no record *before* a later certain one are no accident of writing, and what they held is
 * missed: such a file is not read any further.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import type { KeptState } from '../apdu/commit-log.ts';
import { DecodeError } from '../bytes/errors.ts';
import { concat, equals } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { crc32 } from '../crypto/crc.ts';

const MAGIC = new TextEncoder().encode('vuicc-state/1\n');
/** How many octets tell a state file, of whatever format, from others. */
export const MAGIC_OCTETS = 12;
const FORMAT = /^vuicc-state\/([0-9]+)\n/;
const DIGEST_OCTETS = 32;
export const NONCE_OCTETS = 8;
const CHECKSUM_OCTETS = 4;
const HEADER_OCTETS: number = MAGIC.length + DIGEST_OCTETS + NONCE_OCTETS + CHECKSUM_OCTETS;
const RECORD_HEADER_OCTETS = 16;
/** Where the numbers of a record stand in it. */
const NUMBER_AT = 4;
const FIRST_AT = 8;

/** The number of the card at rest; commits have higher ones. */
const AT_REST = 0;

/** What stands in a record. */
export interface JournalRecord {
  readonly number: number;
  /** Number of the first commit of the same command. */
  readonly first: number;
  readonly octets: Uint8Array;
}

/** What a state file holds. Secret. */
export interface Journal extends KeptState {
  readonly digest: Uint8Array;
  readonly nonce: Uint8Array;
  /** The highest number there is; 0 without a commit. */
  readonly last: number;
  /** Where the next record goes: the octets of all that is whole. */
  readonly end: number;
  /** Octets behind it, which are no record. */
  readonly tail: number;
}

/**
 * Writes the header of a file.
 *
 * @param digest of the image, 32 octets
 * @param nonce 8 octets, another for each file
 */
function encodeJournalHeader(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const fields = concat(MAGIC, digest, nonce);
  return concat(fields, crc32(fields));
}

function checksum(nonce: Uint8Array, at: number, record: JournalRecord): Uint8Array {
  const { number, first, octets } = record;
  const writer = new ByteWriter().bytes(nonce).uint(6, at, 'place');
  writer.uint(4, octets.length, 'length').uint(4, number, 'number').uint(4, first, 'first');
  return crc32(writer.bytes(octets).finish());
}

/**
 * Writes a record.
 *
 * @param nonce of the file
 * @param at where in the file the record starts
 */
export function encodeRecord(nonce: Uint8Array, at: number, record: JournalRecord): Uint8Array {
  const { number, first, octets } = record;
  const writer = new ByteWriter().uint(4, octets.length, 'length').uint(4, number, 'number');
  writer.uint(4, first, 'first').bytes(checksum(nonce, at, record));
  return writer.bytes(octets).finish();
}

/** The record at a place, if there is a whole one. */
function recordAt(file: Uint8Array, nonce: Uint8Array, at: number): JournalRecord | undefined {
  const reader = new ByteReader(file.subarray(at), 'record');
  if (reader.remaining < RECORD_HEADER_OCTETS) return undefined;
  const length = reader.uint(4, 'length');
  const number = reader.uint(4, 'number');
  const first = reader.uint(4, 'first');
  const expected = reader.take(CHECKSUM_OCTETS, 'checksum');
  if (length > reader.remaining || first > number) return undefined;
  const record = { number, first, octets: reader.take(length, 'octets') };
  return equals(checksum(nonce, at, record), expected) ? record : undefined;
}

/** A number of four octets that are there. */
function uint32(octets: Uint8Array, at: number): number {
  return octets.subarray(at, at + 4).reduce((value, octet) => value * 256 + octet, 0);
}

/**
 * Finds a record behind octets that are no record, before which they were certain.
 *
 * @param from where those octets start
 * @param missing number of the record that they were
 * @returns where it stands
 */
function certainBehind(
  file: Uint8Array,
  nonce: Uint8Array,
  from: number,
  missing: number,
): number | undefined {
  for (let at = from; at <= file.length - RECORD_HEADER_OCTETS; at++) {
    // The numbers are looked at first: a checksum costs as much as the record is long.
    const most = missing + 1 + Math.floor((at - from) / RECORD_HEADER_OCTETS);
    const isFar = uint32(file, at + NUMBER_AT) > most;
    if (isFar || uint32(file, at + FIRST_AT) <= missing) continue;
    if (recordAt(file, nonce, at) !== undefined) return at;
  }
  return undefined;
}

/** Tells whether a file begins as a state file does, of this or another format. */
export function isJournal(begin: Uint8Array): boolean {
  return equals(begin.subarray(0, MAGIC_OCTETS), MAGIC.subarray(0, MAGIC_OCTETS));
}

function readHeader(file: Uint8Array): { readonly digest: Uint8Array; readonly nonce: Uint8Array } {
  const reader = new ByteReader(file, 'state file');
  const begin = new TextDecoder('latin1').decode(file.subarray(0, MAGIC.length + 4));
  const format = FORMAT.exec(begin)?.[1];
  if (format !== undefined && format !== '1') {
    throw new DecodeError('state file', 0, `expected format 1, found ${format}`);
  }
  if (format === undefined) throw new DecodeError('state file', 0, 'expected "vuicc-state/1"');
  const fields = reader.take(HEADER_OCTETS - CHECKSUM_OCTETS, 'header');
  const expected = reader.take(CHECKSUM_OCTETS, 'header/checksum');
  if (!equals(crc32(fields), expected)) {
    throw new DecodeError('state file/header', 0, 'its checksum is wrong');
  }
  const digest = fields.slice(MAGIC.length, MAGIC.length + DIGEST_OCTETS);
  return { digest, nonce: fields.slice(MAGIC.length + DIGEST_OCTETS) };
}

/** A record continues a file when its number is the next, and its command the same or a new one. */
function continues(record: JournalRecord, last: JournalRecord): boolean {
  if (record.number !== last.number + 1) return false;
  return record.first === record.number || (last.number > AT_REST && record.first === last.first);
}

const octetsOf = (record: JournalRecord): number => RECORD_HEADER_OCTETS + record.octets.length;

/**
 * Reads a state file.
 *
 * @throws {DecodeError} its beginning, or something before a commit that was certain, is damaged
 */
export function decodeJournal(file: Uint8Array): Journal {
  const { digest, nonce } = readHeader(file);
  const base = recordAt(file, nonce, HEADER_OCTETS);
  if (base?.number !== AT_REST) {
    throw new DecodeError('state file/card at rest', HEADER_OCTETS, 'it is damaged');
  }
  let end = HEADER_OCTETS + octetsOf(base);
  let last = base;
  const commits: Uint8Array[] = [];
  for (;;) {
    const record = recordAt(file, nonce, end);
    if (record === undefined || !continues(record, last)) break;
    commits.push(record.octets);
    last = record;
    end += octetsOf(record);
  }
  const missing = last.number + 1;
  const behind = certainBehind(file, nonce, end, missing);
  if (behind !== undefined) {
    const problem = `it is damaged, and commits behind it, from octet ${behind}, are not`;
    throw new DecodeError(`state file/commit ${missing}`, end, problem);
  }
  const kept = { base: base.octets.length === 0 ? undefined : base.octets, commits };
  return { digest, nonce, ...kept, last: last.number, end, tail: file.length - end };
}

/** Writes a whole file: a header and the card at rest. */
export function encodeJournal(
  digest: Uint8Array,
  nonce: Uint8Array,
  base: Uint8Array | undefined,
): Uint8Array {
  const octets = base ?? new Uint8Array(0);
  const record = encodeRecord(nonce, HEADER_OCTETS, { number: AT_REST, first: AT_REST, octets });
  return concat(encodeJournalHeader(digest, nonce), record);
}
