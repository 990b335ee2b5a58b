import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { gsmtapPackets } from '../../src/trace/gsmtap.ts';
import { GSMTAP_PORT, pcapFileHeader, pcapPacket } from '../../src/trace/pcap.ts';

/** A whole file of one SELECT that Wireshark 4.0.17 was seen to dissect. */
const FILE =
  'd4c3b2a1020004000000000000000000ffff000065000000' +
  '00f15365000000003500000035000000' +
  '45000035000140004011' +
  '3cb57f0000017f000001c000127900210000' +
  '0204040000000000000000000000000000a40004023f00612e';

const SECONDS = 0x6553f100;

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
    const file = concat(pcapFileHeader(), pcapPacket(packet!, SECONDS * 1_000_000));
    expect(toHex(file)).toBe(FILE);
    expect(file).toHaveLength(93);
  });

  it('has the time of each packet in seconds and microseconds', () => {
    const at = fc.integer({ min: 0, max: 0xffffffff });
    const micro = fc.integer({ min: 0, max: 999_999 });
    fc.assert(
      fc.property(at, micro, (seconds, microseconds) => {
        const packet = view(pcapPacket(new Uint8Array(1), seconds * 1_000_000 + microseconds));
        expect(packet.getUint32(0, true)).toBe(seconds);
        expect(packet.getUint32(4, true)).toBe(microseconds);
      }),
    );
  });

  it('has lengths that fit the payload, and a right checksum of the IP header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (payload) => {
        const octets = pcapPacket(payload, 0);
        const packet = view(octets);
        expect(octets).toHaveLength(16 + 28 + payload.length);
        expect(packet.getUint32(8, true)).toBe(28 + payload.length);
        expect(packet.getUint32(12, true)).toBe(28 + payload.length);
        expect(packet.getUint16(16 + 2)).toBe(28 + payload.length);
        expect(packet.getUint16(36 + 2)).toBe(GSMTAP_PORT);
        expect(packet.getUint16(36 + 4)).toBe(8 + payload.length);
        expect(sumOfWords(octets.subarray(16, 36))).toBe(0xffff);
        expect(octets.subarray(44)).toEqual(payload);
      }),
    );
  });

  it('takes the largest payload of an IP packet', () => {
    const octets = pcapPacket(new Uint8Array(65535 - 28), 0);
    expect(view(octets).getUint16(16 + 2)).toBe(65535);
  });

  it.each([
    ['a payload that is larger', 65536 - 28, 0],
    ['a time before 1970', 1, -1],
    ['a time after 2106', 1, 2 ** 32 * 1_000_000],
    ['a time that is no number', 1, Number.NaN],
    ['an endless time', 1, Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, octets, at) => {
    expect(() => pcapPacket(new Uint8Array(octets), at)).toThrow(RangeError);
  });
});
