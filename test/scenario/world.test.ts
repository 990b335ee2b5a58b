import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { homePlmn, iccid } from '../../src/bytes/identity.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { deviceProfile } from '../../src/scenario/device.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import {
  imsiOf,
  makeWorld,
  OPERATORS,
  operatorAfter,
  type World,
} from '../../src/scenario/world.ts';

let signing: Signing;
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

function worldOf(devices: number, pairs = 2): World {
  return makeWorld({ devices, pairs, random: seededRandomness('world'), signing });
}

describe('octets from a seed', () => {
  it('are the same however they are asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat({ max: 70 }), { maxLength: 8 }), (seed, parts) => {
        const whole = seededRandomness(seed)(parts.reduce((sum, part) => sum + part, 0));
        const random = seededRandomness(seed);
        expect(parts.map((part) => toHex(random(part))).join('')).toBe(toHex(whole));
      }),
    );
  });

  it('are others from another seed', () => {
    const seeds = ['', '0', '1', '1\n', 'vuicc', 'Vuicc'];
    const firsts = seeds.map((seed) => toHex(seededRandomness(seed)(16)));
    expect(new Set(firsts).size).toBe(seeds.length);
  });

  it('are SHA-256 of the seed, a line feed and the number of the block in 6 octets', () => {
    // printf 'abc\n\0\0\0\0\0\0' | sha256sum
    expect(toHex(seededRandomness('abc')(32))).toBe(
      '95733248e3248a04c68b65c9da94804e120f26ee9eed765c0c50cafb98123fba',
    );
  });
});

describe('a device', () => {
  it.each([
    ['EPS when nothing is said', {}, { registration: { lac: 1 }, fiveGs: undefined }],
    ['5G', { access: '5g' }, { registration: undefined, fiveGs: { tac: 1 } }],
  ] as const)('comes to its operator by %s', (_what, options, expected) => {
    const random = seededRandomness('access');
    const { devices } = makeWorld({ devices: 2, pairs: 1, random, signing, device: () => options });
    for (const device of devices) {
      expect(device.attach()).toBe(true);
      expect(device.me).toMatchObject(expected);
    }
  });
});

describe('the card of a device', () => {
  it.each([0, 1, 2, 99])('has a profile that is accepted: device %i', (number) => {
    const profile = deviceProfile(number, 3, seededRandomness('card'));
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    expect(profile.keyTable.entries).toHaveLength(3);
    expect(() => iccid(profile.iccid)).not.toThrow();
  });

  it('is the built-in test card for device 0, with as many of its pairs', () => {
    const { keyTable, ...rest } = deviceProfile(0, 3, seededRandomness('card'));
    const { keyTable: builtIn, ...same } = DEFAULT_PROFILE;
    expect(rest).toEqual(same);
    expect(keyTable).toEqual({ active: 0, entries: builtIn.entries.slice(0, 3) });
  });

  it('has pairs that no other has', () => {
    const random = seededRandomness('cards');
    const profiles = [0, 1, 2].map((number) => deviceProfile(number, 6, random));
    const keys = profiles.flatMap(({ keyTable }) =>
      keyTable.entries.flatMap(({ k, keySets }) => [
        k,
        ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
      ]),
    );
    expect(keys).toHaveLength(54);
    expect(new Set(keys).size).toBe(54);
  });
});

describe('a world', () => {
  it('has each device with the first operator, and its other pairs with nobody', () => {
    const world = worldOf(3);
    for (const device of world.devices) {
      expect(device.attach()).toBe(true);
      expect(device.imsi).toBe(operatorAfter(world, 0).home.imsiOf(device.iccid));
    }
    expect(world.manufacturer.snapshot()).toMatchObject({
      cards: world.devices.map((device) => ({ iccid: device.iccid, holders: ['MNO-A', null] })),
    });
  });

  it('goes round the operators', () => {
    const world = worldOf(1);
    const names = [0, 1, 2, 3, 4].map((changes) => operatorAfter(world, changes).name);
    expect(names).toEqual(['MNO-A', 'MNO-B', 'MNO-C', 'MNO-A', 'MNO-B']);
  });

  it('gives every change and device an IMSI of its own, of the operator', () => {
    const [, operator] = worldOf(1).operators;
    if (operator === undefined) throw new Error('a world has operators');
    const imsis = [0, 1, 9, 10, 99, 100, 255].flatMap((change) =>
      [0, 1, 10, 999_999, 9_999_999].map((device) => imsiOf(operator, change, device)),
    );
    expect(new Set(imsis).size).toBe(35);
    expect(imsis.every((imsi) => imsi.length === 15 && homePlmn(imsi, 2) === '001-02')).toBe(true);
    expect(() => imsiOf(operator, 1, 10_000_000)).toThrow(RangeError);
  });

  it.each([0, 256])('refuses cards of %i pairs', (pairs) => {
    expect(() => worldOf(1, pairs)).toThrow(RangeError);
  });
});
