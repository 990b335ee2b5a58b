/**
 * Captures: GSMTAP packets in UDP over IPv4, in a pcapng file that Wireshark opens. In octets:
 *
 *     section     type 4 | length 4 | order 4 | version 2, 2 | section length 8 | length 4
 *     interface   type 4 | length 4 | link type 2 | reserved 2 | longest packet 4 | length 4
 *     packet      type 4 | length 4 | interface 4 | time 4, 4 | captured 4 | original 4
 *                 | IPv4 20 | UDP 8 | payload | padding 0 to 3 | length 4
 *
 * Each block begins and ends with its whole length, a multiple of 4, so a file is read in both
 * directions and may end behind any block. The blocks' own fields are little endian, those of IP
 * and UDP big endian. Time is an argument: microseconds, the higher 32 bits first.
 *
 * @see docs/architecture.md, "Traces"; RFC 791 (IPv4), RFC 768 (UDP)
 * @module
 */

import { type Field, fixedLayout, mapped, uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { GSMTAP_PORT } from './gsmtap.ts';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;
/** Read in the wrong order it is another number. */
const BYTE_ORDER = 0x1a2b3c4d;
/** What a section says that does not know how long it becomes. */
const UNKNOWN = 0xffffffff;
/** Packets begin with the IP header. */
const LINK_TYPE_RAW_IP = 101;
const PACKET_MAX = 65535;
/** Type, length and the length once more. */
const FRAME_OCTETS = 12;
const BLOCK_UNIT = 4;
const SOURCE_PORT = 49152;
const LOCALHOST = 0x7f000001;
const UDP = 17;
const WORD = 2 ** 32;

/** A little-endian unsigned number. */
function littleEndian(octets: 2 | 4): Field<number> {
  return mapped(
    octets,
    (found) => found.reduceRight((value, octet) => value * 256 + octet, 0),
    (value, name) => {
      if (!Number.isInteger(value) || value < 0 || value >= 256 ** octets) {
        throw new RangeError(`${name}: expected 0 to ${256 ** octets - 1}, got ${value}`);
      }
      return Uint8Array.from({ length: octets }, (_, at) => Math.floor(value / 256 ** at));
    },
  );
}

const BLOCK_HEAD = fixedLayout('pcapng block', { type: littleEndian(4), length: littleEndian(4) });

const BLOCK_TAIL = fixedLayout('pcapng block', { length: littleEndian(4) });

const SECTION_HEADER = fixedLayout('pcapng section header', {
  byteOrder: littleEndian(4),
  majorVersion: littleEndian(2),
  minorVersion: littleEndian(2),
  lengthLow: littleEndian(4),
  lengthHigh: littleEndian(4),
});

const INTERFACE_DESCRIPTION = fixedLayout('pcapng interface description', {
  linkType: littleEndian(2),
  reserved: littleEndian(2),
  longestPacket: littleEndian(4),
});

const PACKET_HEADER = fixedLayout('pcapng packet header', {
  interface: littleEndian(4),
  timeHigh: littleEndian(4),
  timeLow: littleEndian(4),
  capturedLength: littleEndian(4),
  originalLength: littleEndian(4),
});

const IP_HEADER = fixedLayout('IPv4 header', {
  versionAndLength: uint(1),
  service: uint(1),
  totalLength: uint(2),
  identification: uint(2),
  flagsAndOffset: uint(2),
  timeToLive: uint(1),
  protocol: uint(1),
  checksum: uint(2),
  source: uint(4),
  destination: uint(4),
});

const UDP_HEADER = fixedLayout('UDP header', {
  sourcePort: uint(2),
  destinationPort: uint(2),
  length: uint(2),
  checksum: uint(2),
});

/** A whole block: the body is padded, and its length stands on both sides. */
function block(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const octets = concat(...body);
  const padding = new Uint8Array((BLOCK_UNIT - (octets.length % BLOCK_UNIT)) % BLOCK_UNIT);
  const length = FRAME_OCTETS + octets.length + padding.length;
  return concat(
    BLOCK_HEAD.encode({ type, length }),
    octets,
    padding,
    BLOCK_TAIL.encode({ length }),
  );
}

/**
 * Writes what stands at the start of a capture file: a section and its one interface.
 *
 * @returns 48 octets
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { pcapngHeader, toHex } from 'vuicc';
 *
 * if (!toHex(pcapngHeader()).startsWith('0a0d0d0a1c0000004d3c2b1a')) throw new Error('a section');
 * ```
 */
export function pcapngHeader(): Uint8Array {
  const section = SECTION_HEADER.encode({
    byteOrder: BYTE_ORDER,
    majorVersion: 1,
    minorVersion: 0,
    lengthLow: UNKNOWN,
    lengthHigh: UNKNOWN,
  });
  const description = INTERFACE_DESCRIPTION.encode({
    linkType: LINK_TYPE_RAW_IP,
    reserved: 0,
    longestPacket: PACKET_MAX,
  });
  return concat(block(SECTION, section), block(INTERFACE, description));
}

/**
 * Writes one packet, as it stands in a capture file behind the header or the packet before it.
 *
 * @param payload what UDP carries: a GSMTAP packet
 * @param atMicroseconds when it was seen, counted from 1970-01-01 00:00 UTC
 * @returns 60 octets, the payload, and 0 to 3 octets of padding
 * @throws {RangeError} the payload does not fit one IP packet; the time is no whole number from 0
 *   to 2^53 - 1, which is as far as a number counts exactly
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { concat, gsmtapPackets, pcapngHeader, pcapngPacket } from 'vuicc';
 *
 * const [atr] = gsmtapPackets({ kind: 'reset', atr: Uint8Array.of(0x3b, 0) });
 * if (!atr) throw new Error('one packet');
 * const file = concat(pcapngHeader(), pcapngPacket(atr, 0));
 * if (file.length !== 48 + 60 + 18 + 2) throw new Error(`${file.length} octets`);
 * ```
 */
export function pcapngPacket(payload: Uint8Array, atMicroseconds: number): Uint8Array {
  if (!Number.isSafeInteger(atMicroseconds) || atMicroseconds < 0) {
    const most = Number.MAX_SAFE_INTEGER;
    throw new RangeError(`atMicroseconds: expected 0 to ${most}, got ${atMicroseconds}`);
  }
  const udpLength = UDP_HEADER.octets + payload.length;
  const totalLength = IP_HEADER.octets + udpLength;
  return block(
    PACKET,
    PACKET_HEADER.encode({
      interface: 0,
      timeHigh: Math.floor(atMicroseconds / WORD),
      timeLow: atMicroseconds % WORD,
      capturedLength: totalLength,
      originalLength: totalLength,
    }),
    encodeIpHeader(totalLength),
    UDP_HEADER.encode({
      sourcePort: SOURCE_PORT,
      destinationPort: GSMTAP_PORT,
      length: udpLength,
      checksum: 0, // none
    }),
    payload,
  );
}

/** Never fragmented, so that the identification need not differ from packet to packet. */
function encodeIpHeader(totalLength: number): Uint8Array {
  const header = {
    versionAndLength: 0x45,
    service: 0,
    totalLength,
    identification: 1,
    flagsAndOffset: 0x4000,
    timeToLive: 64,
    protocol: UDP,
    checksum: 0,
    source: LOCALHOST,
    destination: LOCALHOST,
  };
  return IP_HEADER.encode({ ...header, checksum: ipChecksum(IP_HEADER.encode(header)) });
}

/** The ones' complement of the ones' complement sum of all 16-bit words. */
function ipChecksum(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header[at]! * 256 + header[at + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
