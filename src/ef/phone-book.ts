/**
 * The phone book: EF_PBR, which says what files there are, and the files.
 *
 *     EF_PBR    'A8' length { 'C0' length FID 2, SFI 1 | … } | 'A9' … | 'AA' … | 'FF' …
 *     EF_ANR    record of EF_AAS 1 | number without name 14 | SFI and record of EF_ADN 2
 *     EF_EMAIL  text X | SFI and record of EF_ADN 2
 *     EF_PBC    flags 1 | hidden by 1
 *
 * Files of type 1 ('A8') have the record number of EF_ADN, those of type 2 ('A9') are found through
 * EF_IAP, those of type 3 ('AA') by a number in a record. Only type 2 has the link to EF_ADN.
 *
 * EF_PBR, EF_PSC, EF_CC and EF_PUID have FIDs of the standard. Those of the others are the card's
 * choice: read EF_PBR, and take the definition that {@link PHONE_BOOK_FILES} has for its kind. The
 * FIDs in them are those that cards often have.
 *
 * @see 3GPP TS 31.102 §4.4.2
 * @module
 */

import { address } from '../bytes/address.ts';
import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv, decodeBerTlvs, type Tlv } from '../tlv/ber.ts';
import { alphaText } from './alpha.ts';
import {
  decodePaddedTlvs,
  fillTo,
  fixed,
  opaque,
  property,
  withoutFiller,
  withTail,
} from './codec.ts';
import type { EfCodec, EfDefinition, EfPlace } from './definition.ts';
import { type BareNumber, bareNumber, EF_ADN } from './dialling.ts';
import { EF_EXT1 } from './extensions.ts';
import { flags, type Masks, type SpareBit } from './fields.ts';

/** A file of the phone book. */
export type PhoneBookKind =
  | 'adn'
  | 'iap'
  | 'ext1'
  | 'sne'
  | 'anr'
  | 'pbc'
  | 'grp'
  | 'aas'
  | 'gas'
  | 'uid'
  | 'email'
  | 'ccp1';

const KINDS: Masks<PhoneBookKind> = {
  adn: 0xc0,
  iap: 0xc1,
  ext1: 0xc2,
  sne: 0xc3,
  anr: 0xc4,
  pbc: 0xc5,
  grp: 0xc6,
  aas: 0xc7,
  gas: 0xc8,
  uid: 0xc9,
  email: 0xca,
  ccp1: 0xcb,
};

/** How records of a file are found. */
export type PhoneBookLinking = 'same-record' | 'through-iap' | 'by-reference';

const LINKINGS: Masks<PhoneBookLinking> = {
  'same-record': 0xa8,
  'through-iap': 0xa9,
  'by-reference': 0xaa,
};

/** A file that EF_PBR names; a kind without a name is its tag. */
export interface PhoneBookFile {
  readonly kind: PhoneBookKind | number;
  readonly fid: number;
  readonly sfi: number | undefined;
}

/** Files of one type; a type without a name is its tag. */
export interface PhoneBookGroup {
  readonly linking: PhoneBookLinking | number;
  readonly files: readonly PhoneBookFile[];
}

const NAME = 'EF_PBR';

function nameOf<Name extends string>(tag: number, names: Masks<Name>): Name | number {
  return (Object.keys(names) as Name[]).find((name) => names[name] === tag) ?? tag;
}

function tagOf<Name extends string>(of: Name | number, names: Masks<Name>): number {
  const tag = typeof of === 'number' ? of : Object.hasOwn(names, of) ? names[of] : undefined;
  if (tag === undefined) throw new RangeError(`${NAME}: expected ${Object.keys(names).join(', ')}`);
  return tag;
}

function decodeFile({ tag, value }: Tlv): PhoneBookFile {
  const kind = nameOf(tag, KINDS);
  const reader = new ByteReader(value, `${NAME}/${kind}`);
  const fid = reader.uint(2, 'FID');
  const sfi = reader.remaining > 0 ? reader.uint(1, 'SFI') : undefined;
  reader.end();
  return { kind, fid, sfi };
}

function encodeFile({ kind, fid, sfi }: PhoneBookFile): Uint8Array {
  const writer = new ByteWriter().uint(2, fid, 'FID');
  if (sfi !== undefined) writer.uint(1, sfi, 'SFI');
  return berTlv(tagOf(kind, KINDS), writer.finish());
}

const phoneBookReference: EfCodec<readonly PhoneBookGroup[]> = {
  decode: (octets) =>
    decodePaddedTlvs(octets, NAME).map(({ tag, value }) => ({
      linking: nameOf(tag, LINKINGS),
      files: decodeBerTlvs(value, NAME).map(decodeFile),
    })),
  encode(groups, size) {
    const objects = groups.map(({ linking, files }) =>
      berTlv(tagOf(linking, LINKINGS), ...files.map(encodeFile)),
    );
    return fillTo(concat(...objects), size, NAME);
  },
};

/** Files of the phone book, one set a record. */
export const EF_PBR: EfDefinition<readonly PhoneBookGroup[]> = {
  name: NAME,
  fid: 0x4f30,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.2.1',
  ...phoneBookReference,
  vectors: [
    // default test profile
    [
      'a805c0034f3a01ffffffffffffffffff',
      [{ linking: 'same-record', files: [{ kind: 'adn', fid: 0x4f3a, sfi: 1 }] }],
    ],
    // a field card
    [
      'a80ac0034f3a01c5034f0902aa05cb034f3d03ffff',
      [
        {
          linking: 'same-record',
          files: [
            { kind: 'adn', fid: 0x4f3a, sfi: 1 },
            { kind: 'pbc', fid: 0x4f09, sfi: 2 },
          ],
        },
        { linking: 'by-reference', files: [{ kind: 'ccp1', fid: 0x4f3d, sfi: 3 }] },
      ],
    ],
    // worked by hand: no SFI, and tags that are reserved
    [
      'a904ca024f50ab04cf024f51',
      [
        { linking: 'through-iap', files: [{ kind: 'email', fid: 0x4f50, sfi: undefined }] },
        { linking: 0xab, files: [{ kind: 0xcf, fid: 0x4f51, sfi: undefined }] },
      ],
    ],
    ['ffffffff', []], // a free record
  ],
};

/** A counter or identifier of the phone book; 0 before it is used. */
export interface PhoneBookNumber {
  readonly number: number;
}

function numberFile(
  place: EfPlace,
  structure: 'transparent' | 'linear',
  octets: 2 | 4,
): EfDefinition<PhoneBookNumber> {
  return {
    ...place,
    structure,
    ...fixed<PhoneBookNumber>(place.name, { number: uint(octets) }),
    vectors: [[`${'00'.repeat(octets - 1)}07`, { number: 7 }]], // worked by hand
  };
}

/** Counters that tell the ME whether it knows the phone book. */
export const PHONE_BOOK_COUNTERS: readonly EfDefinition<PhoneBookNumber>[] = [
  numberFile(
    { name: 'EF_PSC', fid: 0x4f22, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.12.2' },
    'transparent',
    4,
  ),
  numberFile(
    { name: 'EF_CC', fid: 0x4f23, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.12.3' },
    'transparent',
    2,
  ),
  numberFile(
    { name: 'EF_PUID', fid: 0x4f24, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.12.4' },
    'transparent',
    2,
  ),
];

/** A record of EF_EMAIL or EF_SNE; 255 and 255 where it has no link. */
export interface LinkedText {
  readonly text: string;
  readonly adnSfi: number;
  readonly adnRecord: number;
}

function linkedText(place: EfPlace): EfDefinition<LinkedText> {
  return {
    ...place,
    structure: 'linear',
    ...withTail<Pick<LinkedText, 'text'>, Omit<LinkedText, 'text'>>(
      place.name,
      property('text', alphaText(`${place.name}/text`)),
      { adnSfi: uint(1), adnRecord: uint(1) },
    ),
    vectors: [
      ['61402e6f7267ff0102', { text: 'a¡.org', adnSfi: 1, adnRecord: 2 }], // worked by hand
      ['ffffffff', { text: '', adnSfi: 0xff, adnRecord: 0xff }], // a free record
    ],
  };
}

function alphaFile(place: EfPlace): EfDefinition<string> {
  return {
    ...place,
    structure: 'linear',
    ...alphaText(place.name),
    vectors: [
      ['576f726bffff', 'Work'], // worked by hand
      ['ffffffff', ''], // a free record
    ],
  };
}

function octetFile(place: EfPlace, vector: string): EfDefinition<Uint8Array> {
  return {
    ...place,
    structure: 'linear',
    ...opaque(place.name),
    vectors: [[vector, fromHex(vector)]], // worked by hand
  };
}

/** A record of EF_ADN that a further number belongs to. */
export interface AdnLink {
  readonly sfi: number;
  readonly record: number;
}

/** A record of EF_ANR. */
export interface AdditionalNumber extends BareNumber {
  /** Record of EF_AAS with what is said of the number; 0 for none. */
  readonly alphaRecord: number;
  /** In files of type 2. */
  readonly link: AdnLink | undefined;
}

const ANR = 'EF_ANR';
const ANR_OCTETS = 15;
const ANR_LINKED_OCTETS = 17;

const additionalNumber: EfCodec<AdditionalNumber> = {
  decode(octets) {
    if (octets.length < ANR_OCTETS || octets.length === ANR_OCTETS + 1) {
      throw new DecodeError(ANR, 0, `expected ${ANR_OCTETS} or ${ANR_LINKED_OCTETS} octets`);
    }
    const reader = new ByteReader(withoutFiller(octets, ANR_LINKED_OCTETS, ANR), ANR);
    const alphaRecord = reader.uint(1, 'alpha record');
    const number = bareNumber(ANR).decode(reader.take(ANR_OCTETS - 1, 'number'));
    const [sfi = 0xff, record = 0xff] = reader.rest();
    const linked = sfi !== 0xff || record !== 0xff;
    return { alphaRecord, ...number, link: linked ? { sfi, record } : undefined };
  },
  encode({ alphaRecord, link, ...number }, size) {
    const writer = new ByteWriter()
      .uint(1, alphaRecord, 'alpha record')
      .bytes(bareNumber(ANR).encode(number));
    if (link !== undefined) writer.uint(1, link.sfi, 'SFI').uint(1, link.record, 'record');
    return fillTo(writer.finish(), size, ANR);
  },
};

const EF_ANR: EfDefinition<AdditionalNumber> = {
  name: ANR,
  fid: 0x4f11,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.2.9',
  ...additionalNumber,
  vectors: [
    // worked by hand: type 1
    [
      '0106811032547698ffffffffffffff',
      {
        alphaRecord: 1,
        number: address('0123456789'),
        capabilityRecord: 0xff,
        extensionRecord: 0xff,
        link: undefined,
      },
    ],
    // worked by hand: type 2
    [
      '0006811032547698ffffffffffffff0103',
      {
        alphaRecord: 0,
        number: address('0123456789'),
        capabilityRecord: 0xff,
        extensionRecord: 0xff,
        link: { sfi: 1, record: 3 },
      },
    ],
  ],
};

/** A record of EF_PBC. */
export interface PhoneBookControl {
  readonly flags: readonly ('modified' | SpareBit)[];
  /** 0 when the entry is not hidden, else which application has hidden it. */
  readonly hiddenBy: number;
}

const EF_PBC: EfDefinition<PhoneBookControl> = {
  name: 'EF_PBC',
  fid: 0x4f09,
  sfi: undefined,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.2.5',
  ...fixed<PhoneBookControl>('EF_PBC', {
    flags: flags(1, { modified: 0x01 }),
    hiddenBy: uint(1),
  }),
  vectors: [['0100', { flags: ['modified'], hiddenBy: 0 }]], // worked by hand
};

/** What the files of a phone book hold, by the kind that EF_PBR gives them. */
export const PHONE_BOOK_FILES: Readonly<Record<PhoneBookKind, EfDefinition<unknown>>> = {
  adn: { ...EF_ADN, fid: 0x4f3a, sfi: 0x01 },
  // The record in each file of type 2, in the order of EF_PBR; 255 for none.
  iap: octetFile(
    { name: 'EF_IAP', fid: 0x4f25, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.2' },
    '03ff',
  ),
  ext1: { ...EF_EXT1, fid: 0x4f4a },
  sne: linkedText({
    name: 'EF_SNE',
    fid: 0x4f19,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.4.2.10',
  }),
  anr: EF_ANR,
  pbc: EF_PBC,
  // Records of EF_GAS; 0 for none.
  grp: octetFile(
    { name: 'EF_GRP', fid: 0x4f26, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.6' },
    '01020000',
  ),
  aas: alphaFile({
    name: 'EF_AAS',
    fid: 0x4f4b,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.4.2.7',
  }),
  gas: alphaFile({
    name: 'EF_GAS',
    fid: 0x4f4c,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.4.2.8',
  }),
  uid: numberFile(
    { name: 'EF_UID', fid: 0x4f21, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.12.1' },
    'linear',
    2,
  ),
  email: linkedText({
    name: 'EF_EMAIL',
    fid: 0x4f50,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.4.2.13',
  }),
  // Bearer capabilities, as in EF_CCP2.
  ccp1: octetFile(
    { name: 'EF_CCP1', fid: 0x4f3d, sfi: undefined, clause: '3GPP TS 31.102 §4.4.2.11' },
    '01a0ffff',
  ),
};
