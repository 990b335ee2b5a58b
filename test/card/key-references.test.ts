/**
 * Every key reference that there is, on one card: the PIN commands, access rules and the PIN status
 * template know each of them, and no other.
 *
 *     01 to 08  application PINs        global: verified for the whole card
 *     0A to 0E  ADM1 to ADM5            global
 *     11        universal PIN           global
 *     81 to 88  second application PINs local: verified for an application
 *     8A to 8E  ADM6 to ADM10           local
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13
 * @module
 */

import { describe, expect, it } from 'vitest';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile, PinProfile } from '../../src/profile/profile.ts';
import {
  octet,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  withChannels,
} from './support/test-card.ts';

const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, n) => octet(first + n));

const PINS = [...range(0x01, 0x08), '11', ...range(0x81, 0x88)];
const ADM_KEYS = [...range(0x0a, 0x0e), ...range(0x8a, 0x8e)];
const LOCAL = [...range(0x81, 0x88), ...range(0x8a, 0x8e)];
const REFERENCES = [...PINS, ...ADM_KEYS].toSorted();
const GLOBAL = REFERENCES.filter((reference) => !LOCAL.includes(reference));
const UNKNOWN = range(0x00, 0xff).filter((reference) => !REFERENCES.includes(reference));

/** Each key has a value of its own: a PIN of digits, an ADM key of any octets. */
const VALUE = new Map(
  REFERENCES.map((reference): [string, string] => {
    const digits = `12${Number.parseInt(reference, 16).toString().padStart(3, '0')}`;
    return [reference, ADM_KEYS.includes(reference) ? reference.repeat(8) : pinOctets(digits)];
  }),
);
const value = (reference: string): string => VALUE.get(reference) ?? pinOctets('9999');
const WRONG = pinOctets('77777777');
const UNBLOCK = pinOctets('87654321');
const NEW = pinOctets('4321');

function pinOf(reference: string): PinProfile {
  const digits = value(reference).replace(/F+$/u, '').replaceAll(/3(\d)/gu, '$1');
  return {
    reference,
    value: ADM_KEYS.includes(reference) ? value(reference) : digits,
    retries: 3,
    enabled: true,
    unblock: { value: '87654321', retries: 10 },
  };
}

/** An EF of one octet, which is the key reference that opens it. */
function fileOf(directory: string, family: string, reference: string): FileProfile {
  return {
    path: `${directory}/EF.KEY-${reference}`,
    fid: `${family}${reference}`,
    sfi: null,
    rules: { expanded: `800101A4068301${reference}950108` },
    type: 'transparent',
    size: 1,
    data: reference,
  };
}

const PROFILE: CardProfile = withChannels(0x13, {
  ...DEFAULT_PROFILE,
  pins: REFERENCES.map(pinOf),
  directories: DEFAULT_PROFILE.directories.map((directory) => ({
    ...directory,
    pins: REFERENCES,
  })),
  files: [
    ...DEFAULT_PROFILE.files,
    ...REFERENCES.flatMap((reference) => [
      fileOf('MF', '2E', reference),
      fileOf('MF/ADF.USIM', '6D', reference),
      fileOf('MF/ADF.ISIM', '6D', reference),
    ]),
  ],
});

const cardAfter = (setUp: readonly string[] = []): TestCard =>
  new TestCard({ profile: PROFILE, setUp });

const verify = (reference: string, presented = value(reference)): string =>
  `002000${reference}08${presented}`;
const disable = (reference: string, p1 = '00'): string =>
  `0026${p1}${reference}08${value(reference)}`;
const enable = (reference: string): string => `002800${reference}08${value(reference)}`;

/** The references of the EFs in a directory that can be read. */
function readable(card: TestCard, path: string): string[] {
  return REFERENCES.filter((reference) => {
    card.expectOk(select(`${path}${reference}`));
    const response = card.send('00B0000001');
    if (response !== '6982') expect(response).toBe(`${reference}9000`);
    return response !== '6982';
  });
}

it('a profile may have all of them', () => {
  expect(REFERENCES).toHaveLength(27);
  expect(checkProfile(PROFILE)).toMatchObject({ ok: true });
});

describe.each(REFERENCES)('the key %s', (reference) => {
  it('is verified, and opens what names it alone', () => {
    const card = cardAfter();
    expect(readable(card, '2E')).toEqual([]);
    expect(card.send(`002000${reference}00`)).toBe('63C3');
    expect(card.send(verify(reference))).toBe('9000');
    expect(readable(card, '2E')).toEqual([reference]);
    card.reset();
    expect(readable(card, '2E')).toEqual([]);
  });

  it('is blocked by three wrong tries, and opens nothing then', () => {
    const card = cardAfter([verify(reference)]);
    const tries = [1, 2, 3].map(() => card.send(verify(reference, WRONG)));
    expect(tries).toEqual(['63C2', '63C1', '63C0']);
    expect(card.send(verify(reference))).toBe('6983');
    expect(readable(card, '2E')).toEqual([]);
    const others = REFERENCES.filter((other) => other !== reference);
    expect(others.map((other) => card.send(verify(other)))).toEqual(others.map(() => '9000'));
  });

  it('is changed, and its old value is wrong', () => {
    const card = cardAfter();
    expect(card.send(`002400${reference}10${WRONG}${NEW}`)).toBe('63C2');
    expect(card.send(`002400${reference}10${value(reference)}${NEW}`)).toBe('9000');
    card.reset();
    expect(card.send(verify(reference))).toBe('63C2');
    expect(card.send(verify(reference, NEW))).toBe('9000');
    expect(readable(card, '2E')).toEqual([reference]);
  });

  it('is unblocked with its UNBLOCK PIN', () => {
    const card = cardAfter();
    for (let n = 0; n < 3; n++) card.send(verify(reference, WRONG));
    expect(card.send(`002C00${reference}00`)).toBe('63CA');
    expect(card.send(`002C00${reference}10${WRONG}${NEW}`)).toBe('63C9');
    expect(card.send(`002C00${reference}10${UNBLOCK}${NEW}`)).toBe('9000');
    expect(readable(card, '2E')).toEqual([reference]);
    card.reset();
    expect(card.send(verify(reference, NEW))).toBe('9000');
  });
});

describe.each(PINS)('the PIN %s', (reference) => {
  it('is disabled and need not be verified, and enabled again', () => {
    const card = cardAfter();
    expect(card.send(disable(reference))).toBe('9000');
    card.reset();
    expect(readable(card, '2E')).toEqual([reference]);
    expect(card.send(verify(reference))).toBe('6984');
    expect(card.send(enable(reference))).toBe('9000');
    card.reset();
    expect(readable(card, '2E')).toEqual([]);
  });

  it('gives its place to the universal PIN, unless it is that', () => {
    const card = cardAfter();
    const response = card.send(disable(reference, '91'));
    expect(response).toBe(reference === '11' ? '6A86' : '9000');
    expect(readable(card, '2E')).toEqual([]);
    card.expectOk(verify('11'));
    const opened = reference === '11' ? ['11'] : [reference, '11'].toSorted();
    expect(readable(card, '2E')).toEqual(opened);
  });
});

describe.each(ADM_KEYS)('the ADM key %s', (reference) => {
  it('cannot be disabled, replaced or enabled', () => {
    const card = cardAfter();
    expect(card.send(disable(reference))).toBe('6985');
    expect(card.send(disable(reference, '91'))).toBe('6985');
    expect(card.send(enable(reference))).toBe('6985');
    expect(card.commits).toEqual([]);
  });
});

describe('where a key is verified', () => {
  it.each(GLOBAL)('does not matter for the global key %s', (reference) => {
    const card = cardAfter([SELECT_USIM, verify(reference)]);
    expect(readable(card, '2E')).toEqual([reference]);
    card.expectOk(SELECT_ISIM);
    expect(readable(card, '7FFF6D')).toEqual([reference]);
    expect(card.send('0070000001')).toBe('019000');
    card.expectOk(`01${SELECT_USIM.slice(2)}`);
    card.expectOk(`01A4080C047FFF6D${reference}`);
    expect(card.send('01B0000001')).toBe(`${reference}9000`);
  });

  it.each(LOCAL)('is the application that the local key %s opens files of', (reference) => {
    const card = cardAfter([SELECT_USIM, verify(reference)]);
    expect(readable(card, '7FFF6D')).toEqual([reference]);
    card.expectOk(SELECT_ISIM);
    expect(readable(card, '7FFF6D')).toEqual([]);
    expect(readable(card, '2E')).toEqual([reference]);
    card.expectOk(SELECT_USIM);
    expect(readable(card, '7FFF6D')).toEqual([reference]);
  });
});

describe('a key reference of no key', () => {
  it.each(UNKNOWN)('%s is not found by any command', (reference) => {
    const card = cardAfter();
    const commands = [
      `002000${reference}08${WRONG}`,
      `002000${reference}00`,
      `002400${reference}10${WRONG}${NEW}`,
      `002600${reference}08${WRONG}`,
      `002691${reference}08${WRONG}`,
      `002800${reference}08${WRONG}`,
      `002C00${reference}10${WRONG}${NEW}`,
      `002C00${reference}00`,
    ];
    expect(commands.map((command) => card.send(command))).toEqual(commands.map(() => '6A88'));
    expect(card.commits).toEqual([]);
  });

  it.each(UNKNOWN)('%s in an access rule is never verified', (reference) => {
    const profile = { ...PROFILE, files: [...PROFILE.files, fileOf('MF', '2D', reference)] };
    const setUp = [...REFERENCES.map((one) => verify(one)), select(`2D${reference}`)];
    expect(new TestCard({ profile, setUp }).send('00B0000001')).toBe('6982');
  });
});

describe('the PIN status template', () => {
  const keys = REFERENCES.map((reference) => `8301${reference}`);
  const withQualifier = (qualifier: string): string =>
    keys.map((key) => (key === '830111' ? `9501${qualifier}${key}` : key)).join('');

  it('has all keys, each enabled', () => {
    const fcp = cardAfter().ask('00A40004023F0000');
    expect(fcp).toContain(`C65A9004FFFFFFE0${withQualifier('00')}9000`);
  });

  it.each(PINS)('has the bit of %s alone cleared when it is disabled', (reference) => {
    const card = cardAfter([disable(reference)]);
    const bits = REFERENCES.map((other) => (other === reference ? '0' : '1')).join('');
    const bitmap = Number.parseInt(bits.padEnd(32, '0'), 2).toString(16).toUpperCase();
    const fcp = card.ask('00A40004023F0000');
    expect(fcp).toContain(`C65A9004${bitmap.padStart(8, '0')}${withQualifier('00')}9000`);
  });

  it.each(PINS.filter((reference) => reference !== '11'))(
    'asks for the universal PIN when it is in the place of %s',
    (reference) => {
      const card = cardAfter([disable(reference, '91')]);
      expect(card.ask('00A40004023F0000')).toContain(`${withQualifier('08')}9000`);
    },
  );
});
