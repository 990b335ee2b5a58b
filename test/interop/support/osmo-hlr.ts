/**
 * OsmoHLR with a database of its own, and a VLR that asks it for vectors by GSUP.
 *
 *     IPA     length 2 | protocol 1 | content       'FE' handshake, 'EE' '05' GSUP
 *     GSUP    type 1 | tag 1, length 1, value …     '08' asks for vectors, '0A' has them
 *
 * It listens on an address of its own of the loopback network: another one is not in the way.
 *
 * @see docs/export.md, "OsmoHLR"
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDigits } from '../../../src/bytes/bcd.ts';
import { concat, copyOf } from '../../../src/bytes/octets.ts';
import { collect, type Outcome } from '../../cli/support/program.ts';

const INSTALL = '(apt-get install osmo-hlr sqlite3)';
const ADDRESS = '127.0.77.33';
const GSUP_PORT = 4222;
const CONFIGURATION = `log stderr
 logging filter all 1
line vty
 bind ${ADDRESS}
ctrl
 bind ${ADDRESS}
hlr
 gsup
  bind ip ${ADDRESS}
`;

const HANDSHAKE = 0xfe;
const OSMOCOM = 0xee;
const GSUP = 0x05;
const PING = 0x00;
const PONG = 0x01;
const IDENTITY_GET = 0x04;
const IDENTITY_RESPONSE = 0x05;
const IDENTITY_ACK = 0x06;
const SITE = 0x08;
const UNIT_NAME = 0x01;
const SERIAL_NUMBER = 0x00;

const ASK_FOR_VECTORS = 0x08;
const VECTORS = 0x0a;
const IMSI_TAG = 0x01;
const VECTOR_TAG = 0x03;

/** One vector, all of it secret. */
export interface HlrVector {
  readonly rand: Uint8Array;
  readonly sres: Uint8Array;
  readonly kc: Uint8Array;
  readonly ik: Uint8Array;
  readonly ck: Uint8Array;
  readonly autn: Uint8Array;
  readonly res: Uint8Array;
}

/** Reads tags of one octet, with lengths of one octet. */
function elements(octets: Uint8Array): { readonly tag: number; readonly value: Uint8Array }[] {
  const found: { readonly tag: number; readonly value: Uint8Array }[] = [];
  for (let at = 0; at < octets.length; ) {
    const [tag = 0, length = 0] = octets.subarray(at, at + 2);
    found.push({ tag, value: copyOf(octets.subarray(at + 2, at + 2 + length)) });
    at += 2 + length;
  }
  return found;
}

function vectorOf(octets: Uint8Array): HlrVector {
  const values = new Map(elements(octets).map(({ tag, value }) => [tag, value]));
  const value = (tag: number): Uint8Array => {
    const own = values.get(tag);
    if (own === undefined) throw new Error(`a vector lacks ${tag.toString(16)}`);
    return own;
  };
  const [rand, sres, kc] = [value(0x20), value(0x21), value(0x22)];
  return { rand, sres, kc, ik: value(0x23), ck: value(0x24), autn: value(0x25), res: value(0x27) };
}

function frame(protocol: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  return concat(Uint8Array.of(length >> 8, length & 0xff, protocol), content);
}

/** Who asks: an address of a site, which says nothing here, and the name. */
function identity(name: string): Uint8Array {
  const element = (tag: number, text: string): Uint8Array => {
    const octets = new TextEncoder().encode(`${text}\0`);
    return concat(Uint8Array.of(0, octets.length + 1, tag), octets);
  };
  return concat(
    Uint8Array.of(IDENTITY_RESPONSE),
    element(SITE, '0/0/0'),
    element(UNIT_NAME, name),
    element(SERIAL_NUMBER, name),
  );
}

/** A VLR: one connection, which answers the handshake by itself. */
export class Vlr {
  readonly #socket: Socket;
  readonly #answers: Uint8Array[] = [];
  /** The HLR, which closes on strangers, has been told the name. */
  #isKnown = false;
  #wake: (() => void) | undefined;
  #rest: Uint8Array = new Uint8Array();

  constructor(socket: Socket, name: string) {
    this.#socket = socket;
    socket.on('data', (octets) => {
      this.#rest = concat(this.#rest, octets);
      for (let content = this.#next(); content !== undefined; content = this.#next()) {
        this.#receive(content, name);
      }
    });
    // "close" follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake?.());
  }

  /** Asks for the vectors of a subscriber. */
  async vectors(imsi: string): Promise<HlrVector[]> {
    const digits = encodeDigits(imsi);
    const question = Uint8Array.of(GSUP, ASK_FOR_VECTORS, IMSI_TAG, digits.length, ...digits);
    await this.#until(() => this.#isKnown);
    this.#socket.write(frame(OSMOCOM, question));
    await this.#until(() => this.#answers.length > 0);
    const answer = this.#answers.shift() ?? new Uint8Array();
    if (answer[0] !== VECTORS) throw new Error(`osmo-hlr answers ${answer[0]} for ${imsi}`);
    return elements(answer.subarray(1)).flatMap(({ tag, value }) =>
      tag === VECTOR_TAG ? [vectorOf(value)] : [],
    );
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#socket.destroyed) throw new Error('osmo-hlr has closed the connection');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Takes one whole frame off what has come: protocol and content. */
  #next(): Uint8Array | undefined {
    const [high = 0, low = 0] = this.#rest;
    const end = 3 + high * 256 + low;
    if (this.#rest.length < Math.max(3, end)) return undefined;
    const content = copyOf(this.#rest.subarray(2, end));
    this.#rest = copyOf(this.#rest.subarray(end));
    return content;
  }

  #receive(content: Uint8Array, name: string): void {
    const [protocol, type] = content;
    if (protocol === OSMOCOM && type === GSUP) {
      this.#answers.push(content.subarray(2));
      this.#wake?.();
      return;
    }
    if (protocol !== HANDSHAKE) return;
    if (type === PING) this.#socket.write(frame(HANDSHAKE, Uint8Array.of(PONG)));
    if (type === IDENTITY_ACK) this.#socket.write(frame(HANDSHAKE, Uint8Array.of(IDENTITY_ACK)));
    if (type !== IDENTITY_GET) return;
    this.#socket.write(frame(HANDSHAKE, identity(name)));
    this.#isKnown = true;
    this.#wake?.();
  }
}

async function connected(name: string, attempts = 100): Promise<Vlr> {
  const socket = connect(GSUP_PORT, ADDRESS);
  try {
    await once(socket, 'connect');
    return new Vlr(socket, name);
  } catch (error) {
    socket.destroy();
    if (attempts === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return connected(name, attempts - 1);
  }
}

/** OsmoHLR, or its database alone. */
export class OsmoHlr {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Runs SQL on the database, as docs/export.md says. */
  sql(statements: string): Promise<Outcome> {
    const options = { cwd: this.#folder, input: statements };
    return collect('sqlite3', ['-bail', 'hlr.db'], options).catch(() => {
      throw new Error(`sqlite3 cannot be run ${INSTALL}`);
    });
  }

  /** Starts it, and connects a VLR. */
  async start(vlr: string): Promise<Vlr> {
    await writeFile(join(this.#folder, 'hlr.cfg'), CONFIGURATION);
    const args = ['--config-file', 'hlr.cfg', '--database', 'hlr.db'];
    this.#process = spawn('osmo-hlr', args, { cwd: this.#folder, stdio: 'ignore' });
    return connected(vlr);
  }

  /** Ends it and takes its files away. */
  async close(): Promise<void> {
    const process = this.#process;
    if (process !== undefined && process.exitCode === null) {
      process.kill('SIGTERM');
      await once(process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Makes an empty database, by the tool of OsmoHLR itself.
 *
 * @throws {Error} the program is missing or fails; the message says which package has it
 */
export async function makeOsmoHlr(): Promise<OsmoHlr> {
  const folder = await mkdtemp(join(tmpdir(), 'vuicc-hlr-'));
  const tool = 'osmo-hlr-db-tool';
  const made = await collect(tool, ['-l', 'hlr.db', 'create'], { cwd: folder }).catch(() => {
    throw new Error(`${tool} cannot be run ${INSTALL}`);
  });
  if (made.code !== 0) throw new Error(`${tool} ends with ${made.code}: ${made.stderr}`);
  return new OsmoHlr(folder);
}
