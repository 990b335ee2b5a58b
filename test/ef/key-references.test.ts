/**
 * Key references: which are ADM keys, and how each is called.
 *
 * @see ETSI TS 102 221 §9.5
 * @module
 */

import { describe, expect, it } from 'vitest';
import { isAdm, keyName } from '../../src/ef/key-references.ts';

describe('a key reference', () => {
  it.each([
    [0x00, 'PIN 00'],
    [0x01, 'PIN1'],
    [0x02, 'PIN 02'],
    [0x08, 'PIN 08'],
    [0x09, 'PIN 09'],
    [0x0a, 'ADM1'],
    [0x0e, 'ADM5'],
    [0x0f, 'PIN 0F'],
    [0x11, 'universal PIN'],
    [0x1a, 'PIN 1A'],
    [0x81, 'PIN2'],
    [0x82, 'PIN 82'],
    [0x89, 'PIN 89'],
    [0x8a, 'ADM6'],
    [0x8e, 'ADM10'],
    [0x8f, 'PIN 8F'],
  ])('%i has the name %s', (reference, name) => {
    expect(keyName(reference)).toBe(name);
  });

  it('is that of an ADM key ten times', () => {
    const all = Array.from({ length: 256 }, (_, reference) => reference);
    const adm = [0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e];
    expect(all.filter(isAdm)).toEqual(adm);
  });
});
