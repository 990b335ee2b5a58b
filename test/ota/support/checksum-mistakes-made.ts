/**
 * Packets of senders that mistake checksum, ciphering, padding and lengths.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { concat } from '../../../src/bytes/octets.ts';
import { expandAesKey } from '../../../src/crypto/aes.ts';
import { encryptAesCbc } from '../../../src/crypto/cbc.ts';
import { aesCmac } from '../../../src/crypto/cmac.ts';
import { crc16, crc32 } from '../../../src/crypto/crc.ts';
import { decryptDesEcb, desCbcMac, encryptDesEcb, expandDesKey } from '../../../src/crypto/des.ts';
import type { MistakeName } from '../../../src/ota/mistakes/mistake.ts';
import type { Made } from './key-mistakes-made.ts';
import {
  cipherBy,
  coveredAsItMustBe,
  headOf,
  macBy,
  type Parts,
  type Recipe,
  type Scene,
  type SendersChecksum,
  type Wish,
  zerosTo,
} from './mistaken-sender.ts';

const UDH = Uint8Array.of(0x02, 0x70, 0x00);
const NOTHING = new Uint8Array(0);
const CIPHERED: Wish = { spi1: [0x06, 0x16, 0x1e] };
const PADDED: Wish = { ...CIPHERED, isPadded: true };
const RC16: Wish = { spi1: [0x01, 0x11], rcNibble: 1 };
const RC32: Wish = { spi1: [0x01, 0x05, 0x11, 0x15], rcNibble: 5 };

function covering(
  name: MistakeName,
  title: string,
  covered: (parts: Parts, recipe: Recipe) => Uint8Array,
  wish: Wish = {},
): Made {
  return {
    title: `a checksum ${title}`,
    name,
    wish,
    spoil: ({ recipe }) => {
      recipe.covered = (parts) => covered(parts, recipe);
    },
  };
}

/** The head with another CPL. */
function withCpl(head: Uint8Array, less: number): Uint8Array {
  const cpl = head[0]! * 256 + head[1]! - less;
  return Uint8Array.of(cpl >> 8, cpl, ...head.slice(2));
}

function withoutPcntr(counters: Uint8Array): Uint8Array {
  return Uint8Array.of(...counters.slice(0, 5), 0);
}

const WITHOUT_LENGTHS = 'checksum-without-lengths';
const BEFORE_PADDING = 'checksum-before-padding';
const OVER_DATA = 'checksum-over-data';

const SPANS: readonly Made[] = [
  covering(WITHOUT_LENGTHS, 'without CPL and CHL', (parts) => coveredAsItMustBe(parts).slice(3)),
  covering(WITHOUT_LENGTHS, 'without CPL', (parts) => coveredAsItMustBe(parts).slice(2)),
  covering(WITHOUT_LENGTHS, 'CRC-32 without CPL', (p) => coveredAsItMustBe(p).slice(2), RC32),
  covering(WITHOUT_LENGTHS, 'CRC-16 without CPL', (p) => coveredAsItMustBe(p).slice(2), RC16),
  covering('checksum-with-udh', 'with the UDH', (parts) => concat(UDH, coveredAsItMustBe(parts))),
  covering(
    'checksum-with-udh',
    'CRC-16 with the UDH',
    (parts) => concat(UDH, coveredAsItMustBe(parts)),
    RC16,
  ),
  covering(
    BEFORE_PADDING,
    'without the padding',
    ({ head, counters, data }) => concat(head, counters, data),
    { ...PADDED, type: 'AES' }, // The MAC of DES adds zeros itself, and may be the same.
  ),
  covering(
    BEFORE_PADDING,
    'with CPL and PCNTR from before the padding',
    ({ head, counters, data, padding }) =>
      concat(withCpl(head, padding.length), withoutPcntr(counters), data),
    PADDED,
  ),
  covering(
    BEFORE_PADDING,
    'with CPL from before the padding',
    ({ head, counters, data, padding }) => concat(withCpl(head, padding.length), counters, data),
    PADDED,
  ),
  covering(
    BEFORE_PADDING,
    'with PCNTR from before the padding',
    ({ head, counters, data }) => concat(head, withoutPcntr(counters), data),
    PADDED,
  ),
  covering(
    'checksum-over-zeroed-field',
    'with zeros in its place',
    ({ head, counters, data, padding }, { length }) =>
      concat(head, counters, new Uint8Array(length), data, padding),
  ),
  covering('checksum-without-counter', 'without CNTR and PCNTR', ({ head, data, padding }) =>
    concat(head, data, padding),
  ),
  covering('checksum-without-counter', 'without PCNTR', ({ head, counters, data, padding }) =>
    concat(head, counters.slice(0, 5), data, padding),
  ),
  covering(OVER_DATA, 'over the data', ({ data, padding }) => concat(data, padding)),
  covering(OVER_DATA, 'over the data without padding', ({ data }) => data, PADDED),
  covering(OVER_DATA, 'from CNTR on', ({ counters, data, padding }) =>
    concat(counters, data, padding),
  ),
];

/** Ciphers everything but the checksum, and puts one over that in its place. */
function overCiphertext(title: string, placeAt: (octets: number) => number): Made {
  return {
    title: `a CC over ciphered octets, ${title}`,
    name: 'checksum-over-ciphertext',
    wish: CIPHERED,
    spoil: () => undefined,
    after: (_packet, { recipe }) => {
      const { cipher, cntr, data, length } = recipe;
      const padding = zerosTo(cipher!.block, 6 + data.length);
      const plain = concat(cntr, Uint8Array.of(padding.length), data, padding);
      const ciphered = cipher!.encrypt(plain);
      const head = headOf(recipe, ciphered.length + length);
      const checksum = recipe.checksum!(concat(head, ciphered)).slice(0, length);
      const at = placeAt(ciphered.length);
      return concat(head, ciphered.slice(0, at), checksum, ciphered.slice(at));
    },
  };
}

function joining(name: MistakeName, title: string, join: Recipe['join'], wish: Wish = {}): Made {
  return {
    title,
    name,
    wish,
    spoil: ({ recipe }) => {
      recipe.join = join;
    },
  };
}

const PLACES: readonly Made[] = [
  overCiphertext('in its place', () => 6),
  overCiphertext('behind them', (octets) => octets),
  overCiphertext('in front of them', () => 0),
  joining('checksum-at-end', 'a checksum behind all', ({ counters, data, padding }, checksum) =>
    concat(counters, data, padding, checksum),
  ),
  joining(
    'checksum-at-end',
    'a checksum between data and padding',
    ({ counters, data, padding }, checksum) => concat(counters, data, checksum, padding),
    PADDED,
  ),
  {
    title: 'no PCNTR',
    name: 'pcntr-missing',
    spoil: ({ recipe }) => {
      recipe.join = ({ counters, data, padding }, checksum) =>
        concat(counters.slice(0, 5), checksum, data, padding);
      recipe.covered = ({ head, counters, data, padding }) =>
        concat(head, counters.slice(0, 5), data, padding);
      recipe.cpl = (right) => right - 1;
      recipe.chl = (right) => right - 1;
      const { cipher } = recipe;
      recipe.pad = (octets) => {
        const padding = cipher === undefined ? NOTHING : zerosTo(cipher.block, octets - 1);
        return { padding, pcntr: 0 };
      };
    },
  },
];

function macOf(
  name: MistakeName,
  title: string,
  wish: Wish,
  compute: (key: Uint8Array) => SendersChecksum,
  length = 8,
): Made {
  return {
    title,
    name,
    wish,
    spoil: ({ recipe, set: { kid } }) => {
      recipe.checksum = compute(kid.key);
      recipe.length = length;
    },
  };
}

function retail(key: Uint8Array, octets: Uint8Array): Uint8Array {
  const k1 = expandDesKey(key.slice(0, 8));
  const k2 = expandDesKey(key.slice(8, 16));
  const k3 = key.length === 24 ? expandDesKey(key.slice(16)) : k1;
  return encryptDesEcb(k3, decryptDesEcb(k2, desCbcMac(k1, octets)));
}

function cbcMac(key: Uint8Array, octets: Uint8Array): Uint8Array {
  const padded = concat(octets, zerosTo(16, octets.length));
  return encryptAesCbc(expandAesKey(key), padded).slice(-16);
}

function with80(octets: Uint8Array): Uint8Array {
  return concat(octets, Uint8Array.of(0x80));
}

const AES: Wish = { type: 'AES' };
const TWO_KEYS: Wish = { type: '3DES', keyOctets: 16 };
const THREE_KEYS: Wish = { type: '3DES', keyOctets: 24 };
const cmac = (key: Uint8Array) => macBy('AES', key);

const MACS: readonly Made[] = [
  macOf('mac-length', 'a CMAC of 4 octets in place of 8', { ...AES, macLength: 8 }, cmac, 4),
  macOf('mac-length', 'a CMAC of 8 octets in place of 4', { ...AES, macLength: 4 }, cmac, 8),
  macOf('mac-length', 'a CMAC of 16 octets', AES, cmac, 16),
  macOf('mac-length', 'a MAC of 3DES of 4 octets', TWO_KEYS, (key) => macBy('3DES', key), 4),
  macOf('mac-method', 'a retail MAC by 2 keys', TWO_KEYS, (key) => (all) => retail(key, all)),
  macOf('mac-method', 'a retail MAC by 3 keys', THREE_KEYS, (key) => (all) => retail(key, all)),
  macOf(
    'mac-method',
    `a retail MAC with padding '80'`,
    TWO_KEYS,
    (key) => (all) => retail(key, with80(all)),
  ),
  macOf('mac-method', 'a CBC-MAC of AES', AES, (key) => (all) => cbcMac(key, all)),
  macOf(
    'mac-method',
    `a CBC-MAC of AES with padding '80'`,
    AES,
    (key) => (all) => cbcMac(key, with80(all)),
  ),
  macOf(
    'mac-method',
    'the end of a CMAC',
    AES,
    (key) => (all) => aesCmac(expandAesKey(key), all).slice(8),
  ),
  macOf(
    'mac-padding',
    `a MAC of 3DES with padding '80'`,
    { type: '3DES' },
    (key) => (all) => macBy('3DES', key)(with80(all)),
  ),
];

/** A CRC bit by bit, of any kind. */
function crc(
  width: 16 | 32,
  start: bigint,
  isLowFirst: boolean,
  isInverted: boolean,
): SendersChecksum {
  const polynomial = width === 16 ? 0x1021n : 0x04c11db7n;
  const [top, all] = [1n << BigInt(width - 1), (1n << BigInt(width)) - 1n];
  return (octets) => {
    let remainder = start & all;
    for (const octet of octets) {
      for (let bit = 0; bit < 8; bit++) {
        const input = (octet >> (isLowFirst ? bit : 7 - bit)) & 1;
        const isOne = ((remainder & top) !== 0n) !== (input === 1);
        remainder = (remainder << 1n) & all;
        if (isOne) remainder ^= polynomial;
      }
    }
    const digits = remainder.toString(2).padStart(width, '0');
    const ordered = isLowFirst ? [...digits].reverse().join('') : digits;
    const value = BigInt(`0b${ordered}`) ^ (isInverted ? all : 0n);
    const hex = value.toString(16).padStart(width / 4, '0');
    return Uint8Array.from(hex.match(/../gu)!, (pair) => Number.parseInt(pair, 16));
  };
}

function crcOf(name: MistakeName, title: string, wish: Wish, checksum: SendersChecksum): Made {
  return {
    title,
    name,
    wish,
    spoil: ({ recipe }) => {
      recipe.checksum = checksum;
    },
  };
}

const CRCS: readonly Made[] = [
  crcOf('crc-byte-order', 'a CRC-16, low octet first', RC16, (all) => crc16(all).reverse()),
  crcOf('crc-byte-order', 'a CRC-32, low octet first', RC32, (all) => crc32(all).reverse()),
  crcOf('crc-final-xor', 'a CRC-16, not inverted', RC16, crc(16, -1n, true, false)),
  crcOf('crc-final-xor', 'a CRC-32, not inverted', RC32, crc(32, -1n, true, false)),
  crcOf('crc-start', 'a CRC-16 from zeros', RC16, crc(16, 0n, true, false)),
  crcOf('crc-start', 'a CRC-16 from zeros, inverted', RC16, crc(16, 0n, true, true)),
  crcOf('crc-start', 'a CRC-32 from zeros', RC32, crc(32, 0n, true, false)),
  crcOf('crc-start', 'a CRC-32 from zeros, inverted', RC32, crc(32, 0n, true, true)),
  crcOf('crc-bit-order', 'a CRC-16, high bit first', RC16, crc(16, -1n, false, true)),
  crcOf(
    'crc-bit-order',
    'a CRC-16, high bit first, not inverted',
    RC16,
    crc(16, -1n, false, false),
  ),
  crcOf('crc-bit-order', 'a CRC-32, high bit first', RC32, crc(32, -1n, false, true)),
  crcOf(
    'crc-bit-order',
    'a CRC-32, high bit first, not inverted',
    RC32,
    crc(32, -1n, false, false),
  ),
];

/** Puts another checksum of another length in the place of the right one. */
function other(
  name: MistakeName,
  title: string,
  wish: Wish,
  checksum: (scene: Scene) => SendersChecksum | undefined,
  length: number,
): Made {
  return {
    title,
    name,
    wish,
    spoil: (scene) => {
      scene.recipe.checksum = checksum(scene);
      scene.recipe.length = length;
    },
  };
}

const CC: Wish = { spi1: [0x02, 0x06, 0x12, 0x16] };
const ccOf = ({ set: { kid } }: Scene) => macBy(kid.type, kid.key);

const KINDS: readonly Made[] = [
  other('rc-for-cc', 'a CRC-32 in place of a CC', CC, () => crc32, 4),
  other('rc-for-cc', 'a CRC-16 in place of a CC', CC, () => crc16, 2),
  other('cc-for-rc', 'a CC in place of a CRC-32', RC32, ccOf, 8),
  other('cc-for-rc', 'a CC in place of a CRC-16', RC16, ccOf, 8),
  other('crc-length', 'a CRC-16 in place of a CRC-32', RC32, () => crc16, 2),
  other('crc-length', 'a CRC-32 in place of a CRC-16', RC16, () => crc32, 4),
  other('checksum-missing', 'no CC', { spi1: [0x02, 0x12] }, () => undefined, 0),
  other('checksum-missing', 'no CC, ciphered', PADDED, () => undefined, 0),
  other('checksum-missing', 'no RC', RC32, () => undefined, 0),
  other('checksum-unannounced', 'a CC that SPI1 does not ask for', { spi1: [0, 0x10] }, ccOf, 8),
  other('checksum-unannounced', 'the same, ciphered', { spi1: [0x04, 0x14] }, ccOf, 8),
  other('checksum-unannounced', 'the same with CRC-32', { spi1: [0, 0x10] }, () => crc32, 4),
];

function cipheredFrom(title: string, from: (recipe: Recipe) => number): Made {
  return {
    title: `ciphered from ${title} on`,
    name: 'ciphering-start',
    wish: CIPHERED,
    spoil: ({ recipe }) => {
      recipe.cipheredFrom = from(recipe);
    },
  };
}

const CIPHERS: readonly Made[] = [
  {
    title: 'not ciphered',
    name: 'not-ciphered',
    wish: CIPHERED,
    spoil: ({ recipe }) => {
      recipe.cipher = undefined;
    },
  },
  {
    title: 'padded and not ciphered',
    name: 'not-ciphered',
    wish: PADDED,
    spoil: ({ recipe }) => {
      const { block } = recipe.cipher!;
      recipe.cipher = undefined;
      recipe.pad = (octets) => {
        const padding = zerosTo(block, octets);
        return { padding, pcntr: padding.length };
      };
    },
  },
  {
    title: 'not ciphered, without a CC',
    name: 'not-ciphered',
    wish: { spi1: [0x04, 0x14] },
    spoil: ({ recipe }) => {
      recipe.cipher = undefined;
    },
  },
  {
    title: 'ciphered, and SPI1 does not say so',
    name: 'ciphered-unannounced',
    wish: { spi1: [0x02, 0x12, 0x1a] },
    spoil: ({ recipe, set: { kic } }) => {
      recipe.cipher = cipherBy(kic.type, kic.key);
    },
  },
  {
    title: 'ciphered without a CC, and SPI1 does not say so',
    name: 'ciphered-unannounced',
    wish: { spi1: [0x10, 0x18], type: '3DES' },
    spoil: ({ recipe, set: { kic } }) => {
      recipe.cipher = cipherBy(kic.type, kic.key);
      recipe.data = new Uint8Array(11).fill(0xa5);
    },
  },
  cipheredFrom('the CC', () => 6),
  cipheredFrom('PCNTR', () => 5),
  cipheredFrom('the data', ({ length }) => 6 + length),
];

/** Mistakes with checksum and ciphering. */
export const CHECKSUM_MISTAKES_MADE: readonly Made[] = [
  ...SPANS,
  ...PLACES,
  ...MACS,
  ...CRCS,
  ...KINDS,
  ...CIPHERS,
];
