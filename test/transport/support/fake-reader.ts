/**
 * A virtual reader as vpcd is one: it listens, cards connect, and it sends what a test tells it to.
 *
 *     reader.card()   the next card that is put in
 *     link.ask(hex)   one payload, and the payload that comes back
 *     link.send(hex)  one payload, without waiting
 *
 * Nothing waits for time to pass: a {@link Mailbox} gives what has come, or waits for it.
 *
 * @see docs/specs.md, "vpcd"
 * @module
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { encodeVpcdFrame, VpcdFrameReader } from '../../../src/transport/vpcd-frames.ts';

/**
 * Where the readers of this process listen. On Linux that is an address of its own, so that a card
 * that waits at a free port does not get into a reader of tests that run at the same time.
 */
export const HOST: string =
  process.platform === 'linux'
    ? `127.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}.2`
    : '127.0.0.1';

/** Things in the order in which they came, for one who asks for the next. */
export class Mailbox<T> {
  readonly #things: T[] = [];
  readonly #asking: ((thing: T) => void)[] = [];

  readonly put = (thing: T): void => {
    const asks = this.#asking.shift();
    if (asks === undefined) this.#things.push(thing);
    else asks(thing);
  };

  /** The next thing, as soon as it is there. */
  next(): Promise<T> {
    const [thing] = this.#things.splice(0, 1);
    if (thing !== undefined) return Promise.resolve(thing);
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  /** What has come and nobody has asked for; asks for all of it. */
  rest(): T[] {
    return this.#things.splice(0);
  }
}

/** The reader's end of the link to one card. */
export class Link {
  readonly socket: Socket;
  /** Payloads from the card, in hex. */
  readonly payloads: Mailbox<string> = new Mailbox<string>();
  /** What came from the card at once, in hex. */
  readonly chunks: string[] = [];
  readonly #frames = new VpcdFrameReader();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(toHex(chunk));
      this.#frames.push(chunk, (payload) => this.payloads.put(toHex(payload)));
    });
  }

  /** Sends a payload. */
  send(hex: string): void {
    this.socket.write(encodeVpcdFrame(fromHex(hex)));
  }

  /** Sends octets that need not be a frame. */
  sendOctets(hex: string): void {
    this.socket.write(fromHex(hex));
  }

  /** Sends a payload; gives the one that comes back. */
  ask(hex: string): Promise<string> {
    this.send(hex);
    return this.payloads.next();
  }

  /** Waits for the card to go. */
  async gone(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }
}

/** A reader with one slot. */
export class FakeReader {
  readonly port: number;
  readonly #server: Server;
  readonly #links = new Mailbox<Link>();
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#links.put(new Link(socket));
    });
  }

  /** @param port any that is free when it is 0 */
  static async listen(port = 0): Promise<FakeReader> {
    const server = createServer();
    server.listen(port, HOST);
    await once(server, 'listening');
    return new FakeReader(server);
  }

  /** The next card that is put in. */
  card(): Promise<Link> {
    return this.#links.next();
  }

  /** Stops, as pcscd does: the cards are thrown out, and nobody listens any more. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A port at which nobody listens. */
export async function unusedPort(): Promise<number> {
  const reader = await FakeReader.listen();
  await reader.stop();
  return reader.port;
}
