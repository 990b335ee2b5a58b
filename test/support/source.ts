/**
 * The repository as text: which files it has, and what in them is code, comment or string.
 *
 * TypeScript's package has no stable interface to its parser, so the checks of this folder read
 * text: comments and strings are found by a small scanner, and the rest is regular expressions.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** Paths from the root of the repository, with their text. */
export type FileMap = ReadonlyMap<string, string>;

/** Lists the files of the repository, committed or not, without those that git ignores. */
export function listFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const paths = new Set(output.split('\0').filter((path) => path !== ''));
  return [...paths].filter((path) => existsSync(join(ROOT, path))).sort();
}

/** Reads the files whose path fits. */
export function readFiles(fits: (path: string) => boolean): FileMap {
  const paths = listFiles().filter(fits);
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

/** Tells on which line, counted from 1, an offset lies. */
export function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

/** A part of a source text that is no code; the quotes of a string are code. */
export interface Piece {
  readonly kind: 'comment' | 'string' | 'regex';
  readonly start: number;
  readonly end: number;
}

const COMMENT = /\/\/[^\n]*|\/\*.*?\*\//su;
const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/su;
const TOKEN = new RegExp(
  `(?<comment>${COMMENT.source})|(?<string>${STRING.source})|(?<space>\\s+)|[\\w$]+|.`,
  'suy',
);
const TEMPLATE_PART = /(?:\\.|\$(?!\{)|[^\\`$])*(?<end>`|\$\{)/suy;
const REGEX = /\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/uy;
const ENDS_A_VALUE = /^(?:[\w$]+|[)\]}'"`])$/u;
const TAKES_A_VALUE = /^(?:return|typeof|case|of|in|do|else|void|delete|throw|await|yield)$/u;

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

/** Finds comments, strings and regular expressions, in order. */
export function piecesOf(source: string): Piece[] {
  const pieces: Piece[] = [];
  const substitutions: number[] = []; // How many braces are open in each `${`.
  let previous = '';
  let at = source.startsWith('#!') ? source.indexOf('\n') : 0;

  const readTemplatePart = (): void => {
    const part = match(TEMPLATE_PART, source, at);
    const end = at + (part?.[0].length ?? source.length - at);
    const closing = part?.groups?.end ?? '';
    pieces.push({ kind: 'string', start: at, end: end - closing.length });
    if (closing === '${') substitutions.push(0);
    previous = closing === '${' ? '{' : '`';
    at = end;
  };

  while (at < source.length) {
    const mayBeRegex = !ENDS_A_VALUE.test(previous) || TAKES_A_VALUE.test(previous);
    const regex = mayBeRegex ? match(REGEX, source, at) : undefined;
    if (regex !== undefined) {
      pieces.push({ kind: 'regex', start: at, end: at + regex[0].length });
      previous = ')';
      at += regex[0].length;
      continue;
    }
    const found = match(TOKEN, source, at);
    if (found === undefined) break;
    const token = found[0];
    const start = at;
    at += token.length;
    if (found.groups?.space !== undefined) continue;
    if (found.groups?.comment !== undefined) {
      pieces.push({ kind: 'comment', start, end: at });
      continue;
    }
    previous = token;
    if (found.groups?.string !== undefined) {
      pieces.push({ kind: 'string', start: start + 1, end: at - 1 });
      previous = "'";
    } else if (token === '`') readTemplatePart();
    else if (substitutions.length > 0 && token === '{')
      substitutions.push(substitutions.pop()! + 1);
    else if (substitutions.length > 0 && token === '}') {
      const open = substitutions.pop()!;
      if (open > 0) substitutions.push(open - 1);
      else readTemplatePart();
    }
  }
  return pieces;
}

/** Puts spaces in the place of what is no code; offsets and lines stay. */
export function codeOf(source: string): string {
  let code = '';
  let at = 0;
  for (const { start, end } of piecesOf(source)) {
    code += source.slice(at, start) + source.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return code + source.slice(at);
}

/** A text in a source: a comment, or the inside of a string. */
export interface Passage {
  readonly text: string;
  readonly line: number;
}

/** Reads comments and strings as prose; line comments that follow each other are one. */
export function passagesOf(source: string): Passage[] {
  const passages: Passage[] = [];
  let end = -1;
  for (const piece of piecesOf(source)) {
    if (piece.kind === 'regex') continue;
    const raw = source.slice(piece.start, piece.end);
    const isLine = raw.startsWith('//') && piece.kind === 'comment';
    const text =
      piece.kind === 'comment' ? raw.replace(/^[ \t]*(?:\/\*+|\*\/|\*|\/\/)/gmu, '') : raw;
    const between = end < 0 ? 'x' : source.slice(end, piece.start);
    const last = passages.at(-1);
    if (isLine && last !== undefined && /^\n[ \t]*$/u.test(between)) {
      passages[passages.length - 1] = { text: `${last.text}\n${text}`, line: last.line };
    } else passages.push({ text, line: lineOf(source, piece.start) });
    end = isLine ? piece.end : -1;
  }
  return passages;
}
