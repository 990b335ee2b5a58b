import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommandApdu } from '../../../src/apdu/command.ts';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import {
  decodeReport,
  formatProblem,
  type OtaScript,
  securedDataOf,
} from '../../../src/scenario/ota-kit/script.ts';

const SELECT = '00A40000022FE2';
const READ = '00B000000A';

/** The error that a script is refused with. */
function refusalOf(script: unknown, format: 'compact' | 'expanded' = 'compact'): unknown {
  try {
    securedDataOf(script as OtaScript, format);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the secured data of a script', () => {
  const compact = `${SELECT}${READ}`.toLowerCase();

  it.each<[string, OtaScript]>([
    ['lines', `${SELECT}\n${READ}`],
    ['lines of any system, indented', `  ${SELECT}\r\n\t${READ}\r\r\n`],
    ['lines with comments', `# ICCID\n${SELECT} # SELECT\n\n${READ}# READ BINARY\n`],
    ['hex in groups', '00A4 0000 02 2FE2 \n 00 B0 00 00 0A'],
    ['elements', [SELECT, READ]],
    ['elements of several lines', [`${SELECT}\n${READ}`, '', '# nothing']],
  ])('is the same for %s', (_what, script) => {
    expect(toHex(securedDataOf(script, 'compact'))).toBe(compact);
  });

  it('is what was given as octets, in both formats', () => {
    const octets = Uint8Array.of(1, 2, 3);
    expect(securedDataOf(octets, 'compact')).toEqual(octets);
    expect(securedDataOf(octets, 'expanded')).toEqual(octets);
  });

  it('has P3 00 for a command of case 1 in compact format (TS 102 226 §5.1.1)', () => {
    expect(toHex(securedDataOf('00FE0000', 'compact'))).toBe('00fe000000');
  });

  it('has an element 22 for each command in expanded format (TS 102 226 §5.2.1)', () => {
    expect(toHex(securedDataOf([SELECT, READ], 'expanded'))).toBe(
      'aa10220700a40000022fe2220500b000000a',
    );
  });

  it('keeps Le of a command of case 4 in expanded format', () => {
    expect(toHex(securedDataOf(`${SELECT}00`, 'expanded'))).toBe('aa0a220800a40000022fe200');
  });

  it('may be no octets, when a test says so', () => {
    expect(securedDataOf(new Uint8Array(0), 'compact')).toEqual(new Uint8Array(0));
    expect(securedDataOf(new Uint8Array(0), 'expanded')).toEqual(new Uint8Array(0));
  });
});

describe('a script is refused', () => {
  it.each([
    ['an odd number of digits', `${SELECT}\n00B`, 'script line 2'],
    ['another character', 'SELECT EF_ICCID', 'script line 1'],
    ['three octets', `# ICCID\n\n${SELECT}\n00B000`, 'script line 4: C-APDU/P2'],
    ['Lc that is too high', `${SELECT}\n00A4000003 2FE2`, 'script line 2: C-APDU/data'],
    ['an octet behind Le', '00A40000022FE20000', 'script line 1: C-APDU/end'],
    ['an extended length with data', '00A400000000022FE2', 'script line 1: C-APDU/Lc'],
    ['a line of a later element', [SELECT, '00B'], 'script line 2'],
  ])('for %s, with the line', (_what, script, path) => {
    expect(refusalOf(script)).toMatchObject({ name: 'DecodeError', path });
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [{ script: SELECT }, 'an object'],
    [() => SELECT, 'a function'],
    [[SELECT, 7], '7'],
    [[[SELECT]], 'an object'],
  ])('that is %s', (script, found) => {
    const what = 'C-APDUs in hex, or the secured data as octets';
    expect(refusalOf(script)).toEqual(new TypeError(`script: expected ${what}, got ${found}`));
  });

  it.each([[''], [[]], ['# nothing\n'], [['', ' \n # nothing']]])(
    'that has no command: %j',
    (script) => {
      const error = new RangeError('script: expected a C-APDU or more, got none');
      expect(refusalOf(script)).toEqual(error);
      expect(refusalOf(script, 'expanded')).toEqual(error);
    },
  );

  it('for Le of a command of case 4 in compact format, with what to do', () => {
    const remedy = 'leave it out, and fetch the data with GET RESPONSE, 00C0000000';
    const problem = `Le behind data does not exist in compact format: ${remedy}`;
    expect(refusalOf(`${READ}\n${SELECT}00`)).toEqual(new RangeError(`script line 2: ${problem}`));
    expect(formatProblem(decodeCommandApdu(fromHex(`${SELECT}00`)), 'compact')).toBe(problem);
    expect(formatProblem(decodeCommandApdu(fromHex(`${SELECT}00`)), 'expanded')).toBeUndefined();
    expect(formatProblem(decodeCommandApdu(fromHex(SELECT)), 'compact')).toBeUndefined();
    expect(formatProblem(decodeCommandApdu(fromHex(READ)), 'compact')).toBeUndefined();
  });

  it('with nothing but DecodeError, whatever the text behind a command', () => {
    const digit = fc.constantFrom(...'0123456789ABCDEF #\n'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: digit, maxLength: 40 }), (text) => {
        const error = refusalOf([SELECT, text], 'expanded');
        expect(error === undefined || error instanceof DecodeError).toBe(true);
      }),
    );
  });
});

describe('the report of a script', () => {
  const NONE = { errors: [] };

  it('in compact format has the number of commands, and SW and data of the last', () => {
    const report = decodeReport(fromHex('02 9000 9899'), 'compact');
    const responses = [{ sw: 0x9000, data: fromHex('9899') }];
    expect(report).toEqual({ ...NONE, executed: 2, responses });
  });

  it('in expanded format has each R-APDU', () => {
    const report = decodeReport(fromHex('AB0B 800102 23026119 23026A82'), 'expanded');
    const empty = new Uint8Array(0);
    const responses = [
      { sw: 0x6119, data: empty },
      { sw: 0x6a82, data: empty },
    ];
    expect(report).toEqual({ ...NONE, executed: 2, responses });
  });

  it('of the indefinite form does not count', () => {
    expect(decodeReport(fromHex('AF80 23029000 0000'), 'expanded').executed).toBeUndefined();
  });

  it('keeps errors apart from answers', () => {
    const report = decodeReport(fromHex('AB0A 800102 23029000 900101'), 'expanded');
    expect(report.responses).toHaveLength(1);
    expect(report.errors).toEqual([{ kind: 'bad-format', error: 'unknown-tag' }]);
  });

  it.each([
    ['', 'compact'],
    ['01', 'compact'],
    ['0190', 'compact'],
    ['', 'expanded'],
    ['029000', 'expanded'],
    ['AB07800101230290', 'expanded'],
    ['AB04 23029000', 'expanded'],
    ['AA07 800101 23029000', 'expanded'],
  ] as const)('that is "%s" is none in %s format', (data, format) => {
    expect(() => decodeReport(fromHex(data), format)).toThrow(DecodeError);
  });
});
