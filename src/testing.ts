/**
 * `vuicc/testing`: a card for tests of OTA scripts, and assertions on what came of them.
 *
 * @see docs/ota-tests.md
 * @module
 */

export { describeFinding, type Finding } from './card/finding.ts';
export type { CardRoot } from './card/memory.ts';
export type { Mistake } from './ota/mistakes/mistake.ts';
export type { ResponseStatus } from './ota/response-packet.ts';
export {
  assertExecuted,
  assertRefused,
  type ExecutedExpectation,
  OtaAssertionError,
  otaMatchers,
} from './scenario/ota-kit/assertions.ts';
export { describeResult, type OtaResult } from './scenario/ota-kit/result.ts';
export type { OtaScript, RemoteFormat } from './scenario/ota-kit/script.ts';
export {
  type OtaOptions,
  OtaTestCard,
  type OtaTestCardOptions,
  otaTestCard,
} from './scenario/ota-kit/test-card.ts';
