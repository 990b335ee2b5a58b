/**
 * Batches of cards: identities one behind the other, keys of their own, and what is refused.
 *
 * @see docs/profile.md, "Make"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { withCheckDigit } from '../../src/bytes/identity.ts';
import { type BatchOptions, makeBatch, mncLengthOf, overridden } from '../../src/profile/batch.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { diffProfiles } from '../../src/profile/diff.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';

const ENTRIES = DEFAULT_PROFILE.keyTable.entries;
const K = 'A5'.repeat(16);

function make(options: Partial<BatchOptions> = {}, template = DEFAULT_PROFILE): CardProfile[] {
  const random = (card: string): ((octets: number) => Uint8Array) => seededRandomness(`s ${card}`);
  return [...makeBatch(template, { count: 1, random, ...options })];
}

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return 'nothing was refused';
}

const withFile = (path: string, change: (file: FileProfile) => FileProfile): CardProfile => ({
  ...DEFAULT_PROFILE,
  files: DEFAULT_PROFILE.files.map((file) => (file.path === path ? change(file) : file)),
});

/** A template whose EF_AD says that an MNC has so many digits. */
const withAd = (last: string): CardProfile =>
  withFile('MF/ADF.USIM/EF.AD', (file) =>
    file.type === 'transparent' ? { ...file, data: `${file.data.slice(0, 6)}${last}` } : file,
  );

/** By another rule than that of the code: double every second digit from the right, sum digits. */
function isLuhn(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, n) => {
    const twice = String(Number(digit) * (n % 2 === 0 ? 1 : 2));
    return total + [...twice].reduce((of, one) => of + Number(one), 0);
  }, 0);
  return sum % 10 === 0;
}

const keysOf = ({ keyTable }: CardProfile): string[] =>
  keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
    k,
    opc,
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ]);

describe('a batch', () => {
  const cards = make({ count: 25 });

  it('has sound profiles', () => {
    expect(cards.map((card) => checkProfile(card).ok)).toEqual(cards.map(() => true));
  });

  it('begins behind the template, and goes on one by one, with check digits', () => {
    const numbers = cards.map(({ iccid }) => Number(iccid.slice(8, -1)));
    const first = Number(DEFAULT_PROFILE.iccid.slice(8, -1)) + 1;
    expect(numbers).toEqual(cards.map((_, n) => first + n));
    expect(cards.filter(({ iccid }) => !isLuhn(iccid))).toEqual([]);
    const msins = cards.map(({ imsi }) => Number(imsi.slice(5)));
    expect(msins).toEqual(cards.map((_, n) => Number(DEFAULT_PROFILE.imsi.slice(5)) + 1 + n));
    expect(new Set(cards.map(({ imsi }) => imsi.slice(0, 5)))).toEqual(new Set(['00101']));
  });

  it('has keys that no two share', () => {
    const keys = [DEFAULT_PROFILE, ...cards].flatMap(keysOf);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('repeats, and a card is the same in a batch that begins elsewhere', () => {
    expect(make({ count: 25 })).toEqual(cards);
    const [tenth] = make({ iccid: cards[9]!.iccid, imsi: cards[9]!.imsi });
    expect(tenth).toEqual(cards[9]);
  });

  it('differs from its template in identity and keys alone', () => {
    const places = diffProfiles(DEFAULT_PROFILE, cards[0]!).map(({ path, what }) =>
      path.startsWith('$.files') ? what.split(' ')[0] : path.replace(/\[\d\]/gu, ''),
    );
    expect([...new Set(places)]).toEqual([
      '$.iccid',
      '$.imsi',
      '$.keyTable.entries.k',
      '$.keyTable.entries.opc',
      '$.keyTable.entries.keySets.kic.key',
      '$.keyTable.entries.keySets.kid.key',
      'EF_ICCID',
      'EF_IMSI',
      'EF_ACC',
      'EF_IMPI',
      'EF_IMPU',
    ]);
  });

  it('has other pairs than the template, as many as are asked for', () => {
    expect(make({ pairs: 1 })[0]!.keyTable.entries).toHaveLength(1);
    const [card] = make({ pairs: 9 });
    expect(card!.keyTable.entries).toHaveLength(9);
    expect(checkProfile(card).ok).toBe(true);
  });

  it.each<[string, object, object]>([
    ['TUAK', { k: `${K}${K}`, topc: `${K}${K}`, resLength: 16 }, { k: 64, topc: 64 }],
    ['TUAK', { k: K, top: `${K}${K}`, iterations: 2 }, { k: 32, top: 64 }],
    ['XOR', { gsmVariant: true }, { k: 32 }],
    ['MY-OWN', { k: `${K}${K}` }, { k: 64 }],
    ['MY-OWN', { k: K, opc: K }, { k: 32, opc: 32 }],
  ])('has pairs of %s like those of the template: %j', (name, fields, lengths) => {
    const { opc: _, ...entry } = ENTRIES[0]!;
    const algorithm = name.toLowerCase();
    const entries = [{ ...entry, algorithm, ...fields }];
    const template = { ...DEFAULT_PROFILE, keyTable: { active: 0, entries } };
    const [card] = makeBatch(template, { count: 1, random: () => seededRandomness('x') });
    expect(checkProfile(card)).toMatchObject({ ok: true });
    const { k, opc, op, topc, top, ...rest } = card!.keyTable.entries[0]!;
    const keys = Object.entries({ k, opc, op, topc, top }).filter(([, key]) => key !== undefined);
    expect(Object.fromEntries(keys.map(([of, key]) => [of, key?.length]))).toEqual(lengths);
    // TOP is the operator's; K and TOPc are the card's.
    expect(keys.filter(([, key]) => key === `${K}${K}`).map(([of]) => of)).toEqual(
      'top' in fields ? ['top'] : [],
    );
    const others = Object.entries(fields).filter(([of]) => !(of in lengths));
    expect(rest).toMatchObject({ algorithm, ...Object.fromEntries(others) });
  });

  it('keeps OP, which is the operator’s, and the kind of each key', () => {
    const { opc: _, ...entry } = ENTRIES[0]!;
    const keySets = [
      {
        kvn: 2,
        kic: { type: '3DES', key: K } as const,
        kid: { type: 'AES', key: `${K}${K}`, macLength: 4 } as const,
        kik: { type: 'DES', key: K.slice(16) } as const,
        cntr: '0000000005',
      },
    ];
    const template = {
      ...DEFAULT_PROFILE,
      keyTable: { active: 0, entries: [{ ...entry, op: K, keySets }] },
    };
    const [card] = make({}, template);
    expect(checkProfile(card).ok).toBe(true);
    const made = card!.keyTable.entries[0]!;
    expect([made.op, made.opc, made.k === entry.k]).toEqual([K, undefined, false]);
    const [set] = made.keySets;
    expect(set).toMatchObject({ kvn: 2, cntr: '0000000005', kid: { macLength: 4 } });
    const lengths = [set!.kic, set!.kid, set!.kik!].map(({ key }) => key.length);
    expect(lengths).toEqual([32, 64, 16]);
    expect(JSON.stringify(set)).not.toContain(K.slice(16));
  });

  it('takes keys that are given, for pair 0', () => {
    const [card] = make({ keys: { k: K, opc: K } });
    expect(card!.keyTable.entries.map(({ k, opc }) => [k === K, opc === K])).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [false, false],
    ]);
    const [other] = make({ keys: { op: K } });
    expect(other!.keyTable.entries[0]).toMatchObject({ op: K });
    expect(other!.keyTable.entries[0]).not.toHaveProperty('opc');
  });
});

describe('a batch is refused for', () => {
  const right = withCheckDigit('8988211999999999998');
  it.each<[string, Partial<BatchOptions>, string]>([
    [
      'an ICCID of 17 digits',
      { iccid: '89882110000000000' },
      'iccid: expected 18 to 20 decimal digits',
    ],
    [
      'an ICCID with letters',
      { iccid: '8988211000000000001x' },
      'iccid: expected 18 to 20 decimal digits',
    ],
    ['no ICCID', { iccid: '' }, 'iccid: expected 18 to 20 decimal digits'],
    [
      'another check digit',
      { iccid: '8988211000000000018' },
      'iccid: expected the check digit 1, found 8',
    ],
    [
      'no room behind the ICCID',
      { iccid: right, count: 3 },
      'iccid: expected room for 3 behind the first, found less',
    ],
    ['an IMSI of 5 digits', { imsi: '00101' }, 'imsi: expected 6 to 15 decimal digits'],
    ['an IMSI of 16 digits', { imsi: '0010100000000001' }, 'imsi: expected 6 to 15 decimal digits'],
    ['an IMSI with a sign', { imsi: '-01010000000001' }, 'imsi: expected 6 to 15 decimal digits'],
    [
      'no room behind the IMSI',
      { imsi: '001019999999999', count: 2 },
      'imsi: expected room for 2 behind the first, found less',
    ],
    [
      'room that a longer MNC takes',
      { imsi: '001019999999998', count: 3, mncLength: 3 },
      'imsi: expected room for 3 behind the first, found less',
    ],
  ])('%s', (_what, options, message) => {
    expect(failure(() => make(options))).toBe(message);
  });

  it('an EF_AD that does not tell how long the MNC is', () => {
    for (const last of ['00', '01', '04', 'FF']) {
      const template = withAd(last);
      expect(mncLengthOf(template)).toBeUndefined();
      expect(failure(() => make({}, template))).toBe(
        'mnc-length: expected 2 or 3, as EF_AD of the template does not tell',
      );
      expect(make({ mncLength: 2 }, template)).toHaveLength(1);
    }
  });

  it('an EF that has no room', () => {
    const template = withFile(
      'MF/ADF.ISIM/EF.IMPI',
      (file) => ({ ...file, size: 10, data: 'FF'.repeat(10) }) as FileProfile,
    );
    expect(failure(() => make({}, template))).toMatch(/\d/u);
  });

  it('the room that is just enough, it is not', () => {
    expect(make({ iccid: right, count: 2 })).toHaveLength(2);
    expect(make({ imsi: '001019999999998', count: 2 })).toHaveLength(2);
  });
});

describe('one card with another identity', () => {
  it('keeps its other pairs, and which is active', () => {
    const profile = { ...DEFAULT_PROFILE, keyTable: { active: 2, entries: ENTRIES } };
    const card = overridden(profile, { keys: { k: K } });
    expect(card.keyTable.active).toBe(2);
    expect(diffProfiles(profile, card).map(({ path }) => path)).toEqual([
      '$.keyTable.entries[2].k',
    ]);
  });

  it('has the EFs that follow', () => {
    const iccid = withCheckDigit('898821100000000001');
    const card = overridden(DEFAULT_PROFILE, { iccid, imsi: '310410123456789', mncLength: 3 });
    expect(checkProfile(card).ok).toBe(true);
    expect(mncLengthOf(card)).toBe(3);
    expect([card.iccid, card.imsi]).toEqual([iccid, '310410123456789']);
  });

  it.each<[string, Parameters<typeof overridden>[1], string]>([
    [
      'a check digit',
      { iccid: '8988211000000000018' },
      'iccid: expected the check digit 1, found 8',
    ],
    ['an IMSI', { imsi: 'x' }, 'imsi: expected 6 to 15 decimal digits'],
  ])('is refused for %s', (_what, overrides, message) => {
    expect(failure(() => overridden(DEFAULT_PROFILE, overrides))).toBe(message);
  });

  it('is refused for an EF_AD that does not tell', () => {
    const message = 'mnc-length: expected 2 or 3, as EF_AD does not tell';
    expect(failure(() => overridden(withAd('00'), {}))).toBe(message);
  });
});
