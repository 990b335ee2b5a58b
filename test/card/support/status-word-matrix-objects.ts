/**
 * Every status word of RETRIEVE DATA and SET DATA, and how to get it.
 *
 * @see ETSI TS 102 221 §10.2.1, §11.3
 * @module
 */

import { on } from './channels.ts';
import { type MatrixCommand, PENDING } from './matrix-row.ts';
import { ADM1, PIN1, SELECT_USIM, select } from './test-card.ts';

const OBJECTS = select('7FFF6FF8');
const IMSI = select('7FFF6F07');
const ON_OBJECTS = [SELECT_USIM, PIN1, OBJECTS] as const;
const DEACTIVATED = [...ON_OBJECTS, ADM1, '00040000'] as const;
const TAKEN = [...ON_OBJECTS, '0070000001', on(1, SELECT_USIM)] as const;
const TWO = { profile: 'two channels' } as const;
const TERMINATED = { profile: 'terminated EFs' } as const;

const RETRIEVE = '80CB0080018000';
const SET = '80DB0080038301AA';
/** Le of one octet, of an object that has four. */
const FIRST_OCTET = '80CB0080018001';

/** The commands on data objects. */
export const OBJECT_COMMANDS: readonly MatrixCommand[] = [
  {
    name: 'RETRIEVE DATA',
    ins: 0xcb,
    class: 'uicc',
    rows: [
      { sw: '61XX', when: 'the object waits', steps: [...ON_OBJECTS, RETRIEVE] },
      { sw: '62F1', when: 'a block waits', steps: [...ON_OBJECTS, FIRST_OCTET] },
      {
        sw: '62F2',
        when: 'a block waits, and a command is pending',
        steps: [...PENDING, ...ON_OBJECTS, FIRST_OCTET],
      },
      { sw: '6700', when: 'no tag', steps: [...ON_OBJECTS, '80CB00800000'] },
      { sw: '6981', when: 'a transparent EF', steps: [...ON_OBJECTS, IMSI, RETRIEVE] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, OBJECTS, RETRIEVE] },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED, RETRIEVE] },
      { sw: '6985', when: 'the EF is terminated', steps: [...ON_OBJECTS, RETRIEVE], ...TERMINATED },
      { sw: '6985', when: 'current elsewhere', steps: [...TAKEN, '81CB0094018000'], ...TWO },
      { sw: '6985', when: 'there was no first block', steps: [...ON_OBJECTS, '80CB000000'] },
      { sw: '6986', when: 'no EF is current', steps: [SELECT_USIM, RETRIEVE] },
      { sw: '6A80', when: 'half a tag', steps: [...ON_OBJECTS, '80CB0080019F00'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: [...ON_OBJECTS, '80CB008E018000'] },
      { sw: '6A86', when: 'the first block, and the last again', steps: ['80CB00C000'] },
      { sw: '6A88', when: 'no such object', steps: [...ON_OBJECTS, '80CB0080018300'] },
    ],
  },
  {
    name: 'SET DATA',
    ins: 0xdb,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'it is stored', steps: [...ON_OBJECTS, SET] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, ...ON_OBJECTS, SET] },
      { sw: '63F1', when: 'more is to come', steps: [...ON_OBJECTS, '80DB0080038302AA'] },
      {
        sw: '63F2',
        when: 'more is to come, and a command is pending',
        steps: [...PENDING, ...ON_OBJECTS, '80DB0080038302AA'],
      },
      { sw: '6581', when: 'not stored', steps: [...ON_OBJECTS, 'refuse commits', SET] },
      { sw: '6700', when: 'no data', steps: [...ON_OBJECTS, '80DB0080'] },
      { sw: '6981', when: 'a transparent EF', steps: [...ON_OBJECTS, IMSI, SET] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, OBJECTS, SET] },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED, SET] },
      { sw: '6985', when: 'the EF is terminated', steps: [...ON_OBJECTS, SET], ...TERMINATED },
      { sw: '6985', when: 'current elsewhere', steps: [...TAKEN, '81DB0094038301AA'], ...TWO },
      { sw: '6985', when: 'there was no first block', steps: [...ON_OBJECTS, '80DB000001AA'] },
      { sw: '6986', when: 'no EF is current', steps: [SELECT_USIM, SET] },
      { sw: '6A80', when: 'no length', steps: [...ON_OBJECTS, '80DB0080028381'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: [...ON_OBJECTS, '80DB008E038301AA'] },
      { sw: '6A84', when: 'no room', steps: [...ON_OBJECTS, '80DB00800483820300'] },
      { sw: '6A86', when: 'b7 of P2', steps: [...ON_OBJECTS, '80DB0040038301AA'] },
      { sw: '6A88', when: 'no object to take away', steps: [...ON_OBJECTS, '80DB00800183'] },
    ],
  },
];
