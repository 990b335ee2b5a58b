import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueText } from '../../src/profile/value-text.ts';

describe('a value as text', () => {
  it.each([
    [undefined, 'none'],
    ['001-01', '001-01'],
    [7, '7'],
    [false, 'false'],
    [Uint8Array.of(0x0a, 0xff), '0aff'],
    [[], 'none'],
    [[1, 2, 3, 5, 6, 9], '1-3, 5, 6, 9'],
    [['en', undefined, 'de'], 'en, none, de'],
    [{ plmn: '001-01', lac: 1, status: 'updated' }, 'PLMN 001-01, LAC 1, status updated'],
    [{ mncLength: 2, features: [] }, 'MNC length 2, features none'],
    [{ tmsi: Uint8Array.of(255, 255), lac: 0 }, 'LAC 0'],
    [{ text: '', number: undefined }, 'nothing'],
    [{ fullName: { text: 'A', coding: 'gsm' } }, 'full name (text A, coding gsm)'],
    [[{ fid: 0x4f3a }, { fid: 2 }], 'FID 4F3A; FID 0002'],
    ['a\u001b[31mb\n', 'a.[31mb.'],
  ])('%j', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  it('is one line without control characters, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: false }), (value) => {
        expect(valueText(JSON.parse(JSON.stringify(value) ?? 'null'))).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
