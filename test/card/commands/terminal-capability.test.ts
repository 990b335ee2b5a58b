/**
 * TERMINAL CAPABILITY: templates that are right, and all that is none.
 *
 * @see ETSI TS 102 221 §11.1.19
 * @module
 */

import { describe, expect, it } from 'vitest';
import { TestCard } from '../support/test-card.ts';

const command = (data: string): string => {
  const octets = data.replaceAll(' ', '');
  return `80AA0000${(octets.length / 2).toString(16).padStart(2, '0')}${octets}`;
};

describe('TERMINAL CAPABILITY', () => {
  it.each([
    ['extended channels', 'A902 8100'],
    ['class C, 60 mA, 5 MHz', 'A905 8003 043C32'],
    ['UICC-CLF', 'A903 820101'],
    ['several', 'A90B 8003043C32 8100 83020F00'],
    ['nothing', 'A900'],
    ['a tag without a name', 'A903 8F01FF'],
  ])('of %s is taken, and changes nothing', (_what, data) => {
    const card = new TestCard();
    const { root } = card.uicc;
    expect(card.send(command(data))).toBe('9000');
    expect(card.send('80F2000C00')).toBe('9000');
    expect(card.uicc.root).toBe(root);
  });

  it.each([
    ['another template', 'A802 8100'],
    ['no template', '8100'],
    ['a template that is cut', 'A903 8100'],
    ['an object that is cut', 'A903 820201'],
    ['an object without its length', 'A901 81'],
    ['something behind the template', 'A902 8100 00'],
    ['a second template', 'A902 8100 A900'],
    ['a length without an end', 'A980 8100'],
  ])('of %s is refused', (_what, data) => {
    const card = new TestCard();
    expect(card.send(command(data))).toBe('6A80');
    expect(card.faults).toEqual([]);
  });

  it.each([
    ['80AA0000', '6700'],
    ['80AA000000', '6700'],
    ['80AA000005A9028100', '6700'],
    ['80AA010004A9028100', '6A86'],
    ['80AA000104A9028100', '6A86'],
    ['00AA000004A9028100', '6D00'],
    ['81AA000004A9028100', '6881'],
  ])('%s is answered with %s', (sent, sw) => {
    expect(new TestCard().send(sent)).toBe(sw);
  });
});
