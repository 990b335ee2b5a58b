/**
 * Runs tests of OTA scripts that are written as lines.
 *
 * @see docs/ota-tests.md, "Script files"
 * @module
 */

import { expect } from 'vitest';
import { parseOtaTest } from '../../../../src/scenario/ota-kit/script-file.ts';
import type {
  OtaTestCase,
  OtaTestFailure,
  OtaTestReport,
} from '../../../../src/scenario/ota-kit/script-report.ts';
import { runOtaTest } from '../../../../src/scenario/ota-kit/script-run.ts';
import {
  type OtaTestCardOptions,
  otaTestCard,
} from '../../../../src/scenario/ota-kit/test-card.ts';

/** SELECT EF_ICCID. */
export const SELECT = '> 00A40000022FE2';
/** SELECT of a file that is not there. */
export const MISSING = '> 00A40000022FE3';
/** READ BINARY, 10 octets. */
export const READ = '> 00B000000A';
/** EF_ICCID of the built-in profile. */
export const ICCID = '98990901000000000031';

/** Runs a test on a new card. */
export function run(lines: readonly string[], options: OtaTestCardOptions = {}): OtaTestReport {
  return runOtaTest(parseOtaTest(lines.join('\n'), 'a.ota'), otaTestCard(options));
}

/** The one case of a test. */
export function caseOf(lines: readonly string[], options: OtaTestCardOptions = {}): OtaTestCase {
  const { cases } = run(lines, options);
  expect(cases).toHaveLength(1);
  return cases[0]!;
}

/** The failures of the one case of a test. */
export function failuresOf(
  lines: readonly string[],
  options: OtaTestCardOptions = {},
): readonly OtaTestFailure[] {
  const { ok, failures } = caseOf(lines, options);
  expect(ok).toBe(failures.length === 0);
  return failures;
}

/** What became of the commands of the one case of a test. */
export function outcomesOf(lines: readonly string[], options: OtaTestCardOptions = {}): string[] {
  return caseOf(lines, options).commands.map(({ outcome }) => outcome);
}
