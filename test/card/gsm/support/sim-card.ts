/**
 * A card that is spoken to in class A0.
 *
 * @see 3GPP TS 51.011 §9.2
 * @module
 */

import { type CardProfile, type FileProfile, hasRecords } from '../../../../src/profile/profile.ts';
import { octet, TestCard, type TestCardOptions, withFiles } from '../../support/test-card.ts';

/** The directories of a SIM. */
export const MF = '3F00';
export const DF_GSM = '7F20';
export const DF_TELECOM = '7F10';

/** CHV1 is '1234', CHV2 '0000', ADM1 '31' eight times: the PINs of the built-in profile. */
export const CHV1 = 'A020000108 31323334FFFFFFFF';
export const CHV2 = 'A020000208 30303030FFFFFFFF';
export const ADM1 = 'A020000A08 3131313131313131';
export const WRONG_CHV1 = 'A020000108 39393939FFFFFFFF';
export const WRONG_CHV2 = 'A020000208 39393939FFFFFFFF';

/** SELECT by FID. */
export function select(fid: string): string {
  return `A0A4000002${fid}`;
}

/** SELECT of one file after the other. */
export function go(...fids: readonly string[]): string[] {
  return fids.map(select);
}

/** A card to which commands have been sent; all of them went well. */
export function simCard(setUp: readonly string[] = [], options: TestCardOptions = {}): TestCard {
  const card = new TestCard(options);
  for (const command of setUp) {
    const response = card.send(command);
    if (!/(?:9F..|9000|91..)$/u.test(response)) throw new Error(`${command}: ${response}`);
  }
  return card;
}

/** Sends a command that is answered by GET RESPONSE. Gives the data. */
export function collect(card: TestCard, command: string): string {
  const response = card.send(command);
  if (!/^9F..$/u.test(response)) throw new Error(`${command}: ${response}`);
  const data = card.send(`A0C00000${response.slice(2)}`);
  if (!data.endsWith('9000')) throw new Error(`GET RESPONSE: ${data}`);
  return data.slice(0, -4);
}

/** Reads the whole of a transparent EF that is current. */
export function readAll(card: TestCard, octets: number): string {
  return card.send(`A0B00000${octet(octets % 256)}`);
}

/** Gives a card with other EFs at its end. */
export function simCardWith(
  files: readonly FileProfile[],
  setUp: readonly string[] = [],
  profile?: CardProfile,
): TestCard {
  return simCard(setUp, { profile: withFiles(files, profile) });
}

/** A transparent EF of a profile, in the way that is most often needed. */
export function transparentEf(
  path: string,
  fid: string,
  data: string,
  arr = 3,
): Extract<FileProfile, { type: 'transparent' }> {
  return { path, fid, type: 'transparent', size: data.length / 2, sfi: null, arr, data };
}

/** A linear EF of a profile. */
export function linearEf(
  path: string,
  fid: string,
  records: readonly string[],
  arr = 3,
): Extract<FileProfile, { type: 'linear' | 'cyclic' }> {
  return {
    ...{ path, fid, type: 'linear', recLen: (records[0]?.length ?? 0) / 2, sfi: null, arr },
    ...{ recCount: records.length, records, recordsFill: 'FF' },
  };
}

/** Adds a record to the EF_ARR of the USIM, as the tenth. */
export function withRule(rule: string, profile: CardProfile): CardProfile {
  const files = profile.files.map((file) =>
    file.path === 'MF/ADF.USIM/EF.ARR' && hasRecords(file)
      ? { ...file, records: [...file.records.slice(0, 9), rule] }
      : file,
  );
  return { ...profile, files };
}
