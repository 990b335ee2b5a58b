/**
 * Rows T: the ATR, and what T=0 makes of lengths.
 *
 * @see ETSI TS 102 221 §6.3, §7.3.1, §12.1.1
 * @module
 */

import { file, PIN1, type Row, USIM } from './row.ts';

export const TRANSPORT: readonly Row[] = [
  {
    id: 'T03',
    shows: 'the historical bytes: services, then capabilities',
    steps: [{ send: 'reset', expect: '3B...8031..73..21.. ...' }],
  },
  {
    id: 'T08',
    shows: 'a command right after the ATR',
    steps: [{ send: '00A40004023F00', expect: '61..' }],
  },
  {
    id: 'T11',
    shows: 'GET RESPONSE for more than there is loses nothing',
    steps: [
      { send: '00A40804022FE2', expect: '6119' },
      { send: '00C000001A', expect: '6C19' },
      { send: '00C0000000', expect: '6C19' },
      { send: '00C0000019', expect: '62...9000' },
      { send: '00C0000019', expect: ['6985', '6F00'] },
    ],
  },
  {
    id: 'T41',
    shows: 'GET RESPONSE for less than there is tells the rest',
    steps: [
      { send: '00A40804022FE2', expect: '6119' },
      { send: '00C0000002', expect: '62176117' },
      { send: '00C0000016', expect: '...6101' },
      { send: '00C0000001', expect: '..9000' },
    ],
  },
  {
    id: 'T42',
    shows: 'GET RESPONSE when nothing waits, when a command came between, on another channel',
    steps: [
      { send: '00C0000001', expect: ['6985', '6F00'] },
      { send: '00A40804022FE2', expect: '6119' },
      { send: '80F2000C00', expect: '9000' },
      { send: '00C0000019', expect: ['6985', '6F00'] },
      { send: '00A40804022FE2', expect: '6119' },
      { send: '01C0000019', expect: '6881' },
    ],
  },
  {
    id: 'T43',
    shows: 'GET RESPONSE with P1 or P2 other than 00, or with data',
    steps: [
      { send: '00A40804022FE2', expect: '6119' },
      { send: '00C0010019', expect: '6A86' },
      { send: '00C0000119', expect: '6A86' },
      { send: '00C000000119', expect: '6700' },
    ],
  },
  {
    id: 'T12',
    shows: 'a wrong Le of READ BINARY',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B000000A', expect: ['6C09', '0809101010325476986282'] },
      { send: '00B0000009', expect: '0809101010325476989000' },
    ],
  },
  {
    id: 'T13',
    shows: 'Le 00 asks for all octets: over T=0 the card says how many',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000000', expect: ['6C09', '0809101010325476989000'] },
      { send: '00B0000800', expect: ['6C01', '989000'] },
      { ask: '00B0000000', expect: '0809101010325476989000' },
    ],
  },
];
