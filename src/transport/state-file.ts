/**
 * A card on disk: a file to which each commit is appended before its R-APDU leaves.
 *
 *     open     lock ─▶ read ─▶ cut the tail
 *     append   write behind the last record       false, and no record, when it cannot be written
 *     flush    wait for the disk, once for all commits of a command
 *     compact  a new file with the card at rest takes its place, when the commits have grown long
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  constants as O,
  openSync,
  readFileSync,
} from 'node:fs';
import type { CommitLog, KeptState } from '../apdu/commit-log.ts';
import { DecodeError } from '../bytes/errors.ts';
import { copyOf, equals } from '../bytes/octets.ts';
import {
  decodeJournal,
  encodeJournal,
  encodeRecord,
  type Journal,
  NONCE_OCTETS,
} from './journal.ts';
import {
  hasName,
  isThere,
  openLocked,
  putLocked,
  realPath,
  removeLeftOver,
  StateFileError,
  shown,
  systemCode,
  writeAt,
} from './locked-file.ts';

/** What is certain when an R-APDU leaves. */
export type Durability =
  /** The commits of its command are on the disk: they survive a loss of power. */
  | 'commit'
  /** The system has them: they survive the end of the process, also by SIGKILL. */
  | 'none';

/** Whose file it is, and what becomes of the owner, in the words of problems. */
interface OwnerWords {
  readonly anew: string;
  readonly another: string;
  readonly isAt: string;
  readonly untilWritten: string;
  readonly afterSync: string;
  readonly lost: string;
}

const WORDS: Readonly<Record<'card' | 'auc', OwnerWords>> = {
  card: {
    anew: 'begin with a new card',
    another:
      'it belongs to another card profile, or to another version of this program; ' +
      'name the profile that it was made with',
    isAt: 'the card is as after commit',
    untilWritten: `the card answers '6581' until it can`,
    afterSync: 'the card stores nothing any more',
    lost: 'what the card is now is lost when this program ends',
  },
  auc: {
    anew: 'begin with new sequence numbers',
    another: 'it is no file of an AuC; name another',
    isAt: 'the sequence numbers are as after commit',
    untilWritten: 'the AuC refuses all requests until it can',
    afterSync: 'the AuC refuses all requests from now on',
    lost: 'the sequence numbers are lost when this program ends',
  },
};

/** How a card is kept, or the sequence numbers of an AuC. */
export interface StateFileOptions {
  /** In whose words problems are told; `card` when left out. */
  readonly of?: keyof typeof WORDS;
  /** `commit` when left out. */
  readonly durability?: Durability;
  /** Hears in a sentence what went wrong and what came of it. Must not throw. */
  readonly onProblem?: (problem: string) => void;
  /** How many octets of commits there may be before the file begins anew; 256 Ki when left out. */
  readonly compactAt?: number;
}

const COMPACT_AT = 0x40000;
const OWNER_ONLY = 0o600;

function asStateFileError(file: string, error: unknown, { anew }: OwnerWords): unknown {
  if (error instanceof DecodeError) {
    const { path, offset, problem } = error;
    const remedy = `restore a copy, or move it away to ${anew}`;
    return new StateFileError(`${shown(file)}: ${path} at octet ${offset}: ${problem}; ${remedy}`);
  }
  const isOfSystem = error instanceof Error && 'code' in error;
  if (!isOfSystem) return error;
  return new StateFileError(`${shown(file)}: cannot be used (${systemCode(error)})`);
}

function readJournal(
  file: string,
  octets: Uint8Array,
  digest: Uint8Array,
  { another, anew }: OwnerWords,
): Journal {
  const journal = decodeJournal(octets);
  if (equals(journal.digest, digest)) return journal;
  throw new StateFileError(`${shown(file)}: ${another}, or move it away to ${anew}`);
}

/**
 * Reads what a state file holds, and leaves it as it is: without a lock, also while it is written.
 *
 * @param digest of the card's image
 * @throws {StateFileError} it cannot be read, is damaged, or belongs to another image
 * @see docs/architecture.md, "State on disk"
 */
export function readStateFile(file: string, digest: Uint8Array): KeptState {
  try {
    const fd = openSync(file, O.O_RDONLY | O.O_NONBLOCK);
    try {
      if (!fstatSync(fd).isFile())
        throw new StateFileError(`${shown(file)}: expected a regular file`);
      return readJournal(file, readFileSync(fd), digest, WORDS.card);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw asStateFileError(file, error, WORDS.card);
  }
}

/** Opens the file; makes one for a new card when there is none. */
function openOrMake(file: string, digest: Uint8Array): number {
  for (;;) {
    const opened = openLocked(file);
    if (opened !== undefined) {
      removeLeftOver(file);
      return opened;
    }
    const octets = encodeJournal(digest, randomBytes(NONCE_OCTETS), undefined);
    const made = putLocked(file, octets, () => !isThere(file));
    if (made === undefined) continue;
    if (made.doubt === undefined) return made.fd;
    closeSync(made.fd);
    throw made.doubt;
  }
}

/**
 * A state file that is open.
 *
 * @see docs/architecture.md, "State on disk"
 */
export class StateFile implements CommitLog {
  /** What it held when it was opened. Secret. */
  readonly kept: KeptState;
  readonly #file: string;
  readonly #digest: Uint8Array;
  readonly #options: StateFileOptions;
  readonly #isDurable: boolean;
  readonly #words: OwnerWords;
  #compactAt: number;
  /** `undefined` when nothing more may be written. */
  #fd: number | undefined;
  #nonce: Uint8Array;
  #number: number;
  #end: number;
  /** The first commit that is not certain, and where it stands. */
  #uncertain: { number: number; at: number };
  #isFull = false;
  #hasName = true;

  /** Opens or makes a file; see {@link openStateFile}. */
  constructor(file: string, digest: Uint8Array, options: StateFileOptions) {
    this.#file = realPath(file);
    this.#digest = copyOf(digest);
    this.#options = options;
    this.#isDurable = options.durability !== 'none';
    this.#words = WORDS[options.of ?? 'card'];
    const fd = openOrMake(this.#file, digest);
    try {
      const journal = readJournal(file, readFileSync(fd), digest, this.#words);
      this.kept = { base: journal.base, commits: journal.commits };
      this.#nonce = journal.nonce;
      this.#number = journal.last;
      this.#end = journal.end;
      this.#cutTail(fd, journal);
      // What a program has written that was killed need not be on the disk yet.
      fdatasyncSync(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#fd = fd;
    this.#uncertain = { number: this.#number + 1, at: this.#end };
    this.#compactAt = this.#end + (options.compactAt ?? COMPACT_AT);
  }

  append(commit: Uint8Array): boolean {
    if (this.#fd === undefined) return false;
    const record = { number: this.#number + 1, first: this.#uncertain.number, octets: commit };
    const octets = encodeRecord(this.#nonce, this.#end, record);
    try {
      writeAt(this.#fd, octets, this.#end);
    } catch (error) {
      this.#cannotWrite(this.#fd, error);
      return false;
    }
    this.#number += 1;
    this.#end += octets.length;
    this.#isFull = false;
    return true;
  }

  flush(atRest: () => Uint8Array): boolean {
    const fd = this.#fd;
    if (fd === undefined || !this.#sync(() => fdatasyncSync(fd))) return false;
    if (this.#isDurable) {
      this.#uncertain = { number: this.#number + 1, at: this.#end };
      this.#expectName(fd);
    }
    if (this.#end >= this.#compactAt) this.#compact(fd, atRest());
    return true;
  }

  /** Lets go of the file. The card stores nothing more. */
  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #cutTail(fd: number, { end, tail, last }: Journal): void {
    fchmodSync(fd, OWNER_ONLY);
    if (tail === 0) return;
    ftruncateSync(fd, end);
    const lost = `${tail} octets that are no whole commit were cut off`;
    this.#tell(`damaged at octet ${end}: ${lost}, ${this.#words.isAt} ${last}`);
  }

  /** The card goes on without what it could not store, and so does the file. */
  #cannotWrite(fd: number, error: unknown): void {
    if (!this.#isFull) {
      this.#tell(`cannot be written (${systemCode(error)}): ${this.#words.untilWritten}`);
    }
    this.#isFull = true;
    this.#cut(fd, this.#end);
  }

  /** After a failure to sync nobody knows what is on the disk, so nothing more is written. */
  #cannotSync(error: unknown): void {
    const remedy = `${this.#words.afterSync}; see to the disk, and start again`;
    this.#tell(`cannot be synchronised (${systemCode(error)}): ${remedy}`);
    if (this.#fd !== undefined) this.#cut(this.#fd, this.#uncertain.at);
    this.close();
  }

  /** A file that was removed is gone with this program, whatever it holds. */
  #expectName(fd: number): void {
    if (!this.#hasName || fstatSync(fd).nlink > 0) return;
    this.#hasName = false;
    this.#tell(`was removed: ${this.#words.lost}`);
  }

  /** What stays behind the last record is no record: reading finds that out as well. */
  #cut(fd: number, at: number): void {
    try {
      ftruncateSync(fd, at);
    } catch {
      // The next record is written over it.
    }
  }

  /** Begins anew. The commits are certain as they are, so nothing is lost when it cannot. */
  #compact(old: number, base: Uint8Array): void {
    const nonce = randomBytes(NONCE_OCTETS);
    const octets = encodeJournal(this.#digest, nonce, base);
    try {
      const made = putLocked(this.#file, octets, () => hasName(old, this.#file));
      if (made === undefined) throw new StateFileError('another file has its name');
      closeSync(old);
      this.#fd = made.fd;
      this.#nonce = nonce;
      this.#number = 0;
      this.#end = octets.length;
      this.#uncertain = { number: 1, at: this.#end };
      // The old file may come back under the name, and then lacks what comes from now on.
      if (made.doubt !== undefined && this.#isDurable) this.#cannotSync(made.doubt);
    } catch (error) {
      const why = error instanceof StateFileError ? error.message : systemCode(error);
      this.#tell(`cannot begin anew (${why}): it goes on growing`);
    }
    this.#compactAt = this.#end + (this.#options.compactAt ?? COMPACT_AT);
  }

  #sync(wait: () => void): boolean {
    try {
      if (this.#isDurable) wait();
      return true;
    } catch (error) {
      this.#cannotSync(error);
      return false;
    }
  }

  #tell(problem: string): void {
    this.#options.onProblem?.(`${shown(this.#file)}: ${problem}`);
  }
}

/**
 * Opens the state file of a card, and locks it; makes one for a new card when there is none.
 *
 * @param file its path; the folder is there
 * @param digest of the card's image, 32 octets: a file of another is refused
 * @throws {StateFileError} another process uses it, it cannot be read or written, or is damaged
 *   before something that was certain
 * @see docs/architecture.md, "State on disk"
 */
export function openStateFile(
  file: string,
  digest: Uint8Array,
  options: StateFileOptions = {},
): StateFile {
  try {
    return new StateFile(file, digest, options);
  } catch (error) {
    throw asStateFileError(file, error, WORDS[options.of ?? 'card']);
  }
}
