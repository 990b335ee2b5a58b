/**
 * Mistakes of a sender, by name; and what must be known of a receiver to find them.
 *
 * @see ETSI TS 102 225 §5.1; docs/architecture.md, "Every step can be explained"
 * @module
 */

import type { OtaAlgorithm } from '../key-set.ts';

/** What a sender may have done wrong. */
export const MISTAKE_NAMES = [
  // Which keys, and what they were used for.
  'other-key-set',
  'keys-swapped',
  'one-key-for-both',
  'wrong-algorithm',
  'key-length',
  'single-des',
  'block-mode',
  // Over which octets the checksum was computed, how, and where it stands.
  'checksum-without-lengths',
  'checksum-with-udh',
  'checksum-before-padding',
  'checksum-without-counter',
  'checksum-over-zeroed-field',
  'checksum-over-data',
  'checksum-over-ciphertext',
  'checksum-at-end',
  'mac-length',
  'mac-method',
  'mac-padding',
  'rc-for-cc',
  'cc-for-rc',
  'crc-length',
  'crc-byte-order',
  'crc-final-xor',
  'crc-start',
  'crc-bit-order',
  'checksum-missing',
  'checksum-unannounced',
  // What was ciphered.
  'not-ciphered',
  'ciphered-unannounced',
  'ciphering-start',
  'pcntr-missing',
  // What the packet says of itself.
  'udh-in-packet',
  'octets-behind-packet',
  'cpl-wrong',
  'chl-wrong',
  'digital-signature',
  'tar-reversed',
  'tar-one-octet-off',
  'tar-unknown',
  'minimum-security',
  'no-such-key-set',
  'key-indicator',
  'por-keys',
  'aes-without-counter',
  'single-des-refused',
  'different-key-sets',
  'padding-in-clear',
  'pcntr-too-large',
  // Its counter.
  'counter-blocked',
  'counter-little-endian',
  'counter-replayed',
  'counter-low',
  'counter-high',
] as const;

/** What a sender may have done wrong; `other-pair` is what a card with a key table adds. */
export type MistakeName = (typeof MISTAKE_NAMES)[number] | 'other-pair';

/** What a sender has done wrong. */
export interface Mistake {
  readonly name: MistakeName;
  /** Another mistake in the same packet; the remedy then has a sentence for each. */
  readonly second: MistakeName | undefined;
  /** What was done, and what to do instead. Shows no key. */
  readonly remedy: string;
}

/** A key of the receiver. Secret. */
export interface CandidateKey {
  readonly type: OtaAlgorithm;
  /** AES 16, 24 or 32 octets; 3DES 16 or 24; DES 8. */
  readonly key: Uint8Array;
}

/** A key set of the receiver. Secret. */
export interface CandidateKeySet {
  /** 0 to 15. */
  readonly kvn: number;
  readonly kic: CandidateKey;
  readonly kid: CandidateKey;
  /** Octets of a CMAC that a packet carries. */
  readonly macLength: 4 | 8;
  /** The stored counter, 40 bits. */
  readonly cntr: number;
}

/** An application of the receiver. */
export interface CandidateApplet {
  /** 3 octets. */
  readonly tar: Uint8Array;
  /** The lowest SPI1 that it takes. */
  readonly minimumSecurity: number;
}

/** What a receiver knows, and how strict it is. Secret. */
export interface ReceiverFacts {
  readonly keySets: readonly CandidateKeySet[];
  readonly applets: readonly CandidateApplet[];
  /** Takes AES without a counter. */
  readonly aesWithoutCounter: boolean;
  /** Takes single DES; it does when nothing is said. */
  readonly singleDes?: boolean;
  /** Takes KIc and KID of different key sets; it does when nothing is said. */
  readonly differentKeySets?: boolean;
}
