/**
 * What has been read of a card so far, as parts of a profile.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { filled } from '../bytes/octets.ts';
import type { EfDirectory } from '../ef/definitions.ts';
import type { PinReading, Unreadable } from '../profile/card-reading.ts';
import { freeName, nameOfEf, recordsText } from '../profile/file-text.ts';
import type { DirectoryProfile, FileProfile } from '../profile/profile.ts';
import { rulesOfDirectory, rulesOfEf } from '../profile/rule-place.ts';
import { arrFidIn, fidText } from '../profile/rules-text.ts';
import type { FileDetails } from './file-details.ts';

/** What READ gave: all octets, or those before a refusal and its SW. */
export interface ReadContent {
  readonly octets: Uint8Array;
  readonly refusedBy: number | undefined;
}

/** A directory that files are added to. */
export interface OpenDirectory {
  /** In the profile. */
  readonly path: string;
  /** What is known in it. */
  readonly known: EfDirectory | undefined;
}

const LIFE_CYCLE: Readonly<Record<number, FileProfile['lifeCycle']>> = {
  1: 'creation',
  3: 'creation',
  4: 'deactivated',
  6: 'deactivated',
};
const TERMINATED = 0x0c;

function lifeCycleOf(octet: number | undefined): FileProfile['lifeCycle'] {
  if (octet === undefined) return undefined;
  return octet >= TERMINATED ? 'terminated' : LIFE_CYCLE[octet];
}

/** Where no access rules are told, the first record stands there, and that is said. */
const FIRST_RECORD = 1;

/** Parts of a profile, in the order in which they were read. */
export class ReadingList {
  readonly directories: DirectoryProfile[] = [];
  readonly files: FileProfile[] = [];
  readonly pins: Map<number, PinReading> = new Map();
  readonly unreadable: Unreadable[] = [];
  readonly notes: string[] = [];
  readonly #names = new Map<string, Set<string>>();
  readonly #sfis = new Set<string>();

  /** Gives a name that nothing in the directory has, and takes it. */
  #name(directory: string, make: (taken: ReadonlySet<string>) => string): string {
    const taken = this.#names.get(directory) ?? new Set();
    const name = make(taken);
    this.#names.set(directory, taken.add(name));
    return name;
  }

  /** Adds a directory; the MF has no parent. */
  addDirectory(
    parent: string | undefined,
    wanted: string,
    fid: number,
    details: FileDetails,
  ): string {
    const path =
      parent === undefined
        ? wanted
        : `${parent}/${this.#name(parent, (taken) => freeName(wanted, taken))}`;
    if (details.rule === undefined) this.#noteRule(path, '2F06');
    this.directories.push({
      path,
      fid: fidText(fid),
      ...(details.aid === undefined ? {} : { aid: toHex(details.aid).toUpperCase() }),
      ...(details.rule === undefined
        ? { arr: `2F06/${FIRST_RECORD}` }
        : rulesOfDirectory(details.rule)),
      pins: details.pins.map(({ reference }) => toHex(Uint8Array.of(reference)).toUpperCase()),
    });
    return path;
  }

  #noteRule(path: string, arr: string): void {
    const stead = `record ${FIRST_RECORD} of EF_ARR ${arr} stands there`;
    this.notes.push(`${path}: its access rules are not told, ${stead}`);
  }

  /** Two EFs of a directory cannot have one SFI; a card that tells so is believed for the first. */
  #sfi(directory: string, sfi: number | undefined): number | null {
    const key = `${directory} ${sfi}`;
    if (sfi === undefined || this.#sfis.has(key)) return null;
    this.#sfis.add(key);
    return sfi;
  }

  /**
   * Adds an EF with what was read of it; the rest of its content is 'FF'.
   *
   * @param size octets of all of it
   */
  addFile(
    { path: directory, known }: OpenDirectory,
    fid: number,
    details: FileDetails,
    size: number,
    { octets, refusedBy }: ReadContent,
  ): void {
    const path = `${directory}/${this.#name(directory, (taken) => nameOfEf(known, fid, taken))}`;
    if (details.rule === undefined) this.#noteRule(path, arrFidIn(directory));
    if (refusedBy !== undefined) {
      const sw = fidText(refusedBy);
      this.unreadable.push({ path, fid: fidText(fid), sw });
    } else if (octets.length < size && details.kind !== 'ber-tlv') {
      this.notes.push(`${path}: ${octets.length} of its ${size} octets were given`);
    }
    const { specialInformation, records } = details;
    const lifeCycle = lifeCycleOf(details.lifeCycle);
    const common = {
      path,
      fid: fidText(fid),
      sfi: this.#sfi(directory, details.sfi),
      ...(details.rule === undefined ? { arr: FIRST_RECORD } : rulesOfEf(directory, details.rule)),
      ...(details.isShareable ? {} : { shareable: false }),
      ...(lifeCycle === undefined ? {} : { lifeCycle }),
      ...(specialInformation === undefined
        ? {}
        : { specialFileInformation: toHex(Uint8Array.of(specialInformation)).toUpperCase() }),
    };
    if (details.kind === 'ber-tlv') {
      const data = toHex(octets).toUpperCase();
      this.files.push({ ...common, type: details.kind, size: Math.max(size, octets.length), data });
      return;
    }
    const content = filled(size, 0xff);
    content.set(octets.subarray(0, size));
    if (records === undefined) {
      const data = toHex(content).toUpperCase();
      this.files.push({ ...common, type: 'transparent', size, data });
      return;
    }
    const type = details.kind === 'cyclic' ? 'cyclic' : 'linear';
    const { length: recLen, count: recCount } = records;
    this.files.push({ ...common, type, recLen, recCount, ...recordsText(content, recLen) });
  }
}
