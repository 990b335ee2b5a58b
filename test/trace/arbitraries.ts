/** Traces that can be written, for property tests. */

import fc from 'fast-check';
import type { Pattern, PatternItem, Trace, TraceStep } from '../../src/trace/model.ts';

const octet = fc.integer({ min: 0, max: 0xff });
const open: fc.Arbitrary<PatternItem> = fc.oneof(
  { weight: 6, arbitrary: octet },
  { weight: 1, arbitrary: fc.constant('..' as const) },
);
const wideOpen: fc.Arbitrary<PatternItem> = fc.oneof(
  { weight: 6, arbitrary: open },
  { weight: 1, arbitrary: fc.constant('...' as const) },
);

/** Patterns of answers: two items or more, so at least two octets are possible. */
export const answerPattern: fc.Arbitrary<Pattern> = fc.array(wideOpen, {
  minLength: 2,
  maxLength: 33,
});

/** Patterns of commands: five octets, then octets and secrets. */
export const commandPattern: fc.Arbitrary<Pattern> = fc
  .tuple(fc.array(octet, { minLength: 5, maxLength: 5 }), fc.array(open, { maxLength: 20 }))
  .map(([head, data]) => [...head, ...data]);

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((words) => words.replace(/[\r\n\u2028\u2029]/g, ' ').trim())
  .filter((words) => words !== '');

const remarks = fc.record({ remark: text, answerRemark: text }, { requiredKeys: [] });

/** Comments that cannot be taken for front matter. */
const comment: fc.Arbitrary<TraceStep> = fc
  .oneof(
    fc.constant(''),
    text.map((words) => `- ${words}`),
  )
  .map((words) => ({ kind: 'comment', text: words, line: 0 }));

const resetStep: fc.Arbitrary<TraceStep> = fc
  .tuple(answerPattern, remarks)
  .map(([atr, words]) => ({ kind: 'reset', atr, ...words, line: 0 }));

const apduStep: fc.Arbitrary<TraceStep> = fc
  .tuple(commandPattern, answerPattern, remarks)
  .map(([command, response, words]) => ({ kind: 'apdu', command, response, ...words, line: 0 }));

const unanswered: fc.Arbitrary<TraceStep> = fc.oneof(
  fc.constant<TraceStep>({ kind: 'reset', atr: undefined, line: 0 }),
  commandPattern.map<TraceStep>((command) => ({
    kind: 'apdu',
    command,
    response: undefined,
    line: 0,
  })),
);

const frontMatter = fc.array(
  fc.tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), fc.oneof(fc.constant(''), text)),
  { maxLength: 5 },
);

/** Any trace that can be written; line numbers are 0. */
export const anyTrace: fc.Arbitrary<Trace> = fc.record({
  frontMatter,
  steps: fc.array(fc.oneof(comment, resetStep, apduStep, unanswered), { maxLength: 12 }),
});

/** The same trace as if it had not been read from a text. */
export function withoutLines(trace: Trace): Trace {
  return { ...trace, steps: trace.steps.map((step) => ({ ...step, line: 0 })) };
}
