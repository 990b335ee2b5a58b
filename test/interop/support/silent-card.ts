/**
 * A program: a card in slot 0 of the virtual reader that tells its ATR and never answers a command.
 *
 *     reader ── C-APDU ──▶ 'asked' on standard output, and nothing more
 *
 * @see docs/pcsc.md
 * @module
 */

import { writeSync } from 'node:fs';
import { insertCard, VPCD_PORT } from '../../../src/transport/vpcd.ts';

const STDOUT = 1;
const ATR = Uint8Array.of(0x3b, 0x00);

insertCard(
  {
    atr: ATR,
    reset: () => ATR,
    powerOff: () => undefined,
    transmit() {
      writeSync(STDOUT, 'asked');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      throw new Error('nobody wakes this card');
    },
  },
  { host: '127.0.0.1', port: VPCD_PORT },
);
