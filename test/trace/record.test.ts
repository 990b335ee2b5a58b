import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traced } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { formatTrace, parseTrace } from '../../src/trace/apdu-text.ts';
import { recordTrace } from '../../src/trace/record.ts';
import { withoutLines } from './arbitraries.ts';
import { TINY_ATR, tinyCard } from './tiny-card.ts';

function recorded(...exchanges: readonly [command: string, response: string][]): string {
  const recorder = recordTrace();
  for (const [command, response] of exchanges) {
    recorder.observe({ kind: 'apdu', command: fromHex(command), response: fromHex(response) });
  }
  return formatTrace(recorder.trace());
}

const HIDDEN_8 = '.'.repeat(16);
const HIDDEN_16 = '.'.repeat(32);

describe('a recorded trace', () => {
  it('holds what the card was asked and what it said, with words beside it', () => {
    const recorder = recordTrace([['card', 'tiny']]);
    const card = traced(tinyCard(), recorder.observe);
    card.reset();
    card.transmit(fromHex('00A40004023F00'));
    card.transmit(fromHex('00B0000004'));
    card.transmit(fromHex('0020000108 31323334FFFFFFFF'));
    card.transmit(fromHex('00B0000004'));
    expect(formatTrace(recorder.trace())).toBe(
      [
        '# card: tiny',
        'reset',
        `< ${toHex(TINY_ATR).toUpperCase()}`,
        '> 00A40004023F00  SELECT MF',
        '< 612F  ok, 47 octets of response data are ready',
        '> 00B0000004  READ BINARY',
        '< 6982  security status not satisfied',
        `> 0020000108${HIDDEN_8}  VERIFY PIN 01`,
        '< 9000',
        '> 00B0000004  READ BINARY',
        '< 080910109000',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['VERIFY PIN', '0020000108', HIDDEN_8],
    ['VERIFY PIN on channel 3', '0320000108', HIDDEN_8],
    ['VERIFY PIN on channel 7', '4320000108', HIDDEN_8],
    ['VERIFY PIN with secure messaging', '0C20000108', HIDDEN_8],
    ['VERIFY CHV of class A0', 'A020000108', HIDDEN_8],
    ['VERIFY PIN of class 80', '8020000108', HIDDEN_8],
    ['VERIFY PIN of a class that is none', 'FF20000108', HIDDEN_8],
    ['VERIFY PIN with Lc 16', '0020000110', HIDDEN_16],
    ['VERIFY PIN with Lc 07', '0020000107', HIDDEN_8],
    ['CHANGE PIN', '0024000110', HIDDEN_16],
    ['CHANGE PIN with Lc 08', '0024000108', HIDDEN_8],
    ['DISABLE PIN', '0026000108', HIDDEN_8],
    ['ENABLE PIN', '0028000108', HIDDEN_8],
    ['UNBLOCK PIN', '002C000110', HIDDEN_16],
    ['UNBLOCK CHV of class A0', 'A02C000010', HIDDEN_16],
    ['PUT KEY', '80D8010010', HIDDEN_16],
  ])('hides the data of %s', (_, header, hidden) => {
    const secret = '3132333435363738'.repeat(hidden.length / 16);
    for (const answer of ['9000', '63C2', '6983', '6700', '6E00']) {
      const text = recorded([header + secret, answer]);
      expect(text).toContain(`> ${header}${hidden}  `);
      expect(text).not.toContain('3132');
    }
  });

  it('holds no octet of a PIN, whatever command tries to carry it', () => {
    const secret = 'C7D9E3A5B1F2C7D9';
    const head = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 1 }),
      fc.constantFrom('20', '24', '26', '28', '2C', 'D8'),
      fc.constantFrom('0001', '0081', '000A', '8011'),
      fc.constantFrom('00', '07', '08', '09', '0F', '10', '20', 'FF'),
    );
    fc.assert(
      fc.property(head, fc.integer({ min: 1, max: 3 }), ([cla, ins, p1p2, lc], times) => {
        const text = recorded([toHex(cla) + ins + p1p2 + lc + secret.repeat(times), '6700']);
        const sent = text.split('\n')[0]!.split('  ')[0]!;
        expect(sent.slice(12)).toMatch(/^\.*$/);
      }),
    );
  });

  it('keeps queries and Le, which are no secret', () => {
    expect(recorded(['0020000100', '63C3'])).toBe(
      '> 0020000100  VERIFY PIN 01 (query)\n< 63C3  3 tries left\n',
    );
    expect(recorded(['0020000108 3132333435363738 00', '9000'])).toContain(`${HIDDEN_8}00  `);
  });

  it('keeps the answer of AUTHENTICATE', () => {
    expect(recorded(['00C0000004', 'DB0201029000'])).toContain('< DB0201029000\n');
  });

  it.each([
    ['', '6700', '# 0 octets, too few for a C-APDU\n'],
    ['00A4', '6700', '# 2 octets, too few for a C-APDU\n'],
    ['0020', '6700', '# 2 octets, too few for a C-APDU\n'],
    ['00A4000C', '90', '> 00A4000C  SELECT MF\n'],
    ['00A4000C', '', '> 00A4000C  SELECT MF\n'],
  ])('of %o answered by %o holds what the grammar can say', (command, response, text) => {
    expect(recorded([command, response])).toBe(text);
  });

  it('of a card without an ATR leaves the ATR open', () => {
    const recorder = recordTrace();
    recorder.observe({ kind: 'reset', atr: Uint8Array.of(0x3b) });
    expect(formatTrace(recorder.trace())).toBe('reset\n');
  });

  it('does not change when the recording goes on', () => {
    const recorder = recordTrace();
    const before = recorder.trace();
    recorder.observe({ kind: 'reset', atr: fromHex('3B00') });
    expect(before.steps).toEqual([]);
    expect(recorder.trace().steps).toHaveLength(1);
  });

  it('can be written and read back, whatever octets went by', () => {
    const octets = fc.uint8Array({ maxLength: 24 });
    const exchange = fc.oneof(
      fc.record({ kind: fc.constant('reset' as const), atr: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ kind: fc.constant('apdu' as const), command: octets, response: octets }),
    );
    fc.assert(
      fc.property(fc.array(exchange, { maxLength: 8 }), (exchanges) => {
        const recorder = recordTrace([['card', 'none']]);
        for (const each of exchanges) recorder.observe(each);
        const trace = recorder.trace();
        expect(withoutLines(parseTrace(formatTrace(trace)))).toEqual(trace);
      }),
    );
  });
});
