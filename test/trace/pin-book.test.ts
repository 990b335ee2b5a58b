import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { Pattern } from '../../src/trace/model.ts';
import { PinBook } from '../../src/trace/pin-book.ts';
import { pinSecrets } from '../../src/trace/secrets.ts';
import { TINY_PINS } from './tiny-card.ts';

const SECRETS = pinSecrets({ pins: TINY_PINS });
const NOTHING = pinSecrets({ pins: [] });
const PIN = '31323334ffffffff';
const PUK = '3132333435363738';
const ANY_8 = '..'.repeat(8);

/** Hex and `..` glued together. */
function pattern(text: string): Pattern {
  return (text.match(/../g) ?? []).map((item) =>
    item === '..' ? item : Number.parseInt(item, 16),
  );
}

function filled(command: string, response: string, secrets = SECRETS): string | undefined {
  const octets = new PinBook(secrets).fill(pattern(command), pattern(response));
  return octets && toHex(octets);
}

describe('a PinBook fills', () => {
  it.each([
    ['VERIFY PIN that was right', `0020000108${ANY_8}`, '9000', `0020000108${PIN}`],
    ['VERIFY PIN with a command pending', `0020000108${ANY_8}`, '910b', `0020000108${PIN}`],
    ['VERIFY PIN on channel 19', `4f20000108${ANY_8}`, '9000', `4f20000108${PIN}`],
    ['VERIFY CHV1 of class A0', `a020000108${ANY_8}`, '9000', `a020000108${PIN}`],
    ['VERIFY PIN with Le', `0020000108${ANY_8}00`, '9000', `0020000108${PIN}00`],
    ['VERIFY PIN refused for its length', '0020000104........', '6700', '002000010431323334'],
    ['a query, which has no secret', '0020000100', '63c3', '0020000100'],
    ['a PIN that the trace tells', `0020000108${PUK}`, '63c2', `0020000108${PUK}`],
    [
      'the rest of a PIN that the trace tells',
      '00200001083132..34ffffffff',
      '9000',
      `0020000108${PIN}`,
    ],
    ['a command without secrets', '00b0000000', '9000', '00b0000000'],
  ])('%s', (_, command, response, expected) => {
    expect(filled(command, response)).toBe(expected);
  });

  it.each([
    ['VERIFY PIN', `0020000108${ANY_8}`],
    ['CHANGE PIN', `0024000110${ANY_8}${ANY_8}`],
    ['DISABLE PIN', `0026000108${ANY_8}`],
    ['ENABLE PIN', `0028000108${ANY_8}`],
  ])('%s that was wrong with another PIN', (_, command) => {
    for (const response of ['63c2', '63c0', '63..', '6983', '9804', '9840']) {
      expect(filled(command, response)?.slice(10, 26)).toBe('32323334ffffffff');
    }
  });

  it('a wrong PIN that differs where the trace leaves it open', () => {
    expect(filled('00200001083132..34ffffffff', '63c2')).toBe('002000010831323434ffffffff');
    expect(filled('002000010831323334......ff', '63c2')).toBe('002000010831323334feffffff');
  });

  it('the PIN of a reference that the profile lacks with FF, if it was refused', () => {
    expect(filled(`0020000708${ANY_8}`, '6a88')).toBe('0020000708ffffffffffffffff');
    expect(filled(`0020000708${ANY_8}`, '63c2')).toBe('0020000708feffffffffffffff');
    expect(filled('80d80100021031', '9000')).toBe('80d80100021031');
    expect(filled('80d8010002....', '6d00')).toBe('80d8010002ffff');
  });

  it('PIN and UNBLOCK PIN of class A0 by the numbers of that class', () => {
    const chv2 = pinSecrets({
      pins: [{ ...TINY_PINS[0], reference: '81', value: '0000' }],
    });
    expect(filled(`a020000208${ANY_8}`, '9000', chv2)).toBe('a02000020830303030ffffffff');
    expect(filled(`a02c000010${ANY_8}${PUK}`, '9000')).toBe(`a02c000010${PUK}${PUK}`);
    expect(filled(`a02c000210${ANY_8}${PUK}`, '9000', chv2)).toBe(`a02c000210${PUK}${PUK}`);
  });

  it.each([
    ['a PIN', `0020000108${ANY_8}`],
    ['an old PIN', `0024000110${ANY_8}${ANY_8}`],
    ['an UNBLOCK PIN', `002c000110${ANY_8}${ANY_8}`],
    ['keys', '80d8010002....'],
    ['octets behind the PIN', `0020000109${PIN}..`],
    ['the data of another command', '00d6000002....'],
  ])('nothing when %s was accepted that it does not know', (_, command) => {
    expect(filled(command, '9000', NOTHING)).toBeUndefined();
  });

  it.each(['6a88', '6984', '6985', '6982', '6700', '6d00', '6e00'])(
    'something when a PIN that it does not know was refused with %s',
    (response) => {
      expect(filled(`0020000108${ANY_8}`, response, NOTHING)).toBe('0020000108ffffffffffffffff');
    },
  );
});

describe('a new PIN', () => {
  const change = pattern(`0024000110${ANY_8}${ANY_8}`);
  const verify = pattern(`0020000108${ANY_8}`);
  const ok = pattern('9000');

  it('differs from the present PIN, and is the present one once the card took it', () => {
    const book = new PinBook(SECRETS);
    const seen = [PIN];
    for (let n = 0; n < 12; n++) {
      const command = book.fill(change, ok)!;
      expect(toHex(command.slice(5, 13))).toBe(seen.at(-1));
      expect(toHex(command.slice(13))).not.toBe(seen.at(-1));
      seen.push(toHex(command.slice(13)));
      book.learn(command, fromHex('9000'));
      expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(seen.at(-1));
    }
  });

  it.each(['63c2', '6983', '6a80', '6700', '6984', '90', ''])(
    'is forgotten when the card answers %s',
    (response) => {
      const book = new PinBook(SECRETS);
      book.learn(book.fill(change, ok)!, fromHex(response));
      expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(PIN);
    },
  );

  it('of UNBLOCK PIN is learnt, and the UNBLOCK PIN stays', () => {
    const book = new PinBook(SECRETS);
    const unblock = pattern(`002c000110${ANY_8}${ANY_8}`);
    const command = book.fill(unblock, ok)!;
    expect(toHex(command.slice(5, 13))).toBe(PUK);
    expect(toHex(command.slice(13))).not.toBe(PIN);
    book.learn(command, fromHex('9000'));
    expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(toHex(command.slice(13)));
    expect(toHex(book.fill(unblock, ok)!.slice(5, 13))).toBe(PUK);
  });

  it('that the trace tells is learnt too', () => {
    const book = new PinBook(SECRETS);
    book.learn(book.fill(pattern(`0024000110${ANY_8}${PUK}`), ok)!, fromHex('9000'));
    expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(PUK);
  });

  it('of another reference changes nothing', () => {
    const book = new PinBook(SECRETS);
    book.learn(fromHex(`0024008110${PIN}${PUK}`), fromHex('9000'));
    expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(PIN);
  });

  it('that was no PIN has no digit', () => {
    expect(filled(`0024000110${ANY_8}${ANY_8}`, '6a80')).toBe(`0024000110${PIN}${'ff'.repeat(8)}`);
  });

  it('of no other command is learnt', () => {
    const book = new PinBook(SECRETS);
    book.learn(fromHex(`0020000110${PUK}${PUK}`), fromHex('9000'));
    book.learn(fromHex(`00d6000110${PUK}${PUK}`), fromHex('9000'));
    book.learn(fromHex('00240001023132'), fromHex('9000'));
    expect(toHex(book.fill(verify, ok)!.slice(5))).toBe(PIN);
  });

  it('or a wrong one differs from the present one, whatever that is and wherever open', () => {
    const present = fc.uint8Array({ minLength: 8, maxLength: 8 });
    const open = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 });
    fc.assert(
      fc.property(present, open, (octets, at) => {
        const secrets = pinSecrets({ pins: [{ ...TINY_PINS[0], value: toHex(octets) }] });
        const field = [...octets].map((octet, index) => (at.includes(index) ? '..' : octet));
        const head = [0x00, 0x24, 0x00, 0x01, 0x10];
        const right = new PinBook(secrets).fill([...head, ...field, ...field], ok)!;
        const wrong = new PinBook(secrets).fill([...head, ...field, ...field], [0x63, 0xc2])!;
        expect(right.slice(5, 13)).toEqual(octets);
        expect(right.slice(13)).not.toEqual(octets);
        expect(wrong.slice(5, 13)).not.toEqual(octets);
      }),
    );
  });
});
