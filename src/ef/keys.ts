/**
 * Keys and counters that the ME leaves on the card between two sessions.
 *
 *     EF_Keys, EF_KeysPS    KSI 1 | CK 16 | IK 16
 *     EF_Kc, EF_KcGPRS      Kc 8 | CKSN 1
 *     EF_START-HFN          START CS 3 | START PS 3
 *     EF_THRESHOLD          maximum of START 3
 *     EF_EPSNSC             'A0' length { '80' 1 KSI | '81' 32 key | … } | 'FF' …
 *     EF_5GAUTHKEYS         '80' 32 K_AUSF | '81' 32 K_SEAF
 *
 * A KSI or CKSN of 7 says that there is no key.
 *
 * @see 3GPP TS 31.102 §4.2.3, §4.2.4, §4.2.51, §4.2.52, §4.2.92, §4.4.3.1, §4.4.3.2, §4.4.11.4
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { octets, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { berTlv } from '../tlv/ber.ts';
import { dataObjects, decodePaddedTlvs, fillTo, fixed, orEmpty } from './codec.ts';
import type { EfCodec, EfDefinition, EfPlace } from './definition.ts';
import type { Masks } from './fields.ts';

/** The key set identifier of "no key". */
export const NO_KEY = 7;

/** EF_Keys and EF_KeysPS. Secret. */
export interface SessionKeys {
  /** Key set identifier, 0 to 6; 7 for no key. */
  readonly ksi: number;
  /** 16 octets. */
  readonly ck: Uint8Array;
  /** 16 octets. */
  readonly ik: Uint8Array;
}

/** EF_Keys without keys. */
export const NO_KEYS: SessionKeys = { ksi: NO_KEY, ck: filled(16, 0xff), ik: filled(16, 0xff) };

function sessionKeys(name: string): EfCodec<SessionKeys> {
  return fixed<SessionKeys>(name, { ksi: uint(1), ck: octets(16), ik: octets(16) });
}

/** Ciphering and integrity keys of the circuit switched domain. */
export const EF_Keys: EfDefinition<SessionKeys> = {
  name: 'EF_Keys',
  fid: 0x6f08,
  sfi: 0x08,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.3',
  ...sessionKeys('EF_Keys'),
  vectors: [
    [`07${'ff'.repeat(32)}`, NO_KEYS], // default test profile
    // worked by hand
    [
      `02${'11'.repeat(16)}${'22'.repeat(16)}`,
      { ksi: 2, ck: filled(16, 0x11), ik: filled(16, 0x22) },
    ],
  ],
};

/** Ciphering and integrity keys of the packet switched domain. */
export const EF_KeysPS: EfDefinition<SessionKeys> = {
  name: 'EF_KeysPS',
  fid: 0x6f09,
  sfi: 0x09,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.4',
  ...sessionKeys('EF_KeysPS'),
  vectors: [[`07${'ff'.repeat(32)}`, NO_KEYS]], // default test profile
};

/** EF_Kc and EF_KcGPRS. Secret. */
export interface GsmKey {
  /** 8 octets. */
  readonly kc: Uint8Array;
  /** Ciphering key sequence number, 0 to 6; 7 for no key. */
  readonly cksn: number;
}

/** EF_Kc without a key. */
export const NO_GSM_KEY: GsmKey = { kc: filled(8, 0xff), cksn: NO_KEY };

function gsmKey(name: string): EfCodec<GsmKey> {
  return fixed<GsmKey>(name, { kc: octets(8), cksn: uint(1) });
}

/** Ciphering key of GSM. */
export const EF_Kc: EfDefinition<GsmKey> = {
  name: 'EF_Kc',
  fid: 0x4f20,
  sfi: 0x01,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.3.1',
  ...gsmKey('EF_Kc'),
  vectors: [['ffffffffffffffff07', NO_GSM_KEY]], // default test profile
};

/** Ciphering key of GPRS. */
export const EF_KcGPRS: EfDefinition<GsmKey> = {
  name: 'EF_KcGPRS',
  fid: 0x4f52,
  sfi: 0x02,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.3.2',
  ...gsmKey('EF_KcGPRS'),
  vectors: [['ffffffffffffffff07', NO_GSM_KEY]], // default test profile
};

/** EF_START-HFN: where hyperframe numbers start, 20 bits each. */
export interface StartHfn {
  readonly cs: number;
  readonly ps: number;
}

/** EF_START-HFN before any key was used. */
export const INITIAL_START_HFN: StartHfn = { cs: 0xf00000, ps: 0xf00000 };

/** Initial values of hyperframe numbers. */
export const EF_START_HFN: EfDefinition<StartHfn> = {
  name: 'EF_START-HFN',
  fid: 0x6f5b,
  sfi: 0x0f,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.51',
  ...fixed<StartHfn>('EF_START-HFN', { cs: uint(3), ps: uint(3) }),
  vectors: [['f00000f00000', INITIAL_START_HFN]], // default test profile
};

/** EF_THRESHOLD: the START at which keys are too old. */
export interface Threshold {
  readonly maximumStart: number;
}

/** Maximum value of START. */
export const EF_THRESHOLD: EfDefinition<Threshold> = {
  name: 'EF_THRESHOLD',
  fid: 0x6f5c,
  sfi: 0x10,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.52',
  ...fixed<Threshold>('EF_THRESHOLD', { maximumStart: uint(3) }),
  vectors: [['ffffff', { maximumStart: 0xffffff }]], // default test profile
};

/** A part of a security context; a kind without a name is its tag. */
export interface ContextPart<Kind extends string> {
  readonly kind: Kind | number;
  readonly value: Uint8Array;
}

/** Declares contents that are data objects, each with a name for its tag. */
function parts<Kind extends string>(
  name: string,
  tags: Masks<Kind>,
): EfCodec<readonly ContextPart<Kind>[]> {
  const objects = dataObjects(name);
  const kinds = Object.keys(tags) as Kind[];
  return {
    decode: (contents) =>
      objects.decode(contents).map(({ tag, value }) => ({
        kind: kinds.find((kind) => tags[kind] === tag) ?? tag,
        value,
      })),
    encode(value, size) {
      const written = value.map((part) => {
        const { kind } = part;
        if (typeof kind === 'string' && !Object.hasOwn(tags, kind)) {
          throw new RangeError(`${name}: expected ${kinds.join(', ')}, got ${kind}`);
        }
        return { tag: typeof kind === 'string' ? tags[kind] : kind, value: part.value };
      });
      return objects.encode(written, size);
    },
  };
}

/** What a security context of the NAS is made of. */
export type NasContextKind =
  | 'ksi'
  | 'key'
  | 'uplink-count'
  | 'downlink-count'
  | 'algorithms'
  | 'eps-algorithms';

/** A security context of the NAS; its key is K_ASME in EPS, K_AMF in 5GS. Secret. */
export type NasContext = readonly ContextPart<NasContextKind>[];

const CONTEXT = 0xa0;

function nasContext(name: string): EfCodec<NasContext | undefined> {
  const inner = parts<NasContextKind>(`${name}/'a0'`, {
    ksi: 0x80,
    key: 0x81,
    'uplink-count': 0x82,
    'downlink-count': 0x83,
    algorithms: 0x84,
    'eps-algorithms': 0x85,
  });
  return orEmpty<NasContext>({
    decode(contents) {
      const [object, ...others] = decodePaddedTlvs(contents, name);
      if (object?.tag !== CONTEXT || others.length > 0) {
        throw new DecodeError(name, 0, `expected one data object 'a0'`);
      }
      return inner.decode(object.value);
    },
    encode: (value, size) => fillTo(berTlv(CONTEXT, inner.encode(value)), size, name),
  });
}

const EPS_CONTEXT: NasContext = [
  { kind: 'ksi', value: Uint8Array.of(2) },
  { kind: 'key', value: filled(32, 0x11) },
  { kind: 'uplink-count', value: Uint8Array.of(0, 0, 0, 5) },
  { kind: 'downlink-count', value: Uint8Array.of(0, 0, 0, 6) },
  { kind: 'algorithms', value: Uint8Array.of(0x22) },
];
const EPS_PARTS = `8001028120${'11'.repeat(32)}820400000005830400000006840122`;

/** Security context of the NAS of EPS, one a record. Secret. */
export const EF_EPSNSC: EfDefinition<NasContext | undefined> = {
  name: 'EF_EPSNSC',
  fid: 0x6fe4,
  sfi: 0x18,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.92',
  ...nasContext('EF_EPSNSC'),
  vectors: [
    ['ff'.repeat(54), undefined], // default test profile
    [`a034${EPS_PARTS}`, EPS_CONTEXT], // worked by hand
    ['a0038f0105', [{ kind: 0x8f, value: Uint8Array.of(5) }]], // reserved
  ],
};

function fiveGsContext(place: EfPlace): EfDefinition<NasContext | undefined> {
  return {
    ...place,
    structure: 'linear',
    ...nasContext(place.name),
    vectors: [
      ['ff'.repeat(57), undefined], // default test profile
      // worked by hand
      [
        `a037${EPS_PARTS}850133`,
        [...EPS_CONTEXT, { kind: 'eps-algorithms', value: Uint8Array.of(0x33) }],
      ],
    ],
  };
}

/** Security context of the NAS of 5GS for 3GPP access, one a record. Secret. */
export const EF_5GS3GPPNSC: EfDefinition<NasContext | undefined> = fiveGsContext({
  name: 'EF_5GS3GPPNSC',
  fid: 0x4f03,
  sfi: 0x03,
  clause: '3GPP TS 31.102 §4.4.11.4',
});

/** Security context of the NAS of 5GS for non-3GPP access, one a record. Secret. */
export const EF_5GSN3GPPNSC: EfDefinition<NasContext | undefined> = fiveGsContext({
  name: 'EF_5GSN3GPPNSC',
  fid: 0x4f04,
  sfi: 0x04,
  clause: '3GPP TS 31.102 §4.4.11.5',
});

/** K_AUSF and K_SEAF. Secret. */
export const EF_5GAUTHKEYS: EfDefinition<readonly ContextPart<'k-ausf' | 'k-seaf'>[]> = {
  name: 'EF_5GAUTHKEYS',
  fid: 0x4f05,
  sfi: 0x05,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.6',
  ...parts('EF_5GAUTHKEYS', { 'k-ausf': 0x80, 'k-seaf': 0x81 }),
  vectors: [
    ['ff'.repeat(68), []], // default test profile
    // worked by hand
    [
      `8020${'11'.repeat(32)}8120${'22'.repeat(32)}`,
      [
        { kind: 'k-ausf', value: filled(32, 0x11) },
        { kind: 'k-seaf', value: filled(32, 0x22) },
      ],
    ],
  ],
};
