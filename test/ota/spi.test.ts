/**
 * SPI against the tables of its two octets, which are written out here once more.
 *
 * @see ETSI TS 102 225 §5.1.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import { decodeSpi, encodeSpi, meetsMinimumSecurity, type Spi } from '../../src/ota/spi.ts';

const NOTHING: Spi = {
  integrity: 'none',
  isCiphered: false,
  counterMode: 'not-available',
  por: 'none',
  porIntegrity: 'none',
  isPorCiphered: false,
  porBySubmit: false,
};

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet);

describe('SPI', () => {
  it.each<[number, number, Partial<Spi>]>([
    [0x00, 0x00, {}],
    [0x01, 0x00, { integrity: 'rc' }],
    [0x02, 0x00, { integrity: 'cc' }],
    [0x03, 0x00, { integrity: 'ds' }],
    [0x04, 0x00, { isCiphered: true }],
    [0x08, 0x00, { counterMode: 'not-checked' }],
    [0x10, 0x00, { counterMode: 'higher' }],
    [0x18, 0x00, { counterMode: 'one-higher' }],
    [0x00, 0x01, { por: 'always' }],
    [0x00, 0x02, { por: 'on-error' }],
    [0x00, 0x04, { porIntegrity: 'rc' }],
    [0x00, 0x08, { porIntegrity: 'cc' }],
    [0x00, 0x0c, { porIntegrity: 'ds' }],
    [0x00, 0x10, { isPorCiphered: true }],
    [0x00, 0x20, { porBySubmit: true }],
    [
      0x16,
      0x39,
      {
        integrity: 'cc',
        isCiphered: true,
        counterMode: 'higher',
        por: 'always',
        porIntegrity: 'cc',
        isPorCiphered: true,
        porBySubmit: true,
      },
    ],
  ])('of %i and %i says what its bits say, both ways', (spi1, spi2, said) => {
    expect(decodeSpi([spi1, spi2])).toEqual({ ...NOTHING, ...said });
    expect(encodeSpi({ ...NOTHING, ...said })).toEqual([spi1, spi2]);
  });

  it('has a meaning for each of its 65536 values, and is written without the reserved ones', () => {
    for (const spi1 of OCTETS) {
      for (const spi2 of OCTETS) {
        const por = (spi2 & 3) === 3 ? 0 : spi2 & 3;
        const written = encodeSpi(decodeSpi([spi1, spi2]));
        if (written[0] !== (spi1 & 0x1f) || written[1] !== ((spi2 & 0x3c) | por)) {
          expect.fail(`SPI ${spi1} ${spi2} is written as ${written.join(' ')}`);
        }
      }
    }
  });

  it('does not look at the reserved bits b8 to b6 of SPI1, and b8 and b7 of SPI2', () => {
    for (const reserved of [0x20, 0x40, 0x80, 0xe0]) {
      expect(decodeSpi([0x16 | reserved, 0x39])).toEqual(decodeSpi([0x16, 0x39]));
    }
    for (const reserved of [0x40, 0x80, 0xc0]) {
      expect(decodeSpi([0x16, 0x39 | reserved])).toEqual(decodeSpi([0x16, 0x39]));
    }
  });

  it('asks for no PoR with the reserved value 11', () => {
    expect(decodeSpi([0x16, 0x1b])).toEqual({ ...decodeSpi([0x16, 0x18]), por: 'none' });
  });
});

describe('a minimum security level', () => {
  it.each([
    ['no CC where CC is asked for', 0x14, 0x16],
    ['RC where CC is asked for', 0x15, 0x16],
    ['no ciphering', 0x12, 0x16],
    ['no counter', 0x06, 0x16],
    ['an unchecked counter', 0x0e, 0x16],
    ['a counter that may jump, where one step is asked for', 0x16, 0x1e],
    ['more counter and less checksum', 0x1c, 0x16],
    ['nothing at all', 0x00, 0x01],
    ['reserved bits in place of the asked ones', 0xe0, 0x16],
  ])('refuses %s', (_what, spi1, minimum) => {
    expect(meetsMinimumSecurity(spi1, minimum)).toBe(false);
  });

  it.each([
    ['itself', 0x16, 0x16],
    ['a stronger counter', 0x1e, 0x16],
    ['all there is, where nothing is asked for', 0x1e, 0x00],
    ['nothing, where nothing is asked for', 0x00, 0x00],
    ['CC where RC is asked for', 0x02, 0x01],
  ])('accepts %s', (_what, spi1, minimum) => {
    expect(meetsMinimumSecurity(spi1, minimum)).toBe(true);
  });

  it('is met exactly when no part of SPI1 is weaker', () => {
    const rank = (octet: number) => [
      octet % 4,
      Math.floor(octet / 4) % 2,
      Math.floor(octet / 8) % 4,
    ];
    for (const spi1 of OCTETS) {
      for (const minimum of OCTETS) {
        const least = rank(minimum);
        const isMet = rank(spi1).every((part, n) => part >= (least[n] ?? 0));
        if (meetsMinimumSecurity(spi1, minimum) !== isMet) {
          expect.fail(`SPI1 ${spi1} against ${minimum}`);
        }
      }
    }
  });
});
