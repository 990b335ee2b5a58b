/**
 * Rows R: data objects of a BER-TLV EF.
 *
 * @see ETSI TS 102 221 §11.3.1, §11.3.2
 * @module
 */

import { after, file, PIN1, type Row, USIM } from './row.ts';

const NONE = { send: '80CB0080018300', expect: '6A88' } as const;

export const OBJECTS: readonly Row[] = after(
  [USIM, PIN1, file('7FFF6FF8')],
  [
    {
      id: 'R36',
      shows: 'RETRIEVE DATA gives a whole object, or says that there is none',
      steps: [
        { ask: '80CB0080018000', expect: '8002C0DE9000' },
        { ask: '80CB0080018100', expect: '81009000' },
        NONE,
      ],
    },
    {
      id: 'R37',
      shows: 'what SET DATA has stored comes back, over a reset as well',
      steps: [
        { send: '80DB0080058303010203', expect: '9000' },
        { ask: '80CB0080018300', expect: '83030102039000' },
        { send: 'reset', expect: '3B...' },
        ...[USIM, PIN1, file('7FFF6FF8')],
        { ask: '80CB0080018300', expect: '83030102039000' },
      ],
    },
    {
      id: 'R38',
      shows: 'a tag alone takes its object away',
      steps: [
        { send: '80DB0080058303010203', expect: '9000' },
        { send: '80DB00800183', expect: '9000' },
        NONE,
        { send: '80DB00800183', expect: '6A88' },
      ],
    },
    {
      id: 'R60',
      shows: 'an object is set in blocks, and is not there before the last',
      steps: [
        { send: '80DB0080048304AABB', expect: '63F1' },
        { send: '80DB000002CCDD', expect: '9000' },
        { ask: '80CB0080018300', expect: '8304AABBCCDD9000' },
        { send: '80DB00000100', expect: ['6985', '6A80'] },
        { send: '80DB00800483040102', expect: '63F1' },
        file('7FFF6FF8'),
        { send: '80DB0000020304', expect: ['6985', '6A80'] },
        { ask: '80CB0080018300', expect: '8304AABBCCDD9000' },
      ],
    },
    {
      id: 'R61',
      shows: 'an object that is too large is refused when it begins',
      steps: [{ send: '80DB008005838203E8AA', expect: '6A84' }, NONE],
    },
    {
      id: 'R62',
      shows: 'octets and records are not read from data objects',
      steps: [
        { send: '00B0000001', expect: '6981' },
        { send: '00B2010401', expect: '6981' },
        { send: '00D6000001AA', expect: '6981' },
        { send: '00B0870009', expect: '0809101010325476989000' },
        { send: '80CB0080018000', expect: '6981' },
      ],
    },
  ],
);
