/**
 * Rows R: READ and UPDATE, BINARY and RECORD.
 *
 * @see ETSI TS 102 221 §11.1.3, §11.1.4, §11.1.5, §11.1.6
 * @module
 */

import { ADM1, after, file, PIN1, RESET, type Row, USIM } from './row.ts';

const IMSI = '080910101032547698';
/** A free record of EF_SMS: status '00', then 'FF'. */
const FREE_SMS = `00${'FF'.repeat(175)}`;
/** A message to be read, '03', and the same with other octets. */
const SMS = `03${'A5'.repeat(175)}`;

const BINARY: readonly Row[] = [
  {
    id: 'R01',
    shows: 'EF_ICCID, which anybody may read',
    steps: [file('2FE2'), { send: '00B000000A', expect: '989909010000000000319000' }],
  },
  {
    id: 'R02',
    shows: 'no EF is current after a reset',
    steps: [
      { send: '00B0000000', expect: '6986' },
      { send: '00D6000001FF', expect: '6986' },
      { send: '00B2010400', expect: '6986' },
      { send: '00DC010401FF', expect: '6986' },
    ],
  },
  {
    id: 'R03',
    shows: 'binary commands on an EF of records',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F3C'),
      { send: '00B0000000', expect: '6981' },
      { send: '00D6000001FF', expect: '6981' },
    ],
  },
  {
    id: 'R05',
    shows: 'an offset outside of the EF',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000901', expect: ['6B00', '6C00'] },
      { send: '00B0000A01', expect: '6B00' },
      { send: '00B07FFF01', expect: '6B00' },
      { send: '00B0870901', expect: ['6B00', '6C00'] },
      { send: '00B0000009', expect: `${IMSI}9000` },
    ],
  },
  {
    id: 'R06',
    shows: 'more octets than there are',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B000000A', expect: ['6C09', `${IMSI}6282`] },
      { send: '00B0000407', expect: ['6C05', '10325476986282'] },
    ],
  },
  {
    id: 'R41',
    shows: 'fewer octets than there are',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000402', expect: '10329000' },
      { send: '00B0870402', expect: '10329000' },
    ],
  },
  {
    id: 'R42',
    shows: 'P1 of neither form',
    steps: [
      USIM,
      PIN1,
      { send: '00B0A00009', expect: ['6A86', '6B00'] },
      { send: '00B0C70009', expect: ['6A86', '6B00'] },
      { send: '00D6E70001FF', expect: ['6A86', '6B00'] },
    ],
  },
  {
    id: 'R43',
    shows: 'UPDATE BINARY past the end writes nothing',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F7B'),
      { send: '00D60000 0D 00112233445566778899AABBCC', expect: '6700' },
      { send: '00D6000B 02 0011', expect: '6700' },
      { send: '00D6000C 01 00', expect: '6B00' },
      { send: '00B000000C', expect: `${'FF'.repeat(12)}9000` },
    ],
  },
];

const RECORD: readonly Row[] = [
  {
    id: 'R04',
    shows: 'record commands on a transparent EF',
    steps: [
      file('7FFF6F07'),
      { send: '00B2010409', expect: '6981' },
      { send: '00DC010409080910101032547698', expect: '6981' },
      { send: '00B2000209', expect: '6981' },
    ],
  },
  {
    id: 'R07',
    shows: 'a record by its number; a wrong Le is corrected',
    steps: [
      file('7FFF6F3C'),
      { send: '00B2010400', expect: '6CB0' },
      { send: '00B20104B1', expect: '6CB0' },
      { send: '00B20104B0', expect: `${FREE_SMS}9000` },
      { send: '00B20A04B0', expect: `${FREE_SMS}9000` },
    ],
  },
  {
    id: 'R08',
    shows: 'a record behind the last; the EF does not grow',
    steps: [
      file('7FFF6F3C'),
      { send: '00B20B04B0', expect: '6A83' },
      { send: `00DC0B04B0${SMS}`, expect: '6A83' },
      { send: '00B2FF04B0', expect: '6A83' },
      { ask: '00A40804047FFF6F3C00', expect: '62...8205422100B00A...9000' },
    ],
  },
  {
    id: 'R09',
    shows: 'the current record before there is one',
    steps: [
      file('7FFF6F3C'),
      { send: '00B20004B0', expect: '6A83' },
      { send: `00DC0004B0${SMS}`, expect: '6A83' },
    ],
  },
  {
    id: 'R10',
    shows: 'the next record, when there is none yet, is the first',
    steps: [
      { send: `00DC0104B0${SMS}`, expect: '6986' },
      file('7FFF6F3C'),
      { send: `00DC0104B0${SMS}`, expect: '9000' },
      { send: '00B20002B0', expect: `${SMS}9000` },
      { send: '00B20004B0', expect: `${SMS}9000` },
    ],
  },
  {
    id: 'R11',
    shows: 'the next record behind the last',
    steps: [
      file('7FFF6FB7'),
      { send: '00B2000204', expect: '11F2FF009000' },
      { send: '00B2000204', expect: 'FFFFFFFF9000' },
      { send: '00B2000204', expect: 'FFFFFFFF9000' },
      { send: '00B2000204', expect: 'FFFFFFFF9000' },
      { send: '00B2000204', expect: 'FFFFFFFF9000' },
      { send: '00B2000204', expect: '6A83' },
      { send: '00B2000204', expect: '6A83' },
      { send: '00B2000404', expect: 'FFFFFFFF9000' },
    ],
  },
  {
    id: 'R12',
    shows: 'the previous record, when there is none yet, is the last; none before the first',
    steps: [
      file('7FFF6FB7'),
      { send: '00B2000304', expect: 'FFFFFFFF9000' },
      { send: '00B2000304', expect: 'FFFFFFFF9000' },
      { send: '00B2000304', expect: 'FFFFFFFF9000' },
      { send: '00B2000304', expect: 'FFFFFFFF9000' },
      { send: '00B2000304', expect: '11F2FF009000' },
      { send: '00B2000304', expect: '6A83' },
    ],
  },
  {
    id: 'R13',
    shows: 'a record by its number does not move the pointer',
    steps: [
      file('7FFF6F3C'),
      { send: `00DC0204B0${SMS}`, expect: '9000' },
      { send: '00B20002B0', expect: `${FREE_SMS}9000` },
      { send: '00B20304B0', expect: `${FREE_SMS}9000` },
      { send: '00B20002B0', expect: `${SMS}9000` },
    ],
  },
  {
    id: 'R20',
    shows: 'UPDATE RECORD with another length than the record has',
    steps: [
      file('7FFF6F3C'),
      { send: `00DC0104AF${SMS.slice(2)}`, expect: '6700' },
      { send: `00DC0104B1${SMS}00`, expect: '6700' },
      { send: '00B20104B0', expect: `${FREE_SMS}9000` },
    ],
  },
  {
    id: 'R44',
    shows: 'P1 and P2 that name no record',
    steps: [
      file('7FFF6F3C'),
      { send: '00B20000B0', expect: '6A86' },
      { send: '00B20101B0', expect: '6A86' },
      { send: '00B20105B0', expect: '6A86' },
      { send: '00B20102B0', expect: '6A86' },
      { send: '00B20103B0', expect: '6A86' },
      { send: `00DC0107B0${SMS}`, expect: '6A86' },
    ],
  },
  {
    id: 'R25',
    shows: 'UPDATE RECORD on a cyclic EF: the new record is the first, the oldest is gone',
    steps: [
      file('7FFF6F39'),
      { send: '00DC000303AABBCC', expect: '9000' },
      { send: '00B2010403', expect: 'AABBCC9000' },
      { send: '00B2020403', expect: '0101019000' },
      { send: '00B2030403', expect: '0202029000' },
      { send: '00B2040403', expect: '6A83' },
    ],
  },
  {
    id: 'R26',
    shows: 'UPDATE RECORD on a cyclic EF in another mode than previous',
    steps: [
      file('7FFF6F39'),
      { send: '00DC000203AABBCC', expect: ['6981', '6A86'] },
      { send: '00DC010403AABBCC', expect: ['6981', '6A86'] },
      { send: '00DC000403AABBCC', expect: ['6981', '6A86'] },
      { send: '00DC000302AABB', expect: '6700' },
      { send: '00B2010403', expect: '0101019000' },
    ],
  },
  {
    id: 'R27',
    shows: 'next and previous go round in a cyclic EF',
    steps: [
      file('7FFF6F39'),
      { send: '00B2000203', expect: '0101019000' },
      { send: '00B2000203', expect: '0202029000' },
      { send: '00B2000203', expect: '0303039000' },
      { send: '00B2000203', expect: '0101019000' },
      { send: '00B2000303', expect: '0303039000' },
      { send: '00B2000303', expect: '0202029000' },
    ],
  },
];

const ACCESS: readonly Row[] = [
  {
    id: 'R15',
    shows: 'EF_IMSI without PIN',
    steps: [
      USIM,
      { send: '00B0870009', expect: '6982' },
      file('7FFF6F07'),
      { send: '00B0000009', expect: '6982' },
    ],
  },
  {
    id: 'R16',
    shows: 'EF_IMSI with PIN1',
    steps: [USIM, PIN1, { send: '00B0870009', expect: `${IMSI}9000` }],
  },
  {
    id: 'R17',
    shows: 'EF_ICCID may be read always and updated never, not even with ADM1',
    steps: [
      { send: '00B082000A', expect: '989909010000000000319000' },
      ADM1,
      { send: '00D6820001 98', expect: '6982' },
    ],
  },
  {
    id: 'R18',
    shows: 'EF_UST is updated by ADM1 alone',
    steps: [
      USIM,
      PIN1,
      { send: '00D684000100', expect: '6982' },
      { send: '00B0840001', expect: '009000' },
      ADM1,
      { send: '00D684000100', expect: '9000' },
    ],
  },
  {
    id: 'R19',
    shows: 'EF_FPLMN is updated with PIN1, not without, and not with ADM1 alone',
    steps: [
      USIM,
      { send: '00D68D000300F110', expect: '6982' },
      ADM1,
      { send: '00D68D000300F110', expect: '6982' },
      PIN1,
      { send: '00D68D000300F110', expect: '9000' },
      { send: '00B08D0006', expect: '00F110FFFFFF9000' },
    ],
  },
  {
    id: 'R21',
    shows: 'what was written is there after a reset',
    steps: [
      USIM,
      PIN1,
      { send: '00D68D000362F210', expect: '9000' },
      RESET,
      USIM,
      { send: '00B08D0003', expect: '6982' },
      PIN1,
      { send: '00B08D0003', expect: '62F2109000' },
    ],
  },
];

export const READ_AND_UPDATE: readonly Row[] = [
  ...BINARY,
  ...after([USIM, PIN1], RECORD),
  ...ACCESS,
];
