/**
 * Says whether something is a card profile, and all that is wrong with it if not.
 *
 * Three questions, one after the other: is it a profile of this format; is each field what it must
 * be (`schema.ts`); do the fields agree with one another (`check-*.ts`). The next is asked when the
 * one before has no fault: an answer about the whole means nothing while parts are missing.
 *
 * @see docs/profile.md
 * @module
 */

import type * as z from 'zod';
import { checkAccess } from './check-access.ts';
import { checkAtr } from './check-atr.ts';
import { checkContent } from './check-content.ts';
import { checkKeys } from './check-keys.ts';
import { checkTree } from './check-tree.ts';
import {
  collectFaults,
  jsonPath,
  kindOf,
  type Path,
  type ProfileFault,
  type Report,
  show,
  valueAt,
} from './faults.ts';
import { findJsonFault } from './json-syntax.ts';
import { type CardProfile, PROFILE_FORMAT } from './profile.ts';
import {
  ARR_OR_RULES,
  cardProfileSchema,
  ONE_FORM,
  OPC_AND_TOPC,
  OPC_OR_OP,
  RULE_FORMS,
  TOPC_OR_TOP,
} from './schema.ts';
import { plainPath, profileTree } from './tree.ts';

/** The profile, or all that is wrong with it, in the order of the file. */
export type ProfileResult =
  | { readonly ok: true; readonly profile: CardProfile }
  | { readonly ok: false; readonly faults: readonly ProfileFault[] };

const FORMAT = /^vuicc-profile\/([1-9][0-9]{0,8})$/;
const VERSION = Number(FORMAT.exec(PROFILE_FORMAT)?.[1]);

function checkFormat(value: unknown, report: Report): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report([], 'a card profile, a JSON object', kindOf(value));
    return;
  }
  const format = valueAt(value, ['format']);
  if (format === PROFILE_FORMAT) return;
  const version = typeof format === 'string' ? FORMAT.exec(format)?.[1] : undefined;
  const isLater = version !== undefined && Number(version) > VERSION;
  const found = `${show(format, ['format'])}, ${isLater ? 'a later format' : 'no vuicc profile'}`;
  report(['format'], `"${PROFILE_FORMAT}"`, found);
}

/**
 * Gives the issues of the alternative that was meant: the one whose algorithm it is. When no
 * alternative has it, the algorithm alone is at fault.
 */
function withoutUnions(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const isOfName = ({ path }: z.core.$ZodIssue): boolean => path[0] === 'algorithm';
  const meant = issue.errors.find((issues) => !issues.some(isOfName));
  const issues = meant ?? issue.errors.at(-1)?.filter(isOfName) ?? [];
  return issues.map((of) => ({ ...of, path: [...issue.path, ...of.path] }));
}

/** Tells the issues of the schema as faults, one for each value. */
export function reportIssues(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  report: Report,
): void {
  const told = new Set<string>();
  for (const issue of issues.flatMap(withoutUnions)) {
    const path = issue.path.filter((name) => typeof name !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) {
        report([...path, name], 'no field of this name', kindOf(valueAt(value, [...path, name])));
      }
      continue;
    }
    // Asked by reportChoices, as a refinement is silent while a field of its object has a fault.
    if (issue.code === 'custom') continue;
    if (told.has(jsonPath(path))) continue;
    told.add(jsonPath(path));
    const at = valueAt(value, path);
    // A value of another type may be anything, a secret in the wrong place included.
    const isOtherType = issue.code === 'invalid_type' && issue.expected !== 'int';
    report(path, issue.message, isOtherType ? kindOf(at) : show(at, path));
  }
}

/** Reports an object that has none of some fields, or more than one. */
function reportNotOne(
  value: unknown,
  path: Path,
  names: readonly string[],
  expected: string,
  report: Report,
): void {
  const of = valueAt(value, path);
  if (typeof of !== 'object' || of === null) return;
  const given = names.filter((name) => Object.hasOwn(of, name)).length;
  if (given === 1) return;
  const isPair = names.length === 2;
  report(path, expected, given === 0 ? (isPair ? 'neither' : 'none') : isPair ? 'both' : 'several');
}

function hasAll(value: unknown, path: Path, names: readonly string[]): boolean {
  return names.every((name) => valueAt(value, [...path, name]) !== undefined);
}

/** Reports what the refinements of the schema ask, in all objects that they are about. */
function reportChoices(value: unknown, report: Report): void {
  const pathsIn = (path: Path): readonly Path[] => {
    const array = valueAt(value, path);
    return Array.isArray(array) ? array.map((_, n) => [...path, n]) : [];
  };
  for (const path of pathsIn(['keyTable', 'entries'])) {
    const algorithm = valueAt(value, [...path, 'algorithm']);
    if (algorithm === 'milenage') reportNotOne(value, path, ['opc', 'op'], OPC_OR_OP, report);
    else if (algorithm === 'tuak') {
      reportNotOne(value, path, ['topc', 'top'], TOPC_OR_TOP, report);
    } else if (algorithm !== 'xor' && hasAll(value, path, ['opc', 'topc'])) {
      report(path, OPC_AND_TOPC, 'both');
    }
  }
  for (const path of [...pathsIn(['directories']), ...pathsIn(['files'])]) {
    reportNotOne(value, path, ['arr', 'rules'], ARR_OR_RULES, report);
    reportNotOne(value, [...path, 'rules'], RULE_FORMS, ONE_FORM, report);
  }
}

/** Writes all paths without the `(FID)`, so that whoever uses the profile can compare them. */
function withPlainPaths(profile: CardProfile): CardProfile {
  const plain = <T extends { readonly path: string }>(of: T): T => ({
    ...of,
    path: plainPath(of.path),
  });
  return {
    ...profile,
    applets: profile.applets.map((applet) => ({
      ...applet,
      startDirectory: plainPath(applet.startDirectory),
    })),
    directories: profile.directories.map(plain),
    files: profile.files.map(plain),
  };
}

/**
 * Checks a card profile.
 *
 * @param value what a JSON file held; neither kept nor changed
 * @returns the profile, a copy in which no path has a `(FID)`; or every fault, in the order of the
 *   file, none of which shows a secret
 * @see docs/profile.md, "Errors"
 * @example
 * ```ts
 * import { checkProfile, DEFAULT_PROFILE } from 'vuicc';
 *
 * const result = checkProfile({ ...DEFAULT_PROFILE, imsi: '00101' });
 * if (result.ok) throw new Error('an IMSI of 5 digits');
 * if (result.faults[0]?.path !== '$.imsi') throw new Error('the fault names the field');
 * ```
 */
export function checkProfile(value: unknown): ProfileResult {
  const unknownFormat = collectFaults(value, (report) => checkFormat(value, report));
  if (unknownFormat.length > 0) return { ok: false, faults: unknownFormat };

  const parsed = cardProfileSchema.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const faults = collectFaults(value, (report) => {
      reportIssues(value, issues, report);
      reportChoices(value, report);
    });
    return { ok: false, faults };
  }
  const profile = parsed.data;
  const faults = collectFaults(value, (report) => {
    const tree = profileTree(profile);
    checkAtr(profile, report);
    checkKeys(profile, tree, report);
    checkTree(profile, tree, report);
    checkContent(profile, tree, report);
    checkAccess(profile, tree, report);
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, profile: withPlainPaths(profile) };
}

/**
 * Reads a card profile from JSON text.
 *
 * @param text the content of a profile file
 * @returns as {@link checkProfile}; a text that is no JSON has one fault: line, column and offset
 * @see docs/profile.md, "Errors"
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, parseProfile } from 'vuicc';
 *
 * if (!parseProfile(JSON.stringify(DEFAULT_PROFILE)).ok) throw new Error('the default profile');
 * if (parseProfile('{').ok) throw new Error('no JSON');
 * ```
 */
export function parseProfile(text: string): ProfileResult {
  const fault = findJsonFault(text);
  if (fault === undefined) return checkProfile(JSON.parse(text));
  const { line, column, offset, expected, found } = fault;
  const place = `line ${line}, column ${column} (offset ${offset})`;
  return { ok: false, faults: [{ path: '$', expected: `${expected} at ${place}`, found }] };
}
