/**
 * Where services of the IMS and gateways to a network are found.
 *
 *     EF_P-CSCF, EF_ePDGId      '80' | length | kind 1, address | … | 'FF' …
 *     EF_ePDGSelection          '80' | length | PLMN 3, priority 2, format 1 | … | 'FF' …
 *     EF_UICCIARI, EF_WebRTCURI '80' | length | text | 'FF' …
 *     EF_IPS                    status 2 | record of EF_IPD 1 | RFU 1
 *
 * @see 3GPP TS 31.102 §4.2.95, §4.2.101, §4.2.103, §4.2.104
 * @see 3GPP TS 31.103 §4.2.8, §4.2.16, §4.2.20
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { type Field, mapped, uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv } from '../tlv/ber.ts';
import {
  decodePaddedTlvs,
  fillTo,
  fixed,
  fixedEntry,
  listOf,
  orEmpty,
  textObject,
} from './codec.ts';
import type { EfCodec, EfDefinition, EfPlace, EfStructure } from './definition.ts';
import { namedOctet } from './fields.ts';
import { wildPlmn } from './operator-lists.ts';

/** A host of the network. */
export interface Host {
  readonly kind: 'fqdn' | 'ipv4' | 'ipv6' | number;
  /** `pcscf.example.org`, `192.0.2.1`, `2001:0db8:…` with all eight groups; else hex. */
  readonly address: string;
}

const ADDRESS = 0x80;
const FQDN = 0;
const IPV4 = 1;
const IPV6 = 2;

function decodeHost(octets: Uint8Array, name: string): Host {
  const reader = new ByteReader(octets, name);
  const kind = reader.uint(1, 'kind');
  const rest = reader.rest();
  if (kind === FQDN) return { kind: 'fqdn', address: decodeUtf8(rest, `${name}/address`) };
  if (kind === IPV4 && rest.length === 4) return { kind: 'ipv4', address: rest.join('.') };
  if (kind === IPV6 && rest.length === 16) {
    return { kind: 'ipv6', address: toHex(rest).replaceAll(/(.{4})(?!$)/gu, '$1:') };
  }
  if (kind <= IPV6) throw new DecodeError(`${name}/address`, 1, 'expected 4 or 16 octets');
  return { kind, address: toHex(rest) };
}

function encodeHost({ kind, address }: Host): Uint8Array {
  if (kind === 'fqdn') return concat(Uint8Array.of(FQDN), new TextEncoder().encode(address));
  if (kind === 'ipv4') {
    const writer = new ByteWriter().uint(1, IPV4, 'kind');
    const parts = address.split('.');
    if (parts.length !== 4) throw new RangeError(`address: expected 4 numbers, got "${address}"`);
    for (const part of parts) writer.uint(1, part === '' ? -1 : Number(part), 'address');
    return writer.finish();
  }
  if (kind === 'ipv6') {
    if (!/^[0-9a-f]{4}(:[0-9a-f]{4}){7}$/u.test(address)) {
      throw new RangeError(`address: expected 8 groups of 4 hex digits, got "${address}"`);
    }
    return concat(Uint8Array.of(IPV6), fromHex(address.replaceAll(':', '')));
  }
  if (kind <= IPV6)
    throw new RangeError(`kind: expected fqdn, ipv4, ipv6 or 3 to 255, got ${kind}`);
  return concat(new ByteWriter().uint(1, kind, 'kind').finish(), fromHex(address));
}

/** Declares contents that are hosts, each in a data object '80'. */
function hosts(name: string): EfCodec<readonly Host[]> {
  return {
    decode: (octets) =>
      decodePaddedTlvs(octets, name).map(({ tag, value }) => {
        if (tag !== ADDRESS) throw new DecodeError(name, 0, `expected data objects '80'`);
        return decodeHost(value, `${name}/'80'`);
      }),
    encode: (value, size) =>
      fillTo(concat(...value.map((host) => berTlv(ADDRESS, encodeHost(host)))), size, name),
  };
}

function hostFile(place: EfPlace, structure: EfStructure): EfDefinition<readonly Host[]> {
  return {
    ...place,
    structure,
    ...hosts(place.name),
    vectors: [
      // three addresses of public test suites
      ['801100657064672e6f736d6f636f6d2e6f7267ff', [{ kind: 'fqdn', address: 'epdg.osmocom.org' }]],
      ['800501c0a8a001', [{ kind: 'ipv4', address: '192.168.160.1' }]],
      [
        '80110220010db8000000000000000000000023',
        [{ kind: 'ipv6', address: '2001:0db8:0000:0000:0000:0000:0000:0023' }],
      ],
      ['80020512', [{ kind: 5, address: '12' }]], // worked by hand: a kind that is reserved
      ['ffff', []], // not personalised
    ],
  };
}

/** Servers through which the ISIM reaches the IMS, one a record. */
export const EF_P_CSCF: EfDefinition<readonly Host[]> = hostFile(
  { name: 'EF_P-CSCF', fid: 0x6f09, sfi: undefined, clause: '3GPP TS 31.103 §4.2.8' },
  'linear',
);

/** A network with the form of its gateways' names. */
export interface GatewaySelection {
  /** `001-01`; a `d` stands for any digit: `ddd-ddd` for any network. */
  readonly plmn: string;
  /** The lowest first. */
  readonly priority: number;
  readonly format: 'operator-identifier' | 'location' | number;
}

const GATEWAYS: EfCodec<readonly (GatewaySelection | undefined)[]> = listOf(
  'gateways',
  fixedEntry<GatewaySelection>('gateway', {
    plmn: wildPlmn,
    priority: uint(2),
    format: namedOctet({ 'operator-identifier': 0x00, location: 0x01 }),
  }),
);

function gatewayFile(
  place: EfPlace,
): EfDefinition<readonly (GatewaySelection | undefined)[] | undefined> {
  const { name } = place;
  return {
    ...place,
    structure: 'transparent',
    ...orEmpty<readonly (GatewaySelection | undefined)[]>({
      decode(octets) {
        const [object, ...others] = decodePaddedTlvs(octets, name);
        if (object?.tag !== ADDRESS || others.length > 0) {
          throw new DecodeError(name, 0, `expected one data object '80'`);
        }
        return GATEWAYS.decode(object.value);
      },
      encode: (value, size) => fillTo(berTlv(ADDRESS, GATEWAYS.encode(value)), size, name),
    }),
    vectors: [
      // as public test suites carry it
      ['800600f110000100ff', [{ plmn: '001-01', priority: 1, format: 'operator-identifier' }]],
      // worked by hand: any network, last
      ['8006ddddddffff01ff', [{ plmn: 'ddd-ddd', priority: 0xffff, format: 'location' }]],
      ['ffffffff', undefined], // not personalised
    ],
  };
}

/** Gateways into a network over untrusted access (ePDG), normal and for emergency calls. */
export const GATEWAY_FILES: readonly EfDefinition<unknown>[] = [
  hostFile(
    { name: 'EF_ePDGId', fid: 0x6ff3, sfi: undefined, clause: '3GPP TS 31.102 §4.2.103' },
    'transparent',
  ),
  gatewayFile({
    name: 'EF_ePDGSelection',
    fid: 0x6ff4,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.2.104',
  }),
  hostFile(
    { name: 'EF_ePDGIdEm', fid: 0x6ff5, sfi: undefined, clause: '3GPP TS 31.102 §4.2' },
    'transparent',
  ),
  gatewayFile({
    name: 'EF_ePDGSelectionEm',
    fid: 0x6ff6,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.2',
  }),
];

/** Applications of the card that use the IMS, one identifier (IARI) a record. */
export const EF_UICCIARI: EfDefinition<string | undefined> = {
  name: 'EF_UICCIARI',
  fid: 0x6fe7,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.95',
  ...textObject('EF_UICCIARI'),
  vectors: [['800775726e3a782d61ffff', 'urn:x-a']], // worked by hand
};

/** Where WebRTC of the IMS is found, one URI a record. */
export const EF_WebRTCURI: EfDefinition<string | undefined> = {
  name: 'EF_WebRTCURI',
  fid: 0x6ffa,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.103 §4.2.20',
  ...textObject('EF_WebRTCURI'),
  vectors: [['80077773733a2f2f61ff', 'wss://a']], // worked by hand
};

/** A record of EF_IPS. */
export interface PairingStatus {
  /** Two letters, `OK` or `KO`; none before the first pairing. */
  readonly status: string;
  /** Record of EF_IPD; 255 for none. */
  readonly deviceRecord: number;
  readonly rfu: number;
}

const LETTERS = /^(?:[A-Z]{2})?$/;

const twoLetters: Field<string> = mapped(
  2,
  (found, name) => {
    const text = found.every((octet) => octet === 0xff) ? '' : String.fromCharCode(...found);
    if (!LETTERS.test(text)) throw new DecodeError(name, 0, 'expected two capital letters');
    return text;
  },
  (text, name) => {
    if (!LETTERS.test(text)) throw new RangeError(`${name}: expected two capitals, got ${text}`);
    return fillTo(new TextEncoder().encode(text), 2, name);
  },
);

/** Whether the card is in the device that it is paired with. */
export const EF_IPS: EfDefinition<PairingStatus> = {
  name: 'EF_IPS',
  fid: 0x6ff1,
  sfi: undefined,
  structure: 'cyclic',
  clause: '3GPP TS 31.102 §4.2.101',
  ...fixed<PairingStatus>('EF_IPS', { status: twoLetters, deviceRecord: uint(1), rfu: uint(1) }),
  vectors: [
    ['4f4b01ff', { status: 'OK', deviceRecord: 1, rfu: 0xff }], // worked by hand
    ['ffffffff', { status: '', deviceRecord: 0xff, rfu: 0xff }], // worked by hand
  ],
};
