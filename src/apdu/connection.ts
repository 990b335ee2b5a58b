/**
 * A card as its counterpart sees it: one C-APDU in, one R-APDU out.
 *
 * The emulator, a reader, a socket and a recorded trace have this shape, and so have the wrappers
 * that log or damage traffic. The virtual ME and the trace player know nothing else of a card.
 *
 * @see ISO/IEC 7816-3 §8, §12.1
 * @module
 */

import { copyOf } from '../bytes/octets.ts';

/**
 * The asynchronous border to a card.
 *
 * @see ISO/IEC 7816-3 §8, §12.1
 */
export interface CardConnection {
  /**
   * Resets the card and waits for its answer.
   *
   * @returns the ATR, 2 to 33 octets
   * @throws {ConnectionLost} the card or the link is gone
   * @see ISO/IEC 7816-3 §8
   */
  reset(): Promise<Uint8Array>;

  /**
   * Sends one command and waits for its response. '61XX' and '6CXX' are answers like any other.
   *
   * @param command C-APDU, 4 octets or more
   * @returns R-APDU, 2 octets or more; SW1 SW2 are the last two
   * @throws {ConnectionLost} the card or the link is gone; a refusal by the card is an R-APDU
   * @see ISO/IEC 7816-3 §12.1
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
}

/** The same without waiting: a card in the same process. */
export interface SynchronousCard {
  /** Resets the card. Returns the ATR, 2 to 33 octets. */
  reset(): Uint8Array;
  /** Answers one C-APDU with an R-APDU. Never throws for what the octets are. */
  transmit(command: Uint8Array): Uint8Array;
}

/** A card that a reader switches on and off. */
export interface ReaderCard extends SynchronousCard {
  /** The ATR, 2 to 33 octets, without a reset. */
  readonly atr: Uint8Array;
  /** Takes the power away: what is volatile is gone, and no command is answered until a reset. */
  powerOff(): void;
}

/**
 * The card or the link to it is gone.
 *
 * @see ISO/IEC 7816-3 §12.1
 * @example
 * ```ts
 * import { ConnectionLost } from 'vuicc';
 *
 * if (new ConnectionLost('reader unplugged').name !== 'ConnectionLost') throw new Error('named');
 * ```
 */
export class ConnectionLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionLost';
  }
}

/**
 * Gives a card in the same process the shape of a connection.
 *
 * @param card any synchronous card; kept
 * @see ISO/IEC 7816-3 §12.1
 * @example
 * ```ts
 * import { connect } from 'vuicc';
 *
 * const silent = { reset: () => Uint8Array.of(0x3b, 0), transmit: () => Uint8Array.of(0x90, 0) };
 * const response = await connect(silent).transmit(Uint8Array.of(0, 0xa4, 0, 4));
 * if (response.length !== 2) throw new Error('SW1 SW2');
 * ```
 */
export function connect(card: SynchronousCard): CardConnection {
  return {
    reset: async () => card.reset(),
    transmit: async (command) => card.transmit(command),
  };
}

/** One exchange with a card, as an observer sees it. */
export type Exchange =
  | { readonly kind: 'reset'; readonly atr: Uint8Array }
  | { readonly kind: 'apdu'; readonly command: Uint8Array; readonly response: Uint8Array };

/**
 * Reports every exchange, in order, and changes nothing.
 *
 * @param observe called after each exchange with copies that it may keep
 * @see ISO/IEC 7816-3 §12.1
 * @example
 * ```ts
 * import { createUicc, fromHex, traced } from 'vuicc';
 *
 * let exchanges = 0;
 * const card = traced(createUicc(), () => {
 *   exchanges++;
 * });
 * card.reset();
 * card.transmit(fromHex('80F2000C00'));
 * if (exchanges !== 2) throw new Error('a reset and a command');
 * ```
 */
export function traced(
  card: SynchronousCard,
  observe: (exchange: Exchange) => void,
): SynchronousCard {
  return {
    reset() {
      const atr = card.reset();
      observe({ kind: 'reset', atr: copyOf(atr) });
      return atr;
    },
    transmit(command) {
      const response = card.transmit(command);
      observe({ kind: 'apdu', command: copyOf(command), response: copyOf(response) });
      return response;
    },
  };
}

/** What a {@link faulty} link does to one exchange, counted from 0 over commands and resets. */
export type Fault = 'command-lost' | 'response-lost' | 'none';

/**
 * Breaks the link where the plan says so: before the card sees the command, or after its answer.
 *
 * @param plan asked once for each exchange
 */
export function faulty(card: SynchronousCard, plan: (index: number) => Fault): SynchronousCard {
  let index = 0;
  const run = (exchange: () => Uint8Array): Uint8Array => {
    const at = index++;
    const fault = plan(at);
    if (fault === 'command-lost') throw new ConnectionLost(`exchange ${at}: the command was lost`);
    const answer = exchange();
    if (fault === 'response-lost')
      throw new ConnectionLost(`exchange ${at}: the response was lost`);
    return answer;
  };
  return {
    reset: () => run(() => card.reset()),
    transmit: (command) => run(() => card.transmit(command)),
  };
}
