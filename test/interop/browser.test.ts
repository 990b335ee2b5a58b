import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleForBrowser, PAGE_EXPRESSION, PAGE_RESULT } from '../support/browser-bundle.ts';

/** Debian's name; another may be given. */
const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/** Opens a page that shows what the expression comes to, and returns its text. */
async function show(folder: string, bundle: string, expression: string): Promise<string> {
  const page = join(folder, 'page.html');
  const script = `
    const show = (text) => { document.querySelector('output').textContent = text; };
    addEventListener('error', ({ message }) => show(message));
    addEventListener('DOMContentLoaded', () => ${expression}.then(show, show));`;
  const scripts = [script, bundle].map(
    (text) => `<script>${text.replaceAll('</', '<\\/')}</script>`,
  );
  await writeFile(
    page,
    `<!doctype html><meta charset="utf-8"><output></output>${scripts.join('')}`,
  );
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const args = [...FLAGS, profile, '--virtual-time-budget=60000', '--dump-dom'];
  const { stdout } = await promisify(execFile)(CHROMIUM, [...args, pathToFileURL(page).href], {
    maxBuffer: 2 ** 26,
    timeout: 120_000,
  });
  return /<output>(?<text>.*?)<\/output>/su.exec(stdout)?.groups?.text ?? stdout;
}

describe('the library in Chromium', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vuicc-browser-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('computes MILENAGE and writes a C-APDU', async () => {
    expect(await show(folder, await bundleForBrowser(), PAGE_EXPRESSION)).toBe(PAGE_RESULT);
  });

  it('would show an error of the library, so that the test above can fail', async () => {
    const bundle = await bundleForBrowser('export const a = Buffer.alloc(1);');
    expect(await show(folder, bundle, PAGE_EXPRESSION)).toMatch(/Buffer is not defined|TypeError/u);
  });
});
