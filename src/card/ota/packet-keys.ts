/**
 * Which keys of the active pair a packet may use, and whose counter it moves.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3, §5.1.4
 * @module
 */

import { checksumOf, cipherOf, keyVersion, namedKey, type OtaKey } from '../../ota/key-set.ts';
import type { CommandFrame, PacketKeys } from '../../ota/secured-packet.ts';
import type { KeyTableEntry, StoredKeySet } from '../memory.ts';
import type { CardMemory } from '../store/card-memory.ts';
import { storedKeySet, type UsimKeys } from '../usim-keys.ts';

/** The pair in use. */
export function activeEntry({
  root: { entries, active },
}: Pick<CardMemory, 'root'>): KeyTableEntry {
  const entry = entries[active];
  if (entry === undefined) throw new Error(`pair ${active} is not in the key table`);
  return entry;
}

/** The key sets that a packet names, as far as they exist. */
export function packetKeys(
  memory: CardMemory,
  keys: UsimKeys,
  { kic, kid }: CommandFrame,
): PacketKeys {
  const entry = activeEntry(memory);
  return {
    ciphering: keys.keySet(entry, keyVersion(kic)),
    checksum: keys.keySet(entry, keyVersion(kid)),
  };
}

/** The key set whose counter a packet uses: that of its checksum, else that of its ciphering. */
export function counterKeySet(
  memory: CardMemory,
  { spi, kic, kid }: CommandFrame,
): StoredKeySet | undefined {
  const hasChecksum = spi.integrity === 'cc' || spi.integrity === 'rc';
  return storedKeySet(activeEntry(memory), keyVersion(hasChecksum ? kid : kic));
}

interface Uses {
  readonly cipher: boolean;
  readonly checksum: boolean;
}

/** What a packet and the PoR that it asks for need of keys. */
function usesOf({ spi }: CommandFrame): Uses {
  const hasPor = spi.por !== 'none';
  return {
    cipher: spi.isCiphered || (hasPor && spi.isPorCiphered),
    checksum: spi.integrity === 'cc' || (hasPor && spi.porIntegrity === 'cc'),
  };
}

function usedKeys(uses: Uses, { ciphering, checksum }: PacketKeys): (OtaKey | undefined)[] {
  return [
    ...(uses.cipher ? [ciphering?.cipheringKey] : []),
    ...(uses.checksum ? [checksum?.checksumKey] : []),
  ];
}

function namesNone(name: string, octet: number, key: OtaKey | undefined): string {
  const there =
    key === undefined ? 'no such key' : `${key.algorithm} of ${key.octets} octets there`;
  const { algorithm, octets = [] } = namedKey(octet) ?? {};
  const wanted =
    algorithm === undefined ? 'no algorithm for it' : `${algorithm} of ${octets.join(' or ')}`;
  return `${name} names key set ${keyVersion(octet)} and ${wanted}: ${there}`;
}

/**
 * Tells why a packet may not use the keys that it names, or not so; those of its PoR are asked for
 * before anything is executed.
 *
 * @returns `undefined` when it may
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 */
export function keyFault(
  memory: CardMemory,
  frame: CommandFrame,
  keys: PacketKeys,
): string | undefined {
  const { spi, kic, kid } = frame;
  const uses = usesOf(frame);
  const { aesWithoutCounter, singleDes = true, differentKeySets = true } = memory.image.switches;
  if (uses.cipher && cipherOf(kic, keys.ciphering) === undefined) {
    return namesNone('KIc', kic, keys.ciphering?.cipheringKey);
  }
  const hasChecksums =
    checksumOf(spi.integrity, kid, keys.checksum) !== undefined &&
    (spi.por === 'none' || checksumOf(spi.porIntegrity, kid, keys.checksum) !== undefined);
  if (!hasChecksums) {
    return uses.checksum
      ? namesNone('KID', kid, keys.checksum?.checksumKey)
      : 'KID names no RC, or SPI2 asks for a DS';
  }
  // A counter that has no home cannot be stored, and would let a packet in again and again.
  const isCounted = spi.counterMode === 'higher' || spi.counterMode === 'one-higher';
  if (isCounted && counterKeySet(memory, frame) === undefined) return 'no key set has its counter';
  const algorithms = usedKeys(uses, keys).map((key) => key?.algorithm);
  if (!isCounted && !aesWithoutCounter && algorithms.includes('AES'))
    return 'AES without a counter';
  if (!singleDes && algorithms.includes('DES')) return 'single DES';
  const isMixed = uses.cipher && uses.checksum && keys.ciphering?.kvn !== keys.checksum?.kvn;
  return isMixed && !differentKeySets ? 'KIc and KID name different key sets' : undefined;
}
