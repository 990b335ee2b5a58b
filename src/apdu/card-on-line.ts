/**
 * A card behind its contacts: a reset, then characters.
 *
 *     reset ──> ATR ──┬── 'FF' …  PPS, answered once ──┬──> T=0 or T=1, until the next reset
 *                     └── any other octet ─────────────┘
 *
 * A PPS that the card does not answer leaves it mute until it is reset. Cold and warm reset are the
 * same here: what is volatile is gone, in the card and on the line.
 *
 * @see ISO/IEC 7816-3 §6.2, §8, §9; ETSI TS 102 221 §6.4
 * @module
 */

import { concat } from '../bytes/octets.ts';
import { type Atr, decodeAtr } from './atr.ts';
import type { SynchronousCard } from './connection.ts';
import { type CardEnd, NOTHING } from './line.ts';
import { answerPps, PPSS, parametersOf, ppsLength, type TransmissionParameters } from './pps.ts';
import { T0Card, type T0CardOptions } from './t0-card.ts';
import { t1ParametersOf } from './t1-block.ts';
import { T1Card, type T1CardOptions } from './t1-card.ts';

/** How the card behaves on the line, by T=0 and by T=1. */
export type CardOnLineOptions = T0CardOptions & T1CardOptions;

/** Where the card stands since its last reset. */
type State =
  | { readonly is: 'off' }
  | { readonly is: 'fresh' }
  | { readonly is: 'pps'; readonly octets: readonly number[] }
  | { readonly is: 'mute' }
  | { readonly is: 'open'; readonly end: CardEnd };

/**
 * A card that speaks in characters: what a reader, a modem or a line in the same process needs.
 *
 * @see ISO/IEC 7816-3 §8, §9, §10, §11
 * @example
 * ```ts
 * import { CardOnLine, createUicc, fromHex, toHex } from 'vuicc';
 *
 * const card = new CardOnLine(createUicc());
 * card.reset();
 * const answer = [
 *   card.receive(fromHex('FF109679')), // PPS: T=0, F 512, D 32
 *   card.receive(fromHex('00A40004023F00')), // A card takes octets in whatever parts they come.
 * ].map(toHex);
 * if (answer.join() !== 'ff109679,a46122') throw new Error('PPS, then procedure octets');
 * ```
 */
export class CardOnLine implements CardEnd {
  readonly #card: SynchronousCard;
  readonly #options: CardOnLineOptions;
  #atr: Atr | undefined;
  #parameters: TransmissionParameters | undefined;
  #state: State = { is: 'off' };

  /** @param card kept; without power until {@link reset} */
  constructor(card: SynchronousCard, options: CardOnLineOptions = {}) {
    this.#card = card;
    this.#options = options;
  }

  /**
   * Resets the card, cold or warm: protocol and speed are those of the ATR again.
   *
   * @returns the ATR, 2 to 33 octets
   * @throws {DecodeError} the card's ATR makes no sense
   */
  reset(): Uint8Array {
    const octets = this.#card.reset();
    this.#atr = decodeAtr(octets);
    this.#parameters = parametersOf(this.#atr);
    this.#state = { is: 'fresh' };
    return octets;
  }

  /**
   * What counts on the line now.
   *
   * @throws {TypeError} the card was never reset
   */
  get parameters(): TransmissionParameters {
    if (this.#parameters === undefined) throw new TypeError('card: expected a reset before');
    return this.#parameters;
  }

  receive(octets: Uint8Array): Uint8Array {
    return concat(...Array.from(octets, (octet) => this.#take(octet)));
  }

  quiet(): Uint8Array {
    if (this.#state.is === 'pps') this.#state = { is: 'mute' };
    return this.#state.is === 'open' ? this.#state.end.quiet() : NOTHING;
  }

  #take(octet: number): Uint8Array {
    const state = this.#state;
    if (state.is === 'open') return state.end.receive(Uint8Array.of(octet));
    if (state.is === 'pps') return this.#takePps([...state.octets, octet]);
    if (state.is !== 'fresh') return NOTHING;
    if (octet === PPSS) return this.#takePps([octet]);
    return this.#open().receive(Uint8Array.of(octet));
  }

  #takePps(octets: readonly number[]): Uint8Array {
    const pps0 = octets[1];
    this.#state = { is: 'pps', octets };
    if (pps0 === undefined || octets.length < ppsLength(pps0)) return NOTHING;
    const answer = answerPps(Uint8Array.from(octets), this.#atr!);
    this.#state = { is: 'mute' };
    if (answer === undefined) return NOTHING;
    this.#parameters = answer.parameters;
    this.#open();
    return answer.answer;
  }

  #open(): CardEnd {
    const end =
      this.parameters.protocol === 1
        ? new T1Card(this.#card, t1ParametersOf(this.#atr!), this.#options)
        : new T0Card(this.#card, this.#options);
    this.#state = { is: 'open', end };
    return end;
  }
}
