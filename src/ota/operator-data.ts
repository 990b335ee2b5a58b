/**
 * Operator data: what a new operator may send along with a new IMSI, as BER-TLV objects.
 *
 *     80 EHPLMN 3n | 81 HPLMNwAcT 5n | 82 OPLMNwAcT 5n | 83 SPN 1 to 17
 *     84 service centre 2 to 11 | 85 MSISDN 2 to 11 | 86 ACC 2 | 87 GID1 1 to 16
 *     88 GID2 1 to 16 | 89 SPDI list 3n | 8A PNN 3 to 24
 *
 * Each object at most once, in any order. What is not sent is emptied or follows from the IMSI.
 *
 * @see docs/subscription-change.md; 3GPP TS 31.102 §4.2
 * @module
 */

import { type Address, decodeAddress, encodeAddress } from '../bytes/address.ts';
import { DecodeError } from '../bytes/errors.ts';
import { decodePlmn, encodePlmn, type Plmn } from '../bytes/identity.ts';
import { concat } from '../bytes/octets.ts';
import { berTlv, type Tlv } from '../tlv/ber.ts';

/** A PLMN with its access technologies, 16 bits. */
export interface PlmnWithAct {
  readonly plmn: Plmn;
  readonly act: number;
}

/** What a new operator may send along with a new IMSI. All of it is optional. */
export interface OperatorData {
  readonly ehplmn?: readonly Plmn[];
  readonly hplmnWact?: readonly PlmnWithAct[];
  readonly oplmnWact?: readonly PlmnWithAct[];
  /** EF_SPN: display condition and name, 1 to 17 octets. */
  readonly spn?: Uint8Array;
  readonly serviceCentre?: Address;
  readonly msisdn?: Address;
  /** EF_ACC, 2 octets. */
  readonly acc?: Uint8Array;
  /** 1 to 16 octets. */
  readonly gid1?: Uint8Array;
  /** 1 to 16 octets. */
  readonly gid2?: Uint8Array;
  readonly spdi?: readonly Plmn[];
  /** The first record of EF_PNN, 3 to 24 octets of TLV. */
  readonly pnn?: Uint8Array;
}

interface Row<K extends keyof OperatorData> {
  readonly tag: number;
  readonly key: K;
  /** Lengths in octets: least, most, and what the length must be a multiple of. */
  readonly octets: readonly [min: number, max: number, step: number];
  decode(value: Uint8Array): NonNullable<OperatorData[K]>;
  encode(value: NonNullable<OperatorData[K]>): Uint8Array;
}

function row<K extends keyof OperatorData>(of: Row<K>): Row<keyof OperatorData> {
  return of as unknown as Row<keyof OperatorData>;
}

function entries(value: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: value.length / size }, (_, n) =>
    value.slice(n * size, (n + 1) * size),
  );
}

function somePlmn(octets: Uint8Array): Plmn {
  const found = decodePlmn(octets);
  if (found === undefined)
    throw new DecodeError('PLMN', 0, 'expected a PLMN, found an empty entry');
  return found;
}

const PLMNS = {
  octets: [3, 48, 3] as const,
  decode: (value: Uint8Array): readonly Plmn[] => entries(value, 3).map(somePlmn),
  encode: (value: readonly Plmn[]): Uint8Array => concat(...value.map(encodePlmn)),
};

const PLMNS_WITH_ACT = {
  octets: [5, 80, 5] as const,
  decode: (value: Uint8Array): readonly PlmnWithAct[] =>
    entries(value, 5).map((entry) => ({
      plmn: somePlmn(entry.subarray(0, 3)),
      act: entry[3]! * 256 + entry[4]!,
    })),
  encode: (value: readonly PlmnWithAct[]): Uint8Array =>
    concat(
      ...value.map(({ plmn, act }) =>
        concat(encodePlmn(plmn), Uint8Array.of(act >> 8, act & 0xff)),
      ),
    ),
};

const ADDRESS = { octets: [2, 11, 1] as const, decode: decodeAddress, encode: encodeAddress };

function opaque(min: number, max: number): Pick<Row<'spn'>, 'octets' | 'decode' | 'encode'> {
  return { octets: [min, max, 1], decode: (value) => value.slice(), encode: (value) => value };
}

const ROWS: readonly Row<keyof OperatorData>[] = [
  row({ tag: 0x80, key: 'ehplmn', ...PLMNS }),
  row({ tag: 0x81, key: 'hplmnWact', ...PLMNS_WITH_ACT }),
  row({ tag: 0x82, key: 'oplmnWact', ...PLMNS_WITH_ACT }),
  row({ tag: 0x83, key: 'spn', ...opaque(1, 17) }),
  row({ tag: 0x84, key: 'serviceCentre', ...ADDRESS }),
  row({ tag: 0x85, key: 'msisdn', ...ADDRESS }),
  row({ tag: 0x86, key: 'acc', ...opaque(2, 2) }),
  row({ tag: 0x87, key: 'gid1', ...opaque(1, 16) }),
  row({ tag: 0x88, key: 'gid2', ...opaque(1, 16) }),
  row({ tag: 0x89, key: 'spdi', ...PLMNS }),
  row({ tag: 0x8a, key: 'pnn', ...opaque(3, 24) }),
];

/**
 * Reads operator data.
 *
 * @throws {DecodeError} a tag is unknown or comes twice, or a value is not what its tag says
 * @see docs/subscription-change.md
 */
export function decodeOperatorData(objects: readonly Tlv[]): OperatorData {
  const data: Partial<Record<keyof OperatorData, unknown>> = {};
  for (const { tag, value } of objects) {
    const name = `operator data/'${tag.toString(16)}'`;
    const found = ROWS.find((candidate) => candidate.tag === tag);
    if (found === undefined) throw new DecodeError(name, 0, 'unknown tag');
    if (found.key in data) throw new DecodeError(name, 0, 'comes twice');
    const [min, max, step] = found.octets;
    if (value.length < min || value.length > max || value.length % step !== 0) {
      throw new DecodeError(name, 0, `expected ${min} to ${max} octets, found ${value.length}`);
    }
    data[found.key] = found.decode(value);
  }
  return data as OperatorData;
}

/**
 * Writes operator data, tags in ascending order.
 *
 * @throws {RangeError} a value has no octets or too many
 * @see docs/subscription-change.md
 */
export function encodeOperatorData(data: OperatorData): Uint8Array {
  const objects: Uint8Array[] = [];
  for (const { tag, key, octets, encode } of ROWS) {
    const value = data[key];
    if (value === undefined) continue;
    const encoded = encode(value);
    const [min, max, step] = octets;
    if (encoded.length < min || encoded.length > max || encoded.length % step !== 0) {
      throw new RangeError(`${key}: expected ${min} to ${max} octets, got ${encoded.length}`);
    }
    objects.push(berTlv(tag, encoded));
  }
  return concat(...objects);
}
