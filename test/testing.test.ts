import { createContext, Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as testing from '../src/testing.ts';
import { bundleForBrowser } from './support/browser-bundle.ts';

describe('vuicc/testing', () => {
  it('has what the guide tells of, and no more', () => {
    expect(Object.keys(testing).sort()).toEqual([
      'OtaAssertionError',
      'OtaTestCard',
      'assertExecuted',
      'assertRefused',
      'describeFinding',
      'describeOtaTest',
      'describeResult',
      'otaMatchers',
      'otaTestCard',
      'parseOtaTest',
      'runOtaTest',
    ]);
  });

  it('runs where there is no process, no Buffer and no timer', async () => {
    const bundle = await bundleForBrowser("export * from './testing.ts';");
    const context = createContext({ TextEncoder, TextDecoder, crypto: globalThis.crypto });
    new Script(bundle, { filename: 'testing.js' }).runInContext(context);
    const run = `(() => {
      const { assertExecuted, otaTestCard, parseOtaTest, runOtaTest } = vuicc;
      const result = otaTestCard().ota('00A40000022FE2 \\n 00B000000A');
      assertExecuted(result, { sw: '9000', executed: 2, isProven: true });
      const test = parseOtaTest('tar: B00009\\nstatus: 09\\n> 00A40000022FE2\\n');
      return result.data + ' ' + runOtaTest(test, otaTestCard()).ok;
    })()`;
    expect(new Script(run).runInContext(context)).toBe('98990901000000000031 true');
  });
});
