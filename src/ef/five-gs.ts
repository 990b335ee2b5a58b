/**
 * 5GS and its networks of no operator (SNPN): how the ME behaves there, and other identities.
 *
 *     EF_SUPI_NAI   '80', '81' or '82' | length | NAI | 'FF' …
 *     EF_DRI        enabled 1 | present 1 | roaming wait 2 | return wait 2 | applicability 1
 *     EF_5GSEDRX    access technologies 1 | cycle 1
 *     EF_NID        assignment 1 | identifier 5
 *
 * What the network made and the ME only carries is octets here: EF_CAG, EF_SOR-CMCI.
 *
 * @see 3GPP TS 31.102 §4.4.11, §4.4.12
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { octets, uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { berTlv } from '../tlv/ber.ts';
import { decodePaddedTlvs, fillTo, fixed, opaque, textObject } from './codec.ts';
import type { EfCodec, EfDefinition, EfPlace } from './definition.ts';
import { flags, namedOctet, type SpareBit } from './fields.ts';
import { switches } from './switches.ts';

/** An identity of the subscriber that is no IMSI; a kind without a name is its tag. */
export interface Nai {
  readonly kind: 'network-specific' | 'global-line' | 'global-cable' | number;
  readonly nai: string;
}

const NAME = 'EF_SUPI_NAI';
const KINDS: readonly Nai['kind'][] = ['network-specific', 'global-line', 'global-cable'];
const FIRST_KIND = 0x80;

const nais: EfCodec<readonly Nai[]> = {
  decode: (contents) =>
    decodePaddedTlvs(contents, NAME).map(({ tag, value }) => ({
      kind: KINDS[tag - FIRST_KIND] ?? tag,
      nai: decodeUtf8(value, `${NAME}/NAI`),
    })),
  encode(value, size) {
    const objects = value.map(({ kind, nai }) => {
      const known = KINDS.indexOf(kind);
      if (known < 0 && typeof kind === 'string') {
        throw new RangeError(`${NAME}: expected ${KINDS.join(', ')}, got ${kind}`);
      }
      const tag = known < 0 ? Number(kind) : FIRST_KIND + known;
      return berTlv(tag, new TextEncoder().encode(nai));
    });
    return fillTo(concat(...objects), size, NAME);
  },
};

/** Identity of a subscriber without an IMSI. */
export const EF_SUPI_NAI: EfDefinition<readonly Nai[]> = {
  name: NAME,
  fid: 0x4f09,
  sfi: 0x09,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.10',
  ...nais,
  vectors: [
    // worked by hand
    ['80056140622e63ff', [{ kind: 'network-specific', nai: 'a@b.c' }]],
    ['83056140622e63ff', [{ kind: 0x83, nai: 'a@b.c' }]], // reserved
    ['ffffffff', []], // not personalised
  ],
};

function octetFile(place: EfPlace, vector: string): EfDefinition<Uint8Array> {
  return {
    ...place,
    structure: 'transparent',
    ...opaque(place.name),
    vectors: [[vector, fromHex(vector)]], // worked by hand
  };
}

/** EF_DRI: what the ME does when its network has broken down. */
export interface DisasterRoaming {
  readonly roaming: 'disabled' | 'enabled' | number;
  readonly present: readonly ('roaming-wait' | 'return-wait' | 'applicability' | SpareBit)[];
  /** Shortest and longest wait, an octet each. */
  readonly roamingWait: Uint8Array;
  /** The same for the way back. */
  readonly returnWait: Uint8Array;
  readonly applicability: number;
}

const EF_DRI: EfDefinition<DisasterRoaming> = {
  name: 'EF_DRI',
  fid: 0x4f0f,
  sfi: 0x0f,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.17',
  ...fixed<DisasterRoaming>('EF_DRI', {
    roaming: namedOctet({ disabled: 0x00, enabled: 0x01 }),
    present: flags(1, { 'roaming-wait': 0x01, 'return-wait': 0x02, applicability: 0x04 }),
    roamingWait: octets(2),
    returnWait: octets(2),
    applicability: uint(1),
  }),
  vectors: [
    // worked by hand
    [
      '01030105020600',
      {
        roaming: 'enabled',
        present: ['roaming-wait', 'return-wait'],
        roamingWait: Uint8Array.of(1, 5),
        returnWait: Uint8Array.of(2, 6),
        applicability: 0,
      },
    ],
    [
      '00040000000001',
      {
        roaming: 'disabled',
        present: ['applicability'],
        roamingWait: Uint8Array.of(0, 0),
        returnWait: Uint8Array.of(0, 0),
        applicability: 1,
      },
    ],
  ],
};

/** EF_5GSEDRX: how long the ME may sleep between two pagings. */
export interface ExtendedDrx {
  readonly accessTechnologies: readonly ('ng-ran' | 'satellite-ng-ran' | SpareBit)[];
  /** As the network codes it. */
  readonly cycle: number;
}

const EF_5GSEDRX: EfDefinition<ExtendedDrx> = {
  name: 'EF_5GSEDRX',
  fid: 0x4f10,
  sfi: 0x10,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.18',
  ...fixed<ExtendedDrx>('EF_5GSEDRX', {
    accessTechnologies: flags(1, { 'ng-ran': 0x01, 'satellite-ng-ran': 0x02 }),
    cycle: uint(1),
  }),
  vectors: [
    // worked by hand
    ['0105', { accessTechnologies: ['ng-ran'], cycle: 5 }],
    ['0209', { accessTechnologies: ['satellite-ng-ran'], cycle: 9 }],
  ],
};

/** EF_MCHPPLMN. */
export interface SearchMultiplier {
  readonly multiplier: number;
}

const EF_MCHPPLMN: EfDefinition<SearchMultiplier> = {
  name: 'EF_MCHPPLMN',
  fid: 0x4f15,
  sfi: 0x15,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.20',
  ...fixed<SearchMultiplier>('EF_MCHPPLMN', { multiplier: uint(1) }),
  vectors: [['02', { multiplier: 2 }]], // worked by hand
};

/** Files of DF 5GS that came after the first ones. */
export const FIVE_GS_FILES: readonly EfDefinition<unknown>[] = [
  EF_SUPI_NAI,
  {
    name: 'EF_TN3GPPSNN',
    fid: 0x4f0c,
    sfi: 0x0c,
    structure: 'transparent',
    clause: '3GPP TS 31.102 §4.4.11.13',
    ...textObject('EF_TN3GPPSNN'),
    vectors: [['8003352e47ff', '5.G']], // worked by hand
  },
  octetFile(
    { name: 'EF_CAG', fid: 0x4f0d, sfi: 0x0d, clause: '3GPP TS 31.102 §4.4.11.14' },
    '000562f21000ff',
  ),
  octetFile(
    { name: 'EF_SOR-CMCI', fid: 0x4f0e, sfi: 0x0e, clause: '3GPP TS 31.102 §4.4.11.15' },
    '800101ff',
  ),
  EF_DRI,
  EF_5GSEDRX,
  switches(
    { name: 'EF_5GNSWO_CONF', fid: 0x4f11, sfi: 0x11, clause: '3GPP TS 31.102 §4.4.11.19' },
    { enabled: 0x01 },
  ),
  EF_MCHPPLMN,
  switches(
    { name: 'EF_KAUSF_DERIVATION', fid: 0x4f16, sfi: 0x16, clause: '3GPP TS 31.102 §4.4.11.21' },
    { 'use-msk': 0x01 },
  ),
];

/** A record of EF_NID: a network without an operator. */
export interface NetworkIdentifier {
  readonly assignment: 'coordinated-1' | 'self' | 'coordinated-2' | number;
  /** 5 octets. */
  readonly identifier: Uint8Array;
}

const EF_NID: EfDefinition<NetworkIdentifier> = {
  name: 'EF_NID',
  fid: 0x4f02,
  sfi: 0x02,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.12',
  ...fixed<NetworkIdentifier>('EF_NID', {
    assignment: namedOctet({ 'coordinated-1': 0x00, self: 0x01, 'coordinated-2': 0x02 }),
    identifier: octets(5),
  }),
  vectors: [
    ['010000000007', { assignment: 'self', identifier: Uint8Array.of(0, 0, 0, 0, 7) }],
    ['030000000007', { assignment: 3, identifier: Uint8Array.of(0, 0, 0, 0, 7) }], // reserved
  ],
};

/** Files of DF SNPN. */
export const SNPN_FILES: readonly EfDefinition<unknown>[] = [
  switches(
    { name: 'EF_PWS_SNPN', fid: 0x4f01, sfi: 0x01, clause: '3GPP TS 31.102 §4.4.12.2' },
    { 'ignore-warnings-in-subscribed': 0x01, 'ignore-warnings-in-others': 0x02 },
  ),
  EF_NID,
];
