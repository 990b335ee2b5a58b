/**
 * Which cell broadcasts the ME shows, and which it gives to the card.
 *
 *     EF_CBMI, EF_CBMID   identifier 2 | identifier 2 | 'FFFF' …
 *     EF_CBMIR            first 2 | last 2 | … | 'FFFFFFFF' …
 *
 * @see 3GPP TS 31.102 §4.2.14, §4.2.20, §4.2.22
 * @module
 */

import { uint } from '../bytes/layout.ts';
import { fixedEntry, listOf, numberEntry } from './codec.ts';
import type { EfDefinition } from './definition.ts';

/** Message identifiers; `undefined` is an empty place. */
export type MessageIdentifiers = readonly (number | undefined)[];

/** Identifiers of broadcasts that the user wants to see. */
export const EF_CBMI: EfDefinition<MessageIdentifiers> = {
  name: 'EF_CBMI',
  fid: 0x6f45,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.14',
  ...listOf('EF_CBMI', numberEntry(2)),
  vectors: [['0032ffff1112ffff', [50, undefined, 0x1112]]], // worked by hand
};

/** Identifiers of broadcasts that go to the card. */
export const EF_CBMID: EfDefinition<MessageIdentifiers> = {
  name: 'EF_CBMID',
  fid: 0x6f48,
  sfi: 0x0e,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.20',
  ...listOf('EF_CBMID', numberEntry(2)),
  vectors: [['1080ffff', [0x1080]]], // worked by hand
};

/** Message identifiers from `first` to `last`. */
export interface IdentifierRange {
  readonly first: number;
  readonly last: number;
}

/** Ranges of identifiers of broadcasts that the user wants to see. */
export const EF_CBMIR: EfDefinition<readonly (IdentifierRange | undefined)[]> = {
  name: 'EF_CBMIR',
  fid: 0x6f50,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.22',
  ...listOf('EF_CBMIR', fixedEntry<IdentifierRange>('range', { first: uint(2), last: uint(2) })),
  // worked by hand: warnings of earthquakes and tsunamis
  vectors: [['11001107ffffffff', [{ first: 0x1100, last: 0x1107 }]]],
};
