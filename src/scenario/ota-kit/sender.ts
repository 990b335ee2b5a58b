/**
 * The sender of an OTA test: it has the keys of the card, and makes a packet of a script.
 *
 *     script ─▶ secured data ─▶ sealed with a key set ─▶ damaged, if a test says so ─▶ TP-UDs
 *
 * What is not asked for is what a server would send: the key set that the card has first, its next
 * CNTR, KIc and KID of that key set.
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { equals } from '../../bytes/octets.ts';
import type { AppletEntry, StoredKeySet } from '../../card/memory.ts';
import { expandKeySet } from '../../card/usim-keys.ts';
import { checksumOf, cipherOf, type KeySet, keyOctet, type OtaKey } from '../../ota/key-set.ts';
import type { ResponseSecurity } from '../../ota/response-packet.ts';
import { sealCommandPacket } from '../../ota/secured-packet.ts';
import { segmentPacket } from '../../ota/segmentation.ts';
import { IEI } from '../../ota/sms.ts';
import { decodeSpi, encodeSpi, type Integrity, type Spi } from '../../ota/spi.ts';
import {
  describeArgument,
  expectFunction,
  expectNames,
  hexArgument,
  numberArgument,
  wordArgument,
} from './arguments.ts';
import type { SentCommand } from './result.ts';
import { type OtaScript, type RemoteFormat, securedDataOf } from './script.ts';

/** How a packet is made. What is left out is as `card.ota` says. */
export interface OtaOptions {
  /** 3 octets in hex. */
  readonly tar?: string;
  /** Key version number, 0 to 15. */
  readonly keySet?: number;
  /** SPI1 and SPI2 in hex. */
  readonly spi?: string;
  /** KIc and KID in hex, when they are to name something else than the key set. */
  readonly kic?: string;
  readonly kid?: string;
  /** CNTR: a number, or 10 hex digits. */
  readonly cntr?: number | string;
  /**
   * Format of script and report. Left out: that of the applet; the report of an applet with logic
   * of your own is then not read.
   */
  readonly format?: RemoteFormat;
  /** Reference of the concatenation when the packet needs several messages, 0 to 255. */
  readonly reference?: number;
  /** Changes the packet after it was sealed: for tests of refusals. */
  readonly damage?: (packet: Uint8Array) => Uint8Array;
}

/** What the sender knows of the card. Holds keys: treat as secret. */
export interface KnownCard {
  /** Those of the pair in use. */
  readonly keySets: readonly StoredKeySet[];
  readonly applets: readonly AppletEntry[];
  /** Kinds of applets whose reports have a format of their own. */
  readonly foreignKinds: readonly string[];
}

const OPTIONS = [
  'tar',
  'keySet',
  'spi',
  'kic',
  'kid',
  'cntr',
  'format',
  'reference',
  'damage',
] as const;
const FORMATS: readonly RemoteFormat[] = ['compact', 'expanded'];
/** CC, ciphering, counter higher; a PoR with both, in the delivery report. */
export const DEFAULT_SPI = '1619';
/** Remote file management from the MF on, in compact format. */
export const DEFAULT_TAR = 'B00000';
const KVN_MAX = 15;
const CNTR_OCTETS = 5;
const CNTR_MAX = 2 ** 40 - 1;
const REFERENCE_MAX = 0xff;
/** CRC-32, CRC-16, and what is implicit: CRC-32 of an RC, the key's own algorithm of a CC. */
const OTHER_KID_NIBBLES = [0x5, 0x1, 0x0] as const;
const NIBBLES: readonly number[] = Array.from({ length: 16 }, (_, nibble) => nibble);

function hexOf(octet: number): string {
  return `'${toHex(Uint8Array.of(octet))}'`;
}

function storedKeySet(keySet: number | undefined, { keySets }: KnownCard): StoredKeySet {
  const kvn = keySet === undefined ? undefined : numberArgument('keySet', keySet, KVN_MAX);
  const found = kvn === undefined ? keySets[0] : keySets.find((keys) => keys.kvn === kvn);
  if (found !== undefined) return found;
  const there = keySets.map((keys) => keys.kvn).join(', ');
  throw new RangeError(`keySet: expected one that the card has (${there || 'none'}), got ${kvn}`);
}

function cntrOf(cntr: OtaOptions['cntr'], stored: StoredKeySet): number {
  if (cntr === undefined) return Math.min(stored.cntr + 1, CNTR_MAX);
  if (typeof cntr === 'number') return numberArgument('cntr', cntr, CNTR_MAX);
  return Number.parseInt(toHex(hexArgument('cntr', cntr, CNTR_OCTETS)), 16);
}

/** What is reserved would be sealed as 0, which is not what was asked for. */
function spiOf(text: string): Spi {
  const octets = hexArgument('spi', text, 2);
  const [spi1 = 0, spi2 = 0] = octets;
  const spi = decodeSpi([spi1, spi2]);
  const sent = Uint8Array.from(encodeSpi(spi));
  if (equals(sent, octets)) return spi;
  const expected = toHex(sent);
  throw new RangeError(`spi: expected no reserved bits, as in ${expected}, got ${toHex(octets)}`);
}

function keyOf(key: OtaKey | undefined, { kvn }: KeySet): string {
  return key === undefined
    ? 'none'
    : `${key.algorithm} of ${key.octets} octets, as key set ${kvn} has`;
}

/** The checksums that SPI asks for: of the command, and of the PoR when there may be one. */
function checksumsOf({ integrity, por, porIntegrity }: Spi): readonly Integrity[] {
  return por === 'none' ? [integrity] : [integrity, porIntegrity];
}

function serves(spi: Spi, kid: number, keys: KeySet): boolean {
  return checksumsOf(spi).every((integrity) => checksumOf(integrity, kid, keys) !== undefined);
}

/** KID of the key where it serves all that SPI asks for; an RC may need another algorithm. */
function kidOf(spi: Spi, keys: KeySet): number {
  const own = keyOctet(keys.kvn, keys.checksumKey);
  const others = OTHER_KID_NIBBLES.map((nibble) => keys.kvn * 16 + nibble);
  return [own, ...others].find((kid) => serves(spi, kid, keys)) ?? own;
}

/** The values of KID that would serve each half of SPI. */
function kidsFor(spi: Spi, kid: number, keys: KeySet): string {
  const asked = new Set(checksumsOf(spi).filter((integrity) => integrity !== 'none'));
  const choices = [...asked].map((integrity) => {
    const values = NIBBLES.map((nibble) => (kid & 0xf0) + nibble);
    const right = values.filter((value) => checksumOf(integrity, value, keys) !== undefined);
    return `${right.map(hexOf).join(', ') || 'a key'} for ${integrity.toUpperCase()}`;
  });
  return choices.join(' and ');
}

/** What cannot be sealed is no packet, and nobody should ask for a PoR that he cannot check. */
function expectUse({ spi, kic, kid }: ResponseSecurity, keys: KeySet): void {
  const hasPor = spi.por !== 'none';
  const isCiphered = spi.isCiphered || (hasPor && spi.isPorCiphered);
  if (isCiphered && cipherOf(kic, keys) === undefined) {
    const expected = keyOf(keys.cipheringKey, keys);
    throw new RangeError(`kic: expected the algorithm of ${expected}, got ${hexOf(kic)}`);
  }
  const checksums = checksumsOf(spi);
  if (checksums.includes('ds')) throw new RangeError('spi: expected RC, CC or none, got DS');
  if (serves(spi, kid, keys)) return;
  const expected = checksums.includes('rc')
    ? kidsFor(spi, kid, keys)
    : `the algorithm of ${keyOf(keys.checksumKey, keys)}`;
  throw new RangeError(`kid: expected ${expected}, got ${hexOf(kid)}`);
}

function formatsOf(
  asked: RemoteFormat | undefined,
  applet: AppletEntry | undefined,
  { foreignKinds }: KnownCard,
): {
  readonly sent: RemoteFormat;
  readonly format: RemoteFormat | undefined;
  readonly appletFormat: RemoteFormat | undefined;
} {
  const isForeign = applet !== undefined && foreignKinds.includes(applet.kind);
  const appletFormat = isForeign ? undefined : applet?.format;
  if (asked !== undefined) {
    const format = wordArgument('format', asked, FORMATS);
    return { sent: format, format, appletFormat };
  }
  const sent = applet?.format ?? 'compact';
  return { sent, format: isForeign ? undefined : sent, appletFormat };
}

function damaged(packet: Uint8Array, damage: OtaOptions['damage']): Uint8Array {
  if (damage === undefined) return packet;
  expectFunction('damage', damage);
  const octets: unknown = damage(packet);
  if (octets instanceof Uint8Array) return octets;
  throw new TypeError(`damage: expected octets back, got ${describeArgument(octets)}`);
}

/**
 * Makes the short messages that bring a script to a card.
 *
 * @throws {TypeError} the script or an option is of another kind, or there is no such option
 * @throws {RangeError} an option is out of range, there is no such key set, or it cannot do what
 *   SPI asks for
 * @throws {DecodeError} the script is not hex, or no C-APDUs
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4
 */
export function sealScript(script: OtaScript, options: OtaOptions, card: KnownCard): SentCommand {
  expectNames('options', options, OPTIONS);
  const tar = hexArgument('tar', options.tar ?? DEFAULT_TAR, 3);
  const spi = spiOf(options.spi ?? DEFAULT_SPI);
  const stored = storedKeySet(options.keySet, card);
  const keys = expandKeySet(stored);
  const octet = (name: 'kic' | 'kid', own: number): number => {
    const text = options[name];
    return text === undefined ? own : hexArgument(name, text, 1)[0]!;
  };
  const kic = octet('kic', keyOctet(keys.kvn, keys.cipheringKey));
  const kid = octet('kid', kidOf(spi, keys));
  expectUse({ spi, kic, kid }, keys);
  const cntr = cntrOf(options.cntr, stored);
  const reference = numberArgument('reference', options.reference ?? cntr % 256, REFERENCE_MAX);
  const applet = card.applets.find((entry) => equals(entry.tar, tar));
  const { sent, ...formats } = formatsOf(options.format, applet, card);
  const packetKeys = { ciphering: keys, checksum: keys };
  const data = securedDataOf(script, sent);
  const sealed = sealCommandPacket({ spi, kic, kid, tar, cntr, data }, packetKeys);
  const packet = damaged(sealed, options.damage);
  const messages = segmentPacket(packet, { iei: IEI.commandPacket, reference });
  return { packet, messages, security: { spi, kic, kid }, keys: packetKeys, ...formats };
}
