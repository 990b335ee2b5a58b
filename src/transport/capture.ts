/**
 * What passes between a terminal and a card, for Wireshark, while it happens.
 *
 *     exchange ── gsmtapPackets ──▶ pcapng file
 *                            └────▶ UDP
 *
 * The card does not wait for either and hears of no problem: a full disk or a host that is not
 * there is told once, and the card goes on.
 *
 * @see docs/traces.md, "For Wireshark"
 * @module
 */

import type { Exchange } from '../apdu/connection.ts';
import { gsmtapPackets } from '../trace/gsmtap.ts';
import { CaptureFile } from './capture-file.ts';
import type { Endpoint } from './endpoint.ts';
import { GsmtapSender } from './gsmtap-sender.ts';

/** Where a capture goes. */
export interface CaptureOptions {
  /** A pcapng file; what was there is replaced. */
  readonly pcap?: string;
  /** Where packets are sent by UDP. */
  readonly gsmtap?: Endpoint;
  /** Hears a sentence, once for each kind of problem. Must not throw. */
  readonly onProblem: (problem: string) => void;
  /** Microseconds since 1970-01-01 00:00 UTC; the system's clock when left out. */
  readonly clock?: () => number;
}

/** A capture that is being made. */
export interface Capture {
  /**
   * Takes an exchange. Neither throws nor waits; after `close` it does nothing.
   *
   * @param slot of the reader, 0 to 255; 0 when left out
   */
  observe(exchange: Exchange, slot?: number): void;
  /** Ends the file, and waits until all packets have left. */
  close(): Promise<void>;
}

const MICROSECONDS = 1000;

function systemClock(): number {
  return Date.now() * MICROSECONDS;
}

/**
 * Begins a capture, in a file, by UDP or both.
 *
 * @throws {Error} the file cannot be written; the message names it and says why
 * @see docs/traces.md, "For Wireshark"
 */
export function openCapture(options: CaptureOptions): Capture {
  const { pcap, gsmtap, onProblem, clock = systemClock } = options;
  const file = pcap === undefined ? undefined : new CaptureFile(pcap, onProblem);
  const sender = gsmtap === undefined ? undefined : new GsmtapSender(gsmtap, onProblem);
  return {
    observe(exchange, slot = 0) {
      const at = clock();
      for (const packet of gsmtapPackets(exchange, { slot })) {
        file?.write(packet, at);
        sender?.write(packet);
      }
    },
    async close() {
      file?.close();
      await sender?.close();
    },
  };
}
