/**
 * APDUs over T=0, driven by answers that a card gives.
 *
 * @see ISO/IEC 7816-3 §10.3, §12.2; ETSI TS 102 221 §7.3.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandApdu, commandApdu, decodeCommandApdu } from '../../src/apdu/command.ts';
import { encodeTpdu, exchangeT0 } from '../../src/apdu/t0.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';

interface Dialogue {
  readonly sent: string[];
  readonly data: string;
  readonly sw: number;
}

/** Runs a command against a card that is asked for each answer. */
function run(command: CommandApdu, card: (tpdu: Uint8Array) => Uint8Array): Dialogue {
  const sent: string[] = [];
  const procedure = exchangeT0(command);
  let step = procedure.next();
  while (step.done !== true) {
    sent.push(toHex(step.value));
    step = procedure.next(card(step.value));
  }
  return { sent, data: toHex(step.value.data), sw: step.value.sw };
}

/** The same with answers that are known beforehand; all of them must be asked for. */
function dialogue(command: string, ...answers: readonly string[]): Dialogue {
  const left = [...answers];
  const result = run(decodeCommandApdu(fromHex(command)), () => {
    const answer = left.shift();
    if (answer === undefined) throw new Error('the terminal asks for more');
    return fromHex(answer);
  });
  expect(left).toEqual([]);
  return result;
}

describe('the TPDU that begins a command', () => {
  it.each([
    ['case 1 has P3 00', '80f2000c', '80f2000c00'],
    ['case 2 is as it is', '00b0000009', '00b0000009'],
    ['case 2 with Le 00 is as it is', '00b0000000', '00b0000000'],
    ['case 3 is as it is', '00a40004023f00', '00a40004023f00'],
    ['case 4 leaves Le out', '00a40004023f0000', '00a40004023f00'],
  ])('%s', (_case, command, tpdu) => {
    expect(toHex(encodeTpdu(decodeCommandApdu(fromHex(command))))).toBe(tpdu);
  });

  it('is refused with what no C-APDU can hold', () => {
    const command = commandApdu([0, 0xa4, 0, 4]);
    expect(() => encodeTpdu({ ...command, data: new Uint8Array(256) })).toThrow(RangeError);
    expect(() => encodeTpdu({ ...command, ne: 257 })).toThrow(RangeError);
    expect(() => encodeTpdu({ ...command, cla: 256 })).toThrow(RangeError);
  });
});

describe('a command over T=0', () => {
  it('ends with the first answer when there is nothing to fetch', () => {
    expect(dialogue('80f2000c', '9000')).toEqual({ sent: ['80f2000c00'], data: '', sw: 0x9000 });
    expect(dialogue('00b0000002', '01029000').data).toBe('0102');
    expect(dialogue('00d6000001ff', '910b').sw).toBe(0x910b);
  });

  it('sends the same command again with the length that the card names', () => {
    expect(dialogue('00b0000000', '6c09', '0809101010325476989000')).toEqual({
      sent: ['00b0000000', '00b0000009'],
      data: '080910101032547698',
      sw: 0x9000,
    });
  });

  it('fetches response data on the same channel, with the length that the card names', () => {
    expect(dialogue('02a40004023f0000', '6103', '6201009000')).toEqual({
      sent: ['02a40004023f00', '02c0000003'],
      data: '620100',
      sw: 0x9000,
    });
  });

  it('takes length 00 for 256, and joins what comes in parts', () => {
    const part = 'a5'.repeat(256);
    const { sent, data, sw } = dialogue('80c20000010100', '6100', `${part}6102`, '0102910b');
    expect(sent).toEqual(['80c200000101', '80c0000000', '80c0000002']);
    expect(data).toBe(`${part}0102`);
    expect(sw).toBe(0x910b);
  });

  it('fetches also what case 2 and case 3 did not ask for', () => {
    expect(dialogue('00d6000001ff', '6101', '079000').data).toBe('07');
    expect(dialogue('00b0000004', '01026102', '03049000').data).toBe('01020304');
  });

  it('corrects the length of a GET RESPONSE, too', () => {
    expect(dialogue('00a40004023f0000', '6110', '6c02', '62009000').sent).toEqual([
      '00a40004023f00',
      '00c0000010',
      '00c0000002',
    ]);
  });

  it('asks for the data behind a warning, and keeps the warning', () => {
    expect(dialogue('00a40004022fe200', '6283', '6c02', '62009000')).toEqual({
      sent: ['00a40004022fe2', '00c0000000', '00c0000002'],
      data: '6200',
      sw: 0x6283,
    });
    expect(dialogue('80c20000010100', '6300', '0102910b')).toMatchObject({
      data: '0102',
      sw: 0x6300,
    });
  });

  it('fetches what a SIM has ready', () => {
    // 3GPP TS 51.011 §9.4.1: '9FXX', length XX of the response data.
    expect(dialogue('a0a40000023f00', '9f02', '00009000')).toEqual({
      sent: ['a0a40000023f00', 'a0c0000002'],
      data: '0000',
      sw: 0x9000,
    });
    expect(dialogue('a0a40000023f00', '9f16', '6c02', '00009000').sent[2]).toBe('a0c0000002');
  });

  it('fetches what a SIM has to say of a failed download, and keeps the failure', () => {
    expect(dialogue('a0c20000010100', '9e02', '01029000')).toEqual({
      sent: ['a0c200000101', 'a0c0000002'],
      data: '0102',
      sw: 0x9e02,
    });
    for (const refused of ['6f00', '9402', '6d00']) {
      expect(dialogue('a0c20000010100', '9e02', refused)).toMatchObject({ data: '', sw: 0x9e02 });
    }
  });

  it.each(['00', '80', 'c0', 'a1'])("takes '9FXX' and '9EXX' in class %s for refusals", (cla) => {
    for (const sw of ['9f02', '9e02']) {
      const sent = [`${cla}a40000023f00`];
      expect(dialogue(sent[0]!, sw)).toEqual({ sent, data: '', sw: Number.parseInt(sw, 16) });
    }
  });

  it('keeps the warning alone when there is no data behind it', () => {
    for (const refused of ['6985', '6f00', '6d00', '6283']) {
      expect(dialogue('00a40004022fe200', '6283', refused)).toEqual({
        sent: ['00a40004022fe2', '00c0000000'],
        data: '',
        sw: 0x6283,
      });
    }
  });

  it.each([
    ['a refusal', '00a40004022fe200', '6a82', '00a40004022fe2'],
    ['a wrong PIN, in case 3', '00200001083132333400000000', '63c2', '00200001083132333400000000'],
    ['a warning in case 2', '00b0000009', '6282', '00b0000009'],
    ['a warning in case 1', '80f2000c', '6200', '80f2000c00'],
  ])('does not ask again after %s', (_what, command, answer, tpdu) => {
    const sw = Number.parseInt(answer, 16);
    expect(dialogue(command, answer)).toEqual({ sent: [tpdu], data: '', sw });
  });

  it('does not put another length before data that are already counted', () => {
    expect(dialogue('00d6000002ffff', '6c01')).toMatchObject({ data: '', sw: 0x6c01 });
    expect(dialogue('00a40004023f0000', '6c10')).toMatchObject({ data: '', sw: 0x6c10 });
  });

  it('ends with a refusal in mid-fetch, with what it has', () => {
    expect(dialogue('00a40004023f0000', '6104', '01026102', '6f00')).toMatchObject({
      data: '0102',
      sw: 0x6f00,
    });
  });

  it.each(['6c05', '6105', '6100', '01026102'])(
    'ends after a bounded number of rounds when the card always says %s',
    (answer) => {
      const command = commandApdu([0, 0xb0, 0, 0], undefined, 9);
      const { sent, sw } = run(command, () => fromHex(answer));
      expect(sent).toHaveLength(65);
      expect(sw).toBe(Number.parseInt(answer.slice(-4), 16));
    },
  );

  it.each([
    ['the command', '00a40004023f0000', []],
    ['GET RESPONSE', '00a40004023f0000', ['6102']],
    ['the repeated command', '00b0000000', ['6c02']],
    ['GET RESPONSE behind a warning', '00a40004023f0000', ['6283']],
    ['the repeated GET RESPONSE behind a warning', '00a40004023f0000', ['6283', '6c02']],
  ])('refuses an answer to %s of fewer than 2 octets', (_what, command, answers) => {
    for (const short of ['', '90']) {
      expect(() => dialogue(command, ...answers, short)).toThrow(DecodeError);
    }
  });

  it('refuses by DecodeError alone, and always ends, whatever the card says', () => {
    const answer = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom('6102', '6c02', '6283', '9000', '00006100').map((hex) => fromHex(hex)),
    );
    const command = fc.constantFrom('80f2000c', '00b0000000', '00a40004023f00', '00a40004023f0000');
    fc.assert(
      fc.property(command, fc.infiniteStream(answer), (hex, answers) => {
        try {
          const { sent } = run(decodeCommandApdu(fromHex(hex)), () => answers.next().value);
          expect(sent.length).toBeLessThanOrEqual(67);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('gets all that a card has, in whatever parts it is given', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 1, maxLength: 8 });
    const case4 = commandApdu([0x01, 0xa4, 0, 4], fromHex('3f00'), 256);
    const case2 = commandApdu([0x01, 0xb0, 0, 0], undefined, 256);
    fc.assert(
      fc.property(parts, fc.boolean(), (lengths, hasData) => {
        const pending = lengths.map((length, n) => new Uint8Array(length).fill(n + 1));
        const whole = toHex(concat(...pending));
        const { data, sw } = run(hasData ? case4 : case2, cardWith(pending));
        expect([data, sw]).toEqual([whole, 0x9000]);
      }),
    );
  });
});

/** A card that gives one part an answer, insists on its exact length, and announces the next. */
function cardWith(pending: Uint8Array[]): (tpdu: Uint8Array) => Uint8Array {
  const next = (sw1: number): Uint8Array =>
    pending[0] === undefined ? fromHex('9000') : Uint8Array.of(sw1, pending[0].length % 256);
  return (tpdu) => {
    if (tpdu.length > 5) return next(0x61);
    const length = tpdu[4] === 0 ? 256 : tpdu[4];
    if (pending[0]?.length !== length) return next(0x6c);
    return concat(pending.shift() ?? fromHex(''), next(0x61));
  };
}
