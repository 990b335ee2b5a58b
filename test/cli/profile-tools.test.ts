/**
 * `vuicc profile diff`, `vuicc profile make`, and an identity on the command line.
 *
 * @see docs/profile.md, "Compare"; docs/profile.md, "Make"
 * @module
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { documentOf, done, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const profile = (...args: string[]): Promise<Outcome> => program.run(['profile', ...args]);
const K = 'A5'.repeat(16);
const ICCID = DEFAULT_PROFILE.iccid;
const KEYS_OF_ONE = '--k, --opc, --op, --topc, --top: expected with one card alone';
const READ_ICCID = ['00A4000C022FE2', '00B000000A'];

beforeAll(async () => {
  const entries = DEFAULT_PROFILE.keyTable.entries.map((entry, n) =>
    n === 0 ? { ...entry, k: K } : entry,
  );
  await program.write('a.json', JSON.stringify(DEFAULT_PROFILE));
  const other = { ...DEFAULT_PROFILE, atr: '3B00', keyTable: { active: 0, entries } };
  await program.write('b.json', JSON.stringify(other));
  await program.write('no.json', '{}');
});

describe('vuicc profile diff', () => {
  const ATR = DEFAULT_PROFILE.atr;

  it('says that there is no difference, by exit code too', async () => {
    expect(await profile('diff', 'a.json', 'a.json')).toEqual(
      done('a.json, a.json: no difference'),
    );
    expect(documentOf(await profile('diff', 'b.json', 'b.json', '--json'))).toEqual({
      same: true,
      differences: [],
    });
  });

  it('tells each difference, and no key', async () => {
    expect(await profile('diff', 'a.json', 'b.json')).toEqual({
      code: 1,
      stdout: [
        `$.atr: "${ATR}" in a.json, "3B00" in b.json\n`,
        '$.keyTable.entries[0].k: differs, not shown\n',
      ].join(''),
      stderr: '',
    });
  });

  it('tells them as one document', async () => {
    const outcome = await profile('diff', 'a.json', 'b.json', '--json');
    expect(outcome.code).toBe(1);
    const changed = { what: '', kind: 'changed' };
    expect(documentOf(outcome)).toEqual({
      same: false,
      differences: [
        { ...changed, path: '$.atr', first: `"${ATR}"`, second: '"3B00"' },
        { ...changed, path: '$.keyTable.entries[0].k', first: null, second: null },
      ],
    });
  });

  it.each([
    [['a.json'], "missing required argument 'b'"],
    [['missing.json', 'a.json'], 'missing.json: cannot be read (ENOENT)'],
    [['a.json', 'missing.json'], 'missing.json: cannot be read (ENOENT)'],
    [
      ['a.json', 'no.json'],
      'no.json: $.format: expected "vuicc-profile/1", found nothing, no vuicc profile',
    ],
  ])('refuses %j', async (args, line) => {
    expect(await profile('diff', ...args)).toEqual(refusal(line));
  });
});

describe('vuicc profile make', () => {
  it('writes cards that are sound, for their owner alone', async () => {
    const outcome = await profile('make', '--count', '3', '--out', 'new/cards', '--json');
    const { cards } = documentOf(outcome) as {
      cards: { iccid: string; imsi: string; file: string }[];
    };
    expect(cards.map(({ imsi }) => imsi)).toEqual([
      '001010123456790',
      '001010123456791',
      '001010123456792',
    ]);
    expect(await readdir(join(program.folder(), 'new/cards'))).toEqual(
      cards.map(({ iccid }) => `${iccid}.json`),
    );
    for (const { file } of cards) {
      expect((await stat(join(program.folder(), file))).mode & 0o777).toBe(0o600);
      expect(await profile('check', file)).toEqual(done(`${file}: ok`));
    }
  });

  it('prints one card, the same with the same seed, another with another', async () => {
    const [one, again, other] = await Promise.all(
      ['a', 'a', 'b'].map((seed) => profile('make', 'a.json', '--seed', seed)),
    );
    expect(documentOf(one!)).toMatchObject({ format: 'vuicc-profile/1' });
    expect(again).toEqual(one);
    expect(other!.stdout).not.toBe(one!.stdout);
  });

  it('takes identity and keys from the command line', async () => {
    const keys = ['--k', K.toLowerCase(), '--op', K];
    const numbers = [
      '--iccid',
      '8988211000000000011',
      '--imsi',
      '310410000000001',
      '--mnc-length',
      '3',
    ];
    const made = documentOf(await profile('make', ...numbers, ...keys)) as typeof DEFAULT_PROFILE;
    expect(made).toMatchObject({ iccid: '8988211000000000011', imsi: '310410000000001' });
    expect(made.keyTable.entries[0]).toMatchObject({ k: K, op: K });
  });

  it('adds the files of services', async () => {
    const { code, stdout } = await profile('make', '--services', '2,4-5', '--isim-services', '1');
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as typeof DEFAULT_PROFILE;
    const added = files.slice(DEFAULT_PROFILE.files.length).map(({ fid }) => fid);
    expect(added).toEqual(['6F3B', '6F49', '6F4C', '6F56', '6F09']);
    await program.write('all.json', (await profile('make', '--services', 'all')).stdout);
    expect(await profile('check', 'all.json')).toEqual(done('all.json: ok'));
  });

  it.each([
    ['--services', '2,x', '"x"'],
    ['--services', '0', '"0"'],
    ['--services', '256', '"256"'],
    ['--services', '7-5', '"7-5"'],
    ['--services', '', '""'],
    ['--isim-services', '1,,2', '""'],
    ['--isim-services', '1-', '"1-"'],
  ])('refuses %s %s', async (name, list, found) => {
    expect(await profile('make', name, list)).toEqual(
      refusal(`${name}: expected "all" or services, 1 to 255, found ${found}`),
    );
  });

  it('writes over no file, and none at all when a name is taken', async () => {
    const make = (count: string): Promise<Outcome> =>
      profile('make', '--count', count, '--out', 'taken');
    const [, file = ''] = /(\S+)\n$/u.exec((await make('1')).stdout) ?? [];
    const before = await readFile(join(program.folder(), file), 'utf8');
    expect(await make('2')).toEqual(refusal(`${file}: expected no such file`));
    expect(await readdir(join(program.folder(), 'taken'))).toHaveLength(1);
    expect(await readFile(join(program.folder(), file), 'utf8')).toBe(before);
  });

  it.each([
    ['--count 0', '--count: expected 1 to 10000, found "0"'],
    ['--count 10001', '--count: expected 1 to 10000, found "10001"'],
    ['--count x', '--count: expected 1 to 10000, found "x"'],
    ['--count 2', '--out: expected a folder for more than one card'],
    ['--pairs 0', '--pairs: expected 1 to 255, found "0"'],
    ['--pairs 256', '--pairs: expected 1 to 255, found "256"'],
    ['--iccid 8988211000000000018', '--iccid: expected the check digit 1, found 8'],
    ['--iccid 1234', '--iccid: expected 18 to 20 decimal digits'],
    ['--imsi 12345', '--imsi: expected 6 to 15 decimal digits'],
    [
      '--imsi 001019999999999 --count 2 --out x',
      '--imsi: expected room for 2 behind the first, found less',
    ],
    ['--mnc-length 4', '--mnc-length: expected 2 or 3, found "4"'],
    [`--k ${K}0`, '--k: expected an even number of digits, found 33'],
    [`--k ${K}00`, '--k: expected 32 or 64 hex digits, found 34'],
    [`--topc ${K}`, '--topc: expected 64 hex digits, found 32'],
    [`--top ${K}${K}00`, '--top: expected 64 hex digits, found 66'],
    [`--op ${K} --top ${K}${K}`, '--op, --top: expected one of them at most'],
    [`--opc ${K.slice(2)}x0`, '--opc: expected a hex digit at character 31, found "x"'],
    [`--opc ${K} --op ${K}`, '--opc, --op: expected one of them at most'],
    [`--k ${K} --count 2 --out x`, KEYS_OF_ONE],
    ['--out a.json', '--out: a.json: cannot be made (EEXIST)'],
    ['missing.json', 'missing.json: cannot be read (ENOENT)'],
    ['a.json b.json', "too many arguments for 'make'. Expected 1 argument but got 2."],
  ])('refuses %s', async (args, line) => {
    expect(await profile('make', ...args.split(' '))).toEqual(refusal(line));
    expect(await readdir(program.folder())).not.toContain('x');
  });
});

describe('an identity on the command line', () => {
  beforeAll(async () => {
    const [first, second, ...others] = DEFAULT_PROFILE.keyTable.entries;
    const { opc: _, ...own } = { ...second!, algorithm: 'my-own' };
    const entries = [first, own, ...others];
    const profile = { ...DEFAULT_PROFILE, keyTable: { active: 0, entries } };
    await program.write('own.json', JSON.stringify(profile));
  });

  it('may be that of a pair of TUAK, on a card that has one', async () => {
    const entry = { ...DEFAULT_PROFILE.keyTable.entries[0]!, algorithm: 'tuak' };
    const { opc: _, ...rest } = entry;
    const entries = [{ ...rest, topc: `${K}${K}` }];
    const profile = { ...DEFAULT_PROFILE, keyTable: { active: 0, entries } };
    await program.write('tuak.json', JSON.stringify(profile));
    const keys = ['--k', `${K}${K}`, '--top', `${K}${K}`];
    const outcome = await program.run(['apdu', '--card', 'tuak.json', ...keys, ...READ_ICCID]);
    expect(outcome).toEqual(done('9000', '989909010000000000319000'));
  });

  it('is that of the card of vuicc apdu', async () => {
    const card = ['--iccid', '8988211000000000011', '--imsi', '001010000000042'];
    const outcome = await program.run(['apdu', ...card, ...READ_ICCID]);
    expect(outcome).toEqual(done('9000', '988812010000000010f19000'));
  });

  it.each([
    ['apdu --iccid 8988211000000000018', '--iccid: expected the check digit 1, found 8'],
    ['apdu --imsi 1', '--imsi: expected 6 to 15 decimal digits'],
    ['apdu --k 00', '--k: expected 32 or 64 hex digits, found 2'],
    [
      `apdu --k ${K}${K}`,
      `card ${ICCID}: $.keyTable.entries[0].k: expected K, 32 hex digits, found 64 hex digits`,
    ],
    [
      `apdu --topc ${K}${K}`,
      `card ${ICCID}: $.keyTable.entries[0]: expected exactly one of opc and op, found neither`,
    ],
    [`apdu --reader x --topc ${K}${K}`, '--reader: expected without --topc'],
    [
      'apdu --card own.json',
      'own.json: $.keyTable.entries[1].algorithm: expected "milenage", "tuak" or "xor", ' +
        'which need no program, found "my-own"',
    ],
    [`serve vpcd --slots 2 --top ${K}${K}`, '--top: expected with one slot alone, found 2'],
    [`apdu --reader x --k ${K}`, '--reader: expected without --k'],
    ['apdu --reader x --imsi 001010000000001', '--reader: expected without --imsi'],
    ['apdu --reader x --mnc-length 3', '--reader: expected without --mnc-length'],
    ['serve vpcd --opc 0', '--opc: expected an even number of digits, found 1'],
    [`serve vpcd --slots 2 --k ${K}`, '--k: expected with one slot alone, found 2'],
    ['serve vpcd --mnc-length two', '--mnc-length: expected 2 or 3, found "two"'],
  ])('is refused: %s', async (args, line) => {
    const words = args.split(' ');
    const more = words[0] === 'apdu' ? READ_ICCID : [];
    expect(await program.run([...words, ...more])).toEqual(refusal(line));
  });
});
