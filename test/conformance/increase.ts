/**
 * Rows R: INCREASE.
 *
 * @see ETSI TS 102 221 §11.1.8
 * @module
 */

import { file, PIN1, type Row, USIM } from './row.ts';

const ACM = file('7FFF6F39');

export const INCREASE: readonly Row[] = [
  {
    id: 'R28',
    shows: 'INCREASE answers with the sum and what was added; the sum is record 1',
    steps: [
      USIM,
      PIN1,
      ACM,
      { send: '8032000003000001', expect: '6106' },
      { send: '80C0000006', expect: '0101020000019000' },
      { send: '00B2000403', expect: '0101029000' },
      { send: '00B2010403', expect: '0101029000' },
      { send: '00B2020403', expect: '0101019000' },
      { send: '00B2030403', expect: '0202029000' },
    ],
  },
  {
    id: 'R29',
    shows: 'INCREASE beyond the highest number adds nothing',
    steps: [
      USIM,
      PIN1,
      ACM,
      { send: '00DC000303FFFFFE', expect: '9000' },
      { ask: '8032000003000001', expect: 'FFFFFF0000019000' },
      { send: '8032000003000001', expect: '9850' },
      { send: '8032000003FFFFFF', expect: '9850' },
      { send: '00B2010403', expect: 'FFFFFF9000' },
      { send: '00B2020403', expect: 'FFFFFE9000' },
    ],
  },
  {
    id: 'R30',
    shows: 'INCREASE of an EF that is not cyclic',
    steps: [
      { send: '8032000003000001', expect: '6986' },
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '8032000003000001', expect: '6981' },
      file('7FFF6F3C'),
      { send: '8032000003000001', expect: '6981' },
    ],
  },
  {
    id: 'R54',
    shows: 'INCREASE needs PIN1, a value that fits, and P2 00',
    steps: [
      USIM,
      ACM,
      { send: '8032000003000001', expect: '6982' },
      PIN1,
      { send: '803200000400000001', expect: '6700' },
      { send: '8032000103000001', expect: ['6A86', '6B00'] },
      { send: '00B2010403', expect: '0101019000' },
    ],
  },
  {
    id: 'R55',
    shows: 'INCREASE by SFI makes the EF current',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { ask: '80329C000101', expect: '010102019000' },
      { send: '00B2000403', expect: '0101029000' },
      { send: '80328E000101', expect: '6A82' },
      { send: '00B2000403', expect: '0101029000' },
    ],
  },
];
