/**
 * Response packets: the proof of receipt (PoR) of a command packet. In octets:
 *
 *     UDHL '02' | RPI '71' | '00'                                     in SMS; covered by RC/CC/DS
 *     RPL 2 | RHL 1 | TAR 3 | CNTR 5 | PCNTR 1 | status 1 | RC/CC/DS n | data, padding
 *
 * RPL counts what follows it. RHL counts TAR to RC/CC/DS, so n is RHL - 10. From CNTR on it may be
 * ciphered. Keys and algorithms are those of the command.
 *
 * @see ETSI TS 102 225 §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat, equalsInConstantTime } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { type Checksum, type Cipher, checksumOf, cipherOf } from './key-set.ts';
import { type PacketKeys, paddingOctets, readLengths } from './secured-packet.ts';
import type { Integrity, Spi } from './spi.ts';

/** RHL without a checksum: TAR 3, CNTR 5, PCNTR 1, status 1. */
const RHL_MIN = 10;
/** Octets of CNTR, PCNTR and status. */
const FIXED_OCTETS = 7;
/** Octets of RPL, RHL and TAR, which are never ciphered. */
const CLEAR_OCTETS = 6;
/** UDHL, IEI of a response packet, length of the IE. */
export const RESPONSE_UDH: Uint8Array = Uint8Array.of(0x02, 0x71, 0x00);

/** Response status codes by name. */
export const RESPONSE_STATUS = {
  'por-ok': 0x00,
  'rc-cc-ds-failed': 0x01,
  'cntr-low': 0x02,
  'cntr-high': 0x03,
  'cntr-blocked': 0x04,
  'ciphering-error': 0x05,
  'unidentified-security-error': 0x06,
  'insufficient-memory': 0x07,
  'more-time': 0x08,
  'tar-unknown': 0x09,
  'insufficient-security-level': 0x0a,
  'response-by-sms-submit': 0x0b,
} as const;

/** The name of a response status code. */
export type ResponseStatus = keyof typeof RESPONSE_STATUS;

/** Names a status code; `undefined` when it is reserved. */
export function responseStatusName(code: number): ResponseStatus | undefined {
  const row = Object.entries(RESPONSE_STATUS).find(([, value]) => value === code);
  return row?.[0] as ResponseStatus | undefined;
}

/** How a response packet is to be protected, and which keys its command named. */
export interface ResponseSecurity {
  readonly spi: Spi;
  readonly kic: number;
  readonly kid: number;
}

/** What a response packet is made of. */
export interface ResponsePacketInput {
  readonly tar: Uint8Array;
  readonly cntr: number;
  readonly status: ResponseStatus;
  readonly data: Uint8Array;
}

/** A response packet, opened. */
export interface ResponsePacket {
  readonly tar: Uint8Array;
  readonly cntr: number;
  readonly pcntr: number;
  /** The code; see {@link responseStatusName}. */
  readonly status: number;
  /** Which kind of checksum it carries: `none` for a packet in clear, whatever SPI2 asked for. */
  readonly integrity: Integrity;
  readonly checksum: Uint8Array;
  /** `undefined` when there is no checksum. */
  readonly checksumOk: boolean | undefined;
  readonly data: Uint8Array;
}

declare const verified: unique symbol;

/**
 * A response packet whose cryptographic checksum was right. Only {@link verifiedResponse} makes
 * one.
 */
export interface VerifiedResponsePacket extends ResponsePacket {
  readonly [verified]: true;
}

/**
 * Gives the packet the type that is to be acted on, if its cryptographic checksum was right. A
 * redundancy check proves nothing: anybody can compute it.
 */
export function verifiedResponse(packet: ResponsePacket): VerifiedResponsePacket | undefined {
  const isProven = packet.integrity === 'cc' && packet.checksumOk === true;
  return isProven ? (packet as VerifiedResponsePacket) : undefined;
}

interface Protection {
  readonly integrity: Integrity;
  readonly cipher: Cipher | undefined;
  readonly checksum: Checksum | undefined;
}

const IN_CLEAR: Protection = { integrity: 'none', cipher: undefined, checksum: undefined };

/** `undefined` when a key that SPI2 asks for is missing, or it asks for what does not exist. */
function protection(security: ResponseSecurity, keys: PacketKeys): Protection | undefined {
  const { spi, kic, kid } = security;
  const cipher = spi.isPorCiphered ? cipherOf(kic, keys.ciphering) : undefined;
  if (spi.isPorCiphered && cipher === undefined) return undefined;
  const { porIntegrity: integrity } = spi;
  if (integrity === 'none') return { integrity, cipher, checksum: undefined };
  const checksum = checksumOf(integrity, kid, keys.checksum);
  return checksum === undefined ? undefined : { integrity, cipher, checksum };
}

/**
 * Seals a response packet.
 *
 * @param security SPI, KIc and KID of the command; `undefined` for a packet in clear
 * @returns the packet, RPL first; or `undefined` when a key that SPI2 asks for is missing
 * @throws {RangeError} a field does not fit
 * @see ETSI TS 102 225 §5.2
 */
export function sealResponsePacket(
  input: ResponsePacketInput,
  security: ResponseSecurity | undefined,
  keys: PacketKeys,
): Uint8Array | undefined {
  const by = security === undefined ? IN_CLEAR : protection(security, keys);
  if (by === undefined) return undefined;
  const { cipher, checksum } = by;
  const { tar, cntr, status, data } = input;
  if (tar.length !== 3) throw new RangeError(`tar: expected 3 octets, got ${tar.length}`);
  const macOctets = checksum?.length ?? 0;
  const pcntr = paddingOctets(FIXED_OCTETS + macOctets + data.length, cipher);
  const rhl = RHL_MIN + macOctets;
  const clear = new ByteWriter()
    .uint(2, 1 + rhl + data.length + pcntr, 'RPL')
    .uint(1, rhl, 'RHL')
    .bytes(tar)
    .finish();
  const fixed = new ByteWriter()
    .uint(5, cntr, 'CNTR')
    .uint(1, pcntr, 'PCNTR')
    .uint(1, RESPONSE_STATUS[status], 'status')
    .finish();
  const padded = concat(data, new Uint8Array(pcntr));
  const mac = checksum?.compute(concat(RESPONSE_UDH, clear, fixed, padded)) ?? new Uint8Array(0);
  const body = concat(fixed, mac, padded);
  return concat(clear, cipher === undefined ? body : cipher.encrypt(body));
}

/**
 * Opens a response packet.
 *
 * A card that refuses a packet may answer in clear whatever SPI2 asked for: without a checksum and
 * with a length that no cipher gives. Such a packet is read, and is not verified.
 *
 * @param octets the packet, RPL first, without UDH
 * @throws {DecodeError} RPL, RHL or PCNTR contradicts the octets, or what SPI2 asks for
 * @throws {RangeError} a key that SPI2 asks for is missing or of another algorithm
 * @see ETSI TS 102 225 §5.2
 * @example
 * ```ts
 * import { decodeSpi, fromHex, openResponsePacket } from 'vuicc';
 *
 * // A refusal in clear: status 02, CNTR low.
 * const octets = fromHex('000b0ab0000000000000050002');
 * const security = { spi: decodeSpi([0x16, 0x01]), kic: 0x12, kid: 0x12 };
 * const por = openResponsePacket(octets, security, { ciphering: undefined, checksum: undefined });
 * if (por.status !== 0x02) throw new Error('CNTR low');
 * ```
 */
export function openResponsePacket(
  octets: Uint8Array,
  security: ResponseSecurity,
  keys: PacketKeys,
): ResponsePacket {
  const by = protection(security, keys);
  if (by === undefined)
    throw new RangeError('keys: expected the keys that SPI2, KIc and KID ask for');
  const reader = new ByteReader(octets, 'response packet');
  const macOctets = readLengths(reader, 'RPL', 'RHL', RHL_MIN);
  const tar = reader.take(3, 'TAR');
  const body = reader.rest();
  const isInClear =
    macOctets === 0 && (by.checksum !== undefined || body.length % (by.cipher?.block ?? 1) !== 0);
  const macExpected = by.checksum?.length ?? 0;
  if (!isInClear && macOctets !== macExpected) {
    throw reader.error('RHL', `expected ${RHL_MIN + macExpected} or ${RHL_MIN}`, 2);
  }
  if (!isInClear && body.length % (by.cipher?.block ?? 1) !== 0) {
    throw new DecodeError('response packet/RPL', 0, 'expected whole cipher blocks');
  }
  const plain = isInClear ? body : (by.cipher?.decrypt(body) ?? body);
  return readBody(octets.subarray(0, CLEAR_OCTETS), tar, plain, isInClear ? IN_CLEAR : by);
}

function readBody(
  clear: Uint8Array,
  tar: Uint8Array,
  plain: Uint8Array,
  by: Protection,
): ResponsePacket {
  const reader = new ByteReader(plain, 'response packet', CLEAR_OCTETS);
  const cntr = reader.uint(5, 'CNTR');
  const pcntr = reader.uint(1, 'PCNTR');
  const status = reader.uint(1, 'status');
  const checksum = reader.take(by.checksum?.length ?? 0, 'RC/CC/DS');
  const padded = reader.rest();
  const covered = concat(RESPONSE_UDH, clear, plain.subarray(0, FIXED_OCTETS), padded);
  const mac = by.checksum?.compute(covered);
  const checksumOk = mac === undefined ? undefined : equalsInConstantTime(mac, checksum);
  const isImpossible = pcntr >= (by.cipher?.block ?? 1) || pcntr > padded.length;
  if (isImpossible && checksumOk !== false) {
    throw new DecodeError('response packet/PCNTR', CLEAR_OCTETS + 5, 'more padding than octets');
  }
  const data = isImpossible ? new Uint8Array(0) : padded.slice(0, padded.length - pcntr);
  return { tar, cntr, pcntr, status, integrity: by.integrity, checksum, checksumOk, data };
}
