/**
 * What can be wrong with commands that are about the card and not about its files, in the order of
 * the checks.
 *
 * @see ETSI TS 102 221 §10.2.1, §11.1.19, §11.1.22, §11.1.23; ETSI TS 102 223 §6; ETSI TS 102 222
 * @module
 */

import { withTerminableMf } from './administration.ts';
import { type Command, length, noPin, notStored, PROFILE, p1p2, wrongLe } from './faults.ts';
import { PENDING } from './matrix-row.ts';
import { ADM1, SUCI_BY_USIM, withCalcInfo, withPowerFlags } from './test-card.ts';

const FETCHED = [...PENDING, '801200000B'];

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
  {
    name: 'TERMINATE CARD USAGE',
    right: { ins: 0xfe, before: [ADM1], profile: withTerminableMf(PROFILE) },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('3F00'),
      { is: 'access', sw: '6982', with: { before: [] } },
      notStored,
    ],
  },
  {
    name: 'TERMINAL CAPABILITY',
    right: { ins: 0xaa, cla: 0x80, data: 'A903810100' },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'the template', sw: '6A80', with: { data: 'A904810100' }, without: ['the length'] },
    ],
  },
  {
    name: 'FETCH',
    right: { ins: 0x12, cla: 0x80, ne: 11, before: PENDING },
    ok: /^D009.{18}9000$/,
    faults: [
      p1p2(1),
      length('00'),
      { is: 'no command', sw: '6985', with: { before: [] } },
      { ...wrongLe(12, '6C0B'), without: ['the length', 'no command'] },
    ],
  },
  {
    name: 'TERMINAL RESPONSE',
    right: { ins: 0x14, cla: 0x80, data: '810301010482028281830100', before: FETCHED },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'no command', sw: '6985', with: { before: PENDING } },
      { is: 'the data', sw: '6A80', with: { data: '8103010104' }, without: ['the length'] },
    ],
  },
];
