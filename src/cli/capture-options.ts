/**
 * The options with which a subcommand shows Wireshark what passes between a terminal and its card.
 *
 *     --pcap <file>             a pcapng file
 *     --gsmtap <host[:port]>    packets by UDP
 *
 * @see docs/traces.md, "For Wireshark"; docs/architecture.md, "The command line"
 * @module
 */

import type { Command } from 'commander';
import { GSMTAP_PORT } from '../trace/gsmtap.ts';
import { type Capture, openCapture } from '../transport/capture.ts';
import { type Endpoint, parseEndpoint } from '../transport/endpoint.ts';
import { messageOf, tellProblem, UsageError } from './output.ts';

/** What commander makes of the options. */
export interface CaptureFlags {
  readonly pcap?: string;
  readonly gsmtap?: string;
}

/** Adds the options to a subcommand, and returns it. */
export function captureOptions(command: Command): Command {
  return command
    .option('--pcap <file>', 'write a capture that Wireshark opens (pcapng)')
    .option('--gsmtap <host[:port]>', `send GSMTAP packets by UDP, to port ${GSMTAP_PORT}`);
}

/**
 * Begins the capture that was asked for. Problems on the way are one line on stderr each.
 *
 * @returns `undefined` when none was asked for; else close it, so that the last packets leave
 * @throws {UsageError} no host and port, or a file that cannot be written
 */
export function openCaptureOf({ pcap, gsmtap }: CaptureFlags): Capture | undefined {
  if (pcap === undefined && gsmtap === undefined) return undefined;
  const endpoint = gsmtap === undefined ? undefined : endpointOption(gsmtap);
  try {
    return openCapture({
      ...(pcap === undefined ? {} : { pcap }),
      ...(endpoint === undefined ? {} : { gsmtap: endpoint }),
      onProblem: tellProblem,
    });
  } catch (error) {
    throw new UsageError(`--pcap: ${messageOf(error)}`);
  }
}

function endpointOption(text: string): Endpoint {
  try {
    return parseEndpoint(text, GSMTAP_PORT);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--gsmtap: ${error.message}`);
    throw error;
  }
}
