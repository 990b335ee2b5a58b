/**
 * Rows R: SEARCH RECORD.
 *
 * @see ETSI TS 102 221 §11.1.7
 * @module
 */

import { after, file, PIN1, type Row, type Step, USIM } from './row.ts';

/** '01' to '0F' in a circle, cut open in other places; the last two have parts of it, or none. */
const RECORDS: readonly string[] = [
  '0102030405060708090A0B0C0D0E0F',
  '0A0B0C0D0E0F010203040506070809',
  '0405060708090A0B0C0D0E0F010203',
  '0708090A0B0C0D0E0F010203040506',
  'A5A5A5A5A5010203A5A5A5A5A5A5A5',
  'A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5',
];

/** Six records of EF_SMS begin so; the rest is 'FF'. */
const WRITTEN: readonly Step[] = [
  USIM,
  PIN1,
  file('7FFF6F3C'),
  ...RECORDS.map((record, n): Step => {
    const padded = record + 'FF'.repeat(176 - record.length / 2);
    return { send: `00DC0${n + 1}04B0${padded}`, expect: '9000' };
  }),
];

const IN_SMS: readonly Row[] = [
  {
    id: 'R14',
    shows: 'the pointer is on the first record that SEARCH RECORD found',
    steps: [
      { ask: '00A20204020304', expect: '02049000' },
      { send: '00B20004B0', expect: `${RECORDS[1]}...9000` },
      { ask: '00A2060502090A', expect: '0403019000' },
      { send: '00B20002B0', expect: `${RECORDS[4]}...9000` },
    ],
  },
  {
    id: 'R33',
    shows: 'the pattern may stand anywhere in a record',
    steps: [
      { ask: '00A20104020304', expect: '0102049000' },
      { ask: '00A20104020F01', expect: '0203049000' },
      { ask: '00A2010401A5', expect: '05069000' },
    ],
  },
  {
    id: 'R34',
    shows: 'a search backward gives the numbers in falling order, and does not go round',
    steps: [
      { ask: '00A2060502090A', expect: '0403019000' },
      { ask: '00A2030502090A', expect: '03019000' },
    ],
  },
  {
    id: 'R35',
    shows: 'an enhanced search from an offset, forward and backward, by number and beside',
    steps: [
      { ask: '00A20606050504010203', expect: '050403029000' },
      { ask: '00A20106050404010203', expect: '020304059000' },
      { ask: '00A20006050600010203', expect: '0304059000' },
      { ask: '00A20006050700010203', expect: '02019000' },
    ],
  },
  {
    id: 'R53',
    shows: 'an enhanced search behind a value; a record without it is passed over',
    steps: [
      { ask: '00A20106030C0A0B', expect: '010203049000' },
      { ask: '00A20606030DA5A5', expect: '06059000' },
      { send: '00A20106030C0E0D', expect: ['6282', '6A83', '9000'] },
    ],
  },
];

const PLAIN: readonly Row[] = [
  {
    id: 'R31',
    shows: 'EF_ECC is searched for an emergency number, simply and by SFI',
    steps: [
      USIM,
      PIN1,
      file('7FFF6FB7'),
      { send: '00A201040211F2', expect: '6101' },
      { send: '00C0000001', expect: '019000' },
      { ask: '00A2010C0211F2', expect: '019000' },
    ],
  },
  {
    id: 'R32',
    shows: 'a search without success leaves the pointer',
    steps: [
      USIM,
      PIN1,
      file('7FFF6FB7'),
      { send: '00B2000204', expect: '11F2FF009000' },
      { send: '00A2010402ABCD', expect: ['6282', '6A83', '9000'] },
      { send: '00B2000404', expect: '11F2FF009000' },
    ],
  },
  {
    id: 'R50',
    shows: 'SEARCH RECORD where there is nothing to search',
    steps: [
      { send: '00A20104020304', expect: '6986' },
      USIM,
      PIN1,
      { send: '00A201FC020304', expect: '6A82' },
      file('7FFF6F07'),
      { send: '00A20104020304', expect: '6981' },
      file('7FFF6FB7'),
      { send: '00A20604020304', expect: '6A83' },
      { send: '00A201040511F2FF00FF', expect: ['6700', '6A87'] },
      { send: '00A20107020304', expect: '6A86' },
      { send: '00A2010603F40011', expect: ['6A80', '6A86'] },
    ],
  },
  {
    id: 'R51',
    shows: 'SEARCH RECORD tells nothing of records that must not be read',
    steps: [
      USIM,
      file('7FFF6F3C'),
      { send: '00A2010401FF', expect: '6982' },
      { send: '00A20104020304', expect: '6982' },
      PIN1,
      { ask: '00A2010401FF', expect: '0102030405060708090A9000' },
    ],
  },
  {
    id: 'R52',
    shows: 'SEARCH RECORD in a cyclic EF',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F39'),
      { ask: '00A20104020202', expect: '029000' },
      { send: '00B2000403', expect: '0202029000' },
      { ask: '00A203050101', expect: '019000' },
    ],
  },
];

export const SEARCH: readonly Row[] = [...after(WRITTEN, IN_SMS), ...PLAIN];
