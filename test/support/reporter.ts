/**
 * Ends a test run with one plain line for people and programs: `412 passed, 0 failed`.
 *
 * A file that cannot be loaded and an error outside of any test count as failed.
 *
 * @see docs/architecture.md, "Rules that a program checks"
 * @module
 */

import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

/** The last of the reporters in vitest.config.ts, so that its line is the last. */
export class CountLine implements Reporter {
  #log: (line: string) => void = () => {};

  onInit(vitest: Vitest): void {
    this.#log = (line) => vitest.logger.log(line);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        if (state === 'failed' || state === 'pending') failed += 1;
      }
    }
    this.#log(`${passed} passed, ${failed} failed`);
  }
}
