/**
 * What can be wrong with a command that creates, deletes, terminates or resizes a file, in the
 * order of the checks.
 *
 * @see ETSI TS 102 222 §6; ETSI TS 102 221 §10.2.1
 * @module
 */

import {
  create,
  DIRECTORY,
  type Objects,
  OPEN_RULE,
  TRANSPARENT,
  template,
  terminateDf,
  terminateEf,
} from './administration.ts';
import { type Command, type Fault, length, notStored, p1p2 } from './faults.ts';
import { tlv } from './scripts.ts';
import { ADM1 } from './test-card.ts';

/** Takes the verification of ADM1 back. */
const WRONG_ADM1 = `0020000A08${'39'.repeat(8)}`;
const ADM1_CONDITION = 'A40683010A950108';
/** Commands with data that name another file do not meet with those of another length. */
const DATA = ['the length'];

/** In the MF, without an application. */
const IN_MF = { application: undefined, pin: ADM1 } as const;
const noAdm1: Fault = { is: 'access', sw: '6982', with: { pin: undefined } };

/** An EF 6F29 for which a rule asks ADM1; who sends the command has it or not. */
function withEf(mode: string, change: Objects, ...more: readonly string[]): readonly string[] {
  const rule = tlv('AB', `${mode}${ADM1_CONDITION}`);
  return [ADM1, create(TRANSPARENT, { rule, ...change }), ...more];
}

function resizing(fid: string, size: string): string {
  return tlv('62', tlv('83', fid) + tlv('80', size));
}

function named(is: string, sw: string, fid: string, without: readonly string[] = []): Fault {
  return { is, sw, with: { data: fid }, without: [...DATA, ...without] };
}

const TERMINATES = '800120';
const RESIZES = '8401D4';

/** The commands of TS 102 222 but TERMINATE CARD USAGE, which is about the card. */
export const ADMINISTRATION_COMMANDS: readonly Command[] = [
  {
    name: 'CREATE FILE',
    right: { ...IN_MF, ins: 0xe0, data: template(TRANSPARENT) },
    ok: /^9000$/,
    faults: [
      p1p2(0, 1),
      length(''),
      {
        is: 'a terminated directory',
        sw: '6985',
        with: {
          before: [ADM1, create(DIRECTORY, { rule: OPEN_RULE }), terminateDf('5F01'), WRONG_ADM1],
        },
      },
      noAdm1,
      { is: 'the template', sw: '6A80', with: { data: '62' }, without: DATA },
      {
        is: 'the FID',
        sw: '6A89',
        with: { data: template(TRANSPARENT, { fid: '83022FE2', size: '8003010000' }) },
        without: [...DATA, 'the template'],
      },
      {
        is: 'the size',
        sw: '6A84',
        with: { data: template(TRANSPARENT, { size: '8003010000' }) },
        without: [...DATA, 'the template', 'the FID'],
      },
      notStored,
    ],
  },
  {
    name: 'DELETE FILE',
    right: { ...IN_MF, ins: 0xe4, data: '2F05' },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('2F'),
      named('a file that is not there', '6A82', '6F99'),
      named('the MF', '6985', '3F00', ['a file that is not there']),
      noAdm1,
      notStored,
    ],
  },
  {
    name: 'TERMINATE EF',
    right: { ...IN_MF, ins: 0xe8, data: '6F29', before: withEf(TERMINATES, {}) },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('2F'),
      named('a file that is not there', '6A82', '6F99'),
      named('a directory', '6985', '7F10', ['a file that is not there']),
      {
        is: 'a terminated EF',
        sw: '6985',
        with: { before: withEf(TERMINATES, {}, terminateEf('6F29'), WRONG_ADM1) },
      },
      { is: 'access', sw: '6982', with: { before: withEf(TERMINATES, {}, WRONG_ADM1) } },
      notStored,
    ],
  },
  {
    name: 'TERMINATE DF',
    right: {
      ...IN_MF,
      ins: 0xe6,
      data: '5F01',
      before: [ADM1, create(DIRECTORY, { rule: tlv('AB', TERMINATES + ADM1_CONDITION) })],
    },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('2F'),
      named('a file that is not there', '6A82', '6F99'),
      {
        is: 'access',
        sw: '6982',
        with: {
          before: [
            ADM1,
            create(DIRECTORY, { rule: tlv('AB', TERMINATES + ADM1_CONDITION) }),
            WRONG_ADM1,
          ],
        },
      },
      notStored,
    ],
  },
  {
    name: 'RESIZE FILE',
    right: {
      ...IN_MF,
      cla: 0x80,
      ins: 0xd4,
      data: resizing('6F29', '0020'),
      before: withEf(RESIZES, {}),
    },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'the template', sw: '6A80', with: { data: '62' }, without: DATA },
      named('a file that is not there', '6A82', resizing('6F99', '0000'), ['the template']),
      named('a directory', '6981', resizing('3F00', '0000'), [
        'the template',
        'a file that is not there',
      ]),
      {
        is: 'a deactivated EF',
        sw: '6984',
        with: { before: withEf(RESIZES, { lifeCycle: '8A0104' }, WRONG_ADM1) },
      },
      { is: 'access', sw: '6982', with: { before: withEf(RESIZES, {}, WRONG_ADM1) } },
      named('no octets', '6A80', resizing('6F29', '0000'), [
        'the template',
        'a file that is not there',
        'a directory',
      ]),
      named('too many octets', '6A84', resizing('6F29', 'FFFF'), [
        'the template',
        'a file that is not there',
        'a directory',
        'no octets',
      ]),
      notStored,
    ],
  },
];
