/**
 * Writing field by field. That a reader reads what was written is in reader.test.ts.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { ByteWriter } from '../../src/bytes/writer.ts';

describe('a writer', () => {
  it('writes numbers with the most significant octet first', () => {
    const writer = new ByteWriter().uint(1, 0xa4, 'INS').uint(2, 0x3f00, 'FID').uint(3, 0, 'TAR');
    expect(writer.finish()).toEqual(fromHex('a43f00000000'));
    expect(new ByteWriter().uint(6, 2 ** 48 - 1, 'SQN').finish()).toEqual(fromHex('ffffffffffff'));
    expect(new ByteWriter().uint(5, 0x8000000001, 'CNTR').finish()).toEqual(fromHex('8000000001'));
  });

  it('goes on after it was asked for what it has, and what it gave stays as it was', () => {
    const writer = new ByteWriter().uint(1, 1, 'first');
    const first = writer.finish();
    writer.bytes(Uint8Array.of(2, 3));
    expect(first).toEqual(Uint8Array.of(1));
    expect(writer.finish()).toEqual(Uint8Array.of(1, 2, 3));
    expect(writer.length).toBe(3);
  });

  it('copies what it is given', () => {
    const octets = Uint8Array.of(1);
    const writer = new ByteWriter().bytes(octets);
    octets[0] = 2;
    expect(writer.finish()).toEqual(Uint8Array.of(1));
  });

  it('grows, in small steps and by a large one', () => {
    const writer = new ByteWriter();
    for (let n = 0; n < 200; n++) writer.uint(1, n, 'n');
    writer.bytes(new Uint8Array(70_000).fill(7));
    const octets = writer.finish();
    expect(octets).toHaveLength(70_200);
    expect(octets.subarray(0, 200)).toEqual(Uint8Array.from({ length: 200 }, (_, n) => n));
    expect(octets.subarray(200).every((octet) => octet === 7)).toBe(true);
  });

  it.each([
    [1, 256, 'CLA: expected 0 to 255, got 256'],
    [1, -1, 'CLA: expected 0 to 255, got -1'],
    [1, 1.5, 'CLA: expected 0 to 255, got 1.5'],
    [1, Number.NaN, 'CLA: expected 0 to 255, got NaN'],
    [2, 0x10000, 'CLA: expected 0 to 65535, got 65536'],
    [5, 2 ** 40, 'CLA: expected 0 to 1099511627775, got 1099511627776'],
    [6, Number.POSITIVE_INFINITY, 'CLA: expected 0 to 281474976710655, got Infinity'],
  ])('refuses in %d octets the value %d, and has written nothing', (octets, value, message) => {
    const writer = new ByteWriter();
    expect(() => writer.uint(octets, value, 'CLA')).toThrow(new RangeError(message));
    expect(writer.length).toBe(0);
  });
});
