/**
 * Numbers that the USIM may call, must not call, or is called at: EF_FDN, EF_BDN, EF_SDN, EF_MBDN.
 *
 *     EF_FDN, EF_SDN, EF_MBDN   as EF_MSISDN
 *     EF_BDN                    as EF_MSISDN | record of EF_CMI 1
 *     EF_CMI                    alpha identifier X | method 1
 *     EF_CFIS                   profile 1 | indicators 1 | as EF_MSISDN without alpha identifier
 *     EF_MBI, EF_MWIS           one octet for each kind of mailbox
 *
 * @see 3GPP TS 31.102 §4.2.24, §4.2.29, §4.2.44, §4.2.46, §4.2.60, §4.2.62, §4.2.63, §4.2.64
 * @module
 */

import { address } from '../bytes/address.ts';
import { type Field, uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { alphaText } from './alpha.ts';
import {
  fillTo,
  fixed,
  opaque,
  orEmpty,
  property,
  withHead,
  withoutFiller,
  withTail,
} from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';
import {
  type BareNumber,
  bareNumber,
  type DiallingNumber,
  diallingNumber,
  numberFile,
} from './dialling.ts';
import { flags, type SpareBit } from './fields.ts';

/** Fixed dialling numbers: no others may be called while the service is on. */
export const EF_FDN: EfDefinition<DiallingNumber> = numberFile({
  name: 'EF_FDN',
  fid: 0x6f3b,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.24',
});

/** Service dialling numbers, of the operator. */
export const EF_SDN: EfDefinition<DiallingNumber> = numberFile({
  name: 'EF_SDN',
  fid: 0x6f49,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.29',
});

/** Mailbox dialling numbers; EF_MBI points here. */
export const EF_MBDN: EfDefinition<DiallingNumber> = numberFile({
  name: 'EF_MBDN',
  fid: 0x6fc7,
  sfi: undefined,
  clause: '3GPP TS 31.102 §4.2.60',
});

/** Last numbers dialled, the last first, in DF TELECOM. */
export const EF_LND: EfDefinition<DiallingNumber> = numberFile(
  { name: 'EF_LND', fid: 0x6f44, sfi: undefined, clause: '3GPP TS 51.011 §10.5.8' },
  'cyclic',
);

/** A record of EF_BDN. */
export interface BarredNumber extends DiallingNumber {
  /** Record of EF_CMI; 255 for none. */
  readonly comparisonRecord: number;
}

/** Barred dialling numbers. */
export const EF_BDN: EfDefinition<BarredNumber> = {
  name: 'EF_BDN',
  fid: 0x6f4d,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.44',
  ...withTail<DiallingNumber, { readonly comparisonRecord: number }>(
    'EF_BDN',
    diallingNumber('EF_BDN'),
    { comparisonRecord: uint(1) },
  ),
  vectors: [
    // worked by hand: numbers that start with 0900
    [
      '50617903819000ffffffffffffffffffff01',
      {
        alphaIdentifier: 'Pay',
        number: address('0900'),
        capabilityRecord: 0xff,
        extensionRecord: 0xff,
        comparisonRecord: 1,
      },
    ],
  ],
};

/** A record of EF_CMI. */
export interface ComparisonMethod {
  readonly text: string;
  /** As the ME numbers its methods; 255 for none. */
  readonly method: number;
}

/** How barred numbers are compared, in words for the user. */
export const EF_CMI: EfDefinition<ComparisonMethod> = {
  name: 'EF_CMI',
  fid: 0x6f58,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.46',
  ...withTail<{ readonly text: string }, { readonly method: number }>(
    'EF_CMI',
    property('text', alphaText('EF_CMI/text')),
    { method: uint(1) },
  ),
  vectors: [['53746172747302', { text: 'Starts', method: 2 }]], // worked by hand
};

/** A record of EF_CFIS. */
export interface ForwardingStatus extends BareNumber {
  /** Of the subscriber, from 1; 255 in a free record, whose other fields say nothing. */
  readonly profile: number;
  /** What is forwarded. */
  readonly indicators: readonly ('voice' | 'fax' | 'data' | SpareBit)[];
}

/** Call forwarding indication status. */
export const EF_CFIS: EfDefinition<ForwardingStatus> = {
  name: 'EF_CFIS',
  fid: 0x6fcb,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.64',
  ...withHead<Pick<ForwardingStatus, 'profile' | 'indicators'>, BareNumber>(
    'EF_CFIS',
    { profile: uint(1), indicators: flags(1, { voice: 0x01, fax: 0x02, data: 0x04 }) },
    bareNumber('EF_CFIS'),
  ),
  vectors: [
    // worked by hand: voice goes to +49171234567
    [
      '010107919471214365f7ffffffffffff',
      {
        profile: 1,
        indicators: ['voice'],
        number: address('+49171234567'),
        capabilityRecord: 0xff,
        extensionRecord: 0xff,
      },
    ],
  ],
};

/** Fixed fields, and an octet for mailboxes of video messages that older cards do not have. */
function withVideo<T extends object>(
  name: string,
  length: number,
  fields: { readonly [K in keyof T]: Field<T[K]> },
): EfCodec<T & { readonly video: number | undefined }> {
  const layout = fixed<T>(name, fields);
  return {
    decode(octets) {
      const front = layout.decode(octets.subarray(0, length));
      const [video] = withoutFiller(octets, length + 1, name).subarray(length);
      return { ...front, video: video === 0xff ? undefined : video };
    },
    encode(value, size) {
      const { video } = value;
      if (video === 0xff) throw new RangeError(`${name}: expected 0 to 254, got 255`);
      const last = video === undefined ? [] : [fixed('', { video: uint(1) }).encode({ video })];
      return fillTo(concat(layout.encode(value), ...last), size, name);
    },
  };
}

/** A record of EF_MBI: records of EF_MBDN, 0 for none. */
export interface MailboxIdentifiers {
  readonly voice: number;
  readonly fax: number;
  readonly email: number;
  readonly other: number;
  readonly video: number | undefined;
}

/** Which mailbox is where. */
export const EF_MBI: EfDefinition<MailboxIdentifiers | undefined> = {
  name: 'EF_MBI',
  fid: 0x6fc9,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.62',
  ...orEmpty(
    withVideo<Omit<MailboxIdentifiers, 'video'>>('EF_MBI', 4, {
      voice: uint(1),
      fax: uint(1),
      email: uint(1),
      other: uint(1),
    }),
  ),
  vectors: [
    ['01000002', { voice: 1, fax: 0, email: 0, other: 2, video: undefined }], // worked by hand
    ['0100000003', { voice: 1, fax: 0, email: 0, other: 0, video: 3 }], // worked by hand
  ],
};

/** A record of EF_MWIS: how many messages wait. */
export interface WaitingMessages extends MailboxIdentifiers {
  readonly active: readonly ('voice' | 'fax' | 'email' | 'other' | 'video' | SpareBit)[];
}

/** Message waiting indication status. */
export const EF_MWIS: EfDefinition<WaitingMessages | undefined> = {
  name: 'EF_MWIS',
  fid: 0x6fca,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.63',
  ...orEmpty(
    withVideo<Omit<WaitingMessages, 'video'>>('EF_MWIS', 5, {
      active: flags(1, { voice: 0x01, fax: 0x02, email: 0x04, other: 0x08, video: 0x10 }),
      voice: uint(1),
      fax: uint(1),
      email: uint(1),
      other: uint(1),
    }),
  ),
  vectors: [
    // worked by hand: two voice messages
    ['0102000000', { active: ['voice'], voice: 2, fax: 0, email: 0, other: 0, video: undefined }],
  ],
};

/** Bearer capabilities for calls, one set a record: octets here. */
export const EF_CCP2: EfDefinition<Uint8Array> = {
  name: 'EF_CCP2',
  fid: 0x6f4f,
  sfi: 0x16,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.38',
  ...opaque('EF_CCP2'),
  // worked by hand: length 1, speech
  vectors: [[`01a0${'ff'.repeat(13)}`, Uint8Array.of(0x01, 0xa0, ...Array(13).fill(0xff))]],
};

/** A record of EF_NIA: an alert that a network may name. */
export interface Alerting {
  /** 255 in a free record. */
  readonly category: number;
  readonly text: string;
}

/** Network's indication of alerting. */
export const EF_NIA: EfDefinition<Alerting> = {
  name: 'EF_NIA',
  fid: 0x6fd3,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.72',
  ...withHead<{ readonly category: number }, { readonly text: string }>(
    'EF_NIA',
    { category: uint(1) },
    property('text', alphaText('EF_NIA/text')),
  ),
  vectors: [['04426f7373ffff', { category: 4, text: 'Boss' }]], // worked by hand
};
