/**
 * EAP-AKA, EAP-SIM and EAP-AKA' between programs of others: hostapd with our AuC, and eapol_test
 * with our card. The commands are those of docs/eap-aka.md, in its order, and so are the files.
 *
 *     eapol_test ── PC/SC ── pcscd, vpcd ── vuicc serve vpcd
 *         │ RADIUS
 *     hostapd ── UNIX datagrams ── vuicc auc
 *
 * All of it is in the namespaces of the pcscd: nobody else has its ports, reader or card. Debian's
 * hostapd and eapol_test 2.10 have EAP-AKA' on both ends, so nothing of the page is left out.
 *
 * @see docs/eap-aka.md; 3GPP TS 33.102 §6.3.5
 * @module
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { ROOT } from '../support/source.ts';
import { type PageCommand, readPage } from './support/page.ts';
import { type Pcscd, startPcscd } from './support/pcscd.ts';

const INSTALL = 'apt-get install hostapd eapoltest pcsc-tools';
const LIMIT_MS = 20_000;
const LOOK_MS = 20;
const IMSI_A = '001010123456789';
const IMSI_B = '001020000000001';
const VUICC = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(ROOT, 'src/cli/main.ts'),
];

const { files, commands, log: logged } = readPage('docs/eap-aka.md');
const left = [...commands];
const said = [...logged];
let pcscd: Pcscd;
let folder = '';
const running = new Map<string, Running>();

interface Running {
  readonly child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

/** Starts a command line of the page in the folder, with the program of this checkout. */
function start(command: string): Running {
  const line = command.replaceAll('npx vuicc', VUICC.join(' '));
  const script = /[|>]/u.test(line) ? `set -o pipefail; ${line}` : `exec ${line}`;
  const child = pcscd.runInside('bash', ['-c', `cd '${folder}'; ${script}`]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

/** Tells whether lines are there, in this order, each as the beginning of a line. */
function holds(output: string, lines: readonly string[]): boolean {
  let at = 0;
  return lines.every((line) => {
    const found = `\n${output}`.indexOf(`\n${line}`, at);
    at = found + 1;
    return found >= 0;
  });
}

async function until(isSo: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(what());
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Takes the next command of the page. */
function next(beginning: string): PageCommand {
  const command = left.shift();
  if (command?.command.startsWith(beginning) !== true) {
    throw new Error(`docs/eap-aka.md: expected "${beginning}…", found "${command?.command}"`);
  }
  return command;
}

/** Starts a program that stays, and waits until it says what the page says. */
async function stays(name: string, beginning: string): Promise<void> {
  const { command, output } = next(beginning);
  const program = start(command);
  running.set(name, program);
  let hasEnded = false;
  void program.ended.then(() => {
    hasEnded = true;
  });
  const said = (): string => `${command}: expected ${output.join(', ')}\n${program.output()}`;
  await until(() => {
    if (hasEnded) throw new Error(`${said()} (${INSTALL})`);
    return holds(program.output(), output);
  }, said);
}

/** Runs a command to its end, and looks for what the page says that it prints. */
async function prints(beginning: string): Promise<string> {
  const { command, output } = next(beginning);
  return runs(command, output);
}

async function runs(command: string, lines: readonly string[]): Promise<string> {
  const program = start(command);
  const code = await program.ended;
  const printed = program.output();
  if (!holds(printed, lines)) {
    const expected = `ended with ${code} (${INSTALL}), expected ${lines.join(', ')}`;
    throw new Error(`${command}: ${expected}\n${printed}`);
  }
  const fails = lines.at(-1) === 'FAILURE';
  if ((code === 0) === fails) throw new Error(`${command}: ended with ${code}\n${printed}`);
  return printed;
}

async function ends(name: string): Promise<void> {
  const program = running.get(name);
  running.delete(name);
  program?.child.kill('SIGTERM');
  await program?.ended;
}

/** What the AuC has said since it was started, without its first line. */
function log(name: string): readonly string[] {
  const lines = running.get(name)?.output().trimEnd().split('\n') ?? [];
  return lines.slice(1);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-eap-'));
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  pcscd = await startPcscd();
});

afterAll(async () => {
  for (const name of [...running.keys()].reverse()) await ends(name);
  await pcscd?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A request that the test makes beside the page. */
function eapol(configuration: string, port: number, lines: readonly string[]): Promise<string> {
  return runs(`eapol_test -c ${configuration} -a 127.0.0.1 -p ${port} -s secret -t 20`, lines);
}

/** Ends an AuC, and puts another in its place. */
async function replace(name: string, args: string): Promise<void> {
  await ends(name);
  const program = start(`npx vuicc auc ${args} --log`);
  running.set(name, program);
  await until(
    () => program.output().startsWith('waiting for hostapd'),
    () => program.output(),
  );
}

it('authenticates by EAP-AKA', async () => {
  await stays('card', 'npx vuicc serve vpcd');
  await pcscd.whenCard(0, true);
  await stays('A', 'npx vuicc auc');
  await stays('server A', 'hostapd');
  const printed = await prints('eapol_test -c aka.conf');
  expect(printed).toContain('SCARD: PIN verified successfully');
  expect(log('A')).toEqual(said.splice(0, 1));
});

it('authenticates by EAP-SIM through the GSM context, and by EAP-AKA prime', async () => {
  const gsm = await prints('eapol_test -c sim.conf');
  expect(gsm.match(/SCARD: GSM auth - Kc/gu)).toHaveLength(3);
  const prime = await prints('eapol_test -c aka-prime.conf');
  expect(prime).toContain("EAP method (50, AKA')");
  expect(log('A').slice(1)).toEqual([
    `SIM-REQ-AUTH ${IMSI_A}: 3 triplets, SEQ 4, next IND 4`,
    `AKA-REQ-AUTH ${IMSI_A}: vector, SEQ 5, next IND 5`,
  ]);
});

it('resynchronises by AUTS when the AuC is behind', async () => {
  await ends('A');
  expect(existsSync(join(folder, 'auc.sock'))).toBe(false);
  await stays('A', 'npx vuicc auc');
  await prints('eapol_test -c aka.conf');
  expect(log('A')).toEqual(said.splice(0, 3));
});

it('changes the operator over the air: B serves the card, and A no longer does', async () => {
  await stays('B', 'npx vuicc auc');
  await stays('server B', 'hostapd');
  await prints('eapol_test -c aka.conf');
  expect(log('B')).toEqual([`AKA-REQ-AUTH ${IMSI_A}: refused: no subscriber has this IMSI`]);
  await prints('npx vuicc ota seal');
  await prints('echo reset');
  await prints('scriptor');
  await prints('eapol_test -c aka.conf');
  expect(log('B').at(-1)).toBe(`AKA-REQ-AUTH ${IMSI_B}: vector, SEQ 1, next IND 1`);
  await prints('eapol_test -c aka.conf');
  expect(log('A').slice(3)).toEqual(said.splice(0));
  expect(left).toEqual([]);
});

it('is refused by the card under the K that it has left', async () => {
  const [pair] = DEFAULT_PROFILE.keyTable.entries;
  const subscribers = [{ imsi: IMSI_B, pair }];
  const list = { format: 'vuicc-subscribers/1', subscribers };
  await writeFile(join(folder, 'old.json'), JSON.stringify(list));
  await replace('A', '--socket auc.sock --subscribers old.json');
  await eapol('aka.conf', 18120, ['SCARD: UMTS auth failed - MAC != XMAC', 'FAILURE']);
  expect(log('A')).toEqual([`AKA-REQ-AUTH ${IMSI_B}: vector, SEQ 1, next IND 1`]);
});

it('needs the separation bit of AMF for EAP-AKA prime alone', async () => {
  const without = '--socket b.sock --subscribers b.json --state b.state --amf 0000';
  await replace('B', without);
  await eapol('aka-prime.conf', 18121, ["EAP-AKA': AMF separation bit not set", 'FAILURE']);
  await eapol('aka.conf', 18121, ['SUCCESS']);
  expect(log('B')).toEqual([
    `AKA-REQ-AUTH ${IMSI_B}: vector, SEQ 2, next IND 2`,
    `AKA-REQ-AUTH ${IMSI_B}: vector, SEQ 3, next IND 3`,
  ]);
});

it('fails while no AuC is there, and goes on when it is back', async () => {
  await ends('B');
  await eapol('aka.conf', 18121, ['FAILURE']);
  await replace('B', '--socket b.sock --subscribers b.json --state b.state');
  await eapol('aka.conf', 18121, ['SUCCESS']);
  expect(log('B')).toEqual([`AKA-REQ-AUTH ${IMSI_B}: vector, SEQ 4, next IND 4`]);
});
