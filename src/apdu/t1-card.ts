/**
 * T=1 from the card's side: answers each block with a block.
 *
 *     I(0, more) ──>  R(1)           parts of a command, as long as M is set
 *     I(1)       ──>  S(WTX) …       the card may ask for time, or for longer blocks (IFS)
 *                     I(0, more)     parts of the response, each after R with the next number
 *
 * A block that is damaged, or is none that fits, gets an R-block with the number that the card
 * expects. The card starts nothing and counts no failures: that is the terminal's part.
 *
 * @see ISO/IEC 7816-3 §11.6
 * @module
 */

import { concat } from '../bytes/octets.ts';
import type { SynchronousCard } from './connection.ts';
import { type CardEnd, NOTHING } from './line.ts';
import {
  after,
  edcLength,
  encodeT1Block,
  type IBlock,
  IFS_DEFAULT,
  INF_MAX,
  PROLOGUE_OCTETS,
  type RBlock,
  receiveT1Block,
  type SBlock,
  type SequenceNumber,
  type T1Block,
  type T1Parameters,
} from './t1-block.ts';

/** A C-APDU of extended length has no more octets. */
const COMMAND_MAX = 65_544;

/** How the card behaves on the line. */
export interface T1CardOptions {
  /**
   * The multiples of the block waiting time that the card asks for before it goes on with a
   * command, one S(WTX request) each. The embedder knows how long its work takes.
   *
   * @param command the C-APDU
   * @returns numbers from 1 to 255; none for no request
   */
  readonly waitingTimes?: (command: Uint8Array) => readonly number[];
  /** An IFSC that the card announces before its first response, 1 to 254. */
  readonly ifsc?: number;
  /** The most octets of a command; a chain beyond it is aborted. 65544 when left out. */
  readonly commandMax?: number;
}

/** A card on a T=1 line, from the end of its ATR or PPS to the next reset. */
export class T1Card implements CardEnd {
  readonly #card: SynchronousCard;
  readonly #parameters: T1Parameters;
  readonly #options: T1CardOptions;

  /** What is there of a block; from damage on nothing is taken until the line is quiet. */
  #input: number[] | 'damaged' = [];
  /** N(S) of the card's next I-block. */
  #next: SequenceNumber = 0;
  /** N(S) of the terminal's next I-block. */
  #expected: SequenceNumber = 0;
  /** What the card takes in one block. */
  #ifsc: number;
  /** What the terminal takes in one block. */
  #ifsd = IFS_DEFAULT;
  #isIfscAnnounced = false;
  #command: Uint8Array = NOTHING;
  /** What is left of the response, the part that was sent last included. */
  #response: Uint8Array = NOTHING;
  #sentPart: IBlock | undefined;
  /** Requests of the card that come before its response; the first is out. */
  #requests: SBlock[] = [];
  /** The command that waits for the requests to be answered. */
  #complete: Uint8Array | undefined;

  /**
   * @param card kept; gets whole C-APDUs, and a reset from nobody here
   * @throws {RangeError} the IFSC of the options is not 1 to 254
   */
  constructor(card: SynchronousCard, parameters: T1Parameters, options: T1CardOptions = {}) {
    const { ifsc } = options;
    if (ifsc !== undefined && (!Number.isInteger(ifsc) || ifsc < 1 || ifsc > INF_MAX)) {
      throw new RangeError(`ifsc: expected 1 to ${INF_MAX}, got ${ifsc}`);
    }
    this.#card = card;
    this.#parameters = parameters;
    this.#options = options;
    this.#ifsc = parameters.ifsc;
  }

  receive(octets: Uint8Array): Uint8Array {
    return concat(...Array.from(octets, (octet) => this.#take(octet)));
  }

  /** Octets without an end are a damaged block; now the card may say so. */
  quiet(): Uint8Array {
    if (this.#input.length === 0) return NOTHING;
    const isEdc = this.#input === 'damaged';
    this.#input = [];
    return this.#encode(this.#refuse(isEdc ? 'edc' : 'other'));
  }

  /** A whole block is answered at once. After a damaged one nobody knows where the next begins. */
  #take(octet: number): Uint8Array {
    if (this.#input === 'damaged') return NOTHING;
    this.#input.push(octet);
    const length = this.#input[2];
    const { edc } = this.#parameters;
    if (length === undefined) return NOTHING;
    if (this.#input.length < PROLOGUE_OCTETS + length + edcLength(edc)) return NOTHING;
    const block = receiveT1Block(Uint8Array.from(this.#input), edc);
    this.#input = block === 'edc' ? 'damaged' : [];
    if (block === 'edc') return NOTHING;
    return this.#encode(block === 'other' ? this.#refuse('other') : this.#answer(block));
  }

  #encode(block: T1Block): Uint8Array {
    return encodeT1Block(block, this.#parameters.edc);
  }

  /** While a request of the card is out, the card repeats that instead. */
  #refuse(error: RBlock['error']): T1Block {
    return this.#requests[0] ?? { kind: 'R', sequence: this.#expected, error };
  }

  #answer(block: T1Block): T1Block {
    if (block.kind === 'S') return block.isResponse ? this.#onResponse(block) : this.#serve(block);
    if (this.#requests.length > 0) return this.#refuse('other');
    return block.kind === 'I' ? this.#onPart(block) : this.#onRequestForPart(block);
  }

  #onPart(block: IBlock): T1Block {
    const isMidResponse = this.#sentPart?.more === true;
    const isTooLong = block.inf.length > this.#ifsc;
    if (block.sequence !== this.#expected || isMidResponse || isTooLong) {
      return this.#refuse('other');
    }
    this.#expected = after(this.#expected);
    this.#command = concat(this.#command, block.inf);
    if (this.#command.length > (this.#options.commandMax ?? COMMAND_MAX)) {
      return this.#ask({ kind: 'S', about: 'abort', isResponse: false });
    }
    if (block.more) return { kind: 'R', sequence: this.#expected, error: 'none' };
    this.#complete = this.#command;
    this.#command = NOTHING;
    this.#requests = this.#requestsBefore(this.#complete);
    return this.#goOn();
  }

  #requestsBefore(command: Uint8Array): SBlock[] {
    const times = this.#options.waitingTimes?.(command) ?? [];
    const { ifsc } = this.#options;
    const wtx = times.map(
      (value): SBlock => ({ kind: 'S', about: 'wtx', isResponse: false, value }),
    );
    if (ifsc === undefined || this.#isIfscAnnounced) return wtx;
    return [{ kind: 'S', about: 'ifs', isResponse: false, value: ifsc }, ...wtx];
  }

  #ask(request: SBlock): SBlock {
    this.#requests = [request];
    return request;
  }

  /** The next request, or the card's response when none is left. */
  #goOn(): T1Block {
    if (this.#requests[0] !== undefined) return this.#requests[0];
    if (this.#complete === undefined) return this.#refuse('none');
    this.#response = this.#card.transmit(this.#complete);
    this.#complete = undefined;
    return this.#sendPart();
  }

  #sendPart(): IBlock {
    const inf = this.#response.slice(0, this.#ifsd);
    const more = this.#response.length > inf.length;
    this.#sentPart = { kind: 'I', sequence: this.#next, more, inf };
    this.#next = after(this.#next);
    return this.#sentPart;
  }

  /** An R-block with the number of the last part wants it again; with the other, the next. */
  #onRequestForPart(block: RBlock): T1Block {
    const sent = this.#sentPart;
    if (sent?.sequence === block.sequence) return sent;
    if (sent?.more !== true) return this.#refuse('none');
    this.#response = this.#response.subarray(sent.inf.length);
    return this.#sendPart();
  }

  #onResponse(block: SBlock): T1Block {
    const asked = this.#requests[0];
    if (asked?.about !== block.about || asked.value !== block.value) return this.#refuse('other');
    this.#requests.shift();
    if (block.about === 'ifs') {
      this.#ifsc = block.value!;
      this.#isIfscAnnounced = true;
    }
    if (block.about === 'abort') this.#drop();
    return this.#goOn();
  }

  #serve(block: SBlock): T1Block {
    if (block.about === 'wtx') return this.#refuse('other'); // Only the card asks for time.
    if (block.about === 'ifs') this.#ifsd = block.value!;
    if (block.about === 'abort') this.#drop();
    if (block.about === 'resynch') this.#resynchronise();
    return { ...block, isResponse: true };
  }

  /** Nothing is left of the chain, of either direction; numbers go on. */
  #drop(): void {
    this.#command = NOTHING;
    this.#response = NOTHING;
    this.#complete = undefined;
    this.#requests = [];
    this.#sentPart = undefined;
  }

  #resynchronise(): void {
    this.#drop();
    this.#next = 0;
    this.#expected = 0;
    this.#ifsd = IFS_DEFAULT;
    this.#ifsc = this.#parameters.ifsc;
    this.#isIfscAnnounced = false;
  }
}
