/**
 * `vuicc auc` as a process, with a hostapd that the test plays.
 *
 * @see docs/eap-aka.md
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { authenticationOf, pairFromProfile } from '../../src/network/keys.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { openDatagramSocket } from '../../src/transport/unix-datagrams.ts';
import { PIN1, SELECT_USIM } from '../card/support/test-card.ts';
import { Mailbox } from '../transport/support/fake-reader.ts';
import { refusal, useProgram } from './support/program.ts';

const program = useProgram();
const IMSI = DEFAULT_PROFILE.imsi;
const OTHER = '001020000000001';
const [PAIR_0, PAIR_1] = DEFAULT_PROFILE.keyTable.entries;
const HEX = '[0-9a-f]';
const SOUND = new RegExp(`^AKA-RESP-AUTH \\d{15}(?: ${HEX}{32}){4} ${HEX}{16}$`, 'u');

let number = 0;
let socket = '';
let hostapd: Awaited<ReturnType<typeof playHostapd>>;
const children = new Set<ChildProcess>();

async function playHostapd() {
  const answers = new Mailbox<string>();
  const opened = await openDatagramSocket(join(program.folder(), `hostapd-${number}`), {
    onDatagram: ({ octets }) => {
      answers.put(Buffer.from(octets).toString());
      return undefined;
    },
    onProblem: () => undefined,
    onLost: () => undefined,
  });
  const tell = (line: string): void => {
    const peer = join(program.folder(), socket);
    opened.send({ peer, octets: Uint8Array.from(Buffer.from(line)) });
  };
  const ask = (line: string): Promise<string> => {
    tell(line);
    return answers.next();
  };
  return { ask, tell, close: () => opened.close() };
}

beforeEach(async () => {
  socket = `auc-${++number}.sock`;
  hostapd = await playHostapd();
});

afterEach(async () => {
  await hostapd.close();
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** Starts the program, and waits until it listens. */
async function start(...args: readonly string[]) {
  const all = [program.main(), 'auc', '--socket', socket, ...args];
  const child = spawn(process.execPath, all, { cwd: program.folder(), stdio: ['pipe', 1, 'pipe'] });
  children.add(child);
  const lines = new Mailbox<string>();
  createInterface({ input: child.stderr! }).on('line', lines.put);
  const closed = once(child, 'close');
  expect(await lines.next()).toBe(`waiting for hostapd at ${socket}`);
  return {
    lines,
    pid: child.pid!,
    closed,
    end: async (signal: NodeJS.Signals): Promise<unknown> => {
      child.kill(signal);
      const [code, by] = await closed;
      return code ?? by;
    },
  };
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await writeFile(join(program.folder(), name), JSON.stringify(value));
}

/** A card that has verified its PIN; `send` gives the R-APDU in hex. */
function card(profile: CardProfile = DEFAULT_PROFILE): (command: string) => string {
  const uicc = createUicc(profile);
  uicc.reset();
  const send = (command: string): string => toHex(uicc.transmit(fromHex(command)));
  send(SELECT_USIM);
  send(PIN1);
  return send;
}

function authenticate(send: (command: string) => string, answer: string): string {
  const [, , rand = '', autn = ''] = answer.split(' ');
  const sw = send(`008800812210${rand}10${autn}`);
  return sw.startsWith('61') ? send(`00C00000${sw.slice(2)}`) : sw;
}

describe('vuicc auc', () => {
  it("makes vectors that the profile's card accepts, each with a RAND of its own", async () => {
    await start();
    const send = card();
    const rands = new Set<string | undefined>();
    for (let n = 0; n < 40; n++) {
      const answer = await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`);
      expect(answer).toMatch(SOUND);
      const [, , rand, , ik, ck, res] = answer.split(' ');
      expect(authenticate(send, answer)).toContain(`db08${res}10${ck}10${ik}`);
      rands.add(rand);
    }
    expect(rands.size).toBe(40);
  });

  it('is set right by the AUTS of a card that is ahead', async () => {
    const [first, ...others] = DEFAULT_PROFILE.keyTable.entries;
    const sqn = { ...first!.sqn, array: Array.from({ length: 32 }, (_, n) => 1000 + n) };
    const entries = [{ ...first!, sqn }, ...others];
    const send = card({ ...DEFAULT_PROFILE, keyTable: { active: 0, entries } });
    const { lines } = await start('--log');
    const answer = await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(await lines.next()).toBe(`AKA-REQ-AUTH ${IMSI}: vector, SEQ 1, next IND 1`);
    const [, , rand] = answer.split(' ');
    const failure = authenticate(send, answer);
    expect(failure).toMatch(/^dc0e[0-9a-f]{28}/u);
    hostapd.tell(`AKA-AUTS ${IMSI} ${failure.slice(4, 32)} ${rand}`);
    expect(await lines.next()).toBe(`AKA-AUTS ${IMSI}: resynchronised, SEQ 1031, next IND 1`);
    const second = await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(await lines.next()).toBe(`AKA-REQ-AUTH ${IMSI}: vector, SEQ 1032, next IND 2`);
    expect(authenticate(send, second)).toMatch(/^db08/u);
  });

  it('serves the active pair of each card, and every pair of a list', async () => {
    const keyTable = { ...DEFAULT_PROFILE.keyTable, active: 1 };
    const active = { ...DEFAULT_PROFILE, keyTable };
    await writeJson('active-1.json', active);
    const subscribers = [{ imsi: OTHER, pair: PAIR_0 }];
    await writeJson('list.json', { format: 'vuicc-subscribers/1', subscribers });
    await start('--card', 'active-1.json', '--subscribers', 'list.json');
    const byPair1 = await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(authenticate(card(active), byPair1)).toMatch(/^db08/u);
    expect(authenticate(card(), byPair1)).toBe('9862');
    const byPair0 = await hostapd.ask(`AKA-REQ-AUTH ${OTHER}`);
    expect(authenticate(card(), byPair0)).toMatch(/^db08/u);
  });

  it("serves a card with another pair that has an algorithm of somebody's own", async () => {
    const { opc: _, ...own } = { ...DEFAULT_PROFILE.keyTable.entries[1]!, algorithm: 'own' };
    const keyTable = { active: 0, entries: [PAIR_0!, own] };
    await writeJson('own-other.json', { ...DEFAULT_PROFILE, keyTable });
    await start('--card', 'own-other.json');
    const answer = await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(authenticate(card(), answer)).toMatch(/^db/u);
  });

  it('has the AMF that is asked for, else one with the separation bit', async () => {
    const amfOf = (answer: string): string => answer.split(' ')[3]?.slice(12, 16) ?? '';
    const { end } = await start();
    expect(amfOf(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`))).toBe('8000');
    await end('SIGTERM');
    await start('--amf', '0001');
    expect(amfOf(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`))).toBe('0001');
  });

  it('makes SEQ of the time, when it is told to', async () => {
    const { lines } = await start('--log', '--sqn-profile', '1');
    const send = card();
    const seqOf = async (): Promise<number> =>
      Number(/SEQ (?<seq>\d+),/u.exec(await lines.next())?.groups?.seq);
    let last = 0;
    for (let n = 0; n < 3; n++) {
      expect(authenticate(send, await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`))).toMatch(/^db08/u);
      const seq = await seqOf();
      expect(seq).toBeGreaterThan(last);
      last = seq;
    }
    // A counter would be at 3: the clock has 24 bits.
    expect(last).toBeLessThan(2 ** 25);
    expect(last).not.toBe(3);
  });

  it('takes the INDs that it is told to', async () => {
    await start('--ind', '3/4');
    const { key } = authenticationOf(pairFromProfile(PAIR_0!), fromHex('8000'));
    for (const ind of [3, 7, 11]) {
      const [, , rand = '', autn = ''] = (await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)).split(' ');
      const low = fromHex(autn)[5]! ^ key.challenge(fromHex(rand)).ak[5]!;
      expect(low % 32).toBe(ind);
    }
  });

  it('refuses what it does not serve, and says why in its log, without a secret', async () => {
    const { lines } = await start('--log');
    expect(await hostapd.ask(`AKA-REQ-AUTH ${OTHER}`)).toBe(`AKA-RESP-AUTH ${OTHER} FAILURE`);
    expect(await hostapd.ask(`SIM-REQ-AUTH ${IMSI} 9`)).toBe(`SIM-RESP-AUTH ${IMSI} FAILURE`);
    hostapd.tell(`AKA-AUTS ${IMSI} ${'00'.repeat(14)} ${'00'.repeat(16)}`);
    hostapd.tell('AKA-REQ-AUTH nobody');
    hostapd.tell('\u001b[2J');
    const answer = await hostapd.ask(`SIM-REQ-AUTH ${IMSI} 2`);
    const log = [];
    for (let n = 0; n < 6; n++) log.push(await lines.next());
    expect(log).toEqual([
      `AKA-REQ-AUTH ${OTHER}: refused: no subscriber has this IMSI`,
      `SIM-REQ-AUTH ${IMSI}: refused: expected 1 to 3 triplets`,
      `AKA-AUTS ${IMSI}: refused: no vector with this RAND is on its way`,
      'AKA-REQ-AUTH: refused: it is malformed',
      'a request: refused: the datagram is no ASCII text',
      `SIM-REQ-AUTH ${IMSI}: 2 triplets, SEQ 2, next IND 2`,
    ]);
    const secrets = answer
      .split(' ')
      .slice(2)
      .flatMap((triplet) => triplet.split(':'));
    for (const secret of secrets) expect(log.join('\n')).not.toContain(secret);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'removes its socket and ends when it gets %s',
    async (signal) => {
      const { end } = await start();
      expect(existsSync(join(program.folder(), socket))).toBe(true);
      expect(await end(signal)).toBe(0);
      expect(existsSync(join(program.folder(), socket))).toBe(false);
    },
  );

  it('ends when its perl does, and another takes over what is left', async () => {
    const { lines, pid, closed } = await start('--state', `${number}.state`);
    const [perl] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    process.kill(Number(perl), 'SIGKILL');
    expect(await lines.next()).toBe(`vuicc: ${socket}: perl has ended: the socket is gone`);
    expect(await closed).toEqual([2, null]);
    await start('--state', `${number}.state`);
    expect(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)).toMatch(SOUND);
  });
});

describe('vuicc auc --state', () => {
  const seqAfter = async (lines: Mailbox<string>): Promise<string> => {
    expect(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)).toMatch(SOUND);
    return (await lines.next()).replace(/^.*: /u, '');
  };

  it('goes on where it was, after a signal and after SIGKILL', async () => {
    const state = `${number}.state`;
    for (const [n, signal] of (['SIGTERM', 'SIGKILL', 'SIGTERM'] as const).entries()) {
      const { lines, end } = await start('--log', '--state', state);
      expect(await seqAfter(lines)).toBe(`vector, SEQ ${n + 1}, next IND ${n + 1}`);
      await end(signal);
    }
    const path = join(program.folder(), state);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const octets = toHex(await readFile(path));
    for (const key of [PAIR_0?.k, PAIR_0?.opc]) expect(octets).not.toContain(key?.toLowerCase());
  });

  it('keeps the numbers of those that it does not serve this time', async () => {
    const state = `${number}.state`;
    const first = await start('--log', '--state', state);
    expect(await seqAfter(first.lines)).toContain('SEQ 1,');
    await first.end('SIGTERM');
    const subscribers = [{ imsi: OTHER, pair: PAIR_1 }];
    await writeJson('other.json', { format: 'vuicc-subscribers/1', subscribers });
    const second = await start('--subscribers', 'other.json', '--state', state);
    expect(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)).toContain('FAILURE');
    expect(await hostapd.ask(`AKA-REQ-AUTH ${OTHER}`)).toMatch(SOUND);
    await second.end('SIGTERM');
    const third = await start('--log', '--state', state);
    expect(await seqAfter(third.lines)).toContain('SEQ 2,');
  });

  it('refuses while the disk is full, and goes on where it was', async () => {
    const state = `${number}.state`;
    const child = spawn(
      'bash',
      [
        '-c',
        `trap '' XFSZ; ulimit -f 1; exec "$@"`,
        'bash',
        process.execPath,
        ...[program.main(), 'auc', '--socket', socket, '--state', state],
      ],
      { cwd: program.folder(), stdio: ['pipe', 1, 'pipe'] },
    );
    children.add(child);
    const lines = new Mailbox<string>();
    createInterface({ input: child.stderr! }).on('line', lines.put);
    await lines.next();
    let made = 0;
    while ((await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)) !== `AKA-RESP-AUTH ${IMSI} FAILURE`) made++;
    expect(made).toBeGreaterThan(10);
    expect(await lines.next()).toMatch(/\(EFBIG\): the AuC refuses all requests until it can$/u);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    const after = await start('--log', '--state', state);
    expect(await seqAfter(after.lines)).toContain(`SEQ ${made + 1},`);
  });

  it('begins at 0 without it', async () => {
    for (const signal of ['SIGTERM', 'SIGTERM'] as const) {
      const { lines, end } = await start('--log');
      expect(await seqAfter(lines)).toContain('SEQ 1,');
      await end(signal);
    }
  });
});

describe('vuicc auc is refused', () => {
  const run = (...args: string[]) => program.run(['auc', '--socket', socket, ...args]);

  it('without a socket, and where it cannot have one', async () => {
    expect(await program.run(['auc'])).toEqual(
      refusal("required option '--socket <path>' not specified"),
    );
    socket = 'no/a.sock';
    expect(await run()).toEqual(refusal('no/a.sock: cannot be made (No such file or directory)'));
  });

  it('while another process has the socket, which goes on', async () => {
    await start();
    expect(await run()).toEqual(refusal(`${socket}: another process is using it`));
    expect(await hostapd.ask(`AKA-REQ-AUTH ${IMSI}`)).toMatch(SOUND);
  });

  it('while another process has the state file', async () => {
    const state = `${number}.state`;
    await start('--state', state);
    const { code, stderr } = await program.run(['auc', '--socket', 'b.sock', '--state', state]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `vuicc: ${join(program.folder(), state)}: another process is using it\n`,
    });
    expect(existsSync(join(program.folder(), 'b.sock'))).toBe(false);
  });

  it('with the state file of a card, and a card with that of an AuC', async () => {
    await program.run(['apdu', '--state', 'card.state', '00A40004023F00']);
    const another = 'it is no file of an AuC; name another';
    expect(await run('--state', 'card.state')).toEqual(
      refusal(`card.state: ${another}, or move it away to begin with new sequence numbers`),
    );
    const { end } = await start('--state', 'auc.state');
    await end('SIGTERM');
    const { code, stderr } = await program.run(['apdu', '--state', 'auc.state', '00A40004023F00']);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('it belongs to another card profile');
  });

  it('with a state file that is damaged', async () => {
    const { end } = await start('--state', 'damaged.state');
    await end('SIGTERM');
    const path = join(program.folder(), 'damaged.state');
    const octets = await readFile(path);
    await writeFile(path, octets.with(20, octets[20]! ^ 1));
    const remedy = 'restore a copy, or move it away to begin with new sequence numbers';
    expect(await run('--state', 'damaged.state')).toEqual(
      refusal(`damaged.state: state file/header at octet 0: its checksum is wrong; ${remedy}`),
    );
  });

  it("with a pair whose algorithm is somebody's own", async () => {
    const { algorithm: _, opc: _opc, ...rest } = PAIR_0!;
    const pair = { ...rest, algorithm: 'own' };
    const expected = 'expected "milenage", "tuak" or "xor", which need no program, found "own"';
    await writeJson('own.json', { ...DEFAULT_PROFILE, keyTable: { active: 0, entries: [pair] } });
    expect(await run('--card', 'own.json')).toEqual(
      refusal(`own.json: $.keyTable.entries[0].algorithm: ${expected}`),
    );
    const subscribers = [{ imsi: IMSI, pair }];
    await writeJson('own-subscribers.json', { format: 'vuicc-subscribers/1', subscribers });
    expect(await run('--subscribers', 'own-subscribers.json')).toEqual(
      refusal(`own-subscribers.json: $.subscribers[0].pair.algorithm: ${expected}`),
    );
  });

  it('with an IMSI twice, a wrong AMF or IND, or a file that is none', async () => {
    await writeJson('card.json', DEFAULT_PROFILE);
    const twice = `--card, --subscribers: IMSI ${IMSI} is there twice`;
    expect(await run('--card', 'card.json', '--card', 'card.json')).toEqual(refusal(twice));
    expect(await run('--amf', '80')).toEqual(refusal('--amf: expected 4 hex digits, found 2'));
    expect(await run('--card', 'no.json')).toEqual(refusal('no.json: cannot be read (ENOENT)'));
    expect(await run('--subscribers', 'no.json')).toEqual(
      refusal('no.json: cannot be read (ENOENT)'),
    );
    const choices = "argument '4' is invalid. Allowed choices are 1, 2, 3.";
    expect(await run('--sqn-profile', '4')).toEqual(
      refusal(`option '--sqn-profile <number>' ${choices}`),
    );
    for (const ind of ['4/4', '0/33', '1', '-1/4', '0/0', 'x/4', '']) {
      const rule = '--ind: expected k/n with k below n and n at most 32';
      expect(await run('--ind', ind)).toEqual(refusal(`${rule}, found "${ind}"`));
    }
    const sqn = { ...PAIR_0!.sqn, indBits: 2 };
    const subscribers = [{ imsi: OTHER, pair: { ...PAIR_0, sqn } }];
    await writeJson('narrow.json', { format: 'vuicc-subscribers/1', subscribers });
    const both = ['--card', 'card.json', '--subscribers', 'narrow.json'];
    const narrow = '--ind: expected k/n with k below n and n at most 4, found "0/5"';
    expect(await run(...both, '--ind', '0/5')).toEqual(refusal(narrow));
    const expected = '$.format: expected "vuicc-subscribers/1", found "vuicc-profile/1"';
    const { code, stderr } = await run('--subscribers', 'card.json');
    expect(code).toBe(2);
    expect(stderr).toContain(`card.json: ${expected}`);
    expect(existsSync(join(program.folder(), socket))).toBe(false);
  });
});
