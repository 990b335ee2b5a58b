/**
 * `vuicc profile`: validates a card profile, shows its file tree; `diff` and `make` have files of
 * their own.
 *
 * Keys, PINs and the contents of files are not shown.
 *
 * @see docs/profile.md
 * @module
 */

import type { Command } from 'commander';
import { parseProfile } from '../profile/check.ts';
import { faultText } from '../profile/faults.ts';
import { profileHints } from '../profile/hints.ts';
import {
  type AppletProfile,
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
} from '../profile/profile.ts';
import { rulesText } from '../profile/rules-text.ts';
import { doesNotHold, json, line, readProfile, readText, UsageError } from './output.ts';
import { addProfileDiff } from './profile-diff.ts';
import { addProfileMake } from './profile-make.ts';

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

function summary(file: FileProfile): string {
  const sfi = file.sfi === null ? '' : `  SFI ${file.sfi}`;
  const size = hasRecords(file)
    ? `${file.recCount} x ${file.recLen} octets`
    : `${file.size} octets`;
  const { lifeCycle = 'activated' } = file;
  const state = lifeCycle === 'activated' ? '' : `  ${lifeCycle}`;
  return `${file.fid}  ${file.type}, ${size}${sfi}  rule ${file.arr ?? rulesText(file)}${state}`;
}

function leaf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function showTree(profile: CardProfile, path: string, indent: string): void {
  const directory = profile.directories.find((candidate) => candidate.path === path);
  if (directory === undefined) return;
  const aid = directory.aid === undefined ? '' : `  AID ${directory.aid}`;
  line(`${indent}${leaf(path)}  ${directory.fid}${aid}  rule ${rulesText(directory)}`);
  for (const file of profile.files) {
    if (parentOf(file.path) === path) line(`${indent}  ${leaf(file.path)}  ${summary(file)}`);
  }
  for (const child of profile.directories) {
    if (child.path !== path && parentOf(child.path) === path) {
      showTree(profile, child.path, `${indent}  `);
    }
  }
}

const lower = (hex: string): string => hex.toLowerCase();

function appletOverview(applet: AppletProfile): AppletProfile {
  const { tar, minimumSecurity, accessDomain } = applet;
  return {
    ...applet,
    tar: lower(tar),
    minimumSecurity: lower(minimumSecurity),
    accessDomain: lower(accessDomain),
  };
}

type Rules = Pick<DirectoryProfile | FileProfile, 'arr' | 'rules'>;

function rulesOverview({ arr, rules }: Rules): Readonly<Record<string, unknown>> {
  if (rules === undefined) return { arr: typeof arr === 'string' ? lower(arr) : arr };
  const forms = Object.entries(rules).map(([form, octets]) => [form, lower(octets)]);
  return { rules: Object.fromEntries(forms) };
}

function directoryOverview(directory: DirectoryProfile): Readonly<Record<string, unknown>> {
  const { path, fid, aid, pins } = directory;
  const ofApplication = aid === undefined ? {} : { aid: lower(aid) };
  const rules = rulesOverview(directory);
  return { path, fid: lower(fid), ...ofApplication, ...rules, pins: pins.map(lower) };
}

/** All but keys, PINs and contents, with hex in lower case. */
function overview(profile: CardProfile): Readonly<Record<string, unknown>> {
  return {
    name: profile.name,
    iccid: profile.iccid,
    imsi: profile.imsi,
    atr: lower(profile.atr),
    protocol: profile.protocol,
    pins: profile.pins.map(({ reference, retries, enabled }) => ({
      reference: lower(reference),
      retries,
      enabled,
    })),
    keyTable: {
      active: profile.keyTable.active,
      entries: profile.keyTable.entries.map(({ algorithm, keySets }) => ({
        algorithm,
        keySets: keySets.map(({ kvn, kic, kid }) => ({ kvn, kic: kic.type, kid: kid.type })),
      })),
    },
    applets: profile.applets.map(appletOverview),
    switches: profile.switches,
    directories: profile.directories.map(directoryOverview),
    files: profile.files.map((file) => {
      const { path, fid, sfi, type, lifeCycle } = file;
      const state = lifeCycle && { lifeCycle };
      return { path, fid: lower(fid), sfi, ...rulesOverview(file), type, ...state };
    }),
  };
}

function show(file: string | undefined, options: Options): void {
  const profile = readProfile(file);
  if (options.json === true) {
    json(overview(profile));
    return;
  }
  line(`${profile.name ?? 'card profile'}: ICCID ${profile.iccid}, IMSI ${profile.imsi}`);
  const { active, entries } = profile.keyTable;
  line(`key table: ${entries.length} pairs, pair ${active} active`);
  for (const { tar, kind, minimumSecurity } of profile.applets) {
    line(`applet ${tar}: ${kind}, minimum SPI1 ${minimumSecurity}`);
  }
  showTree(profile, 'MF', '');
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
  profile
    .command('show')
    .description('show the file tree')
    .argument('[file]', 'card profile (JSON); the built-in test profile when left out')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  $ vuicc profile show\n')
    .action(show);
  addProfileDiff(profile);
  addProfileMake(profile);
}
