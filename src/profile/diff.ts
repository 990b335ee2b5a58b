/**
 * How two card profiles differ, by meaning.
 *
 *     $.files[12].data (EF_IMSI of MF/ADF.USIM): "001010123456789", then "001010000000002"
 *     $.keyTable.entries[0].k: another secret
 *
 * Keys, PINs, and the contents of EFs that hold keys or that nobody here knows are told to differ
 * and not shown.
 *
 * @see docs/profile.md, "Compare"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { type Fact, factsOf } from './meaning.ts';
import type { CardProfile } from './profile.ts';

/** One thing in which two profiles differ. */
export interface ProfileDifference {
  /** JSON path in the first profile; in the second when the first has no such thing. */
  readonly path: string;
  /** For people: `EF_IMSI of MF/ADF.USIM`; empty where the path says it all. */
  readonly what: string;
  readonly kind: 'changed' | 'only-in-first' | 'only-in-second';
  /** What it is in each; `undefined` when it is not there, or not to be shown. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

type Pair = readonly [place: string, first: string, second: string];

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** A decoded value as text: JSON with octets in hex. */
function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_, inner: unknown) =>
    inner instanceof Uint8Array ? toHex(inner) : inner,
  );
}

/** Lists of plain values differ in what one has and the other has not, if in anything but order. */
function listDifference(
  place: string,
  first: readonly unknown[],
  second: readonly unknown[],
): Pair | undefined {
  const [a, b] = [first.map(textOf), second.map(textOf)];
  const [lost, gained] = [a.filter((one) => !b.includes(one)), b.filter((one) => !a.includes(one))];
  if (lost.length + gained.length === 0) return undefined;
  const shown = (texts: readonly string[]): string =>
    texts.length === 0 ? 'nothing more' : `also ${texts.join(', ')}`;
  return [place, shown(lost), shown(gained)];
}

/** Goes down to the fields in which two values differ. */
function narrow(place: string, first: unknown, second: unknown): Pair[] {
  if (textOf(first) === textOf(second)) return [];
  const areOctets = first instanceof Uint8Array || second instanceof Uint8Array;
  if (!areOctets && isRecord(first) && isRecord(second)) {
    const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
    return names.flatMap((name) =>
      narrow(place === '' ? name : `${place}.${name}`, first[name], second[name]),
    );
  }
  if (isList(first) && isList(second)) {
    const pair = listDifference(place, first, second);
    if (pair !== undefined) return [pair];
  }
  return [[place, textOf(first), textOf(second)]];
}

function changes(first: Fact, second: Fact): ProfileDifference[] {
  const { path, what } = first;
  const kind = 'changed';
  const hidden = { path, what, kind, first: undefined, second: undefined } as const;
  if (first.shown === undefined || second.shown === undefined) return [hidden];
  const pairs = narrow('', first.shown.meaning, second.shown.meaning);
  // Other octets that mean the same.
  if (pairs.length === 0) return [hidden];
  return pairs.map(([place, a, b]) => {
    const where = [what, place].filter((word) => word !== '').join(', ');
    return { path, what: where, kind, first: a, second: b };
  });
}

/** Tells of something that only one of the profiles has. */
function alone(fact: Fact, kind: 'only-in-first' | 'only-in-second'): ProfileDifference {
  return { path: fact.path, what: fact.what, kind, first: undefined, second: undefined };
}

/**
 * Compares two card profiles by meaning: case of hex, order of arrays, names and what is left out
 * do not matter, and contents of EFs are decoded.
 *
 * @param first one that `checkProfile` has accepted, and so is `second`
 * @returns the differences in the order of the first, then what only the second has; no secrets
 * @see docs/profile.md, "Compare"
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, diffProfiles } from 'vuicc';
 *
 * const other = { ...DEFAULT_PROFILE, atr: '3B00', name: 'another name' };
 * const [difference, ...more] = diffProfiles(DEFAULT_PROFILE, other);
 * if (difference?.path !== '$.atr' || more.length > 0) throw new Error('the ATR alone');
 * ```
 */
export function diffProfiles(
  first: CardProfile,
  second: CardProfile,
): readonly ProfileDifference[] {
  const [a, b] = [factsOf(first), factsOf(second)];
  const differences: ProfileDifference[] = [];
  for (const [key, fact] of a) {
    const other = b.get(key);
    if (other === undefined) {
      // What is not there is told once, not with all its parts.
      if (fact.within === undefined || b.has(fact.within)) {
        differences.push(alone(fact, 'only-in-first'));
      }
    } else if (other.value !== fact.value) differences.push(...changes(fact, other));
  }
  for (const [key, fact] of b) {
    if (a.has(key)) continue;
    if (fact.within === undefined || a.has(fact.within)) {
      differences.push(alone(fact, 'only-in-second'));
    }
  }
  return differences;
}
