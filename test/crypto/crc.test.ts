/**
 * CRC-16 and CRC-32: published check values, secured packets, and two other implementations.
 *
 * @see ETSI TS 102 225 §5.1.3; test/vectors/ota-public.json
 * @module
 */

import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { crc16, crc32 } from '../../src/crypto/crc.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };

const anyOctets = fc.uint8Array({ maxLength: 300 });
const CHECK = new TextEncoder().encode('123456789');

/** A number as hex digits. */
function digits(value: number, octets: number): string {
  return value.toString(16).padStart(2 * octets, '0');
}

/** CRC-16 by the rule itself: bit by bit, the least significant first, by the polynomial 1021. */
function bitwiseCrc16(octets: Uint8Array): string {
  let register = 0xffff;
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit++) {
      const isSet = ((register >> 15) ^ (octet >> bit)) & 1;
      register = ((register << 1) & 0xffff) ^ (isSet === 1 ? 0x1021 : 0);
    }
  }
  let mirrored = 0;
  for (let bit = 0; bit < 16; bit++) mirrored |= ((register >> bit) & 1) << (15 - bit);
  return digits(mirrored ^ 0xffff, 2);
}

interface Algorithm {
  readonly name: string;
  readonly crc: (octets: Uint8Array) => Uint8Array;
  readonly length: number;
  readonly reference: (octets: Uint8Array) => string;
  /** How many response packets of the vectors have such a checksum. */
  readonly responsePackets: number;
}

const ALGORITHMS: readonly Algorithm[] = [
  { name: 'crc16', crc: crc16, length: 2, reference: bitwiseCrc16, responsePackets: 2 },
  {
    name: 'crc32',
    crc: crc32,
    length: 4,
    reference: (octets) => digits(zlibCrc32(octets), 4),
    responsePackets: 4,
  },
];

describe('CRC-16', () => {
  it.each([
    ['', '0000'],
    ['0102030405', '22ec'],
    [toHex(CHECK), '906e'], // the check value of X.25 in catalogues of CRCs
  ])('of %j is %s', (octets, crc) => {
    expect(toHex(crc16(fromHex(octets)))).toBe(crc);
  });

  // A receiver that runs over the checksum too, low octet first, gets the residue of X.25.
  it('of octets and their CRC, low octet first, is always the same', () => {
    fc.assert(
      fc.property(anyOctets, (octets) => {
        expect(toHex(crc16(concat(octets, crc16(octets).reverse())))).toBe('0f47');
      }),
    );
  });
});

describe('CRC-32', () => {
  it.each([
    ['', '00000000'],
    ['0102030405', '470b99f4'],
    [toHex(CHECK), 'cbf43926'], // the check value in catalogues of CRCs
  ])('of %j is %s', (octets, crc) => {
    expect(toHex(crc32(fromHex(octets)))).toBe(crc);
  });
});

describe.each(ALGORITHMS)('$name', ({ name, crc, length, reference, responsePackets }) => {
  const commands = vectors.cases.filter(({ integrity }) => integrity === name);
  const responses = commands.flatMap(({ id, por, response }) => {
    const { macInput, checksum } = response;
    if (por.security !== 'rc' || macInput === undefined || checksum === undefined) return [];
    return [{ id, macInput, checksum }];
  });

  it('has eight command packets, and two or four response packets', () => {
    expect(commands.length).toBe(8);
    expect(responses.length).toBe(responsePackets);
  });

  it.each(commands)('is the checksum of $id', ({ macInput, checksum }) => {
    expect(toHex(crc(fromHex(macInput)))).toBe(checksum);
  });

  it.each(responses)('is the checksum of the response to $id', ({ macInput, checksum }) => {
    expect(toHex(crc(fromHex(macInput)))).toBe(checksum);
  });

  it('agrees with the other implementation', () => {
    fc.assert(
      fc.property(anyOctets, (octets) => {
        expect(toHex(crc(octets))).toBe(reference(octets));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with it for each octet alone', () => {
    for (let octet = 0; octet < 256; octet++) {
      expect(toHex(crc(Uint8Array.of(octet)))).toBe(reference(Uint8Array.of(octet)));
    }
  });

  it('is another when one bit of the octets is, or one octet is gone or more', () => {
    const octets = Uint8Array.from({ length: 21 }, (_, n) => 7 * n);
    const crcs = [octets, octets.subarray(1), octets.subarray(0, 20), concat(octets, octets)];
    for (let bit = 0; bit < 8 * octets.length; bit++) {
      const other = octets.slice();
      other[bit >> 3]! ^= 0x80 >> (bit & 7);
      crcs.push(other);
    }
    for (let zeros = 1; zeros < 8; zeros++) crcs.push(concat(octets, new Uint8Array(zeros)));
    expect(new Set(crcs.map((each) => toHex(crc(each)))).size).toBe(crcs.length);
  });

  it('leaves the octets as they were, wherever they begin, and has its own', () => {
    const octets = Uint8Array.from({ length: 21 }, (_, n) => n);
    const shifted = concat(Uint8Array.of(0xff), octets).subarray(1);
    expect(crc(shifted)).toEqual(crc(octets));
    expect(crc(octets).length).toBe(length);
    expect(shifted).toEqual(octets);
  });
});
