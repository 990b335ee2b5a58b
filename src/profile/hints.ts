/**
 * What is sound in a profile and perhaps not meant: a service without its file.
 *
 * @see 3GPP TS 31.102 §4.2.8 (EF_UST); 3GPP TS 31.103 §4.2.7 (EF_IST)
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { EF_DEFINITIONS } from '../ef/definitions.ts';
import { EF_MAKING, type MadeDirectory } from '../ef/making.ts';
import { EF_IST, EF_UST, type ServiceTable } from '../ef/services.ts';
import { jsonPath, type ProfileFault } from './faults.ts';
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

/**
 * Tells which announced services lack their files. A profile with hints is sound all the same.
 *
 * Of a phone book only EF_PBR is looked for: the other EFs are the card's choice.
 *
 * @param profile a checked profile
 * @returns what would be expected and what was found, each with the path of the service table
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
