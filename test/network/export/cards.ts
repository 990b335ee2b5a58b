/**
 * Two cards for exports: one that was used, of a network with 2 digits of MNC, and a new one of a
 * network with 3 that has OP in place of OPc.
 *
 * @see docs/export.md
 * @module
 */

import { address } from '../../../src/bytes/address.ts';
import { toHex } from '../../../src/bytes/hex.ts';
import { EF_MSISDN, NO_DIALLING_NUMBER } from '../../../src/ef/dialling.ts';
import {
  type ExportedSubscription,
  exportedSubscription,
} from '../../../src/network/export/subscription.ts';
import { overridden } from '../../../src/profile/batch.ts';
import { checkProfile } from '../../../src/profile/check.ts';
import { faultText } from '../../../src/profile/faults.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { type Edits, edited, fileAt } from '../../profile/edited.ts';

const MSISDN_OCTETS = 24;
const OP = 'CDC202D5123E20F62B6D676AC72CB318'; // 3GPP TS 35.208, test set 1

/** A record of EF_MSISDN. */
export function msisdnRecord(number: string): string {
  const value = { ...NO_DIALLING_NUMBER, number: address(number) };
  return toHex(EF_MSISDN.encode(value, MSISDN_OCTETS)).toUpperCase();
}

/** Makes sure that an edited profile is one. */
export function profileWith(edits: Edits): CardProfile {
  const result = checkProfile(edited(edits));
  if (result.ok) return result.profile;
  throw new Error(result.faults.map(faultText).join('\n'));
}

const EF_MSISDN_AT = fileAt('MF/ADF.USIM/EF.MSISDN');
const ARRAY = Array.from({ length: 32 }, (_, ind) => (ind < 4 ? 7 - ind : 0));

/** The built-in card after seven vectors, with a number and a routing indicator. */
export const USED: CardProfile = profileWith({
  '$.keyTable.entries[0].sqn.array': ARRAY,
  [`${EF_MSISDN_AT}.records`]: [msisdnRecord('+49171234567')],
  [`${fileAt('MF/ADF.USIM/DF.5GS/EF.Routing_Indicator')}.data`]: '2143FFFF',
});

/** Another, with 3 digits of MNC, OP and IND of 3 bits. */
export const THREE_DIGITS: CardProfile = overridden(
  profileWith({
    '$.keyTable.entries[0].opc': undefined,
    '$.keyTable.entries[0].op': OP,
    '$.keyTable.entries[0].sqn.indBits': 3,
  }),
  { iccid: '89999010000000000021', imsi: '310410000000001', mncLength: 3 },
);

/** Gives what is exported of a profile; a fault ends the test. */
export function subscriptionOf(profile: CardProfile): ExportedSubscription {
  const result = exportedSubscription(profile);
  if (result.ok) return result.subscription;
  throw new Error(faultText(result.fault));
}
