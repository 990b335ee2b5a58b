/**
 * BER-TLV data objects. The samples are an FCP template, a record of EF_DIR, and a tag of two
 * octets.
 *
 * @see ISO/IEC 7816-4 §5.2.2; ETSI TS 102 221 §11.1.1.3 (FCP)
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { ByteReader } from '../../src/bytes/reader.ts';
import {
  berLength,
  berTlv,
  decodeBerTlvs,
  readBerLength,
  readBerTlv,
  type Tlv,
} from '../../src/tlv/ber.ts';
import { expectOnlyDecodeErrors, refusal, truncations } from '../bytes/decoders.ts';

const DIR_RECORD = '61184f10a0000000871002ffffffff890000010050045553494d';
/** EF_IMSI's. */
const FCP = '62178202412183026f078a01058b036f060a80020009880138';
const SAMPLES = [DIR_RECORD, FCP, '9f7f03010203', '7f8101020304', '8a8101058800'];

const decode = (hex: string): Tlv[] => decodeBerTlvs(fromHex(hex), 'objects');
const encode = (objects: readonly Tlv[]): string =>
  objects.map(({ tag, value }) => toHex(berTlv(tag, value))).join('');

describe('BER-TLV objects', () => {
  it('are read as they stand in a record of EF_DIR', () => {
    const [application, ...others] = decode(DIR_RECORD);
    expect(others).toEqual([]);
    expect(application?.tag).toBe(0x61);
    expect(decodeBerTlvs(application?.value ?? fromHex(''), 'application')).toEqual([
      { tag: 0x4f, value: fromHex('a0000000871002ffffffff8900000100') },
      { tag: 0x50, value: new TextEncoder().encode('USIM') },
    ]);
  });

  it.each([
    ['8a0105', 0x8a, '05'],
    ['8800', 0x88, ''],
    ['9f7f03010203', 0x9f7f, '010203'],
    ['7f810102ffff', 0x7f8101, 'ffff'],
    ['00021234', 0x00, '1234'],
  ])('%s has the tag and value that it spells', (hex, tag, value) => {
    expect(decode(hex)).toEqual([{ tag, value: fromHex(value) }]);
    expect(toHex(berTlv(tag, fromHex(value)))).toBe(hex);
  });

  it.each([
    [0, '00'],
    [0x7f, '7f'],
    [0x80, '8180'],
    [0xff, '81ff'],
    [0x100, '820100'],
    [0xffff, '82ffff'],
    [0x10000, '83010000'],
    [0xffffff, '83ffffff'],
  ])('have a length of %d coded as %s', (length, hex) => {
    expect(toHex(berLength(length))).toBe(hex);
    expect(readBerLength(new ByteReader(fromHex(hex), 'length'))).toBe(length);
  });

  it.each(['8a0105', '8a810105', '8a82000105', '8a8300000105'])(
    'are read from %s, whose length may be longer than it need be',
    (hex) => {
      expect(decode(hex)).toEqual([{ tag: 0x8a, value: fromHex('05') }]);
    },
  );

  it('are joined from parts', () => {
    const parts = decode(toHex(decode(FCP)[0]?.value ?? fromHex('')));
    expect(parts.map(({ tag }) => tag)).toEqual([0x82, 0x83, 0x8a, 0x8b, 0x80, 0x88]);
    expect(toHex(berTlv(0x62, ...parts.map(({ tag, value }) => berTlv(tag, value))))).toBe(FCP);
  });

  it('are copies of the octets', () => {
    const octets = fromHex('8a0105');
    decodeBerTlvs(octets, 'objects')[0]?.value.fill(0);
    expect(toHex(octets)).toBe('8a0105');
  });

  it('are written and read again', () => {
    const tag = fc.oneof(
      fc.nat(0xff).filter((octet) => (octet & 0x1f) !== 0x1f),
      fc.tuple(fc.nat(7), fc.nat(0x7f)).map(([first, last]) => first * 0x2000 + 0x1f00 + last),
      fc
        .tuple(fc.nat(7), fc.nat(0x7f), fc.nat(0x7f))
        .map(([first, middle, last]) => first * 0x200000 + 0x1f8000 + middle * 0x100 + last),
    );
    const object = fc.record({ tag, value: fc.uint8Array({ maxLength: 300, size: 'max' }) });
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        expect(decode(encode(objects))).toEqual(objects);
      }),
    );
  });

  it('are refused by DecodeError alone, and are else the same in the shortest coding', () => {
    const read = (octets: Uint8Array): Tlv[] => decodeBerTlvs(octets, 'objects');
    expectOnlyDecodeErrors(read, SAMPLES, (objects, octets) => {
      const shortest = encode(objects);
      expect(decode(shortest)).toEqual(objects);
      expect(shortest.length).toBeLessThanOrEqual(2 * octets.length);
    });
  });

  it.each([
    ['9f', 'objects/tag at 1: needs 1 octets, 0 left'],
    ['8a01059f', 'objects/tag at 4: needs 1 octets, 0 left'],
    ['1f81', 'objects/tag at 2: needs 1 octets, 0 left'],
    ['1f81820300', 'objects/tag at 0: expected at most 3 octets'],
    ['8800ffffffff', 'objects/tag at 2: expected at most 3 octets'],
    ['8a', 'objects/length at 1: needs 1 octets, 0 left'],
    ['9f7f', 'objects/length at 2: needs 1 octets, 0 left'],
    ['8a81', 'objects/length at 2: needs 1 octets, 0 left'],
    ['8a8201', 'objects/length at 2: needs 2 octets, 1 left'],
    ['8a830102', 'objects/length at 2: needs 3 octets, 2 left'],
    ['8a800000', 'objects/length at 1: expected a definite length of at most 3 octets'],
    ['8a840000000105', 'objects/length at 1: expected a definite length of at most 3 octets'],
    ['8aff05', 'objects/length at 1: expected a definite length of at most 3 octets'],
    ['8a01', `objects/'8a' at 2: needs 1 octets, 0 left`],
    ['8a0205', `objects/'8a' at 2: needs 2 octets, 1 left`],
    ['9f7f83ffffff00', `objects/'9f7f' at 6: needs 16777215 octets, 1 left`],
    ['62058a0105', `objects/'62' at 2: needs 5 octets, 3 left`],
  ])('are refused as %s', (hex, message) => {
    expect(refusal(() => decode(hex))).toBe(message);
  });

  it('are refused wherever a record is cut, but before its first octet', () => {
    const [nothing, ...cuts] = truncations(fromHex(DIR_RECORD));
    expect(decodeBerTlvs(nothing ?? fromHex('00'), 'record')).toEqual([]);
    for (const cut of cuts) expect(() => decodeBerTlvs(cut, 'record')).toThrow(DecodeError);
  });

  it('are refused when the record still has its padding behind them', () => {
    expect(refusal(() => decode(`${DIR_RECORD}ffffffff`))).toContain('objects/tag at 26');
  });

  it('are read one by one up to the one that is wrong', () => {
    const reader = new ByteReader(fromHex('880082'), 'objects');
    expect(readBerTlv(reader)).toEqual({ tag: 0x88, value: fromHex('') });
    expect(refusal(() => readBerTlv(reader))).toBe('objects/length at 3: needs 1 octets, 0 left');
  });

  it.each([
    ['one octet that says that another follows', 0x1f],
    ['one octet that says that another follows', 0xff],
    ['two octets, the first of which ends the tag', 0x8a05],
    ['two octets, the last of which says that another follows', 0x9f80],
    ['three octets, the first of which ends the tag', 0x8a8101],
    ['three octets, the second of which ends the tag', 0x9f7f01],
    ['three octets, the last of which says that another follows', 0x9f8180],
    ['four octets', 0x1f818201],
    ['four octets that look like three', 0x11f8101],
    ['less than nothing', -1],
    ['less than nothing', -2],
    ['a fraction', 0x8a + 0.5],
    ['no number', Number.NaN],
  ])('are not written with a tag of %s', (_what, tag) => {
    expect(() => berTlv(tag, fromHex('05'))).toThrow(RangeError);
  });

  it('are not written with a value of 2^24 octets, nor a length outside', () => {
    expect(() => berTlv(0x53, new Uint8Array(2 ** 24))).toThrow(RangeError);
    expect(() => berLength(2 ** 24)).toThrow(RangeError);
    expect(() => berLength(-1)).toThrow(RangeError);
    expect(() => berLength(1.5)).toThrow(RangeError);
  });
});
