import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { padded } from '../../src/bytes/octets.ts';
import { decodeAlpha, encodeAlpha } from '../../src/ef/alpha.ts';
import { decodeSeptets, encodeSeptets, packSeptets, unpackSeptets } from '../../src/ef/gsm-text.ts';
import { decodeNetworkName, encodeNetworkName } from '../../src/ef/network-name.ts';

const octets = (hex: string): Uint8Array => fromHex(hex);

/** Septets of the alphabet that stand for themselves: all but '1B'. */
const plainSeptets = fc.uint8Array({ max: 0x7f, maxLength: 40 }).filter((of) => !of.includes(0x1b));
/** Any UCS2 but the filler. */
const ucs2Text = fc
  .array(fc.integer({ min: 0, max: 0xfffe }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));
/** Text of either coding. */
const text = fc.oneof(plainSeptets.map(decodeSeptets), ucs2Text);

describe('septets', () => {
  it.each([
    ['00', '@'],
    ['020a0d', '$\n\r'],
    ['101f', 'ΔÉ'],
    ['2440', '¤¡'],
    ['5b5c5d5e5f', 'ÄÖÑÜ§'],
    ['607b7c7d7e7f', '¿äöñüà'],
    ['1b65', '€'],
    ['1b281b291b3c1b3e', '{}[]'],
    ['1b141b2f1b3d1b401b0a', '^\\~|\f'],
  ])("'%s' are %j", (hex, expected) => {
    expect(decodeSeptets(octets(hex))).toBe(expected);
    expect(toHex(encodeSeptets(expected) ?? new Uint8Array())).toBe(hex);
  });

  it.each([
    ['1b41', 'A'], // no character of the extension
    ['1b1b41', ' A'], // reserved for another extension
    ['411b', 'A '], // escapes nothing
  ])("'%s' are read as %j, though never written", (hex, expected) => {
    expect(decodeSeptets(octets(hex))).toBe(expected);
  });

  it.each(['ç', 'é\u0301', '\u001b', 'Ж', '\ud83d\ude00'])('there are none for %j', (character) => {
    expect(encodeSeptets(character)).toBeUndefined();
  });

  it('are written as they were read', () => {
    fc.assert(
      fc.property(plainSeptets, (septets) => {
        expect(encodeSeptets(decodeSeptets(septets))).toStrictEqual(septets);
      }),
    );
  });

  it.each([
    ['', ''],
    ['41', '41'],
    ['68656c6c6f68656c6c6f', 'e8329bfd4697d9ec37'], // 3GPP TS 23.038: "hellohello"
    ['54657374 20504c4d4e', 'd4f29c0e82329b4e'], // EF_PNN of the default test profile
    ['7f7f7f7f7f7f7f', 'ffffffffffff01'], // 7 septets leave 7 bits
    ['7f7f7f7f7f7f7f7f', 'ffffffffffffff'], // 8 septets leave none
  ])("'%s' are packed as '%s'", (septets, packed) => {
    expect(toHex(packSeptets(octets(septets)))).toBe(packed);
    expect(unpackSeptets(octets(packed), octets(septets).length)).toStrictEqual(octets(septets));
  });

  it('are unpacked as they were packed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 0x7f, maxLength: 40 }), (septets) => {
        const packed = packSeptets(septets);
        expect(packed).toHaveLength(Math.ceil((septets.length * 7) / 8));
        expect(unpackSeptets(packed, septets.length)).toStrictEqual(septets);
      }),
    );
  });
});

describe('an alpha identifier', () => {
  it.each([
    ['', ''],
    ['ffffff', ''],
    ['5465737400ff', 'Test@'],
    ['800422043504410442', 'Тест'],
    ['800422043504410442ff', 'Тест'],
    ['8000ffffffff', 'ÿ'], // the last octet of a character may be 'FF'
    ['80ffff', ''],
    // worked by hand after annex A: base '08' is U+0400
    ['810408a2b5c1c2', 'Тест'],
    ['810408a24ac1c2ff', 'ТJст'], // a GSM character in between
    ['81060841421b65a2c1', 'AB€Тс'],
    ['82040400a2b5c1c2ffff', 'Тест'],
    ['820304e0a2b541', '\u0502\u0515A'],
    ['810008', ''],
  ])("'%s' is %j", (hex, expected) => {
    expect(decodeAlpha(octets(hex), 'alpha')).toBe(expected);
  });

  it.each([
    ['54ff54', 2],
    ['5480', 1],
    ['83', 0],
    ['54fe', 1],
    ['8004', 1],
    ['80ffff00', 3],
    ['800041ffff0042', 5], // a character behind the filler
    ['81', 1],
    ['8101', 2],
    ['810108', 3],
    ['81010841 00', 4],
    ['820104', 2],
    ['82010400', 4],
  ])("'%s' is refused at %i", (hex, offset) => {
    const decode = () => decodeAlpha(octets(hex), 'alpha');
    expect(decode).toThrow(DecodeError);
    expect(decode).toThrow(expect.objectContaining({ offset }));
  });

  it('is read as it was written, in a field of any size', () => {
    fc.assert(
      fc.property(text, fc.nat(5), (written, more) => {
        const found = encodeAlpha(written);
        const field = padded(found, found.length + more);
        expect(decodeAlpha(field, 'alpha')).toBe(written);
      }),
    );
  });

  it('throws nothing but a DecodeError', () => {
    const coding = fc.constantFrom(0x80, 0x81, 0x82);
    fc.assert(
      fc.property(fc.option(coding), fc.uint8Array({ maxLength: 12 }), (first, rest) => {
        const field = first === null ? rest : Uint8Array.of(first, ...rest);
        try {
          decodeAlpha(field, 'alpha');
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses to be written with the filler in it', () => {
    expect(() => encodeAlpha('Ж\uffff')).toThrow(RangeError);
  });
});

describe('a network name', () => {
  it.each([
    ['80', '', false],
    ['81d4f29c0e82329b4e', 'Test PLMN', false], // default test profile
    ['8ce2347d0e', 'bits', true],
    ['900422043504410442', 'Тест', false],
  ])("'%s' is %j", (hex, expected, countryInitials) => {
    expect(decodeNetworkName(octets(hex), 'name').text).toBe(expected);
    expect(decodeNetworkName(octets(hex), 'name').countryInitials).toBe(countryInitials);
  });

  it('is 7 characters or 8, as the spare bits say', () => {
    expect(decodeNetworkName(octets('87ffffffffffff01'), 'name').text).toBe('ààààààà');
    expect(decodeNetworkName(octets('80ffffffffffffff'), 'name').text).toBe('àààààààà');
  });

  it.each(['', 'a0', 'f0', '9004', '9004220435ff'])("'%s' is refused", (hex) => {
    expect(() => decodeNetworkName(octets(hex), 'name')).toThrow(DecodeError);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (written, countryInitials) => {
        const name = { text: written, countryInitials };
        expect(decodeNetworkName(encodeNetworkName(name), 'name')).toStrictEqual(name);
      }),
    );
  });

  it('throws nothing but a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (found) => {
        try {
          decodeNetworkName(found, 'name');
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
