/**
 * APDUs over T=0, from the terminal's side: what to send, and what to send next.
 *
 *     case 1   CLA INS P1 P2 00          case 3   CLA INS P1 P2 Lc data
 *     case 2   CLA INS P1 P2 Le          case 4   CLA INS P1 P2 Lc data, then GET RESPONSE
 *
 * '61XX' is followed by GET RESPONSE with the same class byte, '6CXX' by the same command with the
 * right length, and a warning on case 4 by GET RESPONSE with Le '00'. In class A0 '9FXX' is what
 * '61XX' is elsewhere, and '9EXX' a failure with data behind it. Sans-I/O: the procedure yields
 * each TPDU and receives the answer.
 *
 * @see ISO/IEC 7816-3 §10.3, §12.2; ETSI TS 102 221 §7.3.1; 3GPP TS 51.011 §9.4
 * @module
 */

import { concat } from '../bytes/octets.ts';
import { type CommandApdu, commandApdu, encodeCommandApdu } from './command.ts';
import { decodeResponseApdu, type ResponseApdu } from './response.ts';
import { SW } from './status-words.ts';

const GET_RESPONSE = 0xc0;
/** The class byte of a SIM, and how its answers say that response data are ready. */
const GSM = { cla: 0xa0, ready: 0x9f, failed: 0x9e } as const;
/** CLA INS P1 P2 P3. */
const HEADER_OCTETS = 5;
/** A card that says '61XX' or '6CXX' for ever would keep a terminal here for ever. */
const ROUNDS_MAX = 64;

/** Writes the TPDU that begins a command: Le of case 4 is left out, P3 of case 1 is '00'. */
export function encodeTpdu(command: CommandApdu): Uint8Array {
  if (command.data.length > 0) return encodeCommandApdu({ ...command, ne: 0 });
  return encodeCommandApdu({ ...command, ne: command.ne === 0 ? 256 : command.ne });
}

/**
 * Carries one command over T=0.
 *
 * @param command data and Ne as the terminal wants them; Ne is a wish, the card's length counts
 * @yields each TPDU to send; `next` takes the R-APDU that came back
 * @returns all response data, and the last SW ('9000', '91XX' or a refusal); of '9EXX' that one
 * @throws {DecodeError} an answer has fewer than 2 octets
 * @see ETSI TS 102 221 §7.3.1.1; 3GPP TS 51.011 §9.4
 */
export function* exchangeT0(command: CommandApdu): Generator<Uint8Array, ResponseApdu, Uint8Array> {
  let tpdu = encodeTpdu(command);
  let response = decodeResponseApdu(yield tpdu);
  let data = response.data;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const sw1 = response.sw >> 8;
    const isReady = sw1 === 0x61 || (command.cla === GSM.cla && sw1 === GSM.ready);
    const length = response.sw & 0xff;
    // '6CXX' is about Le; where P3 is Lc, another P3 would contradict the data behind it.
    if (sw1 === 0x6c && tpdu.length === HEADER_OCTETS) {
      tpdu = Uint8Array.from(tpdu);
      tpdu[4] = length;
    } else if (isReady) {
      tpdu = encodeGetResponse(command.cla, length);
    } else {
      break;
    }
    response = decodeResponseApdu(yield tpdu);
    data = concat(data, response.data);
  }
  const isWarning = response.sw >> 8 === 0x62 || response.sw >> 8 === 0x63;
  if (isWarning && command.data.length > 0 && command.ne > 0 && data.length === 0) {
    return yield* fetchAfterWarning(command, response, 0);
  }
  if (command.cla === GSM.cla && response.sw >> 8 === GSM.failed && data.length === 0) {
    return yield* fetchAfterWarning(command, response, response.sw & 0xff);
  }
  return { data, sw: response.sw };
}

function encodeGetResponse(cla: number, length: number): Uint8Array {
  const ne = length === 0 ? 256 : length;
  return encodeCommandApdu(commandApdu([cla, GET_RESPONSE, 0, 0], undefined, ne));
}

/** The warning stays the answer's status word; GET RESPONSE only adds the data, if there is any. */
function* fetchAfterWarning(
  command: CommandApdu,
  warning: ResponseApdu,
  length: number,
): Generator<Uint8Array, ResponseApdu, Uint8Array> {
  let answer = decodeResponseApdu(yield encodeGetResponse(command.cla, length));
  if (answer.sw >> 8 === 0x6c) {
    answer = decodeResponseApdu(yield encodeGetResponse(command.cla, answer.sw & 0xff));
  }
  const isDone = answer.sw === SW.ok || answer.sw >> 8 === 0x91;
  return isDone ? { data: answer.data, sw: warning.sw } : warning;
}
