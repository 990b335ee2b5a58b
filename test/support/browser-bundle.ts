/**
 * The library as a browser would get it: one script, with nothing of Node in it.
 *
 * @see docs/architecture.md, "Layers"
 * @module
 */

import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './source.ts';

/** What a page does with the library, as an expression: a promise of {@link PAGE_RESULT}. */
export const PAGE_EXPRESSION = `(async () => {
  const { encodeCommandApdu, expandMilenageKey, fromHex, milenage, toHex } = vuicc;
  const key = expandMilenageKey(
    fromHex('465b5ce8b199b49faa5f0a2ee238a6bc'),
    fromHex('cd63cb71954a9f4e48a5994e37a02baf'),
  );
  const { res } = milenage(key, {
    rand: fromHex('23553cbe9637a89d218ae64dae47bf35'),
    sqn: fromHex('ff9bb4d0b607'),
    amf: fromHex('b9b9'),
  });
  const select = { cla: 0, ins: 0xa4, p1: 0, p2: 4, data: fromHex('3f00'), ne: 0 };
  return toHex(res) + ' ' + toHex(encodeCommandApdu(select));
})()`;

/** RES of test set 1 of 3GPP TS 35.208, and SELECT MF. */
export const PAGE_RESULT = 'a54211d5e3ba50bf 00a40004023f00';

/**
 * Bundles code as a classic script that puts what it exports into the global `vuicc`.
 *
 * @param code TypeScript that stands in `src`
 * @throws an error that names each import that a browser cannot follow, `node:` ones included
 */
export async function bundleForBrowser(code = "export * from './index.ts';"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(ROOT, 'src'), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'vuicc',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
