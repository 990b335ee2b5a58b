/**
 * A page of the documents as files and commands: what its readers would write and run.
 *
 *     ```ini hostapd.conf      a file of that name
 *     ```console               "$ command", perhaps continued behind "\", and what it prints;
 *                              "…" alone in a line is any number of lines
 *
 *     four blanks, "AKA-…"     what the AuC says meanwhile
 *
 * @see docs/eap-aka.md
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/source.ts';

/** A file of a page. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/** A command of a page. */
export interface PageCommand {
  readonly command: string;
  /** The lines that it prints, in order; others may stand between them. */
  readonly output: readonly string[];
}

/** What is on a page, in order. */
export interface Page {
  /** Lines of the AuC's log. */
  readonly log: readonly string[];
  readonly files: readonly PageFile[];
  readonly commands: readonly PageCommand[];
}

const BLOCK = /^```(?<language>[a-z]+)(?: (?<name>\S+))?\n(?<text>.*?)^```$/gmsu;

function commandOf(text: string): PageCommand {
  const [command = '', ...output] = text
    .replaceAll(/\\\n */gu, '')
    .trimEnd()
    .split('\n');
  return { command, output: output.filter((line) => line !== '…') };
}

/**
 * Reads a page.
 *
 * @param path from the root of the repository
 */
export function readPage(path: string): Page {
  const page = readFileSync(join(ROOT, path), 'utf8');
  const blocks = [...page.matchAll(BLOCK)];
  const log = [...page.matchAll(/^ {4}(?<line>AKA-.*)$/gmu)].map(
    ({ groups }) => groups?.line ?? '',
  );
  const files = blocks.flatMap(({ groups }) => {
    return groups?.name === undefined ? [] : [{ name: groups.name, text: groups.text ?? '' }];
  });
  const commands = blocks.flatMap(({ groups }) => {
    if (groups?.language !== 'console') return [];
    return (groups.text ?? '').split(/^\$ /mu).slice(1).map(commandOf);
  });
  return { log, files, commands };
}
