/**
 * The active pair's keys, expanded once and kept as long as the pair is active.
 *
 * @see docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { expandMilenageKey, type MilenageConstants, type MilenageKey } from '../crypto/milenage.ts';
import { type KeySet, otaKey } from '../ota/key-set.ts';
import type { KeyTableEntry, StoredKey, StoredKeySet } from './memory.ts';

/** Expands keys of pairs; remembers those in use. Secret. */
export interface UsimKeys {
  milenage(entry: KeyTableEntry): MilenageKey;
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

function constantsOf(octets: Uint8Array): MilenageConstants {
  const c = (n: number): Uint8Array => octets.slice(5 + 16 * n, 21 + 16 * n);
  return {
    r: [octets[0]!, octets[1]!, octets[2]!, octets[3]!, octets[4]!],
    c: [c(0), c(1), c(2), c(3), c(4)],
  };
}

/** Expands the keys of a stored key set. */
export function expandKeySet({ kvn, kic, kid, macLength }: StoredKeySet): KeySet {
  const cipheringKey = otaKey(kic.type, kic.key);
  return { kvn, cipheringKey, checksumKey: otaKey(kid.type, kid.key), macLength };
}

/** Makes the keys of one card. */
export function usimKeys(): UsimKeys {
  let milenage: { readonly k: Uint8Array; readonly key: MilenageKey } | undefined;
  // A stored key stays the same object whatever happens to the counter of its set.
  const ota = new WeakMap<StoredKey, KeySet>();
  return {
    milenage(entry) {
      // K stays the same object as long as the pair does, whatever happens to its SEQ.
      if (milenage?.k !== entry.k) {
        const constants = entry.constants === undefined ? undefined : constantsOf(entry.constants);
        milenage = { k: entry.k, key: expandMilenageKey(entry.k, entry.opc, constants) };
      }
      return milenage.key;
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
