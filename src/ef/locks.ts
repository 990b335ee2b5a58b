/**
 * What an ME is locked to, what unlocks it, and what it may connect to.
 *
 *     EF_DCK         network 4 | network subset 4 | service provider 4 | corporate 4
 *     EF_CNL         PLMN 3 | network subset 1 | service provider 1 | corporate 1 | …
 *     EF_Hiddenkey   digits 4
 *     EF_ACL         count 1 | 'DD' | length | access point name | … | 'FF' …
 *
 * @see 3GPP TS 31.102 §4.2.42, §4.2.48, §4.2.49, §4.2.50; 3GPP TS 23.003 §9.1
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { type Plmn, plmn } from '../bytes/identity.ts';
import { uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv } from '../tlv/ber.ts';
import { decodePaddedTlvs, fillTo, fixed, fixedEntry, listOf, orEmpty } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import { digits, plmnOrNone } from './fields.ts';

/** EF_DCK: 8 digits each, none when there is no key. Secret. */
export interface DepersonalisationKeys {
  readonly network: string;
  readonly networkSubset: string;
  readonly serviceProvider: string;
  readonly corporate: string;
}

/** Keys that unlock an ME. */
export const EF_DCK: EfDefinition<DepersonalisationKeys> = {
  name: 'EF_DCK',
  fid: 0x6f2c,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.49',
  ...fixed<DepersonalisationKeys>('EF_DCK', {
    network: digits(4),
    networkSubset: digits(4),
    serviceProvider: digits(4),
    corporate: digits(4),
  }),
  vectors: [
    // worked by hand
    [
      '21436587ffffffffffffffffffffffff',
      { network: '12345678', networkSubset: '', serviceProvider: '', corporate: '' },
    ],
  ],
};

/** An entry of EF_CNL; 255 where a part does not matter. */
export interface CooperativeNetwork {
  readonly plmn: Plmn | undefined;
  readonly networkSubset: number;
  readonly serviceProvider: number;
  readonly corporate: number;
}

/** Networks whose subscriptions the ME takes as well. */
export const EF_CNL: EfDefinition<readonly (CooperativeNetwork | undefined)[]> = {
  name: 'EF_CNL',
  fid: 0x6f32,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.50',
  ...listOf(
    'EF_CNL',
    fixedEntry<CooperativeNetwork>('network', {
      plmn: plmnOrNone,
      networkSubset: uint(1),
      serviceProvider: uint(1),
      corporate: uint(1),
    }),
  ),
  vectors: [
    // worked by hand
    [
      '62f210ff01ffffffffffffff',
      [{ plmn: plmn('262-01'), networkSubset: 0xff, serviceProvider: 1, corporate: 0xff }],
    ],
  ],
};

/** EF_Hiddenkey. Secret. */
export interface HiddenKey {
  /** 4 to 8 digits; none when there is no key. */
  readonly key: string;
}

/** Key that shows hidden entries of the phone book. */
export const EF_Hiddenkey: EfDefinition<HiddenKey> = {
  name: 'EF_Hiddenkey',
  fid: 0x6fc3,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.42',
  ...fixed<HiddenKey>('EF_Hiddenkey', { key: digits(4) }),
  vectors: [
    ['2143ffff', { key: '1234' }], // worked by hand
    ['ffffffff', { key: '' }], // worked by hand
  ],
};

const ACCESS_POINT = 0xdd;
const LABEL = /^[\x21-\x2d\x2f-\x7e]{1,63}$/;

/** Reads labels, each behind its length, into a name with dots. */
function decodeAccessPoint(octets: Uint8Array, name: string): string {
  const reader = new ByteReader(octets, name);
  const labels: string[] = [];
  while (reader.remaining > 0) {
    const at = reader.offset;
    const label = String.fromCharCode(...reader.take(reader.uint(1, 'length'), 'label'));
    if (!LABEL.test(label)) throw reader.error('label', 'expected 1 to 63 letters', at);
    labels.push(label);
  }
  return labels.join('.');
}

function encodeAccessPoint(text: string): Uint8Array {
  const writer = new ByteWriter();
  for (const label of text === '' ? [] : text.split('.')) {
    if (!LABEL.test(label)) throw new RangeError('EF_ACL: expected labels of 1 to 63 letters');
    writer.uint(1, label.length, 'length');
    writer.bytes(Uint8Array.from(label, (letter) => letter.charCodeAt(0)));
  }
  return writer.finish();
}

const accessPoints: EfCodec<readonly string[]> = {
  decode(octets) {
    const count = new ByteReader(octets, 'EF_ACL').uint(1, 'count');
    const objects = decodePaddedTlvs(octets.subarray(1), 'EF_ACL');
    if (objects.length !== count || objects.some(({ tag }) => tag !== ACCESS_POINT)) {
      throw new DecodeError('EF_ACL', 1, `expected ${count} data objects 'dd'`);
    }
    return objects.map(({ value }, n) => decodeAccessPoint(value, `EF_ACL/${n + 1}`));
  },
  encode(names, size) {
    const objects = names.map((name) => berTlv(ACCESS_POINT, encodeAccessPoint(name)));
    const count = new ByteWriter().uint(1, names.length, 'count').finish();
    return fillTo(concat(count, ...objects), size, 'EF_ACL');
  },
};

/** Access points that may be used while the service is on; '' is the one that a network offers. */
export const EF_ACL: EfDefinition<readonly string[] | undefined> = {
  name: 'EF_ACL',
  fid: 0x6f57,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.48',
  ...orEmpty(accessPoints),
  vectors: [
    [`00${'ff'.repeat(31)}`, []], // worked by hand
    // worked by hand
    ['02dd0908696e7465726e6574dd0803696f74036f7267ff', ['internet', 'iot.org']],
  ],
};
