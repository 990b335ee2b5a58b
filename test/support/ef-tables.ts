/**
 * The tables of declared EFs in docs/elementary-files.md, made from the definitions.
 *
 * @see docs/elementary-files.md, "All declared files"
 * @module
 */

import type { EfDefinition } from '../../src/ef/definition.ts';

const HEAD = ['| FID | SFI | EF | structure | vectors | clause |', '|---|---|---|---|---|---|'];

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}

function rowOf({ fid, sfi, name, structure, vectors, clause }: EfDefinition<unknown>): string {
  const cells = [
    hex(fid, 4),
    sfi === undefined ? '' : hex(sfi, 2),
    name,
    structure,
    vectors.length,
    clause,
  ];
  return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
}

/** Gives one table for each directory, its files in the order of their FIDs. */
export function efTables(
  directories: Readonly<Record<string, readonly EfDefinition<unknown>[]>>,
): string {
  return Object.entries(directories)
    .map(([directory, definitions]) => {
      const files = definitions.toSorted((a, b) => a.fid - b.fid);
      return [`### ${directory}`, '', ...HEAD, ...files.map(rowOf)].join('\n');
    })
    .join('\n\n');
}
