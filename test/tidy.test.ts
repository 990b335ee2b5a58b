import { describe, expect, it } from 'vitest';
import { functionsOf } from './support/functions.ts';
import { importGraph, reachableFrom } from './support/imports.ts';
import { codeOf, type FileMap, lineOf, readFiles } from './support/source.ts';

const COLUMNS_MAX = 100;
const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 600;

const ENTRY_POINTS = ['src/index.ts', 'src/testing.ts', 'src/node.ts', 'src/cli/main.ts'];

/** What must not be written, where, and what to write in its place. */
interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
  /** Comments and strings are free to say it. */
  readonly codeOnly: boolean;
  readonly holdsFor: (path: string) => boolean;
}

const isTypeScript = (path: string): boolean => path.endsWith('.ts');
const isWritten = (path: string): boolean => /\.(?:ts|md|json|apdu)$|^[^.]+$|^\.ci\//u.test(path);
const isSource = (path: string): boolean => path.startsWith('src/');

/** The parts are joined here so that this file does not hold the words itself. */
const word = (...parts: readonly string[]): string => parts.join('');

const AUTHORING_TOOLS = [
  word('cla', 'ude'),
  word('anth', 'ropic'),
  word('chat', 'gpt'),
  word('gpt', '-\\d'),
  word('open', 'ai'),
  word('cop', 'ilot'),
  word('gem', 'ini'),
  word('co', 'dex'),
  word('ll', 'ms?'),
  word('lang', 'uage mod', 'els?'),
  word('sub-?', 'agents?'),
  word('ai[- ]', '(?:generated|assisted|assistant)'),
].join('|');

const WORKSHOP = [
  word('help', 'er sess', 'ions?'),
  word('far', 'm-\\w+'),
  word('/wo', 'rk/'),
  word('/tmp/', 'brief'),
].join('|');

const BANS: readonly Ban[] = [
  {
    what: 'an unfinished note',
    pattern: new RegExp(
      `\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`,
      'u',
    ),
    instead: 'do it, or write down in the docs what is not supported',
    codeOnly: false,
    holdsFor: isWritten,
  },
  {
    what: 'the type any',
    pattern: /(?<![.\w$])any(?![\w$])/u,
    instead: 'use unknown and narrow it',
    codeOnly: true,
    holdsFor: isTypeScript,
  },
  {
    what: 'an enum',
    pattern: /\benum\s+\w/u,
    instead: 'use a union of string literals',
    codeOnly: true,
    holdsFor: isTypeScript,
  },
  {
    what: 'a default export',
    pattern: /\bexport\s+default\b|\bas\s+default\b/u,
    instead: 'export by name',
    codeOnly: true,
    holdsFor: (path) => isTypeScript(path) && path !== 'vitest.config.ts',
  },
  {
    what: 'the console',
    pattern: /\bconsole\s*\./u,
    instead: 'return a finding or call an observer; only src/cli prints',
    codeOnly: true,
    holdsFor: (path) => isTypeScript(path) && isSource(path) && !path.startsWith('src/cli/'),
  },
  {
    what: 'a test that is left out',
    pattern: /\b(?:it|test|describe)\.(?:only|skip|todo)\b/u,
    instead: 'run it or delete it',
    codeOnly: true,
    holdsFor: (path) => path.startsWith('test/'),
  },
  {
    what: 'the address of a registry',
    pattern: /"resolved":|^registry\s*=/mu,
    instead: 'write the lock file with omit-lockfile-registry-resolved (.npmrc)',
    codeOnly: false,
    holdsFor: (path) => path === 'package-lock.json' || path === '.npmrc',
  },
  {
    what: 'the name of an authoring tool',
    pattern: new RegExp(`(?<!\\w)(?:${AUTHORING_TOOLS})(?!\\w)`, 'iu'),
    instead: 'say what the code does, not how it was made',
    codeOnly: false,
    holdsFor: () => true,
  },
  {
    what: 'a place outside the repository',
    pattern: new RegExp(`(?<![\\w.])(?:${WORKSHOP})`, 'iu'),
    instead: 'use a path from the root of the repository',
    codeOnly: false,
    holdsFor: () => true,
  },
];

function checkBans(files: FileMap): string[] {
  return [...files].flatMap(([path, text]) =>
    BANS.filter(({ holdsFor }) => holdsFor(path)).flatMap(
      ({ what, pattern, instead, codeOnly }) => {
        const looked = codeOnly ? codeOf(text) : text;
        const all = new RegExp(pattern, `${pattern.flags}g`);
        return [...looked.matchAll(all)].map(
          (hit) => `${path}:${lineOf(text, hit.index)} has ${what}: ${instead}`,
        );
      },
    ),
  );
}

function checkColumns(files: FileMap): string[] {
  return [...files].flatMap(([path, text]) =>
    text
      .split('\n')
      .map((line, at) => ({ columns: [...line].length, at }))
      .filter(({ columns }) => columns > COLUMNS_MAX)
      .map(({ columns, at }) => `${path}:${at + 1} has ${columns} columns: break the line`),
  );
}

function checkFunctions(files: FileMap): string[] {
  return [...files].flatMap(([path, text]) =>
    functionsOf(text)
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ line, lines }) => `${path}:${line} has a function of ${lines} lines: split it`),
  );
}

function checkLengths(files: FileMap): string[] {
  return [...files]
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines: make two ideas two files`);
}

/** The first comment of a file, after the line that names an interpreter. */
const HEADER = /^(?:#![^\n]*\n)?(?<comment>\/\*\*.*?\*\/)/su;

function checkHeaders(files: FileMap): string[] {
  return [...files].flatMap(([path, text]) => {
    const header = HEADER.exec(text)?.groups?.comment ?? '';
    return ['@see', '@module']
      .filter((tag) => !new RegExp(`^ \\* ${tag}\\b`, 'mu').test(header))
      .map((tag) => `${path} has no ${tag} in the comment that it starts with`);
  });
}

/** Looks for files that no entry point leads to; or no file at all, as long as one is missing. */
function checkUse(files: FileMap): string[] {
  const graph = importGraph(files);
  const present = ENTRY_POINTS.filter((path) => files.has(path));
  const others = [...graph].flatMap(([path, imports]) =>
    imports.flatMap(({ target }) => (target === undefined || target === path ? [] : [target])),
  );
  const starts = present.length === ENTRY_POINTS.length ? present : [...present, ...others];
  const used = reachableFrom(graph, starts);
  return [...graph.keys()]
    .filter((path) => isSource(path) && !used.has(path))
    .map((path) => `${path} is imported by nobody: delete it or export it`);
}

describe('the repository', () => {
  const files = readFiles((path) => !path.endsWith('.png'));
  const only = (fits: (path: string) => boolean): FileMap =>
    new Map([...files].filter(([path]) => fits(path)));
  const code = only((path) => isTypeScript(path) || path.startsWith('.ci/'));

  it('has sources, tests and documents to look at', () => {
    expect(files.has('package-lock.json')).toBe(true);
    expect(code.size).toBeGreaterThan(30);
  });

  it('has no line of code with more than 100 columns', () => {
    expect(checkColumns(code)).toEqual([]);
  });

  it('has no function with more than 70 lines', () => {
    expect(checkFunctions(code)).toEqual([]);
  });

  it('has no file of code with more than 600 lines', () => {
    expect(checkLengths(code)).toEqual([]);
  });

  it('has nothing that is banned', () => {
    expect(checkBans(files)).toEqual([]);
  });

  it('has a header with @see and @module in every source file', () => {
    expect(checkHeaders(only((path) => isSource(path) && isTypeScript(path)))).toEqual([]);
  });

  it('has no source file that nobody imports', () => {
    expect(checkUse(only(isTypeScript))).toEqual([]);
  });
});

describe('the tidy check', () => {
  const file = (path: string, text: string): FileMap => new Map([[path, text]]);

  it.each([
    ['src/a.ts', `// ${word('TO', 'DO')}: more`, 'an unfinished note'],
    ['docs/a.md', `${word('FIX', 'ME')}`, 'an unfinished note'],
    ['src/a.ts', 'let a: any;', 'the type any'],
    ['src/a.ts', 'let a: Map<string, any[]>;', 'the type any'],
    ['src/a.ts', 'export enum A {}', 'an enum'],
    ['src/a.ts', 'export default function a() {}', 'a default export'],
    ['src/a.ts', 'export { a as default };', 'a default export'],
    ['src/transport/a.ts', 'console.log(1);', 'the console'],
    ['test/a.test.ts', `it.${word('sk', 'ip')}('is not run');`, 'a test that is left out'],
    ['package-lock.json', '"resolved": "https://x"', 'the address of a registry'],
    ['.npmrc', 'a=b\nregistry=https://x', 'the address of a registry'],
    ['README.md', `with ${word('Cla', 'ude')}.`, 'the name of an authoring tool'],
    ['.ci/run', `cd ${word('/wo', 'rk/')}main`, 'a place outside the repository'],
    ['docs/a.md', `a ${word('help', 'er sess', 'ion')}`, 'a place outside the repository'],
  ])('refuses $2', (path, text, what) => {
    const found = checkBans(file(path, text));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path}:\\d has ${what}: \\w`, 'u'));
  });

  it.each([
    ['src/a.ts', '// any word, enum of console. export default\nexport const a = z.any();'],
    ['src/a.ts', `const a = "'6XXX' any"; // '9${word('XX', 'X')}'`],
    ['src/cli/a.ts', 'console.log(1);'],
    ['vitest.config.ts', 'export default config;'],
    ['docs/a.md', 'The network/ folder and a homework/ folder; ../work/ too.'],
  ])('accepts in $0 what is fine there', (path, text) => {
    expect(checkBans(file(path, text))).toEqual([]);
  });

  it('names file, line and columns of a long line, and counts a character as one', () => {
    expect(checkColumns(file('src/a.ts', `ok\n${'⊕'.repeat(100)}`))).toEqual([]);
    expect(checkColumns(file('src/a.ts', `ok\n${'x'.repeat(101)}`))).toEqual([
      'src/a.ts:2 has 101 columns: break the line',
    ]);
  });

  it.each([
    ['a function', 'export function a(): void {', '}'],
    ['a function with parameters below', 'function a(\n  b: B,\n): Record<string, C> {', '}'],
    ['a function with a destructured parameter', 'function a({\n  b,\n}: B): C {', '}'],
    ['a method', 'class A {\n  async b(c: C): Promise<D> {', '  }\n}'],
    ['a private method', 'class A {\n  #b(): void {', '  }\n}'],
    ['an arrow function', 'const a = (b: B): C => {', '};'],
    ['a test', "it('does a thing', () => {", '});'],
  ])('measures %s from its name to its end', (_what, opening, closing) => {
    const lines = opening.split('\n').filter((line) => !line.startsWith('class')).length + 1;
    const body = (count: number): string => `${opening}\n${'    b();\n'.repeat(count)}${closing}\n`;
    expect(checkFunctions(file('src/a.ts', body(FUNCTION_LINES_MAX - lines)))).toEqual([]);
    const [problem, ...others] = checkFunctions(file('src/a.ts', body(71 - lines)));
    expect(problem).toMatch(/^src\/a\.ts:[12] has a function of 71 lines: split it$/u);
    expect(others).toEqual([]);
  });

  it.each([
    ['a branch', 'if (a) {', '}'],
    ['a loop', 'for (const a of b()) {', '}'],
    ['a table', 'const a = {', '};'],
    ['an argument', 'a(b(), {', '});'],
    ['a group of tests', "describe('a', () => {", '});'],
  ])('does not take %s for a function', (_what, opening, closing) => {
    const text = `${opening}\n${'  b();\n'.repeat(80)}${closing}\n`;
    expect(checkFunctions(file('src/a.ts', text))).toEqual([]);
  });

  it('refuses a file of 601 lines', () => {
    expect(checkLengths(file('src/a.ts', '\n'.repeat(600)))).toEqual([]);
    expect(checkLengths(file('src/a.ts', '\n'.repeat(601)))).toEqual([
      'src/a.ts has 601 lines: make two ideas two files',
    ]);
  });

  it('refuses a source file whose first comment lacks @see or @module', () => {
    const whole = '/**\n * A.\n *\n * @see FIPS 197\n * @module\n */\n';
    expect(checkHeaders(file('src/a.ts', whole))).toEqual([]);
    expect(checkHeaders(file('src/cli/main.ts', `#!/usr/bin/env node\n${whole}`))).toEqual([]);
    expect(checkHeaders(file('src/a.ts', whole.replace(' * @see FIPS 197\n', '')))).toEqual([
      'src/a.ts has no @see in the comment that it starts with',
    ]);
    expect(checkHeaders(file('src/a.ts', `import './b.ts';\n${whole}`))).toHaveLength(2);
  });

  it('refuses a file that only a test imports, once there are all entry points', () => {
    const entries = ENTRY_POINTS.map((path): [string, string] => [path, '']);
    const test: [string, string] = ['test/a.test.ts', "import '../src/ef/a.ts';"];
    const unused: [string, string] = ['src/ef/a.ts', "import './b.ts';"];
    const tree = new Map([...entries, test, unused, ['src/ef/b.ts', '']]);
    expect(checkUse(tree)).toEqual([
      'src/ef/a.ts is imported by nobody: delete it or export it',
      'src/ef/b.ts is imported by nobody: delete it or export it',
    ]);
    tree.delete('src/node.ts');
    expect(checkUse(tree)).toEqual([]);
    tree.delete('test/a.test.ts');
    expect(checkUse(tree)).toEqual(['src/ef/a.ts is imported by nobody: delete it or export it']);
  });
});
