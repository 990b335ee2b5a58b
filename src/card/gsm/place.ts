/**
 * Where the terminal of class A0 stands, in FIDs: the view of the SIM is made anew for each
 * command, so nothing here can go stale.
 *
 * @see 3GPP TS 51.011 §6.5; docs/architecture.md, "The card seen as a SIM"
 * @module
 */

/** The current directory, EF and record. */
export interface SimPlace {
  /** FIDs from the MF down; none for the MF. */
  readonly path: readonly number[];
  readonly ef: number | undefined;
  /** Record pointer, counted from 1. */
  readonly record: number | undefined;
}

/** Where it stands after a reset. */
export const AT_MF: SimPlace = { path: [], ef: undefined, record: undefined };
