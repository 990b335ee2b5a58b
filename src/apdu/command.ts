/**
 * C-APDUs of short length.
 *
 *     CLA INS P1 P2                 case 1: no data, no response data
 *     CLA INS P1 P2 Le              case 2: Ne octets expected, Le '00' for 256
 *     CLA INS P1 P2 Lc data         case 3
 *     CLA INS P1 P2 Lc data Le      case 4
 *
 * Extended lengths are no part of a UICC that does not announce them in its ATR.
 *
 * @see ISO/IEC 7816-3 §12.1; ETSI TS 102 221 §10.1
 * @module
 */

import { expectLength } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** A command, decoded. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Nc octets, 0 to 255. */
  readonly data: Uint8Array;
  /** How many octets of response data are expected at most: 0 for none, else 1 to 256. */
  readonly ne: number;
}

const NONE = new Uint8Array(0);

/**
 * Reads a C-APDU of any of the four cases.
 *
 * @param octets 4 to 261 octets; not kept
 * @throws {DecodeError} the header is cut short, or Lc and Le do not fit the length
 * @see ISO/IEC 7816-3 §12.1.3
 * @example
 * ```ts
 * import { decodeCommandApdu, fromHex } from 'vuicc';
 *
 * if (decodeCommandApdu(fromHex('00B0000000')).ne !== 256) throw new Error(`Le '00' means 256`);
 * ```
 */
export function decodeCommandApdu(octets: Uint8Array): CommandApdu {
  const reader = new ByteReader(octets, 'C-APDU');
  const cla = reader.uint(1, 'CLA');
  const ins = reader.uint(1, 'INS');
  const p1 = reader.uint(1, 'P1');
  const p2 = reader.uint(1, 'P2');
  if (reader.remaining === 0) return { cla, ins, p1, p2, data: NONE, ne: 0 };
  const p3 = reader.uint(1, 'Lc');
  if (reader.remaining === 0) return { cla, ins, p1, p2, data: NONE, ne: p3 === 0 ? 256 : p3 };
  if (p3 === 0) throw reader.error('Lc', 'extended length is not supported', 4);
  const data = reader.take(p3, 'data');
  if (reader.remaining === 0) return { cla, ins, p1, p2, data, ne: 0 };
  const le = reader.uint(1, 'Le');
  reader.end();
  return { cla, ins, p1, p2, data, ne: le === 0 ? 256 : le };
}

/**
 * Writes a C-APDU in the case that its data and Ne ask for.
 *
 * @throws {RangeError} a header octet, the number of data octets or Ne is out of range
 * @see ISO/IEC 7816-3 §12.1.3
 * @example
 * ```ts
 * import { encodeCommandApdu, toHex } from 'vuicc';
 *
 * const select = { cla: 0, ins: 0xa4, p1: 0, p2: 4, data: Uint8Array.of(0x3f, 0), ne: 0 };
 * if (toHex(encodeCommandApdu(select)) !== '00a40004023f00') throw new Error('SELECT MF');
 * ```
 */
export function encodeCommandApdu(command: CommandApdu): Uint8Array {
  const { data, ne } = command;
  if (data.length > 255) throw new RangeError(`data: expected 0 to 255 octets, got ${data.length}`);
  if (!Number.isInteger(ne) || ne < 0 || ne > 256) {
    throw new RangeError(`ne: expected 0 to 256, got ${ne}`);
  }
  const writer = new ByteWriter()
    .uint(1, command.cla, 'cla')
    .uint(1, command.ins, 'ins')
    .uint(1, command.p1, 'p1')
    .uint(1, command.p2, 'p2');
  if (data.length > 0) writer.uint(1, data.length, 'Lc').bytes(data);
  if (ne > 0) writer.uint(1, ne % 256, 'Le');
  return writer.finish();
}

/**
 * Builds a C-APDU from its four header octets.
 *
 * @param header CLA INS P1 P2
 * @throws {RangeError} the header has another length; {@link encodeCommandApdu} checks its numbers
 */
export function commandApdu(
  header: readonly [cla: number, ins: number, p1: number, p2: number],
  data: Uint8Array = NONE,
  ne = 0,
): CommandApdu {
  expectLength(Uint8Array.from(header), 4, 'header');
  const [cla, ins, p1, p2] = header;
  return { cla, ins, p1, p2, data, ne };
}
