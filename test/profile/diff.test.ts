/**
 * In what profiles differ: by meaning, with what the EFs say, and without a secret.
 *
 * @see docs/profile.md, "Compare"
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { deriveOpc, MILENAGE_CONSTANTS } from '../../src/crypto/milenage.ts';
import { deriveTopc } from '../../src/crypto/tuak.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { diffProfiles, type ProfileDifference } from '../../src/profile/diff.ts';
import {
  type CardProfile,
  type FileProfile,
  hasRecords,
  type KeyTableEntryProfile,
} from '../../src/profile/profile.ts';
import { profileJsonSchema } from '../../src/profile/schema.ts';
import { ROOT } from '../support/source.ts';

const [FIRST_ENTRY] = DEFAULT_PROFILE.keyTable.entries;
const ENTRIES = DEFAULT_PROFILE.keyTable.entries;

/** A difference as one line. */
function text({ path, what, kind, first, second }: ProfileDifference): string {
  const place = what === '' ? path : `${path} (${what})`;
  return kind === 'changed' ? `${place}: ${first} / ${second}` : `${place}: ${kind}`;
}

const diff = (second: CardProfile, first = DEFAULT_PROFILE): string[] =>
  diffProfiles(first, second).map(text);

function withFile(path: string, change: (file: FileProfile) => FileProfile): CardProfile {
  const files = DEFAULT_PROFILE.files.map((file) => (file.path === path ? change(file) : file));
  return { ...DEFAULT_PROFILE, files };
}

const withData = (path: string, data: string): CardProfile =>
  withFile(path, (file) => ({ ...file, data }) as FileProfile);

const withEntry = (change: Partial<(typeof ENTRIES)[number]>): CardProfile => ({
  ...DEFAULT_PROFILE,
  keyTable: { active: 0, entries: [{ ...ENTRIES[0]!, ...change }, ...ENTRIES.slice(1)] },
});

/** Applies to all hex of a value. */
function lowerCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCase);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' && /^[0-9A-F]+(?:\/\d+)?$/u.test(value)
      ? value.toLowerCase()
      : value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, lowerCase(one)]));
}

const indexOf = (path: string): number =>
  DEFAULT_PROFILE.files.findIndex((file) => file.path === path);

describe('profiles that mean the same have no difference:', () => {
  const renamed = (path: string): string => path.replace('ADF.USIM', 'ADF.MINE');
  const zero = Array.from({ length: 32 }, () => 0);

  it.each<[string, CardProfile]>([
    ['the profile itself', DEFAULT_PROFILE],
    ['another name', { ...DEFAULT_PROFILE, name: 'another' }],
    ['hex in lower case', lowerCase(DEFAULT_PROFILE) as CardProfile],
    [
      'another order of PINs, applets and files',
      {
        ...DEFAULT_PROFILE,
        pins: DEFAULT_PROFILE.pins.toReversed(),
        applets: DEFAULT_PROFILE.applets.toReversed(),
        files: DEFAULT_PROFILE.files.toReversed(),
      },
    ],
    [
      'another name of a directory',
      {
        ...DEFAULT_PROFILE,
        applets: DEFAULT_PROFILE.applets.map((applet) => ({
          ...applet,
          startDirectory: renamed(applet.startDirectory),
        })),
        directories: DEFAULT_PROFILE.directories.map((directory) => ({
          ...directory,
          path: renamed(directory.path),
        })),
        files: DEFAULT_PROFILE.files.map((file) => ({ ...file, path: renamed(file.path) })),
      },
    ],
    [
      'a PIN as octets',
      {
        ...DEFAULT_PROFILE,
        pins: DEFAULT_PROFILE.pins.map((pin) =>
          pin.value === '1234' ? { ...pin, value: '31323334FFFFFFFF' } : pin,
        ),
      },
    ],
    [
      'defaults that are written out',
      {
        ...withEntry({
          r: MILENAGE_CONSTANTS.r,
          c: MILENAGE_CONSTANTS.c.map(toHex),
          sqn: { ...ENTRIES[0]!.sqn, array: zero },
        }),
        switches: {
          ...DEFAULT_PROFILE.switches,
          singleDes: true,
          differentKeySets: true,
          unannouncedPackets: true,
        },
      },
    ],
    [
      'access rules as the FCP holds them',
      withFile('MF/ADF.USIM/EF.IMSI', ({ arr: _, ...file }) => ({
        ...file,
        rules: { referenced: '6f0602' },
      })),
    ],
    [
      'records that are filled',
      withFile('MF/ADF.USIM/EF.ECC', (file) =>
        !hasRecords(file)
          ? file
          : { ...file, records: [...file.records, 'FF'.repeat(file.recLen)] },
      ),
    ],
  ])('%s', (_what, profile) => {
    expect(diff(profile)).toEqual([]);
    expect(diff(DEFAULT_PROFILE, profile)).toEqual([]);
  });

  it('OPc, and the OP that it comes from', () => {
    const [k, op] = [new Uint8Array(16).fill(7), new Uint8Array(16).fill(9)];
    const { opc: _, ...rest } = FIRST_ENTRY!;
    const entry = { ...rest, k: toHex(k) };
    const of = (own: { opc: string } | { op: string }): CardProfile => ({
      ...DEFAULT_PROFILE,
      keyTable: { active: 0, entries: [{ ...entry, ...own }] },
    });
    const withOp = of({ op: toHex(op) });
    expect(diff(withOp, of({ opc: toHex(deriveOpc(k, op)) }))).toEqual([]);
    expect(diff(withOp, of({ opc: toHex(op) }))).toEqual([
      '$.keyTable.entries[0].opc: undefined / undefined',
    ]);
  });
});

describe('pairs of other algorithms', () => {
  const { opc: _, ...rest } = FIRST_ENTRY!;
  const key = 'A5'.repeat(16);
  const of = (entry: Partial<KeyTableEntryProfile>): CardProfile => ({
    ...DEFAULT_PROFILE,
    keyTable: { active: 0, entries: [{ ...rest, ...entry }] },
  });
  const tuak = (change: object = {}): CardProfile =>
    of({ algorithm: 'tuak', topc: `${key}${key}`, ...change });
  const xor = (change: object = {}): CardProfile => of({ algorithm: 'xor', ...change });
  const PAIR = '$.keyTable.entries[0]';

  it.each<[string, CardProfile, CardProfile]>([
    [
      'what TUAK has for itself, written out',
      tuak(),
      tuak({ macLength: 8, resLength: 8, ckLength: 16, ikLength: 16, iterations: 1 }),
    ],
    ['what XOR has for itself', xor(), xor({ resLength: 16, gsmVariant: false })],
    ['the case of TOPc', tuak(), tuak({ topc: `${key}${key}`.toLowerCase() })],
    [
      'TOPc, and the TOP that it comes from',
      tuak({ topc: undefined, top: `${key}${key}`, iterations: 3 }),
      tuak({
        topc: toHex(deriveTopc(fromHex(rest.k), fromHex(`${key}${key}`), 3)),
        iterations: 3,
      }),
    ],
  ])('do not differ by %s', (_what, first, second) => {
    expect(diff(second, first)).toEqual([]);
  });

  it.each<[string, CardProfile, CardProfile, readonly string[]]>([
    ['RES', tuak(), tuak({ resLength: 16 }), [`${PAIR}.resLength: 8 / 16`]],
    ['CK', tuak(), tuak({ ckLength: 32 }), [`${PAIR}.ckLength: 16 / 32`]],
    ['IK', tuak(), tuak({ ikLength: 32 }), [`${PAIR}.ikLength: 16 / 32`]],
    ['iterations', tuak(), tuak({ iterations: 2 }), [`${PAIR}.iterations: 1 / 2`]],
    ['TOPc', tuak(), tuak({ topc: '00'.repeat(32) }), [`${PAIR}.topc: undefined / undefined`]],
    ['RES of XOR', xor(), xor({ resLength: 4 }), [`${PAIR}.resLength: 16 / 4`]],
    ['the 2G variant', xor(), xor({ gsmVariant: true }), [`${PAIR}.gsmVariant: false / true`]],
    [
      'the algorithm, and not by what belongs to each',
      tuak(),
      of({ opc: key }),
      [`${PAIR}.algorithm: "tuak" / "milenage"`, `${PAIR}.topc: undefined / undefined`],
    ],
    [
      'an algorithm that has nothing beside K',
      tuak(),
      xor(),
      [`${PAIR}.algorithm: "tuak" / "xor"`, `${PAIR}.topc: only-in-first`],
    ],
  ])('differ by %s', (_what, first, second, expected) => {
    expect(diff(second, first)).toEqual(expected);
    expect(JSON.stringify(diffProfiles(first, second)).toUpperCase()).not.toContain(key);
  });
});

describe('a difference is told by its path', () => {
  it.each<[string, CardProfile, readonly string[]]>([
    ['ATR', { ...DEFAULT_PROFILE, atr: '3b00' }, [`$.atr: "${DEFAULT_PROFILE.atr}" / "3B00"`]],
    [
      'a switch that is lenient when left out',
      { ...DEFAULT_PROFILE, switches: { ...DEFAULT_PROFILE.switches, singleDes: false } },
      ['$.switches.singleDes: true / false'],
    ],
    [
      'the memory',
      { ...DEFAULT_PROFILE, freeMemory: 65_536 },
      ['$.freeMemory: "not told" / 65536'],
    ],
    [
      'tries of a PIN',
      {
        ...DEFAULT_PROFILE,
        pins: DEFAULT_PROFILE.pins.map((pin, n) => (n === 1 ? { ...pin, retries: 5 } : pin)),
      },
      ['$.pins[1].retries (PIN 81): 3 / 5'],
    ],
    [
      'a PIN that the second does not have, once',
      { ...DEFAULT_PROFILE, pins: DEFAULT_PROFILE.pins.slice(1) },
      ['$.pins[0] (PIN 01): only-in-first'],
    ],
    [
      'a pair less',
      { ...DEFAULT_PROFILE, keyTable: { active: 0, entries: ENTRIES.slice(0, 3) } },
      ['$.keyTable.entries[3]: only-in-first'],
    ],
    [
      'the limit of SQN',
      withEntry({ sqn: { ...ENTRIES[0]!.sqn, ageLimit: 100 } }),
      ['$.keyTable.entries[0].sqn.ageLimit: "no limit" / 100'],
    ],
    ...(
      [
        ['shareable', false, 'true / false'],
        ['lifeCycle', 'deactivated', '"activated" / "deactivated"'],
        ['specialFileInformation', '40', '"none" / "40"'],
        ['sfi', 9, '7 / 9'],
        ['arr', 3, '"6F06/2" / "6F06/3"'],
      ] as const
    ).map(([name, value, shown]): [string, CardProfile, readonly string[]] => [
      `${name} of an EF`,
      withFile('MF/ADF.USIM/EF.IMSI', (file) => ({ ...file, [name]: value }) as FileProfile),
      [`$.files[${indexOf('MF/ADF.USIM/EF.IMSI')}].${name} (EF_IMSI of MF/ADF.USIM): ${shown}`],
    ]),
    ...(
      [
        ['referenced', '2F0602', '"2F06/2"'],
        ['referenced', '6F0601020003', '"6F06/01:2,00:3"'],
        ['expanded', '80010190aa', '"expanded 80010190AA"'],
        ['compact', '01fe', '"compact 01FE"'],
      ] as const
    ).map(([form, rules, shown]): [string, CardProfile, readonly string[]] => [
      `rules of an EF, ${form} ${rules}`,
      withFile('MF/ADF.USIM/EF.IMSI', ({ arr: _, ...file }) => ({
        ...file,
        rules: { [form]: rules },
      })),
      [
        `$.files[${indexOf('MF/ADF.USIM/EF.IMSI')}].arr (EF_IMSI of MF/ADF.USIM): ` +
          `"6F06/2" / ${shown}`,
      ],
    ]),
    [
      'rules of a directory',
      {
        ...DEFAULT_PROFILE,
        directories: DEFAULT_PROFILE.directories.map(({ arr = '', ...directory }) =>
          directory.path === 'MF/ADF.ISIM'
            ? { ...directory, rules: { expanded: '8001029000' } }
            : { ...directory, arr },
        ),
      },
      ['$.directories[2].arr (MF/ADF.ISIM): "2F06/9" / "expanded 8001029000"'],
    ],
    [
      'an EF of which the contents are known',
      withData('MF/ADF.USIM/EF.IMSI', '080910101032547608'),
      [
        `$.files[${indexOf('MF/ADF.USIM/EF.IMSI')}].data (EF_IMSI of MF/ADF.USIM): ` +
          '"001010123456789" / "001010123456780"',
      ],
    ],
  ])('%s', (_what, profile, lines) => {
    expect(diff(profile)).toEqual(lines);
  });

  it('of a file that only the second has, in the second', () => {
    const less = { ...DEFAULT_PROFILE, files: DEFAULT_PROFILE.files.slice(0, -1) };
    const last = DEFAULT_PROFILE.files.length - 1;
    const [line, ...more] = diff(DEFAULT_PROFILE, less);
    expect(line).toMatch(new RegExp(`^\\$\\.files\\[${last}\\] .*: only-in-second$`, 'u'));
    expect(more).toEqual([]);
  });

  it('and by the fields of its contents', () => {
    const loci = DEFAULT_PROFILE.files[indexOf('MF/ADF.USIM/EF.LOCI')];
    if (loci?.type !== 'transparent') throw new Error('EF_LOCI');
    const lines = diff(withData(loci.path, `01020304${loci.data.slice(8)}`));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\(EF_LOCI of MF\/ADF\.USIM, tmsi\): "\w{8}" \/ "01020304"$/u);
  });

  it('and of a list by what one has more', () => {
    const lines = diff(withData('MF/ADF.USIM/EF.ACC', '0001'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\(EF_ACC of MF\/ADF\.USIM\): also \d \/ also 0$/u);
  });
});

describe('a secret is told to differ, and not shown:', () => {
  const key = 'A5'.repeat(16);
  const [set] = ENTRIES[0]!.keySets;

  it.each<[string, CardProfile, string]>([
    ['K', withEntry({ k: key }), '$.keyTable.entries[0].k'],
    ['OPc', withEntry({ opc: key }), '$.keyTable.entries[0].opc'],
    [
      'an OTA key',
      withEntry({ keySets: [{ ...set!, kic: { type: 'AES', key } }] }),
      '$.keyTable.entries[0].keySets[0].kic.key',
    ],
    [
      'a PIN',
      {
        ...DEFAULT_PROFILE,
        pins: DEFAULT_PROFILE.pins.map((pin, n) =>
          n === 0 ? { ...pin, value: 'A5'.repeat(8) } : pin,
        ),
      },
      '$.pins[0].value',
    ],
    [
      'session keys',
      withData('MF/ADF.USIM/EF.Keys', `00${key}${key}`),
      `$.files[${indexOf('MF/ADF.USIM/EF.Keys')}].data`,
    ],
  ])('%s', (_what, profile, path) => {
    expect(JSON.stringify(diffProfiles(DEFAULT_PROFILE, profile))).not.toMatch(/a5a5/iu);
    const [difference, ...more] = diffProfiles(DEFAULT_PROFILE, profile);
    expect(difference).toMatchObject({
      path,
      kind: 'changed',
      first: undefined,
      second: undefined,
    });
    expect(more).toEqual([]);
  });

  it('contents of an EF that nobody knows, or that cannot be decoded', () => {
    const path = 'MF/ADF.USIM/EF.IMSI';
    const at = `$.files[${indexOf(path)}].data`;
    for (const fid of ['6F99', '6F07']) {
      const [first, second] = ['0102030405060708FF', 'A5'.repeat(9)].map((data) =>
        withFile(path, (file) => ({ ...file, fid, data }) as FileProfile),
      );
      const differences = diffProfiles(first!, second!);
      expect(differences.map((one) => [one.path, one.first, one.second])).toEqual([
        [at, undefined, undefined],
      ]);
    }
  });

  it('of every kind at once, from either side', () => {
    const secrets = [
      ...ENTRIES.flatMap(({ k, opc = '', keySets }) => [
        k,
        opc,
        ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
      ]),
      ...DEFAULT_PROFILE.pins.flatMap(({ value, unblock }) => [value, unblock?.value ?? value]),
    ].filter((secret) => secret.length > 4);
    const other: CardProfile = {
      ...DEFAULT_PROFILE,
      pins: DEFAULT_PROFILE.pins.map((pin) => ({ ...pin, value: '9'.repeat(8) })),
      keyTable: {
        active: 0,
        entries: ENTRIES.map((entry) => ({ ...entry, k: key, opc: key, keySets: [] })),
      },
      files: [],
    };
    for (const pair of [
      [DEFAULT_PROFILE, other],
      [other, DEFAULT_PROFILE],
    ] as const) {
      const shown = JSON.stringify(diffProfiles(...pair)).toUpperCase();
      expect(secrets.filter((secret) => shown.includes(secret.toUpperCase()))).toEqual([]);
    }
  });
});

/** The names of all fields that a JSON Schema describes. */
function fieldsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, inner]) =>
    name === 'properties' && typeof inner === 'object' && inner !== null
      ? [...Object.keys(inner), ...fieldsOf(Object.values(inner))]
      : fieldsOf(inner),
  );
}

it('the comparison looks at every field that a profile may have', () => {
  const source = ['meaning.ts', 'known-files.ts']
    .map((file) => readFileSync(join(ROOT, 'src/profile', file), 'utf8'))
    .join('');
  const unknown = [...new Set(fieldsOf(profileJsonSchema()))].filter(
    (field) => !new RegExp(`\\b${field}\\b`, 'u').test(source),
  );
  // Switches are compared by whatever names they have.
  expect(unknown).toEqual(['porPolicy', 'aesWithoutCounter']);
});
