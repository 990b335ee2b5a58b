import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, traced } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { gsmtapPackets } from '../../src/trace/gsmtap.ts';
import { openCapture } from '../../src/transport/capture.ts';
import { blocksOf, payloadsOf } from '../trace/pcapng-blocks.ts';

const COMMANDS = ['00A40804022FE2', '00B000000A', '00B0000B01', '002000010831323334FFFFFFFF'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vuicc-capture-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Talks to the built-in card, and gives what was said. */
function talk(observe: (exchange: Exchange) => void): string[] {
  const packets: string[] = [];
  const card = traced(createUicc(), (exchange) => {
    observe(exchange);
    packets.push(...gsmtapPackets(exchange).map(toHex));
  });
  card.reset();
  for (const command of COMMANDS) card.transmit(fromHex(command));
  return packets;
}

function never(problem: string): never {
  throw new Error(problem);
}

describe('openCapture', () => {
  it('writes the packets of each exchange to a file, with the time of the exchange', async () => {
    const pcap = join(folder, 'x.pcapng');
    let at = 2 ** 40;
    const capture = openCapture({ pcap, onProblem: never, clock: () => at++ });
    const packets = talk(capture.observe);
    await capture.close();
    const file = readFileSync(pcap);
    expect(payloadsOf(file).map(toHex)).toEqual(packets);
    const times = blocksOf(file)
      .slice(2)
      .map(({ octets }) => toHex(octets.subarray(12, 20)));
    expect(times).toEqual(packets.map((_, n) => `00010000${`0${n}`.slice(-2)}000000`));
    expect(toHex(file)).not.toContain('31323334');
  });

  it('takes the time of the system when it is given no clock', async () => {
    const pcap = join(folder, 'x.pcapng');
    const capture = openCapture({ pcap, onProblem: never });
    const before = Date.now();
    talk(capture.observe);
    const after = Date.now();
    await capture.close();
    for (const { octets } of blocksOf(readFileSync(pcap)).slice(2)) {
      const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
      const ms = (view.getUint32(12, true) * 2 ** 32 + view.getUint32(16, true)) / 1000;
      expect(ms).toBeGreaterThanOrEqual(before);
      expect(ms).toBeLessThanOrEqual(after);
    }
  });

  it('sends the same packets by UDP', async () => {
    const socket = createSocket('udp4');
    const received: string[] = [];
    socket.on('message', (datagram) => received.push(toHex(datagram)));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const gsmtap = { host: '127.0.0.1', port: socket.address().port };
    const pcap = join(folder, 'x.pcapng');
    const capture = openCapture({ pcap, gsmtap, onProblem: never });
    const packets = talk(capture.observe);
    await capture.close();
    while (received.length < packets.length) await once(socket, 'message');
    socket.close();
    expect(received).toEqual(packets);
    expect(payloadsOf(readFileSync(pcap)).map(toHex)).toEqual(packets);
  });

  it('leaves the card alone when neither file nor host takes anything', async () => {
    const problems: string[] = [];
    const pcap = join(folder, 'x.pcapng');
    const gsmtap = { host: `${'a'.repeat(64)}.invalid`, port: 1 };
    const onProblem = (problem: string): void => {
      problems.push(problem);
    };
    const capture = openCapture({ pcap, gsmtap, onProblem, clock: () => -1 });
    expect(talk(capture.observe)).toEqual(talk(() => undefined));
    await capture.close();
    expect(problems).toEqual([
      expect.stringMatching(/x\.pcapng: cannot be written .*; the capture ends here$/u),
      expect.stringMatching(/^GSMTAP to a+\.invalid:1: no packet is sent/u),
    ]);
  });

  it('takes nothing after it was closed, and may be closed twice', async () => {
    const pcap = join(folder, 'x.pcapng');
    const capture = openCapture({ pcap, gsmtap: { host: '127.0.0.1', port: 9 }, onProblem: never });
    await Promise.all([capture.close(), capture.close()]);
    talk(capture.observe);
    await capture.close();
    expect(readFileSync(pcap)).toHaveLength(48);
  });

  it('refuses a file that cannot be written, before a packet is sent', () => {
    const open = (): unknown =>
      openCapture({ pcap: folder, gsmtap: { host: '', port: 1 }, onProblem: never });
    expect(open).toThrow(`${folder}: cannot be written (EISDIR)`);
  });

  it('does nothing when it is asked for nothing', async () => {
    const capture = openCapture({ onProblem: never });
    talk(capture.observe);
    await capture.close();
  });
});
