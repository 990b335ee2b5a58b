import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import {
  type OtaTest,
  type OtaTestPacket,
  parseOtaTest,
} from '../../../src/scenario/ota-kit/script-file.ts';
import { spiOf, statusOf } from '../../../src/scenario/ota-kit/script-parameters.ts';

const SELECT = '> 00A40000022FE2';

/** A test of lines. */
function read(...lines: readonly string[]): OtaTest {
  return parseOtaTest(lines.join('\n'), 'a.ota');
}

/** The packets of a test, with their parameters as plain text. */
function packetsOf({ steps }: OtaTest): { readonly line: number; readonly with: object }[] {
  const packets = steps.filter((step): step is OtaTestPacket => step.kind === 'packet');
  return packets.map(({ line, parameters }) => {
    const plain = Object.entries(parameters).map(([name, { value }]) => [name, value]);
    return { line, with: Object.fromEntries(plain) };
  });
}

describe('a test of OTA scripts', () => {
  it('has parameters, commands and answers, each with its line', () => {
    const test = read(
      '# EF_ICCID',
      'tar: B00000',
      '',
      '> 00A40000022FE2  SELECT EF_ICCID',
      '< 61..  any length',
      '> 00B0 0000 0A',
      '< 98 ... 9000',
    );
    expect(test).toEqual({
      name: 'a.ota',
      card: undefined,
      steps: [
        {
          kind: 'packet',
          line: 4,
          parameters: { tar: { value: 'b00000', line: 2 } },
          commands: [
            {
              line: 4,
              command: [0x00, 0xa4, 0x00, 0x00, 0x02, 0x2f, 0xe2],
              answer: [0x61, '..'],
              answerLine: 5,
            },
            {
              line: 6,
              command: [0x00, 0xb0, 0x00, 0x00, 0x0a],
              answer: [0x98, '...', 0x90, 0x00],
              answerLine: 7,
            },
          ],
        },
      ],
    });
  });

  it('has several packets, commands of the terminal and resets', () => {
    const test = read(
      SELECT,
      'send',
      't> 00A40804022FE2  SELECT',
      't< ... 9000',
      'reset  REFRESH',
      SELECT,
      '< 61..',
      'send',
      't> 00B000000A',
    );
    expect(test.steps.map(({ kind, line }) => [kind, line])).toEqual([
      ['packet', 1],
      ['exchange', 3],
      ['reset', 5],
      ['packet', 6],
      ['exchange', 9],
    ]);
    expect(test.steps[1]).toMatchObject({ answer: ['...', 0x90, 0x00], answerLine: 4 });
    expect(test.steps[4]).toMatchObject({ answer: undefined, answerLine: 9 });
  });

  it.each(['\n', '\r\n', '\r'])('has lines that end in %j, and spaces around', (end) => {
    const text = ['  why:   two  words ', `\t${SELECT}`, '  < 61.. ', 'send', ''].join(end);
    const test = parseOtaTest(text);
    expect(packetsOf(test)).toEqual([{ line: 2, with: { why: 'two  words' } }]);
    expect(test.name).toBe('script');
  });

  it('holds on to what says how packets are sent, and tells the rest for each', () => {
    const test = read(
      'card: ../my card.json',
      'tar: B00001',
      'spi: 1639',
      'key-set: 2',
      'kic: 22',
      'kid: 25',
      'format: expanded',
      'cntr: 1F',
      'status: 02',
      'proven: no',
      'way: submit',
      'why: first',
      SELECT,
      'send',
      'tar: b0 00 00  the other applet',
      SELECT,
      'send',
      SELECT,
    );
    const first = { spi: '1639', 'key-set': '2', kic: '22', kid: '25', format: 'expanded' };
    const own = { cntr: '1f', status: '02', proven: 'no', way: 'submit', why: 'first' };
    expect(test.card).toEqual({ value: '../my card.json', line: 1 });
    expect(packetsOf(test)).toEqual([
      { line: 13, with: { tar: 'b00001', ...first, ...own } },
      { line: 16, with: { tar: 'b00000', ...first } },
      { line: 18, with: { tar: 'b00000', ...first } },
    ]);
  });

  it('takes values in either case, and without a space behind the colon', () => {
    const test = read('status:CNTR-LOW', 'format: Compact', 'cntr : NEXT', SELECT);
    expect(packetsOf(test)).toEqual([
      { line: 4, with: { status: 'cntr-low', format: 'compact', cntr: 'next' } },
    ]);
  });

  it('takes parameters before, between and behind commands of the terminal', () => {
    const test = read('tar: B00000', 't> 00A40804022FE2', 'why: a', SELECT);
    expect(packetsOf(test)).toEqual([{ line: 4, with: { tar: 'b00000', why: 'a' } }]);
  });

  it('may say that commands are not executed', () => {
    const test = read(
      SELECT,
      '< 6A82',
      '> 00B000000A',
      '< not executed',
      '> 00FE0000',
      '<Not Executed',
    );
    const [packet] = test.steps;
    expect(packet?.kind === 'packet' && packet.commands.map(({ answer }) => answer)).toEqual([
      [0x6a, 0x82],
      'not-executed',
      'not-executed',
    ]);
  });

  it.each([
    ['VERIFY PIN', '> 0020000A08................'],
    ['half a PIN', '> 0020000A0831323334........'],
    ['two PINs', `> 0024000110${'..'.repeat(16)}`],
    ['a PIN of the terminal', 't> 0020000108................\n> 00FE0000'],
  ])('may leave %s open', (_what, line) => {
    expect(read(line).steps.length).toBeGreaterThan(0);
  });
});

describe('parameters as values', () => {
  const parametersOf = (...lines: readonly string[]): OtaTestPacket['parameters'] => {
    const [packet] = read(...lines, SELECT).steps;
    return packet?.kind === 'packet' ? packet.parameters : {};
  };

  it.each([
    ['por-ok', 0],
    ['00', 0],
    ['0a', 0x0a],
    ['insufficient-security-level', 0x0a],
    ['FF', 0xff],
  ])('status %s is %i', (text, status) => {
    expect(statusOf(parametersOf(`status: ${text}`))).toBe(status);
  });

  it('status is por-ok and spi 1619 when they are left out', () => {
    expect(statusOf(parametersOf())).toBe(0);
    expect(spiOf(parametersOf())).toMatchObject({ integrity: 'cc', isCiphered: true });
    expect(spiOf(parametersOf('spi: 1200'))).toMatchObject({ isCiphered: false, por: 'none' });
  });
});

describe('a file is refused, with the line, for', () => {
  const NAMES = 'card, tar, spi, key-set, kic, kid, format, cntr, status, proven, way, why';
  const KEY = '00112233445566778899AABBCCDDEEFF';
  const START = `expected '#', 'name: value', '>', '<', 'send', 'reset', 't>' or 't<'`;

  it.each<[string, readonly string[], number, string]>([
    ['any other line', ['hello'], 1, START],
    ['a mark of another case', ['T> 00A4000C'], 1, START],
    ['a parameter without a colon', ['tar B00000'], 1, START],
    ['a word too many', [SELECT, 'send it'], 2, START],
    ['a name that is none', ['tarr: B00000'], 1, `expected one of ${NAMES}, found 'tarr'`],
    ['a name of another case', ['TAR: B00000'], 1, `expected one of ${NAMES}, found 'TAR'`],
    ['a name of Object', ['constructor: 1'], 1, `expected one of ${NAMES}, found 'constructor'`],
    ['a TAR of 5 digits', ['tar: B0000'], 1, `tar: expected 6 hex digits, found 'b0000'`],
    ['a TAR that is missing', ['tar:'], 1, `tar: expected 6 hex digits, found ''`],
    ['an SPI of one octet', ['spi: 16'], 1, `spi: expected 4 hex digits, found '16'`],
    [
      'a key in place of KIc',
      [`kic: ${KEY}`],
      1,
      'kic: expected 2 hex digits, or own, found 32 characters',
    ],
    ['a KID that is no hex', ['kid: 1x'], 1, `kid: expected 2 hex digits, or own, found '1x'`],
    ['key set 16', ['key-set: 16'], 1, `key-set: expected 0 to 15, found '16'`],
    ['key set 01', ['key-set: 01'], 1, `key-set: expected 0 to 15, found '01'`],
    ['another format', ['format: long'], 1, `format: expected compact, expanded, found 'long'`],
    [
      'a CNTR of 11 digits',
      ['cntr: 12345678901'],
      1,
      `cntr: expected next, or 1 to 10 hex digits, found '12345678901'`,
    ],
    [
      'a CNTR with a sign',
      ['cntr: -1'],
      1,
      `cntr: expected next, or 1 to 10 hex digits, found '-1'`,
    ],
    ['neither yes nor no', ['proven: true'], 1, `proven: expected yes, no, found 'true'`],
    ['another way', ['way: sms'], 1, `way: expected report, submit, none, found 'sms'`],
    ['an empty title', ['why:'], 1, `why: expected a title, found ''`],
    ['an empty path', ['card:  '], 1, `card: expected the path of a card profile, found ''`],
    [
      'a parameter twice',
      ['tar: B00000', 'tar: B00001'],
      2,
      `'tar:' is in line 1, for the same packet`,
    ],
    [
      'a parameter twice around the terminal',
      ['why: a', 't> 00A4000C', 'why: b'],
      3,
      `'why:' is in line 1, for the same packet`,
    ],
    ['two cards', ['card: a', 'card: b'], 2, `'card:' is in line 1`],
    [
      'a card in the middle',
      [SELECT, 'send', 'card: a'],
      3,
      `'card:' stands before all that is sent`,
    ],
    [
      'a parameter among commands',
      [SELECT, 'tar: B00000'],
      2,
      `'tar:' stands before the commands of its packet: put 'send' here`,
    ],
    [
      'parameters that nothing follows',
      [SELECT, 'send', 'tar: B00000', 'why: x'],
      4,
      'expected commands behind the parameter',
    ],
    [
      'send without commands',
      ['tar: B00000', 'send'],
      2,
      `'send' sends nothing: expected '>' before it`,
    ],
    ['send twice', [SELECT, 'send', 'send'], 3, `'send' sends nothing: expected '>' before it`],
    [
      'a reset among commands',
      [SELECT, 'reset'],
      2,
      `'reset' stands between packets: expected 'send' before it`,
    ],
    [
      'the terminal among commands',
      [SELECT, 't> 00A4000C'],
      2,
      `'t>' stands between packets: expected 'send' before it`,
    ],
    ['an answer to nothing', ['< 9000'], 1, `'<' answers nothing: expected '>' before it`],
    [
      'an answer behind send',
      [SELECT, 'send', '< 9000'],
      3,
      `'<' answers nothing: expected '>' before it`,
    ],
    ['two answers', [SELECT, '< 61..', '< 9000'], 3, `'<' answers nothing: expected '>' before it`],
    [
      'an answer to a reset',
      ['reset', '< 3B ...'],
      2,
      `'<' answers nothing: expected '>' before it`,
    ],
    [
      'an answer to the terminal',
      ['t> 00A4000C', '< 9000'],
      2,
      `'<' answers nothing: expected '>' before it`,
    ],
    [
      'a terminal answered by itself',
      ['t< 9000'],
      1,
      `'t<' answers nothing: expected 't>' before it`,
    ],
    [
      'a packet answered by the terminal',
      [SELECT, 't< 9000'],
      2,
      `'t<' answers nothing: expected 't>' before it`,
    ],
    [
      'a terminal answered twice',
      ['t> 00A4000C', 't< 9000', 't< 9000'],
      3,
      `'t<' answers nothing: expected 't>' before it`,
    ],
    [
      'a terminal that executes nothing',
      ['t> 00A4000C', 't< not executed'],
      2,
      `expected hex digits, '..' or '...'; a remark stands behind two spaces`,
    ],
    ['an odd number of digits', ['> 00A40004023F0'], 1, 'expected two hex digits for each octet'],
    ['a command that is no hex', ['> SELECT'], 1, `expected hex digits, '..' or '...'`],
    [
      'a remark behind one space',
      ['> 00A4000C SELECT'],
      1,
      `expected hex digits, '..' or '...'; a remark stands behind two spaces`,
    ],
    ['a command of 3 octets', ['> 00A400'], 1, 'expected a C-APDU of 4 octets or more, found 3'],
    ['no command', ['>'], 1, 'expected a C-APDU of 4 octets or more, found 0'],
    ['an open header', ['> 00A4..0C'], 1, `expected CLA INS P1 P2 and P3 without '..'`],
    ['any number of octets in a command', ['> 00A4000C ...'], 1, `'...' stands in answers only`],
    [
      'an open octet that is no PIN',
      ['> 00D60000026E..'],
      1,
      `'..' stands for octets of a PIN alone: expected hex digits`,
    ],
    [
      'an open octet behind a PIN',
      [`> 0020000108${'31'.repeat(8)}..`],
      1,
      `'..' stands for octets of a PIN alone: expected hex digits`,
    ],
    [
      'an open key',
      [`> 80D8000003......`],
      1,
      `'..' stands for octets of a PIN alone: expected hex digits`,
    ],
    ['Lc that is too high', ['> 00A40000032FE2'], 1, 'C-APDU/data: needs 3 octets, 2 left'],
    [
      'an extended length',
      ['> 00A400000000022FE2'],
      1,
      'C-APDU/Lc: extended length is not supported',
    ],
    [
      'an answer of one octet',
      [SELECT, '< 90'],
      2,
      'expected an R-APDU of 2 octets or more, found 1',
    ],
    ['no answer', [SELECT, '<'], 2, 'expected an R-APDU of 2 octets or more, found 0'],
    [
      'three dots that are glued',
      [SELECT, '< 62...9000'],
      2,
      `expected '...' alone between spaces, and '..' for one octet`,
    ],
    [
      'an answer of a packet that is refused',
      ['status: cntr-low', SELECT, '> 00B0000000', '< 9000'],
      4,
      `a packet with another status than por-ok executes nothing: take '<' away`,
    ],
    [
      'an answer without a PoR',
      ['spi: 1600', SELECT, '< 9000'],
      3,
      `without a PoR nothing is reported: take '<' away, or ask for one with 'spi:'`,
    ],
    [
      'an answer with a PoR for errors alone',
      ['spi: 1602', SELECT, '< 9000'],
      3,
      `without a PoR nothing is reported: take '<' away, or ask for one with 'spi:'`,
    ],
    [
      'an answer where no PoR may come',
      ['way: none', SELECT, '< 9000', 'send', SELECT],
      3,
      `without a PoR nothing is reported: take '<' away, or ask for one with 'spi:'`,
    ],
    [
      'a command behind one that is not executed',
      [SELECT, '< not executed', '> 00B0000000', '< 9000'],
      4,
      `a script that has ended goes on with nothing: expected '< not executed'`,
    ],
    [
      'a command without an answer there',
      [SELECT, '< not executed', '> 00B0000000'],
      3,
      `a script that has ended goes on with nothing: expected '< not executed'`,
    ],
  ])('%s', (_what, lines, line, problem) => {
    const expected = new DecodeError('a.ota', line, `line ${line}: ${problem}`);
    expect(() => read(...lines)).toThrow(expected);
    // The same line is told in a longer file.
    const later = new DecodeError('a.ota', line + 2, `line ${line + 2}: ${problem}`);
    const isOwnLine = !problem.includes('in line');
    if (isOwnLine) expect(() => read('# why', '', ...lines)).toThrow(later);
  });

  it.each([
    ['an empty file', ''],
    ['comments alone', '# one\n\n# two\n'],
    ['a card alone', 'card: a.json\n'],
    ['resets alone', 'reset\nreset\n'],
  ])('%s', (_what, text) => {
    expect(() => parseOtaTest(text, 'a.ota')).toThrow(
      new DecodeError('a.ota', 0, `expected '>' or 't>', found neither`),
    );
  });

  it('whatever the text is, with nothing but DecodeError, and a line of the file', () => {
    const piece = fc.constantFrom(
      ...[
        '> ',
        '< ',
        't> ',
        't< ',
        'send',
        'reset',
        'tar: ',
        'status: ',
        'spi: ',
        'why: ',
        '\n',
        '\n',
      ],
      ...[
        '00A4000C',
        '9000',
        '..',
        '...',
        ' ',
        '  ',
        'B00000',
        '1600',
        'not executed',
        '#',
        'x',
        '٣',
      ],
    );
    const texts = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parseOtaTest(text).steps.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
          expect(error.path).toBe('script');
          expect(error.offset).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('any line that is cut short, unless what is left is whole', () => {
    const whole = ['tar: B00000', SELECT, '< 61..', 'send', 'status: 0a', '> 00B000000A', 'send'];
    for (const [n, line] of whole.entries()) {
      for (let length = 1; length < line.length; length++) {
        const lines = whole.with(n, line.slice(0, length));
        // An octet of a command or of an answer less may still be one.
        if (/^[<>] (?:..)+$/u.test(lines[n]!)) continue;
        expect(() => read(...lines)).toThrow(DecodeError);
      }
    }
  });
});
