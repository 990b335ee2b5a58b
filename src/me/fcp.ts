/**
 * The FCP template, as far as an ME looks into it.
 *
 *     62 len | 82 descriptor | 80 size | A5 { 87 commands } | C6 { 90 bitmap, 83 reference … }
 *
 * The objects may come in any order. In the PIN status template the first reference stands for b8
 * of the bitmap's first octet; its bit is 1 when the PIN has to be verified.
 *
 * @see ETSI TS 102 221 §11.1.1.3 (FCP template), §9 (PIN status)
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { decodeBerTlvs, type Tlv } from '../tlv/ber.ts';

const FCP_TEMPLATE = 0x62;
const TAG = {
  fileSize: 0x80,
  descriptor: 0x82,
  proprietary: 0xa5,
  supportedCommands: 0x87,
  pinStatus: 0xc6,
  pinBitmap: 0x90,
  keyReference: 0x83,
} as const;

const TERMINAL_CAPABILITY = 0x01;

/** One PIN of a directory. */
export interface PinStatus {
  /** Key reference, one octet: '01' is PIN1 of an application. */
  readonly reference: number;
  /** It has to be verified. */
  readonly isEnabled: boolean;
}

/** An FCP template, decoded. */
export interface FcpTemplate {
  /** Size of a transparent EF, or of all records together; `undefined` for a directory. */
  readonly fileSize: number | undefined;
  /** `undefined` for what has no records. */
  readonly records: { readonly length: number; readonly count: number } | undefined;
  /** The card wants TERMINAL CAPABILITY before anything else. */
  readonly wantsTerminalCapability: boolean;
  /** In the order of the template; `undefined` when there is none. */
  readonly pins: readonly PinStatus[] | undefined;
}

const RECORD_DESCRIPTOR_OCTETS = 5;

function find(objects: readonly Tlv[], tag: number): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

function uint(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

function recordsOf(descriptor: Uint8Array): FcpTemplate['records'] {
  if (descriptor.length !== RECORD_DESCRIPTOR_OCTETS) return undefined;
  return { length: uint(descriptor.subarray(2, 4)), count: descriptor[4]! };
}

function pinsOf(template: Uint8Array): PinStatus[] {
  const objects = decodeBerTlvs(template, 'FCP/PIN status');
  const bitmap = find(objects, TAG.pinBitmap);
  const references = objects.filter(({ tag }) => tag === TAG.keyReference);
  if (bitmap === undefined || references.length > bitmap.length * 8) {
    throw new DecodeError('FCP/PIN status', 0, 'expected a bit for each key reference');
  }
  return references.map(({ value }, n) => {
    if (value.length !== 1) throw new DecodeError('FCP/key reference', 0, 'expected 1 octet');
    return { reference: value[0]!, isEnabled: ((bitmap[n >> 3]! << (n % 8)) & 0x80) !== 0 };
  });
}

/**
 * Reads the response data of SELECT or STATUS.
 *
 * @param octets one FCP template; not kept
 * @throws {DecodeError} it is none, or a part of it that matters here is malformed
 * @see ETSI TS 102 221 §11.1.1.3
 */
export function decodeFcp(octets: Uint8Array): FcpTemplate {
  const [template, ...behind] = decodeBerTlvs(octets, 'FCP');
  if (template?.tag !== FCP_TEMPLATE || behind.length > 0) {
    throw new DecodeError('FCP', 0, `expected one data object '62'`);
  }
  const objects = decodeBerTlvs(template.value, 'FCP');
  const proprietary = find(objects, TAG.proprietary) ?? new Uint8Array(0);
  const commands = find(decodeBerTlvs(proprietary, 'FCP/proprietary'), TAG.supportedCommands);
  const descriptor = find(objects, TAG.descriptor);
  const fileSize = find(objects, TAG.fileSize);
  const pinStatus = find(objects, TAG.pinStatus);
  if (fileSize !== undefined && (fileSize.length < 1 || fileSize.length > 4)) {
    throw new DecodeError('FCP/file size', 0, `expected 1 to 4 octets, found ${fileSize.length}`);
  }
  return {
    fileSize: fileSize && uint(fileSize),
    records: descriptor && recordsOf(descriptor),
    wantsTerminalCapability: ((commands?.[0] ?? 0) & TERMINAL_CAPABILITY) !== 0,
    pins: pinStatus && pinsOf(pinStatus),
  };
}
