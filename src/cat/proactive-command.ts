/**
 * Proactive commands: what the UICC asks of the ME, fetched with FETCH.
 *
 *     D0 len | 81 03 number type qualifier | 82 02 source destination | more objects
 *
 * @see ETSI TS 102 223 §6.6, §8.6, §8.7, §9.4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { berTlv, decodeBerTlvs } from '../tlv/ber.ts';
import {
  type ComprehensionTlv,
  comprehensionTlv,
  decodeComprehensionTlvs,
  findTlv,
} from '../tlv/comprehension.ts';

/** Tags of data objects that more than one message has. */
export const TAG = {
  commandDetails: 0x01,
  deviceIdentities: 0x02,
  result: 0x03,
  address: 0x06,
  smsTpdu: 0x0b,
} as const;

/** The two ends of a message. */
export const DEVICE = {
  display: 0x02,
  earpiece: 0x03,
  uicc: 0x81,
  terminal: 0x82,
  network: 0x83,
} as const;

/** Types of command that this project names. Any other is carried all the same. */
export const COMMAND_TYPE = {
  refresh: 0x01,
  moreTime: 0x02,
  pollInterval: 0x03,
  pollingOff: 0x04,
  sendShortMessage: 0x13,
  playTone: 0x20,
  displayText: 0x21,
} as const;

const PROACTIVE_COMMAND = 0xd0;

/** Number, type and qualifier: a TERMINAL RESPONSE repeats all three. */
export interface CommandDetails {
  /** 1 to 254. */
  readonly number: number;
  /** One of {@link COMMAND_TYPE}, or another. */
  readonly type: number;
  readonly qualifier: number;
}

/** A proactive command, decoded. */
export interface ProactiveCommand {
  readonly details: CommandDetails;
  /** {@link DEVICE}, or another device. */
  readonly destination: number;
  /** All objects after the first two, in order. */
  readonly objects: readonly ComprehensionTlv[];
}

/** Writes command details as TLV. */
export function encodeCommandDetails(details: CommandDetails): Uint8Array {
  const { number, type, qualifier } = details;
  return comprehensionTlv(TAG.commandDetails, Uint8Array.of(number, type, qualifier));
}

/**
 * Reads command details.
 *
 * @throws {DecodeError} there are none, or not 3 octets
 * @see ETSI TS 102 223 §8.6
 */
export function decodeCommandDetails(
  objects: readonly ComprehensionTlv[],
  name: string,
): CommandDetails {
  const value = findTlv(objects, TAG.commandDetails);
  if (value?.length !== 3) throw new DecodeError(`${name}/command details`, 0, 'expected 3 octets');
  const [number = 0, type = 0, qualifier = 0] = value;
  return { number, type, qualifier };
}

/** Writes device identities as TLV. */
export function encodeDevices(source: number, destination: number): Uint8Array {
  return comprehensionTlv(TAG.deviceIdentities, Uint8Array.of(source, destination));
}

/**
 * Writes a proactive command as FETCH returns it.
 *
 * @returns 'D0', length, and the objects
 * @see ETSI TS 102 223 §6.6
 */
export function encodeProactiveCommand(command: ProactiveCommand): Uint8Array {
  const more = command.objects.map((object) =>
    comprehensionTlv(object.tag, object.value, object.comprehensionRequired),
  );
  return berTlv(
    PROACTIVE_COMMAND,
    encodeCommandDetails(command.details),
    encodeDevices(DEVICE.uicc, command.destination),
    ...more,
  );
}

/**
 * Reads a proactive command, as an ME does.
 *
 * @param octets the response data of FETCH
 * @throws {DecodeError} it is no proactive command, or its details or devices are missing
 * @see ETSI TS 102 223 §6.6
 */
export function decodeProactiveCommand(octets: Uint8Array): ProactiveCommand {
  const name = 'proactive command';
  const [outer, ...more] = decodeBerTlvs(octets, name);
  if (outer?.tag !== PROACTIVE_COMMAND || more.length > 0) {
    throw new DecodeError(`${name}/tag`, 0, `expected one object 'd0'`);
  }
  const objects = decodeComprehensionTlvs(outer.value, name);
  const details = decodeCommandDetails(objects, name);
  const devices = findTlv(objects, TAG.deviceIdentities);
  if (devices?.length !== 2)
    throw new DecodeError(`${name}/device identities`, 0, 'expected 2 octets');
  return {
    details,
    destination: devices[1]!,
    objects: objects.filter(
      ({ tag }) => tag !== TAG.commandDetails && tag !== TAG.deviceIdentities,
    ),
  };
}

/** Says which of {@link COMMAND_TYPE} a type is, for people. */
export function commandTypeName(type: number): string {
  const names: Readonly<Record<number, string>> = {
    [COMMAND_TYPE.refresh]: 'REFRESH',
    [COMMAND_TYPE.moreTime]: 'MORE TIME',
    [COMMAND_TYPE.pollInterval]: 'POLL INTERVAL',
    [COMMAND_TYPE.pollingOff]: 'POLLING OFF',
    [COMMAND_TYPE.sendShortMessage]: 'SEND SHORT MESSAGE',
    [COMMAND_TYPE.playTone]: 'PLAY TONE',
    [COMMAND_TYPE.displayText]: 'DISPLAY TEXT',
  };
  return names[type] ?? `command of type '${type.toString(16).padStart(2, '0')}'`;
}

/** Joins TLVs; what follows a fixed part of a message. */
export function joinObjects(objects: readonly ComprehensionTlv[]): Uint8Array {
  return concat(
    ...objects.map(({ tag, value, comprehensionRequired }) =>
      comprehensionTlv(tag, value, comprehensionRequired),
    ),
  );
}
