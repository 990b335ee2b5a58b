/**
 * How often a second does the card find and read its IMSI, access rules on?
 *
 *     npx tsx bench/select.ts
 *
 * SELECT MF, SELECT USIM by AID, SELECT EF_IMSI (all P2 '0C'), READ BINARY with PIN1 verified: four
 * commands. Beside it, in the same run, the least that a card could do: four R-APDUs from a table.
 *
 * @see ETSI TS 102 221 §11.1.1, §11.1.3
 * @module
 */

import { fromHex, toHex } from '../src/bytes/hex.ts';
import { createUicc } from '../src/card/uicc.ts';
import { nsPerOp, pinToOneCore } from './peer.ts';

const SEQUENCES = 200_000;
const ROUNDS = 9;
const TARGET = 300_000;

const sequence = [
  '00A4000C023F00',
  '00A4040C10A0000000871002FFFFFFFF8900000100',
  '00A4000C026F07',
  '00B0000009',
].map((text) => fromHex(text));

const card = createUicc();
card.reset();
card.transmit(fromHex('00A4040C07A0000000871002'));
card.transmit(fromHex('002000010831323334FFFFFFFF'));

const table = new Map(sequence.map((command) => [toHex(command), card.transmit(command)]));

/** Answers by looking the command up; knows no files and no rules. */
function lookUp(command: Uint8Array): Uint8Array {
  const response = table.get(toHex(command));
  if (response === undefined) throw new Error('a command of the sequence');
  return response.slice();
}

function run(transmit: (command: Uint8Array) => Uint8Array): () => void {
  return () => {
    for (let n = 0; n < SEQUENCES; n++) {
      let last = 0;
      for (const command of sequence) last = transmit(command).length;
      if (last !== 11) throw new Error('EF_IMSI was not read');
    }
  };
}

function perSecond(transmit: (command: Uint8Array) => Uint8Array): number {
  const rates = Array.from({ length: ROUNDS }, () => 1e9 / nsPerOp(SEQUENCES, run(transmit)));
  return rates.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

pinToOneCore();
const ours = perSecond((command) => card.transmit(command));
const peer = perSecond(lookUp);
console.log(`SELECT MF, USIM, EF_IMSI, READ BINARY   ${ours.toFixed(0)} sequences/s`);
console.log(`four answers from a table by hex        ${peer.toFixed(0)} sequences/s`);
const verdict = ours >= TARGET ? 'holds' : 'does not hold';
console.log(`target ${TARGET}/s ${verdict}; ours/table ${(ours / peer).toFixed(2)}`);
