/**
 * ECIES of the SUCI: the vectors of TS 33.501, annex C.4, and generated ones; Node's as the oracle.
 *
 * @see 3GPP TS 33.501 (ECIES profiles A and B); test/vectors/suci.json
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import type { SuciProfile } from '../../src/bytes/suci.ts';
import { concealSupi, isSuciPrivateKey, revealSupi, suciPublicKey } from '../../src/crypto/suci.ts';
import { agreeP256, agreeX25519, sealed } from '../support/suci-reference.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };

const VECTORS = [...vectors.ts33501, ...vectors.generated];
const SCHEME: Readonly<Record<string, SuciProfile>> = { A: 1, B: 2 };
/** The profiles, each with its vector of annex C.4. */
const PROFILES = vectors.ts33501.map((vector) => [vector.profile, vector] as const);

type Vector = (typeof VECTORS)[number];

function conceal(vector: Vector, change: { key?: string; ephemeral?: string; scheme?: number }) {
  const { profile, plaintext, hnPublicKey, ephemeralPrivateKey } = vector;
  return concealSupi(fromHex(plaintext), {
    scheme: change.scheme ?? SCHEME[profile]!,
    homeNetworkKey: fromHex(change.key ?? hnPublicKey),
    ephemeralKey: fromHex(change.ephemeral ?? ephemeralPrivateKey),
  });
}

function reveal({ profile, hnPrivateKey }: Vector, schemeOutput: Uint8Array) {
  return revealSupi(schemeOutput, {
    scheme: SCHEME[profile]!,
    privateKey: fromHex(hnPrivateKey),
  });
}

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
/** Private keys of both profiles. */
const privateKey = octets(32).filter((key) => isSuciPrivateKey(2, key));
const profile = fc.constantFrom<SuciProfile>(1, 2);

describe('the vectors', () => {
  it.each(VECTORS)('$name is concealed', (vector) => {
    const result = conceal(vector, {});
    expect(result.ok && toHex(result.schemeOutput)).toBe(vector.schemeOutput);
  });

  it.each(VECTORS)('$name is revealed', (vector) => {
    const result = reveal(vector, fromHex(vector.schemeOutput));
    expect(result.ok && toHex(result.plain)).toBe(vector.plaintext);
  });

  it.each(VECTORS)('$name has the public keys of its private ones', (vector) => {
    const scheme = SCHEME[vector.profile]!;
    const ephemeral = suciPublicKey(scheme, fromHex(vector.ephemeralPrivateKey));
    expect(toHex(ephemeral)).toBe(vector.ephemeralPublicKey);
    const own = toHex(suciPublicKey(scheme, fromHex(vector.hnPrivateKey)));
    const isWhole = vector.hnPublicKey.startsWith('04') && vector.profile === 'B';
    expect(isWhole ? own.slice(2) : own).toBe(
      isWhole ? vector.hnPublicKey.slice(2, 66) : vector.hnPublicKey,
    );
  });
});

describe('concealed and revealed', () => {
  it('is the same again, of any length, and no argument is changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        profile,
        privateKey,
        privateKey,
        (plain, scheme, own, ephemeralKey) => {
          const homeNetworkKey = suciPublicKey(scheme, own);
          const before = [plain, own, ephemeralKey, homeNetworkKey].map(toHex);
          const sent = concealSupi(plain, { scheme, homeNetworkKey, ephemeralKey });
          if (!sent.ok) throw new Error(sent.failure);
          expect(sent.schemeOutput).toHaveLength(plain.length + (scheme === 1 ? 40 : 41));
          const read = revealSupi(sent.schemeOutput, { scheme, privateKey: own });
          expect(read.ok && toHex(read.plain)).toBe(toHex(plain));
          expect([plain, own, ephemeralKey, homeNetworkKey].map(toHex)).toEqual(before);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is what Node.js makes of it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600, size: 'max' }),
        profile,
        privateKey,
        privateKey,
        (plain, scheme, own, ephemeralKey) => {
          const homeNetworkKey = suciPublicKey(scheme, own);
          const agree = scheme === 1 ? agreeX25519 : agreeP256;
          const secret = agree(ephemeralKey, homeNetworkKey);
          const sent = concealSupi(plain, { scheme, homeNetworkKey, ephemeralKey });
          const expected = sealed(plain, secret, suciPublicKey(scheme, ephemeralKey));
          expect(sent.ok && toHex(sent.schemeOutput)).toBe(toHex(expected));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes a key of profile B as a point of 33 or of 65 octets', () => {
    const [, vector] = PROFILES[1]!;
    const whole =
      '0472da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c2256ebcd1' +
      '5a7ded52fcbb097a4ed250e036c7b9c8c7004c4eedc4f068cd7bf8d3f900e3b4';
    expect(conceal(vector, { key: whole })).toEqual(conceal(vector, {}));
  });
});

/** The order of P-256, and its neighbours. */
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const BELOW_ORDER = `${ORDER.slice(0, -2)}50`;

describe('a private key', () => {
  it.each([
    ['00'.repeat(32), true, false],
    [`${'00'.repeat(31)}01`, true, true],
    [BELOW_ORDER, true, true],
    [ORDER, true, false],
    ['ff'.repeat(32), true, false],
    ['01'.repeat(31), false, false],
    ['01'.repeat(33), false, false],
    ['', false, false],
  ])('%s: of profile A %s, of profile B %s', (key, ofA, ofB) => {
    expect(isSuciPrivateKey(1, fromHex(key))).toBe(ofA);
    expect(isSuciPrivateKey(2, fromHex(key))).toBe(ofB);
  });

  it.each([
    [1, '01'.repeat(31), 'privateKey: expected 32 octets, got 31'],
    [2, '01'.repeat(33), 'privateKey: expected 32 octets, got 33'],
    [2, '00'.repeat(32), 'privateKey: expected a private key'],
    [2, ORDER, 'privateKey: expected a private key'],
  ] as const)('of profile %d that is none is its owner’s mistake: %s', (scheme, key, message) => {
    expect(() => suciPublicKey(scheme, fromHex(key))).toThrow(new RangeError(message));
    const by = { scheme, privateKey: fromHex(key) };
    expect(() => revealSupi(filled(60, 2), by)).toThrow(new RangeError(message));
  });

  it.each(PROFILES)('for once, of profile %s, is its owner’s to get right', (_profile, vector) => {
    const short = { ephemeral: vector.ephemeralPrivateKey.slice(2) };
    expect(() => conceal(vector, short)).toThrow('ephemeralKey: expected 32 octets, got 31');
  });

  it('has no public key of a profile that there is not', () => {
    const scheme = 3 as SuciProfile;
    expect(() => suciPublicKey(scheme, filled(32, 1))).toThrow('scheme: expected 1 or 2, got 3');
  });
});

/** Points of low order, by RFC 7748 and what follows from it: 0, 1, p - 1, p, p + 1, order 8. */
const LOW_ORDER = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  // With the highest bit set, which is not looked at.
  `${'00'.repeat(31)}80`,
];
const [A, B] = vectors.ts33501.map(({ hnPublicKey }) => hnPublicKey) as [string, string];
/** Of no point of P-256: X without a Y, X beyond the field, the octet in front of another form. */
const NO_POINTS = [
  `02${'00'.repeat(31)}01`,
  `03${'ff'.repeat(32)}`,
  `04${B.slice(2)}`,
  `05${B.slice(2)}`,
  `00${B.slice(2)}`,
];

describe('a public key of the home network is refused', () => {
  it.each(LOW_ORDER)('of profile A: %s, of low order', (key) => {
    const [, vector] = PROFILES[0]!;
    expect(conceal(vector, { key })).toEqual({ ok: false, failure: 'home-network-key' });
  });

  it.each(['', A.slice(2), `${A}00`, B, `04${A}${A}`])('of profile A: %s', (key) => {
    const [, vector] = PROFILES[0]!;
    expect(conceal(vector, { key })).toEqual({ ok: false, failure: 'home-network-key' });
  });

  it.each([
    ...NO_POINTS,
    ...['', B.slice(2), `${B}00`, A, '00'],
    ...['02', '06', '07', '04'].map((form) => `${form}${B.slice(2)}${'00'.repeat(32)}`),
  ])('of profile B: %s', (key) => {
    const [, vector] = PROFILES[1]!;
    expect(conceal(vector, { key })).toEqual({ ok: false, failure: 'home-network-key' });
  });

  it('of profile B, in 65 octets, with any octet of Y changed', () => {
    const whole = fromHex(vectors.generated[1]!.hnPublicKey);
    for (let at = 33; at < 65; at++) {
      const key = whole.map((octet, n) => (n === at ? octet ^ 1 : octet));
      const result = conceal(vectors.generated[1]!, { key: toHex(key) });
      expect(result).toEqual({ ok: false, failure: 'home-network-key' });
    }
  });

  it.each([0, 3, 12, 15, 255, -1, 1.5])('when the scheme is %d', (scheme) => {
    const [, vector] = PROFILES[0]!;
    expect(conceal(vector, { scheme })).toEqual({ ok: false, failure: 'unknown-scheme' });
    const by = { scheme, privateKey: fromHex(vector.hnPrivateKey) };
    const refused = { ok: false, failure: 'unknown-scheme' };
    expect(revealSupi(fromHex(vector.schemeOutput), by)).toEqual(refused);
  });
});

describe('a scheme output is refused', () => {
  it.each(PROFILES)('of profile %s, when an octet is changed', (_profile, vector) => {
    const whole = fromHex(vector.schemeOutput);
    const keyOctets = vector.ephemeralPublicKey.length / 2;
    for (let at = 0; at < whole.length; at++) {
      const result = reveal(
        vector,
        whole.map((octet, n) => (n === at ? octet ^ 0x10 : octet)),
      );
      const failures = at < keyOctets ? ['ephemeral-key', 'tag-wrong'] : ['tag-wrong'];
      expect(failures).toContain(result.ok ? 'none' : result.failure);
    }
  });

  it.each(PROFILES)('of profile %s, when it is cut short anywhere', (_profile, vector) => {
    const whole = fromHex(vector.schemeOutput);
    const least = vector.ephemeralPublicKey.length / 2 + 8;
    for (let length = 0; length < whole.length; length++) {
      const failure = length < least ? 'too-short' : 'tag-wrong';
      expect(reveal(vector, whole.slice(0, length))).toEqual({ ok: false, failure });
    }
  });

  it.each(PROFILES)('of profile %s, when there is more of it', (_profile, vector) => {
    const longer = concat(fromHex(vector.schemeOutput), Uint8Array.of(0));
    expect(reveal(vector, longer)).toEqual({ ok: false, failure: 'tag-wrong' });
  });

  it.each(LOW_ORDER)('of profile A, with the ephemeral key %s', (key) => {
    const [, vector] = PROFILES[0]!;
    const output = concat(fromHex(key), fromHex(vector.schemeOutput.slice(64)));
    expect(reveal(vector, output)).toEqual({ ok: false, failure: 'ephemeral-key' });
  });

  it.each(NO_POINTS)('of profile B, with the ephemeral key %s', (key) => {
    const [, vector] = PROFILES[1]!;
    const output = concat(fromHex(key), fromHex(vector.schemeOutput.slice(66)));
    expect(reveal(vector, output)).toEqual({ ok: false, failure: 'ephemeral-key' });
  });

  it.each(PROFILES)('of profile %s, by another private key', (_profile, vector) => {
    const other = { ...vector, hnPrivateKey: '01'.repeat(32) };
    const result = reveal(other, fromHex(vector.schemeOutput));
    expect(result).toEqual({ ok: false, failure: 'tag-wrong' });
  });

  it('whatever the octets, by a value and never by an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), profile, (output, scheme) => {
        const result = revealSupi(output, { scheme, privateKey: filled(32, 1) });
        expect(result.ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
