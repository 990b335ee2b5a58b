/**
 * Does a card that is served for a long time take more and more memory?
 *
 *     npx tsx bench/memory.ts
 *
 *     reader (C) ── TCP ──▶ our card in this process: a million APDUs
 *
 * The reader polls the ATR, selects, verifies PIN1, updates and reads, in vpcd framing and each
 * payload in one write. Printed is what is in use after a collection, heap and array buffers, and
 * what the system has given to the process; on the way, within an APDU.
 *
 * @see docs/specs.md, "vpcd"; docs/architecture.md, "The card changes by commits"
 * @module
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReaderCard } from '../src/apdu/connection.ts';
import { createUicc } from '../src/card/uicc.ts';
import { insertCard } from '../src/transport/vpcd.ts';
import { pinToOneCore } from './peer.ts';
import { measureTrips, pairsOf, vpcdProgram } from './vpcd-reader.ts';

/** When memory is measured, in APDUs. */
const MEASURED_AT: readonly number[] = [0, 250_000, 500_000, 1_000_000];
/** How many octets more there may be in use for each APDU, from the second time on. */
const TARGET = 0.1;

const COMMANDS = [
  '04',
  '80F2000C00',
  '00A4040410A0000000871002FFFFFFFF8900000100',
  '00C0000010',
  '002000010831323334FFFFFFFF',
  '00A4080C047FFF6F7E',
  '00D600000B0102030400F1100001FF00',
  '00D600000B0506070800F1100001FF00',
  '00B000000B',
  '00B2010400',
];

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

interface Use {
  readonly apdus: number;
  readonly octets: number;
}

function useAfter(apdus: number): Use {
  for (let n = 0; n < 4; n++) collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const kibibytes = (octets: number): string => `${(octets / 1024).toFixed(0).padStart(8)} KiB`;
  const columns = [heapUsed, arrayBuffers, rss].map(kibibytes).join('');
  console.log(`${String(apdus).padStart(8)}${columns}`);
  return { apdus, octets: heapUsed + arrayBuffers };
}

/** A card that measures on the way. */
function measuring(card: ReaderCard, uses: Use[]): ReaderCard {
  let apdus = 0;
  return {
    atr: card.atr,
    powerOff: () => card.powerOff(),
    reset: () => card.reset(),
    transmit: (command) => {
      if (apdus === MEASURED_AT[uses.length]) uses.push(useAfter(apdus));
      apdus++;
      return card.transmit(command);
    },
  };
}

pinToOneCore();
const uses: Use[] = [];
const card = measuring(createUicc(), uses);
// "Get ATR" is no APDU.
const count = Math.ceil((MEASURED_AT.at(-1)! + 1) / (COMMANDS.length - 1)) * COMMANDS.length;
console.log('APDUs           heap     buffers         RSS');
const plan = { program: vpcdProgram(), cards: 1, rounds: 1, count } as const;
const [row] = await measureTrips({ ...plan, pairs: pairsOf(COMMANDS) }, ([port]) => {
  const slot = insertCard(card, {
    host: '127.0.0.1',
    port: port!,
    onEvent: ({ kind }) => {
      if (kind === 'waiting') slot.close();
    },
  });
});
const [, early, , last] = uses;
const growth = (last!.octets - early!.octets) / (last!.apdus - early!.apdus);
const verdict = growth <= TARGET ? 'holds' : 'does not hold';
console.log(
  `${growth.toFixed(3)} octets more for each APDU after the first ${MEASURED_AT[1]}, ` +
    `target ${TARGET} ${verdict}; ${row![0]!.toFixed(0)} ns each`,
);
