/**
 * A UNIX datagram socket, which Node.js does not have: Perl holds it, and passes datagrams on.
 *
 *     peers ── datagrams ──▶ perl (the socket) ── frames on its standard output ──▶ this process
 *                                              ◀── frames on its standard input ──
 *
 *     frame   octets of the name 2 | octets of the datagram 4 | name of the peer | datagram
 *
 * Datagrams keep their order, their borders and the names of their senders. A first frame without
 * anything says that the socket is there. When its standard input ends, in whatever way this
 * process does, Perl removes the socket and ends.
 *
 * @see docs/eap-aka.md, "How it works"
 * @module
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** Room for a name in `sockaddr_un` of Linux, without the zero behind it. */
export const SOCKET_NAME_OCTETS_MAX = 107;
/** A peer may fill it: a name outside of the file system has no zero behind it. */
export const PEER_NAME_OCTETS_MAX = 108;

const NAME_OCTETS = 2;
const DATAGRAM_OCTETS = 4;
const HEADER_OCTETS: number = NAME_OCTETS + DATAGRAM_OCTETS;

/**
 * What Perl runs; its argument is the path. A socket that nobody holds any more is replaced. A
 * peer that is gone misses what it is sent, and so does one whose queue stays full for a while.
 * It ends with its standard input, and by no signal that Ctrl-C or a service manager sends to all
 * of a group, nor by a pipe that nobody reads. A socket that has taken its name by then is left
 * alone.
 */
const HOLDER = `
use strict;
use Errno;
use Socket;
my ($path) = @ARGV;
$SIG{$_} = 'IGNORE' for qw(HUP INT PIPE TERM);
my $name = pack_sockaddr_un($path);
if (lstat $path) {
  -S _ or die "expected a socket or nothing of this name\\n";
  socket(my $probe, AF_UNIX, SOCK_DGRAM, 0) or die "cannot be made ($!)\\n";
  connect($probe, $name) and die "another process is using it\\n";
  $!{ECONNREFUSED} or die "cannot be used ($!)\\n";
  unlink $path;
}
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "cannot be made ($!)\\n";
umask 0077;
bind($socket, $name) or die "cannot be made ($!)\\n";
my ($device, $inode) = lstat $path;
syswrite(STDOUT, pack('nN', 0, 0));
my $input = '';
for (;;) {
  my $ready = '';
  vec($ready, fileno(STDIN), 1) = 1;
  vec($ready, fileno($socket), 1) = 1;
  next if select($ready, undef, undef, undef) < 0;
  if (vec($ready, fileno($socket), 1)) {
    my $from = recv($socket, my $datagram, 65536, MSG_DONTWAIT);
    if (defined $from) {
      my $peer = length $from > 2 ? unpack_sockaddr_un($from) : '';
      syswrite(STDOUT, pack('nN', length $peer, length $datagram) . $peer . $datagram);
    }
  }
  if (vec($ready, fileno(STDIN), 1)) {
    sysread(STDIN, $input, 65536, length $input) or last;
    while (length $input >= 6) {
      my ($peer, $octets) = unpack('nN', $input);
      last if length $input < 6 + $peer + $octets;
      my $to = substr($input, 6, $peer);
      my $datagram = substr($input, 6 + $peer, $octets);
      my $sent;
      for (1 .. 200) {
        $sent = send($socket, $datagram, MSG_DONTWAIT, pack_sockaddr_un($to));
        last if defined $sent || !$!{EAGAIN};
        select(undef, undef, undef, 0.001);
      }
      defined $sent or syswrite(STDERR, "a datagram could not be sent ($!)\\n");
      substr($input, 0, 6 + $peer + $octets) = '';
    }
  }
}
my ($device_now, $inode_now) = lstat $path;
unlink $path if defined $inode_now && $device_now == $device && $inode_now == $inode;
`;

/** A socket that cannot be had; the message names it, and says what to do. */
export class SocketError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SocketError';
  }
}

/** One datagram, and whom it is from or for. */
export interface Datagram {
  /** The name of the peer's socket, octet by octet as latin1; empty when it has none. */
  readonly peer: string;
  readonly octets: Uint8Array;
}

/**
 * Writes a frame.
 *
 * @throws {RangeError} the name of the peer has no octet, or more than 108
 */
export function encodeDatagramFrame({ peer, octets }: Datagram): Uint8Array {
  const name = Buffer.from(peer, 'latin1');
  if (name.length < 1 || name.length > PEER_NAME_OCTETS_MAX) {
    throw new RangeError(`peer: expected 1 to ${PEER_NAME_OCTETS_MAX} octets, got ${name.length}`);
  }
  return new ByteWriter()
    .uint(NAME_OCTETS, name.length, 'octets of the name')
    .uint(DATAGRAM_OCTETS, octets.length, 'octets of the datagram')
    .bytes(name)
    .bytes(octets)
    .finish();
}

/** Puts frames together that come in whatever pieces. */
export class DatagramFrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** Takes what has come, and gives each datagram that is whole to `take`. */
  push(chunk: Uint8Array, take: (datagram: Datagram) => void): void {
    let rest = concat(this.#pending, chunk);
    for (;;) {
      if (rest.length < HEADER_OCTETS) break;
      const reader = new ByteReader(rest, 'frame');
      const name = reader.uint(NAME_OCTETS, 'octets of the name');
      const octets = reader.uint(DATAGRAM_OCTETS, 'octets of the datagram');
      if (reader.remaining < name + octets) break;
      const peer = Buffer.from(reader.take(name, 'name')).toString('latin1');
      const datagram = { peer, octets: reader.take(octets, 'datagram') };
      rest = reader.rest();
      take(datagram);
    }
    this.#pending = rest;
  }
}

/** Who hears of a socket. */
export interface DatagramListener {
  /**
   * Gets each datagram, in the order in which they came; gives what is sent back, if anything. Must
   * not throw.
   */
  readonly onDatagram: (datagram: Datagram) => Uint8Array | undefined;
  /** Hears in a sentence why a datagram was not sent. Must not throw. */
  readonly onProblem: (problem: string) => void;
  /** Hears that the socket is gone, though nobody has closed it. Must not throw. */
  readonly onLost: (error: SocketError) => void;
}

/** A UNIX datagram socket. */
export interface DatagramSocket {
  /**
   * Sends a datagram; a peer that is not there, or does not listen, misses it.
   *
   * @throws {RangeError} the name of the peer has no octet, or more than 108
   */
  send(datagram: Datagram): void;
  /** Closes it, and waits until its name is gone. */
  close(): Promise<void>;
}

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

function startHolder(path: string): Holder {
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  return spawn('perl', ['-e', HOLDER, '--', path], { stdio: 'pipe', env });
}

function whyNot(
  path: string,
  error: NodeJS.ErrnoException | undefined,
  said: string | undefined,
): SocketError {
  const remedy = 'needs perl: apt-get install perl-base';
  const cause = error?.code === 'ENOENT' ? remedy : (error?.code ?? said);
  return new SocketError(`${path}: ${cause ?? 'perl has ended'}`);
}

/**
 * Opens a socket; a name that a process has left behind is taken over.
 *
 * @param path its name in the file system, 1 to 107 octets; only its owner may send to it
 * @throws {SocketError} another process has it, something else has its name, the folder is missing
 *   or closed, the name is too long, or there is no Perl
 * @see docs/eap-aka.md, "How it works"
 */
export async function openDatagramSocket(
  path: string,
  { onDatagram, onProblem, onLost }: DatagramListener,
): Promise<DatagramSocket> {
  const { length } = Buffer.from(path);
  if (length < 1 || length > SOCKET_NAME_OCTETS_MAX) {
    const expected = `expected a name of 1 to ${SOCKET_NAME_OCTETS_MAX} octets`;
    throw new SocketError(`${path}: ${expected}, found ${length}`);
  }
  const holder = startHolder(path);
  const frames = new DatagramFrameReader();
  let failure: NodeJS.ErrnoException | undefined;
  /** Why it cannot be opened. */
  let said: string | undefined;
  let isOpen = false;
  holder.on('error', (error) => {
    failure = error;
  });
  holder.stdin.on('error', () => undefined);
  createInterface({ input: holder.stderr }).on('line', (text) => {
    if (isOpen) onProblem(`${path}: ${text}`);
    else said ??= text;
  });
  const send = (datagram: Datagram): void => {
    holder.stdin.write(encodeDatagramFrame(datagram));
  };
  const answer = (datagram: Datagram): void => {
    const octets = onDatagram(datagram);
    if (octets === undefined) return;
    if (datagram.peer !== '') send({ peer: datagram.peer, octets });
    else onProblem(`${path}: who has asked has bound no name, and cannot be answered`);
  };
  const closed = once(holder, 'close').catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    let isThere = false;
    holder.stdout.on('data', (chunk: Buffer) => {
      frames.push(chunk, (datagram) => {
        if (isThere) answer(datagram);
        isThere = true;
      });
      if (isThere) resolve();
    });
    holder.on('close', () => {
      const error = whyNot(path, failure, said);
      reject(error);
      if (isOpen) onLost(error);
    });
  });
  isOpen = true;
  return {
    send,
    async close() {
      isOpen = false;
      holder.stdin.end();
      await closed;
    },
  };
}
