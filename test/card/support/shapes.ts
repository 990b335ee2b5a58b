/**
 * The ways in which a packet may be secured, each with a card that has the keys for it.
 *
 * @see ETSI TS 102 225 §5.1.1, §5.1.2, §5.1.3
 * @module
 */

import type { CommitLog } from '../../../src/apdu/commit-log.ts';
import { fromHex } from '../../../src/bytes/hex.ts';
import { checksumOf, cipherOf, type KeySet, otaKey } from '../../../src/ota/key-set.ts';
import {
  type CommandPacketInput,
  type PacketKeys,
  paddingOctets,
  sealCommandPacket,
} from '../../../src/ota/secured-packet.ts';
import type {
  KeySetProfile,
  OtaKeyProfile,
  SwitchesProfile,
} from '../../../src/profile/profile.ts';
import { packetOf, sealOdd, spiOf } from '../../ota/support/packets.ts';
import {
  ANSWER,
  type Answer,
  type OtaCard,
  octetHex,
  otaCard,
  STORED,
  STRICT_TAR,
  TAR,
  testApplet,
} from './ota-card.ts';

/** One way. Counter mode is "higher". */
export interface Shape {
  readonly what: string;
  readonly spi1: number;
  readonly kic: number;
  readonly kid: number;
  /** The bits of SPI2 that protect the PoR in the same way. */
  readonly por: number;
  readonly keySet: KeySetProfile;
}

const AES_16: OtaKeyProfile = { type: 'AES', key: '000102030405060708090a0b0c0d0e0f' };
const AES_32: OtaKeyProfile = { type: 'AES', key: '20'.repeat(31).concat('21') };
const TWO_KEYS: OtaKeyProfile = { type: '3DES', key: '0123456789abcdeffedcba9876543210' };
const THREE_KEYS: OtaKeyProfile = { type: '3DES', key: `${TWO_KEYS.key}89abcdef01234567` };
const ONE_KEY: OtaKeyProfile = { type: 'DES', key: '0123456789abcdef' };

function keySetOf(kic: OtaKeyProfile, kid: OtaKeyProfile, macLength: 4 | 8 = 8): KeySetProfile {
  const checksum = kid.type === 'AES' ? { ...kid, macLength } : kid;
  return { kvn: 1, kic, kid: checksum, cntr: STORED };
}

/** CC and ciphering; each alone; RC; nothing but a counter. */
export const SHAPES: readonly Shape[] = [
  {
    what: 'AES',
    ...{ spi1: 0x16, kic: 0x12, kid: 0x12, por: 0x18 },
    keySet: keySetOf(AES_16, AES_32),
  },
  {
    what: 'AES in clear, CC of 4 octets',
    ...{ spi1: 0x12, kic: 0x12, kid: 0x12, por: 0x08 },
    keySet: keySetOf(AES_32, AES_16, 4),
  },
  {
    what: '3DES with two keys',
    ...{ spi1: 0x16, kic: 0x15, kid: 0x15, por: 0x18 },
    keySet: keySetOf(TWO_KEYS, TWO_KEYS),
  },
  {
    what: '3DES with three keys',
    ...{ spi1: 0x16, kic: 0x19, kid: 0x19, por: 0x18 },
    keySet: keySetOf(THREE_KEYS, THREE_KEYS),
  },
  {
    what: 'DES',
    ...{ spi1: 0x16, kic: 0x11, kid: 0x11, por: 0x18 },
    keySet: keySetOf(ONE_KEY, ONE_KEY),
  },
  {
    what: 'DES in ECB',
    ...{ spi1: 0x16, kic: 0x1d, kid: 0x11, por: 0x18 },
    keySet: keySetOf(ONE_KEY, ONE_KEY),
  },
  {
    what: 'ciphering alone',
    ...{ spi1: 0x14, kic: 0x12, kid: 0x10, por: 0x10 },
    keySet: keySetOf(AES_16, AES_16),
  },
  {
    what: 'RC of 4 octets, and 3DES',
    ...{ spi1: 0x15, kic: 0x15, kid: 0x15, por: 0x14 },
    keySet: keySetOf(TWO_KEYS, TWO_KEYS),
  },
  {
    what: 'RC of 2 octets in clear',
    ...{ spi1: 0x11, kic: 0x10, kid: 0x11, por: 0x04 },
    keySet: keySetOf(AES_16, AES_16),
  },
  {
    what: 'nothing',
    ...{ spi1: 0x10, kic: 0x10, kid: 0x10, por: 0x00 },
    keySet: keySetOf(AES_16, AES_16),
  },
];

/** Finds a shape. */
export function shapeOf(what: string): Shape {
  const found = SHAPES.find((shape) => shape.what === what);
  if (found === undefined) throw new Error(`no shape ${what}`);
  return found;
}

/** The keys of a key set of a profile, expanded. */
export function expandedKeys({ kvn, kic, kid }: KeySetProfile): KeySet {
  return {
    kvn,
    cipheringKey: otaKey(kic.type, fromHex(kic.key)),
    checksumKey: otaKey(kid.type, fromHex(kid.key)),
    macLength: kid.macLength ?? 8,
  };
}

/** The keys of a shape, for KIc and KID. */
export function keysOf({ keySet }: Shape): PacketKeys {
  const keys = expandedKeys(keySet);
  return { ciphering: keys, checksum: keys };
}

/** The keys that the card of a shape finds for the KIc and KID of a packet. */
export function keysNamed(shape: Shape, kic: number, kid: number): PacketKeys {
  const keys = expandedKeys(shape.keySet);
  const named = (octet: number): KeySet | undefined =>
    octet >> 4 === keys.kvn || octet >> 4 === 0 ? keys : undefined;
  return { ciphering: named(kic), checksum: named(kid) };
}

/** What of a packet is another. */
export interface ShapeParts extends Partial<Omit<CommandPacketInput, 'spi'>> {
  readonly spi1?: number;
}

/** Seals a packet; CNTR is one more than the stored one if nothing is said. */
export function sealShape(shape: Shape, spi2: number, parts: ShapeParts = {}): Uint8Array {
  const { spi1 = shape.spi1, ...rest } = parts;
  const { kic, kid } = shape;
  const input = { tar: fromHex(TAR), kic, kid, cntr: 6, ...rest };
  return sealCommandPacket(packetOf(octetHex(spi1) + octetHex(spi2), input), keysOf(shape));
}

/** Octets behind the checksum, and how many of them PCNTR says are padding. */
export interface OddTail {
  readonly octets: number;
  readonly pcntr: number;
}

/** Seals a packet with CNTR 6 whose padding contradicts PCNTR, under a right checksum. */
export function sealOddShape(shape: Shape, spi2: number, { octets, pcntr }: OddTail): Uint8Array {
  const { spi1, kic, kid } = shape;
  const keys = keysOf(shape);
  const spi = spiOf(octetHex(spi1) + octetHex(spi2));
  const checksum = checksumOf(spi.integrity, kid, keys.checksum)!;
  const chl = 13 + checksum.length;
  const head = [0, 1 + chl + octets, chl, spi1, spi2, kic, kid].map(octetHex).join('');
  const odd = {
    clear: head + TAR,
    counters: `0000000006${octetHex(pcntr)}`,
    padded: '00'.repeat(octets),
  };
  const asIs = (blocks: Uint8Array): Uint8Array => blocks;
  const encrypt = spi.isCiphered ? cipherOf(kic, keys.ciphering)!.encrypt : asIs;
  return sealOdd(odd, checksum.compute, encrypt);
}

/** Length of a block; 1 in clear. Octets of padding that some octets of data get. */
export function blockOf(shape: Shape, data = 0): { readonly block: number; readonly pad: number } {
  const { spi1, kic, kid } = shape;
  const keys = keysOf(shape);
  const { isCiphered, integrity } = spiOf(`${octetHex(spi1)}00`);
  const cipher = isCiphered ? cipherOf(kic, keys.ciphering) : undefined;
  const checksum = checksumOf(integrity, kid, keys.checksum)!;
  return { block: cipher?.block ?? 1, pad: paddingOctets(6 + checksum.length + data, cipher) };
}

/** What of a {@link shapeCard} is another. */
export interface ShapeCardParts {
  readonly stored?: string | undefined;
  readonly switches?: Partial<SwitchesProfile> | undefined;
  readonly answer?: Answer;
  readonly log?: CommitLog | undefined;
  readonly protocol?: 'T=0' | 'T=1';
}

/** Makes a card with the keys of a shape, a lenient applet and a strict one. */
export function shapeCard(shape: Shape, parts: ShapeCardParts = {}): OtaCard {
  const { stored = STORED, switches = {}, answer = () => ANSWER, log, protocol = 'T=0' } = parts;
  const profile = {
    protocol,
    keySets: [{ ...shape.keySet, cntr: stored }],
    applets: [testApplet(TAR), testApplet(STRICT_TAR, '16')],
    switches,
  };
  return otaCard(profile, answer, log);
}
