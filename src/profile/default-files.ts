/**
 * Directories and EFs of the built-in test profile: a USIM and an ISIM of the test PLMN 001/01.
 *
 * One row an EF. Content is written as far as it says something; 'FF' stands behind it up to the
 * size. An EF that stands empty until an ME writes it has the content for "none" of its clause.
 *
 * @see 3GPP TS 31.102 §4.2 (USIM); 3GPP TS 31.103 (ISIM); ETSI TS 102 221 §13 (EFs of the MF)
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { EF_DOMAIN, EF_IMPI, EF_IMPU } from '../ef/identity.ts';
import { STANDARD_RULES } from '../ef/standard-rules.ts';
import type { DirectoryProfile, FileProfile, RecordFileProfile } from './profile.ts';

/** FID, SFI and record of the EF_ARR. */
type Place = readonly [fid: string, sfi: number | null, arr: number];

function ff(octets: number): string {
  return 'FF'.repeat(octets);
}

function transparent(name: string, place: Place, size: number, content: string): FileProfile {
  const [fid, sfi, arr] = place;
  const data = content.padEnd(size * 2, 'F');
  return { path: name, fid, type: 'transparent', size, sfi, arr, data };
}

function linear(
  name: string,
  place: Place,
  shape: readonly [recLen: number, recCount: number],
  contents: readonly string[],
  recordsFill = 'FF',
): RecordFileProfile {
  const [fid, sfi, arr] = place;
  const [recLen, recCount] = shape;
  const records = contents.map((content) => content.padEnd(recLen * 2, 'F'));
  return { path: name, fid, type: 'linear', recLen, recCount, sfi, arr, records, recordsFill };
}

function inDirectory(directory: string, files: readonly FileProfile[]): FileProfile[] {
  return files.map((file) => ({ ...file, path: `${directory}/${file.path}` }));
}

/** AIDs: RID of 3GPP, application code, country and provider of a test card. */
const USIM = 'A0000000871002FFFFFFFF8900000100';
const ISIM = 'A0000000871004FFFFFFFF8900000100';

/** The directories, parents first. */
export const DEFAULT_DIRECTORIES: readonly DirectoryProfile[] = [
  { path: 'MF', fid: '3F00', arr: '2F06/9', pins: ['01', '0A'] },
  { path: 'MF/ADF.USIM', fid: '7FFF', aid: USIM, arr: '2F06/9', pins: ['01', '81', '0A'] },
  { path: 'MF/ADF.ISIM', fid: '7FFF', aid: ISIM, arr: '2F06/9', pins: ['01', '81', '0A'] },
  { path: 'MF/DF.TELECOM', fid: '7F10', arr: '2F06/9', pins: ['01', '0A'] },
  { path: 'MF/DF.TELECOM/DF.PHONEBOOK', fid: '5F3A', arr: '6F06/9', pins: ['01', '0A'] },
  { path: 'MF/ADF.USIM/DF.GSM-ACCESS', fid: '5F3B', arr: '6F06/9', pins: ['01', '81', '0A'] },
  { path: 'MF/ADF.USIM/DF.5GS', fid: '5FC0', arr: '6F06/9', pins: ['01', '81', '0A'] },
];

/** The IMS identities of the IMSI 001010123456789. */
const DOMAIN = 'ims.mnc001.mcc001.3gppnetwork.org';
const IMPI = `001010123456789@${DOMAIN}`;

function hex(octets: Uint8Array): string {
  return toHex(octets).toUpperCase();
}

/** A PLMN that is none, with no access technology. */
const NO_PLMN = 'FFFFFF0000';

const MF_FILES: readonly FileProfile[] = [
  transparent('EF.ICCID', ['2FE2', 2, 7], 10, '98990901000000000031'),
  linear(
    'EF.DIR',
    ['2F00', 30, 1],
    [40, 4],
    [`61184F10${USIM}50045553494D`, `61184F10${ISIM}50044953494D`],
  ),
  transparent('EF.PL', ['2F05', 5, 4], 8, '656E'),
  linear('EF.ARR', ['2F06', 6, 1], [64, 10], STANDARD_RULES),
  transparent('EF.UMPC', ['2F08', 8, 1], 5, '3C0500'),
];

const USIM_FILES: readonly FileProfile[] = [
  transparent('EF.LI', ['6F05', 2, 4], 2, ''),
  linear('EF.ARR', ['6F06', 23, 1], [64, 10], STANDARD_RULES),
  transparent('EF.IMSI', ['6F07', 7, 2], 9, '080910101032547698'),
  transparent('EF.Keys', ['6F08', 8, 3], 33, '07'),
  transparent('EF.KeysPS', ['6F09', 9, 3], 33, '07'),
  transparent('EF.HPPLMN', ['6F31', 18, 2], 1, '05'),
  transparent('EF.UST', ['6F38', 4, 2], 17, '000A1F0C21360400400110000000002E00'),
  transparent('EF.GID1', ['6F3E', null, 2], 4, ''),
  transparent('EF.GID2', ['6F3F', null, 2], 4, ''),
  transparent('EF.SPN', ['6F46', null, 1], 17, '0054657374205553494D'),
  transparent('EF.PLMNwAcT', ['6F60', 10, 3], 40, `00F110C880${NO_PLMN.repeat(7)}`),
  transparent('EF.OPLMNwAcT', ['6F61', 17, 2], 40, NO_PLMN.repeat(8)),
  transparent('EF.HPLMNwAcT', ['6F62', 19, 2], 40, `00F110C880${NO_PLMN.repeat(7)}`),
  transparent('EF.ACC', ['6F78', 6, 2], 2, '0200'),
  transparent('EF.FPLMN', ['6F7B', 13, 3], 12, ''),
  transparent('EF.LOCI', ['6F7E', 11, 3], 11, 'FFFFFFFFFFFFFF0000FF01'),
  transparent('EF.PSLOCI', ['6F73', 12, 3], 14, `${ff(10)}0000FF01`),
  transparent('EF.AD', ['6FAD', 3, 1], 4, '00000002'),
  linear('EF.ECC', ['6FB7', 1, 1], [4, 5], ['11F2FF00']),
  linear('EF.SMS', ['6F3C', null, 3], [176, 10], ['00'], 'same-as-record-1'),
  transparent('EF.SMSS', ['6F43', null, 3], 2, ''),
  linear(
    'EF.SMSP',
    ['6F42', null, 3],
    [40, 1],
    [`${ff(12)}E1${ff(12)}07911032547698F0FFFFFFFF0000A9`],
  ),
  linear('EF.MSISDN', ['6F40', null, 3], [24, 1], ['']),
  transparent('EF.START-HFN', ['6F5B', 15, 3], 6, 'F00000F00000'),
  transparent('EF.THRESHOLD', ['6F5C', 16, 2], 3, ''),
  transparent('EF.NETPAR', ['6FC4', null, 3], 46, ''),
  linear('EF.PNN', ['6FC5', 25, 1], [24, 2], ['430981D4F29C0E82329B4E']),
  linear('EF.OPL', ['6FC6', 26, 1], [8, 2], ['00F1100000FFFE01']),
  transparent('EF.SPDI', ['6FCD', 27, 2], 16, 'A305800300F110'),
  transparent('EF.EHPLMN', ['6FD9', 29, 2], 12, '00F110'),
  transparent('EF.EHPLMNPI', ['6FDB', null, 2], 1, '00'),
  transparent('EF.EPSLOCI', ['6FE3', 30, 3], 18, `${ff(15)}000001`),
  linear('EF.EPSNSC', ['6FE4', 24, 3], [54, 1], ['']),
];

const GSM_ACCESS_FILES: readonly FileProfile[] = [
  transparent('EF.Kc', ['4F20', 1, 3], 9, `${ff(8)}07`),
  transparent('EF.KcGPRS', ['4F52', 2, 3], 9, `${ff(8)}07`),
];

const FIVE_GS_FILES: readonly FileProfile[] = [
  transparent('EF.5GS3GPPLOCI', ['4F01', 1, 3], 20, `${ff(19)}01`),
  transparent('EF.5GSN3GPPLOCI', ['4F02', 2, 3], 20, `${ff(19)}01`),
  linear('EF.5GS3GPPNSC', ['4F03', 3, 3], [57, 1], ['']),
  linear('EF.5GSN3GPPNSC', ['4F04', 4, 3], [57, 1], ['']),
  transparent('EF.5GAUTHKEYS', ['4F05', 5, 3], 68, ''),
  transparent('EF.UAC_AIC', ['4F06', 6, 2], 4, '00000000'),
  transparent('EF.SUCI_Calc_Info', ['4F07', 7, 2], 4, 'A0020000'),
  transparent('EF.Routing_Indicator', ['4F0A', 10, 2], 4, 'F0'),
];

const TELECOM_FILES: readonly FileProfile[] = [
  linear('EF.ARR', ['6F06', null, 1], [64, 10], STANDARD_RULES),
];

const PHONEBOOK_FILES: readonly FileProfile[] = [
  linear('EF.PBR', ['4F30', null, 2], [16, 1], ['A805C0034F3A01']),
  linear('EF.ADN', ['4F3A', 1, 3], [28, 10], ['']),
];

const ISIM_FILES: readonly FileProfile[] = [
  transparent('EF.IMPI', ['6F02', 2, 2], 51, hex(EF_IMPI.encode(IMPI))),
  transparent('EF.DOMAIN', ['6F03', 5, 2], 35, hex(EF_DOMAIN.encode(DOMAIN))),
  linear('EF.IMPU', ['6F04', 4, 2], [80, 1], [hex(EF_IMPU.encode(`sip:${IMPI}`))]),
  linear('EF.ARR', ['6F06', 6, 1], [64, 10], STANDARD_RULES),
  transparent('EF.IST', ['6F07', 7, 2], 1, '00'),
  transparent('EF.AD', ['6FAD', 3, 1], 3, '000000'),
];

/** The EFs, directory by directory. */
export const DEFAULT_FILES: readonly FileProfile[] = [
  ...inDirectory('MF', MF_FILES),
  ...inDirectory('MF/ADF.USIM', USIM_FILES),
  ...inDirectory('MF/ADF.USIM/DF.GSM-ACCESS', GSM_ACCESS_FILES),
  ...inDirectory('MF/ADF.USIM/DF.5GS', FIVE_GS_FILES),
  ...inDirectory('MF/DF.TELECOM', TELECOM_FILES),
  ...inDirectory('MF/DF.TELECOM/DF.PHONEBOOK', PHONEBOOK_FILES),
  ...inDirectory('MF/ADF.ISIM', ISIM_FILES),
];
