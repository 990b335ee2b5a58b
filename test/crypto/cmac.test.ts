/**
 * AES-CMAC: the vectors of RFC 4493, and noble's as the oracle.
 *
 * @see NIST SP 800-38B §6.2; RFC 4493 §4
 * @module
 */

import { cmac } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { expandAesKey } from '../../src/crypto/aes.ts';
import { aesCmac } from '../../src/crypto/cmac.ts';

const KEY = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
const MESSAGE = fromHex(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
    '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
);

const anyKey = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

describe('AES-CMAC', () => {
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('of %d octets is that of RFC 4493', (length, mac) => {
    expect(toHex(aesCmac(expandAesKey(KEY), MESSAGE.slice(0, length)))).toBe(mac);
  });

  it('is noble’s for every length up to 80, with keys of each length', () => {
    for (let length = 0; length <= 80; length++) {
      const octets = fc.uint8Array({ minLength: length, maxLength: length });
      fc.assert(
        fc.property(anyKey, octets, (key, message) => {
          expect(aesCmac(expandAesKey(key), message)).toEqual(cmac(message, key));
        }),
        { numRuns: 20 },
      );
    }
  });

  it('does not depend on what a key computed before, whole blocks or not', () => {
    const message = fc.uint8Array({ maxLength: 50 });
    fc.assert(
      fc.property(anyKey, anyKey, fc.array(message, { minLength: 2 }), (one, other, messages) => {
        const keys = [expandAesKey(one), expandAesKey(other)];
        for (const each of messages) {
          const macs = keys.map((key) => aesCmac(key, each));
          expect(macs).toEqual([cmac(each, one), cmac(each, other)]);
        }
      }),
    );
  });

  it('is another when one bit of the message or of the key is', () => {
    const mac = toHex(aesCmac(expandAesKey(KEY), MESSAGE));
    for (let at = 0; at < 16; at++) {
      const [message, key] = [MESSAGE.slice(), KEY.slice()];
      message[4 * at]! ^= 1 << (at & 7);
      key[at]! ^= 1 << (at & 7);
      expect(toHex(aesCmac(expandAesKey(KEY), message))).not.toBe(mac);
      expect(toHex(aesCmac(expandAesKey(key), MESSAGE))).not.toBe(mac);
    }
  });

  it('is another when zeros, or the padding itself, are put behind the message', () => {
    const key = expandAesKey(KEY);
    const macs = ['', '00', '80', `80${'00'.repeat(15)}`, '00'.repeat(16)].map((hex) =>
      toHex(aesCmac(key, fromHex(hex))),
    );
    expect(new Set(macs).size).toBe(macs.length);
  });

  it('leaves the message as it was, wherever it begins', () => {
    const shifted = fromHex(`ff${toHex(MESSAGE)}`).subarray(1);
    expect(aesCmac(expandAesKey(KEY), shifted)).toEqual(aesCmac(expandAesKey(KEY), MESSAGE));
    expect(shifted).toEqual(MESSAGE);
  });

  it('is nobody else’s', () => {
    const key = expandAesKey(KEY);
    const mac = toHex(aesCmac(key, MESSAGE));
    aesCmac(key, MESSAGE).fill(0);
    expect(toHex(aesCmac(key, MESSAGE))).toBe(mac);
  });
});
