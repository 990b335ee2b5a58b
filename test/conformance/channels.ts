/**
 * Rows E of logical channels: MANAGE CHANNEL, and what a channel has of its own.
 *
 * @see ETSI TS 102 221 §10.1.1, §11.1.17
 * @module
 */

import { after, PIN1, RESET, type Row, type Step, USIM } from './row.ts';

const OPEN_1: Step = { send: '0070000001', expect: '019000' };
const OPEN_2: Step = { send: '0070000001', expect: '029000' };
const OPEN_3: Step = { send: '0070000001', expect: '039000' };
const USIM_ON_1: Step = {
  send: '01A4040C10A0000000871002FFFFFFFF8900000100',
  expect: '9000',
};
const ISIM_ON_1: Step = {
  send: '01A4040C10A0000000871004FFFFFFFF8900000100',
  expect: '9000',
};
/** STATUS tells of the MF. */
const MF_FCP = '62...83023F00...9000';

const MANAGE_CHANNEL: readonly Row[] = [
  { id: 'E09', shows: 'the card opens a channel and says its number', steps: [OPEN_1] },
  {
    id: 'E10',
    shows: 'a channel that was opened takes commands',
    steps: [OPEN_1, { send: '01A40004023F00', expect: '61..' }],
  },
  {
    id: 'E11',
    shows: 'a channel is closed, and takes no command any more',
    steps: [
      OPEN_1,
      { send: '0070800100', expect: '9000' },
      { send: '01A40004023F00', expect: '6881' },
    ],
  },
  {
    id: 'E12',
    shows: 'the basic channel cannot be closed',
    steps: [
      { send: '0070800000', expect: '6A86' },
      { send: '00A40004023F00', expect: '61..' },
    ],
  },
  {
    id: 'E13',
    shows: 'no channel is free',
    steps: [OPEN_1, OPEN_2, OPEN_3, { send: '0070000001', expect: ['6A81', '6881'] }],
  },
  {
    id: 'E91',
    shows: 'a number that was closed is the next one to be given',
    steps: [OPEN_1, OPEN_2, OPEN_3, { send: '0070800200', expect: '9000' }, OPEN_2],
  },
  {
    id: 'E92',
    shows: 'a channel that is not open is closed',
    steps: [
      { send: '0070800100', expect: ['6200', '6881'] },
      { send: '0070801300', expect: ['6200', '6881', '6A86'] },
    ],
  },
  {
    id: 'E93',
    shows: 'a reset closes all',
    steps: [OPEN_1, OPEN_2, RESET, { send: '01A40004023F00', expect: '6881' }, OPEN_1],
  },
  {
    id: 'E94',
    shows: 'P1 and P2 that mean nothing',
    steps: [
      { send: '0070010001', expect: '6A86' },
      { send: '0070400001', expect: '6A86' },
      { send: '0070001400', expect: ['6A86', '6A81'] },
      { send: '0070801400', expect: '6A86' },
    ],
  },
  {
    id: 'E95',
    shows: 'a wrong Le opens nothing',
    steps: [
      { send: '0070000000', expect: '6C01' },
      { send: '0070000002', expect: '6C01' },
      { send: '01A40004023F00', expect: '6881' },
      OPEN_1,
    ],
  },
  {
    id: 'E96',
    shows: 'MANAGE CHANNEL in the class of the UICC, with secure messaging, on a closed channel',
    steps: [
      { send: '8070000001', expect: ['6D00', '6E00'] },
      { send: '0470000001', expect: ['6882', '6E00'] },
      { send: '0170000001', expect: '6881' },
      { send: '0170800100', expect: '6881' },
    ],
  },
  {
    id: 'E97',
    shows: 'a terminal says the number, though the ATR says that the card does',
    steps: [{ send: '0070000200', expect: ['6A81', '6985', '9000'] }],
  },
];

const OWN: readonly Row[] = [
  {
    id: 'E98',
    shows: 'a channel that is opened from the basic one begins at the MF, without application',
    steps: [
      USIM,
      OPEN_1,
      { ask: '81F2000000', expect: MF_FCP },
      { send: '81F2000112', expect: '6A88' },
      { send: '01A40004027FFF', expect: '6A82' },
      { send: '01B0000001', expect: '6986' },
    ],
  },
  {
    id: 'E99',
    shows: 'an application of one channel is not that of another',
    steps: [
      USIM,
      OPEN_1,
      ISIM_ON_1,
      { ask: '80F2000100', expect: '8410A0000000871002FFFFFFFF89000001009000' },
      { ask: '81F2000100', expect: '8410A0000000871004FFFFFFFF89000001009000' },
    ],
  },
  {
    id: 'E100',
    shows: 'the toolkit is the card’s: its commands are for the basic channel alone',
    steps: [
      OPEN_1,
      { send: '8110000001FF', expect: ['6E00', '6881'] },
      { send: '8112000001', expect: ['6E00', '6881'] },
      { send: '81C2000002D600', expect: ['6E00', '6881'] },
    ],
  },
  {
    id: 'E101',
    shows: 'an answer waits on the channel of its command',
    steps: [
      OPEN_1,
      { send: '00A40804022FE2', expect: '6119' },
      { send: '01C0000019', expect: ['6985', '6F00'] },
    ],
  },
  {
    id: 'E102',
    shows: 'an answer is lost when its channel is closed',
    steps: [
      OPEN_1,
      { send: '01A40804022FE2', expect: '6119' },
      { send: '0070800100', expect: '9000' },
      { send: '00C0000019', expect: ['6985', '6F00'] },
      { send: '01C0000019', expect: '6881' },
    ],
  },
  {
    id: 'E103',
    shows: 'a PIN that was verified on one channel is verified on all',
    steps: [
      ...[USIM, OPEN_1, USIM_ON_1],
      { send: '01B0870009', expect: '6982' },
      PIN1,
      { send: '01B0870009', expect: '0809101010325476989000' },
    ],
  },
  {
    id: 'E104',
    shows: 'AUTHENTICATE asks for the application of its own channel',
    steps: [
      ...[USIM, PIN1, OPEN_1],
      { send: `0188008122${'00'.repeat(34)}`, expect: ['6985', '6A81'] },
    ],
  },
];

export const CHANNELS: readonly Row[] = after([RESET], [...MANAGE_CHANNEL, ...OWN]);
