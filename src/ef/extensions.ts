/**
 * EF_EXT1 to EF_EXT8: digits that did not fit into the record of a number, one extension a record.
 *
 *     type 1 | length and digits, or subaddress 11 | next record 1
 *
 * @see 3GPP TS 31.102 §4.2.30, §4.4.2.4
 * @module
 */

import { octets, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { fixed } from './codec.ts';
import type { EfDefinition, EfPlace, EfVector } from './definition.ts';
import { namedOctet } from './fields.ts';

/** A record of an extension EF. */
export interface Extension {
  readonly type: 'free' | 'called-party-subaddress' | 'additional-data' | number;
  /** 11 octets. */
  readonly data: Uint8Array;
  /** Record of the same EF that goes on; 255 for none. */
  readonly nextRecord: number;
}

const VECTORS: readonly EfVector<Extension>[] = [
  // a free record
  ['00ffffffffffffffffffffffff', { type: 'free', data: filled(11, 0xff), nextRecord: 0xff }],
  // worked by hand: 4 more digits, 2 octets, and no further record
  [
    '02022143ffffffffffffffffff',
    {
      type: 'additional-data',
      data: Uint8Array.of(0x02, 0x21, 0x43, ...filled(8, 0xff)),
      nextRecord: 0xff,
    },
  ],
  // worked by hand: a type that is reserved
  ['04ffffffffffffffffffffff03', { type: 4, data: filled(11, 0xff), nextRecord: 3 }],
];

/** Declares an extension EF. */
export function extension(place: EfPlace): EfDefinition<Extension> {
  return {
    ...place,
    structure: 'linear',
    ...fixed<Extension>(place.name, {
      type: namedOctet({ free: 0x00, 'called-party-subaddress': 0x01, 'additional-data': 0x02 }),
      data: octets(11),
      nextRecord: uint(1),
    }),
    vectors: VECTORS,
  };
}

/** Extensions of EF_FDN. */
export const EF_EXT2: EfDefinition<Extension> = extension({
  name: 'EF_EXT2',
  fid: 0x6f4b,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.30',
});

/** Extensions of EF_SDN. */
export const EF_EXT3: EfDefinition<Extension> = extension({
  name: 'EF_EXT3',
  fid: 0x6f4c,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.31',
});

/** Extensions of EF_MBDN. */
export const EF_EXT6: EfDefinition<Extension> = extension({
  name: 'EF_EXT6',
  fid: 0x6fc8,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.61',
});

/** Extensions of EF_CFIS. */
export const EF_EXT7: EfDefinition<Extension> = extension({
  name: 'EF_EXT7',
  fid: 0x6fcc,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.65',
});

/** Extensions of the numbers of the USIM. */
export const USIM_EXTENSIONS: readonly EfDefinition<Extension>[] = [
  EF_EXT2,
  EF_EXT3,
  extension({ name: 'EF_EXT5', fid: 0x6f4e, sfi: undefined, clause: '3GPP TS 31.102 §4.2.37' }),
  extension({ name: 'EF_EXT4', fid: 0x6f55, sfi: undefined, clause: '3GPP TS 31.102 §4.2.45' }),
  EF_EXT6,
  EF_EXT7,
  extension({ name: 'EF_EXT8', fid: 0x6fcf, sfi: undefined, clause: '3GPP TS 31.102 §4.2.68' }),
];

/** Extensions of EF_ADN and EF_MSISDN in DF TELECOM. */
export const EF_EXT1: EfDefinition<Extension> = extension({
  name: 'EF_EXT1',
  fid: 0x6f4a,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.4.2.4',
});
