import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const profile = (...args: string[]): Promise<Outcome> => program.run(['profile', ...args]);

/** PINs that occur nowhere else in the profile by chance. */
const PINS = ['592713', '8146', '46813579', '97531864', '5152535455565758'] as const;
const PROFILE: CardProfile = {
  ...DEFAULT_PROFILE,
  pins: [
    {
      reference: '01',
      value: PINS[0],
      retries: 3,
      enabled: true,
      unblock: { value: PINS[2], retries: 10 },
    },
    {
      reference: '81',
      value: PINS[1],
      retries: 3,
      enabled: true,
      unblock: { value: PINS[3], retries: 10 },
    },
    { reference: '0A', value: PINS[4], retries: 10, enabled: true },
  ],
};

/** Everything that must not be shown: keys, PINs as digits and as octets. */
const SECRETS: readonly string[] = [
  ...PROFILE.keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
    k,
    opc,
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ]),
  ...PINS,
  ...PINS.map((pin) => toHex(Uint8Array.from(pin, (digit) => digit.charCodeAt(0)))),
].map((secret) => secret.toLowerCase());

function secretsIn({ stdout, stderr }: Outcome): readonly string[] {
  const text = `${stdout}${stderr}`.toLowerCase();
  return SECRETS.filter((secret) => text.includes(secret));
}

type Json = Record<string, unknown>;

/** The profile with another value at a path. */
function edited(path: readonly (string | number)[], value: unknown): string {
  const document = JSON.parse(JSON.stringify(PROFILE)) as Json;
  let at = document;
  for (const name of path.slice(0, -1)) at = at[name] as Json;
  at[String(path.at(-1))] = value;
  return JSON.stringify(document);
}

beforeAll(async () => {
  await program.write('card.json', JSON.stringify(PROFILE));
  await program.write('no.json', '{\n  "format": vuicc\n}\n');
});

describe('vuicc profile check', () => {
  it('says ok', async () => {
    expect(await profile('check', 'card.json')).toEqual(done('card.json: ok'));
    expect(documentOf(await profile('check', 'card.json', '--json'))).toEqual({
      ok: true,
      faults: [],
      hints: [],
    });
  });

  it('gives a hint where a service has no file, and takes the profile for sound', async () => {
    const files = PROFILE.files.filter(({ fid }) => fid !== '6F46');
    await program.write('hint.json', JSON.stringify({ ...PROFILE, files }));
    const place = `$.files[${files.findIndex(({ fid }) => fid === '6F38')}].data`;
    const expected = 'EF_SPN, as service 19 is announced';
    expect(await profile('check', 'hint.json')).toEqual(
      done('hint.json: ok', `hint.json: hint: ${place}: expected ${expected}, found no such EF`),
    );
    expect(documentOf(await profile('check', 'hint.json', '--json'))).toEqual({
      ok: true,
      faults: [],
      hints: [{ path: place, expected, found: 'no such EF' }],
    });
  });

  const K = PROFILE.keyTable.entries[1]!.k;
  it.each([
    [
      'a key that lacks a digit',
      ['keyTable', 'entries', 1, 'k'],
      K.slice(1),
      {
        path: '$.keyTable.entries[1].k',
        expected: 'K, 32 hex digits',
        found: '31 hex digits',
      },
    ],
    [
      'a PIN of 3 digits',
      ['pins', 0, 'value'],
      '592',
      {
        path: '$.pins[0].value',
        expected: expect.stringContaining('4 to 8'),
        found: '3 hex digits',
      },
    ],
    [
      'an IMSI that EF_IMSI does not hold',
      ['imsi'],
      '001010123456780',
      { path: expect.stringMatching(/^\$\.files\[\d+\]\.data$/u), found: 'other octets' },
    ],
    [
      'a later format',
      ['format'],
      'vuicc-profile/2',
      { path: '$.format', expected: '"vuicc-profile/1"', found: expect.stringContaining('later') },
    ],
  ] as const)('finds %s, and ends with exit code 1', async (what, path, value, fault) => {
    await program.write('faulty.json', edited(path, value));
    const outcome = await profile('check', 'faulty.json', '--json');
    expect(outcome.code, what).toBe(1);
    const { ok, faults } = documentOf(outcome) as { ok: boolean; faults: unknown[] };
    expect(ok).toBe(false);
    expect(faults[0]).toMatchObject(fault);
    const text = await profile('check', 'faulty.json');
    expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 1, stderr: '' });
    expect(text.stdout.split('\n')).toHaveLength(faults.length + 1);
    expect(text.stdout).toMatch(/^faulty\.json: \$\.[\w.[\]]+: expected .+, found .+\n/u);
  });

  it('shows no secret of a profile whose every secret has a fault', async () => {
    const entries = PROFILE.keyTable.entries.map(({ k, opc, keySets, ...entry }) => ({
      ...entry,
      k: `${k}0`,
      opc: `${opc}0`,
      keySets: keySets.map(({ kic, kid, ...set }) => ({
        ...set,
        kic: { ...kic, key: `${kic.key}0` },
        kid: { ...kid, key: [kid.key] },
      })),
    }));
    const pins = PROFILE.pins.map((pin) => ({ ...pin, value: `${pin.value}x` }));
    const faulty = { ...PROFILE, keyTable: { active: 0, entries }, pins };
    await program.write('secrets.json', JSON.stringify(faulty));
    for (const more of [[], ['--json']]) {
      const outcome = await profile('check', 'secrets.json', ...more);
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain('$.keyTable.entries[0].keySets[0].kid.key');
      expect(secretsIn(outcome)).toEqual([]);
    }
  });

  it.each([
    ['missing.json', 'missing.json: cannot be read (ENOENT)'],
    ['.', '.: cannot be read (EISDIR)'],
    ['no.json', 'no.json: $: expected a value at line 2, column 13 (offset 14), found a letter'],
  ])('takes %s for unreadable: one line and exit code 2', async (file, line) => {
    expect(await profile('check', file, '--json')).toEqual(refusal(line));
  });
});

describe('vuicc profile show', () => {
  const shown = async (...args: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await profile('show', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').slice(0, -1);
  };
  const lineOf = (lines: readonly string[], name: string): string =>
    lines.find((line) => line.includes(` ${name} `)) ?? '';

  it('tells of the card, then of its files as a tree', async () => {
    const lines = await shown('card.json');
    expect(lines.slice(0, 7)).toEqual([
      'vuicc test card, PLMN 001/01',
      '  ICCID      89999010000000000013',
      '  IMSI       001010123456789',
      '  ATR        3b9f96801fc78031e073fe2100675655494343303180, T=0',
      '  PINs       PIN1 (3 tries, unblock 10), PIN2 (3 tries, unblock 10), ADM1 (10 tries)',
      '  key table  4 pairs, pair 0 active, key version 1 AES/AES',
      '  applets    B00000  remote-file-management in MF, compact, SPI1 12 or more',
    ]);
    const row = /^(?:[│ ]*[├└]─ )?(?:EF_|ADF\.|DF\.|MF)[\w.-]* +(?:[0-9A-F]{4})/u;
    const rows = lines.filter((line) => row.test(line));
    expect(rows).toHaveLength(PROFILE.directories.length + PROFILE.files.length);
  });

  it('shows structure, rights and contents of an EF in one row', async () => {
    const lines = await shown('card.json');
    const row = (name: string): string => lineOf(lines, name).replace(/^[│├└─ ]+/u, '');
    expect(row('EF_IMSI').split(/ {2,}/u)).toEqual([
      ...['EF_IMSI', '6F07', '7', 'transparent 9', 'PIN1', 'ADM1', '001010123456789'],
    ]);
    expect(row('EF_ICCID').split(/ {2,}/u).slice(3)).toEqual([
      ...['transparent 10', 'always', 'never', '89999010000000000013'],
    ]);
    expect(row('EF_UST')).toMatch(/ 10, 12, 17-21, 27, 28, 33, .*…$/u);
    expect(row('EF_FPLMN')).toMatch(/ \(empty\)$/u);
    expect(row('EF_SMS')).toMatch(/linear 10 × 176 .* 0 of 10$/u);
  });

  it('shows the first records that are used, and how many more there are', async () => {
    const lines = await shown('card.json');
    const at = lines.findIndex((line) => line.includes(' EF_ARR '));
    expect(lines.slice(at, at + 4).map((line) => line.replace(/^.* {2}/u, ''))).toEqual([
      '1: read always; update ADM1',
      '2: read PIN1; update ADM1',
      '3: read, update PIN1',
      '… 6 more',
    ]);
    expect(lines[at]).toContain(' 9 of 10 ');
  });

  it('fits into 120 columns, whatever the contents', async () => {
    const files = PROFILE.files.map((file) => ({
      ...file,
      path: file.path.replace('EF.SPN', 'EF.OF-A-NAME-THAT-IS-LONG'),
      fid: file.path.endsWith('EF.SPN') ? '6F99' : file.fid,
    }));
    await program.write('wide.json', JSON.stringify({ ...PROFILE, files }));
    for (const name of ['card.json', 'wide.json']) {
      const lines = await shown(name);
      const wide = lines.slice(lines.indexOf('')).filter((line) => [...line].length > 120);
      expect(wide).toEqual([]);
    }
    // An EF that nobody knows is shown in hex.
    const row = lineOf(await shown('wide.json'), 'EF.OF-A-NAME-THAT-IS-LONG');
    expect(row).toContain('005465737420');
  });

  it('says of an EF that it is not activated, and nothing of one that is', async () => {
    const states = ['creation', 'activated', 'deactivated', 'terminated'];
    const files = PROFILE.files.map((file, n) => ({ ...file, lifeCycle: states[n] }));
    await program.write('states.json', JSON.stringify({ ...PROFILE, files }));
    const lines = await shown('states.json');
    const found = lines.flatMap((line) => / \((creation|\w+ated)\) /u.exec(line)?.[1] ?? []);
    expect(found).toEqual(['creation', 'deactivated', 'terminated']);
    const document = documentOf(await profile('show', 'states.json', '--json')) as Json;
    const all = (document.files as Json[]).map(({ lifeCycle }) => lifeCycle);
    expect(all.slice(0, 5)).toEqual([...states, undefined]);
  });

  it('shows access rules that are given as an FCP holds them', async () => {
    const directories = PROFILE.directories.map(({ arr, ...directory }) =>
      directory.path === 'MF'
        ? { ...directory, rules: { referenced: '2F0601090009' } }
        : { ...directory, arr },
    );
    const files = PROFILE.files.map(({ arr, ...file }) =>
      file.path === 'MF/EF.ICCID' ? { ...file, rules: { compact: '01FF' } } : { ...file, arr },
    );
    await program.write('rules.json', JSON.stringify({ ...PROFILE, directories, files }));
    const lines = await shown('rules.json');
    expect(lineOf(lines, 'EF_ICCID')).toMatch(/ transparent 10 +never +never /u);
    expect(lines.find((line) => line.startsWith('MF '))).toContain(' create EF, create DF, ');
    const full = await shown('rules.json', '--file', 'EF_ICCID');
    expect(full).toContain('             its own rules, in compact format');
    const document = documentOf(await profile('show', 'rules.json', '--json')) as Json;
    const [mf] = document.directories as Json[];
    expect(mf).toMatchObject({ path: 'MF', rules: { referenced: '2f0601090009' } });
    const [iccid] = document.files as Json[];
    expect(iccid).toMatchObject({ path: 'MF/EF.ICCID', rules: { compact: '01ff' } });
    expect(iccid?.rights).toEqual({ read: 'never', update: 'never' });
  });

  it('shows the built-in profile when no file is named', async () => {
    const { stdout } = await profile('show', 'card.json');
    expect(await profile('show')).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('gives the same as one document, with hex in lower case', async () => {
    const document = documentOf(await profile('show', 'card.json', '--json')) as Json;
    expect(document).toMatchObject({
      iccid: '89999010000000000013',
      imsi: '001010123456789',
      atr: PROFILE.atr.toLowerCase(),
      pins: [{ reference: '01' }, { reference: '81' }, { reference: '0a' }],
      applets: PROFILE.applets.map(({ tar }) => ({ tar: tar.toLowerCase() })),
    });
    const { files, directories } = document as { files: Json[]; directories: Json[] };
    expect(files).toHaveLength(PROFILE.files.length);
    const hex = [...files, ...directories].flatMap(({ fid, aid }) => [fid, aid ?? '']);
    expect(hex.filter((text) => String(text) !== String(text).toLowerCase())).toEqual([]);
    const of = (ef: string): Json => files.find((file) => file.ef === ef) ?? {};
    expect(of('EF_IMSI')).toEqual({
      ...{ path: 'MF/ADF.USIM/EF.IMSI', fid: '6f07', ef: 'EF_IMSI', sfi: 7, arr: 2 },
      ...{ type: 'transparent', size: 9, content: { kind: 'value', value: '001010123456789' } },
      rights: { read: 'PIN1', update: 'ADM1', deactivate: 'ADM1', activate: 'ADM1' },
    });
    expect(of('EF_DIR').records).toEqual([
      { kind: 'value', value: expect.objectContaining({ label: 'USIM' }) },
      { kind: 'value', value: expect.objectContaining({ label: 'ISIM' }) },
      { kind: 'empty' },
      { kind: 'empty' },
    ]);
    expect(directories[0]?.rights).toMatchObject({ 'create EF': 'ADM1', 'delete child': 'ADM1' });
  });

  it('shows one EF in full, by path, name or FID', async () => {
    const lines = await shown('card.json', '--file', 'EF_IMSI');
    expect(lines).toEqual([
      'EF_IMSI  MF/ADF.USIM/EF.IMSI',
      '  FID        6F07, SFI 7',
      '  structure  transparent 9',
      '  life cycle activated',
      '  rights     read PIN1; update, deactivate, activate ADM1',
      '             record 2 of MF/ADF.USIM/EF.ARR',
      '  clause     3GPP TS 31.102 §4.2.2',
      '  content    001010123456789',
      '             080910101032547698',
    ]);
    for (const name of ['MF/ADF.USIM/EF.IMSI', 'ADF.USIM/ef.imsi', 'EF.IMSI']) {
      expect(await shown('card.json', '--file', name)).toEqual(lines);
    }
    // EF_IST of the ISIM has this FID too.
    expect((await shown('card.json', '--file', '6f07')).slice(0, 9)).toEqual(lines);
    const document = documentOf(await profile('show', '--file', 'EF_IMSI', '--json')) as Json;
    expect(document.files).toMatchObject([{ ef: 'EF_IMSI', size: 9 }]);
  });

  it('shows the tree below a directory', async () => {
    const lines = await shown('card.json', '--file', 'DF.GSM-ACCESS');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^DF\.GSM-ACCESS +5F3B /u);
    expect(lines[3]).toMatch(/^└─ EF_KcGPRS /u);
  });

  it('refuses a file that is not there', async () => {
    expect(await profile('show', '--file', 'EF_NONE')).toEqual(
      refusal('--file: expected a file of the profile, found "EF_NONE"'),
    );
  });

  it('shows no key and no PIN, and of contents that hold keys that there are some', async () => {
    const key = '0F1E2D3C4B5A69788796A5B4C3D2E1F0';
    const files = PROFILE.files.map((file) =>
      ['6F08', '4F20'].includes(file.fid) && file.type === 'transparent'
        ? { ...file, data: `00${key}${key}`.slice(0, file.size * 2) }
        : file,
    );
    await program.write('used.json', JSON.stringify({ ...PROFILE, files }));
    for (const more of [[], ['--json'], ['--file', 'EF_Keys'], ['--file', 'EF_Kc']]) {
      const outcome = await profile('show', 'used.json', ...more);
      expect(outcome.code).toBe(0);
      expect(secretsIn(outcome)).toEqual([]);
      expect(outcome.stdout.toLowerCase()).not.toContain('0f1e2d3c');
      expect(outcome.stdout).toMatch(/key[ -]material/u);
    }
  });

  it('refuses a profile with a fault in one line, whoever asks for it', async () => {
    await program.write('bad.json', edited(['keyTable', 'entries', 2, 'opc'], '00'));
    const problem = '$.keyTable.entries[2].opc: expected OPc, 32 hex digits, found 2 hex digits';
    const outcomes = await Promise.all([
      profile('show', 'bad.json', '--json'),
      program.run(['apdu', '--card', 'bad.json', '80F2000C00']),
      program.run(['replay', '--card', 'bad.json', 'bad.json']),
    ]);
    expect(outcomes).toEqual(outcomes.map(() => refusal(`bad.json: ${problem}`)));
  });
});

describe('a card of another profile', () => {
  it('is the one that vuicc apdu talks to', async () => {
    const pin = toHex(Uint8Array.from(PINS[0], (digit) => digit.charCodeAt(0)));
    const outcome = await program.run(
      ['apdu', '--card', 'card.json', '-'],
      `0020000108 31323334FFFFFFFF\n0020000108 ${pin}FFFF\n`,
    );
    expect(outcome).toEqual(done('63c2', '9000'));
  });
});
