import { createContext, Script } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser, PAGE_EXPRESSION, PAGE_RESULT } from './support/browser-bundle.ts';

/** What browsers have beyond ECMAScript and the library may use; nothing that Node adds. */
const PLATFORM = { TextEncoder, TextDecoder, crypto: globalThis.crypto };

describe('the library in a browser', () => {
  let bundle = '';
  beforeAll(async () => {
    bundle = await bundleForBrowser();
  });

  it('is bundled without an import from Node', () => {
    expect(bundle).toMatch(/\bvuicc\b/u);
    expect(bundle).not.toMatch(/\brequire\(["']|\bfrom\s*["']node:/u);
  });

  it('runs where there is no process, no Buffer and no timer', async () => {
    const context = createContext({ ...PLATFORM });
    new Script(bundle, { filename: 'vuicc.js' }).runInContext(context);
    const missing = 'typeof process + typeof Buffer + typeof setTimeout + typeof require';
    expect(new Script(missing).runInContext(context)).toBe('undefined'.repeat(4));
    expect(await new Script(PAGE_EXPRESSION).runInContext(context)).toBe(PAGE_RESULT);
  });
});

describe('the bundle for browsers', () => {
  it.each(['node:fs', 'node:crypto', 'fs'])('is refused when it imports %s', async (name) => {
    const code = `import * as node from '${name}'; export const a = node;`;
    await expect(bundleForBrowser(code)).rejects.toThrow(`Could not resolve "${name}"`);
  });
});
