/**
 * What src cites of standards and of our own documents, and what docs/specs.md says of it.
 *
 * A citation is a document, then its clauses: `ETSI TS 102 225 §5.1.1 (SPI), §5.1.2`. A clause
 * belongs to the document before it in the same comment or string.
 *
 * @see docs/specs.md, "Clauses"
 * @module
 */

import { lineOf, type Passage, passagesOf } from './source.ts';

/** A document, and a clause of it when one is named; no document: the clause stands alone. */
export interface Citation {
  readonly document: string | undefined;
  readonly clause: string | undefined;
  readonly file: string;
  readonly line: number;
}

const DOCUMENT = [
  /(?:ETSI )?T[SR] 1\d\d \d{3}(?:-\d+)?/u,
  /(?:3GPP )?T[SR] \d\d\.\d{3}(?:-\d+)?/u,
  /ISO\/IEC \d+(?:-\d+)?/u,
  /NIST SP 800-\d+[A-Z]?/u,
  /FIPS \d+(?:-\d+)?/u,
  /ITU-T [A-Z]\.\d+/u,
  /RFC \d+/u,
  /GSMA [A-Z]+\.\d+/u,
  /SEC \d/u,
  /SMPP \d\.\d/u,
].map(({ source }) => source.replaceAll(' ', '\\s+'));
const CLAUSE = /§(?<clause>(?:\d+[A-Z]?|[A-Z])(?:\.\d+[A-Za-z]?)*)/u.source;
const CITATION = new RegExp(`\\b(?<document>${DOCUMENT.join('|')})\\b|${CLAUSE}`, 'gu');

/** Gives a document the name of its publisher, where it is left out. */
function fullName(cited: string): string {
  const document = cited.replace(/\s+/gu, ' ');
  if (/^T[SR] \d{3} /u.test(document)) return `ETSI ${document}`;
  return /^T[SR] /u.test(document) ? `3GPP ${document}` : document;
}

/** Finds what a text cites, in its order. */
export function citationsIn({ text, line }: Passage, file: string): Citation[] {
  const citations: Citation[] = [];
  let document: string | undefined;
  for (const { groups, index } of text.matchAll(CITATION)) {
    if (groups?.document !== undefined) document = fullName(groups.document);
    const at = line + lineOf(text, index) - 1;
    citations.push({ document, clause: groups?.clause, file, line: at });
  }
  return citations;
}

/** Finds what the comments and strings of a source text cite. */
export function citationsOf(file: string, source: string): Citation[] {
  return passagesOf(source).flatMap((passage) => citationsIn(passage, file));
}

/** A page of ours that a comment names, with the heading behind it. */
export interface PageReference {
  readonly page: string;
  readonly heading: string | undefined;
  readonly line: number;
}

/** Finds the pages of docs that comments and strings name. */
export function pagesOf(source: string): PageReference[] {
  const reference = /\b(?<page>docs\/[\w.-]+\.\w+)(?:,\s+"(?<heading>[^"]+)")?/gu;
  return passagesOf(source).flatMap(({ text, line }) =>
    [...text.matchAll(reference)].map(({ groups, index }) => ({
      page: groups?.page ?? '',
      heading: groups?.heading?.replace(/\s+/gu, ' '),
      line: line + lineOf(text, index) - 1,
    })),
  );
}

/** Orders clauses as a table of contents does: numbers by value, letters behind them. */
export function byClause(a: string, b: string): number {
  const parts = (clause: string): string[] => clause.split('.');
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = (left[at] ?? '').localeCompare(right[at] ?? '', 'en', { numeric: true });
    if (order !== 0) return order;
  }
  return 0;
}

/** The clauses of each document, in order; a document without clauses has none. */
export type Clauses = ReadonlyMap<string, readonly string[]>;

/** Gathers citations by document. */
export function clausesOf(citations: readonly Citation[]): Clauses {
  const clauses = new Map<string, Set<string>>();
  for (const { document, clause } of citations) {
    if (document === undefined) continue;
    const known = clauses.get(document) ?? new Set();
    clauses.set(document, known);
    if (clause !== undefined) known.add(clause);
  }
  const sorted = [...clauses].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(sorted.map(([document, known]) => [document, [...known].sort(byClause)]));
}

const WRITTEN_START =
  '<!-- Written by: UPDATE_DOCS=1 npx vitest run --project unit test/docs.test.ts -->';
const WRITTEN_END = '<!-- End of what is written by a program. -->';

/** Replaces what a program writes in a page. */
export function withWritten(page: string, written: string, path: string): string {
  const start = page.indexOf(WRITTEN_START);
  const end = page.indexOf(WRITTEN_END);
  if (start < 0 || end < start) throw new RangeError(`${path} lacks the marks of its list`);
  const head = page.slice(0, start + WRITTEN_START.length);
  return `${head}\n\n${written}\n\n${page.slice(end)}`;
}

/** Replaces the list of clauses in docs/specs.md. */
export function withClauses(page: string, clauses: Clauses): string {
  const lines = [...clauses]
    .filter(([, cited]) => cited.length > 0)
    .map(([document, cited]) => `- ${document}: ${cited.map((clause) => `§${clause}`).join(', ')}`);
  return withWritten(page, lines.join('\n'), 'docs/specs.md');
}

/** Reads the rows of the table under a heading, without its head; cells are trimmed. */
export function tableUnder(page: string, heading: string): string[][] {
  const section = page.split(/^## /mu).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Lists the headings of a page of Markdown. */
export function headingsOf(page: string): string[] {
  const prose = page.replace(/^```.*?^```/gmsu, '');
  return [...prose.matchAll(/^#+ (?<title>.*)$/gmu)].map(({ groups }) => groups?.title ?? '');
}

/** The name by which a link reaches a heading. */
export function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return kept.trim().replace(/\s/gu, '-');
}
