/**
 * Rows H: what programs send that were made for real cards, odd as some of it is.
 *
 * Each was seen in a trace of a modem or a program for readers.
 *
 * @see ETSI TS 102 221 §7.3.1, §11.1.1, §11.1.2, §11.2; ISO/IEC 7816-3 §12.2
 * @module
 */

import { file, PIN1, type Row, USIM } from './row.ts';

const IMSI = '080910101032547698';

export const HABITS: readonly Row[] = [
  {
    id: 'H01',
    shows: 'case 1 with P3 00, as T=0 has it',
    steps: [
      { send: '80F2000C00', expect: '9000' },
      { send: '0020000100', expect: '63C3' },
      { send: '002C000100', expect: '63CA' },
      { send: '80F2000C', expect: '9000' },
      { send: '00200001', expect: '63C3' },
    ],
  },
  {
    id: 'H02',
    shows: 'GET RESPONSE with the class of the command, and with the other',
    steps: [
      { send: '00A40804022FE2', expect: '6119' },
      { send: '00C0000019', expect: '62178202...9000' },
      { send: '00A40804022FE2', expect: '6119' },
      { send: '80C0000019', expect: '62178202...9000' },
    ],
  },
  {
    id: 'H03',
    shows: 'SELECT by the AID of an EF_DIR record, whole and cut',
    steps: [
      { send: '00A4080C022F00', expect: '9000' },
      { ask: '00B2010400', expect: '61..4F10A0000000871002FFFFFFFF8900000100...9000' },
      { send: '00A4040C10A0000000871002FFFFFFFF8900000100', expect: '9000' },
      { send: '00A4040C0CA0000000871002FFFFFFFF89', expect: '9000' },
      { send: '00A4040C07A0000000871002', expect: '9000' },
      { send: '00A4040C05A000000087', expect: '9000' },
      { send: '00A4040C07A0000000871099', expect: '6A82' },
      { send: '00A4040C11A0000000871002FFFFFFFF890000010000', expect: ['6700', '6A82'] },
      { send: '80F2000C00', expect: '9000' },
    ],
  },
  {
    id: 'H04',
    shows: 'STATUS with an odd Le tells the right one',
    steps: [
      { send: '80F2000001', expect: '6C22' },
      { send: '80F20000FF', expect: '6C22' },
      { send: '80F2000022', expect: '62...9000' },
      { send: '80F2000C16', expect: ['9000', '6C..', '6700'] },
      { send: '80F2000000', expect: ['6C22', '62...9000'] },
    ],
  },
  {
    id: 'H05',
    shows: 'ENVELOPE before TERMINAL PROFILE',
    steps: [
      { send: '80C2000006D60482028281', expect: '9000' },
      { send: '80C2000002D105', expect: '6A80' },
      { send: '8012000000', expect: ['6985', '6F00'] },
      { send: '8010000001FF', expect: '9000' },
    ],
  },
  {
    id: 'H06',
    shows: 'reading with Le 00 and FF tells the right one',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000000', expect: ['6C09', `${IMSI}9000`] },
      { send: '00B00000FF', expect: ['6C09', `${IMSI}6282`] },
      { send: '00B0000009', expect: `${IMSI}9000` },
      file('7FFF6F3C'),
      { send: '00B20104FF', expect: ['6CB0', '...6282'] },
      { ask: '00B2010400', expect: '00FF...9000' },
    ],
  },
  {
    id: 'H07',
    shows: 'commands of class A0 where those of the UICC have been used',
    steps: [
      PIN1,
      { send: 'A0A40000023F00', expect: '6E00' },
      { send: 'A0F2000016', expect: '6E00' },
      { send: 'A0C0000016', expect: '6E00' },
      { send: '00A40004023F00', expect: '61..' },
    ],
  },
  {
    id: 'H08',
    shows: 'SELECT of the path that is selected, again and again',
    steps: [USIM, file('7FFF6F07'), file('7FFF6F07'), file('7FFF6F07'), file('2FE2')].concat([
      { send: '00B000000A', expect: '...9000' },
    ]),
  },
];
