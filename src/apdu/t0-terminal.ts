/**
 * T=0 in octets, from the terminal's side: one C-APDU, its TPDUs, and their procedure octets.
 *
 *     send the header, wait for one octet:
 *       '60'            wait again, as often as is allowed
 *       INS             send or receive all that is left
 *       INS xor 'FF'    send or receive one octet
 *       '6X', '9X'      SW1; SW2 follows and ends the TPDU
 *
 * T=0 has no check but the parity of a character, which is the port's. A line that changes octets
 * unseen changes answers unseen; what this machine promises is that it ends, with an answer or with
 * the name of what went wrong. After a failure nobody knows what the card has taken: reset it.
 *
 * @see ISO/IEC 7816-3 §10.3; ETSI TS 102 221 §7.3.1
 * @module
 */

import { concat } from '../bytes/octets.ts';
import type { CommandApdu } from './command.ts';
import { type LineProcedure, type LineResult, NOTHING, request } from './line.ts';
import type { ResponseApdu } from './response.ts';
import { exchangeT0 } from './t0.ts';
import { HEADER_OCTETS, isIllegalInstruction, NULL } from './t0-card.ts';

const NULLS_MAX = 1024;

/** Why a command over T=0 came to nothing. */
export type T0Failure =
  /** INS is '6X' or '9X', and nothing was sent. */
  | 'illegal-instruction'
  /** The waiting time ran out. */
  | 'no-answer'
  /** The card sent '60' more often than is allowed. */
  | 'too-many-nulls'
  /** The card sent what is no procedure octet here. */
  | 'unknown-procedure-octet'
  /** The card wants to go on when all data have passed. */
  | 'too-much-data';

/** How patient the terminal is. */
export interface T0TerminalOptions {
  /** How many '60' are borne for one TPDU; 1024 when left out. */
  readonly nullsMax?: number;
}

/**
 * Carries one command over T=0 in octets; '61XX' and '6CXX' are followed.
 *
 * @param command data and Ne as the terminal wants them
 * @returns all response data and the last SW; or a failure, after which the card is to be reset
 * @throws {RangeError} the command is none; {@link encodeCommandApdu} names what is wrong
 * @see ISO/IEC 7816-3 §10.3; ETSI TS 102 221 §7.3.1.1
 * @example
 * ```ts
 * import { CardOnLine, createUicc, decodeCommandApdu, fromHex } from 'vuicc';
 * import { runOnLine, transmitT0 } from 'vuicc';
 *
 * const card = new CardOnLine(createUicc(), { nulls: () => 3 });
 * card.reset();
 * const result = runOnLine(transmitT0(decodeCommandApdu(fromHex('00A40804022FE200'))), card);
 * if (!result.ok || result.value.data[0] !== 0x62) throw new Error('FCP, by GET RESPONSE');
 * ```
 */
export function* transmitT0(
  command: CommandApdu,
  options: T0TerminalOptions = {},
): LineProcedure<LineResult<ResponseApdu, T0Failure>> {
  if (isIllegalInstruction(command.ins)) return { ok: false, failure: 'illegal-instruction' };
  const exchange = exchangeT0(command);
  let step = exchange.next();
  while (step.done !== true) {
    const answer = yield* transmitTpdu(step.value, options.nullsMax ?? NULLS_MAX);
    if (!answer.ok) return answer;
    step = exchange.next(answer.value);
  }
  return { ok: true, value: step.value };
}

/** One TPDU. P3 '00' without data is taken for 256, as a card may give that many (case 2). */
function* transmitTpdu(
  tpdu: Uint8Array,
  nullsMax: number,
): LineProcedure<LineResult<Uint8Array, T0Failure>> {
  const ins = tpdu[1]!;
  const isSending = tpdu.length > HEADER_OCTETS;
  const whole = isSending ? tpdu.length - HEADER_OCTETS : tpdu[4] || 256;
  const received: Uint8Array[] = [];
  let done = 0;
  let nulls = 0;
  let send = tpdu.subarray(0, HEADER_OCTETS);
  for (;;) {
    const octet = (yield* request(send, 1, 'work-waiting-time'))?.[0];
    send = NOTHING;
    if (octet === undefined) return { ok: false, failure: 'no-answer' };
    if (octet === NULL) {
      nulls += 1;
      if (nulls > nullsMax) return { ok: false, failure: 'too-many-nulls' };
    } else if (octet === ins || octet === (ins ^ 0xff)) {
      const count = octet === ins ? whole - done : 1;
      if (done === whole) return { ok: false, failure: 'too-much-data' };
      if (isSending) {
        send = tpdu.subarray(HEADER_OCTETS + done, HEADER_OCTETS + done + count);
      } else {
        const part = yield* request(NOTHING, count, 'work-waiting-time');
        if (part === undefined) return { ok: false, failure: 'no-answer' };
        received.push(part);
      }
      done += count;
    } else if (octet >> 4 === 0x6 || octet >> 4 === 0x9) {
      const sw2 = yield* request(NOTHING, 1, 'work-waiting-time');
      if (sw2 === undefined) return { ok: false, failure: 'no-answer' };
      return { ok: true, value: concat(...received, Uint8Array.of(octet), sw2) };
    } else {
      return { ok: false, failure: 'unknown-procedure-octet' };
    }
  }
}
