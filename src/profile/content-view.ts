/**
 * What may be shown of the contents of an EF: its value, its octets, or that it holds keys.
 *
 *     known EF           its value by `efDefinition`
 *     EF that holds keys whether it is empty, and nothing else
 *     any other          its octets
 *
 * @see docs/profile.md, "Show"
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { isFiller } from '../ef/codec.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { type EfDirectory, efDefinition } from '../ef/definitions.ts';
import { EF_MAKING, type EfMaking, newContent } from '../ef/making.ts';
import { contentsOf, efDirectory, SECRET_FILES } from './known-files.ts';
import { type FileProfile, hasRecords } from './profile.ts';

/** Contents of a transparent EF, or of one record. */
export type ContentView =
  /** Nothing but 'FF'; of records and keys also what a new one has. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'key-material' }
  | { readonly kind: 'value'; readonly value: unknown }
  /** Lower case. */
  | { readonly kind: 'octets'; readonly octets: string };

/** An EF as it is known here. */
export interface KnownFile {
  /** `undefined`: nobody knows it. */
  readonly ef: EfDefinition<unknown> | undefined;
  readonly making: EfMaking | undefined;
}

/**
 * Finds what is known of an EF.
 *
 * @param place of its directory, by `placesOf`
 */
export function knownFile(place: string, { fid }: Pick<FileProfile, 'fid'>): KnownFile {
  const directory: EfDirectory | undefined = efDirectory(place);
  const ef = directory && efDefinition(directory, Number.parseInt(fid, 16));
  const makings = directory === undefined || directory === 'GSM' ? [] : EF_MAKING[directory];
  return { ef, making: ef && makings.find(({ name }) => name === ef.name) };
}

function isAsNew(octets: Uint8Array, making: EfMaking | undefined): boolean {
  if (making === undefined || making.content === '') return false;
  const content = newContent({ ...making, size: octets.length });
  return toHex(octets).toUpperCase() === content.slice(0, octets.length * 2);
}

function viewOf(hex: string, { ef, making }: KnownFile, isRecord: boolean): ContentView {
  const octets = fromHex(hex);
  const isSecret = ef !== undefined && SECRET_FILES.has(ef.name);
  if (isFiller(octets) || ((isRecord || isSecret) && isAsNew(octets, making))) {
    return { kind: 'empty' };
  }
  if (isSecret) return { kind: 'key-material' };
  const read = ef && understood(() => ({ value: ef.decode(octets) }));
  if (read !== undefined) return { kind: 'value', value: read.value };
  return { kind: 'octets', octets: hex.toLowerCase() };
}

/** Gives what may be shown of an EF: one view, or one for each record. */
export function contentViews(file: FileProfile, known: KnownFile): readonly ContentView[] {
  const isRecord = hasRecords(file);
  return contentsOf(file).map((hex) => viewOf(hex, known, isRecord));
}
