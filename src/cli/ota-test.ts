/**
 * `vuicc ota test`: runs tests of OTA scripts, each on a new card.
 *
 * All files are read before the first is run, so that a slip in one is told at once. A report in
 * JUnit XML is whole: it has such a file as an error, and the others are run.
 *
 * @see docs/ota-tests.md, "Script files"
 * @module
 */

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { DecodeError } from '../bytes/errors.ts';
import type { CardProfile } from '../profile/profile.ts';
import { junitXml, type UnreadableTest } from '../scenario/ota-kit/junit.ts';
import { type OtaTest, parseOtaTest } from '../scenario/ota-kit/script-file.ts';
import {
  describeOtaTest,
  type OtaTestCase,
  type OtaTestReport,
} from '../scenario/ota-kit/script-report.ts';
import { runOtaTest } from '../scenario/ota-kit/script-run.ts';
import { otaTestCard } from '../scenario/ota-kit/test-card.ts';
import {
  doesNotHold,
  errorCode,
  isWatched,
  json,
  line,
  readCardProfile,
  readText,
  UsageError,
} from './output.ts';

interface TestOptions {
  readonly junit?: string;
  readonly json?: true;
}

/** A test and the profile of its card. */
interface ReadTest {
  readonly test: OtaTest;
  readonly profile: CardProfile;
}

const PATIENCE_MS = 2_000;

const HELP = `
A file holds parameters, C-APDUs and what they must be answered:

  why: EF_ICCID is what was ordered
  tar: B00000
  > 00A40000022FE2  SELECT EF_ICCID
  < 61..
  > 00B000000A
  < 98990901000000000031 9000

Exit code 0: all of it holds; 1: something does not.

Examples:
  $ vuicc ota test iccid.ota
  $ vuicc ota test *.ota --junit report.xml
`;

/** What is wrong with a file is unreadable input: one line that names the file and the line. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(`${error.path}: ${error.problem}`);
    throw error;
  }
}

function readTest(file: string): ReadTest {
  const test = readable(() => parseOtaTest(readText(file), file));
  const { card } = test;
  if (card === undefined) return { test, profile: readCardProfile(undefined) };
  try {
    return { test, profile: readCardProfile(join(dirname(file), card.value)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}: line ${card.line}: ${error.message}`);
  }
}

/** Shows on a terminal which file a long run has come to. */
function progress(): { show(file: string): void; end(): void } {
  const startedAt = Date.now();
  let isShown = false;
  return {
    show: (file) => {
      if (!isWatched() || Date.now() - startedAt < PATIENCE_MS) return;
      isShown = true;
      process.stderr.write(`\r\x1b[K${file}`);
    },
    end: () => {
      if (isShown) process.stderr.write('\r\x1b[K');
    },
  };
}

/** The same for each file, with progress on a terminal. */
function each<From, To>(
  all: readonly From[],
  name: (of: From) => string,
  run: (of: From) => To,
): To[] {
  const { show, end } = progress();
  try {
    return all.map((of) => {
      show(name(of));
      return run(of);
    });
  } finally {
    end();
  }
}

function runTest({ test, profile }: ReadTest): OtaTestReport {
  return readable(() => runOtaTest(test, otaTestCard({ profile })));
}

function runAll(files: readonly string[]): OtaTestReport[] {
  return each(files.map(readTest), ({ test }) => test.name, runTest);
}

/** Runs what can be run, writes what came of it, and then tells of the first that cannot. */
function runForJunit(files: readonly string[], junit: string): OtaTestReport[] {
  let first: UsageError | undefined;
  const attempt = (name: string): OtaTestReport | UnreadableTest => {
    try {
      return runTest(readTest(name));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      first ??= error;
      return { name, problem: error.message };
    }
  };
  const reports = each(files, (name) => name, attempt);
  writeJunit(junit, reports);
  if (first !== undefined) throw first;
  return reports.filter((report) => 'cases' in report);
}

function writeJunit(file: string, reports: readonly (OtaTestReport | UnreadableTest)[]): void {
  try {
    writeFileSync(file, junitXml(reports));
  } catch (error) {
    throw new UsageError(`${file}: cannot be written (${errorCode(error)})`);
  }
}

function documentOf(reports: readonly OtaTestReport[]): object {
  const cases = (of: OtaTestCase): object => ({ ...of, mistake: of.mistake ?? null });
  return {
    ok: reports.every(({ ok }) => ok),
    files: reports.map((report) => {
      return { file: report.name, ok: report.ok, cases: report.cases.map(cases) };
    }),
  };
}

function show(reports: readonly OtaTestReport[]): void {
  for (const report of reports) line(describeOtaTest(report));
  const cases = reports.flatMap((report) => report.cases);
  const failed = cases.filter(({ ok }) => !ok).length;
  line(failed === 0 ? `${cases.length} ok` : `${failed} of ${cases.length} failed`);
}

function run(files: readonly string[], options: TestOptions): void {
  const { junit } = options;
  const reports = junit === undefined ? runAll(files) : runForJunit(files, junit);
  if (reports.some(({ ok }) => !ok)) doesNotHold();
  if (options.json === true) json(documentOf(reports));
  else show(reports);
}

/** Adds the subcommand. */
export function addOtaTest(ota: Command): void {
  ota
    .command('test')
    .description('run tests of OTA scripts')
    .argument('<file...>', '.ota files')
    .option('--junit <file>', 'write a report in JUnit XML')
    .option('--json', 'one JSON document: { ok, files }')
    .addHelpText('after', HELP)
    .action(run);
}
