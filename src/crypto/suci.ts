/**
 * ECIES of the SUCI: what identifies the subscriber, for the eyes of the home network alone.
 *
 *     ephemeral public key 32 (profile A) or 33 (profile B) | ciphertext n | tag 8
 *
 *     Z              the secret that an ephemeral key and the home network's key share, 32 octets
 *     EK | ICB | MK  16 | 16 | 32 octets of the X9.63 KDF over Z and the ephemeral public key
 *     ciphertext     AES-128 in CTR with EK; ICB is the first counter block
 *     tag            the first octets of HMAC-SHA-256 with MK over the ciphertext
 *
 * Profile A is X25519; profile B is P-256, its ephemeral key a compressed point. A key that comes
 * with data is refused by a value; a private key is the caller's, who has to have a right one.
 *
 * @see 3GPP TS 33.501 (ECIES profiles A and B); test/vectors/suci.json
 * @module
 */

import { ctr } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalsInConstantTime, expectLength, filled } from '../bytes/octets.ts';
import { isSuciProfile, type SuciProfile, splitSchemeOutput } from '../bytes/suci.ts';

/** Length of a private key of either profile in octets. */
export const SUCI_PRIVATE_KEY_OCTETS = 32;
const KEY_OCTETS = 16;
const COUNTER_OCTETS = 16;
const TAG_OCTETS = 8;

/** Why nothing was concealed. */
export type ConcealFailure = 'unknown-scheme' | 'home-network-key';
/** The scheme output, or why there is none. */
export type ConcealResult =
  | { readonly ok: true; readonly schemeOutput: Uint8Array }
  | { readonly ok: false; readonly failure: ConcealFailure };

/** Why nothing was revealed. */
export type RevealFailure = 'unknown-scheme' | 'too-short' | 'ephemeral-key' | 'tag-wrong';
/** What was concealed, or why it stays so. */
export type RevealResult =
  | { readonly ok: true; readonly plain: Uint8Array }
  | { readonly ok: false; readonly failure: RevealFailure };

/** One curve, with its codings of keys. */
interface Curve {
  readonly isPrivateKey: (key: Uint8Array) => boolean;
  /** As it goes over the air. */
  readonly publicKeyOf: (privateKey: Uint8Array) => Uint8Array;
  /** Throws when the public key has another length, is no point of the curve or of low order. */
  readonly agree: (privateKey: Uint8Array, publicKey: Uint8Array) => Uint8Array;
}

const X25519: Curve = {
  isPrivateKey: () => true,
  publicKeyOf: (privateKey) => x25519.getPublicKey(privateKey),
  agree: (privateKey, publicKey) => x25519.getSharedSecret(privateKey, publicKey),
};

const P256: Curve = {
  isPrivateKey: (key) => p256.utils.isValidSecretKey(key),
  publicKeyOf: (privateKey) => p256.getPublicKey(privateKey, true),
  // A compressed point: X is behind the octet that says how Y is.
  agree: (privateKey, publicKey) => p256.getSharedSecret(privateKey, publicKey, true).slice(1),
};

const CURVES: Readonly<Record<SuciProfile, Curve>> = { 1: X25519, 2: P256 };

function curveOf(scheme: SuciProfile, privateKey: Uint8Array, name: string): Curve {
  expectLength(privateKey, SUCI_PRIVATE_KEY_OCTETS, name);
  if (!isSuciProfile(scheme)) throw new RangeError(`scheme: expected 1 or 2, got ${scheme}`);
  const curve = CURVES[scheme];
  if (!curve.isPrivateKey(privateKey)) throw new RangeError(`${name}: expected a private key`);
  return curve;
}

/** The shared secret; `undefined` for a public key that no honest party has. */
function agreed(
  curve: Curve,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array | undefined {
  try {
    return curve.agree(privateKey, publicKey);
  } catch {
    // The private key was checked: what is left is the public one.
    return undefined;
  }
}

interface Keys {
  readonly encryptionKey: Uint8Array;
  readonly counterBlock: Uint8Array;
  readonly macKey: Uint8Array;
}

/** The key derivation function of ANSI X9.63 with SHA-256, two blocks of it. */
function deriveKeys(secret: Uint8Array, ephemeralPublicKey: Uint8Array): Keys {
  const block = (n: number): Uint8Array =>
    sha256(concat(secret, Uint8Array.of(0, 0, 0, n), ephemeralPublicKey));
  const first = block(1);
  return {
    encryptionKey: first.slice(0, KEY_OCTETS),
    counterBlock: first.slice(KEY_OCTETS, KEY_OCTETS + COUNTER_OCTETS),
    macKey: block(2),
  };
}

function tagOf({ macKey }: Keys, ciphertext: Uint8Array): Uint8Array {
  return hmac(sha256, macKey, ciphertext).slice(0, TAG_OCTETS);
}

/**
 * Tells whether octets are a private key of a profile: any 32 for profile A, nearly any for B.
 *
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 */
export function isSuciPrivateKey(scheme: SuciProfile, key: Uint8Array): boolean {
  return key.length === SUCI_PRIVATE_KEY_OCTETS && CURVES[scheme].isPrivateKey(key);
}

/** A private key of both profiles, to try a public one with. */
const ANY_PRIVATE_KEY = filled(SUCI_PRIVATE_KEY_OCTETS, 1);

/**
 * Tells whether octets are a public key of a profile, by which can be concealed: of its length, on
 * its curve, and not of low order.
 *
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 */
export function isSuciPublicKey(scheme: SuciProfile, key: Uint8Array): boolean {
  return agreed(CURVES[scheme], ANY_PRIVATE_KEY, key) !== undefined;
}

/**
 * Gives the public key of a private one.
 *
 * @param privateKey 32 octets
 * @returns 32 octets for profile A; for profile B a compressed point of 33
 * @throws {RangeError} it is no private key of the profile
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 * @example
 * ```ts
 * import { suciPublicKey } from 'vuicc';
 *
 * const key = suciPublicKey(2, new Uint8Array(32).fill(1));
 * if (key.length !== 33) throw new Error('a compressed point');
 * ```
 */
export function suciPublicKey(scheme: SuciProfile, privateKey: Uint8Array): Uint8Array {
  return curveOf(scheme, privateKey, 'privateKey').publicKeyOf(privateKey);
}

/**
 * Conceals what identifies a subscriber.
 *
 * @param plain any number of octets: the MSIN in BCD, or a user name in UTF-8
 * @param by `scheme` as EF_SUCI_Calc_Info says it; `homeNetworkKey` 32 octets for profile A, 33 or
 *   65 for B; `ephemeralKey` a private key of 32 octets, for this once, that nobody can foretell
 * @returns ephemeral public key, ciphertext and tag; a refusal for a scheme that is none of the
 *   profiles, and for a public key of another length, off the curve or of low order
 * @throws {RangeError} `ephemeralKey` is no private key of the profile
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 * @example
 * ```ts
 * import { concealSupi, suciPublicKey } from 'vuicc';
 *
 * const homeNetworkKey = suciPublicKey(1, new Uint8Array(32).fill(1));
 * const ephemeralKey = new Uint8Array(32).fill(2); // Random, but for an example.
 * const result = concealSupi(Uint8Array.of(0x10), { scheme: 1, homeNetworkKey, ephemeralKey });
 * if (!result.ok || result.schemeOutput.length !== 41) throw new Error('32, 1 and 8 octets');
 * ```
 */
export function concealSupi(
  plain: Uint8Array,
  by: {
    readonly scheme: number;
    readonly homeNetworkKey: Uint8Array;
    readonly ephemeralKey: Uint8Array;
  },
): ConcealResult {
  const { scheme, homeNetworkKey, ephemeralKey } = by;
  if (!isSuciProfile(scheme)) return { ok: false, failure: 'unknown-scheme' };
  const curve = curveOf(scheme, ephemeralKey, 'ephemeralKey');
  const secret = agreed(curve, ephemeralKey, homeNetworkKey);
  if (secret === undefined) return { ok: false, failure: 'home-network-key' };
  const ephemeralPublicKey = curve.publicKeyOf(ephemeralKey);
  const keys = deriveKeys(secret, ephemeralPublicKey);
  const ciphertext = ctr(keys.encryptionKey, keys.counterBlock).encrypt(plain);
  const schemeOutput = concat(ephemeralPublicKey, ciphertext, tagOf(keys, ciphertext));
  return { ok: true, schemeOutput };
}

/**
 * Reveals what a scheme output conceals. Nothing is deciphered before the tag was found right.
 *
 * @param schemeOutput any octets
 * @param by `scheme` as the SUCI says it; `privateKey` of the home network, 32 octets
 * @returns as many octets as were concealed, or why the scheme output is refused
 * @throws {RangeError} `privateKey` is no private key of the profile
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 * @example
 * ```ts
 * import { concealSupi, revealSupi, suciPublicKey, toHex } from 'vuicc';
 *
 * const privateKey = new Uint8Array(32).fill(1);
 * const homeNetworkKey = suciPublicKey(1, privateKey);
 * const ephemeralKey = new Uint8Array(32).fill(2); // Random, but for an example.
 * const sent = concealSupi(Uint8Array.of(0x10), { scheme: 1, homeNetworkKey, ephemeralKey });
 * const read = sent.ok ? revealSupi(sent.schemeOutput, { scheme: 1, privateKey }) : sent;
 * if (!read.ok || toHex(read.plain) !== '10') throw new Error('what was concealed');
 * ```
 */
export function revealSupi(
  schemeOutput: Uint8Array,
  by: { readonly scheme: number; readonly privateKey: Uint8Array },
): RevealResult {
  const { scheme, privateKey } = by;
  if (!isSuciProfile(scheme)) return { ok: false, failure: 'unknown-scheme' };
  const curve = curveOf(scheme, privateKey, 'privateKey');
  const parts = splitSchemeOutput(scheme, schemeOutput);
  if (parts === undefined) return { ok: false, failure: 'too-short' };
  const { ephemeralPublicKey, ciphertext, tag } = parts;
  const secret = agreed(curve, privateKey, ephemeralPublicKey);
  if (secret === undefined) return { ok: false, failure: 'ephemeral-key' };
  const keys = deriveKeys(secret, ephemeralPublicKey);
  if (!equalsInConstantTime(tagOf(keys, ciphertext), tag)) {
    return { ok: false, failure: 'tag-wrong' };
  }
  return { ok: true, plain: ctr(keys.encryptionKey, keys.counterBlock).decrypt(ciphertext) };
}
