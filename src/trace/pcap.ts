/**
 * Captures: GSMTAP packets in UDP over IPv4, in a pcap file that Wireshark opens. In octets:
 *
 *     file     magic 4 | version 2, 2 | zone 4 | accuracy 4 | longest packet 4 | link type 4
 *     packet   seconds 4 | microseconds 4 | captured 4 | length 4 | IPv4 20 | UDP 8 | payload
 *
 * The file's own fields are little endian, those of IP and UDP big endian. Time is an argument.
 *
 * @see docs/architecture.md, "Traces"; RFC 791 (IPv4), RFC 768 (UDP)
 * @module
 */

import { type Field, fixedLayout, mapped, uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';

/** The UDP port on which GSMTAP is expected. */
export const GSMTAP_PORT = 4729;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
/** Packets begin with the IP header. */
const LINK_TYPE_RAW_IP = 101;
const PACKET_MAX = 65535;
const SOURCE_PORT = 49152;
const LOCALHOST = 0x7f000001;
const UDP = 17;
const MICROSECONDS = 1_000_000;

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

const FILE_HEADER = fixedLayout('pcap file header', {
  magic: littleEndian(4),
  majorVersion: littleEndian(2),
  minorVersion: littleEndian(2),
  zone: littleEndian(4),
  accuracy: littleEndian(4),
  longestPacket: littleEndian(4),
  linkType: littleEndian(4),
});

const PACKET_HEADER = fixedLayout('pcap packet header', {
  seconds: littleEndian(4),
  microseconds: littleEndian(4),
  capturedLength: littleEndian(4),
  length: littleEndian(4),
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

/**
 * Writes what stands at the start of a capture file.
 *
 * @returns 24 octets
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { pcapFileHeader, toHex } from 'vuicc';
 *
 * if (!toHex(pcapFileHeader()).startsWith('d4c3b2a1')) throw new Error('little endian');
 * ```
 */
export function pcapFileHeader(): Uint8Array {
  return FILE_HEADER.encode({
    magic: MAGIC_MICROSECONDS,
    majorVersion: 2,
    minorVersion: 4,
    zone: 0,
    accuracy: 0,
    longestPacket: PACKET_MAX,
    linkType: LINK_TYPE_RAW_IP,
  });
}

/**
 * Writes one packet, as it stands in a capture file behind the header or the packet before it.
 *
 * @param payload what UDP carries: a GSMTAP packet
 * @param atMicroseconds when it was seen, counted from 1970-01-01 00:00 UTC
 * @returns 44 octets and the payload
 * @throws {RangeError} the payload does not fit one IP packet, or the time 32 bits of seconds
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { concat, gsmtapPackets, pcapFileHeader, pcapPacket } from 'vuicc';
 *
 * const [atr] = gsmtapPackets({ kind: 'reset', atr: Uint8Array.of(0x3b, 0) });
 * if (!atr) throw new Error('one packet');
 * const file = concat(pcapFileHeader(), pcapPacket(atr, 0));
 * if (file.length !== 24 + 44 + 18) throw new Error(`${file.length} octets`);
 * ```
 */
export function pcapPacket(payload: Uint8Array, atMicroseconds: number): Uint8Array {
  const udpLength = UDP_HEADER.octets + payload.length;
  const totalLength = IP_HEADER.octets + udpLength;
  return concat(
    PACKET_HEADER.encode({
      seconds: Math.floor(atMicroseconds / MICROSECONDS),
      microseconds: Math.floor(atMicroseconds % MICROSECONDS),
      capturedLength: totalLength,
      length: totalLength,
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
