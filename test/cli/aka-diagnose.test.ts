/**
 * `vuicc aka diagnose`: what it prints, and what it refuses.
 *
 * @see docs/aka-diagnose.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { deriveOpc, expandMilenageKey } from '../../src/crypto/milenage.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { KeyTableEntryProfile } from '../../src/profile/profile.ts';
import { IND_MS, SEQ_MS, World } from '../card/aka/world.ts';
import { challengeFor, withEntries } from '../card/support/aka.ts';
import { PIN1, SELECT_USIM } from '../card/support/test-card.ts';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const world = new World(1);
const LOW = world.autn({ sqn: 64 });
const SQN_MS = (SEQ_MS * 32 + IND_MS).toString(16).padStart(12, '0');

type Options = Readonly<Record<string, string | undefined>>;

const TOKEN: Options = { '--card': 'card.json', '--rand': toHex(world.rand) };

async function diagnose(options: Options, ...more: string[]): Promise<Outcome> {
  await program.write('card.json', JSON.stringify(world.profile));
  const all = Object.entries({ ...TOKEN, '--autn': toHex(world.autn()), ...options });
  const args = all.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return program.run(['aka', 'diagnose', ...args, ...more]);
}

interface Document {
  readonly answer: string;
  readonly sound: boolean;
  readonly received: Readonly<Record<string, unknown>> | null;
  readonly card: Readonly<Record<string, unknown>>;
  readonly sender: Readonly<Record<string, unknown>> | null;
  readonly auts: Readonly<Record<string, unknown>> | null;
  readonly mistake: Readonly<Record<string, string>> | null;
  readonly further: Readonly<Record<string, string>> | null;
  readonly advice: string | null;
}

async function told(options: Options, ...more: string[]): Promise<Document> {
  return documentOf(await diagnose(options, '--json', ...more)) as Document;
}

describe('vuicc aka diagnose', () => {
  it('says of a sound challenge that it is sound', async () => {
    const { code, stdout, stderr } = await diagnose({}, '--eps');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('the card answers: success');
    expect(lines.at(-1)).toBe('nothing is wrong');
    expect(await told({})).toMatchObject({ answer: 'success', sound: true, mistake: null });
  });

  it("takes a card with another pair of somebody's own algorithm, and none in use", async () => {
    const [pair] = world.profile.keyTable.entries;
    const { op: _, ...own } = { ...pair!, algorithm: 'my-own' };
    const of = (entries: readonly KeyTableEntryProfile[]): string =>
      JSON.stringify(withEntries(world.profile, entries));
    await program.write('other.json', of([pair!, own]));
    expect(await told({ '--card': 'other.json' })).toMatchObject({ sound: true });
    await program.write('in-use.json', of([own, pair!]));
    expect(await diagnose({ '--card': 'in-use.json' })).toEqual(
      refusal(
        'in-use.json: $.keyTable.entries[0].algorithm: expected "milenage", "tuak" or "xor", ' +
          'which need no program, found "my-own"',
      ),
    );
  });

  it('puts both sides beside each other, and names the mistake and what to set', async () => {
    const options = { '--autn': toHex(LOW), '--auts': toHex(world.auts()), '--for': 'open5gs' };
    const { code, stdout } = await diagnose({ ...options, '--sqn': '000000000040' });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    const cells = (label: string): string[] =>
      lines.find((text) => text.startsWith(label))?.split(/ {2,}/u) ?? [];
    expect(lines[0]).toBe('the card answers: synchronisation-failure');
    expect(cells('SQN')).toEqual(['SQN', SQN_MS, '000000000040', '000000000040', SQN_MS]);
    expect(cells('SEQ ')).toEqual(['SEQ', '1000', '2', '2', '1000']);
    expect(cells('IND ')).toEqual(['IND', '3', '0', '0', '3']);
    expect(cells('delta')).toEqual(['delta', '268435456']);
    expect(stdout).toContain('on IND 0 the card takes SEQ 901 to 268436456; SEQ of its array:\n');
    const array = '\nIND 0 to 7      900  901  902  1000 904  905  906  907\n';
    expect(stdout).toContain(array);
    expect(lines.at(-2)).toMatch(/^sqn-low \(network\): SEQ 2 is not above SEQ 900 of IND 0: /u);
    expect(lines.at(-1)).toMatch(/^Open5GS: security\.sqn .* Set NumberLong\("32032"\)\.$/u);
  });

  it('fits 80 columns, whatever SEQ is', async () => {
    const array = Array.from({ length: 256 }, (_, ind) => 2 ** 40 - 1 - ind);
    const [entry] = world.profile.keyTable.entries;
    const entries = [{ ...entry, sqn: { indBits: 8, delta: 2 ** 40 - 1, array } }];
    const profile = { ...world.profile, keyTable: { active: 0, entries } };
    await program.write('wide.json', JSON.stringify(profile));
    const { stdout } = await diagnose({ '--card': 'wide.json', '--autn': '00'.repeat(16) });
    const lines = stdout.trimEnd().split('\n').slice(0, -1);
    expect(lines.filter((text) => text.length > 80)).toEqual([]);
    const last = array.slice(-4).join(' ');
    expect(lines.at(-1)).toBe(`IND 252 to 255  ${last}`);
    // Of an AUTN that cannot be opened nothing is known.
    expect(lines).toContain('IND bits  8               -               -               -');
  });

  it('tells a second mistake behind the first', async () => {
    const amf = new Uint8Array(2);
    const options = { '--autn': toHex(world.autn({ sqn: 64, amf })), '--for': 'oai' };
    const { stdout } = await diagnose(options);
    const lines = stdout.trimEnd().split('\n').slice(-3);
    expect(lines.map((text) => text.split(':')[0])).toEqual([
      'sqn-low (network)',
      'besides, separation-bit-missing (network)',
      'OAI',
    ]);
    expect((await told(options)).further).toMatchObject({ name: 'separation-bit-missing' });
  });

  it('gives one document with --json', async () => {
    const options = { '--autn': toHex(LOW), '--auts': toHex(world.auts()) };
    const document = await told({ ...options, '--sqn': '000000000040', '--ind-bits': '4' });
    expect(document).toMatchObject({
      answer: 'synchronisation-failure',
      sound: false,
      received: { sqn: '000000000040', seq: 2, ind: 0, amf: '8000', separationBit: true },
      card: { indBits: 5, delta: 268435456, ageLimit: null, seqMs: 1000, sqnMs: SQN_MS },
      sender: { sqn: '000000000040', seq: 4, ind: 0, indBits: 4 },
      auts: { sqn: SQN_MS, seq: 1000, ind: 3 },
      mistake: { name: 'sqn-low', side: 'network' },
      further: null,
      advice: null,
    });
    expect(document.card).toMatchObject({ next: '000000007d20' });
    expect(document.card.array).toHaveLength(32);
  });

  it('knows OP of the profile, and what the network is said to have', async () => {
    const { k, op, opc } = world;
    const byOp = world.autn({ key: expandMilenageKey(k, op) });
    expect((await told({ '--autn': toHex(byOp) })).mistake?.name).toBe('op-for-opc');
    const wrong = Uint8Array.from(k, (octet) => octet ^ 1);
    const autn = toHex(world.autn({ key: expandMilenageKey(wrong, deriveOpc(wrong, op)) }));
    const known = { '--autn': autn, '--k': toHex(wrong), '--op': toHex(op) };
    expect((await told({ '--autn': autn })).mistake?.name).toBe('keys-differ');
    expect((await told(known)).mistake).toMatchObject({ name: 'k-wrong', side: 'either' });
    const other = toHex(world.autn({ rand: world.otherRand }));
    const rands = ['--other-rand', '00'.repeat(16), '--other-rand', toHex(world.otherRand)];
    expect((await told({ '--autn': other }, ...rands)).mistake?.name).toBe('other-rand');
    const { stdout } = await diagnose(known);
    for (const secret of [k, op, opc, wrong]) expect(stdout).not.toContain(toHex(secret));
  });

  it('asks for the separation bit with --eps, and for programs of EPS and 5G', async () => {
    const options = { '--autn': toHex(world.autn({ amf: new Uint8Array(2) })) };
    const nameOf = async (...more: string[]): Promise<string | undefined> =>
      (await told(options, ...more)).mistake?.name;
    expect(await nameOf()).toBeUndefined();
    expect(await nameOf('--eps')).toBe('separation-bit-missing');
    expect(await nameOf('--for', 'free5gc')).toBe('separation-bit-missing');
    expect(await nameOf('--for', 'osmohlr')).toBeUndefined();
  });

  it('has advice in the terms of each program, on each topic', async () => {
    const topics = [
      { '--autn': toHex(LOW) },
      { '--autn': '00'.repeat(16) },
      { '--autn': toHex(world.autn({ amf: new Uint8Array(2) })), '--amf': '8000' },
      { '--autn': toHex(LOW), '--auts': '00'.repeat(14) },
    ];
    const texts = new Set<string>();
    for (const name of ['open5gs', 'free5gc', 'osmohlr', 'ueransim', 'srsue', 'oai']) {
      for (const options of topics) {
        const { advice } = await told({ ...options, '--for': name });
        expect(advice).toMatch(/\.$/u);
        texts.add(advice ?? '');
      }
    }
    expect(texts.size).toBe(6 * topics.length);
  });

  it.each([
    ['open5gs', 'NumberLong("32032")'],
    ['free5gc', '"000000007d20"'],
    // The SQN of the last vector: OsmoHLR adds one SEQ, and its IND.
    ['osmohlr', `${SEQ_MS * 32}`],
    ['srsue', '000000007d20'],
    ['oai', '"000000007d20"'],
  ])('says which SQN to set in %s, above all that the card has seen', async (name, value) => {
    const { advice } = await told({ '--autn': toHex(world.autn({ sqn: 0 })), '--for': name });
    expect(advice).toContain(` Set ${value}`);
  });

  it('asks the card as a state file has it, which stays as it is', async () => {
    const [entry] = DEFAULT_PROFILE.keyTable.entries;
    const challenge = challengeFor(entry!, 32);
    const [rand, autn] = [challenge.slice(12, 44), challenge.slice(46)];
    const args = ['aka', 'diagnose', '--rand', rand, '--autn', autn, '--state', 'a.state'];
    await program.run(['apdu', '--state', 'a.state', SELECT_USIM, PIN1]);
    for (let n = 0; n < 2; n++) expect((await program.run(args)).code).toBe(0);
    await program.run(['apdu', '--state', 'a.state', SELECT_USIM, PIN1, challenge]);
    const { code, stdout } = await program.run(args);
    expect(code).toBe(1);
    expect(stdout).toContain('\nsqn-replayed (network): SEQ 1 on IND 0 was used before');
  });

  it.each<[string, Options, string]>([
    ['no RAND', { '--rand': undefined }, "required option '--rand <hex>' not specified"],
    ['no AUTN', { '--autn': undefined }, "required option '--autn <hex>' not specified"],
    ['RAND cut short', { '--rand': '00' }, '--rand: expected 32 hex digits, found 2'],
    ['AUTN cut short', { '--autn': '00' }, '--autn: expected 32 hex digits, found 2'],
    [
      'AUTN as no hex',
      { '--autn': 'x0' },
      '--autn: expected a hex digit at character 1, found "x"',
    ],
    [
      'AUTS of 16 octets',
      { '--auts': '00'.repeat(16) },
      '--auts: expected 28 hex digits, found 32',
    ],
    ['another RAND', { '--other-rand': '00' }, '--other-rand: expected 32 hex digits, found 2'],
    ['K cut short', { '--k': '00' }, '--k: expected 32 hex digits, found 2'],
    [
      'K of TUAK',
      { '--k': '00', '--algorithm': 'tuak' },
      '--k: expected 32 or 64 hex digits, found 2',
    ],
    ['OPc cut short', { '--opc': '00' }, '--opc: expected 32 hex digits, found 2'],
    [
      'TOPc of 16 octets',
      { '--opc': '00'.repeat(16), '--algorithm': 'tuak' },
      '--opc: expected 64 hex digits, found 32',
    ],
    ['OP cut short', { '--op': '00' }, '--op: expected 32 hex digits, found 2'],
    ['OP and OPc', { '--op': '00', '--opc': '00' }, '--opc, --op: expected one of them at most'],
    ['SQN cut short', { '--sqn': '20' }, '--sqn: expected 12 hex digits, found 2'],
    ['AMF cut short', { '--amf': '80' }, '--amf: expected 4 hex digits, found 2'],
    ['IND of 9 bits', { '--ind-bits': '9' }, '--ind-bits: expected 0 to 8, found "9"'],
    ['IND of no number', { '--ind-bits': '-1' }, '--ind-bits: expected 0 to 8, found "-1"'],
    ['a profile that is none', { '--card': 'none.json' }, 'none.json: cannot be read (ENOENT)'],
  ])('refuses %s in one line', async (_what, options, message) => {
    expect(await diagnose(options, '--json')).toEqual(refusal(message));
  });

  it('asks for K where that of the card is for TUAK alone', async () => {
    const [{ opc: _opc, ...entry } = {}] = DEFAULT_PROFILE.keyTable.entries;
    const tuak = { ...entry, algorithm: 'tuak', k: '01'.repeat(32), topc: '02'.repeat(32) };
    const keyTable = { active: 0, entries: [tuak] };
    await program.write('tuak.json', JSON.stringify({ ...DEFAULT_PROFILE, keyTable }));
    const options = { '--card': 'tuak.json', '--algorithm': 'milenage', '--op': '00'.repeat(16) };
    const message = '--k: expected it, as K of the card is too long for milenage';
    expect(await diagnose(options)).toEqual(refusal(message));
    const k = toHex(world.k);
    expect((await told({ ...options, '--k': k })).mistake?.name).toBe('other-algorithm');
    const top = { '--card': 'tuak.json', '--op': '03'.repeat(32) };
    expect((await told(top)).mistake?.name).toBe('opc-wrong');
  });

  it('has no advice for a card that takes no SQN any more', async () => {
    const array = Array.from({ length: 32 }, () => 2 ** 43 - 1);
    const [entry] = world.profile.keyTable.entries;
    const entries = [{ ...entry, sqn: { indBits: 5, delta: 2 ** 28, array } }];
    const profile = { ...world.profile, keyTable: { active: 0, entries } };
    await program.write('end.json', JSON.stringify(profile));
    const { mistake, advice, card } = await told({ '--card': 'end.json', '--for': 'oai' });
    expect(mistake?.name).toBe('sqn-exhausted');
    expect([advice, card.next, card.fresh]).toEqual([null, null, null]);
  });

  it.each([
    ['--for', 'nobody'],
    ['--algorithm', 'comp128'],
  ])('refuses a value of %s that is none of those it lists', async (name, value) => {
    const { code, stdout, stderr } = await diagnose({ [name]: value });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vuicc: [^\n]+Allowed choices are [^\n]+\n$/u);
  });
});
