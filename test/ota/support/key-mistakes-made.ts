/**
 * Packets of senders that mistake keys, and how they were made.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import { concat } from '../../../src/bytes/octets.ts';
import type { CandidateKeySet, MistakeName } from '../../../src/ota/mistakes/mistake.ts';
import { cipherBy, indicator, macBy, type Scene, type Wish } from './mistaken-sender.ts';

/** A way to make a mistake. */
export interface Made {
  readonly title: string;
  readonly name: MistakeName;
  /** The second of two mistakes. */
  readonly second?: MistakeName;
  readonly wish?: Wish;
  /** Changes the recipe of a packet that would be taken, or the receiver. */
  spoil(scene: Scene): void;
  /** What becomes of the sealed packet. */
  after?(packet: Uint8Array, scene: Scene): Uint8Array;
}

/** Lets a scene have another receiver. */
export function withReceiver(scene: Scene, facts: Partial<Scene['receiver']>): void {
  scene.receiver = { ...scene.receiver, ...facts };
}

/** Lets the named key set be another, KVN and all. */
export function withSet(scene: Scene, facts: Partial<CandidateKeySet>): void {
  const keySets = scene.receiver.keySets.map((set) =>
    set === scene.set ? { ...set, ...facts } : set,
  );
  withReceiver(scene, { keySets });
}

function useSet({ recipe }: Scene, { kic, kid }: CandidateKeySet, keys: 'both' | 'KIc' | 'KID') {
  if (keys !== 'KID' && recipe.cipher) recipe.cipher = cipherBy(kic.type, kic.key);
  if (keys !== 'KIc' && recipe.checksum) recipe.checksum = macBy(kid.type, kid.key);
}

const CC: Wish = { spi1: [0x02, 0x12, 0x1a] };
const CIPHER: Wish = { spi1: [0x04, 0x14, 0x1c] };
const BOTH: Wish = { spi1: [0x06, 0x16, 0x1e] };

const OTHER_SETS: readonly Made[] = [
  {
    title: 'both keys of another set',
    name: 'other-key-set',
    wish: BOTH,
    spoil: (scene) => useSet(scene, scene.other, 'both'),
  },
  {
    title: 'both keys of another set, with another algorithm',
    name: 'other-key-set',
    wish: { ...BOTH, type: 'AES', otherType: '3DES' },
    spoil: (scene) => useSet(scene, scene.other, 'both'),
  },
  {
    title: 'KVN of another set, its algorithms named rightly',
    name: 'other-key-set',
    wish: { ...BOTH, type: '3DES', otherType: 'AES' },
    spoil(scene) {
      useSet(scene, scene.other, 'both');
      const { kvn } = scene.set;
      scene.recipe.kic = kvn * 16 + 2;
      scene.recipe.kid = kvn * 16 + 2;
    },
  },
  {
    title: 'the KIc key of another set',
    name: 'other-key-set',
    wish: BOTH,
    spoil: (scene) => useSet(scene, scene.other, 'KIc'),
  },
  {
    title: 'the KID key of another set',
    name: 'other-key-set',
    wish: BOTH,
    spoil: (scene) => useSet(scene, scene.other, 'KID'),
  },
  {
    title: 'the KID key of another set, in clear',
    name: 'other-key-set',
    wish: CC,
    spoil: (scene) => useSet(scene, scene.other, 'KID'),
  },
  {
    title: 'the KIc key of another set, without a CC',
    name: 'other-key-set',
    wish: { ...CIPHER, isPadded: true },
    spoil: (scene) => useSet(scene, scene.other, 'KIc'),
  },
  {
    title: 'one set of two that KIc and KID name',
    name: 'other-key-set',
    wish: { spi1: [0x06], type: 'AES', keyOctets: 16 },
    spoil: ({ recipe, other }) => {
      recipe.kid = indicator(other.kvn, other.kid.type, other.kid.key.length);
    },
  },
];

const MISSING_SETS: readonly Made[] = [
  {
    title: 'a set that does not exist, by the keys of one that does',
    name: 'no-such-key-set',
    wish: BOTH,
    spoil(scene) {
      useSet(scene, scene.other, 'both');
      withReceiver(scene, { keySets: scene.receiver.keySets.filter((set) => set !== scene.set) });
    },
  },
  {
    title: 'a set that does not exist, by keys that nobody has',
    name: 'no-such-key-set',
    spoil: (scene) =>
      withReceiver(scene, { keySets: scene.receiver.keySets.filter((set) => set !== scene.set) }),
  },
  {
    title: 'set 0',
    name: 'no-such-key-set',
    wish: BOTH,
    spoil: ({ recipe }) => {
      recipe.kic %= 16;
      recipe.kid %= 16;
    },
  },
  {
    title: 'a KID of a set that does not exist',
    name: 'no-such-key-set',
    wish: BOTH,
    spoil: ({ recipe }) => {
      recipe.kid %= 16;
    },
  },
  {
    title: 'no set for the counter',
    name: 'no-such-key-set',
    wish: { spi1: [0x10, 0x18], spi2: [0] },
    spoil: ({ recipe }) => {
      recipe.kic = 0;
    },
  },
];

const ROLES: readonly Made[] = [
  {
    title: 'KIc key and KID key swapped',
    name: 'keys-swapped',
    wish: BOTH,
    spoil: ({ recipe, set: { kic, kid } }) => {
      recipe.cipher = cipherBy(kid.type, kid.key);
      recipe.checksum = macBy(kic.type, kic.key);
    },
  },
  {
    title: 'a CC by the KIc key, in clear',
    name: 'keys-swapped',
    wish: CC,
    spoil: ({ recipe, set: { kic } }) => {
      recipe.checksum = macBy(kic.type, kic.key);
    },
  },
  {
    title: 'ciphered with the KID key, without a CC',
    name: 'keys-swapped',
    wish: { ...CIPHER, isPadded: true },
    spoil: ({ recipe, set: { kid } }) => {
      recipe.cipher = cipherBy(kid.type, kid.key);
    },
  },
  {
    title: 'the KIc key for both',
    name: 'one-key-for-both',
    wish: BOTH,
    spoil: ({ recipe, set: { kic } }) => {
      recipe.checksum = macBy(kic.type, kic.key);
    },
  },
  {
    title: 'the KID key for both',
    name: 'one-key-for-both',
    wish: BOTH,
    spoil: ({ recipe, set: { kid } }) => {
      recipe.cipher = cipherBy(kid.type, kid.key);
    },
  },
];

/** Uses the octets of both keys for another algorithm, or the first of them. */
function useAs(
  { recipe, set: { kic, kid } }: Scene,
  type: 'AES' | '3DES' | 'DES',
  octets: number,
  keys: 'both' | 'KIc' | 'KID' = 'both',
): void {
  if (keys !== 'KID' && recipe.cipher) recipe.cipher = cipherBy(type, kic.key.slice(0, octets));
  if (keys !== 'KIc' && recipe.checksum) {
    recipe.checksum = macBy(type, kid.key.slice(0, octets));
    recipe.length = 8;
  }
}

const ALGORITHMS: readonly Made[] = [
  {
    title: '3DES with AES keys',
    name: 'wrong-algorithm',
    wish: { type: 'AES', keyOctets: 16 },
    spoil: (scene) => useAs(scene, '3DES', 16),
  },
  {
    title: '3DES with AES keys, named 3DES',
    name: 'wrong-algorithm',
    wish: { ...BOTH, type: 'AES', keyOctets: 16 },
    spoil(scene) {
      useAs(scene, '3DES', 16);
      scene.recipe.kic = indicator(scene.set.kvn, '3DES', 16);
      scene.recipe.kid = scene.recipe.kic;
    },
  },
  {
    title: 'AES with 3DES keys of 16 octets',
    name: 'wrong-algorithm',
    wish: { type: '3DES', keyOctets: 16 },
    spoil: (scene) => useAs(scene, 'AES', 16),
  },
  {
    title: 'AES with 3DES keys of 24 octets',
    name: 'wrong-algorithm',
    wish: { type: '3DES', keyOctets: 24 },
    spoil: (scene) => useAs(scene, 'AES', 24),
  },
  {
    title: 'a CC of 3DES with an AES key, ciphered with AES',
    name: 'wrong-algorithm',
    wish: { ...BOTH, type: 'AES', keyOctets: 24 },
    spoil: (scene) => useAs(scene, '3DES', 24, 'KID'),
  },
  {
    title: 'ciphered as 3DES with an AES key, without a CC',
    name: 'wrong-algorithm',
    wish: { ...CIPHER, type: 'AES', keyOctets: 16, isPadded: true },
    spoil: (scene) => useAs(scene, '3DES', 16),
  },
  {
    title: '3DES with 2 keys of 3',
    name: 'key-length',
    wish: { type: '3DES', keyOctets: 24 },
    spoil: (scene) => useAs(scene, '3DES', 16),
  },
  {
    title: '3DES with 2 keys of 3, named so',
    name: 'key-length',
    wish: { ...BOTH, type: '3DES', keyOctets: 24 },
    spoil(scene) {
      useAs(scene, '3DES', 16);
      scene.recipe.kic = indicator(scene.set.kvn, '3DES', 16);
      scene.recipe.kid = scene.recipe.kic;
    },
  },
  {
    title: 'AES with the first 16 of 32 octets',
    name: 'key-length',
    wish: { type: 'AES', keyOctets: 32 },
    spoil: (scene) => useAs(scene, 'AES', 16),
  },
  {
    title: 'AES with the first 24 of 32 octets, for the cipher alone',
    name: 'key-length',
    wish: { ...BOTH, type: 'AES', keyOctets: 32 },
    spoil: (scene) => useAs(scene, 'AES', 24, 'KIc'),
  },
  {
    title: 'single DES with the first of 2 keys',
    name: 'single-des',
    wish: { type: '3DES', keyOctets: 16 },
    spoil: (scene) => useAs(scene, 'DES', 8),
  },
  {
    title: 'single DES with the first of 3 keys, named DES',
    name: 'single-des',
    wish: { ...BOTH, type: '3DES', keyOctets: 24 },
    spoil(scene) {
      useAs(scene, 'DES', 8);
      scene.recipe.kic = indicator(scene.set.kvn, 'DES', 8);
      scene.recipe.kid = scene.recipe.kic;
    },
  },
  {
    title: 'single DES in ECB with the first of 2 keys, named so',
    name: 'single-des',
    wish: { ...BOTH, type: '3DES', keyOctets: 16 },
    spoil(scene) {
      const { kvn, kic } = scene.set;
      useAs(scene, 'DES', 8, 'KID');
      scene.recipe.cipher = cipherBy('DES', kic.key.slice(0, 8), true);
      scene.recipe.kic = kvn * 16 + 0x0d;
      scene.recipe.kid = kvn * 16 + 0x01;
    },
  },
  {
    title: 'single DES for the CC alone',
    name: 'single-des',
    wish: { type: '3DES' },
    spoil: (scene) => useAs(scene, 'DES', 8, 'KID'),
  },
];

const MODES: readonly Made[] = [
  ...(['AES', '3DES', 'DES'] as const).map(
    (type): Made => ({
      title: `${type} in ECB`,
      name: 'block-mode',
      wish: { ...BOTH, type },
      spoil: ({ recipe, set: { kic } }) => {
        recipe.cipher = cipherBy(type, kic.key, true);
        // The first block is the same in CBC: there must be others.
        recipe.data = concat(recipe.data, recipe.data.slice(0, 1), new Uint8Array(20));
      },
    }),
  ),
  {
    title: 'DES in CBC where KIc says ECB',
    name: 'block-mode',
    wish: { ...BOTH, type: 'DES' },
    spoil: ({ recipe, set: { kvn } }) => {
      recipe.kic = kvn * 16 + 0x0d;
      recipe.data = concat(recipe.data, new Uint8Array(20));
    },
  },
];

function namedAs(title: string, wish: Wish, kic: number, kid: number): Made {
  return {
    title,
    name: 'key-indicator',
    wish,
    spoil: ({ recipe, set: { kvn } }) => {
      recipe.kic = kvn * 16 + kic;
      recipe.kid = kvn * 16 + kid;
    },
  };
}

const INDICATORS: readonly Made[] = [
  namedAs('AES keys named 3DES', { ...BOTH, type: 'AES' }, 5, 5),
  namedAs('3DES keys named AES', { ...BOTH, type: '3DES', keyOctets: 16 }, 2, 2),
  namedAs('2 keys named 3', { ...BOTH, type: '3DES', keyOctets: 16 }, 9, 9),
  namedAs('3 keys named 2', { ...BOTH, type: '3DES', keyOctets: 24 }, 5, 5),
  namedAs('3DES keys named DES', { ...BOTH, type: '3DES' }, 1, 1),
  namedAs('an AES key named 3DES by KID alone', { ...BOTH, type: 'AES' }, 2, 5),
  namedAs('a CC by a key that KID names ECB', { spi1: [0x02, 0x12], type: 'DES' }, 1, 0xd),
  namedAs('an RC that KID names AES', { spi1: [0x01, 0x11], spi2: [0, 1] }, 2, 2),
  {
    title: 'an AES key that KIc names 3DES, without a CC',
    name: 'key-indicator',
    wish: { spi1: [0x04, 0x14], spi2: [0], type: 'AES', isPadded: true },
    spoil: ({ recipe, set: { kvn } }) => {
      recipe.kic = kvn * 16 + 5;
    },
  },
];

/** Mistakes with keys. */
export const KEY_MISTAKES_MADE: readonly Made[] = [
  ...OTHER_SETS,
  ...MISSING_SETS,
  ...ROLES,
  ...ALGORITHMS,
  ...MODES,
  ...INDICATORS,
];
