/**
 * READ BINARY and UPDATE BINARY: offsets and lengths, also in an EF of more than 256 octets.
 *
 * EF_LONG has 600 octets: octet n is n modulo 251.
 *
 * @see ETSI TS 102 221 §11.1.3, §11.1.4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileProfile } from '../../../src/profile/profile.ts';
import { octet, PIN1, SELECT_USIM, select, TestCard, withFiles } from '../support/test-card.ts';

const SIZE = 600;
const CONTENT = Array.from({ length: SIZE }, (_, n) => octet(n % 251)).join('');
const EF_LONG: FileProfile = {
  path: 'MF/ADF.USIM/EF.LONG',
  fid: '6E00',
  type: 'transparent',
  size: SIZE,
  sfi: 28,
  arr: 3,
  data: CONTENT,
};

function cardOnLong(): TestCard {
  const setUp = [SELECT_USIM, PIN1, select('7FFF6E00')];
  return new TestCard({ profile: withFiles([EF_LONG]), setUp });
}

function offset(of: number): string {
  return octet(of >> 8) + octet(of & 0xff);
}

function part(from: number, octets: number): string {
  return CONTENT.slice(from * 2, (from + octets) * 2);
}

describe('READ BINARY', () => {
  it('gives any part of an EF, or says how many octets there are, or that there are none', () => {
    const card = cardOnLong();
    fc.assert(
      fc.property(fc.nat({ max: SIZE + 40 }), fc.integer({ min: 1, max: 256 }), (from, length) => {
        const answer = card.send(`00B0${offset(from)}${octet(length % 256)}`);
        const left = SIZE - from;
        if (left <= 0) expect(answer).toBe('6B00');
        else if (length > left) expect(answer).toBe(`6C${octet(left % 256)}`);
        else expect(answer).toBe(`${part(from, length)}9000`);
      }),
      { numRuns: 500 },
    );
  });

  it('gives 256 octets for Le 00 where there are 256 or more', () => {
    const card = cardOnLong();
    expect(card.send('00B0000000')).toBe(`${part(0, 256)}9000`);
    expect(card.send(`00B0${offset(344)}00`)).toBe(`${part(344, 256)}9000`);
    expect(card.send(`00B0${offset(345)}00`)).toBe('6CFF');
  });

  it('without Le is told the length, as with Le 00', () => {
    const card = cardOnLong();
    expect(card.send(`00B0${offset(590)}`)).toBe('6C0A');
    expect(card.send('00B00000')).toBe(`${part(0, 256)}9000`);
  });

  it.each([
    ['00B0025801', 'one behind the end', '6B00'],
    ['00B0025800', 'one behind the end, with Le 00', '6B00'],
    ['00B07FFF01', 'the highest offset', '6B00'],
    ['00B0A00001', 'b7 b6 of P1 with b8', '6A86'],
    ['00B0DC0001', 'b7 b6 of P1 with b8', '6A86'],
    ['00B0800001', 'SFI 0', '6A82'],
    ['00B09F0001', 'SFI 31', '6A82'],
    ['00B08E0001', 'an SFI of no EF', '6A82'],
    ['00B0980001', 'the SFI of an EF of records', '6981'],
    ['00B000000100', 'data', '6700'],
    ['00B00000010000', 'data and Le', '6700'],
  ])('%s is refused: %s', (command, _what, sw) => {
    expect(cardOnLong().send(command)).toBe(sw);
  });

  it('by SFI reaches the first 256 offsets', () => {
    const card = cardOnLong();
    expect(card.send('00B09CFF10')).toBe(`${part(255, 16)}9000`);
    expect(card.send('00B0870901')).toBe('6B00');
  });

  it('by SFI makes its EF current, but not while Le is wrong', () => {
    const card = cardOnLong();
    for (const le of ['00', '0A']) expect(card.send(`00B08700${le}`)).toBe('6C09');
    expect(card.send('00B08708')).toBe('6C01');
    expect(card.send('00B0000002')).toBe(`${part(0, 2)}9000`);
    expect(card.send('00B0870002')).toBe('08099000');
    expect(card.send('00B0000009')).toBe('0809101010325476989000');
    const again = cardOnLong();
    expect(again.send('00B0870009')).toBe('0809101010325476989000');
    expect(again.send('00B0000001')).toBe('089000');
  });
});

describe('UPDATE BINARY', () => {
  it('writes any part of an EF and leaves the rest, or writes nothing', () => {
    const data = fc.uint8Array({ minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(fc.nat({ max: SIZE + 40 }), data, (at, octets) => {
        const card = cardOnLong();
        const hex = [...octets].map(octet).join('');
        const answer = card.send(`00D6${offset(at)}${octet(octets.length)}${hex}`);
        const isOutside = at >= SIZE;
        const fits = at + octets.length <= SIZE;
        expect(answer).toBe(isOutside ? '6B00' : fits ? '9000' : '6700');
        const expected = fits
          ? CONTENT.slice(0, at * 2) + hex + CONTENT.slice((at + octets.length) * 2)
          : CONTENT;
        const found = [0, 200, 400].map((from) => card.send(`00B0${offset(from)}C8`).slice(0, 400));
        expect(found.join('')).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['00D6025801FF', 'one behind the end', '6B00'],
    ['00D6025702FFFF', 'one past the end', '6700'],
    ['00D60000', 'no data', '6700'],
    ['00D6000000', 'no data', '6700'],
    ['00D6E00001FF', 'b7 b6 of P1 with b8', '6A86'],
    ['00D6800001FF', 'SFI 0', '6A82'],
    ['00D68E0001FF', 'an SFI of no EF', '6A82'],
    ['00D6980001FF', 'the SFI of an EF of records', '6981'],
    ['00D6870001FF', 'what PIN1 may not update', '6982'],
  ])('%s is refused: %s', (command, _what, sw) => {
    const card = cardOnLong();
    card.clearLog();
    expect(card.send(command)).toBe(sw);
    expect(card.commits).toHaveLength(0);
  });

  it('by SFI makes its EF current, by a refused SFI not', () => {
    const card = cardOnLong();
    expect(card.send('00D68D000300F110')).toBe('9000');
    expect(card.send('00B0000003')).toBe('00F1109000');
    expect(card.send('00D687000100')).toBe('6982');
    expect(card.send('00D68D0C0100')).toBe('6B00');
    expect(card.send('00B0000003')).toBe('00F1109000');
  });
});
