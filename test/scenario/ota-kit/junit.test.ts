import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitXml, xmlAttribute, xmlText } from '../../../src/scenario/ota-kit/junit.ts';
import { parseOtaTest } from '../../../src/scenario/ota-kit/script-file.ts';
import {
  describeOtaTest,
  type OtaTestReport,
} from '../../../src/scenario/ota-kit/script-report.ts';
import { runOtaTest } from '../../../src/scenario/ota-kit/script-run.ts';
import { otaTestCard } from '../../../src/scenario/ota-kit/test-card.ts';

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** What a reader of XML makes of escaped text. */
function read(text: string): string {
  return text.replaceAll(/&(?:#(?<code>\d+)|(?<name>\w+));/gu, (_whole, code, name) => {
    return code === undefined ? NAMED[name]! : String.fromCodePoint(Number(code));
  });
}

/** Whether a character may stand in XML 1.0, by its production Char. */
function isLegal(character: string): boolean {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const markup = fc.string({
  unit: fc.constantFrom(...'<>&"\'\t\n\r] \u0000\ud800x'),
  maxLength: 20,
});

function report(name: string, ...lines: readonly string[]): OtaTestReport {
  return runOtaTest(parseOtaTest(lines.join('\n'), name), otaTestCard());
}

describe('text in XML', () => {
  it('is read back to the same, but for what XML does not have', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, markup), (text) => {
        const legal = [...text].map((one) => (isLegal(one) ? one : '\ufffd')).join('');
        expect(read(xmlText(text))).toBe(legal);
        expect(read(xmlAttribute(text))).toBe(legal);
      }),
      { numRuns: 1000 },
    );
  });

  it('has nothing that would end it', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, markup), (text) => {
        expect(xmlText(text)).not.toMatch(/[<>\r]|&(?!#\d+;|amp;|lt;|gt;)/u);
        expect(xmlAttribute(text)).not.toMatch(/[<>"\t\n\r]|&(?!#\d+;|amp;|lt;|gt;|quot;)/u);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
    [']]>', ']]&gt;'],
    ['&amp;', '&amp;amp;'],
    ['\u0000\u001b[0m\ud800', '\ufffd\ufffd[0m\ufffd'],
    ['é 😀', 'é 😀'],
  ])('%j is %j', (text, escaped) => {
    expect(xmlText(text)).toBe(escaped);
  });
});

describe('a report in JUnit XML', () => {
  it('has a suite for each file and a case for each packet', () => {
    const reports = [
      report('a.ota', 'why: "one" & <two>', '> 00A40000022FE2', 'send', '> 00A40000022FE2'),
      report('b.ota', 'tar: B00009', 'status: 09', '> 00A40000022FE2'),
    ];
    const title = '&quot;one&quot; &amp; &lt;two&gt;';
    expect(junitXml(reports)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="vuicc ota test" tests="3" failures="0" errors="0">
  <testsuite name="a.ota" tests="2" failures="0" errors="0" skipped="0">
    <testcase name="line 2: ${title}" classname="a.ota" file="a.ota" line="2"/>
    <testcase name="line 4: packet 2" classname="a.ota" file="a.ota" line="4"/>
  </testsuite>
  <testsuite name="b.ota" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="line 3: packet 1" classname="b.ota" file="b.ota" line="3"/>
  </testsuite>
</testsuites>
`);
  });

  it('tells in a failure what was expected and found, and each step of the card', () => {
    const failed = report(
      'a.ota',
      '> 00A40000022FE3',
      '< 61..',
      '> 00B000000A',
      'send',
      '> 00A40000022FE2',
    );
    const xml = junitXml([failed]);
    expect(xml).toContain('<testsuites name="vuicc ota test" tests="2" failures="1" errors="0">');
    const [, message = '', detail = ''] =
      /<failure message="(.*)" type="OtaTestFailure">([^<]*)<\/failure>/u.exec(xml) ?? [];
    expect(read(message)).toBe(
      `line 2, SELECT 2FE3: expected SW '61..', found SW '6A82' (file not found)`,
    );
    const [first] = failed.cases;
    expect(read(detail)).toBe(describeOtaTest({ ...failed, cases: [first!] }));
  });

  it('has all failures of a packet in its message', () => {
    const xml = junitXml([report('a.ota', 'way: submit', 'status: 09', '> 00A40000022FE2')]);
    expect(xml).toMatch(/message="line 2, status of the PoR: [^"]*; line 1, PoR: [^"]*"/u);
  });

  it('of nothing is a document, too', () => {
    expect(junitXml([])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="vuicc ota test" tests="0" failures="0" errors="0">
</testsuites>
`);
  });
});
