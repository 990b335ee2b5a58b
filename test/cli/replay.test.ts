import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { ROOT } from '../support/source.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const replay = (...args: string[]): Promise<Outcome> => program.run(['replay', ...args]);
const kept = (name: string): string => join(ROOT, 'apdu-traces', name);

const GOOD = '# why: a test\n> 00A40004022F00  SELECT EF_DIR\n< 61..\n> 00B2990400\n< 6A83\n';
const PIN = `reset\n< 3B ...\n> 0020000108${'.'.repeat(16)}\n< 9000\n`;

beforeAll(async () => {
  await program.write('good.apdu', GOOD);
  await program.write('pin.apdu', PIN);
  await program.write('sw.apdu', GOOD.replace('6A83', '6A82'));
  await program.write('data.apdu', '> 00A4000C022FE2\n< 9000\n> 00B0000003\n< 9899AA9000\n');
});

describe('vuicc replay', () => {
  it('says ok, and how many exchanges there were', async () => {
    expect(await replay('good.apdu', 'pin.apdu')).toEqual(
      done('good.apdu: ok, 2 exchanges', 'pin.apdu: ok, 2 exchanges'),
    );
  });

  it('replays the traces of this repository, each on a new card', async () => {
    const names = ['pin-verify.apdu', 'pin-verify.apdu', 'story.apdu'].map(kept);
    const outcome = await replay('--json', ...names);
    expect(documentOf(outcome)).toEqual({
      ok: true,
      traces: names.map((file) => ({ file, ok: true, exchanges: expect.any(Number) })),
    });
    expect(outcome.code).toBe(0);
  });

  it('takes the PINs from the profile', async () => {
    const [pin, ...pins] = DEFAULT_PROFILE.pins;
    const profile = { ...DEFAULT_PROFILE, pins: [{ ...pin, value: '864213' }, ...pins] };
    await program.write('card.json', JSON.stringify(profile));
    const outcome = await replay('--card', 'card.json', 'pin.apdu');
    expect(outcome).toEqual(done('pin.apdu: ok, 2 exchanges'));
  });
});

describe('a difference is exit code 1, and told by its meaning:', () => {
  const EXPECTED = `SW '6A82' (file not found)`;
  const FOUND = `'6A83' (record not found)`;
  const SW = `line 4, READ RECORD 153: expected ${EXPECTED}, found ${FOUND}`;

  it('another SW', async () => {
    const outcome = await replay('good.apdu', 'sw.apdu');
    const stdout = `good.apdu: ok, 2 exchanges\nsw.apdu: ${SW}\n`;
    expect(outcome).toEqual({ code: 1, stdout, stderr: '' });
  });

  it('other data', async () => {
    const outcome = await replay('data.apdu');
    const meaning = 'response data differs at octet 3: expected AA, found 09';
    const stdout = `data.apdu: line 3, READ BINARY: ${meaning}\n`;
    expect(outcome).toEqual({ code: 1, stdout, stderr: '' });
  });

  it('one document with --json', async () => {
    const outcome = await replay('sw.apdu', 'good.apdu', '--json');
    expect(outcome.code).toBe(1);
    expect(documentOf(outcome)).toEqual({
      ok: false,
      traces: [
        {
          file: 'sw.apdu',
          ok: false,
          exchanges: 2,
          difference: {
            line: 4,
            command: 'READ RECORD 153',
            expected: EXPECTED,
            found: FOUND,
            meaning: SW,
          },
        },
        { file: 'good.apdu', ok: true, exchanges: 2 },
      ],
    });
  });

  it('the card of another subscription', async () => {
    const [first, ...entries] = DEFAULT_PROFILE.keyTable.entries;
    const k = '00000000000000000000000000000001';
    const keyTable = { active: 0, entries: [{ ...first, k }, ...entries] };
    await program.write('other.json', JSON.stringify({ ...DEFAULT_PROFILE, keyTable }));
    const { code, stdout } = await replay('--card', 'other.json', kept('authenticate-3g.apdu'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/authenticate-3g\.apdu: line \d+, AUTHENTICATE 3G: expected SW '6135'/u);
  });
});

describe('an unreadable trace is one line and exit code 2:', () => {
  it.each([
    [
      'a command that is no hex',
      '> 00A4\n> 00A40004zz\n',
      `line 2: expected hex digits, '..' or '...'`,
    ],
    [
      'a command that is too short',
      '\n> 00A4\n',
      'line 2: expected a C-APDU of 4 octets or more, found 2',
    ],
    [
      'an odd number of digits',
      '> 00A40004023F0\n',
      'line 1: expected two hex digits for each octet',
    ],
    [
      'an answer of one octet',
      '> 00A4000C\n< 90\n',
      'line 2: expected an R-APDU of 2 octets or more, found 1',
    ],
    [
      'an answer to nothing',
      '< 9000\n',
      `line 1: '<' answers nothing: expected 'reset' or '>' before it`,
    ],
    [
      'two answers',
      '> 00A4000C\n< 9000\n< 9000\n',
      `line 3: '<' answers nothing: expected 'reset' or '>' before it`,
    ],
    ['any other line', 'RESET\n', `line 1: expected '#', 'reset', '>' or '<' at its start`],
    ['an open header', '> 00A4..0C\n', `line 1: expected CLA INS P1 P2 and P3 without '..'`],
    ['an open command', '> 00A4000C ...\n', `line 1: '...' stands in answers only`],
    [
      'three dots that are glued',
      '> 00A4000C\n< 62...9000\n',
      `line 2: expected '...' alone between spaces, and '..' for one octet`,
    ],
    [
      'front matter behind the first exchange',
      '> 00A4000C\n# spec: ISO\n',
      `line 2: 'spec:' is front matter, which stands before the first exchange`,
    ],
  ])('%s', async (_what, text, problem) => {
    await program.write(
      'bad.apdu',
      text.replace('> 00A4\n> 00A40004zz', '> 00A40004\n> 00A40004zz'),
    );
    expect(await replay('good.apdu', 'bad.apdu', '--json')).toEqual(
      refusal(`bad.apdu: ${problem}`),
    );
  });

  it('a file that is not there', async () => {
    const line = 'missing.apdu: cannot be read (ENOENT)';
    expect(await replay('missing.apdu')).toEqual(refusal(line));
    expect(await replay('good.apdu', 'missing.apdu')).toEqual(refusal(line));
  });

  it('a folder', async () => {
    expect(await replay('.')).toEqual(refusal('.: cannot be read (EISDIR)'));
  });
});

describe('a card in a reader', () => {
  it('needs the package smartcard, and says what to install', async () => {
    // The bundled program stands in a folder of its own, where nobody has installed it.
    const needs = 'Debian also needs libpcsclite-dev and pcscd';
    const line = `the package smartcard is not installed: npm install smartcard (${needs})`;
    expect(await replay('--reader', 'x', 'good.apdu')).toEqual(refusal(line));
    expect(await replay('--reader', 'x', '--last-try', 'good.apdu')).toEqual(refusal(line));
  });

  it('is not asked for before all traces were read', async () => {
    const line = 'missing.apdu: cannot be read (ENOENT)';
    expect(await replay('--reader', 'x', 'good.apdu', 'missing.apdu')).toEqual(refusal(line));
  });

  it('is what --last-try is about', async () => {
    const line = '--last-try: expected --reader beside it';
    expect(await replay('--last-try', 'good.apdu')).toEqual(refusal(line));
  });

  it('has a name', async () => {
    const line = "option '--reader <name>' argument missing";
    expect(await replay('good.apdu', '--reader')).toEqual(refusal(line));
  });
});
