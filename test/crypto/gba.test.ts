/**
 * Keys of GBA_U, against values computed with Python's hashlib and hmac, and against node:crypto.
 *
 * @see 3GPP TS 33.220 §5.3.2, §B.2, §B.3
 * @module
 */

import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { deriveKsExtNaf, macModifier } from '../../src/crypto/gba.ts';

/** CK and IK of test set 1 of TS 35.208, and its RAND. */
const CK = 'b40ba9a3c58b2a05bbf0d987b21bf8cb';
const IK = 'f769bcd751044604127672711c6d3441';
const RAND = fromHex('23553cbe9637a89d218ae64dae47bf35');
const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const upTo = (octets: number): Uint8Array => Uint8Array.from({ length: octets }, (_, n) => n);
const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

describe('what the MAC is changed with', () => {
  it.each([
    ['16 octets', fromHex(IK), 'c6e0c5ce26e01df7'],
    ['32 octets', upTo(32), 'ae5bd8efea5322c4'],
  ])('comes of an IK of %s', (_what, ik, expected) => {
    expect(toHex(macModifier(ik))).toBe(expected);
  });

  it('is what node:crypto makes of any IK', () => {
    fc.assert(
      fc.property(fc.oneof(octets(16), octets(32)), (ik) => {
        const digest = createHash('sha1').update(ik).digest();
        expect(macModifier(ik)).toEqual(Uint8Array.from(digest.subarray(0, 8)));
      }),
    );
  });
});

describe('Ks_ext_NAF', () => {
  const NAF = Uint8Array.of(...text('naf1.example.org'), 1, 0, 0, 0, 2);
  const IMPI = text('001010123456789@ims.mnc001.mcc001.3gppnetwork.org');

  it.each([
    [
      'one NAF',
      { ks: fromHex(CK + IK), rand: RAND, impi: IMPI, nafId: NAF },
      '124eb5b05571f09cbbd80c0873505e936e3e4eaf581e181ab25aef5e45d8a973',
    ],
    [
      'another subscriber',
      { ks: fromHex(CK + IK), rand: RAND, impi: text('u@x'), nafId: NAF },
      '674b474a49e02ff6b43d7c40508c5c8add0991f0e43d9aeca5286058b9062c00',
    ],
    [
      'a Ks of 48 octets',
      { ks: upTo(48), rand: new Uint8Array(16), impi: text('i'), nafId: text('n') },
      'be6f975050c2f2d821a43736ec26709a3b5188b2aa7da2f3991594941a4cb8d0',
    ],
    [
      'a Ks of 64 octets',
      { ks: upTo(64), rand: new Uint8Array(16), impi: text('i'), nafId: text('n') },
      '9fc70759cb47226743552927c5d1493df16e72c9320a89b2857ec4ae5a1bcf61',
    ],
  ])('is that of %s', (_what, { ks, ...of }, expected) => {
    expect(toHex(deriveKsExtNaf(ks, of))).toBe(expected);
  });

  it('is HMAC-SHA-256 of the parameters, each with its length behind it', () => {
    const some = fc.uint8Array({ maxLength: 255 });
    fc.assert(
      fc.property(octets(32), octets(16), some, some, (ks, rand, impi, nafId) => {
        const input = Buffer.concat(
          [text('gba-me'), rand, impi, nafId].flatMap((part) => [
            part,
            Uint8Array.of(part.length >> 8, part.length & 0xff),
          ]),
        );
        const expected = createHmac('sha256', ks).update(Uint8Array.of(1)).update(input);
        expect(toHex(deriveKsExtNaf(ks, { rand, impi, nafId }))).toBe(expected.digest('hex'));
      }),
    );
  });

  it.each([0, 15, 17])('is refused for a RAND of %i octets', (length) => {
    const of = { rand: new Uint8Array(length), impi: IMPI, nafId: NAF };
    expect(() => deriveKsExtNaf(upTo(32), of)).toThrow(
      new RangeError(`rand: expected 16 octets, got ${length}`),
    );
  });
});
