/**
 * PINs, key table and applets that contradict one another.
 *
 * @see 3GPP TS 33.102 §C.2.2; ETSI TS 102 225 §5.1.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type Contradiction, faultRows, faultsAfter } from './edited.ts';

const SQN = '$.keyTable.entries[3].sqn';
const KEY_SETS = '$.keyTable.entries[2].keySets';
const [KEY_SET] = DEFAULT_PROFILE.keyTable.entries[2]?.keySets ?? [];
const [APPLET] = DEFAULT_PROFILE.applets;

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    'a key reference twice',
    { '$.pins[3]': { reference: '0a', value: '4321', retries: 1, enabled: true } },
    ['$.pins[3].reference', 'a key reference of its own', '"0A", as $.pins[2].reference'],
  ],
  [
    'an ADM key that need not be verified',
    { '$.pins[2].enabled': false },
    ['$.pins[2].enabled', 'true, as an ADM key is always enabled', 'false'],
  ],
  [
    'a directory with a PIN that is not there',
    { '$.directories[3].pins': ['01', '82', '0A'] },
    ['$.directories[3].pins[1]', 'a key reference of $.pins', '"82"'],
  ],
  [
    'an index past the last entry',
    { '$.keyTable.active': 4 },
    ['$.keyTable.active', '0 to 3, the index of an entry', '4'],
  ],
  [
    'another index than that of the only entry',
    { '$.keyTable': { active: 1, entries: DEFAULT_PROFILE.keyTable.entries.slice(0, 1) } },
    ['$.keyTable.active', '0, the index of an entry', '1'],
  ],
  [
    'rotations without constants',
    { '$.keyTable.entries[1].r': [64, 0, 32, 64, 96] },
    ['$.keyTable.entries[1]', 'both of r and c, or neither', 'r alone'],
  ],
  [
    'constants without rotations',
    { '$.keyTable.entries[1].c': Array.from({ length: 5 }, () => '00'.repeat(16)) },
    ['$.keyTable.entries[1]', 'both of r and c, or neither', 'c alone'],
  ],
  [
    'a key version number twice in an entry',
    { [KEY_SETS]: [KEY_SET, { ...KEY_SET, kvn: 2 }, KEY_SET] },
    [`${KEY_SETS}[2].kvn`, 'a key version number of its own', `1, as ${KEY_SETS}[0].kvn`],
  ],
  [
    'an array of SEQ with one too few',
    { [`${SQN}.array`]: Array.from({ length: 31 }, () => 0) },
    [`${SQN}.array`, '32 SEQ, as indBits is 5', '31'],
  ],
  [
    'an array of SEQ with one too many',
    { [SQN]: { indBits: 0, delta: 1, array: [0, 0] } },
    [`${SQN}.array`, '1 SEQ, as indBits is 0', '2'],
  ],
  [
    'a SEQ with a bit of IND too many',
    { [SQN]: { indBits: 1, delta: 1, array: [2 ** 47 - 1, 2 ** 47] } },
    [`${SQN}.array[1]`, 'a SEQ of 47 bits', '140737488355328'],
  ],
  [
    'a TAR twice',
    { '$.applets[1]': { ...APPLET, tar: 'b00000' } },
    ['$.applets[1].tar', 'a TAR of its own', '"B00000", as $.applets[0].tar'],
  ],
  [
    'an AID with another TAR in it',
    { '$.applets[0].aid': 'A000000087100200000000FFB0000100' },
    ['$.applets[0].aid', 'an AID with the TAR B00000 in octets 13 to 15', 'B00001'],
  ],
  [
    'an applet that starts in a directory that is not there',
    { '$.applets[0].startDirectory': 'MF/ADF.CSIM' },
    ['$.applets[0].startDirectory', 'a directory of $.directories', '"MF/ADF.CSIM"'],
  ],
  [
    'an applet that starts in an EF',
    { '$.applets[0].startDirectory': 'MF/EF.DIR' },
    ['$.applets[0].startDirectory', 'a directory of $.directories', '"MF/EF.DIR"'],
  ],
];

describe('the keys of a card profile', () => {
  for (const [what, edits, ...faults] of CONTRADICTIONS) {
    it(`refuse ${what}`, () => {
      expect(faultRows(edits)).toEqual(faults);
    });
  }

  it.each(['02', '08', '0E', '0b', '11', '82', '88', '8A', '8e'])(
    'may have the reference %s',
    (reference) => {
      const pin = { reference, value: '4321', retries: 15, enabled: true };
      expect(faultsAfter({ '$.pins[3]': pin })).toEqual([]);
    },
  );

  it('may have the same key version number in two entries, and none in one', () => {
    expect(faultsAfter({ [KEY_SETS]: [] })).toEqual([]);
    expect(faultsAfter({ [`${KEY_SETS}[0].kvn`]: 15 })).toEqual([]);
  });

  it('may have a SEQ for each IND, as large as 48 bits leave room for', () => {
    const array = Array.from({ length: 256 }, () => 2 ** 40 - 1);
    expect(faultsAfter({ [SQN]: { indBits: 8, delta: 1, array } })).toEqual([]);
  });
});
