/**
 * Every status word of SUSPEND UICC, GET IDENTITY and GET DATA, and how to get it.
 *
 * @see ETSI TS 102 221 §11.1.22, §11.1.23; 3GPP TS 31.102 §7.5
 * @module
 */

import { CHANGE, type MatrixCommand, PENDING } from './matrix-row.ts';
import { ADM1, PIN1, SELECT_ISIM, SELECT_USIM } from './test-card.ts';

const SUSPEND = '807600000401010202';
/** Randomness of these cards is '00' alone. */
const RESUME = `8076010008${'00'.repeat(8)}`;
const CAN_BE_SUSPENDED = { profile: 'suspension', hasDice: true } as const;

const USIM = [SELECT_USIM, PIN1] as const;
const GET_SUCI = '8078000100';
const SUCI = { profile: 'SUCI by the USIM' } as const;
const SUCI_A = { profile: 'SUCI of profile A' } as const;
const SUCI_B = { profile: 'SUCI of profile B' } as const;

/** The rows of these commands. */
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
  {
    name: 'GET IDENTITY',
    ins: 0x78,
    class: 'uicc',
    rows: [
      { sw: '61XX', when: 'the SUCI waits', steps: [...USIM, GET_SUCI], ...SUCI },
      {
        sw: '61XX',
        when: 'that of profile A',
        steps: [...USIM, GET_SUCI],
        ...SUCI_A,
        hasDice: true,
      },
      { sw: '6700', when: 'there are data', steps: [...USIM, '8078000101FF'], ...SUCI },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, GET_SUCI], ...SUCI },
      { sw: '6985', when: 'no application is active', steps: [PIN1, GET_SUCI], ...SUCI },
      { sw: '6985', when: 'it is an ISIM', steps: [SELECT_ISIM, PIN1, GET_SUCI], ...SUCI },
      { sw: '6985', when: 'the terminal makes the SUCI', steps: [...USIM, GET_SUCI] },
      { sw: '6985', when: 'it has no dice', steps: [...USIM, GET_SUCI], ...SUCI_A },
      {
        sw: '6985',
        when: 'they give no key',
        steps: [...USIM, GET_SUCI],
        ...SUCI_B,
        hasDice: true,
      },
      {
        sw: '6985',
        when: 'the scheme has no key',
        steps: [...USIM, ADM1, '00A4080C067FFF5FC04F07', '00D6000004A0020101', GET_SUCI],
        ...SUCI,
        hasDice: true,
      },
      { sw: '6A86', when: 'P1 is not 00', steps: [...USIM, '8078010100'], ...SUCI },
      { sw: '6A86', when: 'P2 names no context', steps: [...USIM, '8078000300'], ...SUCI },
      { sw: '6A88', when: 'no service 142', steps: [...USIM, '8078000200'], ...SUCI },
    ],
  },
  {
    name: 'GET DATA',
    ins: 0xca,
    class: 'both',
    rows: [
      { sw: '9000', when: 'Le is right', steps: ['80CA00E00E'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '80CA00E00E'] },
      { sw: '6CXX', when: 'Le is wrong', steps: ['80CA00E000'] },
      { sw: '6700', when: 'there are data', steps: ['80CA00E00100'] },
      { sw: '6A88', when: 'no such object', steps: ['80CA9F7F00'] },
    ],
  },
];
