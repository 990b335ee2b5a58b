/**
 * Names that the ME shows: of the service provider, EF_SPN, and of networks, EF_PNN.
 *
 *     EF_SPN    conditions 1 | alpha identifier 16
 *     EF_PNN    '43' | length 1 | full name | '45' | length 1 | short name | 'FF' …
 *
 * @see 3GPP TS 31.102 §4.2.12, §4.2.58
 * @module
 */

import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeAlpha, encodeAlpha } from './alpha.ts';
import { fillTo, orEmpty, withoutFiller } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import { bitsOf, flagsOf, type Masks, type SpareBit } from './fields.ts';
import { decodeNetworkName, encodeNetworkName, type NetworkName } from './network-name.ts';

/** When the name is not shown alone. */
export type DisplayCondition = 'registered-plmn-required' | 'provider-name-not-required';

const DISPLAY_CONDITIONS: Masks<DisplayCondition> = {
  'registered-plmn-required': 0x01,
  'provider-name-not-required': 0x02,
};

/** EF_SPN. */
export interface ServiceProviderName {
  readonly displayConditions: readonly (DisplayCondition | SpareBit)[];
  readonly name: string;
}

/** Name of the service provider. */
export const EF_SPN: EfDefinition<ServiceProviderName> = {
  name: 'EF_SPN',
  fid: 0x6f46,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.12',
  decode(octets) {
    const reader = new ByteReader(octets, 'EF_SPN');
    const conditions = reader.uint(1, 'display condition');
    return {
      displayConditions: flagsOf(conditions, DISPLAY_CONDITIONS),
      name: decodeAlpha(reader.rest(), 'EF_SPN/name'),
    };
  },
  encode({ displayConditions, name }, size) {
    const conditions = bitsOf(displayConditions, DISPLAY_CONDITIONS, 1);
    const text = encodeAlpha(name);
    return fillTo(concat(Uint8Array.of(conditions), text), size, 'EF_SPN');
  },
  vectors: [
    // default test profile
    ['0054657374205553494dffffffffffffff', { displayConditions: [], name: 'Test USIM' }],
    // worked by hand: UCS2
    [
      '03800422043504410442ffffffffffffff',
      {
        displayConditions: ['registered-plmn-required', 'provider-name-not-required'],
        name: 'Тест',
      },
    ],
  ],
};

/** A record of EF_PNN. */
export interface PlmnNetworkName {
  readonly fullName: NetworkName;
  readonly shortName: NetworkName | undefined;
}

const FULL_NAME = 0x43;
const SHORT_NAME = 0x45;
const PNN = 'EF_PNN';

function readName(reader: ByteReader, tag: number, field: string): NetworkName {
  reader.expect(Uint8Array.of(tag), `${field} tag`);
  const length = reader.uint(1, `${field} length`);
  return decodeNetworkName(reader.take(length, field), `${PNN}/${field}`);
}

function writeName(tag: number, name: NetworkName): Uint8Array {
  const octets = encodeNetworkName(name);
  return concat(Uint8Array.of(tag, octets.length), octets);
}

const plmnNetworkName: EfCodec<PlmnNetworkName> = {
  decode(octets) {
    const reader = new ByteReader(octets, PNN);
    const fullName = readName(reader, FULL_NAME, 'full name');
    const hasShortName = reader.peek() === SHORT_NAME;
    const shortName = hasShortName ? readName(reader, SHORT_NAME, 'short name') : undefined;
    withoutFiller(octets, reader.offset, PNN);
    return { fullName, shortName };
  },
  encode({ fullName, shortName }, size) {
    const short = shortName === undefined ? [] : [writeName(SHORT_NAME, shortName)];
    return fillTo(concat(writeName(FULL_NAME, fullName), ...short), size, PNN);
  },
};

/** Names of networks, one a record; EF_OPL points here. */
export const EF_PNN: EfDefinition<PlmnNetworkName | undefined> = {
  name: PNN,
  fid: 0x6fc5,
  sfi: 0x19,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.58',
  ...orEmpty(plmnNetworkName),
  vectors: [
    // default test profile
    [
      '430981d4f29c0e82329b4effffffffffffffffffffffffff',
      { fullName: { text: 'Test PLMN', countryInitials: false }, shortName: undefined },
    ],
    ['ffffffffffffffff', undefined], // a free record
    // worked by hand: 'MNO-B' has 35 bits, so 5 are spare; b4 asks for the country's initials
    [
      '4306854de7b3250445068d4de7b32504ffffffff',
      {
        fullName: { text: 'MNO-B', countryInitials: false },
        shortName: { text: 'MNO-B', countryInitials: true },
      },
    ],
  ],
};
