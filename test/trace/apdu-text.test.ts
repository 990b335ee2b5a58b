import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { formatPattern, formatTrace, parseTrace } from '../../src/trace/apdu-text.ts';
import type { Trace, TraceStep } from '../../src/trace/model.ts';
import { anyTrace, withoutLines } from './arbitraries.ts';

/** Values of docs: a record number past the end is '6A83' (ETSI TS 102 221 §11.1.5). */
const EXAMPLE = `# spec: ETSI TS 102 221 §11.1.1, §11.1.5
# card: emulator, profile default
# why: a record number past the end is '6A83'
reset  a warm one
< 3B9F ... 21..

# SELECT answers with the length of the FCP
> 00A40004022F00  SELECT EF_DIR
< 61..  the length of the FCP is not this trace's business
> 00B2990400  READ RECORD 153
< 6A83
`;

function refusal(text: string): DecodeError {
  try {
    parseTrace(text, 'select.apdu');
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error(`was read: ${JSON.stringify(text)}`);
}

describe('parseTrace reads', () => {
  it('front matter in its order, and the steps with their lines, answers and remarks', () => {
    expect(parseTrace(EXAMPLE)).toEqual({
      frontMatter: [
        ['spec', 'ETSI TS 102 221 §11.1.1, §11.1.5'],
        ['card', 'emulator, profile default'],
        ['why', `a record number past the end is '6A83'`],
      ],
      steps: [
        {
          kind: 'reset',
          atr: [0x3b, 0x9f, '...', 0x21, '..'],
          remark: 'a warm one',
          line: 4,
        },
        { kind: 'comment', text: '', line: 6 },
        { kind: 'comment', text: 'SELECT answers with the length of the FCP', line: 7 },
        {
          kind: 'apdu',
          command: [0x00, 0xa4, 0x00, 0x04, 0x02, 0x2f, 0x00],
          response: [0x61, '..'],
          remark: 'SELECT EF_DIR',
          answerRemark: `the length of the FCP is not this trace's business`,
          line: 8,
        },
        {
          kind: 'apdu',
          command: [0x00, 0xb2, 0x99, 0x04, 0x00],
          response: [0x6a, 0x83],
          remark: 'READ RECORD 153',
          line: 10,
        },
      ],
    });
  });

  it.each([
    ['hex of either case with spaces', '> 00a4 00 04 02 3F00\n', '> 00A40004023F00\n'],
    ['a command glued to its mark', '>00A4000C\n<9000\n', '> 00A4000C\n< 9000\n'],
    ['CR LF and CR alone', 'reset\r\n< 3B00\r> 00A4000C\r\n', 'reset\n< 3B00\n> 00A4000C\n'],
    ['a last line without an end', 'reset', 'reset\n'],
    ['a byte order mark', '\ufeffreset\n', 'reset\n'],
    ['an answer behind a comment', 'reset\n# slow\n< 3B00\n', 'reset\n< 3B00\n# slow\n'],
    ['an empty value', '# why:\nreset\n', '# why:\nreset\n'],
    ['a key of the user twice', '# note: a\n# note: b\n', '# note: a\n# note: b\n'],
    ['a comment with a colon', 'reset\n# seen: slow\n', 'reset\n# seen: slow\n'],
    ['an address as a comment', '# https://a.example\n', '# https://a.example\n'],
    ['glued open octets', 'reset\n< 3b......00\n', 'reset\n< 3B......00\n'],
    ['an answer of any length', '> 00A4000C\n< ...\n', '> 00A4000C\n< ...\n'],
    ['nothing', '', ''],
  ])('%s', (_, text, canonical) => {
    expect(formatTrace(parseTrace(text))).toBe(canonical);
  });
});

describe('parseTrace refuses', () => {
  it.each([
    ['an answer at the start', '< 9000\n', 1, `'<' answers nothing`],
    ['a second answer', '> 00A4000C\n< 9000\n< 9000\n', 3, `'<' answers nothing`],
    ['a second ATR', 'reset\n< 3B00\n# again\n< 3B00\n', 4, `'<' answers nothing`],
    ['odd digits in a command', '> 00A4000C0\n', 1, 'two hex digits'],
    ['odd digits in an answer', 'reset\n\n< 3B0\n', 3, 'two hex digits'],
    ['an octet cut by a space', '> 0 0A4000C\n', 1, 'two hex digits'],
    ['half an octet left open', '> 00A4000C\n< 6.1.\n', 2, 'alone between spaces'],
    ['open octets out of step', '> 00A4000C\n< 6..1\n', 2, `two hex digits or '..'`],
    ['... glued in front', '> 00A4000C\n< ...9000\n', 2, 'alone between spaces'],
    ['... glued behind', '> 00A4000C\n< 61...\n', 2, 'alone between spaces'],
    ['... glued between', 'reset\n< 3B...00\n', 2, 'alone between spaces'],
    ['five dots', '> 00A4000C\n< .....\n', 2, 'alone between spaces'],
    ['... in a command', '> 00A4000402 ...\n', 1, 'in answers only'],
    ['a secret in the header', '> 00..0001\n', 1, 'CLA INS P1 P2'],
    ['a secret length', '> 00200001.. ..\n', 1, 'P3'],
    ['a command of 3 octets', '> 00A400\n', 1, '4 octets or more, found 3'],
    ['a command without octets', '>  SELECT\n', 1, 'expected hex digits'],
    ['an empty command', '>\n', 1, '4 octets or more, found 0'],
    ['an R-APDU of 1 octet', '> 00A4000C\n< 90\n', 2, '2 octets or more, found 1'],
    ['an R-APDU of 1 open octet', '> 00A4000C\n< ..\n', 2, '2 octets or more, found 1'],
    ['an empty R-APDU', '> 00A4000C\n<\n', 2, '2 octets or more, found 0'],
    ['an ATR of 1 octet', 'reset\n< 3B\n', 2, '2 octets or more, found 1'],
    ['an ATR of 34 octets', `reset\n< ${'3B'.repeat(34)}\n`, 2, 'at most 33 octets'],
    ['an unknown start', 'reset\nSELECT MF\n', 2, `expected '#', 'reset', '>' or '<'`],
    ['hex without a mark', '00A40004023F00\n', 1, `expected '#', 'reset', '>' or '<'`],
    ['a reset in capitals', 'RESET\n', 1, `expected '#', 'reset', '>' or '<'`],
    ['reset with one space', 'reset now\n', 1, `expected '#', 'reset', '>' or '<'`],
    ['a remark after one space', '> 00A4000C SELECT\n', 1, 'expected hex digits'],
    ['a tab between octets', '> 00A4\t000C\n', 1, 'expected hex digits'],
    ['a second front matter', '# spec: a\nreset\n# spec: b\n', 3, `'spec:' is front matter`],
    ['front matter that comes late', '> 00A4000C\n# why: late\n', 2, `'why:' is front matter`],
    ['a key of the user again', '# note: a\nreset\n# note: b\n', 3, `'note:' is front matter`],
  ])('%s, and names file and line', (_, text, line, problem) => {
    const error = refusal(text);
    expect(error.path).toBe('select.apdu');
    expect(error.offset).toBe(line);
    expect(error.message).toContain(`line ${line}: `);
    expect(error.message).toContain(problem);
  });

  it('any text that is no trace with a DecodeError and nothing else', () => {
    const line = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[<>#] ?([0-9a-f]{2}|\.\.|\.\.\.| | {2}x|\.|f){0,9}$/),
      fc.constantFrom('reset', '> 00A4000C', '< 9000', '# spec: a', '', '# x'),
    );
    const texts = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const trace = parseTrace(text);
          expect(withoutLines(parseTrace(formatTrace(trace)))).toEqual(withoutLines(trace));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('without showing what the line holds', () => {
    expect(refusal('> 0020000108 31323334FFFFFFFFx\n').message).not.toContain('3132');
    expect(refusal('0020000108 31323334FFFFFFFF\n').message).not.toContain('3132');
  });
});

describe('formatTrace', () => {
  it('writes what parseTrace reads back to the same', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const text = formatTrace(trace);
        expect(withoutLines(parseTrace(text))).toEqual(trace);
        expect(formatTrace(parseTrace(text))).toBe(text);
      }),
    );
  });

  it('writes the example as it stands but for spaces among octets', () => {
    expect(formatTrace(parseTrace(EXAMPLE))).toBe(EXAMPLE);
  });

  const apdu = (step: object): Trace => ({
    frontMatter: [],
    steps: [{ kind: 'apdu', command: [0, 0xa4, 0, 0x0c], response: undefined, line: 0, ...step }],
  });
  const comment = (text: string): TraceStep => ({ kind: 'comment', text, line: 0 });

  it.each<[string, Trace]>([
    ['a remark of two lines', apdu({ remark: 'one\ntwo' })],
    ['a remark with a space in front', apdu({ remark: ' SELECT' })],
    ['an empty remark', apdu({ remark: '' })],
    ['a remark to an answer that is missing', apdu({ answerRemark: 'ok' })],
    ['an octet above 255', apdu({ command: [0, 0xa4, 0, 256] })],
    ['an octet that is no integer', apdu({ response: [0x90, 0.5] })],
    ['a command of 3 octets', apdu({ command: [0, 0xa4, 0] })],
    ['... in a command', apdu({ command: [0, 0xa4, 0, 4, 2, '...'] })],
    ['a secret in the header', apdu({ command: [0, 0xa4, '..', 4] })],
    ['an R-APDU of 1 octet', apdu({ response: [0x90] })],
    ['a key with a space', { frontMatter: [['a b', 'c']], steps: [] }],
    ['a key in capitals', { frontMatter: [['Spec', 'c']], steps: [] }],
    ['a value of two lines', { frontMatter: [['spec', 'c\nd']], steps: [] }],
    ['a value with a space behind', { frontMatter: [['spec', 'c ']], steps: [] }],
    ['a comment of two lines', { frontMatter: [], steps: [comment('a\rb')] }],
    ['a comment with a space behind', { frontMatter: [], steps: [comment('a ')] }],
    ['a comment like front matter', { frontMatter: [], steps: [comment('note: a')] }],
    [
      'a comment like front matter behind a step',
      { ...apdu({}), steps: [...apdu({}).steps, comment('spec: a')] },
    ],
  ])('refuses %s', (_, trace) => {
    expect(() => formatTrace(trace)).toThrow(RangeError);
  });

  it('writes a pattern with spaces around ... alone', () => {
    expect(formatPattern([0x62, '..', '...', '...', 0x90, 0x0a])).toBe('62.. ... ... 900A');
  });
});
