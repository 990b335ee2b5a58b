/**
 * Subscribers of an operator as a file: IMSIs, and the Ki/OTA pair that goes with each.
 *
 *     { "format": "vuicc-subscribers/1", "subscribers": [ { "imsi": "…", "pair": { … } } ] }
 *
 * A pair is what stands in the key table of a card profile, and is checked as that.
 *
 * @see docs/eap-aka.md, "Subscribers"; docs/profile.md
 * @module
 */

import * as z from 'zod';
import { checkProfile, reportIssues } from './check.ts';
import { DEFAULT_PROFILE } from './default-profile.ts';
import { collectFaults, jsonPath, type ProfileFault, show, valueAt } from './faults.ts';
import { findJsonFault } from './json-syntax.ts';
import type { KeyTableEntryProfile } from './profile.ts';
import { list, object, text } from './schema.ts';

/** The name of this format. */
const SUBSCRIBERS_FORMAT = 'vuicc-subscribers/1';

const SUBSCRIBERS_MAX = 10_000;
/** Pairs of a card. */
const ENTRIES_MAX = 255;

/** A subscription: whose it is, and the pair. Secret. */
export interface SubscriberProfile {
  readonly imsi: string;
  readonly pair: KeyTableEntryProfile;
}

/** The subscribers, or all that is wrong. */
export type SubscribersResult =
  | { readonly ok: true; readonly subscribers: readonly SubscriberProfile[] }
  | { readonly ok: false; readonly faults: readonly ProfileFault[] };

const schema = object('a list of subscribers', {
  format: z.literal(SUBSCRIBERS_FORMAT, { error: `"${SUBSCRIBERS_FORMAT}"` }),
  subscribers: list(
    object('a subscriber', {
      imsi: text(/^[0-9]{6,15}$/, 'an IMSI, 6 to 15 decimal digits'),
      pair: z.looseObject({}, { error: 'an object, a Ki/OTA pair' }),
    }),
    'subscribers',
    1,
    SUBSCRIBERS_MAX,
  ),
});

const ENTRY = /^\$\.keyTable\.entries\[(?<index>\d+)\]/u;

/** Checks pairs as the key table of a card, as many at a time as it has room for. */
function pairFaults(pairs: readonly unknown[], first = 0): readonly ProfileFault[] {
  if (first >= pairs.length) return [];
  const entries = pairs.slice(first, first + ENTRIES_MAX);
  const result = checkProfile({ ...DEFAULT_PROFILE, keyTable: { active: 0, entries } });
  const found = result.ok ? [] : result.faults;
  const faults = found.map((fault) => {
    const path = fault.path.replace(ENTRY, (_, index: string) =>
      jsonPath(['subscribers', first + Number(index), 'pair']),
    );
    return { ...fault, path };
  });
  return [...faults, ...pairFaults(pairs, first + ENTRIES_MAX)];
}

function refused(faults: readonly ProfileFault[]): SubscribersResult {
  return { ok: false, faults };
}

/**
 * Checks a list of subscribers.
 *
 * @param value what a JSON file held; neither kept nor changed
 * @returns the subscribers; or every fault, none of which shows a secret
 */
function checkSubscribers(value: unknown): SubscribersResult {
  const format = valueAt(value, ['format']);
  if (format !== undefined && format !== SUBSCRIBERS_FORMAT) {
    const found = show(format, ['format']);
    return refused([{ path: '$.format', expected: `"${SUBSCRIBERS_FORMAT}"`, found }]);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    return refused(collectFaults(value, (report) => reportIssues(value, issues, report)));
  }
  const { subscribers } = parsed.data;
  const faults = [...pairFaults(subscribers.map(({ pair }) => pair))];
  const imsis = new Set<string>();
  for (const [n, { imsi }] of subscribers.entries()) {
    const path = jsonPath(['subscribers', n, 'imsi']);
    if (imsis.has(imsi)) faults.push({ path, expected: 'an IMSI of its own', found: `"${imsi}"` });
    imsis.add(imsi);
  }
  if (faults.length > 0) return refused(faults);
  // Each pair has just been found to be one.
  return { ok: true, subscribers: subscribers as unknown as SubscriberProfile[] };
}

/**
 * Reads a list of subscribers from JSON text.
 *
 * @returns the subscribers; or every fault, none of which shows a secret; a text that is no JSON
 *   has one: line, column and offset
 * @see docs/eap-aka.md, "Subscribers"
 */
export function parseSubscribers(text: string): SubscribersResult {
  const fault = findJsonFault(text);
  if (fault === undefined) return checkSubscribers(JSON.parse(text));
  const { line, column, offset, expected, found } = fault;
  const place = `line ${line}, column ${column} (offset ${offset})`;
  return refused([{ path: '$', expected: `${expected} at ${place}`, found }]);
}
