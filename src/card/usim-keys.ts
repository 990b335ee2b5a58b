/**
 * The active pair's keys, expanded once and kept as long as the pair is active.
 *
 * @see docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { expandMilenageKey, type MilenageConstants, type MilenageKey } from '../crypto/milenage.ts';
import { aesOtaKey, type KeySet, type OtaKey } from '../ota/key-set.ts';
import type { KeyTableEntry, StoredKey } from './memory.ts';

/** Expands keys of pairs; remembers the last pair. Secret. */
export interface UsimKeys {
  milenage(entry: KeyTableEntry): MilenageKey;
  /** `undefined` when the pair has no keys of this version. */
  keySet(entry: KeyTableEntry, kvn: number): KeySet | undefined;
}

function constantsOf(octets: Uint8Array): MilenageConstants {
  const c = (n: number): Uint8Array => octets.slice(5 + 16 * n, 21 + 16 * n);
  return {
    r: [octets[0]!, octets[1]!, octets[2]!, octets[3]!, octets[4]!],
    c: [c(0), c(1), c(2), c(3), c(4)],
  };
}

function otaKey({ type, key }: StoredKey): OtaKey | undefined {
  return type === 'AES' ? aesOtaKey(key) : undefined;
}

/** Makes the keys of one card. */
export function usimKeys(): UsimKeys {
  let milenage: { readonly k: Uint8Array; readonly key: MilenageKey } | undefined;
  let ota: { readonly kic: StoredKey; readonly keys: KeySet } | undefined;
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
      const stored = entry.keySets.find((keys) => keys.kvn === kvn);
      if (stored === undefined) return undefined;
      if (ota?.kic !== stored.kic) {
        const { kic, kid, macLength } = stored;
        const keys = { kvn, cipheringKey: otaKey(kic), checksumKey: otaKey(kid), macLength };
        ota = { kic, keys };
      }
      return ota.keys;
    },
  };
}
