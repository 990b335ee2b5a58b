/**
 * Freshness, mode by mode. A packet in clear stands for any verified one: the counter is judged
 * after whatever SPI asks for.
 *
 * @see ETSI TS 102 225 §5.1.4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CNTR_MAX, type CounterResult, judgeCounter } from '../../src/ota/counter.ts';
import { sealCommandPacket, type VerifiedCommandPacket } from '../../src/ota/secured-packet.ts';
import { CNTR, NO_KEYS, open, packetOf } from './support/packets.ts';

const SPI1 = { 'not-available': '00', 'not-checked': '08', higher: '10', 'one-higher': '18' };
type Mode = keyof typeof SPI1;
const MODES = Object.keys(SPI1) as Mode[];

function verified(mode: Mode, cntr: number): VerifiedCommandPacket {
  const opened = open(sealCommandPacket(packetOf(`${SPI1[mode]}00`, { cntr }), NO_KEYS), NO_KEYS);
  if (!opened.ok) throw new Error(opened.status);
  return opened.packet;
}

/** The number to store, or the status. */
function judged(mode: Mode, cntr: number, stored: number): number | string {
  const result: CounterResult = judgeCounter(verified(mode, cntr), stored);
  return result.ok ? result.store : result.status;
}

const HIGHEST = 0xffffffffff;

describe('the counter', () => {
  it('has 40 bits', () => {
    expect(CNTR_MAX).toBe(HIGHEST);
  });

  it.each<[Mode, string, number, number, number | string]>([
    ['higher', 'the same', 5, 5, 'cntr-low'],
    ['higher', 'one less', 4, 5, 'cntr-low'],
    ['higher', 'nothing', 0, 5, 'cntr-low'],
    ['higher', 'nothing on a new card', 0, 0, 'cntr-low'],
    ['higher', 'one more', 6, 5, 6],
    ['higher', 'the most', HIGHEST, 5, HIGHEST],
    ['higher', 'one more past 32 bits', 0x100000000, 0xffffffff, 0x100000000],
    ['higher', 'what 32 bits would take for less', 0x100000000, 5, 0x100000000],
    ['higher', 'what 32 bits would take for more', 6, 0x100000005, 'cntr-low'],
    ['one-higher', 'the same', 5, 5, 'cntr-low'],
    ['one-higher', 'one less', 4, 5, 'cntr-low'],
    ['one-higher', 'nothing on a new card', 0, 0, 'cntr-low'],
    ['one-higher', 'one more', 6, 5, 6],
    ['one-higher', 'two more', 7, 5, 'cntr-high'],
    ['one-higher', 'the most', HIGHEST, 5, 'cntr-high'],
    ['one-higher', 'one more past 32 bits', 0x100000000, 0xffffffff, 0x100000000],
    ['one-higher', 'one more by the low 32 bits', 0x200000006, 0x100000005, 'cntr-high'],
    ['not-checked', 'the same', 5, 5, 5],
    ['not-checked', 'less', 0, 5, 5],
    ['not-checked', 'more', 6, 5, 5],
    ['not-checked', 'the most', HIGHEST, 5, 5],
    ['not-available', 'nothing', 0, 5, 5],
    ['not-available', 'more', 6, 5, 5],
    ['not-available', 'the most', HIGHEST, 5, 5],
  ])('in mode %s with %s gives a number to store or a status', (mode, _what, cntr, stored, is) => {
    expect(judged(mode, cntr, stored)).toBe(is);
  });

  it.each<Mode>(['higher', 'one-higher'])('in mode %s takes its highest value once', (mode) => {
    expect(judged(mode, HIGHEST, HIGHEST - 1)).toBe(HIGHEST);
    expect(judged(mode, HIGHEST, HIGHEST)).toBe('cntr-blocked');
  });

  it.each<Mode>(['higher', 'one-higher'])('in mode %s is blocked for good then', (mode) => {
    for (const cntr of [0, 1, HIGHEST - 1, HIGHEST]) {
      expect(judged(mode, cntr, HIGHEST)).toBe('cntr-blocked');
    }
  });

  it.each<Mode>(['not-available', 'not-checked'])(
    'in mode %s is not asked when blocked',
    (mode) => {
      for (const cntr of [0, 1, HIGHEST]) expect(judged(mode, cntr, HIGHEST)).toBe(HIGHEST);
    },
  );

  it('gives back the packet that it was asked about', () => {
    const packet = verified('higher', 6);
    const result = judgeCounter(packet, 5);
    expect(result.ok && result.packet).toBe(packet);
  });
});

describe('any counter', () => {
  const mode = fc.constantFrom(...MODES);

  it('never goes down, and an accepted packet is not accepted again where CNTR is checked', () => {
    fc.assert(
      fc.property(mode, CNTR, CNTR, (of, cntr, stored) => {
        const first = judged(of, cntr, stored);
        if (typeof first === 'string') return;
        expect(first).toBeGreaterThanOrEqual(stored);
        const isChecked = of === 'higher' || of === 'one-higher';
        expect(typeof judged(of, cntr, first)).toBe(isChecked ? 'string' : 'number');
      }),
    );
  });

  it('takes exactly what the four modes say', () => {
    const rule = (of: Mode, cntr: number, stored: number): number | string => {
      if (of === 'not-available' || of === 'not-checked') return stored;
      if (stored === HIGHEST) return 'cntr-blocked';
      const ahead = BigInt(cntr) - BigInt(stored);
      if (ahead < 1n) return 'cntr-low';
      return of === 'one-higher' && ahead > 1n ? 'cntr-high' : cntr;
    };
    const near = CNTR.chain((stored) =>
      fc.tuple(
        fc.constant(stored),
        fc.oneof(
          CNTR,
          fc.integer({ min: -2, max: 2 }).map((by) => Math.min(Math.max(stored + by, 0), HIGHEST)),
        ),
      ),
    );
    fc.assert(
      fc.property(mode, near, (of, [stored, cntr]) => {
        expect(judged(of, cntr, stored)).toBe(rule(of, cntr, stored));
      }),
      { numRuns: 1000 },
    );
  });
});
