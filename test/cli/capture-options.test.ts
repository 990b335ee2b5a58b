import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { blocksOf, payloadsOf } from '../trace/pcapng-blocks.ts';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const run = (...args: string[]): Promise<Outcome> => program.run(['run', '3b', ...args]);
const read = (name: string): Uint8Array => readFileSync(join(program.folder(), name));

const NO_NAME = `${'a'.repeat(64)}.invalid`;
/** GSMTAP header of an ATR: sub-type 1. */
const ATR = /^02040400000000000000000001000000/u;
/** READ BINARY of EF_IMSI by its SFI, as the ME of the built-in card begins. */
const IMSI_READ = '00b0870009' + '080910101032547698' + '9000';

describe('vuicc run --pcap', () => {
  it('writes what passes between ME and card, and prints what it prints without', async () => {
    const [with_, without] = [await run('--pcap', 'x.pcapng', '--json'), await run('--json')];
    expect(with_).toEqual(without);
    expect(documentOf(with_)).toMatchObject({ ok: true });
    const payloads = payloadsOf(read('x.pcapng')).map(toHex);
    expect(payloads[0]).toMatch(ATR);
    expect(payloads.filter((payload) => ATR.test(payload))).toHaveLength(3);
    expect(payloads.some((payload) => payload.endsWith(IMSI_READ))).toBe(true);
    expect(statSync(join(program.folder(), 'x.pcapng')).mode & 0o777).toBe(0o600);
  });

  it('goes together with a trace', async () => {
    const { code } = await run('--changes', '3', '--pcap', 'y.pcapng', '--trace', 'y.apdu');
    expect(code).toBe(0);
    expect((await program.run(['replay', 'y.apdu'])).code).toBe(0);
    expect(payloadsOf(read('y.pcapng')).length).toBeGreaterThan(300);
  });

  it('tells once that the disk is full, and goes on; what is there is whole', async () => {
    const outcome = await program.bash('ulimit -f 8; vuicc run 3b --pcap full.pcapng --summary');
    expect(outcome).toEqual({
      code: 0,
      stdout: '1 devices, 2 changes: 2 of 2 attached\neverything held\n',
      stderr: 'vuicc: full.pcapng: cannot be written (EFBIG); the capture ends here\n',
    });
    expect(blocksOf(read('full.pcapng')).length).toBeGreaterThan(50);
  });

  it('leaves whole blocks behind when it is killed', async () => {
    const args = [program.main(), 'run', '3b', '--changes', '254', '--pcap', 'killed.pcapng'];
    const child = spawn(process.execPath, args, { cwd: program.folder(), stdio: 'ignore' });
    const ended = once(child, 'exit');
    const file = join(program.folder(), 'killed.pcapng');
    while (!existsSync(file) || statSync(file).size < 20_000) await pause(1);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(blocksOf(read('killed.pcapng')).length).toBeGreaterThan(100);
  });
});

describe('vuicc run --gsmtap', () => {
  it('sends the packets of the file, in their order', async () => {
    const socket = createSocket('udp4');
    const received: string[] = [];
    socket.on('message', (datagram) => received.push(toHex(datagram)));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const to = `127.0.0.1:${socket.address().port}`;
    const outcome = await run('--gsmtap', to, '--pcap', 'z.pcapng', '--changes', '5', '--json');
    expect(documentOf(outcome)).toMatchObject({ ok: true });
    const payloads = payloadsOf(read('z.pcapng')).map(toHex);
    expect(payloads.length).toBeGreaterThan(500);
    while (received.length < payloads.length) await once(socket, 'message');
    socket.close();
    expect(received).toEqual(payloads);
  });

  it('does not mind that nobody listens', async () => {
    const outcome = await run('--gsmtap', '127.0.0.1', '--json');
    expect(outcome).toEqual(await run('--json'));
  });

  it('tells once that a name has no address, and goes on', async () => {
    const { code, stdout, stderr } = await run('--gsmtap', NO_NAME, '--summary');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `vuicc: GSMTAP to ${NO_NAME}:4729: no packet is sent (ENOTFOUND)\n`,
    });
    expect(stdout).toMatch(/everything held\n$/u);
  });
});

describe('a capture that cannot begin is refused in one line', () => {
  it.each([
    ['no host', ['--gsmtap', ''], '--gsmtap: expected HOST or HOST:PORT, found ""'],
    [
      'a port that is none',
      ['--gsmtap', 'localhost:0'],
      '--gsmtap: expected a port of 1 to 65535 behind ":", found "localhost:0"',
    ],
    [
      'IPv6 without brackets',
      ['--gsmtap', '::1'],
      '--gsmtap: expected "[::1]", found an IPv6 address without "[]"',
    ],
    ['a file in no folder', ['--pcap', 'no/x'], '--pcap: no/x: cannot be written (ENOENT)'],
    ['a folder', ['--pcap', '.'], '--pcap: .: cannot be written (EISDIR)'],
    ['no name', ['--pcap', ''], '--pcap: : cannot be written (ENOENT)'],
    ['a full device', ['--pcap', '/dev/full'], '--pcap: /dev/full: cannot be written (ENOSPC)'],
    ['options without values', ['--pcap'], `option '--pcap <file>' argument missing`],
  ])('%s', async (_what, args, line) => {
    expect(await run(...args)).toEqual(refusal(line));
  });

  it('and neither file is touched when the other option is wrong', async () => {
    await program.write('kept.pcapng', 'kept');
    const outcome = await run('--pcap', 'kept.pcapng', '--gsmtap', 'a:b');
    expect(outcome.code).toBe(2);
    expect(toHex(read('kept.pcapng'))).toBe(toHex(new TextEncoder().encode('kept')));
  });
});
