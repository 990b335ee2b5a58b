/**
 * Assertions on what came of a packet: as functions that throw, and as matchers of vitest and jest.
 *
 *     assertExecuted(result, { sw: '9000', data: '9899..' })
 *     assertRefused(result, 'cntr-low')
 *
 *     expect.extend(otaMatchers);
 *     expect(result).toBeExecuted({ sw: '9000' });
 *
 * A failure says what was expected and found, and then each step of the card with the clause.
 *
 * @see docs/ota-tests.md
 * @module
 */

import { describeStatusWord } from '../../apdu/status-words.ts';
import { fromHex } from '../../bytes/hex.ts';
import { RESPONSE_STATUS, type ResponseStatus } from '../../ota/response-packet.ts';
import { parsePattern } from '../../trace/apdu-text.ts';
import { matches } from '../../trace/match.ts';
import { describeResult, type OtaResult } from './result.ts';

/** What of an executed packet a test expects. What is left out may be anything. */
export interface ExecutedExpectation {
  /** SW of the last command, 4 hex digits; `..` is any octet. */
  readonly sw?: string;
  /** Response data of the last command, hex; `..` is any octet, `...` any number of them. */
  readonly data?: string;
  /** How many commands were executed. */
  readonly executed?: number;
  /** Additional response data of the PoR, whatever the applet, as `data`. */
  readonly additional?: string;
  /** The PoR carries a CC that is right. */
  readonly isProven?: boolean;
}

/** The failure of an assertion, with what was expected and found for programs that show both. */
export class OtaAssertionError extends Error {
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, expected: string, actual: string) {
    super(message);
    this.name = 'OtaAssertionError';
    this.expected = expected;
    this.actual = actual;
  }
}

/** What was expected and what was found. */
interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

function swHex(sw: number | undefined): string {
  return sw === undefined ? 'none' : sw.toString(16).padStart(4, '0');
}

function differs(what: string, pattern: string | undefined, actual: string): Difference[] {
  if (pattern === undefined) return [];
  const expected = pattern.toLowerCase();
  if (actual !== 'none' && matches(parsePattern(pattern), fromHex(actual))) return [];
  return [{ what, expected, actual }];
}

function executedDifferences(result: OtaResult, of: ExecutedExpectation): Difference[] {
  const { isExecuted, verdict, sw, data, executed, additional, isProven } = result;
  if (!isExecuted) {
    return [{ what: 'the packet', expected: 'executed', actual: `refused, ${verdict}` }];
  }
  const isCount = of.executed === undefined || of.executed === executed;
  const isProof = of.isProven === undefined || of.isProven === isProven;
  const proof = (isSo: boolean): string => (isSo ? 'with a right CC' : 'without a right CC');
  return [
    ...differs('SW', of.sw, swHex(sw)),
    ...differs('data', of.data, data),
    ...differs('additional data', of.additional, additional),
    ...(isCount
      ? []
      : [{ what: 'commands', expected: `${of.executed}`, actual: `${executed ?? 'none'}` }]),
    ...(isProof
      ? []
      : [{ what: 'the PoR', expected: proof(of.isProven), actual: proof(isProven) }]),
  ];
}

function refusedDifferences(result: OtaResult, status: ResponseStatus | undefined): Difference[] {
  const { isExecuted, verdict } = result;
  const isRefused = !isExecuted && (status === undefined || verdict === status);
  if (isRefused) return [];
  const expected = status === undefined ? 'refused' : `refused, ${status}`;
  const actual = isExecuted ? 'executed' : `refused, ${verdict}`;
  return [{ what: 'the packet', expected, actual }];
}

function messageOf(differences: readonly Difference[], result: OtaResult): string {
  const lines = differences.map(({ what, expected, actual }) => {
    const isWord = what === 'SW' && actual !== 'none';
    const meaning = isWord ? ` (${describeStatusWord(Number.parseInt(actual, 16))})` : '';
    return `${what}: expected ${expected}, found ${actual}${meaning}`;
  });
  return [...lines, describeResult(result)].join('\n');
}

function fail(differences: readonly Difference[], result: OtaResult): void {
  if (differences.length === 0) return;
  const side = (of: 'expected' | 'actual'): string =>
    differences.map((difference) => `${difference.what}: ${difference[of]}`).join('\n');
  throw new OtaAssertionError(messageOf(differences, result), side('expected'), side('actual'));
}

/**
 * Asserts that a packet was executed, and how.
 *
 * @throws {OtaAssertionError} it was refused, or something else came of it
 * @example
 * ```ts
 * import { assertExecuted, otaTestCard } from 'vuicc/testing';
 *
 * const result = otaTestCard().ota('00A40000022FE2', { tar: 'B00000' });
 * assertExecuted(result, { sw: '61..', executed: 1, isProven: false });
 * ```
 */
export function assertExecuted(result: OtaResult, expected: ExecutedExpectation = {}): void {
  fail(executedDifferences(result, expected), result);
}

/**
 * Asserts that a packet was refused: by the card's verdict, whatever its policy says in the PoR.
 *
 * @param status left out: for whatever reason
 * @throws {OtaAssertionError} it was executed, or refused for another reason
 * @throws {RangeError} there is no such status
 * @example
 * ```ts
 * import { assertRefused, otaTestCard } from 'vuicc/testing';
 *
 * const card = otaTestCard();
 * assertRefused(card.ota('00A40000022FE2', { cntr: 0 }), 'cntr-low');
 * ```
 */
export function assertRefused(result: OtaResult, status?: ResponseStatus): void {
  if (status !== undefined && !Object.hasOwn(RESPONSE_STATUS, status)) {
    const names = Object.keys(RESPONSE_STATUS).join(', ');
    throw new RangeError(`status: expected one of ${names}, got ${status}`);
  }
  fail(refusedDifferences(result, status), result);
}

/** What a matcher gives back to `expect`. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

function matcher(differences: readonly Difference[], result: OtaResult): MatcherResult {
  const pass = differences.length === 0;
  const negated = `expected something else than this\n${describeResult(result)}`;
  return { pass, message: () => (pass ? negated : messageOf(differences, result)) };
}

/**
 * Matchers for `expect.extend` of vitest and jest.
 *
 * @example
 * ```ts
 * import { otaMatchers, otaTestCard } from 'vuicc/testing';
 *
 * const result = otaTestCard().ota('00A40000022FE2', { tar: 'B00000' });
 * if (!otaMatchers.toBeExecuted(result, { sw: '61..' }).pass) throw new Error('SELECT');
 * ```
 */
export const otaMatchers: {
  toBeExecuted(result: OtaResult, expected?: ExecutedExpectation): MatcherResult;
  toBeRefused(result: OtaResult, status?: ResponseStatus): MatcherResult;
} = {
  toBeExecuted: (result, expected = {}) => matcher(executedDifferences(result, expected), result),
  toBeRefused: (result, status) => matcher(refusedDifferences(result, status), result),
};
