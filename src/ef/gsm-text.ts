/**
 * Text in the GSM 7 bit default alphabet, as septets and packed eight in seven octets.
 *
 *     septets  1 2 3 4 5 6 7 8
 *     octet 1  2b1     1b7 … 1b1        b8 on the left: each octet takes low bits first
 *     octet 2  3b2 3b1 2b7 … 2b2
 *
 * A septet '1B' in front of another makes it one of a few more characters.
 *
 * @see 3GPP TS 23.038 §6.2.1 (alphabet), §6.1.2 (packing)
 * @module
 */

const ESCAPE = 0x1b;

const ALPHABET: readonly string[] = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ',
  ...' !"#¤%&\'()*+,-./0123456789:;<=>?',
  ...'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§',
  ...'¿abcdefghijklmnopqrstuvwxyzäöñüà',
];

const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

const SEPTETS: ReadonlyMap<string, readonly number[]> = new Map([
  ...ALPHABET.map((character, septet): [string, number[]] => [character, [septet]]),
  ...[...EXTENSION].map(([septet, character]): [string, number[]] => [character, [ESCAPE, septet]]),
]);

/**
 * Writes text as septets, one an octet.
 *
 * @returns `undefined` when the alphabet lacks a character
 * @see 3GPP TS 23.038 §6.2.1
 */
export function encodeSeptets(text: string): Uint8Array | undefined {
  const septets: number[] = [];
  for (const character of text) {
    const found = character === '\u001b' ? undefined : SEPTETS.get(character);
    if (found === undefined) return undefined;
    septets.push(...found);
  }
  return Uint8Array.from(septets);
}

/**
 * Reads septets as text. A septet behind '1B' that the extension lacks is read as if '1B' were not
 * there, and a '1B' that escapes nothing is a space, as the standard asks.
 *
 * @param septets one an octet; b8 is not looked at
 * @see 3GPP TS 23.038 §6.2.1
 */
export function decodeSeptets(septets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < septets.length; at++) {
    let septet = septets[at]! & 0x7f;
    const next = septets[at + 1];
    if (septet === ESCAPE && next !== undefined) {
      septet = next & 0x7f;
      at++;
      const character = EXTENSION.get(septet);
      if (character !== undefined) {
        text += character;
        continue;
      }
    }
    text += septet === ESCAPE ? ' ' : ALPHABET[septet];
  }
  return text;
}

/** Packs septets; the bits that are left in the last octet are 0. */
export function packSeptets(septets: Uint8Array): Uint8Array {
  const octets = new Uint8Array(Math.ceil((septets.length * 7) / 8));
  for (let n = 0; n < septets.length; n++) {
    const bit = n * 7;
    const spread = (septets[n]! & 0x7f) << (bit % 8);
    octets[bit >> 3]! |= spread & 0xff;
    if (spread > 0xff) octets[(bit >> 3) + 1]! |= spread >> 8;
  }
  return octets;
}

/** Unpacks a number of septets; missing octets count as 0. */
export function unpackSeptets(octets: Uint8Array, count: number): Uint8Array {
  const septets = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const bit = n * 7;
    const low = octets[bit >> 3] ?? 0;
    const high = octets[(bit >> 3) + 1] ?? 0;
    septets[n] = ((low | (high << 8)) >> (bit % 8)) & 0x7f;
  }
  return septets;
}
