import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { guideBlocks, guideFiles, guideTranscripts, isOutput } from './support/guide.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const test = (...args: string[]): Promise<Outcome> => program.run(['ota', 'test', ...args]);
const written = (name: string): Promise<string> => readFile(join(program.folder(), name), 'utf8');

const SELECT = '> 00A40000022FE2';
const GOOD = `why: the ICCID\n${SELECT}\n< 61..\nsend\n${SELECT}\n`;
const BAD = `${SELECT}\n< 9000\n> 00B000000A\n< 97 ... 9000\n`;
const GOOD_LINES = [
  `ok      good.ota:2  the ICCID: 1 of 1 executed, PoR '00' (por-ok)`,
  `ok      good.ota:5  packet 2: 1 of 1 executed, PoR '00' (por-ok)`,
];

beforeAll(async () => {
  for (const { name, text } of guideFiles()) await program.write(name, text);
  await program.write('good.ota', GOOD);
  await program.write('bad.ota', BAD);
});

describe('the guide', () => {
  it('has files of each kind, and transcripts', () => {
    const names = guideFiles().map(({ name }) => name);
    expect(names).toEqual([
      'iccid.test.ts',
      'test-iccid.js',
      'iccid.ota',
      'wrong.ota',
      'refused.ota',
      'update.ota',
      'slip.ota',
    ]);
    expect(guideTranscripts()).toHaveLength(7);
  });

  it.each(guideTranscripts())('prints what it says for $command', async ({ command, output }) => {
    const { code, stdout, stderr } = await program.bash(command.replace(/^npx /u, ''));
    const lines = `${stdout}${stderr}`.trimEnd().split('\n');
    expect(isOutput(lines, output) ? output : lines).toEqual(output);
    const isRefused = stderr !== '';
    const isFailed = /^(?:FAILED|refused)/mu.test(stdout);
    expect(code).toBe(isRefused ? 2 : isFailed ? 1 : 0);
  });

  it('shows the JUnit XML that is written', async () => {
    await test('iccid.ota', '--junit', 'report.xml');
    expect(guideBlocks('xml')).toEqual([await written('report.xml')]);
  });

  it.each<[readonly string[], readonly string[], boolean]>([
    [['a', 'b'], ['a', 'b'], true],
    [['a', 'b'], ['a'], false],
    [['a'], ['a', 'b'], false],
    [['a', 'b', 'c'], ['a', '…', 'c'], true],
    [['a', 'c'], ['a', '  …', 'c'], true],
    [['a', 'b'], ['a', '…'], true],
    [['a', 'b', 'd'], ['a', '…', 'c'], false],
    [['b', 'c'], ['a', '…'], false],
  ])('takes %j for %j: %s', (found, expected, is) => {
    expect(isOutput(found, expected)).toBe(is);
  });
});

describe('vuicc ota test', () => {
  it('prints a line for each packet, and how many there were', async () => {
    expect(await test('good.ota')).toEqual(done(...GOOD_LINES, '2 ok'));
  });

  it('runs each file on a new card', async () => {
    await program.write('first.ota', `cntr: 1\n${SELECT}\n`);
    const line = `ok      first.ota:2  packet 1: 1 of 1 executed, PoR '00' (por-ok)`;
    expect(await test('first.ota', 'first.ota')).toEqual(done(line, line, '2 ok'));
  });

  it('is exit code 1 when something does not hold, and runs all files', async () => {
    const { code, stdout, stderr } = await test('bad.ota', 'good.ota');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.slice(0, 8)).toEqual([
      `FAILED  bad.ota:1  packet 1: 2 of 2 executed, PoR '00' (por-ok)`,
      '  bad.ota:4  READ BINARY, octet 1 of the response data',
      '    expected  97 ...',
      '    found     98990901000000000031',
      '  the card, step by step',
      expect.stringMatching(/^ {4}ok sms: /u),
      expect.stringMatching(/^ {4}ok header '/u),
      expect.stringMatching(/^ {4}ok tar '/u),
    ]);
    expect(lines.slice(-4)).toEqual([...GOOD_LINES, '1 of 3 failed', '']);
  });

  it('prints one document with --json', async () => {
    const outcome = await test('--json', 'good.ota', 'bad.ota');
    expect(outcome.code).toBe(1);
    expect(documentOf(outcome)).toEqual({
      ok: false,
      files: [
        {
          file: 'good.ota',
          ok: true,
          cases: [
            expect.objectContaining({ kind: 'packet', line: 2, title: 'the ICCID', ok: true }),
            expect.objectContaining({ kind: 'packet', line: 5, title: 'packet 2', mistake: null }),
          ],
        },
        {
          file: 'bad.ota',
          ok: false,
          cases: [
            {
              kind: 'packet',
              line: 1,
              title: 'packet 1',
              ok: false,
              summary: `2 of 2 executed, PoR '00' (por-ok)`,
              failures: [
                {
                  line: 4,
                  what: 'READ BINARY, octet 1 of the response data',
                  expected: '97 ...',
                  found: '98990901000000000031',
                },
              ],
              commands: [
                { line: 1, command: 'SELECT EF_ICCID', outcome: 'executed' },
                { line: 3, command: 'READ BINARY', outcome: 'different' },
              ],
              steps: expect.any(Array),
              mistake: null,
            },
          ],
        },
      ],
    });
  });

  it('writes JUnit XML with --junit, failures too, beside any other output', async () => {
    const { code } = await test('good.ota', 'bad.ota', '--json', '--junit', 'all.xml');
    expect(code).toBe(1);
    const xml = await written('all.xml');
    expect(xml).toContain('<testsuites name="vuicc ota test" tests="3" failures="1" errors="0">');
    expect(xml).toContain('<failure message="line 4, READ BINARY, octet 1');
  });

  it('writes an error for each file that cannot be read or run, and runs the others', async () => {
    await program.write('run.ota', `key-set: 7\n${SELECT}\n`);
    const files = ['missing.ota', 'good.ota', 'run.ota', 'bad.ota'];
    expect(await test(...files, '--junit', 'errors.xml')).toEqual(
      refusal('missing.ota: cannot be read (ENOENT)'),
    );
    const lines = (await written('errors.xml')).split('\n');
    expect(lines.slice(1, 7)).toEqual([
      '<testsuites name="vuicc ota test" tests="5" failures="1" errors="2">',
      '  <testsuite name="missing.ota" tests="1" failures="0" errors="1" skipped="0">',
      '    <testcase name="missing.ota" classname="missing.ota" file="missing.ota">',
      '      <error message="missing.ota: cannot be read (ENOENT)" type="UnreadableTest"/>',
      '    </testcase>',
      '  </testsuite>',
    ]);
    const suites = lines.filter((line) => line.startsWith('  <testsuite '));
    expect(suites.map((line) => /errors="\d"/u.exec(line)?.[0])).toEqual(
      [1, 0, 1, 0].map((errors) => `errors="${errors}"`),
    );
    const key = 'message="run.ota: line 1: key-set: expected one that the card has (1), got 7"';
    expect(lines.join('\n')).toContain(key);
  });

  it('takes the card that a file names, seen from the file', async () => {
    const profile = JSON.stringify(DEFAULT_PROFILE).replace(
      '"cntr":"0000000000"',
      '"cntr":"0000000010"',
    );
    await program.write('card.json', profile);
    await program.bash('mkdir -p sub');
    const low = `cntr: 10\nstatus: cntr-low\n${SELECT}\n`;
    const text = `card: ../card.json\n${low}send\ncntr: 11\n${SELECT}\n`;
    await program.write('sub/own.ota', text);
    expect(await test('sub/own.ota')).toEqual(
      done(
        `ok      sub/own.ota:4  packet 1: PoR '02' (cntr-low)`,
        `ok      sub/own.ota:7  packet 2: 1 of 1 executed, PoR '00' (por-ok)`,
        '2 ok',
      ),
    );
  });

  it('shows no PIN of the profile or of a file', async () => {
    const pins = '> 0020000A08................\n< 6A82\n> 0020000A083132333435363738\n';
    await program.write('pins.ota', pins);
    const { code, stdout } = await test('pins.ota', '--junit', 'pins.xml');
    const xml = await written('pins.xml');
    expect(code).toBe(1);
    for (const pin of ['3131313131313131', '3132333435363738']) {
      expect(`${stdout}${xml}`).not.toContain(pin);
    }
  });
});

describe('input that cannot be read is one line and exit code 2:', () => {
  it.each([
    [
      'another line',
      'SELECT\n',
      `line 1: expected '#', 'name: value', '>', '<', 'send', 'reset', 't>' or 't<'`,
    ],
    [
      'a wrong parameter',
      `\ntar: B0\n${SELECT}\n`,
      `line 2: tar: expected 6 hex digits, found 'b0'`,
    ],
    ['nothing to send', '# nothing\n', `expected '>' or 't>', found neither`],
    [
      'a key set that is not there',
      `key-set: 7\n${SELECT}\n`,
      'line 1: key-set: expected one that the card has (1), got 7',
    ],
    [
      'data that compact format does not report',
      `${SELECT}\n< 62 ... 9000\n> 00B000000A\n`,
      'line 2: compact format reports data of the last command alone: ' +
        'make it the last of its packet, or send it to an applet of expanded format',
    ],
  ])('%s', async (_what, text, problem) => {
    await program.write('input.ota', text);
    expect(await test('good.ota', 'input.ota', '--json')).toEqual(refusal(`input.ota: ${problem}`));
  });

  it('a byte order mark is no fault', async () => {
    await program.write('mark.ota', `\ufeff${GOOD}`);
    expect((await test('mark.ota')).code).toBe(0);
  });

  it('a file that is not there', async () => {
    const line = 'missing.ota: cannot be read (ENOENT)';
    expect(await test('bad.ota', 'missing.ota')).toEqual(refusal(line));
  });

  it('a card that is not there, with the line that names it', async () => {
    await program.write('no-card.ota', `# a card\ncard: missing.json\n${SELECT}\n`);
    expect(await test('no-card.ota')).toEqual(
      refusal('no-card.ota: line 2: missing.json: cannot be read (ENOENT)'),
    );
  });

  it('a card that has a fault', async () => {
    await program.write('fault.json', JSON.stringify({ ...DEFAULT_PROFILE, protocol: 'T=2' }));
    await program.write('fault.ota', `card: fault.json\n${SELECT}\n`);
    const { code, stderr } = await test('fault.ota');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vuicc: fault\.ota: line 1: fault\.json: \$\.protocol: expected /u);
  });

  it('a report that cannot be written', async () => {
    expect(await test('good.ota', '--junit', 'no/such/folder.xml')).toEqual(
      refusal('no/such/folder.xml: cannot be written (ENOENT)'),
    );
  });

  it('no file', async () => {
    expect(await test()).toEqual(refusal("missing required argument 'file'"));
  });
});
