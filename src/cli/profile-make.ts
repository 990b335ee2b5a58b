/**
 * `vuicc profile make`: profiles of cards of their own, from a template.
 *
 * @see docs/profile.md, "Make"
 * @module
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeBatch } from '../profile/batch.ts';
import type { CardProfile } from '../profile/profile.ts';
import { type CardServices, type WantedServices, withServices } from '../profile/services.ts';
import { seededRandomness } from '../scenario/randomness.ts';
import {
  asUsage,
  type IdentityFlags,
  identityOptions,
  overridesOf,
  soundProfile,
} from './identity-options.ts';
import {
  errorCode,
  isWatched,
  json,
  line,
  numberOption,
  readProfile,
  UsageError,
} from './output.ts';

interface MakeOptions extends IdentityFlags {
  readonly count: string;
  readonly seed: string;
  readonly pairs?: string;
  readonly services?: string;
  readonly isimServices?: string;
  readonly out?: string;
  readonly json?: true;
}

const CARDS_MAX = 10_000;
const DIGITS = 6;
const PAIRS_MAX = 255;
const OWNER_ONLY = 0o600;
const PROGRESS_EVERY = 500;

const HELP = `
Each card has its own ICCID, IMSI and keys; the EFs that follow from them follow, and all else is
as in the template, PINs included. --iccid and --imsi are those of the first card, and the others
come behind it; left out, they begin behind those of the template. Keys are made from --seed and
the ICCID: whoever knows both knows them, so they are for tests alone. --k, --opc, --op,
--topc and --top are for pair 0 of a single card.

--services adds the directories and EFs that services of EF_UST need, and what each card must have,
and announces these services; --isim-services does so for EF_IST. What is there stays. "all" makes
every EF that vuicc knows, and announces what is nothing but files; as --services it is for both.

Files are named after the ICCID, and only their owner may read them; none is written over. Without
--out one profile is printed.

Examples:
  $ vuicc profile make --count 3 --seed ward-7 --imsi 001010000000100 --out cards
  89999010000000000021 001010000000100 cards/89999010000000000021.json
  89999010000000000039 001010000000101 cards/89999010000000000039.json
  89999010000000000047 001010000000102 cards/89999010000000000047.json
  $ vuicc profile make my-card.json --iccid 8988211000000000011 --imsi 262010000000001 > one.json
  $ vuicc profile make --services 2,6,12-15 > fixed-numbers.json
  $ vuicc profile make --services all > everything.json
`;

const SERVICES_MAX = 255;
const RANGE = /^(?<from>\d{1,3})(?:-(?<to>\d{1,3}))?$/u;

/** Reads `all`, or numbers and ranges: `2,6,12-15`. */
function servicesOption(name: string, text: string | undefined): WantedServices | undefined {
  if (text === undefined || text === 'all') return text;
  return text.split(',').flatMap((part) => {
    const { from = '0', to = from } = RANGE.exec(part.trim())?.groups ?? {};
    const [first, last] = [Number(from), Number(to)];
    if (first < 1 || last < first || last > SERVICES_MAX) {
      const found = JSON.stringify(part.trim());
      throw new UsageError(`${name}: expected "all" or services, 1 to 255, found ${found}`);
    }
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/** Gives the template the files of the services that the options name. */
function withFiles(template: CardProfile, options: MakeOptions): CardProfile {
  const usim = servicesOption('--services', options.services);
  const isim = servicesOption('--isim-services', options.isimServices);
  if (usim === undefined && isim === undefined) return template;
  const wanted: CardServices = {
    ...(usim === undefined ? {} : { usim }),
    ...(isim !== undefined ? { isim } : usim === 'all' ? { isim: usim } : {}),
  };
  return asUsage(() => withServices(template, wanted));
}

/**
 * Writes a profile into a new file, for its owner alone.
 *
 * @throws {UsageError} it cannot be written, or is there already
 */
export function writeProfile(file: string, profile: CardProfile): void {
  const text = `${JSON.stringify(profile, null, 2)}\n`;
  try {
    writeFileSync(file, text, { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    throw new UsageError(`${file}: cannot be written (${errorCode(error)})`);
  }
}

/** Writes the cards; all of them, or none when a name is taken. */
function writeAll(folder: string, cards: readonly CardProfile[], isJson: boolean): void {
  const fileOf = ({ iccid }: CardProfile): string => join(folder, `${iccid}.json`);
  const taken = cards.map(fileOf).find((file) => existsSync(file));
  if (taken !== undefined) throw new UsageError(`${taken}: expected no such file`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out: ${folder}: cannot be made (${errorCode(error)})`);
  }
  for (const card of cards) writeProfile(fileOf(card), card);
  const rows = cards.map((card) => ({ iccid: card.iccid, imsi: card.imsi, file: fileOf(card) }));
  if (isJson) json({ cards: rows });
  else for (const { iccid, imsi, file } of rows) line(`${iccid} ${imsi} ${file}`);
}

function makeAll(template: CardProfile, options: MakeOptions, count: number): CardProfile[] {
  const overrides = overridesOf(options);
  if (count > 1 && Object.keys(overrides.keys ?? {}).length > 0) {
    throw new UsageError('--k, --opc, --op, --topc, --top: expected with one card alone');
  }
  const pairs =
    options.pairs === undefined
      ? {}
      : { pairs: numberOption('--pairs', options.pairs, { most: PAIRS_MAX, digits: DIGITS }) };
  const random = (card: string): ReturnType<typeof seededRandomness> =>
    seededRandomness(`${options.seed}\n${card}`);
  return asUsage(() => {
    const cards: CardProfile[] = [];
    for (const card of makeBatch(template, { ...overrides, ...pairs, count, random })) {
      cards.push(soundProfile(card));
      if (isWatched() && cards.length % PROGRESS_EVERY === 0) {
        process.stderr.write(`\r\x1b[K${cards.length} of ${count} cards`);
      }
    }
    if (isWatched() && count >= PROGRESS_EVERY) process.stderr.write('\r\x1b[K');
    return cards;
  });
}

function run(template: string | undefined, options: MakeOptions): void {
  const count = numberOption('--count', options.count, { most: CARDS_MAX, digits: DIGITS });
  const { out } = options;
  if (out === undefined && count > 1) {
    throw new UsageError('--out: expected a folder for more than one card');
  }
  const cards = makeAll(withFiles(readProfile(template), options), options, count);
  if (out === undefined) json(cards[0]);
  else writeAll(out, cards, options.json === true);
}

/** Adds the subcommand. */
export function addProfileMake(profile: Command): void {
  const command = profile
    .command('make')
    .description('make profiles with identities and keys of their own')
    .argument('[template]', 'card profile (JSON); the built-in test profile when left out')
    .option('--count <number>', 'how many cards', '1')
    .option('--seed <text>', 'what the keys repeat from', 'vuicc')
    .option('--pairs <number>', 'Ki/OTA pairs a card; as many as the template has')
    .option('--services <list>', 'add the files of these services: "all", or 2,6,12-15')
    .option('--isim-services <list>', 'the same for services of the ISIM')
    .option('--out <folder>', 'write a file a card into this folder');
  identityOptions(command)
    .option('--json', 'one JSON document: { cards }, or the profile without --out')
    .addHelpText('after', HELP)
    .action(run);
}
