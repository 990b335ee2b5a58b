/**
 * `vuicc profile dump`: what a card is now, with its secrets or without.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { diffProfiles } from '../../src/profile/diff.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const dump = (...args: string[]): Promise<Outcome> => program.run(['profile', 'dump', ...args]);
const REPLACED = 'vuicc: keys and PINs are replaced by others; --secrets keeps them\n';

/** PIN1 becomes 592713, EF_PL "de", one wrong try of PIN2. */
const CHANGES = [
  '0024000110 31323334FFFFFFFF 353932373133FFFF',
  '00A40004022F05',
  '00D60000026465',
  '00A4040C10A0000000871002FFFFFFFF8900000100',
  '0020008108 39393939FFFFFFFF',
];

beforeAll(async () => {
  const outcome = await program.run(['apdu', '--state', 'card.vuicc', ...CHANGES]);
  expect(outcome.stdout).toMatch(/^9000\n61[0-9a-f]{2}\n9000\n9000\n63c2\n$/u);
});

const profileIn = ({ stdout }: Outcome): CardProfile => JSON.parse(stdout) as CardProfile;
const dataOf = ({ files }: CardProfile, fid: string): unknown =>
  files.flatMap((file) => (file.fid === fid && file.type === 'transparent' ? file.data : []))[0];

describe('vuicc profile dump', () => {
  it('writes a new card as its profile', async () => {
    const outcome = await dump('--secrets');
    expect({ ...outcome, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(profileIn(outcome)).toEqual(DEFAULT_PROFILE);
  });

  it('writes what a card has kept, and says what it loses', async () => {
    const outcome = await dump('--state', 'card.vuicc', '--secrets');
    expect(outcome).toMatchObject({
      code: 0,
      stderr: 'vuicc: lost: PIN2: 2 of 3 tries are left\n',
    });
    const profile = profileIn(outcome);
    expect(dataOf(profile, '2F05')).toBe('6465FFFFFFFFFFFF');
    expect(profile.pins[0]?.value).toBe('592713');
    expect(profile.keyTable).toEqual(DEFAULT_PROFILE.keyTable);
  });

  it('leaves the card as it was', async () => {
    const before = await readFile(join(program.folder(), 'card.vuicc'));
    await dump('--state', 'card.vuicc', '--secrets');
    expect(await readFile(join(program.folder(), 'card.vuicc'))).toEqual(before);
  });

  it('gives others in place of secrets, each time others', async () => {
    const first = await dump('--state', 'card.vuicc');
    expect(first.stderr).toBe(`vuicc: lost: PIN2: 2 of 3 tries are left\n${REPLACED}`);
    const text = first.stdout.toUpperCase();
    const keys = DEFAULT_PROFILE.keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
      ...[k, opc],
      ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
    ]);
    const pins = ['"592713"', '"0000"', '"12345678"', '3131313131313131'];
    expect([...keys, ...pins].filter((secret) => text.includes(secret))).toEqual([]);
    const told = diffProfiles(DEFAULT_PROFILE, profileIn(first)).filter((one) => one.first);
    expect(told.map(({ what }) => what)).toEqual(['EF_PL of MF']);
    const second = profileIn(await dump('--state', 'card.vuicc'));
    expect(second.keyTable.entries[0]?.k).not.toBe(profileIn(first).keyTable.entries[0]?.k);
  });

  it('writes a new file that only its owner may read, and over none', async () => {
    const file = join(program.folder(), 'out.json');
    expect(await dump('--secrets', '--out', 'out.json')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(DEFAULT_PROFILE);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await dump('--secrets', '--out', 'out.json')).toEqual(
      refusal('out.json: cannot be written (EEXIST)'),
    );
  });

  it('gives one document', async () => {
    const document = documentOf(await dump('--state', 'card.vuicc', '--json'));
    expect(document).toEqual({
      profile: expect.objectContaining({ iccid: DEFAULT_PROFILE.iccid }),
      secrets: 'replaced',
      unreadable: [],
      notes: ['PIN2: 2 of 3 tries are left'],
      faults: [],
    });
  });

  it("takes a card whose pair in use has an algorithm of somebody's own", async () => {
    const { opc: _, ...pair } = { ...DEFAULT_PROFILE.keyTable.entries[0]!, algorithm: 'my-own' };
    const profile = { ...DEFAULT_PROFILE, keyTable: { active: 0, entries: [pair] } };
    await program.write('own.json', JSON.stringify(profile));
    const outcome = await dump('--card', 'own.json', '--secrets');
    expect({ ...outcome, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(profileIn(outcome)).toEqual(profile);
  });

  it('ends with exit code 1 when the card is no sound profile any more', async () => {
    const adm = '0020000A083131313131313131';
    const usim = '00A4040C10A0000000871002FFFFFFFF8900000100';
    const wrong = '00D6870009 5A5A5A5A5A5A5A5A5A';
    await program.run(['apdu', '--state', 'bad.vuicc', adm, usim, wrong]);
    const outcome = await dump('--state', 'bad.vuicc', '--secrets');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^vuicc: the profile is not sound: \$\.files\[\d+\]\.data: /u);
    expect(dataOf(profileIn(outcome), '6F07')).toBe('5A'.repeat(9));
  });

  it.each([
    ['--pin1 1234', '--pin1: expected --reader beside it'],
    ['--adm 1234', '--adm: expected --reader beside it'],
    ['--last-try', '--last-try: expected --reader beside it'],
    ['--reader x --card a.json', '--reader: expected without --card'],
    ['--reader x --state a.vuicc', '--reader: expected without --state'],
    ['--reader x --secrets', '--reader: expected without --secrets'],
    ['--reader x --pin1 123', '--pin1: expected 4 to 8 digits'],
    ['--reader x --pin2 31323334FFFFFFFF', '--pin2: expected 4 to 8 digits'],
    ['--reader x --adm 313131313131313', '--adm: expected 4 to 8 digits or 16 hex digits'],
    ['--state none.vuicc', expect.stringContaining('none.vuicc')],
    ['--card none.json', 'none.json: cannot be read (ENOENT)'],
  ])('refuses %s in one line, and shows no PIN', async (args, line) => {
    const outcome = await dump(...args.split(' '));
    if (typeof line === 'string') expect(outcome).toEqual(refusal(line));
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).not.toMatch(/313131|31323334|\b123\b/u);
  });
});
