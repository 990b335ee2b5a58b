/**
 * What a decoder throws, and what becomes of it where octets may make no sense.
 *
 * @see docs/architecture.md, "Errors"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DecodeError, understood } from '../../src/bytes/errors.ts';

function failing(error: Error): () => number {
  return () => {
    throw error;
  };
}

describe('octets that may make no sense', () => {
  it('give their meaning when they have one', () => {
    expect(understood(() => 0)).toBe(0);
  });

  it('give nothing when they have none', () => {
    expect(understood(failing(new DecodeError('FCP', 0, 'expected one')))).toBeUndefined();
  });

  it.each([new RangeError('octets: expected 16, got 1'), new TypeError('octets'), new Error('?')])(
    'hide no other error: %s',
    (error) => {
      expect(() => understood(failing(error))).toThrow(error);
    },
  );
});
