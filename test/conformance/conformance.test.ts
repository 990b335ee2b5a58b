/**
 * The suite on the card under test, and the suite itself: it must be able to fail.
 *
 * @see ETSI TS 102 221 §10, §11; 3GPP TS 31.102 §7
 * @module
 */

import { describe, expect, it } from 'vitest';
import { decodeAtr } from '../../src/apdu/atr.ts';
import { type CardConnection, connect } from '../../src/apdu/connection.ts';
import { readFiles } from '../support/source.ts';
import { CARD_UNDER_TEST, cardUnderTest, reasonAgainst } from './card-under-test.ts';
import { conformanceSuite, differences } from './suite.ts';
import { SUITES } from './suites.ts';

for (const [title, rows] of SUITES) await conformanceSuite(CARD_UNDER_TEST, title, rows);

describe(`the ATR, on ${CARD_UNDER_TEST.name}`, () => {
  async function atr(): Promise<Uint8Array> {
    const octets = await (await CARD_UNDER_TEST.make()).reset();
    await CARD_UNDER_TEST.close();
    return octets;
  }

  it('T01: the octets behind TS cancel each other out', async () => {
    const [ts, ...others] = await atr();
    expect(ts).toBe(0x3b);
    expect(others.reduce((sum, octet) => sum ^ octet, 0)).toBe(0);
  });

  it('T02: offers T=0 first, and has the global interface octets', async () => {
    const [first, second] = decodeAtr(await atr()).interfaceBytes;
    expect((first?.td ?? 0xff) & 0x0f).toBe(0);
    expect((second?.td ?? 0xff) & 0x0f).toBe(15);
  });

  it('T04: offers a speed of 512/8 or more, or no other than the first', async () => {
    const [first] = decodeAtr(await atr()).interfaceBytes;
    expect([0x94, 0x95, 0x96, 0x97, 0x11]).toContain(first?.ta ?? 0x11);
  });
});

/** Rows of the notes on conformance: how many there are of each letter. */
const NOTES = { T: 14, E: 13, S: 23, R: 38, P: 18, A: 20, C: 16 } as const;

describe('the rows of the notes on conformance', () => {
  it('have a test each: here, or where the octets of the line are tested', () => {
    const elsewhere = [...readFiles((path) => /^test\/(?:apdu|me|conformance)\//u.test(path))];
    const named = new Set(
      elsewhere.flatMap(([, text]) => text.match(/(?<=['" ])[A-Z]\d{2}\b/gu) ?? []),
    );
    const ids = Object.entries(NOTES).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, n) => `${letter}${`${n + 1}`.padStart(2, '0')}`),
    );
    expect(ids.filter((id) => !named.has(id))).toEqual([]);
  });
});

/** Says the same to everything. */
function parrot(answer: Uint8Array): CardConnection {
  return connect({ reset: () => Uint8Array.of(0x3b, 0x00), transmit: () => answer });
}

describe('the suite', () => {
  const all = SUITES.flatMap(([, rows]) => rows);

  it('has no identifier twice', () => {
    const ids = all.map(({ id }) => id);
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([]);
  });

  it.each([
    ['9000', Uint8Array.of(0x90, 0x00)],
    ['6F00', Uint8Array.of(0x6f, 0x00)],
    ['6D00', Uint8Array.of(0x6d, 0x00)],
  ])(
    'finds fault with a card that answers %s to everything, in nearly every row',
    async (_, sw) => {
      const found = await Promise.all(all.map((row) => differences(parrot(sw), row)));
      const passed = found.filter((wrong) => wrong.length === 0);
      expect(passed.length).toBeLessThan(all.length / 10);
    },
  );

  it('says which step went wrong, what it expected and what it found', async () => {
    const row = { id: 'X', shows: '', steps: [{ send: '00A40004', expect: ['61..', '62...90'] }] };
    expect(await differences(parrot(Uint8Array.of(0x6a, 0x82)), row)).toEqual([
      'step 1, 00A40004: expected 61..,62...90, found 6A82',
    ]);
  });

  it('says when an answer that has to be new is one of before', async () => {
    const step = { send: '0084000001', expect: '..9000' } as const;
    const row = { id: 'X', shows: '', steps: [step, { ...step, isNew: true } as const] };
    expect(await differences(parrot(Uint8Array.of(0xa5, 0x90, 0x00)), row)).toEqual([
      'step 2, 0084000001: expected another answer than before, found A59000',
    ]);
  });

  it('tells which rows change a card, and which the guard of its PINs would refuse', async () => {
    const reasons = new Map<string, string | undefined>();
    for (const row of all) reasons.set(row.id, await reasonAgainst(row));
    for (const id of ['P02', 'P04', 'P08']) expect(reasons.get(id)).toBe('they change the card');
    for (const id of ['P01', 'P03', 'T11', 'A11', 'A50']) expect(reasons.get(id)).toBeUndefined();
    expect(reasons.get('P13')).toBe('nobody can tell how many tries of a PIN they use');
    const runnable = [...reasons.values()].filter((reason) => reason === undefined);
    expect(runnable.length).toBeGreaterThan(all.length / 2);
  });
});

describe('the card under test', () => {
  it('is the emulator, when nobody names another', () => {
    expect(cardUnderTest(undefined).name).toBe('the emulator');
    expect(cardUnderTest('').name).toBe('the emulator');
  });

  it('may be in a reader; then the rows that change a card are left out by name', async () => {
    const card = cardUnderTest('pcsc:Virtual PCD 00 00');
    const leftOut = async (id: string) => {
      const row = SUITES.flatMap(([, rows]) => rows).find((one) => one.id === id);
      return row && card.leavesOut(row);
    };
    expect(card.name).toBe('the card in reader "Virtual PCD 00 00"');
    expect(await leftOut('P01')).toBeUndefined();
    expect(await leftOut('P04')).toBe('they change the card');
  });

  it.each(['pcsc', 'pcsc:', 'vpcd:35963', 'PCSC:x', 'Virtual PCD 00 00'])('is not %s', (name) => {
    expect(() => cardUnderTest(name)).toThrow(`CARD: expected pcsc:NAME, got ${name}`);
  });
});
