/**
 * What can be wrong with RETRIEVE DATA and SET DATA, in the order of the checks.
 *
 * @see ETSI TS 102 221 §11.3
 * @module
 */

import { type Command, deactivated, length, noEf, noPin, notStored, p1p2, type } from './faults.ts';

const OBJECTS = '7FFF6FF8';

/** The commands on data objects. */
export const OBJECT_COMMANDS: readonly Command[] = [
  {
    name: 'RETRIEVE DATA',
    right: { ins: 0xcb, cla: 0x80, p2: 0x80, data: '80', ef: OBJECTS },
    ok: /^6104$/,
    faults: [
      p1p2(0, 0xc0),
      length('80808080'),
      noEf,
      type('7FFF6F3C'),
      deactivated,
      noPin,
      { is: 'the tag', sw: '6A80', with: { data: '9F' }, without: ['the length'] },
      {
        is: 'an object that is not there',
        sw: '6A88',
        with: { data: '83' },
        without: ['the length', 'the tag'],
      },
    ],
  },
  {
    name: 'RETRIEVE DATA, next block',
    right: { ins: 0xcb, cla: 0x80, ef: OBJECTS, before: ['80CB0080018001'] },
    ok: /^6103$/,
    faults: [
      p1p2(0, 0x20),
      length('80'),
      noEf,
      type('7FFF6F3C'),
      noPin,
      { is: 'no first block', sw: '6985', with: { before: [] } },
    ],
  },
  {
    name: 'SET DATA',
    right: { ins: 0xdb, cla: 0x80, p2: 0x80, data: '8301AA', ef: OBJECTS },
    ok: /^9000$/,
    faults: [
      p1p2(0, 0xc0),
      length(''),
      noEf,
      type('7FFF6F3C'),
      deactivated,
      noPin,
      { is: 'the object', sw: '6A80', with: { data: '8381' }, without: ['the length'] },
      {
        is: 'no room',
        sw: '6A84',
        with: { data: '83820300' },
        without: ['the length', 'the object'],
      },
      notStored,
    ],
  },
];
