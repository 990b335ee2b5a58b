/**
 * No secret of the card is in any answer: K, OPc, OTA keys, PINs and UNBLOCK PINs, whatever is
 * asked, and whoever asks.
 *
 * A secret is looked for by every 6 of its octets in a row.
 *
 * @see ETSI TS 102 221 §9; 3GPP TS 33.102 §6.3
 * @module
 */

import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { milenage } from '../../src/crypto/milenage.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../src/profile/profile.ts';
import { challengeFor, milenageKeyOf, RAND } from './support/aka.ts';
import { contentOf } from './support/files.ts';
import { bootstrappingFor, derivation, GBA } from './support/gba.ts';
import {
  ADM1,
  octet,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  type TestCardOptions,
  withUniversalPin,
} from './support/test-card.ts';

/** A profile whose secrets are like nothing else in it. */
function secretOf(n: number, octets = 16): string {
  return Array.from({ length: octets }, (_, at) =>
    octet((0x9d * (n + 1) + 0x3b * at * at) % 251),
  ).join('');
}

const PROFILE: CardProfile = {
  ...DEFAULT_PROFILE,
  keyTable: {
    active: 0,
    entries: DEFAULT_PROFILE.keyTable.entries.map((entry, n) => ({
      ...entry,
      k: secretOf(4 * n),
      opc: secretOf(4 * n + 1),
      keySets: entry.keySets.map((keys) => ({
        ...keys,
        kic: { ...keys.kic, key: secretOf(4 * n + 2) },
        kid: { ...keys.kid, key: secretOf(4 * n + 3) },
      })),
    })),
  },
  pins: withUniversalPin().pins.map((pin) =>
    pin.reference === '0A'
      ? { ...pin, value: secretOf(99, 8) }
      : { ...pin, unblock: { value: `407182${pin.reference}`, retries: 10 } },
  ),
};
const OWN_ADM1 = `0020000A08${secretOf(99, 8)}`;
/** What CHANGE and UNBLOCK set. */
const NEW_PIN = pinOctets('97531864');
const CHANGE = `0024000110${pinOctets('1234')}${NEW_PIN}`;
const UNBLOCK = `002C000110${pinOctets('40718201')}${NEW_PIN}`;

const SECRETS: readonly string[] = [
  ...PROFILE.keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
    k,
    opc,
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ]),
  secretOf(99, 8),
  ...PROFILE.pins
    .filter(({ reference }) => reference !== '0A')
    .flatMap(({ value, unblock }) => (unblock === undefined ? [value] : [value, unblock.value]))
    .map(pinOctets),
  NEW_PIN,
];
const PARTS: readonly string[] = SECRETS.flatMap((secret) =>
  Array.from({ length: secret.length / 2 - 5 }, (_, n) => secret.slice(2 * n, 2 * n + 12)),
).filter((part) => part !== 'FFFFFFFFFFFF');

function leaks(answer: string): string[] {
  return PARTS.filter((part) => answer.includes(part));
}

describe('the search', () => {
  it('would find a secret, and part of one', () => {
    expect(leaks(`62${secretOf(0)}9000`)).not.toEqual([]);
    expect(leaks(`${secretOf(7).slice(6, 20)}9000`)).not.toEqual([]);
    expect(new Set(SECRETS).size).toBe(SECRETS.length);
  });
});

describe('a card to which all keys were presented', () => {
  it('has no secret in any EF', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [PIN1, PIN2, OWN_ADM1] });
    for (const file of PROFILE.files) {
      expect(leaks(contentOf(card, file)), file.path).toEqual([]);
    }
  });

  it('tells none in an answer to any header, in both classes', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, PIN1, PIN2, OWN_ADM1] });
    for (let ins = 0; ins < 256; ins++) {
      for (const cla of ['00', '80', 'A0']) {
        for (const tail of ['0000', '000000', '00010A', '0081', '0C02A0', `008110${RAND}`]) {
          expect(leaks(card.ask(`${cla}${octet(ins)}${tail}`))).toEqual([]);
        }
      }
    }
  });

  it('tells none in an answer to random commands', () => {
    const header = fc.tuple(
      fc.constantFrom('00', '80', '01', 'A0'),
      fc.constantFrom(
        ...['A4', 'B0', 'B2', 'D6', 'DC', '20', '24', '26', '28', '2C'],
        ...['88', 'F2', 'C0', '10', 'C2', '12', '14'],
      ),
      fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 4, 8)).map(octet),
      fc.nat({ max: 255 }).map(octet),
    );
    const tail = fc.oneof(
      fc.constant(''),
      fc.nat({ max: 255 }).map(octet),
      fc
        .uint8Array({ minLength: 1, maxLength: 40 })
        .map((data) => `${octet(data.length)}${toHex(data)}`),
    );
    const random = fc.tuple(header, tail).map(([of, more]) => of.join('') + more);
    const meant = fc.constantFrom(
      SELECT_USIM,
      SELECT_ISIM,
      select('7FFF6F07'),
      select('7FFF6F3C'),
      '00B2000200',
      '00B0000000',
      PIN1,
      PIN2,
      ADM1,
      OWN_ADM1,
      CHANGE,
      UNBLOCK,
      `0026000108${pinOctets('1234')}`,
      `0026910108${NEW_PIN}`,
      `0028000108${NEW_PIN}`,
      '002C000100',
      `008800801110${RAND}`,
      `008800812210${RAND}10${RAND}`,
      '80F2000000',
      '00C0000000',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(random, meant), { maxLength: 60 }), (commands) => {
        const card = new TestCard({ profile: PROFILE });
        for (const command of commands) {
          expect(leaks(toHex(card.uicc.transmit(fromHex(command))).toUpperCase())).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a card of TUAK', () => {
  const [first] = PROFILE.keyTable.entries;
  const { opc: _, ...rest } = first!;
  const [k, topc] = [secretOf(50, 32), secretOf(51, 32)];
  const tuak = { ...rest, algorithm: 'tuak', k, topc };
  const isLeak = (text: string): boolean =>
    [k, topc].some((key) => text.toUpperCase().includes(key.slice(0, 12)));
  const cardOf = (entry: KeyTableEntryProfile, onFault?: (error: unknown) => void): TestCard =>
    new TestCard({
      profile: { ...PROFILE, keyTable: { active: 0, entries: [entry] } },
      ...(onFault && { onFault }),
      setUp: [SELECT_USIM, PIN1],
    });

  it('gives K and TOPc in no answer to any RAND, whatever the AUTN', () => {
    const octets = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const card = cardOf(tuak);
    fc.assert(
      fc.property(octets, octets, (rand, autn) => {
        const answers = [
          card.ask(`008800801110${toHex(rand)}`),
          card.ask(`008800812210${toHex(rand)}10${toHex(autn)}`),
        ];
        expect(answers.filter(isLeak)).toEqual([]);
      }),
    );
  });

  it.each<[string, Partial<KeyTableEntryProfile>, string]>([
    ['K', { k: k.slice(0, 48) }, 'k: expected 16 or 32 octets, got 24'],
    ['TOPc', { topc: topc.slice(0, 62) }, 'topc: expected 32 octets, got 31'],
  ])('names %s that is too short, and tells none of it', (_what, change, expected) => {
    const faults: unknown[] = [];
    const card = cardOf({ ...tuak, ...change }, (error) => faults.push(error));
    expect(card.send(`008800812210${RAND}10${RAND}`)).toBe('6F00');
    const said = inspect(faults, { depth: null });
    expect(said).toContain(expected);
    expect(isLeak(said)).toBe(false);
  });

  it('tells none of them where a profile is checked', () => {
    const faulty = { ...tuak, macLength: 16, topc: `${topc}00`, top: topc, op: k, resLength: topc };
    const keyTable = { active: 0, entries: [faulty] };
    const result = checkProfile({ ...PROFILE, keyTable });
    expect(result.ok).toBe(false);
    expect(isLeak(JSON.stringify(result))).toBe(false);
  });
});

describe('a card that has bootstrapped', () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const input = { rand: fromHex(RAND), sqn: new Uint8Array(6), amf: new Uint8Array(2) };
  const { ck, ik } = milenage(milenageKeyOf(entry!), input);
  const keys = [ck, ik].map((key) => toHex(key).toUpperCase());
  const isLeak = (text: string): boolean =>
    keys.some((key) =>
      [0, 12, 20].some((at) => text.toUpperCase().includes(key.slice(at, at + 12))),
    );
  const bootstrapped = (options: Partial<TestCardOptions> = {}): TestCard => {
    const card = new TestCard({ profile: GBA, setUp: [SELECT_USIM, PIN1, PIN2, ADM1], ...options });
    expect(card.ask(bootstrappingFor(entry!, 0x20))).toMatch(/^DB/u);
    return card;
  };

  it('would be caught with CK, IK or Ks', () => {
    const answer = new TestCard({ profile: GBA, setUp: [SELECT_USIM, PIN1] }).ask(
      challengeFor(entry!, 0x20),
    );
    expect(isLeak(answer)).toBe(true);
  });

  it('has none of them in any EF, nor in an answer of either mode', () => {
    const card = bootstrapped();
    const nafs = ['00', '61', 'FF'.repeat(40)];
    const answers = [
      ...nafs.map((naf) => card.ask(derivation(naf, '62'))),
      card.ask(bootstrappingFor(entry!, 0x20)),
      card.ask(bootstrappingFor(entry!, 0x40)),
      ...GBA.files.map((file) => contentOf(card, file)),
    ];
    expect(answers.filter(isLeak)).toEqual([]);
  });

  it('has none of them in an answer to any header, in both classes', () => {
    const card = bootstrapped();
    for (let ins = 0; ins < 256; ins++) {
      for (const cla of ['00', '80', 'A0']) {
        for (const tail of ['0000', '000000', '00010A', '0084', `008411DD${RAND}`]) {
          expect(isLeak(card.ask(`${cla}${octet(ins)}${tail}`))).toBe(false);
        }
      }
    }
  });

  it('tells none of them when a commit fails', () => {
    const faults: unknown[] = [];
    const append = (): never => {
      throw new Error('the disk is gone');
    };
    const { root } = bootstrapped().uicc;
    const pin = {
      ...root,
      pins: root.pins.map((one) => ({ ...one, status: 'disabled' as const })),
    };
    const open = new TestCard({
      ...{ profile: GBA, root: pin, log: { append }, onFault: (error) => faults.push(error) },
      setUp: [SELECT_USIM],
    });
    expect(open.send(bootstrappingFor(entry!, 0x40))).toBe('6F00');
    expect(open.send(derivation('61', '62'))).toBe('6F00');
    expect(faults).toHaveLength(2);
    expect(isLeak(inspect(faults, { depth: null }))).toBe(false);
  });
});

describe('what a card says of a fault of its own', () => {
  it('holds no secret when a commit fails', () => {
    const faults: unknown[] = [];
    const append = (): never => {
      throw new Error('the disk is gone');
    };
    const card = new TestCard({
      profile: PROFILE,
      log: { append },
      onFault: (error) => faults.push(error),
    });
    const commands = [OWN_ADM1, CHANGE, `0026000108${pinOctets('1234')}`, UNBLOCK];
    for (const command of commands) expect(card.send(command)).toBe('6F00');
    expect(faults).toHaveLength(commands.length);
    expect(leaks(inspect(faults, { depth: null }).toUpperCase())).toEqual([]);
  });

  it.each(['k', 'opc'] as const)('names %s that is too short, and tells none of it', (name) => {
    const faults: unknown[] = [];
    const [first, ...others] = PROFILE.keyTable.entries;
    if (first === undefined) throw new Error('a profile has an entry');
    const entries = [{ ...first, [name]: first[name]?.slice(0, 30) }, ...others];
    const card = new TestCard({
      profile: { ...PROFILE, keyTable: { active: 0, entries } },
      onFault: (error) => faults.push(error),
      setUp: [SELECT_USIM, PIN1],
    });
    expect(card.send(`008800812210${RAND}10${RAND}`)).toBe('6F00');
    const said = inspect(faults, { depth: null });
    expect(said).toContain(`${name}: expected 16 octets, got 15`);
    expect(leaks(said.toUpperCase())).toEqual([]);
  });
});
