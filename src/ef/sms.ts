/**
 * Short messages: parameters for sending them, EF_SMSP, and the state of the memory, EF_SMSS.
 *
 *     EF_SMSP  alpha identifier Y | absent 1 | TP-DA 12 | service centre 12 | PID 1 | DCS 1 | VP 1
 *     EF_SMSS  last TP-MR 1 | flags 1
 *
 * A bit of "absent" that is 0 says that the parameter is there. TP-DA counts digits in its first
 * octet, the service centre counts octets.
 *
 * @see 3GPP TS 31.102 §4.2.27, §4.2.28
 * @module
 */

import {
  type Address,
  address,
  addressDigits,
  decodeAddress,
  encodeAddress,
} from '../bytes/address.ts';
import { DecodeError } from '../bytes/errors.ts';
import { type Field, mapped, uint } from '../bytes/layout.ts';
import { concat, filled } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { decodeAlpha, encodeAlpha } from './alpha.ts';
import { fillTo, fixed, withoutFiller } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** A record of EF_SMSP; a parameter that is `undefined` is absent. */
export interface SmsParameters {
  readonly alphaIdentifier: string;
  readonly destination: Address | undefined;
  readonly serviceCentre: Address | undefined;
  readonly protocolIdentifier: number | undefined;
  readonly dataCodingScheme: number | undefined;
  /** As in TP-VP, relative format. */
  readonly validityPeriod: number | undefined;
}

/** A free record of EF_SMSP. */
export const NO_SMS_PARAMETERS: SmsParameters = {
  alphaIdentifier: '',
  destination: undefined,
  serviceCentre: undefined,
  protocolIdentifier: undefined,
  dataCodingScheme: undefined,
  validityPeriod: undefined,
};

const NAME = 'EF_SMSP';
const PARAMETERS_OCTETS = 28;
const ADDRESS_OCTETS = 12;
const ABSENT = 0xff;

/** Bits that say what is absent; b8 to b6 are always 1. */
const RESERVED = 0xe0;
const DESTINATION = 0x01;
const SERVICE_CENTRE = 0x02;
const PROTOCOL_IDENTIFIER = 0x04;
const DATA_CODING_SCHEME = 0x08;
const VALIDITY_PERIOD = 0x10;

/** What the first octet of an address counts. */
type Unit = 'digits' | 'octets';

function decodeCounted(octets: Uint8Array, unit: Unit, path: string): Address | undefined {
  const length = octets[0]!;
  if (length === 0 || length === ABSENT) return undefined;
  const used = unit === 'octets' ? length : 1 + ((length + 1) >> 1);
  if (used > ADDRESS_OCTETS - 1) throw new DecodeError(path, 0, 'expected at most 11 octets');
  const found = decodeAddress(withoutFiller(octets.subarray(1), used, path));
  if (unit === 'digits' && addressDigits(found) !== length) {
    throw new DecodeError(path, 0, `expected ${length} digits`);
  }
  return found;
}

function encodeCounted(value: Address | undefined, unit: Unit): Uint8Array {
  if (value === undefined) return filled(ADDRESS_OCTETS, ABSENT);
  const octets = encodeAddress(value);
  const length = unit === 'octets' ? octets.length : addressDigits(value);
  return fillTo(concat(Uint8Array.of(length), octets), ADDRESS_OCTETS, NAME);
}

const smsParameters: EfCodec<SmsParameters> = {
  decode(octets) {
    const alphaOctets = octets.length - PARAMETERS_OCTETS;
    if (alphaOctets < 0) throw new DecodeError(NAME, 0, `expected ${PARAMETERS_OCTETS} octets`);
    const reader = new ByteReader(octets, NAME);
    const alpha = reader.take(alphaOctets, 'alpha identifier');
    const absent = reader.uint(1, 'absent');
    const address = (bit: number, unit: Unit, field: string): Address | undefined => {
      const found = reader.take(ADDRESS_OCTETS, field);
      return (absent & bit) === 0 ? decodeCounted(found, unit, `${NAME}/${field}`) : undefined;
    };
    const octet = (bit: number, field: string): number | undefined => {
      const found = reader.uint(1, field);
      return (absent & bit) === 0 ? found : undefined;
    };
    return {
      alphaIdentifier: decodeAlpha(alpha, `${NAME}/alpha identifier`),
      destination: address(DESTINATION, 'digits', 'TP-DA'),
      serviceCentre: address(SERVICE_CENTRE, 'octets', 'service centre'),
      protocolIdentifier: octet(PROTOCOL_IDENTIFIER, 'PID'),
      dataCodingScheme: octet(DATA_CODING_SCHEME, 'DCS'),
      validityPeriod: octet(VALIDITY_PERIOD, 'VP'),
    };
  },
  encode(value, size) {
    const alphaOctets = size === undefined ? undefined : size - PARAMETERS_OCTETS;
    const bit = (parameter: unknown, mask: number): number => (parameter === undefined ? mask : 0);
    const absent =
      bit(value.destination, DESTINATION) |
      bit(value.serviceCentre, SERVICE_CENTRE) |
      bit(value.protocolIdentifier, PROTOCOL_IDENTIFIER) |
      bit(value.dataCodingScheme, DATA_CODING_SCHEME) |
      bit(value.validityPeriod, VALIDITY_PERIOD);
    return new ByteWriter()
      .bytes(fillTo(encodeAlpha(value.alphaIdentifier), alphaOctets, NAME))
      .uint(1, RESERVED | absent, 'absent')
      .bytes(encodeCounted(value.destination, 'digits'))
      .bytes(encodeCounted(value.serviceCentre, 'octets'))
      .uint(1, value.protocolIdentifier ?? ABSENT, 'PID')
      .uint(1, value.dataCodingScheme ?? ABSENT, 'DCS')
      .uint(1, value.validityPeriod ?? ABSENT, 'VP')
      .finish();
  },
};

/** Parameters for sending short messages, one set a record. */
export const EF_SMSP: EfDefinition<SmsParameters> = {
  name: NAME,
  fid: 0x6f42,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.27',
  ...smsParameters,
  vectors: [
    // default test profile
    [
      'ffffffffffffffffffffffffe1ffffffffffffffffffffffff07911032547698f0ffffffff0000a9',
      {
        alphaIdentifier: '',
        destination: undefined,
        serviceCentre: address('+01234567890'),
        protocolIdentifier: 0,
        dataCodingScheme: 0,
        validityPeriod: 0xa9,
      },
    ],
    // worked by hand: a destination of 5 digits, nothing else
    [
      '5342fffe05812143f5ffffffffffffffffffffffffffffffffffffffffffff',
      {
        alphaIdentifier: 'SB',
        destination: address('12345'),
        serviceCentre: undefined,
        protocolIdentifier: undefined,
        dataCodingScheme: undefined,
        validityPeriod: undefined,
      },
    ],
    ['ff'.repeat(40), NO_SMS_PARAMETERS], // a free record
  ],
};

/** EF_SMSS. */
export interface SmsStatus {
  /** TP-MR of the last message sent; 255 before the first. */
  readonly lastReference: number;
  /** The memory was full, and the network has not been told of room since. */
  readonly memoryExceeded: boolean;
}

/** B1 is 0 when the memory is full; the other bits are always 1. */
const memoryExceeded: Field<boolean> = mapped(
  1,
  (found) => (found[0]! & 1) === 0,
  (exceeded) => Uint8Array.of(exceeded ? 0xfe : 0xff),
);

/** State of the memory for short messages. */
export const EF_SMSS: EfDefinition<SmsStatus> = {
  name: 'EF_SMSS',
  fid: 0x6f43,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.28',
  ...fixed<SmsStatus>('EF_SMSS', { lastReference: uint(1), memoryExceeded }),
  vectors: [
    ['ffff', { lastReference: 0xff, memoryExceeded: false }], // default test profile
    ['2afe', { lastReference: 42, memoryExceeded: true }], // worked by hand
  ],
};
