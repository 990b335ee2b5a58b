/**
 * `--iccid`, `--imsi`, `--k` …: what of a card profile is another on the command line.
 *
 * @see docs/profile.md, "Make"
 * @module
 */

import type { Command } from 'commander';
import { type GivenKeys, overridden, type ProfileOverrides } from '../profile/batch.ts';
import { checkProfile } from '../profile/check.ts';
import { faultText } from '../profile/faults.ts';
import type { CardProfile } from '../profile/profile.ts';
import { hexOption, UsageError } from './output.ts';

/** What the options say. */
export interface IdentityFlags {
  readonly iccid?: string;
  readonly imsi?: string;
  readonly mncLength?: string;
  readonly k?: string;
  readonly opc?: string;
  readonly op?: string;
  readonly topc?: string;
  readonly top?: string;
}

/** Octets of each key; K has what its algorithm has. */
const KEYS = { k: [16, 32], opc: [16], op: [16], topc: [32], top: [32] } as const;
const KEY_NAMES = ['k', 'opc', 'op', 'topc', 'top'] as const;

/** The options' names, as they stand in {@link IdentityFlags}. */
export const IDENTITY_NAMES: readonly (keyof IdentityFlags)[] = [
  'iccid',
  'imsi',
  'mncLength',
  ...KEY_NAMES,
];

/** Adds the options to a subcommand, and returns it. */
export function identityOptions(command: Command): Command {
  return command
    .option('--iccid <digits>', 'another ICCID, with its check digit')
    .option('--imsi <digits>', 'another IMSI')
    .option('--mnc-length <2|3>', 'digits of its MNC; as EF_AD says when left out')
    .option('--k <hex>', 'another K, 32 digits; 64 for TUAK')
    .option('--opc <hex>', 'another OPc, 32 digits')
    .option('--op <hex>', 'OP, 32 digits, in place of OPc')
    .option('--topc <hex>', 'another TOPc of TUAK, 64 digits')
    .option('--top <hex>', 'TOP, 64 digits, in place of TOPc');
}

function keysOf(flags: IdentityFlags): GivenKeys {
  const [first, second] = KEY_NAMES.slice(1).filter((name) => flags[name] !== undefined);
  if (second !== undefined) {
    throw new UsageError(`--${first}, --${second}: expected one of them at most`);
  }
  const keys: { -readonly [name in keyof GivenKeys]: GivenKeys[name] } = {};
  for (const name of KEY_NAMES) {
    const text = flags[name];
    if (text === undefined) continue;
    hexOption(`--${name}`, text, KEYS[name]);
    keys[name] = text.replaceAll(/\s/gu, '').toUpperCase();
  }
  return keys;
}

/**
 * Reads the options.
 *
 * @throws {UsageError} one of them is malformed; the message names it and shows no key
 */
export function overridesOf(flags: IdentityFlags): ProfileOverrides {
  const { iccid, imsi, mncLength } = flags;
  if (mncLength !== undefined && mncLength !== '2' && mncLength !== '3') {
    throw new UsageError(`--mnc-length: expected 2 or 3, found "${mncLength}"`);
  }
  return {
    ...(iccid === undefined ? {} : { iccid }),
    ...(imsi === undefined ? {} : { imsi }),
    ...(mncLength === undefined ? {} : { mncLength: mncLength === '2' ? 2 : 3 }),
    keys: keysOf(flags),
  };
}

/**
 * Runs what makes a profile, and gives what it refuses the form in which a subcommand ends.
 *
 * @throws {UsageError} in place of a RangeError; its message begins with the name of an option
 */
export function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const isOption = /^(?:iccid|imsi|mnc-length|pairs): /u.test(error.message);
    throw new UsageError(isOption ? `--${error.message}` : `template: ${error.message}`);
  }
}

/**
 * Makes sure that a profile that was made is sound.
 *
 * @throws {UsageError} it is not; the first fault is named
 */
export function soundProfile(profile: CardProfile): CardProfile {
  const result = checkProfile(profile);
  // Not the copy: cards of a batch share what is the same.
  if (result.ok) return profile;
  const [first] = result.faults;
  throw new UsageError(`card ${profile.iccid}: ${first === undefined ? '' : faultText(first)}`);
}

/**
 * Gives a profile what the options say; the profile itself when they say nothing.
 *
 * @throws {UsageError} an option is malformed, or what comes of it is no sound profile
 */
export function withIdentity(profile: CardProfile, flags: IdentityFlags): CardProfile {
  if (IDENTITY_NAMES.every((name) => flags[name] === undefined)) return profile;
  const overrides = overridesOf(flags);
  return soundProfile(asUsage(() => overridden(profile, overrides)));
}
