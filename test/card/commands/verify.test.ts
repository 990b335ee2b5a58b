/**
 * VERIFY PIN: tries, blocked and disabled PINs, key references.
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9
 * @module
 */

import { describe, expect, it } from 'vitest';
import { ADM1, octet, PIN1, TestCard, WRONG_PIN1, withPin } from '../support/test-card.ts';

function answers(card: TestCard, commands: readonly string[]): string[] {
  return commands.map((command) => card.send(command));
}

const QUERY = '0020000100';

describe('tries', () => {
  it('go down with each wrong PIN, and come back with the right one', () => {
    expect(answers(new TestCard(), [WRONG_PIN1, WRONG_PIN1, PIN1, QUERY])).toEqual([
      '63C2',
      '63C1',
      '9000',
      '63C3',
    ]);
  });

  it('end: then the right PIN is refused as a wrong one is, and asking says 0', () => {
    const card = new TestCard();
    expect(answers(card, [WRONG_PIN1, WRONG_PIN1, WRONG_PIN1, WRONG_PIN1, PIN1, QUERY])).toEqual([
      '63C2',
      '63C1',
      '63C0',
      '6983',
      '6983',
      '63C0',
    ]);
    card.reset();
    expect(answers(card, [PIN1, QUERY])).toEqual(['6983', '63C0']);
  });

  it('are as many as the profile says, up to 15', () => {
    for (let retries = 1; retries <= 15; retries++) {
      const card = new TestCard({ profile: withPin('01', { retries }) });
      expect(card.send(QUERY)).toBe(`63C${retries.toString(16).toUpperCase()}`);
      for (let left = retries - 1; left >= 0; left--) {
        expect(card.send(WRONG_PIN1)).toBe(`63C${left.toString(16).toUpperCase()}`);
      }
      expect(card.send(PIN1)).toBe('6983');
    }
  });

  it('are counted apart for each key', () => {
    const card = new TestCard();
    expect(card.send('002000810839393939FFFFFFFF')).toBe('63C2');
    expect(card.send('0020000A083939393939393939')).toBe('63C9');
    expect(answers(card, [QUERY, '0020008100', '0020000A00'])).toEqual(['63C3', '63C2', '63C9']);
  });

  it('are stored with every wrong PIN, whether the card is reset or loses its power', () => {
    const card = new TestCard();
    card.send(WRONG_PIN1);
    card.reset();
    expect(card.send(WRONG_PIN1)).toBe('63C1');
    card.uicc.powerOff();
    card.reset();
    expect(card.send(QUERY)).toBe('63C1');
  });

  it('are not touched by the question, asked as case 1 or case 2', () => {
    const card = new TestCard();
    expect(answers(card, [QUERY, '00200001', '0020000108'])).toEqual(['63C3', '63C3', '63C3']);
    expect(card.commits).toHaveLength(0);
  });
});

describe('what costs no try', () => {
  it('a PIN of another length than 8', () => {
    const card = new TestCard();
    for (let length = 1; length <= 255; length++) {
      if (length === 8) continue;
      const data = '31323334FFFFFFFF'.padEnd(length * 2, 'F').slice(0, length * 2);
      expect(card.send(`00200001${octet(length)}${data}`)).toBe('6700');
    }
    expect(card.send(QUERY)).toBe('63C3');
    expect(card.commits).toHaveLength(0);
  });

  it('a P1 other than 00', () => {
    const card = new TestCard();
    for (let p1 = 1; p1 <= 255; p1++) {
      expect(card.send(`0020${octet(p1)}010839393939FFFFFFFF`)).toBe('6A86');
    }
    expect(card.send(QUERY)).toBe('63C3');
  });

  it('a key reference that the card does not have', () => {
    const card = new TestCard();
    const known = Array.from({ length: 256 }, (_, p2) => p2).filter(
      (p2) => card.send(`002000${octet(p2)}0831323334FFFFFFFF`) !== '6A88',
    );
    expect(known).toEqual([0x01, 0x0a, 0x81]);
  });

  it('a class of another channel', () => {
    const card = new TestCard();
    expect(card.send(`01${WRONG_PIN1.slice(2)}`)).toBe('6881');
    expect(card.send(QUERY)).toBe('63C3');
  });
});

describe('a PIN value', () => {
  it.each([
    ['with another filler', '3132333400000000'],
    ['with digits behind', '3132333435FFFFFF'],
    ['with the first digits alone', '313233FFFFFFFFFF'],
    ['as digits two an octet', '1234FFFFFFFFFFFF'],
    ['of PIN2', '30303030FFFFFFFF'],
    ['of ADM1', '3131313131313131'],
    ['of nothing', 'FFFFFFFFFFFFFFFF'],
  ])('%s is not that of PIN1', (_what, value) => {
    expect(new TestCard().send(`0020000108${value}`)).toBe('63C2');
  });

  it('may have 4 to 8 digits', () => {
    for (const value of ['1234', '12345', '123456', '1234567', '12345678']) {
      const card = new TestCard({ profile: withPin('01', { value }) });
      const digits = [...value].map((digit) => `3${digit}`).join('');
      expect(card.send(`0020000108${digits.padEnd(16, 'F')}`)).toBe('9000');
    }
  });

  it('may be 8 octets of any value for an ADM key', () => {
    const card = new TestCard({ profile: withPin('0A', { value: '00FF10203040FE7F' }) });
    expect(card.send(ADM1)).toBe('63C9');
    expect(card.send('0020000A0800FF10203040FE7F')).toBe('9000');
  });
});

describe('a disabled PIN', () => {
  it('is refused with 6984, right or wrong, and costs no try', () => {
    const card = new TestCard({ profile: withPin('01', { enabled: false }) });
    expect(answers(card, [PIN1, WRONG_PIN1, QUERY])).toEqual(['6984', '6984', '63C3']);
    expect(card.commits).toHaveLength(0);
  });

  it('that is blocked is refused with 6983', () => {
    const card = new TestCard({ profile: withPin('01', { enabled: false }) });
    const enable = WRONG_PIN1.replace('0020', '0028');
    expect(answers(card, [enable, enable, enable, PIN1])).toEqual(['63C2', '63C1', '63C0', '6983']);
  });
});
