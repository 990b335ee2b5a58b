/**
 * How the card refuses: reasons as values, and the one table that turns them into status words.
 *
 * The file system and the commands know reasons. A command of class A0 has to refuse the same
 * failure with other words, so the words stand apart: those of class A0 in gsm/refusal.ts.
 *
 * @see ETSI TS 102 221 §10.2.1
 * @module
 */

import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';

/** Why a command on files cannot be done. */
export type FileFailure =
  | 'file-not-found'
  | 'not-shareable'
  | 'no-ef-selected'
  | 'incompatible-structure'
  | 'record-not-found'
  | 'offset-outside'
  | 'too-long'
  | 'wrong-length';

/** Why the card does not do what a command asks. */
export type Failure =
  | FileFailure
  | 'ef-deactivated'
  | 'ef-terminated'
  | 'access-denied'
  | 'wrong-p1-p2'
  | 'lc-inconsistent'
  | 'search-unsuccessful'
  | 'maximum-reached'
  | 'wrong-data'
  | 'not-enough-memory'
  | 'file-exists'
  | 'name-exists'
  | 'reference-not-found'
  | 'pin-blocked'
  | 'pin-disabled'
  | 'pin-enabled'
  | 'conditions-not-satisfied'
  | 'not-stored'
  | 'mac-incorrect'
  | 'context-not-supported'
  | 'no-memory-available';

/** How a UICC command refuses. */
export const SW_OF_FAILURE: Readonly<Record<Failure, StatusWord>> = {
  'file-not-found': SW.fileNotFound,
  'not-shareable': SW.conditionsNotSatisfied,
  'no-ef-selected': SW.noCurrentEf,
  'incompatible-structure': SW.incompatibleStructure,
  'record-not-found': SW.recordNotFound,
  'offset-outside': SW.wrongOffset,
  'too-long': SW.wrongLength,
  'wrong-length': SW.wrongLength,
  'ef-deactivated': SW.referenceInvalidated,
  'ef-terminated': SW.conditionsNotSatisfied,
  'access-denied': SW.securityNotSatisfied,
  'wrong-p1-p2': SW.wrongP1P2,
  'lc-inconsistent': SW.lcInconsistentWithP1P2,
  'search-unsuccessful': SW.endReached,
  'maximum-reached': SW.maximumReached,
  'wrong-data': SW.wrongData,
  'not-enough-memory': SW.notEnoughMemory,
  'file-exists': SW.fileExists,
  'name-exists': SW.nameExists,
  'reference-not-found': SW.referenceNotFound,
  'pin-blocked': SW.blocked,
  'pin-disabled': SW.referenceInvalidated,
  'pin-enabled': SW.conditionsNotSatisfied,
  'conditions-not-satisfied': SW.conditionsNotSatisfied,
  'not-stored': SW.memoryProblem,
  'mac-incorrect': SW.macIncorrect,
  'context-not-supported': SW.contextNotSupported,
  'no-memory-available': SW.noMemoryAvailable,
};

/** The value, or the reason there is none. */
export type Result<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

/** Makes a success. */
export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Makes a refusal. */
export function refusal<F>(failure: F): { readonly ok: false; readonly failure: F } {
  return { ok: false, failure };
}
