import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { keySetOf, vectorProfile } from '../card/support/vector-card.ts';
import { caseOf, octet } from '../ota/support/public-vectors.ts';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const explain = (...args: readonly string[]): Promise<Outcome> =>
  program.run(['ota', 'explain', ...args]);

/** SELECT EF_ICCID and READ BINARY for TAR B00000, SPI 1619, CNTR 1; and with the keys swapped. */
const GOOD = '00281516191212b00000e0bc45cdcff4c4ff63eb4843fe9881f8dae7112cd141a9773fe353955e97dc09';
const SWAPPED =
  '00281516191212b000001bf442ba0ae8da4758fe7f82c97cf63311361660d6841a34d61ca5eda6ae1a6a';
const DELIVER = '440b911326880736f47ff652010121430500';

interface Document {
  readonly verdict: string;
  readonly status: string | null;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly mistake: Readonly<Record<string, string>> | null;
}

describe('vuicc ota explain', () => {
  it('says of a packet that is accepted what the card did', async () => {
    const { code, stdout, stderr } = await explain(GOOD);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, ...steps] = stdout.trimEnd().split('\n');
    expect(first).toBe('accepted, status 00 por-ok');
    expect(steps.every((step) => step.startsWith('  ok '))).toBe(true);
  });

  it('says of a packet that is refused which step failed, and what was done wrong', async () => {
    const { code, stdout } = await explain(SWAPPED);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines[0]).toBe('refused, status 01 rc-cc-ds-failed');
    expect(lines.filter((text) => text.startsWith('  !! checksum'))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/^keys-swapped: /);
  });

  it('gives one document, with null for no mistake', async () => {
    const good = documentOf(await explain('--json', GOOD)) as Document;
    expect(good).toMatchObject({ verdict: 'accepted', status: '00', mistake: null });
    const fields = ['step', 'octets', 'expected', 'found', 'clause', 'ok'];
    for (const step of good.steps) expect(Object.keys(step)).toEqual(fields);
    const bad = documentOf(await explain('--json', SWAPPED)) as Document;
    expect(bad).toMatchObject({ verdict: 'refused', status: '01' });
    expect(Object.keys(bad.mistake ?? {})).toEqual(['name', 'remedy']);
  });

  it.each([
    ['user data', `027000${SWAPPED}`],
    ['SMS-DELIVER', `${DELIVER}2d027000${SWAPPED}`],
  ])('takes %s', async (_what, text) => {
    const document = documentOf(await explain('--json', text)) as Document;
    expect(document.mistake?.name).toBe('keys-swapped');
  });

  it('takes the parts of a message, and a card profile', async () => {
    const of = caseOf('pub-x07');
    const { applets, keyTable } = vectorProfile({
      keySets: [keySetOf(of, octet(of.kic) >> 4, of.storedCounterBefore)],
      tar: of.tar,
    });
    // The fixture's own files would contradict the identity, and do not matter here.
    await program.write('x07.json', JSON.stringify({ ...DEFAULT_PROFILE, applets, keyTable }));
    const all = await explain('--card', 'x07.json', '--json', ...of.envelopeApdus);
    expect(documentOf(all)).toMatchObject({ verdict: 'accepted', status: '00' });
    const some = await explain('--card', 'x07.json', '--json', ...of.envelopeApdus.slice(1));
    expect(documentOf(some)).toMatchObject({ verdict: 'ignored', status: null });
    expect(some.code).toBe(1);
  });

  it('takes a kind of applet that it does not know as there', async () => {
    const [, ...applets] = DEFAULT_PROFILE.applets;
    const foreign = { ...DEFAULT_PROFILE.applets[0]!, kind: 'ours' };
    await program.write(
      'ours.json',
      JSON.stringify({ ...DEFAULT_PROFILE, applets: [foreign, ...applets] }),
    );
    const { code, stdout } = await explain('--card', 'ours.json', GOOD);
    expect(code).toBe(0);
    expect(stdout).toContain("  ok tar 'b00000': expected the TAR of an applet; found ours");
  });

  it('tells of a packet whose CPL is wrong that it is ignored, and why', async () => {
    const { code, stdout } = await explain(`0029${GOOD.slice(4)}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ignored\n/);
    expect(stdout).toMatch(/\ncpl-wrong: /);
  });

  it.each([
    ['no hex', ['zz'], 'packet: expected a hex digit at character 1, found "z"'],
    ['half an octet', ['002'], 'packet: expected an even number of digits, found 3'],
    ['an ENVELOPE that is cut short', ['80c2000004d1028202'], undefined],
    ['user data that no message holds', [`05${'00'.repeat(141)}`], undefined],
    ['a profile that is not there', ['--card', 'none.json', GOOD], undefined],
  ])('refuses %s in one line', async (_what, args, message) => {
    const outcome = await explain(...args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^vuicc: [^\n]+\n$/);
    expect(outcome.stderr).not.toContain('fault of this program');
    if (message !== undefined) expect(outcome).toEqual(refusal(message));
  });
});

describe('vuicc apdu --log', () => {
  const ENVELOPE = `80c2000048d146820283818b40${DELIVER}2d027000`;

  it('tells on stderr what the card finds, while stdout has the answers alone', async () => {
    const { code, stdout, stderr } = await program.run(['apdu', '--log', `${ENVELOPE}${SWAPPED}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '6110\n' });
    expect(stderr).toContain('!! checksum');
    expect(stderr).not.toContain('000102030405060708090a0b0c0d0e');
  });

  it('says nothing without it', async () => {
    const { stderr } = await program.run(['apdu', `${ENVELOPE}${SWAPPED}`]);
    expect(stderr).toBe('');
  });
});
