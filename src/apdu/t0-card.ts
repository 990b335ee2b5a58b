/**
 * T=0 in octets, from the card's side.
 *
 *     CLA INS P1 P2 P3 ──>  '60' …          as often as the embedder asks
 *                           INS             all octets that are left, either way
 *                           INS xor 'FF'    one of them
 *                           SW1 SW2         the end
 *
 * The card has to know from CLA and INS which way data goes, since P3 is a length of either. The
 * table of instructions tells it. What the table does not know brings no data: the card refuses it
 * by its header.
 *
 * @see ISO/IEC 7816-3 §10.3; ETSI TS 102 221 §7.3.1
 * @module
 */

import { concat } from '../bytes/octets.ts';
import type { SynchronousCard } from './connection.ts';
import { instructionOf } from './instructions.ts';
import type { CardEnd } from './line.ts';
import { NOTHING } from './line.ts';

/** CLA INS P1 P2 P3. */
export const HEADER_OCTETS = 5;
/** The procedure octet that asks for patience. */
export const NULL = 0x60;

/** How the card behaves on the line. */
export interface T0CardOptions {
  /**
   * How often '60' is sent before the card goes on with a command. The embedder knows how long its
   * work takes; without this, never.
   *
   * @param header CLA INS P1 P2 P3
   */
  readonly nulls?: (header: Uint8Array) => number;
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
    if (tpdu.length === HEADER_OCTETS) {
      const nulls = new Uint8Array(this.#options.nulls?.(tpdu) ?? 0).fill(NULL);
      return concat(
        nulls,
        this.#bringsData(tpdu) ? this.#acknowledge(tpdu[1]!) : this.#answer(tpdu),
      );
    }
    if (tpdu.length === HEADER_OCTETS + tpdu[4]!) return this.#answer(tpdu);
    return this.#options.acknowledge === 'one' ? this.#acknowledge(tpdu[1]!) : NOTHING;
  }

  #bringsData(header: Uint8Array): boolean {
    return header[4] !== 0 && (this.#options.bringsData?.(header) ?? isOfCase3Or4(header));
  }

  #acknowledge(ins: number): Uint8Array {
    return Uint8Array.of(this.#options.acknowledge === 'one' ? ins ^ 0xff : ins);
  }

  #answer(tpdu: Uint8Array): Uint8Array {
    this.#tpdu = [];
    const ins = tpdu[1]!;
    if (isIllegalInstruction(ins)) return Uint8Array.of(0x6d, 0x00);
    const response = this.#card.transmit(tpdu);
    const data = response.subarray(0, Math.max(0, response.length - 2));
    if (data.length === 0) return response;
    const expected = tpdu.length > HEADER_OCTETS ? 0 : tpdu[4] || 256;
    // The terminal counts on P3 octets. A card that gives others cannot be put on this line.
    if (data.length !== expected) return Uint8Array.of(0x6f, 0x00);
    if (this.#options.acknowledge !== 'one') return concat(this.#acknowledge(ins), response);
    const each = Array.from(data, (octet) => [ins ^ 0xff, octet]).flat();
    return Uint8Array.of(...each, ...response.subarray(data.length));
  }
}
