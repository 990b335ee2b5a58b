/**
 * Sends the commands of a trace to a card, and stops at the first answer that differs.
 *
 *     trace, secrets -> { reset | transmit C-APDU } -> ATR | R-APDU -> … -> report
 *
 * Sans-I/O: the procedure yields what it needs and receives the answer, so that it serves cards in
 * the same process, readers and sockets alike. A trace begins with the card powered on: unless its
 * first step is a reset, the replay begins with one whose ATR is not compared.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import type { CardConnection, SynchronousCard } from '../apdu/connection.ts';
import { describeCommand } from './describe.ts';
import { compareAtr, compareResponse, type Mismatch } from './match.ts';
import { type ApduStep, commandOctets, type ResetStep, type Trace } from './model.ts';
import { PinBook } from './pin-book.ts';
import type { PinSecrets } from './secrets.ts';

/** What the replay asks of whoever has the card. */
export type ReplayRequest =
  | { readonly kind: 'reset' }
  | { readonly kind: 'transmit'; readonly command: Uint8Array };

/** Where card and trace part. */
export interface ReplayDifference {
  /** Line of the command in the text of the trace; 0 when it was not read from a text. */
  readonly line: number;
  /** What was done, in words and without secrets: `READ BINARY SFI 07`, `reset`. */
  readonly command: string;
  readonly expected: string;
  readonly found: string;
  /** One sentence that says it all. */
  readonly meaning: string;
}

/** What came of a replay; `exchanges` counts resets and commands, the one that differs too. */
export type ReplayReport =
  | { readonly ok: true; readonly exchanges: number; readonly difference?: undefined }
  | { readonly ok: false; readonly exchanges: number; readonly difference: ReplayDifference };

/**
 * Replays a trace step by step.
 *
 * @param trace as read or recorded
 * @param secrets the PINs of the card at the start
 * @yields what to do with the card; `next` takes the ATR or the R-APDU
 * @returns whether all answers were as expected
 * @see docs/architecture.md, "Traces"
 */
export function* replaySteps(
  trace: Trace,
  secrets: PinSecrets,
): Generator<ReplayRequest, ReplayReport, Uint8Array> {
  const pins = new PinBook(secrets);
  const steps = trace.steps.filter((step) => step.kind !== 'comment');
  if (steps[0]?.kind !== 'reset') yield { kind: 'reset' };
  for (const [before, step] of steps.entries()) {
    const where = step.line > 0 ? `line ${step.line}` : `exchange ${before + 1}`;
    const request = requestOf(step, pins);
    if (request === undefined) {
      return { ok: false, exchanges: before, difference: differs(step, where, NO_SECRET) };
    }
    const answer = yield request;
    if (request.kind === 'transmit') pins.learn(request.command, answer);
    const mismatch =
      step.kind === 'reset' ? compareAtr(step.atr, answer) : compareResponse(step.response, answer);
    if (mismatch !== undefined) {
      return { ok: false, exchanges: before + 1, difference: differs(step, where, mismatch) };
    }
  }
  return { ok: true, exchanges: steps.length };
}

/** The recorded card took the secret, so another value would prove nothing. */
const NO_SECRET: Mismatch = {
  expected: `a secret for '..'`,
  found: 'none',
  meaning: `no value is known for '..', which the card accepted`,
};

function requestOf(step: ResetStep | ApduStep, pins: PinBook): ReplayRequest | undefined {
  if (step.kind === 'reset') return { kind: 'reset' };
  const command = pins.fill(step.command, step.response);
  return command && { kind: 'transmit', command };
}

function differs(
  step: ResetStep | ApduStep,
  where: string,
  { expected, found, meaning }: Mismatch,
): ReplayDifference {
  const command = step.kind === 'reset' ? 'reset' : describeCommand(commandOctets(step.command));
  const sentence = `${where}, ${command}: ${meaning}`;
  return { line: step.line, command, expected, found, meaning: sentence };
}

/**
 * Replays a trace on a connection.
 *
 * @param secrets the PINs of the card at the start
 * @throws {ConnectionLost} the card or the link is gone
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { connect, parseTrace, pinSecrets, replay } from 'vuicc';
 *
 * const trace = parseTrace('> 00A40004023F00  SELECT MF\n< 61..\n');
 * const silent = { reset: () => Uint8Array.of(0x3b, 0), transmit: () => Uint8Array.of(0x90, 0) };
 * const report = await replay(trace, connect(silent), pinSecrets({ pins: [] }));
 * const meaning = `line 1, SELECT MF: expected SW '61..', found '9000' (ok)`;
 * if (report.difference?.meaning !== meaning) throw new Error(report.difference?.meaning);
 * ```
 */
export async function replay(
  trace: Trace,
  card: CardConnection,
  secrets: PinSecrets,
): Promise<ReplayReport> {
  const steps = replaySteps(trace, secrets);
  let step = steps.next();
  while (!step.done) {
    const request = step.value;
    const isReset = request.kind === 'reset';
    step = steps.next(isReset ? await card.reset() : await card.transmit(request.command));
  }
  return step.value;
}

/** Replays a trace on a card in the same process; the twin of {@link replay}. */
export function replaySynchronously(
  trace: Trace,
  card: SynchronousCard,
  secrets: PinSecrets,
): ReplayReport {
  const steps = replaySteps(trace, secrets);
  let step = steps.next();
  while (!step.done) {
    const request = step.value;
    step = steps.next(request.kind === 'reset' ? card.reset() : card.transmit(request.command));
  }
  return step.value;
}
