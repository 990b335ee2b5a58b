/**
 * What the ME notes of calls and their price.
 *
 *     EF_ICI   number X + 14 | time 7 | duration 3 | status 1 | link to the phone book 3
 *     EF_OCI   number X + 14 | time 7 | duration 3 | link to the phone book 3
 *     EF_ICT, EF_OCT, EF_ACM, EF_ACMmax   a number 3
 *     EF_PUCT  currency 3 | price 12 bits | sign and power of ten 4 bits
 *
 * @see 3GPP TS 31.102 §4.2.7, §4.2.9, §4.2.13, §4.2.33, §4.2.34, §4.2.35, §4.2.36
 * @module
 */

import { address } from '../bytes/address.ts';
import { type Field, mapped, octets, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { decodeAlpha, encodeAlpha } from './alpha.ts';
import { fillTo, fixed, withTail } from './codec.ts';
import type { EfDefinition, EfPlace } from './definition.ts';
import { type DiallingNumber, diallingNumber } from './dialling.ts';
import { namedOctet } from './fields.ts';

interface CallTail {
  /** 7 octets, as TP-SCTS; all 'FF' for none. */
  readonly time: Uint8Array;
  /** In seconds; 0xffffff for none. */
  readonly duration: number;
  /** Phone book and record, 3 octets; all 'FF' for none. */
  readonly link: Uint8Array;
}

/** A record of EF_OCI. */
export interface OutgoingCall extends DiallingNumber, CallTail {}

/** A record of EF_ICI. */
export interface IncomingCall extends OutgoingCall {
  readonly status: 'answered' | 'not-answered' | number;
}

const CALL = {
  alphaIdentifier: 'Ann',
  number: address('+49171234567'),
  capabilityRecord: 0xff,
  extensionRecord: 0xff,
  time: Uint8Array.of(0x62, 0x11, 0x22, 0x80, 0x70, 0x00, 0x40),
  duration: 90,
  link: filled(3, 0xff),
};
const CALL_OCTETS = '416e6e07919471214365f7ffffffffffff6211228070004000005a';

/** Incoming calls, the last first. */
export const EF_ICI: EfDefinition<IncomingCall> = {
  name: 'EF_ICI',
  fid: 0x6f80,
  sfi: 0x14,
  structure: 'cyclic',
  clause: '3GPP TS 31.102 §4.2.33',
  ...withTail<DiallingNumber, Omit<IncomingCall, keyof DiallingNumber>>(
    'EF_ICI',
    diallingNumber('EF_ICI'),
    {
      time: octets(7),
      duration: uint(3),
      status: namedOctet({ answered: 0x00, 'not-answered': 0x01 }),
      link: octets(3),
    },
  ),
  vectors: [[`${CALL_OCTETS}00ffffff`, { ...CALL, status: 'answered' }]], // worked by hand
};

/** Outgoing calls, the last first. */
export const EF_OCI: EfDefinition<OutgoingCall> = {
  name: 'EF_OCI',
  fid: 0x6f81,
  sfi: 0x15,
  structure: 'cyclic',
  clause: '3GPP TS 31.102 §4.2.34',
  ...withTail<DiallingNumber, CallTail>('EF_OCI', diallingNumber('EF_OCI'), {
    time: octets(7),
    duration: uint(3),
    link: octets(3),
  }),
  vectors: [[`${CALL_OCTETS}ffffff`, CALL]], // worked by hand
};

/** A counter: seconds of calls, or units of charge. */
export interface Counter {
  /** 24 bits. */
  readonly count: number;
}

function counter(place: EfPlace, structure: 'transparent' | 'cyclic'): EfDefinition<Counter> {
  return {
    ...place,
    structure,
    ...fixed<Counter>(place.name, { count: uint(3) }),
    vectors: [['000e10', { count: 3600 }]], // worked by hand
  };
}

/** Most units of charge that may be used; 0 for no limit. */
export const EF_ACMmax: EfDefinition<Counter> = counter(
  { name: 'EF_ACMmax', fid: 0x6f37, sfi: undefined, clause: '3GPP TS 31.102 §4.2.7' },
  'transparent',
);

/** Accumulated call meter, in units of charge. */
export const EF_ACM: EfDefinition<Counter> = counter(
  { name: 'EF_ACM', fid: 0x6f39, sfi: 0x1c, clause: '3GPP TS 31.102 §4.2.9' },
  'cyclic',
);

/** Seconds of all incoming calls. */
export const EF_ICT: EfDefinition<Counter> = counter(
  { name: 'EF_ICT', fid: 0x6f82, sfi: undefined, clause: '3GPP TS 31.102 §4.2.35' },
  'cyclic',
);

/** Seconds of all outgoing calls. */
export const EF_OCT: EfDefinition<Counter> = counter(
  { name: 'EF_OCT', fid: 0x6f83, sfi: undefined, clause: '3GPP TS 31.102 §4.2.36' },
  'cyclic',
);

/** What a unit costs: `price * 10 ** exponent`. */
export interface UnitPrice {
  /** 0 to 4095. */
  readonly price: number;
  /** -7 to 7. */
  readonly exponent: number;
}

/** EF_PUCT. */
export interface PriceTable {
  /** 3 letters of ISO 4217. */
  readonly currency: string;
  readonly unit: UnitPrice;
}

const NEGATIVE = 0x10;

/** Octet 1 and b4 to b1 of octet 2 are the price; b5 is the sign, b8 to b6 the power. */
const unitPrice: Field<UnitPrice> = mapped(
  2,
  (found) => {
    const [high = 0, low = 0] = found;
    const power = low >> 5;
    const negative = (low & NEGATIVE) !== 0 && power !== 0;
    return { price: high * 16 + (low & 0x0f), exponent: negative ? -power : power };
  },
  ({ price, exponent }, name) => {
    const power = Math.abs(exponent);
    const whole = Number.isInteger(price) && Number.isInteger(exponent);
    if (!whole || price < 0 || price > 0xfff || power > 7) {
      throw new RangeError(`${name}: expected a price of 0 to 4095 and a power of -7 to 7`);
    }
    const sign = exponent < 0 ? NEGATIVE : 0;
    return Uint8Array.of(price >> 4, (price & 0x0f) | sign | (power << 5));
  },
);

const currency: Field<string> = mapped(
  3,
  (found, name) => decodeAlpha(found, name),
  (text, name) => fillTo(encodeAlpha(text), 3, name),
);

/** Price per unit and currency. */
export const EF_PUCT: EfDefinition<PriceTable> = {
  name: 'EF_PUCT',
  fid: 0x6f41,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.13',
  ...fixed<PriceTable>('EF_PUCT', { currency, unit: unitPrice }),
  vectors: [
    ['ffffff0000', { currency: '', unit: { price: 0, exponent: 0 } }], // worked by hand: none
    // worked by hand: 25 hundredths
    ['4555520159', { currency: 'EUR', unit: { price: 25, exponent: -2 } }],
  ],
};
