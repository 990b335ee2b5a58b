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
import { DecodeError } from '../../bytes/errors.ts';
import { fromHex } from '../../bytes/hex.ts';
import { RESPONSE_STATUS, type ResponseStatus } from '../../ota/response-packet.ts';
import { formatPattern, parsePattern } from '../../trace/apdu-text.ts';
import { matches } from '../../trace/match.ts';
import type { Pattern } from '../../trace/model.ts';
import {
  describeArgument,
  expectBoolean,
  expectNames,
  expectText,
  numberArgument,
  wordArgument,
} from './arguments.ts';
import { describeResult, formatRemedy, type OtaResult } from './result.ts';

/** Why a packet was not executed: a status of a PoR, or the card has made nothing of it. */
export type OtaRefusal = Exclude<ResponseStatus, 'por-ok'> | 'ignored';

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

/**
 * The failure of an assertion, with what was expected and found for programs that show both.
 *
 * @see docs/ota-tests.md, "What a failure looks like"
 * @example
 * ```ts
 * import { assertRefused, OtaAssertionError, otaTestCard } from 'vuicc/testing';
 *
 * try {
 *   assertRefused(otaTestCard().ota('00A40000022FE2'), 'cntr-low');
 * } catch (error) {
 *   if (!(error instanceof OtaAssertionError)) throw error;
 *   if (error.actual !== 'the packet: executed') throw error;
 * }
 * ```
 */
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

const EXPECTATIONS = ['sw', 'data', 'executed', 'additional', 'isProven'] as const;
const PATTERNS = ['sw', 'data', 'additional'] as const;
type PatternName = (typeof PATTERNS)[number];
const SW_OCTETS = 2;
const NO_OCTETS = 'none';
/** Of a packet without a PoR, or without a report in it. */
const NOT_REPORTED = 'not reported';
const COMMANDS_MAX = 0xffff;
/** What a card may have decided instead of executing. */
const REFUSALS: readonly OtaRefusal[] = [
  ...Object.keys(RESPONSE_STATUS).filter((name) => name !== 'por-ok'),
  'ignored',
] as OtaRefusal[];

/** In JavaScript nothing else keeps a test from asking about something that is no result. */
function expectResult(result: unknown): void {
  const isResult = typeof result === 'object' && result !== null && 'verdict' in result;
  if (isResult) return;
  throw new TypeError(`result: expected what card.ota gives, got ${describeArgument(result)}`);
}

function patternOf(name: PatternName, text: string): Pattern {
  const what = `hex, '..' for an octet or '...' for any number of them`;
  try {
    return parsePattern(expectText(name, text, what).trim(), name);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RangeError(`${name}: ${error.problem}`);
  }
}

/** An expectation that is misspelt would hold for whatever comes. */
function expectExpectation(of: ExecutedExpectation): void {
  expectNames('expectation', of, EXPECTATIONS);
  if (of.executed !== undefined) numberArgument('executed', of.executed, COMMANDS_MAX);
  if (of.isProven !== undefined) expectBoolean('isProven', of.isProven);
  for (const name of PATTERNS) if (of[name] !== undefined) patternOf(name, of[name]);
  if (of.sw === undefined) return;
  const sw = patternOf('sw', of.sw);
  if (sw.length === SW_OCTETS && !sw.includes('...')) return;
  throw new RangeError(`sw: expected 4 hex digits, with '..' for any octet`);
}

function differs(
  name: PatternName,
  what: string,
  pattern: string | undefined,
  actual: string | undefined,
): Difference[] {
  if (pattern === undefined) return [];
  const wanted = patternOf(name, pattern);
  if (actual !== undefined && matches(wanted, fromHex(actual))) return [];
  const expected = formatPattern(wanted).toLowerCase() || NO_OCTETS;
  return [{ what, expected, actual: actual === undefined ? NOT_REPORTED : actual || NO_OCTETS }];
}

/** Of a card's own applet a report is known to have a format: without it nothing is executed. */
function unreadDifferences(result: OtaResult): Difference[] {
  const { por, format, appletFormat, report, additional } = result;
  const isUnread = por !== undefined && appletFormat !== undefined && report === undefined;
  if (!isUnread) return [];
  const actual = `${additional || NO_OCTETS}${formatRemedy(result)}`;
  return [{ what: 'the report', expected: `in ${format} format`, actual }];
}

function executedDifferences(result: OtaResult, of: ExecutedExpectation): Difference[] {
  expectResult(result);
  expectExpectation(of);
  const { isExecuted, verdict, sw, data, executed, additional, isProven, por } = result;
  if (!isExecuted) return [{ what: 'the packet', expected: 'executed', actual: refused(verdict) }];
  const unread = unreadDifferences(result);
  if (unread.length > 0) return unread;
  const isCount = of.executed === undefined || of.executed === executed;
  const isProof = of.isProven === undefined || of.isProven === isProven;
  const proof = (isSo: boolean): string => (isSo ? 'with a right CC' : 'without a right CC');
  return [
    ...differs('sw', 'SW', of.sw, sw?.toString(16).padStart(4, '0')),
    ...differs('data', 'data', of.data, sw === undefined ? undefined : data),
    ...differs('additional', 'additional data', of.additional, por && additional),
    ...(isCount
      ? []
      : [{ what: 'commands', expected: `${of.executed}`, actual: `${executed ?? NOT_REPORTED}` }]),
    ...(isProof
      ? []
      : [{ what: 'the PoR', expected: proof(of.isProven), actual: proof(isProven) }]),
  ];
}

function refused(verdict: string): string {
  return verdict === 'ignored' ? 'ignored' : `refused, ${verdict}`;
}

function refusedDifferences(result: OtaResult, status: OtaRefusal | undefined): Difference[] {
  expectResult(result);
  if (status !== undefined) wordArgument('status', status, REFUSALS);
  const { isExecuted, verdict } = result;
  const isRefused = !isExecuted && (status === undefined || verdict === status);
  if (isRefused) return [];
  const expected = status === undefined ? 'refused' : refused(status);
  const actual = isExecuted ? 'executed' : refused(verdict);
  return [{ what: 'the packet', expected, actual }];
}

/** What programs show as the two sides of a comparison. */
function sides(differences: readonly Difference[]): {
  readonly expected: string;
  readonly actual: string;
} {
  const side = (of: 'expected' | 'actual'): string =>
    differences.map((difference) => `${difference.what}: ${difference[of]}`).join('\n');
  return { expected: side('expected'), actual: side('actual') };
}

function messageOf(differences: readonly Difference[], result: OtaResult): string {
  const lines = differences.map(({ what, expected, actual }) => {
    const isWord = what === 'SW' && actual !== NOT_REPORTED;
    const meaning = isWord ? ` (${describeStatusWord(Number.parseInt(actual, 16))})` : '';
    return `${what}: expected ${expected}, found ${actual}${meaning}`;
  });
  return [...lines, describeResult(result)].join('\n');
}

function fail(differences: readonly Difference[], result: OtaResult): void {
  if (differences.length === 0) return;
  const { expected, actual } = sides(differences);
  throw new OtaAssertionError(messageOf(differences, result), expected, actual);
}

/**
 * Asserts that a packet was executed, and how.
 *
 * @throws {OtaAssertionError} it was refused, or something else came of it
 * @throws {TypeError} there is no such expectation, or it is of another kind
 * @throws {RangeError} an expectation cannot be what it is for
 * @see docs/ota-tests.md, "Assertions"
 * @example
 * ```ts
 * import { assertExecuted, otaTestCard } from 'vuicc/testing';
 *
 * const result = otaTestCard().ota('00A40000022FE2', { tar: 'B00000' });
 * assertExecuted(result, { sw: '61..', executed: 1, isProven: true });
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
 * @throws {RangeError} there is no such status, or it is none of a refusal
 * @see docs/ota-tests.md, "Assertions"
 * @example
 * ```ts
 * import { assertRefused, otaTestCard } from 'vuicc/testing';
 *
 * const card = otaTestCard();
 * assertRefused(card.ota('00A40000022FE2', { cntr: 0 }), 'cntr-low');
 * ```
 */
export function assertRefused(result: OtaResult, status?: OtaRefusal): void {
  fail(refusedDifferences(result, status), result);
}

/** What a matcher gives back to `expect`. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  /** For programs that show both. */
  readonly expected?: string;
  readonly actual?: string;
}

function matcher(differences: readonly Difference[], result: OtaResult): MatcherResult {
  if (differences.length === 0) {
    const message = `expected something else than this\n${describeResult(result)}`;
    return { pass: true, message: () => message };
  }
  return { pass: false, message: () => messageOf(differences, result), ...sides(differences) };
}

/**
 * What {@link otaMatchers} adds to `expect`, for the declarations of vitest and jest.
 *
 * @see docs/ota-tests.md, "Assertions"
 */
export interface OtaMatchers<R = void> {
  toBeExecuted(expected?: ExecutedExpectation): R;
  toBeRefused(status?: OtaRefusal): R;
}

/**
 * Matchers for `expect.extend` of vitest and jest.
 *
 * @see docs/ota-tests.md, "Assertions"
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
  toBeRefused(result: OtaResult, status?: OtaRefusal): MatcherResult;
} = {
  toBeExecuted: (result, expected = {}) => matcher(executedDifferences(result, expected), result),
  toBeRefused: (result, status) => matcher(refusedDifferences(result, status), result),
};
