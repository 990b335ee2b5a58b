/**
 * What a definition of an elementary file says.
 *
 *     EF_LOCI = name, FID, SFI, structure, clause    where it is found, on the card and in the text
 *             + decode, encode                       contents to value and back
 *             + vectors                              its proof
 *
 * Contents are one whole transparent EF, one record, or all objects of a BER-TLV EF. One scheme
 * holds for what is not used:
 * `decode` takes contents with 'FF' behind what it needs, `encode` gives as many octets as `size`
 * says and fills with 'FF'. Lists of PLMNs with access technology fill with their own empty entry,
 * service tables with '00', because 'FF' would make every service available.
 *
 * @see docs/architecture.md, "Declared and written"
 * @module
 */

/** How an EF is organised. */
export type EfStructure = 'transparent' | 'linear' | 'cyclic' | 'ber-tlv';

/** Contents of an EF, or of one of its records: octets to value and back. */
export interface EfCodec<T> {
  /**
   * @param octets not kept
   * @throws {DecodeError} the octets cannot be such contents
   */
  decode(octets: Uint8Array): T;
  /**
   * @param size of the EF or its record, in octets; left out: the fewest that hold the value
   * @returns `size` octets
   * @throws {RangeError} the value does not fit its field, or all of it does not fit `size`
   */
  encode(value: T, size?: number): Uint8Array;
}

/** Contents as hex, and their value. `encode` with the length of the hex gives the same hex. */
export type EfVector<T> = readonly [hex: string, value: T];

/** An elementary file, declared. */
export interface EfDefinition<T> extends EfCodec<T> {
  /** As the standard names it, `EF_LOCI`. */
  readonly name: string;
  /** 16 bits. */
  readonly fid: number;
  /** 1 to 30; `undefined` when the standard gives none. */
  readonly sfi: number | undefined;
  readonly structure: EfStructure;
  /** Document and clause. */
  readonly clause: string;
  readonly vectors: readonly EfVector<T>[];
}

/** Where an EF is found: what files of one form differ in. */
export type EfPlace = Pick<EfDefinition<unknown>, 'name' | 'fid' | 'sfi' | 'clause'>;
