/**
 * Class bytes, all 256 of them.
 *
 * @see ETSI TS 102 221 §10.1.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import { type ClassByte, decodeClassByte } from '../../src/apdu/class-byte.ts';

const plain = { hasSecureMessaging: false, isChained: false };

const octets = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** '1X' to '3X', '9X', 'A1' to 'AF', 'BX', and 'FF', which begins a PPS. */
const UNDEFINED = [...octets(0x10, 0x3f), ...octets(0x90, 0x9f), ...octets(0xa1, 0xbf), 0xff];

describe('a class byte', () => {
  it.each<[string, number, ClassByte]>([
    ['00', 0x00, { commands: 'interindustry', channel: 0, ...plain }],
    ['03', 0x03, { commands: 'interindustry', channel: 3, ...plain }],
    ['40', 0x40, { commands: 'interindustry', channel: 4, ...plain }],
    ['4F', 0x4f, { commands: 'interindustry', channel: 19, ...plain }],
    ['80', 0x80, { commands: 'uicc', channel: 0, ...plain }],
    ['83', 0x83, { commands: 'uicc', channel: 3, ...plain }],
    ['C0', 0xc0, { commands: 'uicc', channel: 4, ...plain }],
    ['CF', 0xcf, { commands: 'uicc', channel: 19, ...plain }],
    ['A0', 0xa0, { commands: 'gsm', channel: 0, ...plain }],
  ])(`'%s' tells whose command it is, and on which channel`, (_name, cla, decoded) => {
    expect(decodeClassByte(cla)).toEqual(decoded);
  });

  it.each([0x04, 0x08, 0x0c, 0x0f, 0x84, 0x8c, 0x60, 0x6f, 0xe0, 0xef])(
    'announces secure messaging as %i',
    (cla) => {
      expect(decodeClassByte(cla)?.hasSecureMessaging).toBe(true);
    },
  );

  it.each([0x50, 0x5f, 0x70, 0xd0, 0xdf, 0xf0, 0xfe])(
    'announces more commands of a chain as %i',
    (cla) => {
      expect(decodeClassByte(cla)?.isChained).toBe(true);
    },
  );

  it(`has neither bit in '00' to '03', '40' to '4F', '80' to '83', 'A0', 'C0' to 'CF'`, () => {
    const simple = octets(0, 255).filter((cla) => {
      const { hasSecureMessaging = true, isChained = true } = decodeClassByte(cla) ?? {};
      return !hasSecureMessaging && !isChained;
    });
    expect(simple).toEqual(
      [octets(0, 3), octets(0x40, 0x4f), octets(0x80, 0x83), 0xa0, octets(0xc0, 0xcf)].flat(),
    );
  });

  it('has its channel in two bits, or in four with 4 added', () => {
    for (const cla of octets(0, 255).filter((octet) => !UNDEFINED.includes(octet))) {
      const channel = (cla & 0x40) === 0 ? cla & 0x03 : (cla & 0x0f) + 4;
      expect(decodeClassByte(cla)?.channel).toBe(channel);
    }
  });

  it.each(UNDEFINED.map((cla) => cla.toString(16)))(`is none as '%s'`, (hex) => {
    expect(decodeClassByte(Number.parseInt(hex, 16))).toBeUndefined();
  });

  it('is one in each of the other cases', () => {
    const known = octets(0, 255).filter((cla) => decodeClassByte(cla) !== undefined);
    expect(known).toHaveLength(256 - UNDEFINED.length);
  });

  it.each([-1, 256, 1.5, Number.NaN])('is no octet as %d', (cla) => {
    expect(decodeClassByte(cla)).toBeUndefined();
  });
});
