/**
 * DF WLAN: networks that are reached over a WLAN (I-WLAN), and the names of WLANs.
 *
 *     EF_Pseudo                      length 2 | pseudonym | 'FF' …
 *     EF_UPLMNWLAN, EF_OPLMNWLAN     PLMN 3 | PLMN 3 | 'FFFFFF' …
 *     EF_UWSIDL, EF_OWSIDL, EF_HWSIDL  length 1 | name of a WLAN | 'FF' …
 *
 * @see 3GPP TS 31.102 §4.4.5
 * @module
 */

import { type Plmn, plmn } from '../bytes/identity.ts';
import { uint } from '../bytes/layout.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { fillTo, fixed, listOf, orEmpty, withoutFiller } from './codec.ts';
import type { EfCodec, EfDefinition, EfStructure } from './definition.ts';
import { plmnOrNone } from './fields.ts';
import { EF_WRI } from './object-files.ts';
import { PLMN_ENTRY, type PlmnList } from './plmn-lists.ts';

const CLAUSE = '3GPP TS 31.102 §4.4.5';

/** Declares contents that are a text behind its length. */
function countedText(name: string, lengthOctets: 1 | 2): EfCodec<string | undefined> {
  return orEmpty<string>({
    decode(octets) {
      const reader = new ByteReader(octets, name);
      const text = reader.take(reader.uint(lengthOctets, 'length'), 'text');
      withoutFiller(octets, reader.offset, name);
      return decodeUtf8(text, `${name}/text`);
    },
    encode(text, size) {
      const octets = new TextEncoder().encode(text);
      const length = new ByteWriter().uint(lengthOctets, octets.length, 'length').finish();
      return fillTo(concat(length, octets), size, name);
    },
  });
}

function textFile(
  name: string,
  at: number,
  structure: EfStructure,
  lengthOctets: 1 | 2,
): EfDefinition<string | undefined> {
  return {
    name,
    fid: 0x4f40 + at,
    sfi: at,
    structure,
    clause: CLAUSE,
    ...countedText(name, lengthOctets),
    vectors: [
      [`${lengthOctets === 2 ? '0002' : '02'}6162ffff`, 'ab'], // worked by hand
      ['ffffffff', undefined], // free, or no pseudonym
    ],
  };
}

function networks(name: string, at: number): EfDefinition<PlmnList> {
  return {
    name,
    fid: 0x4f40 + at,
    sfi: at,
    structure: 'transparent',
    clause: CLAUSE,
    ...listOf(name, PLMN_ENTRY),
    vectors: [['62f210ffffff', [plmn('262-01')]]], // worked by hand
  };
}

/** Contents of one octet that the ME goes by. */
export interface WlanIndication {
  readonly indication: number;
}

function indication(name: string, at: number): EfDefinition<WlanIndication> {
  return {
    name,
    fid: 0x4f40 + at,
    sfi: at,
    structure: 'transparent',
    clause: CLAUSE,
    ...fixed<WlanIndication>(name, { indication: uint(1) }),
    vectors: [['01', { indication: 1 }]], // worked by hand
  };
}

/** EF_WLRPLMN: where the ME was registered last. */
export interface LastWlanPlmn {
  readonly plmn: Plmn | undefined;
}

const EF_WLRPLMN: EfDefinition<LastWlanPlmn> = {
  name: 'EF_WLRPLMN',
  fid: 0x4f4a,
  sfi: 0x0a,
  structure: 'transparent',
  clause: CLAUSE,
  ...fixed<LastWlanPlmn>('EF_WLRPLMN', { plmn: plmnOrNone }),
  vectors: [
    ['62f210', { plmn: plmn('262-01') }], // worked by hand
    ['ffffff', { plmn: undefined }], // nowhere
  ],
};

/** Files of DF WLAN. */
export const WLAN_FILES: readonly EfDefinition<unknown>[] = [
  textFile('EF_Pseudo', 0x01, 'transparent', 2),
  networks('EF_UPLMNWLAN', 0x02),
  networks('EF_OPLMNWLAN', 0x03),
  textFile('EF_UWSIDL', 0x04, 'linear', 1),
  textFile('EF_OWSIDL', 0x05, 'linear', 1),
  EF_WRI,
  textFile('EF_HWSIDL', 0x07, 'linear', 1),
  indication('EF_WEHPLMNPI', 0x08),
  indication('EF_WHPI', 0x09),
  EF_WLRPLMN,
  indication('EF_HPLMNDAI', 0x0b),
];
