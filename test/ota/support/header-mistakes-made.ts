/**
 * Packets of senders that mistake lengths, header, padding and counter; and two mistakes in one.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { concat } from '../../../src/bytes/octets.ts';
import type { MistakeName } from '../../../src/ota/mistakes/mistake.ts';
import { type Made, withReceiver, withSet } from './key-mistakes-made.ts';
import {
  cipherBy,
  cntrOctets,
  coveredAsItMustBe,
  indicator,
  macBy,
  type Recipe,
  type Scene,
  type Wish,
  zerosTo,
} from './mistaken-sender.ts';

const UDH = Uint8Array.of(0x02, 0x70, 0x00);
const CNTR_MAX = 2 ** 40 - 1;
const CLEAR_CC: Wish = { spi1: [0x02, 0x12] };
const CIPHERED: Wish = { spi1: [0x06, 0x16, 0x1e] };
const PADDED: Wish = { ...CIPHERED, isPadded: true };

function cplBy(title: string, off: (scene: Scene) => number, wish: Wish = {}): Made {
  return {
    title: `CPL that ${title}`,
    name: 'cpl-wrong',
    wish,
    spoil: (scene) => {
      const by = off(scene);
      scene.recipe.cpl = (right) => right + by;
    },
  };
}

function chlBy(title: string, off: (recipe: Recipe) => number): Made {
  return {
    title: `CHL that ${title}`,
    name: 'chl-wrong',
    spoil: ({ recipe }) => {
      recipe.chl = (right) => right + off(recipe);
    },
  };
}

const LENGTHS: readonly Made[] = [
  cplBy('counts itself', () => 2),
  cplBy('counts the UDH', () => 3),
  cplBy('counts itself and the UDH', () => 5),
  cplBy('does not count CHL', () => -1),
  cplBy('is off by some octets', ({ draw }) => 7 + draw.below(90)),
  cplBy('counts itself, without a checksum', () => 2, { spi1: [0x00, 0x10] }),
  {
    title: 'CPL that does not count the padding',
    name: 'cpl-wrong',
    wish: PADDED,
    spoil: ({ recipe }) => {
      const { block } = recipe.cipher!;
      const octets = 6 + recipe.length + recipe.data.length;
      recipe.cpl = (right) => right - zerosTo(block, octets).length;
    },
  },
  {
    title: 'CPL that was changed behind the checksum',
    name: 'cpl-wrong',
    spoil: () => undefined,
    after: (packet) => Uint8Array.of(packet[0]!, packet[1]! + 2, ...packet.slice(2)),
  },
  chlBy('does not count the checksum', ({ length }) => -length),
  chlBy('counts itself', () => 1),
  chlBy('counts CPL and itself', () => 3),
  chlBy('is less than any', ({ length }) => -length - 3),
  chlBy('is more than there is', () => 150),
  {
    title: 'CHL that was changed behind the checksum',
    name: 'chl-wrong',
    spoil: () => undefined,
    after: (packet) => Uint8Array.of(...packet.slice(0, 2), packet[2]! + 1, ...packet.slice(3)),
  },
  {
    title: 'the UDH in front',
    name: 'udh-in-packet',
    spoil: () => undefined,
    after: (packet) => concat(UDH, packet),
  },
  {
    title: 'octets behind the packet',
    name: 'octets-behind-packet',
    spoil: () => undefined,
    after: (packet, { draw }) => concat(packet, draw.octets(1 + draw.below(5))),
  },
];

const HEADERS: readonly Made[] = [
  {
    title: 'a digital signature in SPI1',
    name: 'digital-signature',
    spoil: ({ recipe }) => {
      recipe.spi1 |= 3;
    },
  },
  {
    title: 'a digital signature in SPI2',
    name: 'digital-signature',
    wish: { spi2: [0x0d, 0x0e] },
    spoil: () => undefined,
  },
  {
    title: 'a TAR in reverse order',
    name: 'tar-reversed',
    spoil: ({ recipe }) => {
      recipe.tar = recipe.tar.slice().reverse();
    },
  },
  {
    title: 'a TAR with one octet changed',
    name: 'tar-one-octet-off',
    spoil: ({ recipe, draw }) => {
      recipe.tar = recipe.tar.slice();
      recipe.tar[draw.below(3)]! ^= 1 + draw.below(255);
    },
  },
  {
    title: 'a TAR that nobody has',
    name: 'tar-unknown',
    spoil: ({ recipe }) => {
      recipe.tar = recipe.tar.map((octet) => octet ^ 0x5a);
    },
  },
  ...[
    ['a CC', [0x00, 0x01], 0x02],
    ['ciphering', [0x02, 0x12], 0x06],
    ['a counter that goes up', [0x02, 0x0a], 0x12],
    ['all three', [0x00, 0x10], 0x1e],
  ].map(
    ([title, spi1, minimumSecurity]): Made => ({
      title: `less than a minimum with ${title}`,
      name: 'minimum-security',
      wish: { spi1: spi1 as number[] },
      spoil: (scene) => {
        const { tar } = scene.recipe;
        const applets = [{ tar, minimumSecurity: minimumSecurity as number }];
        withReceiver(scene, { applets });
      },
    }),
  ),
  {
    title: 'a ciphered PoR without a key for it',
    name: 'por-keys',
    wish: { ...CLEAR_CC, spi2: [0x11, 0x12] },
    spoil: ({ recipe }) => {
      recipe.kic = 0;
    },
  },
  {
    title: 'a PoR with CC without a key for it',
    name: 'por-keys',
    wish: { spi1: [0x00, 0x04], spi2: [0x09, 0x0a], isPadded: true },
    spoil: ({ recipe }) => {
      recipe.kid = 0;
    },
  },
  {
    title: 'a PoR with an RC that KID does not name',
    name: 'por-keys',
    wish: { ...CLEAR_CC, type: 'AES', spi2: [0x05] },
    spoil: () => undefined,
  },
  {
    title: 'AES without a counter, for a receiver that wants one',
    name: 'aes-without-counter',
    wish: { type: 'AES', spi1: [0x02, 0x06, 0x0a] },
    spoil: (scene) => withReceiver(scene, { aesWithoutCounter: false }),
  },
  {
    title: 'single DES, for a receiver that does not take it',
    name: 'single-des-refused',
    wish: { type: 'DES' },
    spoil: (scene) => withReceiver(scene, { singleDes: false }),
  },
  {
    title: 'two key sets, for a receiver that wants one',
    name: 'different-key-sets',
    wish: { spi1: [0x06] },
    spoil(scene) {
      const { kvn, kic } = scene.other;
      scene.recipe.cipher = cipherBy(kic.type, kic.key);
      scene.recipe.kic = indicator(kvn, kic.type, kic.key.length);
      withReceiver(scene, { differentKeySets: false });
    },
  },
];

const PADDINGS: readonly Made[] = [
  {
    title: 'padding in a packet that is not ciphered',
    name: 'padding-in-clear',
    wish: CLEAR_CC,
    spoil: ({ recipe, draw }) => {
      const octets = 1 + draw.below(15);
      recipe.pad = () => ({ padding: new Uint8Array(octets), pcntr: octets });
    },
  },
  {
    title: 'a whole block of padding',
    name: 'pcntr-too-large',
    wish: CIPHERED,
    spoil: ({ recipe }) => {
      const { block } = recipe.cipher!;
      const left = (6 + recipe.length + recipe.data.length) % block;
      recipe.data = concat(recipe.data, new Uint8Array((block - left) % block));
      const padding = Uint8Array.of(0x80, ...new Uint8Array(block - 1));
      recipe.pad = () => ({ padding, pcntr: block });
    },
  },
  {
    title: 'padding to 16 octets for blocks of 8',
    name: 'pcntr-too-large',
    wish: { ...CIPHERED, type: '3DES' },
    spoil: ({ recipe, draw }) => {
      recipe.data = draw.octets(19); // 6 + 8 + 19 = 33.
      recipe.pad = (octets) => ({ padding: zerosTo(16, octets), pcntr: 15 });
    },
  },
  {
    title: 'PCNTR of more octets than there are',
    name: 'pcntr-too-large',
    wish: { ...CIPHERED, type: 'AES' },
    spoil: ({ recipe, draw }) => {
      recipe.data = draw.octets(2); // 6 + 8 + 2 = 16.
      recipe.pad = () => ({ padding: new Uint8Array(0), pcntr: 3 });
    },
  },
];

function counted(
  name: MistakeName,
  title: string,
  spi1: readonly number[],
  cntr: (stored: number, scene: Scene) => number,
  stored?: number,
): Made {
  return {
    title,
    name,
    wish: { spi1, isPadded: true },
    spoil: (scene) => {
      const { set, recipe } = scene;
      if (stored !== undefined) withSet(scene, { cntr: stored });
      recipe.cntr = cntrOctets(cntr(stored ?? set.cntr, scene));
    },
  };
}

const HIGHER = [0x10, 0x12, 0x14, 0x16];
const ONE_HIGHER = [0x18, 0x1a, 0x1c, 0x1e];

const COUNTERS: readonly Made[] = [
  counted('counter-replayed', 'CNTR as it is stored', HIGHER, (stored) => stored),
  counted('counter-replayed', 'the same in mode 11', ONE_HIGHER, (stored) => stored),
  counted('counter-low', 'CNTR below what is stored', HIGHER, (stored) => stored - 2, 5000),
  counted('counter-low', 'the same in mode 11', ONE_HIGHER, (stored) => stored - 300, 5000),
  counted(
    'counter-high',
    'CNTR more than 1 above',
    ONE_HIGHER,
    (stored, { draw }) => stored + 2 + draw.below(200),
  ),
  counted('counter-blocked', 'a counter at its end', HIGHER, () => CNTR_MAX, CNTR_MAX),
  counted('counter-blocked', 'the same in mode 11', ONE_HIGHER, () => 0, CNTR_MAX),
  counted(
    'counter-little-endian',
    'CNTR in reverse order',
    ONE_HIGHER,
    () => 0x4d_2000_0000 + 0x0f_0000,
    0x0f_204c,
  ),
  counted(
    'counter-little-endian',
    'CNTR in reverse order, like the one before',
    HIGHER,
    () => 0x00_0100_0000,
    0xff_0000_0000,
  ),
];

function swapKeys({ recipe }: Scene, from: Scene['set']): void {
  recipe.cipher = cipherBy(from.kid.type, from.kid.key);
  recipe.checksum = macBy(from.kic.type, from.kic.key);
}

const PAIRS: readonly Made[] = [
  {
    title: 'the keys of another set, swapped',
    name: 'other-key-set',
    second: 'keys-swapped',
    wish: CIPHERED,
    spoil: (scene) => swapKeys(scene, scene.other),
  },
  {
    title: 'the keys of another set, and no CPL in the CC',
    name: 'other-key-set',
    second: 'checksum-without-lengths',
    wish: CIPHERED,
    spoil: ({ recipe, other: { kic, kid } }) => {
      recipe.cipher = cipherBy(kic.type, kic.key);
      recipe.checksum = macBy(kid.type, kid.key);
      recipe.covered = (parts) => coveredAsItMustBe(parts).slice(2);
    },
  },
  {
    title: 'swapped keys, and the UDH in the CC',
    name: 'keys-swapped',
    second: 'checksum-with-udh',
    wish: CIPHERED,
    spoil: (scene) => {
      swapKeys(scene, scene.set);
      scene.recipe.covered = (parts) => concat(UDH, coveredAsItMustBe(parts));
    },
  },
  {
    title: '3DES with AES keys, and the CC before padding',
    name: 'wrong-algorithm',
    second: 'checksum-before-padding',
    wish: { ...CIPHERED, type: 'AES', keyOctets: 16 },
    spoil: ({ recipe, draw, set: { kic, kid } }) => {
      recipe.cipher = cipherBy('3DES', kic.key);
      recipe.checksum = macBy('3DES', kid.key);
      recipe.data = draw.octets(16); // So that the MAC ends a block before the padding does.
      recipe.covered = ({ head, counters, data }) => concat(head, counters, data);
    },
  },
  {
    title: 'not ciphered, and a TAR in reverse order',
    name: 'not-ciphered',
    second: 'tar-reversed',
    wish: CIPHERED,
    spoil: ({ recipe }) => {
      recipe.cipher = undefined;
      recipe.tar = recipe.tar.slice().reverse();
    },
  },
  {
    title: `a MAC with padding '80' by the KIc key`,
    name: 'keys-swapped',
    second: 'mac-padding',
    wish: { ...CLEAR_CC, type: '3DES' },
    spoil: ({ recipe, set: { kic } }) => {
      const mac = macBy('3DES', kic.key);
      recipe.checksum = (octets) => mac(concat(octets, Uint8Array.of(0x80)));
    },
  },
  {
    title: 'a low counter, and CPL that counts itself',
    name: 'cpl-wrong',
    second: 'counter-low',
    wish: { spi1: [0x12, 0x16] },
    spoil: (scene) => {
      withSet(scene, { cntr: 77 });
      scene.recipe.cntr = cntrOctets(70);
      scene.recipe.cpl = (right) => right + 2;
    },
  },
];

/** Mistakes with header, lengths, padding and counter; two in one packet. */
export const HEADER_MISTAKES_MADE: readonly Made[] = [
  ...LENGTHS,
  ...HEADERS,
  ...PADDINGS,
  ...COUNTERS,
  ...PAIRS,
];
