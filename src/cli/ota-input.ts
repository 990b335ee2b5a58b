/**
 * What `vuicc ota` reads from options and arguments: keys, and packets in any of their wrappings.
 *
 *     packet       CPL first, or RPL for a response
 *     user-data    UDHL first
 *     deliver      SMS-DELIVER
 *     envelope     ENVELOPE, a C-APDU or its data alone
 *
 * @see docs/architecture.md, "The command line"; ETSI TS 102 225 §5.1
 * @module
 */

import { decodeCommandApdu } from '../apdu/command.ts';
import { DecodeError } from '../bytes/errors.ts';
import { decodeEnvelope, decodeSmsPpDownload, SMS_PP_DOWNLOAD } from '../cat/envelope.ts';
import { aesOtaKey, type KeySet, keyVersion, type OtaKey } from '../ota/key-set.ts';
import type { PacketKeys } from '../ota/secured-packet.ts';
import { commandPacketOf, decodeSmsDeliver, decodeUserData, hasElement, IEI } from '../ota/sms.ts';
import type { Integrity } from '../ota/spi.ts';
import { hexOption, hexText, UsageError } from './output.ts';

/** How a packet is wrapped. */
export type Form = 'packet' | 'user-data' | 'deliver' | 'envelope';

/** A packet without its wrapping. */
export interface Unwrapped {
  readonly form: Form;
  readonly packet: Uint8Array;
}

/** Options that name keys. */
export interface KeyOptions {
  readonly kicKey?: string;
  readonly kidKey?: string;
  readonly macLength?: string;
}

const ENVELOPE_INS = 0xc2;
const AES_KEY_OCTETS = [16, 24, 32] as const;
const IMPLICIT_AND_AES: readonly number[] = [0, 2];

function fromUserData(octets: Uint8Array, iei: number): Uint8Array {
  const data = decodeUserData(octets);
  if (hasElement(data, iei)) return data.body;
  if (hasElement(data, IEI.responsePacket)) {
    throw new UsageError('packet: this is a response packet, open it with --response');
  }
  throw new DecodeError('TP-UD/UDH', 0, `expected the information element '${iei.toString(16)}'`);
}

function fromDeliver(octets: Uint8Array): Uint8Array {
  const packet = commandPacketOf(decodeSmsDeliver(octets));
  if (packet === undefined) {
    throw new DecodeError('TP-UD/UDH', 0, `expected the information element '70'`);
  }
  return packet;
}

function fromEnvelope(octets: Uint8Array): Uint8Array {
  const data = octets[0] === SMS_PP_DOWNLOAD ? octets : decodeCommandApdu(octets).data;
  return fromDeliver(decodeSmsPpDownload(decodeEnvelope(data)).tpdu);
}

/** CPL or RPL that is right, or below 512 and wrong: UDHL and TP-MTI with TP-UDHI are 2 or more. */
function isPacket(octets: Uint8Array): boolean {
  const [first = 0, second = 0] = octets;
  return first <= 0x01 || first * 256 + second === octets.length - 2;
}

/** The first octets tell: CPL, the class and INS of ENVELOPE, TP-MTI with TP-UDHI, or UDHL. */
function formOf(octets: Uint8Array): Form {
  const [first = 0, second = 0] = octets;
  if (isPacket(octets)) return 'packet';
  if (first === SMS_PP_DOWNLOAD || (first >= 0x80 && second === ENVELOPE_INS)) return 'envelope';
  return (first & 0x43) === 0x40 ? 'deliver' : 'user-data';
}

/**
 * Takes the wrapping off a command packet.
 *
 * @throws {UsageError} the wrapping contradicts itself; the message names the field
 */
export function unwrapCommand(text: string): Unwrapped {
  const octets = hexOption('packet', text);
  const form = formOf(octets);
  return readable(() => {
    if (form === 'envelope') return { form, packet: fromEnvelope(octets) };
    if (form === 'deliver') return { form, packet: fromDeliver(octets) };
    if (form === 'user-data') return { form, packet: fromUserData(octets, IEI.commandPacket) };
    return { form, packet: octets };
  });
}

/** Takes the UDH off a response packet, if it has one. */
export function unwrapResponse(text: string): Uint8Array {
  const octets = hexOption('packet', text);
  if (isPacket(octets)) return octets;
  return readable(() => fromUserData(octets, IEI.responsePacket));
}

/** Runs a decoder; what it cannot read is unreadable input. */
export function readable<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Which keys one packet needs. */
export interface KeyNeeds {
  readonly kic: number;
  readonly kid: number;
  readonly isCiphered: boolean;
  readonly integrity: Integrity;
}

/** A key that SPI does not use need not be given, nor be one of the algorithm. */
function keyOption(
  name: string,
  kicOrKid: number,
  isNeeded: boolean,
  text: string | undefined,
): OtaKey | undefined {
  if (!isNeeded) {
    if (text !== undefined) hexText(name, text);
    return undefined;
  }
  if (text === undefined) throw new UsageError(`${name}: needed for this SPI, not given`);
  const nibble = kicOrKid & 0x0f;
  if (!IMPLICIT_AND_AES.includes(nibble)) {
    const hex = nibble.toString(16);
    throw new UsageError(`${name}: algorithm nibble ${hex} is not supported, expected 2 (AES)`);
  }
  return aesOtaKey(hexOption(name, text, AES_KEY_OCTETS));
}

function macLength(text: string | undefined): 4 | 8 {
  if (text === undefined || text === '8') return 8;
  if (text === '4') return 4;
  throw new UsageError(`--mac-length: expected 4 or 8, found "${text}"`);
}

/**
 * Makes the keys that KIc and KID name of those that were given.
 *
 * @param spi where SPI stands, for the message
 * @throws {UsageError} a key that is needed is missing or wrong, or SPI asks for RC or DS
 */
export function packetKeys(spi: string, needs: KeyNeeds, options: KeyOptions): PacketKeys {
  const { kic, kid, isCiphered, integrity } = needs;
  if (integrity === 'rc' || integrity === 'ds') {
    const found = integrity.toUpperCase();
    throw new UsageError(`${spi}: expected CC or none, found ${found}, which is not supported`);
  }
  const cipheringKey = keyOption('--kic-key', kic, isCiphered, options.kicKey);
  const checksumKey = keyOption('--kid-key', kid, integrity === 'cc', options.kidKey);
  const length = macLength(options.macLength);
  const keys = (kvn: number): KeySet => ({ kvn, cipheringKey, checksumKey, macLength: length });
  return { ciphering: keys(keyVersion(kic)), checksum: keys(keyVersion(kid)) };
}
