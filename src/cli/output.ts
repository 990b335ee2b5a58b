/**
 * How every subcommand speaks: one JSON document or plain lines on stdout, one line on stderr, an
 * exit code.
 *
 *     0  done        1  the thing checked does not hold        2  wrong usage or unreadable input
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { readFileSync } from 'node:fs';
import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { ALGORITHM_NAMES } from '../crypto/algorithms.ts';
import { parseProfile } from '../profile/check.ts';
import { DEFAULT_PROFILE } from '../profile/default-profile.ts';
import { faultText, type ProfileFault } from '../profile/faults.ts';
import type { CardProfile } from '../profile/profile.ts';

/** What ends a subcommand with exit code 2 and one line on stderr. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Writes one line to stdout. */
export function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes the one JSON document of a subcommand. */
export function json(document: unknown): void {
  line(JSON.stringify(document, null, 2));
}

/** Marks that the thing checked does not hold. The output goes on. */
export function doesNotHold(): void {
  process.exitCode = 1;
}

/**
 * Reads octets from an option or argument.
 *
 * @param octets the lengths that are right; any when left out
 * @throws {UsageError} it is not hex or has another length
 */
export function hexOption(name: string, text: string, octets?: readonly number[]): Uint8Array {
  const found = hexText(name, text);
  if (octets !== undefined && !octets.includes(found.length)) {
    const wanted = octets.map((length) => length * 2).join(' or ');
    throw new UsageError(`${name}: expected ${wanted} hex digits, found ${found.length * 2}`);
  }
  return found;
}

/**
 * Reads octets from hex text, with or without spaces.
 *
 * @param name where the text stands, for the message; of the text it shows one character at most
 * @throws {UsageError} a character is no hex digit, or the number of digits is odd
 */
export function hexText(name: string, text: string): Uint8Array {
  try {
    return fromHex(text, name);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const [found] = text.slice(error.offset);
    if (found === undefined) throw new UsageError(`${name}: ${error.problem}`);
    const place = `at character ${error.offset + 1}`;
    throw new UsageError(`${name}: ${error.problem} ${place}, found ${JSON.stringify(found)}`);
  }
}

/** What a number of an option may be. */
export interface NumberBounds {
  /** 1 when left out. */
  readonly least?: number;
  readonly most: number;
  /** The most digits that it is written in, zeros in front included. */
  readonly digits: number;
}

/**
 * Reads a number from an option.
 *
 * @throws {UsageError} it is no decimal number, or out of its bounds
 */
export function numberOption(name: string, text: string, bounds: NumberBounds): number {
  const { least = 1, most, digits } = bounds;
  const isNumber = /^[0-9]+$/.test(text) && text.length <= digits;
  const value = isNumber ? Number(text) : least - 1;
  if (value < least || value > most) {
    throw new UsageError(`${name}: expected ${least} to ${most}, found "${text}"`);
  }
  return value;
}

/** Tells on stderr what went wrong beside the work, which goes on. */
export function tellProblem(problem: string): void {
  process.stderr.write(`vuicc: ${problem}\n`);
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Names the first of several faults of a file, and how many more there are. */
export function faultsError(
  file: string,
  faults: readonly ProfileFault[],
  what: string,
): UsageError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new UsageError(`${file}: ${first === undefined ? `no ${what}` : faultText(first)}${more}`);
}

/** The code of an error of the operating system: `ENOENT`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
}

/**
 * Reads a text file.
 *
 * @throws {UsageError} it cannot be read
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${errorCode(error)})`);
  }
}

/**
 * Reads a card profile, or gives the built-in test profile when no file is named.
 *
 * @throws {UsageError} the file cannot be read or is no sound profile; the first fault is named
 */
export function readProfile(file: string | undefined): CardProfile {
  if (file === undefined) return DEFAULT_PROFILE;
  const result = parseProfile(readText(file));
  if (result.ok) return result.profile;
  throw faultsError(file, result.faults, 'profile');
}

/**
 * Refuses an algorithm of somebody's own: here nobody registers one.
 *
 * @param path JSON path of the algorithm
 * @throws {UsageError} no algorithm of this program has the name
 */
export function expectKnownAlgorithm(file: string, path: string, algorithm: string): void {
  if (ALGORITHM_NAMES.includes(algorithm)) return;
  const names = ALGORITHM_NAMES.map((name) => `"${name}"`);
  const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}, which need no program`;
  throw faultsError(file, [{ path, expected, found: `"${algorithm}"` }], 'profile');
}

/**
 * Reads the profile of a card that is to be used here.
 *
 * @throws {UsageError} as {@link readProfile}, or a pair has an algorithm of somebody's own
 */
export function readCardProfile(file: string | undefined): CardProfile {
  const profile = readProfile(file);
  for (const [n, { algorithm }] of profile.keyTable.entries.entries()) {
    expectKnownAlgorithm(file ?? '', `$.keyTable.entries[${n}].algorithm`, algorithm);
  }
  return profile;
}

/** Tells whether progress may be shown: somebody is looking at stderr. */
export function isWatched(): boolean {
  return process.stderr.isTTY === true;
}
