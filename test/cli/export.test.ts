/**
 * `vuicc export`: cards in the forms of other programs, and what is refused.
 *
 * @see docs/export.md
 * @module
 */

import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeImsi } from '../../src/bytes/identity.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { change, envelope, IMSI_B } from '../card/support/subscription.ts';
import { edited } from '../profile/edited.ts';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const run = (...args: string[]): Promise<Outcome> => program.run(['export', ...args]);

const K = '465b5ce8b199b49faa5f0a2ee238a6bc';
const ROW = `89999010000000000013,mil,001010123456789,${K},opc,cd63cb71954a9f4e48a5994e37a02baf`;
const HEAD = '# Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc\n';

/** Rotations of an operator's own. */
const TUNED = {
  '$.keyTable.entries[0].r': [64, 0, 32, 64, 95],
  '$.keyTable.entries[0].c': ['00', '01', '02', '04', '08'].map((last) => '00'.repeat(15) + last),
};

/** AUTHENTICATE with SQN 0x60, SEQ 3 of IND 0: computed by `vuicc milenage`. */
async function authenticate(state: string): Promise<void> {
  const rand = '23553cbe9637a89d218ae64dae47bf35';
  const options = ['--k', K, '--opc', 'cd63cb71954a9f4e48a5994e37a02baf', '--rand', rand];
  const sqn = ['--sqn', '000000000060', '--amf', '8000', '--json'];
  const vector = documentOf(await program.run(['milenage', ...options, ...sqn]));
  const { autn } = vector as { readonly autn: string };
  const commands = [
    '0020000108 31323334FFFFFFFF',
    '00A4040C10A0000000871002FFFFFFFF8900000100',
    `0088008122 10${rand}10${autn}`,
  ];
  const outcome = await program.run(['apdu', '--state', state, ...commands]);
  expect(outcome.stdout).toMatch(/^9000\n9000\n61[0-9a-f]{2}\n$/u);
}

beforeAll(async () => {
  await authenticate('card.vuicc');
  await program.write('tuned.json', JSON.stringify(edited(TUNED)));
  const { opc: _, ...own } = { ...DEFAULT_PROFILE.keyTable.entries[1]!, algorithm: 'my-own' };
  for (const active of [0, 1]) {
    const keyTable = { active, entries: [DEFAULT_PROFILE.keyTable.entries[0], own] };
    await program.write(`own${active}.json`, JSON.stringify({ ...DEFAULT_PROFILE, keyTable }));
  }
  await mkdir(join(program.folder(), 'empty'));
  const make = ['profile', 'make', '--count', '3', '--imsi', '001010000000100', '--out', 'cards'];
  expect((await program.run(make)).code).toBe(0);
});

describe('vuicc export', () => {
  it('writes the built-in card when none is named', async () => {
    const stdout = `${HEAD}${ROW},8000,000000000020,7,dynamic\n`;
    expect(await run('srsran')).toEqual({ code: 0, stdout, stderr: '' });
  });

  it("writes a card with another pair that has an algorithm of somebody's own", async () => {
    const stdout = `${HEAD}${ROW},8000,000000000020,7,dynamic\n`;
    expect(await run('srsran', '--card', 'own0.json')).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('writes a card as it is kept, with the SQN behind the highest', async () => {
    const before = await readFile(join(program.folder(), 'card.vuicc'));
    const stdout = `${HEAD}${ROW},8000,000000000080,7,dynamic\n`;
    expect(await run('srsran', '--state', 'card.vuicc')).toEqual({ code: 0, stdout, stderr: '' });
    expect(await readFile(join(program.folder(), 'card.vuicc'))).toEqual(before);
  });

  it('tells of a change that is staged, and follows it when it is effective', async () => {
    const state = ['--state', 'moving.vuicc'];
    expect((await program.run(['apdu', ...state, envelope(change('00', IMSI_B), {})])).code).toBe(
      0,
    );
    const note = 'a change of subscription is staged: export again when the card was reset';
    const before = await run('srsran', ...state);
    expect(before).toEqual({
      code: 0,
      stdout: `${HEAD}${ROW},8000,000000000020,7,dynamic\n`,
      stderr: `vuicc: ${note}\n`,
    });
    expect(documentOf(await run('srsran', ...state, '--json'))).toMatchObject({ notes: [note] });

    await program.run(['apdu', ...state, '80F2000C00']); // the card is powered on
    const [, second] = DEFAULT_PROFILE.keyTable.entries;
    const keys = [second?.k, 'opc', second?.opc].join(',').toLowerCase();
    const identity = `89999010000000000013,mil,${decodeImsi(fromHex(IMSI_B))}`;
    const row = `${identity},${keys},8000,000000000020,7,dynamic\n`;
    expect(await run('srsran', ...state)).toEqual({ code: 0, stdout: HEAD + row, stderr: '' });
  });

  it('writes a batch in the order of its files, and passes over what is no profile', async () => {
    await program.write('cards/README', 'three cards');
    const { stdout, code } = await run('srsran', 'cards');
    expect(code).toBe(0);
    const imsis = stdout.split('\n').map((row) => row.split(',')[2]);
    expect(imsis.slice(1, -1)).toEqual(['001010000000100', '001010000000101', '001010000000102']);
  });

  it('writes a new file that only its owner may read, and over none', async () => {
    const file = join(program.folder(), 'hlr.sql');
    expect(await run('osmohlr', '--out', 'hlr.sql')).toEqual({ code: 0, stdout: '', stderr: '' });
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^BEGIN;\n/u);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await run('osmohlr', '--out', 'hlr.sql')).toEqual(
      refusal('hlr.sql: cannot be written (EEXIST)'),
    );
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('gives one document', async () => {
    const document = documentOf(await run('oai', '--ue', '--apn', 'iot', '--json'));
    expect(document).toEqual({
      program: 'oai',
      side: 'ue',
      subscriptions: [
        {
          iccid: '89999010000000000013',
          imsi: '001010123456789',
          mncLength: 2,
          msisdn: null,
          pair: 0,
          k: K,
          opc: 'cd63cb71954a9f4e48a5994e37a02baf',
          amf: '8000',
          sqn: '000000000020',
          indBits: 5,
        },
      ],
      notes: [],
      text: expect.stringContaining('dnn = "iot";'),
    });
  });

  it('takes access point and slice', async () => {
    const { stdout } = await run('free5gc', '--apn', 'iot', '--slice', '2-00ABCD');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document.SmPolicyData).toEqual({
      smPolicySnssaiData: {
        '0200abcd': { snssai: { sst: 2, sd: '00abcd' }, smPolicyDnnData: { iot: { dnn: 'iot' } } },
      },
    });
  });

  it.each([
    ['', "missing required argument 'program'"],
    [
      'asterisk',
      "command-argument value 'asterisk' is invalid for argument 'program'. Allowed choices are " +
        'open5gs, free5gc, osmohlr, srsran, ueransim, oai.',
    ],
    ['open5gs --ue', 'open5gs has no ue to configure'],
    ['ueransim cards', 'expected one card for a UE, found 3'],
    ['open5gs --slice one', '--slice: expected SST, or SST-SD, as in 1-010203'],
    ['open5gs --slice 1-0102', '--slice: expected SST, or SST-SD, as in 1-010203'],
    ['open5gs --slice 0', '--slice: expected SST 1 to 255'],
    ['open5gs --slice 256', '--slice: expected SST 1 to 255'],
    ["oai --apn a'b", '--apn: expected 1 to 63 letters, digits, "-" and "."'],
    ['open5gs none.json', 'none.json: cannot be read (ENOENT)'],
    ['open5gs empty', 'empty: expected a profile in it, found none'],
    ['open5gs cards --state card.vuicc', '--state: expected without profiles beside it'],
    ['open5gs cards --card a.json', '--card: expected without profiles beside it'],
    [
      'open5gs --card tuned.json',
      'tuned.json: $.keyTable.entries[0].r: expected those of TS 35.206, which other programs ' +
        'have built in, found others',
    ],
    [
      'open5gs --card own1.json',
      'own1.json: $.keyTable.entries[1].algorithm: expected "milenage", as no other is exported, ' +
        'found "my-own"',
    ],
    ['open5gs cards tuned.json', expect.stringContaining('tuned.json: $.keyTable')],
    ['open5gs --out none/a.jsonl', 'none/a.jsonl: cannot be written (ENOENT)'],
  ])('refuses "%s" in one line, and shows no key', async (args, line) => {
    const outcome = await run(...args.split(' ').filter((word) => word !== ''));
    if (typeof line === 'string') expect(outcome).toEqual(refusal(line));
    else expect(outcome).toEqual({ code: 2, stdout: '', stderr: line });
    expect(outcome.stderr).not.toContain(DEFAULT_PROFILE.keyTable.entries[0]?.k ?? K);
  });

  it('refuses a card that is kept by the name of its file', async () => {
    const kept = ['--card', 'tuned.json', '--state', 'tuned.vuicc'];
    expect((await program.run(['apdu', ...kept, '80F2000C00'])).code).toBe(0);
    const { stderr } = await run('open5gs', ...kept);
    expect(stderr).toMatch(/^vuicc: tuned\.vuicc: \$\.keyTable\.entries\[0\]\.r: /u);
  });

  it('refuses two cards of one subscriber', async () => {
    await program.write('twin.json', JSON.stringify(DEFAULT_PROFILE));
    const twins = ['open5gs', 'twin.json', 'twin.json'];
    expect(await run(...twins)).toEqual(
      refusal('expected an IMSI a card, found 001010123456789 twice'),
    );
  });
});
