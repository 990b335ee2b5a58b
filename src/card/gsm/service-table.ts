/**
 * EF_SST, made from EF_UST: which services a SIM would have that is this card.
 *
 * A service of the USIM makes the service of the SIM, allocated and activated. Some have no service
 * in a USIM, and follow from what the card has.
 *
 * @see 3GPP TS 51.011 §10.3.7; 3GPP TS 31.102 §4.2.8
 * @module
 */

import { EF_SST } from '../../ef/gsm.ts';
import { EF_UST } from '../../ef/services.ts';

/** Service of the SIM, and service of the USIM that makes it. */
const BY_SERVICE: readonly (readonly [sim: number, usim: number])[] = [
  [3, 2], // FDN
  [4, 10], // SMS
  [5, 13], // AoC
  [7, 20], // PLMNsel
  [9, 21], // MSISDN
  [11, 3], // EXT2
  [12, 12], // SMSP
  [14, 15], // CBMI
  [15, 17], // GID1
  [16, 18], // GID2
  [17, 19], // SPN
  [18, 4], // SDN
  [19, 5], // EXT3
  [21, 57], // VGCS
  [22, 58], // VBS
  [23, 24], // eMLPP
  [24, 25], // AAeM
  [25, 29], // data download by cell broadcast
  [26, 28], // data download by SMS-PP
  [28, 30], // call control
  [30, 16], // CBMIR
  [35, 11], // SMSR
  [37, 31], // MO-SMS control
  [42, 32], // RUN AT COMMAND
  [43, 20], // PLMNwAcT
  [44, 42], // OPLMNwAcT
  [45, 43], // HPLMNwAcT
  [46, 39], // CPBCCH
  [47, 40], // InvScan
  [48, 14], // ECCP
  [51, 45], // PNN
  [52, 46], // OPL
  [53, 47], // MBDN
  [54, 48], // MWIS
  [55, 49], // CFIS
  [56, 51], // SPDI
];

/** Service of the SIM, and the EF that makes it. */
const BY_FILE: readonly (readonly [sim: number, directory: number, fid: number])[] = [
  [2, 0x7f10, 0x6f3a], // ADN
  [10, 0x7f10, 0x6f4a], // EXT1
  [13, 0x7f10, 0x6f44], // LND
  [38, 0x7f20, 0x6f53], // GPRS
];

const CHV1_DISABLE = 1;
const PROACTIVE_SIM = 29;
/** Up to service 56, four a octet. */
const TABLE_OCTETS = 14;

/** What of the card the table follows from, beside EF_UST. */
export interface ServiceGrounds {
  readonly hasChv1: boolean;
  /** Whether an EF is in a directory right below the MF. */
  readonly hasEf: (directory: number, fid: number) => boolean;
}

/**
 * Makes the content of EF_SST.
 *
 * @param ust content of EF_UST, 1 octet or more
 * @returns 14 octets
 * @see 3GPP TS 51.011 §10.3.7
 */
export function simServiceTable(ust: Uint8Array, { hasChv1, hasEf }: ServiceGrounds): Uint8Array {
  const available = EF_UST.decode(ust);
  const services = [
    ...(hasChv1 ? [CHV1_DISABLE] : []),
    PROACTIVE_SIM,
    ...BY_SERVICE.filter(([, usim]) => available.includes(usim)).map(([sim]) => sim),
    ...BY_FILE.filter(([, directory, fid]) => hasEf(directory, fid)).map(([sim]) => sim),
  ];
  return EF_SST.encode({ allocated: services, activated: services }, TABLE_OCTETS);
}
