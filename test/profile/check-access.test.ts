/**
 * Files that refer to access rules that are not there.
 *
 * @see ETSI TS 102 221 §9
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { RulesProfile } from '../../src/profile/profile.ts';
import { type Contradiction, directoryAt, faultRows, faultsAfter, fileAt } from './edited.ts';

const PL = fileAt('MF/EF.PL');
const SPN = fileAt('MF/ADF.USIM/EF.SPN');
const KC = fileAt('MF/ADF.USIM/DF.GSM-ACCESS/EF.Kc');
const PBR = fileAt('MF/DF.TELECOM/DF.PHONEBOOK/EF.PBR');
const ADN = fileAt('MF/DF.TELECOM/DF.PHONEBOOK/EF.ADN');
const MF_ARR = fileAt('MF/EF.ARR');
const TELECOM_ARR = fileAt('MF/DF.TELECOM/EF.ARR');
const PHONEBOOK = directoryAt('MF/DF.TELECOM/DF.PHONEBOOK');
const TELECOM = directoryAt('MF/DF.TELECOM');

const [RULE_1 = ''] = DEFAULT_PROFILE.files.flatMap((file) =>
  file.fid === '2F06' && 'records' in file ? file.records : [],
);

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    'a record past the last one of EF_ARR',
    { [`${SPN}.arr`]: 11 },
    [
      `${SPN}.arr`,
      'a rule in record 11 of EF_ARR 6F06 in "MF/ADF.USIM" or above',
      'an EF of 10 records',
    ],
  ],
  [
    'an empty record of EF_ARR',
    { [`${PL}.arr`]: 10 },
    [`${PL}.arr`, 'a rule in record 10 of EF_ARR 2F06 in "MF"', 'an empty record'],
  ],
  [
    'a record of EF_ARR that says nothing but its filler',
    { [`${TELECOM_ARR}.records[2]`]: 'ff'.repeat(64) },
    [
      `${ADN}.arr`,
      'a rule in record 3 of EF_ARR 6F06 in "MF/DF.TELECOM/DF.PHONEBOOK" or above',
      'an empty record',
    ],
  ],
  [
    'a directory whose record of EF_ARR is empty',
    { [`${TELECOM}.arr`]: '2F06/10' },
    [
      `${TELECOM}.arr`,
      'a rule in record 10 of EF_ARR 2F06 in "MF/DF.TELECOM" or above',
      'an empty record',
    ],
  ],
  [
    'a directory that names an EF_ARR that is not there',
    { [`${PHONEBOOK}.arr`]: '6F07/9' },
    [
      `${PHONEBOOK}.arr`,
      'a rule in record 9 of EF_ARR 6F07 in "MF/DF.TELECOM/DF.PHONEBOOK" or above',
      'no such EF',
    ],
  ],
  [
    'an MF that names an EF_ARR below it',
    { '$.directories[0].arr': '6F06/9' },
    ['$.directories[0].arr', 'a rule in record 9 of EF_ARR 6F06 in "MF"', 'no such EF'],
  ],
  [
    'a transparent EF in place of EF_ARR',
    { [`${PHONEBOOK}.arr`]: '2F05/1' },
    [
      `${PHONEBOOK}.arr`,
      'a rule in record 1 of EF_ARR 2F05 in "MF/DF.TELECOM/DF.PHONEBOOK" or above',
      'a transparent EF',
    ],
  ],
  [
    'a DF without an EF_ARR in it or above',
    { [TELECOM_ARR]: undefined },
    [
      `${PHONEBOOK}.arr`,
      'a rule in record 9 of EF_ARR 6F06 in "MF/DF.TELECOM/DF.PHONEBOOK" or above',
      'no such EF',
    ],
    ...[2, 3].map(
      (record, n) =>
        [
          // One EF is gone before them.
          `$.files[${Number(/\d+/.exec(PBR)) - 1 + n}].arr`,
          `a rule in record ${record} of EF_ARR 6F06 in "MF/DF.TELECOM/DF.PHONEBOOK" or above`,
          'no such EF',
        ] as const,
    ),
  ],
];

const IN_USIM = 'in "MF/ADF.USIM" or above';

/** Rules of EF_SPN, and what is wrong with them. */
const WRONG_RULES: readonly (readonly [string, RulesProfile, string, string])[] = [
  [
    'a reference to a record that EF_ARR does not have',
    { referenced: '6F060B' },
    `a rule in record 11 of EF_ARR 6F06 ${IN_USIM}`,
    'an EF of 10 records',
  ],
  [
    'a reference to record 0',
    { referenced: '6F0600' },
    `a rule in record 0 of EF_ARR 6F06 ${IN_USIM}`,
    'no such record',
  ],
  [
    'a reference to an empty record, for one environment',
    { referenced: '6F060102000A' },
    `a rule in record 10 of EF_ARR 6F06 ${IN_USIM}`,
    'an empty record',
  ],
  [
    'a reference to an EF_ARR that is not there',
    { referenced: '6f0701' },
    `a rule in record 1 of EF_ARR 6F07 ${IN_USIM}`,
    'a transparent EF',
  ],
  [
    'a reference to an EF_ARR elsewhere',
    { referenced: '6FAA01' },
    `a rule in record 1 of EF_ARR 6FAA ${IN_USIM}`,
    'no such EF',
  ],
  [
    'an access mode without a condition',
    { expanded: '800101' },
    'access rules in expanded format',
    'access rules at octet 0: expected an SC_DO behind an AM_DO',
  ],
  [
    'a template that is cut',
    { expanded: '800101A014A0' },
    'access rules in expanded format',
    "access rules/'a0' at octet 5: needs 20 octets, 1 left",
  ],
  ['nothing but filler', { expanded: 'FFFF' }, 'access rules in expanded format', 'no rule'],
  [
    'an SC byte too few',
    { compact: '0300' },
    'access rules in compact format',
    'compact access rules/SC at octet 2: needs 1 octets, 0 left',
  ],
  ['no bit of the access mode', { compact: '00' }, 'access rules in compact format', 'no rule'],
];

describe('access rules that a profile gives as an FCP holds them', () => {
  it.each(WRONG_RULES)('are refused with %s', (_, rules, expected, found) => {
    const [form] = Object.keys(rules);
    const edits = { [`${SPN}.arr`]: undefined, [`${SPN}.rules`]: rules };
    expect(faultRows(edits)).toEqual([[`${SPN}.rules.${form}`, expected, found]]);
    const path = `${directoryAt('MF/ADF.USIM')}`;
    const ofDirectory = { [`${path}.arr`]: undefined, [`${path}.rules`]: rules };
    expect(faultRows(ofDirectory)).toEqual([[`${path}.rules.${form}`, expected, found]]);
  });

  it('are looked for above the directory as well', () => {
    for (const at of [SPN, KC, PHONEBOOK]) {
      const edits = { [`${at}.arr`]: undefined, [`${at}.rules`]: { referenced: '2F0601' } };
      expect(faultsAfter(edits)).toEqual([]);
    }
  });

  it('are told once for the same record of several environments', () => {
    const rules = { referenced: '6F06010B000B' };
    const edits = { [`${SPN}.arr`]: undefined, [`${SPN}.rules`]: rules };
    expect(faultRows(edits)).toHaveLength(1);
  });
});

describe('the access rules of a card profile', () => {
  for (const [what, edits, ...faults] of CONTRADICTIONS) {
    it(`refuse ${what}`, () => {
      expect(faultRows(edits)).toEqual(faults);
    });
  }

  it('may stand in a record that is a copy of the first', () => {
    const edits = {
      [`${MF_ARR}.recordsFill`]: 'same-as-record-1',
      [`${PL}.arr`]: 10,
    };
    expect(RULE_1.startsWith('8001')).toBe(true);
    expect(faultsAfter(edits)).toEqual([]);
  });

  it('come from the nearest EF_ARR, not from one further up', () => {
    const own = {
      ...DEFAULT_PROFILE.files[Number(/\d+/.exec(MF_ARR))],
      path: 'MF/ADF.USIM/DF.GSM-ACCESS/EF.ARR',
      fid: '6f06',
      sfi: null,
      records: Array.from({ length: 9 }, (_, n) => (n === 2 ? '00'.repeat(64) : RULE_1)),
    };
    expect(faultRows({ '$.files[57]': own })).toEqual(
      [KC, fileAt('MF/ADF.USIM/DF.GSM-ACCESS/EF.KcGPRS')].map((file) => [
        `${file}.arr`,
        'a rule in record 3 of EF_ARR 6F06 in "MF/ADF.USIM/DF.GSM-ACCESS" or above',
        'an empty record',
      ]),
    );
  });
});
