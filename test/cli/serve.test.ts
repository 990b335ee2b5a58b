/**
 * `vuicc serve vpcd` as a process, with a reader that the test plays.
 *
 * @see docs/pcsc.md; docs/architecture.md, "State on disk"
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { PIN1, PIN2, pinOctets, SELECT_USIM, select } from '../card/support/test-card.ts';
import {
  FakeReader,
  HOST,
  type Link,
  Mailbox,
  unusedPort,
} from '../transport/support/fake-reader.ts';
import { done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const serve = (...args: string[]): Promise<Outcome> => program.run(['serve', 'vpcd', ...args]);

const [OFF, ON, ATR] = ['00', '01', '04'];
const OK = '9000';
const STATUS = '80F2000C00';
const SELECT_EF_LOCI = select('7FFF6F7E');
const READ = '00B000000B';
const LOCI = '01020304 00F110 0001 FF 00'.replaceAll(' ', '').toLowerCase();
const UPDATE = `00D600000B${LOCI}`;

const children = new Set<ChildProcess>();
const readers = new Set<FakeReader>();

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const reader of readers) await reader.stop();
  children.clear();
  readers.clear();
});

async function listen(): Promise<FakeReader> {
  const reader = await FakeReader.listen();
  readers.add(reader);
  return reader;
}

/** A process that serves. */
interface Served {
  /** Lines of stderr. */
  readonly lines: Mailbox<string>;
  /** Sends a signal, and waits for the end; gives the exit code, or the signal. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

function start(port: number, ...args: string[]): Served {
  const where = ['--host', HOST, '--port', String(port)];
  const all = [program.main(), 'serve', 'vpcd', ...where, ...args];
  const child = spawn(process.execPath, all, { cwd: program.folder(), stdio: ['pipe', 1, 'pipe'] });
  children.add(child);
  const lines = new Mailbox<string>();
  createInterface({ input: child.stderr! }).on('line', lines.put);
  const closed = once(child, 'close');
  return {
    lines,
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await closed;
      return code ?? by;
    },
  };
}

/** A process whose card is in a reader, and switched on. */
async function served(...args: string[]): Promise<Served & { link: Link; port: number }> {
  const reader = await listen();
  const { port } = reader;
  const running = start(port, ...args);
  const link = await reader.card();
  expect(await running.lines.next()).toBe(`card inserted at ${HOST}:${port}`);
  link.send(ON!);
  return { ...running, link, port };
}

async function askAll(link: Link, commands: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const command of commands) answers.push(await link.ask(command));
  return answers;
}

/** What a process does that may not have a state file. */
function inUse(file: string): Outcome {
  return refusal(`${join(program.folder(), file)}: another process is using it`);
}

describe('vuicc serve vpcd --help', () => {
  it('has an example, and each option', async () => {
    const { code, stdout, stderr } = await serve('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('$ vuicc serve vpcd --state card.state --log');
    for (const option of ['--host', '--port', '--slots', '--card', '--state', '--log', '--trace']) {
      expect(stdout).toContain(`  ${option}`);
    }
  });
});

describe('wrong usage of vuicc serve is one line and exit code 2:', () => {
  it.each([
    ['--port 0', '--port: expected 1 to 65535, found "0"'],
    ['--port 65536', '--port: expected 1 to 65535, found "65536"'],
    ['--port -1', '--port: expected 1 to 65535, found "-1"'],
    ['--port pcscd', '--port: expected 1 to 65535, found "pcscd"'],
    ['--port 0x10', '--port: expected 1 to 65535, found "0x10"'],
    ['--port 65535 --slots 2', '--port: expected 1 to 65534, found "65535"'],
    ['--slots 0', '--slots: expected 1 to 16, found "0"'],
    ['--slots 17', '--slots: expected 1 to 16, found "17"'],
    ['--slots 1.5', '--slots: expected 1 to 16, found "1.5"'],
    ['--slots 1 --card a --card b', '--card: expected one a slot, 1, found 2'],
    ['--slots 2 --state a', '--state: expected one a slot, 2, found 1'],
    ['--slots 1 --state a --state b', '--state: expected one a slot, 1, found 2'],
    ['--card a --card b --state a', '--state: expected one a slot, 2, found 1'],
    ['--card missing.json', 'missing.json: cannot be read (ENOENT)'],
    ['--state missing/card.state', 'missing/card.state: cannot be used (ENOENT)'],
    ['--faults missing.json', 'missing.json: cannot be read (ENOENT)'],
    ['--trace missing/t.apdu', '--trace: missing/t.apdu: cannot be written (ENOENT)'],
    ['--host', "option '--host <host>' argument missing"],
    ['slot', "too many arguments for 'vpcd'. Expected 0 arguments but got 1."],
  ])('%s', async (args, line) => {
    expect(await serve(...args.split(' '))).toEqual(refusal(line));
  });

  it.each([
    ['', 'expected one of the commands that --help lists'],
    ['vpce', "unknown command 'vpce'"],
  ])('%j', async (args, line) => {
    const outcome = await program.run(['serve', ...args.split(' ').filter(Boolean)]);
    expect(outcome).toEqual(refusal(line));
  });

  it('one state file for two slots', async () => {
    expect(await serve('--state', 'twice', '--state', './twice')).toEqual(
      refusal('--state: expected another file for each slot'),
    );
  });

  it('another profile than that of the state file', async () => {
    await program.write('profile.json', JSON.stringify({ ...DEFAULT_PROFILE, atr: '3B00' }));
    expect(await program.run(['apdu', '--state', 'other.state', STATUS])).toEqual(done(OK));
    const { code, stderr } = await serve('--card', 'profile.json', '--state', 'other.state');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vuicc: other\.state: it belongs to another card profile, .*\n$/u);
  });
});

describe('what vuicc serve vpcd tells', () => {
  it('is that it waits, and once that the card is in', async () => {
    const port = await unusedPort();
    const { lines, end } = start(port);
    const where = `${HOST}:${port}`;
    expect(await lines.next()).toBe(`waiting for the reader at ${where} (ECONNREFUSED)`);
    const reader = await FakeReader.listen(port);
    readers.add(reader);
    const link = await reader.card();
    expect(await lines.next()).toBe(`card inserted at ${where}`);
    link.send('03');
    expect(await lines.next()).toBe(`a frame from ${where} that means nothing was left out`);
    await reader.stop();
    expect(await lines.next()).toBe(`waiting for the reader at ${where} (the reader has gone)`);
    expect(await end('SIGTERM')).toBe(0);
  });

  it('is the slot, when there are two', async () => {
    const port = await unusedPort();
    const { lines, end } = start(port, '--slots', '2');
    const told = [await lines.next(), await lines.next()].sort();
    expect(told[0]).toMatch(`slot 0: waiting for the reader at ${HOST}:${port} (`);
    expect(told[1]).toMatch(`slot 1: waiting for the reader at ${HOST}:${port + 1} (`);
    expect(await end('SIGTERM')).toBe(0);
  });

  it('is no APDU without --log', async () => {
    const { link, lines, end } = await served();
    expect(await askAll(link, [STATUS, SELECT_USIM, PIN1])).toEqual([OK, OK, OK]);
    expect(await end('SIGTERM')).toBe(0);
    expect(lines.rest()).toEqual([]);
  });
});

/** Each kind of command that carries a PIN, in both classes, right, wrong and too short. */
const PINS = ['1234', '5678', '9876', '4321', '24681357'];
const WITH_PINS = [
  PIN1,
  `0020000108${pinOctets('9876')}`,
  '002000010439383736',
  `0024000110${pinOctets('1234')}${pinOctets('5678')}`,
  `0024000110${pinOctets('5678')}${pinOctets('1234')}`,
  `002C000110${pinOctets('24681357')}${pinOctets('4321')}`,
  `0026000108${pinOctets('9876')}`,
  `0028000108${pinOctets('9876')}`,
  `A020000108${pinOctets('4321')}`,
  PIN1,
  PIN2,
];

function pinsIn(text: string): string[] {
  const octets = text.replaceAll(/[^0-9A-Fa-f]/gu, '').toUpperCase();
  return PINS.filter((pin) => text.includes(pin) || octets.includes(pinOctets(pin).slice(0, 8)));
}

describe('vuicc serve vpcd --log', () => {
  it('shows what passes, with the meaning', async () => {
    const { link, lines, end } = await served('--log');
    expect(await askAll(link, [ATR!, STATUS])).toEqual([DEFAULT_PROFILE.atr.toLowerCase(), OK]);
    expect(await end('SIGTERM')).toBe(0);
    const [reset, atr, command, response, ...more] = lines.rest();
    expect([reset, atr]).toEqual(['reset', `< ${DEFAULT_PROFILE.atr.toUpperCase()}`]);
    expect(command).toMatch(/^> 80F2000C00 {2}STATUS/u);
    expect(response).toMatch(/^< 9000/u);
    // "Get ATR" is no exchange with the card.
    expect(more).toEqual([]);
  });

  it('shows no octet of a PIN', async () => {
    const { link, lines, end } = await served('--log');
    await askAll(link, [SELECT_USIM, ...WITH_PINS]);
    expect(await end('SIGTERM')).toBe(0);
    const told = lines.rest();
    expect(told.filter((line) => line.startsWith('> '))).toHaveLength(1 + WITH_PINS.length);
    expect(told.filter((line) => pinsIn(line).length > 0)).toEqual([]);
    expect(pinsIn(WITH_PINS.join('\n'))).toEqual(PINS);
  });
});

describe('vuicc serve vpcd --trace', () => {
  it('writes a trace that replays, without a PIN', async () => {
    const { link, end } = await served('--trace', 'served.apdu');
    const read = [SELECT_EF_LOCI, READ, SELECT_USIM, SELECT_EF_LOCI, READ];
    await askAll(link, [...WITH_PINS, ...read]);
    link.send(OFF!);
    link.send(ON!);
    await askAll(link, [...read, '00B0', 'FFFFFFFF', STATUS]);
    expect(await end('SIGTERM')).toBe(0);
    const text = await readFile(join(program.folder(), 'served.apdu'), 'utf8');
    expect(pinsIn(text)).toEqual([]);
    expect(text.match(/^> /gmu)).toHaveLength(WITH_PINS.length + read.length * 2 + 2);
    const { code, stdout } = await program.run(['replay', 'served.apdu']);
    expect(stdout).toMatch(/^served\.apdu: ok, \d+ exchanges\n$/u);
    expect(code).toBe(0);
  });

  it('is whole after SIGKILL', async () => {
    const { link, end } = await served('--trace', 'killed.apdu');
    await askAll(link, [STATUS, STATUS, STATUS]);
    expect(await end('SIGKILL')).toBe('SIGKILL');
    expect(await program.run(['replay', 'killed.apdu'])).toEqual(
      done('killed.apdu: ok, 4 exchanges'),
    );
  });

  it('holds nothing that was said to a card without power', async () => {
    const { link, end } = await served('--trace', 'off.apdu');
    link.send(OFF!);
    expect(await link.ask(STATUS)).toBe('6f00');
    link.send(ON!);
    expect(await link.ask(STATUS)).toBe(OK.toLowerCase());
    expect(await end('SIGTERM')).toBe(0);
    expect(await program.run(['replay', 'off.apdu'])).toEqual(done('off.apdu: ok, 3 exchanges'));
  });

  it('of a process that may not have the card leaves the trace of the other as it is', async () => {
    const files = ['--state', 'traced.state', '--trace', 'traced.apdu'];
    const { link, end } = await served(...files);
    expect(await link.ask(STATUS)).toBe(OK);
    expect(await serve(...files)).toEqual(inUse('traced.state'));
    expect(await end('SIGTERM')).toBe(0);
    expect(await program.run(['replay', 'traced.apdu'])).toEqual(
      done('traced.apdu: ok, 2 exchanges'),
    );
  });
});

describe('vuicc serve vpcd --state', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'keeps what was answered, whatever ends it: %s',
    async (signal) => {
      const file = ['--state', `${signal}.state`];
      const first = await served(...file);
      const before = [SELECT_USIM, PIN1, SELECT_EF_LOCI, UPDATE];
      expect(await askAll(first.link, before)).toEqual([OK, OK, OK, OK]);
      expect(await first.end(signal)).toBe(signal === 'SIGKILL' ? signal : 0);
      const second = await served(...file);
      const after = await askAll(second.link, [SELECT_USIM, SELECT_EF_LOCI, READ, PIN1, READ]);
      expect(after).toEqual([OK, OK, '6982', OK, `${LOCI}${OK}`]);
      expect(await second.end('SIGTERM')).toBe(0);
      expect([...first.lines.rest(), ...second.lines.rest()]).toEqual([]);
    },
  );

  it('is for one process at a time', async () => {
    const first = await served('--state', 'one.state');
    expect(await serve('--state', 'one.state')).toEqual(inUse('one.state'));
    expect(await program.run(['apdu', '--state', 'one.state', STATUS])).toEqual(inUse('one.state'));
    expect(await first.link.ask(STATUS)).toBe(OK);
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    const second = await served('--state', 'one.state');
    expect(await second.link.ask(STATUS)).toBe(OK);
  });

  it('is named once a slot: the cards do not mix', async () => {
    const [port, files] = [await unusedPort(), ['--state', 'a.state', '--state', 'b.state']];
    const reader = await FakeReader.listen(port);
    readers.add(reader);
    const first = start(port, ...files);
    const link = await reader.card();
    link.send(ON!);
    const update = [SELECT_USIM, PIN1, SELECT_EF_LOCI, UPDATE];
    expect(await askAll(link, update)).toEqual([OK, OK, OK, OK]);
    expect(await first.end('SIGTERM')).toBe(0);
    const read = async (file: string): Promise<string | undefined> => {
      const commands = [SELECT_USIM, PIN1, SELECT_EF_LOCI, READ];
      const { stdout } = await program.run(['apdu', '--state', file, ...commands]);
      return stdout.trim().split('\n').at(-1);
    };
    expect(await read('a.state')).toBe(`${LOCI}${OK}`);
    expect(await read('b.state')).not.toContain(LOCI);
  });
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends a process that waits', async (by) => {
    const { lines, end } = start(await unusedPort(), '--state', 'waiting.state');
    expect(await lines.next()).toMatch(/^waiting for/u);
    expect(await end(by)).toBe(0);
    expect(await program.run(['apdu', '--state', 'waiting.state', STATUS])).toEqual(done(OK));
  });

  it('in the middle of an APDU ends it as well, and the reader sees the card go', async () => {
    const { link, end } = await served();
    expect(await link.ask(STATUS)).toBe(OK);
    link.sendOctets('000580F2');
    expect(await end('SIGTERM')).toBe(0);
    await link.gone();
    expect(link.payloads.rest()).toEqual([]);
  });
});

describe('vuicc serve vpcd --faults', () => {
  const plan = (...faults: readonly unknown[]): Promise<void> =>
    program.write('plan.json', JSON.stringify({ format: 'vuicc-faults/1', faults }));
  const ANOTHER_ATR = '3b00';

  it('lets the card fail: another ATR, no frame, another SW, a late answer', async () => {
    await plan(
      { fault: 'atr', atr: ANOTHER_ATR },
      { fault: 'mute', at: 1 },
      { fault: 'sw', sw: '6F00', at: 2 },
      { fault: 'slow', nulls: 1, ms: 5, at: 3 },
    );
    const { link, lines } = await served('--faults', 'plan.json', '--log');
    expect(await link.ask(ATR!)).toBe(ANOTHER_ATR);
    link.send(STATUS);
    for (const command of [STATUS, '00B0820001', STATUS]) link.send(command);
    const answers = [1, 2, 3].map(() => link.payloads.next());
    expect(await Promise.all(answers)).toEqual(['6f00', '989000', OK]);
    // Four faults; the ATR; three exchanges, as a command without an answer is none.
    const said = await Promise.all(Array.from({ length: 12 }, () => lines.next()));
    expect(said.filter((line) => line.startsWith('# fault'))).toEqual([
      '# fault $.faults[0] at reset 1: atr',
      '# fault $.faults[1] at command 1: mute',
      '# fault $.faults[2] at command 2: sw',
      '# fault $.faults[3] at command 3: slow, 1 NULL octets or 5 ms',
    ]);
    expect(said.filter((line) => line.startsWith('< 6F00'))).toHaveLength(1);
  });

  it('refuses a plan with a fault before anything is connected', async () => {
    await plan({ fault: 'sw', sw: '6' });
    const line = 'plan.json: $.faults[0].sw: expected an SW, 4 hex digits, found "6"';
    expect(await serve('--faults', 'plan.json')).toEqual(refusal(line));
  });
});
