import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodeAccessRules } from '../../src/ef/access-rules.ts';
import { EF_DEFINITIONS, efDefinition } from '../../src/ef/definitions.ts';
import type { MadeDirectory } from '../../src/ef/making.ts';
import { EF_PBR } from '../../src/ef/phone-book.ts';
import { EF_IST, EF_UST } from '../../src/ef/services.ts';
import { STANDARD_RULES } from '../../src/ef/standard-rules.ts';
import { checkProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { contentsOf, efDirectory, placesOf } from '../../src/profile/known-files.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import { withServices } from '../../src/profile/services.ts';
import { parentPath } from '../../src/profile/tree.ts';

const ALL = withServices(DEFAULT_PROFILE, { usim: 'all', isim: 'all' });

function fileOf(profile: CardProfile, path: string): FileProfile {
  const found = profile.files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
}

function dataOf(profile: CardProfile, path: string): Uint8Array {
  return fromHex(contentsOf(fileOf(profile, path))[0] ?? '');
}

function added(profile: CardProfile, to = DEFAULT_PROFILE): string[] {
  const before = new Set(to.files.map(({ path }) => path));
  return profile.files.map(({ path }) => path).filter((path) => !before.has(path));
}

/** The profile without these EFs. */
function without(...paths: string[]): CardProfile {
  const files = DEFAULT_PROFILE.files.filter(({ path }) => !paths.includes(path));
  return { ...DEFAULT_PROFILE, files };
}

/** EFs of each directory that is known, by FID. */
function fidsByDirectory(profile: CardProfile): Map<string, string[]> {
  const places = placesOf(profile);
  const found = new Map<string, string[]>();
  for (const { path, fid } of profile.files) {
    const directory = efDirectory(places.get(parentPath(path) ?? '') ?? '') ?? 'unknown';
    found.set(directory, [...(found.get(directory) ?? []), fid]);
  }
  return found;
}

describe('a card with all services', () => {
  it('is a sound profile', () => {
    expect(checkProfile(ALL)).toMatchObject({ ok: true });
  });

  const directories = (Object.keys(EF_DEFINITIONS) as MadeDirectory[]).filter(
    (directory) => (directory as string) !== 'GSM',
  );
  it.each(directories)('has each EF of %s that is declared', (directory) => {
    const declared = EF_DEFINITIONS[directory].map(({ fid }) => fid.toString(16).toUpperCase());
    expect(fidsByDirectory(ALL).get(directory)?.toSorted()).toEqual(declared.toSorted());
  });

  it('has room for data objects in its EFs of structure BER-TLV, and none in them', () => {
    const services = EF_UST.decode(dataOf(ALL, 'MF/ADF.USIM/EF.UST'));
    expect(services).toEqual(expect.arrayContaining([115, 120, 134]));
    const files = ALL.files.filter(({ type }) => type === 'ber-tlv');
    expect(files).toHaveLength(6);
    for (const file of files) expect(file).toMatchObject({ size: 512, data: '' });
  });

  const places = placesOf(ALL);
  const contents = ALL.files.flatMap((file) => {
    const directory = efDirectory(places.get(parentPath(file.path) ?? '') ?? '');
    const ef = directory && efDefinition(directory, Number.parseInt(file.fid, 16));
    return contentsOf(file).map((content, n) => [`${file.path} ${n + 1}`, ef, content] as const);
  });
  it('has contents that are those of their EFs', () => {
    for (const [path, ef, content] of contents) {
      expect(() => ef?.decode(fromHex(content)), path).not.toThrow();
      expect(ef, path).toBeDefined();
    }
  });

  it('has each SFI of the standard, and no other', () => {
    for (const file of ALL.files) {
      const directory = efDirectory(places.get(parentPath(file.path) ?? '') ?? '');
      const ef = directory && efDefinition(directory, Number.parseInt(file.fid, 16));
      expect(file.sfi ?? undefined, file.path).toBe(ef?.sfi);
    }
  });

  it('announces what the card has, and what is nothing but files', () => {
    const services = EF_UST.decode(dataOf(ALL, 'MF/ADF.USIM/EF.UST'));
    expect(services).toEqual(expect.arrayContaining([1, 2, 33, 34, 68, 122, 150]));
    // MBMS, local keys, security of group calls, pairing, SUCI by the card, call control.
    const more = [64, 65, 69, 76, 102, 125, 30, 54, 87];
    expect(services.filter((service) => more.includes(service))).toEqual([]);
    const ofIsim = EF_IST.decode(dataOf(ALL, 'MF/ADF.ISIM/EF.IST'));
    expect(ofIsim).toContain(2);
    expect(ofIsim).not.toContain(4); // local keys
    expect(toHex(dataOf(ALL, 'MF/ADF.USIM/EF.EST'))).toBe('00');
  });

  it('has a phone book whose EF_PBR names each of its files', () => {
    const [group, linked, referenced] = EF_PBR.decode(
      dataOf(ALL, 'MF/DF.TELECOM/DF.PHONEBOOK/EF.PBR'),
    );
    expect(group?.files[0]).toEqual({ kind: 'adn', fid: 0x4f3a, sfi: 1 });
    const named = [group, linked, referenced].flatMap((one) => one?.files ?? []);
    expect(named.map(({ fid }) => fid.toString(16)).toSorted()).toEqual(
      ['4f3a', '4f25', '4f11', '4f09', '4f26', '4f21', '4f19', '4f50', '4f4a', '4f4b', '4f4c']
        .concat('4f3d')
        .toSorted(),
    );
  });

  it('is the same when it is made once more', () => {
    expect(withServices(ALL, { usim: 'all', isim: 'all' })).toEqual(ALL);
  });

  it('leaves what was there', () => {
    const changed = ['MF/ADF.USIM/EF.UST', 'MF/ADF.ISIM/EF.IST'].concat(
      'MF/DF.TELECOM/DF.PHONEBOOK/EF.PBR',
    );
    const kept = ({ path }: FileProfile): boolean => !changed.includes(path);
    const before = DEFAULT_PROFILE.files.filter(kept);
    expect(ALL.files.filter(kept).slice(0, before.length)).toEqual(before);
    expect(ALL.directories.slice(0, DEFAULT_PROFILE.directories.length)).toEqual(
      DEFAULT_PROFILE.directories,
    );
  });
});

describe('a card with some services', () => {
  it('gets the files of these, and EF_UST says so', () => {
    const profile = withServices(DEFAULT_PROFILE, { usim: [4, 137] });
    expect(added(profile)).toEqual(['MF/ADF.USIM/EF.SDN', 'MF/ADF.USIM/DF.5GS/EF.CAG']);
    const file = fileOf(profile, 'MF/ADF.USIM/EF.UST');
    // Octet 1 b4 and octet 18 b1; the file had 17 octets.
    expect(file).toMatchObject({ size: 18, data: '080A1F0C21360400400110000000002E0001' });
    expect(checkProfile(profile)).toMatchObject({ ok: true });
  });

  it('announces EF_EST where numbers are fixed', () => {
    const profile = withServices(DEFAULT_PROFILE, { usim: [2] });
    expect(added(profile)).toEqual(['MF/ADF.USIM/EF.FDN', 'MF/ADF.USIM/EF.EST']);
    const services = EF_UST.decode(dataOf(profile, 'MF/ADF.USIM/EF.UST'));
    expect(services).toEqual(expect.arrayContaining([2, 34]));
  });

  it('makes a file of two services when both are there', () => {
    expect(added(withServices(DEFAULT_PROFILE, { usim: [99] }))).toEqual([]);
    expect(added(withServices(DEFAULT_PROFILE, { usim: [4, 99] }))).toEqual([
      'MF/ADF.USIM/EF.SDN',
      'MF/ADF.USIM/EF.SDNURI',
    ]);
  });

  it('makes a DF with the access rule and PINs of the others', () => {
    const profile = withServices(DEFAULT_PROFILE, { usim: [59] });
    expect(profile.directories.at(-1)).toEqual({
      path: 'MF/ADF.USIM/DF.WLAN',
      fid: '5F40',
      arr: '6F06/9',
      pins: ['01', '81', '0A'],
    });
    expect(added(profile)).toEqual(['MF/ADF.USIM/DF.WLAN/EF.Pseudo']);
  });

  it('gives the ISIM what EF_IST then says', () => {
    const profile = withServices(DEFAULT_PROFILE, { isim: [1, 20] });
    expect(added(profile)).toEqual(['MF/ADF.ISIM/EF.P-CSCF', 'MF/ADF.ISIM/EF.WebRTCURI']);
    expect(EF_IST.decode(dataOf(profile, 'MF/ADF.ISIM/EF.IST'))).toEqual([1, 20]);
  });

  it('changes nothing when nothing is wanted and nothing lacks', () => {
    expect(withServices(DEFAULT_PROFILE, {})).toEqual(DEFAULT_PROFILE);
  });
});

describe('what a card must have', () => {
  it('is made with the identity of the card', () => {
    const lacking = without(
      'MF/EF.DIR',
      'MF/ADF.USIM/EF.ACC',
      'MF/ADF.USIM/EF.LOCI',
      'MF/ADF.ISIM/EF.IMPI',
    );
    const profile = withServices(lacking, {});
    expect(checkProfile(profile)).toMatchObject({ ok: true });
    for (const path of ['MF/ADF.USIM/EF.ACC', 'MF/ADF.USIM/EF.LOCI', 'MF/ADF.ISIM/EF.IMPI']) {
      const octets = toHex(dataOf(profile, path)).replace(/(?:ff)+$/, '');
      const before = toHex(dataOf(DEFAULT_PROFILE, path)).replace(/(?:ff)+$/, '');
      expect(octets, path).toBe(before);
    }
    expect(contentsOf(fileOf(profile, 'MF/EF.DIR'))).toHaveLength(4);
    expect(toHex(dataOf(profile, 'MF/EF.DIR'))).toBe(
      '61124f10a0000000871002ffffffff8900000100'.padEnd(80, 'f'),
    );
  });

  it('is not made twice: other names of directories and files are known by their FIDs', () => {
    const rename = (path: string): string => path.replace('DF.5GS', 'DF.NEXT');
    const renamed = {
      ...DEFAULT_PROFILE,
      directories: DEFAULT_PROFILE.directories.map((one) => ({ ...one, path: rename(one.path) })),
      files: DEFAULT_PROFILE.files.map((file) => ({ ...file, path: rename(file.path) })),
    };
    expect(added(withServices(renamed, { usim: [137] }), renamed)).toEqual([
      'MF/ADF.USIM/DF.NEXT/EF.CAG',
    ]);
  });
});

describe('the access rule of a file that is made', () => {
  const ARR = 'MF/ADF.USIM/EF.ARR';
  const withRules = (records: readonly string[], recLen = 64): CardProfile => ({
    ...DEFAULT_PROFILE,
    files: DEFAULT_PROFILE.files.map((file) =>
      file.path !== ARR || file.type === 'transparent'
        ? file
        : {
            ...file,
            recLen,
            recCount: records.length,
            records: records.map((record) => record.padEnd(recLen * 2, 'F')),
          },
    ),
  });

  it('is the record that says the same, wherever it stands', () => {
    const [always = '', ...others] = STANDARD_RULES;
    const profile = withServices(withRules([always, ...others.toReversed()]), { usim: [2, 36] });
    const record = (path: string): number | undefined => fileOf(profile, path).arr;
    // Records 5 and 3 of the standard rules, from behind.
    expect(record('MF/ADF.USIM/EF.FDN')).toBe(6);
    expect(record('MF/ADF.USIM/EF.DCK')).toBe(8);
  });

  it('is put into a free record, or behind the last one', () => {
    const lacking = STANDARD_RULES.map((rule, n) => (n === 4 ? '' : rule));
    expect(fileOf(withServices(withRules(lacking), { usim: [2] }), 'MF/ADF.USIM/EF.FDN').arr).toBe(
      5,
    );
    const replaced = STANDARD_RULES.map((rule, n) => (n === 4 ? (STANDARD_RULES[0] ?? '') : rule));
    const profile = withServices(withRules(replaced), { usim: [2] });
    expect(fileOf(profile, 'MF/ADF.USIM/EF.FDN').arr).toBe(10);
    const record = contentsOf(fileOf(profile, ARR))[9] ?? '';
    expect(decodeAccessRules(fromHex(record))).toEqual(
      decodeAccessRules(fromHex(STANDARD_RULES[4] ?? '')),
    );
  });

  it('does not fit records that are too short', () => {
    const short = STANDARD_RULES.map((rule, n) => (n === 4 || n === 7 ? '' : rule));
    const profile = withRules(short, 27);
    expect(() => withServices(profile, { usim: [13] })).toThrow(
      /^MF\/ADF\.USIM\/EF\.ARR: expected records of 33 octets/,
    );
  });
});

describe('services that cannot be', () => {
  it.each([
    ['0', { usim: [0] }],
    ['256', { usim: [256] }],
    ['half a one', { usim: [1.5] }],
    ['one of the ISIM that is no number', { isim: [Number.NaN] }],
  ])('are refused: %s', (_, wanted) => {
    expect(() => withServices(DEFAULT_PROFILE, wanted)).toThrow(RangeError);
  });

  it('are refused: those of an ISIM that is not there', () => {
    const keep = ({ path }: { path: string }): boolean => !path.startsWith('MF/ADF.ISIM');
    const profile = {
      ...DEFAULT_PROFILE,
      directories: DEFAULT_PROFILE.directories.filter(keep),
      files: DEFAULT_PROFILE.files.filter(keep),
      applets: DEFAULT_PROFILE.applets.filter(({ startDirectory: path }) => keep({ path })),
    };
    expect(() => withServices(profile, { isim: [1] })).toThrow(/ISIM/);
    const all = withServices(profile, { usim: 'all', isim: 'all' });
    expect(checkProfile(all)).toMatchObject({ ok: true });
  });
});
