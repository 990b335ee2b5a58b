/**
 * PPS: what a card accepts, and what it says nothing to.
 *
 * @see ISO/IEC 7816-3 §9; ETSI TS 102 221 §6.4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAtr } from '../../src/apdu/atr.ts';
import { CardOnLine } from '../../src/apdu/card-on-line.ts';
import { type CardEnd, runOnLine } from '../../src/apdu/line.ts';
import { answerPps, decodePps, encodePps, parametersOf, proposePps } from '../../src/apdu/pps.ts';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';

/** The ATR of a real card, TA1 '96', T=0 alone. */
const T0_ATR = decodeAtr(fromHex('3B9F96801F878031E073FE211B674A4C753034054BA9'));
/** T=0 first, then T=1 with IFSC 254; TA1 '96'. */
const BOTH_ATR = decodeAtr(fromHex('3B90968011FE69'));
/** No TA1: the default speed is all there is. */
const SLOW_ATR = decodeAtr(fromHex('3B00'));
/** TA2: specific mode, T=1 at TA1. */
const SPECIFIC_ATR = decodeAtr(fromHex('3B9096118196'));

const answerOf = (request: string, atr = T0_ATR): string | undefined => {
  const answer = answerPps(fromHex(request), atr);
  return answer === undefined ? undefined : toHex(answer.answer);
};

describe('a PPS', () => {
  it.each([
    ['FF109679', { protocol: 0, pps1: 0x96 }],
    ['FF119678', { protocol: 1, pps1: 0x96 }],
    ['FF00FF', { protocol: 0 }],
    ['FF01FE', { protocol: 1 }],
    ['FF7094010218', { protocol: 0, pps1: 0x94, pps2: 1, pps3: 2 }],
  ])('%s is read and written', (hex, pps) => {
    expect(decodePps(fromHex(hex))).toEqual(pps);
    expect(toHex(encodePps(pps))).toBe(hex.toLowerCase());
  });

  it.each([
    ['no octets', '', 'PPS/PPSS at 0'],
    ['another PPSS', '7F109679', 'PPS/PPSS at 0'],
    ['nothing behind PPSS', 'FF', 'PPS/PPS0 at 1'],
    ['b8 of PPS0', 'FF807F', 'PPS/PPS0 at 1'],
    ['PPS1 announced and missing', 'FF10', 'PPS/PPS1 at 2'],
    ['no PCK', 'FF1096', 'PPS/PCK at 3'],
    ['a wrong PCK', 'FF109600', 'PPS/PCK at 3'],
    ['an octet left over', 'FF10967900', 'PPS/end at 4'],
  ])('with %s is refused by the name of the field', (_what, hex, where) => {
    expect(() => decodePps(fromHex(hex))).toThrow(DecodeError);
    expect(() => decodePps(fromHex(hex))).toThrow(where);
  });

  it.each([
    ['protocol', { protocol: 16 }],
    ['protocol', { protocol: -1 }],
    ['pps1', { protocol: 0, pps1: 256 }],
    ['pps3', { protocol: 0, pps3: 0.5 }],
  ])('is not written with a %s out of range', (name, pps) => {
    expect(() => encodePps(pps)).toThrow(RangeError);
    expect(() => encodePps(pps)).toThrow(name);
  });

  it('is refused by DecodeError alone, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (octets) => {
        try {
          expect(toHex(encodePps(decodePps(octets)))).toBe(toHex(octets));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a card that is asked by PPS', () => {
  it.each(['FF109679', 'FF10957A', 'FF10947B', 'FF1011FE'])(
    'T05 accepts %s, which its ATR offers',
    (request) => {
      expect(answerOf(request)).toBe(request.toLowerCase());
    },
  );

  it.each([
    ['D beyond TA1', 'FF109778'],
    ['a reserved F', 'FF10F718'],
    ['a reserved D', 'FF10907F'],
    ['F beyond TA1', 'FF10A649'],
  ])('T06 answers without PPS1 to %s', (_what, request) => {
    expect(answerOf(request)).toBe('ff00ff');
  });

  it('T06 refuses every speed but the default when the ATR offers none', () => {
    expect(answerOf('FF109679', SLOW_ATR)).toBe('ff00ff');
    expect(answerOf('FF1011FE', SLOW_ATR)).toBe('ff1011fe');
  });

  it('leaves PPS2 and PPS3 out, which refuses them', () => {
    expect(answerOf('FF7094010218')).toBe('ff10947b');
  });

  it.each([
    ['T07 a wrong PCK', 'FF109600', T0_ATR],
    ['T=1 that it does not offer', 'FF119678', T0_ATR],
    ['T=15', 'FF0FF0', T0_ATR],
    ['b8 of PPS0', 'FF807F', T0_ATR],
    ['a PPS in specific mode', 'FF119678', SPECIFIC_ATR],
  ])('says nothing to %s', (_what, request, atr) => {
    expect(answerOf(request, atr)).toBeUndefined();
  });

  it('takes a protocol that it offers second', () => {
    expect(answerOf('FF119678', BOTH_ATR)).toBe('ff119678');
    expect(answerPps(fromHex('FF119678'), BOTH_ATR)?.parameters).toEqual({
      protocol: 1,
      speed: 0x96,
    });
  });

  it('goes by its first protocol, or by TA2, when nobody asks', () => {
    expect(parametersOf(BOTH_ATR)).toEqual({ protocol: 0, speed: 0x11 });
    expect(parametersOf(SPECIFIC_ATR)).toEqual({ protocol: 1, speed: 0x96 });
  });
});

describe('a terminal that proposes', () => {
  /** A card that sends the same octets whatever comes. */
  const saying = (hex: string): CardEnd => ({
    receive: () => fromHex(hex),
    quiet: () => new Uint8Array(0),
  });

  it('gets what both can, and the card goes by it', () => {
    const card = new CardOnLine(createUicc());
    card.reset();
    const agreed = runOnLine(proposePps({ protocol: 0, speed: 0x96 }), card);
    expect(agreed).toEqual({ ok: true, value: { protocol: 0, speed: 0x96 } });
    expect(card.parameters).toEqual({ protocol: 0, speed: 0x96 });
  });

  it('takes the default speed from a card that refuses the other', () => {
    const result = runOnLine(proposePps({ protocol: 0, speed: 0x97 }), saying('FF00FF'));
    expect(result).toEqual({ ok: true, value: { protocol: 0, speed: 0x11 } });
  });

  it.each([
    ['', 'no-answer'],
    ['FF', 'no-answer'],
    ['FF1096', 'no-answer'],
    ['FF109600', 'wrong-answer'],
    ['FF01FE', 'wrong-answer'],
    ['FF10957A', 'wrong-answer'],
    ['FF3096015801', 'wrong-answer'],
    ['3B9F96', 'no-answer'],
    ['00000000', 'wrong-answer'],
  ])('names what is wrong with the answer "%s"', (hex, failure) => {
    const result = runOnLine(proposePps({ protocol: 0, speed: 0x96 }), saying(hex));
    expect(result).toEqual({ ok: false, failure });
  });

  it('is told of numbers that no PPS holds', () => {
    expect(() => proposePps({ protocol: 16 }).next()).toThrow(RangeError);
    expect(() => proposePps({ protocol: 0, speed: 256 }).next()).toThrow(RangeError);
  });
});
