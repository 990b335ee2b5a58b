/**
 * A card behind its contacts: ATR, PPS, a protocol, and a reset that forgets all of it.
 *
 * @see ISO/IEC 7816-3 §6.2, §8, §9; ETSI TS 102 221 §6.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { decodeAtr } from '../../src/apdu/atr.ts';
import { CardOnLine, type CardOnLineOptions } from '../../src/apdu/card-on-line.ts';
import { decodeCommandApdu } from '../../src/apdu/command.ts';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { runOnLine } from '../../src/apdu/line.ts';
import { proposePps } from '../../src/apdu/pps.ts';
import { transmitT0 } from '../../src/apdu/t0-terminal.ts';
import { t1ParametersOf } from '../../src/apdu/t1-block.ts';
import { T1Terminal } from '../../src/apdu/t1-terminal.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';

/** T=0 first, then T=1 with IFSC 254; TA1 '96'. */
const BOTH = '3B90968011FE69';
/** The same card in specific mode, T=1 at TA1. */
const SPECIFIC = '3B9096118196';

/** The built-in card with another ATR. */
function uicc(atr?: string): SynchronousCard {
  const card = createUicc();
  return {
    reset() {
      const own = card.reset();
      return atr === undefined ? own : fromHex(atr);
    },
    transmit: (command) => card.transmit(command),
  };
}

function fresh(atr?: string, options?: CardOnLineOptions): CardOnLine {
  const card = new CardOnLine(uicc(atr), options);
  card.reset();
  return card;
}

const receive = (card: CardOnLine, hex: string): string => toHex(card.receive(fromHex(hex)));

describe('a card on a line', () => {
  it('says nothing before its first reset, and has no parameters', () => {
    const card = new CardOnLine(uicc());
    expect(receive(card, 'FF109679')).toBe('');
    expect(receive(card, '80F2000C00')).toBe('');
    expect(toHex(card.quiet())).toBe('');
    expect(() => card.parameters).toThrow(TypeError);
  });

  it('refuses an ATR that is none', () => {
    expect(() => new CardOnLine(uicc('3B9F')).reset()).toThrow(DecodeError);
  });

  it('T05 accepts a PPS that its ATR offers, in whatever parts it comes', () => {
    const card = fresh();
    expect(['FF', '1096', '79'].map((part) => receive(card, part))).toEqual(['', '', 'ff109679']);
    expect(card.parameters).toEqual({ protocol: 0, speed: 0x96 });
    expect(receive(card, '80F2000C00')).toBe('9000');
  });

  it('T06 goes on at the default speed after a PPS for a speed that it does not have', () => {
    const card = fresh();
    expect(receive(card, 'FF10F718')).toBe('ff00ff');
    expect(card.parameters).toEqual({ protocol: 0, speed: 0x11 });
    expect(receive(card, '80F2000C00')).toBe('9000');
  });

  it.each([
    ['T07 a PPS with a wrong PCK', 'FF109600', undefined],
    ['a PPS for T=1 that it does not offer', 'FF01FE', undefined],
    ['a PPS in specific mode', 'FF119678', SPECIFIC],
  ])('is mute after %s, until it is reset', (_what, pps, atr) => {
    const card = fresh(atr);
    const { protocol } = card.parameters;
    expect(receive(card, pps)).toBe('');
    expect(receive(card, 'FF00FF')).toBe('');
    expect(receive(card, '80F2000C00')).toBe('');
    expect(toHex(card.quiet())).toBe('');
    card.reset();
    expect(card.parameters.protocol).toBe(protocol);
    expect(receive(card, protocol === 0 ? '80F2000C00' : '00C000C0')).not.toBe('');
  });

  it('is mute after a PPS that has no end', () => {
    const card = fresh();
    expect(receive(card, 'FF10')).toBe('');
    expect(toHex(card.quiet())).toBe('');
    expect(receive(card, '9679')).toBe('');
    card.reset();
    expect(receive(card, 'FF109679')).toBe('ff109679');
  });

  it('takes one PPS only: FF begins a command after it, of a class that there is not', () => {
    const card = fresh();
    expect(receive(card, 'FF109679')).toBe('ff109679');
    expect(receive(card, 'FF109679')).toBe('');
    expect(receive(card, '00')).toBe('6e00');
  });

  it('T08 takes a command right after the ATR', () => {
    const card = fresh();
    expect(receive(card, '00A4000402')).toBe('a4');
    expect(receive(card, '3F00')).toMatch(/^61..$/u);
    expect(card.parameters).toEqual({ protocol: 0, speed: 0x11 });
  });

  it('T09 forgets by a reset what it was told, and stands in the MF', () => {
    const card = fresh();
    const first = toHex(new CardOnLine(uicc()).reset());
    receive(card, 'FF109679');
    receive(card, '00A40804022FE2');
    receive(card, '00D6'); // A TPDU that never ends.
    expect(toHex(card.reset())).toBe(first);
    expect(card.parameters).toEqual({ protocol: 0, speed: 0x11 });
    expect(receive(card, '00B000000A')).toBe('6986');
    expect(receive(card, '00C0000019')).toMatch(/^(?:6985|6f00)$/u);
    card.reset();
    expect(receive(card, 'FF10957A')).toBe('ff10957a');
  });

  it('T09 forgets by a reset the numbers and lengths of T=1', () => {
    const card = fresh(BOTH);
    const select = fromHex('00A4000C023F00');
    for (let time = 0; time < 2; time++) {
      expect(runOnLine(proposePps({ protocol: 1, speed: 0x96 }), card)).toMatchObject({ ok: true });
      const terminal = new T1Terminal(t1ParametersOf(decodeAtr(fromHex(BOTH))), { ifsd: 5 });
      expect(runOnLine(terminal.transmit(select), card)).toEqual({
        ok: true,
        value: fromHex('9000'),
      });
      card.reset();
      expect(card.parameters).toEqual({ protocol: 0, speed: 0x11 });
      const overT0 = runOnLine(transmitT0(decodeCommandApdu(select)), card);
      expect(overT0).toMatchObject({ ok: true, value: { sw: 0x9000 } });
      card.reset();
    }
  });

  it('speaks T=1 at once in specific mode', () => {
    const card = fresh(SPECIFIC);
    expect(card.parameters).toEqual({ protocol: 1, speed: 0x96 });
    expect(receive(card, '00C000C0')).toBe('00e000e0');
  });

  it('T10 T14 hands its options to the protocol that is agreed', () => {
    const options = { nulls: () => 2, acknowledge: 'one' as const, waitingTimes: () => [7] };
    const overT0 = fresh(BOTH, options);
    expect(['00A4000C02', '3F', '00'].map((hex) => receive(overT0, hex))).toEqual([
      '5b',
      '5b',
      '60609000',
    ]);
    const card = fresh(SPECIFIC, options);
    expect(receive(card, '00000580F2000C00')).toBe('');
    expect(receive(card, '7B')).toMatch(/^00c30107/u);
  });
});
