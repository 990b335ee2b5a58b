/**
 * `vuicc/testing`: a card for tests of OTA scripts, and assertions on what came of them.
 *
 * @see docs/ota-tests.md
 * @module
 */

export type { CardRoot } from './card/memory.ts';
export { describeFinding, type Finding } from './card/ota/finding.ts';
export type { Mistake } from './ota/mistakes/mistake.ts';
export type { ResponseStatus } from './ota/response-packet.ts';
export {
  assertExecuted,
  assertRefused,
  type ExecutedExpectation,
  type MatcherResult,
  OtaAssertionError,
  type OtaMatchers,
  type OtaRefusal,
  otaMatchers,
} from './scenario/ota-kit/assertions.ts';
export { describeResult, type OtaResult } from './scenario/ota-kit/result.ts';
export type { OtaScript, RemoteFormat } from './scenario/ota-kit/script.ts';
export { type OtaTest, parseOtaTest } from './scenario/ota-kit/script-file.ts';
export {
  describeOtaTest,
  type OtaTestCase,
  type OtaTestFailure,
  type OtaTestReport,
} from './scenario/ota-kit/script-report.ts';
export { runOtaTest } from './scenario/ota-kit/script-run.ts';
export type { OtaOptions } from './scenario/ota-kit/sender.ts';
export { OtaTestCard, type OtaTestCardOptions, otaTestCard } from './scenario/ota-kit/test-card.ts';
