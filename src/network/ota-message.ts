/**
 * A command of the subscription change in one short message.
 *
 *     SPI '16 19'   CC, ciphered, CNTR higher; PoR always, with CC, ciphered, by delivery report
 *     KIc, KID      b8 to b5 the device's key version number | b4 to b1 '2' for AES
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4; docs/subscription-change.md
 * @module
 */

import type { ShortMessageDown } from '../air/short-message.ts';
import type { Address } from '../bytes/address.ts';
import { type KeySet, keyOctet } from '../ota/key-set.ts';
import { sealCommandPacket } from '../ota/secured-packet.ts';
import {
  commandUserData,
  DCS_8BIT_CLASS_2,
  encodeSmsDeliver,
  PID_DATA_DOWNLOAD,
} from '../ota/sms.ts';
import { decodeSpi } from '../ota/spi.ts';
import type { SentPacket } from './delivery-report.ts';

const SPI = decodeSpi([0x16, 0x19]);

/** Where messages come from. */
export interface MessageOrigin {
  /** RP-OA of the messages. */
  readonly serviceCentre: Address;
  /** TP-OA of the messages. */
  readonly originator: Address;
  /** Gives TP-SCTS of the next message, 7 octets. */
  readonly timestamp: () => Uint8Array;
}

/** What a packet is made of; the keys are one device's. */
export interface CommandToSeal {
  readonly keys: KeySet;
  /** 3 octets. */
  readonly tar: Uint8Array;
  /** 40 bits. */
  readonly cntr: number;
  readonly kind: SentPacket['kind'];
  readonly data: Uint8Array;
}

/**
 * Seals a command.
 *
 * @returns TP-UD, which may be longer than a short message holds, and what the answer is judged by
 * @throws {RangeError} the key set lacks a key
 * @see ETSI TS 102 225 §5.1
 */
export function sealCommand(command: CommandToSeal): {
  readonly userData: Uint8Array;
  readonly sent: SentPacket;
} {
  const { keys, tar, cntr, kind, data } = command;
  const kic = keyOctet(keys.kvn, keys.cipheringKey);
  const kid = keyOctet(keys.kvn, keys.checksumKey);
  const packetKeys = { ciphering: keys, checksum: keys };
  const packet = sealCommandPacket({ spi: SPI, kic, kid, tar, cntr, data }, packetKeys);
  const sent = { kind, security: { spi: SPI, kic, kid }, keys: packetKeys, tar, cntr };
  return { userData: commandUserData(packet), sent };
}

/**
 * Puts TP-UD into a message to the card.
 *
 * @param userData at most 140 octets
 * @throws {RangeError} a field does not fit
 * @see 3GPP TS 23.040 §9.2.2.1; 3GPP TS 31.115 §4
 */
export function deliverMessage(userData: Uint8Array, origin: MessageOrigin): ShortMessageDown {
  const { serviceCentre, originator, timestamp } = origin;
  const tpdu = encodeSmsDeliver({
    originator,
    pid: PID_DATA_DOWNLOAD,
    dcs: DCS_8BIT_CLASS_2,
    timestamp: timestamp(),
    hasHeader: true,
    moreMessages: false,
    userData,
  });
  return { serviceCentre, tpdu };
}
