/**
 * `vuicc export`: cards as the subscribers of a core network, or as the UE of a simulator.
 *
 *     --card, --state       one card, as it is now, with the pair in use
 *     files and folders     a batch, as `profile make` writes it
 *
 * Its purpose is to write K and OPc.
 *
 * @see docs/export.md
 * @module
 */

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { sqnText } from '../bytes/sqn.ts';
import { profileOf } from '../card/profile-of.ts';
import {
  DEFAULT_SERVICES,
  EXPORT_FORMATS,
  type ExportFormat,
  exportSubscriptions,
} from '../network/export/formats.ts';
import { AMF, type ExportedServices, type Slice } from '../network/export/services.ts';
import { type ExportedSubscription, exportedSubscription } from '../network/export/subscription.ts';
import { faultText } from '../profile/faults.ts';
import type { CardProfile } from '../profile/profile.ts';
import { readCard } from './kept-card.ts';
import { errorCode, isWatched, json, readProfile, tellProblem, UsageError } from './output.ts';

interface ExportOptions {
  readonly card?: string;
  readonly state?: string;
  readonly ue?: true;
  readonly apn?: string;
  readonly slice?: string;
  readonly out?: string;
  readonly json?: true;
}

/** What is exported, and what whoever uses it must know. */
interface Cards {
  readonly subscriptions: readonly ExportedSubscription[];
  readonly notes: readonly string[];
}

const OWNER_ONLY = 0o600;
const PROGRESS_EVERY = 100;
const PROFILE_FILE = '.json';
const STAGED = 'a change of subscription is staged: export again when the card was reset';

const HELP = `
Programs: open5gs, free5gc, osmohlr, srsran, oai for the network; ueransim for the UE, which srsran
and oai have too, with --ue. What each takes, and what of it nobody has checked: docs/export.md.

The card is that of --card and --state, with the IMSI and the pair that it has now; or there is one
for each profile that is named, and for each of a folder. K and OPc are written as they are. The
SQN is the lowest that the card has not passed on any IND, so that the first AKA succeeds.

A pair with another algorithm than MILENAGE, or with r and c of its own, is refused by name.

Examples:
  $ vuicc export osmohlr --card my-card.json
  BEGIN;
  -- ICCID 89999010000000000013
  INSERT INTO subscriber (imsi, msisdn) VALUES ('001010123456789', NULL)
  ON CONFLICT (imsi) DO NOTHING;
  INSERT OR REPLACE INTO auc_3g (subscriber_id, algo_id_3g, k, opc, sqn, ind_bitlen)
  SELECT id, 5, '465b5ce8b199b49faa5f0a2ee238a6bc', 'cd63cb71954a9f4e48a5994e37a02baf', 32, 5
  FROM subscriber WHERE imsi = '001010123456789';
  COMMIT;
  $ vuicc export open5gs a.json --apn iot --slice 1-010203 --out open5gs.jsonl
  $ vuicc export oai --ue --card my-card.json > ue.conf
`;

/** The profiles that a path names: itself, or those of a folder by their names. */
function profileFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith(PROFILE_FILE));
    if (names.length === 0) throw new UsageError(`${path}: expected a profile in it, found none`);
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: cannot be read (${errorCode(error)})`);
  }
}

function subscriptionOf(place: string, profile: CardProfile): ExportedSubscription {
  const result = exportedSubscription(profile);
  if (result.ok) return result.subscription;
  throw new UsageError(`${place}: ${faultText(result.fault)}`);
}

/** The card of --card and --state. */
function oneCard({ card, state }: ExportOptions): Cards {
  const template = readProfile(card);
  const { root } = readCard(template, state);
  const { profile } = profileOf(template, root);
  return {
    subscriptions: [subscriptionOf(state ?? card ?? 'the built-in card', profile)],
    notes: root.staged === undefined ? [] : [STAGED],
  };
}

/** A batch, of which no more than one profile is kept at a time. */
function batch(paths: readonly string[]): Cards {
  const files = paths.flatMap(profileFiles);
  const subscriptions = files.map((file, n) => {
    if (isWatched() && n > 0 && n % PROGRESS_EVERY === 0) {
      process.stderr.write(`\r\x1b[K${n} of ${files.length} cards`);
    }
    return subscriptionOf(file, readProfile(file));
  });
  if (isWatched() && files.length > PROGRESS_EVERY) process.stderr.write('\r\x1b[K');
  return { subscriptions, notes: [] };
}

function cardsOf(paths: readonly string[], options: ExportOptions): Cards {
  if (paths.length === 0) return oneCard(options);
  const other = (['card', 'state'] as const).find((one) => options[one] !== undefined);
  if (other === undefined) return batch(paths);
  throw new UsageError(`--${other}: expected without profiles beside it`);
}

/** Reads `1` or `1-010203`. */
function sliceOption(text: string): Slice {
  const { sst, sd } = /^(?<sst>\d{1,3})(?:-(?<sd>[0-9A-Fa-f]{6}))?$/u.exec(text)?.groups ?? {};
  if (sst === undefined) throw new UsageError('--slice: expected SST, or SST-SD, as in 1-010203');
  return { sst: Number(sst), sd: sd?.toLowerCase() };
}

function servicesOf({ apn, slice }: ExportOptions): ExportedServices {
  return {
    apn: apn ?? DEFAULT_SERVICES.apn,
    slice: slice === undefined ? DEFAULT_SERVICES.slice : sliceOption(slice),
  };
}

/** What of a subscription `--json` tells. */
function rowOf(subscription: ExportedSubscription): object {
  const { iccid, imsi, mncLength, msisdn = null, pair, k, opc, indBits } = subscription;
  const sqn = sqnText(subscription.sqn);
  return { iccid, imsi, mncLength, msisdn, pair, k, opc, amf: AMF, sqn, indBits };
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    throw new UsageError(`${file}: cannot be written (${errorCode(error)})`);
  }
}

function exported(
  program: ExportFormat,
  subscriptions: readonly ExportedSubscription[],
  options: ExportOptions,
): { readonly side: string; readonly text: string } {
  const side = options.ue === true ? 'ue' : undefined;
  try {
    const result = exportSubscriptions(program, subscriptions, side, servicesOf(options));
    if (result.ok) return result;
    throw new UsageError(result.problem);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

function run(program: ExportFormat, paths: readonly string[], options: ExportOptions): void {
  const { subscriptions, notes } = cardsOf(paths, options);
  const { side, text } = exported(program, subscriptions, options);
  if (options.out !== undefined) writeNew(options.out, text);
  if (options.json === true) {
    json({ program, side, subscriptions: subscriptions.map(rowOf), notes, text });
    return;
  }
  for (const note of notes) tellProblem(note);
  if (options.out === undefined) process.stdout.write(text);
}

/** Adds the subcommand. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the network side of cards, or a UE, for other programs')
    .addArgument(new Argument('<program>', 'for which').choices(EXPORT_FORMATS))
    .argument('[profiles...]', 'card profiles (JSON), and folders of them')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out')
    .option('--state <file>', 'the card that is kept in this file; it is not changed')
    .option('--ue', 'the UE that plays this card, in place of the network')
    .option('--apn <name>', 'access point, DNN in 5G; "internet" when left out')
    .option('--slice <sst[-sd]>', 'network slice, as in 1-010203; 1 when left out')
    .option('--out <file>', 'write into this new file, for its owner alone')
    .option('--json', 'one JSON document: { program, side, subscriptions, notes, text }')
    .addHelpText('after', HELP)
    .action(run);
}
