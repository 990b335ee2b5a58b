/**
 * A trace that is written while a card is used, and is whole whenever the program ends.
 *
 *     front matter | reset | > C-APDU, < R-APDU | …      each exchange at once
 *
 * @see docs/traces.md
 * @module
 */

import { closeSync, ftruncateSync } from 'node:fs';
import type { Exchange } from '../apdu/connection.ts';
import { formatTrace } from '../trace/apdu-text.ts';
import type { FrontMatter } from '../trace/model.ts';
import { exchangeText } from '../trace/record.ts';
import { systemCode } from './locked-file.ts';
import { appendAll, openOutput } from './output-file.ts';

/** A trace that grows. */
export interface TraceFile {
  /** Takes an exchange; PINs and keys of commands are left open. Neither throws nor waits. */
  observe(exchange: Exchange): void;
  /** Ends the trace; a second time does nothing. */
  close(): void;
}

/**
 * Begins a trace in place of what was in the file.
 *
 * @param onProblem hears once that the file takes no more, and why; must not throw
 * @throws {Error} it cannot be written; the message names the file and says why
 */
export function openTraceFile(
  file: string,
  frontMatter: FrontMatter,
  onProblem: (problem: string) => void,
): TraceFile {
  const { descriptor, isRegular } = openOutput(file);
  let isOpen = true;
  let length = 0;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const append = (text: string): void => {
    if (!isOpen) return;
    const octets = new TextEncoder().encode(text);
    try {
      appendAll(descriptor, octets);
      length += octets.length;
    } catch (error) {
      // Half an exchange would be no trace.
      if (isRegular) ftruncateSync(descriptor, length);
      close();
      onProblem(`${file}: cannot be written (${systemCode(error)}); the trace ends here`);
    }
  };
  append(formatTrace({ frontMatter, steps: [] }));
  return { observe: (exchange) => append(exchangeText(exchange)), close };
}
