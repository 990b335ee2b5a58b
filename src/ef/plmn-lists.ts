/**
 * Which networks the ME looks for, and which it leaves alone.
 *
 *     EF_FPLMN, EF_EHPLMN              PLMN 3 | PLMN 3 | 'FFFFFF' …
 *     EF_PLMNwAcT, EF_OPLMNwAcT, …     PLMN 3 | AcT 2 | … | 'FFFFFF0000' …
 *
 * @see 3GPP TS 31.102 §4.2.16, §4.2.84, §4.2.85, §4.2.5, §4.2.53, §4.2.54, §4.2.56,
 * §4.2.6, §4.2.86
 * @module
 */

import { decodePlmn, type Plmn, plmn } from '../bytes/identity.ts';
import { type Field, mapped, oneOf } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { fixed, isFiller, type ListEntry, listOf } from './codec.ts';
import type { EfDefinition } from './definition.ts';
import {
  bitsOf,
  encodePlmnOrNone,
  flagsOf,
  type Masks,
  namedOctet,
  PLMN_OCTETS,
  type SpareBit,
} from './fields.ts';

/** PLMNs in order of priority; `undefined` is an empty place. */
export type PlmnList = readonly (Plmn | undefined)[];

/** A PLMN as an entry of a list. */
export const PLMN_ENTRY: ListEntry<Plmn> = {
  octets: PLMN_OCTETS,
  decode: decodePlmn,
  encode: encodePlmnOrNone,
};

/** Forbidden PLMNs. */
export const EF_FPLMN: EfDefinition<PlmnList> = {
  name: 'EF_FPLMN',
  fid: 0x6f7b,
  sfi: 0x0d,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.16',
  ...listOf('EF_FPLMN', PLMN_ENTRY),
  vectors: [
    ['ffffffffffffffffffffffff', []], // default test profile
    ['ffffff62f210130014ffffff', [undefined, plmn('262-01'), plmn('310-410')]], // worked by hand
  ],
};

/** Equivalent home PLMNs, the home PLMN itself among them. */
export const EF_EHPLMN: EfDefinition<PlmnList> = {
  name: 'EF_EHPLMN',
  fid: 0x6fd9,
  sfi: 0x1d,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.84',
  ...listOf('EF_EHPLMN', PLMN_ENTRY),
  vectors: [['00f110ffffffffffffffffff', [plmn('001-01')]]], // default test profile
};

/** EF_EHPLMNPI: which equivalent home PLMNs the ME shows. */
export interface EhplmnPresentation {
  readonly presentation: 'no-preference' | 'highest-priority-only' | 'all';
}

/** Presentation of equivalent home PLMNs. */
export const EF_EHPLMNPI: EfDefinition<EhplmnPresentation> = {
  name: 'EF_EHPLMNPI',
  fid: 0x6fdb,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.85',
  ...fixed<EhplmnPresentation>('EF_EHPLMNPI', {
    presentation: oneOf(['no-preference', 'highest-priority-only', 'all']),
  }),
  vectors: [['00', { presentation: 'no-preference' }]], // default test profile
};

/** EF_LRPLMNSI: where the ME registers first after it was switched on. */
export interface LastRegisteredSelection {
  readonly selection: 'last-registered' | 'home' | number;
}

/** Whether the ME tries the PLMN of its last registration first. */
export const EF_LRPLMNSI: EfDefinition<LastRegisteredSelection> = {
  name: 'EF_LRPLMNSI',
  fid: 0x6fdc,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.86',
  ...fixed<LastRegisteredSelection>('EF_LRPLMNSI', {
    selection: namedOctet({ 'last-registered': 0x00, home: 0x01 }),
  }),
  vectors: [
    ['00', { selection: 'last-registered' }], // worked by hand
    ['01', { selection: 'home' }], // worked by hand
  ],
};

/**
 * An access technology, one bit of AcT. In E-UTRAN and GSM the bit alone means all of it; the bits
 * of its parts narrow it, so a part stands beside the whole.
 */
export type AccessTechnology =
  | 'utran'
  | 'e-utran'
  | 'e-utran-wb-s1'
  | 'e-utran-nb-s1'
  | 'ng-ran'
  | 'satellite-ng-ran'
  | 'gsm'
  | 'gsm-compact'
  | 'cdma2000-hrpd'
  | 'cdma2000-1xrtt'
  | 'gsm-ec-iot'
  | 'gsm-without-ec-iot';

const ACCESS_TECHNOLOGIES: Masks<AccessTechnology> = {
  utran: 0x8000,
  'e-utran': 0x4000,
  'e-utran-wb-s1': 0x2000,
  'e-utran-nb-s1': 0x1000,
  'ng-ran': 0x0800,
  'satellite-ng-ran': 0x0400,
  gsm: 0x0080,
  'gsm-compact': 0x0040,
  'cdma2000-hrpd': 0x0020,
  'cdma2000-1xrtt': 0x0010,
  'gsm-ec-iot': 0x0008,
  'gsm-without-ec-iot': 0x0004,
};

/** A PLMN with the access technologies to look for it in. */
export interface PlmnWithAccess {
  readonly plmn: Plmn;
  readonly accessTechnologies: readonly (AccessTechnology | SpareBit)[];
}

/** EF_PLMNwAcT and its like, in order of priority; `undefined` is an empty place. */
export type PlmnWithAccessList = readonly (PlmnWithAccess | undefined)[];

/** Two octets of access technologies as an entry of a list; 'FFFF' is the empty one. */
const ACCESS_ENTRY: ListEntry<readonly (AccessTechnology | SpareBit)[]> = {
  octets: 2,
  decode: (octets) =>
    isFiller(octets) ? undefined : flagsOf(octets[0]! * 256 + octets[1]!, ACCESS_TECHNOLOGIES),
  encode(value) {
    const bits = value === undefined ? 0xffff : bitsOf(value, ACCESS_TECHNOLOGIES, 2);
    return Uint8Array.of(bits >> 8, bits & 0xff);
  },
};

/** Access technologies in which the ME was registered last, as USIMs of the first releases have. */
export const EF_RPLMNAcTD: EfDefinition<
  readonly (readonly (AccessTechnology | SpareBit)[] | undefined)[]
> = {
  name: 'EF_RPLMNAcTD',
  fid: 0x6f65,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.56',
  ...listOf('EF_RPLMNAcTD', ACCESS_ENTRY),
  vectors: [['8000ffff', [['utran']]]], // worked by hand
};

const PLMN_WITH_ACCESS_ENTRY: ListEntry<PlmnWithAccess> = {
  octets: 5,
  decode(octets) {
    const found = decodePlmn(octets.subarray(0, PLMN_OCTETS));
    if (found === undefined) return undefined;
    const bits = octets[3]! * 256 + octets[4]!;
    return { plmn: found, accessTechnologies: flagsOf(bits, ACCESS_TECHNOLOGIES) };
  },
  encode(value) {
    const bits = bitsOf(value?.accessTechnologies ?? [], ACCESS_TECHNOLOGIES, 2);
    return concat(encodePlmnOrNone(value?.plmn), Uint8Array.of(bits >> 8, bits & 0xff));
  },
};

const FIRST_ENTRY: PlmnWithAccess = {
  plmn: plmn('001-01'),
  accessTechnologies: ['utran', 'e-utran', 'ng-ran', 'gsm'],
};
const EMPTY_ENTRY = 'ffffff0000';

/** PLMNs that the user prefers. */
export const EF_PLMNwAcT: EfDefinition<PlmnWithAccessList> = {
  name: 'EF_PLMNwAcT',
  fid: 0x6f60,
  sfi: 0x0a,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.5',
  ...listOf('EF_PLMNwAcT', PLMN_WITH_ACCESS_ENTRY),
  vectors: [
    [`00f110c880${EMPTY_ENTRY.repeat(7)}`, [FIRST_ENTRY]], // default test profile
    // worked by hand: WB-S1 of E-UTRAN alone, behind an empty place
    [
      'ffffff000062f2106000',
      [undefined, { plmn: plmn('262-01'), accessTechnologies: ['e-utran', 'e-utran-wb-s1'] }],
    ],
  ],
};

/** PLMNs that the operator prefers. */
export const EF_OPLMNwAcT: EfDefinition<PlmnWithAccessList> = {
  name: 'EF_OPLMNwAcT',
  fid: 0x6f61,
  sfi: 0x11,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.53',
  ...listOf('EF_OPLMNwAcT', PLMN_WITH_ACCESS_ENTRY),
  vectors: [[EMPTY_ENTRY.repeat(8), []]], // default test profile
};

/** The home PLMN with its access technologies. */
export const EF_HPLMNwAcT: EfDefinition<PlmnWithAccessList> = {
  name: 'EF_HPLMNwAcT',
  fid: 0x6f62,
  sfi: 0x13,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.54',
  ...listOf('EF_HPLMNwAcT', PLMN_WITH_ACCESS_ENTRY),
  vectors: [[`00f110c880${EMPTY_ENTRY.repeat(7)}`, [FIRST_ENTRY]]], // default test profile
};

/** EF_HPPLMN: how often an ME abroad looks for a better network. */
export interface SearchPeriod {
  /** A multiple of 6; 0 for never. */
  readonly periodMinutes: number;
}

const UNIT_MINUTES = 6;

const sixMinutes: Field<number> = mapped(
  1,
  (found) => found[0]! * UNIT_MINUTES,
  (minutes, name) => {
    const units = minutes / UNIT_MINUTES;
    if (!Number.isInteger(units) || units < 0 || units > 0xff) {
      throw new RangeError(`${name}: expected a multiple of 6 up to 1530, got ${minutes}`);
    }
    return Uint8Array.of(units);
  },
);

/** Search period for a PLMN of higher priority. */
export const EF_HPPLMN: EfDefinition<SearchPeriod> = {
  name: 'EF_HPPLMN',
  fid: 0x6f31,
  sfi: 0x12,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.6',
  ...fixed<SearchPeriod>('EF_HPPLMN', { periodMinutes: sixMinutes }),
  vectors: [['05', { periodMinutes: 30 }]], // default test profile
};
