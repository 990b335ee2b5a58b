/**
 * All definitions, by the directory that holds them.
 *
 * An application's own FIDs start again in each directory: '6F07' is EF_IMSI in the USIM and EF_IST
 * in the ISIM.
 *
 * @see 3GPP TS 31.102 §4 (files of the USIM); 3GPP TS 31.103 §4; ETSI TS 102 221 §13
 * @see 3GPP TS 51.011 §10.3 (DF GSM), §10.5 (DF TELECOM)
 * @module
 */

import { EF_ARR_ISIM, EF_ARR_MF, EF_ARR_TELECOM, EF_ARR_USIM } from './access-rule-files.ts';
import { EF_ACC, EF_AD, EF_AD_ISIM, EF_UAC_AIC } from './administration.ts';
import { EF_DIR } from './application-directory.ts';
import { EF_GBABP, EF_GBABP_ISIM, EF_MMSN, EF_MSK, EF_NAFKCA } from './bootstrapping.ts';
import { EF_ACM, EF_ACMmax, EF_ICI, EF_ICT, EF_OCI, EF_OCT, EF_PUCT } from './calls.ts';
import { EF_CBMI, EF_CBMID, EF_CBMIR } from './cell-broadcast.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from './concealment.ts';
import type { EfDefinition } from './definition.ts';
import { EF_ADN, EF_ECC, EF_MSISDN } from './dialling.ts';
import { EF_EXT1, EF_EXT2, EF_EXT3, USIM_EXTENSIONS } from './extensions.ts';
import { FIVE_GS_FILES, SNPN_FILES } from './five-gs.ts';
import { EF_AAeM, EF_eMLPP, GROUP_CALL_FILES, GROUP_CIPHERING_FILES } from './group-calls.ts';
import { carriers, GSM_FILES } from './gsm.ts';
import { EF_DOMAIN, EF_GID1, EF_GID2, EF_ICCID, EF_IMPI, EF_IMPU, EF_IMSI } from './identity.ts';
import { EF_IPS, EF_P_CSCF, EF_UICCIARI, EF_WebRTCURI, GATEWAY_FILES } from './ims.ts';
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
import { EF_ACL, EF_CNL, EF_DCK, EF_Hiddenkey } from './locks.ts';
import { EF_PNN, EF_SPN } from './names.ts';
import {
  EF_BDN,
  EF_CCP2,
  EF_CFIS,
  EF_CMI,
  EF_FDN,
  EF_LND,
  EF_MBDN,
  EF_MBI,
  EF_MWIS,
  EF_NIA,
  EF_SDN,
} from './numbers.ts';
import {
  EF_TVCONFIG,
  EF_URSP,
  HNB_FILES,
  ISIM_CONFIGURATIONS,
  ISIM_OBJECT_FILES,
  USIM_CONFIGURATIONS,
  USIM_OBJECT_FILES,
} from './object-files.ts';
import { EF_OPL, EF_OPL5G, EF_SPDI } from './operator-lists.ts';
import { EF_PBR, PHONE_BOOK_COUNTERS, PHONE_BOOK_FILES } from './phone-book.ts';
import {
  EF_EHPLMN,
  EF_EHPLMNPI,
  EF_FPLMN,
  EF_HPLMNwAcT,
  EF_HPPLMN,
  EF_LRPLMNSI,
  EF_OPLMNwAcT,
  EF_PLMNwAcT,
  EF_RPLMNAcTD,
} from './plmn-lists.ts';
import { EF_UMPC } from './power.ts';
import { EF_EST, EF_IST, EF_UST } from './services.ts';
import { EF_SMSP, EF_SMSS } from './sms.ts';
import { EF_SMS, EF_SMSR } from './sms-storage.ts';
import { dataChannel, fromPreferred, investigationScan, USIM_SWITCHES } from './switches.ts';
import { WLAN_FILES } from './wlan.ts';

/** A directory whose EFs are known here. */
export type EfDirectory =
  | 'MF'
  | 'USIM'
  | 'GSM-ACCESS'
  | '5GS'
  | 'SNPN'
  | 'WLAN'
  | 'HNB'
  | 'ISIM'
  | 'TELECOM'
  | 'PHONEBOOK'
  | 'GSM';

/** The EFs of each directory. */
export const EF_DEFINITIONS: Readonly<Record<EfDirectory, readonly EfDefinition<unknown>[]>> = {
  MF: [EF_DIR, EF_PL, EF_ARR_MF, EF_UMPC, EF_ICCID],
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
    EF_DCK,
    EF_CNL,
    EF_ACMmax,
    EF_ACM,
    EF_FDN,
    EF_SMS,
    EF_PUCT,
    EF_CBMI,
    EF_SMSR,
    EF_CBMID,
    EF_SDN,
    EF_BDN,
    EF_CCP2,
    EF_CBMIR,
    EF_ACL,
    EF_CMI,
    EF_RPLMNAcTD,
    EF_ICI,
    EF_OCI,
    EF_ICT,
    EF_OCT,
    ...GROUP_CALL_FILES,
    EF_eMLPP,
    EF_AAeM,
    EF_Hiddenkey,
    EF_MBDN,
    EF_MBI,
    EF_MWIS,
    EF_CFIS,
    EF_MMSN,
    EF_NIA,
    ...GROUP_CIPHERING_FILES,
    EF_GBABP,
    EF_MSK,
    EF_LRPLMNSI,
    EF_NAFKCA,
    EF_UICCIARI,
    EF_IPS,
    ...GATEWAY_FILES,
    ...USIM_EXTENSIONS,
    ...USIM_SWITCHES,
    ...USIM_OBJECT_FILES,
    EF_TVCONFIG,
    ...USIM_CONFIGURATIONS,
  ],
  'GSM-ACCESS': [
    EF_Kc,
    EF_KcGPRS,
    carriers(0x4f63, '3GPP TS 31.102 §4.4.3.3'),
    investigationScan(0x4f64, '3GPP TS 31.102 §4.4.3.4'),
  ],
  '5GS': [
    EF_5GS3GPPLOCI,
    EF_5GSN3GPPLOCI,
    EF_5GS3GPPNSC,
    EF_5GSN3GPPNSC,
    EF_5GAUTHKEYS,
    EF_UAC_AIC,
    EF_SUCI_Calc_Info,
    EF_OPL5G,
    EF_Routing_Indicator,
    EF_URSP,
    ...FIVE_GS_FILES,
  ],
  SNPN: SNPN_FILES,
  WLAN: WLAN_FILES,
  HNB: HNB_FILES,
  ISIM: [
    EF_IMPI,
    EF_DOMAIN,
    EF_IMPU,
    EF_ARR_ISIM,
    EF_IST,
    EF_P_CSCF,
    { ...EF_SMS, clause: '3GPP TS 31.103 §4.2.12' },
    { ...EF_SMSP, clause: '3GPP TS 31.103 §4.2.15' },
    { ...EF_SMSS, clause: '3GPP TS 31.103 §4.2.13' },
    { ...EF_SMSR, clause: '3GPP TS 31.103 §4.2.14' },
    EF_AD_ISIM,
    EF_GBABP_ISIM,
    { ...EF_NAFKCA, clause: '3GPP TS 31.103 §4.2.11' },
    { ...EF_UICCIARI, clause: '3GPP TS 31.103 §4.2.16' },
    EF_WebRTCURI,
    fromPreferred('3GPP TS 31.103 §4.2.17'),
    dataChannel('3GPP TS 31.103 §4.2'),
    ...ISIM_OBJECT_FILES,
    ...ISIM_CONFIGURATIONS,
  ],
  TELECOM: [
    EF_ARR_TELECOM,
    EF_ADN,
    EF_FDN,
    EF_SMS,
    EF_MSISDN,
    EF_SMSP,
    EF_SMSS,
    EF_LND,
    EF_SMSR,
    EF_SDN,
    EF_EXT1,
    EF_EXT2,
    EF_EXT3,
    { ...EF_CCP2, name: 'EF_ECCP', sfi: undefined, clause: '3GPP TS 51.011 §10.5' },
  ],
  PHONEBOOK: [EF_PBR, ...PHONE_BOOK_COUNTERS, ...Object.values(PHONE_BOOK_FILES)],
  GSM: GSM_FILES,
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
