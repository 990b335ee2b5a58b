/**
 * Traces as text, the format of `.apdu` files:
 *
 *     # spec: ETSI TS 102 221 §11.1.1          front matter, before the first exchange
 *     reset
 *     < 3B9F 9680 ...                          an ATR; `...` is any number of octets
 *     # any other line that starts like this is a comment
 *     > 00A40004022F00  SELECT EF_DIR          a C-APDU; a remark after two spaces
 *     < 61..                                   an R-APDU; `..` is any one octet
 *     > 0020000108................             in a command `..` is a secret
 *     < 9000
 *
 * Hex is of either case, with single spaces between octets where one likes them. An answer may be
 * left out. Comments and blank lines are kept, since people review these files.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { toHex } from '../bytes/hex.ts';
import {
  type ApduStep,
  answerProblem,
  commandProblem,
  type Pattern,
  type PatternItem,
  type ResetStep,
  type Trace,
  type TraceStep,
} from './model.ts';

type Refuse = (problem: string) => DecodeError;

const LINE_END = /\r\n|\r|\n/;
const FRONT_MATTER = /^([a-z][a-z0-9-]*):(?:\s+(.*))?$/;
/** Behind the first exchange these keys tell of two traces in one file. */
const KEYS: readonly string[] = ['spec', 'card', 'why', 'source'];

/**
 * Reads a trace.
 *
 * @param text lines that end in LF, CR or CR LF
 * @param name the file, for error messages
 * @throws {DecodeError} a line is not of the grammar; `path` is the name, `offset` the line
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { parseTrace } from 'vuicc';
 *
 * const { steps } = parseTrace('> 00A40004022F00  SELECT EF_DIR\n< 61..\n');
 * if (steps[0]?.kind !== 'apdu' || steps[0].command.length !== 7) throw new Error('SELECT');
 * ```
 */
export function parseTrace(text: string, name = 'trace'): Trace {
  const frontMatter: [string, string][] = [];
  const steps: TraceStep[] = [];
  let hasBegun = false;
  /** Index of the step whose answer may come next. */
  let open: number | undefined;
  const lines = text.split(LINE_END);
  if (lines.at(-1) === '') lines.pop();

  for (const [index, whole] of lines.entries()) {
    const line = index + 1;
    const refuse: Refuse = (problem) => new DecodeError(name, line, `line ${line}: ${problem}`);
    const content = whole.trim();
    if (content === '') {
      steps.push({ kind: 'comment', text: '', line });
    } else if (content.startsWith('#')) {
      const comment = content.slice(1).trim();
      const pair = frontMatterPair(comment);
      if (pair === undefined) {
        steps.push({ kind: 'comment', text: comment, line });
      } else if (!hasBegun) {
        frontMatter.push(pair);
      } else if (isReserved(pair[0], frontMatter)) {
        throw refuse(`'${pair[0]}:' is front matter, which stands before the first exchange`);
      } else {
        steps.push({ kind: 'comment', text: comment, line });
      }
    } else if (content.startsWith('<')) {
      const step = open === undefined ? undefined : steps[open];
      if (open === undefined || step === undefined || step.kind === 'comment') {
        throw refuse(`'<' answers nothing: expected 'reset' or '>' before it`);
      }
      steps[open] = withAnswer(step, content.slice(1), refuse);
      open = undefined;
    } else {
      open = steps.length;
      steps.push(readSent(content, line, refuse));
      hasBegun = true;
    }
  }
  return { frontMatter, steps };
}

function frontMatterPair(comment: string): [string, string] | undefined {
  const found = FRONT_MATTER.exec(comment);
  return found === null ? undefined : [found[1]!, found[2] ?? ''];
}

function isReserved(key: string, frontMatter: Trace['frontMatter']): boolean {
  return KEYS.includes(key) || frontMatter.some(([other]) => other === key);
}

/** Reads a line that sends something: `reset` or a command. */
function readSent(content: string, line: number, refuse: Refuse): ResetStep | ApduStep {
  const { before, remark } = splitRemark(content);
  if (before === 'reset') return { kind: 'reset', atr: undefined, ...remarked(remark), line };
  if (!content.startsWith('>')) throw refuse(`expected '#', 'reset', '>' or '<' at its start`);
  const { pattern: command, remark: name } = readOctets(content.slice(1), refuse);
  const problem = commandProblem(command);
  if (problem !== undefined) throw refuse(problem);
  return { kind: 'apdu', command, response: undefined, ...remarked(name), line };
}

function withAnswer<T extends ResetStep | ApduStep>(step: T, text: string, refuse: Refuse): T {
  const { pattern, remark } = readOctets(text, refuse);
  const problem = answerProblem(step.kind, pattern);
  if (problem !== undefined) throw refuse(problem);
  const answer = step.kind === 'reset' ? { atr: pattern } : { response: pattern };
  return { ...step, ...answer, ...(remark === '' ? {} : { answerRemark: remark }) };
}

function remarked(remark: string): { remark?: string } {
  return remark === '' ? {} : { remark };
}

function splitRemark(text: string): { before: string; remark: string } {
  const at = text.indexOf('  ');
  if (at < 0) return { before: text, remark: '' };
  return { before: text.slice(0, at), remark: text.slice(at).trim() };
}

function readOctets(text: string, refuse: Refuse): { pattern: Pattern; remark: string } {
  const { before, remark } = splitRemark(text.trim());
  const tokens = before === '' ? [] : before.split(' ');
  return { pattern: tokens.flatMap((token) => readToken(token, refuse)), remark };
}

/**
 * Reads a pattern alone: hex, `..` for one octet, `...` between spaces for any number of them.
 *
 * @param name what the text is, for the error message
 * @throws {DecodeError} it is no pattern
 * @see docs/architecture.md, "Traces"
 */
export function parsePattern(text: string, name = 'pattern'): Pattern {
  return text
    .split(/\s+/u)
    .flatMap((token) => readToken(token, (problem) => new DecodeError(name, 0, problem)));
}

/** Reads what stands between two spaces: `...`, or octets and `..` glued together. */
function readToken(token: string, refuse: Refuse): PatternItem[] {
  if (token === '...') return ['...'];
  if (!/^[0-9a-f.]*$/i.test(token)) throw refuse(`expected hex digits, '..' or '...'`);
  if ((token.match(/\.+/g) ?? []).some((dots) => dots.length % 2 === 1)) {
    throw refuse(`expected '...' alone between spaces, and '..' for one octet`);
  }
  if (token.length % 2 === 1) throw refuse('expected two hex digits for each octet');
  return (token.match(/../g) ?? []).map((pair) => {
    if (pair === '..') return '..';
    if (pair.includes('.')) throw refuse(`expected two hex digits or '..' for each octet`);
    return Number.parseInt(pair, 16);
  });
}

/**
 * Writes a trace, in the one form that `parseTrace` reads back to the same: hex in upper case and
 * without spaces, front matter first.
 *
 * @param trace line numbers are not looked at
 * @returns lines that end in LF
 * @throws {RangeError} a step or a text cannot be written, such as a remark of two lines
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { formatTrace, parseTrace } from 'vuicc';
 *
 * const text = '# spec: ETSI TS 102 221\n> 00B2990400  READ RECORD 153\n< 6A83\n';
 * if (formatTrace(parseTrace(text)) !== text) throw new Error('there and back');
 * ```
 */
export function formatTrace(trace: Trace): string {
  const { frontMatter, steps } = trace;
  const lines = frontMatter.map(([key, value]) => {
    const line = `# ${key}: ${value}`.trim();
    const pair = frontMatterPair(line.slice(2));
    if (LINE_END.test(line) || pair?.[0] !== key || pair[1] !== value) {
      throw new RangeError('front matter: expected a lower-case word and one trimmed line');
    }
    return line;
  });
  let hasBegun = false;
  for (const step of steps) {
    if (step.kind === 'comment') {
      lines.push(formatComment(step.text, hasBegun, frontMatter));
      continue;
    }
    hasBegun = true;
    const answer = step.kind === 'reset' ? step.atr : step.response;
    const problem =
      (step.kind === 'apdu' ? commandProblem(step.command) : undefined) ??
      (answer === undefined ? undefined : answerProblem(step.kind, answer));
    if (problem !== undefined) throw new RangeError(`${step.kind}: ${problem}`);
    const sent = step.kind === 'reset' ? 'reset' : `> ${formatPattern(step.command)}`;
    lines.push(sent + formatRemark(step.remark));
    if (answer !== undefined) {
      lines.push(`< ${formatPattern(answer)}${formatRemark(step.answerRemark)}`);
    } else if (step.answerRemark !== undefined) {
      throw new RangeError('answerRemark: expected none without an answer');
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Writes a pattern: `61..`, `62 ... 9000`.
 *
 * @throws {RangeError} an item is no octet
 */
export function formatPattern(pattern: Pattern): string {
  let text = '';
  for (const item of pattern) {
    if (item === '...') {
      text += ' ... ';
    } else if (item === '..') {
      text += '..';
    } else if (Number.isInteger(item) && item >= 0 && item <= 0xff) {
      text += toHex(Uint8Array.of(item)).toUpperCase();
    } else {
      throw new RangeError(`octet: expected 0 to 255, got ${item}`);
    }
  }
  return text.trim().replaceAll(/ {2,}/g, ' ');
}

function formatRemark(remark: string | undefined): string {
  if (remark === undefined) return '';
  if (remark === '' || remark !== remark.trim() || LINE_END.test(remark)) {
    throw new RangeError('remark: expected one trimmed line');
  }
  return `  ${remark}`;
}

function formatComment(text: string, hasBegun: boolean, frontMatter: Trace['frontMatter']): string {
  const pair = frontMatterPair(text);
  if (pair !== undefined && (!hasBegun || isReserved(pair[0], frontMatter))) {
    throw new RangeError('comment: expected something that is not taken for front matter');
  }
  if (text !== text.trim() || LINE_END.test(text)) {
    throw new RangeError('comment: expected one trimmed line');
  }
  return text === '' ? '' : `# ${text}`;
}
