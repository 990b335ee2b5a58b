/**
 * The guide "Unit-test an OTA script" as files and commands: what its readers would write and run.
 *
 *     a block whose first line is "# name" or "// name"    a file of that name
 *     a block "console"                                    "$ command", and what it prints
 *     "…" alone in a line                                  any number of lines
 *
 * @see docs/ota-tests.md
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/source.ts';

/** A file of the guide. */
export interface GuideFile {
  readonly name: string;
  readonly text: string;
}

/** A command of the guide with its output. */
export interface Transcript {
  readonly command: string;
  readonly output: readonly string[];
}

const BLOCK = /^```(?<language>[^\n]*)\n(?<text>.*?)^```$/gmsu;
const FILE_NAME = /^(?:#|\/\/) (?<name>[\w-]+(?:\.[\w-]+)*\.(?:ota|js|ts))\n/u;

function blocks(): { readonly language: string; readonly text: string }[] {
  const page = readFileSync(join(ROOT, 'docs', 'ota-tests.md'), 'utf8');
  return [...page.matchAll(BLOCK)].map(({ groups }) => {
    return { language: groups?.language ?? '', text: groups?.text ?? '' };
  });
}

/** Gives the files of the guide, in order. */
export function guideFiles(): GuideFile[] {
  return blocks().flatMap(({ text }) => {
    const name = FILE_NAME.exec(text)?.groups?.name;
    return name === undefined ? [] : [{ name, text }];
  });
}

/** Gives the commands of the guide, in order. */
export function guideTranscripts(): Transcript[] {
  return blocks()
    .filter(({ language }) => language === 'console')
    .map(({ text }) => {
      const [first = '', ...output] = text.trimEnd().split('\n');
      return { command: first.replace(/^\$ /u, ''), output };
    });
}

/** Gives the blocks of a language. */
export function guideBlocks(language: string): string[] {
  return blocks().flatMap((block) => (block.language === language ? [block.text] : []));
}

/** Tells whether lines are those of a transcript. */
export function isOutput(found: readonly string[], expected: readonly string[]): boolean {
  const [first, ...others] = expected;
  if (first === undefined) return found.length === 0;
  if (first.trim() !== '…') return found[0] === first && isOutput(found.slice(1), others);
  return found.some((_line, at) => isOutput(found.slice(at), others)) || isOutput([], others);
}
