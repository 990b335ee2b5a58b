/**
 * `vuicc profile dump`: writes the profile of a card, of this program or in a reader.
 *
 *     --card, --state   what the card remembers now, all of it
 *     --reader          what a terminal may read
 *
 * Secrets of the card are shown with `--secrets` alone.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { fromHex } from '../bytes/hex.ts';
import { padded } from '../bytes/octets.ts';
import { profileOf } from '../card/profile-of.ts';
import { ADM1, PIN1, PIN2 } from '../ef/key-references.ts';
import { type CardKey, readCardOf } from '../me/card-reader.ts';
import { readProfileOf, type Unreadable } from '../profile/card-reading.ts';
import { checkProfile } from '../profile/check.ts';
import { faultText } from '../profile/faults.ts';
import type { CardProfile } from '../profile/profile.ts';
import { withoutSecrets } from '../profile/without-secrets.ts';
import { readCard } from './kept-card.ts';
import { doesNotHold, isWatched, json, readProfile, tellProblem, UsageError } from './output.ts';
import { writeProfile } from './profile-make.ts';
import { addReaderOptions, type ReaderOptions, withReader } from './reader-options.ts';

interface DumpOptions extends ReaderOptions {
  readonly card?: string;
  readonly state?: string;
  readonly secrets?: true;
  readonly pin1?: string;
  readonly pin2?: string;
  readonly adm?: string;
  readonly out?: string;
  readonly json?: true;
}

/** A profile, and what has to be said of it. */
interface Dump {
  readonly profile: CardProfile;
  readonly secrets: 'kept' | 'replaced';
  readonly unreadable: readonly Unreadable[];
  readonly notes: readonly string[];
}

const HELP = `
The profile of a card as it is now, on standard output or in a new file for its owner alone.

Of a card of this program all is written: files, PINs, keys, counters. Without --secrets K, OPc,
OTA keys and PINs are replaced by others, and EFs that hold keys are as on a new card: such a
profile can be shown to others, and is no copy of the card.

Of a card in a reader, what a terminal may read. --pin1, --pin2 and --adm are verified before; a
wrong one ends it. What cannot be read is 'FF' and told on stderr; keys and PINs are always others,
and there are no applets. Nothing is written to the card.

Exit code 1: what was dumped is no sound profile; its faults are told on stderr.

Examples:
  $ vuicc profile dump --card my-card.json --secrets --out copy.json
  $ vuicc profile dump --card my-card.json --json > shown.json
`;

function random(octets: number): Uint8Array {
  return Uint8Array.from(randomBytes(octets));
}

const PIN_OCTETS = 8;

/** Reads a PIN from an option. No message shows it. */
function keyOption(
  name: string,
  reference: number,
  text: string | undefined,
  mayBeHex: boolean,
): CardKey[] {
  if (text === undefined) return [];
  if (mayBeHex && /^[0-9A-Fa-f]{16}$/.test(text)) return [{ reference, value: fromHex(text) }];
  if (!/^[0-9]{4,8}$/.test(text)) {
    throw new UsageError(`${name}: expected 4 to 8 digits${mayBeHex ? ' or 16 hex digits' : ''}`);
  }
  return [{ reference, value: padded(new TextEncoder().encode(text), PIN_OCTETS) }];
}

function keysOf({ pin1, pin2, adm }: DumpOptions): CardKey[] {
  return [
    ...keyOption('--pin1', PIN1, pin1, false),
    ...keyOption('--pin2', PIN2, pin2, false),
    ...keyOption('--adm', ADM1, adm, true),
  ];
}

/** Of a card of this program. */
function ownDump({ card, state, secrets }: DumpOptions): Dump {
  const template = readProfile(card);
  const { profile, lost } = profileOf(template, readCard(template, state).root);
  if (secrets === true) return { profile, secrets: 'kept', unreadable: [], notes: lost };
  const other = withoutSecrets(profile, random);
  return { profile: other, secrets: 'replaced', unreadable: [], notes: lost };
}

/** Of a card in a reader; `undefined` when none is named. */
function readerDump(options: DumpOptions, keys: readonly CardKey[]): Promise<Dump | undefined> {
  return withReader(options, async (card) => {
    const tell = (path: string): void => {
      if (isWatched()) process.stderr.write(`\r\x1b[K${path}`);
    };
    const result = await readCardOf(card, keys, tell).finally(() => {
      if (isWatched()) process.stderr.write('\r\x1b[K');
    });
    if (!result.ok) throw new UsageError(`--reader: ${result.problem}`);
    const read = readProfileOf(result.reading, random);
    if (!read.ok) throw new UsageError(`--reader: ${read.problem}`);
    const { profile, unreadable, notes } = read;
    return { profile, secrets: 'replaced', unreadable, notes };
  });
}

/** Says on stderr what a reader of the profile must know. */
function report({ secrets, unreadable, notes }: Dump, isFromReader: boolean): void {
  for (const note of notes) tellProblem(isFromReader ? note : `lost: ${note}`);
  for (const { path, fid, sw } of unreadable) {
    tellProblem(`${path} (${fid}) could not be read, the card answered ${sw}; FF stands there`);
  }
  if (isFromReader)
    tellProblem('keys and PINs are not those of the card, and applets are not told');
  else if (secrets === 'replaced') {
    tellProblem('keys and PINs are replaced by others; --secrets keeps them');
  }
}

/** What only one of the two kinds of cards has. */
function checkOptions(options: DumpOptions): void {
  if (options.reader === undefined) {
    const name = (['pin1', 'pin2', 'adm'] as const).find((one) => options[one] !== undefined);
    if (name !== undefined) throw new UsageError(`--${name}: expected --reader beside it`);
    return;
  }
  const other = (['card', 'state', 'secrets'] as const).find((one) => options[one] !== undefined);
  if (other !== undefined) throw new UsageError(`--reader: expected without --${other}`);
}

async function run(options: DumpOptions): Promise<void> {
  checkOptions(options);
  const isFromReader = options.reader !== undefined;
  const dump = (await readerDump(options, keysOf(options))) ?? ownDump(options);
  const { profile, secrets, unreadable, notes } = dump;
  const result = checkProfile(profile);
  const faults = result.ok ? [] : result.faults;
  if (options.out !== undefined) writeProfile(options.out, profile);
  if (options.json === true) json({ profile, secrets, unreadable, notes, faults });
  else if (options.out === undefined) json(profile);
  if (options.json !== true) {
    report(dump, isFromReader);
    for (const fault of faults) tellProblem(`the profile is not sound: ${faultText(fault)}`);
  }
  if (!result.ok) doesNotHold();
}

/** Adds the subcommand. */
export function addProfileDump(profile: Command): void {
  const command = profile
    .command('dump')
    .description('write the profile of a card as it is now')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out')
    .option('--state <file>', 'the card that is kept in this file; it is not changed')
    .option('--secrets', 'with the K, OPc, OTA keys and PINs of the card');
  addReaderOptions(command)
    .option('--pin1 <digits>', 'PIN1 of the card in the reader')
    .option('--pin2 <digits>', 'its PIN2')
    .option('--adm <digits>', 'its ADM1, 4 to 8 digits or 16 hex digits')
    .option('--out <file>', 'write the profile into this new file')
    .option('--json', 'one JSON document: { profile, secrets, unreadable, notes, faults }')
    .addHelpText('after', HELP)
    .action(run);
}
