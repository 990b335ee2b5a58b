/**
 * The card in the hands of programs that others wrote, through Debian's pcscd.
 *
 *     scriptor, opensc-tool, pyscard ── PC/SC ── pcscd ── vpcd ──▶ vuicc serve vpcd
 *
 * @see docs/pcsc.md
 * @module
 */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { iccid, imsi } from '../../src/bytes/identity.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { personalise } from '../../src/profile/personalise.ts';
import { ROOT } from '../support/source.ts';
import { WITHOUT_PIN } from '../transport/support/kill-rounds.ts';
import { runProgram, vuicc } from './support/foreign-program.ts';
import { type Pcscd, SLOTS, startPcscd } from './support/pcscd.ts';
import { type ServedCard, serveCard } from './support/served-card.ts';
import { dissect, isMarked, MARKS } from './support/tshark.ts';

const PYTHON = '/usr/bin/python3';
const [SLOT_0 = '', SLOT_1 = ''] = SLOTS;
const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
const RESTARTS = 10;

let pcscd: Pcscd;
let folder = '';
let served: ServedCard | undefined;

beforeAll(async () => {
  pcscd = await startPcscd();
  Object.assign(process.env, pcscd.env);
  folder = await mkdtemp(join(tmpdir(), 'vuicc-foreign-'));
});
afterEach(async () => {
  await served?.remove();
  served = undefined;
});
afterAll(async () => {
  await pcscd?.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const program = (name: string): string => join(ROOT, 'test', 'interop', 'programs', name);

/** What a program prints, line by line, without what stands around it. */
function linesOf(stdout: string): string[] {
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('scriptor', () => {
  it('runs a script of commands and resets, with refusals among them', async () => {
    served = await serveCard(pcscd);
    const script = [
      'reset',
      '00 A4 04 04 10 A0 00 00 00 87 10 02 FF FF FF FF 89 00 00 01 00',
      '00 C0 00 00 02',
      '00 B0 87 00 09',
      '00 20 00 01 08 31 32 33 34 FF FF FF FF',
      '00 B0 87 00 09',
      '00 B0 87 00 00',
      '00 A4 00 04 02 6F 99',
      '00 FF 00 00 00',
      '',
    ].join('\n');
    const { stdout } = await runProgram('scriptor', ['-r', SLOT_0, '-p', 'T=0'], script);
    const answers = linesOf(stdout.replaceAll(/\n(?=[0-9A-F]{2} )/gu, ' '))
      .filter((line) => /^<|^> RESET|^< OK/u.test(line))
      .map((line) => line.replace(/ : .*$/u, ''));
    expect(answers).toEqual([
      '> RESET',
      expect.stringMatching(/^< OK: 3B 9F 96 80 1F C7 80 31 E0 73 FE 21/u),
      expect.stringMatching(/^< 61 ../u),
      expect.stringMatching(/^< 62 .. 61 ../u),
      '< 69 82',
      '< 90 00',
      '< 08 09 10 10 10 32 54 76 98 90 00',
      '< 6C 09',
      '< 6A 82',
      '< 6D 00',
    ]);
  });
});

describe('opensc-tool', () => {
  it('sends commands, and reads the ATR and the list of readers', async () => {
    served = await serveCard(pcscd);
    const commands = ['00A40804022FE2', '00B000000A'].flatMap((command) => ['-s', command]);
    const { stdout } = await runProgram('opensc-tool', ['-r', SLOT_0, ...commands]);
    expect(stdout).toContain('SW1=0x90, SW2=0x00):\n98 99 09 01 00 00 00 00 00 31 ');
    const atr = await runProgram('opensc-tool', ['-r', SLOT_0, '-a']);
    expect(linesOf(atr.stdout)[0]).toBe(
      '3b:9f:96:80:1f:c7:80:31:e0:73:fe:21:00:67:56:55:49:43:43:30:31:80',
    );
  });
});

describe('pyscard', () => {
  it('boots the USIM, works on its files, authenticates with the AES of openssl', async () => {
    served = await serveCard(pcscd, ['--log', '--pcap', at('boot.pcapng')]);
    const args = [program('boot_and_authenticate.py'), SLOT_0, PAIR!.k, PAIR!.opc!];
    const { stdout } = await runProgram(PYTHON, args);
    expect(linesOf(stdout)).toEqual([
      `IMSI ${DEFAULT_PROFILE.imsi}`,
      expect.stringMatching(/^AKA [0-9a-f]{16}$/u),
    ]);
    const log = served.log();
    expect(log).toMatch(/^> 0020000108\.{16}/mu);
    for (const secret of ['31323334', PAIR!.k, PAIR!.opc!]) {
      expect(log.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    await served.remove();
    served = undefined;
    const packets = await dissect(at('boot.pcapng'), ['gsm_sim.apdu.ins', ...MARKS]);
    expect(packets.length).toBeGreaterThan(30);
    expect(packets.filter(isMarked)).toEqual([]);
  });

  it('runs the program of the guide', async () => {
    served = await serveCard(pcscd);
    const guide = await readFile(join(ROOT, 'docs', 'pcsc.md'), 'utf8');
    const code = /```python\n(?<code>.*?)```/su.exec(guide)?.groups?.code ?? '';
    await writeFile(at('imsi.py'), code);
    const { stdout } = await runProgram(PYTHON, [at('imsi.py')]);
    expect(stdout).toBe(`IMSI ${DEFAULT_PROFILE.imsi}\n`);
    expect(guide).toContain(`    ${stdout.trim()}\n`);
  });

  it('is not needed: the virtual ME of the guide reads the same IMSI', async () => {
    served = await serveCard(pcscd);
    const guide = await readFile(join(ROOT, 'docs', 'pcsc.md'), 'utf8');
    const code = /```ts ignore\n(?<code>.*?)```/su.exec(guide)?.groups?.code ?? '';
    const source = code
      .replace("'vuicc'", JSON.stringify(join(ROOT, 'src', 'index.ts')))
      .replace("'vuicc/node'", JSON.stringify(join(ROOT, 'src', 'node.ts')));
    await writeFile(at('boot.mts'), source);
    const { stdout } = await runProgram(process.execPath, ['--import', 'tsx', at('boot.mts')]);
    expect(stdout).toBe(`IMSI ${DEFAULT_PROFILE.imsi}\n`);
  });
});

it('two cards in two slots do not mix, and each comes back from its own file', async () => {
  const identities = [
    { iccid: iccid('89999010000000000021'), imsi: imsi('001010000000021') },
    { iccid: iccid('89999010000000000039'), imsi: imsi('001010000000039') },
  ];
  const { entries } = DEFAULT_PROFILE.keyTable;
  for (const [slot, identity] of identities.entries()) {
    await writeFile(
      at(`${slot}.json`),
      JSON.stringify(personalise(DEFAULT_PROFILE, { ...identity, mncLength: 2, entries })),
    );
  }
  const options = [0, 1].flatMap((slot) => [
    ...['--card', at(`${slot}.json`)],
    ...['--state', at(`${slot}.state`)],
  ]);
  served = await serveCard(pcscd, options);
  await pcscd.whenCard(1, true);
  const { stdout } = await runProgram(PYTHON, [program('two_slots.py'), SLOT_0, SLOT_1]);
  expect(linesOf(stdout)).toEqual([...identities.map((card) => `IMSI ${card.imsi}`), 'rounds 100']);
  await served.remove();
  served = undefined;
  for (const slot of [0, 1]) {
    const outcome = await vuicc([
      ...['apdu', '--card', at(`${slot}.json`), '--state', at(`${slot}.state`)],
      '00A4040C10A0000000871002FFFFFFFF8900000100',
      '002000010831323334FFFFFFFF',
      '00A4000C026F7E',
      '00B000000B',
    ]);
    expect(linesOf(outcome.stdout).at(-1)).toBe(
      `00000063000000000000${slot.toString(16).padStart(2, '0')}9000`,
    );
  }
});

it(`pcscd is killed ${RESTARTS} times under load, and nothing answered is lost`, async () => {
  await writeFile(at('load.json'), JSON.stringify(WITHOUT_PIN));
  served = await serveCard(pcscd, ['--card', at('load.json'), '--state', at('load.state')]);
  let next = 1;
  let least = 0;
  for (let restart = 0; restart <= RESTARTS; restart++) {
    const child = spawn(PYTHON, [program('updates.py'), SLOT_0, String(next)]);
    const numbers: number[] = [];
    const after = 20 + ((restart * 37) % 60);
    for await (const line of createInterface({ input: child.stdout })) {
      numbers.push(Number(line));
      if (numbers.length === after) void pcscd.kill();
    }
    const [found = -1, ...answered] = numbers;
    expect(found, `after restart ${restart}`).toBeGreaterThanOrEqual(least);
    expect(found, `after restart ${restart}`).toBeLessThan(next + 1);
    expect(answered.length).toBeGreaterThanOrEqual(after - 1);
    least = answered.at(-1)!;
    // One more may have arrived whose answer did not.
    next = least + 2;
    await pcscd.restart();
    await pcscd.whenCard(0, true);
  }
  expect(served.log().match(/card inserted/gu)).toHaveLength(RESTARTS + 2);
});
