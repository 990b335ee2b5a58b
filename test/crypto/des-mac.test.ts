/**
 * The CBC-MAC of DES and 3DES: the checksums of secured packets, and OpenSSL's last block.
 *
 * @see ETSI TS 102 225 §5.1.3; test/vectors/ota-public.json
 * @module
 */

import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { desCbcMac, encryptDesCbc, expandDesKey } from '../../src/crypto/des.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };

const octetsOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const anyKey = fc.constantFrom(8, 16, 24).chain(octetsOf);

/** The last block of OpenSSL's CBC; single DES is 3DES by the same key three times. */
function openssl(key: Uint8Array, octets: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.max(8, Math.ceil(octets.length / 8) * 8));
  padded.set(octets);
  const three = key.length === 8 ? concat(key, key, key) : concat(key, key).subarray(0, 24);
  const cipher = createCipheriv('des-ede3-cbc', three, new Uint8Array(8)).setAutoPadding(false);
  return Uint8Array.from(cipher.update(padded)).slice(-8);
}

const COMMANDS = vectors.cases.filter(({ integrity }) => /des/u.test(integrity));
const RESPONSES = COMMANDS.flatMap(({ id, kidKey, por, response }) => {
  const { macInput, checksum } = response;
  if (por.security !== 'cc' || macInput === undefined || checksum === undefined) return [];
  return checksum === '' ? [] : [{ id, kidKey, macInput, checksum }];
});

describe('a DES CBC-MAC', () => {
  it('has 35 command packets with keys of each length, and 24 response packets', () => {
    expect(COMMANDS.length).toBe(35);
    expect(RESPONSES.length).toBe(24);
    expect(new Set(COMMANDS.map(({ kidKey }) => kidKey.length))).toEqual(new Set([16, 32, 48]));
  });

  it.each(COMMANDS)('is the checksum of $id, by $integrity', ({ kidKey, macInput, checksum }) => {
    expect(toHex(desCbcMac(expandDesKey(fromHex(kidKey)), fromHex(macInput)))).toBe(checksum);
  });

  it.each(RESPONSES)('is the checksum of the response to $id', ({ kidKey, macInput, checksum }) => {
    expect(toHex(desCbcMac(expandDesKey(fromHex(kidKey)), fromHex(macInput)))).toBe(checksum);
  });

  it('is OpenSSL’s last block for every length up to 80, with keys of each length', () => {
    for (let length = 0; length <= 80; length++) {
      fc.assert(
        fc.property(anyKey, octetsOf(length), (key, octets) => {
          expect(desCbcMac(expandDesKey(key), octets)).toEqual(openssl(key, octets));
        }),
        { numRuns: 20 },
      );
    }
  });

  it('of no octets is that of one block of zeros', () => {
    const key = expandDesKey(fromHex('0123456789abcdef'));
    const zeros = new Uint8Array(8);
    expect(desCbcMac(key, new Uint8Array(0))).toEqual(encryptDesCbc(key, zeros));
    expect(desCbcMac(key, zeros)).toEqual(encryptDesCbc(key, zeros));
  });

  it('is the same with zeros that fill a block behind the octets, and another with more', () => {
    const key = expandDesKey(fromHex('0123456789abcdeffedcba9876543210'));
    const octets = fromHex('01020304050607080910');
    const mac = toHex(desCbcMac(key, octets));
    for (let zeros = 1; zeros <= 14; zeros++) {
      const longer = desCbcMac(key, concat(octets, new Uint8Array(zeros)));
      expect(toHex(longer) === mac, `${zeros} zeros`).toBe(zeros <= 6);
    }
  });

  it('is another when one bit of the octets is', () => {
    const key = expandDesKey(fromHex('0123456789abcdeffedcba9876543210'));
    const octets = Uint8Array.from({ length: 21 }, (_, n) => n);
    const mac = toHex(desCbcMac(key, octets));
    for (let bit = 0; bit < 8 * octets.length; bit++) {
      const other = octets.slice();
      other[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect(toHex(desCbcMac(key, other)), `bit ${bit}`).not.toBe(mac);
    }
  });

  it('leaves the octets as they were, wherever they begin, and has eight of its own', () => {
    const key = expandDesKey(fromHex('0123456789abcdef'));
    const octets = Uint8Array.from({ length: 21 }, (_, n) => n);
    const shifted = concat(Uint8Array.of(0xff), octets).subarray(1);
    const mac = desCbcMac(key, shifted);
    expect(mac).toEqual(desCbcMac(key, octets));
    expect(mac.buffer.byteLength).toBe(8);
    expect(shifted).toEqual(octets);
  });
});
