/**
 * EF_DIR: the applications of the card, one a record.
 *
 *     '61' | length | '4F' length AID | '50' length label | other objects | 'FF' …
 *
 * @see ETSI TS 102 221 §13.1
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { concat } from '../bytes/octets.ts';
import { berTlv, decodeBerTlvs } from '../tlv/ber.ts';
import { decodeAlpha, encodeAlpha } from './alpha.ts';
import { decodePaddedTlvs, fillTo, orEmpty } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** A record of EF_DIR. */
export interface ApplicationTemplate {
  /** 5 to 16 octets. */
  readonly aid: Uint8Array;
  /** For people. */
  readonly label: string | undefined;
  /** Further data objects, as they are. */
  readonly others: Uint8Array;
}

const NAME = 'EF_DIR';
const APPLICATION_TEMPLATE = 0x61;
const AID = 0x4f;
const LABEL = 0x50;

/** Fewest and most octets of an AID. */
const AID_MIN = 5;
const AID_MAX = 16;

const applicationTemplate: EfCodec<ApplicationTemplate> = {
  decode(octets) {
    const [template, ...behind] = decodePaddedTlvs(octets, NAME);
    if (template?.tag !== APPLICATION_TEMPLATE || behind.length > 0) {
      throw new DecodeError(NAME, 0, `expected one data object '61'`);
    }
    const [first, ...objects] = decodeBerTlvs(template.value, `${NAME}/'61'`);
    const aid = first?.tag === AID ? first.value : undefined;
    if (aid === undefined || aid.length < AID_MIN || aid.length > AID_MAX) {
      throw new DecodeError(`${NAME}/'61'`, 0, `expected '4f' of 5 to 16 octets first`);
    }
    const label = objects[0]?.tag === LABEL ? objects.shift() : undefined;
    return {
      aid,
      label: label && decodeAlpha(label.value, `${NAME}/'61'/'50'`),
      others: concat(...objects.map(({ tag, value }) => berTlv(tag, value))),
    };
  },
  encode({ aid, label, others }, size) {
    if (aid.length < AID_MIN || aid.length > AID_MAX) {
      throw new RangeError(`aid: expected 5 to 16 octets, got ${aid.length}`);
    }
    const labels = label === undefined ? [] : [berTlv(LABEL, encodeAlpha(label))];
    const template = berTlv(APPLICATION_TEMPLATE, berTlv(AID, aid), ...labels, others);
    return fillTo(template, size, NAME);
  },
};

/** Application directory. */
export const EF_DIR: EfDefinition<ApplicationTemplate | undefined> = {
  name: NAME,
  fid: 0x2f00,
  sfi: 0x1e,
  structure: 'linear',
  clause: 'ETSI TS 102 221 §13.1',
  ...orEmpty(applicationTemplate),
  vectors: [
    // default test profile
    [
      '61184f10a0000000871002ffffffff890000010050045553494dffffffffffffffffffffffffffff',
      {
        aid: fromHex('a0000000871002ffffffff8900000100'),
        label: 'USIM',
        others: new Uint8Array(),
      },
    ],
    // a field card, with discretionary data
    [
      '61294f10a0000000871002ffffffff890709000050055553696d31730ea00c80011781025f608203454150ffff',
      {
        aid: fromHex('a0000000871002ffffffff8907090000'),
        label: 'USim1',
        others: fromHex('730ea00c80011781025f608203454150'),
      },
    ],
    ['ff'.repeat(40), undefined], // a free record
  ],
};
