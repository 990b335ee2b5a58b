import { describe, expect, it } from 'vitest';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { diffProfiles } from '../../src/profile/diff.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { withoutSecrets } from '../../src/profile/without-secrets.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';

const draw = () => seededRandomness('secrets');

/** A profile with every kind of secret, none of which occurs elsewhere. */
const [ENTRY] = DEFAULT_PROFILE.keyTable.entries;
const PROFILE: CardProfile = {
  ...DEFAULT_PROFILE,
  keyTable: {
    active: 0,
    entries: [
      {
        algorithm: 'milenage',
        k: 'C0'.repeat(16),
        op: 'C1'.repeat(16),
        r: [64, 0, 32, 64, 96],
        c: ['C2', 'C3', 'C4', 'C5', 'C6'].map((octet) => octet.repeat(16)),
        sqn: { ...ENTRY!.sqn, array: Array.from({ length: 32 }, (_, n) => n) },
        keySets: [
          {
            kvn: 3,
            kic: { type: '3DES', key: 'C7'.repeat(24) },
            kid: { type: 'AES', key: 'C8'.repeat(32), macLength: 4 },
            kik: { type: 'DES', key: 'C9'.repeat(8) },
            cntr: '0000000042',
          },
        ],
      },
    ],
  },
  pins: [
    {
      ...{ reference: '01', value: '592713', retries: 3, enabled: true },
      unblock: { value: '46813579', retries: 10 },
    },
    { reference: '81', value: '8146', retries: 3, enabled: true },
    { reference: '0A', value: 'CACBCCCDCECFDADB', retries: 10, enabled: true },
  ],
  files: DEFAULT_PROFILE.files.map((file) =>
    file.fid === '6F08' && file.type === 'transparent'
      ? { ...file, data: `00${'DC'.repeat(32)}` }
      : file.fid === '6FE4' && file.type === 'linear'
        ? { ...file, records: ['DD'.repeat(54)] }
        : file,
  ),
};
const SECRETS = ['C0C0', 'C1C1', 'C2C2', 'C6C6', 'C7C7', 'C8C8', 'C9C9', 'DCDC', 'DDDD'].concat(
  '592713',
  '46813579',
  '"8146"',
  'CACBCCCD',
);

describe('a pair of another algorithm without its secrets', () => {
  const [pair] = PROFILE.keyTable.entries;
  const { op: _op, r: _r, c: _c, ...rest } = pair!;
  const LONG_K = 'C0'.repeat(32);

  it.each<[string, object, object]>([
    ['TUAK', { algorithm: 'tuak', topc: 'C1'.repeat(32), iterations: 3 }, { k: 32, topc: 64 }],
    ['TUAK with TOP', { algorithm: 'tuak', k: LONG_K, top: 'C1'.repeat(32) }, { k: 64, topc: 64 }],
    ['XOR', { algorithm: 'xor', gsmVariant: true }, { k: 32 }],
    [
      'a registered one',
      { algorithm: 'my-own', k: LONG_K, opc: 'C1'.repeat(16) },
      { k: 64, opc: 32 },
    ],
  ])('is sound, and has others of the same kind: %s', (_what, fields, lengths) => {
    const entries = [{ ...rest, ...fields }];
    const other = withoutSecrets({ ...PROFILE, keyTable: { active: 0, entries } }, draw());
    expect(checkProfile(other)).toMatchObject({ ok: true });
    expect(JSON.stringify(other)).not.toMatch(/C0C0|C1C1/u);
    const [entry] = other.keyTable.entries;
    const { k, opc, op, topc, top } = entry!;
    const keys = Object.entries({ k, opc, op, topc, top }).filter(([, key]) => key !== undefined);
    expect(Object.fromEntries(keys.map(([name, key]) => [name, key?.length]))).toEqual(lengths);
    const others = Object.entries(fields).filter(([name]) => !/^(?:k|opc|topc?)$/u.test(name));
    expect(entry).toMatchObject(Object.fromEntries(others));
  });
});

describe('a profile without its secrets', () => {
  const other = withoutSecrets(PROFILE, draw());

  it('has none of them', () => {
    const text = JSON.stringify(other);
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
    // They were there.
    const before = JSON.stringify(PROFILE);
    expect(SECRETS.filter((secret) => !before.includes(secret))).toEqual([]);
  });

  it('is sound, and has others of the same kind', () => {
    expect(checkProfile(other)).toMatchObject({ ok: true });
    expect(other.pins.map(({ value }) => value.length)).toEqual([6, 4, 16]);
    expect(other.keyTable.entries[0]?.keySets[0]).toMatchObject({
      kvn: 3,
      kic: { type: '3DES', key: expect.stringMatching(/^[0-9A-F]{48}$/u) },
      kid: { type: 'AES', macLength: 4, key: expect.stringMatching(/^[0-9A-F]{64}$/u) },
      kik: { type: 'DES' },
      cntr: '0000000042',
    });
    expect(other.keyTable.entries[0]?.sqn).toEqual(PROFILE.keyTable.entries[0]?.sqn);
  });

  it('has EFs that hold keys as new ones, and all else as it was', () => {
    const of = (fid: string): unknown => other.files.find((file) => file.fid === fid);
    expect(of('6F08')).toMatchObject({ data: `07${'FF'.repeat(32)}` });
    expect(of('6FE4')).toMatchObject({ records: ['FF'.repeat(54)] });
    // Constants of MILENAGE are an operator's own: r is open, c is not.
    const told = diffProfiles(PROFILE, other).filter(({ first }) => first !== undefined);
    expect(told.map(({ path }) => path)).toEqual([]);
  });

  it.each(['6FFC', '6FFE'])('has no passwords for services: %s', (fid) => {
    const path = `MF/ADF.USIM/EF.${fid}`;
    const ef: FileProfile = {
      ...{ path, fid, sfi: null, arr: 3 },
      ...{ type: 'ber-tlv', size: 100, data: '8003DEDEDE' },
    };
    const profile = { ...PROFILE, files: [...PROFILE.files, ef] };
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    const without = withoutSecrets(profile, draw());
    expect(without.files.at(-1)).toEqual({ ...ef, data: '' });
    expect(checkProfile(without)).toMatchObject({ ok: true });
  });

  it('has others each time', () => {
    expect(withoutSecrets(PROFILE, draw())).toEqual(other);
    const next = withoutSecrets(PROFILE, seededRandomness('other'));
    expect(next.pins[0]?.value).not.toBe(other.pins[0]?.value);
    expect(next.keyTable.entries[0]?.k).not.toBe(other.keyTable.entries[0]?.k);
  });
});
