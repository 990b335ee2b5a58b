/**
 * `vuicc profile`: card profiles. `check` is here; the other subcommands have files of their own.
 *
 * @see docs/profile.md
 * @module
 */

import type { Command } from 'commander';
import { parseProfile } from '../profile/check.ts';
import { faultText } from '../profile/faults.ts';
import { profileHints } from '../profile/hints.ts';
import { doesNotHold, json, line, readText, UsageError } from './output.ts';
import { addProfileDiff } from './profile-diff.ts';
import { addProfileDump } from './profile-dump.ts';
import { addProfileMake } from './profile-make.ts';
import { addProfileShow } from './profile-show.ts';

interface Options {
  readonly json?: true;
}

function check(file: string, options: Options): void {
  const result = parseProfile(readText(file));
  const faults = result.ok ? [] : result.faults;
  const [first] = faults;
  // Text that is no JSON is unreadable input; a profile with a fault is a check that fails.
  if (first?.path === '$' && / at line \d+/.test(first.expected)) {
    throw new UsageError(`${file}: ${faultText(first)}`);
  }
  if (!result.ok) doesNotHold();
  const hints = result.ok ? profileHints(result.profile) : [];
  if (options.json === true) {
    json({ ok: result.ok, faults, hints });
    return;
  }
  if (result.ok) line(`${file}: ok`);
  for (const fault of faults) line(`${file}: ${faultText(fault)}`);
  for (const hint of hints) line(`${file}: hint: ${faultText(hint)}`);
}

/** Adds the subcommand. */
export function addProfile(program: Command): void {
  const profile = program
    .command('profile')
    .description('card profiles')
    .addHelpText('after', '\nExample:\n  $ vuicc profile check my-card.json\n');
  profile
    .command('check')
    .description('validate a profile; each fault with its JSON path')
    .argument('<file>', 'card profile (JSON)')
    .option('--json', 'one JSON document: { ok, faults, hints }')
    .addHelpText('after', '\nExample:\n  $ vuicc profile check my-card.json\n  my-card.json: ok\n')
    .action(check);
  addProfileShow(profile);
  addProfileDiff(profile);
  addProfileDump(profile);
  addProfileMake(profile);
}
