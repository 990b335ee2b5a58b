/**
 * PPS: the terminal chooses a protocol and a speed, once, right after the ATR.
 *
 *     PPSS 'FF' | PPS0 | PPS1 | PPS2 | PPS3 | PCK        PCK makes the exclusive or of all zero
 *     PPS0:  b8 RFU | b7 PPS3 | b6 PPS2 | b5 PPS1 | b4 to b1 protocol
 *     PPS1:  F in the high nibble, D in the low one, as in TA1
 *
 * The card answers with what it accepts: the same PPS1, or none, and then the default speed counts.
 * To a protocol that it does not offer, and to a request that is damaged, it says nothing; the
 * terminal resets it. A card in specific mode (TA2) takes no PPS.
 *
 * @see ISO/IEC 7816-3 §9; ETSI TS 102 221 §6.4
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';
import type { Atr } from './atr.ts';
import { type LineProcedure, type LineResult, NOTHING, request } from './line.ts';

/** The first octet of a request and of its answer. No class byte and no NAD has this value. */
export const PPSS = 0xff;
const PPS1 = 0x10;
const PPS2 = 0x20;
const PPS3 = 0x40;
const RFU = 0x80;
/** F 372 and D 1. */
export const DEFAULT_SPEED = 0x11;

/** A PPS request or its answer, decoded. */
export interface Pps {
  /** 0 for T=0, 1 for T=1. */
  readonly protocol: number;
  readonly pps1?: number | undefined;
  readonly pps2?: number | undefined;
  readonly pps3?: number | undefined;
}

/** What both sides go by. */
export interface TransmissionParameters {
  /** 0 for T=0, 1 for T=1. */
  readonly protocol: number;
  /** F and D, coded as in TA1. */
  readonly speed: number;
}

/** F and D by their nibbles; what is not there is reserved. */
const F: Readonly<Record<number, number>> = {
  0: 372,
  1: 372,
  2: 558,
  3: 744,
  4: 1116,
  5: 1488,
  6: 1860,
  9: 512,
  10: 768,
  11: 1024,
  12: 1536,
  13: 2048,
};
const D: Readonly<Record<number, number>> = {
  1: 1,
  2: 2,
  3: 4,
  4: 8,
  5: 16,
  6: 32,
  7: 64,
  8: 12,
  9: 20,
};

/** Counts the octets of a PPS from its first two on; PPSS and PCK are among them. */
export function ppsLength(pps0: number): number {
  return 3 + [PPS1, PPS2, PPS3].filter((bit) => (pps0 & bit) !== 0).length;
}

/**
 * Reads a PPS request or answer.
 *
 * @param octets 3 to 6 octets; not kept
 * @throws {DecodeError} PPSS is another, b8 of PPS0 is set, an octet is missing or left over, or
 *   PCK is wrong
 * @see ISO/IEC 7816-3 §9
 * @example
 * ```ts
 * import { decodePps, fromHex } from 'vuicc';
 *
 * if (decodePps(fromHex('FF109679')).pps1 !== 0x96) throw new Error('F 512, D 32');
 * ```
 */
export function decodePps(octets: Uint8Array): Pps {
  const reader = new ByteReader(octets, 'PPS');
  reader.expect(Uint8Array.of(PPSS), 'PPSS');
  const pps0 = reader.uint(1, 'PPS0');
  if ((pps0 & RFU) !== 0) throw reader.error('PPS0', 'expected b8 to be 0', 1);
  const read = (bit: number, name: string): number | undefined =>
    (pps0 & bit) === 0 ? undefined : reader.uint(1, name);
  const pps1 = read(PPS1, 'PPS1');
  const pps2 = read(PPS2, 'PPS2');
  const pps3 = read(PPS3, 'PPS3');
  const pck = octets.subarray(0, reader.offset).reduce((sum, octet) => sum ^ octet, 0);
  reader.expect(Uint8Array.of(pck), 'PCK');
  reader.end();
  return { protocol: pps0 & 0x0f, pps1, pps2, pps3 };
}

/**
 * Writes a PPS request or answer.
 *
 * @returns 3 to 6 octets
 * @throws {RangeError} the protocol is not 0 to 15, or a parameter is no octet
 * @see ISO/IEC 7816-3 §9
 */
export function encodePps(pps: Pps): Uint8Array {
  const { protocol, pps1, pps2, pps3 } = pps;
  expectUpTo(protocol, 15, 'protocol');
  const octets = [PPSS, protocol];
  for (const [bit, value, name] of [
    [PPS1, pps1, 'pps1'],
    [PPS2, pps2, 'pps2'],
    [PPS3, pps3, 'pps3'],
  ] as const) {
    if (value === undefined) continue;
    expectUpTo(value, 255, name);
    octets[1]! |= bit;
    octets.push(value);
  }
  return Uint8Array.of(
    ...octets,
    octets.reduce((sum, octet) => sum ^ octet, 0),
  );
}

function expectUpTo(value: number, most: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${name}: expected 0 to ${most}, got ${value}`);
  }
}

/** What counts without PPS: the first protocol at the default speed; or TA2's, at that of TA1. */
export function parametersOf(atr: Atr): TransmissionParameters {
  const specific = atr.interfaceBytes[1]?.ta;
  if (specific === undefined) return { protocol: atr.protocols[0]!, speed: DEFAULT_SPEED };
  return { protocol: specific & 0x0f, speed: offeredSpeed(atr) };
}

function offeredSpeed(atr: Atr): number {
  return atr.interfaceBytes[0]?.ta ?? DEFAULT_SPEED;
}

/** Tells whether a speed lies between the default and what TA1 offers, F and D each for itself. */
function isOffered(speed: number, atr: Atr): boolean {
  const offered = offeredSpeed(atr);
  const f = F[speed >> 4];
  const d = D[speed & 0x0f];
  const fi = F[offered >> 4] ?? F[1]!;
  const di = D[offered & 0x0f] ?? D[1]!;
  if (f === undefined || d === undefined) return false;
  return f <= fi && d <= di; // No F and no D is below the default.
}

/** A card's answer to a request, and what counts from then on. */
export interface PpsAnswer {
  readonly answer: Uint8Array;
  readonly parameters: TransmissionParameters;
}

/**
 * Answers a PPS request as the card with this ATR does.
 *
 * @param octets the whole request
 * @returns `undefined` when the card says nothing: the request is damaged or the protocol not
 *   offered, or the card is in specific mode
 * @see ISO/IEC 7816-3 §9; ETSI TS 102 221 §6.4
 */
export function answerPps(octets: Uint8Array, atr: Atr): PpsAnswer | undefined {
  if (atr.interfaceBytes[1]?.ta !== undefined) return undefined;
  const asked = understood(() => decodePps(octets));
  if (asked === undefined || !atr.protocols.includes(asked.protocol)) return undefined;
  const { protocol } = asked;
  const pps1 = asked.pps1 !== undefined && isOffered(asked.pps1, atr) ? asked.pps1 : undefined;
  // PPS2 and PPS3 are left out of the answer, which refuses them.
  const answer = encodePps({ protocol, pps1 });
  return { answer, parameters: { protocol, speed: pps1 ?? DEFAULT_SPEED } };
}

/** Why a PPS came to nothing; a warm reset follows. */
export type PpsFailure =
  /** The waiting time ran out: the card refuses. */
  | 'no-answer'
  /** The answer is no PPS, or not one to this request. */
  | 'wrong-answer';

/**
 * Proposes a protocol and a speed to a card that has just been reset.
 *
 * @param proposal the protocol, and the speed as in TA1; without it the default speed
 * @returns what counts from now on, at most as fast as proposed; or why the card is to be reset
 * @throws {RangeError} a number of the proposal is out of range
 * @see ISO/IEC 7816-3 §9
 * @example
 * ```ts
 * import { CardOnLine, createUicc, proposePps, runOnLine } from 'vuicc';
 *
 * const card = new CardOnLine(createUicc());
 * card.reset();
 * const agreed = runOnLine(proposePps({ protocol: 0, speed: 0x96 }), card);
 * if (!agreed.ok || card.parameters.speed !== 0x96) throw new Error('F 512, D 32');
 * ```
 */
export function* proposePps(proposal: {
  readonly protocol: number;
  readonly speed?: number;
}): LineProcedure<LineResult<TransmissionParameters, PpsFailure>> {
  const { protocol, speed } = proposal;
  const asked = encodePps({ protocol, pps1: speed });
  const head = yield* request(asked, 2, 'initial-waiting-time');
  if (head === undefined) return { ok: false, failure: 'no-answer' };
  const rest = yield* request(NOTHING, ppsLength(head[1]!) - 2, 'initial-waiting-time');
  if (rest === undefined) return { ok: false, failure: 'no-answer' };
  const answer = understood(() => decodePps(Uint8Array.of(...head, ...rest)));
  const isAnswer =
    answer?.protocol === protocol &&
    (answer.pps1 === undefined || answer.pps1 === speed) &&
    answer.pps2 === undefined &&
    answer.pps3 === undefined;
  if (!isAnswer) return { ok: false, failure: 'wrong-answer' };
  return { ok: true, value: { protocol, speed: answer.pps1 ?? DEFAULT_SPEED } };
}
