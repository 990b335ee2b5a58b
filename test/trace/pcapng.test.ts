import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { GSMTAP_PORT, gsmtapPackets } from '../../src/trace/gsmtap.ts';
import { pcapngHeader, pcapngPacket } from '../../src/trace/pcapng.ts';
import { blocksOf } from './pcapng-blocks.ts';

/** A whole file of one SELECT that Wireshark 4.0.17 was seen to dissect. */
const FILE =
  '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000' +
  '010000001400000065000000ffff000014000000' +
  '060000005800000000000000240a060000401e183500000035000000' +
  '45000035000140004011' +
  '3cb57f0000017f000001c000127900210000' +
  '0204040000000000000000000000000000a40004023f00612e' +
  '00000058000000';

const SECONDS = 0x6553f100;
/** Where the IP header of a packet begins. */
const IP = 28;
const UDP = IP + 20;
const PAYLOAD = UDP + 8;

const payloads = fc.uint8Array({ maxLength: 600 });
const times = fc.maxSafeNat();

function view(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}

/** The sum that RFC 1071 wants to be 'FFFF', computed from the right. */
function sumOfWords(header: Uint8Array): number {
  let sum = 0;
  for (let at = header.length - 2; at >= 0; at -= 2) {
    sum += view(header).getUint16(at);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

describe('a capture', () => {
  it('is octet by octet one that Wireshark dissects', () => {
    const [packet] = gsmtapPackets({
      kind: 'apdu',
      command: fromHex('00A40004023F00'),
      response: fromHex('612E'),
    });
    const file = concat(pcapngHeader(), pcapngPacket(packet!, SECONDS * 1_000_000));
    expect(toHex(file)).toBe(FILE);
    expect(file).toHaveLength(136);
  });

  it('is a section, an interface, and a block for each packet', () => {
    fc.assert(
      fc.property(fc.array(payloads, { maxLength: 8 }), (all) => {
        const file = concat(pcapngHeader(), ...all.map((payload) => pcapngPacket(payload, 0)));
        const types = blocksOf(file).map(({ type }) => type);
        expect(types).toEqual(['section', 'interface', ...all.map(() => 'packet')]);
      }),
    );
  });

  it('has the time of each packet in microseconds, split into higher and lower 32 bits', () => {
    fc.assert(
      fc.property(times, (at) => {
        const packet = view(pcapngPacket(new Uint8Array(1), at));
        const time = BigInt(packet.getUint32(12, true)) * 2n ** 32n;
        expect(time + BigInt(packet.getUint32(16, true))).toBe(BigInt(at));
      }),
    );
  });

  it('has lengths that fit the payload, zeros behind it, and a right checksum of IP', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const octets = pcapngPacket(payload, 0);
        const packet = view(octets);
        const end = PAYLOAD + payload.length;
        expect(octets).toHaveLength(4 * Math.ceil((end + 4) / 4));
        expect(packet.getUint32(20, true)).toBe(28 + payload.length);
        expect(packet.getUint32(24, true)).toBe(28 + payload.length);
        expect(packet.getUint16(IP + 2)).toBe(28 + payload.length);
        expect(packet.getUint16(UDP + 2)).toBe(GSMTAP_PORT);
        expect(packet.getUint16(UDP + 4)).toBe(8 + payload.length);
        expect(sumOfWords(octets.subarray(IP, UDP))).toBe(0xffff);
        expect(octets.subarray(PAYLOAD, end)).toEqual(payload);
        expect(octets.subarray(end, -4).every((octet) => octet === 0)).toBe(true);
      }),
    );
  });

  it.each([
    ['cut within a block', (file: Uint8Array) => file.subarray(0, -1)],
    ['whose last length differs from the first', (file: Uint8Array) => file.with(-4, 0)],
    ['whose first length is no multiple of 4', (file: Uint8Array) => file.with(4, 29)],
  ])('is not taken for one when it is a file %s', (_what, damage) => {
    const file = concat(pcapngHeader(), pcapngPacket(new Uint8Array(3), 0));
    expect(() => blocksOf(damage(file))).toThrow(/^octet \d+: /u);
  });

  it('takes the largest payload of an IP packet, and the last exact time', () => {
    const octets = pcapngPacket(new Uint8Array(65535 - 28), Number.MAX_SAFE_INTEGER);
    expect(view(octets).getUint16(IP + 2)).toBe(65535);
    expect(toHex(octets.subarray(12, 20))).toBe('ffff1f00ffffffff');
  });

  it.each([
    ['a payload that is larger', 65536 - 28, 0, 'totalLength: expected 0 to 65535, got 65536'],
    ['a time before 1970', 1, -1, /^atMicroseconds: .* got -1$/u],
    [
      'a time that no number has exactly',
      1,
      2 ** 53,
      /^atMicroseconds: expected 0 to 90071992547/u,
    ],
    ['half a microsecond', 1, 0.5, /^atMicroseconds: .* got 0\.5$/u],
    ['a time that is no number', 1, Number.NaN, /^atMicroseconds: .* got NaN$/u],
    ['an endless time', 1, Number.POSITIVE_INFINITY, /^atMicroseconds: .* got Infinity$/u],
  ])('refuses %s', (_, octets, at, message) => {
    const write = (): Uint8Array => pcapngPacket(new Uint8Array(octets), at);
    expect(write).toThrow(RangeError);
    expect(write).toThrow(message);
  });
});
