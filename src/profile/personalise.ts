/**
 * Makes the profile of another card: its ICCID, its IMSI, its keys, and the EFs that follow.
 *
 *     EF_ICCID            the ICCID
 *     EF_IMSI             the IMSI
 *     EF_AD, octet 4      how many digits of it are the MNC
 *     EF_ACC              the access class that its last digit names
 *     EF_IMPI, EF_IMPU, EF_DOMAIN   the IMS identities that follow from it
 *
 * Lists of networks (EF_PLMNwAcT, EF_HPLMNwAcT, EF_EHPLMN, EF_SPDI, EF_OPL) stay: they belong to
 * the operator, whose cards differ in nothing else.
 *
 * @see 3GPP TS 31.102 §4.2; 3GPP TS 31.103; 3GPP TS 23.003 §13
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import type { Iccid, Imsi } from '../bytes/identity.ts';
import { homeDomain, impi, impu } from '../bytes/ims.ts';
import { EF_ACC, EF_AD } from '../ef/administration.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { EF_DOMAIN, EF_ICCID, EF_IMPI, EF_IMPU, EF_IMSI } from '../ef/identity.ts';
import {
  type CardProfile,
  type FileProfile,
  hasRecords,
  type KeyTableEntryProfile,
} from './profile.ts';
import { applicationPaths, ISIM_AID, profileTree, USIM_AID } from './tree.ts';

/** What one card does not share with the others of its batch. */
export interface Person {
  readonly iccid: Iccid;
  readonly imsi: Imsi;
  /** Digits of the MNC in the IMSI. */
  readonly mncLength: 2 | 3;
  /** The Ki/OTA pairs, 1 to 255. The first goes with the IMSI. */
  readonly entries: readonly KeyTableEntryProfile[];
}

/** Where EF_AD says the length of the MNC: in b4 to b1, the other bits are RFU. */
const MNC_LENGTH_OFFSET = 3;
const RFU_BITS = 0xf0;

/** Writes a transparent EF, or the first record of another. */
function withContent(file: FileProfile, octets: Uint8Array): FileProfile {
  const content = toHex(octets).toUpperCase();
  if (!hasRecords(file)) return { ...file, data: content };
  return { ...file, records: [content, ...file.records.slice(1)] };
}

function withMncLength(file: FileProfile, mncLength: 2 | 3): FileProfile {
  const content = fromHex(file.type === 'transparent' ? file.data : '', EF_AD.name);
  const last = content[MNC_LENGTH_OFFSET];
  if (last === undefined) {
    throw new RangeError(`${EF_AD.name}: expected 4 octets or more, got ${content.length}`);
  }
  content[MNC_LENGTH_OFFSET] = (last & RFU_BITS) | mncLength;
  return withContent(file, content);
}

/**
 * Gives the profile of another card.
 *
 * EFs that the profile does not have are not made, and other files and the PINs stay as they are.
 *
 * @param profile a checked profile; not changed
 * @returns a new profile that shares with the old one what is the same; its first pair is active
 * @throws {RangeError} an EF has no room for its new content, or EF_AD none for the MNC length
 * @see 3GPP TS 31.102 §4.2; 3GPP TS 31.103
 * @example
 * ```ts
 * import { checkProfile, DEFAULT_PROFILE, iccid, imsi, personalise } from 'vuicc';
 *
 * const profile = personalise(DEFAULT_PROFILE, {
 *   iccid: iccid('89999010000000000021'),
 *   imsi: imsi('001010000000002'),
 *   mncLength: 2,
 *   entries: DEFAULT_PROFILE.keyTable.entries,
 * });
 * if (!checkProfile(profile).ok) throw new Error('its EFs agree with its IMSI');
 * ```
 */
export function personalise(profile: CardProfile, person: Person): CardProfile {
  const { iccid, imsi, mncLength, entries } = person;
  const tree = profileTree(profile);
  const files = [...profile.files];
  const rewrite = (
    directory: string,
    { fid }: { readonly fid: number },
    change: (file: FileProfile) => FileProfile,
  ): void => {
    const index = tree.ef(directory, fid.toString(16));
    const file = index === undefined ? undefined : files[index];
    if (index !== undefined && file !== undefined) files[index] = change(file);
  };
  const write = <T>(directory: string, ef: EfDefinition<T>, value: T): void =>
    rewrite(directory, ef, (file) => {
      // Data objects are nobody's who writes fields.
      if (file.type === 'ber-tlv') return file;
      const size = hasRecords(file) ? file.recLen : file.size;
      return withContent(file, ef.encode(value, size));
    });

  write('MF', EF_ICCID, iccid);
  for (const usim of applicationPaths(profile, USIM_AID)) {
    write(usim, EF_IMSI, imsi);
    write(usim, EF_ACC, [Number(imsi.at(-1))]);
    rewrite(usim, EF_AD, (file) => withMncLength(file, mncLength));
  }
  for (const isim of applicationPaths(profile, ISIM_AID)) {
    write(isim, EF_IMPI, impi(imsi, mncLength));
    write(isim, EF_DOMAIN, homeDomain(imsi, mncLength));
    write(isim, EF_IMPU, impu(imsi, mncLength));
  }
  return { ...profile, iccid, imsi, keyTable: { active: 0, entries }, files };
}
