/**
 * The card behind Debian's pcscd and vsmartcard's virtual reader, and the programs that use it:
 * the reader of this package, and programs that know nothing of it.
 *
 * The package `smartcard` must be there: npm install --no-save --save-peer smartcard@3.7.0
 *
 * @see ETSI TS 102 221 §7.3.1, §9.5; docs/subscription-change.md
 * @module
 */

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CardConnection, ConnectionLost } from '../../src/apdu/connection.ts';
import { guardedPins, LastTryRefused } from '../../src/apdu/pin-guard.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { runProcedureAsync } from '../../src/me/procedure.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { listReaders, openReader, type PcscConnection } from '../../src/transport/pcsc.ts';
import { scriptedNetwork } from '../me/world.ts';
import { runProgram, vuicc } from './support/foreign-program.ts';
import { type Pcscd, SLOTS, startPcscd } from './support/pcscd.ts';
import { type ServedCard, serveCard } from './support/served-card.ts';

const [READER = ''] = SLOTS;
const WRONG_PIN1 = '002000010839393939FFFFFFFF';
const PIN1 = '002000010831323334FFFFFFFF';
const TRIES = '0020000100';

let pcscd: Pcscd;
let served: ServedCard | undefined;
let folder = '';
const opened: PcscConnection[] = [];

async function open(name = READER): Promise<PcscConnection> {
  const connection = await openReader({ name });
  opened.push(connection);
  return connection;
}

async function send(card: CardConnection, command: string): Promise<string> {
  return toHex(await card.transmit(fromHex(command))).toUpperCase();
}

async function failure(outcome: Promise<unknown>): Promise<string> {
  const error = await outcome.then(() => 'nothing was refused', String);
  return error;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-pcsc-'));
  pcscd = await startPcscd();
  Object.assign(process.env, pcscd.env);
});

afterEach(async () => {
  for (const connection of opened.splice(0)) await connection.close();
  await served?.remove();
  served = undefined;
});

afterAll(async () => {
  await pcscd?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a card in the virtual reader', () => {
  it('gives the ATR of the profile, at each reset', async () => {
    served = await serveCard(pcscd);
    const card = await open();
    expect(card.reader).toBe(READER);
    expect(card.protocol).toBe('T=0');
    const atr = toHex(createUicc().reset());
    expect(toHex(await card.reset())).toBe(atr);
    expect(toHex(await card.reset())).toBe(atr);
  });

  it('gives each answer as it came', async () => {
    served = await serveCard(pcscd);
    const card = await open();
    expect(await send(card, '00A40804022FE2')).toBe('6119');
    expect(await send(card, '00C000001A')).toBe('6C19');
    expect(await send(card, '00C0000019')).toMatch(/^6217.{46}9000$/u);
    expect(await send(card, '00A40804022FE200')).toBe('6119');
    expect(await send(card, '00A40804022FFF')).toBe('6A82');
    expect(await send(card, '00B0000000')).toBe('6C0A');
    expect(await send(card, '80F2000C')).toBe('9000');
  });

  it('forgets at a reset what a reset clears, and when the reader was closed', async () => {
    served = await serveCard(pcscd);
    const card = await open();
    const isOpen = async (of: CardConnection): Promise<string> => {
      await send(of, '00A4040C10A0000000871002FFFFFFFF8900000100');
      return (await send(of, '00B0870009')).slice(-4);
    };
    expect(await send(card, PIN1)).toBe('9000');
    expect(await isOpen(card)).toBe('9000');
    await card.reset();
    expect(await isOpen(card)).toBe('6982');
    expect(await send(card, PIN1)).toBe('9000');
    await card.close();
    expect(await isOpen(await open())).toBe('6982');
  });

  it('answers case 4 at once over T=1', async () => {
    const atr = '3B9F96811FC78031E073FE2100675655494343303181';
    const profile = join(folder, 't1.json');
    await writeFile(profile, JSON.stringify({ ...DEFAULT_PROFILE, atr, protocol: 'T=1' }));
    served = await serveCard(pcscd, ['--card', profile]);
    const card = await open();
    expect(card.protocol).toBe('T=1');
    expect(await send(card, '00A40804022FE200')).toMatch(/^6217.{46}9000$/u);
    expect(await send(card, '80F2000C')).toBe('9000');
  });

  it('boots the virtual ME', async () => {
    served = await serveCard(pcscd);
    const me = new MobileEquipment({ pin: '1234' });
    const world = { card: guardedPins(await open()), network: scriptedNetwork() };
    const boot = await runProcedureAsync(me.boot(), world);
    expect(boot).toMatchObject({ ok: true, subscription: { imsi: DEFAULT_PROFILE.imsi } });
  });
});

describe('a reader', () => {
  it('is one of those that are listed', async () => {
    expect(await listReaders()).toEqual(SLOTS);
  });

  it('is refused with a list when no name or several fit', async () => {
    const list = SLOTS.map((name) => `"${name}"`).join(', ');
    expect(await failure(open('Gemalto'))).toBe(
      `ReaderError: reader "Gemalto": no reader has this name; expected one of ${list}`,
    );
    expect(await failure(open('virtual'))).toBe(
      `ReaderError: reader "virtual": several readers have this name; expected one of ${list}`,
    );
  });

  it('is refused when it has no card', async () => {
    const refused = `ReaderError: reader "${READER}": it has no card: put one in`;
    expect(await failure(open('00 00'))).toBe(refused);
  });

  it('is refused while another program has it, and belongs to nobody afterwards', async () => {
    served = await serveCard(pcscd);
    const first = await open();
    const refused = `ReaderError: reader "${READER}": another program uses its card`;
    expect(await failure(open())).toContain(refused);
    await first.close();
    expect(await send(await open(), TRIES)).toBe('63C3');
  });
});

describe('the guard', () => {
  it('refuses the last try, and the card still has it', async () => {
    served = await serveCard(pcscd);
    const reader = await open();
    const card = guardedPins(reader);
    expect(await send(card, WRONG_PIN1)).toBe('63C2');
    expect(await send(card, WRONG_PIN1)).toBe('63C1');
    for (const command of [WRONG_PIN1, PIN1]) {
      await expect(send(card, command)).rejects.toThrow(LastTryRefused);
    }
    await card.reset();
    await expect(send(card, PIN1)).rejects.toThrow('1 try is left');
    expect(await send(card, TRIES)).toBe('63C1');
    expect(await send(guardedPins(reader, { allowLastTry: true }), PIN1)).toBe('9000');
  });

  it('stops vuicc replay in one line, and --last-try does not', async () => {
    served = await serveCard(pcscd);
    const trace = join(folder, 'wrong.apdu');
    const wrong = `> ${WRONG_PIN1}\n< 63..\n`;
    await writeFile(trace, `reset\n< 3B ...\n${wrong.repeat(3)}`);
    const stopped = await vuicc(['replay', '--reader', '00 00', trace]);
    expect(stopped).toMatchObject({ code: 2, stdout: '' });
    expect(stopped.stderr).toMatch(
      /^vuicc: \S*wrong\.apdu: VERIFY PIN 01 was not sent: 1 try is left; [^\n]* --last-try\)\n$/u,
    );
    const card = await open();
    expect(await send(card, TRIES)).toBe('63C1');
    await card.close();
    const all = await vuicc(['replay', '--reader', '00 00', '--last-try', '--json', trace]);
    expect(all).toMatchObject({ code: 1, stderr: '' });
    expect(await send(await open(), TRIES)).toBe('63C0');
  });
});

describe('vuicc profile dump --reader', () => {
  it('reads the card in the reader, and says what it cannot', async () => {
    served = await serveCard(pcscd);
    const keys = ['--pin1', '1234', '--adm', '3131313131313131'];
    const out = join(folder, 'dump.json');
    const args = ['profile', 'dump', '--reader', '00 00', ...keys, '--out', out];
    expect(await vuicc(args)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'vuicc: keys and PINs are not those of the card, and applets are not told\n',
    });
    const { stdout } = await vuicc(['profile', 'diff', 'docs/default-profile.json', out]);
    const untold = /^\$\.(?:keyTable|applets|switches|pins\[\d\](?:\.unblock)?\.value)/u;
    expect(stdout.split('\n').filter((line) => line !== '' && !untold.test(line))).toEqual([]);
    expect(await vuicc(['profile', 'check', out])).toMatchObject({ code: 0 });
    const wrong = await vuicc(['profile', 'dump', '--reader', '00 00', '--pin1', '9999']);
    expect(wrong.stderr).toBe('vuicc: --reader: PIN1 is wrong, 2 tries are left\n');
  });
});

describe('vuicc replay --reader', () => {
  it('replays traces on the card in the reader, with the PINs of the profile', async () => {
    served = await serveCard(pcscd);
    const traces = ['select-and-fcp', 'read-binary'].map((name) => `apdu-traces/${name}.apdu`);
    const { code, stdout, stderr } = await vuicc(['replay', '--reader', '00 00', ...traces]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^\S+select-and-fcp\.apdu: ok, \d+ exchanges\n\S+: ok, \d+ exchanges\n$/u,
    );
    expect(code).toBe(0);
  });

  it('ends with one line when there is no such reader, or no card', async () => {
    const trace = 'apdu-traces/select-and-fcp.apdu';
    const [a, b] = SLOTS;
    const list = `no reader has this name; expected one of "${a}", "${b}"`;
    expect(await vuicc(['replay', '--reader', 'x', trace])).toEqual({
      code: 2,
      stdout: '',
      stderr: `vuicc: reader "x": ${list}\n`,
    });
    expect(await vuicc(['replay', '--reader', '00 00', trace])).toEqual({
      code: 2,
      stdout: '',
      stderr: `vuicc: reader "${READER}": it has no card: put one in\n`,
    });
  });
});

describe('a card that is lost', () => {
  const LOST = `ConnectionLost: reader "${READER}": `;

  it('is ConnectionLost when it is taken out, and can be reset when it is back', async () => {
    served = await serveCard(pcscd);
    const card = await open();
    await served.remove();
    expect(await failure(card.transmit(fromHex(TRIES)))).toContain(LOST);
    expect(await failure(card.reset())).toContain(LOST);
    served = await serveCard(pcscd);
    expect(toHex(await card.reset())).toBe(toHex(createUicc().reset()));
    expect(await send(card, TRIES)).toBe('63C3');
  });

  it('is ConnectionLost when pcscd is killed; another pcscd has the card again', async () => {
    served = await serveCard(pcscd);
    const card = await open();
    const me = new MobileEquipment({ pin: '1234' });
    const world = { card, network: scriptedNetwork() };
    expect((await runProcedureAsync(me.boot(), world)).ok).toBe(true);
    await pcscd.kill();
    await expect(card.transmit(fromHex(TRIES))).rejects.toThrow(ConnectionLost);
    await expect(card.reset()).rejects.toThrow(ConnectionLost);
    expect(await runProcedureAsync(me.poll(), world)).toMatchObject({ kind: 'card-lost' });
    expect(await failure(open())).toBe(
      'ReaderError: PC/SC: pcscd does not run: start it (systemctl start pcscd)',
    );
    await card.close();
    await pcscd.restart();
    await pcscd.whenCard(0, true);
    expect(await failure(card.reset())).toContain(LOST);
    expect(await send(await open(), TRIES)).toBe('63C3');
  });
});

describe('a card that never answers', () => {
  it('is ConnectionLost when pcscd is killed meanwhile', async () => {
    const silent = ['--import', 'tsx', 'test/interop/support/silent-card.ts'];
    const program = pcscd.runInside(process.execPath, silent);
    try {
      const asked = once(program.stdout!, 'data');
      await pcscd.whenCard(0, true);
      const card = await open();
      const lost = failure(card.transmit(fromHex('80F2000C00')));
      await asked;
      await pcscd.kill();
      expect(await lost).toContain(`ConnectionLost: reader "${READER}": `);
    } finally {
      // pcscd waits for the answer for ever, and would not see the next card.
      program.kill('SIGKILL');
      await pcscd.restart();
    }
  });
});

describe('a program that knows nothing of this one', () => {
  const SELECT = '00A40804022FE2';

  it('sees the card: opensc-tool', async () => {
    served = await serveCard(pcscd);
    const { stdout } = await runProgram('opensc-tool', ['-r', '0', '-a', '-s', SELECT]);
    const [atr] = stdout.split('\n');
    expect(atr?.replaceAll(':', '')).toBe(toHex(createUicc().reset()));
    expect(stdout).toContain('Received (SW1=0x90, SW2=0x00)');
  });

  it('sees the card: scriptor', async () => {
    served = await serveCard(pcscd);
    const { stdout } = await runProgram('scriptor', ['-r', READER], `${SELECT}\n`);
    expect(stdout).toMatch(/< 61 19/u);
  });
});
