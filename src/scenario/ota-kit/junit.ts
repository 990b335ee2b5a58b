/**
 * JUnit XML, which continuous integration reads:
 *
 *     testsuites ─ testsuite (a file) ┬ testcase (a packet) ─ failure
 *                                     └ testcase (the file itself) ─ error, when it cannot be run
 *
 * There is no clock, so there are no times. Characters that XML 1.0 does not have are replaced.
 *
 * @see docs/ota-tests.md, "In continuous integration"
 * @module
 */

import { caseLines, failureText, type OtaTestCase, type OtaTestReport } from './script-report.ts';

/** What may not stand in XML 1.0 at all: control characters, and halves of surrogate pairs. */
const ILLEGAL = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function legal(text: string): string {
  return text.replaceAll(ILLEGAL, '\u{fffd}');
}

/** Escapes the content of an element; lines stay lines. */
export function xmlText(text: string): string {
  return legal(text).replaceAll(/[&<>\r]/gu, (character) => ENTITIES[character]!);
}

/** Escapes the value of an attribute between double quotes. */
export function xmlAttribute(text: string): string {
  return legal(text).replaceAll(/[&<>"\t\n\r]/gu, (character) => ENTITIES[character]!);
}

/** A file that cannot be read, or not be run as it is written. */
export interface UnreadableTest {
  /** The file. */
  readonly name: string;
  /** One line, without secrets. */
  readonly problem: string;
}

function attributes(of: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(of).map(([name, value]) => ` ${name}="${xmlAttribute(`${value}`)}"`);
  return pairs.join('');
}

function testcase(file: string, of: OtaTestCase): string[] {
  const { line, title, ok, failures } = of;
  const name = `line ${line}: ${title}`;
  const head = `<testcase${attributes({ name, classname: file, file, line })}`;
  if (ok) return [`    ${head}/>`];
  const message = failures.map(failureText).join('; ');
  const detail = caseLines(file, of).join('\n');
  return [
    `    ${head}>`,
    `      <failure${attributes({ message, type: 'OtaTestFailure' })}>${xmlText(detail)}</failure>`,
    '    </testcase>',
  ];
}

function counts(reports: readonly (OtaTestReport | UnreadableTest)[]): Record<string, number> {
  const cases = reports.flatMap((of) => ('cases' in of ? of.cases : []));
  const errors = reports.filter((of) => !('cases' in of)).length;
  const failures = cases.filter(({ ok }) => !ok).length;
  return { tests: cases.length + errors, failures, errors };
}

function errorCase({ name, problem }: UnreadableTest): string[] {
  return [
    `    <testcase${attributes({ name, classname: name, file: name })}>`,
    `      <error${attributes({ message: problem, type: 'UnreadableTest' })}/>`,
    '    </testcase>',
  ];
}

/**
 * Writes what came of tests as JUnit XML.
 *
 * @returns a whole document
 * @see docs/ota-tests.md, "In continuous integration"
 */
export function junitXml(reports: readonly (OtaTestReport | UnreadableTest)[]): string {
  const suites = reports.flatMap((report) => [
    `  <testsuite${attributes({ name: report.name, ...counts([report]), skipped: 0 })}>`,
    ...('cases' in report
      ? report.cases.flatMap((of) => testcase(report.name, of))
      : errorCase(report)),
    '  </testsuite>',
  ]);
  const all = counts(reports);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'vuicc ota test', ...all })}>`,
    ...suites,
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}
