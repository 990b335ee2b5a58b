/**
 * The line between terminal and card: characters, one side at a time.
 *
 *     terminal  ── octets ──>            card answers when it has enough
 *               <── octets ──
 *               ── nothing ──>  quiet    who waits for more gives up what is half there
 *
 * The machines of T=0 and T=1 have no clock and no port. The terminal's are generators: they yield
 * what to send and how many octets to wait for. The card's take octets as they come, in whatever
 * parts, and are told when the line was quiet. What a character is (parity, convention, the error
 * signal of T=0) is left to the port.
 *
 * @see ISO/IEC 7816-3 §7, §10, §11
 * @module
 */

import { concat, copyOf } from '../bytes/octets.ts';

/** How long to wait for the next octet; the port knows the length in time. */
export type WaitingTime =
  /** From a reset, and for PPS. */
  | 'initial-waiting-time'
  /** T=0, between two octets of either side. */
  | 'work-waiting-time'
  /** T=1, from the end of a block to the beginning of the card's. */
  | 'block-waiting-time'
  /** T=1, within a block. */
  | 'character-waiting-time';

/** What a terminal wants of the line: sends, then waits. What came before it sends is dropped. */
export interface LineRequest {
  /** 0 octets or more. */
  readonly send: Uint8Array;
  /** How many octets to wait for, 1 or more. */
  readonly need: number;
  readonly within: WaitingTime;
  /** How many of these times to wait, 1 to 255: a card may ask for more (WTX). */
  readonly times: number;
}

/** Exactly the octets that are needed; `undefined` when the waiting time ran out before. */
export type LineAnswer = Uint8Array | undefined;

/** A procedure over the line. */
export type LineProcedure<T> = Generator<LineRequest, T, LineAnswer>;

/** What came of a procedure. A card that does not play along is a value and no exception. */
export type LineResult<T, F extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

/** The card's end of a line. */
export interface CardEnd {
  /**
   * Takes octets, in whatever parts they come.
   *
   * @param octets neither kept nor changed
   * @returns what the card sends; nothing while it waits for more
   */
  receive(octets: Uint8Array): Uint8Array;
  /** The line was quiet for longer than between two octets. Returns what the card sends then. */
  quiet(): Uint8Array;
}

/** No octets. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/** Asks the line for one thing. */
export function* request(
  send: Uint8Array,
  need: number,
  within: WaitingTime,
  times = 1,
): LineProcedure<LineAnswer> {
  return yield { send, need, within, times };
}

/**
 * Runs a terminal's procedure against a card's end in the same process.
 *
 * @param procedure of {@link proposePps}, {@link transmitT0} or a `T1Terminal`
 * @param card a `CardOnLine`, or something that damages what passes
 * @returns what the procedure gives
 * @see ISO/IEC 7816-3 §10, §11
 * @example
 * ```ts
 * import { CardOnLine, createUicc, decodeCommandApdu, fromHex } from 'vuicc';
 * import { runOnLine, transmitT0 } from 'vuicc';
 *
 * const card = new CardOnLine(createUicc());
 * card.reset();
 * const select = decodeCommandApdu(fromHex('00A4000C023F00'));
 * const result = runOnLine(transmitT0(select), card);
 * if (!result.ok || result.value.sw !== 0x9000) throw new Error('SELECT MF, octet by octet');
 * ```
 */
export function runOnLine<T>(procedure: LineProcedure<T>, card: CardEnd): T {
  let waiting: Uint8Array = NOTHING;
  let step = procedure.next();
  while (step.done !== true) {
    const { send, need } = step.value;
    if (send.length > 0) waiting = card.receive(send);
    if (waiting.length < need) waiting = concat(waiting, card.quiet());
    if (waiting.length < need) {
      waiting = NOTHING;
      step = procedure.next(undefined);
    } else {
      const answer = copyOf(waiting.subarray(0, need));
      waiting = waiting.subarray(need);
      step = procedure.next(answer);
    }
  }
  return step.value;
}
