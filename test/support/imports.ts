/**
 * Who imports whom in a tree of source files.
 *
 * @see docs/architecture.md, "Layers"
 * @module
 */

import { posix } from 'node:path';
import { codeOf, type FileMap, lineOf } from './source.ts';

/** One import, export from, or dynamic import; imports of types count too. */
export interface Import {
  readonly file: string;
  readonly line: number;
  /** As it is written; `undefined` where it is computed. */
  readonly specifier: string | undefined;
  /** The path that a relative specifier means, whether there is such a file or not. */
  readonly target: string | undefined;
}

/** The imports of each file. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

// Strings are blank here but their quotes stand, so that no import is found in a string.
const STATIC = /\b(?:import|export)\b[\s\w$*{},]*\bfrom\s*['"]|\bimport\s*['"]/gu;
const DYNAMIC = /\bimport\s*\(\s*(?<quote>['"`])?/gu;

/** Finds the imports of one source text. */
export function importsOf(file: string, source: string): Import[] {
  const code = codeOf(source);
  const read = (start: number, end: number, isQuoted: boolean): Import => {
    const specifier = isQuoted ? source.slice(end, code.indexOf(code[end - 1]!, end)) : undefined;
    const isRelative = specifier !== undefined && /^\.{0,2}\//u.test(specifier);
    const target = isRelative ? posix.join(posix.dirname(file), specifier) : undefined;
    return { file, line: lineOf(source, start), specifier, target };
  };
  const found = [
    ...[...code.matchAll(STATIC)].map((hit) => ({ hit, isQuoted: true })),
    ...[...code.matchAll(DYNAMIC)].map((hit) => ({
      hit,
      isQuoted: hit.groups?.quote !== undefined,
    })),
  ];
  return found
    .sort((a, b) => a.hit.index - b.hit.index)
    .map(({ hit, isQuoted }) => read(hit.index, hit.index + hit[0].length, isQuoted));
}

/** Finds the imports of every TypeScript file. */
export function importGraph(files: FileMap): ImportGraph {
  const sources = [...files].filter(([path]) => path.endsWith('.ts'));
  return new Map(sources.map(([path, text]) => [path, importsOf(path, text)]));
}

/** Lists the files that others lead to, the starting points included. */
export function reachableFrom(graph: ImportGraph, starts: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const waiting = [...starts];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { target } of graph.get(file) ?? []) if (target !== undefined) waiting.push(target);
  }
  return reached;
}

/** Finds files that import themselves over others; each cycle once, as the way around it. */
export function findCycles(graph: ImportGraph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const { target } of graph.get(file) ?? []) if (target !== undefined) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}
