/**
 * How often a second does the card read, search and update records and octets, access rules on?
 *
 *     npx tsx bench/records.ts
 *
 * EF_SMS has ten records of 176 octets; the search finds its pattern in the last. Beside each, in
 * the same run, the least that a card could do: the same octets in one Buffer, without files, rules
 * or commits.
 *
 * @see ETSI TS 102 221 §11.1.4, §11.1.5, §11.1.6, §11.1.7
 * @module
 */

import { fromHex, toHex } from '../src/bytes/hex.ts';
import { createUicc } from '../src/card/uicc.ts';
import { nsPerOp, pinToOneCore } from './peer.ts';

const OPERATIONS = 100_000;
const ROUNDS = 7;
const RECORD = 176;
const RECORDS = 10;
const PATTERN = 'C0FFEE';

const card = createUicc();
card.reset();
for (const command of [
  '00A4040C10A0000000871002FFFFFFFF8900000100',
  '002000010831323334FFFFFFFF',
  '00A4000C026F3C',
  `00DC0A04B0${`01${'00'.repeat(100)}${PATTERN}`.padEnd(2 * RECORD, 'F')}`,
]) {
  const response = toHex(card.transmit(fromHex(command)));
  if (response !== '9000') throw new Error(`${command}: ${response}`);
}

const memory = Buffer.alloc(RECORD * RECORDS, 0xff);
const octets = Buffer.alloc(RECORD, 0xa5);
memory.write(PATTERN, RECORD * (RECORDS - 1) + 101, 'hex');
const pattern = Buffer.from(PATTERN, 'hex');

/** What the card does, the R-APDU that shows it, and what a Buffer does. */
const ROWS: readonly [name: string, command: string, response: RegExp, peer: () => number][] = [
  [
    'READ RECORD of 176 octets',
    '00B20404B0',
    /^.{352}9000$/u,
    () => memory.subarray(3 * RECORD, 4 * RECORD).slice().length,
  ],
  [
    'SEARCH RECORD in ten records',
    `00A2010403${PATTERN}`,
    /^6101$/u,
    () => {
      let found = 0;
      for (let n = 0; n < RECORDS; n++) {
        if (memory.subarray(n * RECORD, (n + 1) * RECORD).includes(pattern)) found = n;
      }
      return found;
    },
  ],
  [
    'UPDATE RECORD of 176 octets',
    `00DC0304B0${'A5'.repeat(RECORD)}`,
    /^9000$/u,
    () => octets.copy(memory, 2 * RECORD),
  ],
  [
    'UPDATE BINARY of 11 octets',
    `00D68B000B${'FF'.repeat(11)}`,
    /^9000$/u,
    () => octets.copy(memory, 0, 0, 11),
  ],
];

function median(run: () => void): number {
  const rates = Array.from({ length: ROUNDS }, () => 1e9 / nsPerOp(OPERATIONS, run));
  return rates.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

pinToOneCore();
for (const [name, text, expected, peer] of ROWS) {
  const command = fromHex(text);
  const response = toHex(card.transmit(command));
  if (!expected.test(response)) throw new Error(`${text}: ${response}`);
  const { length } = card.transmit(command);
  const ours = median(() => {
    for (let n = 0; n < OPERATIONS; n++) {
      if (card.transmit(command).length !== length) throw new Error(name);
    }
  });
  const wanted = peer();
  const theirs = median(() => {
    for (let n = 0; n < OPERATIONS; n++) if (peer() !== wanted) throw new Error(name);
  });
  const ratio = `card/Buffer ${(ours / theirs).toFixed(2)}`;
  console.log(`${name.padEnd(30)} ${ours.toFixed(0).padStart(9)}/s   ${ratio}`);
}
