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
  it('shows identity, key table, applets and the file tree', async () => {
    const { code, stdout, stderr } = await profile('show', 'card.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    const { applets } = PROFILE;
    expect(lines.slice(0, 3)).toEqual([
      'vuicc test card, PLMN 001/01: ICCID 89999010000000000013, IMSI 001010123456789',
      'key table: 4 pairs, pair 0 active',
      'applet B00000: remote-file-management, minimum SPI1 12',
    ]);
    expect(lines.slice(1 + applets.length, 3 + applets.length)).toEqual([
      'applet BFFF3B: subscription-change, minimum SPI1 16',
      'MF  3F00  rule 2F06/9',
    ]);
    expect(lines).toContain('  EF.ICCID  2FE2  transparent, 10 octets  SFI 2  rule 7');
    const { directories, files } = PROFILE;
    expect(lines).toHaveLength(2 + applets.length + directories.length + files.length + 1);
  });

  it('says of an EF that it is not activated, and nothing of one that is', async () => {
    const states = ['creation', 'activated', 'deactivated', 'terminated'];
    const files = PROFILE.files.map((file, n) => ({ ...file, lifeCycle: states[n] }));
    await program.write('states.json', JSON.stringify({ ...PROFILE, files }));
    const { stdout } = await profile('show', 'states.json');
    const shown = stdout.split('\n').filter((line) => / {2}rule \d+ {2}[a-z]+$/u.test(line));
    expect(shown.map((line) => line.replace(/^.* {2}/u, ''))).toEqual([
      'creation',
      'deactivated',
      'terminated',
    ]);
    const document = documentOf(await profile('show', 'states.json', '--json')) as Json;
    const found = (document.files as Json[]).map(({ lifeCycle }) => lifeCycle);
    expect(found.slice(0, 5)).toEqual([...states, undefined]);
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
    const { stdout } = await profile('show', 'rules.json');
    expect(stdout).toContain('\nMF  3F00  rule 2F06/01:9,00:9\n');
    expect(stdout).toContain('EF.ICCID  2FE2  transparent, 10 octets  SFI 2  rule compact 01FF\n');
    const document = documentOf(await profile('show', 'rules.json', '--json')) as Json;
    const [mf] = document.directories as Json[];
    expect(mf).toMatchObject({ path: 'MF', rules: { referenced: '2f0601090009' } });
    expect(document.files).toContainEqual({
      path: 'MF/EF.ICCID',
      fid: '2fe2',
      sfi: 2,
      rules: { compact: '01ff' },
      type: 'transparent',
    });
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
  });

  it.each([[[]], [['--json']]])(
    'shows no secret and no content of a file, with %j',
    async (more) => {
      const outcome = await profile('show', 'card.json', ...more);
      expect(outcome.code).toBe(0);
      expect(secretsIn(outcome)).toEqual([]);
      // EF_ICCID and EF_IMSI hold these.
      expect(outcome.stdout).not.toMatch(/98990901000000000031|080910101032547698/u);
    },
  );

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
