/**
 * What came of a test of OTA scripts: as a value, and as text for people.
 *
 *     ok      iccid.ota:4  reads EF_ICCID: 2 executed, PoR por-ok
 *     FAILED  iccid.ota:9  reads EF_DIR: 1 executed, PoR por-ok
 *       iccid.ota:9  SELECT EF_DIR
 *         expected  SW '61..'
 *         found     '6A82' (file not found)
 *       iccid.ota:11  READ RECORD 1: not executed
 *       the card, step by step: …
 *
 * No text shows data of a command, for it may be a PIN or a key.
 *
 * @see docs/ota-tests.md, "Script files"
 * @module
 */

import { describeFinding, type Finding } from '../../card/ota/finding.ts';
import type { Mistake } from '../../ota/mistakes/mistake.ts';

/** Something that is not as a test expects it. */
export interface OtaTestFailure {
  /** Line of the command, or of the parameter that says what is expected. */
  readonly line: number;
  /** `READ BINARY, octet 3 of the response data`; `status of the PoR`. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * What became of a command: executed, and as expected as far as it was reported; executed, and
 * different from what is expected; not executed; or nothing was reported of it.
 */
export type CommandOutcome = 'executed' | 'different' | 'not-executed' | 'unknown';

/** One command of a packet, without its data. */
export interface OtaCommandReport {
  readonly line: number;
  /** `SELECT EF_ICCID`. */
  readonly command: string;
  readonly outcome: CommandOutcome;
}

/** What came of one packet, or of one command of the terminal. */
export interface OtaTestCase {
  readonly kind: 'packet' | 'exchange';
  /** Of the first command. */
  readonly line: number;
  /** `why`, or which packet it is. */
  readonly title: string;
  readonly ok: boolean;
  /** What came back, in a few words. */
  readonly summary: string;
  readonly failures: readonly OtaTestFailure[];
  /** Those of a packet. */
  readonly commands: readonly OtaCommandReport[];
  /** Each step of the card; none for a command of the terminal. */
  readonly steps: readonly Finding[];
  /** Why the card has refused, if a likely mistake explains it. */
  readonly mistake: Mistake | undefined;
}

/** What came of a test. */
export interface OtaTestReport {
  /** The file. */
  readonly name: string;
  readonly ok: boolean;
  readonly cases: readonly OtaTestCase[];
}

/** Says a failure in one line: where, what was expected, what was found. */
export function failureText({ line, what, expected, found }: OtaTestFailure): string {
  return `line ${line}, ${what}: expected ${expected}, found ${found}`;
}

function detailLines(name: string, of: OtaTestCase): string[] {
  const { failures, commands, steps, mistake } = of;
  const failed = failures.flatMap(({ line, what, expected, found }) => [
    `  ${name}:${line}  ${what}`,
    `    expected  ${expected}`,
    `    found     ${found}`,
  ]);
  const told = new Set(failures.map(({ line }) => line));
  // Of a packet that was refused nothing is executed, which need not be said of each command.
  const isBegun = commands.some(({ outcome }) => outcome !== 'not-executed');
  const left = commands
    .filter(({ line, outcome }) => isBegun && outcome === 'not-executed' && !told.has(line))
    .map(({ line, command }) => `  ${name}:${line}  ${command}: not executed`);
  const seen = steps.map((finding) => `    ${describeFinding(finding)}`);
  const why = mistake === undefined ? [] : [`    ${mistake.name}: ${mistake.remedy}`];
  return [
    ...failed,
    ...left,
    ...(seen.length === 0 ? [] : ['  the card, step by step']),
    ...seen,
    ...why,
  ];
}

/**
 * Says in lines what came of one packet: one line when it is as expected; else each failure with
 * line, expected and found, the commands that were not executed, and each step of the card.
 *
 * @param name the file
 */
export function caseLines(name: string, of: OtaTestCase): string[] {
  const { line, title, ok, summary } = of;
  const head = `${ok ? 'ok    ' : 'FAILED'}  ${name}:${line}  ${title}: ${summary}`;
  return ok ? [head] : [head, ...detailLines(name, of)];
}

/**
 * Says what came of a test, for people.
 *
 * @returns lines without a line end at the last
 * @see docs/ota-tests.md, "Script files"
 * @example
 * ```ts
 * import { describeOtaTest, otaTestCard, parseOtaTest, runOtaTest } from 'vuicc/testing';
 *
 * const test = parseOtaTest('> 00A40000022FE2\n< 9000\n', 'iccid.ota');
 * const text = describeOtaTest(runOtaTest(test, otaTestCard()));
 * if (!text.startsWith('FAILED  iccid.ota:1')) throw new Error(text);
 * ```
 */
export function describeOtaTest({ name, cases }: OtaTestReport): string {
  return cases.flatMap((of) => caseLines(name, of)).join('\n');
}
