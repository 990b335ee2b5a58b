/**
 * EF_ARR under the MF, in the applications and in DF TELECOM: one content, other identifiers.
 *
 * @see ETSI TS 102 221 §13.4; 3GPP TS 31.102 §4.2.55; 3GPP TS 31.103 §4.2.6
 * @module
 */

import {
  type AccessCondition,
  type AccessRule,
  decodeAccessRules,
  encodeAccessRules,
} from './access-rules.ts';
import type { EfDefinition } from './definition.ts';

const PIN1: AccessCondition = { kind: 'key', reference: 0x01 };
const ADM1: AccessCondition = { kind: 'key', reference: 0x0a };

function accessRuleFile(
  place: Pick<EfDefinition<unknown>, 'fid' | 'sfi' | 'clause'>,
): EfDefinition<readonly AccessRule[]> {
  return {
    name: 'EF_ARR',
    structure: 'linear',
    ...place,
    decode: decodeAccessRules,
    encode: encodeAccessRules,
    vectors: [
      // default test profile, record 8, shortened
      [
        '800101a406830101950108840132a406830101950108800118a40683010a950108ffff',
        [
          { mode: { kind: 'am', byte: 0x01 }, condition: PIN1 },
          { mode: { kind: 'command', ins: 0x32 }, condition: PIN1 },
          { mode: { kind: 'am', byte: 0x18 }, condition: ADM1 },
        ],
      ],
      // a field card: update with PIN2 or ADM1
      [
        '800102a010a406830181950108a40683010a950108',
        [
          {
            mode: { kind: 'am', byte: 0x02 },
            condition: { kind: 'or', of: [{ kind: 'key', reference: 0x81 }, ADM1] },
          },
        ],
      ],
      ['ffffffff', []], // a free record
    ],
  };
}

/** Access rules of files under the MF. */
export const EF_ARR_MF: EfDefinition<readonly AccessRule[]> = accessRuleFile({
  fid: 0x2f06,
  sfi: 0x06,
  clause: 'ETSI TS 102 221 §13.4',
});

/** Access rules of files of the USIM. */
export const EF_ARR_USIM: EfDefinition<readonly AccessRule[]> = accessRuleFile({
  fid: 0x6f06,
  sfi: 0x17,
  clause: '3GPP TS 31.102 §4.2.55',
});

/** Access rules of files of the ISIM. */
export const EF_ARR_ISIM: EfDefinition<readonly AccessRule[]> = accessRuleFile({
  fid: 0x6f06,
  sfi: 0x06,
  clause: '3GPP TS 31.103 §4.2.6',
});

/** Access rules of files of DF TELECOM. */
export const EF_ARR_TELECOM: EfDefinition<readonly AccessRule[]> = accessRuleFile({
  fid: 0x6f06,
  sfi: undefined,
  clause: 'ETSI TS 102 221 §13.4',
});
