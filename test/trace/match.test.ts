import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { compareAtr, compareResponse, matches } from '../../src/trace/match.ts';
import type { Pattern } from '../../src/trace/model.ts';
import { answerPattern } from './arbitraries.ts';

/** A pattern as a trace writes it. */
function pattern(text: string): Pattern {
  return text.split(' ').map((item) => {
    return item === '..' || item === '...' ? item : Number.parseInt(item, 16);
  });
}

/** The same question asked of the platform's own matcher. */
function matchesByRegExp(of: Pattern, octets: Uint8Array): boolean {
  const source = of.map((item) => {
    if (item === '...') return '.*';
    return item === '..' ? '.' : `\\u{${item.toString(16)}}`;
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(String.fromCharCode(...octets));
}

describe('matches', () => {
  it('says what a regular expression of the same meaning says', () => {
    const few = fc.array(fc.constantFrom(1, 2, '..' as const, '...' as const), { maxLength: 7 });
    const octets = fc.uint8Array({ min: 1, max: 2, maxLength: 9 });
    fc.assert(
      fc.property(few, octets, (of, found) => {
        expect(matches(of, found)).toBe(matchesByRegExp(of, found));
      }),
      { numRuns: 3000 },
    );
  });

  it('is true for octets that a pattern was made from', () => {
    fc.assert(
      fc.property(answerPattern, fc.uint8Array({ minLength: 1, maxLength: 4 }), (of, some) => {
        const octets = of.flatMap((item) => {
          if (item === '...') return [...some];
          return item === '..' ? [some[0]!] : [item];
        });
        expect(matches(of, Uint8Array.from(octets))).toBe(true);
      }),
    );
  });

  it.each([
    ['90 00', '9001'],
    ['90 00', '90'],
    ['90 00', '900000'],
    ['61 ..', '61'],
    ['61 ..', '6200'],
    ['... 90 00', '9000 6A82'],
    ['62 ... 90 00', '6200'],
    ['62 ... 8A .. ... 90 00', '62 8A 9000'],
    ['...  ..'.replace('  ', ' '), ''],
  ])('%s is not %s', (of, octets) => {
    expect(matches(pattern(of), fromHex(octets))).toBe(false);
  });
});

describe('compareResponse', () => {
  it.each([
    ['90 00', '6982', `expected SW '9000' (ok), found '6982' (security status not satisfied)`],
    ['61 ..', '6A82', `expected SW '61..', found '6A82' (file not found)`],
    ['01 02 90 00', '6700', `expected SW '9000' (ok), found '6700' (wrong length)`],
    ['01 02 10 90 00', '010200 9000', 'response data differs at octet 3: expected 10, found 00'],
    ['01 .. 10 90 00', '010200 9000', 'response data differs at octet 3: expected 10, found 00'],
    ['62 ... 90 00', '6100 9000', 'response data differs at octet 1: expected 62, found 61'],
    ['01 02 03 04 05 06 07 08 09 90 00', '01020304 9000', 'expected 9 octets of data, found 4'],
    ['90 00', '01 9000', 'expected 0 octets of data, found 1'],
    ['.. 90 00', '9000', 'expected 1 octet of data, found 0'],
    ['62 ... 88 90 00', '6201 9000', `expected response data '62 ... 88', found 2 other octets`],
    ['62 ...', '6A82', 'response differs at octet 1: expected 62, found 6A'],
    ['... 90', '9000', `expected response '... 90', found 2 other octets`],
    ['90 00', '90', 'expected an R-APDU of 2 octets or more, found 1 octet'],
    ['...', '', undefined],
    ['... 90 00', '', 'expected an R-APDU of 2 octets or more, found 0 octets'],
  ])('tells of %s and %s what differs', (of, octets, meaning) => {
    expect(compareResponse(pattern(of), fromHex(octets))?.meaning).toBe(meaning);
  });

  it('is content exactly when the pattern matches', () => {
    fc.assert(
      fc.property(answerPattern, fc.uint8Array({ maxLength: 6 }), (of, found) => {
        expect(compareResponse(of, found) === undefined).toBe(matches(of, found));
      }),
    );
  });

  it('is content with any answer where a trace has none', () => {
    expect(compareResponse(undefined, fromHex('6F00'))).toBeUndefined();
  });
});

describe('compareAtr', () => {
  it.each([
    ['3B 9F 96', '3B 9F 95', 'ATR differs at octet 3: expected 96, found 95'],
    ['3B 00', '3B', 'expected 2 octets of ATR, found 1'],
    ['3B ... 00', '3B 01', `expected ATR '3B ... 00', found 2 other octets`],
    ['3B 9F ...', '3B', `expected ATR '3B9F ...', found 1 other octet`],
  ])('tells of %s and %s what differs', (of, octets, meaning) => {
    expect(compareAtr(pattern(of), fromHex(octets))?.meaning).toBe(meaning);
  });

  it('is content with a pattern that matches, and with any ATR where a trace has none', () => {
    expect(compareAtr(pattern('3B ...'), fromHex('3B00'))).toBeUndefined();
    expect(compareAtr(undefined, fromHex('3B00'))).toBeUndefined();
  });
});
