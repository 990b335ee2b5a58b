import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EfDefinition } from '../src/ef/definition.ts';
import { EF_DEFINITIONS } from '../src/ef/definitions.ts';
import {
  anchorOf,
  byClause,
  citationsIn,
  citationsOf,
  clausesOf,
  headingsOf,
  pagesOf,
  tableUnder,
  withClauses,
  withWritten,
} from './support/citations.ts';
import { efTables } from './support/ef-tables.ts';
import { checkDocstrings, examplesOfPage, examplesOfSource } from './support/examples.ts';
import { type FileMap, lineOf, ROOT, readFiles } from './support/source.ts';

const SPECS = 'docs/specs.md';
const FILES = 'docs/elementary-files.md';
const UPDATE = 'run UPDATE_DOCS=1 npx vitest run --project unit test/docs.test.ts';

function checkCitations(sources: FileMap, specs: string): string[] {
  const citations = [...sources].flatMap(([path, text]) => citationsOf(path, text));
  const rows = new Set(tableUnder(specs, 'Editions').map(([document]) => document));
  const clauses = clausesOf(citations);
  const unknown = citations
    .filter(({ document }) => document !== undefined && !rows.has(document))
    .map(({ document, file, line }) => `${file}:${line} cites ${document}, no row of Editions`);
  const stale = [...rows]
    .filter((document) => document !== undefined && !clauses.has(document))
    .map((document) => `${SPECS}: nothing in src cites ${document}; delete its row of Editions`);
  const alone = citations
    .filter(({ document }) => document === undefined)
    .map(({ clause, file, line }) => `${file}:${line} cites §${clause} and names no document`);
  return [...new Set([...unknown, ...stale, ...alone])];
}

/** The lines that the list of clauses should lose (-) or gain (+). */
function checkClauses(sources: FileMap, specs: string): string[] {
  const citations = [...sources].flatMap(([path, text]) => citationsOf(path, text));
  const present = specs.split('\n');
  const wanted = withClauses(specs, clausesOf(citations)).split('\n');
  const lost = present.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`);
  const gained = wanted.filter((line) => !present.includes(line)).map((line) => `+ ${line}`);
  const changes = [...lost, ...gained].map((change) => `${SPECS}: ${change}`);
  return changes.length > 0 ? [...changes, UPDATE] : [];
}

type Directories = Readonly<Record<string, readonly EfDefinition<unknown>[]>>;

/** The lines that the tables of EFs should lose (-) or gain (+). */
function checkFiles(directories: Directories, page: string): string[] {
  const written = withWritten(page, efTables(directories), FILES);
  if (written === page) return [];
  const [present, wanted] = [page.split('\n'), written.split('\n')];
  const lost = present.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`);
  const gained = wanted.filter((line) => !present.includes(line)).map((line) => `+ ${line}`);
  return [...[...lost, ...gained].map((change) => `${FILES}: ${change}`), UPDATE];
}

function checkPages(sources: FileMap, documents: FileMap): string[] {
  return [...sources].flatMap(([path, text]) =>
    pagesOf(text).flatMap(({ page, heading, line }) => {
      const found = documents.get(page);
      if (found === undefined) return [`${path}:${line} names ${page}, which is not there`];
      if (heading === undefined || headingsOf(found).includes(heading)) return [];
      return [`${path}:${line} names ${page}, "${heading}", which is no heading there`];
    }),
  );
}

function checkLinks(documents: FileMap, exists: (path: string) => boolean): string[] {
  const link = /\]\((?!\w+:)(?<target>[^)\s]*)\)/gu;
  return [...documents].flatMap(([path, text]) =>
    [...text.matchAll(link)].flatMap((hit) => {
      const [file = '', anchor] = (hit.groups?.target ?? '').split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      const where = `${path}:${lineOf(text, hit.index)} links to`;
      if (!exists(target)) return [`${where} ${target}, which is not there`];
      const anchors = headingsOf(documents.get(target) ?? '').map(anchorOf);
      if (anchor === undefined || anchors.includes(anchor)) return [];
      return [`${where} ${target}#${anchor}, which is no heading there`];
    }),
  );
}

/** A decision of ours: subject, clause, what we do, why, and the test that holds us to it. */
function checkLedger(specs: string, exists: (path: string) => boolean): string[] {
  const documents = new Set(tableUnder(specs, 'Editions').map(([document]) => document));
  return tableUnder(specs, 'Ledger').flatMap((cells) => {
    const [subject = '', clause = '', , , test = ''] = cells;
    const row = `${SPECS}: ledger row "${subject}"`;
    if (cells.length !== 5 || cells.includes('')) return [`${row} lacks one of five cells`];
    const cited = citationsIn({ text: clause, line: 0 }, SPECS);
    if (cited.length === 0) return [`${row} cites no document`];
    const unknown = cited.filter(({ document }) => !documents.has(document ?? ''));
    const paths = [...test.matchAll(/[\w./-]+\.(?:test\.ts|apdu)/gu)].map(([path]) => path);
    if (paths.length === 0) return [`${row} names no test`];
    return [
      ...unknown.map(({ document }) => `${row} cites ${document}, no row of Editions`),
      ...paths.filter((path) => !exists(path)).map((path) => `${row} names ${path}, not there`),
    ];
  });
}

const isSource = (path: string): boolean => /^src\/.*\.ts$/u.test(path);
const isDocument = (path: string): boolean => /^(?:docs\/.*|[^/]*\.md)$/u.test(path);

describe('the documents', () => {
  const sources = readFiles(isSource);
  const documents = readFiles(isDocument);
  const exists = (path: string): boolean => existsSync(join(ROOT, path));
  if (process.env.UPDATE_DOCS === '1') {
    const citations = [...sources].flatMap(([path, text]) => citationsOf(path, text));
    const page = readFileSync(join(ROOT, SPECS), 'utf8');
    writeFileSync(join(ROOT, SPECS), withClauses(page, clausesOf(citations)));
    const files = readFileSync(join(ROOT, FILES), 'utf8');
    writeFileSync(join(ROOT, FILES), withWritten(files, efTables(EF_DEFINITIONS), FILES));
  }
  const specs = readFileSync(join(ROOT, SPECS), 'utf8');

  it('have an edition for each document that src cites, and for no other', () => {
    expect(checkCitations(sources, specs)).toEqual([]);
  });

  it('list each clause that src cites, and no other', () => {
    expect(checkClauses(sources, specs)).toEqual([]);
  });

  it('list each EF that is declared, as it is declared, and no other', () => {
    expect(checkFiles(EF_DEFINITIONS, readFileSync(join(ROOT, FILES), 'utf8'))).toEqual([]);
  });

  it('have each page and heading that src names', () => {
    expect(checkPages(sources, documents)).toEqual([]);
  });

  it('have no link that leads nowhere', () => {
    expect(checkLinks(documents, exists)).toEqual([]);
  });

  it('have a clause, a reason and a test for each decision of the ledger', () => {
    expect(checkLedger(specs, exists)).toEqual([]);
  });
});

describe('the check of the documents', () => {
  const page = [
    '## Editions',
    '',
    '| Document | Edition | What of it |',
    '|---|---|---|',
    '| ETSI TS 102 221 | x | y |',
    '| FIPS 197 | x | y |',
    '',
    '## Clauses',
    '',
    '<!-- Written by: UPDATE_DOCS=1 npx vitest run --project unit test/docs.test.ts -->',
    '',
    '- ETSI TS 102 221: §8.3, §11.1.1',
    '',
    '<!-- End of what is written by a program. -->',
    '',
  ].join('\n');
  const source = (text: string): FileMap => new Map([['src/a.ts', text]]);
  const good =
    "/**\n * @see ETSI TS 102 221\n * §11.1.1 (SELECT), §8.3\n */\nconst c = 'FIPS 197';\n";

  it('accepts what agrees, in comments and strings, over the end of a line', () => {
    expect(checkCitations(source(good), page)).toEqual([]);
    expect(checkClauses(source(good), page)).toEqual([]);
  });

  it('joins line comments that follow each other, and completes short names', () => {
    const text = '// As in TS 102 221\n// §8.3 and §11.1.1, and FIPS 197.\n';
    expect(checkCitations(source(text), page)).toEqual([]);
    expect(checkClauses(source(text), page)).toEqual([]);
  });

  it.each([
    ['// RFC 4493 §2', 'src/a.ts:6 cites RFC 4493, no row of Editions'],
    ['// TS 31.102', 'src/a.ts:6 cites 3GPP TS 31.102, no row of Editions'],
    ["const clause = '§8.3';", 'src/a.ts:6 cites §8.3 and names no document'],
  ])('refuses %s', (text, problem) => {
    expect(checkCitations(source(`${good}${text}`), page)).toEqual([problem]);
  });

  it('refuses a row that nothing cites', () => {
    expect(checkCitations(source('// TS 102 221'), page)).toEqual([
      'docs/specs.md: nothing in src cites FIPS 197; delete its row of Editions',
    ]);
  });

  it.each([
    ['a clause that is not listed', `${good}// FIPS 197 §5.2`, '+ - FIPS 197: §5.2'],
    ['a clause that src lost', good.replace(', §8.3', ''), '+ - ETSI TS 102 221: §11.1.1'],
  ])('refuses %s', (_what, text, change) => {
    const problems = checkClauses(source(text), page);
    expect(problems).toContain(`docs/specs.md: ${change}`);
    expect(problems.at(-1)).toMatch(/^run UPDATE_DOCS=1/u);
  });

  it('writes the list that it accepts', () => {
    const text = `${good}// FIPS 197 §5.2, §5.10, §5.2.1, §A.1`;
    const citations = citationsOf('src/a.ts', text);
    const written = withClauses(page, clausesOf(citations));
    expect(written).toContain('- FIPS 197: §5.2, §5.2.1, §5.10, §A.1\n');
    expect(checkClauses(source(text), written)).toEqual([]);
  });

  it('writes the tables of EFs that it accepts, and refuses one more, one less, and others', () => {
    const { MF, ISIM } = EF_DEFINITIONS;
    const written = withWritten(page, efTables({ MF, ISIM }), FILES);
    expect(written).toContain('| 2FE2 | 02 | EF_ICCID | transparent | 2 | ETSI TS 102 221 §13.2 |');
    expect(written).toContain('| 6FFA | | EF_WebRTCURI | linear | 1 | 3GPP TS 31.103 §4.2.20 |');
    expect(checkFiles({ MF, ISIM }, written)).toEqual([]);
    const [one, ...others] = MF;
    const moved = { ...one!, sfi: 9 };
    for (const files of [{ MF }, { MF: others, ISIM }, { MF: [moved, ...others], ISIM }]) {
      expect(checkFiles(files, written).at(-1)).toMatch(/^run UPDATE_DOCS=1/u);
    }
    expect(checkFiles({ MF: [moved, ...others], ISIM }, written)).toEqual([
      `${FILES}: - | 2F00 | 1E | EF_DIR | linear | 3 | ETSI TS 102 221 §13.1 |`,
      `${FILES}: + | 2F00 | 09 | EF_DIR | linear | 3 | ETSI TS 102 221 §13.1 |`,
      expect.stringMatching(/^run/u),
    ]);
    expect(() => withWritten('# No marks', '', FILES)).toThrow(/lacks the marks/u);
  });

  it('orders clauses by number', () => {
    expect(['11.1.1', '8.10', 'A.1', '8.9', '8'].sort(byClause)).toEqual([
      '8',
      '8.9',
      '8.10',
      '11.1.1',
      'A.1',
    ]);
  });

  it('refuses a page or heading that is not there', () => {
    const text = '// docs/a.md, "One\n// way".\n\n// docs/a.md, "Two".\n\n// docs/b.md';
    expect(checkPages(source(text), new Map([['docs/a.md', '# One way\n']]))).toEqual([
      'src/a.ts:4 names docs/a.md, "Two", which is no heading there',
      'src/a.ts:6 names docs/b.md, which is not there',
    ]);
  });

  it('refuses a link that leads nowhere', () => {
    const text = '# One thing: "two"\n[a](b.md) [b](#one-thing-two)\n[c](#two) [d](https://x/y)';
    expect(checkLinks(new Map([['docs/a.md', text]]), (path) => path === 'docs/a.md')).toEqual([
      'docs/a.md:2 links to docs/b.md, which is not there',
      'docs/a.md:3 links to docs/a.md#two, which is no heading there',
    ]);
  });

  it.each([
    ['| a | TS 102 221 §8 | b | c | test/a.test.ts |', undefined],
    ['| a | TS 102 221 §8 | b | c |  |', 'lacks one of five cells'],
    ['| a | TS 102 221 §8 | b | c |', 'lacks one of five cells'],
    ['| a | the text | b | c | test/a.test.ts |', 'cites no document'],
    ['| a | RFC 1 | b | c | test/a.test.ts |', 'cites RFC 1, no row of Editions'],
    ['| a | FIPS 197 | b | c | by hand |', 'names no test'],
    ['| a | FIPS 197 | b | c | test/b.test.ts |', 'names test/b.test.ts, not there'],
  ])('judges the ledger row %s', (row, problem) => {
    const specs = `${page}\n## Ledger\n\n| a | b | c | d | e |\n|---|---|---|---|---|\n${row}\n`;
    const found = checkLedger(specs, (path) => path === 'test/a.test.ts');
    const wanted = problem === undefined ? [] : [`docs/specs.md: ledger row "a" ${problem}`];
    expect(found).toEqual(wanted);
  });
});

describe('the examples', () => {
  const docstring =
    '/**\n * A.\n *\n * @see FIPS 197\n * @example\n * ```ts\n * a();\n *   b();\n * ```\n */\n';

  it('are found in pages, with the place of their first line, unless they are ignored', () => {
    const page = '# A\n\n```ts\na();\n  b();\n```\n\n```ts ignore\nc(\n```\n\n```sh\nd\n```\n';
    expect(examplesOfPage('README.md', page)).toEqual([
      { file: 'README.md', line: 4, code: 'a();\n  b();\n' },
    ]);
  });

  it('are found in lists', () => {
    const page = '- A\n  ```ts\n  if (a) {\n    b();\n  }\n  ```\n';
    expect(examplesOfPage('README.md', page)[0]?.code).toBe('if (a) {\n  b();\n}\n');
  });

  it('are found in docstrings, and in no other comment or string', () => {
    const source = `// \`\`\`ts\n// c();\n// \`\`\`\n${docstring}export function a(): void {}\n`;
    expect(examplesOfSource('src/a.ts', source)).toEqual([
      { file: 'src/a.ts', line: 10, code: 'a();\n  b();\n' },
    ]);
  });

  const publish = (index: string, source: string): string[] => {
    const files = new Map([
      ['src/index.ts', index],
      ['src/a.ts', source],
    ]);
    return checkDocstrings(files, { a: () => undefined, table: {} });
  };
  const index = "export { a, table, type T } from './a.ts';";

  it('are there for each public function; a table needs none', () => {
    const source = `export const table = {};\n${docstring}export async function a() {}`;
    expect(publish(index, source)).toEqual([]);
    expect(publish(index, `${docstring}export class a {}`)).toEqual([]);
    const renamed = `${docstring}export const b = () => {};`;
    expect(publish("export { b as a, table } from './a.ts';", renamed)).toEqual([]);
  });

  it.each([
    ['no docstring', index, 'export function a() {}', 'lacks @example'],
    ['no example', index, docstring.replace('@example', ''), 'lacks @example'],
    ['no clause', index, docstring.replace('@see', ''), 'lacks @see'],
    ['another docstring before it', index, `${docstring}const b = 1;\n`, 'lacks @example'],
  ])('are missed where there is %s', (_what, from, source, problem) => {
    const declaration = source.includes('function') ? '' : 'export function a() {}';
    expect(publish(from, source + declaration)[0]).toContain(problem);
  });

  it('are missed where an export does not say its name or its file', () => {
    expect(publish("export * from './a.ts';", `${docstring}export function a() {}`)).toEqual([
      "src/index.ts: a is not exported by name, as in export { a } from './x.ts'",
      "src/index.ts: table is not exported by name, as in export { a } from './x.ts'",
    ]);
    expect(publish(index, "export { a } from './b.ts';")).toEqual([
      'src/index.ts: a is not declared in src/a.ts',
    ]);
  });
});
