/**
 * Which keys `vuicc ota` needs, and the options that give them.
 *
 *     ciphered   --kic-key    the algorithm that KIc names
 *     CC         --kid-key    the algorithm that KID names
 *     RC         no key       the polynomial that KID names
 *
 * @see docs/architecture.md, "The command line"; ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import {
  checksumOf,
  cipherOf,
  type KeySet,
  keyVersion,
  namedKey,
  type OtaKey,
  otaKey,
} from '../ota/key-set.ts';
import type { PacketKeys } from '../ota/secured-packet.ts';
import type { Integrity } from '../ota/spi.ts';
import { hexOption, hexText, UsageError } from './output.ts';

/** Options that name keys. */
export interface KeyOptions {
  readonly kicKey?: string;
  readonly kidKey?: string;
  readonly macLength?: string;
}

/** Which keys one packet needs. */
export interface KeyNeeds {
  readonly kic: number;
  readonly kid: number;
  readonly isCiphered: boolean;
  readonly integrity: Integrity;
}

/** Where SPI, KIc and KID stand, for messages. */
export interface Places {
  readonly spi: string;
  readonly kic: string;
  readonly kid: string;
}

/** An octet that names no algorithm leaves it to the key: DES by its 8 octets, else AES. */
const IMPLICIT_KEY_OCTETS: readonly number[] = [8, 16, 24, 32];

function nameless(place: string, what: string, kicOrKid: number): UsageError {
  const found = kicOrKid.toString(16).padStart(2, '0');
  return new UsageError(`${place}: expected an octet that names ${what}, found ${found}`);
}

/** @returns `undefined` when the octet names no algorithm that has keys */
function keyOption(name: string, kicOrKid: number, text: string | undefined): OtaKey | undefined {
  const named = namedKey(kicOrKid);
  if (named === undefined && (kicOrKid & 0x0f) !== 0) return undefined;
  if (text === undefined) throw new UsageError(`${name}: needed for this SPI, not given`);
  const key = hexOption(name, text, named?.octets ?? IMPLICIT_KEY_OCTETS);
  return otaKey(named?.algorithm ?? (key.length === 8 ? 'DES' : 'AES'), key);
}

/** A key that SPI does not use need not be given, nor be one of the algorithm. */
function unusedKey(name: string, text: string | undefined): undefined {
  if (text !== undefined) hexText(name, text);
}

function macLength(text: string | undefined): 4 | 8 {
  if (text === undefined || text === '8') return 8;
  if (text === '4') return 4;
  throw new UsageError(`--mac-length: expected 4 or 8, found "${text}"`);
}

/**
 * Makes the keys that KIc and KID name of those that were given.
 *
 * @throws {UsageError} a key that is needed is missing or wrong, KIc or KID names no algorithm for
 *   what SPI asks for, or SPI asks for DS
 */
export function packetKeys(places: Places, needs: KeyNeeds, options: KeyOptions): PacketKeys {
  const { kic, kid, isCiphered, integrity } = needs;
  const { kicKey, kidKey } = options;
  if (integrity === 'ds') {
    throw new UsageError(`${places.spi}: expected none, RC or CC, found DS, which is reserved`);
  }
  const keys = (kvn: number): KeySet => ({
    kvn,
    cipheringKey: isCiphered ? keyOption('--kic-key', kic, kicKey) : unusedKey('--kic-key', kicKey),
    checksumKey:
      integrity === 'cc' ? keyOption('--kid-key', kid, kidKey) : unusedKey('--kid-key', kidKey),
    macLength: macLength(options.macLength),
  });
  const ciphering = keys(keyVersion(kic));
  const checksum = keys(keyVersion(kid));
  if (isCiphered && cipherOf(kic, ciphering) === undefined) {
    throw nameless(places.kic, 'a cipher', kic);
  }
  if (checksumOf(integrity, kid, checksum) === undefined) {
    throw nameless(places.kid, integrity === 'rc' ? 'an RC' : 'a CC', kid);
  }
  return { ciphering, checksum };
}
