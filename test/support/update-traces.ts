/**
 * Rewrites the answers of a trace as a card gives them now.
 *
 * An answer that still matches stays as a person wrote it, `..` and `...` included. A remark that a
 * program wrote about an answer goes along with it; any other remark is left for the reviewer.
 */

import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { describeResponse } from '../../src/trace/describe.ts';
import { matches } from '../../src/trace/match.ts';
import {
  type ApduStep,
  commandOctets,
  type Pattern,
  type ResetStep,
  type Trace,
} from '../../src/trace/model.ts';
import { PinBook } from '../../src/trace/pin-book.ts';
import type { PinSecrets } from '../../src/trace/secrets.ts';

function stillMatches(pattern: Pattern | undefined, answer: Uint8Array): boolean {
  return pattern === undefined || matches(pattern, answer);
}

function withAtr(step: ResetStep, atr: Uint8Array): ResetStep {
  return stillMatches(step.atr, atr) ? step : { ...step, atr: [...atr] };
}

/** What a program says of an answer that leaves nothing open. */
function remarkOf(command: Uint8Array, response: Pattern): string {
  const isExact = response.every((item) => typeof item === 'number');
  return isExact ? describeResponse(command, commandOctets(response)) : '';
}

function withResponse(step: ApduStep, command: Uint8Array, response: Uint8Array): ApduStep {
  const old = step.response;
  if (old === undefined || stillMatches(old, response)) return step;
  const { answerRemark, ...rest } = step;
  const isWritten = answerRemark !== undefined && answerRemark !== remarkOf(command, old);
  const remark = isWritten ? answerRemark : describeResponse(command, response);
  const remarked = remark === '' ? {} : { answerRemark: remark };
  return { ...rest, response: [...response], ...remarked };
}

/**
 * Sends all commands of a trace to a card.
 *
 * @param secrets the PINs of the card at the start
 * @returns the trace with the answers of this card where it answers otherwise
 */
export function withAnswersOf(trace: Trace, card: SynchronousCard, secrets: PinSecrets): Trace {
  const pins = new PinBook(secrets);
  const [first] = trace.steps.filter((step) => step.kind !== 'comment');
  if (first?.kind !== 'reset') card.reset();
  const steps = trace.steps.map((step) => {
    if (step.kind === 'comment') return step;
    if (step.kind === 'reset') return withAtr(step, card.reset());
    const command = pins.fill(step.command, step.response) ?? commandOctets(step.command);
    const response = card.transmit(command);
    pins.learn(command, response);
    return withResponse(step, command, response);
  });
  return { ...trace, steps };
}
