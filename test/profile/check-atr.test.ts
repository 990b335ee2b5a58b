/**
 * ATRs that cannot be one. Those of real cards pass: sysmoISIM-SJA2 and SJA5, and two others.
 *
 * @see ISO/IEC 7816-3 §8; ETSI TS 102 221 §6.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { faultsAfter } from './edited.ts';

const END = 'ATR/end at 3: expected no more octets, 1 left';

function short(field: string): string {
  return `ATR/${field}: needs 1 octets, 0 left`;
}

describe('the ATR of a card profile', () => {
  it.each([
    ['of a sysmoISIM-SJA2', '3B9F96801F878031E073FE211B674A4C753034054BA9'],
    ['of a sysmoISIM-SJA5', '3B9F96801F878031E073FE211B674A357530350265F8'],
    ['with TA1 95', '3B9F95801FC78031E073F62113674D4516004301008F'],
    ['with selection by full name alone', '3B9F96801FC78031A073BE21136743200718000001A5'],
    ['of T=0 alone, without TCK', '3b00'],
    ['with TA1 and TB1, of T=0 alone', '3B309400'],
    ['in inverse convention', '3F00'],
  ])('may be one %s', (_, atr) => {
    expect(faultsAfter({ '$.atr': atr })).toEqual([]);
  });

  it.each([
    ['another TS', '3A00', `ATR/TS at 0: expected '3b' or '3f'`],
    ['fewer historical octets than T0 says', '3B01', short('historical bytes at 2')],
    ['more historical octets than T0 says', '3B018031', END],
    ['no TA1, TB1 and TC1', '3B70', short('TA1 at 2')],
    ['no TD1', '3B80', short('TD1 at 2')],
    ['no TD2', '3B8080', short('TD2 at 3')],
    ['no TA3', '3B80801F', short('TA3 at 4')],
    ['a TCK though T=0 is alone', '3B800080', END],
    ['no TCK though T=15 is named', '3B80801FC7', short('TCK at 5')],
    ['a wrong TCK', '3B80801FC7D9', `ATR/TCK at 5: expected 'd8'`],
  ])('refuses %s', (_, atr, problem) => {
    const found = `${atr.length / 2} octets`;
    const expected = `an ATR (${problem})`;
    expect(faultsAfter({ '$.atr': atr })).toEqual([{ path: '$.atr', expected, found }]);
  });

  it('refuses T=1 when it offers T=0 alone', () => {
    const fault = { path: '$.protocol', expected: '"T=0", as the ATR offers', found: '"T=1"' };
    expect(faultsAfter({ '$.protocol': 'T=1' })).toEqual([fault]);
    expect(faultsAfter({ '$.protocol': 'T=1', '$.atr': '3B00' })).toEqual([fault]);
  });

  it('refuses T=0 when it offers T=1 alone', () => {
    // TD1 '01': T=1, nothing follows; TCK = 80 xor 01
    const fault = { path: '$.protocol', expected: '"T=1", as the ATR offers', found: '"T=0"' };
    expect(faultsAfter({ '$.atr': '3B800181' })).toEqual([fault]);
    expect(faultsAfter({ '$.atr': '3B800181', '$.protocol': 'T=1' })).toEqual([]);
  });

  it('may offer both protocols', () => {
    // TD1 '80': T=0, TD2 '01': T=1; TCK = 80 xor 80 xor 01
    expect(faultsAfter({ '$.atr': '3B80800101', '$.protocol': 'T=0' })).toEqual([]);
    expect(faultsAfter({ '$.atr': '3B80800101', '$.protocol': 'T=1' })).toEqual([]);
  });

  it('refuses the default ATR with any one octet behind the TDs changed', () => {
    const atr = fromHex('3B9F96801FC78031E073FE2100675655494343303180');
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 21 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const damaged = Uint8Array.from(atr, (octet, n) => (n === at ? octet ^ by : octet));
        const [fault] = faultsAfter({ '$.atr': toHex(damaged) });
        expect(fault?.expected).toMatch(/^an ATR \(ATR\/TCK at 21: expected '[0-9a-f]{2}'\)$/);
      }),
    );
  });

  it('never stops an answer, whatever its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (octets) => {
        const faults = faultsAfter({ '$.atr': `3b${toHex(octets)}` });
        for (const { path } of faults) expect(['$.atr', '$.protocol']).toContain(path);
      }),
    );
  });
});
