/**
 * What does it cost to keep a card: how many UPDATE BINARY a second?
 *
 *     npx tsx bench/state.ts [FOLDER]
 *
 *     no store     the card alone
 *     none         a state file; the system has each commit
 *     commit       a state file; the disk has each commit        peer: pwrite and fdatasync in C
 *
 * The peer appends as many octets as a commit has, to a file in the same folder, by turns with us:
 * what is compared is what we do beside the disk. The folder is that of temporary files when it is
 * not named; where that is no disk, nothing is waited for. Time is wall time, since who waits for
 * a disk takes no other. The state file begins anew at its usual length, which is in the time.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromHex } from '../src/bytes/hex.ts';
import { imageDigest } from '../src/card/store/kept-state.ts';
import { createUicc, restoreUicc, type Uicc } from '../src/card/uicc.ts';
import { type Durability, openStateFile } from '../src/transport/state-file.ts';
import { compare, cPeer, type Measure, pinToOneCore } from './peer.ts';

/** How often in a round. */
const COUNT = 10_000;
/** A slow disk gets less to do, and there are many short rounds: a disk has moods. */
const ROUND_NS = 100_000_000;
const COUNT_ON_DISK = { least: 10, most: 1_000 };
const ROUNDS_ON_DISK = 61;
/** The highest ratio ours / peer, and the highest of a file to none, that is good enough. */
const TARGET = 1.25;
const TARGET_NONE = 5.0;
const ROUNDS = 15;

const BEFORE = [
  '00A4040C10A0000000871002FFFFFFFF8900000100',
  '002000010831323334FFFFFFFF',
  '00A4080C047FFF6F7E',
];
/** UPDATE BINARY of EF_LOCI; its first octets are a number, so that each changes something. */
const update = fromHex('00D600000B 01020304 00F110 0001 FF 00');
let number = 0;

function updateOnce(card: Uicc): void {
  number++;
  update[5] = number >> 8;
  update[6] = number;
  if (card.transmit(update)[0] !== 0x90) throw new Error('UPDATE BINARY was refused');
}

function poweredOn(card: Uicc): Uicc {
  card.reset();
  for (const command of BEFORE) {
    if (card.transmit(fromHex(command))[0] !== 0x90) throw new Error(`refused: ${command}`);
  }
  return card;
}

/** Wall time of one update, in nanoseconds. */
function updates(card: Uicc, count: number): Measure {
  return () => {
    const before = process.hrtime.bigint();
    for (let n = 0; n < count; n++) updateOnce(card);
    return Number(process.hrtime.bigint() - before) / count;
  };
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'vuicc-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
pinToOneCore();
const peer = cPeer(fileURLToPath(new URL('state.c', import.meta.url)), []);
const { image } = createUicc();

function keptCard(durability: Durability): { readonly card: Uicc; readonly file: string } {
  const file = join(folder, `${durability}.state`);
  const store = openStateFile(file, imageDigest(image), { durability });
  return { card: poweredOn(restoreUicc(image, store)), file };
}

/** Octets that one update appends. */
function octetsOf({ card, file }: ReturnType<typeof keptCard>): number {
  const before = statSync(file).size;
  updateOnce(card);
  return statSync(file).size - before;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A line on how long an update takes, beside one of a card that is kept nowhere. */
function row(name: string, ns: number, alone: number, verdict = ''): void {
  const rate = `${(1e9 / ns).toFixed(0).padStart(8)}/s`;
  const ratio = `${(ns / alone).toFixed(1).padStart(6)} times no store`;
  console.log(`${name.padEnd(8)} ${ns.toFixed(0).padStart(8)} ns ${rate} ${ratio}${verdict}`);
}

const [none, commit] = [keptCard('none'), keptCard('commit')];
const octets = octetsOf(commit);
const pairs = [poweredOn(createUicc()), none.card].map((card) => updates(card, COUNT));
for (const measure of pairs) measure();
const measured = Array.from({ length: ROUNDS }, () => pairs.map((measure) => measure()));
const [alone = 0, system = 0] = [0, 1].map((n) => median(measured.map((round) => round[n]!)));
const holds = system / alone <= TARGET_NONE ? 'holds' : 'does not hold';
console.log(`UPDATE BINARY of 11 octets, ${octets} octets a commit, wall time, in ${folder}`);
row('no store', alone, alone);
row('none', system, alone, `, target ${TARGET_NONE.toFixed(1)}  ${holds}`);
const appended = (count: number): number =>
  Number(peer(join(folder, 'peer.journal'), String(count), String(octets)));
const { least, most } = COUNT_ON_DISK;
const count = Math.max(least, Math.min(most, Math.floor(ROUND_NS / appended(least))));
const disk = compare({
  name: 'commit',
  ours: updates(commit.card, count),
  peer: () => appended(count),
  target: TARGET,
  rounds: ROUNDS_ON_DISK,
});
row('commit', disk.ours, alone);
row('C alone', disk.peer, alone);
