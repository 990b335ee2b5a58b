/**
 * Names of status words. A name is for people; code compares numbers, since cards send what no
 * table foresees.
 *
 * @see ETSI TS 102 221 §10.2.1; 3GPP TS 31.102 §7.3 (authentication); 3GPP TS 51.011 §9.4
 * @module
 */

import type { StatusWord } from './response.ts';

/** Status words by name. */
export const SW = {
  ok: 0x9000,
  warning: 0x6200,
  endReached: 0x6282,
  deactivated: 0x6283,
  terminated: 0x6285,
  moreDataAvailable: 0x62f1,
  moreDataExpected: 0x63f1,
  memoryProblem: 0x6581,
  wrongLength: 0x6700,
  channelNotSupported: 0x6881,
  secureMessagingNotSupported: 0x6882,
  incompatibleStructure: 0x6981,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  referenceInvalidated: 0x6984,
  conditionsNotSatisfied: 0x6985,
  noCurrentEf: 0x6986,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  fileNotFound: 0x6a82,
  recordNotFound: 0x6a83,
  notEnoughMemory: 0x6a84,
  wrongP1P2: 0x6a86,
  lcInconsistentWithP1P2: 0x6a87,
  referenceNotFound: 0x6a88,
  fileExists: 0x6a89,
  nameExists: 0x6a8a,
  wrongOffset: 0x6b00,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
  technicalProblem: 0x6f00,
  maximumReached: 0x9850,
  macIncorrect: 0x9862,
  contextNotSupported: 0x9864,
  noMemoryAvailable: 0x9866,
} as const;

const MEANING: Readonly<Record<number, string>> = {
  0x9000: 'ok',
  0x6200: 'warning, no information',
  0x6282: 'end of file or record reached, or search without success',
  0x6283: 'selected file deactivated',
  0x6285: 'selected file terminated',
  0x62f1: 'more data available',
  0x62f2: 'more data available, and a proactive command is pending',
  0x63f1: 'more data expected',
  0x63f2: 'more data expected, and a proactive command is pending',
  0x6581: 'memory problem',
  0x6700: 'wrong length',
  0x6881: 'logical channel not supported',
  0x6882: 'secure messaging not supported',
  0x6981: 'command incompatible with file structure',
  0x6982: 'security status not satisfied',
  0x6983: 'PIN or authentication method blocked',
  0x6984: 'referenced data invalidated',
  0x6985: 'conditions of use not satisfied',
  0x6986: 'no EF selected',
  0x6a80: 'incorrect data field',
  0x6a81: 'function not supported',
  0x6a82: 'file not found',
  0x6a83: 'record not found',
  0x6a84: 'not enough memory space',
  0x6a86: 'incorrect P1 P2',
  0x6a87: 'Lc inconsistent with P1 P2',
  0x6a88: 'referenced data not found',
  0x6a89: 'file exists already',
  0x6a8a: 'DF name exists already',
  0x6b00: 'wrong P1 P2 or offset',
  0x6d00: 'instruction not supported',
  0x6e00: 'class not supported',
  0x6f00: 'technical problem',
  0x9240: 'memory problem',
  0x9300: 'toolkit busy',
  0x9400: 'no EF selected',
  0x9402: 'out of range, no such offset or record',
  0x9404: 'file or pattern not found',
  0x9408: 'command inconsistent with file',
  0x9802: 'no CHV initialised',
  0x9804: 'access condition not fulfilled, or wrong CHV with tries left',
  0x9808: 'in contradiction with CHV status',
  0x9810: 'in contradiction with invalidation status',
  0x9840: 'CHV blocked, no try is left',
  0x9850: 'cannot be increased, the maximum is reached',
  0x9862: 'authentication error, incorrect MAC',
  0x9864: 'security context not supported, or too long to be suspended',
  0x9865: 'key freshness failure',
  0x9866: 'authentication error, no memory space available',
  0x9867: 'authentication error, no memory space available in EF_MUK',
};

/**
 * Says in words what a status word means.
 *
 * @param sw 16 bits
 * @returns a short phrase; 'unknown' when no document defines it
 * @see ETSI TS 102 221 §10.2.1
 * @example
 * ```ts
 * import { describeStatusWord } from 'vuicc';
 *
 * if (describeStatusWord(0x63c2) !== '2 tries left') throw new Error('PIN');
 * ```
 */
export function describeStatusWord(sw: StatusWord): string {
  const low = sw & 0xff;
  const count = low === 0 ? 256 : low;
  if (sw >> 8 === 0x91) return `ok, a proactive command of ${count} octets is pending`;
  if (sw >> 8 === 0x61) return `ok, ${count} octets of response data are ready`;
  if (sw >> 8 === 0x9f) return `ok, ${count} octets of response data are ready`;
  if (sw >> 8 === 0x9e) return `download error, ${count} octets of response data are ready`;
  if (sw >> 8 === 0x67 && low !== 0) return `wrong length, ${low} would be right`;
  if (sw >> 8 === 0x6c) return `wrong Le, ${count} octets are there`;
  if (sw >> 4 === 0x63c) return `${sw & 0x0f} tries left`;
  return MEANING[sw] ?? 'unknown';
}
