/**
 * GSMTAP packets by UDP, to whoever reads along: Wireshark, or a program that decodes them.
 *
 *     card ── packet ──▶ waiting, at most 65536 ── 16 a millisecond, one by one ──▶ UDP
 *
 * A card answers many commands in one go, but a receiver has room for a few hundred datagrams only,
 * and what comes faster than it reads is dropped without a word. So a packet is handed over when
 * the one before it has been, and few at a time. Whether somebody listens is not known and does not
 * matter: a capture of the interface sees the packets all the same.
 *
 * @see docs/traces.md, "For Wireshark"; RFC 768 (UDP)
 * @module
 */

import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Endpoint, endpointText } from './endpoint.ts';
import { systemCode } from './locked-file.ts';

/** Packets that wait, at most: those of some hundred changes of subscription in one go. */
const WAITING_MAX = 65_536;
/** A receiver that is busy for 15 ms loses nothing at Linux's usual 208 KiB. */
const AT_ONCE = 16;
const PAUSE_MS = 1;
const IPV6 = 6;

/** Where packets go once the name is resolved. */
interface Target {
  readonly socket: Socket;
  readonly address: string;
}

/** Sends packets in their order. */
export class GsmtapSender {
  readonly #to: Endpoint;
  readonly #onProblem: (problem: string) => void;
  readonly #told = new Set<string>();
  /** `undefined` when there is nowhere to send to. */
  readonly #target: Promise<Target | undefined>;
  #waiting: Uint8Array[] = [];
  /** With those that were taken from `#waiting` to be sent next. */
  #left = 0;
  #sent = 0;
  #sending: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /**
   * Resolves the name, once; IPv4 goes first.
   *
   * @param onProblem hears once of each kind of problem; must not throw
   */
  constructor(to: Endpoint, onProblem: (problem: string) => void) {
    this.#to = to;
    this.#onProblem = onProblem;
    this.#target = this.#open().catch((error: unknown) => {
      this.#tell('no packet is sent', systemCode(error));
      return undefined;
    });
  }

  /** Takes one packet; it is kept until it is sent. Does not throw. */
  write(packet: Uint8Array): void {
    if (this.#closed !== undefined) return;
    if (this.#left >= WAITING_MAX) {
      this.#tell('packets are left out', `${WAITING_MAX} of them are waiting`);
      return;
    }
    this.#waiting.push(packet);
    this.#left++;
    this.#sending ??= this.#sendAll();
  }

  /** Waits until the last packet has left; a second time waits for the same. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #open(): Promise<Target> {
    const { address, family } = await lookup(this.#to.host, { order: 'ipv4first' });
    const socket = createSocket(family === IPV6 ? 'udp6' : 'udp4');
    socket.bind(0);
    await once(socket, 'listening');
    socket.on('error', (error) => this.#lose(error));
    // What is left to be sent keeps the program running; the socket alone does not.
    socket.unref();
    return { socket, address };
  }

  async #sendAll(): Promise<void> {
    const target = await this.#target;
    while (this.#waiting.length > 0) {
      const packets = this.#waiting;
      this.#waiting = [];
      for (const packet of packets) {
        if (target !== undefined) await this.#send(target, packet);
        this.#left--;
      }
    }
    this.#sending = undefined;
  }

  async #send({ socket, address }: Target, packet: Uint8Array): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        socket.send(packet, this.#to.port, address, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      this.#lose(error);
    }
    this.#sent++;
    if (this.#sent % AT_ONCE === 0) await pause(PAUSE_MS);
  }

  #lose(error: unknown): void {
    this.#tell('packets are lost', systemCode(error));
  }

  #tell(what: string, reason: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#onProblem(`GSMTAP to ${endpointText(this.#to)}: ${what} (${reason})`);
  }

  async #end(): Promise<void> {
    await this.#sending;
    const target = await this.#target;
    target?.socket.close();
  }
}
