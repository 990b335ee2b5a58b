/**
 * Keys and packets for tests. The keys are those of a sysmoISIM-SJA5 as the Osmocom project
 * publishes them, the packet is its first exchange in test/vectors/ota-real-cards.json.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import fc from 'fast-check';
import { fromHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import { type KeySet, otaKey } from '../../../src/ota/key-set.ts';
import {
  type CommandPacketInput,
  type OpenResult,
  openCommandPacket,
  type PacketKeys,
  splitCommandPacket,
} from '../../../src/ota/secured-packet.ts';
import { decodeSpi, type Spi } from '../../../src/ota/spi.ts';
import real from '../../vectors/ota-real-cards.json' with { type: 'json' };

/** An exchange with a real card; octets are hex, packets have their UDH. */
export type RealExchange = (typeof real.exchanges)[number];

/** The recorded exchange with AES keys. */
export const REAL: RealExchange = real.exchanges[0]!;

/** Makes a key set of AES keys in hex; `undefined` for one that is missing. */
export function keySet(
  cipheringKey: string | undefined,
  checksumKey: string | undefined,
  macLength: 4 | 8 = 8,
): KeySet {
  const key = (hex: string | undefined) =>
    hex === undefined ? undefined : otaKey('AES', fromHex(hex));
  return { kvn: 2, cipheringKey: key(cipheringKey), checksumKey: key(checksumKey), macLength };
}

/** The same key set for ciphering and checksum. */
export function bothBy(keys: KeySet | undefined): PacketKeys {
  return { ciphering: keys, checksum: keys };
}

/** The keys of {@link REAL}, with a CMAC of 8 octets. */
export const KEYS: PacketKeys = bothBy(keySet(REAL.cipheringKey, REAL.checksumKey));
/** The same keys with a CMAC of 4 octets. */
export const KEYS_MAC_4: PacketKeys = bothBy(keySet(REAL.cipheringKey, REAL.checksumKey, 4));
/** No keys at all. */
export const NO_KEYS: PacketKeys = bothBy(undefined);

/** Reads an SPI in hex. */
export function spiOf(hex: string): Spi {
  const [spi1 = 0, spi2 = 0] = fromHex(hex);
  return decodeSpi([spi1, spi2]);
}

/** What a packet is made of; the parts of {@link REAL} where nothing else is said. */
export function packetOf(spi: string, parts: Partial<CommandPacketInput> = {}): CommandPacketInput {
  const { tar, data } = REAL;
  return {
    spi: spiOf(spi),
    kic: 0x22,
    kid: 0x22,
    tar: fromHex(tar),
    cntr: 0,
    data: fromHex(data),
    ...parts,
  };
}

/** Splits and opens a packet. */
export function open(packet: Uint8Array, keys: PacketKeys = KEYS): OpenResult {
  return openCommandPacket(splitCommandPacket(packet), keys);
}

/**
 * Ciphers or checks by hand what no sender would make: octets behind TAR that contradict each
 * other.
 */
export interface Odd {
  /** CPL to TAR. */
  readonly clear: string;
  /** CNTR and PCNTR. */
  readonly counters: string;
  /** Data with whatever padding. */
  readonly padded: string;
}

/** Seals an odd packet with a right checksum by the given functions of a key. */
export function sealOdd(
  odd: Odd,
  compute: (octets: Uint8Array) => Uint8Array,
  encrypt: (octets: Uint8Array) => Uint8Array,
): Uint8Array {
  const [clear, counters, padded] = [odd.clear, odd.counters, odd.padded].map((hex) =>
    fromHex(hex),
  );
  const checksum = compute(concat(clear!, counters!, padded!));
  return concat(clear!, encrypt(concat(counters!, checksum, padded!)));
}

/**
 * An SPI that this card can serve: no checksum or CC, ciphered or not, any counter mode and PoR.
 */
export const SPI: fc.Arbitrary<Spi> = fc.record({
  integrity: fc.constantFrom<Spi['integrity']>('none', 'cc'),
  isCiphered: fc.boolean(),
  counterMode: fc.constantFrom<Spi['counterMode']>(
    'not-available',
    'not-checked',
    'higher',
    'one-higher',
  ),
  por: fc.constantFrom<Spi['por']>('none', 'always', 'on-error'),
  porIntegrity: fc.constantFrom<Spi['porIntegrity']>('none', 'cc'),
  isPorCiphered: fc.boolean(),
  porBySubmit: fc.boolean(),
});

/** A value of CNTR, the highest and its neighbours often. */
export const CNTR: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 - 2, 2 ** 40 - 1),
);

/** A TAR. */
export const TAR: fc.Arbitrary<Uint8Array> = fc.uint8Array({ minLength: 3, maxLength: 3 });

/** A KIc or KID octet of an AES key: version 0 to 15, algorithm implicit or AES. */
export const KIC_OR_KID: fc.Arbitrary<number> = fc
  .tuple(fc.nat(15), fc.constantFrom(0, 2))
  .map(([kvn, nibble]) => kvn * 16 + nibble);
