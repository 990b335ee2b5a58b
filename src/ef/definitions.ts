/**
 * All definitions, by the directory that holds them.
 *
 * An application's own FIDs start again in each directory: '6F07' is EF_IMSI in the USIM and EF_IST
 * in the ISIM.
 *
 * @see 3GPP TS 31.102 §4 (files of the USIM); 3GPP TS 31.103 §4; ETSI TS 102 221 §13
 * @module
 */

import { EF_ARR_ISIM, EF_ARR_MF, EF_ARR_TELECOM, EF_ARR_USIM } from './access-rule-files.ts';
import { EF_ACC, EF_AD, EF_AD_ISIM, EF_UAC_AIC } from './administration.ts';
import { EF_DIR } from './application-directory.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from './concealment.ts';
import type { EfDefinition } from './definition.ts';
import { EF_ADN, EF_ECC, EF_MSISDN } from './dialling.ts';
import { EF_DOMAIN, EF_GID1, EF_GID2, EF_ICCID, EF_IMPI, EF_IMPU, EF_IMSI } from './identity.ts';
import {
  EF_5GAUTHKEYS,
  EF_5GS3GPPNSC,
  EF_5GSN3GPPNSC,
  EF_EPSNSC,
  EF_Kc,
  EF_KcGPRS,
  EF_Keys,
  EF_KeysPS,
  EF_START_HFN,
  EF_THRESHOLD,
} from './keys.ts';
import { EF_LI, EF_PL } from './languages.ts';
import {
  EF_5GS3GPPLOCI,
  EF_5GSN3GPPLOCI,
  EF_EPSLOCI,
  EF_LOCI,
  EF_NETPAR,
  EF_PSLOCI,
} from './location.ts';
import { EF_PNN, EF_SPN } from './names.ts';
import { EF_OPL, EF_SPDI } from './operator-lists.ts';
import {
  EF_EHPLMN,
  EF_EHPLMNPI,
  EF_FPLMN,
  EF_HPLMNwAcT,
  EF_HPPLMN,
  EF_OPLMNwAcT,
  EF_PLMNwAcT,
} from './plmn-lists.ts';
import { EF_EST, EF_IST, EF_UST } from './services.ts';
import { EF_SMSP, EF_SMSS } from './sms.ts';

/** A directory whose EFs are known here. */
export type EfDirectory = 'MF' | 'USIM' | 'GSM-ACCESS' | '5GS' | 'ISIM' | 'TELECOM';

/** The EFs of each directory. */
export const EF_DEFINITIONS: Readonly<Record<EfDirectory, readonly EfDefinition<unknown>[]>> = {
  MF: [EF_DIR, EF_PL, EF_ARR_MF, EF_ICCID],
  USIM: [
    EF_LI,
    EF_ARR_USIM,
    EF_IMSI,
    EF_Keys,
    EF_KeysPS,
    EF_HPPLMN,
    EF_UST,
    EF_GID1,
    EF_GID2,
    EF_MSISDN,
    EF_SMSP,
    EF_SMSS,
    EF_SPN,
    EF_EST,
    EF_START_HFN,
    EF_THRESHOLD,
    EF_PLMNwAcT,
    EF_OPLMNwAcT,
    EF_HPLMNwAcT,
    EF_PSLOCI,
    EF_ACC,
    EF_FPLMN,
    EF_LOCI,
    EF_AD,
    EF_ECC,
    EF_NETPAR,
    EF_PNN,
    EF_OPL,
    EF_SPDI,
    EF_EHPLMN,
    EF_EHPLMNPI,
    EF_EPSLOCI,
    EF_EPSNSC,
  ],
  'GSM-ACCESS': [EF_Kc, EF_KcGPRS],
  '5GS': [
    EF_5GS3GPPLOCI,
    EF_5GSN3GPPLOCI,
    EF_5GS3GPPNSC,
    EF_5GSN3GPPNSC,
    EF_5GAUTHKEYS,
    EF_UAC_AIC,
    EF_SUCI_Calc_Info,
    EF_Routing_Indicator,
  ],
  ISIM: [EF_IMPI, EF_DOMAIN, EF_IMPU, EF_ARR_ISIM, EF_IST, EF_SMSP, EF_SMSS, EF_AD_ISIM],
  TELECOM: [EF_ARR_TELECOM, EF_ADN, EF_MSISDN, EF_SMSP, EF_SMSS],
};

/**
 * Finds the definition of an EF.
 *
 * @param fid 16 bits
 * @returns `undefined` when the file is not known here
 * @see 3GPP TS 31.102 §4
 * @example
 * ```ts
 * import { efDefinition, fromHex } from 'vuicc';
 *
 * const imsi = efDefinition('USIM', 0x6f07)?.decode(fromHex('080910101032547698'));
 * if (imsi !== '001010123456789') throw new Error('the IMSI of the test profile');
 * ```
 */
export function efDefinition(
  directory: EfDirectory,
  fid: number,
): EfDefinition<unknown> | undefined {
  return EF_DEFINITIONS[directory].find((definition) => definition.fid === fid);
}
