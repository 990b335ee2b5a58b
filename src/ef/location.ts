/**
 * Where the ME was registered last: EF_LOCI and its like for each generation, EF_NETPAR.
 *
 *     EF_LOCI           TMSI 4 | PLMN 3 | LAC 2 | RFU 1 | status 1
 *     EF_PSLOCI         P-TMSI 4 | signature 3 | PLMN 3 | LAC 2 | RAC 1 | status 1
 *     EF_EPSLOCI        GUTI 12 | PLMN 3 | TAC 2 | status 1
 *     EF_5GS3GPPLOCI    5G-GUTI 13 | PLMN 3 | TAC 3 | status 1
 *
 * An identity that is not there is all 'FF'. Each file has a value that says "nowhere".
 *
 * @see 3GPP TS 31.102 §4.2.17, §4.2.23, §4.2.91, §4.4.11.2, §4.4.11.3, §4.2.57
 * @module
 */

import { type Plmn, plmn } from '../bytes/identity.ts';
import { octets, oneOf, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { fixed, opaque } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import { plmnOrNone } from './fields.ts';

/** EF_LOCI. */
export interface Loci {
  /** 4 octets. */
  readonly tmsi: Uint8Array;
  readonly plmn: Plmn | undefined;
  readonly lac: number;
  readonly rfu: number;
  readonly status: 'updated' | 'not-updated' | 'plmn-not-allowed' | 'area-not-allowed';
}

/** EF_LOCI of a subscription that was registered nowhere. */
export const NO_LOCI: Loci = {
  tmsi: filled(4, 0xff),
  plmn: undefined,
  lac: 0,
  rfu: 0xff,
  status: 'not-updated',
};

/** Location information of the circuit switched domain. */
export const EF_LOCI: EfDefinition<Loci> = {
  name: 'EF_LOCI',
  fid: 0x6f7e,
  sfi: 0x0b,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.17',
  ...fixed<Loci>('EF_LOCI', {
    tmsi: octets(4),
    plmn: plmnOrNone,
    lac: uint(2),
    rfu: uint(1),
    status: oneOf(['updated', 'not-updated', 'plmn-not-allowed', 'area-not-allowed']),
  }),
  vectors: [
    ['ffffffffffffff0000ff01', NO_LOCI], // default test profile
    // a field card, registered
    [
      '47d1264a62f21037211e00',
      {
        tmsi: Uint8Array.of(0x47, 0xd1, 0x26, 0x4a),
        plmn: plmn('262-01'),
        lac: 0x3721,
        rfu: 0x1e,
        status: 'updated',
      },
    ],
  ],
};

/** EF_PSLOCI. */
export interface Psloci {
  /** 4 octets. */
  readonly ptmsi: Uint8Array;
  /** 3 octets. */
  readonly signature: Uint8Array;
  readonly plmn: Plmn | undefined;
  readonly lac: number;
  readonly rac: number;
  readonly status: 'updated' | 'not-updated' | 'plmn-not-allowed' | 'area-not-allowed';
}

/** EF_PSLOCI of a subscription that was registered nowhere. */
export const NO_PSLOCI: Psloci = {
  ptmsi: filled(4, 0xff),
  signature: filled(3, 0xff),
  plmn: undefined,
  lac: 0,
  rac: 0xff,
  status: 'not-updated',
};

/** Declares contents of EF_PSLOCI and its like. */
export function psloci(name: string): EfCodec<Psloci> {
  return fixed<Psloci>(name, {
    ptmsi: octets(4),
    signature: octets(3),
    plmn: plmnOrNone,
    lac: uint(2),
    rac: uint(1),
    status: oneOf(['updated', 'not-updated', 'plmn-not-allowed', 'area-not-allowed']),
  });
}

/** Location information of the packet switched domain. */
export const EF_PSLOCI: EfDefinition<Psloci> = {
  name: 'EF_PSLOCI',
  fid: 0x6f73,
  sfi: 0x0c,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.23',
  ...psloci('EF_PSLOCI'),
  vectors: [['ffffffffffffffffffff0000ff01', NO_PSLOCI]], // default test profile
};

/** EF_EPSLOCI. */
export interface Epsloci {
  /** 12 octets, as in the EPS mobile identity; all 'FF' for none. */
  readonly guti: Uint8Array;
  readonly plmn: Plmn | undefined;
  readonly tac: number;
  readonly status: 'updated' | 'not-updated' | 'roaming-not-allowed';
}

/** EF_EPSLOCI of a subscription that was registered nowhere. */
export const NO_EPSLOCI: Epsloci = {
  guti: filled(12, 0xff),
  plmn: undefined,
  tac: 0,
  status: 'not-updated',
};

/** Location information of EPS. */
export const EF_EPSLOCI: EfDefinition<Epsloci> = {
  name: 'EF_EPSLOCI',
  fid: 0x6fe3,
  sfi: 0x1e,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.91',
  ...fixed<Epsloci>('EF_EPSLOCI', {
    guti: octets(12),
    plmn: plmnOrNone,
    tac: uint(2),
    status: oneOf(['updated', 'not-updated', 'roaming-not-allowed']),
  }),
  vectors: [['ffffffffffffffffffffffffffffff000001', NO_EPSLOCI]], // default test profile
};

/** EF_5GS3GPPLOCI and EF_5GSN3GPPLOCI. */
export interface FiveGsLoci {
  /** 13 octets, as in the 5GS mobile identity; all 'FF' for none. */
  readonly guti: Uint8Array;
  readonly plmn: Plmn | undefined;
  readonly tac: number;
  readonly status: 'updated' | 'not-updated' | 'roaming-not-allowed';
}

/** The 5GS location of a subscription that was registered nowhere. */
export const NO_5GS_LOCI: FiveGsLoci = {
  guti: filled(13, 0xff),
  plmn: undefined,
  tac: 0xffffff,
  status: 'not-updated',
};

function fiveGsLoci(name: string): EfCodec<FiveGsLoci> {
  return fixed<FiveGsLoci>(name, {
    guti: octets(13),
    plmn: plmnOrNone,
    tac: uint(3),
    status: oneOf(['updated', 'not-updated', 'roaming-not-allowed']),
  });
}

/** Location information of 5GS for 3GPP access. */
export const EF_5GS3GPPLOCI: EfDefinition<FiveGsLoci> = {
  name: 'EF_5GS3GPPLOCI',
  fid: 0x4f01,
  sfi: 0x01,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.2',
  ...fiveGsLoci('EF_5GS3GPPLOCI'),
  vectors: [['ffffffffffffffffffffffffffffffffffffff01', NO_5GS_LOCI]], // default test profile
};

/** Location information of 5GS for non-3GPP access. */
export const EF_5GSN3GPPLOCI: EfDefinition<FiveGsLoci> = {
  name: 'EF_5GSN3GPPLOCI',
  fid: 0x4f02,
  sfi: 0x02,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.3',
  ...fiveGsLoci('EF_5GSN3GPPLOCI'),
  vectors: [
    ['ffffffffffffffffffffffffffffffffffffff01', NO_5GS_LOCI], // default test profile
    // 3GPP TS 31.102, annex E: TAC 0; PLMN 001-01
    [
      'ffffffffffffffffffffffffff00f11000000001',
      { guti: filled(13, 0xff), plmn: plmn('001-01'), tac: 0, status: 'not-updated' },
    ],
  ],
};

/** What the ME remembers of cells, to find them sooner. */
export const EF_NETPAR: EfDefinition<Uint8Array> = {
  name: 'EF_NETPAR',
  fid: 0x6fc4,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.57',
  ...opaque('EF_NETPAR'),
  vectors: [['ff'.repeat(46), filled(46, 0xff)]], // default test profile
};
