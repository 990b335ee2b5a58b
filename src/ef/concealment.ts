/**
 * How the SUPI is concealed: EF_SUCI_Calc_Info and EF_Routing_Indicator.
 *
 *     EF_SUCI_Calc_Info     'A0' | length | scheme 1, key index 1 | …
 *                           'A1' | length | '80' 1 identifier 1 | '81' length key | …
 *     EF_Routing_Indicator  digits 2 | RFU 2
 *
 * Schemes stand in order of priority. A key index counts the keys from 1; the null scheme has 0.
 *
 * @see 3GPP TS 31.102 §4.4.11.8, §4.4.11.11
 * @module
 */

import { decodeDigits, encodeDigits } from '../bytes/bcd.ts';
import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { mapped } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv, decodeBerTlvs } from '../tlv/ber.ts';
import { decodePaddedTlvs, fillTo, fixed, orEmpty } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** A protection scheme that may be used. */
export interface ProtectionScheme {
  /** 0 null scheme, 1 profile A, 2 profile B; others are the operator's own. */
  readonly identifier: number;
  /** Which key, counted from 1; 0 for none. */
  readonly keyIndex: number;
}

/** A public key of the home network. */
export interface HomeNetworkKey {
  readonly identifier: number;
  /** Profile A 32 octets; profile B 33 or 65. */
  readonly key: Uint8Array;
}

/** EF_SUCI_Calc_Info. */
export interface SuciCalcInfo {
  readonly schemes: readonly ProtectionScheme[];
  readonly keys: readonly HomeNetworkKey[];
}

const NAME = 'EF_SUCI_Calc_Info';
const SCHEMES = 0xa0;
const KEYS = 0xa1;
const KEY_IDENTIFIER = 0x80;
const KEY = 0x81;

function decodeSchemes(octets: Uint8Array): ProtectionScheme[] {
  const reader = new ByteReader(octets, `${NAME}/schemes`);
  const schemes: ProtectionScheme[] = [];
  while (reader.remaining > 0) {
    schemes.push({
      identifier: reader.uint(1, 'identifier'),
      keyIndex: reader.uint(1, 'key index'),
    });
  }
  return schemes;
}

function decodeKeys(octets: Uint8Array): HomeNetworkKey[] {
  const objects = decodeBerTlvs(octets, `${NAME}/keys`);
  const keys: HomeNetworkKey[] = [];
  for (let n = 0; n < objects.length; n += 2) {
    const identifier = objects[n];
    const key = objects[n + 1];
    const single = identifier?.value.length === 1 ? identifier.value[0] : undefined;
    if (identifier?.tag !== KEY_IDENTIFIER || key?.tag !== KEY || single === undefined) {
      throw new DecodeError(`${NAME}/keys`, 0, `expected '80' of 1 octet and '81'`);
    }
    keys.push({ identifier: single, key: key.value });
  }
  return keys;
}

const suciCalcInfo: EfCodec<SuciCalcInfo> = {
  decode(octets) {
    const [schemes, keys, ...others] = decodePaddedTlvs(octets, NAME);
    if (schemes?.tag !== SCHEMES || others.length > 0 || (keys && keys.tag !== KEYS)) {
      throw new DecodeError(NAME, 0, `expected 'a0', and 'a1' or nothing`);
    }
    return {
      schemes: decodeSchemes(schemes.value),
      keys: keys === undefined ? [] : decodeKeys(keys.value),
    };
  },
  encode({ schemes, keys }, size) {
    const list = new ByteWriter();
    for (const { identifier, keyIndex } of schemes) {
      list.uint(1, identifier, 'identifier').uint(1, keyIndex, 'key index');
    }
    const objects = keys.map(({ identifier, key }) => {
      const octet = new ByteWriter().uint(1, identifier, 'key identifier').finish();
      return concat(berTlv(KEY_IDENTIFIER, octet), berTlv(KEY, key));
    });
    const keyList = keys.length === 0 ? [] : [berTlv(KEYS, ...objects)];
    return fillTo(concat(berTlv(SCHEMES, list.finish()), ...keyList), size, NAME);
  },
};

/** Protection schemes and public keys for the SUCI. */
export const EF_SUCI_Calc_Info: EfDefinition<SuciCalcInfo | undefined> = {
  name: NAME,
  fid: 0x4f07,
  sfi: 0x07,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.8',
  ...orEmpty(suciCalcInfo),
  vectors: [
    // default test profile: null scheme
    ['a0020000', { schemes: [{ identifier: 0, keyIndex: 0 }], keys: [] }],
    // 3GPP TS 31.121, keys of 3GPP TS 33.501, annex C.4, compressed
    [
      'a006020101020000a14b80011b81210272da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c225' +
        '6ebcd180011e81205a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650',
      {
        schemes: [
          { identifier: 2, keyIndex: 1 },
          { identifier: 1, keyIndex: 2 },
          { identifier: 0, keyIndex: 0 },
        ],
        keys: [
          {
            identifier: 27,
            key: fromHex('0272da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c2256ebcd1'),
          },
          {
            identifier: 30,
            key: fromHex('5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650'),
          },
        ],
      },
    ],
  ],
};

/** EF_Routing_Indicator. */
export interface RoutingIndicator {
  /** 1 to 4 digits; none when the file is not personalised. */
  readonly routingIndicator: string;
}

const DIGITS_OCTETS = 2;
const ROUTING_OCTETS = 4;

/** Routing indicator of the SUCI. */
export const EF_Routing_Indicator: EfDefinition<RoutingIndicator> = {
  name: 'EF_Routing_Indicator',
  fid: 0x4f0a,
  sfi: 0x0a,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.11',
  ...fixed<RoutingIndicator>('EF_Routing_Indicator', {
    routingIndicator: mapped(
      ROUTING_OCTETS,
      (found, name) => decodeDigits(found.subarray(0, DIGITS_OCTETS), name),
      (digits, name) =>
        fillTo(fillTo(encodeDigits(digits), DIGITS_OCTETS, name), ROUTING_OCTETS, name),
    ),
  }),
  vectors: [
    ['f0ffffff', { routingIndicator: '0' }], // default test profile
    ['71ffffff', { routingIndicator: '17' }], // test/vectors/suci.json, null scheme
    ['2143ffff', { routingIndicator: '1234' }], // worked by hand
  ],
};
