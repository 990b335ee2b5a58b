/**
 * Rows P: VERIFY PIN.
 *
 * @see ETSI TS 102 221 §9, §11.1.9
 * @module
 */

import { ADM1, PIN1, PIN2, RESET, type Row, type Step, USIM, WRONG_PIN1 } from './row.ts';

function wrong(sw: string): Step {
  return { send: WRONG_PIN1, expect: sw };
}

function query(sw: string | readonly string[]): Step {
  return { send: '0020000100', expect: sw };
}

export const PIN: readonly Row[] = [
  {
    id: 'P01',
    shows: 'how many tries are left, asked without trying',
    steps: [
      query('63C3'),
      query('63C3'),
      { send: '0020008100', expect: '63C3' },
      { send: '0020000A00', expect: '63CA' },
      { send: '00200001', expect: '63C3' },
    ],
  },
  { id: 'P02', shows: 'a wrong PIN1', steps: [wrong('63C2'), query('63C2')] },
  {
    id: 'P03',
    shows: 'the right PIN1 after a wrong one',
    steps: [wrong('63C2'), PIN1, query('63C3')],
  },
  {
    id: 'P04',
    shows: 'three wrong tries block PIN1: the right one comes too late',
    steps: [
      wrong('63C2'),
      wrong('63C1'),
      wrong('63C0'),
      wrong('6983'),
      { send: '002000010831323334FFFFFFFF', expect: '6983' },
    ],
  },
  {
    id: 'P05',
    shows: 'tries left of a blocked PIN',
    steps: [wrong('63C2'), wrong('63C1'), wrong('63C0'), query(['63C0', '6983'])],
  },
  {
    id: 'P13',
    shows: 'key references that the card does not have',
    steps: [
      { send: '002000050831323334FFFFFFFF', expect: '6A88' },
      { send: '002000000831323334FFFFFFFF', expect: '6A88' },
      { send: '0020000B083131313131313131', expect: '6A88' },
      { send: '002000FF0831323334FFFFFFFF', expect: '6A88' },
      { send: '0020000500', expect: '6A88' },
    ],
  },
  {
    id: 'P14',
    shows: 'a PIN of another length than 8 costs no try',
    steps: [
      { send: '002000010431323334', expect: '6700' },
      { send: '002000010731323334FFFFFF', expect: '6700' },
      { send: '002000010931323334FFFFFFFFFF', expect: '6700' },
      query('63C3'),
    ],
  },
  {
    id: 'P41',
    shows: 'P1 other than 00 costs no try',
    steps: [
      { send: '002001010831323334FFFFFFFF', expect: '6A86' },
      { send: '00208001083939393939393939', expect: '6A86' },
      query('63C3'),
    ],
  },
  {
    id: 'P15',
    shows: 'PIN2 does not open what PIN1 gates, nor PIN1 what ADM1 gates',
    steps: [
      USIM,
      PIN2,
      { send: '00B0870009', expect: '6982' },
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      { send: '00D6870009080910101032547698', expect: '6982' },
    ],
  },
  {
    id: 'P16',
    shows: 'ADM1 opens the update of EF_IMSI',
    steps: [USIM, ADM1, { send: '00D6870009080910101032547698', expect: '9000' }],
  },
  {
    id: 'P17',
    shows: 'a reset takes away what was verified',
    steps: [
      USIM,
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      RESET,
      USIM,
      { send: '00B0870009', expect: '6982' },
    ],
  },
  {
    id: 'P18',
    shows: 'a reset does not give tries back',
    steps: [wrong('63C2'), RESET, query('63C2'), wrong('63C1'), RESET, query('63C1')],
  },
  {
    id: 'P42',
    shows: 'a wrong try takes away what an earlier right one gave',
    steps: [
      USIM,
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      wrong('63C2'),
      { send: '00B0870009', expect: '6982' },
    ],
  },
  {
    id: 'P43',
    shows: 'each key reference has its own tries',
    steps: [
      wrong('63C2'),
      { send: '002000810839393939FFFFFFFF', expect: '63C2' },
      { send: '0020000A083939393939393939', expect: '63C9' },
      query('63C2'),
    ],
  },
];
