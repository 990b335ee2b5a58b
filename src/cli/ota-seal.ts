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
import { encodeSmsPpDownload } from '../cat/envelope.ts';
import { sealCommandPacket } from '../ota/secured-packet.ts';
import {
  commandUserData,
  DCS_8BIT_CLASS_2,
  encodeSmsDeliver,
  PID_DATA_DOWNLOAD,
  USER_DATA_MAX,
} from '../ota/sms.ts';
import { decodeSpi } from '../ota/spi.ts';
import { type KeyOptions, packetKeys } from './ota-input.ts';
import { hexOption, json, line, UsageError } from './output.ts';

interface SealOptions extends KeyOptions {
  readonly spi: string;
  readonly kic: string;
  readonly kid: string;
  readonly tar: string;
  readonly cntr: string;
  readonly oa: string;
  readonly smsc: string;
  readonly scts: string;
  readonly ref?: string;
  readonly json?: true;
}

const HELP = `
The algorithm is the low nibble of KIc and KID (2: AES), the AES size the length of the key. A key
that SPI does not use need not be given.

Example:
  $ vuicc ota seal --spi 0619 --kic 22 --kid 22 --tar b00011 --cntr 0 \\
      --kic-key 200102030405060708090a0b0c0d0e0f --kid-key 201102030405060708090a0b0c0d0e0f \\
      00a40004023f00
`;

const REFERENCE_MAX = 255;
const ENVELOPE = [0x80, 0xc2, 0x00, 0x00] as const;

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

/** One short message has no reference, and a wrong one is still wrong. */
function expectReference(text: string | undefined): void {
  if (text === undefined || (/^[0-9]{1,3}$/.test(text) && Number(text) <= REFERENCE_MAX)) return;
  throw new UsageError(`--ref: expected 0 to ${REFERENCE_MAX}, found "${text}"`);
}

function seal(data: string, options: SealOptions): Uint8Array {
  const [spi1 = 0, spi2 = 0] = hexOption('--spi', options.spi, [2]);
  const [kic = 0] = hexOption('--kic', options.kic, [1]);
  const [kid = 0] = hexOption('--kid', options.kid, [1]);
  const spi = decodeSpi([spi1, spi2]);
  const { isCiphered, integrity } = spi;
  const keys = packetKeys('--spi', { kic, kid, isCiphered, integrity }, options);
  const input = {
    spi,
    kic,
    kid,
    tar: hexOption('--tar', options.tar, [3]),
    cntr: cntrOption(options.cntr),
    data: hexOption('data', data),
  };
  try {
    return sealCommandPacket(input, keys);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function run(data: string, options: SealOptions): void {
  const packet = seal(data, options);
  const userData = commandUserData(packet);
  const originator = addressOption('--oa', options.oa);
  const serviceCentre = addressOption('--smsc', options.smsc);
  const timestamp = hexOption('--scts', options.scts, [7]);
  expectReference(options.ref);
  if (userData.length > USER_DATA_MAX) {
    throw new UsageError(
      `data: expected one short message, found ${userData.length} octets of ${USER_DATA_MAX}`,
    );
  }
  const deliver = encodeSmsDeliver({
    originator,
    pid: PID_DATA_DOWNLOAD,
    dcs: DCS_8BIT_CLASS_2,
    timestamp,
    hasHeader: true,
    moreMessages: false,
    userData,
  });
  const download = encodeSmsPpDownload({ serviceCentre, tpdu: deliver });
  const envelope = encodeCommandApdu(commandApdu(ENVELOPE, download));
  const document = {
    packet: toHex(packet),
    userData: [toHex(userData)],
    deliver: [toHex(deliver)],
    envelope: [toHex(envelope)],
  };
  if (options.json === true) json(document);
  else for (const [name, value] of Object.entries(document)) line(`${name.padEnd(9)} ${value}`);
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
    .option('--ref <number>', 'reference of concatenated messages; one message has none')
    .option('--json', 'one JSON document: { packet, userData, deliver, envelope }')
    .addHelpText('after', HELP)
    .action(run);
}
