/**
 * Secured packets of the UICC, in the form that SMS-PP carries. A command packet, in octets:
 *
 *     CPL 2 | CHL 1 | SPI 2 | KIc 1 | KID 1 | TAR 3 | CNTR 5 | PCNTR 1 | RC/CC/DS n | data, padding
 *
 * CPL counts what follows it. CHL counts SPI to RC/CC/DS, so n is CHL - 13. From CNTR on it may be
 * ciphered. Opening a packet proves who sent it; whether CNTR is fresh is counter.ts's question.
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4
 * @module
 */

import { concat, copyOf, equalsInConstantTime } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { type Cipher, checksumOf, cipherOf, type KeySet } from './key-set.ts';
import { decodeSpi, encodeSpi, type Spi } from './spi.ts';

/** CHL without a checksum: SPI 2, KIc 1, KID 1, TAR 3, CNTR 5, PCNTR 1. */
const CHL_MIN = 13;
/** Octets of CNTR and PCNTR. */
const COUNTERS_OCTETS = 6;
/** Octets from CPL to TAR, which are never ciphered. */
const CLEAR_OCTETS = 10;

/** A command packet as far as it can be read without keys. */
export interface CommandFrame {
  readonly spi: Spi;
  /** SPI1, for the comparison with a minimum security level. */
  readonly spi1: number;
  readonly kic: number;
  readonly kid: number;
  /** 3 octets. */
  readonly tar: Uint8Array;
  /** Length of RC/CC/DS in octets, by CHL. */
  readonly checksumOctets: number;
  /** CPL to TAR. */
  readonly clear: Uint8Array;
  /** CNTR to the end, perhaps ciphered. */
  readonly body: Uint8Array;
}

/** The fields behind TAR, deciphered; `checksumOk` is `undefined` when there is no checksum. */
export interface CommandBody {
  readonly cntr: number;
  readonly pcntr: number;
  readonly checksum: Uint8Array;
  readonly checksumOk: boolean | undefined;
  /** Secured data with its padding. */
  readonly padded: Uint8Array;
}

declare const verified: unique symbol;

/**
 * A command packet whose origin is proven, as far as its SPI asks. Only {@link openCommandPacket}
 * makes one.
 */
export interface VerifiedCommandPacket extends CommandPacketInput {
  readonly [verified]: true;
}

/** Why a packet cannot be opened. */
export type OpenFailure = 'rc-cc-ds-failed' | 'ciphering-error' | 'unidentified-security-error';

/** The packet, or the status for its PoR with CNTR as far as that could be read. */
export type OpenResult =
  | { readonly ok: true; readonly packet: VerifiedCommandPacket }
  | { readonly ok: false; readonly status: OpenFailure; readonly cntr: number | undefined };

/**
 * Takes a command packet apart without keys.
 *
 * @param octets one whole packet, CPL first; neither kept nor changed
 * @throws {DecodeError} CPL or CHL contradicts the octets, so not even TAR can be believed
 * @see ETSI TS 102 225 §5.1
 * @example
 * ```ts
 * import { fromHex, splitCommandPacket, toHex } from 'vuicc';
 *
 * const frame = splitCommandPacket(fromHex('000e0d00000000b00010000000000000'));
 * if (toHex(frame.tar) !== 'b00010') throw new Error('TAR');
 * ```
 */
export function splitCommandPacket(octets: Uint8Array): CommandFrame {
  const reader = new ByteReader(octets, 'command packet');
  const checksumOctets = readLengths(reader, 'CPL', 'CHL', CHL_MIN);
  const spi1 = reader.uint(1, 'SPI');
  const spi2 = reader.uint(1, 'SPI');
  return {
    spi: decodeSpi([spi1, spi2]),
    spi1,
    kic: reader.uint(1, 'KIc'),
    kid: reader.uint(1, 'KID'),
    tar: reader.take(3, 'TAR'),
    checksumOctets,
    clear: copyOf(octets.subarray(0, CLEAR_OCTETS)),
    body: reader.rest(),
  };
}

/**
 * Reads the lengths with which a packet begins: its own, and that of its header.
 *
 * @param min the length of a header without RC/CC/DS
 * @returns octets of RC/CC/DS
 * @throws {DecodeError} a length is not that of what follows it
 * @see ETSI TS 102 225 §5.1, §5.2
 */
export function readLengths(
  reader: ByteReader,
  packet: 'CPL' | 'RPL',
  header: 'CHL' | 'RHL',
  min: number,
): number {
  const length = reader.uint(2, packet);
  if (length !== reader.remaining) {
    throw reader.error(packet, `expected the ${reader.remaining} octets that follow it`, 0);
  }
  const headerLength = reader.uint(1, header);
  if (headerLength < min || headerLength > reader.remaining) {
    throw reader.error(header, `expected ${min} to the octets that follow it`, 2);
  }
  return headerLength - min;
}

/**
 * Tells whether the header contradicts itself: a digital signature, or a checksum of another length
 * than the key's. To be asked before TAR is looked up.
 *
 * @see ETSI TS 102 225 §5.1.1
 */
export function hasHeaderFault(frame: CommandFrame, checksumKeys: KeySet | undefined): boolean {
  if (frame.spi.integrity === 'ds') return true;
  const checksum = checksumOf(frame.spi.integrity, frame.kid, checksumKeys);
  return checksum !== undefined && checksum.length !== frame.checksumOctets;
}

/** The keys that KIc and KID of one packet name; they may be of different key sets, or missing. */
export interface PacketKeys {
  readonly ciphering: KeySet | undefined;
  readonly checksum: KeySet | undefined;
}

/**
 * Deciphers what follows TAR and computes the checksum; judges nothing.
 *
 * @returns `undefined` when there is no cipher for KIc, or the octets are no whole blocks
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 */
export function readCommandBody(frame: CommandFrame, keys: PacketKeys): CommandBody | undefined {
  const plain = decipher(
    frame,
    frame.spi.isCiphered ? cipherOf(frame.kic, keys.ciphering) : 'none',
  );
  if (plain === undefined) return undefined;
  const reader = new ByteReader(plain, 'command packet', CLEAR_OCTETS);
  const cntr = reader.uint(5, 'CNTR');
  const pcntr = reader.uint(1, 'PCNTR');
  const checksum = reader.take(frame.checksumOctets, 'RC/CC/DS');
  const padded = reader.rest();
  const by = checksumOf(frame.spi.integrity, frame.kid, keys.checksum);
  if (by === undefined || frame.spi.integrity === 'none') {
    return { cntr, pcntr, checksum, checksumOk: undefined, padded };
  }
  // Covered: every octet but the checksum's own, padding included.
  const covered = concat(frame.clear, plain.subarray(0, COUNTERS_OCTETS), padded);
  const checksumOk = equalsInConstantTime(by.compute(covered), checksum);
  return { cntr, pcntr, checksum, checksumOk, padded };
}

function decipher(
  frame: CommandFrame,
  cipher: Cipher | 'none' | undefined,
): Uint8Array | undefined {
  if (cipher === 'none') return frame.body;
  if (cipher === undefined || frame.body.length % cipher.block !== 0) return undefined;
  return cipher.decrypt(frame.body);
}

/**
 * Deciphers a command packet and checks its RC/CC/DS; leaves the value of CNTR to the caller.
 *
 * @param frame what {@link splitCommandPacket} read
 * @param keys the key sets that KIc and KID name, as far as they exist
 * @returns the packet, or the status for its PoR: a refusal is a value, not an exception
 * @see ETSI TS 102 225 §5.1.1 (SPI), §5.1.2 (KIc), §5.1.3 (KID)
 * @example
 * ```ts
 * import { fromHex, openCommandPacket, otaKey, splitCommandPacket, toHex } from 'vuicc';
 *
 * const keys = {
 *   kvn: 2,
 *   cipheringKey: otaKey('AES', fromHex('200102030405060708090a0b0c0d0e0f')),
 *   checksumKey: otaKey('AES', fromHex('201102030405060708090a0b0c0d0e0f')),
 *   macLength: 8,
 * } as const;
 * const octets = fromHex(
 *   '00281506192222b00011e87cceebb2d93083011ce294f93fc4d8' +
 *     'de80da1abae8c37ca3e72ec4432e5058',
 * );
 * const frame = splitCommandPacket(octets);
 * const opened = openCommandPacket(frame, { ciphering: keys, checksum: keys });
 * if (!opened.ok || toHex(opened.packet.data) !== '00a40004023f00') throw new Error('opened');
 * ```
 */
export function openCommandPacket(frame: CommandFrame, keys: PacketKeys): OpenResult {
  const { spi, kic, kid, tar } = frame;
  const body = readCommandBody(frame, keys);
  const refuse = (status: OpenFailure): OpenResult => ({ ok: false, status, cntr: body?.cntr });
  const cipher = spi.isCiphered ? cipherOf(kic, keys.ciphering) : undefined;
  const checksum = checksumOf(spi.integrity, kid, keys.checksum);
  if (checksum === undefined || hasHeaderFault(frame, keys.checksum)) {
    return refuse('unidentified-security-error');
  }
  if (spi.isCiphered && cipher === undefined) return refuse('unidentified-security-error');
  if (body === undefined) return refuse('ciphering-error');
  if (body.checksumOk === false) return refuse('rc-cc-ds-failed');
  // Judged after the checksum, so that an altered octet is 01 and no oracle for the padding.
  const blockMax = cipher === undefined ? 1 : cipher.block;
  if (body.pcntr >= blockMax || body.pcntr > body.padded.length) return refuse('ciphering-error');
  const data = body.padded.slice(0, body.padded.length - body.pcntr);
  const packet = { spi, kic, kid, tar, cntr: body.cntr, data } as VerifiedCommandPacket;
  return { ok: true, packet };
}

/** What a command packet is made of. */
export interface CommandPacketInput {
  readonly spi: Spi;
  readonly kic: number;
  readonly kid: number;
  /** 3 octets. */
  readonly tar: Uint8Array;
  /** 40 bits. */
  readonly cntr: number;
  /** Secured data without padding. */
  readonly data: Uint8Array;
}

/**
 * Seals a command packet.
 *
 * @param keys the key sets that KIc and KID name; those that SPI does not use may be missing
 * @returns the packet, CPL first
 * @throws {RangeError} a key that SPI asks for is missing or of another algorithm, or a field does
 *   not fit
 * @see ETSI TS 102 225 §5.1
 * @example
 * ```ts
 * import { decodeSpi, fromHex, otaKey, sealCommandPacket, toHex } from 'vuicc';
 *
 * const keys = {
 *   kvn: 2,
 *   cipheringKey: otaKey('AES', fromHex('200102030405060708090a0b0c0d0e0f')),
 *   checksumKey: otaKey('AES', fromHex('201102030405060708090a0b0c0d0e0f')),
 *   macLength: 8,
 * } as const;
 * const packet = sealCommandPacket(
 *   {
 *     spi: decodeSpi([0x06, 0x19]),
 *     kic: 0x22,
 *     kid: 0x22,
 *     tar: fromHex('b00011'),
 *     cntr: 0,
 *     data: fromHex('00a40004023f00'),
 *   },
 *   { ciphering: keys, checksum: keys },
 * );
 * if (!toHex(packet).startsWith('00281506192222b00011e87c')) throw new Error('sealed');
 * ```
 */
export function sealCommandPacket(input: CommandPacketInput, keys: PacketKeys): Uint8Array {
  const { spi, kic, kid, tar, cntr, data } = input;
  if (tar.length !== 3) throw new RangeError(`tar: expected 3 octets, got ${tar.length}`);
  const cipher = spi.isCiphered ? cipherOf(kic, keys.ciphering) : undefined;
  if (spi.isCiphered && cipher === undefined) throw new RangeError('kic: no key of this algorithm');
  const checksum = checksumOf(spi.integrity, kid, keys.checksum);
  if (checksum === undefined) throw new RangeError('kid: no key of this algorithm');
  const pcntr = paddingOctets(COUNTERS_OCTETS + checksum.length + data.length, cipher);
  const chl = CHL_MIN + checksum.length;
  const [spi1, spi2] = encodeSpi(spi);
  const clear = new ByteWriter()
    .uint(2, 1 + chl + data.length + pcntr, 'CPL')
    .uint(1, chl, 'CHL')
    .bytes(Uint8Array.of(spi1, spi2, kic, kid))
    .bytes(tar)
    .finish();
  const counters = new ByteWriter().uint(5, cntr, 'CNTR').uint(1, pcntr, 'PCNTR').finish();
  const padded = concat(data, new Uint8Array(pcntr));
  const mac = checksum.compute(concat(clear, counters, padded));
  const body = concat(counters, mac, padded);
  return concat(clear, cipher === undefined ? body : cipher.encrypt(body));
}

/** How many octets of padding a cipher asks for behind so many octets. */
export function paddingOctets(octets: number, cipher: Cipher | undefined): number {
  if (cipher === undefined) return 0;
  return (cipher.block - (octets % cipher.block)) % cipher.block;
}
