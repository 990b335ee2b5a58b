/**
 * EFs whose contents are BER-TLV data objects, one row a file.
 *
 *     tag length value | tag length value | 'FF' …
 *
 * The objects are given as they are; what is in a constructed one is not looked into. An EF of
 * structure BER-TLV has one object for each tag, and no filler on the card.
 *
 * @see 3GPP TS 31.102 §4.2, §4.2.108, §4.4.11.12; ETSI TS 102 221 §8.2.2.4
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { type Plmn, plmn } from '../bytes/identity.ts';
import type { Tlv } from '../tlv/ber.ts';
import { dataObjects, property, withHead } from './codec.ts';
import type { EfDefinition, EfPlace, EfStructure, EfVector } from './definition.ts';
import { plmnOrNone } from './fields.ts';

/** A definition of an EF of data objects. */
export type ObjectFile = EfDefinition<readonly Tlv[]>;

/** Gives a vector: the contents of primitive or constructed objects, without filler. */
function objects(...of: readonly (readonly [tag: number, value: string])[]): readonly Tlv[] {
  return of.map(([tag, value]) => ({ tag, value: fromHex(value) }));
}

function objectFile(
  place: EfPlace,
  structure: EfStructure,
  ...vectors: readonly EfVector<readonly Tlv[]>[]
): ObjectFile {
  const empty: EfVector<readonly Tlv[]> = ['ffffffff', []];
  return { ...place, structure, ...dataObjects(place.name), vectors: [...vectors, empty] };
}

/** A URI in '80', and what is shown for it in '81'. */
const URI_VECTOR: EfVector<readonly Tlv[]> = [
  '80057369703a61810141ffff',
  objects([0x80, '7369703a61'], [0x81, '41']),
];

/** The objects of the USIM; every vector is worked by hand unless its row says otherwise. */
export const USIM_OBJECT_FILES: readonly ObjectFile[] = [
  objectFile(
    { name: 'EF_MMSICP', fid: 0x6fd0, sfi: undefined, clause: '3GPP TS 31.102 §4.2.69' },
    'transparent',
    ['aa03ab0101ff', objects([0xaa, 'ab0101'])],
  ),
  objectFile(
    { name: 'EF_MMSUP', fid: 0x6fd1, sfi: undefined, clause: '3GPP TS 31.102 §4.2.70' },
    'linear',
    ['ab0101810155', objects([0xab, '01'], [0x81, '55'])],
  ),
  objectFile(
    { name: 'EF_MMSUCP', fid: 0x6fd2, sfi: undefined, clause: '3GPP TS 31.102 §4.2.71' },
    'transparent',
    ['aa03ab0102ff', objects([0xaa, 'ab0102'])],
  ),
  objectFile(
    { name: 'EF_MUK', fid: 0x6fd8, sfi: undefined, clause: '3GPP TS 31.102 §4.2.81' },
    'linear',
    ['a006800101820102810400000005', objects([0xa0, '800101820102'], [0x81, '00000005'])],
  ),
  objectFile(
    { name: 'EF_GBANL', fid: 0x6fda, sfi: undefined, clause: '3GPP TS 31.102 §4.2.83' },
    'linear',
    ['8002616281026364ff', objects([0x80, '6162'], [0x81, '6364'])],
  ),
  objectFile(
    { name: 'EF_SPNI', fid: 0x6fde, sfi: undefined, clause: '3GPP TS 31.102 §4.2.88' },
    'transparent',
    URI_VECTOR,
  ),
  objectFile(
    { name: 'EF_PNNI', fid: 0x6fdf, sfi: undefined, clause: '3GPP TS 31.102 §4.2.89' },
    'linear',
    URI_VECTOR,
  ),
  objectFile(
    { name: 'EF_NCP-IP', fid: 0x6fe2, sfi: undefined, clause: '3GPP TS 31.102 §4.2.90' },
    'linear',
    ['800403696f748100ff', objects([0x80, '03696f74'], [0x81, ''])],
  ),
  objectFile(
    { name: 'EF_NASCONFIG', fid: 0x6fe8, sfi: undefined, clause: '3GPP TS 31.102 §4.2.94' },
    'transparent',
    ['800101810100ff', objects([0x80, '01'], [0x81, '00'])],
  ),
  objectFile(
    { name: 'EF_FDNURI', fid: 0x6fed, sfi: undefined, clause: '3GPP TS 31.102 §4.2.97' },
    'linear',
    URI_VECTOR,
  ),
  objectFile(
    { name: 'EF_BDNURI', fid: 0x6fee, sfi: undefined, clause: '3GPP TS 31.102 §4.2.98' },
    'linear',
    URI_VECTOR,
  ),
  objectFile(
    { name: 'EF_SDNURI', fid: 0x6fef, sfi: undefined, clause: '3GPP TS 31.102 §4.2.99' },
    'linear',
    URI_VECTOR,
  ),
  objectFile(
    { name: 'EF_IWL', fid: 0x6ff0, sfi: undefined, clause: '3GPP TS 31.102 §4.2.100' },
    'linear',
    ['a00480024253ff', objects([0xa0, '80024253'])],
  ),
  objectFile(
    { name: 'EF_IPD', fid: 0x6ff2, sfi: undefined, clause: '3GPP TS 31.102 §4.2.102' },
    'linear',
    ['800853214365870921f3ff', objects([0x80, '53214365870921f3'])],
  ),
  objectFile(
    {
      name: 'EF_3GPPPSDATAOFFservicelist',
      fid: 0x6ffa,
      sfi: undefined,
      clause: '3GPP TS 31.102 §4.2.110',
    },
    'transparent',
    ['800475726e3aff', objects([0x80, '75726e3a'])],
  ),
  objectFile(
    { name: 'EF_EARFCNList', fid: 0x6ffd, sfi: undefined, clause: '3GPP TS 31.102 §4.2.112' },
    'transparent',
    // an area of three points, as public test suites carry it
    [
      'a01a8004000100008112000001100001000002100002000003100003',
      objects([0xa0, '8004000100008112000001100001000002100002000003100003']),
    ],
  ),
  objectFile(
    { name: 'EF_GBAUAPI', fid: 0x6f0a, sfi: undefined, clause: '3GPP TS 31.102 §4.2' },
    'linear',
    ['8007a0000000871002ff', objects([0x80, 'a0000000871002'])],
  ),
];

/** A record of EF_TVCONFIG: how a network broadcasts. */
export interface BroadcastConfiguration {
  readonly plmn: Plmn | undefined;
  /** Groups in 'A0', carriers behind it. */
  readonly objects: readonly Tlv[];
}

/** Configuration of TV that networks broadcast, one network a record. */
export const EF_TVCONFIG: EfDefinition<BroadcastConfiguration> = {
  name: 'EF_TVCONFIG',
  fid: 0x6ffb,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.108',
  ...withHead<Pick<BroadcastConfiguration, 'plmn'>, Pick<BroadcastConfiguration, 'objects'>>(
    'EF_TVCONFIG',
    { plmn: plmnOrNone },
    property('objects', dataObjects('EF_TVCONFIG')),
  ),
  vectors: [
    // worked by hand
    [
      '62f210a009000001020304050607ff',
      { plmn: plmn('262-01'), objects: objects([0xa0, '000001020304050607']) },
    ],
    ['ffffffffff', { plmn: undefined, objects: [] }], // a free record
  ],
};

/** Rules that choose a route for each application, by PLMN. */
export const EF_URSP: ObjectFile = objectFile(
  { name: 'EF_URSP', fid: 0x4f0b, sfi: 0x0b, clause: '3GPP TS 31.102 §4.4.11.12' },
  'transparent',
  ['800562f2100000ff', objects([0x80, '62f2100000'])],
);

/** A configuration in XML. */
const CONFIGURATION_VECTOR: EfVector<readonly Tlv[]> = [
  '80043c612f3e',
  objects([0x80, '3c612f3e']),
];

function configurations(
  imsClause: string,
  xcapClause: string,
  mudMidClause: string,
): readonly ObjectFile[] {
  const file = (name: string, fid: number, clause: string): ObjectFile =>
    objectFile({ name, fid, sfi: undefined, clause }, 'ber-tlv', CONFIGURATION_VECTOR);
  return [
    file('EF_IMSConfigData', 0x6ff8, imsClause),
    file('EF_XCAPConfigData', 0x6ffc, xcapClause),
    file('EF_MuDMiDConfigData', 0x6ffe, mudMidClause),
  ];
}

/** Configurations that the USIM holds in EFs of structure BER-TLV. */
export const USIM_CONFIGURATIONS: readonly ObjectFile[] = configurations(
  '3GPP TS 31.102 §4.2.107',
  '3GPP TS 31.102 §4.2.111',
  '3GPP TS 31.102 §4.2.113',
);

/** The same of the ISIM. */
export const ISIM_CONFIGURATIONS: readonly ObjectFile[] = configurations(
  '3GPP TS 31.103 §4.2.18',
  '3GPP TS 31.103 §4.2.19',
  '3GPP TS 31.103 §4.2.21',
);

/** Data objects of the ISIM. */
export const ISIM_OBJECT_FILES: readonly ObjectFile[] = [
  objectFile(
    { name: 'EF_GBANL', fid: 0x6fd7, sfi: undefined, clause: '3GPP TS 31.103 §4.2.10' },
    'linear',
    ['8002616281026364ff', objects([0x80, '6162'], [0x81, '6364'])],
  ),
  objectFile(
    { name: 'EF_GBAUAPI', fid: 0x6f0a, sfi: undefined, clause: '3GPP TS 31.103 §4.2' },
    'linear',
    ['8007a0000000871002ff', objects([0x80, 'a0000000871002'])],
  ),
];

const TYPES_VECTOR: EfVector<readonly Tlv[]> = [
  '8906810300666f6f801068747470733a2f2f666f6f2e6261722f',
  objects([0x89, '810300666f6f'], [0x80, '68747470733a2f2f666f6f2e6261722f']),
];
const NAME_VECTOR: EfVector<readonly Tlv[]> = [
  '800b8108006d61686c7a656974',
  objects([0x80, '8108006d61686c7a656974']),
];

/** Cells of closed groups (DF HNB): which, of what type, by what name; vectors of public tests. */
export const HNB_FILES: readonly ObjectFile[] = [
  objectFile(
    { name: 'EF_ACSGL', fid: 0x4f81, sfi: 0x01, clause: '3GPP TS 31.102 §4.4.6.2' },
    'linear',
    ['a00d800362f21081060000000002e0', objects([0xa0, '800362f21081060000000002e0'])],
  ),
  objectFile(
    { name: 'EF_CSGT', fid: 0x4f82, sfi: 0x02, clause: '3GPP TS 31.102 §4.4.6.3' },
    'linear',
    TYPES_VECTOR,
  ),
  objectFile(
    { name: 'EF_HNBN', fid: 0x4f83, sfi: 0x03, clause: '3GPP TS 31.102 §4.4.6.4' },
    'linear',
    NAME_VECTOR,
  ),
  objectFile(
    { name: 'EF_OCSGL', fid: 0x4f84, sfi: 0x04, clause: '3GPP TS 31.102 §4.4.6.5' },
    'linear',
    ['a010800362f21081060000000002e0820100', objects([0xa0, '800362f21081060000000002e0820100'])],
  ),
  objectFile(
    { name: 'EF_OCSGT', fid: 0x4f85, sfi: 0x05, clause: '3GPP TS 31.102 §4.4.6' },
    'linear',
    TYPES_VECTOR,
  ),
  objectFile(
    { name: 'EF_OHNBN', fid: 0x4f86, sfi: 0x06, clause: '3GPP TS 31.102 §4.4.6' },
    'linear',
    NAME_VECTOR,
  ),
];

/** Identity with which the ME returns to a WLAN. Secret. */
export const EF_WRI: ObjectFile = objectFile(
  { name: 'EF_WRI', fid: 0x4f46, sfi: 0x06, clause: '3GPP TS 31.102 §4.4.5' },
  'transparent',
  ['800161810122ff', objects([0x80, '61'], [0x81, '22'])],
);
