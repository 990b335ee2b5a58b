/**
 * Blocks of T=1.
 *
 *     NAD 1 | PCB 1 | LEN 1 | INF 0 to 254 | EDC 1 (LRC) or 2 (CRC)
 *
 *     PCB   I-block  0 N M 0 0000    N(S), and M when more of a chain follows
 *           R-block  1 0 0 N 00ee    N(R), the block that is expected; ee 01 EDC, parity; 10 other
 *           S-block  1 1 r t tttt    r in a response; 0 RESYNCH, 1 IFS, 2 ABORT, 3 WTX
 *
 * NAD is '00' on both sides: a UICC has one terminal and the terminal one card.
 *
 * @see ISO/IEC 7816-3 §11.3, §11.4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat, equals } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { crc16 } from '../crypto/crc.ts';
import type { Atr } from './atr.ts';

/** NAD PCB LEN. */
export const PROLOGUE_OCTETS = 3;
/** The most octets of INF. */
export const INF_MAX = 254;
/** What INF may have before anybody says otherwise. */
export const IFS_DEFAULT = 32;

/** The two error detection codes. */
export type Edc = 'lrc' | 'crc';

/** A sequence number: the blocks of each side count 0, 1, 0, 1. */
export type SequenceNumber = 0 | 1;

/** What an R-block finds wrong; `none` acknowledges. */
export type BlockError = 'none' | 'edc' | 'other';

/** What an S-block is about. */
export type Supervision = 'resynch' | 'ifs' | 'abort' | 'wtx';

/** A part of an APDU. */
export interface IBlock {
  readonly kind: 'I';
  /** N(S). */
  readonly sequence: SequenceNumber;
  /** Whether another part follows. */
  readonly more: boolean;
  /** 0 to 254 octets. */
  readonly inf: Uint8Array;
}

/** Asks for a block: the next of a chain, or one again. */
export interface RBlock {
  readonly kind: 'R';
  /** N(R), the number of the I-block that is expected. */
  readonly sequence: SequenceNumber;
  readonly error: BlockError;
}

/** Steers the protocol. */
export interface SBlock {
  readonly kind: 'S';
  readonly about: Supervision;
  readonly isResponse: boolean;
  /** IFS, 1 to 254, or the multiple of the block waiting time, 1 to 255; else `undefined`. */
  readonly value?: number | undefined;
}

/** A block, decoded. */
export type T1Block = IBlock | RBlock | SBlock;

const ERRORS: readonly BlockError[] = ['none', 'edc', 'other'];
const SUPERVISIONS: readonly Supervision[] = ['resynch', 'ifs', 'abort', 'wtx'];
/** Which S-blocks have an octet of INF, and its highest value. */
const VALUE_MAX: Readonly<Partial<Record<Supervision, number>>> = { ifs: INF_MAX, wtx: 255 };

/** The number of octets of the code. */
export function edcLength(edc: Edc): number {
  return edc === 'lrc' ? 1 : 2;
}

function edcOf(octets: Uint8Array, edc: Edc): Uint8Array {
  if (edc === 'lrc') return Uint8Array.of(octets.reduce((sum, octet) => sum ^ octet, 0));
  // Terminals send this CRC without the inversion at the end that secured packets have.
  return crc16(octets).map((octet) => octet ^ 0xff);
}

/** Tells whether the code at the end of a block is that of the octets before it. */
export function hasRightEdc(octets: Uint8Array, edc: Edc): boolean {
  const length = edcLength(edc);
  if (octets.length < PROLOGUE_OCTETS + length) return false;
  const covered = octets.subarray(0, octets.length - length);
  return equals(edcOf(covered, edc), octets.subarray(octets.length - length));
}

/**
 * Reads a block.
 *
 * @param octets 4 to 259 octets; not kept
 * @throws {DecodeError} the code is wrong, LEN contradicts the octets, or NAD, PCB or INF is none
 * @see ISO/IEC 7816-3 §11.3
 * @example
 * ```ts
 * import { decodeT1Block, fromHex } from 'vuicc';
 *
 * const block = decodeT1Block(fromHex('00C101FE3E'), 'lrc');
 * if (block.kind !== 'S' || block.value !== 254) throw new Error('S(IFS request)');
 * ```
 */
export function decodeT1Block(octets: Uint8Array, edc: Edc): T1Block {
  const reader = new ByteReader(octets, 'block');
  const nad = reader.uint(1, 'NAD');
  const pcb = reader.uint(1, 'PCB');
  const length = reader.uint(1, 'LEN');
  if (length > INF_MAX) throw reader.error('LEN', `expected at most ${INF_MAX}`, 2);
  const inf = reader.take(length, 'INF');
  reader.take(edcLength(edc), 'EDC');
  reader.end();
  if (!hasRightEdc(octets, edc)) {
    throw reader.error('EDC', 'is not that of the block', PROLOGUE_OCTETS + length);
  }
  if (nad !== 0) throw reader.error('NAD', `expected '00'`, 0);
  if ((pcb & 0x80) === 0) return decodeIBlock(pcb, inf);
  if ((pcb & 0x40) === 0) return decodeRBlock(pcb, inf);
  return decodeSBlock(pcb, inf);
}

function refuse(field: string, offset: number, problem: string): DecodeError {
  return new DecodeError(`block/${field}`, offset, problem);
}

function decodeIBlock(pcb: number, inf: Uint8Array): IBlock {
  if ((pcb & 0x1f) !== 0) throw refuse('PCB', 1, 'expected b5 to b1 of an I-block to be 0');
  return { kind: 'I', sequence: (pcb & 0x40) === 0 ? 0 : 1, more: (pcb & 0x20) !== 0, inf };
}

function decodeRBlock(pcb: number, inf: Uint8Array): RBlock {
  const error = (pcb & 0x20) === 0 ? ERRORS[pcb & 0x0f] : undefined;
  if (error === undefined) throw refuse('PCB', 1, 'is no R-block that has a meaning');
  if (inf.length > 0) throw refuse('LEN', 2, `expected 0 in an R-block, found ${inf.length}`);
  return { kind: 'R', sequence: (pcb & 0x10) === 0 ? 0 : 1, error };
}

function decodeSBlock(pcb: number, inf: Uint8Array): SBlock {
  const about = SUPERVISIONS[pcb & 0x1f];
  if (about === undefined) throw refuse('PCB', 1, 'is no S-block that has a meaning');
  const most = VALUE_MAX[about];
  const expected = most === undefined ? 0 : 1;
  if (inf.length !== expected) {
    throw refuse('LEN', 2, `expected ${expected} in this S-block, found ${inf.length}`);
  }
  const value = inf[0];
  if (value !== undefined && (value === 0 || value > most!)) {
    throw refuse('INF', PROLOGUE_OCTETS, `expected 1 to ${most}`);
  }
  return { kind: 'S', about, isResponse: (pcb & 0x20) !== 0, value };
}

/**
 * Writes a block.
 *
 * @returns 4 to 259 octets
 * @throws {RangeError} INF is longer than 254 octets, or an S-block has a value out of range
 * @see ISO/IEC 7816-3 §11.3
 */
export function encodeT1Block(block: T1Block, edc: Edc): Uint8Array {
  const inf = infOf(block);
  const head = concat(Uint8Array.of(0, pcbOf(block), inf.length), inf);
  return concat(head, edcOf(head, edc));
}

function pcbOf(block: T1Block): number {
  if (block.kind === 'I') return (block.sequence << 6) | (block.more ? 0x20 : 0);
  if (block.kind === 'R') return 0x80 | (block.sequence << 4) | ERRORS.indexOf(block.error);
  return 0xc0 | (block.isResponse ? 0x20 : 0) | SUPERVISIONS.indexOf(block.about);
}

function infOf(block: T1Block): Uint8Array {
  if (block.kind === 'R') return new Uint8Array(0);
  if (block.kind === 'I') {
    const { length } = block.inf;
    if (length > INF_MAX) {
      throw new RangeError(`inf: expected 0 to ${INF_MAX} octets, got ${length}`);
    }
    return block.inf;
  }
  const most = VALUE_MAX[block.about];
  if (most === undefined) return new Uint8Array(0);
  const { value } = block;
  if (value === undefined || !Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`value: expected 1 to ${most}, got ${value}`);
  }
  return Uint8Array.of(value);
}

/** A block as a machine finds it on the line: what it is, or what is wrong with it. */
export type ReceivedBlock = T1Block | 'edc' | 'other';

/** Reads a block from the line; a damaged one is a value, since an R-block answers it. */
export function receiveT1Block(octets: Uint8Array, edc: Edc): ReceivedBlock {
  if (!hasRightEdc(octets, edc)) return 'edc';
  try {
    return decodeT1Block(octets, edc);
  } catch (error) {
    if (error instanceof DecodeError) return 'other';
    throw error;
  }
}

/** The other number. */
export function after(sequence: SequenceNumber): SequenceNumber {
  return sequence === 0 ? 1 : 0;
}

/** What an ATR says of T=1. */
export interface T1Parameters {
  /** How many octets of INF the card takes, 1 to 254. */
  readonly ifsc: number;
  readonly edc: Edc;
}

/**
 * Finds what an ATR says of T=1: the first group behind TD2, or a later TD, that names it.
 *
 * @returns IFSC 32 and LRC where the ATR says nothing, or what no card can have
 * @see ISO/IEC 7816-3 §11.4
 * @example
 * ```ts
 * import { decodeAtr, fromHex, t1ParametersOf } from 'vuicc';
 *
 * const { ifsc, edc } = t1ParametersOf(decodeAtr(fromHex('3B90968011FE69')));
 * if (ifsc !== 254 || edc !== 'lrc') throw new Error('TA3, and no TC3');
 * ```
 */
export function t1ParametersOf(atr: Atr): T1Parameters {
  const groups = atr.interfaceBytes;
  const own = groups.find((_, at) => at >= 2 && (groups[at - 1]!.td ?? 0) % 16 === 1);
  const isOffered = own?.ta !== undefined && own.ta >= 1 && own.ta <= INF_MAX;
  return {
    ifsc: isOffered ? own.ta! : IFS_DEFAULT,
    edc: ((own?.tc ?? 0) & 1) === 0 ? 'lrc' : 'crc',
  };
}
