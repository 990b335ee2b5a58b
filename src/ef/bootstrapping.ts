/**
 * Bootstrapped keys of applications (GBA) and of broadcasts (MBMS), MMS notifications.
 *
 *     EF_GBABP   length 1 RAND | length 1 B-TID | length 1 key lifetime | 'FF' …
 *     EF_MSK     key domain 3 | count 1 | key identifier 4, time stamp counter 4 | … | 'FF' …
 *     EF_NAFKCA  '80' | length | address of a key centre | 'FF' …
 *     EF_MMSN    status 2 | implementation 1 | notification X | record of EF_EXT8 1
 *
 * @see 3GPP TS 31.102 §4.2.67, §4.2.79, §4.2.80, §4.2.87; 3GPP TS 31.103 §4.2.9, §4.2.11
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { uint } from '../bytes/layout.ts';
import { concat, expectLength, filled } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import {
  fillTo,
  opaque,
  orEmpty,
  property,
  textObject,
  withHead,
  withoutFiller,
  withTail,
} from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** EF_GBABP. */
export interface BootstrappingParameters {
  readonly rand: Uint8Array;
  readonly btid: Uint8Array;
  /** As the ME writes it. */
  readonly keyLifetime: Uint8Array;
}

const bootstrapping: EfCodec<BootstrappingParameters> = {
  decode(contents) {
    const reader = new ByteReader(contents, 'EF_GBABP');
    const rand = reader.take(reader.uint(1, 'length of RAND'), 'RAND');
    const btid = reader.take(reader.uint(1, 'length of B-TID'), 'B-TID');
    const keyLifetime = reader.take(reader.uint(1, 'length of lifetime'), 'lifetime');
    withoutFiller(contents, reader.offset, 'EF_GBABP');
    return { rand, btid, keyLifetime };
  },
  encode({ rand, btid, keyLifetime }, size) {
    const writer = new ByteWriter();
    for (const part of [rand, btid, keyLifetime]) {
      writer.uint(1, part.length, 'length').bytes(part);
    }
    return fillTo(writer.finish(), size, 'EF_GBABP');
  },
};

/** Parameters of the last bootstrapping. */
export const EF_GBABP: EfDefinition<BootstrappingParameters | undefined> = {
  name: 'EF_GBABP',
  fid: 0x6fd6,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.79',
  ...orEmpty(bootstrapping),
  vectors: [
    // worked by hand
    [
      `10${'11'.repeat(16)}03614062023630ffff`,
      { rand: filled(16, 0x11), btid: fromHex('614062'), keyLifetime: fromHex('3630') },
    ],
    ['000000', { rand: fromHex(''), btid: fromHex(''), keyLifetime: fromHex('') }],
    ['ffffff', undefined], // no bootstrapping yet
  ],
};

/** The same of the ISIM. */
export const EF_GBABP_ISIM: EfDefinition<BootstrappingParameters | undefined> = {
  ...EF_GBABP,
  fid: 0x6fd5,
  clause: '3GPP TS 31.103 §4.2.9',
};

/** A service key of MBMS, by its identifier. */
export interface ServiceKey {
  readonly identifier: number;
  readonly timeStampCounter: number;
}

/** A record of EF_MSK. */
export interface ServiceKeys {
  /** 3 octets. */
  readonly keyDomain: Uint8Array;
  readonly keys: readonly ServiceKey[];
}

const serviceKeys: EfCodec<ServiceKeys> = {
  decode(contents) {
    const reader = new ByteReader(contents, 'EF_MSK');
    const keyDomain = reader.take(3, 'key domain');
    const count = reader.uint(1, 'count');
    const keys = Array.from({ length: count }, () => ({
      identifier: reader.uint(4, 'identifier'),
      timeStampCounter: reader.uint(4, 'time stamp counter'),
    }));
    withoutFiller(contents, reader.offset, 'EF_MSK');
    return { keyDomain, keys };
  },
  encode({ keyDomain, keys }, size) {
    const writer = new ByteWriter();
    for (const { identifier, timeStampCounter } of keys) {
      writer.uint(4, identifier, 'identifier').uint(4, timeStampCounter, 'time stamp counter');
    }
    expectLength(keyDomain, 3, 'key domain');
    const count = new ByteWriter().uint(1, keys.length, 'count').finish();
    return fillTo(concat(keyDomain, count, writer.finish()), size, 'EF_MSK');
  },
};

/** Service keys of MBMS, one key domain a record. */
export const EF_MSK: EfDefinition<ServiceKeys | undefined> = {
  name: 'EF_MSK',
  fid: 0x6fd7,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.80',
  ...orEmpty(serviceKeys),
  vectors: [
    // worked by hand
    [
      '62f210010000000100000002ffffffffffffffff',
      { keyDomain: fromHex('62f210'), keys: [{ identifier: 1, timeStampCounter: 2 }] },
    ],
    ['ff'.repeat(20), undefined], // a free record
  ],
};

/** Address of a centre that makes keys for applications. */
export const EF_NAFKCA: EfDefinition<string | undefined> = {
  name: 'EF_NAFKCA',
  fid: 0x6fdd,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.87',
  ...textObject('EF_NAFKCA'),
  vectors: [['80056b632e6f72ffff', 'kc.or']], // worked by hand
};

/** A record of EF_MMSN. */
export interface MultimediaNotification {
  /** Read or not, rejected, forwarded: 16 bits. */
  readonly status: number;
  /** 1 for WAP. */
  readonly implementation: number;
  readonly notification: Uint8Array;
  /** Record of EF_EXT8 that goes on; 255 for none. */
  readonly extensionRecord: number;
}

type NotificationBody = Pick<MultimediaNotification, 'notification' | 'extensionRecord'>;

/** Notifications of multimedia messages, one a record. */
export const EF_MMSN: EfDefinition<MultimediaNotification> = {
  name: 'EF_MMSN',
  fid: 0x6fce,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.67',
  ...withHead<Omit<MultimediaNotification, keyof NotificationBody>, NotificationBody>(
    'EF_MMSN',
    { status: uint(2), implementation: uint(1) },
    withTail<Pick<NotificationBody, 'notification'>, Pick<NotificationBody, 'extensionRecord'>>(
      'EF_MMSN',
      property('notification', opaque('EF_MMSN/notification')),
      {
        extensionRecord: uint(1),
      },
    ),
  ),
  vectors: [
    // worked by hand
    [
      '0001018c82ff',
      {
        status: 1,
        implementation: 1,
        notification: fromHex('8c82'),
        extensionRecord: 0xff,
      },
    ],
  ],
};
