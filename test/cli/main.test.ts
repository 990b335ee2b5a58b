import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { ROOT } from '../support/source.ts';
import { collect, done, type Outcome, refusal, useProgram } from './support/program.ts';

const COMMANDS = [
  [],
  ['demo'],
  ['run'],
  ['apdu'],
  ['replay'],
  ['auc'],
  ['aka'],
  ['aka', 'diagnose'],
  ['milenage'],
  ['tuak'],
  ['ota'],
  ['ota', 'seal'],
  ['ota', 'open'],
  ['ota', 'explain'],
  ['ota', 'test'],
  ['profile'],
  ['profile', 'check'],
  ['profile', 'show'],
  ['profile', 'diff'],
  ['profile', 'dump'],
  ['profile', 'make'],
  ['export'],
  ['serve'],
  ['serve', 'vpcd'],
  ['suci'],
  ['suci', 'conceal'],
  ['suci', 'reveal'],
];
const NO_COMMAND = 'expected one of the commands that --help lists';
const PLAN = '{"format":"vuicc-faults/1","faults":[{"fault":"sw","sw":"6F00","at":2}]}';
const KEY = '465b5ce8b199b49faa5f0a2ee238a6bc';
const VECTOR = ['--k', KEY, '--rand', KEY, '--sqn', '000000000000', '--amf', '0000', '--op', KEY];
const program = useProgram();

interface Example {
  readonly line: string;
  /** What it prints, when the help says so. */
  readonly output: string;
}

/** The examples of a help: lines behind "$", perhaps continued, perhaps with a remark. */
function examplesIn(help: string): readonly Example[] {
  const [, text = ''] = help.split(/\nExamples?(?: \(.*\))?:\n/u);
  const [block = ''] = text.replaceAll(/\\\n */gu, '').split('\n\n');
  return block
    .split(/^ {2}\$ /mu)
    .slice(1)
    .map((example) => {
      const [line = '', ...printed] = example.split('\n').filter((row) => row !== '');
      const output = printed.map((row) => `${row.trim()}\n`).join('');
      return { line: line.replace(/ {4}.*/u, ''), output };
    });
}

/** Starts a program that does not end by itself, and ends it when it has said what it does. */
async function endedWhenItRuns(line: string): Promise<Outcome> {
  const [, ...args] = line.split(' ');
  const child = spawn(process.execPath, [program.main(), ...args], { cwd: program.folder() });
  const closed = once(child, 'close');
  const [said] = await once(child.stderr, 'data');
  child.kill('SIGTERM');
  const [code] = await closed;
  expect(String(said)).toMatch(
    /^(?:slot \d: )?(?:waiting for (?:the reader|hostapd)|card inserted)/u,
  );
  return { code, stdout: '', stderr: '' };
}

/** The files that the examples name. */
beforeAll(async () => {
  await symlink(join(ROOT, 'apdu-traces'), join(program.folder(), 'apdu-traces'));
  await program.write('my-card.json', JSON.stringify(DEFAULT_PROFILE));
  for (const name of ['a.json', 'b.json']) {
    await program.write(name, JSON.stringify(DEFAULT_PROFILE));
  }
  await program.write('plan.json', PLAN);
  await program.write('iccid.ota', '> 00A40000022FE2\n< 61..\n');
  await program.write('trace.apdu', '> 00A40004023F00\n< 61..\n');
});

describe('vuicc', () => {
  it('runs from the checkout with tsx', async () => {
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'apdu', '80F2000C00'];
    expect(await collect(process.execPath, args, { cwd: ROOT })).toEqual(done('9000'));
  });

  it('ends as it must when nobody can be told why', async () => {
    expect((await program.bash('vuicc apdu no-hex 2>/dev/full')).code).toBe(2);
  });

  it('tells the version of the package', async () => {
    expect(await program.run(['--version'])).toEqual(done(packageJson.version));
  });

  it.each(COMMANDS.map((args) => args.join(' ')))(
    'shows in vuicc %s --help examples that do what they say',
    async (args) => {
      const words = args.split(' ').filter((word) => word !== '');
      const { code, stdout, stderr } = await program.run([...words, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: vuicc/u);
      const examples = examplesIn(stdout);
      expect(examples.length).toBeGreaterThan(0);
      for (const { line, output } of examples) {
        const isEndless = /^vuicc (?:serve|auc) /u.test(line);
        const outcome = await (isEndless ? endedWhenItRuns(line) : program.bash(line));
        expect({ line, code: outcome.code, stderr: outcome.stderr }).toEqual({
          line,
          code: 0,
          stderr: '',
        });
        if (output !== '') expect(outcome.stdout).toBe(output);
      }
    },
  );

  it('lists every subcommand in its help, and no other than this test knows', async () => {
    const listed = async (...words: string[]): Promise<string[]> => {
      const { stdout } = await program.run([...words, '--help']);
      const [, commands = ''] = /\nCommands:\n(?<rows>(?: {2}.*\n)+)/u.exec(stdout) ?? [];
      const names = commands.matchAll(/^ {2}(?<name>[a-z]+)/gmu);
      return [...names].map(({ groups }) => groups?.name ?? '').filter((name) => name !== 'help');
    };
    const top = await listed();
    const groups = ['aka', 'ota', 'profile', 'serve', 'suci'];
    const nested = await Promise.all(
      groups.map(async (group) => (await listed(group)).map((name) => `${group} ${name}`)),
    );
    const tested = COMMANDS.map((words) => words.join(' ')).filter((words) => words !== '');
    expect([...top, ...nested.flat()].sort()).toEqual(tested.sort());
  });
});

describe('wrong usage is one line and exit code 2:', () => {
  it.each([
    ['no command', [], NO_COMMAND],
    ['a group without its command', ['ota'], NO_COMMAND],
    ['another group without its command', ['profile'], NO_COMMAND],
    ['help for a command that is none', ['help', 'frob'], NO_COMMAND],
    ['a command that is none', ['frob'], "unknown command 'frob'"],
    ['a misspelt command', ['dmeo'], "unknown command 'dmeo'"],
    ['a nested command that is none', ['ota', 'frob'], "unknown command 'frob'"],
    ['an unknown option of the program', ['--frob'], "unknown option '--frob'"],
    ['an unknown option of a command', ['apdu', '--crad', 'x'], "unknown option '--crad'"],
    ['a misspelt --json', ['demo', '--jsn'], "unknown option '--jsn'"],
    ['a C-APDU that looks like an option', ['apdu', '-00A4'], "unknown option '-00A4'"],
    [
      'an option without its value',
      ['apdu', '--card'],
      "option '--card <profile>' argument missing",
    ],
    [
      'a required option that is missing',
      ['milenage'],
      "required option '--k <hex>' not specified",
    ],
    ['a missing argument', ['profile', 'check'], "missing required argument 'file'"],
    ['a missing argument of many', ['replay'], "missing required argument 'trace'"],
    ['a missing packet', ['ota', 'open'], "missing required argument 'hex'"],
    ['a missing file of many', ['ota', 'test'], "missing required argument 'file'"],
    [
      'an argument too many',
      ['profile', 'check', 'a', 'b'],
      "too many arguments for 'check'. Expected 1 argument but got 2.",
    ],
    [
      'an argument where there is none',
      ['demo', 'x'],
      "too many arguments for 'demo'. Expected 0 arguments but got 1.",
    ],
  ])('%s', async (_what, args, line) => {
    expect(await program.run(args)).toEqual(refusal(line));
  });

  it('the value of an unknown option, which may be a key, is not shown', async () => {
    const outcome = await program.run(['milenage', ...VECTOR, `--kk=${KEY}`]);
    expect(outcome).toEqual(refusal("unknown option '--kk'"));
  });

  it('the number of arguments is shown, not their values', async () => {
    const outcome = await program.run(['milenage', ...VECTOR, KEY]);
    const line = "too many arguments for 'milenage'. Expected 0 arguments but got 1.";
    expect(outcome).toEqual(refusal(line));
  });
});

describe('standard output', () => {
  it('may be closed by whoever reads it: | head -1', async () => {
    const lines = `for n in $(seq 20000); do echo 80F2000C00; done | vuicc apdu - | head -1`;
    expect(await program.bash(`${lines}; echo "\${PIPESTATUS[1]}"`)).toEqual(done('9000', '0'));
  });

  it('may be closed while the next command is read', async () => {
    const child = spawn(process.execPath, [program.main(), 'apdu', '-']);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const closed = once(child, 'close');
    child.stdin.on('error', () => undefined).write('80F2000C00\n');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.end('80F2000C00\n'.repeat(10));
    const [code] = await closed;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('that takes nothing is one line and exit code 2', async () => {
    const outcome = await program.bash('vuicc profile show > /dev/full');
    expect(outcome).toEqual(refusal('standard output: cannot be written (ENOSPC)'));
  });
});
