import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeImsi } from '../../src/bytes/identity.ts';
import { concat } from '../../src/bytes/octets.ts';
import { pcapngHeader, pcapngPacket } from '../../src/trace/pcapng.ts';
import { documentOf, useProgram } from '../cli/support/program.ts';
import { payloadsOf } from '../trace/pcapng-blocks.ts';
import { dissect, isMarked, MARKS } from './support/tshark.ts';

interface Report {
  readonly devices: readonly {
    readonly changes: readonly { readonly from: string; readonly to: string }[];
  }[];
}

const program = useProgram();
/** EF_IMSI, 9 octets, by its SFI. */
const READ_IMSI = 'gsm_sim.apdu.ins == 0xb0 && gsm_sim.sfi == 7 && gsm_sim.le == 9';

async function story(...args: readonly string[]): Promise<Report> {
  return documentOf(await program.run(['run', '3b', '--json', ...args])) as Report;
}

/** The IMSIs that a card has had, in their order. */
function imsisOf({ devices: [device] }: Report): string[] {
  const changes = device?.changes ?? [];
  return [...changes.slice(0, 1).map(({ from }) => from), ...changes.map(({ to }) => to)];
}

describe('Wireshark, which reads what vuicc run 3b --pcap has written,', () => {
  it('marks nothing, in any of many changes', async () => {
    await story('--changes', '6', '--pcap', 'many.pcapng');
    const packets = await dissect(join(program.folder(), 'many.pcapng'), MARKS);
    expect(packets.length).toBeGreaterThan(700);
    expect(packets.filter(isMarked)).toEqual([]);
  });

  it('finds each IMSI where the ME reads it', async () => {
    const report = await story('--pcap', 'story.pcapng');
    const file = join(program.folder(), 'story.pcapng');
    const packets = await dissect(file, ['gsm_sim.apdu.data'], ['-Y', READ_IMSI]);
    const found = packets.map((packet) => decodeImsi(fromHex(packet['gsm_sim.apdu.data'] ?? '')));
    expect(found).toEqual(imsisOf(report));
    expect(found).toHaveLength(3);
  });

  it('finds the times of the packets in their order, and now', async () => {
    const before = Date.now() / 1000;
    await story('--pcap', 'now.pcapng');
    const after = Date.now() / 1000;
    const fields = ['frame.time_epoch'];
    const packets = await dissect(join(program.folder(), 'now.pcapng'), fields);
    const times = packets.map((packet) => Number(packet['frame.time_epoch']));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(Math.floor(before));
    expect(times.at(-1)).toBeLessThanOrEqual(Math.ceil(after));
  });
});

describe('Wireshark, which reads the datagrams of vuicc run 3b --gsmtap,', () => {
  it('marks nothing, and finds the last IMSI', async () => {
    const socket = createSocket('udp4');
    const received: Buffer[] = [];
    socket.on('message', (datagram) => received.push(datagram));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const to = `127.0.0.1:${socket.address().port}`;
    const report = await story('--gsmtap', to, '--pcap', 'sent.pcapng');
    const sent = payloadsOf(await readFile(join(program.folder(), 'sent.pcapng')));
    while (received.length < sent.length) await once(socket, 'message');
    socket.close();
    const file = join(program.folder(), 'received.pcapng');
    const packets = received.map((datagram, n) => pcapngPacket(datagram, n));
    await writeFile(file, concat(pcapngHeader(), ...packets));
    const fields = ['gsm_sim.apdu.data', ...MARKS];
    const all = await dissect(file, fields);
    expect(all).toHaveLength(sent.length);
    expect(all.filter(isMarked)).toEqual([]);
    const reads = await dissect(file, fields, ['-Y', READ_IMSI]);
    const last = decodeImsi(fromHex(reads.at(-1)?.['gsm_sim.apdu.data'] ?? ''));
    expect(last).toBe(imsisOf(report).at(-1));
  });
});
