/**
 * What the ME may do: EF_AD, EF_ACC, EF_UAC_AIC.
 *
 *     EF_AD       mode 1 | features 2 | MNC length 1      the ISIM has no MNC length
 *     EF_ACC      classes 15 to 8 | classes 7 to 0
 *     EF_UAC_AIC  identities 1 | RFU 3
 *
 * @see 3GPP TS 31.102 §4.2.18, §4.2.15, §4.4.11.7; 3GPP TS 31.103 §4.2.5
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { type Field, mapped } from '../bytes/layout.ts';
import { fillTo, fixed, withoutFiller } from './codec.ts';
import type { EfDefinition } from './definition.ts';
import { flags, oneOfCodes, type SpareBit } from './fields.ts';

/** What the ME is for. */
export type OperationMode =
  | 'normal'
  | 'normal-and-specific'
  | 'maintenance'
  | 'cell-test'
  | 'type-approval'
  | 'type-approval-and-specific';

/** A feature that the card asks of the ME. */
export type AdministrativeFeature =
  | 'ciphering-indicator'
  | 'csg-display-control'
  | 'prose'
  | 'extended-drx';

/** EF_AD of the ISIM. */
export interface IsimAdministrativeData {
  readonly mode: OperationMode;
  readonly features: readonly (AdministrativeFeature | SpareBit)[];
}

/** EF_AD of the USIM. */
export interface AdministrativeData extends IsimAdministrativeData {
  readonly mncLength: 2 | 3;
}

const operationMode: Field<OperationMode> = oneOfCodes({
  normal: 0x00,
  'normal-and-specific': 0x01,
  maintenance: 0x02,
  'cell-test': 0x04,
  'type-approval': 0x80,
  'type-approval-and-specific': 0x81,
});

const features: Field<readonly (AdministrativeFeature | SpareBit)[]> = flags(2, {
  'ciphering-indicator': 0x0001,
  'csg-display-control': 0x0002,
  prose: 0x0004,
  'extended-drx': 0x0008,
});

/** Digits of the MNC in b4 to b1; the other bits are RFU. */
const mncLength: Field<2 | 3> = mapped<2 | 3>(
  1,
  (found, name) => {
    const length = found[0]! & 0x0f;
    if (length !== 2 && length !== 3) throw new DecodeError(name, 0, 'expected 2 or 3');
    return length;
  },
  (value) => Uint8Array.of(value),
);

/** Administrative data. */
export const EF_AD: EfDefinition<AdministrativeData> = {
  name: 'EF_AD',
  fid: 0x6fad,
  sfi: 0x03,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.18',
  ...fixed<AdministrativeData>('EF_AD', { mode: operationMode, features, mncLength }),
  vectors: [
    ['00000002', { mode: 'normal', features: [], mncLength: 2 }], // default test profile
    // worked by hand
    ['01000103', { mode: 'normal-and-specific', features: ['ciphering-indicator'], mncLength: 3 }],
    ['00800802', { mode: 'normal', features: ['extended-drx', 'b16'], mncLength: 2 }], // reserved
  ],
};

/** Administrative data of the ISIM. */
export const EF_AD_ISIM: EfDefinition<IsimAdministrativeData> = {
  name: 'EF_AD',
  fid: 0x6fad,
  sfi: 0x03,
  structure: 'transparent',
  clause: '3GPP TS 31.103 §4.2.5',
  ...fixed<IsimAdministrativeData>('EF_AD', { mode: operationMode, features }),
  vectors: [['000000', { mode: 'normal', features: [] }]], // default test profile
};

const ACC_OCTETS = 2;
/** Its bit is always 0, and says nothing. */
const NO_ACCESS_CLASS = 10;

function accessClasses(octets: Uint8Array): readonly number[] {
  const [high = 0, low = 0] = octets;
  const bits = high * 256 + low;
  const classes = Array.from({ length: 16 }, (_, number) => number);
  return classes.filter((number) => number !== NO_ACCESS_CLASS && (bits & (1 << number)) !== 0);
}

/** Access control classes of the subscriber, 0 to 9 and 11 to 15, ascending. */
export const EF_ACC: EfDefinition<readonly number[]> = {
  name: 'EF_ACC',
  fid: 0x6f78,
  sfi: 0x06,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.15',
  decode(octets) {
    if (octets.length < ACC_OCTETS) throw new DecodeError('EF_ACC', 0, 'expected 2 octets');
    return accessClasses(withoutFiller(octets, ACC_OCTETS, 'EF_ACC'));
  },
  encode(classes, size) {
    let bits = 0;
    for (const number of classes) {
      if (!Number.isInteger(number) || number < 0 || number > 15 || number === NO_ACCESS_CLASS) {
        throw new RangeError(`EF_ACC: expected 0 to 9 or 11 to 15, got ${number}`);
      }
      bits |= 1 << number;
    }
    return fillTo(Uint8Array.of(bits >> 8, bits & 0xff), size, 'EF_ACC');
  },
  vectors: [
    ['0200', [9]], // default test profile
    ['8001', [0, 15]], // worked by hand
  ],
};

/** An access identity of Unified Access Control. */
export type AccessIdentity = 'multimedia-priority' | 'mission-critical';

/** EF_UAC_AIC. */
export interface AccessIdentities {
  readonly identities: readonly (AccessIdentity | SpareBit)[];
}

/** Configuration of access identities in 5GS. */
export const EF_UAC_AIC: EfDefinition<AccessIdentities> = {
  name: 'EF_UAC_AIC',
  fid: 0x4f06,
  sfi: 0x06,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.7',
  ...fixed<AccessIdentities>('EF_UAC_AIC', {
    identities: flags(4, {
      'multimedia-priority': 0x01000000,
      'mission-critical': 0x02000000,
    }),
  }),
  vectors: [
    ['00000000', { identities: [] }], // default test profile
    ['80000001', { identities: ['b1', 'b32'] }], // reserved
    ['03000000', { identities: ['multimedia-priority', 'mission-critical'] }], // worked by hand
  ],
};
