/**
 * `vuicc profile diff`: in what two card profiles differ, by meaning.
 *
 * @see docs/profile.md, "Compare"
 * @module
 */

import type { Command } from 'commander';
import { diffProfiles, type ProfileDifference } from '../profile/diff.ts';
import { doesNotHold, json, line, readProfile } from './output.ts';

const HELP = `
A name of a profile or of a path, the case of hex, the order of arrays and what is left out do not
matter; contents of EFs are decoded. Keys and PINs, and contents that hold keys or are unknown, are
told to differ and not shown. Exit code 1: they differ.

Example:
  $ vuicc profile diff a.json b.json
  a.json, b.json: no difference
`;

function differenceText(difference: ProfileDifference, a: string, b: string): string {
  const { path, what, kind, first, second } = difference;
  const place = what === '' ? path : `${path} (${what})`;
  if (kind === 'only-in-first') return `${place}: only in ${a}`;
  if (kind === 'only-in-second') return `${place}: only in ${b}`;
  if (first === undefined || second === undefined) return `${place}: differs, not shown`;
  return `${place}: ${first} in ${a}, ${second} in ${b}`;
}

function run(a: string, b: string, options: { readonly json?: true }): void {
  const differences = diffProfiles(readProfile(a), readProfile(b));
  if (differences.length > 0) doesNotHold();
  if (options.json === true) {
    const rows = differences.map(({ path, what, kind, first, second }) => {
      return { path, what, kind, first: first ?? null, second: second ?? null };
    });
    json({ same: rows.length === 0, differences: rows });
    return;
  }
  if (differences.length === 0) line(`${a}, ${b}: no difference`);
  for (const difference of differences) line(differenceText(difference, a, b));
}

/** Adds the subcommand. */
export function addProfileDiff(profile: Command): void {
  profile
    .command('diff')
    .description('compare two profiles by meaning')
    .argument('<a>', 'card profile (JSON)')
    .argument('<b>', 'another')
    .option('--json', 'one JSON document: { same, differences }')
    .addHelpText('after', HELP)
    .action(run);
}
