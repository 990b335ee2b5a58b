/**
 * T=0 in octets, from the card's side.
 *
 *     CLA INS P1 P2 P3 ──>  INS             all octets that are left, either way
 *                           INS xor 'FF'    one of them
 *                           '60' …          as often as the embedder asks, when the card works
 *                           SW1 SW2         the end
 *
 * The card has to know from INS which way data goes, since P3 is a length of either. The table of
 * instructions tells it. What the table does not know brings no data: the card refuses it by its
 * header.
 *
 * A card that answers as over T=1, with data at once and of whatever length, is asked once: what it
 * gave is held, announced by '61XX' or '6CXX', and sent when the terminal comes for it.
 *
 * @see ISO/IEC 7816-3 §10.3; ETSI TS 102 221 §7.3.1
 * @module
 */

import { concat, equals } from '../bytes/octets.ts';
import type { SynchronousCard } from './connection.ts';
import { instructionOf } from './instructions.ts';
import { type CardEnd, NOTHING } from './line.ts';

/** CLA INS P1 P2 P3. */
export const HEADER_OCTETS = 5;
/** The procedure octet that asks for patience. */
export const NULL = 0x60;
const GET_RESPONSE = 0xc0;
const SW_OCTETS = 2;

/** How the card behaves on the line. */
export interface T0CardOptions {
  /**
   * How often '60' is sent before the answer to a command. The embedder knows how long the card's
   * work takes; without this, never.
   *
   * @param tpdu CLA INS P1 P2 P3, and the data of the terminal
   */
  readonly nulls?: (tpdu: Uint8Array) => number;
  /** What is asked for with each procedure octet: `all` data (the default), or `one` octet. */
  readonly acknowledge?: 'all' | 'one';
  /**
   * Tells of a command with P3 other than '00' whether data follows; `undefined` asks the table.
   * For instructions of one's own, and for those whose case depends on P1.
   *
   * @param header CLA INS P1 P2 P3
   */
  readonly bringsData?: (header: Uint8Array) => boolean | undefined;
}

/** A response that the terminal has not come for yet. */
interface Held {
  /** CLA INS P1 P2 of the TPDU that comes for it. */
  readonly header: Uint8Array;
  readonly response: Uint8Array;
}

/** Tells by the table whether data follows the header of an instruction. */
function isOfCase3Or4(header: Uint8Array): boolean {
  const apduCase = instructionOf(header[1]!)?.apduCase;
  return apduCase === 3 || apduCase === 4;
}

/** INS of '6X' and '9X' would be taken for SW1. */
export function isIllegalInstruction(ins: number): boolean {
  return ins >> 4 === 0x6 || ins >> 4 === 0x9;
}

/** A card on a T=0 line, from the end of its ATR or PPS to the next reset. */
export class T0Card implements CardEnd {
  readonly #card: SynchronousCard;
  readonly #options: T0CardOptions;
  /** What is there of a TPDU. */
  #tpdu: number[] = [];
  #held: Held | undefined;

  /** @param card kept; gets whole TPDUs, and a reset from nobody here */
  constructor(card: SynchronousCard, options: T0CardOptions = {}) {
    this.#card = card;
    this.#options = options;
  }

  receive(octets: Uint8Array): Uint8Array {
    return concat(...Array.from(octets, (octet) => this.#take(octet)));
  }

  /** T=0 has no end of a block: a card waits for the rest until it is reset. */
  quiet(): Uint8Array {
    return NOTHING;
  }

  #take(octet: number): Uint8Array {
    this.#tpdu.push(octet);
    const tpdu = Uint8Array.from(this.#tpdu);
    if (tpdu.length < HEADER_OCTETS) return NOTHING;
    const isWhole = tpdu.length === HEADER_OCTETS + tpdu[4]!;
    if (isWhole || (tpdu.length === HEADER_OCTETS && !this.#bringsData(tpdu))) {
      this.#tpdu = [];
      const nulls = new Uint8Array(this.#options.nulls?.(tpdu) ?? 0).fill(NULL);
      return concat(nulls, this.#answer(tpdu));
    }
    const isFirst = tpdu.length === HEADER_OCTETS;
    return isFirst || this.#isOneByOne ? this.#acknowledge(tpdu[1]!) : NOTHING;
  }

  #bringsData(header: Uint8Array): boolean {
    return this.#options.bringsData?.(header) ?? isOfCase3Or4(header);
  }

  get #isOneByOne(): boolean {
    return this.#options.acknowledge === 'one';
  }

  #acknowledge(ins: number): Uint8Array {
    return Uint8Array.of(this.#isOneByOne ? ins ^ 0xff : ins);
  }

  #answer(tpdu: Uint8Array): Uint8Array {
    const [cla, ins] = [tpdu[0]!, tpdu[1]!];
    if (isIllegalInstruction(ins)) return Uint8Array.of(0x6d, 0x00);
    const header = tpdu.slice(0, 4);
    const held = this.#held;
    const hasData = tpdu.length > HEADER_OCTETS;
    const isHeld = held !== undefined && !hasData && equals(held.header, header);
    const response = isHeld ? held.response : this.#card.transmit(tpdu);
    this.#held = undefined;
    const length = response.length - SW_OCTETS;
    if (length <= 0) return response;
    if (length > 256) return Uint8Array.of(0x6f, 0x00); // No P3 can ask for it.
    if (hasData) {
      this.#held = { header: Uint8Array.of(cla, GET_RESPONSE, 0, 0), response };
      return Uint8Array.of(0x61, length);
    }
    if (length !== (tpdu[4] || 256)) {
      this.#held = { header, response };
      return Uint8Array.of(0x6c, length);
    }
    if (!this.#isOneByOne) return concat(this.#acknowledge(ins), response);
    const each = Array.from(response.subarray(0, length), (octet) => [ins ^ 0xff, octet]).flat();
    return Uint8Array.of(...each, ...response.subarray(length));
  }
}
