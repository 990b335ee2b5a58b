/**
 * Which files an ME reads at start-up, in which order.
 *
 * Small files of a known size are read by SFI, one command each. Lists are selected first, because
 * they may be longer than one answer. From EF_Kc on the current directory is no longer the ADF, and
 * no SFI would find anything.
 *
 * @see 3GPP TS 31.102 §4.2, §4.4, and its initialisation procedures; 3GPP TS 31.103 §4.2
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { EF_ACC, EF_AD } from '../ef/administration.ts';
import { EF_DIR } from '../ef/application-directory.ts';
import { opaque } from '../ef/codec.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { EF_ECC, EF_MSISDN } from '../ef/dialling.ts';
import { EF_DOMAIN, EF_ICCID, EF_IMPI, EF_IMPU, EF_IMSI } from '../ef/identity.ts';
import { EF_EPSNSC, EF_Kc, EF_Keys, EF_KeysPS, EF_START_HFN, EF_THRESHOLD } from '../ef/keys.ts';
import { EF_LI, EF_PL } from '../ef/languages.ts';
import { EF_EPSLOCI, EF_LOCI, EF_NETPAR, EF_PSLOCI } from '../ef/location.ts';
import { EF_PNN, EF_SPN } from '../ef/names.ts';
import { EF_OPL } from '../ef/operator-lists.ts';
import {
  EF_EHPLMN,
  EF_FPLMN,
  EF_HPLMNwAcT,
  EF_HPPLMN,
  EF_OPLMNwAcT,
  EF_PLMNwAcT,
} from '../ef/plmn-lists.ts';
import { EF_EST, EF_UST } from '../ef/services.ts';
import { EF_SMSP, EF_SMSS } from '../ef/sms.ts';
import { ADF, type FileRow } from './files.ts';

const DF_GSM_ACCESS = 0x5f3b;
const DF_TELECOM = 0x7f10;
const DF_PHONEBOOK = 0x5f3a;

/** Where the files of the phone book are; of no interest here beyond being read. */
export const EF_PBR: EfDefinition<Uint8Array> = {
  name: 'EF_PBR',
  fid: 0x4f30,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.2',
  ...opaque('EF_PBR'),
  vectors: [['a805c0034f3a01ff', fromHex('a805c0034f3a01ff')]], // default test profile, cut short
};

function bySfi(ef: EfDefinition<unknown>, service?: number): FileRow {
  return { ef, path: [ADF, ef.fid], sfi: ef.sfi, service };
}

function byPath(ef: EfDefinition<unknown>, above: readonly number[], service?: number): FileRow {
  return { ef, path: [...above, ef.fid], sfi: undefined, service };
}

/** Before any application is selected. */
export const UICC_FILES: readonly FileRow[] = [byPath(EF_ICCID, []), byPath(EF_PL, [])];

/** The applications of the card. */
export const DIRECTORY_FILE: FileRow = byPath(EF_DIR, []);

/** In the ISIM, on a logical channel of its own. */
export const ISIM_FILES: readonly FileRow[] = [bySfi(EF_IMPI), bySfi(EF_DOMAIN), bySfi(EF_IMPU)];

/** In the USIM. EF_UST stands before the first row that has a service. */
export const USIM_FILES: readonly FileRow[] = [
  bySfi(EF_ECC),
  bySfi(EF_LI),
  bySfi(EF_IMSI),
  bySfi(EF_AD),
  bySfi(EF_ACC),
  bySfi(EF_HPPLMN),
  bySfi(EF_UST),
  bySfi(EF_EST, 34),
  byPath(EF_SPN, [ADF], 19),
  bySfi(EF_PNN, 45),
  bySfi(EF_OPL, 46),
  byPath(EF_PLMNwAcT, [ADF], 20),
  byPath(EF_OPLMNwAcT, [ADF], 42),
  byPath(EF_HPLMNwAcT, [ADF], 43),
  byPath(EF_FPLMN, [ADF]),
  byPath(EF_EHPLMN, [ADF], 71),
  bySfi(EF_LOCI),
  bySfi(EF_PSLOCI),
  bySfi(EF_EPSLOCI, 85),
  bySfi(EF_Keys),
  bySfi(EF_KeysPS),
  bySfi(EF_EPSNSC, 85),
  bySfi(EF_START_HFN),
  bySfi(EF_THRESHOLD),
  byPath(EF_Kc, [ADF, DF_GSM_ACCESS], 27),
  byPath(EF_NETPAR, [ADF]),
  byPath(EF_SMSP, [ADF], 12),
  byPath(EF_SMSS, [ADF], 10),
  byPath(EF_MSISDN, [ADF], 21),
  byPath(EF_PBR, [DF_TELECOM, DF_PHONEBOOK]),
];
