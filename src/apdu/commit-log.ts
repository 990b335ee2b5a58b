/**
 * Where a card's commits go: the border between the card, which has no storage, and its keeper.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

/**
 * Takes the commits of one card, in order.
 *
 * A commit is one octet string, whole or not there: a store that can be cut in the middle of an
 * append has to recognise the damaged tail when it is read again.
 */
export interface CommitLog {
  /**
   * Stores one commit.
   *
   * @param commit octets whose meaning is the card's; may be kept
   * @returns false when it could not be stored; the card then answers '6581' and stays as it was
   */
  append(commit: Uint8Array): boolean;
}
