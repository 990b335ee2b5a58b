/**
 * Every status word of SUSPEND UICC, and how to get it.
 *
 * @see ETSI TS 102 221 §11.1.22
 * @module
 */

import { CHANGE, type MatrixCommand, PENDING } from './matrix-row.ts';

const SUSPEND = '807600000401010202';
/** Randomness of these cards is '00' alone. */
const RESUME = `8076010008${'00'.repeat(8)}`;
const CAN_BE_SUSPENDED = { profile: 'suspension', hasDice: true } as const;

/** The rows of this command. */
export const UICC: readonly MatrixCommand[] = [
  {
    name: 'SUSPEND UICC',
    ins: 0x76,
    class: 'uicc',
    rows: [
      { sw: '61XX', when: 'it is suspended', steps: [SUSPEND], ...CAN_BE_SUSPENDED },
      { sw: '9000', when: 'it goes on', steps: [SUSPEND, 'reset', RESUME], ...CAN_BE_SUSPENDED },
      { sw: '6700', when: 'the token is cut', steps: ['8076010007'], ...CAN_BE_SUSPENDED },
      { sw: '6700', when: 'half a resumption', steps: ['807601000400'], ...CAN_BE_SUSPENDED },
      { sw: '6700', when: 'no data', steps: ['80760000'], ...CAN_BE_SUSPENDED },
      {
        sw: '6982',
        when: 'the token is another',
        steps: [SUSPEND, 'reset', `${RESUME.slice(0, -2)}01`],
        ...CAN_BE_SUSPENDED,
      },
      { sw: '6985', when: 'the card cannot be suspended', steps: [SUSPEND], hasDice: true },
      { sw: '6985', when: 'it has no dice', steps: [SUSPEND], profile: 'suspension' },
      { sw: '6985', when: 'a change is staged', steps: [CHANGE, SUSPEND], ...CAN_BE_SUSPENDED },
      { sw: '6985', when: 'a command is open', steps: [...PENDING, SUSPEND], ...CAN_BE_SUSPENDED },
      { sw: '6985', when: 'suspended already', steps: [SUSPEND, SUSPEND], ...CAN_BE_SUSPENDED },
      { sw: '6985', when: 'nothing is suspended', steps: [RESUME], ...CAN_BE_SUSPENDED },
      {
        sw: '6985',
        when: 'another command came first',
        steps: [SUSPEND, 'reset', '80F2000C00', RESUME],
        ...CAN_BE_SUSPENDED,
      },
      { sw: '6A80', when: 'no unit', steps: ['807600000405010501'], ...CAN_BE_SUSPENDED },
      { sw: '6A80', when: 'too short', steps: ['807600000402010101'], ...CAN_BE_SUSPENDED },
      { sw: '6A86', when: 'P1 is reserved', steps: ['807602000401010202'], ...CAN_BE_SUSPENDED },
      { sw: '6A86', when: 'P2 is not 00', steps: ['807600010401010202'], ...CAN_BE_SUSPENDED },
      { sw: '9864', when: 'too long', steps: ['8076000004030B0402'], ...CAN_BE_SUSPENDED },
    ],
  },
];
