/**
 * The AES block cipher on four little-endian words.
 *
 *     s0 = octets 0 to 3, the first in b8 to b1       s1, s2, s3 likewise
 *
 * A round is sixteen look-ups: each octet of the state gives the column that SubBytes and
 * MixColumns make of it, and ShiftRows says which word it is taken from. The four tables of 1 KB
 * stay in the fastest cache. Noble's, two of 256 KB, need half the look-ups and twice the time.
 *
 * @see FIPS 197 §5.1; docs/architecture.md, "Keys are expanded once"
 * @module
 */

/** 16 octets as four little-endian words. */
export interface AesBlock {
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
}

/** Multiplies by x in the field of FIPS 197 §4.2. */
function timesX(octet: number): number {
  return (octet << 1) ^ (0x11b & -(octet >> 7));
}

/** The substitution box: the inverse in the field, then the affine map of FIPS 197 §5.1.1. */
function substitutionBox(): Uint8Array {
  const powers = new Uint8Array(255); // of x + 1, which generates the field
  for (let n = 0, power = 1; n < 255; n++, power ^= timesX(power)) powers[n] = power;
  const box = new Uint8Array(256).fill(0x63);
  for (let n = 0; n < 255; n++) {
    const inverse = powers[(255 - n) % 255]!;
    const twice = inverse | (inverse << 8);
    box[powers[n]!] = twice ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7) ^ 0x63;
  }
  return box;
}

const S = substitutionBox();

/** What one octet of row 0 to 3 adds to its column, after SubBytes and MixColumns. */
function columns(row: number): Int32Array {
  return Int32Array.from(S, (s) => {
    const column = timesX(s) | (s << 8) | (s << 16) | ((timesX(s) ^ s) << 24);
    return (column << (8 * row)) | (row === 0 ? 0 : column >>> (32 - 8 * row));
  });
}

const T0 = columns(0);
const T1 = columns(1);
const T2 = columns(2);
const T3 = columns(3);

/**
 * Ciphers one block.
 *
 * The nine rounds that every key has are written out, since a loop around them costs a fifth.
 *
 * @param k the round keys as words: 44, 52 or 60
 * @see FIPS 197 §5.1
 */
export function encryptAesBlock(
  k: Uint32Array,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): AesBlock {
  let a = s0 ^ k[0]!;
  let b = s1 ^ k[1]!;
  let c = s2 ^ k[2]!;
  let d = s3 ^ k[3]!;
  let e: number;
  let f: number;
  let g: number;
  let h: number;
  e = k[4]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
  f = k[5]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
  g = k[6]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
  h = k[7]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  a = k[8]! ^ T0[e & 255]! ^ T1[(f >>> 8) & 255]! ^ T2[(g >>> 16) & 255]! ^ T3[h >>> 24]!;
  b = k[9]! ^ T0[f & 255]! ^ T1[(g >>> 8) & 255]! ^ T2[(h >>> 16) & 255]! ^ T3[e >>> 24]!;
  c = k[10]! ^ T0[g & 255]! ^ T1[(h >>> 8) & 255]! ^ T2[(e >>> 16) & 255]! ^ T3[f >>> 24]!;
  d = k[11]! ^ T0[h & 255]! ^ T1[(e >>> 8) & 255]! ^ T2[(f >>> 16) & 255]! ^ T3[g >>> 24]!;
  e = k[12]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
  f = k[13]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
  g = k[14]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
  h = k[15]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  a = k[16]! ^ T0[e & 255]! ^ T1[(f >>> 8) & 255]! ^ T2[(g >>> 16) & 255]! ^ T3[h >>> 24]!;
  b = k[17]! ^ T0[f & 255]! ^ T1[(g >>> 8) & 255]! ^ T2[(h >>> 16) & 255]! ^ T3[e >>> 24]!;
  c = k[18]! ^ T0[g & 255]! ^ T1[(h >>> 8) & 255]! ^ T2[(e >>> 16) & 255]! ^ T3[f >>> 24]!;
  d = k[19]! ^ T0[h & 255]! ^ T1[(e >>> 8) & 255]! ^ T2[(f >>> 16) & 255]! ^ T3[g >>> 24]!;
  e = k[20]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
  f = k[21]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
  g = k[22]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
  h = k[23]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  a = k[24]! ^ T0[e & 255]! ^ T1[(f >>> 8) & 255]! ^ T2[(g >>> 16) & 255]! ^ T3[h >>> 24]!;
  b = k[25]! ^ T0[f & 255]! ^ T1[(g >>> 8) & 255]! ^ T2[(h >>> 16) & 255]! ^ T3[e >>> 24]!;
  c = k[26]! ^ T0[g & 255]! ^ T1[(h >>> 8) & 255]! ^ T2[(e >>> 16) & 255]! ^ T3[f >>> 24]!;
  d = k[27]! ^ T0[h & 255]! ^ T1[(e >>> 8) & 255]! ^ T2[(f >>> 16) & 255]! ^ T3[g >>> 24]!;
  e = k[28]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
  f = k[29]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
  g = k[30]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
  h = k[31]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  a = k[32]! ^ T0[e & 255]! ^ T1[(f >>> 8) & 255]! ^ T2[(g >>> 16) & 255]! ^ T3[h >>> 24]!;
  b = k[33]! ^ T0[f & 255]! ^ T1[(g >>> 8) & 255]! ^ T2[(h >>> 16) & 255]! ^ T3[e >>> 24]!;
  c = k[34]! ^ T0[g & 255]! ^ T1[(h >>> 8) & 255]! ^ T2[(e >>> 16) & 255]! ^ T3[f >>> 24]!;
  d = k[35]! ^ T0[h & 255]! ^ T1[(e >>> 8) & 255]! ^ T2[(f >>> 16) & 255]! ^ T3[g >>> 24]!;
  e = k[36]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
  f = k[37]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
  g = k[38]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
  h = k[39]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  const last = k.length - 4;
  for (let n = 40; n < last; n += 8) {
    a = k[n]! ^ T0[e & 255]! ^ T1[(f >>> 8) & 255]! ^ T2[(g >>> 16) & 255]! ^ T3[h >>> 24]!;
    b = k[n + 1]! ^ T0[f & 255]! ^ T1[(g >>> 8) & 255]! ^ T2[(h >>> 16) & 255]! ^ T3[e >>> 24]!;
    c = k[n + 2]! ^ T0[g & 255]! ^ T1[(h >>> 8) & 255]! ^ T2[(e >>> 16) & 255]! ^ T3[f >>> 24]!;
    d = k[n + 3]! ^ T0[h & 255]! ^ T1[(e >>> 8) & 255]! ^ T2[(f >>> 16) & 255]! ^ T3[g >>> 24]!;
    e = k[n + 4]! ^ T0[a & 255]! ^ T1[(b >>> 8) & 255]! ^ T2[(c >>> 16) & 255]! ^ T3[d >>> 24]!;
    f = k[n + 5]! ^ T0[b & 255]! ^ T1[(c >>> 8) & 255]! ^ T2[(d >>> 16) & 255]! ^ T3[a >>> 24]!;
    g = k[n + 6]! ^ T0[c & 255]! ^ T1[(d >>> 8) & 255]! ^ T2[(a >>> 16) & 255]! ^ T3[b >>> 24]!;
    h = k[n + 7]! ^ T0[d & 255]! ^ T1[(a >>> 8) & 255]! ^ T2[(b >>> 16) & 255]! ^ T3[c >>> 24]!;
  }
  return {
    s0: k[last]! ^ substituted(e, f, g, h),
    s1: k[last + 1]! ^ substituted(f, g, h, e),
    s2: k[last + 2]! ^ substituted(g, h, e, f),
    s3: k[last + 3]! ^ substituted(h, e, f, g),
  };
}

/** One column of the last round, which has no MixColumns. */
function substituted(a: number, b: number, c: number, d: number): number {
  return (
    S[a & 255]! | (S[(b >>> 8) & 255]! << 8) | (S[(c >>> 16) & 255]! << 16) | (S[d >>> 24]! << 24)
  );
}
