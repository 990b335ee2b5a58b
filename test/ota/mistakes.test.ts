/**
 * Mistakes of senders: each is made by hand from a seed, and must be found by its name; and what is
 * no mistake must not get one. The worked example is the first exchange of
 * test/vectors/ota-real-cards.json.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { equals } from '../../src/bytes/octets.ts';
import { judgeCounter } from '../../src/ota/counter.ts';
import { checksumOf, cipherOf, type KeySet, keyVersion, otaKey } from '../../src/ota/key-set.ts';
import { findMistake } from '../../src/ota/mistakes/find-mistake.ts';
import {
  type CandidateKeySet,
  MISTAKE_NAMES,
  type Mistake,
  type MistakeName,
  type ReceiverFacts,
} from '../../src/ota/mistakes/mistake.ts';
import {
  hasHeaderFault,
  openCommandPacket,
  splitCommandPacket,
} from '../../src/ota/secured-packet.ts';
import { meetsMinimumSecurity } from '../../src/ota/spi.ts';
import { CHECKSUM_MISTAKES_MADE } from './support/checksum-mistakes-made.ts';
import { decoded, truncations } from './support/damage.ts';
import { HEADER_MISTAKES_MADE } from './support/header-mistakes-made.ts';
import { KEY_MISTAKES_MADE, type Made } from './support/key-mistakes-made.ts';
import { drawScene, macBy, type Scene, seal, type Wish } from './support/mistaken-sender.ts';
import { REAL } from './support/packets.ts';

const MADE: readonly Made[] = [
  ...KEY_MISTAKES_MADE,
  ...CHECKSUM_MISTAKES_MADE,
  ...HEADER_MISTAKES_MADE,
];
const SEEDS = Array.from({ length: 12 }, (_, n) => n + 1);
const CLEAR_OCTETS = 10;

interface Case {
  readonly scene: Scene;
  readonly packet: Uint8Array;
}

function make(made: Made, seed: number): Case {
  const scene = drawScene(seed, made.wish);
  made.spoil(scene);
  const sealed = seal(scene.recipe);
  return { scene, packet: made.after?.(sealed, scene) ?? sealed };
}

function namesOf(mistake: Mistake | undefined): string {
  if (mistake === undefined) return 'none';
  return mistake.second === undefined ? mistake.name : `${mistake.name}, ${mistake.second}`;
}

/** Judges a packet by what the receiver itself is made of. */
function isTaken(packet: Uint8Array, { keySets, applets, ...strict }: ReceiverFacts): boolean {
  const frame = decoded(() => splitCommandPacket(packet));
  const applet = applets.find(({ tar }) => frame && equals(tar, frame.tar));
  if (frame === undefined || applet === undefined) return false;
  const { spi, spi1, kic, kid } = frame;
  const named = (octet: number) => keySets.find(({ kvn }) => kvn === keyVersion(octet));
  const keysOf = (octet: number): KeySet | undefined => {
    const set = named(octet);
    if (set === undefined) return undefined;
    const [cipher, checksum] = [set.kic, set.kid].map(({ type, key }) => otaKey(type, key));
    return { ...set, cipheringKey: cipher, checksumKey: checksum };
  };
  const keys = { ciphering: keysOf(kic), checksum: keysOf(kid) };
  const counter = named(spi.integrity === 'none' ? kic : kid);
  const isCounted = spi.counterMode === 'higher' || spi.counterMode === 'one-higher';
  const hasPor = spi.por !== 'none';
  const usesKic = spi.isCiphered || (hasPor && spi.isPorCiphered);
  const usesKid = spi.integrity === 'cc' || (hasPor && spi.porIntegrity === 'cc');
  const used = [...(usesKic ? [named(kic)?.kic] : []), ...(usesKid ? [named(kid)?.kid] : [])];
  const algorithms = used.map((key) => key?.type);
  const opened = openCommandPacket(frame, keys);
  return (
    !hasHeaderFault(frame, keys.checksum) &&
    meetsMinimumSecurity(spi1, applet.minimumSecurity) &&
    !(usesKic && cipherOf(kic, keys.ciphering) === undefined) &&
    !(hasPor && checksumOf(spi.porIntegrity, kid, keys.checksum) === undefined) &&
    !(isCounted && counter === undefined) &&
    (strict.aesWithoutCounter || isCounted || !algorithms.includes('AES')) &&
    (strict.singleDes !== false || !algorithms.includes('DES')) &&
    (strict.differentKeySets !== false || keyVersion(kic) === keyVersion(kid)) &&
    opened.ok &&
    judgeCounter(opened.packet, counter?.cntr ?? 0).ok
  );
}

/** The octets with every fifth bit behind an offset flipped in turn. */
function* flips(octets: Uint8Array, from: number): Generator<Uint8Array> {
  for (let at = 8 * from; at < 8 * octets.length; at += 5) {
    const flipped = octets.slice();
    flipped[at >> 3]! ^= 0x80 >> (at & 7);
    yield flipped;
  }
}

describe('the mistake of a sender', () => {
  it.each(MADE.map((made) => [made.title, made] as const))('%s is found', (_title, made) => {
    const right = made.second === undefined ? made.name : `${made.name}, ${made.second}`;
    const wrong = SEEDS.flatMap((seed) => {
      const { packet, scene } = make(made, seed);
      const found = namesOf(findMistake(packet, scene.receiver));
      return found === right ? [] : [`seed ${seed}: ${found}, not ${right}`];
    });
    expect(wrong).toEqual([]);
  });

  it('makes a receiver refuse the packet', () => {
    for (const made of MADE) {
      for (const seed of SEEDS) {
        const { packet, scene } = make(made, seed);
        expect([made.title, seed, isTaken(packet, scene.receiver)]).toEqual([
          made.title,
          seed,
          false,
        ]);
      }
    }
  });

  it('is made here for each name that there is', () => {
    const names = new Set(MADE.map(({ name }) => name));
    expect(MISTAKE_NAMES.filter((name) => !names.has(name))).toEqual([]);
  });

  it('comes with sentences that show no key', () => {
    for (const made of MADE) {
      for (const seed of SEEDS) {
        const { packet, scene } = make(made, seed);
        const remedy = findMistake(packet, scene.receiver)?.remedy ?? '';
        expect(remedy).toMatch(/^[A-Z\d].*\w'?\.$/u);
        for (const { kic, kid } of scene.receiver.keySets) {
          for (const key of [toHex(kic.key), toHex(kid.key)]) {
            for (let at = 0; at + 6 <= key.length; at += 2) {
              expect(remedy.toLowerCase()).not.toContain(key.slice(at, at + 6));
            }
          }
        }
      }
    }
  });
});

describe('a packet that is taken', () => {
  const withoutDs = Array.from({ length: 0x20 }, (_, spi1) => spi1).filter((spi1) => spi1 % 4 < 3);

  it.each(withoutDs)('with SPI1 %i has no mistake', (spi1) => {
    for (const seed of SEEDS) {
      for (const wish of [{}, { macLength: 4, type: 'AES' }, { rcNibble: 1 }] as const) {
        const { recipe, receiver } = drawScene(seed, { ...wish, spi1: [spi1] });
        const packet = seal(recipe);
        expect(isTaken(packet, receiver)).toBe(true);
        expect(namesOf(findMistake(packet, receiver))).toBe('none');
      }
    }
  });

  it('by a key that is named by its version alone has no mistake', () => {
    for (const seed of SEEDS) {
      const { recipe, receiver } = drawScene(seed, { spi1: [0x02, 0x06, 0x16] });
      recipe.kic &= 0xf0;
      recipe.kid &= 0xf0;
      expect(namesOf(findMistake(seal(recipe), receiver))).toBe('none');
    }
  });
});

describe('a packet that was damaged', () => {
  const proven: readonly (readonly [string, Wish])[] = [
    ['with a CC', { spi1: [0x02, 0x12] }],
    ['with a CC, ciphered', { spi1: [0x06, 0x16, 0x1e] }],
    ['with a CC of 4 octets, ciphered', { spi1: [0x16], type: 'AES', macLength: 4 }],
    ['with a CRC-32', { spi1: [0x01, 0x11] }],
    ['with a CRC-32, ciphered', { spi1: [0x05, 0x15] }],
    ['ciphered, without a checksum', { spi1: [0x04], spi2: [0] }],
  ];

  it.each(proven)('%s, in a bit behind the header, has no mistake', (_what, wish) => {
    for (const seed of [1, 2, 3]) {
      const { recipe, receiver } = drawScene(seed, wish);
      for (const damaged of flips(seal(recipe), CLEAR_OCTETS)) {
        expect(namesOf(findMistake(damaged, receiver))).toBe('none');
      }
    }
  });

  it.each(proven.slice(0, 5))('%s, by being cut short, has no mistake', (_what, wish) => {
    for (const seed of SEEDS) {
      const { recipe, receiver } = drawScene(seed, wish);
      for (const cut of truncations(seal(recipe))) {
        expect(namesOf(findMistake(cut, receiver))).toBe('none');
      }
    }
  });

  const MADE_WITH_PROOF = MADE.filter(({ name, wish }) => {
    const isWeak = wish?.rcNibble === 1 || wish?.spi1?.some((spi1) => (spi1 & 3) === 0);
    const byHeader: MistakeName[] = ['no-such-key-set', 'digital-signature', 'checksum-missing'];
    return !isWeak && !byHeader.includes(name);
  });

  it('does not have the mistake that was made with it, either', () => {
    expect(MADE_WITH_PROOF.length).toBeGreaterThan(100);
    for (const made of MADE_WITH_PROOF) {
      const { packet, scene } = make(made, 1);
      const wrong = packet.slice(0, -6).map((octet, at) => (at < 17 ? octet : octet ^ 0x55));
      const damaged = Uint8Array.of(...wrong, ...packet.slice(-6));
      expect([made.title, namesOf(findMistake(damaged, scene.receiver))]).toEqual([
        made.title,
        'none',
      ]);
    }
  });
});

describe('octets that no sender has made', () => {
  it('have no mistake when they are sealed with keys that nobody has', () => {
    for (const seed of SEEDS) {
      const { recipe, receiver, draw, set } = drawScene(seed, { spi1: [0x02, 0x06, 0x12, 0x16] });
      recipe.checksum = macBy(set.kid.type, draw.octets(set.kid.key.length));
      expect(namesOf(findMistake(seal(recipe), receiver))).toBe('none');
    }
  });

  it.each([0, 1, 14, 65_538])('have no mistake when there are %i', (length) => {
    const { recipe, receiver } = drawScene(1, { spi1: [0x00] });
    const packet = new Uint8Array(length);
    packet.set(seal(recipe).slice(0, length));
    expect(findMistake(packet, receiver)).toBeUndefined();
  });

  it('have none when they are random, for all that CPL does not count them', () => {
    const lengths: readonly (string | undefined)[] = [undefined, 'cpl-wrong', 'chl-wrong'];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(50), (octets, seed) => {
        const { receiver } = drawScene(seed);
        expect(lengths).toContain(findMistake(octets, receiver)?.name);
      }),
    );
  });

  it('throw nothing when CPL counts them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 120 }), fc.nat(50), (octets, seed) => {
        const { receiver } = drawScene(seed);
        octets.set([0, octets.length - 2]);
        const found = findMistake(octets, receiver)?.name;
        expect([undefined, ...MISTAKE_NAMES]).toContain(found);
      }),
    );
  });

  it('throw nothing when they are a packet with octets changed', () => {
    const change = fc.tuple(fc.nat(60), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(200), changes, (seed, changed) => {
        const { receiver, recipe } = drawScene(seed, { spi1: [seed & 0x1f] });
        const packet = seal(recipe);
        for (const [at, octet] of changed) packet[at % packet.length] = octet;
        const found = findMistake(packet, receiver)?.name;
        expect([undefined, ...MISTAKE_NAMES]).toContain(found);
      }),
    );
  });
});

describe('the worked example', () => {
  const packet = fromHex(REAL.userData.slice('027000'.length));
  const ours: CandidateKeySet = {
    kvn: 2,
    kic: { type: 'AES', key: fromHex(REAL.cipheringKey) },
    kid: { type: 'AES', key: fromHex(REAL.checksumKey) },
    macLength: 8,
    cntr: 0,
  };
  const stranger: CandidateKeySet = {
    ...ours,
    kic: { type: 'AES', key: new Uint8Array(16).fill(0x3c) },
    kid: { type: 'AES', key: new Uint8Array(16).fill(0x5a) },
  };
  const taking = (facts: Partial<ReceiverFacts>): ReceiverFacts => ({
    keySets: [ours],
    applets: [{ tar: fromHex(REAL.tar), minimumSecurity: 0x06 }],
    aesWithoutCounter: true,
    ...facts,
  });
  const applet = (tar: string, minimumSecurity = 0) => ({ tar: fromHex(tar), minimumSecurity });

  it('has no mistake for the card that took it', () => {
    expect(findMistake(packet, taking({}))).toBeUndefined();
  });

  it.each<[string, MistakeName, Partial<ReceiverFacts>, string]>([
    [
      'its keys as key set 3',
      'other-key-set',
      { keySets: [stranger, { ...ours, kvn: 3 }] },
      `The packet was sealed with the keys of key set 3, but has KIc '22' and KID '22': ` +
        `seal with KIc '32' and KID '32', or use the keys that these name.`,
    ],
    [
      'no key set 2',
      'no-such-key-set',
      { keySets: [{ ...ours, kvn: 1 }] },
      `The packet was sealed with the keys of key set 1 and has KIc '22' and KID '22', but ` +
        `the receiver has key set 1: seal with KIc '12' and KID '12'.`,
    ],
    [
      'no key set at all',
      'no-such-key-set',
      { keySets: [] },
      `KIc '22' names key set 2, and the receiver has no key set: use one that is there.`,
    ],
    [
      'its keys the other way round',
      'keys-swapped',
      { keySets: [{ ...ours, kic: ours.kid, kid: ours.kic }] },
      'The KID key was used for the cipher and the KIc key was used for the CC: ' +
        'cipher with the KIc key and compute the CC with the KID key.',
    ],
    [
      '3DES keys',
      'wrong-algorithm',
      {
        keySets: [
          {
            ...ours,
            kic: { type: '3DES', key: ours.kic.key },
            kid: { type: '3DES', key: ours.kid.key },
          },
        ],
      },
      'AES was computed with the keys of key set 2, meant for 3DES with 2 keys: ' +
        `use that, and seal with KIc '25' and KID '25'.`,
    ],
    [
      'a CMAC of 4 octets',
      'mac-length',
      { keySets: [{ ...ours, macLength: 4 }] },
      `The CC has 8 octets: the receiver takes its first 4, so seal with as many, and CHL '11'.`,
    ],
    [
      'a minimum of 16',
      'minimum-security',
      { applets: [applet(REAL.tar, 0x16)] },
      `SPI1 '06' is below the minimum '16' of TAR 'b00011', which wants a counter that goes up: ` +
        `seal with SPI1 '16'.`,
    ],
    [
      'the TAR in reverse order',
      'tar-reversed',
      { applets: [applet('1100b0')] },
      `TAR 'b00011' has its octets in reverse order: seal with '1100b0'.`,
    ],
    [
      'a TAR that is close',
      'tar-one-octet-off',
      { applets: [applet('b00001'), applet('b00010')] },
      `TAR 'b00011' is nobody's, and one octet off 'b00001': seal with that.`,
    ],
    [
      'no TAR like it',
      'tar-unknown',
      { applets: [applet('000000'), applet('b20100')] },
      `TAR 'b00011' is nobody's: seal with one of '000000' and 'b20100'.`,
    ],
    [
      'AES with a counter alone',
      'aes-without-counter',
      { aesWithoutCounter: false },
      `This receiver takes AES with a counter alone: seal with SPI1 '16', ` +
        'and a CNTR above the one before.',
    ],
  ])('for a receiver with %s has the mistake %s', (_what, name, facts, remedy) => {
    expect(findMistake(packet, taking(facts))).toEqual({ name, second: undefined, remedy });
  });

  it('has two mistakes where two are', () => {
    const both = taking({ keySets: [stranger, { ...ours, kvn: 3 }], applets: [applet('000000')] });
    expect(namesOf(findMistake(packet, both))).toBe('other-key-set, tar-unknown');
  });

  it('is not looked at with a key that is none, and the error does not show it', () => {
    const key = fromHex('c0ffee');
    const broken = taking({ keySets: [{ ...ours, kic: { type: 'AES', key } }] });
    expect(() => findMistake(packet, broken)).toThrow(RangeError);
    expect(() => findMistake(packet, broken)).not.toThrow(/c0ffee/iu);
  });
});
