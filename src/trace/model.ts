/**
 * One trace: what was sent to a card, and what may come back.
 *
 *     front matter   spec, card, why, source and others, in their order
 *     steps          reset -> ATR,  C-APDU -> R-APDU,  comment
 *
 * An answer is a pattern, because a trace says what matters and leaves the rest open. A command is
 * a pattern too: an octet that it leaves open is a secret, which only the replayer knows.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

/** An octet, any one octet (`..`), or any number of octets (`...`, in answers only). */
export type PatternItem = number | '..' | '...';

/** What octets may be, in their order. */
export type Pattern = readonly PatternItem[];

/** Keys and values in the order of the text; a key may come twice. */
export type FrontMatter = readonly (readonly [key: string, value: string])[];

interface StepBase {
  /** What stands behind the octets, for people. */
  readonly remark?: string;
  /** What stands behind the octets of the answer. */
  readonly answerRemark?: string;
  /** Where it stands in the text that it was read from, from 1 on; 0 when it was not read. */
  readonly line: number;
}

/** The card is reset. */
export interface ResetStep extends StepBase {
  readonly kind: 'reset';
  /** `undefined`: any ATR will do. */
  readonly atr: Pattern | undefined;
}

/** A command goes to the card. */
export interface ApduStep extends StepBase {
  readonly kind: 'apdu';
  /** 4 items or more, without `...`; the first five are octets. */
  readonly command: Pattern;
  /** `undefined`: any answer will do. */
  readonly response: Pattern | undefined;
}

/** A comment, or a blank line when its text is empty. */
export interface CommentStep {
  readonly kind: 'comment';
  readonly text: string;
  readonly line: number;
}

/** One line or two of a trace. */
export type TraceStep = ResetStep | ApduStep | CommentStep;

/** A trace. It begins with the card powered on. */
export interface Trace {
  readonly frontMatter: FrontMatter;
  readonly steps: readonly TraceStep[];
}

/** CLA INS P1 P2 and P3 are never secret, and whoever replays a command must know them. */
const EXACT_AT_LEAST = 5;
const COMMAND_MIN = 4;
const ANSWER_MIN = 2;
const ATR_MAX = 33;

/** Gives the octets of a command, with 'FF' for each that is left open. */
export function commandOctets(command: Pattern): Uint8Array {
  return Uint8Array.from(command, (item) => (typeof item === 'number' ? item : 0xff));
}

/** Says what is wrong with the pattern of a command; `undefined` when it is right. */
export function commandProblem(command: Pattern): string | undefined {
  if (command.includes('...')) return `'...' stands in answers only`;
  if (command.length < COMMAND_MIN) {
    return `expected a C-APDU of ${COMMAND_MIN} octets or more, found ${command.length}`;
  }
  const head = command.slice(0, EXACT_AT_LEAST);
  return head.includes('..') ? `expected CLA INS P1 P2 and P3 without '..'` : undefined;
}

/** Says what is wrong with the pattern of an answer; `undefined` when it is right. */
export function answerProblem(kind: 'reset' | 'apdu', answer: Pattern): string | undefined {
  const octets = answer.filter((item) => item !== '...').length;
  const isOpen = octets < answer.length;
  const name = kind === 'reset' ? 'an ATR' : 'an R-APDU';
  if (octets < ANSWER_MIN && !isOpen) {
    return `expected ${name} of ${ANSWER_MIN} octets or more, found ${octets}`;
  }
  if (kind === 'reset' && octets > ATR_MAX) {
    return `expected an ATR of at most ${ATR_MAX} octets, found ${octets}`;
  }
  return undefined;
}
