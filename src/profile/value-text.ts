/**
 * Decoded contents of EFs as short text for people.
 *
 *     { plmn: '001-01', lac: 1, status: 'updated' }    PLMN 001-01, LAC 1, status updated
 *     [1, 2, 3, 7]                                     1-3, 7
 *
 * @see docs/profile.md, "Show"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { printable } from '../bytes/text.ts';
import { fidText } from './rules-text.ts';

/** Names of fields that are abbreviations. */
const ABBREVIATIONS =
  /\b(?:plmn|mnc|cs|ps|ck|ik|lac|tac|rac|sfi|fid|aid|guti|tmsi|ptmsi|ksi|cksn|rfu|hfn)\b/g;

/** `accessTechnologies` as words. */
function words(name: string): string {
  return name
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(ABBREVIATIONS, (word) => word.toUpperCase());
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Ascending numbers, those in a row as `17-21`. */
function rangesText(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges
    .map(({ first, last }) =>
      last > first + 1 ? `${first}-${last}` : last > first ? `${first}, ${last}` : `${first}`,
    )
    .join(', ');
}

function listText(list: readonly unknown[]): string {
  if (list.length === 0) return 'none';
  if (list.every((item) => typeof item === 'number')) return rangesText(list);
  const separator = list.some((item) => isFields(item)) ? '; ' : ', ';
  return list.map((item) => valueText(item)).join(separator);
}

/** Fields that say nothing are left out. */
function isSilent(value: unknown): boolean {
  return (
    value === undefined ||
    value === '' ||
    (value instanceof Uint8Array && value.every((octet) => octet === 0xff))
  );
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(fields).filter(([, value]) => !isSilent(value));
  const text = entries.map(([name, value]) => {
    const inner = name === 'fid' ? fidText(Number(value)) : valueText(value);
    return isFields(value) && !(value instanceof Uint8Array) && !isList(value)
      ? `${words(name)} (${inner})`
      : `${words(name)} ${inner}`;
  });
  return text.length === 0 ? 'nothing' : text.join(', ');
}

/**
 * Gives a value as one line of text.
 *
 * @param value what a definition of `src/ef` has decoded
 * @see docs/profile.md, "Show"
 */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (value instanceof Uint8Array) return toHex(value);
  if (isList(value)) return listText(value);
  if (isFields(value)) return fieldsText(value);
  return printable(String(value));
}
