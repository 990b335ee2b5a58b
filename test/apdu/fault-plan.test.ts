/**
 * Cards that fail by plan: what each fault answers, when it happens, and what the card has heard.
 *
 * @see docs/faults.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { ConnectionLost, type ReaderCard } from '../../src/apdu/connection.ts';
import {
  type FailingCard,
  type FaultEvent,
  failingCard,
  type PlannedFault,
} from '../../src/apdu/fault-plan.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';

const STATUS = '80F2000C00';
const PIN = '31323334FFFFFFFF';
const PUK = '3132333435363738';
const VERIFY = `0020000108${PIN}`;
const UNBLOCK = `002C000110${PUK}${PIN}`;
const ATR = '3b9f96801fc78031e073fe2100675655494343303180';

/** A card that remembers what it has heard. */
interface Heard extends ReaderCard {
  readonly heard: string[];
}

function hearing(): Heard {
  const card = createUicc();
  const heard: string[] = [];
  return {
    heard,
    get atr() {
      return card.atr;
    },
    reset: () => card.reset(),
    powerOff: () => card.powerOff(),
    transmit(command) {
      heard.push(toHex(command).toUpperCase());
      return card.transmit(command);
    },
  };
}

interface Failing {
  readonly card: FailingCard;
  readonly heard: string[];
  readonly events: FaultEvent[];
  /** Sends a command; gives the answer, or "none". */
  ask(command: string): string;
}

function failing(faults: readonly PlannedFault[], seed = ''): Failing {
  const behind = hearing();
  const events: FaultEvent[] = [];
  const card = failingCard(
    behind,
    { seed, faults },
    { random: seededRandomness(seed), onFault: (event) => events.push(event) },
  );
  card.reset();
  const ask = (command: string): string => {
    try {
      return toHex(card.transmit(fromHex(command)));
    } catch (error) {
      if (error instanceof ConnectionLost) return 'none';
      throw error;
    }
  };
  return { card, heard: behind.heard, events, ask };
}

const times = (ask: (command: string) => string, count: number): string =>
  Array.from({ length: count }, () => ask(STATUS)).join(' ');

describe('a fault happens', () => {
  it.each<[string, Partial<PlannedFault>, string]>([
    ['always, when nothing is said', {}, '6f00 6f00 6f00 6f00 6f00'],
    ['at the first alone', { at: 1 }, '6f00 9000 9000 9000 9000'],
    ['at the third alone', { at: 3 }, '9000 9000 6f00 9000 9000'],
    ['at every second', { every: 2 }, '9000 6f00 9000 6f00 9000'],
    ['from the fourth on', { from: 4 }, '9000 9000 9000 6f00 6f00'],
    ['never, when the commands are too few', { at: 6 }, '9000 9000 9000 9000 9000'],
    ['with chance 1', { chance: 1, from: 5 }, '9000 9000 9000 9000 6f00'],
  ])('%s', (_what, trigger, answers) => {
    const { ask } = failing([{ fault: 'sw', sw: 0x6f00, ...trigger } as PlannedFault]);
    expect(times(ask, 5)).toBe(answers);
  });

  it('with a chance as often as that, the same with the same seed, others with another', () => {
    const draw = (seed: string): string =>
      times(failing([{ fault: 'sw', sw: 0x6f00, chance: 0.25 }], seed).ask, 400);
    expect(draw('a')).toBe(draw('a'));
    expect(draw('a')).not.toBe(draw('b'));
    expect(Math.abs(draw('a').split('6f00').length - 101)).toBeLessThan(30);
  });

  it('by its own count: commands that it is not about do not count', () => {
    const isRead = (command: Uint8Array): boolean => command[1] === 0xb0;
    const { ask } = failing([{ fault: 'sw', sw: 0x6f00, at: 2, matches: isRead }]);
    const answers = ['00B0820001', STATUS, STATUS, '00B0820001', STATUS].map(ask);
    expect(answers).toEqual(['989000', '9000', '9000', '6f00', '9000']);
  });

  it('by a count that goes on over resets', () => {
    const { card, ask } = failing([{ fault: 'mute', at: 2 }]);
    expect(ask(STATUS)).toBe('9000');
    card.reset();
    expect([ask(STATUS), ask(STATUS)]).toEqual(['none', '9000']);
  });

  it('first in the plan wins; the others have counted all the same', () => {
    const { ask, events } = failing([
      { fault: 'sw', sw: 0x6f00, at: 1 },
      { fault: 'sw', sw: 0x6581, from: 1 },
      { fault: 'mute', at: 2 },
    ]);
    expect([ask(STATUS), ask(STATUS)]).toEqual(['6f00', '6581']);
    expect(events).toEqual([
      { index: 0, fault: 'sw', number: 1 },
      { index: 1, fault: 'sw', number: 2 },
    ]);
  });
});

describe('a card that is mute', () => {
  it('has not heard the command', () => {
    const { ask, heard } = failing([{ fault: 'mute', at: 1 }]);
    expect([ask(VERIFY), ask(STATUS)]).toEqual(['none', '9000']);
    expect(heard).toEqual([STATUS]);
  });

  it('has executed it, when the answer is lost', () => {
    const { ask, heard } = failing([{ fault: 'mute-executed', at: 1 }]);
    expect([ask('00200001083030303030303030'), ask('0020000100')]).toEqual(['none', '63c2']);
    expect(heard).toHaveLength(2);
  });

  it('says which command it was, and nothing of it', () => {
    const { card } = failing([{ fault: 'mute', at: 1 }]);
    const problem = 'command 1: expected an answer, found none (fault 0)';
    expect(() => card.transmit(fromHex(VERIFY))).toThrow(new ConnectionLost(problem));
  });
});

describe('an SW in place of the answer', () => {
  it('leaves the card as it was, when it is not executed', () => {
    const { ask, heard } = failing([{ fault: 'sw', sw: 0x6f00, at: 1 }]);
    expect([ask('00200001083030303030303030'), ask('0020000100')]).toEqual(['6f00', '63c3']);
    expect(heard).toEqual(['0020000100']);
  });

  it('hides what the card has done, when it is executed', () => {
    const { ask } = failing([{ fault: 'sw-executed', sw: 0x6f00, at: 1 }]);
    expect([ask('00200001083030303030303030'), ask('0020000100')]).toEqual(['6f00', '63c2']);
  });
});

describe('a slow card', () => {
  it('tells how late each answer is, and adds what comes together', () => {
    const { card, ask } = failing([
      { fault: 'slow', nulls: 2, ms: 10, at: 1 },
      { fault: 'slow', nulls: 3, ms: 5, from: 1 },
      { fault: 'sw', sw: 0x6f00, from: 3 },
    ]);
    const late = [1, 2, 3].map(() => [ask(STATUS), card.lateness.nulls, card.lateness.ms]);
    expect(late).toEqual([
      ['9000', 5, 15],
      ['9000', 3, 5],
      ['6f00', 3, 5],
    ]);
  });

  it('is in time again', () => {
    const { card, ask } = failing([{ fault: 'slow', nulls: 1, ms: 1, at: 1 }]);
    expect(times(ask, 2)).toBe('9000 9000');
    expect(card.lateness).toEqual({ nulls: 0, ms: 0 });
  });
});

describe('a blocked PIN', () => {
  const blocked = (): Failing => failing([{ fault: 'pin-blocked', reference: 0x01 }]);

  it.each([
    ['VERIFY PIN', VERIFY],
    ['the question for its tries', '0020000100'],
    ['the question without Lc', '00200001'],
    ['VERIFY PIN on channel 1', `0120000108${PIN}`],
    ['CHANGE PIN', `0024000110${PIN}${PIN}`],
    ['DISABLE PIN', `0026000108${PIN}`],
    ['ENABLE PIN', `0028000108${PIN}`],
  ])("answers '6983' to %s, and the card hears nothing", (_what, command) => {
    const { ask, heard } = blocked();
    expect([ask(command), heard]).toEqual(['6983', []]);
  });

  it.each([
    ['another PIN', '0020008100', '63c3'],
    ['class A0', `A020000108${PIN}`, '9000'],
    ['an UNBLOCK PIN that is wrong', `002C000110${PIN}${PIN}`, '63c9'],
    ['anything else', STATUS, '9000'],
  ])('leaves %s to the card', (_what, command, answer) => {
    const { ask, heard } = blocked();
    expect([ask(command), heard]).toEqual([answer, [command]]);
  });

  it('stays blocked when UNBLOCK PIN is refused, and not when it succeeds', () => {
    const { ask } = blocked();
    expect(ask(`002C000110${PIN}${PIN}`)).toBe('63c9');
    expect(ask(VERIFY)).toBe('6983');
    expect(ask(UNBLOCK)).toBe('9000');
    expect(ask(VERIFY)).toBe('9000');
  });
});

describe('an EF that is missing', () => {
  const missing = (sfi?: number): Failing => failing([{ fault: 'ef-missing', fid: 0x2fe2, sfi }]);

  it.each([
    ['SELECT by FID', '00A40004022FE2'],
    ['SELECT by FID, with Le', '00A40004022FE200'],
    ['SELECT by path from the MF', '00A40804022FE2'],
    ['SELECT by path from the current DF', '00A40904022FE2'],
    ['SELECT on channel 2', '02A4000C022FE2'],
    ['READ BINARY by SFI', '00B082000A'],
    ['UPDATE BINARY by SFI', '00D682000100'],
    ['READ RECORD by SFI', '00B201140A'],
    ['UPDATE RECORD by SFI', '00DC01140100'],
    ['SEARCH RECORD by SFI', '00A2011401AA'],
    ['INCREASE by SFI', '8032820003000001'],
    ['DEACTIVATE FILE by FID', '00040000022FE2'],
    ['ACTIVATE FILE by path', '00440800022FE2'],
  ])("answers '6A82' to %s, and the card hears nothing", (_what, command) => {
    const { ask, heard } = missing(2);
    expect([ask(command), heard]).toEqual(['6a82', []]);
  });

  it.each([
    ['another FID', '00A4000C022F05'],
    ['a directory on the way', '00A4080C042FE26F07'],
    ['SELECT by AID', '00A4040C022FE2'],
    ['SELECT whose Lc says more', '00A40004032FE2'],
    ['SELECT without data', '00A40004'],
    ['READ BINARY of the current EF', '00B000020A'],
    ['READ RECORD of the current EF', '00B202040A'],
    ['INCREASE of the current EF', '8032000003000001'],
    ['SEARCH RECORD in the current EF', '00A2010401AA'],
    ['ACTIVATE FILE of the current EF', '00440000'],
    ['another SFI', '00B085000A'],
    ['READ BINARY with an RFU bit beside the SFI', '00B0A2000A'],
    ['class A0', 'A0A40000022FE2'],
    ['a class that is none', 'FFA40000022FE2'],
  ])('leaves %s to the card', (_what, command) => {
    const { ask, heard } = missing(2);
    expect(ask(command)).toMatch(/^\w{4,}$/u);
    expect(heard).toEqual([command]);
  });

  it('leaves a SELECT that is cut short to the card', () => {
    const { ask, heard } = failing([{ fault: 'ef-missing', fid: 0x2f00, sfi: undefined }]);
    expect([ask('00A40004022F'), heard]).toEqual(['6700', ['00A40004022F']]);
    expect(ask('00A40004022F00')).toBe('6a82');
  });

  it('can be read by its SFI when the plan names none', () => {
    expect(missing().ask('00B0820001')).toBe('989000');
  });

  it('leaves the current EF where it was', () => {
    const { ask } = missing();
    ask('00A4000C022F05');
    expect(ask('00A4000C022FE2')).toBe('6a82');
    expect(ask('00B0000001')).toMatch(/9000$/u);
  });
});

describe('another ATR', () => {
  const [ts, t0] = [0x3b, 0x00];

  it.each<[string, readonly (number | undefined)[], boolean, string]>([
    ['as a whole', [ts, t0], false, '3b00'],
    ['in one octet', [undefined, undefined, 0x11], true, `3b9f11${ATR.slice(6)}`],
    ['cut short', [undefined, undefined, undefined], false, '3b9f96'],
    ['longer than that of the card', Array(23).fill(0xaa), false, 'aa'.repeat(23)],
    ['without what the card does not have', Array(33).fill(undefined), true, ATR],
  ])('%s', (_what, atr, keepsRest, found) => {
    const { card } = failing([{ fault: 'atr', atr, keepsRest }]);
    expect(toHex(card.reset())).toBe(found);
    expect(toHex(card.atr)).toBe(found);
  });

  it('counts resets, and is told without one until the next', () => {
    const { card, ask, events } = failing([
      { fault: 'atr', atr: [ts, t0], keepsRest: false, at: 2 },
    ]);
    expect(toHex(card.atr)).toBe(ATR);
    ask(STATUS);
    card.reset();
    card.powerOff();
    expect(toHex(card.atr)).toBe('3b00');
    expect(toHex(card.reset())).toBe(ATR);
    expect(events).toEqual([{ index: 0, fault: 'atr', number: 2 }]);
  });
});
