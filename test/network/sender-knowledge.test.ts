/**
 * Whatever the network loses, delays, doubles or reorders, and whenever the card is reset: a card
 * that has a change, or may still get one, is never taken for one that has none.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryReport } from '../../src/air/short-message.ts';
import { keySetOf } from '../../src/network/keys.ts';
import { type ChangeTo, OtaServer, type SendResult } from '../../src/network/ota-server.ts';
import { FakeCard } from './support/card.ts';
import { iccidOf, imsiOf, OTA, randomPair, seeded } from './support/world.ts';

const ICCID = iccidOf(0);
const PAIRS = [1, 2].map((seed) => randomPair(seeded(seed)));
const CHANGES: readonly ChangeTo[] = (['MNO-B', 'MNO-C'] as const).map((to) => ({
  to,
  imsi: imsiOf(to, 0),
  mncLength: 2,
  operatorData: {},
}));

type Step =
  | { readonly do: 'change'; readonly which: number }
  | { readonly do: 'query' | 'cancel' | 'reset' | 'list' | 'fail' }
  | { readonly do: 'deliver'; readonly which: number; readonly keep: boolean }
  | { readonly do: 'report'; readonly which: number };

/** Mostly the first of what is on its way: what comes in order gets further. */
const which = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      which: fc.constantFrom(0, 0, 0, 1),
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('query' as const) }) },
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), which, keep: fc.boolean() }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('report' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('reset' as const, 'list' as const, 'fail' as const),
    }),
  },
);

/** One server, one card, and what is on its way between them. */
class Run {
  readonly server = new OtaServer(OTA);
  readonly card = new FakeCard(ICCID, imsiOf('MNO-A', 0), PAIRS);
  readonly #down: Uint8Array[] = [];
  readonly #up: (DeliveryReport | undefined)[] = [];

  constructor() {
    const keys = keySetOf(PAIRS[0]!.keySets[0]!);
    this.server.add({ iccid: ICCID, index: 0, keys, cntr: 0 });
  }

  take(step: Step): void {
    const { server, card } = this;
    if (step.do === 'change') this.#send(server.change(ICCID, CHANGES[step.which]!));
    else if (step.do === 'query') this.#send(server.query(ICCID));
    else if (step.do === 'cancel') this.#send(server.cancel(ICCID));
    else if (step.do === 'reset') card.reset();
    else if (step.do === 'fail') card.failWith = card.failWith === undefined ? 0x6581 : undefined;
    else if (step.do === 'list' && server.stateOf(ICCID)?.state === 'sent') server.list(ICCID);
    else if (step.do === 'deliver') this.#deliver(step);
    else if (step.do === 'report') this.#report(step.which);
  }

  /** Delivers all that is still on its way, in order. */
  drain(): void {
    while (this.#down.length > 0) this.#deliver({ which: 0, keep: false });
  }

  #send(sent: SendResult): void {
    if (sent.ok) this.#down.push(sent.message.tpdu);
  }

  #deliver({ which, keep }: { readonly which: number; readonly keep: boolean }): void {
    const at = Math.min(which, this.#down.length - 1);
    const tpdu = this.#down[at];
    if (tpdu === undefined) return;
    this.#up.push(this.card.deliver(tpdu));
    if (!keep) this.#down.splice(at, 1);
  }

  #report(which: number): void {
    if (this.#up.length === 0) return;
    const [report] = this.#up.splice(Math.min(which, this.#up.length - 1), 1);
    this.server.receiveReport(ICCID, report);
  }
}

/** The change that the server holds possible; undefined when it takes the device for plain. */
function held({ server }: Run): string | undefined {
  const state = server.stateOf(ICCID);
  return state !== undefined && 'order' in state ? state.order.imsi : undefined;
}

/** The change that the card has: staged, or effective. */
function had({ card }: Run): string | undefined {
  return card.staged?.imsi ?? (card.active === 1 ? card.imsi : undefined);
}

describe('what a sender knows', () => {
  it('is never less than what the card has, now or when all that was sent has arrived', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), (steps) => {
        const run = new Run();
        for (const one of steps) {
          run.take(one);
          if (had(run) !== undefined) expect(held(run)).toBe(had(run));
        }
        const before = held(run);
        run.drain();
        if (had(run) !== undefined) expect(had(run)).toBe(before);
      }),
      { numRuns: 6000 },
    );
  });

  it('never goes back from listed, and never to another change', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), (steps) => {
        const run = new Run();
        let listed: string | undefined;
        for (const one of steps) {
          run.take(one);
          if (listed !== undefined) {
            expect(run.server.stateOf(ICCID)?.state).toBe('listed');
            expect(held(run)).toBe(listed);
          }
          if (run.server.stateOf(ICCID)?.state === 'listed') listed = held(run);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is confirmed only of a change that the card has, or has made effective', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), (steps) => {
        const run = new Run();
        let staged = false;
        for (const one of steps) {
          run.take(one);
          staged ||= had(run) !== undefined;
          const state = run.server.stateOf(ICCID);
          if (state !== undefined && 'isConfirmed' in state && state.isConfirmed) {
            expect(staged).toBe(true);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
