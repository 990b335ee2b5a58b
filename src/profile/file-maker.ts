/**
 * Adds directories and EFs to a profile, one after the other.
 *
 * An EF gets the SFI of its definition, or none where another EF has it. Its access rule is looked
 * for in the EF_ARR that holds for its directory; where no record says the same, one is added.
 *
 * @see ETSI TS 102 221 §8, §9.2.4, §13.4
 * @module
 */

import type { EfDefinition } from '../ef/definition.ts';
import { type EfMaking, newContent } from '../ef/making.ts';
import { RULE, STANDARD_RULES } from '../ef/standard-rules.ts';
import { hasNoRule } from './check-access.ts';
import { SAME_AS_RECORD_1 } from './check-content.ts';
import { contentsOf } from './known-files.ts';
import {
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
  type RecordFileProfile,
} from './profile.ts';
import { fidText } from './rules-text.ts';
import { childDirectory, parentPath } from './tree.ts';

/** One octet of record number, without 'FF' and 0. */
const RECORDS_MAX = 254;

const ARR_OF_MF = '2F06';
const ARR_BELOW = '6F06';

/** What of a definition is needed to make its EF. */
export type DeclaredFile = Pick<EfDefinition<unknown>, 'name' | 'fid' | 'sfi' | 'structure'>;

/** A profile that grows. */
export class FileMaker {
  readonly directories: DirectoryProfile[];
  readonly files: FileProfile[];
  /** Indexes of the EFs that were made. */
  readonly made: number[] = [];

  /** @param profile a checked one; not changed */
  constructor(profile: CardProfile) {
    this.directories = [...profile.directories];
    this.files = [...profile.files];
  }

  /** Gives the path of the directory with this FID in another, or `undefined`. */
  directory(parent: string, fid: string): string | undefined {
    return childDirectory(this.directories, parent, fid);
  }

  /** Gives the place of the EF with this FID in the list, or `undefined`. */
  file(directory: string, fid: number): number | undefined {
    const place = this.files.findIndex(
      (file) => parentPath(file.path) === directory && Number.parseInt(file.fid, 16) === fid,
    );
    return place < 0 ? undefined : place;
  }

  /** Adds a DF, with the PINs of its parent. */
  addDirectory(parent: string, name: string, fid: string): string {
    const path = `${parent}/${name}`;
    const above = this.directories.find((directory) => directory.path === parent);
    const arr = `${parent === 'MF' ? ARR_OF_MF : ARR_BELOW}/${this.#rule(parent, RULE.directory)}`;
    this.directories.push({ path, fid, arr, pins: above?.pins ?? [] });
    return path;
  }

  /**
   * Adds an EF with the content of a new one.
   *
   * @param recCount another number of records than is usual
   */
  addFile(directory: string, ef: DeclaredFile, making: EfMaking, recCount?: number): void {
    const fid = fidText(ef.fid);
    const isTaken = this.files.some(
      (file) => parentPath(file.path) === directory && file.sfi === ef.sfi,
    );
    const isArr = fid === (directory === 'MF' ? ARR_OF_MF : ARR_BELOW);
    const common = {
      path: `${directory}/${ef.name.replace(/^EF_/, 'EF.')}`,
      fid,
      sfi: ef.sfi === undefined || isTaken ? null : ef.sfi,
      arr: isArr ? making.rule : this.#rule(directory, making.rule),
    };
    const content = newContent(making);
    this.made.push(this.files.length);
    if (typeof making.size === 'number') {
      const { size } = making;
      const isBerTlv = ef.structure === 'ber-tlv';
      const data = isBerTlv ? '' : content;
      this.files.push({ ...common, type: isBerTlv ? 'ber-tlv' : 'transparent', size, data });
      return;
    }
    const [recLen, usualCount] = making.size;
    const isFilled = making.content !== '';
    this.files.push({
      ...common,
      type: ef.structure === 'cyclic' ? 'cyclic' : 'linear',
      recLen,
      recCount: recCount ?? usualCount,
      records: isArr
        ? STANDARD_RULES.map((rule) => rule.padEnd(recLen * 2, 'F'))
        : isFilled
          ? [content]
          : [],
      recordsFill: isFilled ? SAME_AS_RECORD_1 : 'FF',
    });
  }

  /** Finds the EF_ARR that holds for the EFs of a directory. */
  arr(directory: string): number | undefined {
    const fid = Number.parseInt(directory === 'MF' ? ARR_OF_MF : ARR_BELOW, 16);
    for (let at: string | undefined = directory; at !== undefined; at = parentPath(at)) {
      const found = this.file(at, fid);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Gives the record that says what a standard rule says; adds it where none does. */
  #rule(directory: string, rule: number): number {
    const place = this.arr(directory);
    const file = place === undefined ? undefined : this.files[place];
    if (place === undefined || file === undefined || !hasRecords(file)) {
      throw new RangeError(`${directory}: expected an EF_ARR with records`);
    }
    const wanted = (STANDARD_RULES[rule - 1] ?? '').padEnd(file.recLen * 2, 'F');
    if (wanted.length > file.recLen * 2) {
      const octets = wanted.length / 2;
      throw new RangeError(`${file.path}: expected records of ${octets} octets or more for a rule`);
    }
    const records = contentsOf(file).map((record) => record.toUpperCase());
    const same = records.indexOf(wanted);
    if (same >= 0) return same + 1;
    const free = records.findIndex(hasNoRule);
    const number = (free < 0 ? records.length : free) + 1;
    if (number > RECORDS_MAX) throw new RangeError(`${file.path}: expected room for a rule`);
    records[number - 1] = wanted;
    this.files[place] = withRecords(file, records);
    return number;
  }
}

/** Gives an EF other records. */
export function withRecords(file: RecordFileProfile, records: readonly string[]): FileProfile {
  const recLen = (records[0] ?? '').length / 2;
  return { ...file, recLen, recCount: records.length, records, recordsFill: 'FF' };
}
