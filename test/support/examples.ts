/**
 * The examples of the documents and docstrings, and whether the public functions have theirs.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import { codeOf, type FileMap, lineOf, piecesOf } from './source.ts';

/** A fenced block of TypeScript, without its fence. */
export interface Example {
  readonly file: string;
  /** Of the first line of code. */
  readonly line: number;
  readonly code: string;
}

const BLOCK = /^(?<margin>[ \t]*)```ts[ \t]*\n(?<code>.*?)^[ \t]*```[ \t]*$/gmsu;

function blocksIn(text: string, file: string, line: number): Example[] {
  return [...text.matchAll(BLOCK)].map(({ groups, index }) => {
    const lines = (groups?.code ?? '').split('\n');
    const margin = groups?.margin ?? '';
    const code = lines.map((one) => one.slice(one.startsWith(margin) ? margin.length : 0));
    return { file, line: line + lineOf(text, index), code: code.join('\n') };
  });
}

/** Finds the examples of a page of Markdown; a fence `ts ignore` is none. */
export function examplesOfPage(file: string, page: string): Example[] {
  return blocksIn(page, file, 1);
}

/** Finds the examples of the docstrings of a source text. */
export function examplesOfSource(file: string, source: string): Example[] {
  return piecesOf(source)
    .filter(({ kind, start }) => kind === 'comment' && source.startsWith('/**', start))
    .flatMap(({ start, end }) => {
      const text = source.slice(start, end).replace(/^[ \t]*\* ?/gmu, '');
      return blocksIn(text, file, lineOf(source, start));
    });
}

/** A name that index.ts exports as a value, and the file that declares it. */
interface PublicName {
  readonly exported: string;
  readonly declared: string;
  readonly file: string;
}

function publicNamesOf(index: string): PublicName[] {
  const statement = /\bexport\s*\{(?<names>[^}]*)\}\s*from\s*'\.\/(?<file>[^']+)'/gu;
  return [...index.matchAll(statement)].flatMap(({ groups }) =>
    (groups?.names ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => {
        const [declared = '', exported = declared] = name.split(/\s+as\s+/u);
        return { exported, declared, file: `src/${groups?.file}` };
      }),
  );
}

/** The docstring of what a file exports by a name, or `undefined` if it does not declare it. */
function docstringOf(source: string, name: string): string | undefined {
  const kinds = '(?:async |abstract )?(?:function\\*?|class|const)';
  const declaration = `^export ${kinds} ${name}\\b`;
  const at = codeOf(source).search(new RegExp(declaration, 'mu'));
  if (at < 0) return undefined;
  const comment = piecesOf(source).findLast(({ kind, end }) => kind === 'comment' && end <= at);
  if (comment === undefined || source.slice(comment.end, at).trim() !== '') return '';
  return source.slice(comment.start, comment.end);
}

/**
 * Checks that each public function and class has an example and says where it comes from.
 *
 * @param values what the module exports, by name
 * @param entry the file that exports it
 */
export function checkDocstrings(
  files: FileMap,
  values: Readonly<Record<string, unknown>>,
  entry = 'src/index.ts',
): string[] {
  const index = files.get(entry) ?? '';
  const names = publicNamesOf(index);
  const listed = new Set(names.map(({ exported }) => exported));
  const unlisted = Object.keys(values).filter((name) => !listed.has(name));
  const problems = names.flatMap(({ exported, declared, file }) => {
    if (typeof values[exported] !== 'function') return [];
    const docstring = docstringOf(files.get(file) ?? '', declared);
    if (docstring === undefined) return [`${entry}: ${exported} is not declared in ${file}`];
    return ['@example', '@see']
      .filter((tag) => !docstring.includes(tag))
      .map((tag) => `${file}: the docstring of ${declared} lacks ${tag}; ${entry} exports it`);
  });
  const how = "is not exported by name, as in export { a } from './x.ts'";
  return [...unlisted.map((name) => `${entry}: ${name} ${how}`), ...problems];
}
