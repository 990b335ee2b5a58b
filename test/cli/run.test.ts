import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentOf, type Outcome, refusal, useProgram } from './support/program.ts';

const program = useProgram();
const run = (...args: string[]): Promise<Outcome> => program.run(['run', ...args]);

const ALL_REFUSED = { forgedList: true, replayedPacket: true, oldKey: true, exhausted: true };

interface Change {
  readonly from: string;
  readonly to: string;
}

interface Report {
  readonly ok: boolean;
  readonly devices: readonly { readonly iccid: string; readonly changes: readonly Change[] }[];
}

function reportOf(outcome: Outcome): Report {
  return documentOf(outcome) as Report;
}

/** Changes that went as they must: MNO-B is 001-02, MNO-C 001-03, and then MNO-A again, 001-01. */
function changes(number: number): unknown[] {
  const held = { por: '00', oldKeyRefused: true, attached: true };
  return Array.from({ length: number }, (_, at) => {
    const from = expect.stringMatching(new RegExp(`^0010${(at % 3) + 1}\\d{10}$`, 'u'));
    const to = expect.stringMatching(new RegExp(`^0010${((at + 1) % 3) + 1}\\d{10}$`, 'u'));
    return { from, to, index: at + 1, ...held };
  });
}

/** The IMSIs that a device has had, in their order. */
function imsisOf(of: readonly Change[]): string[] {
  return [...of.slice(0, 1).map(({ from }) => from), ...of.map(({ to }) => to)];
}

describe('vuicc demo', () => {
  it('gives one document: two changes of the built-in card, and four refusals', async () => {
    const outcome = await program.run(['demo', '--json']);
    expect(outcome.code).toBe(0);
    expect(documentOf(outcome)).toEqual({
      ok: true,
      seed: 'vuicc',
      devices: [{ iccid: '89999010000000000013', changes: changes(2) }],
      refusals: ALL_REFUSED,
    });
  });

  it('tells the story line by line', async () => {
    const { code, stdout, stderr } = await program.run(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^A card changes its operator over the air, twice/u);
    expect(lines.filter((line) => line.includes('attaches with IMSI'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('REFRESH (UICC reset)'))).toHaveLength(2);
    expect(lines.at(-2)).toBe('everything held');
  });

  it('repeats, word for word', async () => {
    const [first, second] = await Promise.all([program.run(['demo']), program.run(['demo'])]);
    expect(second).toEqual(first);
  });

  it('takes another seed', async () => {
    const document = documentOf(await program.run(['demo', '--json', '--seed', '']));
    expect(document).toMatchObject({ ok: true, seed: '' });
  });
});

describe('vuicc run 3b', () => {
  it('gives the document of the demo for one device and two changes', async () => {
    const [demo, same] = await Promise.all([program.run(['demo', '--json']), run('3b', '--json')]);
    expect(same).toEqual(demo);
  });

  it('gives a device for each, with its own ICCID and IMSIs', async () => {
    const { ok, devices } = reportOf(await run('3b', '--devices', '3', '--changes', '4', '--json'));
    expect(ok).toBe(true);
    expect(devices.map((device) => device.changes)).toEqual([changes(4), changes(4), changes(4)]);
    expect(new Set(devices.map(({ iccid }) => iccid)).size).toBe(3);
    expect(new Set(devices.flatMap((device) => imsisOf(device.changes))).size).toBe(15);
  });

  it('goes on from the IMSI that the change before gave', async () => {
    const { devices } = reportOf(await run('3b', '--changes', '3', '--json'));
    const [device] = devices;
    const froms = device?.changes.map(({ from }) => from);
    expect(froms).toEqual(imsisOf(device?.changes ?? []).slice(0, -1));
    expect(froms?.[0]).toBe('001010123456789');
  });

  it('prints a line for each change', async () => {
    const { code, stdout } = await run('3b');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('card 89999010000000000013');
    expect(lines[2]).toMatch(
      /^ {2}pair 2: IMSI 00102\d+ -> 00103\d+, PoR 00, attached yes, old OTA key refused yes$/u,
    );
    expect(lines.at(-2)).toBe('everything held');
  });

  it('prints totals with --summary', async () => {
    expect(await run('3b', '--devices', '4', '--changes', '3', '--summary')).toEqual({
      code: 0,
      stdout: '4 devices, 3 changes: 12 of 12 attached\neverything held\n',
      stderr: '',
    });
  });

  it('writes a trace of the first device: with three changes, of the built-in card', async () => {
    const args = ['--devices', '2', '--changes', '3', '--seed', 'x', '--trace', 'x.apdu', '--json'];
    expect(documentOf(await run('3b', ...args))).toMatchObject({ ok: true, seed: 'x' });
    const trace = await readFile(join(program.folder(), 'x.apdu'), 'utf8');
    expect(trace.split('\n').slice(0, 5)).toEqual([
      '# spec: 3GPP TR 33.812 §5.4.2 (alternative 3b); docs/subscription-change.md',
      '# card: the built-in test card with 4 pairs',
      '# why: 3 changes of subscription over the air, and one too many',
      '# source: vuicc run 3b --devices 2 --changes 3 --seed x',
      'reset',
    ]);
    const { code, stdout } = await program.run(['replay', 'x.apdu']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^x\.apdu: ok, \d{3} exchanges\n$/u),
    });
  });

  it('runs in 5G, with a trace that replays and says so', async () => {
    const args = ['--changes', '3', '--access', '5g', '--trace', '5g.apdu'];
    const { code, stdout } = await run('3b', ...args);
    expect({ code, last: stdout.split('\n').at(-2) }).toEqual({ code: 0, last: 'everything held' });
    const trace = await readFile(join(program.folder(), '5g.apdu'), 'utf8');
    expect(trace.split('\n')[3]).toBe(
      '# source: vuicc run 3b --devices 1 --changes 3 --access 5g --seed vuicc',
    );
    expect((await program.run(['replay', '5g.apdu'])).code).toBe(0);
  });

  it('goes through a pipe whose reader has gone', async () => {
    const line = 'vuicc run 3b --devices 200 --changes 3 | head -1; echo "$PIPESTATUS"';
    expect(await program.bash(line)).toEqual({
      code: 0,
      stdout: 'card 89999010000000000013\n0\n',
      stderr: '',
    });
  });
});

describe('vuicc run refuses in one line', () => {
  it.each([
    ['no alternative', [], "missing required argument 'alternative'"],
    ['an alternative that it does not know', ['2'], 'alternative: expected 3b, found "2"'],
    ['two alternatives', ['3b', '3b'], /^too many arguments for 'run'/u],
    ['no device', ['3b', '--devices', '0'], '--devices: expected 1 to 1000000, found "0"'],
    ['a million and one', ['3b', '--devices', '1000001'], /^--devices: expected 1 to 1000000/u],
    ['half a device', ['3b', '--devices', '0.5'], /^--devices: .* found "0\.5"$/u],
    ['devices in words', ['3b', '--devices', 'many'], /^--devices: .* found "many"$/u],
    ['less than no device', ['3b', '--devices', '-1'], /^--devices: .* found "-1"$/u],
    ['devices without a number', ['3b', '--devices'], /^--devices: .* found "--json"$/u],
    ['no change', ['3b', '--changes', '0'], '--changes: expected 1 to 254, found "0"'],
    ['more changes than indices', ['3b', '--changes', '255'], /^--changes: expected 1 to 254/u],
    ['changes in hex', ['3b', '--changes', '0x2'], /^--changes: .* found "0x2"$/u],
    ['an empty number', ['3b', '--changes', ''], /^--changes: .* found ""$/u],
    [
      'an access that there is not',
      ['3b', '--access', '3g'],
      /^option '--access <network>' argument '3g' is invalid\. Allowed choices are eps, 5g\.$/u,
    ],
    ['a trace in no folder', ['3b', '--trace', 'no/x'], 'no/x: cannot be written (ENOENT)'],
    ['a trace that is a folder', ['3b', '--trace', '.'], '.: cannot be written (EISDIR)'],
    ['a trace without a name', ['3b', '--trace', ''], ': cannot be written (ENOENT)'],
  ] as const)('%s', async (_what, args, line) => {
    const { code, stdout, stderr } = await run(...args, '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const text = stderr.slice('vuicc: '.length, -1);
    if (typeof line === 'string') expect(stderr).toBe(refusal(line).stderr);
    else expect(text).toMatch(line);
    expect(text).not.toContain('\n');
  });
});
