/**
 * Makes a trace from what an observer of a card sees.
 *
 * Secrets of commands are left open (secrets.ts says which). Answers are kept as they are, session
 * keys of AUTHENTICATE too: a trace that did not hold them would prove nothing of AKA.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

import type { Exchange } from '../apdu/connection.ts';
import { formatTrace } from './apdu-text.ts';
import { describeCommand, describeResponse } from './describe.ts';
import {
  answerProblem,
  commandProblem,
  type FrontMatter,
  type Pattern,
  type Trace,
  type TraceStep,
} from './model.ts';
import { DATA_OFFSET, secretOctets } from './secrets.ts';

/** Collects exchanges. */
export interface TraceRecorder {
  /** Takes the next exchange; for `traced`. It never throws, whatever the octets. */
  observe(exchange: Exchange): void;
  /** Gives the trace up to here; it does not change later. */
  trace(): Trace;
}

/**
 * Begins a trace.
 *
 * @param frontMatter what a reader of the trace wants to know first
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { formatTrace, recordTrace, traced } from 'vuicc';
 *
 * const silent = { reset: () => Uint8Array.of(0x3b, 0), transmit: () => Uint8Array.of(0x90, 0) };
 * const recorder = recordTrace([['card', 'silent']]);
 * traced(silent, recorder.observe).reset();
 * const text = formatTrace(recorder.trace());
 * if (text !== '# card: silent\nreset\n< 3B00\n') throw new Error(text);
 * ```
 */
export function recordTrace(frontMatter: FrontMatter = []): TraceRecorder {
  const steps: TraceStep[] = [];
  return {
    observe: (exchange) => {
      steps.push(stepOf(exchange));
    },
    trace: () => ({ frontMatter, steps: [...steps] }),
  };
}

/**
 * Writes one exchange as it stands in a trace, for whoever reads along.
 *
 * @returns one or two lines, each with its line feed
 * @see docs/architecture.md, "Traces"
 * @example
 * ```ts
 * import { exchangeText } from 'vuicc';
 *
 * const text = exchangeText({ kind: 'reset', atr: Uint8Array.of(0x3b, 0) });
 * if (text !== 'reset\n< 3B00\n') throw new Error(text);
 * ```
 */
export function exchangeText(exchange: Exchange): string {
  return formatTrace({ frontMatter: [], steps: [stepOf(exchange)] });
}

function stepOf(exchange: Exchange): TraceStep {
  if (exchange.kind === 'reset') {
    return { kind: 'reset', atr: answer('reset', exchange.atr), line: 0 };
  }
  const command = withoutSecrets(exchange.command);
  const name = describeCommand(exchange.command);
  // A comment keeps the place of what the grammar has no line for.
  if (commandProblem(command) !== undefined) return { kind: 'comment', text: name, line: 0 };
  const response = answer('apdu', exchange.response);
  const step = { kind: 'apdu', command, response, remark: name, line: 0 } as const;
  const meaning = describeResponse(exchange.command, exchange.response);
  return meaning === '' || response === undefined ? step : { ...step, answerRemark: meaning };
}

function answer(kind: 'reset' | 'apdu', octets: Uint8Array): Pattern | undefined {
  const pattern = [...octets];
  return answerProblem(kind, pattern) === undefined ? pattern : undefined;
}

function withoutSecrets(command: Uint8Array): Pattern {
  const end = DATA_OFFSET + secretOctets(command);
  return [...command].map((octet, at) => (at >= DATA_OFFSET && at < end ? '..' : octet));
}
