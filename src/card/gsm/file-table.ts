/**
 * Which EF of the card is which EF of the SIM.
 *
 *     SIM                       card
 *     3F00 MF                   MF without its ADFs
 *       7F20 DF_GSM               DF_GSM, if there is one; then ADF_USIM and DF_GSM-ACCESS
 *       7F10 DF_TELECOM           DF_TELECOM, if there is one; then ADF_USIM and DF_PHONEBOOK
 *
 * A row is an EF that a directory has beside those that are really in it. What is not listed
 * (EF_BCCH, EF_LND) has no like in a USIM: a SIM has it when the profile has it.
 *
 * @see 3GPP TS 51.011 §10.3, §10.5; 3GPP TS 31.102 §4.2, §4.4
 * @module
 */

import {
  ADMINISTRATIVE_DATA,
  type Conversion,
  EMERGENCY_CODES,
  LANGUAGE_PREFERENCE,
  PLMN_SELECTOR,
} from './conversions.ts';

/** Directories of the card that hold EFs of a SIM. */
export type Home = 'USIM' | 'GSM-ACCESS' | 'PHONEBOOK' | 'USIM/PHONEBOOK';

/** FIDs from the USIM's ADF or, for `PHONEBOOK`, from the MF. */
export const HOME_PATH: Readonly<Record<Home, readonly number[]>> = {
  USIM: [],
  'GSM-ACCESS': [0x5f3b],
  PHONEBOOK: [0x7f10, 0x5f3a],
  'USIM/PHONEBOOK': [0x5f3a],
};

/** What an EF of the SIM is. */
export type Origin =
  /** The same EF. */
  | { readonly kind: 'same' }
  /** The same EF, coded otherwise. */
  | { readonly kind: 'converted'; readonly conversion: Conversion }
  /** Made from EF_UST, and never written. */
  | { readonly kind: 'services' };

/** An EF of the SIM that is an EF of the card. */
export interface FileRow {
  readonly fid: number;
  readonly home: Home;
  /** Its FID there. */
  readonly homeFid: number;
  readonly origin: Origin;
}

const SAME: Origin = { kind: 'same' };

function same(home: Home, fid: number, homeFid: number = fid): FileRow {
  return { fid, home, homeFid, origin: SAME };
}

function converted(fid: number, homeFid: number, conversion: Conversion): FileRow {
  return { fid, home: 'USIM', homeFid, origin: { kind: 'converted', conversion } };
}

const GSM: readonly FileRow[] = [
  converted(0x6f05, 0x6f05, LANGUAGE_PREFERENCE),
  same('USIM', 0x6f07), // IMSI
  same('GSM-ACCESS', 0x6f20, 0x4f20), // Kc
  converted(0x6f30, 0x6f60, PLMN_SELECTOR),
  same('USIM', 0x6f31), // HPPLMN
  same('USIM', 0x6f37), // ACMmax
  { fid: 0x6f38, home: 'USIM', homeFid: 0x6f38, origin: { kind: 'services' } }, // SST
  same('USIM', 0x6f39), // ACM
  same('USIM', 0x6f3e), // GID1
  same('USIM', 0x6f3f), // GID2
  same('USIM', 0x6f41), // PUCT
  same('USIM', 0x6f45), // CBMI
  same('USIM', 0x6f46), // SPN
  same('USIM', 0x6f48), // CBMID
  same('USIM', 0x6f50), // CBMIR
  same('GSM-ACCESS', 0x6f52, 0x4f52), // KcGPRS
  same('USIM', 0x6f53, 0x6f73), // LOCIGPRS is PSLOCI
  same('USIM', 0x6f60), // PLMNwAcT
  same('USIM', 0x6f61), // OPLMNwAcT
  same('USIM', 0x6f62), // HPLMNwAcT
  same('GSM-ACCESS', 0x6f63, 0x4f63), // CPBCCH
  same('GSM-ACCESS', 0x6f64, 0x4f64), // InvScan
  same('USIM', 0x6f78), // ACC
  same('USIM', 0x6f7b), // FPLMN
  same('USIM', 0x6f7e), // LOCI
  converted(0x6fad, 0x6fad, ADMINISTRATIVE_DATA),
  same('USIM', 0x6fb1), // VGCS
  same('USIM', 0x6fb2), // VGCSS
  same('USIM', 0x6fb3), // VBS
  same('USIM', 0x6fb4), // VBSS
  same('USIM', 0x6fb5), // eMLPP
  same('USIM', 0x6fb6), // AAeM
  converted(0x6fb7, 0x6fb7, EMERGENCY_CODES),
  same('USIM', 0x6fc5), // PNN
  same('USIM', 0x6fc6), // OPL
  same('USIM', 0x6fc7), // MBDN
  same('USIM', 0x6fc8), // EXT6
  same('USIM', 0x6fc9), // MBI
  same('USIM', 0x6fca), // MWIS
  same('USIM', 0x6fcb), // CFIS
  same('USIM', 0x6fcc), // EXT7
  same('USIM', 0x6fcd), // SPDI
];

const TELECOM: readonly FileRow[] = [
  // The phone book of the card, or else that of the USIM.
  same('PHONEBOOK', 0x6f3a, 0x4f3a), // ADN
  same('USIM/PHONEBOOK', 0x6f3a, 0x4f3a),
  same('PHONEBOOK', 0x6f4a, 0x4f4a), // EXT1
  same('USIM/PHONEBOOK', 0x6f4a, 0x4f4a),
  same('USIM', 0x6f3b), // FDN
  same('USIM', 0x6f3c), // SMS
  same('USIM', 0x6f40), // MSISDN
  same('USIM', 0x6f42), // SMSP
  same('USIM', 0x6f43), // SMSS
  same('USIM', 0x6f47), // SMSR
  same('USIM', 0x6f49), // SDN
  same('USIM', 0x6f4b), // EXT2
  same('USIM', 0x6f4c), // EXT3
  same('USIM', 0x6f4f), // ECCP is CCP2
];

/** FIDs of the MF and of the directories that a SIM always has. */
export const SIM_FID = { mf: 0x3f00, gsm: 0x7f20, telecom: 0x7f10 } as const;

/** What each of the two directories has beside what is really in it; the first row counts. */
export const FILE_ROWS: ReadonlyMap<number, readonly FileRow[]> = new Map([
  [SIM_FID.gsm, GSM],
  [SIM_FID.telecom, TELECOM],
]);

/** EF_Phase, a constant: phase 2, and the card wants the TERMINAL PROFILE. */
export const PHASE: { readonly fid: number; readonly content: Uint8Array } = {
  fid: 0x6fae,
  content: Uint8Array.of(0x03),
};
