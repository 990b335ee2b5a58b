/**
 * Keys of EPS and 5G: the published values of RFC 5448, and values computed with OpenSSL.
 *
 * @see 3GPP TS 33.401 §A.2; 3GPP TS 33.402 §A.2; 3GPP TS 33.501 §A.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { plmn } from '../../src/bytes/identity.ts';
import {
  deriveAkaPrimeKeys,
  deriveHresStar,
  deriveKAmf,
  deriveKAsme,
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
} from '../../src/crypto/key-derivation.ts';
import vectors from '../vectors/key-derivation.json' with { type: 'json' };

describe('CK’ and IK’', () => {
  it.each(vectors.rfc5448)('are those of $name', (vector) => {
    const keys = { ck: fromHex(vector.ck), ik: fromHex(vector.ik) };
    const { networkName, sqnXorAk } = vector;
    const derived = deriveAkaPrimeKeys(keys, { networkName, sqnXorAk: fromHex(sqnXorAk) });
    expect(toHex(derived.ck)).toBe(vector.ckPrime);
    expect(toHex(derived.ik)).toBe(vector.ikPrime);
  });
});

describe.each(vectors.computed)('with $name', (vector) => {
  const keys = { ck: fromHex(vector.ck), ik: fromHex(vector.ik) };
  const networkName = vector.servingNetworkName;
  const sqnXorAk = fromHex(vector.autn).slice(0, 6);
  const rand = fromHex(vector.rand);

  it('the serving network has its name', () => {
    expect(servingNetworkName(plmn(vector.plmn))).toBe(networkName);
  });

  it('K_ASME is what OpenSSL makes of it', () => {
    const by = { servingNetwork: plmn(vector.plmn), sqnXorAk };
    expect(toHex(deriveKAsme(keys, by))).toBe(vector.kAsme);
  });

  it('so are CK’ and IK’', () => {
    const derived = deriveAkaPrimeKeys(keys, { networkName, sqnXorAk });
    expect(toHex(derived.ck) + toHex(derived.ik)).toBe(vector.ckPrime + vector.ikPrime);
  });

  it('so are K_AUSF, K_SEAF and K_AMF', () => {
    const kAusf = deriveKAusf(keys, { networkName, sqnXorAk });
    const kSeaf = deriveKSeaf(kAusf, networkName);
    const kAmf = deriveKAmf(kSeaf, { supi: vector.supi, abba: fromHex(vector.abba) });
    expect([kAusf, kSeaf, kAmf].map(toHex)).toEqual([vector.kAusf, vector.kSeaf, vector.kAmf]);
  });

  it('so are RES* and HRES*', () => {
    const resStar = deriveResStar(keys, { networkName, rand, res: fromHex(vector.res) });
    expect(toHex(resStar)).toBe(vector.resStar);
    expect(toHex(deriveHresStar(rand, resStar))).toBe(vector.hresStar);
  });
});

const KEYS = { ck: new Uint8Array(16), ik: new Uint8Array(16) };
const SQN_XOR_AK = new Uint8Array(6);
const HOME = plmn('001-01');

describe('derived keys', () => {
  it('are others for each network, authentication and purpose', () => {
    const other = Uint8Array.of(0, 0, 0, 0, 0, 1);
    const derived = [
      deriveKAsme(KEYS, { servingNetwork: HOME, sqnXorAk: SQN_XOR_AK }),
      deriveKAsme(KEYS, { servingNetwork: plmn('001-02'), sqnXorAk: SQN_XOR_AK }),
      deriveKAsme(KEYS, { servingNetwork: HOME, sqnXorAk: other }),
      deriveKAusf(KEYS, { networkName: servingNetworkName(HOME), sqnXorAk: SQN_XOR_AK }),
      deriveKAusf(KEYS, { networkName: '5G:other', sqnXorAk: SQN_XOR_AK }),
      deriveKAusf(KEYS, { networkName: '5G:other', sqnXorAk: other }),
    ].map(toHex);
    expect(new Set(derived).size).toBe(derived.length);
  });

  it('give a RES* that a serving network knows by its HRES*, and no other network does', () => {
    const rand = new Uint8Array(16).fill(3);
    const res = new Uint8Array(8).fill(4);
    const resStar = (of: string): Uint8Array =>
      deriveResStar(KEYS, { networkName: servingNetworkName(plmn(of)), rand, res });
    const hxresStar = toHex(deriveHresStar(rand, resStar('001-01')));
    expect(toHex(deriveHresStar(rand, resStar('001-01')))).toBe(hxresStar);
    expect(toHex(deriveHresStar(rand, resStar('001-02')))).not.toBe(hxresStar);
    const other = new Uint8Array(16);
    expect(toHex(deriveHresStar(other, resStar('001-01')))).not.toBe(hxresStar);
  });

  it('depend on where a parameter ends: the length stands behind it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (one, two) => {
        const of = (supi: string): string =>
          toHex(deriveKAmf(new Uint8Array(32), { supi, abba: new Uint8Array(2) }));
        expect(of(one) === of(two)).toBe(one === two);
      }),
    );
  });

  it('are made of keys of 32 octets too, and no argument is changed', () => {
    const keys = { ck: new Uint8Array(32).fill(1), ik: new Uint8Array(32).fill(2) };
    const before = toHex(keys.ck) + toHex(keys.ik);
    const key = deriveKAsme(keys, { servingNetwork: HOME, sqnXorAk: SQN_XOR_AK });
    expect(key).toHaveLength(32);
    expect(toHex(keys.ck) + toHex(keys.ik)).toBe(before);
  });
});

describe('a length that is wrong is refused by name', () => {
  const rand = new Uint8Array(16);
  const short = new Uint8Array(5);
  const networkName = '5G:';
  it.each<readonly [string, () => unknown]>([
    [
      'sqnXorAk: expected 6 octets, got 5',
      () => deriveKAsme(KEYS, { servingNetwork: HOME, sqnXorAk: short }),
    ],
    [
      'sqnXorAk: expected 6 octets, got 16',
      () => deriveKAusf(KEYS, { networkName, sqnXorAk: rand }),
    ],
    [
      'sqnXorAk: expected 6 octets, got 5',
      () => deriveAkaPrimeKeys(KEYS, { networkName, sqnXorAk: short }),
    ],
    [
      'ck: expected 16 octets, got 15',
      () => deriveKAusf({ ...KEYS, ck: new Uint8Array(15) }, { networkName, sqnXorAk: SQN_XOR_AK }),
    ],
    [
      'ik: expected 16 octets, got 24',
      () =>
        deriveKAsme(
          { ...KEYS, ik: new Uint8Array(24) },
          { servingNetwork: HOME, sqnXorAk: SQN_XOR_AK },
        ),
    ],
    [
      'rand: expected 16 octets, got 5',
      () => deriveResStar(KEYS, { networkName, rand: short, res: new Uint8Array(8) }),
    ],
    [
      'res: expected 4 to 32 octets, got 3',
      () => deriveResStar(KEYS, { networkName, rand, res: new Uint8Array(3) }),
    ],
    [
      'res: expected 4 to 32 octets, got 33',
      () => deriveResStar(KEYS, { networkName, rand, res: new Uint8Array(33) }),
    ],
    ['rand: expected 16 octets, got 5', () => deriveHresStar(short, rand)],
    ['resStar: expected 16 octets, got 5', () => deriveHresStar(rand, short)],
    ['kAusf: expected 32 octets, got 16', () => deriveKSeaf(rand, networkName)],
    [
      'kSeaf: expected 32 octets, got 16',
      () => deriveKAmf(rand, { supi: '1', abba: new Uint8Array(2) }),
    ],
    [
      'abba: expected 2 octets or more, got 1',
      () => deriveKAmf(new Uint8Array(32), { supi: '1', abba: new Uint8Array(1) }),
    ],
  ])('%s', (message, derive) => {
    expect(derive).toThrow(new RangeError(message));
  });
});
