/**
 * How long functions are, measured on formatted code.
 *
 * A body opens with `{` at the end of a line and closes with `}` at the same indentation; what
 * stands before it at that indentation tells whether it is a function.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { codeOf } from './source.ts';

/** A function, from the line of its name to that of its last brace. */
export interface FunctionLines {
  readonly head: string;
  readonly line: number;
  readonly lines: number;
}

const OPENS_BODY = /(?:\)(?:\s*:.*)?|=>)\s*\{$/u;
const STATEMENT = /^(?:if|for|while|switch|catch|with)\b/u;
const MODIFIERS = /^(?:(?:static|async|get|set|override|private|protected|public) |\*)+/u;
const FUNCTION = /\bfunction\b|=>\s*\{$|^#?[\w$]+(?:<.*>)?\(/u;

/** Finds the functions of a source text; `describe` of a test is a heading, no function. */
export function functionsOf(source: string): FunctionLines[] {
  const lines = codeOf(source).split('\n');
  const indentOf = (at: number): number => lines[at]!.search(/\S/u);
  const functions: FunctionLines[] = [];
  lines.forEach((text, at) => {
    if (!OPENS_BODY.test(text)) return;
    const indent = indentOf(at);
    let start = at;
    while (start > 0 && (indentOf(start) !== indent || /^\s*[)}]/u.test(lines[start]!))) start -= 1;
    const head = lines[start]!.trim();
    const opening = start === at ? head : `${head} ${text.trim()}`;
    const isFunction = FUNCTION.test(opening.replace(MODIFIERS, ''));
    if (STATEMENT.test(head) || head.startsWith('describe') || !isFunction) return;
    const end = lines.findIndex(
      (line, n) => n > at && indentOf(n) === indent && /^\s*\}/u.test(line),
    );
    functions.push({ head, line: start + 1, lines: end - start + 1 });
  });
  return functions;
}
