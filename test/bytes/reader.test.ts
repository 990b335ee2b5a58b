/**
 * Reading field by field, and what is said of a field that does not fit.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { ByteReader } from '../../src/bytes/reader.ts';
import { ByteWriter } from '../../src/bytes/writer.ts';
import { refusal } from './decoders.ts';

const SQN_MAX = 2 ** 48 - 1;

describe('a reader', () => {
  it('gives fields in their order, and counts', () => {
    const reader = new ByteReader(fromHex('0102030405060708'), 'message');
    expect(reader.peek()).toBe(1);
    expect(reader.uint(2, 'first')).toBe(0x0102);
    expect(reader.take(3, 'second')).toEqual(fromHex('030405'));
    expect([reader.offset, reader.remaining]).toEqual([5, 3]);
    reader.expect(fromHex('06'), 'third');
    expect(reader.rest()).toEqual(fromHex('0708'));
    expect([reader.offset, reader.remaining, reader.peek()]).toEqual([8, 0, undefined]);
    expect(() => reader.end()).not.toThrow();
  });

  it('reads numbers of up to 48 bits exactly', () => {
    const reader = new ByteReader(fromHex('ffffffffffff 8000000001'), 'message');
    expect(reader.uint(6, 'SQN')).toBe(SQN_MAX);
    expect(reader.uint(5, 'CNTR')).toBe(0x8000000001);
  });

  it('gives copies, which are the reader’s no more', () => {
    const octets = fromHex('010203');
    const reader = new ByteReader(octets, 'message');
    reader.take(1, 'part').fill(9);
    reader.rest().fill(9);
    expect(octets).toEqual(fromHex('010203'));
  });

  it('gives back what a writer wrote', () => {
    const number = fc.integer({ min: 1, max: 6 }).chain((octets) =>
      fc.tuple(
        fc.constant(octets),
        fc.maxSafeNat().map((n) => n % 256 ** octets),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.uint8Array({ maxLength: 90 }))), (fields) => {
        const writer = new ByteWriter();
        for (const [[octets, value], bytes] of fields) writer.uint(octets, value, 'n').bytes(bytes);
        const written = writer.finish();
        expect(written).toHaveLength(writer.length);
        const reader = new ByteReader(written, 'fields');
        for (const [[octets, value], bytes] of fields) {
          expect(reader.uint(octets, 'n')).toBe(value);
          expect(reader.take(bytes.length, 'bytes')).toEqual(bytes);
        }
        reader.end();
      }),
    );
  });

  it.each([
    ['a number', (reader: ByteReader) => reader.uint(2, 'CNTR')],
    ['octets', (reader: ByteReader) => reader.take(2, 'CNTR')],
    ['a part', (reader: ByteReader) => reader.enter(2, 'CNTR')],
    ['a constant', (reader: ByteReader) => reader.expect(fromHex('0304'), 'CNTR')],
  ])('refuses %s past the end, and stays where it was', (_what, read) => {
    const reader = new ByteReader(fromHex('010203'), 'command packet');
    reader.take(2, 'CPL');
    expect(refusal(() => read(reader))).toBe('command packet/CNTR at 2: needs 2 octets, 1 left');
    expect(reader.uint(1, 'next')).toBe(3);
  });

  it('refuses a length below zero, as it comes of lengths that contradict each other', () => {
    const reader = new ByteReader(fromHex('0102'), 'message');
    reader.uint(1, 'length');
    const message = 'message/checksum at 1: needs -1 octets, 1 left';
    expect(refusal(() => reader.take(-1, 'checksum'))).toBe(message);
    expect(refusal(() => reader.enter(-1, 'checksum'))).toBe(message);
    expect([reader.offset, reader.remaining]).toEqual([1, 1]);
  });

  it('refuses other octets than the only ones that may stand there, and stays before them', () => {
    const reader = new ByteReader(fromHex('0102'), 'message');
    expect(refusal(() => reader.expect(fromHex('0103'), 'tag'))).toBe(
      `message/tag at 0: expected '0103'`,
    );
    expect(reader.offset).toBe(0);
  });

  it('refuses to end before the octets do', () => {
    const reader = new ByteReader(fromHex('010203'), 'message');
    reader.uint(1, 'first');
    expect(refusal(() => reader.end())).toBe('message/end at 1: expected no more octets, 2 left');
  });

  it('names the path and the offset in the whole from inside a part', () => {
    const outer = new ByteReader(fromHex('00000102'), 'packet', 10);
    outer.uint(1, 'length');
    const inner = outer.enter(2, 'header');
    expect([outer.offset, inner.remaining]).toEqual([3, 2]);
    inner.uint(1, 'SPI');
    expect(refusal(() => inner.uint(2, 'KIc'))).toBe(
      'packet/header/KIc at 12: needs 2 octets, 1 left',
    );
    const { path, offset, problem } = inner.error('TAR', 'is unknown', 0);
    expect([path, offset, problem]).toEqual(['packet/header/TAR', 11, 'is unknown']);
  });

  it.each([0, -1, 7, 8])('does not read a number of %d octets', (octets) => {
    const reader = new ByteReader(new Uint8Array(8), 'message');
    expect(() => reader.uint(octets, 'n')).toThrow(RangeError);
  });

  it('refuses by DecodeError alone, whatever is asked of it', () => {
    const ask = fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 9 }));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.array(ask), (octets, asks) => {
        const reader = new ByteReader(octets, 'message');
        for (const [what, count] of asks) {
          const before = reader.offset;
          try {
            if (what === 0) reader.uint(1 + Math.abs(count % 6), 'n');
            if (what === 1) reader.take(count, 'octets');
            if (what === 2) reader.enter(count, 'part').rest();
            if (what === 3) reader.end();
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
            expect(reader.offset).toBe(before);
          }
          expect(reader.offset + reader.remaining).toBe(octets.length);
        }
      }),
    );
  });
});
