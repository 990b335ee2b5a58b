/**
 * DES and 3DES: published vectors, secured packets, and OpenSSL's on random inputs.
 *
 * OpenSSL 3 keeps single DES for itself, but 3DES with three times the same key is single DES.
 *
 * @see FIPS 46-3; test/vectors/ota-public.json
 * @module
 */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import {
  DES_BLOCK,
  type DesKey,
  decryptDesCbc,
  decryptDesEcb,
  encryptDesCbc,
  encryptDesEcb,
  expandDesKey,
} from '../../src/crypto/des.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };

const octetsOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const anyKey = fc.constantFrom(8, 16, 24).chain(octetsOf);
const anyBlocks = fc.integer({ min: 0, max: 16 }).chain((n) => octetsOf(n * DES_BLOCK));

type Mode = 'cbc' | 'ecb';

/** What OpenSSL makes of whole blocks. */
function openssl(
  make: typeof createCipheriv | typeof createDecipheriv,
  mode: Mode,
  key: Uint8Array,
  octets: Uint8Array,
): Uint8Array {
  const three = key.length === 8 ? concat(key, key, key) : concat(key, key).subarray(0, 24);
  const cipher = make(`des-ede3-${mode}`, three, mode === 'cbc' ? new Uint8Array(8) : null);
  cipher.setAutoPadding(false);
  return Uint8Array.from([...cipher.update(octets), ...cipher.final()]);
}

type Crypt = (key: DesKey, octets: Uint8Array) => Uint8Array;

const MODES: [Mode, Crypt, Crypt][] = [
  ['cbc', encryptDesCbc, decryptDesCbc],
  ['ecb', encryptDesEcb, decryptDesEcb],
];
const CRYPTS: [string, Crypt][] = MODES.flatMap(([mode, encrypt, decrypt]) => [
  [`${mode} encryption`, encrypt],
  [`${mode} decryption`, decrypt],
]);

describe('DES of one block', () => {
  // The first is of textbooks. The others are the substitution table known answer test of
  // NIST SP 800-17, which reaches each entry of each S-box.
  it.each([
    ['133457799bbcdff1', '0123456789abcdef', '85e813540f0ab405'],
    ['7ca110454a1a6e57', '01a1d6d039776742', '690f5b0d9a26939b'],
    ['0131d9619dc1376e', '5cd54ca83def57da', '7a389d10354bd271'],
    ['07a1133e4a0b2686', '0248d43806f67172', '868ebb51cab4599a'],
    ['3849674c2602319e', '51454b582ddf440a', '7178876e01f19b2a'],
    ['04b915ba43feb5b6', '42fd443059577fa2', 'af37fb421f8c4095'],
    ['0113b970fd34f2ce', '059b5e0851cf143a', '86a560f10ec6d85b'],
    ['0170f175468fb5e6', '0756d8e0774761d2', '0cd3da020021dc09'],
    ['43297fad38e373fe', '762514b829bf486a', 'ea676b2cb7db2b7a'],
    ['07a7137045da2a16', '3bdd119049372802', 'dfd64a815caf1a0f'],
    ['04689104c2fd3b2f', '26955f6835af609a', '5c513c9c4886c088'],
    ['37d06bb516cb7546', '164d5e404f275232', '0a2aeeae3ff4ab77'],
    ['1f08260d1ac2465e', '6b056e18759f5cca', 'ef1bf03e5dfa575a'],
    ['584023641aba6176', '004bd6ef09176062', '88bf0db6d70dee56'],
    ['025816164629b007', '480d39006ee762f2', 'a1f9915541020b56'],
    ['49793ebc79b3258f', '437540c8698f3cfa', '6fbf1cafcffd0556'],
    ['4fb05e1515ab73a7', '072d43a077075292', '2f22e49bab7ca1ac'],
    ['49e95d6d4ca229bf', '02fe55778117f12a', '5a6b612cc26cce4a'],
    ['018310dc409b26d6', '1d9d5c5018f728c2', '5f4c038ed12b2e41'],
    ['1c587f1c13924fef', '305532286d6f295a', '63fac0d034d9f793'],
  ])('by %s makes %s %s, and back', (key, plain, ciphered) => {
    const expanded = expandDesKey(fromHex(key));
    expect(toHex(encryptDesEcb(expanded, fromHex(plain)))).toBe(ciphered);
    expect(toHex(decryptDesEcb(expanded, fromHex(ciphered)))).toBe(plain);
  });

  // The example of NIST SP 800-67: the text is "The qufck brown fox jump".
  it('by three keys makes the three blocks of SP 800-67, and back', () => {
    const key = expandDesKey(fromHex('0123456789abcdef23456789abcdef01456789abcdef0123'));
    const plain = '5468652071756663 6b2062726f776e20 666f78206a756d70'.replaceAll(' ', '');
    const ciphered = 'a826fd8ce53b855f cce21c8112256fe6 68d5c05dd9b6b900'.replaceAll(' ', '');
    expect(toHex(encryptDesEcb(key, fromHex(plain)))).toBe(ciphered);
    expect(toHex(decryptDesEcb(key, fromHex(ciphered)))).toBe(plain);
  });

  it('of inverted octets by an inverted key is inverted', () => {
    const inverted = (octets: Uint8Array): Uint8Array => octets.map((octet) => ~octet);
    fc.assert(
      fc.property(octetsOf(8), octetsOf(8), (key, plain) => {
        const ciphered = encryptDesEcb(expandDesKey(key), plain);
        expect(encryptDesEcb(expandDesKey(inverted(key)), inverted(plain))).toEqual(
          inverted(ciphered),
        );
      }),
    );
  });
});

describe.each(MODES)('DES and 3DES in %s', (mode, encrypt, decrypt) => {
  it('cipher whole blocks as OpenSSL does, and back', () => {
    fc.assert(
      fc.property(anyKey, anyBlocks, (key, plain) => {
        const expanded = expandDesKey(key);
        const ciphered = encrypt(expanded, plain);
        expect(ciphered).toEqual(openssl(createCipheriv, mode, key, plain));
        expect(decrypt(expanded, ciphered)).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });

  it('decipher whatever blocks as OpenSSL does, and back', () => {
    fc.assert(
      fc.property(anyKey, anyBlocks, (key, ciphered) => {
        const expanded = expandDesKey(key);
        const plain = decrypt(expanded, ciphered);
        expect(plain).toEqual(openssl(createDecipheriv, mode, key, ciphered));
        expect(encrypt(expanded, plain)).toEqual(ciphered);
      }),
      { numRuns: 500 },
    );
  });
});

/** Without the one whose last octet is changed on the way. */
const PACKETS = vectors.cases.filter(({ id, cipher }) => /des/u.test(cipher) && id !== 'pub-x15');

describe('DES and 3DES of secured packets', () => {
  it('have 52 packets with keys of each length', () => {
    expect(PACKETS.length).toBe(52);
    expect(new Set(PACKETS.map(({ kicKey }) => kicKey.length))).toEqual(new Set([16, 32, 48]));
  });

  // The first ten octets, CPL to TAR, are never ciphered.
  it.each(PACKETS)('give both forms of $id, by $cipher', (packet) => {
    const key = expandDesKey(fromHex(packet.kicKey));
    const isEcb = packet.cipher === 'des-ecb';
    const [plain, ciphered] = [packet.plainPacket, packet.commandPacket].map((hex) =>
      fromHex(hex).subarray(10),
    ) as [Uint8Array, Uint8Array];
    expect((isEcb ? encryptDesEcb : encryptDesCbc)(key, plain)).toEqual(ciphered);
    expect((isEcb ? decryptDesEcb : decryptDesCbc)(key, ciphered)).toEqual(plain);
  });
});

describe('a DES or 3DES key', () => {
  const KEY = fromHex('0123456789abcdef23456789abcdef01456789abcdef0123');
  const PLAIN = fromHex('000102030405060708090a0b0c0d0e0f');

  it('tells its length, and no other has any effect', () => {
    for (let length = 0; length <= 64; length++) {
      const key = new Uint8Array(length).fill(0x42);
      if (length === 8 || length === 16 || length === 24) {
        expect(expandDesKey(key).keyOctets).toBe(length);
        continue;
      }
      expect(() => expandDesKey(key)).toThrow(
        new RangeError(`key: expected 8, 16 or 24 octets, got ${length}`),
      );
    }
  });

  it.each([8, 16, 24])(
    'of %d octets has a parity bit in each octet, which is ignored',
    (length) => {
      const key = KEY.slice(0, length);
      const ciphered = encryptDesCbc(expandDesKey(key), PLAIN);
      for (let bit = 0; bit < 8 * length; bit++) {
        const other = key.slice();
        other[bit >> 3]! ^= 0x80 >> (bit & 7);
        const result = encryptDesCbc(expandDesKey(other), PLAIN);
        const isParity = bit % 8 === 7;
        expect(toHex(result) === toHex(ciphered), `bit ${bit}`).toBe(isParity);
      }
    },
  );

  it('of two keys is one of three with K3 = K1', () => {
    const two = expandDesKey(KEY.subarray(0, 16));
    const three = expandDesKey(concat(KEY.subarray(0, 16), KEY.subarray(0, 8)));
    for (const [, crypt] of CRYPTS) expect(crypt(two, PLAIN)).toEqual(crypt(three, PLAIN));
    expect(encryptDesCbc(two, PLAIN)).not.toEqual(encryptDesCbc(expandDesKey(KEY), PLAIN));
  });

  it('of the same key twice or three times is that of DES', () => {
    const k = KEY.subarray(0, 8);
    const one = expandDesKey(k);
    for (const key of [concat(k, k), concat(k, k, k)]) {
      for (const [, crypt] of CRYPTS)
        expect(crypt(expandDesKey(key), PLAIN)).toEqual(crypt(one, PLAIN));
    }
  });

  it('keeps nothing of the octets it was made from, and leaves them as they were', () => {
    const given = KEY.slice();
    const key = expandDesKey(given);
    expect(given).toEqual(KEY);
    given.fill(0);
    expect(encryptDesCbc(key, PLAIN)).toEqual(encryptDesCbc(expandDesKey(KEY), PLAIN));
    expect(decryptDesCbc(key, PLAIN)).toEqual(decryptDesCbc(expandDesKey(KEY), PLAIN));
  });

  it('may begin at an odd place', () => {
    const shifted = concat(Uint8Array.of(0xff), KEY).subarray(1);
    expect(encryptDesCbc(expandDesKey(shifted), PLAIN)).toEqual(
      encryptDesCbc(expandDesKey(KEY), PLAIN),
    );
  });
});

describe.each(CRYPTS)('%s', (_, crypt) => {
  const KEYS = [8, 16, 24].map((length) =>
    expandDesKey(Uint8Array.from({ length }, (_, n) => 31 * n)),
  );

  it('refuses octets that are not whole blocks, of every length up to 80', () => {
    for (let length = 0; length <= 80; length++) {
      if (length % 8 === 0) continue;
      const error = new RangeError(`octets: expected whole blocks of 8, got ${length}`);
      for (const key of KEYS) expect(() => crypt(key, new Uint8Array(length))).toThrow(error);
    }
  });

  it('leaves octets as they were, wherever they begin, and gives something new', () => {
    const octets = Uint8Array.from({ length: 40 }, (_, n) => n);
    const shifted = concat(Uint8Array.of(0xff), octets).subarray(1);
    for (const key of KEYS) {
      const result = crypt(key, shifted);
      expect(shifted).toEqual(octets);
      expect(crypt(key, octets)).toEqual(result);
      result.fill(0);
      expect(shifted).toEqual(octets);
    }
  });
});
