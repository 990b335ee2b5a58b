/**
 * Generated documents: `UPDATE_DOCS=1 npx vitest run --project unit test/profile` writes them anew,
 * and `npx biome format --write docs` gives them their shape.
 *
 * @see docs/profile.md
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs';

/** Gives the text of a document, after writing `value` to it if that is asked for. */
export function documentText(name: string, value: unknown): string {
  const url = new URL(`../../docs/${name}`, import.meta.url);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(url, `${JSON.stringify(value, null, 2)}\n`);
  return readFileSync(url, 'utf8');
}
