/**
 * Languages that the user prefers, the best first: EF_PL for the card, EF_LI for the USIM.
 *
 *     letters 2 | letters 2 | 'FFFF' …
 *
 * @see ETSI TS 102 221 §13.3; 3GPP TS 31.102 §4.2.1
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { filled } from '../bytes/octets.ts';
import { isFiller, type ListEntry, listOf } from './codec.ts';
import type { EfDefinition } from './definition.ts';

/** Two letters of ISO 639 each; `undefined` is an empty place. */
export type LanguageList = readonly (string | undefined)[];

const LANGUAGE = /^[A-Za-z]{2}$/;

const LANGUAGE_ENTRY: ListEntry<string> = {
  octets: 2,
  decode(octets) {
    if (isFiller(octets)) return undefined;
    const letters = String.fromCharCode(...octets);
    if (!LANGUAGE.test(letters)) throw new DecodeError('language', 0, 'expected two letters');
    return letters;
  },
  encode(value) {
    if (value === undefined) return filled(2, 0xff);
    if (!LANGUAGE.test(value)) throw new RangeError(`language: expected two letters, got ${value}`);
    return Uint8Array.of(value.charCodeAt(0), value.charCodeAt(1));
  },
};

/** Preferred languages of the card. */
export const EF_PL: EfDefinition<LanguageList> = {
  name: 'EF_PL',
  fid: 0x2f05,
  sfi: 0x05,
  structure: 'transparent',
  clause: 'ETSI TS 102 221 §13.3',
  ...listOf('EF_PL', LANGUAGE_ENTRY),
  vectors: [['656effffffffffff', ['en']]], // default test profile
};

/** Preferred languages of the USIM. */
export const EF_LI: EfDefinition<LanguageList> = {
  name: 'EF_LI',
  fid: 0x6f05,
  sfi: 0x02,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.1',
  ...listOf('EF_LI', LANGUAGE_ENTRY),
  vectors: [
    ['ffff', []], // default test profile
    ['6465656e', ['de', 'en']], // worked by hand
  ],
};
