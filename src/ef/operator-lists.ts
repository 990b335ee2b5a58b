/**
 * Where which name is shown: EF_OPL gives each area a record of EF_PNN, EF_SPDI counts networks as
 * the service provider's own.
 *
 *     EF_OPL    PLMN 3 | first LAC or TAC 2 | last 2 | record of EF_PNN 1
 *     EF_SPDI   'A3' | length | '80' | length | PLMN 3 | PLMN 3 … | 'FF' …
 *
 * @see 3GPP TS 31.102 §4.2.59, §4.2.66, §4.4.11.9
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { plmn } from '../bytes/identity.ts';
import { type Field, mapped, uint } from '../bytes/layout.ts';
import { berTlv, decodeBerTlvs } from '../tlv/ber.ts';
import { decodePaddedTlvs, fillTo, fixed, isFiller, listOf, orEmpty } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import { PLMN_OCTETS } from './fields.ts';
import { PLMN_ENTRY, type PlmnList } from './plmn-lists.ts';

/** A record of EF_OPL. */
export interface OperatorArea {
  /** `001-01`; a `d` stands for any digit: `001-dd`. */
  readonly plmn: string;
  readonly firstArea: number;
  readonly lastArea: number;
  /** Record of EF_PNN; 0 for the name that the ME would show without EF_OPL. */
  readonly pnnRecord: number;
}

const WILD_PLMN = /^([0-9d])([0-9d])([0-9d])-([0-9d])([0-9d])([0-9d])?$/;

/** A PLMN in which the semi-octet 'D' stands for any digit. */
export const wildPlmn: Field<string> = mapped(
  PLMN_OCTETS,
  (found, name) => {
    const [mcc2, mcc1, mnc3, mcc3, mnc2, mnc1] = toHex(found);
    const text = `${mcc1}${mcc2}${mcc3}-${mnc1}${mnc2}${mnc3 === 'f' ? '' : mnc3}`;
    if (!WILD_PLMN.test(text)) throw new DecodeError(name, 0, `expected digits or 'd'`);
    return text;
  },
  (text, name) => {
    const digits = WILD_PLMN.exec(text);
    if (digits === null) throw new RangeError(`${name}: expected digits or d, got "${text}"`);
    const [, mcc1, mcc2, mcc3, mnc1, mnc2, mnc3 = 'f'] = digits;
    return fromHex(`${mcc2}${mcc1}${mnc3}${mcc3}${mnc2}${mnc1}`);
  },
);

/** Areas with the name to show there, one a record. */
export const EF_OPL: EfDefinition<OperatorArea | undefined> = {
  name: 'EF_OPL',
  fid: 0x6fc6,
  sfi: 0x1a,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.59',
  ...orEmpty(
    fixed<OperatorArea>('EF_OPL', {
      plmn: wildPlmn,
      firstArea: uint(2),
      lastArea: uint(2),
      pnnRecord: uint(1),
    }),
  ),
  vectors: [
    // default test profile: all of 001-01
    ['00f1100000fffe01', { plmn: '001-01', firstArea: 0, lastArea: 0xfffe, pnnRecord: 1 }],
    // worked by hand: any network of MCC 310
    ['13d0dd0000fffe02', { plmn: '310-ddd', firstArea: 0, lastArea: 0xfffe, pnnRecord: 2 }],
    ['ffffffffffffffff', undefined], // a free record
  ],
};

/** Areas of 5GS with the name to show there, one a record; their codes have 3 octets. */
export const EF_OPL5G: EfDefinition<OperatorArea | undefined> = {
  name: 'EF_OPL5G',
  fid: 0x4f08,
  sfi: 0x08,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.11.9',
  ...orEmpty(
    fixed<OperatorArea>('EF_OPL5G', {
      plmn: wildPlmn,
      firstArea: uint(3),
      lastArea: uint(3),
      pnnRecord: uint(1),
    }),
  ),
  vectors: [
    // worked by hand: all of 001-01
    ['00f110000000fffffe01', { plmn: '001-01', firstArea: 0, lastArea: 0xfffffe, pnnRecord: 1 }],
    ['ff'.repeat(10), undefined], // a free record
  ],
};

const DISPLAY_INFORMATION = 0xa3;
const PROVIDER_PLMNS = 0x80;
const PROVIDER_LIST: EfCodec<PlmnList> = listOf('EF_SPDI/PLMNs', PLMN_ENTRY);

/** PLMNs in which the name of the service provider is shown as at home. */
export const EF_SPDI: EfDefinition<PlmnList> = {
  name: 'EF_SPDI',
  fid: 0x6fcd,
  sfi: 0x1b,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.66',
  decode(octets) {
    if (isFiller(octets)) return [];
    const [outer, ...behind] = decodePaddedTlvs(octets, 'EF_SPDI');
    const [inner, ...others] = decodeBerTlvs(outer?.value ?? octets, `EF_SPDI/'a3'`);
    if (outer?.tag !== DISPLAY_INFORMATION || inner?.tag !== PROVIDER_PLMNS) {
      throw new DecodeError('EF_SPDI', 0, `expected '80' in 'a3'`);
    }
    if (behind.length + others.length > 0) {
      throw new DecodeError('EF_SPDI', 0, 'expected no more data objects');
    }
    return PROVIDER_LIST.decode(inner.value);
  },
  encode(value, size) {
    const inner = berTlv(PROVIDER_PLMNS, PROVIDER_LIST.encode(value));
    return fillTo(berTlv(DISPLAY_INFORMATION, inner), size, 'EF_SPDI');
  },
  vectors: [
    ['a305800300f110ffffffffffffffffff', [plmn('001-01')]], // default test profile
    ['a3028000ffff', []], // worked by hand: no PLMN
  ],
};
