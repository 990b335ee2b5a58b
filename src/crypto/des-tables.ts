/**
 * The tables of DES: the standard's own, and the eight that a round looks things up in.
 *
 *     6 bits of R, XORed with the round key -> S -> 4 bits -> P -> spread over 32 bits
 *
 * What S and P do to 6 bits is one lookup in a table of 64 words, made from the tables as the
 * standard prints them. Bits are counted as there: from 1, most significant first.
 *
 * @see FIPS 46-3, Appendix 1 (S1 to S8, P, key schedule)
 * @module
 */

/** S1 to S8: four rows of 16 columns, a hex digit for each. */
const S: readonly string[] = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
];

/** P: which bit of what the eight S-boxes gave comes first, second and so on. */
const P: readonly number[] = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13,
  30, 6, 22, 11, 4, 25,
];

/** Permuted choice 1: which bits of the key are C (28 bits), then D (28 bits). No parity bit is. */
export const PC1: readonly number[] = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60,
  52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21,
  13, 5, 28, 20, 12, 4,
];

/** Permuted choice 2: which bits of C and D are the round key, 6 for each S-box. */
export const PC2: readonly number[] = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52,
  31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

/** By how many bits C and D are rotated left before each of the 16 rounds. */
export const ROTATIONS: readonly number[] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

/**
 * Makes the table of an S-box: what S and P make of six bits.
 *
 * @param box 1 to 8
 * @returns 64 words, rotated left by one as a round keeps its halves
 * @see FIPS 46-3, Appendix 1 (S1 to S8, P)
 */
export function makeSpTable(box: number): Int32Array {
  const digits = S[box - 1]!;
  const table = new Int32Array(64);
  for (let six = 0; six < 64; six++) {
    const row = ((six >> 4) & 2) | (six & 1);
    const column = (six >> 1) & 15;
    const four = Number.parseInt(digits[16 * row + column]!, 16);
    const before = four << (32 - 4 * box);
    const word = P.reduce((after, bit) => (after << 1) | ((before >>> (32 - bit)) & 1), 0);
    table[six] = (word << 1) | (word >>> 31);
  }
  return table;
}
