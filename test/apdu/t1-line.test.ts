/**
 * T=1: a card and a terminal on a line that damages blocks.
 *
 * @see ISO/IEC 7816-3 §11.6
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { type CardEnd, runOnLine } from '../../src/apdu/line.ts';
import { type Edc, edcLength, hasRightEdc, type T1Parameters } from '../../src/apdu/t1-block.ts';
import { T1Card } from '../../src/apdu/t1-card.ts';
import { T1Terminal } from '../../src/apdu/t1-terminal.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { createUicc } from '../../src/card/uicc.ts';

const LRC: T1Parameters = { ifsc: 32, edc: 'lrc' };
const NONE = new Uint8Array(0);

/** A card that gives back what it was given, then '9000'. */
const ECHO: SynchronousCard = {
  reset: () => NONE,
  transmit: (command) => concat(command, fromHex('9000')),
};

/** What happens to one block on the line: nothing, it is lost, an octet of it is, or is changed. */
type Damage =
  | { readonly is: 'none' }
  | { readonly is: 'block-lost' }
  | { readonly is: 'octet-lost'; readonly at: number }
  | { readonly is: 'octet-changed'; readonly at: number; readonly by: number };

function damage(octets: Uint8Array, how: Damage): Uint8Array {
  if (how.is === 'none' || octets.length === 0) return octets;
  if (how.is === 'block-lost') return NONE;
  const at = how.at % octets.length;
  if (how.is === 'octet-lost') return octets.filter((_, n) => n !== at);
  return octets.map((octet, n) => (n === at ? octet ^ how.by : octet));
}

/** Damage that leaves a block whose EDC is right is nobody's to see; such damage is not done. */
function seenDamage(octets: Uint8Array, how: Damage, edc: Edc): Uint8Array {
  const damaged = damage(octets, how);
  const length = 3 + (damaged[2] ?? 0) + edcLength(edc);
  const isUnseen = damaged.length >= length && hasRightEdc(damaged.subarray(0, length), edc);
  return isUnseen ? octets : damaged;
}

/** A line that damages one block after another as the plan says, in both directions. */
function damaging(end: CardEnd, plan: readonly Damage[], edc: Edc): CardEnd {
  let at = 0;
  const pass = (octets: Uint8Array): Uint8Array => {
    if (octets.length === 0) return octets;
    const how = plan[at++];
    return how === undefined ? octets : seenDamage(octets, how, edc);
  };
  return {
    receive: (octets) => pass(end.receive(pass(octets))),
    quiet: () => pass(end.quiet()),
  };
}

const BAD: fc.Arbitrary<Damage> = fc.oneof(
  fc.constant<Damage>({ is: 'block-lost' }),
  fc.record({ is: fc.constant('octet-lost' as const), at: fc.nat() }),
  fc.record({
    is: fc.constant('octet-changed' as const),
    at: fc.nat(),
    by: fc.integer({ min: 1, max: 255 }),
  }),
);
const GOOD: fc.Arbitrary<Damage> = fc.constant({ is: 'none' });

const COMMANDS = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  fc.constantFrom(
    ...['00A40804022FE2', '00A40804022FE200', '00B000000A', '00C0000019', '80F2000000'].map((hex) =>
      fromHex(hex),
    ),
  ),
);
const SETTINGS = fc.record({
  ifsc: fc.integer({ min: 1, max: 254 }),
  ifsd: fc.option(fc.integer({ min: 1, max: 254 }), { nil: undefined }),
  edc: fc.constantFrom<Edc>('lrc', 'crc'),
  card: fc.record({
    ifsc: fc.option(fc.integer({ min: 1, max: 254 }), { nil: undefined }),
    waitingTimes: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 2 }),
  }),
});

interface Pair {
  readonly terminal: T1Terminal;
  readonly line: CardEnd;
  /** Each command that the card has executed. */
  readonly executed: string[];
}

function pairOf(
  card: SynchronousCard,
  settings: typeof SETTINGS extends fc.Arbitrary<infer T> ? T : never,
  plan: readonly Damage[],
): Pair {
  const executed: string[] = [];
  const counted: SynchronousCard = {
    reset: () => card.reset(),
    transmit(command) {
      executed.push(toHex(command));
      return card.transmit(command);
    },
  };
  const { edc, ifsc, ifsd } = settings;
  const times = settings.card.waitingTimes;
  const end = new T1Card(
    counted,
    { ifsc, edc },
    {
      waitingTimes: () => times,
      ...(settings.card.ifsc === undefined ? {} : { ifsc: settings.card.ifsc }),
    },
  );
  const terminal = new T1Terminal({ ifsc, edc }, ifsd === undefined ? {} : { ifsd });
  return { terminal, line: damaging(end, plan, edc), executed };
}

describe('a card and a terminal over T=1', () => {
  const freshCard = (): SynchronousCard => {
    const card = createUicc();
    card.reset();
    return card;
  };

  it('give the response that the card gives without a line, for any commands', () => {
    fc.assert(
      fc.property(fc.array(COMMANDS, { maxLength: 6 }), SETTINGS, (commands, settings) => {
        const alone = freshCard();
        const { terminal, line } = pairOf(freshCard(), settings, []);
        for (const command of commands) {
          const expected = { ok: true, value: alone.transmit(command) };
          expect(runOnLine(terminal.transmit(command), line)).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('mend up to three damages in a row', () => {
    const stretch = fc.tuple(fc.array(BAD, { maxLength: 3 }), fc.integer({ min: 9, max: 20 }));
    const plan = fc
      .array(stretch, { maxLength: 8 })
      .map((parts) =>
        parts.flatMap(([bad, good]) => [...bad, ...new Array<Damage>(good).fill({ is: 'none' })]),
      );
    fc.assert(
      fc.property(COMMANDS, SETTINGS, plan, (command, drawn, damages) => {
        // S(IFS request) is sent three times, so three damages end it: no IFSD here.
        const settings = { ...drawn, ifsd: undefined };
        const { terminal, line, executed } = pairOf(ECHO, settings, damages);
        const expected = { ok: true, value: ECHO.transmit(command) };
        expect(runOnLine(terminal.transmit(command), line)).toEqual(expected);
        expect(executed).toEqual([toHex(command)]);
      }),
      { numRuns: 500 },
    );
  });

  it('never give a wrong answer, nor do a command twice, on whatever line', () => {
    const plan = fc.array(fc.oneof(BAD, GOOD), { minLength: 1, maxLength: 60 });
    let failures = 0;
    fc.assert(
      fc.property(COMMANDS, SETTINGS, plan, (command, settings, damages) => {
        const { terminal, line, executed } = pairOf(ECHO, settings, damages);
        const outcome = runOnLine(terminal.transmit(command), line);
        if (outcome.ok) expect(outcome.value).toEqual(ECHO.transmit(command));
        else expect(outcome.failure).toMatch(/^(?:resynchronised|unresponsive)$/u);
        failures += outcome.ok ? 0 : 1;
        expect(executed.length).toBeLessThanOrEqual(1);
        if (outcome.ok) expect(executed).toEqual([toHex(command)]);
      }),
      { numRuns: 1000 },
    );
    expect(failures).toBeGreaterThan(0);
  });

  it('go on after a resynchronisation as after a reset', () => {
    const plan = fc.array(BAD, { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(COMMANDS, SETTINGS, plan, (command, settings, damages) => {
        const { terminal, line } = pairOf(ECHO, settings, damages);
        const first = runOnLine(terminal.transmit(command), line);
        if (!first.ok && first.failure === 'unresponsive') return;
        const expected = { ok: true, value: ECHO.transmit(command) };
        expect(runOnLine(terminal.transmit(command), line)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('agree on where they stand after the card has aborted a command', () => {
    for (const commandMax of [1, 2, 3, 4, 5]) {
      const end = new T1Card(ECHO, { ifsc: 1, edc: 'lrc' }, { commandMax });
      const terminal = new T1Terminal({ ifsc: 1, edc: 'lrc' });
      const aborted = runOnLine(terminal.transmit(fromHex('010203040506')), end);
      expect(aborted).toEqual({ ok: false, failure: 'aborted' });
      expect(runOnLine(terminal.transmit(fromHex('07')), end)).toEqual({
        ok: true,
        value: fromHex('079000'),
      });
    }
  });

  it('agree on where they stand after the terminal has aborted a response', () => {
    const end = new T1Card(ECHO, LRC);
    const terminal = new T1Terminal(LRC, { responseMax: 40 });
    const long = new Uint8Array(200);
    const aborted = runOnLine(terminal.transmit(long), end);
    expect(aborted).toEqual({ ok: false, failure: 'response-too-long' });
    expect(runOnLine(terminal.transmit(fromHex('07')), end)).toEqual({
      ok: true,
      value: fromHex('079000'),
    });
  });
});
