/**
 * The active pair's keys, expanded once and kept as long as the pair is active.
 *
 * @see docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { type AuthenticationAlgorithms, expandAuthenticationKey } from '../crypto/algorithms.ts';
import type { AuthenticationKey } from '../crypto/authentication-key.ts';
import { type KeySet, otaKey } from '../ota/key-set.ts';
import type { KeyTableEntry, StoredKey, StoredKeySet } from './memory.ts';

/** Expands keys of pairs; remembers those in use. Secret. */
export interface UsimKeys {
  authentication(entry: KeyTableEntry): AuthenticationKey;
  /** `undefined` when the pair has no keys of this version. */
  keySet(entry: KeyTableEntry, kvn: number): KeySet | undefined;
}

/** Key version number of a packet that leaves it to the card. */
const IMPLICIT = 0;

/**
 * Finds the keys of a version; version 0, where the pair has none of its own, is its first set.
 *
 * @see ETSI TS 102 225 §5.1.2
 */
export function storedKeySet({ keySets }: KeyTableEntry, kvn: number): StoredKeySet | undefined {
  const found = keySets.find((keys) => keys.kvn === kvn);
  return found ?? (kvn === IMPLICIT ? keySets[0] : undefined);
}

/** Expands the keys of a stored key set. */
export function expandKeySet({ kvn, kic, kid, macLength }: StoredKeySet): KeySet {
  const cipheringKey = otaKey(kic.type, kic.key);
  return { kvn, cipheringKey, checksumKey: otaKey(kid.type, kid.key), macLength };
}

/**
 * Makes the keys of one card.
 *
 * @param own the algorithms that the card was given beside those it has
 */
export function usimKeys(own: AuthenticationAlgorithms = {}): UsimKeys {
  let kept: { readonly k: Uint8Array; readonly key: AuthenticationKey } | undefined;
  // A stored key stays the same object whatever happens to the counter of its set.
  const ota = new WeakMap<StoredKey, KeySet>();
  return {
    authentication(entry) {
      // K stays the same object as long as the pair does, whatever happens to its SEQ.
      if (kept?.k !== entry.k) kept = { k: entry.k, key: expandAuthenticationKey(entry, own) };
      return kept.key;
    },
    keySet(entry, kvn) {
      const stored = storedKeySet(entry, kvn);
      if (stored === undefined) return undefined;
      const keys = ota.get(stored.kic) ?? expandKeySet(stored);
      ota.set(stored.kic, keys);
      return keys;
    },
  };
}
