/**
 * Where a card's commits go: the border between the card, which has no storage, and its keeper.
 *
 *     command ─▶ commit ─▶ append … ─▶ flush ─▶ R-APDU
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
   * Takes one commit.
   *
   * @param commit octets whose meaning is the card's; may be kept
   * @returns false when it could not be stored; the card then answers '6581' and stays as it was
   */
  append(commit: Uint8Array): boolean;

  /**
   * Makes sure of the commits since the last time, before the answer to their command leaves. A
   * log without it has made sure of each in `append`.
   *
   * @param atRest writes the card at rest, all commits in it: a log that has grown long may begin
   *   anew with it
   * @returns false when they are not certain; the card then goes back to what it was before the
   *   command, answers '6581' and loses its power
   */
  flush?(atRest: () => Uint8Array): boolean;
}

/** What a keeper gives back of a card. Secret. */
export interface KeptState {
  /** The card at rest, as `atRest` wrote it; `undefined` for a new card. */
  readonly base: Uint8Array | undefined;
  /** Those behind it, in order. */
  readonly commits: readonly Uint8Array[];
}
