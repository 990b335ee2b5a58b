import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { OwnSecret } from '../../src/crypto/algorithms.ts';
import type { AuthenticationKey } from '../../src/crypto/authentication-key.ts';
import { expandTuakKey } from '../../src/crypto/tuak.ts';
import {
  authenticationOf,
  keySetOf,
  pairFromProfile,
  type SubscriptionPair,
  secret,
} from '../../src/network/keys.ts';
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
    expect([pair.algorithm, pair.constants]).toEqual([undefined, undefined]);
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
    expect(toHex(pair.constants!)).toBe(`0102030405${c.join('')}`);
  });
});

const { opc: _opc, ...WITHOUT_OPC } = ENTRY;
const TOP = '55'.repeat(32);
// TS 35.233 test set 1.
const TUAK: KeyTableEntryProfile = {
  ...WITHOUT_OPC,
  algorithm: 'tuak',
  k: 'AB'.repeat(16),
  top: TOP,
  resLength: 4,
};
const XOR: KeyTableEntryProfile = { ...WITHOUT_OPC, algorithm: 'xor', gsmVariant: true };
const OWN: KeyTableEntryProfile = { ...WITHOUT_OPC, algorithm: 'my-own', topc: TOP };

describe('a pair of another algorithm', () => {
  it.each<[string, KeyTableEntryProfile, readonly string[]]>([
    [
      'TUAK, with the TOPc that comes of TOP',
      TUAK,
      [
        'tuak',
        TUAK.k,
        'bd04d9530e87513c5d837ac2ad954623a8e2330c115305a73eb45d1f40cccbff',
        '04101001',
      ],
    ],
    ['XOR, with nothing beside K', XOR, ['xor', ENTRY.k, '', '1001']],
    ['a registered one', OWN, ['my-own', ENTRY.k, TOP, 'none']],
  ])('is %s', (_what, entry, expected) => {
    const { algorithm, k, opc, constants } = pairFromProfile(entry);
    const octets = [k, opc].map(toHex);
    const found = [algorithm, ...octets, constants === undefined ? 'none' : toHex(constants)];
    expect(found).toEqual(expected.map((hex) => hex.toLowerCase()));
  });

  it('starts an AuC of its algorithm', () => {
    const rand = fromHex('42'.repeat(16));
    const { key } = authenticationOf(pairFromProfile(TUAK), new Uint8Array(2));
    expect(toHex(key.challenge(rand).res)).toBe('657acd64');
    const xor = authenticationOf(pairFromProfile(XOR), new Uint8Array(2)).key.challenge(rand);
    expect(xor.res).toEqual(fromHex(ENTRY.k).map((octet) => octet ^ 0x42));
  });

  it('starts one of a registered algorithm where that is registered', () => {
    const pair = pairFromProfile(OWN);
    const amf = new Uint8Array(2);
    const start = (): unknown => authenticationOf(pair, amf);
    expect(start).toThrow(new RangeError('algorithms: expected one that is named "my-own"'));
    const algorithms = {
      'my-own': ({ k, opc }: OwnSecret): AuthenticationKey => expandTuakKey(k, opc),
    };
    const { key } = authenticationOf(pair, amf, algorithms);
    const rand = fromHex('42'.repeat(16));
    const expected = expandTuakKey(pair.k, pair.opc).challenge(rand).res;
    expect(key.challenge(rand).res).toEqual(expected);
  });

  it.each<[string, Partial<SubscriptionPair>]>([
    ['TOPc of 16 octets', { opc: new Uint8Array(16) }],
    ['K of 24 octets', { k: new Uint8Array(24) }],
    ['RES of 12 octets', { constants: Uint8Array.of(12, 16, 16, 1) }],
    ['no iteration', { constants: Uint8Array.of(8, 16, 16, 0) }],
    ['an algorithm that nobody knows', { algorithm: 'comp128' }],
  ])('is refused with %s', (_what, change) => {
    const pair = { ...pairFromProfile(TUAK), ...change };
    expect(() => authenticationOf(pair, new Uint8Array(2))).toThrow(RangeError);
  });
});

describe('keys from a pair', () => {
  it('start an AuC that has made no vector', () => {
    const state = authenticationOf(pairFromProfile(ENTRY), Uint8Array.of(0x80, 0));
    expect(state).toMatchObject({ seqHe: 0, ind: 0, indBits: 5, scheme: { kind: 'counter' } });
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
