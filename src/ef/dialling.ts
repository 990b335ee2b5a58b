/**
 * Telephone numbers: one's own, EF_MSISDN, the phone book, EF_ADN, and emergency calls, EF_ECC.
 *
 *     EF_MSISDN  alpha identifier X | length 1 | TON/NPI 1 | digits 10 | EF_CCP 1 | EF_EXT 1
 *     EF_ECC     digits 3 | alpha identifier X | category 1
 *
 * Length counts TON/NPI and digits. 'FF' is no length, no digit and no record.
 *
 * @see 3GPP TS 31.102 §4.2.26, §4.2.21, §4.4.2.3
 * @module
 */

import { type Address, address, decodeAddress, encodeAddress } from '../bytes/address.ts';
import { decodeDigits, encodeDigits } from '../bytes/bcd.ts';
import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { decodeAlpha, encodeAlpha } from './alpha.ts';
import { fillTo, orEmpty, withoutFiller } from './codec.ts';
import type { EfCodec, EfDefinition, EfPlace } from './definition.ts';
import { bitsOf, flagsOf, type Masks, type SpareBit } from './fields.ts';

/** A record of EF_MSISDN or EF_ADN. */
export interface DiallingNumber {
  readonly alphaIdentifier: string;
  readonly number: Address | undefined;
  /** Record of EF_CCP1 or EF_CCP2; 255 for none. */
  readonly capabilityRecord: number;
  /** Record of the extension EF; 255 for none. */
  readonly extensionRecord: number;
}

const NONE = 0xff;

/** A free record of EF_MSISDN or EF_ADN. */
export const NO_DIALLING_NUMBER: DiallingNumber = {
  alphaIdentifier: '',
  number: undefined,
  capabilityRecord: NONE,
  extensionRecord: NONE,
};

const NUMBER_OCTETS = 11;
const DIALLING_OCTETS = 14;

/** Declares contents that are a dialling number. */
export function diallingNumber(name: string): EfCodec<DiallingNumber> {
  return {
    decode(octets) {
      const alphaOctets = octets.length - DIALLING_OCTETS;
      if (alphaOctets < 0) throw new DecodeError(name, 0, `expected ${DIALLING_OCTETS} octets`);
      const reader = new ByteReader(octets, name);
      const alpha = reader.take(alphaOctets, 'alpha identifier');
      const length = reader.uint(1, 'length');
      const digits = reader.take(NUMBER_OCTETS, 'number');
      const hasNumber = length !== 0 && length !== NONE;
      if (hasNumber && length > NUMBER_OCTETS) {
        throw new DecodeError(`${name}/length`, alphaOctets, `expected at most ${NUMBER_OCTETS}`);
      }
      return {
        alphaIdentifier: decodeAlpha(alpha, `${name}/alpha identifier`),
        number: hasNumber
          ? decodeAddress(withoutFiller(digits, length, `${name}/number`))
          : undefined,
        capabilityRecord: reader.uint(1, 'capability record'),
        extensionRecord: reader.uint(1, 'extension record'),
      };
    },
    encode({ alphaIdentifier, number, capabilityRecord, extensionRecord }, size) {
      const alphaOctets = size === undefined ? undefined : size - DIALLING_OCTETS;
      const digits = number === undefined ? new Uint8Array() : encodeAddress(number);
      return new ByteWriter()
        .bytes(fillTo(encodeAlpha(alphaIdentifier), alphaOctets, name))
        .uint(1, number === undefined ? NONE : digits.length, 'length')
        .bytes(fillTo(digits, NUMBER_OCTETS, name))
        .uint(1, capabilityRecord, 'capability record')
        .uint(1, extensionRecord, 'extension record')
        .finish();
    },
  };
}

/** A number that nobody has given a name. */
export type BareNumber = Omit<DiallingNumber, 'alphaIdentifier'>;

/** Declares contents that are a dialling number without alpha identifier. */
export function bareNumber(name: string): EfCodec<BareNumber> {
  const whole = diallingNumber(name);
  return {
    decode(octets) {
      const found = whole.decode(withoutFiller(octets, DIALLING_OCTETS, name));
      const { number, capabilityRecord, extensionRecord } = found;
      return { number, capabilityRecord, extensionRecord };
    },
    encode: (value, size) => fillTo(whole.encode({ ...value, alphaIdentifier: '' }), size, name),
  };
}

/** The subscriber's own numbers, one a record. */
export const EF_MSISDN: EfDefinition<DiallingNumber> = {
  name: 'EF_MSISDN',
  fid: 0x6f40,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.26',
  ...diallingNumber('EF_MSISDN'),
  vectors: [
    ['ff'.repeat(24), NO_DIALLING_NUMBER], // default test profile
    // worked by hand
    [
      '4d79ffffffffffffffff07919471214365f7ffffffffffff',
      {
        alphaIdentifier: 'My',
        number: address('+49171234567'),
        capabilityRecord: 0xff,
        extensionRecord: 0xff,
      },
    ],
  ],
};

/** Declares an EF of dialling numbers, one a record. */
export function numberFile(
  place: EfPlace,
  structure: 'linear' | 'cyclic' = 'linear',
): EfDefinition<DiallingNumber> {
  return {
    ...place,
    structure,
    ...diallingNumber(place.name),
    vectors: [
      ['ff'.repeat(20), NO_DIALLING_NUMBER], // a free record
      // worked by hand
      [
        '5461786906811032547698ffffffffff0102',
        {
          alphaIdentifier: 'Taxi',
          number: address('0123456789'),
          capabilityRecord: 1,
          extensionRecord: 2,
        },
      ],
    ],
  };
}

/** The phone book of the card, one a record. */
export const EF_ADN: EfDefinition<DiallingNumber> = {
  name: 'EF_ADN',
  fid: 0x6f3a,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.2.3',
  ...diallingNumber('EF_ADN'),
  vectors: [['ff'.repeat(28), NO_DIALLING_NUMBER]], // default test profile, phone book
};

/** Who answers an emergency call. */
export type EmergencyCategory =
  | 'police'
  | 'ambulance'
  | 'fire-brigade'
  | 'marine-guard'
  | 'mountain-rescue'
  | 'manual-ecall'
  | 'automatic-ecall';

/** A record of EF_ECC. */
export interface EmergencyCall {
  /** 1 to 6 digits. */
  readonly code: string;
  readonly alphaIdentifier: string;
  readonly categories: readonly (EmergencyCategory | SpareBit)[];
}

const EMERGENCY_CATEGORIES: Masks<EmergencyCategory> = {
  police: 0x01,
  ambulance: 0x02,
  'fire-brigade': 0x04,
  'marine-guard': 0x08,
  'mountain-rescue': 0x10,
  'manual-ecall': 0x20,
  'automatic-ecall': 0x40,
};

const CODE_OCTETS = 3;

/** Emergency call codes, one a record. */
export const EF_ECC: EfDefinition<EmergencyCall | undefined> = {
  name: 'EF_ECC',
  fid: 0x6fb7,
  sfi: 0x01,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.21',
  ...orEmpty<EmergencyCall>({
    decode(octets) {
      const reader = new ByteReader(octets, 'EF_ECC');
      const code = decodeDigits(reader.take(CODE_OCTETS, 'code'), 'EF_ECC/code', true);
      if (code === '') throw new DecodeError('EF_ECC/code', 0, 'expected a digit');
      const alpha = reader.take(Math.max(0, reader.remaining - 1), 'alpha identifier');
      return {
        code,
        alphaIdentifier: decodeAlpha(alpha, 'EF_ECC/alpha identifier'),
        categories: flagsOf(reader.uint(1, 'category'), EMERGENCY_CATEGORIES),
      };
    },
    encode({ code, alphaIdentifier, categories }, size) {
      if (code === '') throw new RangeError('EF_ECC: expected 1 to 6 digits');
      const alphaOctets = size === undefined ? undefined : size - CODE_OCTETS - 1;
      return concat(
        fillTo(encodeDigits(code, true), CODE_OCTETS, 'EF_ECC'),
        fillTo(encodeAlpha(alphaIdentifier), alphaOctets, 'EF_ECC'),
        Uint8Array.of(bitsOf(categories, EMERGENCY_CATEGORIES, 1)),
      );
    },
  }),
  vectors: [
    ['11f2ff00', { code: '112', alphaIdentifier: '', categories: [] }], // default test profile
    // worked by hand
    ['19f1ff536f73ff01', { code: '911', alphaIdentifier: 'Sos', categories: ['police'] }],
    ['ffffffff', undefined], // a free record
  ],
};
