/**
 * The built-in profile is what its sources say.
 *
 * @see docs/default-profile.json
 * @module
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { DirectoryProfile, FileProfile } from '../../src/profile/profile.ts';
import { plainPath } from '../../src/profile/tree.ts';
import { documentText } from './document.ts';

function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T;
}

interface ProfileVector {
  readonly iccid: string;
  readonly imsi: string;
  readonly adm1: string;
  readonly pin1: string;
  readonly puk1: string;
  readonly pin2: string;
  readonly puk2: string;
  readonly dfs: readonly DirectoryProfile[];
  readonly files: readonly FileProfile[];
}

const VECTOR = vectors<ProfileVector>('default-profile.json');

describe('the default profile', () => {
  it('has the directories and files of test/vectors/default-profile.json', () => {
    const plain = VECTOR.files.map((file) => ({ ...file, path: plainPath(file.path) }));
    expect(DEFAULT_PROFILE.directories).toEqual(VECTOR.dfs);
    expect(DEFAULT_PROFILE.files).toEqual(plain);
  });

  it('has the identities and PINs of test/vectors/default-profile.json', () => {
    expect(DEFAULT_PROFILE.iccid).toBe(VECTOR.iccid);
    expect(DEFAULT_PROFILE.imsi).toBe(VECTOR.imsi);
    const unblock = (value: string) => ({ value, retries: 10 });
    expect(DEFAULT_PROFILE.pins).toEqual([
      {
        reference: '01',
        value: VECTOR.pin1,
        retries: 3,
        enabled: true,
        unblock: unblock(VECTOR.puk1),
      },
      {
        reference: '81',
        value: VECTOR.pin2,
        retries: 3,
        enabled: true,
        unblock: unblock(VECTOR.puk2),
      },
      { reference: '0A', value: VECTOR.adm1, retries: 10, enabled: true },
    ]);
  });

  it('has K and OPc of the test sets 1, 3, 4 and 5 of TS 35.208', () => {
    const sets = vectors<{ ts35208: { name: string; k: string; opc: string }[] }>('milenage.json');
    const expected = [1, 3, 4, 5].map((n) =>
      sets.ts35208.find(({ name }) => name.endsWith(`Test Set ${n}`)),
    );
    const entries = DEFAULT_PROFILE.keyTable.entries.map(({ k, opc }) => ({
      k: k.toLowerCase(),
      opc: opc?.toLowerCase(),
    }));
    expect(entries).toEqual(expected.map((set) => ({ k: set?.k, opc: set?.opc })));
  });

  it('has OTA keys that are all different', () => {
    const keys = DEFAULT_PROFILE.keyTable.entries.flatMap(({ keySets }) =>
      keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
    );
    expect(keys).toHaveLength(8);
    expect(new Set(keys).size).toBe(8);
    expect(keys.slice(0, 2)).toEqual([
      '10000102030405060708090A0B0C0D0E',
      '11000102030405060708090A0B0C0D0E',
    ]);
  });

  it('has an ATR without logical channels that spells its name', () => {
    expect(DEFAULT_PROFILE.atr).toBe('3B9F96801FC78031E073FE2100675655494343303180');
    expect(Buffer.from(DEFAULT_PROFILE.atr, 'hex').toString('latin1')).toContain('VUICC01');
  });

  it('is docs/default-profile.json', () => {
    const text = documentText('default-profile.json', DEFAULT_PROFILE);
    expect(parseProfile(text)).toEqual({ ok: true, profile: DEFAULT_PROFILE });
  });
});
