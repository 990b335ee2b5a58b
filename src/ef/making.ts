/**
 * What is needed to make each EF: when it is there, who may use it, how large it is, how it starts.
 *
 *     name, when, access rule, octets or [octets a record, records], content, then 'FF'
 *
 * An EF is there always, or with services of EF_UST (in the ISIM of EF_IST): `[[2], [6]]` is either
 * of two, `[[2, 99]]` both. `optional` is one that no service announces.
 *
 * Sizes are usual ones where the standard leaves them open. A content is that of every record, and
 * means "nothing yet". EF_ARR, EF_DIR, EF_PBR and EFs of the subscriber's identity have contents
 * of their own, which `profile/services.ts` knows.
 *
 * @see 3GPP TS 31.102 §4.2; 3GPP TS 31.103 §4.2; ETSI TS 102 221 §13
 * @module
 */

import type { EfDirectory } from './definitions.ts';
import { RULE } from './standard-rules.ts';

/** Services of which one set has to be available whole. */
export type ServiceSets = readonly (readonly number[])[];

/** How an EF is made. */
export interface EfMaking {
  /** As in its definition. */
  readonly name: string;
  readonly when: 'always' | 'optional' | ServiceSets;
  /** Record of an EF_ARR of the standard rules. */
  readonly rule: number;
  /** Octets of a transparent or BER-TLV EF, or of a record and how many there are. */
  readonly size: number | readonly [recLen: number, recCount: number];
  /** Hex, as far as it is not 'FF'; of every record. */
  readonly content: string;
}

type Row = readonly [
  name: string,
  when: EfMaking['when'],
  rule: number,
  size: EfMaking['size'],
  content?: string,
];

/** A PLMN that is none, with no access technology. */
const NO_NETWORKS = 'FFFFFF0000'.repeat(8);
const NO_LOCATION_5GS = `${'FF'.repeat(19)}01`;

/** Directories whose EFs can be made; DF GSM is for commands of class A0. */
export type MadeDirectory = Exclude<EfDirectory, 'GSM'>;

const ROWS: Readonly<Record<MadeDirectory, readonly Row[]>> = {
  MF: [
    ['EF_DIR', 'always', RULE.readAlways, [40, 4]],
    ['EF_ICCID', 'always', RULE.readAlwaysUpdateNever, 10],
    ['EF_PL', 'always', RULE.readAlwaysUpdatePin1, 8],
    ['EF_ARR', 'always', RULE.readAlways, [64, 10]],
    ['EF_UMPC', 'optional', RULE.readAlways, 5, '3C0500'],
  ],
  USIM: [
    ['EF_LI', 'always', RULE.readAlwaysUpdatePin1, 2],
    ['EF_ARR', 'always', RULE.readAlways, [64, 10]],
    ['EF_IMSI', 'always', RULE.readPin1, 9],
    ['EF_Keys', 'always', RULE.usePin1, 33, '07'],
    ['EF_KeysPS', 'always', RULE.usePin1, 33, '07'],
    ['EF_DCK', [[36]], RULE.usePin1, 16],
    ['EF_HPPLMN', 'always', RULE.readPin1, 1, '05'],
    ['EF_CNL', [[37]], RULE.readPin1, 48],
    ['EF_ACMmax', [[13]], RULE.readPin1UpdatePin2, 3, '000000'],
    ['EF_UST', 'always', RULE.readPin1, 17, '00'.repeat(17)],
    ['EF_ACM', [[13]], RULE.increasePin1, [3, 5], '000000'],
    ['EF_FDN', [[2]], RULE.readPin1UpdatePin2, [28, 10]],
    ['EF_SMS', [[10]], RULE.usePin1, [176, 10], '00'],
    ['EF_GID1', [[17]], RULE.readPin1, 4],
    ['EF_GID2', [[18]], RULE.readPin1, 4],
    ['EF_MSISDN', [[21]], RULE.usePin1, [24, 1]],
    ['EF_PUCT', [[13]], RULE.readPin1UpdatePin2, 5, 'FFFFFF0000'],
    ['EF_SMSP', [[12]], RULE.usePin1, [40, 1]],
    ['EF_SMSS', [[10]], RULE.usePin1, 2],
    ['EF_CBMI', [[15]], RULE.usePin1, 20],
    ['EF_SPN', [[19]], RULE.readAlways, 17, '00'],
    ['EF_SMSR', [[11]], RULE.usePin1, [30, 10], '00'],
    ['EF_CBMID', [[29]], RULE.readPin1, 20],
    ['EF_SDN', [[4]], RULE.readPin1, [28, 5]],
    ['EF_EXT2', [[3]], RULE.readPin1UpdatePin2, [13, 5]],
    ['EF_EXT3', [[5]], RULE.readPin1, [13, 5]],
    ['EF_BDN', [[6]], RULE.readPin1UpdatePin2, [29, 5]],
    ['EF_EXT5', [[44]], RULE.usePin1, [13, 5]],
    ['EF_CCP2', [[14]], RULE.usePin1, [15, 5]],
    ['EF_CBMIR', [[16]], RULE.usePin1, 20],
    ['EF_EXT4', [[7]], RULE.readPin1UpdatePin2, [13, 5]],
    ['EF_EST', [[2], [6], [34], [35]], RULE.readPin1UpdatePin2, 1, '00'],
    ['EF_ACL', [[35]], RULE.readPin1UpdatePin2, 64, '00'],
    ['EF_CMI', [[6]], RULE.readPin1, [17, 5]],
    ['EF_START-HFN', 'always', RULE.usePin1, 6, 'F00000F00000'],
    ['EF_THRESHOLD', 'always', RULE.readPin1, 3],
    ['EF_PLMNwAcT', [[20]], RULE.usePin1, 40, NO_NETWORKS],
    ['EF_OPLMNwAcT', [[42]], RULE.readPin1, 40, NO_NETWORKS],
    ['EF_HPLMNwAcT', [[43]], RULE.readPin1, 40, NO_NETWORKS],
    ['EF_RPLMNAcTD', 'optional', RULE.usePin1, 2],
    ['EF_PSLOCI', 'always', RULE.usePin1, 14, 'FFFFFFFFFFFFFFFFFFFF0000FF01'],
    ['EF_ACC', 'always', RULE.readPin1, 2, '0000'],
    ['EF_FPLMN', 'always', RULE.usePin1, 12],
    ['EF_LOCI', 'always', RULE.usePin1, 11, 'FFFFFFFFFFFFFF0000FF01'],
    ['EF_ICI', [[9]], RULE.usePin1, [38, 5]],
    ['EF_OCI', [[8]], RULE.usePin1, [37, 5]],
    ['EF_ICT', [[9]], RULE.usePin1, [3, 1], '000000'],
    ['EF_OCT', [[8]], RULE.usePin1, [3, 1], '000000'],
    ['EF_AD', 'always', RULE.readAlways, 4, '00000002'],
    ['EF_VGCS', [[57]], RULE.readPin1, 20],
    ['EF_VGCSS', [[57]], RULE.readPin1, 7, '00'.repeat(7)],
    ['EF_VBS', [[58]], RULE.readPin1, 20],
    ['EF_VBSS', [[58]], RULE.readPin1, 7, '00'.repeat(7)],
    ['EF_eMLPP', [[24]], RULE.readPin1, 2, '0000'],
    ['EF_AAeM', [[25]], RULE.usePin1, 1, '00'],
    ['EF_ECC', 'always', RULE.readAlways, [4, 5]],
    ['EF_Hiddenkey', 'optional', RULE.usePin1, 4],
    ['EF_NETPAR', 'always', RULE.usePin1, 46],
    ['EF_PNN', [[45]], RULE.readAlways, [24, 2]],
    ['EF_OPL', [[46]], RULE.readAlways, [8, 2]],
    ['EF_MBDN', [[47]], RULE.usePin1, [28, 4]],
    ['EF_EXT6', [[47]], RULE.usePin1, [13, 4]],
    ['EF_MBI', [[47]], RULE.usePin1, [4, 1], '00000000'],
    ['EF_MWIS', [[48]], RULE.usePin1, [5, 1], '0000000000'],
    ['EF_CFIS', [[49]], RULE.usePin1, [16, 1], '0100'],
    ['EF_EXT7', [[49]], RULE.usePin1, [13, 4]],
    ['EF_SPDI', [[51]], RULE.readPin1, 16],
    ['EF_MMSN', [[52]], RULE.usePin1, [20, 4]],
    ['EF_EXT8', [[53]], RULE.usePin1, [13, 4]],
    ['EF_MMSICP', [[52]], RULE.readPin1, 100],
    ['EF_MMSUP', [[52]], RULE.usePin1, [20, 2]],
    ['EF_MMSUCP', [[52, 55]], RULE.usePin1, 100],
    ['EF_NIA', [[56]], RULE.readPin1, [21, 5]],
    ['EF_VGCSCA', [[57, 64]], RULE.readPin1, 20],
    ['EF_VBSCA', [[58, 65]], RULE.readPin1, 20],
    ['EF_GBABP', [[68]], RULE.usePin1, 160],
    ['EF_MSK', [[69]], RULE.readPin1, [20, 2]],
    ['EF_MUK', [[69]], RULE.readPin1, [64, 2]],
    ['EF_EHPLMN', [[71]], RULE.readPin1, 12],
    ['EF_GBANL', [[68]], RULE.readPin1, [180, 2]],
    ['EF_EHPLMNPI', [[71, 73]], RULE.readPin1, 1, '00'],
    ['EF_LRPLMNSI', [[74]], RULE.readPin1, 1, '00'],
    ['EF_NAFKCA', [[68, 76]], RULE.readPin1, [64, 2]],
    ['EF_SPNI', [[78]], RULE.readAlways, 64],
    ['EF_PNNI', [[79]], RULE.readAlways, [64, 2]],
    ['EF_NCP-IP', [[80]], RULE.readPin1, [64, 2]],
    ['EF_EPSLOCI', [[85]], RULE.usePin1, 18, 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000001'],
    ['EF_EPSNSC', [[85]], RULE.usePin1, [54, 1]],
    ['EF_UFC', 'optional', RULE.readAlways, 1, '00'],
    ['EF_UICCIARI', [[95]], RULE.readPin1, [64, 2]],
    ['EF_NASCONFIG', [[96]], RULE.readPin1, 64],
    ['EF_PWS', [[97]], RULE.readAlways, 1, '00'],
    ['EF_FDNURI', [[2, 99]], RULE.readPin1UpdatePin2, [64, 5]],
    ['EF_BDNURI', [[6, 99]], RULE.readPin1UpdatePin2, [64, 5]],
    ['EF_SDNURI', [[4, 99]], RULE.readPin1, [64, 5]],
    ['EF_IWL', [[102]], RULE.readPin1, [64, 2]],
    ['EF_IPS', [[102]], RULE.readAlways, [4, 4]],
    ['EF_IPD', [[102]], RULE.readPin1, [64, 2]],
    ['EF_ePDGId', [[106, 107]], RULE.readPin1, 64],
    ['EF_ePDGSelection', [[106, 107]], RULE.readPin1, 32],
    ['EF_ePDGIdEm', [[110, 111]], RULE.readPin1, 64],
    ['EF_ePDGSelectionEm', [[110, 111]], RULE.readPin1, 32],
    ['EF_FromPreferred', [[114]], RULE.readPin1, 1, '00'],
    ['EF_IMSConfigData', [[115]], RULE.readPin1, 512],
    ['EF_3GPPPSDATAOFF', [[117]], RULE.usePin1, 4, '00000000'],
    ['EF_3GPPPSDATAOFFservicelist', [[118]], RULE.usePin1, 64],
    ['EF_TVCONFIG', [[116]], RULE.readPin1, [64, 1]],
    ['EF_XCAPConfigData', [[120]], RULE.readPin1, 512],
    ['EF_EARFCNList', [[121]], RULE.usePin1, 64],
    ['EF_MuDMiDConfigData', [[134]], RULE.readPin1, 512],
    ['EF_eAKA', 'optional', RULE.adm1, 1, '00'],
    ['EF_OCST', [[148]], RULE.readPin1, 2, '00'],
    ['EF_GBAUAPI', [[68]], RULE.readPin1, [64, 2]],
    ['EF_IMSDCI', [[150]], RULE.readPin1, 1, '00'],
  ],
  'GSM-ACCESS': [
    ['EF_Kc', [[27]], RULE.usePin1, 9, 'FFFFFFFFFFFFFFFF07'],
    ['EF_KcGPRS', [[27]], RULE.usePin1, 9, 'FFFFFFFFFFFFFFFF07'],
    ['EF_CPBCCH', [[39]], RULE.usePin1, 16],
    ['EF_InvScan', [[40]], RULE.readPin1, 1, '00'],
  ],
  '5GS': [
    ['EF_5GS3GPPLOCI', [[122]], RULE.usePin1, 20, NO_LOCATION_5GS],
    ['EF_5GSN3GPPLOCI', [[122]], RULE.usePin1, 20, NO_LOCATION_5GS],
    ['EF_5GS3GPPNSC', [[122]], RULE.usePin1, [57, 1]],
    ['EF_5GSN3GPPNSC', [[122]], RULE.usePin1, [57, 1]],
    ['EF_5GAUTHKEYS', [[123]], RULE.usePin1, 68],
    ['EF_UAC_AIC', [[126]], RULE.readPin1, 4, '00000000'],
    ['EF_SUCI_Calc_Info', [[124]], RULE.readPin1, 4, 'A0020000'],
    ['EF_OPL5G', [[129]], RULE.readPin1, [10, 2]],
    ['EF_SUPI_NAI', [[130]], RULE.readPin1, 64],
    ['EF_Routing_Indicator', [[124]], RULE.readPin1, 4, 'F0'],
    ['EF_URSP', [[132]], RULE.readPin1, 64],
    ['EF_TN3GPPSNN', [[135]], RULE.readPin1, 64],
    ['EF_CAG', [[137]], RULE.readPin1, 64],
    ['EF_SOR-CMCI', [[138]], RULE.readPin1, 64],
    ['EF_DRI', [[140]], RULE.readPin1, 7, '00000000000000'],
    ['EF_5GSEDRX', [[141]], RULE.readPin1, 2, '0000'],
    ['EF_5GNSWO_CONF', [[142]], RULE.readPin1, 1, '00'],
    ['EF_MCHPPLMN', [[144]], RULE.readPin1, 1, '01'],
    ['EF_KAUSF_DERIVATION', [[145]], RULE.readPin1, 1, '00'],
  ],
  SNPN: [
    ['EF_PWS_SNPN', [[143]], RULE.readPin1, 1, '00'],
    ['EF_NID', [[146]], RULE.readPin1, [6, 2]],
  ],
  WLAN: [
    ['EF_Pseudo', [[59]], RULE.usePin1, 64],
    ['EF_UPLMNWLAN', [[60]], RULE.usePin1, 30],
    ['EF_OPLMNWLAN', [[61]], RULE.readPin1, 30],
    ['EF_UWSIDL', [[62]], RULE.usePin1, [33, 4]],
    ['EF_OWSIDL', [[63]], RULE.readPin1, [33, 4]],
    ['EF_WRI', [[66]], RULE.usePin1, 128],
    ['EF_HWSIDL', [[81]], RULE.readPin1, [33, 2]],
    ['EF_WEHPLMNPI', [[82]], RULE.readPin1, 1, '00'],
    ['EF_WHPI', [[83]], RULE.readPin1, 1, '00'],
    ['EF_WLRPLMN', [[84]], RULE.usePin1, 3],
    ['EF_HPLMNDAI', [[88]], RULE.readPin1, 1, '00'],
  ],
  HNB: [
    ['EF_ACSGL', [[86]], RULE.usePin1, [64, 2]],
    ['EF_CSGT', [[86]], RULE.usePin1, [64, 2]],
    ['EF_HNBN', [[86]], RULE.usePin1, [64, 2]],
    ['EF_OCSGL', [[90]], RULE.readPin1, [64, 2]],
    ['EF_OCSGT', [[90]], RULE.readPin1, [64, 2]],
    ['EF_OHNBN', [[90]], RULE.readPin1, [64, 2]],
  ],
  ISIM: [
    ['EF_IMPI', 'always', RULE.readPin1, 64],
    ['EF_DOMAIN', 'always', RULE.readPin1, 64],
    ['EF_IMPU', 'always', RULE.readPin1, [80, 1]],
    ['EF_ARR', 'always', RULE.readAlways, [64, 10]],
    ['EF_IST', 'always', RULE.readPin1, 3, '00'.repeat(3)],
    ['EF_P-CSCF', [[1], [5]], RULE.readPin1, [64, 2]],
    ['EF_SMS', [[6]], RULE.usePin1, [176, 10], '00'],
    ['EF_SMSP', [[8]], RULE.usePin1, [40, 1]],
    ['EF_SMSS', [[6]], RULE.usePin1, 2],
    ['EF_SMSR', [[7]], RULE.usePin1, [30, 10], '00'],
    ['EF_AD', 'always', RULE.readAlways, 3, '000000'],
    ['EF_GBABP', [[2]], RULE.usePin1, 160],
    ['EF_GBANL', [[2]], RULE.readPin1, [180, 2]],
    ['EF_NAFKCA', [[2, 4]], RULE.readPin1, [64, 2]],
    ['EF_UICCIARI', [[10]], RULE.readPin1, [64, 2]],
    ['EF_WebRTCURI', [[20]], RULE.readPin1, [64, 2]],
    ['EF_FromPreferred', [[17]], RULE.readPin1, 1, '00'],
    ['EF_IMSDCI', [[22]], RULE.readPin1, 1, '00'],
    ['EF_GBAUAPI', [[2]], RULE.readPin1, [64, 2]],
    ['EF_IMSConfigData', [[18]], RULE.readPin1, 512],
    ['EF_XCAPConfigData', [[19]], RULE.readPin1, 512],
    ['EF_MuDMiDConfigData', [[21]], RULE.readPin1, 512],
  ],
  TELECOM: [
    ['EF_ARR', 'always', RULE.readAlways, [64, 10]],
    ['EF_ADN', 'optional', RULE.usePin1, [28, 10]],
    ['EF_FDN', 'optional', RULE.readPin1UpdatePin2, [28, 10]],
    ['EF_SMS', 'optional', RULE.usePin1, [176, 10], '00'],
    ['EF_MSISDN', 'optional', RULE.usePin1, [28, 1]],
    ['EF_SMSP', 'optional', RULE.usePin1, [40, 1]],
    ['EF_SMSS', 'optional', RULE.usePin1, 2],
    ['EF_LND', 'optional', RULE.usePin1, [28, 10]],
    ['EF_SMSR', 'optional', RULE.usePin1, [30, 10], '00'],
    ['EF_SDN', 'optional', RULE.readPin1, [28, 5]],
    ['EF_EXT1', 'optional', RULE.usePin1, [13, 5]],
    ['EF_EXT2', 'optional', RULE.readPin1UpdatePin2, [13, 5]],
    ['EF_EXT3', 'optional', RULE.readPin1, [13, 5]],
    ['EF_ECCP', 'optional', RULE.usePin1, [15, 5]],
  ],
  PHONEBOOK: [
    ['EF_PBR', [[1]], RULE.readPin1, [64, 1]],
    ['EF_PSC', [[1]], RULE.usePin1, 4, '00000000'],
    ['EF_CC', [[1]], RULE.usePin1, 2, '0000'],
    ['EF_PUID', [[1]], RULE.usePin1, 2, '0000'],
    ['EF_ADN', [[1]], RULE.usePin1, [28, 10]],
    ['EF_IAP', [[1]], RULE.usePin1, [2, 10]],
    ['EF_EXT1', [[1]], RULE.usePin1, [13, 5]],
    ['EF_SNE', [[1]], RULE.usePin1, [18, 10]],
    ['EF_ANR', [[1]], RULE.usePin1, [15, 10], '00'],
    ['EF_PBC', [[1]], RULE.usePin1, [2, 10], '0000'],
    ['EF_GRP', [[1]], RULE.usePin1, [4, 10], '00000000'],
    ['EF_AAS', [[1]], RULE.usePin1, [16, 5]],
    ['EF_GAS', [[1]], RULE.usePin1, [16, 5]],
    ['EF_UID', [[1]], RULE.usePin1, [2, 10], '0000'],
    ['EF_EMAIL', [[1]], RULE.usePin1, [42, 10]],
    ['EF_CCP1', [[1]], RULE.usePin1, [15, 5]],
  ],
};

function making([name, when, rule, size, content = '']: Row): EfMaking {
  return { name, when, rule, size, content };
}

/** How the EFs of each directory are made. */
export const EF_MAKING: Readonly<Record<MadeDirectory, readonly EfMaking[]>> = {
  MF: ROWS.MF.map(making),
  USIM: ROWS.USIM.map(making),
  'GSM-ACCESS': ROWS['GSM-ACCESS'].map(making),
  '5GS': ROWS['5GS'].map(making),
  SNPN: ROWS.SNPN.map(making),
  WLAN: ROWS.WLAN.map(making),
  HNB: ROWS.HNB.map(making),
  ISIM: ROWS.ISIM.map(making),
  TELECOM: ROWS.TELECOM.map(making),
  PHONEBOOK: ROWS.PHONEBOOK.map(making),
};

/** Tells whether an EF is there, by the services that are available. */
export function isNeeded({ when }: Pick<EfMaking, 'when'>, services: readonly number[]): boolean {
  if (when === 'always') return true;
  return (
    when !== 'optional' && when.some((set) => set.every((service) => services.includes(service)))
  );
}

/** Gives the content of a new EF, or of each of its records: hex of its whole length. */
export function newContent({ size, content }: Pick<EfMaking, 'size' | 'content'>): string {
  return content.padEnd((typeof size === 'number' ? size : size[0]) * 2, 'F');
}
