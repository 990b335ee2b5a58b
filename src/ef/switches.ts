/**
 * EFs of one octet or two that switch something on or off, one row a file.
 *
 *     flags 1
 *
 * @see 3GPP TS 31.102 §4.2.93, §4.2.96, §4.2.106, §4.2.109, §4.2.114, §4.2.115, §4.4.3.4
 * @module
 */

import { type Field, uint } from '../bytes/layout.ts';
import type { Tlv } from '../tlv/ber.ts';
import { dataObjects, fixed, opaque, property, withHead } from './codec.ts';
import type { EfDefinition, EfPlace } from './definition.ts';
import { flags, type Masks, type SpareBit } from './fields.ts';

/** Contents of one octet of flags. */
export interface Switches<Name extends string> {
  readonly flags: readonly (Name | SpareBit)[];
}

/** Declares an EF of one octet of flags; its vectors are made from its first name. */
export function switches<const Name extends string>(
  place: EfPlace,
  masks: Masks<Name>,
): EfDefinition<Switches<Name>> {
  const [first] = Object.keys(masks) as [Name];
  const octet = masks[first].toString(16).padStart(2, '0');
  return {
    ...place,
    structure: 'transparent',
    ...fixed<Switches<Name>>(place.name, { flags: flags(1, masks) }),
    vectors: [
      ['00', { flags: [] }],
      [octet, { flags: [first] }],
      ['80', { flags: ['b8'] }], // reserved
    ],
  };
}

/** EF_FromPreferred of USIM and ISIM: the card prefers a value of its own in the From header. */
export function fromPreferred(clause: string): EfDefinition<unknown> {
  return switches(
    { name: 'EF_FromPreferred', fid: 0x6ff7, sfi: undefined, clause },
    { 'from-preferred': 0x01 },
  );
}

/** EF_IMSDCI of USIM and ISIM: whether the data channel of the IMS may be used. */
export function dataChannel(clause: string): EfDefinition<{ readonly indication: number }> {
  return {
    name: 'EF_IMSDCI',
    fid: 0x6f0b,
    sfi: undefined,
    structure: 'transparent',
    clause,
    ...fixed<{ readonly indication: number }>('EF_IMSDCI', { indication: uint(1) }),
    vectors: [['01', { indication: 1 }]], // worked by hand
  };
}

/** Signal thresholds of the operator, a data object for each access technology. */
export interface SignalThresholds {
  readonly flags: readonly ('enabled' | SpareBit)[];
  readonly thresholds: readonly Tlv[];
}

const EF_OCST: EfDefinition<SignalThresholds> = {
  name: 'EF_OCST',
  fid: 0x6f02,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.115',
  ...withHead<Pick<SignalThresholds, 'flags'>, Pick<SignalThresholds, 'thresholds'>>(
    'EF_OCST',
    { flags: flags(1, { enabled: 0x01 }) },
    property('thresholds', dataObjects('EF_OCST')),
  ),
  vectors: [
    // worked by hand
    ['01800164', { flags: ['enabled'], thresholds: [{ tag: 0x80, value: Uint8Array.of(0x64) }] }],
  ],
};

/** A service that goes on while packet data of the user is off. */
export type ExemptService =
  | 'ussi'
  | 'voice'
  | 'video'
  | 'supplementary-services'
  | 'sms-over-ip'
  | 'bearer-independent-protocol'
  | 'device-management';

const exemptServices: Field<readonly (ExemptService | SpareBit)[]> = flags(1, {
  ussi: 0x01,
  voice: 0x02,
  video: 0x04,
  'supplementary-services': 0x08,
  'sms-over-ip': 0x10,
  'bearer-independent-protocol': 0x20,
  'device-management': 0x40,
});

/** EF_3GPPPSDATAOFF. Without service 131, `home` holds everywhere. */
export interface DataOff {
  readonly home: readonly (ExemptService | SpareBit)[];
  readonly roaming: readonly (ExemptService | SpareBit)[];
  readonly rfu: number;
}

const EF_3GPPPSDATAOFF: EfDefinition<DataOff> = {
  name: 'EF_3GPPPSDATAOFF',
  fid: 0x6ff9,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.109',
  ...fixed<DataOff>('EF_3GPPPSDATAOFF', {
    home: exemptServices,
    roaming: exemptServices,
    rfu: uint(2),
  }),
  // worked by hand
  vectors: [['12020000', { home: ['voice', 'sms-over-ip'], roaming: ['voice'], rfu: 0 }]],
};

/** Switches of the USIM. */
export const USIM_SWITCHES: readonly EfDefinition<unknown>[] = [
  switches(
    { name: 'EF_PWS', fid: 0x6fec, sfi: undefined, clause: '3GPP TS 31.102 §4.2.96' },
    { 'ignore-warnings-at-home': 0x01, 'ignore-warnings-abroad': 0x02 },
  ),
  switches(
    { name: 'EF_eAKA', fid: 0x6f01, sfi: undefined, clause: '3GPP TS 31.102 §4.2.114' },
    { 'enhanced-sqn': 0x01 },
  ),
  EF_OCST,
  fromPreferred('3GPP TS 31.102 §4.2.106'),
  dataChannel('3GPP TS 31.102 §4.2'),
  {
    name: 'EF_UFC',
    fid: 0x6fe6,
    sfi: undefined,
    structure: 'transparent',
    clause: '3GPP TS 31.102 §4.2.93',
    ...opaque('EF_UFC'),
    vectors: [['8001', Uint8Array.of(0x80, 0x01)]], // worked by hand
  },
  EF_3GPPPSDATAOFF,
];

/** EF_InvScan in DF GSM-ACCESS and DF GSM. */
export function investigationScan(fid: number, clause: string): EfDefinition<unknown> {
  return switches(
    { name: 'EF_InvScan', fid, sfi: undefined, clause },
    { 'in-limited-service': 0x01, 'after-selection': 0x02 },
  );
}
