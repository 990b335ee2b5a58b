/**
 * The default profile with some fields replaced, added or taken away.
 *
 * @see docs/profile.md
 * @module
 */

import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { ProfileFault } from '../../src/profile/faults.ts';

/** New values by JSON path; `undefined` takes the field away. */
export type Edits = Readonly<Record<string, unknown>>;

type Container = Record<string, unknown>;

function names(path: string): string[] {
  return [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** Copies the default profile and edits the copy. */
export function edited(edits: Edits, of: unknown = DEFAULT_PROFILE): unknown {
  const copy: unknown = structuredClone(of);
  for (const [path, value] of Object.entries(edits)) {
    const steps = names(path);
    const last = steps.pop() ?? '';
    let at = copy as Container;
    for (const step of steps) at = at[step] as Container;
    if (value === undefined && Array.isArray(at)) at.splice(Number(last), 1);
    else if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return copy;
}

/** Gives the faults of the edited default profile, none if it is one. */
export function faultsAfter(edits: Edits): readonly ProfileFault[] {
  const result = checkProfile(edited(edits));
  return result.ok ? [] : result.faults;
}

/** Gives the JSON path of an EF of the default profile. */
export function fileAt(path: string): string {
  return `$.files[${DEFAULT_PROFILE.files.findIndex((file) => file.path === path)}]`;
}

/** Gives the JSON path of a directory of the default profile. */
export function directoryAt(path: string): string {
  const index = DEFAULT_PROFILE.directories.findIndex((directory) => directory.path === path);
  return `$.directories[${index}]`;
}

/** An edit of one field and the one fault that it makes, there or at another path. */
export type Refusal = readonly [
  what: string,
  path: string,
  value: unknown,
  expected: string,
  found: string,
  at?: string,
];

/** Path, expected and found of a fault. */
export type Fault = readonly [path: string, expected: string, found: string];

/** Edits and all faults that they make, in order. */
export type Contradiction = readonly [what: string, edits: Edits, ...faults: Fault[]];

/** Gives the faults of the edited default profile in the shape of a {@link Contradiction}. */
export function faultRows(edits: Edits): Fault[] {
  return faultsAfter(edits).map(({ path, expected, found }) => [path, expected, found]);
}
