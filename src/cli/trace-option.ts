/**
 * `--trace`: what passes between a terminal and a card, written while it happens.
 *
 * @see docs/traces.md; docs/architecture.md, "The command line"
 * @module
 */

import type { FrontMatter } from '../trace/model.ts';
import { openTraceFile, type TraceFile } from '../transport/trace-file.ts';
import { messageOf, tellProblem, UsageError } from './output.ts';

/**
 * Begins the trace that was asked for. A problem on the way is one line on stderr.
 *
 * @param before stands before the message of an error: `--trace: `
 * @returns `undefined` when none was asked for
 * @throws {UsageError} the file cannot be written
 */
export function openTraceOf(
  { trace }: { readonly trace?: string },
  frontMatter: FrontMatter,
  before = '',
): TraceFile | undefined {
  if (trace === undefined) return undefined;
  try {
    return openTraceFile(trace, frontMatter, tellProblem);
  } catch (error) {
    throw new UsageError(before + messageOf(error));
  }
}
