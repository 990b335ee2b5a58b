/**
 * Profiles of other cards: every EF that depends on the IMSI follows, and nothing else does.
 *
 * @see 3GPP TS 31.102 §4.2; 3GPP TS 31.103; 3GPP TS 23.003 §13
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeIccid, decodeImsi, iccid, imsi } from '../../src/bytes/identity.ts';
import { impi } from '../../src/bytes/ims.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type Person, personalise } from '../../src/profile/personalise.ts';
import { type CardProfile, hasRecords } from '../../src/profile/profile.ts';
import { edited, fileAt } from './edited.ts';

const ENTRIES = DEFAULT_PROFILE.keyTable.entries;

const PERSON: Person = {
  iccid: iccid('8901410000000000027'),
  imsi: imsi('310410987654321'),
  mncLength: 3,
  entries: ENTRIES.slice(1, 3),
};

/** The content of a transparent EF, or the first record of another, in lower case. */
function content(profile: CardProfile, path: string): string {
  const file = profile.files.find((candidate) => candidate.path === path);
  if (file === undefined) return '';
  return (hasRecords(file) ? (file.records[0] ?? '') : file.data).toLowerCase();
}

function changedPaths(profile: CardProfile): string[] {
  return profile.files
    .filter((file, n) => JSON.stringify(file) !== JSON.stringify(DEFAULT_PROFILE.files[n]))
    .map(({ path }) => path);
}

/** ASCII text as hex, by other means than those of the code under test. */
function ascii(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength })
    .map((numbers) => numbers.join(''));

describe('personalise', () => {
  const profile = personalise(DEFAULT_PROFILE, PERSON);

  it('gives the same profile for the same person', () => {
    const same = {
      iccid: iccid(DEFAULT_PROFILE.iccid),
      imsi: imsi(DEFAULT_PROFILE.imsi),
      mncLength: 2,
      entries: ENTRIES,
    } as const;
    expect(personalise(DEFAULT_PROFILE, same)).toEqual(DEFAULT_PROFILE);
  });

  it('writes the EFs that follow from ICCID, IMSI and the length of its MNC', () => {
    const domain = 'ims.mnc410.mcc310.3gppnetwork.org';
    expect(content(profile, 'MF/EF.ICCID')).toBe('981014000000000020f7');
    expect(content(profile, 'MF/ADF.USIM/EF.IMSI')).toBe('083901149078563412');
    expect(content(profile, 'MF/ADF.USIM/EF.AD')).toBe('00000003');
    // Class 1 is b2 of the second octet.
    expect(content(profile, 'MF/ADF.USIM/EF.ACC')).toBe('0002');
    expect(content(profile, 'MF/ADF.ISIM/EF.IMPI')).toBe(
      `8031${ascii(`310410987654321@${domain}`)}`,
    );
    expect(content(profile, 'MF/ADF.ISIM/EF.DOMAIN')).toBe(`8021${ascii(domain)}`);
    expect(content(profile, 'MF/ADF.ISIM/EF.IMPU')).toBe(
      `8035${ascii(`sip:310410987654321@${domain}`)}`.padEnd(160, 'f'),
    );
  });

  it('writes no other EF', () => {
    expect(changedPaths(profile)).toEqual([
      'MF/EF.ICCID',
      'MF/ADF.USIM/EF.IMSI',
      'MF/ADF.USIM/EF.ACC',
      'MF/ADF.USIM/EF.AD',
      'MF/ADF.ISIM/EF.IMPI',
      'MF/ADF.ISIM/EF.DOMAIN',
      'MF/ADF.ISIM/EF.IMPU',
    ]);
  });

  it('replaces the key table and leaves the rest', () => {
    const { keyTable, iccid: number, imsi: identity, files, ...rest } = profile;
    expect(keyTable).toEqual({ active: 0, entries: PERSON.entries });
    expect([number, identity]).toEqual([PERSON.iccid, PERSON.imsi]);
    expect(DEFAULT_PROFILE).toMatchObject(rest);
    expect(files).toHaveLength(DEFAULT_PROFILE.files.length);
  });

  it('makes the first pair active whichever was', () => {
    const last = { ...DEFAULT_PROFILE, keyTable: { active: 3, entries: ENTRIES } };
    expect(personalise(last, PERSON).keyTable.active).toBe(0);
  });

  it('leaves its argument as it was', () => {
    const before = edited({});
    const argument = edited({}) as CardProfile;
    personalise(argument, PERSON);
    expect(argument).toEqual(before);
  });

  it('fills an EF behind a shorter identity, and keeps the later records of EF_IMPU', () => {
    const impu = fileAt('MF/ADF.ISIM/EF.IMPU');
    const second = `8005${ascii('sip:x')}`.padEnd(160, 'f');
    const two = edited({
      [`${impu}.recCount`]: 2,
      [`${impu}.records`]: ['00'.repeat(80), second],
    }) as CardProfile;
    const short = personalise(two, { ...PERSON, imsi: imsi('00101123'), mncLength: 2 });
    const domain = 'ims.mnc001.mcc001.3gppnetwork.org';
    expect(content(short, 'MF/ADF.ISIM/EF.IMPI')).toBe(
      `802a${ascii(`00101123@${domain}`)}`.padEnd(102, 'f'),
    );
    expect(short.files.find(({ fid }) => fid === '6F04')).toMatchObject({
      records: [`802E${ascii(`sip:00101123@${domain}`).toUpperCase()}`.padEnd(160, 'F'), second],
    });
  });

  it('finds the EFs by AID and FID, whatever their names', () => {
    const renamed = JSON.parse(
      JSON.stringify(DEFAULT_PROFILE)
        .replaceAll('ADF.USIM', 'Telephone')
        .replaceAll('EF.IMSI', 'Who')
        .replaceAll('"6F07"', '"6f07"')
        .replaceAll('A0000000871002', 'a0000000871002'),
    ) as CardProfile;
    const person = personalise(renamed, PERSON);
    expect(content(person, 'MF/Telephone/Who')).toBe('083901149078563412');
    expect(content(person, 'MF/ADF.ISIM/EF.IST')).toBe('00');
  });

  it('makes no EF that is not there', () => {
    const isim = DEFAULT_PROFILE.files.filter(({ path }) => path.includes('ADF.ISIM'));
    const files = DEFAULT_PROFILE.files.filter(
      (file) => !isim.includes(file) && file.fid !== '6F78',
    );
    const directories = DEFAULT_PROFILE.directories.filter(({ path }) => path !== 'MF/ADF.ISIM');
    const applets = DEFAULT_PROFILE.applets.filter(
      ({ startDirectory }) => startDirectory !== 'MF/ADF.ISIM',
    );
    const small = { ...DEFAULT_PROFILE, applets, directories, files };
    const person = personalise(small, PERSON);
    expect(person.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    expect(checkProfile(person)).toEqual({ ok: true, profile: person });
  });

  it('gives a profile without faults, whose EFs decode to the person', () => {
    fc.assert(
      fc.property(
        digits(18, 20),
        digits(6, 15),
        fc.constantFrom<2 | 3>(2, 3),
        (number, identity, mncLength) => {
          const person = { ...PERSON, iccid: iccid(number), imsi: imsi(identity), mncLength };
          const result = personalise(DEFAULT_PROFILE, person);
          expect(checkProfile(result)).toEqual({ ok: true, profile: result });
          expect(decodeIccid(fromHex(content(result, 'MF/EF.ICCID')))).toBe(number);
          expect(decodeImsi(fromHex(content(result, 'MF/ADF.USIM/EF.IMSI')))).toBe(identity);
          const [tag, length, ...text] = fromHex(content(result, 'MF/ADF.ISIM/EF.IMPI'));
          expect(tag).toBe(0x80);
          expect(Buffer.from(text.slice(0, length)).toString()).toBe(
            impi(imsi(identity), mncLength),
          );
        },
      ),
    );
  });

  it.each([
    ['001010000000000', '0001'],
    ['001010000000007', '0080'],
    ['001010000000008', '0100'],
    ['001010000000009', '0200'],
  ])('gives the access class that the last digit of %s names', (identity, expected) => {
    const person = { ...PERSON, imsi: imsi(identity) };
    expect(content(personalise(DEFAULT_PROFILE, person), 'MF/ADF.USIM/EF.ACC')).toBe(expected);
  });

  it('leaves the other octets and bits of EF_AD as they are', () => {
    const ad = fileAt('MF/ADF.USIM/EF.AD');
    const other = edited({ [`${ad}.size`]: 5, [`${ad}.data`]: '810001f2aa' }) as CardProfile;
    expect(content(personalise(other, PERSON), 'MF/ADF.USIM/EF.AD')).toBe('810001f3aa');
  });

  it('refuses an EF_IMPI without room for the identity', () => {
    const impiFile = fileAt('MF/ADF.ISIM/EF.IMPI');
    const small = edited({ [`${impiFile}.size`]: 50 }) as CardProfile;
    expect(() => personalise(small, PERSON)).toThrow(
      new RangeError('EF_IMPI: expected at most 50 octets, got 51'),
    );
  });

  it('refuses an EF_IMPU whose records have no room for the identity', () => {
    const impu = fileAt('MF/ADF.ISIM/EF.IMPU');
    const small = edited({ [`${impu}.recLen`]: 54 }) as CardProfile;
    expect(() => personalise(small, PERSON)).toThrow(
      new RangeError('EF_IMPU: expected at most 54 octets, got 55'),
    );
  });

  it('refuses an EF_AD that cannot tell the length of the MNC', () => {
    const ad = fileAt('MF/ADF.USIM/EF.AD');
    const old = edited({ [`${ad}.size`]: 3, [`${ad}.data`]: '000000' }) as CardProfile;
    expect(() => personalise(old, PERSON)).toThrow(
      new RangeError('EF_AD: expected 4 octets or more, got 3'),
    );
  });
});
