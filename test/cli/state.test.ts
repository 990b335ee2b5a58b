/**
 * `--state`: the card of one run is that of the next.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { decodeJournal } from '../../src/transport/journal.ts';
import { change, envelope, IMSI_B } from '../card/support/subscription.ts';
import { done, type Outcome, refusal, useProgram } from './support/program.ts';

const WRONG_PIN = '002000010839393939FFFFFFFF';
const TRIES = '0020000100';
const program = useProgram();
let number = 0;
let file = '';
const path = (): string => join(program.folder(), file);
const apdu = (...args: string[]): Promise<Outcome> =>
  program.run(['apdu', '--state', file, ...args]);

beforeEach(() => {
  file = `card-${number++}.state`;
});

describe('vuicc apdu --state', () => {
  it('keeps the card, in a file for its owner alone', async () => {
    expect(await apdu(WRONG_PIN, WRONG_PIN)).toEqual(done('63c2', '63c1'));
    expect(await apdu(TRIES)).toEqual(done('63c1'));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('keeps it with --durability none too', async () => {
    expect(await apdu('--durability', 'none', WRONG_PIN)).toEqual(done('63c2'));
    expect(await apdu('--durability', 'none', TRIES)).toEqual(done('63c2'));
  });

  it('keeps what was answered before a malformed argument', async () => {
    expect((await apdu(WRONG_PIN, 'no hex')).code).toBe(2);
    expect(await apdu(TRIES)).toEqual(done('63c2'));
  });

  it('activates a staged change when the card is powered on', async () => {
    expect((await apdu(envelope(change('00', IMSI_B), {}))).stdout).toMatch(/^61/);
    const { commits } = decodeJournal(await readFile(path()));
    await apdu();
    const after = decodeJournal(await readFile(path()));
    expect(after.commits.length).toBe(commits.length + 1);
  });

  it('answers 6581 while the disk is full, and the card is as before', async () => {
    await apdu(TRIES);
    const { stdout, stderr } = await program.bash(
      `trap '' XFSZ; ulimit -f 1; for n in $(seq 60); do echo 002000010831323334FFFFFFFF; done |
        vuicc apdu --state ${file} -`,
    );
    const answers = new Set(stdout.trim().split('\n'));
    expect([...answers].sort()).toEqual(['6581', '9000']);
    expect(stderr).toMatch(
      /^vuicc: .*: cannot be written \(EFBIG\): the card answers '6581' until it can\n$/,
    );
    const { stderr: again } = await apdu(TRIES);
    expect(again).toBe('');
  });

  it('tells of a tail that was cut, and goes on', async () => {
    await apdu(WRONG_PIN, WRONG_PIN);
    await writeFile(path(), (await readFile(path())).subarray(0, -3));
    const { code, stdout, stderr } = await apdu(TRIES);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '63c2\n' });
    expect(stderr).toMatch(/^vuicc: .*: damaged at octet 103: 26 octets .* as after commit 1\n$/);
  });

  it.each([
    ['a file of another profile', ['--card', 'other.json'], /it belongs to another card profile, /],
    ['a folder', ['--state', '.'], /cannot be used \(EISDIR\)/],
    ['a profile', ['--state', 'other.json'], /expected "vuicc-state\/1"/],
    ['a folder that is not there', ['--state', 'no/card.state'], /cannot be used \(ENOENT\)/],
    ['a way to be certain that there is not', ['--durability', 'maybe'], /durability/],
  ])('refuses %s with one line', async (_what, options, problem) => {
    await apdu(WRONG_PIN);
    const before = await readFile(path());
    await program.write('other.json', JSON.stringify({ ...DEFAULT_PROFILE, applets: [] }));
    const { code, stdout, stderr } = await apdu(...options, TRIES);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vuicc: [^\n]*\n$/);
    expect(stderr).toMatch(problem);
    expect(await readFile(path())).toEqual(before);
  });

  it.each([
    ['--pcap', 'apdu'],
    ['--trace', 'serve vpcd'],
    ['--pcap', 'serve vpcd'],
  ])('is not written over by %s of vuicc %s, in use or not', async (option, command) => {
    await apdu(WRONG_PIN);
    const before = await readFile(path());
    for (const state of [['--state', file], []]) {
      const outcome = await program.run([...command.split(' '), ...state, option, file]);
      expect(outcome).toEqual(
        refusal(`${option}: ${file}: expected another file than the state of a card`),
      );
    }
    expect(await readFile(path())).toEqual(before);
  });

  it('shows no PIN and no key in what it refuses', async () => {
    await apdu(WRONG_PIN);
    const octets = await readFile(path());
    octets[80] = octets[80]! ^ 1;
    await writeFile(path(), octets);
    const { stderr } = await apdu(TRIES);
    expect(stderr).not.toMatch(/39393939|31323334/);
  });
});

describe('vuicc ota explain --state', () => {
  const explain = (...args: string[]): Promise<Outcome> =>
    program.run(['ota', 'explain', '--json', '--state', file, ...args]);

  it('asks the card as it is kept: a packet that it has taken is a replay', async () => {
    const packet = envelope(change('00', IMSI_B), {});
    expect((await explain(packet)).code).toBe(2);
    await apdu(packet);
    const { code, stdout } = await explain(packet);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'refused', status: '02' });
  });

  it('leaves the file as it is: nothing is activated, no counter moves', async () => {
    await apdu(envelope(change('00', IMSI_B), {}));
    const before = await readFile(path());
    // Of the old pair, whose keys open nothing when the change is effective.
    const query = envelope('8052000000', { cntr: 9 });
    expect(JSON.parse((await explain(query)).stdout)).toMatchObject({ verdict: 'accepted' });
    expect(await readFile(path())).toEqual(before);
    await apdu();
    expect(JSON.parse((await explain(query)).stdout)).toMatchObject({ verdict: 'refused' });
  });
});
