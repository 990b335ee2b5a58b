/**
 * Taking turns on a link: what has begun ends before the next thing begins.
 *
 *     first  ├──────┤
 *     second        ├────┤       asked for at any time before
 *
 * A card answers one command before it takes another. Who does not wait for an answer must not
 * thereby put two commands on the line.
 *
 * @see ISO/IEC 7816-3 §12.1
 * @module
 */

/** A queue of one link. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does something when all that was asked for before has ended, well or not.
   *
   * @returns what it gives; rejects with what it throws
   */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
