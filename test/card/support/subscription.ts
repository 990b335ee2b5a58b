/**
 * Commands of the subscription change in real packets, for a card of the built-in profile.
 *
 * @see docs/subscription-change.md; ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { address } from '../../../src/bytes/address.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import { encodeSmsPpDownload } from '../../../src/cat/envelope.ts';
import { otaKey } from '../../../src/ota/key-set.ts';
import { openResponsePacket, type ResponsePacket } from '../../../src/ota/response-packet.ts';
import { type PacketKeys, sealCommandPacket } from '../../../src/ota/secured-packet.ts';
import {
  commandUserData,
  DCS_8BIT_CLASS_2,
  encodeSmsDeliver,
  PID_DATA_DOWNLOAD,
  responsePacketOf,
} from '../../../src/ota/sms.ts';
import { decodeSpi, type Spi } from '../../../src/ota/spi.ts';
import { SUBSCRIPTION_CHANGE_TAR } from '../../../src/ota/subscription-change.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { TestCard } from './test-card.ts';

/** KIc and KID: key version 1, AES. */
const KIC_KID = 0x12;

/** IMSI 001010000000102 and 001010000000103 as EF_IMSI holds them. */
export const IMSI_B = '080910100000001020';
export const IMSI_C = '080910100000001030';
export const IMSI_D = '080910100000001040';

/** ICCID 89999010000000000013 of the built-in profile. */
export const ICCID = '98990901000000000031';

/** CHANGE with MNC length 2. */
export function change(guard: string, imsi: string, operatorData = ''): string {
  const data = `${guard}02${imsi}${operatorData}`;
  return `80500000${(data.length / 2).toString(16).padStart(2, '0')}${data}`;
}

/** QUERY. */
export const QUERY = '8052000000';

/** CANCEL. */
export function cancel(guard: string, imsi: string): string {
  return `805400000A${guard}${imsi}`;
}

/** How a command goes; what is left out is as an operator does it. */
export interface Sending {
  /** 1 when left out. */
  readonly cntr?: number;
  /** Index of the pair whose keys are used; 0 when left out. */
  readonly pair?: number;
  /** SPI2; SPI1 is '16': CC, ciphered, CNTR higher. '19' when left out: PoR with CC, ciphered. */
  readonly spi2?: number;
}

function keysOf(pair: number): PacketKeys {
  const [keySet] = DEFAULT_PROFILE.keyTable.entries[pair]?.keySets ?? [];
  if (keySet === undefined) throw new Error(`no pair ${pair}`);
  const keys = {
    kvn: keySet.kvn,
    cipheringKey: otaKey('AES', fromHex(keySet.kic.key)),
    checksumKey: otaKey('AES', fromHex(keySet.kid.key)),
    macLength: 8 as const,
  };
  return { ciphering: keys, checksum: keys };
}

function spiOf({ spi2 = 0x19 }: Sending): Spi {
  return decodeSpi([0x16, spi2]);
}

/** Gives the ENVELOPE that brings a command to the card. */
export function envelope(command: string, sending: Sending = {}): string {
  const { cntr = 1, pair = 0 } = sending;
  const packet = sealCommandPacket(
    {
      spi: spiOf(sending),
      kic: KIC_KID,
      kid: KIC_KID,
      tar: SUBSCRIPTION_CHANGE_TAR,
      cntr,
      data: fromHex(command),
    },
    keysOf(pair),
  );
  const tpdu = encodeSmsDeliver({
    originator: address('12345'),
    pid: PID_DATA_DOWNLOAD,
    dcs: DCS_8BIT_CLASS_2,
    timestamp: fromHex('52100121430500'),
    hasHeader: true,
    moreMessages: false,
    userData: commandUserData(packet),
  });
  const data = encodeSmsPpDownload({ serviceCentre: undefined, tpdu });
  return toHex(concat(Uint8Array.of(0x80, 0xc2, 0, 0, data.length), data)).toUpperCase();
}

/** Opens TP-UD of a delivery report. */
export function openPor(userData: string, sending: Sending = {}): ResponsePacket {
  const security = { spi: spiOf(sending), kic: KIC_KID, kid: KIC_KID };
  const packet = responsePacketOf(fromHex(userData));
  return openResponsePacket(packet, security, keysOf(sending.pair ?? 0));
}

/** What came back: the status code of the PoR, its data, and the SW of the last command. */
export interface Answered {
  readonly status: number;
  /** Whether the PoR has a checksum that is right. */
  readonly isVerified: boolean;
  /** '01', the SW of the command, its data: hex of upper case. */
  readonly data: string;
  /** SW of the last GET RESPONSE. */
  readonly sw: string;
}

/** Sends a command and collects its PoR. */
export function sendCommand(card: TestCard, command: string, sending: Sending = {}): Answered {
  const answer = card.ask(envelope(command, sending));
  const por = openPor(answer.slice(0, -4), sending);
  return {
    status: por.status,
    isVerified: por.checksumOk === true,
    data: toHex(por.data).toUpperCase(),
    sw: answer.slice(-4),
  };
}
