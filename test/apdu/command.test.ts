/**
 * C-APDUs in the four cases. SELECT MF and STATUS are as a modem sends them.
 *
 * @see ISO/IEC 7816-3 §12.1.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandApdu,
  commandApdu,
  decodeCommandApdu,
  encodeCommandApdu,
} from '../../src/apdu/command.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { expectOneCoding, refusal, truncations } from '../bytes/decoders.ts';

const NONE = new Uint8Array(0);

const COMMANDS: readonly (readonly [name: string, hex: string, command: CommandApdu])[] = [
  ['case 1: STATUS', '80f2000c', commandApdu([0x80, 0xf2, 0x00, 0x0c])],
  ['case 2: READ BINARY of 9', '00b0000009', commandApdu([0x00, 0xb0, 0, 0], NONE, 9)],
  ['case 2: Le 00', '00b0000000', commandApdu([0x00, 0xb0, 0, 0], NONE, 256)],
  ['case 2: STATUS', '80f2000c00', commandApdu([0x80, 0xf2, 0, 0x0c], NONE, 256)],
  ['case 3: SELECT MF', '00a40004023f00', commandApdu([0, 0xa4, 0, 4], fromHex('3f00'))],
  ['case 4: SELECT MF', '00a40004023f0000', commandApdu([0, 0xa4, 0, 4], fromHex('3f00'), 256)],
  ['case 4: Le 10', '00a40004023f0010', commandApdu([0, 0xa4, 0, 4], fromHex('3f00'), 16)],
];

const header = { cla: 0, ins: 0xa4, p1: 0, p2: 4 };

describe('a C-APDU', () => {
  it.each(COMMANDS)('is read and written in %s', (_name, hex, command) => {
    expect(decodeCommandApdu(fromHex(hex))).toEqual(command);
    expect(toHex(encodeCommandApdu(command))).toBe(hex);
  });

  it('holds 255 octets of data and asks for 256, in 261 octets', () => {
    const data = new Uint8Array(255).fill(0xa5);
    const octets = encodeCommandApdu({ ...header, data, ne: 256 });
    expect(octets).toHaveLength(261);
    expect(decodeCommandApdu(octets)).toEqual({ ...header, data, ne: 256 });
  });

  it('is read without taking hold of the octets', () => {
    const octets = fromHex('00a40004023f00');
    const { data } = decodeCommandApdu(octets);
    octets.fill(0xff);
    expect(toHex(data)).toBe('3f00');
  });

  it('is written and read again', () => {
    const octet = fc.nat(255);
    const command = fc.record<CommandApdu>({
      cla: octet,
      ins: octet,
      p1: octet,
      p2: octet,
      data: fc.uint8Array({ maxLength: 255, size: 'max' }),
      ne: fc.nat(256),
    });
    fc.assert(
      fc.property(command, (apdu) => {
        expect(decodeCommandApdu(encodeCommandApdu(apdu))).toEqual(apdu);
      }),
    );
  });

  it('has one coding, and is refused by DecodeError alone', () => {
    expectOneCoding(
      decodeCommandApdu,
      encodeCommandApdu,
      COMMANDS.map(([, hex]) => hex),
    );
  });

  it('is refused unless Lc and Le fit the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
        const lc = octets[4];
        const fits =
          octets.length === 4 ||
          octets.length === 5 ||
          (octets.length > 5 && lc !== 0 && [5, 6].includes(octets.length - (lc ?? 0)));
        if (fits) expect(toHex(encodeCommandApdu(decodeCommandApdu(octets)))).toBe(toHex(octets));
        else expect(() => decodeCommandApdu(octets)).toThrow(DecodeError);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 'C-APDU/CLA at 0: needs 1 octets, 0 left'],
    ['00', 'C-APDU/INS at 1: needs 1 octets, 0 left'],
    ['00a4', 'C-APDU/P1 at 2: needs 1 octets, 0 left'],
    ['00a400', 'C-APDU/P2 at 3: needs 1 octets, 0 left'],
    ['00a40004023f', 'C-APDU/data at 5: needs 2 octets, 1 left'],
    ['00a40004ff3f00', 'C-APDU/data at 5: needs 255 octets, 2 left'],
    ['00a40004023f000000', 'C-APDU/end at 8: expected no more octets, 1 left'],
    ['00a4000400023f', 'C-APDU/Lc at 4: extended length is not supported'],
    ['00a400040000023f00', 'C-APDU/Lc at 4: extended length is not supported'],
    ['00b00000000100', 'C-APDU/Lc at 4: extended length is not supported'],
    ['00b000000000', 'C-APDU/Lc at 4: extended length is not supported'],
  ])('is refused as %j', (hex, message) => {
    expect(refusal(() => decodeCommandApdu(fromHex(hex)))).toBe(message);
  });

  it('is refused wherever it is cut, but where another case ends', () => {
    for (const cut of truncations(fromHex('00a40004023f0000'))) {
      if ([4, 5, 7].includes(cut.length)) decodeCommandApdu(cut);
      else expect(() => decodeCommandApdu(cut)).toThrow(DecodeError);
    }
  });

  it.each<[string, Partial<CommandApdu>, string]>([
    ['a class of 9 bits', { cla: 256 }, 'cla: expected 0 to 255, got 256'],
    ['a negative class', { cla: -1 }, 'cla: expected 0 to 255, got -1'],
    ['an instruction of 9 bits', { ins: 256 }, 'ins: expected 0 to 255, got 256'],
    ['a fraction for P1', { p1: 0.5 }, 'p1: expected 0 to 255, got 0.5'],
    ['no number for P2', { p2: Number.NaN }, 'p2: expected 0 to 255, got NaN'],
    [
      '256 octets of data',
      { data: new Uint8Array(256) },
      'data: expected 0 to 255 octets, got 256',
    ],
    ['Ne of 257', { ne: 257 }, 'ne: expected 0 to 256, got 257'],
    ['a negative Ne', { ne: -1 }, 'ne: expected 0 to 256, got -1'],
    ['a fraction for Ne', { ne: 1.5 }, 'ne: expected 0 to 256, got 1.5'],
  ])('is not written with %s', (_what, change, message) => {
    const command = { ...header, data: NONE, ne: 0, ...change };
    expect(() => encodeCommandApdu(command)).toThrow(new RangeError(message));
  });

  it.each([[[]], [[0, 0xa4, 0]], [[0, 0xa4, 0, 4, 0]]])(
    'is not built on the header %j',
    (octets) => {
      expect(() => commandApdu(octets as unknown as [number, number, number, number])).toThrow(
        new RangeError(`header: expected 4 octets, got ${octets.length}`),
      );
    },
  );
});
