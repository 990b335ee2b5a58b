/**
 * What is sound in a profile and perhaps not meant: a service without its file, a scheme for the
 * SUCI without its key.
 *
 * @see 3GPP TS 31.102 §4.2.8 (EF_UST), §4.4.11.8 (EF_SUCI_Calc_Info);
 *   3GPP TS 31.103 §4.2.7 (EF_IST)
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { isSuciProfile, type SuciProfile } from '../bytes/suci.ts';
import { isSuciPublicKey } from '../crypto/suci.ts';
import { EF_SUCI_Calc_Info } from '../ef/concealment.ts';
import { EF_DEFINITIONS } from '../ef/definitions.ts';
import { EF_MAKING, type MadeDirectory } from '../ef/making.ts';
import { EF_IST, EF_UST, type ServiceTable } from '../ef/services.ts';
import { jsonPath, type ProfileFault } from './faults.ts';
import { contentsOf } from './known-files.ts';
import type { CardProfile } from './profile.ts';
import { SERVICE_DFS, servicesOf } from './services.ts';
import {
  applicationPaths,
  childDirectory,
  ISIM_AID,
  type ProfileTree,
  profileTree,
  USIM_AID,
} from './tree.ts';

const DF_5GS = '5FC0';
const PROFILE_NAME: Readonly<Record<SuciProfile, string>> = { 1: 'A', 2: 'B' };

/** The EFs that services ask for and a directory does not have, with those services. */
function missing(
  tree: ProfileTree,
  directory: MadeDirectory,
  path: string | undefined,
  services: ServiceTable,
): { readonly name: string; readonly set: readonly number[] }[] {
  return EF_MAKING[directory].flatMap(({ name, when }) => {
    if (typeof when === 'string') return [];
    const set = when.find((one) => one.every((service) => services.includes(service)));
    const ef = EF_DEFINITIONS[directory].find((definition) => definition.name === name);
    if (set === undefined || ef === undefined) return [];
    const fid = ef.fid.toString(16).padStart(4, '0');
    return path !== undefined && tree.ef(path, fid) !== undefined ? [] : [{ name, set }];
  });
}

/** EF_SUCI_Calc_Info that makes no sense, or a scheme of it whose key is none of its curve. */
function concealmentHints(
  profile: CardProfile,
  tree: ProfileTree,
  adf: string,
): readonly ProfileFault[] {
  const directory = childDirectory(profile.directories, adf, DF_5GS);
  const fid = EF_SUCI_Calc_Info.fid.toString(16);
  const index = directory === undefined ? undefined : tree.ef(directory, fid);
  const file = index === undefined ? undefined : profile.files[index];
  const [content] = file === undefined ? [] : contentsOf(file);
  if (index === undefined || content === undefined) return [];
  const path = jsonPath(['files', index, 'data']);
  const read = understood(() => ({ info: EF_SUCI_Calc_Info.decode(fromHex(content)) }));
  if (read === undefined) {
    return [{ path, expected: 'schemes and keys for the SUCI', found: 'what makes no sense' }];
  }
  const { schemes, keys } = read.info ?? { schemes: [], keys: [] };
  return schemes.flatMap(({ identifier, keyIndex }) => {
    if (!isSuciProfile(identifier)) return [];
    const key = keys[keyIndex - 1]?.key;
    if (key !== undefined && isSuciPublicKey(identifier, key)) return [];
    const expected = `a public key of profile ${PROFILE_NAME[identifier]} as key ${keyIndex}`;
    return { path, expected, found: key === undefined ? 'no such key' : 'none of its curve' };
  });
}

/**
 * Tells which announced services lack their files, and which schemes for the SUCI their key. A
 * profile with hints is sound all the same.
 *
 * Of a phone book only EF_PBR is looked for: the other EFs are the card's choice.
 *
 * @param profile a checked profile
 * @returns what would be expected and what was found, each with the path of the service table or
 *   of EF_SUCI_Calc_Info
 * @see docs/profile.md, "Hints"
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, profileHints } from 'vuicc';
 *
 * const files = DEFAULT_PROFILE.files.filter(({ fid }) => fid !== '6F46');
 * const [hint] = profileHints({ ...DEFAULT_PROFILE, files });
 * if (hint?.expected !== 'EF_SPN, as service 19 is announced') throw new Error(hint?.expected);
 * ```
 */
export function profileHints(profile: CardProfile): readonly ProfileFault[] {
  const tree = profileTree(profile);
  const hints: ProfileFault[] = [];
  const add = (adf: string, table: number, directories: typeof SERVICE_DFS): void => {
    const index = tree.ef(adf, table.toString(16));
    if (index === undefined) return;
    const services = tableOf(profile, index);
    for (const [fid, directory] of directories) {
      const path = fid === '' ? adf : childDirectory(profile.directories, adf, fid);
      for (const { name, set } of missing(tree, directory, path, services)) {
        hints.push(hint(index, name, set));
      }
    }
    const book = childDirectory(profile.directories, adf, '5F3A') ?? telecomBook(profile);
    const [reference] = missing(tree, 'PHONEBOOK', book, services);
    if (table === EF_UST.fid && reference?.name === 'EF_PBR') {
      hints.push(hint(index, reference.name, reference.set));
    }
  };
  for (const adf of applicationPaths(profile, USIM_AID)) {
    add(adf, EF_UST.fid, [['', 'USIM'], ...SERVICE_DFS]);
    hints.push(...concealmentHints(profile, tree, adf));
  }
  for (const adf of applicationPaths(profile, ISIM_AID)) add(adf, EF_IST.fid, [['', 'ISIM']]);
  return hints;
}

function telecomBook({ directories }: CardProfile): string | undefined {
  const telecom = childDirectory(directories, 'MF', '7F10');
  return telecom && childDirectory(directories, telecom, '5F3A');
}

function tableOf(profile: CardProfile, index: number): ServiceTable {
  return understood(() => servicesOf(profile.files[index])) ?? [];
}

function hint(index: number, name: string, set: readonly number[]): ProfileFault {
  const services = `${set.length === 1 ? 'service' : 'services'} ${set.join(' and ')}`;
  const verb = set.length === 1 ? 'is' : 'are';
  return {
    path: jsonPath(['files', index, 'data']),
    expected: `${name}, as ${services} ${verb} announced`,
    found: 'no such EF',
  };
}
