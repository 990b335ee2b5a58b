/**
 * A card that is kept outside of this program: what it belongs to, and how it comes back.
 *
 *     image ──▶ digest             a kept state belongs to one image
 *     image, kept state ──▶ root   the card at rest, then the commits behind it
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js';
import type { KeptState } from '../../apdu/commit-log.ts';
import { toHex } from '../../bytes/hex.ts';
import type { CardImage, CardRoot } from '../memory.ts';
import { decodeRoot, rootAfter } from './commit-codec.ts';

/** Says the same of equal values, in whatever order their members were made. */
function canonical(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Tells images apart: file numbers, contents, rules, switches, applets, PINs and keys.
 *
 * @returns 32 octets, from which no key can be computed
 * @see docs/architecture.md, "State on disk"
 * @example
 * ```ts
 * import { createUicc, imageDigest } from 'vuicc';
 *
 * if (imageDigest(createUicc().image).length !== 32) throw new Error('SHA-256');
 * ```
 */
export function imageDigest(image: CardImage): Uint8Array {
  return sha256(new TextEncoder().encode(JSON.stringify(image, canonical)));
}

/**
 * Gives what a card remembered when it was kept.
 *
 * @throws {DecodeError} it is another card's, or of another version of this program
 * @see docs/architecture.md, "State on disk"
 */
export function rootOf(image: CardImage, { base, commits }: KeptState): CardRoot {
  return rootAfter(image, base === undefined ? image.root : decodeRoot(image, base), commits);
}
