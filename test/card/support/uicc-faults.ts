/**
 * What can be wrong with commands that are about the card and not about its files, in the order of
 * the checks.
 *
 * @see ETSI TS 102 221 §10.2.1, §11.1.22, §11.1.23
 * @module
 */

import { type Command, length, noPin, PROFILE, p1p2, wrongLe } from './faults.ts';
import { SUCI_BY_USIM, withCalcInfo, withPowerFlags } from './test-card.ts';

/** The commands. */
export const UICC_COMMANDS: readonly Command[] = [
  {
    name: 'SUSPEND UICC',
    right: {
      ins: 0x76,
      cla: 0x80,
      data: '01010202',
      profile: withPowerFlags(0x02, PROFILE),
    },
    ok: /^610A$/,
    faults: [
      p1p2(2),
      length('00'),
      { is: 'the card', sw: '6985', with: { profile: PROFILE } },
      {
        is: 'the durations',
        sw: '6A80',
        with: { data: '01010501' },
        without: ['the length'],
      },
      {
        is: 'the minimum',
        sw: '9864',
        with: { data: '040204FF' },
        without: ['the length', 'the durations'],
      },
    ],
  },
  {
    name: 'GET IDENTITY',
    right: { ins: 0x78, cla: 0x80, p2: 1, profile: SUCI_BY_USIM },
    ok: /^610F$/,
    faults: [
      p1p2(1),
      length('00'),
      { is: 'no application', sw: '6985', with: { application: undefined } },
      noPin,
      { is: 'the service', sw: '6985', with: { profile: PROFILE } },
      { is: 'the service of the context', sw: '6A88', with: { p2: 2 } },
      {
        is: 'the key of the scheme',
        sw: '6985',
        with: { profile: withCalcInfo('A0020101') },
        without: ['the service'],
      },
    ],
  },
  {
    name: 'GET DATA',
    right: { ins: 0xca, cla: 0x80, p2: 0xe0, ne: 14 },
    ok: /^E00CC004.{8}C004.{8}9000$/,
    faults: [
      length('00'),
      { is: 'the object', sw: '6A88', with: { p1: 0x9f, p2: 0x7f } },
      { ...wrongLe(15, '6C0E'), without: ['the length'] },
    ],
  },
];
