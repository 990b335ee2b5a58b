import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const ATR = '3b9f96801fc78031e073fe2100675655494343303180';
const STATUS = '80F2000C00';
const program = useProgram();
const apdu = (...args: string[]): Promise<Outcome> => program.run(['apdu', ...args]);
const piped = (input: string, ...args: string[]): Promise<Outcome> =>
  program.run(['apdu', ...args], input);

describe('vuicc apdu with arguments', () => {
  it('prints the R-APDU of each, in lower case, and does not follow 61XX', async () => {
    const outcome = await apdu('00A40804022FE2', '00C0000019');
    expect(outcome).toEqual(done('6119', '62178202412183022fe28a01058b032f06078002000a8801109000'));
  });

  it('takes spaces, lower case and a comment', async () => {
    expect(await apdu('00 a4 08 04 02 2f e2', `${STATUS}  # STATUS`)).toEqual(done('6119', '9000'));
  });

  it('leaves every fault but a malformed command to the card', async () => {
    const outcome = await apdu(
      '00A40004026F99',
      '00FF000000',
      '00A40804',
      '00A4080402',
      'B0FF0000',
    );
    expect(outcome).toEqual(done('6a82', '6d00', '6700', '6700', '6e00'));
  });

  it('gives one document with --json', async () => {
    expect(documentOf(await apdu('--json', '00A40804022FE2', '00C0000001'))).toEqual({
      atr: ATR,
      responses: ['6119', '626118'],
    });
  });

  it.each([
    ['00A4000', 'expected an even number of digits, found 7'],
    ['00A4 000g', 'expected a hex digit at character 9, found "g"'],
    ['00A40', 'expected an even number of digits, found 5'],
    ['00A400', 'expected a C-APDU of 4 octets or more, found 3'],
    ['', 'expected a C-APDU of 4 octets or more, found 0'],
    ['# nothing else', 'expected a C-APDU of 4 octets or more, found 0'],
    ['reset', 'expected a hex digit at character 1, found "r"'],
    ['0x00A40004', 'expected a hex digit at character 2, found "x"'],
  ])('answers what stands before a malformed one: %j', async (argument, problem) => {
    const { code, stdout, stderr } = await apdu(STATUS, argument, STATUS);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '9000\n',
      stderr: `vuicc: argument 2: ${problem}\n`,
    });
  });

  it('takes "-" among others for a malformed one', async () => {
    const problem = 'expected a hex digit at character 1, found "-"';
    expect(await apdu('-', STATUS)).toEqual(refusal(`argument 1: ${problem}`));
  });

  it('gives the answers so far as one document, too, when one is malformed', async () => {
    const { code, stdout, stderr } = await apdu('--json', STATUS, '00A4');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ atr: ATR, responses: ['9000'] });
    expect(stderr).toBe('vuicc: argument 2: expected a C-APDU of 4 octets or more, found 2\n');
  });
});

describe('vuicc apdu from standard input', () => {
  const SCRIPT = [
    '# a script',
    '',
    `  ${STATUS}  # STATUS`,
    '00 A4 00 0C 02 2F E2',
    ' reset ',
    STATUS,
  ];

  it.each([
    ['"-"', ['-'], '\n'],
    ['no argument', [], '\n'],
    ['lines that end in CR LF', [], '\r\n'],
  ])('answers each line, with %s', async (_what, args, end) => {
    expect(await piped(SCRIPT.join(end), ...args)).toEqual(done('9000', '9000', ATR, '9000'));
  });

  it('resets the card with "reset": the EF is selected no more', async () => {
    const input = '00A4000C022FE2\n00B0000001\nreset\n00B0000001\n';
    expect(await piped(input)).toEqual(done('9000', '989000', ATR, '6986'));
  });

  it('prints nothing when there is nothing to read', async () => {
    expect(await piped('')).toEqual(done());
  });

  it('counts answers and resets in its document', async () => {
    expect(documentOf(await piped(`${STATUS}\nreset\n`, '--json'))).toEqual({
      atr: ATR,
      responses: ['9000', ATR],
    });
  });

  it.each([
    [`${STATUS}\n# x\n 00A4zz\n${STATUS}\n`, 3, 'expected a hex digit at character 6, found "z"'],
    [`${STATUS}\n00A40\n`, 2, 'expected an even number of digits, found 5'],
    [`${STATUS}\n00A400`, 2, 'expected a C-APDU of 4 octets or more, found 3'],
    [`${STATUS}\nresets\n`, 2, 'expected a hex digit at character 1, found "r"'],
    [`${STATUS}\nRESET\n`, 2, 'expected a hex digit at character 1, found "R"'],
  ])('answers the lines before a malformed one: %j', async (input, line, problem) => {
    expect(await piped(input)).toEqual({
      code: 2,
      stdout: '9000\n',
      stderr: `vuicc: standard input, line ${line}: ${problem}\n`,
    });
  });

  it('answers each line before it reads the next', async () => {
    const child = spawn(process.execPath, [program.main(), 'apdu', '-']);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (line: string): Promise<string> => {
      child.stdin.write(`${line}\n`);
      return String((await answers.next()).value);
    };
    expect(await ask('00A40804022FE2')).toBe('6119');
    expect(await ask('reset')).toBe(ATR);
    expect(await ask('00C0000019')).toBe('6985');
    child.stdin.end();
    expect(await answers.next()).toMatchObject({ done: true });
  });
});

describe('vuicc apdu with a card', () => {
  it.each([
    ['missing.json', undefined, 'missing.json: cannot be read (ENOENT)'],
    ['.', undefined, '.: cannot be read (EISDIR)'],
    [
      'no.json',
      '{ "format": ',
      'no.json: $: expected a value at line 1, column 13 (offset 12), found the end of the text',
    ],
    [
      'later.json',
      '{ "format": "vuicc-profile/2" }',
      'later.json: $.format: expected "vuicc-profile/1", found "vuicc-profile/2", a later format',
    ],
  ])('says in one line what is wrong with %s', async (name, text, line) => {
    if (text !== undefined) await program.write(name, text);
    expect(await apdu('--card', name, STATUS)).toEqual(refusal(line));
  });

  it('counts the faults that it does not show', async () => {
    await program.write('empty.json', '{ "format": "vuicc-profile/1" }');
    const { code, stdout, stderr } = await apdu('--card', 'empty.json', STATUS);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^vuicc: empty\.json: \$\.\w+: expected .*, found nothing \(and \d+ more\)\n$/u,
    );
  });
});

describe('vuicc apdu --faults', () => {
  const planOf = async (...faults: readonly unknown[]): Promise<void> =>
    program.write('plan.json', JSON.stringify({ format: 'vuicc-faults/1', seed: 'a', faults }));
  const failing = (...args: string[]): Promise<Outcome> => apdu('--faults', 'plan.json', ...args);
  const VERIFY = '002000010831323334FFFFFFFF';

  it('answers as the plan says', async () => {
    await planOf(
      { fault: 'sw', sw: '6F00', command: '80F2 ...', at: 2 },
      { fault: 'pin-blocked', reference: '01' },
      { fault: 'ef-missing', fid: '2FE2' },
    );
    const commands = [STATUS, STATUS, VERIFY, '00A4000C022FE2', '00A4000C022F05'];
    expect(await failing(...commands)).toEqual(done('9000', '6f00', '6983', '6a82', '9000'));
  });

  it('gives another ATR, and tells with --log what happened and how late it would be', async () => {
    await planOf({ fault: 'atr', atr: '3B00' }, { fault: 'slow', nulls: 4, at: 2 });
    const outcome = await failing('--json', '--log', STATUS, VERIFY);
    expect(JSON.parse(outcome.stdout)).toEqual({ atr: '3b00', responses: ['9000', '9000'] });
    expect(outcome.stderr).toBe(
      'fault $.faults[0] at reset 1: atr\n' +
        'fault $.faults[1] at command 2: slow, 4 NULL octets or 2000 ms\n',
    );
  });

  it('ends where there is no answer, without a word of the command', async () => {
    await planOf({ fault: 'mute', at: 2 });
    expect(await failing(STATUS, VERIFY, STATUS)).toEqual({
      code: 2,
      stdout: '9000\n',
      stderr: 'vuicc: command 2: expected an answer, found none (fault 0)\n',
    });
  });

  it('repeats from the seed of the plan', async () => {
    await planOf({ fault: 'sw', sw: '6F00', chance: 0.5 });
    const commands = Array.from({ length: 20 }, () => STATUS);
    const first = await failing(...commands);
    expect(first.stdout).toContain('6f00\n');
    expect(first.stdout).toContain('9000\n');
    expect(await failing(...commands)).toEqual(first);
  });

  it.each([
    [{ fault: 'mute', at: 0 }, '$.faults[0].at: expected a number, 1 to 1000000000, found 0'],
    [
      { fault: 'mute', command: `${VERIFY} x` },
      "$.faults[0].command: expected a C-APDU in hex, '..' for any octet, '...' alone between " +
        'spaces for any number, found text of 28 characters',
    ],
  ])('refuses a plan with a fault: %j', async (fault, line) => {
    await planOf(fault);
    expect(await failing(STATUS)).toEqual(refusal(`plan.json: ${line}`));
    await planOf(fault, { fault: 'deaf' });
    expect(await failing(STATUS)).toEqual(refusal(`plan.json: ${line} (and 1 more)`));
  });

  it.each([
    ['missing.json', 'missing.json: cannot be read (ENOENT)'],
    ['no.json', 'no.json: $: expected a value at line 1, column 1 (offset 0), found a letter'],
  ])('refuses %s', async (file, line) => {
    await program.write('no.json', 'mute');
    expect(await apdu('--faults', file, STATUS)).toEqual(refusal(line));
  });

  it('is not for a card in a reader', async () => {
    const line = '--reader: expected without --faults';
    expect(await failing('--reader', 'x', STATUS)).toEqual(refusal(line));
  });
});
