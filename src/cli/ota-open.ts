/**
 * `vuicc ota open`: opens a command packet or, with `--response`, a PoR.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { checksumOf } from '../ota/key-set.ts';
import { openResponsePacket } from '../ota/response-packet.ts';
import {
  type CommandFrame,
  hasHeaderFault,
  openCommandPacket,
  type PacketKeys,
  readCommandBody,
  splitCommandPacket,
} from '../ota/secured-packet.ts';
import { decodeSpi } from '../ota/spi.ts';
import { readable, unwrap } from './ota-input.ts';
import { type KeyOptions, packetKeys } from './ota-keys.ts';
import { doesNotHold, hexOption, json, line, UsageError } from './output.ts';

/** The options of the subcommand. */
export interface OpenOptions extends KeyOptions {
  readonly response?: true;
  readonly spi?: string;
  readonly kic?: string;
  readonly kid?: string;
  readonly json?: true;
}

/** What the subcommand prints, in this order. */
export type OpenDocument = Readonly<Record<string, string | number | boolean | null>>;

/** A packet, opened. */
export interface Opened {
  readonly document: OpenDocument;
  /** No check failed. */
  readonly holds: boolean;
}

const COMMAND_PLACES = { spi: 'packet/SPI', kic: 'packet/KIc', kid: 'packet/KID' } as const;
const RESPONSE_PLACES = { spi: '--spi/SPI2', kic: '--kic', kid: '--kid' } as const;

const HELP = `
A command packet may come as it is, in user data, in an SMS-DELIVER or in an ENVELOPE; a response
packet as it is, in user data, in an SMS-SUBMIT or in a SEND SHORT MESSAGE as FETCH gives it, from
D0 on and without SW. One of several short messages is one argument, in any order, all in the same
form. A failed check is exit code 1; all that could be read is printed all the same.

Examples:
  $ vuicc ota open --kic-key 200102030405060708090a0b0c0d0e0f \\
      --kid-key 201102030405060708090a0b0c0d0e0f \\
      00281506192222b00011e87cceebb2d93083011ce294f93fc4d8de80da1abae8c37ca3e72ec4432e5058
  $ vuicc ota open 0500030702020000000000000700a1b2c3 070003070201700000110d00010000b0
  $ vuicc ota open --response --spi 0619 --kic 22 --kid 22 \\
      --kic-key 200102030405060708090a0b0c0d0e0f --kid-key 201102030405060708090a0b0c0d0e0f \\
      027100002412b00011ebc6b497e2cad7aedf36ace0e3a29b38853f0fe9ccde81913be5702b73abce1f
`;

function cntrHex(cntr: number): string {
  return toHex(new ByteWriter().uint(5, cntr, 'CNTR').finish());
}

function octetHex(octet: number): string {
  return toHex(Uint8Array.of(octet));
}

/** What is behind TAR. Where nothing can be deciphered, everything is null. */
function bodyOf(frame: CommandFrame, keys: PacketKeys): OpenDocument {
  const body = readCommandBody(frame, keys);
  if (body === undefined) {
    return { cntr: null, pcntr: null, checksum: null, checksumOk: null, data: null };
  }
  const { cntr, pcntr, checksum, padded } = body;
  const isCut = pcntr <= padded.length;
  return {
    cntr: cntrHex(cntr),
    pcntr,
    checksum: toHex(checksum),
    checksumOk: body.checksumOk ?? null,
    data: isCut ? toHex(padded.subarray(0, padded.length - pcntr)) : null,
  };
}

function openCommand(texts: readonly string[], options: OpenOptions): Opened {
  const { form, packet } = unwrap(texts, 'command');
  const frame = readable(() => splitCommandPacket(packet));
  const { spi, kic, kid } = frame;
  const { isCiphered, integrity } = spi;
  const keys = packetKeys(COMMAND_PLACES, { kic, kid, isCiphered, integrity }, options);
  if (hasHeaderFault(frame, keys.checksum)) {
    const expected = checksumOf(integrity, kid, keys.checksum)?.length;
    const found = frame.checksumOctets;
    throw new UsageError(`packet/CHL: expected a checksum of ${expected} octets, found ${found}`);
  }
  const document = {
    form,
    spi: toHex(frame.clear.subarray(3, 5)),
    kic: octetHex(kic),
    kid: octetHex(kid),
    tar: toHex(frame.tar),
    ...bodyOf(frame, keys),
  };
  return { document, holds: openCommandPacket(frame, keys).ok };
}

function openResponse(texts: readonly string[], options: OpenOptions): Opened {
  const { spi: spiText, kic: kicText, kid: kidText } = options;
  if (spiText === undefined || kicText === undefined || kidText === undefined) {
    throw new UsageError('--response: expected --spi, --kic and --kid of the command');
  }
  const [spi1 = 0, spi2 = 0] = hexOption('--spi', spiText, [2]);
  const [kic = 0] = hexOption('--kic', kicText, [1]);
  const [kid = 0] = hexOption('--kid', kidText, [1]);
  const spi = decodeSpi([spi1, spi2]);
  const { isPorCiphered: isCiphered, porIntegrity: integrity } = spi;
  const keys = packetKeys(RESPONSE_PLACES, { kic, kid, isCiphered, integrity }, options);
  const { packet: octets } = unwrap(texts, 'response');
  const packet = readable(() => openResponsePacket(octets, { spi, kic, kid }, keys));
  const document = {
    tar: toHex(packet.tar),
    cntr: cntrHex(packet.cntr),
    pcntr: packet.pcntr,
    status: octetHex(packet.status),
    checksumOk: packet.checksumOk ?? null,
    data: toHex(packet.data),
  };
  return { document, holds: packet.checksumOk !== false };
}

/**
 * Opens a packet.
 *
 * @param texts one packet, or the short messages that carry it; hex
 * @throws {UsageError} an option or the input cannot be read, or a key is missing
 * @see ETSI TS 102 225 §5.1, §5.2
 */
export function openDocument(texts: readonly string[], options: OpenOptions): Opened {
  if (options.response === true) return openResponse(texts, options);
  const { spi, kic, kid } = options;
  if ((spi ?? kic ?? kid) !== undefined) {
    throw new UsageError(
      '--spi, --kic, --kid: expected --response with them, a command has its own',
    );
  }
  return openCommand(texts, options);
}

function run(texts: readonly string[], options: OpenOptions): void {
  const { document, holds } = openDocument(texts, options);
  if (!holds) doesNotHold();
  if (options.json === true) json(document);
  else for (const [name, value] of Object.entries(document)) line(`${name.padEnd(11)} ${value}`);
}

/** Adds the subcommand. */
export function addOtaOpen(ota: Command): void {
  ota
    .command('open')
    .description('open a command packet, or a PoR')
    .argument('<hex...>', 'packet, or the short messages that carry it')
    .option('--kic-key <hex>', 'ciphering key')
    .option('--kid-key <hex>', 'checksum key')
    .option('--mac-length <octets>', 'octets of a CMAC, 4 or 8', '8')
    .option('--response', 'it is a response packet')
    .option('--spi <hex>', 'SPI of the command (with --response)')
    .option('--kic <hex>', 'KIc of the command (with --response)')
    .option('--kid <hex>', 'KID of the command (with --response)')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
