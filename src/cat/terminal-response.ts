/**
 * TERMINAL RESPONSE: what became of a proactive command.
 *
 *     81 03 number type qualifier | 82 02 82 81 | 83 len general [additional] | more objects
 *
 * The general result falls into three classes that matter to the card: '0X' and '1X' performed,
 * '2X' worth another try, '3X' not worth one.
 *
 * @see ETSI TS 102 223 §6.8, §8.12
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import {
  type ComprehensionTlv,
  comprehensionTlv,
  decodeComprehensionTlvs,
  findTlv,
} from '../tlv/comprehension.ts';
import {
  type CommandDetails,
  DEVICE,
  decodeCommandDetails,
  encodeCommandDetails,
  encodeDevices,
  joinObjects,
  TAG,
} from './proactive-command.ts';

/** General results that this project names. */
export const RESULT = {
  performed: 0x00,
  terminalUnable: 0x20,
  beyondCapabilities: 0x30,
  typeNotUnderstood: 0x31,
  dataNotUnderstood: 0x32,
  valuesMissing: 0x36,
} as const;

/** Additional information on 'terminal unable': busy on a call, and screen busy. */
export const UNABLE = { none: 0x00, screenBusy: 0x01, busyOnCall: 0x02 } as const;

/** What a general result means for the card. */
export type ResultClass = 'performed' | 'try-later' | 'refused';

/** A TERMINAL RESPONSE, decoded. */
export interface TerminalResponse {
  readonly details: CommandDetails;
  /** General result, one octet. */
  readonly result: number;
  /** Additional information; often none. */
  readonly additional: Uint8Array;
  /** All objects after the result. */
  readonly objects: readonly ComprehensionTlv[];
}

/** Tells the class of a general result. */
export function resultClass(result: number): ResultClass {
  if (result >= 0x30) return 'refused';
  return result >= 0x20 ? 'try-later' : 'performed';
}

/**
 * Writes the data of a TERMINAL RESPONSE.
 *
 * @see ETSI TS 102 223 §6.8
 */
export function encodeTerminalResponse(response: TerminalResponse): Uint8Array {
  const result = concat(Uint8Array.of(response.result), response.additional);
  return concat(
    encodeCommandDetails(response.details),
    encodeDevices(DEVICE.terminal, DEVICE.uicc),
    comprehensionTlv(TAG.result, result),
    joinObjects(response.objects),
  );
}

/**
 * Reads the data of a TERMINAL RESPONSE.
 *
 * @throws {DecodeError} an object does not fit, or details or result are missing
 * @see ETSI TS 102 223 §6.8
 */
export function decodeTerminalResponse(octets: Uint8Array): TerminalResponse {
  const name = 'TERMINAL RESPONSE';
  const objects = decodeComprehensionTlvs(octets, name);
  const details = decodeCommandDetails(objects, name);
  const result = findTlv(objects, TAG.result);
  if (result === undefined || result.length < 1) {
    throw new DecodeError(`${name}/result`, 0, 'expected 1 octet or more');
  }
  const fixed: readonly number[] = [TAG.commandDetails, TAG.deviceIdentities, TAG.result];
  return {
    details,
    result: result[0]!,
    additional: result.slice(1),
    objects: objects.filter(({ tag }) => !fixed.includes(tag)),
  };
}
