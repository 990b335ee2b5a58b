/**
 * State files: what is acknowledged comes back, one process at a time, and nothing is half done.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { makeImage } from '../../src/card/image.ts';
import { imageDigest } from '../../src/card/store/kept-state.ts';
import { restoreUicc, type Uicc } from '../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { decodeJournal } from '../../src/transport/journal.ts';
import { StateFileError } from '../../src/transport/locked-file.ts';
import {
  openStateFile,
  readStateFile,
  type StateFile,
  type StateFileOptions,
} from '../../src/transport/state-file.ts';

/** One system call fails at a time, when a test says so. */
const failing = vi.hoisted(() => ({ call: '', code: '', after: 0, times: 0 }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const calls = ['writeSync', 'fdatasyncSync', 'ftruncateSync', 'renameSync', 'fsyncSync'] as const;
  const failable = calls.map((name) => [
    name,
    (...args: never[]) => {
      if (failing.call === name && failing.after-- <= 0 && failing.times-- > 0) {
        throw Object.assign(new Error(name), { code: failing.code, syscall: name });
      }
      return (real[name] as (...of: never[]) => unknown)(...args);
    },
  ]);
  return { ...real, ...Object.fromEntries(failable) };
});

/** Lets a system call fail some times, after it was called some times. */
function fail(call: string, code: string, { after = 0, times = 1 } = {}): void {
  Object.assign(failing, { call, code, after, times });
}

const IMAGE = makeImage(DEFAULT_PROFILE);
const DIGEST = imageDigest(IMAGE);
const WRONG_PIN = '0020000108 39393939FFFFFFFF';
const RIGHT_PIN = '0020000108 31323334FFFFFFFF';
const TRIES = '0020000100';

let folder = '';
let file = '';
const open: StateFile[] = [];
let problems: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-state-'));
  file = join(folder, 'card.state');
  problems = [];
});
afterEach(async () => {
  fail('', '', { times: 0 });
  for (const one of open.splice(0)) one.close();
  await rm(folder, { recursive: true, force: true });
});

function opened(options: StateFileOptions = {}): StateFile {
  const onProblem = (problem: string): void => void problems.push(problem.replace(file, 'FILE'));
  const state = openStateFile(file, DIGEST, { onProblem, ...options });
  open.push(state);
  return state;
}

/** A card that was reset. */
function cardOf(state: StateFile): Uicc {
  const card = restoreUicc(IMAGE, state);
  card.reset();
  return card;
}

function ask(card: Uicc, ...commands: readonly string[]): string[] {
  return commands.map((command) => toHex(card.transmit(fromHex(command))));
}

/** The tries of PIN1 that another process would find. */
function triesOnDisk(): string {
  for (const one of open.splice(0)) one.close();
  return ask(cardOf(opened()), TRIES)[0]!;
}

const sizeOf = async (): Promise<number> => (await stat(file)).size;

describe('a card in a state file', () => {
  it('is a new one when there is no file, and the file is for its owner alone', async () => {
    expect(ask(cardOf(opened()), TRIES)).toEqual(['63c3']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each(['commit', 'none'] as const)('comes back, with durability %s', (durability) => {
    expect(ask(cardOf(opened({ durability })), WRONG_PIN, WRONG_PIN)).toEqual(['63c2', '63c1']);
    expect(triesOnDisk()).toBe('63c1');
    expect(problems).toEqual([]);
  });

  it('goes on where it was, over and over', () => {
    for (const tries of ['63c2', '63c1', '63c0', '6983']) {
      expect(ask(cardOf(opened()), WRONG_PIN)).toEqual([tries]);
      for (const one of open.splice(0)) one.close();
    }
  });

  it('takes a file with wider permissions back for its owner', async () => {
    cardOf(opened());
    open.pop()!.close();
    await chmod(file, 0o644);
    opened();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is kept where a link leads, and the link stays', async () => {
    const real = join(folder, 'real.state');
    await symlink(real, file);
    ask(cardOf(opened({ compactAt: 1 })), WRONG_PIN);
    expect(triesOnDisk()).toBe('63c2');
    expect((await stat(real)).isFile()).toBe(true);
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

describe('the commits of a command', () => {
  it('have the same first number, and a refused command has none', async () => {
    const card = cardOf(opened());
    const empty = await sizeOf();
    ask(card, TRIES, '00A40004023F00', '00D6000001FF');
    expect(await sizeOf()).toBe(empty);
    ask(card, RIGHT_PIN, WRONG_PIN);
    expect(decodeJournal(await readFile(file)).last).toBe(3);
  });

  it('are written before the answer is given', async () => {
    const card = cardOf(opened());
    const before = await sizeOf();
    ask(card, WRONG_PIN);
    expect(await sizeOf()).toBeGreaterThan(before);
  });
});

describe('a long file', () => {
  it('begins anew with the card at rest, and stays locked', async () => {
    const state = opened({ compactAt: 200 });
    const card = cardOf(state);
    const nonces = new Set<string>();
    for (let n = 0; n < 20; n++) {
      expect(ask(card, WRONG_PIN, RIGHT_PIN)).toEqual(['63c2', '9000']);
      nonces.add(toHex(decodeJournal(await readFile(file)).nonce));
      expect(await sizeOf()).toBeLessThan(2000);
      expect(() => opened()).toThrow('another process is using it');
    }
    expect(nonces.size).toBeGreaterThan(5);
    ask(card, WRONG_PIN);
    expect(triesOnDisk()).toBe('63c2');
    expect(await fs.promises.readdir(folder)).toEqual(['card.state']);
  });

  it.each([
    ['renameSync', 'EACCES', 0],
    // The second write of the command is that of the new file.
    ['writeSync', 'ENOSPC', 1],
    // The first file to be synchronised is the new one, the second its folder.
    ['fsyncSync', 'EIO', 0],
  ])('goes on growing when %s fails, and nothing is lost', async (call, code, after) => {
    const card = cardOf(opened({ compactAt: 40 }));
    ask(card, WRONG_PIN);
    const { ino } = await stat(file);
    fail(call, code, { after });
    expect(ask(card, WRONG_PIN)).toEqual(['63c1']);
    expect((await stat(file)).ino).toBe(ino);
    expect(problems).toEqual([`FILE: cannot begin anew (${code}): it goes on growing`]);
    expect(triesOnDisk()).toBe('63c1');
    expect(await fs.promises.readdir(folder)).toEqual(['card.state']);
  });

  it('whose new name is not certain keeps what it has, under either name, and no more', () => {
    const card = cardOf(opened({ compactAt: 1 }));
    fail('fsyncSync', 'EIO', { after: 1 });
    expect(ask(card, WRONG_PIN, WRONG_PIN)).toEqual(['63c2', '6581']);
    expect(problems[0]).toMatch(/^FILE: cannot be synchronised \(EIO\)/);
    expect(triesOnDisk()).toBe('63c2');
  });

  it('whose name has gone to another file leaves that alone, and goes on growing', async () => {
    const card = cardOf(opened({ compactAt: 40 }));
    await rename(file, `${file}.bak`);
    const another = openStateFile(file, DIGEST);
    open.push(another);
    ask(cardOf(another), WRONG_PIN);
    expect(ask(card, WRONG_PIN, WRONG_PIN)).toEqual(['63c2', '63c1']);
    expect(problems[0]).toBe(
      'FILE: cannot begin anew (another file has its name): it goes on growing',
    );
    expect(triesOnDisk()).toBe('63c2');
  });

  it('that was removed is told once', async () => {
    const card = cardOf(opened());
    await rm(file);
    expect(ask(card, WRONG_PIN, RIGHT_PIN, WRONG_PIN)).toEqual(['63c2', '9000', '63c2']);
    expect(problems).toEqual([
      'FILE: was removed: what the card is now is lost when this program ends',
    ]);
  });
});

describe('what is in the way of a new file', () => {
  const way = (): string => `${file}.vuicc-new`;

  it.each([
    [
      'a longer one that a kill has left',
      () => writeFile(way(), 'x'.repeat(9000), { mode: 0o666 }),
    ],
    ['none', async () => undefined],
  ])('is %s, and is replaced by one for its owner alone', async (_what, make) => {
    const card = cardOf(opened({ compactAt: 1 }));
    await make();
    if (_what !== 'none') await chmod(way(), 0o666);
    expect(ask(card, WRONG_PIN)).toEqual(['63c2']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(triesOnDisk()).toBe('63c2');
    expect(problems).toEqual([]);
  });

  it('is a link, and what it leads to is left alone', async () => {
    const card = cardOf(opened({ compactAt: 1 }));
    const precious = join(folder, 'precious');
    await writeFile(precious, 'precious');
    await symlink(precious, way());
    expect(ask(card, WRONG_PIN)).toEqual(['63c2']);
    expect(problems[0]).toMatch(/^FILE: cannot begin anew \(ELOOP\)/);
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(triesOnDisk()).toBe('63c2');
  });

  it('is what a kill has left: it holds keys, and is removed when the card is opened', async () => {
    cardOf(opened());
    open.pop()!.close();
    await writeFile(way(), 'keys');
    opened();
    expect(await readdir(folder)).toEqual(['card.state']);
  });

  it('leaves no file open, and nothing behind', async () => {
    const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const card = cardOf(opened({ compactAt: 1 }));
    ask(card, WRONG_PIN, RIGHT_PIN);
    const before = await descriptors();
    for (let n = 0; n < 10; n++) {
      ask(card, WRONG_PIN, RIGHT_PIN);
      expect(() => opened()).toThrow(StateFileError);
      fail('renameSync', 'EACCES');
      ask(card, WRONG_PIN, RIGHT_PIN);
    }
    expect(await descriptors()).toBe(before);
    expect(await readdir(folder)).toEqual(['card.state']);
  });
});

describe('a card that comes from disk', () => {
  const SELECT = ['00A4040C10A0000000871002FFFFFFFF8900000100', '00A4000C026F7E'];
  const READ = '00B000000B';
  const update = (number: number): string => `00D600000B0000000${number}00F1100000FF01`;
  const selected = (state: StateFile): Uicc => {
    const card = cardOf(state);
    ask(card, RIGHT_PIN, ...SELECT);
    return card;
  };

  it('is as before when an update cannot be stored, and goes back to its root', () => {
    ask(selected(opened()), update(1));
    open.pop()!.close();
    const state = opened();
    const card = selected(state);
    const { root } = card;
    fail('writeSync', 'ENOSPC');
    expect(ask(card, update(2))).toEqual(['6581']);
    expect(ask(card, READ)[0]).toMatch(/^00000001/);
    ask(card, update(3));
    card.rewind(root);
    card.reset();
    ask(card, RIGHT_PIN, ...SELECT);
    expect(ask(card, READ)[0]).toMatch(/^00000001/);
  });

  it('is whole after several commands, a restart, and another command', () => {
    ask(selected(opened()), update(1), update(2));
    open.pop()!.close();
    ask(selected(opened()), update(3));
    open.pop()!.close();
    expect(ask(selected(opened()), READ)[0]).toMatch(/^00000003/);
    expect(problems).toEqual([]);
  });
});

describe('a disk that fails', () => {
  it('when a file is made lets go of it', () => {
    fail('fsyncSync', 'EIO', { after: 1 });
    expect(() => opened()).toThrow('cannot be used (EIO)');
    expect(ask(cardOf(opened()), TRIES)).toEqual(['63c3']);
  });

  it('and then is full again is told again', () => {
    const card = cardOf(opened());
    for (let n = 0; n < 2; n++) {
      fail('writeSync', 'ENOSPC');
      expect(ask(card, WRONG_PIN, RIGHT_PIN)).toEqual(['6581', '9000']);
    }
    expect(problems).toHaveLength(2);
  });

  it('is answered with 6581 when it is full; the card is as before, and works when it can', () => {
    const card = cardOf(opened());
    fail('writeSync', 'ENOSPC', { times: 2 });
    expect(ask(card, WRONG_PIN, WRONG_PIN, TRIES)).toEqual(['6581', '6581', '63c3']);
    expect(ask(card, WRONG_PIN)).toEqual(['63c2']);
    expect(problems).toEqual([
      "FILE: cannot be written (ENOSPC): the card answers '6581' until it can",
    ]);
    expect(triesOnDisk()).toBe('63c2');
  });

  it('that cannot even be cut is written over', () => {
    const card = cardOf(opened());
    fail('writeSync', 'ENOSPC');
    expect(ask(card, WRONG_PIN)).toEqual(['6581']);
    fail('ftruncateSync', 'EIO');
    expect(ask(card, WRONG_PIN)).toEqual(['63c2']);
    expect(triesOnDisk()).toBe('63c2');
  });

  it('that does not synchronise takes the power, and nothing is stored any more', () => {
    const card = cardOf(opened());
    fail('fdatasyncSync', 'EIO');
    expect(ask(card, WRONG_PIN, TRIES)).toEqual(['6581', '6f00']);
    card.reset();
    expect(ask(card, TRIES, WRONG_PIN, TRIES)).toEqual(['63c3', '6581', '63c3']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^FILE: cannot be synchronised \(EIO\): .* start again$/);
    expect(triesOnDisk()).toBe('63c3');
  });

  it('is not asked to synchronise with durability none', () => {
    const card = cardOf(opened({ durability: 'none' }));
    fail('fdatasyncSync', 'EIO');
    expect(ask(card, WRONG_PIN)).toEqual(['63c2']);
  });

  it('stores nothing more when the file was let go of', () => {
    const state = opened();
    const card = cardOf(state);
    state.close();
    state.close();
    expect(ask(card, WRONG_PIN, TRIES)).toEqual(['6581', '63c3']);
  });
});

describe('a state file that is damaged', () => {
  /** Two certain commits. */
  async function used(): Promise<Uint8Array> {
    ask(cardOf(opened()), WRONG_PIN, WRONG_PIN);
    open.pop()!.close();
    return readFile(file);
  }

  it('is cut behind its last whole commit, and told once', async () => {
    const octets = await used();
    await writeFile(file, octets.slice(0, -1));
    expect(ask(cardOf(opened()), TRIES)).toEqual(['63c2']);
    expect(problems).toEqual([
      'FILE: damaged at octet 103: 28 octets that are no whole commit were cut off, ' +
        'the card is as after commit 1',
    ]);
    expect(triesOnDisk()).toBe('63c2');
    expect(problems).toHaveLength(1);
  });

  it('is refused when the damage is before a certain commit, and stays as it is', async () => {
    const octets = await used();
    octets[90] = octets[90]! ^ 1;
    await writeFile(file, octets);
    expect(() => opened()).toThrow(StateFileError);
    expect(() => opened()).toThrow(
      `${file}: state file/commit 1 at octet 74: it is damaged, and commits behind it, from ` +
        'octet 103, are not; restore a copy, or move it away to begin with a new card',
    );
    expect(await readFile(file)).toEqual(octets);
    // The lock was let go of.
    await rm(file);
    expect(ask(cardOf(opened()), TRIES)).toEqual(['63c3']);
  });

  it('with any octet changed, or cut anywhere, is refused or as it was before', async () => {
    const octets = await used();
    const known = ['63c3', '63c2', '63c1'];
    for (let at = 0; at < octets.length; at++) {
      const changed = octets.slice();
      changed[at] = changed[at]! ^ 0x80;
      for (const damaged of [changed, octets.slice(0, at)]) {
        await writeFile(file, damaged);
        try {
          const state = readStateFile(file, DIGEST);
          expect(known).toContain(ask(cardOf({ ...state, kept: state } as never), TRIES)[0]);
        } catch (error) {
          expect(error).toBeInstanceOf(StateFileError);
        }
      }
    }
  });
});

async function twoNames(): Promise<void> {
  opened();
  open.pop()!.close();
  await link(file, `${file}.other`);
}

describe('a state file that cannot be used', () => {
  it('is one of another card profile', () => {
    opened();
    const another = makeImage({ ...DEFAULT_PROFILE, protocol: 'T=1' });
    open.pop()!.close();
    expect(() => openStateFile(file, imageDigest(another))).toThrow(
      /card\.state: it belongs to another card profile, or to another version of this program; /,
    );
  });

  it.each([
    ['a folder', async () => mkdir(file), 'cannot be used (EISDIR)'],
    ['empty', async () => writeFile(file, ''), 'expected "vuicc-state/1"'],
    ['one with two names', async () => twoNames(), 'expected a file of one name, found 2'],
    ['another file', async () => writeFile(file, '{}\n'), 'expected "vuicc-state/1"'],
    ['a device', async () => symlink('/dev/null', file), 'expected a regular file'],
    ['in a folder that is not there', async () => rm(folder, { recursive: true }), '(ENOENT)'],
  ])('is %s', async (_what, make, problem) => {
    await make();
    expect(() => opened()).toThrow(StateFileError);
    expect(() => opened()).toThrow(problem);
  });

  it('is one that is in use; it can be read all the same', () => {
    ask(cardOf(opened()), WRONG_PIN);
    expect(() => opened()).toThrow(`${file}: another process is using it`);
    expect(readStateFile(file, DIGEST).commits).toHaveLength(1);
  });

  it('is one that another process is using, until that is killed', async () => {
    opened();
    open.pop()!.close();
    const script = 'exec 3<>"$0"; flock -x 3; echo locked; read';
    const held = spawn('bash', ['-c', script, file]);
    await new Promise((resolve) => held.stdout.once('data', resolve));
    expect(() => opened()).toThrow('another process is using it');
    const ended = new Promise((resolve) => held.once('close', resolve));
    held.kill('SIGKILL');
    await ended;
    expect(ask(cardOf(opened()), TRIES)).toEqual(['63c3']);
  });

  it('cannot be locked without the program that does it', () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      expect(() => opened()).toThrow('cannot be locked without flock: apt-get install util-linux');
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('a state file that is only read', () => {
  it.each([
    ['a folder', async () => mkdir(file), 'expected a regular file'],
    ['a device', async () => symlink('/dev/zero', file), 'expected a regular file'],
    ['not there', async () => undefined, 'cannot be used (ENOENT)'],
  ])('is %s, and is refused', async (_what, make, problem) => {
    await make();
    expect(() => readStateFile(file, DIGEST)).toThrow(StateFileError);
    expect(() => readStateFile(file, DIGEST)).toThrow(problem);
  });

  it('has a line feed in its name, which the message shows as such', () => {
    expect(() => readStateFile(`${file}\n`, DIGEST)).toThrow(/card\.state\\n": cannot/);
  });
});
