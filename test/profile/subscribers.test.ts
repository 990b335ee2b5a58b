import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { faultText } from '../../src/profile/faults.ts';
import { parseSubscribers } from '../../src/profile/subscribers.ts';

const [PAIR, OTHER] = DEFAULT_PROFILE.keyTable.entries;
const FORMAT = 'vuicc-subscribers/1';
const one = { imsi: '001010123456789', pair: PAIR };
const two = { imsi: '001020000000001', pair: OTHER };

function faults(value: unknown): string[] {
  const result = parseSubscribers(typeof value === 'string' ? value : JSON.stringify(value));
  return result.ok ? [] : result.faults.map(faultText);
}

const listed = (...subscribers: unknown[]): unknown => ({ format: FORMAT, subscribers });

describe('a list of subscribers', () => {
  it('gives each IMSI its pair', () => {
    const result = parseSubscribers(JSON.stringify(listed(one, two)));
    expect(result).toEqual({ ok: true, subscribers: [one, two] });
  });

  it.each([
    ['no JSON', '{', ['"}" at line 1, column 2 (offset 1), found the end']],
    ['an array', [], ['$: expected an object, a list of subscribers, found an array of 0']],
    [
      'another format',
      { format: 'x', subscribers: [one] },
      [`$.format: expected "${FORMAT}", found "x"`],
    ],
    [
      'a card profile',
      DEFAULT_PROFILE,
      [`$.format: expected "${FORMAT}", found "vuicc-profile/1"`],
    ],
    ['nobody', listed(), ['$.subscribers: expected an array of 1 to 10000 subscribers']],
    ['no IMSI', listed({ pair: PAIR }), ['$.subscribers[0].imsi: expected an IMSI']],
    [
      'a short IMSI',
      listed({ ...one, imsi: '00101' }),
      ['$.subscribers[0].imsi: expected an IMSI'],
    ],
    [
      'an IMSI twice',
      listed(one, two, one),
      ['$.subscribers[2].imsi: expected an IMSI of its own'],
    ],
    ['no pair', listed({ imsi: one.imsi }), ['$.subscribers[0].pair: expected an object']],
    [
      'a field too many',
      listed({ ...one, name: 'x' }),
      ['$.subscribers[0].name: expected no field'],
    ],
    [
      'a pair with a field too many',
      listed({ ...one, pair: { ...PAIR, x: 1 } }),
      ['$.subscribers[0].pair.x: expected no field'],
    ],
    [
      'pairs that are none',
      listed(one, { ...two, pair: { ...OTHER, k: 'ABCDEF', sqn: undefined } }),
      [
        '$.subscribers[1].pair.k: expected K, 32 hex digits, found 6 hex digits',
        '$.subscribers[1].pair',
      ],
    ],
    [
      'a pair with OP and OPc',
      listed({ ...one, pair: { ...PAIR, op: PAIR?.opc } }),
      ['$.subscribers[0].pair: expected exactly one of opc and op, found both'],
    ],
    [
      'a pair with r alone',
      listed({ ...one, pair: { ...PAIR, r: [1, 2, 3, 4, 5] } }),
      ['$.subscribers[0].pair: expected both of r and c, or neither'],
    ],
  ])('is refused for %s, by JSON path', (_what, value, expected) => {
    const found = faults(value);
    expect(found).toHaveLength(expected.length);
    for (const [n, text] of expected.entries()) expect(found[n]).toContain(text);
  });

  it('may have more pairs than a card, and names that which is wrong', () => {
    const many = Array.from({ length: 600 }, (_, n) => ({ ...one, imsi: String(1_000_000 + n) }));
    expect(faults(listed(...many))).toEqual([]);
    const wrong = { ...PAIR, k: 'AB' };
    const found = faults(listed(...many.map((of, n) => (n === 511 ? { ...of, pair: wrong } : of))));
    expect(found).toEqual([
      '$.subscribers[511].pair.k: expected K, 32 hex digits, found 2 hex digits',
    ]);
  });

  it('shows no key of a pair that is refused', () => {
    const wrong = { ...PAIR, k: `${PAIR?.k}00`, opc: `${PAIR?.opc}00` };
    const misplaced = { ...two, pair: { ...OTHER, algorithm: PAIR?.k } };
    const text = faults(listed({ ...one, pair: wrong }, misplaced)).join('\n');
    expect(text).toContain('$.subscribers[0].pair.k: ');
    expect(text).toContain('$.subscribers[1].pair.algorithm: ');
    for (const key of [PAIR?.k, PAIR?.opc]) expect(text).not.toContain(key);
  });
});
