/**
 * T=0 in octets: the card's machine, the terminal's, and the two on one line.
 *
 * @see ISO/IEC 7816-3 §10.3; ETSI TS 102 221 §7.3.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandApdu, commandApdu, decodeCommandApdu } from '../../src/apdu/command.ts';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { INSTRUCTIONS } from '../../src/apdu/instructions.ts';
import { type CardEnd, type LineResult, runOnLine } from '../../src/apdu/line.ts';
import type { ResponseApdu } from '../../src/apdu/response.ts';
import { exchangeT0 } from '../../src/apdu/t0.ts';
import { T0Card, type T0CardOptions } from '../../src/apdu/t0-card.ts';
import { type T0Failure, transmitT0 } from '../../src/apdu/t0-terminal.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { makeImage } from '../../src/card/image.ts';
import { createUicc, Uicc } from '../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';

/** A card that gives known answers, and what it was given. */
function scripted(...answers: readonly string[]): SynchronousCard & { readonly got: string[] } {
  const got: string[] = [];
  return {
    got,
    reset: () => fromHex('3B00'),
    transmit(command) {
      got.push(toHex(command));
      const answer = answers[got.length - 1];
      if (answer === undefined) throw new Error('the card is asked too often');
      return fromHex(answer);
    },
  };
}

/** What the card's end sends, octet string for octet string. */
function dialogue(card: SynchronousCard, options: T0CardOptions, ...sent: string[]): string[] {
  const end = new T0Card(card, options);
  return sent.map((hex) => toHex(end.receive(fromHex(hex))));
}

describe('a card over T=0', () => {
  it('T10 acknowledges by INS, takes all data, and ends with SW1 SW2', () => {
    const card = scripted('6119');
    expect(dialogue(card, {}, '00A4080402', '2FE2')).toEqual(['a4', '6119']);
    expect(card.got).toEqual(['00a40804022fe2']);
  });

  it('T10 acknowledges one octet at a time when it is told to', () => {
    const card = scripted('6119');
    const sent = dialogue(card, { acknowledge: 'one' }, '00A4080402', '2F', 'E2');
    expect(sent).toEqual(['5b', '5b', '6119']);
    expect(card.got).toEqual(['00a40804022fe2']);
  });

  it('puts INS, or INS xor FF before each octet, in front of what it sends', () => {
    expect(dialogue(scripted('0102039000'), {}, '00B0000003')).toEqual(['b00102039000']);
    expect(dialogue(scripted('01029000'), { acknowledge: 'one' }, '00B0000002')).toEqual([
      '4f014f029000',
    ]);
  });

  it('T14 sends as many NULL before its answer as it is told to', () => {
    const nulls = (tpdu: Uint8Array): number => (tpdu[1] === 0xb0 ? 3 : 0);
    expect(dialogue(scripted('6c07', '9000'), { nulls }, '00B0000009', '80F2000C00')).toEqual([
      '6060606c07',
      '9000',
    ]);
    const counted = { nulls: (tpdu: Uint8Array) => tpdu[5]! };
    expect(dialogue(scripted('9000'), counted, '00D6000001', '02')).toEqual(['d6', '60609000']);
  });

  it('answers in the same way in whatever parts the octets come', () => {
    const sent = dialogue(scripted('6119'), {}, '00', 'A408', '04', '02', '2F', 'E2');
    expect(sent).toEqual(['', '', '', 'a4', '', '6119']);
    expect(dialogue(scripted('6119', '9000'), {}, '00A40804022FE280F2000C00')).toEqual([
      'a461199000',
    ]);
  });

  it.each([
    ['P3 00 of a case 3: there are no data to wait for', '0020000100', '63c3'],
    ['P3 00 of a case 1', '00FE000000', '6d00'],
    ['an unknown INS, whatever P3 says', '00FF000005', '6d00'],
    ['an unknown class with data', 'B0FF000005', '6e00'],
  ])('gives the card the header alone: %s', (_what, header, sw) => {
    const card = scripted(sw);
    expect(dialogue(card, {}, header)).toEqual([sw]);
    expect(card.got).toEqual([header.toLowerCase()]);
  });

  it('asks the embedder which way data goes before it asks the table', () => {
    const bringsData = (header: Uint8Array): boolean | undefined =>
      header[1] === 0x78 ? header[2] === 1 : undefined;
    const card = scripted('01029000', '9000', '6119');
    const sent = ['8078000002', '8078010001', 'FF', '00A4080402', '2FE2'];
    expect(dialogue(card, { bringsData }, ...sent)).toEqual([
      '7801029000',
      '78',
      '9000',
      'a4',
      '6119',
    ]);
  });

  it('takes P3 00 of a case 2 for 256', () => {
    const data = 'a5'.repeat(256);
    expect(dialogue(scripted(`${data}9000`), {}, '00B0000000')).toEqual([`b0${data}9000`]);
  });

  it.each(['0060000000', '00 6F 00 00 02', '0090000000', '009F000001'])(
    'refuses INS of %s without asking the card, since it would be taken for SW1',
    (header) => {
      const card = scripted();
      expect(dialogue(card, {}, header)).toEqual(['6d00']);
      expect(card.got).toEqual([]);
    },
  );

  it('holds what a card gives at once, and sends it when the terminal comes for it', () => {
    const read = scripted('0102039000');
    expect(dialogue(read, {}, '00B0000000', '00B0000002', '00B0000003')).toEqual([
      '6c03',
      '6c03',
      'b00102039000',
    ]);
    expect(read.got).toHaveLength(1);
    const select = scripted('620162009100', '6985');
    const sent = ['01A4000402', '3F00', '01C0000000', '01C0000004', '01C0000004'];
    expect(dialogue(select, {}, ...sent)).toEqual(['a4', '6104', '6c04', 'c0620162009100', '6985']);
    expect(select.got).toEqual(['01a40004023f00', '01c0000004']);
  });

  it.each([
    ['another command', '80F2000C00'],
    ['the same on another channel', '01C0000001'],
    ['GET RESPONSE with other parameters', '00C0000101'],
    ['an instruction that brings data', '00D6000000'],
  ])('drops what it holds when %s comes', (_what, header) => {
    const card = scripted('019000', '9000', '6985');
    const sent = ['00A4000402', '3F00', header, '00C0000001'];
    expect(dialogue(card, {}, ...sent)).toEqual(['a4', '6101', '9000', '6985']);
    expect(card.got.slice(1)).toEqual([header.toLowerCase(), '00c0000001']);
  });

  it('does not take data of the terminal for a wish to have what it holds', () => {
    const card = scripted('019000', '9000');
    const bringsData = (header: Uint8Array): boolean => header[4] === 1;
    expect(dialogue(card, { bringsData }, '80CA000002', '80CA000001', 'FF')).toEqual([
      '6c01',
      'ca',
      '9000',
    ]);
    expect(card.got).toEqual(['80ca000002', '80ca000001ff']);
  });

  it('announces 256 octets by 00, and refuses more, which no P3 can ask for', () => {
    const most = 'a5'.repeat(256);
    expect(dialogue(scripted(`${most}9000`), {}, '00B0000001')).toEqual(['6c00']);
    expect(dialogue(scripted(`${most}009000`), {}, '00B0000000')).toEqual(['6f00']);
  });

  it('waits for the rest of a TPDU for as long as it takes', () => {
    const end = new T0Card(scripted('9000'));
    expect(toHex(end.receive(fromHex('00D60000')))).toBe('');
    expect(toHex(end.quiet())).toBe('');
    expect(toHex(end.receive(fromHex('02')))).toBe('d6');
    expect(toHex(end.receive(fromHex('01')))).toBe('');
    expect(toHex(end.quiet())).toBe('');
    expect(toHex(end.receive(fromHex('02')))).toBe('9000');
  });
});

type Outcome = LineResult<ResponseApdu, T0Failure>;

/** Runs a command against known answers, one for each string of octets that is sent. */
function terminal(command: string, nullsMax: number, ...answers: string[]): [Outcome, string[]] {
  const sent: string[] = [];
  const end: CardEnd = {
    receive(octets) {
      sent.push(toHex(octets));
      return fromHex(answers[sent.length - 1] ?? '');
    },
    quiet: () => new Uint8Array(0),
  };
  return [runOnLine(transmitT0(decodeCommandApdu(fromHex(command)), { nullsMax }), end), sent];
}

describe('a terminal over T=0', () => {
  it('T10 sends all data after INS, and one octet after INS xor FF', () => {
    const [all, sentAll] = terminal('00D6000002AABB', 9, 'd6', '9000');
    expect(all).toMatchObject({ ok: true, value: { sw: 0x9000 } });
    expect(sentAll).toEqual(['00d6000002', 'aabb']);
    const [, sentOne] = terminal('00D6000003AABBCC', 9, '29', 'd6', '9000');
    expect(sentOne).toEqual(['00d6000003', 'aa', 'bbcc']);
  });

  it('T14 waits as often as the card asks by NULL, wherever it asks', () => {
    const [result] = terminal('00B0000002', 9, '60604f01604f0260609000');
    expect(result).toMatchObject({ ok: true, value: { data: fromHex('0102'), sw: 0x9000 } });
  });

  it('does not take what the card sent too much for the answer to the next TPDU', () => {
    const [result] = terminal('00B0000000', 9, '6c02ff', 'b001029000');
    expect(result).toMatchObject({ ok: true, value: { data: fromHex('0102'), sw: 0x9000 } });
  });

  it('ends when the card ends before all data have passed', () => {
    expect(terminal('00D6000002AABB', 9, '6a82')[0]).toMatchObject({ value: { sw: 0x6a82 } });
    expect(terminal('00D6000002AABB', 9, '29', '6581')[0]).toMatchObject({ value: { sw: 0x6581 } });
    expect(terminal('00B0000002', 9, '4f016281')[0]).toMatchObject({
      value: { data: fromHex('01'), sw: 0x6281 },
    });
  });

  it.each<[string, string, T0Failure, string[]]>([
    ['nothing comes', '00B0000002', 'no-answer', ['']],
    ['nothing comes behind NULL', '00B0000002', 'no-answer', ['60']],
    ['SW2 is missing', '00B0000002', 'no-answer', ['6a']],
    ['data are missing', '00B0000002', 'no-answer', ['b001']],
    ['nothing comes behind data', '00D6000001AA', 'no-answer', ['d6', '']],
    ['the card says NULL for ever', '00B0000002', 'too-many-nulls', ['60'.repeat(10)]],
    ['INS is another', '00B0000002', 'unknown-procedure-octet', ['b2']],
    ['INS is that of VPP, which is gone', '00B0000002', 'unknown-procedure-octet', ['b1']],
    ['the octet means nothing', '00B0000002', 'unknown-procedure-octet', ['00']],
    ['the card wants more than there is', '00D6000001AA', 'too-much-data', ['d6', 'd6']],
    ['the card has more than P3', '00B0000001', 'too-much-data', ['4f014f02']],
    ['it happens in GET RESPONSE', '00A40004023F0000', 'no-answer', ['a4', '6102', 'c001']],
  ])('names what is wrong: %s', (_what, command, failure, answers) => {
    expect(terminal(command, 9, ...answers)[0]).toEqual({ ok: false, failure });
  });

  it.each(['00600000', '006F000001', '009F000001FF'])(
    'sends nothing of %s, whose INS would be an SW1',
    (command) => {
      expect(terminal(command, 9)).toEqual([{ ok: false, failure: 'illegal-instruction' }, []]);
    },
  );

  it('is told of a command that is none', () => {
    const command = { ...commandApdu([0, 0xb0, 0, 0]), ne: 257 };
    expect(() => transmitT0(command).next()).toThrow(RangeError);
  });

  it('ends with an answer or the name of what went wrong, whatever the line brings', () => {
    const command = fc.constantFrom('80F2000C', '00B0000000', '00D6000002AABB', '00A40004023F0000');
    const octet = fc.oneof(fc.nat(255), fc.constantFrom(0x60, 0xb0, 0x4f, 0xd6, 0x29, 0x61, 0x90));
    fc.assert(
      fc.property(command, fc.array(fc.array(octet, { maxLength: 12 })), (hex, answers) => {
        const [result, sent] = terminal(hex, 9, ...answers.map((a) => toHex(Uint8Array.from(a))));
        expect(typeof (result.ok ? result.value.sw : result.failure)).toMatch(/number|string/u);
        expect(sent.length).toBeLessThan(200);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The response by TPDUs, without a line between. */
function directly(card: SynchronousCard, command: CommandApdu): ResponseApdu {
  const exchange = exchangeT0(command);
  let step = exchange.next();
  while (step.done !== true) step = exchange.next(card.transmit(step.value));
  return step.value;
}

describe('a card and a terminal over T=0', () => {
  const legal = INSTRUCTIONS.filter(({ ins }) => ins >> 4 !== 6 && ins >> 4 !== 9);
  const octet = fc.nat(255);
  const data = fc.uint8Array({ minLength: 1, maxLength: 255 });
  const ne = fc.integer({ min: 1, max: 256 });
  const header = fc.tuple(octet, octet, octet);
  /** Any instruction in its own case, or without data. */
  const command = fc
    .tuple(fc.constantFrom(...legal), header, data, ne, fc.boolean())
    .map(([row, [cla, p1, p2], octets, length, isEmpty]) => {
      const hasData = row.apduCase >= 3 && !isEmpty;
      const wants = row.apduCase === 2 || (row.apduCase === 4 && hasData);
      return commandApdu(
        [cla, row.ins, p1, p2],
        hasData ? octets : undefined,
        wants && !isEmpty ? length : 0,
      );
    });

  const useful = fc
    .constantFrom(
      '00A40804022FE2',
      '00A4000C023F00',
      '00A40804047FFF6F07',
      '00A4040407A000000087100200',
      '00B0000000',
      '00B0000004',
      '00B2010400',
      '80F2000000',
      '002000010831323334FFFFFFFF',
      '00C0000010',
    )
    .map((hex) => decodeCommandApdu(fromHex(hex)));

  const options = fc.record({
    acknowledge: fc.constantFrom<'all' | 'one'>('all', 'one'),
    nulls: fc.nat(3).map((count) => () => count),
  });

  it('give the response that the card gives without a line, for any commands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(command, useful), { minLength: 1, maxLength: 12 }),
        options,
        fc.constantFrom('T=0' as const, 'T=1' as const),
        (commands, manner, protocol) => {
          const image = makeImage({ ...DEFAULT_PROFILE, protocol });
          const alone = new Uicc(image);
          const onLine = new Uicc(image);
          alone.reset();
          onLine.reset();
          const end = new T0Card(onLine, manner);
          for (const each of commands) {
            const expected = directly(alone, each);
            expect(runOnLine(transmitT0(each), end)).toEqual({ ok: true, value: expected });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('end when one of them holds a command for another case than the other', () => {
    const card = createUicc();
    card.reset();
    const withLe = commandApdu([0, 0xa4, 0, 4], undefined, 2);
    expect(runOnLine(transmitT0(withLe), new T0Card(card))).toEqual({
      ok: false,
      failure: 'no-answer',
    });
  });

  it('end with a name or an answer when octets are lost', () => {
    fc.assert(
      fc.property(useful, fc.array(fc.nat(40), { maxLength: 4 }), (each, lost) => {
        const card = createUicc();
        card.reset();
        const end = new T0Card(card);
        let at = 0;
        const lossy = (octets: Uint8Array): Uint8Array => octets.filter(() => !lost.includes(at++));
        const line: CardEnd = {
          receive: (octets) => lossy(end.receive(lossy(octets))),
          quiet: () => end.quiet(),
        };
        const result = runOnLine(transmitT0(each), line);
        expect(result.ok ? 'answer' : result.failure).toMatch(
          /^(?:answer|no-answer|unknown-procedure-octet|too-much-data)$/u,
        );
      }),
      { numRuns: 500 },
    );
  });
});
