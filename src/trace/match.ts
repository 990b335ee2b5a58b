/**
 * Whether an answer is what a trace expects, and if not, what differs: by meaning, SW first.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import { formatPattern } from './apdu-text.ts';
import { describeSw } from './describe.ts';
import type { Pattern, PatternItem } from './model.ts';

/** What was expected and found, each a few words, and the sentence that holds both. */
export interface Mismatch {
  readonly expected: string;
  readonly found: string;
  readonly meaning: string;
}

const SW_OCTETS = 2;

/**
 * Tells whether octets are what the pattern says.
 *
 * @param pattern as in a trace
 */
export function matches(pattern: Pattern, octets: Uint8Array): boolean {
  // Each `...` takes as little as it can, and one octet more when what follows does not match.
  let at = 0;
  let item = 0;
  let retry: { readonly item: number; at: number } | undefined;
  while (at < octets.length) {
    const wanted = pattern[item];
    if (wanted === '...') {
      retry = { item, at };
      item++;
    } else if (wanted === '..' || wanted === octets[at]) {
      item++;
      at++;
    } else if (retry !== undefined) {
      retry.at++;
      at = retry.at;
      item = retry.item + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(item).every((left) => left === '...');
}

/**
 * Compares an ATR with what a trace expects.
 *
 * @param expected `undefined`: any ATR will do
 * @returns `undefined` when it is as expected
 */
export function compareAtr(expected: Pattern | undefined, found: Uint8Array): Mismatch | undefined {
  if (expected === undefined || matches(expected, found)) return undefined;
  return compareOctets('ATR', expected, found);
}

/**
 * Compares an R-APDU with what a trace expects: SW, then the length of the data, then the data.
 *
 * @param expected `undefined`: any answer will do
 * @returns `undefined` when it is as expected
 */
export function compareResponse(
  expected: Pattern | undefined,
  found: Uint8Array,
): Mismatch | undefined {
  if (expected === undefined || matches(expected, found)) return undefined;
  if (found.length < SW_OCTETS) {
    return mismatch('an R-APDU of 2 octets or more', octetsOf(found.length));
  }
  const sw = expected.slice(-SW_OCTETS);
  // With `...` at the end nothing is said of SW, and the answer is compared as a whole.
  if (sw.includes('...')) return compareOctets('response', expected, found);
  const foundSw = found.subarray(-SW_OCTETS);
  if (!matches(sw, foundSw)) return mismatch(`SW ${describeSwPattern(sw)}`, `${swOf(foundSw)}`);
  const data = found.subarray(0, -SW_OCTETS);
  return compareOctets('response data', expected.slice(0, -SW_OCTETS), data);
}

function compareOctets(name: string, expected: Pattern, found: Uint8Array): Mismatch {
  const open = expected.indexOf('...');
  if (open < 0 && expected.length !== found.length) {
    const of = name === 'ATR' ? 'of ATR' : 'of data';
    return mismatch(`${octetsOf(expected.length)} ${of}`, `${found.length}`);
  }
  const start = open < 0 ? expected : expected.slice(0, open);
  const at = start.findIndex((item, index) => !isAt(item, found[index]));
  if (at >= 0 && at < found.length) {
    const differ = { expected: formatPattern([start[at]!]), found: formatPattern([found[at]!]) };
    // Octets are counted from 1, as the standards count them in a file.
    const meaning = `${name} differs at octet ${at + 1}: ${said(differ.expected, differ.found)}`;
    return { ...differ, meaning };
  }
  return mismatch(`${name} '${formatPattern(expected)}'`, octetsOf(found.length, 'other '));
}

function isAt(item: PatternItem, octet: number | undefined): boolean {
  return octet !== undefined && (item === '..' || item === octet);
}

function mismatch(expected: string, found: string): Mismatch {
  return { expected, found, meaning: said(expected, found) };
}

function said(expected: string, found: string): string {
  return `expected ${expected}, found ${found}`;
}

function octetsOf(count: number, which = ''): string {
  return `${count} ${which}${count === 1 ? 'octet' : 'octets'}`;
}

function swOf(octets: Uint8Array): string {
  return describeSw(octets[0]! * 256 + octets[1]!);
}

function describeSwPattern(sw: Pattern): string {
  const octets = sw.filter((item) => typeof item === 'number');
  return octets.length === SW_OCTETS ? swOf(Uint8Array.from(octets)) : `'${formatPattern(sw)}'`;
}
