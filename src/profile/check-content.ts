/**
 * Checks what is in the EFs of a profile: their lengths, and that EF_ICCID and EF_IMSI say the same
 * as the profile.
 *
 * @see ETSI TS 102 221 §13.2 (EF_ICCID); 3GPP TS 31.102 §4.2.2 (EF_IMSI)
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeIccid, encodeImsi, iccid, imsi } from '../bytes/identity.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';
import { count, kindOf, type Path, type Report } from './faults.ts';
import type { BerTlvFileProfile, CardProfile, FileProfile } from './profile.ts';
import { applicationPaths, type ProfileTree, USIM_AID } from './tree.ts';

/** What `recordsFill` says when the missing records are copies. */
export const SAME_AS_RECORD_1 = 'same-as-record-1';

/** Hex text of another length, or with half an octet, is told by its digits. */
function checkLength(hex: string, octets: number, by: string, at: Path, report: Report): void {
  if (hex.length === octets * 2) return;
  const found = hex.length % 2 === 0 ? count(hex.length / 2, 'octet') : kindOf(hex);
  report(at, `${count(octets, 'octet')}, as ${by} says`, found);
}

/** Checks that the content of a BER-TLV EF is data objects, one of each tag, and has room. */
function checkObjects({ data, size }: BerTlvFileProfile, at: Path, report: Report): void {
  try {
    const tags = decodeBerTlvs(fromHex(data), 'data').map(({ tag }) => tag);
    if (new Set(tags).size < tags.length) report(at, 'one object of each tag', 'two of one');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    report(at, 'BER-TLV data objects', 'other octets');
    return;
  }
  if (data.length > size * 2) {
    report(at, `at most ${count(size, 'octet')}, as size says`, count(data.length / 2, 'octet'));
  }
}

function checkLengths(file: FileProfile, n: number, report: Report): void {
  const at = ['files', n];
  if (file.type === 'ber-tlv') {
    checkObjects(file, [...at, 'data'], report);
    return;
  }
  if (file.type === 'transparent') {
    checkLength(file.data, file.size, 'size', [...at, 'data'], report);
    return;
  }
  const { records, recLen, recCount, recordsFill } = file;
  if (records.length > recCount) {
    const found = count(records.length, 'record');
    report([...at, 'records'], `at most ${recCount}, as recCount says`, found);
  }
  for (const [r, record] of records.entries()) {
    checkLength(record, recLen, 'recLen', [...at, 'records', r], report);
  }
  if (recordsFill === SAME_AS_RECORD_1 && records.length === 0) {
    report([...at, 'records'], `a first record, as recordsFill is "${SAME_AS_RECORD_1}"`, 'none');
  }
}

/** Checks that an EF is there and holds what it must; a wrong length is reported elsewhere. */
function checkIdentity(
  profile: CardProfile,
  index: number | undefined,
  ef: { readonly name: string; readonly content: Uint8Array; readonly says: string },
  report: Report,
): void {
  const file = index === undefined ? undefined : profile.files[index];
  if (index === undefined || file === undefined) {
    report(['files'], ef.name, 'none');
  } else if (file.type !== 'transparent') {
    report(['files', index, 'type'], `"transparent" for ${ef.name}`, `"${file.type}"`);
  } else if (file.size !== ef.content.length) {
    const expected = `${ef.content.length} for ${ef.name}`;
    report(['files', index, 'size'], expected, `${file.size}`);
  } else if (file.data.length === file.size * 2 && file.data.toLowerCase() !== toHex(ef.content)) {
    report(['files', index, 'data'], `"${toHex(ef.content)}", ${ef.says}`, 'other octets');
  }
}

/** Checks the content of all EFs. */
export function checkContent(profile: CardProfile, tree: ProfileTree, report: Report): void {
  for (const [n, file] of profile.files.entries()) checkLengths(file, n, report);

  checkIdentity(
    profile,
    tree.ef('MF', '2FE2'),
    {
      name: 'EF_ICCID, FID 2FE2 in "MF"',
      content: encodeIccid(iccid(profile.iccid)),
      says: 'the ICCID of the profile',
    },
    report,
  );
  const usims = applicationPaths(profile, USIM_AID);
  if (usims.length === 0) {
    report(['directories'], `a USIM, an ADF with an AID that begins with ${USIM_AID}`, 'none');
  }
  for (const adf of usims) {
    checkIdentity(
      profile,
      tree.ef(adf, '6F07'),
      {
        name: `EF_IMSI, FID 6F07 in "${adf}"`,
        content: encodeImsi(imsi(profile.imsi)),
        says: 'the IMSI of the profile',
      },
      report,
    );
  }
}
