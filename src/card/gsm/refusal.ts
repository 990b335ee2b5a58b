/**
 * How class A0 says no: the same reasons as the UICC's, in other words.
 *
 *     92 memory    94 files and records    98 CHVs and rights    67 P3    6B P1 P2    6F the rest
 *
 * @see 3GPP TS 51.011 §9.4
 * @module
 */

import type { StatusWord } from '../../apdu/response.ts';
import type { Reply } from '../command.ts';
import type { Failure } from '../refusal.ts';

/** Status words of class A0 alone. */
export const SIM_SW = {
  memoryProblem: 0x9240,
  noEfSelected: 0x9400,
  outOfRange: 0x9402,
  notFound: 0x9404,
  inconsistentFile: 0x9408,
  noChv: 0x9802,
  accessDenied: 0x9804,
  chvStatus: 0x9808,
  invalidationStatus: 0x9810,
  chvBlocked: 0x9840,
  maximumReached: 0x9850,
  /** The second octet is the right P3, or '00'. */
  wrongP3: 0x6700,
  wrongP1P2: 0x6b00,
  technicalProblem: 0x6f00,
} as const;

/** A reason that has no row is one for which the document has no word: '6F00'. */
const SW_OF_FAILURE: Readonly<Partial<Record<Failure, StatusWord>>> = {
  'file-not-found': SIM_SW.notFound,
  'no-ef-selected': SIM_SW.noEfSelected,
  'incompatible-structure': SIM_SW.inconsistentFile,
  'record-not-found': SIM_SW.outOfRange,
  'offset-outside': SIM_SW.outOfRange,
  'too-long': SIM_SW.wrongP3,
  'wrong-length': SIM_SW.wrongP3,
  'ef-deactivated': SIM_SW.invalidationStatus,
  'ef-terminated': SIM_SW.invalidationStatus,
  'access-denied': SIM_SW.accessDenied,
  'search-unsuccessful': SIM_SW.notFound,
  'maximum-reached': SIM_SW.maximumReached,
  'reference-not-found': SIM_SW.noChv,
  'pin-blocked': SIM_SW.chvBlocked,
  'pin-disabled': SIM_SW.chvStatus,
  'pin-enabled': SIM_SW.chvStatus,
  'not-stored': SIM_SW.memoryProblem,
};

/** '63CX', what the UICC says of a wrong PIN: the last digit counts the tries. */
const TRIES_LEFT = 0x63c;

/**
 * Says a refusal in the words of class A0.
 *
 * @see 3GPP TS 51.011 §9.4
 */
export function simStatusWord({ sw, failure }: Extract<Reply, { kind: 'refused' }>): StatusWord {
  if (failure !== undefined) return SW_OF_FAILURE[failure] ?? SIM_SW.technicalProblem;
  if (sw >> 4 !== TRIES_LEFT) return sw;
  return (sw & 0x0f) === 0 ? SIM_SW.chvBlocked : SIM_SW.accessDenied;
}
