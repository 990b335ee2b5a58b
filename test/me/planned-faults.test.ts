/**
 * The virtual ME with cards that fail by plan: each failure has a name, the next start-up holds.
 *
 * @see docs/faults.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { traced } from '../../src/apdu/connection.ts';
import { failingCard } from '../../src/apdu/fault-plan.ts';
import { createUicc } from '../../src/card/uicc.ts';
import type { BootOutcome } from '../../src/me/boot.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { parseFaultPlan } from '../../src/trace/fault-file.ts';
import { run } from './world.ts';

/** Starts an ME twice with a card of the built-in profile that has these faults. */
function startUps(...faults: readonly unknown[]): readonly BootOutcome[] {
  const result = parseFaultPlan(JSON.stringify({ format: 'vuicc-faults/1', faults }));
  if (!result.ok) throw new Error(result.faults[0]?.path);
  const random = seededRandomness(result.plan.seed);
  const card = failingCard(createUicc(), result.plan, { random });
  const me = new MobileEquipment({ pin: '1234' });
  return [run(me.boot(), card), run(me.boot(), card)];
}

/** How many commands a start-up takes. */
function commands(): number {
  let count = 0;
  const card = traced(createUicc(), ({ kind }) => {
    if (kind === 'apdu') count++;
  });
  run(new MobileEquipment({ pin: '1234' }).boot(), card);
  return count;
}

const failureOf = (outcome: BootOutcome | undefined): string =>
  outcome?.ok === false ? outcome.failure : 'none';

describe('an ME with a card that fails', () => {
  it.each<[string, unknown, string]>([
    ['is mute', { fault: 'mute', at: 1 }, 'card-lost'],
    ['is mute behind the command', { fault: 'mute-executed', at: 5 }, 'card-lost'],
    ['refuses the MF', { fault: 'sw', sw: '6F00', at: 1 }, 'mf-refused'],
    ['has an ATR that does not end', { fault: 'atr', atr: '3B9F', at: 1 }, 'atr-malformed'],
    ['has a blocked PIN', { fault: 'pin-blocked', reference: '01', at: 1 }, 'pin-blocked'],
    ['lacks EF_IMSI', { fault: 'ef-missing', fid: '6F07', sfi: 7, at: 1 }, 'no-imsi'],
    ['is slow', { fault: 'slow', nulls: 100 }, 'none'],
    ['lacks a file that it can do without', { fault: 'ef-missing', fid: '6F46' }, 'none'],
  ])('knows that it %s, and starts when it does not', (_what, fault, failure) => {
    const [first, second] = startUps(fault);
    expect([failureOf(first), failureOf(second)]).toEqual([failure, 'none']);
  });

  const numbers = Array.from({ length: commands() }, (_, n) => n + 1);

  it.each(['mute', 'mute-executed', 'sw', 'sw-executed'])(
    'has a name for %s at every command of the start-up, and starts the next time',
    (fault) => {
      const sw = fault.startsWith('sw') ? { sw: '6F00' } : {};
      const outcomes = numbers.map((at) => startUps({ fault, at, ...sw }));
      const lost = outcomes.filter(([first]) => failureOf(first) === 'card-lost').length;
      expect(lost).toBe(fault.startsWith('mute') ? numbers.length : 0);
      // A PIN that was refused, for whatever reason, is not given a second time.
      const [again, ...more] = outcomes.filter(([, second]) => failureOf(second) !== 'none');
      expect(more).toEqual([]);
      const isRefused = fault.startsWith('sw');
      expect(again?.map(failureOf)).toEqual(
        isRefused ? ['pin-refused', 'pin-required'] : undefined,
      );
    },
  );
});
