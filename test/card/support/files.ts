/**
 * How to reach and read the EFs of a profile that has the directories of the built-in one.
 *
 * @see ETSI TS 102 221 §8.4.2, §11.1.3, §11.1.5
 * @module
 */

import { type FileProfile, hasRecords } from '../../../src/profile/profile.ts';
import { octet, SELECT_ISIM, SELECT_USIM, select, type TestCard } from './test-card.ts';

/**
 * SELECT of the application that a directory belongs to, and its path, by its path in the profile.
 */
const DIRECTORY: Readonly<Record<string, readonly [application: string, path: string]>> = {
  MF: ['', ''],
  'MF/ADF.USIM': [SELECT_USIM, '7FFF'],
  'MF/ADF.USIM/DF.GSM-ACCESS': [SELECT_USIM, '7FFF5F3B'],
  'MF/ADF.USIM/DF.5GS': [SELECT_USIM, '7FFF5FC0'],
  'MF/ADF.USIM/DF.WLAN': [SELECT_USIM, '7FFF5F40'],
  'MF/ADF.USIM/DF.HNB': [SELECT_USIM, '7FFF5F50'],
  'MF/ADF.USIM/DF.SNPN': [SELECT_USIM, '7FFF5FE0'],
  'MF/ADF.ISIM': [SELECT_ISIM, '7FFF'],
  'MF/DF.TELECOM': ['', '7F10'],
  'MF/DF.TELECOM/DF.PHONEBOOK': ['', '7F105F3A'],
};

/** Gives the commands that make an EF current. */
export function selectionOf(file: FileProfile): string[] {
  const found = DIRECTORY[file.path.slice(0, file.path.lastIndexOf('/'))];
  if (found === undefined) throw new Error(`${file.path}: a directory that is not in the table`);
  const [application, path] = found;
  return application === ''
    ? [select(`${path}${file.fid}`)]
    : [application, select(`${path}${file.fid}`)];
}

/**
 * Reads an EF, all records of it, to hex; it must be readable, and at most 256 octets a command.
 */
export function contentOf(card: TestCard, file: FileProfile): string {
  for (const command of selectionOf(file)) card.expectOk(command);
  const commands = !hasRecords(file)
    ? ['00B0000000']
    : Array.from({ length: file.recCount }, (_, n) => `00B2${octet(n + 1)}0400`);
  return commands.map((command) => card.ask(command).replace(/9000$/u, '')).join('');
}
