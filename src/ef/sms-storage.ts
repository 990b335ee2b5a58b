/**
 * Short messages and status reports that are kept on the card.
 *
 *     EF_SMS   status 1 | service centre and TPDU, 'FF' … 175
 *     EF_SMSR  record of EF_SMS 1 | TPDU of the status report, 'FF' … 29
 *
 * Where a TPDU ends is in the TPDU, so what stands behind it is not cut off here.
 *
 * @see 3GPP TS 31.102 §4.2.25, §4.2.32
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { octets, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { fixed, opaque, property, withHead } from './codec.ts';
import type { EfDefinition } from './definition.ts';
import { namedOctet } from './fields.ts';

/** What a record of EF_SMS holds. */
export type MessageStatus =
  | 'free'
  | 'received-read'
  | 'received-to-be-read'
  | 'to-be-sent'
  | 'sent'
  | 'sent-report-requested'
  | 'sent-report-received'
  | 'sent-report-stored';

/** A record of EF_SMS. */
export interface StoredMessage {
  readonly status: MessageStatus | number;
  /** Service centre, from its length on, and TPDU, with the 'FF' behind them. */
  readonly message: Uint8Array;
}

const MESSAGE = '07919471016053f9040c919471214365f700006211228070004002e834';

/** Short messages, one a record. */
export const EF_SMS: EfDefinition<StoredMessage> = {
  name: 'EF_SMS',
  fid: 0x6f3c,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.25',
  ...withHead<Pick<StoredMessage, 'status'>, Pick<StoredMessage, 'message'>>(
    'EF_SMS',
    {
      status: namedOctet({
        free: 0x00,
        'received-read': 0x01,
        'received-to-be-read': 0x03,
        'to-be-sent': 0x07,
        sent: 0x05,
        'sent-report-requested': 0x0d,
        'sent-report-received': 0x15,
        'sent-report-stored': 0x1d,
      }),
    },
    property('message', opaque('EF_SMS/message')),
  ),
  vectors: [
    // default test profile
    [`00${'ff'.repeat(175)}`, { status: 'free', message: filled(175, 0xff) }],
    // worked by hand: an SMS-DELIVER of two characters, in a short record
    [`03${MESSAGE}ffff`, { status: 'received-to-be-read', message: fromHex(`${MESSAGE}ffff`) }],
  ],
};

/** A record of EF_SMSR. */
export interface StoredReport {
  /** Record of EF_SMS with the message that was sent; 0 when this record is free. */
  readonly messageRecord: number;
  /** 29 octets: the TPDU of the status report, with the 'FF' behind it. */
  readonly report: Uint8Array;
}

const REPORT = '062a0c919471214365f7621122807000406211228070004000ffffffff';

/** Status reports of messages in EF_SMS, one a record. */
export const EF_SMSR: EfDefinition<StoredReport> = {
  name: 'EF_SMSR',
  fid: 0x6f47,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.32',
  ...fixed<StoredReport>('EF_SMSR', { messageRecord: uint(1), report: octets(29) }),
  vectors: [
    [`00${'ff'.repeat(29)}`, { messageRecord: 0, report: filled(29, 0xff) }], // a free record
    // worked by hand: message 1 has arrived
    [`01${REPORT}`, { messageRecord: 1, report: fromHex(REPORT) }],
  ],
};
