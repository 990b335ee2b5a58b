/**
 * DF GSM: what an ME of the second generation reads. Most of it is what the USIM has.
 *
 *     EF_SST   two bits a service, allocated and activated; service 1 in b1 and b2 of octet 1
 *     EF_LP    language 1 | language 1 | 'FF' …
 *     EF_ECC   digits 3 | digits 3 | 'FFFFFF' …
 *     EF_AD    mode 1 | features 2 | MNC length 1, which older cards do not have
 *
 * Files here have no SFI: class 'A0' selects.
 *
 * @see 3GPP TS 51.011 §10.3
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { plmn } from '../bytes/identity.ts';
import { filled, padded } from '../bytes/octets.ts';
import {
  type AdministrativeData,
  EF_ACC,
  EF_AD,
  EF_AD_ISIM,
  type IsimAdministrativeData,
} from './administration.ts';
import { EF_ACM, EF_ACMmax, EF_PUCT } from './calls.ts';
import { EF_CBMI, EF_CBMID, EF_CBMIR } from './cell-broadcast.ts';
import { fixed, fixedEntry, listOf, numberEntry, opaque } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import { EF_EXT6, EF_EXT7 } from './extensions.ts';
import { digits, namedOctet } from './fields.ts';
import { EF_AAeM, EF_eMLPP, GROUP_CALL_FILES } from './group-calls.ts';
import { EF_GID1, EF_GID2, EF_IMSI } from './identity.ts';
import { EF_Kc, EF_KcGPRS } from './keys.ts';
import { EF_LOCI, EF_PSLOCI, psloci } from './location.ts';
import { EF_PNN, EF_SPN } from './names.ts';
import { EF_CFIS, EF_MBDN, EF_MBI, EF_MWIS } from './numbers.ts';
import { EF_OPL, EF_SPDI } from './operator-lists.ts';
import {
  EF_FPLMN,
  EF_HPLMNwAcT,
  EF_HPPLMN,
  EF_OPLMNwAcT,
  EF_PLMNwAcT,
  PLMN_ENTRY,
  type PlmnList,
} from './plmn-lists.ts';
import type { ServiceTable } from './services.ts';
import { investigationScan } from './switches.ts';

/** Services of a SIM, by number. */
export interface SimServices {
  readonly allocated: ServiceTable;
  readonly activated: ServiceTable;
}

const SERVICES_AN_OCTET = 4;

function servicesWith(octets: Uint8Array, bit: 0 | 1): ServiceTable {
  const numbers = Array.from({ length: octets.length * SERVICES_AN_OCTET }, (_, n) => n + 1);
  return numbers.filter((service) => {
    const at = (service - 1) % SERVICES_AN_OCTET;
    return (octets[Math.floor((service - 1) / SERVICES_AN_OCTET)]! & (1 << (at * 2 + bit))) !== 0;
  });
}

const simServices: EfCodec<SimServices> = {
  decode(octets) {
    if (octets.length === 0) throw new DecodeError('EF_SST', 0, 'expected an octet');
    return { allocated: servicesWith(octets, 0), activated: servicesWith(octets, 1) };
  },
  encode({ allocated, activated }, size) {
    const all = [...allocated, ...activated];
    if (!all.every((service) => Number.isInteger(service) && service > 0)) {
      throw new RangeError('EF_SST: expected numbers of services from 1');
    }
    const table = new Uint8Array(Math.max(1, Math.ceil(Math.max(0, ...all) / SERVICES_AN_OCTET)));
    const set = (service: number, bit: 0 | 1): void => {
      const at = (service - 1) % SERVICES_AN_OCTET;
      table[Math.floor((service - 1) / SERVICES_AN_OCTET)]! |= 1 << (at * 2 + bit);
    };
    for (const service of allocated) set(service, 0);
    for (const service of activated) set(service, 1);
    if (size !== undefined && size < table.length) {
      throw new RangeError(`EF_SST: expected at most service ${size * SERVICES_AN_OCTET}`);
    }
    return padded(table, size ?? table.length, 0);
  },
};

/** Services of the SIM. */
export const EF_SST: EfDefinition<SimServices> = {
  name: 'EF_SST',
  fid: 0x6f38,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.7',
  ...simServices,
  vectors: [
    // worked by hand: the fewest that remote management needs, all activated
    ['c000c30000000c03', { allocated: [4, 9, 12, 26, 29], activated: [4, 9, 12, 26, 29] }],
    ['13', { allocated: [1, 3], activated: [1] }], // worked by hand: 3 is not activated
  ],
};

/** Languages as short messages and cell broadcasts code them, the best first. */
export const EF_LP: EfDefinition<readonly (number | undefined)[]> = {
  name: 'EF_LP',
  fid: 0x6f05,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.1',
  ...listOf('EF_LP', numberEntry(1)),
  vectors: [['0100ffff', [1, 0]]], // worked by hand: English, German
};

/** Emergency call codes, all in one EF. */
export interface EmergencyCode {
  /** Up to 6 digits. */
  readonly code: string;
}

const EF_ECC: EfDefinition<readonly (EmergencyCode | undefined)[]> = {
  name: 'EF_ECC',
  fid: 0x6fb7,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.27',
  ...listOf('EF_ECC', fixedEntry<EmergencyCode>('code', { code: digits(3) })),
  vectors: [['11f2ff19f1ffffffff', [{ code: '112' }, { code: '911' }]]], // worked by hand
};

/** EF_Phase. */
export interface Phase {
  readonly phase: 'phase-1' | 'phase-2' | 'phase-2-with-profile-download' | number;
}

const EF_Phase: EfDefinition<Phase> = {
  name: 'EF_Phase',
  fid: 0x6fae,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.19',
  ...fixed<Phase>('EF_Phase', {
    phase: namedOctet({
      'phase-1': 0x00,
      'phase-2': 0x02,
      'phase-2-with-profile-download': 0x03,
    }),
  }),
  vectors: [
    ['03', { phase: 'phase-2-with-profile-download' }], // worked by hand
    ['04', { phase: 4 }], // reserved
  ],
};

/** EF_AD of the SIM. */
export interface SimAdministrativeData extends IsimAdministrativeData {
  readonly mncLength: AdministrativeData['mncLength'] | undefined;
}

const EF_AD_SIM: EfDefinition<SimAdministrativeData> = {
  name: 'EF_AD',
  fid: 0x6fad,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.18',
  decode(contents) {
    const [last = 0xff] = contents.subarray(3);
    if (last !== 0xff) return EF_AD.decode(contents);
    return { ...EF_AD_ISIM.decode(contents), mncLength: undefined };
  },
  encode({ mncLength, ...data }, size) {
    if (mncLength === undefined) return EF_AD_ISIM.encode(data, size);
    return EF_AD.encode({ ...data, mncLength }, size);
  },
  vectors: [
    ['000000', { mode: 'normal', features: [], mncLength: undefined }], // worked by hand
    ['00000002', { mode: 'normal', features: [], mncLength: 2 }], // worked by hand
  ],
};

/** A file of the USIM as DF GSM has it. */
function inGsm<T>(definition: EfDefinition<T>, clause: string, fid?: number): EfDefinition<T> {
  return { ...definition, fid: fid ?? definition.fid, sfi: undefined, clause };
}

const CPBCCH_CODEC: EfCodec<readonly (number | undefined)[]> = listOf('EF_CPBCCH', numberEntry(2));

/** EF_CPBCCH in DF GSM-ACCESS and DF GSM: carriers to look for first. */
export function carriers(
  fid: number,
  clause: string,
): EfDefinition<readonly (number | undefined)[]> {
  return {
    name: 'EF_CPBCCH',
    fid,
    sfi: undefined,
    structure: 'transparent',
    clause,
    ...CPBCCH_CODEC,
    vectors: [[`0050${'ff'.repeat(14)}`, [0x50]]], // worked by hand
  };
}

/** PLMNs that the user prefers, without access technologies. */
const EF_PLMNsel: EfDefinition<PlmnList> = {
  name: 'EF_PLMNsel',
  fid: 0x6f30,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.4',
  ...listOf('EF_PLMNsel', PLMN_ENTRY),
  // worked by hand
  vectors: [['62f210ffffff130014', [plmn('262-01'), undefined, plmn('310-410')]]],
};

/** Cells that the ME remembers, one bit a carrier. */
const EF_BCCH: EfDefinition<Uint8Array> = {
  name: 'EF_BCCH',
  fid: 0x6f74,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 51.011 §10.3.14',
  ...opaque('EF_BCCH'),
  vectors: [['ff'.repeat(16), filled(16, 0xff)]], // worked by hand
};

/** Files of DF GSM. */
export const GSM_FILES: readonly EfDefinition<unknown>[] = [
  EF_LP,
  inGsm(EF_IMSI, '3GPP TS 51.011 §10.3.2'),
  inGsm(EF_Kc, '3GPP TS 51.011 §10.3.3', 0x6f20),
  EF_PLMNsel,
  inGsm(EF_HPPLMN, '3GPP TS 51.011 §10.3.5'),
  inGsm(EF_ACMmax, '3GPP TS 51.011 §10.3.6'),
  EF_SST,
  inGsm(EF_ACM, '3GPP TS 51.011 §10.3.8'),
  inGsm(EF_GID1, '3GPP TS 51.011 §10.3.9'),
  inGsm(EF_GID2, '3GPP TS 51.011 §10.3.10'),
  inGsm(EF_PUCT, '3GPP TS 51.011 §10.3.12'),
  inGsm(EF_CBMI, '3GPP TS 51.011 §10.3.13'),
  inGsm(EF_SPN, '3GPP TS 51.011 §10.3.11'),
  inGsm(EF_CBMID, '3GPP TS 51.011 §10.3.26'),
  inGsm(EF_CBMIR, '3GPP TS 51.011 §10.3.28'),
  inGsm(EF_KcGPRS, '3GPP TS 51.011 §10.3.32', 0x6f52),
  {
    ...inGsm(EF_PSLOCI, '3GPP TS 51.011 §10.3.33', 0x6f53),
    name: 'EF_LOCIGPRS',
    ...psloci('EF_LOCIGPRS'),
  },
  inGsm(EF_PLMNwAcT, '3GPP TS 51.011 §10.3.35'),
  inGsm(EF_OPLMNwAcT, '3GPP TS 51.011 §10.3.36'),
  inGsm(EF_HPLMNwAcT, '3GPP TS 51.011 §10.3.37'),
  carriers(0x6f63, '3GPP TS 51.011 §10.3.38'),
  investigationScan(0x6f64, '3GPP TS 51.011 §10.3.39'),
  EF_BCCH,
  inGsm(EF_ACC, '3GPP TS 51.011 §10.3.15'),
  inGsm(EF_FPLMN, '3GPP TS 51.011 §10.3.16'),
  inGsm(EF_LOCI, '3GPP TS 51.011 §10.3.17'),
  EF_AD_SIM,
  EF_Phase,
  ...GROUP_CALL_FILES.map((file) => inGsm(file, '3GPP TS 51.011 §10.3')),
  inGsm(EF_eMLPP, '3GPP TS 51.011 §10.3.24'),
  inGsm(EF_AAeM, '3GPP TS 51.011 §10.3.25'),
  EF_ECC,
  ...[EF_PNN, EF_OPL, EF_MBDN, EF_EXT6, EF_MBI, EF_MWIS, EF_CFIS, EF_EXT7, EF_SPDI].map((file) =>
    inGsm<unknown>(file, '3GPP TS 51.011 §10.3'),
  ),
];
