/**
 * Remote commands in compact format. Whole scripts and what became of them are those of
 * test/vectors/ota-public.json, and two exchanges with real cards that its notes quote; single
 * commands were put together by hand from the case of their instruction.
 *
 * @see ETSI TS 102 226 §5.1.1, §5.1.2; ETSI TS 102 221 §10.1.2; 3GPP TS 51.011 (class A0)
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandApdu, commandApdu } from '../../src/apdu/command.ts';
import { INSTRUCTIONS } from '../../src/apdu/instructions.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { ByteReader } from '../../src/bytes/reader.ts';
import {
  decodeCompactResponse,
  decodeCompactScript,
  encodeCompactResponse,
  encodeCompactScript,
  type RemoteCommand,
  readCompactCommand,
} from '../../src/ota/compact-format.ts';
import { expectOneCoding, refusal } from '../bytes/decoders.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };
import { alterations, decoded, truncations } from './support/damage.ts';

const VECTORS = vectors.cases
  .filter(({ remoteFormat }) => remoteFormat === 'compact')
  .map(({ id, securedData, response }) => [id, securedData, response.executedResult] as const);
const EXECUTED = VECTORS.filter(([, , result]) => result !== '');

/** SELECT DF_GSM, then GET RESPONSE for 22 octets of what it says; to a card of class A0. */
const GSM = 'a0a40000027f20a0c0000016';
/** VERIFY PIN, UPDATE BINARY of 3 octets, READ BINARY of all that there is. */
const MIXED = '002000010831323334ffffffff00d600000301020300b0000000';

const hexOf = (spaced: string): string => spaced.replaceAll(' ', '').toLowerCase();
const script = (spaced: string): RemoteCommand[] => decodeCompactScript(fromHex(hexOf(spaced)));
const read = (octets: Uint8Array): RemoteCommand =>
  readCompactCommand(new ByteReader(octets, 'compact script'));

/** Case, data and Ne of each command. */
const shapes = (spaced: string): (readonly [number | undefined, string, number])[] =>
  script(spaced).map(({ apduCase, data, ne }) => [apduCase, toHex(data), ne]);

describe('the compact scripts of the public vectors', () => {
  it('are 90 scripts, 82 of which were executed', () => {
    expect([VECTORS.length, EXECUTED.length]).toEqual([90, 82]);
  });

  it.each(VECTORS)('%s is read and written again', (_id, securedData) => {
    const commands = script(securedData);
    expect(toHex(encodeCompactScript(commands))).toBe(securedData);
  });

  it.each(EXECUTED)('%s has a report that its commands explain', (_id, securedData, result) => {
    const commands = script(securedData);
    const { executed, sw, data } = decodeCompactResponse(fromHex(result));
    const last = commands[executed - 1];
    expect(sw === 0x9000).toBe(executed === commands.length);
    expect(data.length).toBe(last?.apduCase === 2 ? last.ne : 0);
    expect(toHex(encodeCompactResponse({ executed, sw, data }))).toBe(result);
  });
});

describe('a compact script', () => {
  it('has two commands of class A0 as a real card took them', () => {
    expect(script(GSM)).toEqual([
      { ...commandApdu([0xa0, 0xa4, 0, 0], fromHex('7f20')), apduCase: 4 },
      { ...commandApdu([0xa0, 0xc0, 0, 0], undefined, 0x16), apduCase: 2 },
    ]);
  });

  it('may have no command', () => {
    expect(script('')).toEqual([]);
    expect(encodeCompactScript([])).toHaveLength(0);
  });

  it('has data in cases 3 and 4, and an Ne of 256 for all that there is', () => {
    expect(shapes(MIXED)).toEqual([
      [3, '31323334ffffffff', 0],
      [3, '010203', 0],
      [2, '', 256],
    ]);
  });

  it.each<[string, string, 1 | 2 | 3 | 4, string, number]>([
    ['READ RECORD', '00B2010406', 2, '', 6],
    ['READ BINARY of 255 octets', '00B00000FF', 2, '', 255],
    ['STATUS', '80F2000000', 2, '', 256],
    ['STATUS that names the application', '80F2010100', 2, '', 256],
    ['STATUS at the end of a session', '80F2020C00', 2, '', 256],
    ['STATUS with a P1 that is not known', '80F20F0000', 2, '', 256],
    ['STATUS of class A0', 'A0F2000016', 2, '', 0x16],
    ['GET STATUS', '80F24002024F00', 4, '4f00', 0],
    ['GET STATUS of the lowest kind', '80F21002024F00', 4, '4f00', 0],
    ['the query of a PIN', '0020000100', 3, '', 0],
    ['the query of an UNBLOCK PIN', '002C000100', 3, '', 0],
    ['SELECT of the MF', '00A4000C00', 4, '', 0],
    ['SEARCH RECORD', '00A20104021234', 4, '1234', 0],
    ['SEEK', 'A0A20001021234', 4, '1234', 0],
    ['INVALIDATE', 'A004000000', 3, '', 0],
    ['REHABILITATE', 'A044000000', 3, '', 0],
    ['RUN GSM ALGORITHM', `A088000010${'5A'.repeat(16)}`, 4, '5a'.repeat(16), 0],
    ['INCREASE of class A0', 'A032000003000001', 4, '000001', 0],
    ['SLEEP', 'A0FA000000', 1, '', 0],
    ['TERMINATE CARD USAGE', '00FE000000', 1, '', 0],
    ['MANAGE CHANNEL that opens one', '0070000001', 2, '', 1],
    ['MANAGE CHANNEL that closes one', '0070800100', 1, '', 0],
    ['RETRIEVE DATA', '80CB00800180', 4, '80', 0],
    ['STORE DATA', '80E2800002AABB', 4, 'aabb', 0],
    ['PUT KEY', '80D80081021122', 4, '1122', 0],
    ['SET STATUS', '80F08001024F00', 3, '4f00', 0],
    ['INSTALL', '80E60C0001FF', 3, 'ff', 0],
    ['LOAD', '80E8800001C4', 3, 'c4', 0],
    ['DELETE', '80E40000044F02A000', 3, '4f02a000', 0],
    ['GET DATA', '80CA006600', 2, '', 256],
  ])('ends %s where the next command begins', (_what, hex, apduCase, data, ne) => {
    const next = [2, '', 1] as const;
    expect(shapes(`${hex}00B0000001`)).toEqual([[apduCase, data, ne], next]);
    expect(toHex(encodeCompactScript(script(hex)))).toBe(hex.toLowerCase());
  });

  it('has an end for each instruction of TS 102 221 but three', () => {
    const unknown = INSTRUCTIONS.filter(
      ({ ins }) => read(Uint8Array.of(0, ins, 0, 0, 0)).apduCase === undefined,
    );
    expect(unknown.map(({ ins }) => ins)).toEqual([0x73, 0x75, 0x89]);
  });

  it('has commands with copies of its octets', () => {
    const octets = fromHex(GSM);
    decodeCompactScript(octets)[0]?.data.fill(0);
    expect(toHex(octets)).toBe(GSM);
  });
});

describe('a compact script that a card reads', () => {
  it('gives the commands before the one that is cut short', () => {
    const reader = new ByteReader(fromHex('00a4000c023f0000d600000301'), 'compact script');
    expect(readCompactCommand(reader)).toMatchObject({ ins: 0xa4, apduCase: 4 });
    expect(reader.remaining).toBe(6);
    expect(refusal(() => readCompactCommand(reader))).toBe(
      'compact script/data at 12: needs 3 octets, 1 left',
    );
  });

  it.each([
    ['no instruction of any document', '00010203 05 00B0000001'],
    ['no instruction, and P3 would fit', '80500000 02 1234'],
    ['MANAGE SECURE CHANNEL', '00730000 02 1234'],
    ['TRANSACT DATA', '00750000 05 00B0000001'],
    ['AUTHENTICATE 89', '00898000 02 1234'],
    ['ERASE BINARY', '000E0000 02 1234'],
  ])('ends with %s: nothing is run, and nothing behind it is looked at', (_what, hex) => {
    const reader = new ByteReader(fromHex(hexOf(hex)), 'compact script');
    const { apduCase, data, ne, ins } = readCompactCommand(reader);
    expect([apduCase, data.length, ne, ins]).toEqual([undefined, 0, 0, fromHex(hexOf(hex))[1]]);
    expect(reader.remaining).toBe(0);
    expect(refusal(() => script(`00B0000001${hex}`))).toBe(
      'compact script/INS at 6: expected an instruction whose case is known',
    );
  });
});

describe('a damaged compact script', () => {
  it.each([
    ['00', 'compact script/INS at 1: needs 1 octets, 0 left'],
    ['00A4', 'compact script/P1 at 2: needs 1 octets, 0 left'],
    ['00A400', 'compact script/P2 at 3: needs 1 octets, 0 left'],
    ['00A40000', 'compact script/P3 at 4: needs 1 octets, 0 left'],
    ['00A4000002', 'compact script/data at 5: needs 2 octets, 0 left'],
    ['00A40000023F', 'compact script/data at 5: needs 2 octets, 1 left'],
    ['00A40000023F0000', 'compact script/INS at 8: needs 1 octets, 0 left'],
    ['00B0000001 00D60000FF01', 'compact script/data at 10: needs 255 octets, 1 left'],
    ['0044', 'compact script/P1 at 2: needs 1 octets, 0 left'],
    ['A0FA000001', `compact script/P3 at 4: expected '00'`],
    ['00B0000001 00FE0000FF', `compact script/P3 at 9: expected '00'`],
    ['0070800101', `compact script/P3 at 4: expected '00'`],
    ['0102030405', 'compact script/INS at 1: expected an instruction whose case is known'],
    ['00A40000023F00 0003', 'compact script/P1 at 9: needs 1 octets, 0 left'],
  ])('is refused as %s', (hex, message) => {
    expect(refusal(() => script(hex))).toBe(message);
  });

  it.each([GSM, MIXED])('is refused wherever %s is cut, but between commands', (hex) => {
    const whole = script(hex);
    const ends = whole.map((_, n) => encodeCompactScript(whole.slice(0, n)).length);
    for (const part of truncations(fromHex(hex))) {
      const commands = decoded(() => decodeCompactScript(part));
      const before = ends.indexOf(part.length);
      expect(commands).toEqual(before < 0 ? undefined : whole.slice(0, before));
    }
  });

  it.each([GSM, MIXED])('is read or refused with an octet of %s changed', (hex) => {
    for (const altered of alterations(fromHex(hex))) {
      const commands = decoded(() => decodeCompactScript(altered));
      if (commands !== undefined) expect(encodeCompactScript(commands)).toEqual(altered);
    }
  });

  it('is refused by DecodeError alone, and is else written as it was', () => {
    expectOneCoding(decodeCompactScript, encodeCompactScript, [GSM, MIXED, '80f24002024f00', '']);
  });
});

const NE = fc.integer({ min: 1, max: 256 });
const OCTET = fc.nat(0xff);
const DATA = fc.uint8Array({ maxLength: 255, size: 'max' });
const NO_DATA = fc.constant(new Uint8Array(0));
const CODES = INSTRUCTIONS.filter(({ ins }) => ![0x70, 0x73, 0x75, 0x89, 0xf2].includes(ins));

/** Any command that a script can carry, with the case that it is read in. */
const COMMAND: fc.Arbitrary<RemoteCommand> = fc
  .constantFrom(...CODES, { ins: 0xe2, apduCase: 4 as const }, { ins: 0xd8, apduCase: 4 as const })
  .chain(({ ins, apduCase }) =>
    fc.record({
      cla: OCTET,
      ins: fc.constant(ins),
      p1: OCTET,
      p2: OCTET,
      data: apduCase < 3 ? NO_DATA : DATA,
      ne: apduCase === 2 ? NE : fc.constant(0),
      apduCase: fc.constant(apduCase),
    }),
  );

describe('any commands', () => {
  it('are read from a script as they were written', () => {
    fc.assert(
      fc.property(fc.array(COMMAND), (commands) => {
        expect(decodeCompactScript(encodeCompactScript(commands))).toEqual(commands);
      }),
    );
  });

  it.each<[string, CommandApdu]>([
    ['READ BINARY without Ne', commandApdu([0, 0xb0, 0, 0])],
    ['READ BINARY with data', commandApdu([0, 0xb0, 0, 0], fromHex('01'), 1)],
    ['READ BINARY with an Ne of 257', commandApdu([0, 0xb0, 0, 0], undefined, 257)],
    ['READ BINARY with an Ne of 1.5', commandApdu([0, 0xb0, 0, 0], undefined, 1.5)],
    ['SELECT with Le', commandApdu([0, 0xa4, 0, 4], fromHex('3f00'), 256)],
    ['the query of a PIN with Le', commandApdu([0, 0x20, 0, 1], undefined, 256)],
    ['SELECT with an Ne that is no number', commandApdu([0, 0xa4, 0, 0], undefined, Number.NaN)],
    ['UPDATE BINARY with 256 octets', commandApdu([0, 0xd6, 0, 0], new Uint8Array(256))],
    ['SLEEP with Ne', commandApdu([0xa0, 0xfa, 0, 0], undefined, 256)],
    ['SLEEP with data', commandApdu([0xa0, 0xfa, 0, 0], fromHex('00'))],
    ['GET STATUS without data, as STATUS', commandApdu([0x80, 0xf2, 0x40, 0], undefined, 256)],
    ['STATUS with data', commandApdu([0x80, 0xf2, 0, 0], fromHex('4f00'))],
    ['an instruction of unknown case', commandApdu([0x80, 0x50, 0, 0])],
    ['TRANSACT DATA', commandApdu([0, 0x75, 0, 0], fromHex('00'))],
    ['a class of more than one octet', commandApdu([0x100, 0xb0, 0, 0], undefined, 1)],
    ['a P2 below 0', commandApdu([0, 0xb0, 0, -1], undefined, 1)],
  ])('are not written with %s', (_what, command) => {
    expect(() => encodeCompactScript([command])).toThrow(RangeError);
  });

  it('are refused with the place of the one that is wrong, and without its data', () => {
    const secret = commandApdu([0, 0xb0, 0, 0], fromHex('31323334'), 1);
    const right = commandApdu([0, 0xb0, 0, 0], undefined, 1);
    expect(() => encodeCompactScript([right, secret])).toThrow(
      'commands[1].data: expected none in case 2',
    );
  });
});

describe('the report of a compact script', () => {
  it.each([
    ['02 9000 0000FFFF7F2002000000000009B106350400838A838A', 2, 0x9000, 22],
    ['01 6132', 1, 0x6132, 0],
    ['02 6A82', 2, 0x6a82, 0],
    ['03 62F1 0102', 3, 0x62f1, 2],
    ['FF 9000', 255, 0x9000, 0],
    ['00 9000', 0, 0x9000, 0],
  ])('is %s, both ways', (spaced, executed, sw, length) => {
    const response = decodeCompactResponse(fromHex(hexOf(spaced)));
    expect(response).toMatchObject({ executed, sw });
    expect(response.data).toHaveLength(length);
    expect(toHex(encodeCompactResponse(response))).toBe(hexOf(spaced));
  });

  it.each([
    ['', 'additional response data/number of commands at 0: needs 1 octets, 0 left'],
    ['01', 'additional response data/SW at 1: needs 2 octets, 0 left'],
    ['0190', 'additional response data/SW at 1: needs 2 octets, 1 left'],
  ])('is refused as %s', (hex, message) => {
    expect(refusal(() => decodeCompactResponse(fromHex(hex)))).toBe(message);
  });

  it('is refused by DecodeError alone, and is else written as it was', () => {
    expectOneCoding(decodeCompactResponse, encodeCompactResponse, ['029000', '016132ff']);
  });

  it('is read as it was written, with more data than an R-APDU has', () => {
    const response = fc.record({
      executed: OCTET,
      sw: fc.nat(0xffff),
      data: fc.uint8Array({ maxLength: 1000, size: 'max' }),
    });
    fc.assert(
      fc.property(response, (value) => {
        expect(decodeCompactResponse(encodeCompactResponse(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ['256 commands', 256, 0x9000],
    ['less than no command', -1, 0x9000],
    ['half a command', 0.5, 0x9000],
    ['an SW of 17 bits', 1, 0x10000],
    ['an SW below 0', 1, -1],
  ])('is not written with %s', (_what, executed, sw) => {
    const response = { executed, sw, data: new Uint8Array(0) };
    expect(() => encodeCompactResponse(response)).toThrow(RangeError);
  });
});
