import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GsmtapSender } from '../../src/transport/gsmtap-sender.ts';

/** No resolver is asked for it: a label has 63 letters at most. */
const NO_NAME = `${'a'.repeat(64)}.invalid`;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Listens on an address, and keeps what arrives. */
async function receiver(
  type: 'udp4' | 'udp6',
  address: string,
): Promise<{
  readonly port: number;
  readonly received: Buffer[];
  whole(n: number): Promise<void>;
}> {
  const socket = createSocket(type);
  sockets.push(socket);
  const received: Buffer[] = [];
  socket.on('message', (datagram) => received.push(datagram));
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    port: (socket.address() as AddressInfo).port,
    received,
    whole: async (n) => {
      while (received.length < n) await once(socket, 'message');
    },
  };
}

function sender(host: string, port: number): { to: GsmtapSender; problems: string[] } {
  const problems: string[] = [];
  return { to: new GsmtapSender({ host, port }, (problem) => problems.push(problem)), problems };
}

const numbered = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);

describe('GSMTAP packets by UDP', () => {
  it.each([
    ['an IPv4 address', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['an IPv6 address', 'udp6', '::1', '::1'],
    ['a name, by IPv4 first', 'udp4', '127.0.0.1', 'localhost'],
  ] as const)('go to %s', async (_what, type, address, host) => {
    const { port, received, whole } = await receiver(type, address);
    const { to, problems } = sender(host, port);
    to.write(numbered(1));
    await to.close();
    await whole(1);
    expect(received.map((datagram) => [...datagram])).toEqual([[0, 1]]);
    expect(problems).toEqual([]);
  });

  it('arrive in their order, and all of them, when thousands are written at once', async () => {
    const { port, received, whole } = await receiver('udp4', '127.0.0.1');
    const { to, problems } = sender('127.0.0.1', port);
    for (let n = 0; n < 3000; n++) to.write(numbered(n));
    await to.close();
    await whole(3000);
    expect(received.map((datagram) => datagram.readUInt16BE(0))).toEqual(
      Array.from({ length: 3000 }, (_, n) => n),
    );
    expect(problems).toEqual([]);
  });

  it('go where nobody listens without a word', async () => {
    const { port } = await receiver('udp4', '127.0.0.1');
    for (const socket of sockets.splice(0)) socket.close();
    const { to, problems } = sender('127.0.0.1', port);
    for (let n = 0; n < 50; n++) to.write(numbered(n));
    await to.close();
    expect(problems).toEqual([]);
  });

  it('are no more taken when it is closed, which may be twice', async () => {
    const { port, received, whole } = await receiver('udp4', '127.0.0.1');
    const { to } = sender('127.0.0.1', port);
    to.write(numbered(1));
    const closed = to.close();
    to.write(numbered(2));
    await Promise.all([closed, to.close()]);
    await to.close();
    const last = sender('127.0.0.1', port);
    last.to.write(numbered(3));
    await last.to.close();
    await whole(2);
    expect(received.map((datagram) => datagram.readUInt16BE(0))).toEqual([1, 3]);
  });

  it('tell once that a name has no address', async () => {
    const { to, problems } = sender(NO_NAME, 4729);
    for (let n = 0; n < 50; n++) to.write(numbered(n));
    await to.close();
    expect(problems).toEqual([`GSMTAP to ${NO_NAME}:4729: no packet is sent (ENOTFOUND)`]);
  });

  it('tell once that they are lost', async () => {
    const { to, problems } = sender('255.255.255.255', 4729);
    for (let n = 0; n < 50; n++) to.write(numbered(n));
    await to.close();
    expect(problems).toEqual(['GSMTAP to 255.255.255.255:4729: packets are lost (EACCES)']);
  });

  it('tell once that there is no such port', async () => {
    const { to, problems } = sender('127.0.0.1', 0);
    to.write(numbered(1));
    to.write(numbered(2));
    await to.close();
    expect(problems).toEqual(['GSMTAP to 127.0.0.1:0: packets are lost (ERR_SOCKET_BAD_PORT)']);
  });

  it('tell that one is too long, and go on', async () => {
    const { port, received, whole } = await receiver('udp4', '127.0.0.1');
    const { to, problems } = sender('127.0.0.1', port);
    to.write(new Uint8Array(65536));
    to.write(numbered(1));
    await to.close();
    await whole(1);
    expect(received.map((datagram) => [...datagram])).toEqual([[0, 1]]);
    expect(problems).toEqual([`GSMTAP to 127.0.0.1:${port}: packets are lost (EMSGSIZE)`]);
  });

  it('tell once that more are waiting than it keeps', async () => {
    const { to, problems } = sender(NO_NAME, 4729);
    for (let n = 0; n < 65_536; n++) to.write(numbered(1));
    expect(problems).toEqual([]);
    for (let n = 0; n < 3; n++) to.write(numbered(2));
    const where = `GSMTAP to ${NO_NAME}:4729`;
    expect(problems).toEqual([`${where}: packets are left out (65536 of them are waiting)`]);
    await to.close();
  });
});
