/**
 * Rows R: DEACTIVATE FILE, ACTIVATE FILE, and commands on a deactivated EF.
 *
 * @see ETSI TS 102 221 §11.1.1, §11.1.14, §11.1.15
 * @module
 */

import { ADM1, after, file, PIN1, RESET, type Row, USIM } from './row.ts';

const SET_UP = [USIM, PIN1, ADM1, file('7FFF6F7B')];
const DEACTIVATE = { send: '00040000', expect: '9000' } as const;
const ACTIVATE = { send: '00440000', expect: '9000' } as const;
const READ = { send: '00B000000C', expect: `${'FF'.repeat(12)}9000` } as const;

const ROWS: readonly Row[] = [
  {
    id: 'R22',
    shows: 'a deactivated EF is neither read nor updated',
    steps: [
      DEACTIVATE,
      { send: '00B000000C', expect: '6984' },
      { send: '00D600000300F110', expect: '6984' },
      { send: '00B08D000C', expect: '6984' },
      ACTIVATE,
      READ,
    ],
  },
  {
    id: 'R23',
    shows: 'a deactivated EF can be selected; its FCP says what it is',
    steps: [
      DEACTIVATE,
      { send: '00A4080C047FFF6F7B', expect: ['6283', '9000'] },
      {
        ask: '00A40804047FFF6F7B00',
        expect: ['62...8A0104...6283', '62...8A0104...9000', '62...8A0106...6283'],
      },
      ACTIVATE,
    ],
  },
  {
    id: 'R24',
    shows: 'an activated EF is as it was before',
    steps: [
      READ,
      DEACTIVATE,
      ACTIVATE,
      READ,
      { ask: '00A40804047FFF6F7B00', expect: '62...8A0105...9000' },
    ],
  },
  {
    id: 'R56',
    shows: 'to deactivate or activate twice is no error',
    steps: [DEACTIVATE, DEACTIVATE, ACTIVATE, ACTIVATE, READ],
  },
  {
    id: 'R57',
    shows: 'an EF stays deactivated over a reset',
    steps: [
      DEACTIVATE,
      RESET,
      ...[USIM, PIN1],
      { send: '00B08D000C', expect: '6984' },
      ADM1,
      { send: '00440800047FFF6F7B', expect: '9000' },
      READ,
    ],
  },
  {
    id: 'R58',
    shows: 'records of a deactivated EF are neither searched nor increased',
    steps: [
      file('7FFF6F39'),
      DEACTIVATE,
      { send: '00A201040101', expect: '6984' },
      { send: '803200000101', expect: '6984' },
      { send: '00B2010403', expect: '6984' },
      ACTIVATE,
      { send: '00B2010403', expect: '0101019000' },
    ],
  },
];

const WITHOUT_RIGHT: readonly Row[] = [
  {
    id: 'R59',
    shows: 'DEACTIVATE FILE and ACTIVATE FILE need an EF and the right',
    steps: [
      { send: '00040000', expect: '6986' },
      { send: '00440000', expect: '6986' },
      { send: '00040000026F99', expect: '6A82' },
      { send: '00040100', expect: '6A86' },
      ...[USIM, PIN1, file('7FFF6F7B')],
      { send: '00040000', expect: '6982' },
      { send: '00440000', expect: '6982' },
      ADM1,
      { send: '00040800022FE2', expect: '6982' },
      READ,
    ],
  },
];

export const LIFE_CYCLE: readonly Row[] = [...after(SET_UP, ROWS), ...WITHOUT_RIGHT];
