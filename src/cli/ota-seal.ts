/**
 * `vuicc ota seal`: makes a command packet and wraps it for each of its carriers.
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import type { Command } from 'commander';
import { commandApdu, encodeCommandApdu } from '../apdu/command.ts';
import { type Address, address } from '../bytes/address.ts';
import { toHex } from '../bytes/hex.ts';
import { equals } from '../bytes/octets.ts';
import { encodeSmsPpDownload } from '../cat/envelope.ts';
import { sealCommandPacket } from '../ota/secured-packet.ts';
import { type Segmentation, segmentPacket } from '../ota/segmentation.ts';
import { DCS_8BIT_CLASS_2, encodeSmsDeliver, IEI, PID_DATA_DOWNLOAD } from '../ota/sms.ts';
import { decodeSpi, encodeSpi, type Spi } from '../ota/spi.ts';
import { type KeyOptions, packetKeys } from './ota-keys.ts';
import { hexOption, json, line, UsageError } from './output.ts';

/** The options of the subcommand. */
export interface SealOptions extends KeyOptions {
  readonly spi: string;
  readonly kic: string;
  readonly kid: string;
  readonly tar: string;
  readonly cntr: string;
  readonly oa: string;
  readonly smsc: string;
  readonly scts: string;
  readonly ref?: string;
  readonly ref16?: string;
  readonly json?: true;
}

/** What the subcommand prints: hex, and of each carrier as many as there are short messages. */
export interface SealDocument {
  /** CPL first. */
  readonly packet: string;
  /** UDHL first. */
  readonly userData: readonly string[];
  /** SMS-DELIVER. */
  readonly deliver: readonly string[];
  /** C-APDU of case 3. */
  readonly envelope: readonly string[];
}

const HELP = `
The second digit of KIc and KID is the algorithm; the size of AES is the length of the key:

  KIc          1 DES   d DES in ECB   5 3DES, 2 keys   9 3DES, 3 keys   2 AES
  KID of a CC  1 DES                  5 3DES, 2 keys   9 3DES, 3 keys   2 AES (CMAC)
  KID of an RC 1 CRC-16               5 CRC-32

0 leaves it to the key, DES with 8 octets and else AES; of an RC it is CRC-32. A key that SPI does
not use need not be given. A packet that one short message does not hold is cut into several, with
one line or list element each; all have the reference of --ref (one octet) or --ref16 (two), which
is 0 in one octet when neither is given.

Examples:
  $ vuicc ota seal --spi 0619 --kic 22 --kid 22 --tar b00011 --cntr 0 \\
      --kic-key 200102030405060708090a0b0c0d0e0f --kid-key 201102030405060708090a0b0c0d0e0f \\
      00a40004023f00
  $ vuicc ota seal --spi 1105 --kic 10 --kid 15 --tar b00000 --cntr 7 00a4000c022fe200b000000a
  $ vuicc ota seal --spi 0001 --kic 00 --kid 00 --tar b00011 --cntr 0 --ref16 300 \\
      $(printf %0300d 0)    # 150 octets of data, in two short messages
`;

const ENVELOPE = [0x80, 0xc2, 0x00, 0x00] as const;
const PLACES = { spi: '--spi', kic: '--kic', kid: '--kid' } as const;

function addressOption(name: string, text: string): Address {
  try {
    return address(text);
  } catch {
    throw new UsageError(`${name}: expected + and digits, found "${text}"`);
  }
}

function cntrOption(text: string): number {
  if (!/^[0-9a-fA-F]{1,10}$/.test(text)) {
    throw new UsageError(`--cntr: expected 1 to 10 hex digits, found "${text}"`);
  }
  return Number.parseInt(text, 16);
}

function referenceOption(name: string, text: string, max: number): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`${name}: expected 0 to ${max}, found "${text}"`);
}

/** One short message has no reference, and a wrong one is still wrong. */
function reference({ ref, ref16 }: SealOptions): Pick<Segmentation, 'reference' | 'width'> {
  if (ref !== undefined && ref16 !== undefined) {
    throw new UsageError('--ref, --ref16: expected one of them, found both');
  }
  if (ref16 !== undefined) {
    return { reference: referenceOption('--ref16', ref16, 0xffff), width: 16 };
  }
  return { reference: referenceOption('--ref', ref ?? '0', 0xff), width: 8 };
}

/** What is reserved would be sealed as 0, which is not what was asked for. */
function spiOption(text: string): Spi {
  const octets = hexOption('--spi', text, [2]);
  const [spi1 = 0, spi2 = 0] = octets;
  const spi = decodeSpi([spi1, spi2]);
  const sent = Uint8Array.from(encodeSpi(spi));
  if (equals(sent, octets)) return spi;
  const found = toHex(octets);
  throw new UsageError(
    `--spi: expected no reserved bit or value, as ${toHex(sent)}, found ${found}`,
  );
}

/** Runs what fails only of too many octets: everything else was looked at before. */
function fitting<T>(seal: () => T): T {
  try {
    return seal();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`data: too long, ${error.message}`);
    throw error;
  }
}

function seal(data: string, options: SealOptions): Uint8Array {
  const spi = spiOption(options.spi);
  const [kic = 0] = hexOption('--kic', options.kic, [1]);
  const [kid = 0] = hexOption('--kid', options.kid, [1]);
  const { isCiphered, integrity } = spi;
  const keys = packetKeys(PLACES, { kic, kid, isCiphered, integrity }, options);
  const input = {
    spi,
    kic,
    kid,
    tar: hexOption('--tar', options.tar, [3]),
    cntr: cntrOption(options.cntr),
    data: hexOption('data', data),
  };
  return fitting(() => sealCommandPacket(input, keys));
}

/**
 * Makes a command packet and wraps it for each of its carriers.
 *
 * @param data secured data, hex
 * @throws {UsageError} an option or the data cannot be read, do not fit, or a key is missing
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4
 */
export function sealDocument(data: string, options: SealOptions): SealDocument {
  const packet = seal(data, options);
  const originator = addressOption('--oa', options.oa);
  const serviceCentre = addressOption('--smsc', options.smsc);
  const timestamp = hexOption('--scts', options.scts, [7]);
  const segmentation = { iei: IEI.commandPacket, ...reference(options) };
  const userData = fitting(() => segmentPacket(packet, segmentation));
  const deliver = userData.map((part, n) =>
    encodeSmsDeliver({
      originator,
      pid: PID_DATA_DOWNLOAD,
      dcs: DCS_8BIT_CLASS_2,
      timestamp,
      hasHeader: true,
      moreMessages: n < userData.length - 1,
      userData: part,
    }),
  );
  const envelope = deliver.map((tpdu) =>
    encodeCommandApdu(commandApdu(ENVELOPE, encodeSmsPpDownload({ serviceCentre, tpdu }))),
  );
  return {
    packet: toHex(packet),
    userData: userData.map(toHex),
    deliver: deliver.map(toHex),
    envelope: envelope.map(toHex),
  };
}

function run(data: string, options: SealOptions): void {
  const document = sealDocument(data, options);
  if (options.json === true) {
    json(document);
    return;
  }
  for (const [name, value] of Object.entries(document)) {
    for (const one of [value].flat()) line(`${name.padEnd(9)} ${one}`);
  }
}

/** Adds the subcommand. */
export function addOtaSeal(ota: Command): void {
  ota
    .command('seal')
    .description('make a command packet')
    .argument('<data>', 'secured data, hex')
    .requiredOption('--spi <hex>', 'SPI, 4 digits')
    .requiredOption('--kic <hex>', 'KIc, 2 digits')
    .requiredOption('--kid <hex>', 'KID, 2 digits')
    .requiredOption('--tar <hex>', 'TAR, 6 digits')
    .requiredOption('--cntr <hex>', 'CNTR, 1 to 10 digits')
    .option('--kic-key <hex>', 'ciphering key')
    .option('--kid-key <hex>', 'checksum key')
    .option('--mac-length <octets>', 'octets of a CMAC, 4 or 8', '8')
    .option('--oa <address>', 'originator', '+491711234567')
    .option('--smsc <address>', 'service centre', '+491710760000')
    .option('--scts <hex>', 'time stamp, 14 digits', '00000000000000')
    .option('--ref <number>', 'reference of several short messages, 0 to 255; one has none')
    .option('--ref16 <number>', 'the same in two octets, 0 to 65535')
    .option('--json', 'one JSON document: { packet, userData, deliver, envelope }')
    .addHelpText('after', HELP)
    .action(run);
}
