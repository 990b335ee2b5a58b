/**
 * Who the card and its subscriber are: EF_ICCID, EF_IMSI, the identities of the ISIM, and the
 * groups EF_GID1 and EF_GID2, which are the operator's own octets.
 *
 *     EF_ICCID  digits, two an octet                     10
 *     EF_IMSI   length 1 | parity and digits 8            9
 *     EF_IMPI   '80' | length | text | 'FF' …
 *
 * @see ETSI TS 102 221 §13.2; 3GPP TS 31.102 §4.2.2, §4.2.10, §4.2.11; 3GPP TS 31.103 §4.2.2
 * @module
 */

import {
  decodeIccid,
  decodeImsi,
  encodeIccid,
  encodeImsi,
  ICCID_OCTETS,
  type Iccid,
  IMSI_OCTETS,
  type Imsi,
  iccid,
  imsi,
} from '../bytes/identity.ts';
import { filled } from '../bytes/octets.ts';
import { fillTo, opaque, orEmpty, textObject, withoutFiller } from './codec.ts';
import type { EfDefinition } from './definition.ts';

/** Identification number of the card. */
export const EF_ICCID: EfDefinition<Iccid | undefined> = {
  name: 'EF_ICCID',
  fid: 0x2fe2,
  sfi: 0x02,
  structure: 'transparent',
  clause: 'ETSI TS 102 221 §13.2',
  ...orEmpty<Iccid>({
    decode: (octets) => decodeIccid(withoutFiller(octets, ICCID_OCTETS, 'EF_ICCID')),
    encode: (value, size) => fillTo(encodeIccid(value), size, 'EF_ICCID'),
  }),
  vectors: [
    ['98990901000000000031', iccid('89999010000000000013')], // default test profile
    ['ffffffffffffffffffff', undefined], // not personalised
  ],
};

/** IMSI. */
export const EF_IMSI: EfDefinition<Imsi | undefined> = {
  name: 'EF_IMSI',
  fid: 0x6f07,
  sfi: 0x07,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.2',
  ...orEmpty<Imsi>({
    decode: (octets) => decodeImsi(withoutFiller(octets, IMSI_OCTETS, 'EF_IMSI')),
    encode: (value, size) => fillTo(encodeImsi(value), size, 'EF_IMSI'),
  }),
  vectors: [
    ['080910101032547698', imsi('001010123456789')], // default test profile
    ['062164803175f9ffff', imsi('2460813579')], // 3GPP TS 31.121: 10 digits
    ['ffffffffffffffffff', undefined], // not personalised
  ],
};

/** Private user identity of the IMS. */
export const EF_IMPI: EfDefinition<string | undefined> = {
  name: 'EF_IMPI',
  fid: 0x6f02,
  sfi: 0x02,
  structure: 'transparent',
  clause: '3GPP TS 31.103 §4.2.2',
  ...textObject('EF_IMPI'),
  vectors: [
    // default test profile
    [
      '803130303130313031323334353637383940696d732e6d6e633030312e6d63633030312e336770706e6574776f' +
        '726b2e6f7267',
      '001010123456789@ims.mnc001.mcc001.3gppnetwork.org',
    ],
  ],
};

/** Home network domain name of the IMS. */
export const EF_DOMAIN: EfDefinition<string | undefined> = {
  name: 'EF_DOMAIN',
  fid: 0x6f03,
  sfi: 0x05,
  structure: 'transparent',
  clause: '3GPP TS 31.103 §4.2.3',
  ...textObject('EF_DOMAIN'),
  vectors: [
    // default test profile
    [
      '8021696d732e6d6e633030312e6d63633030312e336770706e6574776f726b2e6f7267',
      'ims.mnc001.mcc001.3gppnetwork.org',
    ],
  ],
};

/** Public user identities of the IMS, one a record. */
export const EF_IMPU: EfDefinition<string | undefined> = {
  name: 'EF_IMPU',
  fid: 0x6f04,
  sfi: 0x04,
  structure: 'linear',
  clause: '3GPP TS 31.103 §4.2.4',
  ...textObject('EF_IMPU'),
  vectors: [
    // default test profile
    [
      '80357369703a30303130313031323334353637383940696d732e6d6e633030312e6d63633030312e336770706e' +
        '6574776f726b2e6f7267ffffffffffffffffffffffffffffffffffffffffffffffffff',
      'sip:001010123456789@ims.mnc001.mcc001.3gppnetwork.org',
    ],
  ],
};

/** Group of the subscriber, first level. */
export const EF_GID1: EfDefinition<Uint8Array> = {
  name: 'EF_GID1',
  fid: 0x6f3e,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.10',
  ...opaque('EF_GID1'),
  vectors: [['ffffffff', filled(4, 0xff)]], // default test profile
};

/** Group of the subscriber, second level. */
export const EF_GID2: EfDefinition<Uint8Array> = {
  name: 'EF_GID2',
  fid: 0x6f3f,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.11',
  ...opaque('EF_GID2'),
  vectors: [['ffffffff', filled(4, 0xff)]], // default test profile
};
