import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { MILENAGE_CONSTANTS } from '../../src/crypto/milenage.ts';
import { authenticationOf, keySetOf, pairFromProfile, secret } from '../../src/network/keys.ts';
import { cipherOf, otaKey } from '../../src/ota/key-set.ts';
import type { KeyTableEntryProfile } from '../../src/profile/profile.ts';
import { randomPair, seeded } from './support/world.ts';

// K, OP and OPc of TS 35.208 test set 1.
const ENTRY: KeyTableEntryProfile = {
  algorithm: 'milenage',
  k: '465B5CE8B199B49FAA5F0A2EE238A6BC',
  opc: 'cd63cb71954a9f4e48a5994e37a02baf',
  sqn: { indBits: 5, delta: 2 ** 28 },
  keySets: [
    {
      kvn: 3,
      kic: { type: 'AES', key: '000102030405060708090a0b0c0d0e0f' },
      kid: { type: 'AES', key: '101112131415161718191a1b1c1d1e1f', macLength: 4 },
      cntr: '00000000ff',
    },
    {
      kvn: 4,
      kic: { type: 'DES', key: '0001020304050607' },
      kid: { type: 'DES', key: '0001020304050607' },
      cntr: 'ffffffffff',
    },
  ],
};

describe('a pair from a profile', () => {
  it('has the octets of the entry', () => {
    const pair = pairFromProfile(ENTRY);
    expect(toHex(pair.k)).toBe(ENTRY.k.toLowerCase());
    expect(toHex(pair.opc)).toBe(ENTRY.opc);
    expect(pair.constants).toEqual(MILENAGE_CONSTANTS);
    expect(pair.indBits).toBe(5);
    expect(pair.keySets.map(({ kvn, macLength, cntr }) => [kvn, macLength, cntr])).toEqual([
      [3, 4, 255],
      [4, 8, 2 ** 40 - 1],
    ]);
    expect(toHex(pair.keySets[0]!.kid.octets)).toBe('101112131415161718191a1b1c1d1e1f');
  });

  it('has the same OPc when the entry gives OP', () => {
    const { opc: _, ...rest } = ENTRY;
    const pair = pairFromProfile({ ...rest, op: 'cdc202d5123e20f62b6d676ac72cb318' });
    expect(toHex(pair.opc)).toBe(ENTRY.opc);
  });

  it('has the rotations and constants of the entry', () => {
    const c = Array.from({ length: 5 }, (_, n) => `${'00'.repeat(15)}f${n}`);
    const pair = pairFromProfile({ ...ENTRY, r: [1, 2, 3, 4, 5], c });
    expect(pair.constants.r).toEqual([1, 2, 3, 4, 5]);
    expect(pair.constants.c.map(toHex)).toEqual(c);
  });
});

describe('keys from a pair', () => {
  it('start an AuC that has made no vector', () => {
    const state = authenticationOf(pairFromProfile(ENTRY), Uint8Array.of(0x80, 0));
    expect(state).toMatchObject({ seqHe: 0, ind: 0, indStep: 1, indBits: 5 });
  });

  it('cipher and check as the octets of the pair do', () => {
    const pair = pairFromProfile(ENTRY);
    const keys = keySetOf(pair.keySets[0]!);
    expect(keys).toMatchObject({ kvn: 3, macLength: 4 });
    const byHand = { ...keys, cipheringKey: otaKey('AES', fromHex(ENTRY.keySets[0]!.kic.key)) };
    const block = new Uint8Array(16);
    expect(cipherOf(0x32, keys)?.encrypt(block)).toEqual(cipherOf(0x32, byHand)?.encrypt(block));
  });

  it.each([
    ['K of 15 octets', { k: new Uint8Array(15) }],
    ['OPc of 17 octets', { opc: new Uint8Array(17) }],
  ])('are refused: %s', (_what, change) => {
    const pair = { ...randomPair(seeded(1)), ...change };
    expect(() => authenticationOf(pair, new Uint8Array(2))).toThrow(RangeError);
  });

  it('are refused: an AES key of 8 octets', () => {
    const [keySet] = randomPair(seeded(1)).keySets;
    const kic = { type: 'AES', octets: new Uint8Array(8) } as const;
    expect(() => keySetOf({ ...keySet!, kic })).toThrow(RangeError);
  });
});

describe('a secret', () => {
  it('is revealed on demand, and shown by nothing', () => {
    const hidden = secret({ k: 'feedbeef' });
    expect(hidden.reveal().k).toBe('feedbeef');
    expect(JSON.stringify({ hidden })).toBe('{"hidden":"(secret)"}');
    expect(`${hidden} ${inspect(hidden, { depth: 9, showHidden: true })}`).not.toMatch(/feedbeef/);
  });
});
