/** UNIX datagram sockets: two of ours talk to each other, and to one of Perl's own. */

import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filled } from '../../src/bytes/octets.ts';
import {
  type Datagram,
  DatagramFrameReader,
  type DatagramSocket,
  encodeDatagramFrame,
  openDatagramSocket,
  PEER_NAME_OCTETS_MAX,
  SOCKET_NAME_OCTETS_MAX,
  SocketError,
} from '../../src/transport/unix-datagrams.ts';
import { Mailbox } from './support/fake-reader.ts';

let folder = '';
const sockets: DatagramSocket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-socket-'));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) await socket.close();
  await rm(folder, { recursive: true, force: true });
});

interface Heard {
  readonly socket: DatagramSocket;
  readonly datagrams: Mailbox<Datagram>;
  readonly lost: Mailbox<SocketError>;
  readonly problems: Mailbox<string>;
}

async function open(
  path: string,
  answer: (octets: Uint8Array) => Uint8Array | undefined = () => undefined,
): Promise<Heard> {
  const datagrams = new Mailbox<Datagram>();
  const lost = new Mailbox<SocketError>();
  const problems = new Mailbox<string>();
  const onDatagram = (datagram: Datagram): Uint8Array | undefined => {
    datagrams.put(datagram);
    return answer(datagram.octets);
  };
  const socket = await openDatagramSocket(path, {
    onDatagram,
    onProblem: problems.put,
    onLost: lost.put,
  });
  sockets.push(socket);
  return { socket, datagrams, lost, problems };
}

async function refusal(path: string): Promise<string> {
  try {
    await open(path);
  } catch (error) {
    if (error instanceof SocketError) return error.message;
    throw error;
  }
  return 'not refused';
}

/** The process whose last argument is the path. */
function holderOf(path: string): number {
  const tasks = readdirSync('/proc/self/task');
  const children = tasks.flatMap((task) => {
    return readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ');
  });
  const isHolder = (pid: string): boolean =>
    pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`\0${path}\0`);
  const holder = children.find(isHolder);
  if (holder === undefined) throw new Error(`nobody holds ${path}`);
  return Number(holder);
}

const octetsOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

describe('a socket', () => {
  it('takes datagrams, in their order and whole, and answers those who sent them', async () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    await open(here, (octets) => (octets.length === 0 ? undefined : octets.map((of) => of ^ 0xff)));
    const client = await open(there);
    // No more at once than a queue has room for.
    for (let first = 0; first < 96; first += 8) {
      const sent = Array.from({ length: 8 }, (_, n) => filled(first + n, first + n));
      for (const octets of sent) client.socket.send({ peer: here, octets });
      for (const octets of sent.filter(({ length }) => length > 0)) {
        const expected = { peer: here, octets: octets.map((of) => of ^ 0xff) };
        expect(await client.datagrams.next()).toEqual(expected);
      }
    }
  });

  it('takes datagrams of one octet and of many, with any octet in them', async () => {
    const path = join(folder, 'a');
    const { socket, datagrams } = await open(path);
    for (const length of [0, 1, 50_000]) {
      const octets = Uint8Array.from({ length }, (_, n) => n * 7);
      socket.send({ peer: path, octets });
      expect(await datagrams.next()).toEqual({ peer: path, octets });
    }
  });

  it('takes datagrams apart that come in pieces', async () => {
    const path = join(folder, 'a');
    const { socket, datagrams } = await open(path);
    // Perl reads 65536 octets at once: it has the second in two pieces.
    const sent = [1, 2, 3].map((octet) => filled(50_000, octet));
    for (const octets of sent) socket.send({ peer: path, octets });
    for (const octets of sent) expect(await datagrams.next()).toEqual({ peer: path, octets });
  });

  it('hears who has no name, and who has one outside of the file system', async () => {
    const path = join(folder, 'a');
    const { datagrams, problems } = await open(path, (octets) => octets);
    const send = (name: string): void => {
      const program = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); ${name}
        connect($s, pack_sockaddr_un($ARGV[0])) or die; send($s, 'a', 0) or die;`;
      expect(spawnSync('perl', ['-e', program, path]).status).toBe(0);
    };
    send('');
    expect(await datagrams.next()).toEqual({ peer: '', octets: octetsOf('a') });
    const why = 'who has asked has bound no name, and cannot be answered';
    expect(await problems.next()).toBe(`${path}: ${why}`);
    send(`bind($s, pack_sockaddr_un("\\0vuicc-test-$$")) or die;`);
    const { peer } = await datagrams.next();
    expect(peer).toMatch(/^\0vuicc-test-\d+$/u);
  });

  it('answers who has as long a name as there can be', async () => {
    const path = join(folder, 'a');
    await open(path, (octets) => octets.map((of) => of ^ 0xff));
    const program = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); alarm 10;
      bind($s, pack_sockaddr_un("\\0" . $$ . "a" x (107 - length $$))) or die;
      send($s, 'a', 0, pack_sockaddr_un($ARGV[0])) or die;
      recv($s, my $answer, 9, 0); print $answer`;
    const { stdout } = await promisify(execFile)('perl', ['-e', program, path], {
      encoding: 'latin1',
    });
    expect(stdout).toBe('\x9e');
  });

  it('says so when nobody is there to whom it sends, and goes on', async () => {
    const path = join(folder, 'a');
    const { socket, datagrams, problems } = await open(path);
    socket.send({ peer: join(folder, 'nobody'), octets: octetsOf('lost') });
    const why = 'a datagram could not be sent (No such file or directory)';
    expect(await problems.next()).toBe(`${path}: ${why}`);
    socket.send({ peer: path, octets: octetsOf('seen') });
    expect((await datagrams.next()).octets).toEqual(octetsOf('seen'));
  });

  it('does not wait for a peer that reads nothing', async () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    const { socket, datagrams, problems } = await open(here);
    const peer = await open(there);
    const room = Number(readFileSync('/proc/sys/net/unix/max_dgram_qlen', 'utf8'));
    process.kill(holderOf(there), 'SIGSTOP');
    for (let n = 0; n < room + 2; n++) socket.send({ peer: there, octets: octetsOf('a') });
    socket.send({ peer: here, octets: octetsOf('seen') });
    const why = 'a datagram could not be sent (Resource temporarily unavailable)';
    expect(await problems.next()).toBe(`${here}: ${why}`);
    expect((await datagrams.next()).octets).toEqual(octetsOf('seen'));
    process.kill(holderOf(there), 'SIGCONT');
    expect((await peer.datagrams.next()).octets).toEqual(octetsOf('a'));
  });

  it('is for its owner alone, and gone when it is closed', async () => {
    const path = join(folder, 'a');
    const { socket } = await open(path);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o077).toBe(0);
    await socket.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes the name of one that a process has left behind', async () => {
    const path = join(folder, 'a');
    const bind = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0);
      bind($s, pack_sockaddr_un($ARGV[0]));`;
    spawnSync('perl', ['-e', bind, path]);
    expect(existsSync(path)).toBe(true);
    const { socket, datagrams } = await open(path);
    socket.send({ peer: path, octets: octetsOf('a') });
    expect(await datagrams.next()).toMatchObject({ peer: path });
  });

  it('tells that it is lost when its holder dies, and of each problem before it', async () => {
    const path = join(folder, 'a');
    const { socket, lost, problems } = await open(path);
    for (let n = 0; n < 3; n++) socket.send({ peer: join(folder, 'nobody'), octets: filled(1, 1) });
    const why = 'a datagram could not be sent (No such file or directory)';
    for (let n = 0; n < 3; n++) expect(await problems.next()).toBe(`${path}: ${why}`);
    process.kill(holderOf(path), 'SIGKILL');
    expect((await lost.next()).message).toBe(`${path}: perl has ended`);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE'] as const)(
    'outlasts the %s that its holder gets with the others, until it is closed',
    async (signal) => {
      const path = join(folder, 'a');
      const { socket, datagrams } = await open(path);
      process.kill(holderOf(path), signal);
      socket.send({ peer: path, octets: octetsOf('still there') });
      expect((await datagrams.next()).octets).toEqual(octetsOf('still there'));
      await socket.close();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('leaves a socket alone that has taken its name meanwhile', async () => {
    const path = join(folder, 'a');
    const { socket } = await open(path);
    await rm(path);
    const { socket: other, datagrams } = await open(path);
    await socket.close();
    other.send({ peer: path, octets: octetsOf('still there') });
    expect((await datagrams.next()).octets).toEqual(octetsOf('still there'));
  });
});

describe('a name', () => {
  it('is refused while another process has it', async () => {
    const path = join(folder, 'a');
    const { socket, datagrams } = await open(path);
    expect(await refusal(path)).toBe(`${path}: another process is using it`);
    socket.send({ peer: path, octets: octetsOf('still there') });
    expect((await datagrams.next()).octets).toEqual(octetsOf('still there'));
  });

  it('is refused when a file or a folder has it, which stays', async () => {
    const [file, sub] = [join(folder, 'file'), join(folder, 'folder')];
    await writeFile(file, 'a');
    await mkdir(sub);
    const expected = 'expected a socket or nothing of this name';
    expect(await refusal(file)).toBe(`${file}: ${expected}`);
    expect(await refusal(sub)).toBe(`${sub}: ${expected}`);
    expect(readdirSync(folder)).toEqual(['file', 'folder']);
  });

  it('is refused when a socket of another kind has it', async () => {
    const path = join(folder, 'stream');
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(await refusal(path)).toBe(`${path}: cannot be used (Protocol wrong type for socket)`);
    server.close();
  });

  it('is refused in a folder that is not there', async () => {
    const path = join(folder, 'no', 'a');
    expect(await refusal(path)).toBe(`${path}: cannot be made (No such file or directory)`);
  });

  it('is refused when it is empty, or has more octets than there is room for', async () => {
    expect(await refusal('')).toBe(': expected a name of 1 to 107 octets, found 0');
    const long = 'ä'.repeat(54);
    expect(await refusal(long)).toBe(`${long}: expected a name of 1 to 107 octets, found 108`);
  });

  it('may fill the room that there is', async () => {
    const path = join(folder, 'a'.repeat(SOCKET_NAME_OCTETS_MAX - folder.length - 1));
    const { socket, datagrams } = await open(path);
    socket.send({ peer: path, octets: octetsOf('a') });
    expect(await datagrams.next()).toMatchObject({ peer: path });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is no option of Perl, nor anything else that it would read', async () => {
    const path = join(folder, `-e 'die' $x`);
    const { socket, datagrams } = await open(path);
    socket.send({ peer: path, octets: octetsOf('a') });
    expect(await datagrams.next()).toMatchObject({ peer: path });
  });

  it('is refused when there is no Perl', async () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      const path = join(folder, 'a');
      expect(await refusal(path)).toBe(`${path}: needs perl: apt-get install perl-base`);
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('frames', () => {
  const datagram = fc.record({
    peer: fc
      .uint8Array({ minLength: 1, maxLength: PEER_NAME_OCTETS_MAX })
      .map((of) => Buffer.from(of).toString('latin1')),
    octets: fc.uint8Array({ maxLength: 300 }),
  });

  it('are two lengths, the name and the datagram', () => {
    const frame = encodeDatagramFrame({ peer: '/a', octets: Uint8Array.of(0xff) });
    expect(Buffer.from(frame).toString('hex')).toBe('0002000000012f61ff');
  });

  it('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(datagram), fc.array(fc.integer({ min: 1, max: 50 })), (all, cuts) => {
        const stream = Buffer.concat(all.map(encodeDatagramFrame));
        const reader = new DatagramFrameReader();
        const found: Datagram[] = [];
        let at = 0;
        for (const length of [...cuts, stream.length]) {
          reader.push(stream.subarray(at, at + length), (of) => found.push(of));
          at += length;
        }
        expect(found).toEqual(all);
        expect(Buffer.concat(found.map(encodeDatagramFrame))).toEqual(stream);
      }),
    );
  });

  it.each(['', 'a'.repeat(109)])('are not written for a name of no socket: "%s"', (peer) => {
    expect(() => encodeDatagramFrame({ peer, octets: new Uint8Array(0) })).toThrow(RangeError);
  });
});
