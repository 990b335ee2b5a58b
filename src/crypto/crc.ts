/**
 * The two redundancy checks of secured packets, each an octet of the message at a time by a table.
 *
 *     CRC-16   x^16 + x^12 + x^5 + 1     as X.25 frames have it
 *     CRC-32   '04C11DB7'                as ISO 13239 frames and zlib have it
 *
 * Both take the least significant bit of an octet first, begin with ones and end inverted. The
 * polynomials stand here mirrored.
 *
 * @see ETSI TS 102 225 §5.1.3; ISO/IEC 13239
 * @module
 */

/** What eight shifts make of an octet. */
function makeTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, octet) => {
    let remainder = octet;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    }
    return remainder;
  });
}

const CRC16: Uint32Array = makeTable(0x8408);
const CRC32: Uint32Array = makeTable(0xedb88320);

function remainderOf(table: Uint32Array, ones: number, octets: Uint8Array): number {
  let remainder = ones;
  for (let at = 0; at < octets.length; at++) {
    remainder = (remainder >>> 8) ^ table[(remainder ^ octets[at]!) & 0xff]!;
  }
  return ~remainder;
}

/**
 * Computes a CRC-16.
 *
 * @param octets any number of octets; not changed
 * @returns 2 octets, most significant first
 * @see ETSI TS 102 225 §5.1.3
 */
export function crc16(octets: Uint8Array): Uint8Array {
  const crc = remainderOf(CRC16, 0xffff, octets);
  return Uint8Array.of(crc >>> 8, crc);
}

/**
 * Computes a CRC-32.
 *
 * @param octets any number of octets; not changed
 * @returns 4 octets, most significant first
 * @see ETSI TS 102 225 §5.1.3
 */
export function crc32(octets: Uint8Array): Uint8Array {
  const crc = remainderOf(CRC32, 0xffffffff, octets);
  return Uint8Array.of(crc >>> 24, crc >>> 16, crc >>> 8, crc);
}
