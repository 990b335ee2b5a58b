/**
 * Finds where a text stops being JSON.
 *
 * `JSON.parse` says it in words that differ from platform to platform, often without a place, and
 * quotes the text around it, which in a card profile may be a key.
 *
 * @see RFC 8259
 * @module
 */

/** The first place at which a text cannot be JSON. */
export interface JsonSyntaxFault {
  /** Characters before it, from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly expected: string;
  /** A single character, by kind where it might be of a secret. */
  readonly found: string;
}

/** What may come next. */
type State =
  | 'value'
  | 'first-element'
  | 'name'
  | 'first-name'
  | 'colon'
  | 'after-element'
  | 'after-member'
  | 'end';

const EXPECTED: Readonly<Record<State, string>> = {
  value: 'a value',
  'first-element': 'a value or "]"',
  name: 'a name in quotation marks',
  'first-name': 'a name in quotation marks or "}"',
  colon: '":"',
  'after-element': '"," or "]"',
  'after-member': '"," or "}"',
  end: 'the end of the text',
};

const WHITE_SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** All but control characters, the quotation mark and the backslash. */
const PLAIN_CHARACTERS = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** Gives the end of what matches at this place; the place itself when nothing does. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

type Step = { readonly at: number } | { readonly at: number; readonly expected: string };

/** Reads a string from its opening quotation mark on. */
function skipString(text: string, start: number): Step {
  let at = start + 1;
  for (;;) {
    at = skip(PLAIN_CHARACTERS, text, at);
    if (text[at] === '"') return { at: at + 1 };
    if (text[at] !== '\\') return { at, expected: 'a closing quotation mark' };
    const end = skip(ESCAPE, text, at);
    if (end === at) return { at, expected: 'a JSON escape' };
    at = end;
  }
}

function characterName(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return 'the end of the text';
  const character = String.fromCodePoint(code);
  if (/[0-9]/.test(character)) return 'a digit';
  if (/[A-Za-z]/.test(character)) return 'a letter';
  if (character === '\n' || character === '\r') return 'the end of the line';
  if (/[!-~]/.test(character)) return `'${character}'`;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function faultAt(text: string, offset: number, expected: string): JsonSyntaxFault {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return { offset, line, column, expected, found: characterName(text, offset) };
}

/**
 * Finds the first place at which a text cannot be JSON.
 *
 * @param text of any length and depth; nothing recurses here
 * @returns the fault, or `undefined` when the text is JSON
 * @see RFC 8259
 */
export function findJsonFault(text: string): JsonSyntaxFault | undefined {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let at = 0;
  const afterValue = (): State => {
    const container = open.at(-1);
    return container === undefined ? 'end' : container === '[' ? 'after-element' : 'after-member';
  };
  for (;;) {
    at = skip(WHITE_SPACE, text, at);
    const character = text[at];
    if (character === undefined && state === 'end') return undefined;
    const isName: boolean = state === 'name' || state === 'first-name';
    const isValue: boolean = state === 'value' || state === 'first-element';
    const mayCloseArray: boolean = state === 'first-element' || state === 'after-element';
    const mayCloseObject: boolean = state === 'first-name' || state === 'after-member';

    if (isValue && (character === '{' || character === '[')) {
      open.push(character);
      state = character === '{' ? 'first-name' : 'first-element';
      at++;
    } else if ((isValue || isName) && character === '"') {
      const step = skipString(text, at);
      if ('expected' in step) return faultAt(text, step.at, step.expected);
      state = isName ? 'colon' : afterValue();
      at = step.at;
    } else if ((mayCloseArray && character === ']') || (mayCloseObject && character === '}')) {
      open.pop();
      state = afterValue();
      at++;
    } else if (state === 'colon' && character === ':') {
      state = 'value';
      at++;
    } else if ((state === 'after-element' || state === 'after-member') && character === ',') {
      state = state === 'after-element' ? 'value' : 'name';
      at++;
    } else {
      const end: number = isValue ? skip(SCALAR, text, at) : at;
      if (end === at) return faultAt(text, at, EXPECTED[state]);
      state = afterValue();
      at = end;
    }
  }
}
