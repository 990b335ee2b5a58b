/**
 * What status words are called.
 *
 * @see ETSI TS 102 221 §10.2.1; 3GPP TS 31.102 §7.3; 3GPP TS 51.011 §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { describeStatusWord, SW } from '../../src/apdu/status-words.ts';

describe('a status word', () => {
  it.each([
    [0x9000, 'ok'],
    [0x9100, 'ok, a proactive command of 256 octets is pending'],
    [0x910b, 'ok, a proactive command of 11 octets is pending'],
    [0x6100, 'ok, 256 octets of response data are ready'],
    [0x612f, 'ok, 47 octets of response data are ready'],
    [0x6c09, 'wrong Le, 9 octets are there'],
    [0x6c00, 'wrong Le, 256 octets are there'],
    [0x63c0, '0 tries left'],
    [0x63cf, '15 tries left'],
    [0x6283, 'selected file deactivated'],
    [0x6982, 'security status not satisfied'],
    [0x6a82, 'file not found'],
    [0x6a83, 'record not found'],
    [0x6d00, 'instruction not supported'],
    [0x6e00, 'class not supported'],
    [0x9850, 'cannot be increased, the maximum is reached'],
    [0x9862, 'authentication error, incorrect MAC'],
    [0x9f16, 'ok, 22 octets of response data are ready'],
    [0x9f00, 'ok, 256 octets of response data are ready'],
    [0x9e05, 'download error, 5 octets of response data are ready'],
    [0x6716, 'wrong length, 22 would be right'],
    [0x6700, 'wrong length'],
    [0x9404, 'file or pattern not found'],
    [0x9804, 'access condition not fulfilled, or wrong CHV with tries left'],
    [0x9840, 'CHV blocked, no try is left'],
  ])('%i is described as "%s"', (sw, words) => {
    expect(describeStatusWord(sw)).toBe(words);
  });

  it.each([0x0000, 0x6000, 0x63b0, 0x63d0, 0x6284, 0x6aff, 0x9001, 0x92ff, 0x9861, 0xffff])(
    '%i is unknown, like any value that no document defines',
    (sw) => {
      expect(describeStatusWord(sw)).toBe('unknown');
    },
  );

  it('has words of its own whenever it has a name', () => {
    const words = Object.values(SW).map(describeStatusWord);
    expect(words).not.toContain('unknown');
    expect(new Set(words).size).toBe(words.length);
    expect(new Set(Object.values(SW)).size).toBe(words.length);
  });

  it('has words for each of its values', () => {
    for (let sw = 0; sw <= 0xffff; sw++) expect(describeStatusWord(sw)).not.toBe('');
  });
});
