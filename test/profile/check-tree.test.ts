/**
 * Directories and EFs that do not hang together.
 *
 * @see ETSI TS 102 221 §8
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type Contradiction, directoryAt, faultRows, faultsAfter, fileAt } from './edited.ts';

const USIM = directoryAt('MF/ADF.USIM');
const TELECOM = directoryAt('MF/DF.TELECOM');
const PHONEBOOK = directoryAt('MF/DF.TELECOM/DF.PHONEBOOK');
const GSM_ACCESS = directoryAt('MF/ADF.USIM/DF.GSM-ACCESS');
const FIVE_GS = directoryAt('MF/ADF.USIM/DF.5GS');
const ICCID = fileAt('MF/EF.ICCID');
const PL = fileAt('MF/EF.PL');
const SPN = fileAt('MF/ADF.USIM/EF.SPN');
const LI = fileAt('MF/ADF.USIM/EF.LI');
const KC = fileAt('MF/ADF.USIM/DF.GSM-ACCESS/EF.Kc');
const KC_GPRS = fileAt('MF/ADF.USIM/DF.GSM-ACCESS/EF.KcGPRS');

const OWN_PATH = 'a path of its own';
const OWN_FID = 'a FID of its own in its directory';
const OWN_SFI = 'an SFI of its own in its directory';
const NOT_RESERVED = 'a FID that is not reserved';

const NEW_ADF = { path: 'MF/ADF.X', fid: '7FFF', arr: '2F06/9', pins: [] };

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    'an MF with another FID',
    { '$.directories[0].fid': '3F01' },
    ['$.directories[0].fid', '"3F00", the FID of the MF', '"3F01"'],
  ],
  [
    'an MF with an AID',
    { '$.directories[0].aid': 'A000000001' },
    ['$.directories[0].aid', 'no AID for the MF', 'an AID'],
  ],
  [
    'a second MF',
    { '$.directories[7]': DEFAULT_PROFILE.directories[0] },
    ['$.directories[7].path', OWN_PATH, '"MF", as $.directories[0].path'],
  ],
  [
    'an ADF with the FID of a DF',
    { [`${USIM}.fid`]: '7F20' },
    [`${USIM}.fid`, '"7FFF", as it has an AID', '"7F20"'],
  ],
  [
    'a DF with the FID of ADFs',
    { [`${TELECOM}.fid`]: '7FFF' },
    [`${TELECOM}.aid`, 'an AID, as the FID is 7FFF', 'nothing'],
  ],
  [
    'an ADF in a DF',
    { [`${FIVE_GS}.fid`]: '7FFF', [`${FIVE_GS}.aid`]: 'A000000001' },
    [`${FIVE_GS}.path`, 'an ADF directly in the MF', 'one in "MF/ADF.USIM"'],
  ],
  [
    'the FID of the MF for a DF',
    { [`${TELECOM}.fid`]: '3f00' },
    [`${TELECOM}.fid`, NOT_RESERVED, '"3F00"'],
  ],
  [
    'the FID FFFF for a DF',
    { [`${TELECOM}.fid`]: 'FFFF' },
    [`${TELECOM}.fid`, NOT_RESERVED, '"FFFF"'],
  ],
  ['the FID 3FFF for an EF', { [`${PL}.fid`]: '3fff' }, [`${PL}.fid`, NOT_RESERVED, '"3FFF"']],
  ['the FID 7FFF for an EF', { [`${PL}.fid`]: '7FFF' }, [`${PL}.fid`, NOT_RESERVED, '"7FFF"']],
  [
    'a DF in a directory that is not there',
    { '$.directories[7]': { ...NEW_ADF, path: 'MF/DF.A/DF.B', fid: '5F01' } },
    ['$.directories[7].path', 'a parent "MF/DF.A" that stands before it', 'no such directory'],
  ],
  [
    'a directory before its parent',
    {
      [TELECOM]: DEFAULT_PROFILE.directories[4],
      [PHONEBOOK]: DEFAULT_PROFILE.directories[3],
    },
    [`${TELECOM}.path`, 'a parent "MF/DF.TELECOM" that stands before it', `it at ${PHONEBOOK}`],
  ],
  [
    'an AID twice',
    { '$.directories[7]': { ...NEW_ADF, aid: 'a0000000871004ffffffff8900000100' } },
    ['$.directories[7].aid', 'an AID of its own', '32 hex digits, as $.directories[2].aid'],
  ],
  [
    'a FID twice among DFs',
    { [`${FIVE_GS}.fid`]: '5f3b' },
    [`${FIVE_GS}.fid`, OWN_FID, `"5F3B", as ${GSM_ACCESS}.fid`],
  ],
  [
    'a FID twice among EFs',
    { [`${PL}.fid`]: '2fe2' },
    [`${PL}.fid`, OWN_FID, `"2FE2", as ${ICCID}.fid`],
  ],
  [
    'a FID twice, of a DF and of an EF',
    { [`${SPN}.fid`]: '5FC0' },
    [`${SPN}.fid`, OWN_FID, `"5FC0", as ${FIVE_GS}.fid`],
  ],
  ['an SFI twice', { [`${SPN}.sfi`]: 2 }, [`${SPN}.sfi`, OWN_SFI, `2, as ${LI}.sfi`]],
  [
    'a path twice, once with a FID in it',
    { [`${KC_GPRS}.path`]: 'MF/ADF.USIM/DF.GSM-ACCESS(5F3B)/EF.Kc' },
    [`${KC_GPRS}.path`, OWN_PATH, `"MF/ADF.USIM/DF.GSM-ACCESS/EF.Kc", as ${KC}.path`],
  ],
  [
    'an EF with the path of a directory',
    { [`${SPN}.path`]: 'MF/ADF.USIM/DF.5GS' },
    [`${SPN}.path`, OWN_PATH, `"MF/ADF.USIM/DF.5GS", as ${FIVE_GS}.path`],
  ],
  [
    'an EF in a directory that is not there',
    { [`${SPN}.path`]: 'MF/ADF.X/EF.SPN', [`${SPN}.arr`]: 1 },
    [`${SPN}.path`, 'a file in a directory of $.directories', 'one in "MF/ADF.X"'],
    [`${SPN}.arr`, 'a rule in record 1 of EF_ARR 6F06 in "MF/ADF.X" or above', 'no such EF'],
  ],
];

describe('the tree of a card profile', () => {
  for (const [what, edits, ...faults] of CONTRADICTIONS) {
    it(`refuses ${what}`, () => {
      expect(faultRows(edits)).toEqual(faults);
    });
  }

  it('refuses to be without an MF', () => {
    const faults = faultsAfter({
      '$.directories[0].path': 'MF/DF.A',
      '$.directories[0].fid': '5F01',
    });
    expect(faults).toContainEqual({
      path: '$.directories',
      expected: 'the MF, a directory with the path "MF"',
      found: 'none',
    });
  });

  it('may have the same FID and SFI in two directories', () => {
    const file = { ...DEFAULT_PROFILE.files[0], path: 'MF/DF.TELECOM/EF.COPY' };
    expect(faultsAfter({ '$.files[57]': file })).toEqual([]);
  });

  it('may have two ADFs, whose FID is the same', () => {
    const adf = { ...NEW_ADF, aid: 'A0000000090001' };
    expect(faultsAfter({ '$.directories[7]': adf })).toEqual([]);
  });
});
