/**
 * What a decoder throws when octets make no sense.
 *
 * @see docs/architecture.md, "Errors"
 * @module
 */

/**
 * Octets that cannot be what they are taken for.
 *
 * Nothing else leaves a decoder, whatever the octets. The message names the field and the octet, so
 * that it can be shown to a person as it is; it never holds the octets themselves.
 *
 * @see docs/architecture.md, "Errors"
 * @example
 * ```ts
 * import { DecodeError, fromHex } from 'vuicc';
 *
 * try {
 *   fromHex('3g');
 * } catch (error) {
 *   if (!(error instanceof DecodeError)) throw error;
 *   if (error.offset !== 1) throw new Error(`offset ${error.offset}`);
 * }
 * ```
 */
export class DecodeError extends Error {
  /** The field, by the names of the standard, outermost first: `command packet/CNTR`. */
  readonly path: string;
  /** Where the field starts, in octets (for text: characters) from the start of the whole. */
  readonly offset: number;
  /** What was expected and what was found. */
  readonly problem: string;

  constructor(path: string, offset: number, problem: string) {
    super(`${path} at ${offset}: ${problem}`);
    this.name = 'DecodeError';
    this.path = path;
    this.offset = offset;
    this.problem = problem;
  }
}

/** Runs a decoder; `undefined` when the octets make no sense. */
export function understood<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
