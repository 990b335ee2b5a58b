/**
 * Turns of octets that people and programs confuse, and SQN between octets and number.
 *
 * @see 3GPP TS 33.102 §6.3.2
 * @module
 */

const WORD_OCTETS = 4;

/** The last octet first. */
export function reversed(octets: Uint8Array): Uint8Array {
  return octets.slice().reverse();
}

/** The last octet of each word of 32 bits first. */
export function reversedWords(octets: Uint8Array): Uint8Array {
  return octets.map((_, at) => octets[at - (at % WORD_OCTETS) + 3 - (at % WORD_OCTETS)] ?? 0);
}

/** The two digits of each octet swapped, as in BCD. */
export function swappedDigits(octets: Uint8Array): Uint8Array {
  return octets.map((octet) => (octet >> 4) | (octet << 4));
}
