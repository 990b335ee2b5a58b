/**
 * T=1 from the terminal's side: cuts a C-APDU into blocks, joins the R-APDU, mends what broke.
 *
 *     what comes back                    what is sent
 *     R with the next number             the next part
 *     R with the number of the last      the last part again            a failure
 *     I with the number that is due      R for the next part, or it is the end
 *     S(WTX), S(IFS), S(ABORT) request   the response
 *     nothing, damage, anything else     R with the number that is due  a failure
 *
 * Progress forgets failures. More than three in a row, and the terminal asks for S(RESYNCH), three
 * times: then the numbers begin again, and whether the card has done the command is not known. A
 * command is therefore not sent again here.
 *
 * @see ISO/IEC 7816-3 §11.6
 * @module
 */

import { concat, copyOf } from '../bytes/octets.ts';
import { type LineProcedure, type LineResult, NOTHING, request } from './line.ts';
import {
  after,
  edcLength,
  encodeT1Block,
  type IBlock,
  IFS_DEFAULT,
  INF_MAX,
  PROLOGUE_OCTETS,
  type RBlock,
  type ReceivedBlock,
  receiveT1Block,
  type SBlock,
  type SequenceNumber,
  type T1Block,
  type T1Parameters,
} from './t1-block.ts';

const ATTEMPTS = 3;
const EXTENSIONS_MAX = 1024;
/** An R-APDU of extended length has no more octets. */
const RESPONSE_MAX = 65_538;

/** Why a command over T=1 came to nothing. The card may have done it, or a part of its work. */
export type T1Failure =
  /** Not even S(RESYNCH request) is answered: reset the card. */
  | 'unresponsive'
  /** The card is in step again; what became of the command is not known. */
  | 'resynchronised'
  /** The card wanted no more of the command: S(ABORT request). */
  | 'aborted'
  /** The response had no end and was aborted. */
  | 'response-too-long'
  /** The card asked for time, or for another IFS, more often than is allowed. */
  | 'too-many-requests';

/** What the terminal asks for and how patient it is. */
export interface T1TerminalOptions {
  /** What the terminal takes in one block, 1 to 254; announced before the first command. */
  readonly ifsd?: number;
  /** How many S-requests of the card are borne in one command; 1024 when left out. */
  readonly requestsMax?: number;
  /** The most octets of a response; 65538 when left out. */
  readonly responseMax?: number;
}

/** One command on its way. */
interface Dialogue {
  /** What is left of the command behind the part that was sent last. */
  left: Uint8Array;
  /** The part that was sent last, until the card has it for sure. */
  part: IBlock | undefined;
  readonly response: Uint8Array[];
  /** Octets of the response, an empty part counted as one: nothing comes for ever. */
  weight: number;
  requests: number;
  isAborted: boolean;
}

/** What to do about a block. */
type Reaction =
  | { readonly is: 'progress'; readonly send: T1Block; readonly times?: number }
  | { readonly is: 'failure'; readonly send: T1Block }
  | { readonly is: 'response' }
  | { readonly is: 'end'; readonly failure: T1Failure };

/**
 * A terminal on a T=1 line, from the end of the ATR or PPS to the next reset.
 *
 * @see ISO/IEC 7816-3 §11.6
 * @example
 * ```ts
 * import { CardOnLine, decodeAtr, fromHex, runOnLine, T1Terminal, t1ParametersOf } from 'vuicc';
 *
 * const atr = fromHex('3B8001 81'); // TD1 offers T=1 alone
 * const deaf = { reset: () => atr, transmit: () => fromHex('6D00') };
 * const card = new CardOnLine(deaf);
 * const terminal = new T1Terminal(t1ParametersOf(decodeAtr(card.reset())));
 * const result = runOnLine(terminal.transmit(fromHex('00A4000C023F00')), card);
 * if (!result.ok || result.value[0] !== 0x6d) throw new Error('by blocks');
 * ```
 */
export class T1Terminal {
  readonly #parameters: T1Parameters;
  readonly #options: T1TerminalOptions;
  #next: SequenceNumber = 0;
  #expected: SequenceNumber = 0;
  #ifsc: number;
  #ifsd: number = IFS_DEFAULT;

  /** @throws {RangeError} the IFSD of the options is not 1 to 254 */
  constructor(parameters: T1Parameters, options: T1TerminalOptions = {}) {
    const { ifsd } = options;
    if (ifsd !== undefined && (!Number.isInteger(ifsd) || ifsd < 1 || ifsd > INF_MAX)) {
      throw new RangeError(`ifsd: expected 1 to ${INF_MAX}, got ${ifsd}`);
    }
    this.#parameters = parameters;
    this.#options = options;
    this.#ifsc = parameters.ifsc;
  }

  /**
   * Carries one C-APDU. One at a time: the next begins when this has ended.
   *
   * @param command octets of a C-APDU; copied
   * @returns the R-APDU as the card gives it, or why there is none
   */
  *transmit(command: Uint8Array): LineProcedure<LineResult<Uint8Array, T1Failure>> {
    const wanted = this.#options.ifsd;
    if (wanted !== undefined && wanted !== this.#ifsd) {
      const isAgreed = yield* this.#supervise({
        kind: 'S',
        about: 'ifs',
        isResponse: false,
        value: wanted,
      });
      if (!isAgreed) return yield* this.#giveUp('resynchronised');
      this.#ifsd = wanted;
    }
    const dialogue: Dialogue = {
      left: copyOf(command),
      part: undefined,
      response: [],
      weight: 0,
      requests: 0,
      isAborted: false,
    };
    return yield* this.#converse(dialogue);
  }

  *#converse(dialogue: Dialogue): LineProcedure<LineResult<Uint8Array, T1Failure>> {
    let send: T1Block = this.#nextPart(dialogue);
    let failures = 0;
    let times = 1;
    for (;;) {
      const reaction = this.#react(yield* this.#exchange(send, times), dialogue);
      if (reaction.is === 'response') return { ok: true, value: concat(...dialogue.response) };
      if (reaction.is === 'end') return yield* this.#end(reaction.failure);
      // A part that is wanted after an R of ours was lost before that R: it is counted already.
      const isCounted = reaction.send.kind === 'I' && send.kind === 'R';
      failures = reaction.is === 'progress' ? 0 : failures + (isCounted ? 0 : 1);
      if (failures > ATTEMPTS) return yield* this.#giveUp('resynchronised');
      times = reaction.is === 'progress' ? (reaction.times ?? 1) : 1;
      send = reaction.send;
    }
  }

  /** Sends a block and waits for one. */
  *#exchange(block: T1Block, times: number): LineProcedure<ReceivedBlock> {
    const { edc } = this.#parameters;
    const sent = encodeT1Block(block, edc);
    const head = yield* request(sent, PROLOGUE_OCTETS, 'block-waiting-time', times);
    if (head === undefined) return 'other';
    const tail = yield* request(NOTHING, head[2]! + edcLength(edc), 'character-waiting-time');
    return tail === undefined ? 'other' : receiveT1Block(concat(head, tail), edc);
  }

  #react(block: ReceivedBlock, dialogue: Dialogue): Reaction {
    if (block === 'edc' || block === 'other') return this.#failure(block);
    if (block.kind === 'R') return this.#onR(block, dialogue);
    if (block.kind === 'S') return this.#onS(block, dialogue);
    return this.#onI(block, dialogue);
  }

  #failure(error: RBlock['error'] = 'other'): Reaction {
    return { is: 'failure', send: { kind: 'R', sequence: this.#expected, error } };
  }

  #onR(block: RBlock, dialogue: Dialogue): Reaction {
    const { part, isAborted } = dialogue;
    if (isAborted) {
      this.#next = block.sequence; // Whether the card counted the last part is only known now.
      return { is: 'end', failure: 'aborted' };
    }
    if (part === undefined) return this.#failure();
    if (block.sequence === part.sequence) return { is: 'failure', send: part };
    if (!part.more) return this.#failure(); // It has all; its answer was lost.
    return { is: 'progress', send: this.#nextPart(dialogue) };
  }

  #onI(block: IBlock, dialogue: Dialogue): Reaction {
    const isDue = !dialogue.isAborted && dialogue.part?.more !== true;
    if (!isDue || block.sequence !== this.#expected || block.inf.length > this.#ifsd) {
      return this.#failure();
    }
    this.#expected = after(this.#expected);
    dialogue.part = undefined;
    dialogue.response.push(block.inf);
    dialogue.weight += Math.max(1, block.inf.length);
    if (dialogue.weight > (this.#options.responseMax ?? RESPONSE_MAX)) {
      return { is: 'end', failure: 'response-too-long' };
    }
    if (!block.more) return { is: 'response' };
    return { is: 'progress', send: { kind: 'R', sequence: this.#expected, error: 'none' } };
  }

  #onS(block: SBlock, dialogue: Dialogue): Reaction {
    if (block.isResponse || block.about === 'resynch') return this.#failure();
    dialogue.requests += 1;
    if (dialogue.requests > (this.#options.requestsMax ?? EXTENSIONS_MAX)) {
      return { is: 'end', failure: 'too-many-requests' };
    }
    const send: SBlock = { ...block, isResponse: true };
    if (block.about === 'wtx') return { is: 'progress', send, times: block.value! };
    if (block.about === 'ifs') this.#ifsc = block.value!;
    if (block.about === 'abort') dialogue.isAborted = true;
    return { is: 'progress', send };
  }

  #nextPart(dialogue: Dialogue): IBlock {
    const inf = dialogue.left.slice(0, this.#ifsc);
    dialogue.left = dialogue.left.subarray(inf.length);
    const more = dialogue.left.length > 0;
    dialogue.part = { kind: 'I', sequence: this.#next, more, inf };
    this.#next = after(this.#next);
    return dialogue.part;
  }

  /** Leaves the card ready for the next command, or gone. */
  *#end(failure: T1Failure): LineProcedure<LineResult<never, T1Failure>> {
    if (failure === 'too-many-requests') return yield* this.#giveUp(failure);
    if (failure === 'response-too-long') {
      const isDone = yield* this.#supervise({ kind: 'S', about: 'abort', isResponse: false });
      if (!isDone) return yield* this.#giveUp(failure);
    }
    return { ok: false, failure };
  }

  /** Begins anew: numbers, and what each side takes in one block. */
  *#giveUp(failure: T1Failure): LineProcedure<LineResult<never, T1Failure>> {
    const isDone = yield* this.#supervise({ kind: 'S', about: 'resynch', isResponse: false });
    if (!isDone) return { ok: false, failure: 'unresponsive' };
    this.#next = 0;
    this.#expected = 0;
    this.#ifsc = this.#parameters.ifsc;
    this.#ifsd = IFS_DEFAULT;
    return { ok: false, failure };
  }

  /** Sends a request of the terminal until it is answered, three times at most. */
  *#supervise(asked: SBlock): LineProcedure<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const block = yield* this.#exchange(asked, 1);
      const isAnswer =
        typeof block === 'object' &&
        block.kind === 'S' &&
        block.isResponse &&
        block.about === asked.about &&
        block.value === asked.value;
      if (isAnswer) return true;
    }
    return false;
  }
}
