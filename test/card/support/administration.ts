/**
 * Commands that create, delete, terminate and resize files, object by object.
 *
 * @see ETSI TS 102 222 §6
 * @module
 */

import { expect } from 'vitest';
import { type CardProfile, hasRecords } from '../../../src/profile/profile.ts';
import { tlv } from './scripts.ts';
import { ADM1, octet, TestCard, type TestCardOptions, withChangedFile } from './test-card.ts';

/** What a template has; an empty object is left out. */
export type Objects = Readonly<Record<string, string>>;

/** A transparent EF of 16 octets, as the tests of another card create it in the MF. */
export const TRANSPARENT: Objects = {
  descriptor: '82024121',
  fid: '83026F29',
  lifeCycle: '8A0105',
  rule: '8B032F0601',
  size: '80020010',
  sfi: '8800',
};
/** A linear fixed EF: record length 1, without the number of records. */
export const LINEAR: Objects = { ...TRANSPARENT, descriptor: '820442210001' };
/** A cyclic EF of records of 3 octets. */
export const CYCLIC: Objects = { ...TRANSPARENT, descriptor: '820446210003', size: '8002000F' };
/** A BER-TLV EF with room for 16 octets. */
export const BER_TLV: Objects = { ...TRANSPARENT, descriptor: '82027921' };
/** A DF as those tests create it; rules in the EF_ARR of the MF. */
export const DIRECTORY: Objects = {
  descriptor: '82027821',
  fid: '83025F01',
  lifeCycle: '8A0105',
  rule: '8B032F0609',
  size: '81020030',
  pins: 'C606900180830101',
};

/** Everything is allowed, and RESIZE FILE by its INS. */
export const OPEN_RULE = 'AB0A80017F90008401D49000';

/** An FCP template. */
export function template(objects: Objects, change: Objects = {}): string {
  return tlv('62', Object.values({ ...objects, ...change }).join(''));
}

/** A command of class 0X with data. */
export function command(header: string, data: string): string {
  return `${header}${octet(data.length / 2)}${data}`;
}

/** CREATE FILE. */
export function create(objects: Objects, change: Objects = {}): string {
  return command('00E00000', template(objects, change));
}

/** DELETE FILE, TERMINATE DF and TERMINATE EF. */
export function deleteFile(fid: string): string {
  return command('00E40000', fid);
}
export function terminateDf(fid: string): string {
  return command('00E60000', fid);
}
export function terminateEf(fid: string): string {
  return command('00E80000', fid);
}
/** TERMINATE CARD USAGE. */
export const TERMINATE_CARD = '00FE0000';

/** RESIZE FILE. */
export function resize(fid: string, size: number): string {
  const octets = size.toString(16).padStart(4, '0').toUpperCase();
  return command('80D40000', tlv('62', tlv('83', fid) + tlv('80', octets)));
}

/** SELECT by FID: without response data, and the FCP without its SW. */
export function go(fid: string): string {
  return `00A4000C02${fid}`;
}
export function fcpOf(card: TestCard, fid: string): string {
  return card.ask(`00A4000402${fid}00`).replace(/(?:9000|628.)$/u, '');
}

/** A card with ADM1 in the MF, on which files have been created. */
export function adminCard(setUp: readonly string[] = [], options: TestCardOptions = {}): TestCard {
  return new TestCard({ ...options, setUp: [ADM1, ...setUp] });
}

/** Gives a profile whose MF may be terminated with ADM1: record 9 of its EF_ARR says so. */
export function withTerminableMf(profile: CardProfile): CardProfile {
  return withChangedFile(
    'MF/EF.ARR',
    (file) => {
      if (!hasRecords(file)) throw new Error('EF_ARR has records');
      const records = file.records.map((record, n) =>
        n === 8 ? record.replace('80015F', '80017F') : record,
      );
      return { ...file, records };
    },
    profile,
  );
}

/** Where the basic channel stands, as far as a terminal can see it. */
function placeOf(card: TestCard): readonly string[] {
  return [card.ask('80F2000000'), card.ask('00B0000001'), card.ask('00B2000400')];
}

/** Sends what is to be refused; memory and cursor stay what they were. */
export function expectRefused(card: TestCard, refused: string, sw: string): void {
  const place = placeOf(card);
  const before = card.uicc.root;
  const { length } = card.rootsBefore;
  expect(card.send(refused), refused).toBe(sw);
  expect(card.uicc.root).toBe(before);
  if (sw !== '6581') expect(card.rootsBefore).toHaveLength(length);
  expect(placeOf(card)).toEqual(place);
  expect(card.faults).toEqual([]);
}
