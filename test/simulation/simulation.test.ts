/**
 * A card under random traffic: what holds whatever is sent, reset or cut.
 *
 * A failure prints the seed and the shortest sequence found; with the seed in `fc.assert` it comes
 * again.
 *
 * @see ETSI TS 102 221 §10.2.1; 3GPP TS 51.011 §9.4
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { equals } from '../../src/bytes/octets.ts';
import { memoryLeft } from '../../src/card/files/file-tree.ts';
import type { CardRoot, PinState } from '../../src/card/memory.ts';
import { decodeRoot, encodeRoot, rootAfter } from '../../src/card/store/commit-codec.ts';
import { SIM_STATUS_WORD_MATRIX } from '../card/gsm/support/sim-status-words.ts';
import { create, TRANSPARENT } from '../card/support/administration.ts';
import {
  COMMON_STATUS_WORDS,
  fits,
  STATUS_WORD_MATRIX,
} from '../card/support/status-word-matrix.ts';
import { ADM1, TestCard } from '../card/support/test-card.ts';
import { fcpsOf, treeOf } from '../card/support/tree.ts';
import { PROFILE, STEPS, type Step } from './commands.ts';

const STEPS_A_RUN = 220;
/** As many as `npm run simulate` says, which takes minutes; else a few seconds' worth. */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 100);
const TIMEOUT_MS_A_RUN = 600;

/** What no answer may hold, whatever was asked: hex of upper case. */
const SECRETS: readonly string[] = PROFILE.keyTable.entries
  .flatMap(({ k, opc, keySets }) => [
    k,
    opc,
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ])
  .flatMap((secret) => (secret === undefined ? [] : [secret.toUpperCase()]));

/** Status words that may come with data. */
const WITH_DATA = /^(?:9000|91..|61..|62..)$/u;
const INS = {
  verify: 0x20,
  change: 0x24,
  disable: 0x26,
  enable: 0x28,
  unblock: 0x2c,
  deactivate: 0x04,
  activate: 0x44,
  increase: 0x32,
  authenticate: 0x88,
  updateBinary: 0xd6,
  updateRecord: 0xdc,
  setData: 0xdb,
  envelope: 0xc2,
  create: 0xe0,
  delete: 0xe4,
  terminateDf: 0xe6,
  terminateEf: 0xe8,
  resize: 0xd4,
};
/** Those that tell an FCP. */
const TELLING: readonly (number | undefined)[] = [0xf2, 0xc0];
const WRITING: readonly number[] = Object.values(INS);
/** Those that make other files of the tree. */
const SHAPING: readonly number[] = [INS.create, INS.delete, INS.resize];
/** A refused one may have counted a try. */
const COUNTING: readonly number[] = [INS.verify, INS.change, INS.disable, INS.enable, INS.unblock];

/** A card with its history, and what has been seen of it. */
class Simulation {
  #card = new TestCard({ profile: PROFILE });
  readonly #initial: CardRoot = this.#card.uicc.root;
  /** Everything that was stored since the card was made. */
  readonly #stored: Uint8Array[] = [];
  #works = true;

  run(step: Step): void {
    const before = this.#card.uicc.root;
    switch (step.kind) {
      case 'store':
        this.#works = step.works;
        this.#card.isStored = () => this.#works;
        return;
      case 'reset':
        expect(this.#card.reset()).toBe(PROFILE.atr);
        break;
      case 'power-cut':
        this.#cut();
        break;
      case 'command':
        this.#transmit(step.octets, before);
    }
    expect(this.#card.faults).toEqual([]);
    this.#expectMonotone(before);
  }

  #cut(): void {
    this.#stored.push(...this.#card.commits);
    const root = rootAfter(this.#card.uicc.image, this.#initial, this.#stored);
    expect(root).toEqual(this.#card.uicc.root);
    const { image } = this.#card.uicc;
    const atRest = encodeRoot(image, root);
    expect(encodeRoot(image, decodeRoot(image, atRest))).toEqual(atRest);
    this.#card = new TestCard({ profile: PROFILE, root });
    this.#card.isStored = () => this.#works;
  }

  #transmit(octets: Uint8Array, before: CardRoot): void {
    const response = this.#card.uicc.transmit(octets);
    expect(response.length).toBeGreaterThanOrEqual(2);
    expect(response.length).toBeLessThanOrEqual(258);
    const answer = toHex(response).toUpperCase();
    const [data, sw] = [answer.slice(0, -4), answer.slice(-4)];
    expect(sw).toMatch(/^(?:6[1-9A-F]|9[0-9A-F])..$/u);
    if (data !== '') expect(sw).toMatch(WITH_DATA);
    const told = SECRETS.filter((secret) => data.includes(secret)).length;
    expect(told, 'secrets in an answer').toBe(0);
    expectKnownStatusWord(octets, sw);
    // Nothing but a directory of the card answers STATUS, so the channel stands in the tree.
    if (TELLING.includes(octets[1]) && isTemplate(response.subarray(0, -2))) {
      expect(fcpsOf(this.#card.uicc).has(data), data).toBe(true);
    }
    this.#expectWritten(octets[1] ?? 0, sw, before);
  }

  /** Memory changes by commands that write, and by a refused one only what it has to. */
  #expectWritten(ins: number, sw: string, before: CardRoot): void {
    const { root } = this.#card.uicc;
    if (root === before) return;
    expect(WRITING).toContain(ins);
    const isDone = /^(?:9000|91..|61..|9F..)$/u.test(sw);
    if (!isDone) expect(COUNTING).toContain(ins);
    if (root.files !== before.files && !SHAPING.includes(ins)) {
      expect(treeOf(this.#card.uicc, root)).toEqual(treeOf(this.#card.uicc, before));
    }
    root.pins.forEach((pin, n) => {
      const was = before.pins[n];
      if (was !== undefined && pin !== was) expectPin(pin, was, isDone ? ins : undefined);
    });
  }

  /** What may only grow has grown or stayed, and the files fit the memory. */
  #expectMonotone(before: CardRoot): void {
    const { root, image } = this.#card.uicc;
    expect(root.active).toBeGreaterThanOrEqual(before.active);
    root.entries.forEach((entry, n) => {
      const was = before.entries[n];
      if (entry === was) return;
      entry.seq.forEach((seq, ind) => {
        expect(seq).toBeGreaterThanOrEqual(was?.seq[ind] ?? 0);
      });
      entry.keySets.forEach(({ cntr }, m) => {
        expect(cntr).toBeGreaterThanOrEqual(was?.keySets[m]?.cntr ?? 0);
      });
    });
    if (root.files !== before.files) expect(memoryLeft(image, root)).toBeGreaterThanOrEqual(0);
  }
}

/** Tells whether octets are one whole FCP template. */
function isTemplate([tag, length, ...value]: Uint8Array): boolean {
  return tag === 0x62 && length === value.length;
}

/** A PIN changes by the commands that may, and a try comes back with all of them. */
function expectPin(pin: PinState, was: PinState, done: number | undefined): void {
  if (pin.retriesLeft > was.retriesLeft) {
    expect(COUNTING).toContain(done);
    expect(pin.retriesLeft).toBe(pin.retriesMax);
  }
  if (pin.unblockRetriesLeft > was.unblockRetriesLeft) {
    expect([done, pin.unblockRetriesLeft]).toEqual([INS.unblock, pin.unblock?.retriesMax]);
  }
  if (!equals(pin.value, was.value)) expect([INS.change, INS.unblock]).toContain(done);
  if (pin.status !== was.status) {
    expect([INS.disable, INS.enable, INS.unblock]).toContain(done);
  }
  expect([pin.reference, pin.retriesMax, pin.unblock]).toEqual([
    was.reference,
    was.retriesMax,
    was.unblock,
  ]);
}

/** A command of this card answers with a status word of its row, or a common one. */
function expectKnownStatusWord(octets: Uint8Array, sw: string): void {
  const [cla, ins = -1] = octets;
  const row = STATUS_WORD_MATRIX.find((command) => command.ins === ins);
  const simRow = SIM_STATUS_WORD_MATRIX.find((command) => command.ins === ins);
  const ofRow = cla === 0xa0 ? simRow?.rows.map(([one]) => one) : row?.rows.map((one) => one.sw);
  const known = [...COMMON_STATUS_WORDS, ...(ofRow ?? [])];
  expect(
    known.some((pattern) => fits(sw, pattern)),
    `${toHex(octets)} was answered with ${sw}`,
  ).toBe(true);
}

describe('a card under random traffic', () => {
  it(
    `keeps its invariants over ${STEPS_A_RUN * RUNS} steps and more`,
    () => {
      const sequence = fc.array(STEPS, { minLength: STEPS_A_RUN, maxLength: STEPS_A_RUN });
      fc.assert(
        fc.property(sequence, (steps) => {
          const simulation = new Simulation();
          for (const step of steps.flat()) simulation.run(step);
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * TIMEOUT_MS_A_RUN,
  );

  it('has secrets that could be told', () => {
    expect(SECRETS.length).toBeGreaterThanOrEqual(4 * PROFILE.keyTable.entries.length);
    expect(SECRETS.every((secret) => /^[0-9A-F]{32,}$/u.test(secret))).toBe(true);
  });

  it('has files to stand on, and may have more', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [ADM1] });
    const count = PROFILE.files.length + PROFILE.directories.length;
    expect(fcpsOf(card.uicc).size).toBe(count);
    card.expectOk(create(TRANSPARENT));
    expect(fcpsOf(card.uicc).size).toBe(count + 1);
    expect([...fcpsOf(card.uicc)].every((fcp) => isTemplate(fromHex(fcp)))).toBe(true);
  });
});
