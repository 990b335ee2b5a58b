/**
 * Debian's pcscd with vsmartcard's virtual reader, of which nobody else on this machine notices.
 *
 *     network namespace   127.0.0.1:35963, 35964     the reader's slots; cards connect from inside
 *     mount namespace     /run/pcscd ─▶ temp folder  its socket; programs outside reach it there
 *
 * So another pcscd may run, and so may several of these. A process that does nothing holds the
 * namespaces while pcscd is killed and started again. All processes die with this one, however it
 * ends.
 *
 * The driver sends length and body of a frame apart, and a kernel that delays its ACK makes 44 ms
 * of each APDU; the routes of the namespace acknowledge at once.
 *
 * @see docs/pcsc.md
 * @module
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** The reader's slots, by their number. */
export const SLOTS: readonly string[] = ['Virtual PCD 00 00', 'Virtual PCD 00 01'];

const INSTALL = 'apt-get install pcscd vsmartcard-vpcd opensc iproute2 util-linux';
const PROGRAMS = ['pcscd', 'unshare', 'nsenter', 'setpriv', 'ip', 'mount', 'opensc-tool'];
const READER_CONF = '/etc/reader.conf.d/vpcd';
/** Where Debian has what only root uses. */
const PATH: string = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
/** Ports 35963 and 35964 in a line of /proc/net/tcp that tells of a listener. */
const LISTENERS: readonly RegExp[] = [/:8C7B \S+ 0A /u, /:8C7C \S+ 0A /u];

const LIMIT_MS = 20_000;
const LOOK_MS = 20;

/** Runs inside, before anything else: $1 is the folder that becomes /run/pcscd. */
const HOLD = `
set -e
ip link set lo up
for to in 127.0.0.0/8 127.0.0.1; do
  ip route change table local local $to dev lo proto kernel scope host src 127.0.0.1 quickack 1
done
[ -d /run/pcscd ] || { mount -t tmpfs none /run; mkdir /run/pcscd; }
mount --bind "$1" /run/pcscd
echo ready
exec cat
`;

/** What comes of a program that is not waited for. */
export type Stdio = 'pipe' | 'ipc';

/** A pcscd that runs, or was killed. */
export interface Pcscd {
  /** What a program outside needs in its environment. */
  readonly env: { readonly PCSCLITE_CSOCK_NAME: string };
  /** Starts a program that sees the reader at 127.0.0.1; its working directory is this one. */
  runInside(command: string, args: readonly string[], stdio?: Stdio): ChildProcess;
  /** Waits until pcscd has noticed that a card is in a slot, or is no longer. */
  whenCard(slot: number, isThere: boolean): Promise<void>;
  /** Kills pcscd and waits for its end; SIGKILL unless another signal is named. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Kills pcscd if it runs, and starts it anew in the same place. */
  restart(): Promise<void>;
  /** Ends everything, and removes the folder. */
  stop(): Promise<void>;
  /** What pcscd has written. */
  log(): string;
}

async function isProgram(name: string): Promise<boolean> {
  for (const folder of PATH.split(delimiter)) {
    const found = access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (await found) return true;
  }
  return false;
}

async function expectPrograms(): Promise<void> {
  const missing: string[] = [];
  for (const name of PROGRAMS) if (!(await isProgram(name))) missing.push(name);
  await access(READER_CONF).catch(() => missing.push(READER_CONF));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}; ${INSTALL}`);
}

/** Looks again and again until something is so. */
async function until(what: string, look: () => Promise<boolean>, log: () => string): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`not seen: ${what}\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const link = connect(socket);
    link.once('connect', () => {
      link.destroy();
      resolve(true);
    });
    link.once('error', () => resolve(false));
  });
}

class Daemon implements Pcscd {
  readonly env: Pcscd['env'];
  readonly #folder: string;
  readonly #holder: ChildProcess;
  readonly #inside: ChildProcess[] = [];
  #pcscd: ChildProcess | undefined;
  #log = '';

  constructor(folder: string) {
    this.#folder = folder;
    this.env = { PCSCLITE_CSOCK_NAME: join(folder, 'run', 'pcscd.comm') };
    const namespaces = ['--net', '--mount', ...(isRoot() ? [] : ['--user', '--map-root-user'])];
    const shell = ['setpriv', '--pdeathsig', 'KILL', 'sh', '-c', HOLD, 'sh', join(folder, 'run')];
    this.#holder = this.#heard(spawn('unshare', [...namespaces, ...shell], this.#options()));
  }

  /** Waits for the namespaces, then for pcscd. */
  async begin(): Promise<void> {
    const { stdout, pid } = this.#holder;
    await new Promise<void>((resolve, reject) => {
      stdout?.once('data', () => resolve());
      this.#holder.once('close', () => reject(new Error(`no namespaces (${pid})\n${this.#log}`)));
    });
    await this.restart();
  }

  runInside(command: string, args: readonly string[], stdio: Stdio = 'pipe'): ChildProcess {
    const namespaces = [
      '--net',
      '--mount',
      ...(isRoot() ? [] : ['--user', '--preserve-credentials']),
    ];
    const target = ['--target', String(this.#holder.pid), ...namespaces, `--wd=${process.cwd()}`];
    const child = ['setpriv', '--pdeathsig', 'KILL', command, ...args];
    const options = this.#options(stdio);
    const started = spawn('nsenter', [...target, ...child], options);
    this.#inside.push(started);
    return started;
  }

  async whenCard(slot: number, isThere: boolean): Promise<void> {
    const reader = SLOTS[slot];
    const seen = new RegExp(`^\\d+ +${isThere ? 'Yes' : 'No'} .*${reader}$`, 'mu');
    // A pcscd that waits for a card does not answer, and neither does the program that asks it.
    const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
    const options = { env: { ...process.env, PATH, ...this.env }, ...limits };
    const look = async (): Promise<boolean> => {
      const list = promisify(execFile)('opensc-tool', ['-l'], options);
      return list.then(
        ({ stdout }) => seen.test(stdout),
        () => false,
      );
    };
    await until(`${isThere ? 'a' : 'no'} card in ${reader}`, look, () => this.#log);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pcscd = this.#pcscd;
    if (pcscd === undefined) return;
    this.#pcscd = undefined;
    pcscd.kill(signal);
    await ended(pcscd);
  }

  async restart(): Promise<void> {
    await this.kill();
    const run = join(this.#folder, 'run');
    // After SIGKILL its files are still there, and the next pcscd would take them for a living one.
    await rm(this.env.PCSCLITE_CSOCK_NAME, { force: true });
    await rm(join(run, 'pcscd.pid'), { force: true });
    const pcscd = this.#heard(
      this.runInside('pcscd', ['--foreground', '--info', '-c', join(this.#folder, 'conf')]),
    );
    this.#pcscd = pcscd;
    const look = async (): Promise<boolean> => {
      if (pcscd.exitCode !== null) throw new Error(`pcscd has ended\n${this.#log}`);
      const table = await readFile(`/proc/${this.#holder.pid}/net/tcp`, 'utf8');
      const hasReader = LISTENERS.every((listener) => listener.test(table));
      return hasReader && (await isListening(this.env.PCSCLITE_CSOCK_NAME));
    };
    await until('pcscd and its reader', look, () => this.#log);
  }

  async stop(): Promise<void> {
    const all = [...this.#inside, this.#holder];
    for (const child of all) child.kill('SIGKILL');
    await Promise.all(all.map(ended));
    await rm(this.#folder, { recursive: true, force: true });
  }

  log(): string {
    return this.#log;
  }

  #options(stdio: Stdio = 'pipe'): { stdio: ('pipe' | 'ipc')[]; env: NodeJS.ProcessEnv } {
    const pipes: ('pipe' | 'ipc')[] = ['pipe', 'pipe', 'pipe'];
    return { stdio: stdio === 'ipc' ? [...pipes, 'ipc'] : pipes, env: { ...process.env, PATH } };
  }

  #heard(child: ChildProcess): ChildProcess {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
      });
    }
    child.on('error', (error) => {
      this.#log += error.message;
    });
    return child;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Starts pcscd, and waits until its reader is there.
 *
 * @throws {Error} a program is missing: the message says what to install; or pcscd does not start
 */
export async function startPcscd(): Promise<Pcscd> {
  await expectPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'vuicc-pcscd-'));
  await mkdir(join(folder, 'run'));
  await mkdir(join(folder, 'conf'));
  await copyFile(READER_CONF, join(folder, 'conf', 'vpcd'));
  const daemon = new Daemon(folder);
  try {
    await daemon.begin();
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return daemon;
}
